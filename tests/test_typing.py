"""What the type checkers see: an ignored error that is none fails their run."""

from __future__ import annotations

import pytest

from pictory_async import InvalidRequestError, v1
from pictory_async.models import Background, Clip, Scene, Storyboard, VoiceOver


def test_sequences_of_models() -> None:
    """A sequence with something else in it is an error for type checkers, and at run time."""
    with pytest.raises(InvalidRequestError, match=r"scenes\[0\]: expected an object \(Scene\)"):
        Storyboard(video_name="x", scenes=[42])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
    with pytest.raises(InvalidRequestError, match=r"scenes\[0\]: expected an object \(Scene\)"):
        v1.Storyboard(video_name="x", scenes=["x"])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
    with pytest.raises(InvalidRequestError, match=r"ai_voices\[0\]: expected an object"):
        VoiceOver(ai_voices=["Brian"])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]


def test_any_sequence() -> None:
    """Lists, tuples and iterators are sequences."""
    scenes = [Scene(story="x")]
    assert (
        Storyboard(video_name="x", scenes=scenes)
        == Storyboard(video_name="x", scenes=tuple(scenes))
        == Storyboard(video_name="x", scenes=iter(scenes))
    )
    clips = (Clip(start=n, end=n + 1) for n in range(2))
    assert 2 == len(Background(visual_url="u", type="video", clips=clips).clips or ())
