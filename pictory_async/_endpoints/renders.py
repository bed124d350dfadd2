"""Renders, of either generation of the API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from pictory_async._endpoints._group import Group
from pictory_async._endpoints._inputs import id_of_preview, render_body, webhook_body
from pictory_async._models.results import Preview, Video
from pictory_async._retry import Repeat
from pictory_async._transport.api import Operation


if TYPE_CHECKING:
    from collections.abc import Mapping

    from pictory_async._models.jobs import Job
    from pictory_async._transport.api import Api


@attrs.frozen(repr=False)
class Renders(Group):
    """From a preview to the video.

    Args:
        api: What sends.
        create: The operation that takes render parameters.
        from_preview: The operation that takes a preview's id.
        defaults: What is added to render parameters that lack it.
    """

    _api: Api
    _create: Operation
    _from_preview: Operation
    _defaults: Mapping[str, Any] = attrs.field(factory=dict[str, Any])

    async def create(self, render_params: Preview | Mapping[str, Any]) -> Job[Video]:
        """Submit render parameters, as a preview returned them or changed since.

        Args:
            render_params: `Preview.render_params`, or a preview, of which they are taken.

        Raises:
            InvalidRequestError: There are none, or they are wrapped in another object.
            SubmissionUnknownError: Whether there is a job now is not known.
            APIError: The service refused.

        Source: api-reference/videos/render-video; for v1 the page "/v1/video/render".
        """
        body = {**self._defaults, **render_body(render_params)}
        return await self._api.submit_job(self._create, Video, body)

    async def from_preview(
        self, preview: Job[Preview] | Preview | str, *, webhook: str | None = None
    ) -> Job[Video]:
        """Submit a finished preview for its video, as it is.

        Args:
            preview: The preview, its job, or the job's id.
            webhook: A URL of at most 500 characters that gets a POST when the job ends.

        Raises:
            InvalidRequestError: The id cannot be one, or the webhook is too long.
            SubmissionUnknownError: Whether there is a job now is not known.
            APIError: The service refused.

        Source: api-reference/videos/render-from-preview; for v1 "Step 4: Render PUT".
        """
        ids = {"job_id": id_of_preview(preview)}
        return await self._api.submit_job(self._from_preview, Video, webhook_body(webhook), ids)


def current_renders(api: Api) -> Renders:
    """Return the renders of the current API."""
    return Renders(
        api,
        Operation("POST", "/v2/video/render", Repeat.UNLESS_SENT),
        Operation("PUT", "/v2/video/render/{job_id}", Repeat.UNLESS_SENT),
    )
