"""Tests of the rules for a current storyboard, one by one (v2.md, 5.2)."""

from typing import Any

import httpx
import pytest

from pictory_async.testing import FakePictory


pytestmark = pytest.mark.anyio

STORY = {"story": "Hello."}
VOICES = {"aiVoices": [{"speaker": "Jackson"}], "externalVoice": {"voiceUrl": "https://v"}}


def scene(**fields: object) -> dict[str, Any]:
    """Return scenes of one story with more fields."""
    return {"scenes": [{**STORY, **fields}]}


def only(**fields: object) -> dict[str, Any]:
    """Return scenes of one with these fields and no story."""
    return {"scenes": [fields]}


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"videoName": None}, "videoName"),
    ({"videoName": ""}, "videoName"),
    ({"scenes": []}, "scenes"),
    ({"scenes": "none"}, "scenes"),
    ({"videoWidth": 640}, "videoHeight"),
    ({"videoHeight": 360}, "videoWidth"),
    ({"videoWidth": 640.5, "videoHeight": 360}, "videoWidth"),
    ({"videoWidth": True, "videoHeight": 360}, "videoWidth"),
    ({"aspectRatio": "3:2"}, "aspectRatio"),
    ({"language": "xx"}, "language"),
    ({"webhook": "https://" + "x" * 493}, "webhook"),
    ({"brandId": "1", "brandName": "x"}, "brandName"),
    ({"subtitleStyleId": "1", "subtitleStyleName": "x"}, "subtitleStyleName"),
    ({"smartLayoutId": "1", "smartLayoutName": "x"}, "smartLayoutName"),
    ({"voiceOver": VOICES}, "voiceOver.externalVoice"),
    ({"voiceOver": {"aiVoices": [{}]}}, "voiceOver.aiVoices[0].speaker"),
    (
        {"voiceOver": {"aiVoices": [{"speaker": True}]}},
        "voiceOver.aiVoices[0].speaker",
    ),
    (
        {"voiceOver": {"aiVoices": [{"speaker": 1, "speed": 201}]}},
        "voiceOver.aiVoices[0].speed",
    ),
    ({"voiceOver": {"aiVoices": [{"speaker": 1, "speed": 49}]}}, "voiceOver.aiVoices[0].speed"),
    ({"backgroundMusic": {"volume": 1.5}}, "backgroundMusic.volume"),
    ({"backgroundMusic": {"volume": 2**60}}, "backgroundMusic.volume"),
    ({"backgroundMusic": {"autoMusic": True, "musicUrl": "u"}}, "backgroundMusic.musicUrl"),
    ({"backgroundMusic": {"clips": [{"start": 0, "end": 1}] * 11}}, "backgroundMusic.clips"),
    ({"avatar": {"avatarId": "a"}}, "avatar"),
    ({"saveProject": "yes"}, "saveProject"),
    ({"smartLayoutId": "1", **scene(maxSubtitleLines=2)}, "scenes[0].maxSubtitleLines"),
    ({"smartLayoutId": "1", "scenes": ["?"]}, "scenes[0]"),
    (only(), "scenes[0]"),
    (only(story="a", blogUrl="b"), "scenes[0]"),
    (only(story=""), "scenes[0].story"),
    (scene(story="x" * 15_001), "scenes[0].story"),
    (only(blogUrl="u", caption="c"), "scenes[0].caption"),
    (scene(caption="c", createSceneOnNewLine=True), "scenes[0].caption"),
    (only(videoUrl="u"), "scenes[0].audioLanguage"),
    (scene(transcript=[]), "scenes[0].transcript"),
    (scene(maxSubtitleLines=5), "scenes[0].maxSubtitleLines"),
    (scene(sceneTransition="swirl"), "scenes[0].sceneTransition"),
    (scene(voiceOver=VOICES), "scenes[0].voiceOver.externalVoice"),
    (scene(elements=[]), "scenes[0].elements"),
    (scene(elements=[{"type": "text"}] * 21), "scenes[0].elements"),
    (
        scene(elements=[{"type": "text", "position": "top", "left": "0%"}]),
        "scenes[0].elements[0].left",
    ),
    (only(storyCoPilot={}), "scenes[0].storyCoPilot.prompt"),
    (scene(background="red"), "scenes[0].background"),
    (scene(background={"aiVisual": {"prompt": "p"}}), "scenes[0].background.type"),
    (
        scene(background={"type": "image", "aiVisual": {"prompt": "p" * 501}}),
        "scenes[0].background.aiVisual.prompt",
    ),
    (scene(background={"color": "#000", "visualUrl": "u"}), "scenes[0].background.color"),
    (
        scene(background={"visualUrl": "u", "clips": [{"start": 0, "end": 1}]}),
        "scenes[0].background.clips",
    ),
]


@pytest.mark.parametrize(("change", "field"), WRONG)
async def test_wrong_storyboards(
    api: httpx.AsyncClient, fake: FakePictory, change: dict[str, Any], field: str
) -> None:
    """A storyboard that breaks a rule is refused, and the field is named."""
    response = await api.post("/v2/video/storyboard", json={"videoName": "x", **scene(), **change})
    answer = response.json()

    assert (400, "INVALID_REQUEST_BODY") == (response.status_code, answer["code"])
    assert isinstance(answer["message"], str)
    assert field in [each["name"] for each in answer["fields"]]
    assert all(isinstance(each["errors"], str) for each in answer["fields"])
    assert {} == fake.jobs


@pytest.mark.parametrize(
    ("missing", "rest"), [("videoName", scene()), ("scenes", {"videoName": "x"})]
)
async def test_required_fields(api: httpx.AsyncClient, missing: str, rest: dict[str, Any]) -> None:
    """A storyboard needs a name, and scenes or a template."""
    answer = (await api.post("/v2/video/storyboard", json=rest)).json()

    assert [{"name": missing, "errors": "is required"}] == answer["fields"]


@pytest.mark.parametrize(
    "change",
    [
        {"backgroundMusic": {"enabled": True, "autoMusic": False, "musicUrl": "u"}},
        {"avatar": {"avatarId": "a"}, "voiceOver": {"enabled": True}},
        {"smartLayoutId": "1"},
        {"videoWidth": 640, "videoHeight": 360},
        scene(background={"type": "video", "visualUrl": "u", "clips": [{"start": 0, "end": 1}]}),
        scene(background={"type": "image", "aiVisual": {"prompt": "p"}}),
        only(audioUrl="u", audioLanguage="en-US", transcript=[]),
        scene(elements=[{"type": "text", "top": "0%", "left": "10%"}], caption="c"),
        scene(story="x" * 15_000),
        scene(caption="Schau.", captionLanguage="de"),
        {"videoDescription": "x" * 101},
        scene(caption=None, background=None, voiceOver={"enabled": True, "aiVoices": None}),
        {"webhook": None, "templateId": None, "avatar": None, "backgroundMusic": {"clips": None}},
        {"videoWidth": None, "videoHeight": None, "aspectRatio": "1:1"},
    ],
)
async def test_right_storyboards(
    api: httpx.AsyncClient, fake: FakePictory, change: dict[str, Any]
) -> None:
    """What keeps to the rules is accepted whole."""
    response = await api.post("/v2/video/storyboard", json={"videoName": "x", **scene(), **change})

    assert 200 == response.status_code, response.text
    assert () == fake.stripped
