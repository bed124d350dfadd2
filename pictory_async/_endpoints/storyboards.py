"""Storyboards of the current API (api-reference/videos)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

import attrs

from pictory_async._endpoints._group import Group
from pictory_async._endpoints._inputs import id_of_preview, json_objects
from pictory_async._errors import InvalidRequestError
from pictory_async._models.base import RequestModel
from pictory_async._models.results import Preview, Video
from pictory_async._models.storyboard import Storyboard
from pictory_async._retry import Repeat
from pictory_async._shapes.convert import payload
from pictory_async._transport.api import Operation
from pictory_async._wire.envelopes import done


if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pictory_async._models.jobs import Job
    from pictory_async._transport.api import Api


S = TypeVar("S", bound=RequestModel)

PREVIEW: Final = Operation("POST", "/v2/video/storyboard", Repeat.UNLESS_SENT)
RENDER: Final = Operation("POST", "/v2/video/storyboard/render", Repeat.UNLESS_SENT)
ELEMENTS: Final = Operation("PUT", "/v2/video/storyboard/{job_id}/elements", Repeat.FREELY)

_ELEMENT_KEYS: Final = ("id", "elementType", "type", "startTime", "duration")


@attrs.frozen(repr=False)
class StoryboardPreviews(Group, Generic[S]):
    """From a storyboard of one generation of the API to its preview.

    Args:
        api: What sends.
        preview: The operation.
        model: What a storyboard of this generation is.
    """

    _api: Api
    _preview: Operation
    _model: type[S]

    async def preview(self, storyboard: S | Mapping[str, Any]) -> Job[Preview]:
        """Submit a storyboard for a preview, which costs less than a render.

        Args:
            storyboard: The storyboard, or the JSON object that the documentation shows.

        Raises:
            InvalidRequestError: The service would refuse the storyboard or strip a part of it.
            SubmissionUnknownError: Whether there is a job now is not known.
            APIError: The service refused.

        Source: api-reference/videos/create-storyboard-preview; for v1 "/v1/video/storyboard".
        """
        body = payload(storyboard, self._model, self._api.strict)
        return await self._api.submit_job(self._preview, Preview, body)


@attrs.frozen(repr=False)
class Storyboards(StoryboardPreviews[Storyboard]):
    """From a storyboard to its preview, or straight to its video."""

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
        body = payload(storyboard, Storyboard, self._api.strict)
        return await self._api.submit_job(RENDER, Video, body)

    async def update_elements(
        self, preview: Job[Preview] | Preview | str, elements: Iterable[Mapping[str, Any]]
    ) -> None:
        """Change elements of a finished preview; the preview's page shows the change.

        Args:
            preview: The preview, its job, or the job's id.
            elements: Elements of `Preview.render_params["elements"]` with their changes: a text,
                a visual's `url`, a voice. Only those that exist can be changed.

        Raises:
            InvalidRequestError: An element lacks `id`, `elementType`, `type`, `startTime` or
                `duration`, or the id cannot be one.
            APIError: The service refused.

        Source: api-reference/video-storyboard/update-storyboard-elements.
        """
        body = json_objects(elements, "elements")
        for index, element in enumerate(body):
            for key in _ELEMENT_KEYS:
                if key not in element:
                    path = f"elements[{index}].{key}"
                    raise InvalidRequestError(path, "a value, for it is required", "nothing")
        done(await self._api.send(ELEMENTS, {"job_id": id_of_preview(preview)}, json=body))


def current_storyboards(api: Api) -> Storyboards:
    """Return the storyboards of the current API."""
    return Storyboards(api, PREVIEW, Storyboard)
