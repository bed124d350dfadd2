"""Images and videos by an AI.

Sources: the pages `api-reference/ai-studio` of docs.pictory.ai.
"""

import attrs

from pictory_async._models.base import Open, RequestModel, as_number, as_tuple, as_whole
from pictory_async._models.notebook import image, player


_PROMPT = (5, 5000)
_WEBHOOK = 500


@attrs.frozen(kw_only=True, repr=False)
class GeneratedImage(Open):
    """An image by an AI: the result of a job, or an item of the list of all.

    Args:
        job_id: The job that made it; None in a list.
        id: The image's id; only in a list.
        url: The picture.
        width: Pixels.
        height: Pixels.
        ai_credits_used: What it cost; only as a job's result.
        prompt: What was asked for; this and what follows only in a list.
        model: Who made it.
        aspect_ratio: Such as `16:9`.
        style: The style that was asked for.
        reference_image_url: The image that was given.
        created_date: When, in ISO 8601.
        extra: All else that the service sent.
    """

    job_id: str | None = attrs.field(default=None, metadata={"in_data": False})
    id: str | None = None
    url: str | None = None
    width: int | None = attrs.field(default=None, converter=as_whole)
    height: int | None = attrs.field(default=None, converter=as_whole)
    ai_credits_used: float | None = attrs.field(default=None, converter=as_number)
    prompt: str | None = None
    model: str | None = None
    aspect_ratio: str | None = None
    style: str | None = None
    reference_image_url: str | None = None
    created_date: str | None = None

    def _repr_html_(self) -> str | None:
        return image(self.url, self.prompt or "")


@attrs.frozen(kw_only=True, repr=False)
class GeneratedVideo(Open):
    """A video by an AI: the result of a job, or an item of the list of all.

    Args:
        job_id: The job that made it; None in a list.
        id: The video's id; only in a list.
        url: The mp4.
        duration: How long it is, in the service's words: `8s`.
        width: Pixels.
        height: Pixels.
        preview_image_url: A picture.
        thumbnail_image_url: A smaller one.
        first_frame_image_url: The first frame.
        last_frame_image_url: The last frame, for a video that goes on from here.
        ai_credits_used: What it cost; only as a job's result.
        prompt: What was asked for; this and what follows only in a list.
        model: Who made it.
        aspect_ratio: Such as `16:9`.
        reference_image_urls: The images that were given.
        extend_video_url: The video that was to go on.
        created_date: When, in ISO 8601.
        extra: All else that the service sent.
    """

    job_id: str | None = attrs.field(default=None, metadata={"in_data": False})
    id: str | None = None
    url: str | None = None
    duration: str | None = None
    width: int | None = attrs.field(default=None, converter=as_whole)
    height: int | None = attrs.field(default=None, converter=as_whole)
    preview_image_url: str | None = None
    thumbnail_image_url: str | None = None
    first_frame_image_url: str | None = None
    last_frame_image_url: str | None = None
    ai_credits_used: float | None = attrs.field(default=None, converter=as_number)
    prompt: str | None = None
    model: str | None = None
    aspect_ratio: str | None = None
    reference_image_urls: tuple[str, ...] = attrs.field(default=(), converter=as_tuple)
    extend_video_url: str | None = None
    created_date: str | None = None

    def _repr_html_(self) -> str | None:
        return player(self.url, self.preview_image_url)


@attrs.frozen(kw_only=True, repr=False)
class ImagePrompt(RequestModel):
    """What image an AI is to make."""

    prompt: str
    model: str | None = None
    aspect_ratio: str | None = None
    style: str | None = None
    reference_image_url: str | None = None
    webhook: str | None = None

    def _check(self) -> None:
        self._sized("prompt", *_PROMPT)
        self._sized("webhook", 1, _WEBHOOK)


@attrs.frozen(kw_only=True, repr=False)
class VideoPrompt(RequestModel):
    """What video an AI is to make."""

    prompt: str
    model: str | None = None
    aspect_ratio: str | None = None
    duration: str | None = None
    first_frame_image_url: str | None = None
    extend_video_url: str | None = None
    reference_image_urls: tuple[str, ...] | None = attrs.field(default=None, converter=as_tuple)
    webhook: str | None = None

    def _check(self) -> None:
        self._sized("prompt", *_PROMPT)
        self._sized("webhook", 1, _WEBHOOK)
        self._only_one("first_frame_image_url", "extend_video_url", "reference_image_urls")
