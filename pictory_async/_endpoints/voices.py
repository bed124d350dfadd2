"""Voices that can read a storyboard."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import attrs

from pictory_async._endpoints._group import Group
from pictory_async._endpoints._listing import listing
from pictory_async._models.voices import NewVoice, Voice
from pictory_async._retry import Repeat
from pictory_async._shapes.convert import payload
from pictory_async._transport.api import Operation
from pictory_async._wire.envelopes import each, one


if TYPE_CHECKING:
    from collections.abc import Mapping

    from pictory_async._models.pages import Listing
    from pictory_async._transport.api import Api


LIST: Final = Operation("GET", "/v1/voiceovers/tracks", Repeat.FREELY)
ADD: Final = Operation("POST", "/v1/voiceovers/tracks", Repeat.UNLESS_SENT)


@attrs.frozen(repr=False)
class Voices(Group):
    """The voices that the account can use."""

    _api: Api

    def list(self) -> Listing[Voice]:
        """List the voices.

        Source: `GET /v1/voiceovers/tracks` of docs.pictory.ai.
        """
        return listing(self._api, LIST, each(Voice))

    async def add(self, voice: NewVoice | Mapping[str, Any]) -> Voice:
        """Add a voice of one's own.

        Args:
            voice: The voice, or the JSON object that the documentation shows.

        Raises:
            InvalidRequestError: The service would refuse the voice.
            APIError: The service refused.

        Source: `POST /v1/voiceovers/tracks` of docs.pictory.ai.
        """
        body = payload(voice, NewVoice, self._api.strict)
        return one(await self._api.send(ADD, json=body), Voice)
