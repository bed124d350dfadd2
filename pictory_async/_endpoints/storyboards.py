"""Storyboards of the current API (api-reference/videos)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import attrs

from pictory_async._convert import payload
from pictory_async._models.results import Preview, Video
from pictory_async._models.storyboard import Storyboard
from pictory_async._retry import Repeat
from pictory_async._transport._api import Operation


if TYPE_CHECKING:
    from collections.abc import Mapping

    from pictory_async._models.jobs import Job
    from pictory_async._transport._api import Api


PREVIEW: Final = Operation("POST", "/v2/video/storyboard", Repeat.UNLESS_SENT)
RENDER: Final = Operation("POST", "/v2/video/storyboard/render", Repeat.UNLESS_SENT)


@attrs.frozen
class Storyboards:
    """From a storyboard to its preview, or straight to its video."""

    _api: Api

    async def preview(self, storyboard: Storyboard | Mapping[str, Any]) -> Job[Preview]:
        """Submit a storyboard for a preview, which costs less than a render.

        Args:
            storyboard: The storyboard, or the JSON object that the documentation shows.

        Raises:
            InvalidRequestError: The service would refuse the storyboard or strip a part of it.
            SubmissionUnknownError: Whether there is a job now is not known.
            APIError: The service refused.

        Source: api-reference/videos/create-storyboard-preview.
        """
        return await self._api.submit(PREVIEW, Preview, payload(storyboard, Storyboard))

    async def render(self, storyboard: Storyboard | Mapping[str, Any]) -> Job[Video]:
        """Submit a storyboard for its video, without a preview.

        Args:
            storyboard: The storyboard, or the JSON object that the documentation shows.

        Raises:
            InvalidRequestError: The service would refuse the storyboard or strip a part of it.
            SubmissionUnknownError: Whether there is a job now is not known.
            APIError: The service refused.

        Source: api-reference/videos/render-storyboard-video.
        """
        return await self._api.submit(RENDER, Video, payload(storyboard, Storyboard))
