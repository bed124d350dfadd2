"""Avatars that can present a storyboard (api-reference/avatars)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from pictory_async._endpoints._group import Group
from pictory_async._endpoints._listing import listing
from pictory_async._models.avatars import AvatarPerson
from pictory_async._retry import Repeat
from pictory_async._transport.api import Operation
from pictory_async._wire.envelopes import each


if TYPE_CHECKING:
    from pictory_async._models.pages import Listing, PageKey
    from pictory_async._transport.api import Api


LIST: Final = Operation("GET", "/v1/avatars", Repeat.FREELY)


@attrs.frozen(repr=False)
class Avatars(Group):
    """The people who can present; a storyboard takes the id of one of their looks."""

    _api: Api

    def list(self, *, page_key: PageKey | None = None) -> Listing[AvatarPerson]:
        """List the avatars.

        Args:
            page_key: The first page's key, or None for the beginning.

        Source: api-reference/avatars/get-avatars.
        """
        return listing(self._api, LIST, each(AvatarPerson), page_key=page_key)
