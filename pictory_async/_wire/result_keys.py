"""The keys by which a result is known, in whatever answer it comes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pictory_async._models.ai_studio import GeneratedVideo
from pictory_async._models.results import Preview, Video
from pictory_async._models.transcripts import Transcript


if TYPE_CHECKING:
    from collections.abc import Mapping


KIND_BY_KEY: Final[Mapping[str, type[Any]]] = {
    "videoURL": Video,
    "shareVideoURL": Video,
    "videoShareURL": Video,
    "renderParams": Preview,
    "previewUrl": Preview,
    "preview": Preview,
    "transcript": Transcript,
    "editVideoUrl": Transcript,
    "firstFrameImageUrl": GeneratedVideo,
    "lastFrameImageUrl": GeneratedVideo,
    "previewImageUrl": GeneratedVideo,
    "thumbnailImageUrl": GeneratedVideo,
}
"""Keys that the results of one kind have and those of the others have not; the first one tells.

A job without a status that has one of them is done: a completed v1 storyboard, and some
transcriptions, carry none (the page "GET Video Preview & Default Settings").
"""
