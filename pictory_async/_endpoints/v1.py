"""Storyboards and renders of the first generation of the API ("API Reference", /v1/video)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import attrs

from pictory_async._convert import payload
from pictory_async._endpoints.renders import Renders
from pictory_async._models.results import Preview
from pictory_async._models.v1 import Storyboard
from pictory_async._retry import Repeat
from pictory_async._transport._api import Operation


if TYPE_CHECKING:
    from collections.abc import Mapping

    from pictory_async._models.jobs import Job
    from pictory_async._transport._api import Api


PREVIEW: Final = Operation("POST", "/v1/video/storyboard", Repeat.UNLESS_SENT)


@attrs.frozen
class Storyboards:
    """From a v1 storyboard to its preview."""

    _api: Api

    async def preview(self, storyboard: Storyboard | Mapping[str, Any]) -> Job[Preview]:
        """Submit a storyboard for a preview.

        Args:
            storyboard: The storyboard, or the JSON object that the documentation shows.

        Raises:
            InvalidRequestError: The service would refuse the storyboard.
            SubmissionUnknownError: Whether there is a job now is not known.
            APIError: The service refused.

        Source: the page "/v1/video/storyboard".
        """
        return await self._api.submit(PREVIEW, Preview, payload(storyboard, Storyboard))


@attrs.frozen
class V1:
    """The operations of the first generation that have a younger sibling.

    Args:
        storyboards: `/v1/video/storyboard`.
        renders: `/v1/video/render`.
    """

    storyboards: Storyboards
    renders: Renders


def v1(api: Api) -> V1:
    """Return the first generation's operations."""
    renders = Renders(
        api,
        Operation("POST", "/v1/video/render", Repeat.UNLESS_SENT),
        Operation("PUT", "/v1/video/render/{job_id}", Repeat.UNLESS_SENT),
        # A preview's answer may leave these two out, and the official examples add them again.
        {"next_generation_video": True, "containsTextToImage": True},
    )
    return V1(Storyboards(api), renders)
