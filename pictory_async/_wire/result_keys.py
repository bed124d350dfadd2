"""The keys by which a result is known, in whatever answer it comes, and is there or not yet."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from pictory_async._models.ai_studio import GeneratedImage, GeneratedVideo
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

# What each kind must have, at least one of them; the rest of a result may come without.
_NEEDED: Final[Mapping[type[Any], frozenset[str]]] = {
    **{
        kind: frozenset(key for key, of in KIND_BY_KEY.items() if of is kind)
        for kind in (Video, Preview)
    },
    Transcript: frozenset({"transcript", "editVideoUrl", "txt", "srt", "vtt", "highlights"}),
    GeneratedImage: frozenset({"url"}),
    GeneratedVideo: frozenset({"url"}),
}
_LINK: Final = re.compile(r"(?i)url$|^preview$")
_EMPTY: Final[tuple[object, ...]] = ([], {})
# What tells how a job is doing, and nothing of what it made.
_PROGRESS: Final = frozenset(
    {
        "data",
        "jobId",
        "job_id",
        "message",
        "progress",
        "renderProgress",
        "renderProgressMessage",
        "renderState",
        "status",
        "success",
    }
)


# A page that plays a video may be known before there is one.
_SIGNS: Final = (*(key for key in KIND_BY_KEY if key != "videoShareURL"), "url")


def shows_result(data: Mapping[str, Any]) -> bool:
    """Tell whether there is a result, and more than an empty one, in what is told of a job."""
    return any(holds(data, key) and data[key] not in _EMPTY for key in _SIGNS)


def kinds_in(data: Mapping[str, Any]) -> list[type[Any]]:
    """Return the kinds of result of which there is something."""
    return [kind for key, kind in KIND_BY_KEY.items() if holds(data, key)]


def kinds_named_in(data: Mapping[str, Any]) -> list[type[Any]]:
    """Return the kinds of result whose keys are there, whether they hold something or not."""
    return [kind for key, kind in KIND_BY_KEY.items() if key in data]


def holds(data: Mapping[str, Any], *keys: str) -> bool:
    """Tell whether there is something under any of the keys.

    Null and a blank text are nothing, and only a text is a link; a recording in which nobody speaks
    has an empty list of sentences.
    """
    return any(_is_something(key, data.get(key)) for key in keys)


def _is_something(key: str, value: object) -> bool:
    if isinstance(value, str):
        return bool(value.strip())
    return value is not None and not _LINK.search(key)


def has_result(data: Mapping[str, Any], kind: type[Any]) -> bool:
    """Tell whether a completed job shows its result, which may come a look later than the word.

    Args:
        data: The `data` of the answer about the job.
        kind: The type of its result; of one that no page documents, anything may be the result.
    """
    needed = _NEEDED.get(kind, data.keys() - _PROGRESS)
    return holds(data, *needed)
