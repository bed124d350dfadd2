"""Images and videos by an AI (api-reference/ai-studio)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from pictory_async._endpoints._group import Group
from pictory_async._endpoints._listing import listing
from pictory_async._models.ai_studio import (
    GeneratedImage,
    GeneratedVideo,
    ImagePrompt,
    VideoPrompt,
)
from pictory_async._retry import Repeat
from pictory_async._shapes.convert import to_data
from pictory_async._transport.api import Operation
from pictory_async._wire.envelopes import each


if TYPE_CHECKING:
    from collections.abc import Iterable

    from pictory_async._models.jobs import Job
    from pictory_async._models.pages import Listing, PageKey
    from pictory_async._transport.api import Api


GENERATE_IMAGE: Final = Operation("POST", "/v1/aistudio/images", Repeat.UNLESS_SENT)
IMAGES: Final = Operation("GET", "/v1/aistudio/images", Repeat.FREELY)
GENERATE_VIDEO: Final = Operation("POST", "/v1/aistudio/videos", Repeat.UNLESS_SENT)
VIDEOS: Final = Operation("GET", "/v1/aistudio/videos", Repeat.FREELY)


@attrs.frozen(repr=False)
class AiStudio(Group):
    """Let an AI make images and videos, which costs AI credits."""

    _api: Api

    async def generate_image(
        self,
        prompt: str,
        *,
        model: str | None = None,
        aspect_ratio: str | None = None,
        style: str | None = None,
        reference_image_url: str | None = None,
        webhook: str | None = None,
    ) -> Job[GeneratedImage]:
        """Submit a prompt for an image.

        Args:
            prompt: What is to be seen, 5 to 5,000 characters.
            model: `seedream3.0`, which is the service's default, `flux-schnell`, `nanobanana`,
                `nanobanana-pro`, or a newer one.
            aspect_ratio: `1:1`, `16:9` or `9:16`; by default the model's first.
            style: Such as `photorealistic`, `artistic`, `cartoon`, `minimalist`, `vintage` or
                `futuristic`.
            reference_image_url: An image to go by.
            webhook: A URL of at most 500 characters that gets a POST when the job ends.

        Raises:
            InvalidRequestError: An argument is not what it should be.
            SubmissionUnknownError: Whether there is a job now is not known.
            APIError: The service refused.

        Source: `POST /v1/aistudio/images` of docs.pictory.ai.
        """
        wanted = ImagePrompt(
            prompt=prompt,
            model=model,
            aspect_ratio=aspect_ratio,
            style=style,
            reference_image_url=reference_image_url,
            webhook=webhook,
        )
        return await self._api.submit_job(GENERATE_IMAGE, GeneratedImage, to_data(wanted))

    def images(self, *, page_key: PageKey | None = None) -> Listing[GeneratedImage]:
        """List the images that were made, the newest first.

        Args:
            page_key: The first page's key, or None for the beginning.

        Source: `GET /v1/aistudio/images` of docs.pictory.ai.
        """
        return listing(self._api, IMAGES, each(GeneratedImage), page_key=page_key)

    async def generate_video(
        self,
        prompt: str,
        *,
        model: str | None = None,
        aspect_ratio: str | None = None,
        duration: str | None = None,
        first_frame_image_url: str | None = None,
        extend_video_url: str | None = None,
        reference_image_urls: Iterable[str] | None = None,
        webhook: str | None = None,
    ) -> Job[GeneratedVideo]:
        """Submit a prompt for a video.

        Args:
            prompt: What is to happen, 5 to 5,000 characters.
            model: `pixverse5.5`, which is the service's default, `veo3.1`, `veo3.1_fast`, or a
                newer one.
            aspect_ratio: Such as `16:9` or `9:16`; by default the model's first.
            duration: Such as `8s`: 4, 6 or 8 seconds of veo, 5, 8 or 10 of pixverse.
            first_frame_image_url: How it begins. Only one of this and the next two.
            extend_video_url: A video to go on with.
            reference_image_urls: Images to go by.
            webhook: A URL of at most 500 characters that gets a POST when the job ends.

        Raises:
            InvalidRequestError: An argument is not what it should be.
            SubmissionUnknownError: Whether there is a job now is not known.
            APIError: The service refused.

        Source: `POST /v1/aistudio/videos` of docs.pictory.ai.
        """
        wanted = VideoPrompt(
            prompt=prompt,
            model=model,
            aspect_ratio=aspect_ratio,
            duration=duration,
            first_frame_image_url=first_frame_image_url,
            extend_video_url=extend_video_url,
            reference_image_urls=reference_image_urls,
            webhook=webhook,
        )
        return await self._api.submit_job(GENERATE_VIDEO, GeneratedVideo, to_data(wanted))

    def videos(self, *, page_key: PageKey | None = None) -> Listing[GeneratedVideo]:
        """List the videos that were made, the newest first.

        Args:
            page_key: The first page's key, or None for the beginning.

        Source: api-reference/ai-studio/get-videos.
        """
        return listing(self._api, VIDEOS, each(GeneratedVideo), page_key=page_key)
