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

A job whose status says nothing, and that has one of them, is done: a completed v1 storyboard, and
some transcriptions, carry none (the page "GET Video Preview & Default Settings").
"""


def holds_result(data: Mapping[str, Any]) -> bool:
    """Tell whether there is a result in what is told of a job."""
    return holds(data, *KIND_BY_KEY, "url")


def kinds_in(data: Mapping[str, Any]) -> list[type[Any]]:
    """Return the kinds of result whose keys are there: those that hold something, if any does."""
    filled = [kind for key, kind in KIND_BY_KEY.items() if holds(data, key)]
    return filled or [kind for key, kind in KIND_BY_KEY.items() if key in data]


def holds(data: Mapping[str, Any], *keys: str) -> bool:
    """Tell whether there is something under any of the keys: neither null nor an empty text."""
    values = map(data.get, keys)
    return any(value is not None and value != "" for value in values)
