"""What a look at a job amounts to: how far it is, and which kind of result it has."""

from __future__ import annotations

import math
from types import NoneType
from typing import Any

import pytest

from pictory_async import (
    GeneratedImage,
    GeneratedVideo,
    InvalidRequestError,
    JobUpdate,
    Preview,
    Transcript,
    Video,
)
from pictory_async._wire.job_states import Completed, Running
from pictory_async._wire.results import read_update


HUGE = 10**400


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"renderProgress": 40}, 40.0),
        ({"renderProgress": "45.5"}, 45.5),
        ({"renderProgress": 0}, 0.0),
        ({"renderProgress": 100.0}, 100.0),
        ({"progress": "100"}, 100.0),
        ({"renderProgress": None, "progress": 7}, 7.0),
        ({"renderProgress": HUGE, "progress": 7}, 7.0),
        ({"renderProgress": HUGE}, None),
        ({"renderProgress": "9" * 400}, None),
        ({"renderProgress": math.nan}, None),
        ({"renderProgress": math.inf}, None),
        ({"renderProgress": -1}, None),
        ({"renderProgress": 100.5}, None),
        ({"renderProgress": True}, None),
        ({"renderProgress": "half"}, None),
        ({"renderProgress": [50]}, None),
        ({}, None),
    ],
)
def test_progress(data: dict[str, Any], expected: float | None) -> None:
    """Progress is a number from 0 to 100, or None."""
    update: JobUpdate[Any] = read_update(Running(data, "in-progress", known=True), "j", None)

    assert expected == update.progress
    assert type(expected) is type(update.progress)


IMAGE = {"url": "https://i", "width": 512}


@pytest.mark.parametrize(
    ("data", "kind", "expected"),
    [
        ({"videoURL": None, "transcript": []}, None, Transcript),
        ({"videoURL": "", "renderParams": {"a": 1}}, None, Preview),
        ({"videoURL": "", "renderParams": {"a": 1}}, Preview, Preview),
        ({"renderParams": None}, Preview, NoneType),
        ({"videoURL": None}, None, NoneType),
        ({"videoURL": None, "videoShareURL": "https://p"}, None, Video),
        (IMAGE, None, GeneratedImage),
        ({**IMAGE, "duration": "8s"}, None, GeneratedVideo),
        ({**IMAGE, "thumbnailImageUrl": "https://t"}, GeneratedImage, GeneratedImage),
        ({**IMAGE, "thumbnailImageUrl": None}, GeneratedImage, GeneratedImage),
    ],
)
def test_kind_of_a_result(
    data: dict[str, Any], kind: type[Any] | None, expected: type[object]
) -> None:
    """What holds nothing says nothing of what a result is, and a picture may have a thumbnail."""
    assert expected is type(read_update(Completed(data), "j", kind).result)


def test_another_kind() -> None:
    """A kind that the result is not is still the caller's mistake."""
    with pytest.raises(InvalidRequestError, match="expected Video, as the job's result is"):
        read_update(Completed({"videoURL": "v", "url": "u", "duration": "8s"}), "j", GeneratedImage)
