"""What the jobs of text to video result in.

Sources: the pages `api-reference/jobs/get-storyboard-preview-job-by-id` and
`get-video-render-job-by-id` of docs.pictory.ai, and for the older names Pictory's own example
programs. What the service sends beside the fields named here is kept in `extra`.
"""

from collections.abc import Mapping
from typing import Any, Final, TypeAlias

import attrs

from pictory_async._models.ai_studio import GeneratedImage, GeneratedVideo
from pictory_async._models.base import Open, as_number
from pictory_async._models.notebook import link, player
from pictory_async._models.transcripts import Transcript
from pictory_async._shapes.value import Own


@attrs.frozen(kw_only=True, repr=False)
class Preview(Open):
    """The result of a storyboard: what will be rendered, and a page that shows it.

    Args:
        job_id: The storyboard's job, which a render refers to.
        preview_url: A page for a browser or a frame; `preview` in the older API.
        render_params: The body of a render, which may be changed before.
        storyboard: The storyboard as the service understood it; current API only.
        project_id: The saved project, with `save_project`; a number in older schemas.
        extra: All else that the service sent.
    """

    job_id: str = attrs.field(metadata={"in_data": False})
    preview_url: str | None = attrs.field(default=None, metadata={"aliases": ("preview",)})
    render_params: Mapping[str, Any] | None = attrs.field(default=None, repr=False)
    storyboard: Mapping[str, Any] | None = attrs.field(default=None, repr=False)
    project_id: str | int | None = None

    def _repr_html_(self) -> str | None:
        return link(self.preview_url, f"Preview {self.job_id}")


@attrs.frozen(kw_only=True, repr=False)
class Video(Open):
    """The result of a render. The links do not last: store what they point to.

    Args:
        job_id: The render's job.
        video_url: The mp4.
        share_url: A page that plays it, and never the file.
        share_video_url: Where the example programs of the older API download from.
        thumbnail_url: An image.
        audio_url: The sound alone.
        srt_url: Subtitles.
        vtt_url: Subtitles.
        txt_url: The text.
        duration: Seconds.
        ai_credits_used: What the visuals by an AI cost.
        extra: All else that the service sent.
    """

    job_id: str = attrs.field(metadata={"in_data": False})
    video_url: str | None = attrs.field(default=None, metadata={"wire": "videoURL"})
    share_url: str | None = attrs.field(default=None, metadata={"wire": "videoShareURL"})
    share_video_url: str | None = attrs.field(default=None, metadata={"wire": "shareVideoURL"})
    thumbnail_url: str | None = attrs.field(default=None, metadata={"wire": "thumbnail"})
    audio_url: str | None = attrs.field(default=None, metadata={"wire": "audioURL"})
    srt_url: str | None = attrs.field(default=None, metadata={"wire": "srtFile"})
    vtt_url: str | None = attrs.field(default=None, metadata={"wire": "vttFile"})
    txt_url: str | None = attrs.field(default=None, metadata={"wire": "txtFile"})
    duration: float | None = attrs.field(
        default=None, converter=as_number, metadata={"wire": "videoDuration"}
    )
    ai_credits_used: float | None = attrs.field(default=None, converter=as_number)

    @property
    def url(self) -> str | None:
        """What to download: the mp4, or the shared one where the service sends no other.

        None where all that the service sends is the page.
        """
        return self.video_url or self.share_video_url

    def _repr_html_(self) -> str | None:
        film = player(self.url, self.thumbnail_url)
        return film or link(self.share_url, f"Video {self.job_id}")


@attrs.frozen(kw_only=True)
class RawResult(Own):
    """The result of a job of a kind that this version does not know.

    Args:
        job_id: The job's id.
        data: The answer's `data`, as it came.
    """

    job_id: str
    data: Mapping[str, Any]


JobResult: TypeAlias = Preview | Video | Transcript | GeneratedImage | GeneratedVideo | RawResult
"""What a job gives whose kind was not said."""

KINDS: Final[Mapping[str, type[Any]]] = {
    "preview": Preview,
    "video": Video,
    "transcript": Transcript,
    "generated_image": GeneratedImage,
    "generated_video": GeneratedVideo,
    "raw": RawResult,
}
"""The words for the kinds of results, where they are written as JSON."""
