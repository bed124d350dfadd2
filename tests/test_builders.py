"""The short ways to models that would otherwise be nested."""

from __future__ import annotations

import pytest

from pictory_async import InvalidRequestError, models, v1
from pictory_async._shapes.convert import to_data
from pictory_async.models import Background, Clip, Passage, Scene, Storyboard, VoiceOver


URL = "https://example.com/a.mp4"
PASSAGES = [Passage(start=1, end=2, text="Hello."), Passage(start=5, end=7.5)]


def test_voice_over() -> None:
    """A voice, or several in turn."""
    assert {
        "enabled": True,
        "aiVoices": [{"speaker": "Brian", "speed": 110}, {"speaker": "Amy", "speed": 110}],
    } == to_data(VoiceOver.by("Brian", "Amy", speed=110))


def test_background_video() -> None:
    """A video, whole or in pieces, with its sound or without."""
    whole = {"visualUrl": URL, "type": "video", "settings": {"mute": False}}
    assert whole == to_data(Background.of_video(URL))
    assert {**whole, "clips": [{"start": 1, "end": 2}], "settings": {"mute": True}} == to_data(
        Background.of_video(URL, [Clip(start=1, end=2)], mute=True)
    )


def test_background_image() -> None:
    """An image that is there."""
    assert {"visualUrl": URL, "type": "image"} == to_data(Background.of_image(URL))


def test_background_ai() -> None:
    """An image or video that an AI makes."""
    made = Background.of_ai("Tea", type="video", model="veo3.1")
    assert {"aiVisual": {"prompt": "Tea", "model": "veo3.1"}, "type": "video"} == to_data(made)
    assert "image" == Background.of_ai("Tea").type


def test_passages() -> None:
    """Each passage is a scene of its own, with its text where there is one."""
    data = to_data(Storyboard.from_passages(URL, PASSAGES, name="Short"))

    assert ["Hello.", None] == [scene.get("story") for scene in data["scenes"]]
    assert [[{"start": 1, "end": 2}], [{"start": 5, "end": 7.5}]] == [
        scene["background"]["clips"] for scene in data["scenes"]
    ]


def test_passages_of_the_older_generation() -> None:
    """The same in the older API's words."""
    data = to_data(v1.Storyboard.from_passages(URL, PASSAGES, name="Short"))

    assert ["Hello.", None] == [scene.get("text") for scene in data["scenes"]]
    assert {URL} == {scene["backgroundUri"] for scene in data["scenes"]}


@pytest.mark.parametrize("kind", [models.Storyboard, v1.Storyboard])
def test_no_passages(kind: type[models.Storyboard | v1.Storyboard]) -> None:
    """Nothing to show is refused."""
    with pytest.raises(InvalidRequestError, match="scenes"):
        kind.from_passages(URL, [], name="Short")


def test_template() -> None:
    """A template with its variables needs no scenes."""
    made = Storyboard.from_template("t", {"Name": "Ada"}, name="Greeting")

    assert {
        "videoName": "Greeting",
        "templateId": "t",
        "variables": {"Name": "Ada"},
    } == to_data(made)


def test_scene_with_a_video() -> None:
    """The short ways fit where the long ones do."""
    scene = Scene(story="Hello.", background=Background.of_video(URL))

    assert "video" == to_data(scene)["background"]["type"]
