"""Requests become JSON in the service's words, answers become models, and nothing is lost."""

from __future__ import annotations

import copy
import functools
import json
import subprocess
import sys
import types
from collections.abc import Mapping, Sequence
from typing import Any, get_args, get_origin

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pictory_async._errors import InvalidRequestError, UnexpectedShapeError
from pictory_async._models import v1
from pictory_async._models.base import Open, RequestModel, wire_name
from pictory_async._models.music import MusicSearch
from pictory_async._models.results import Preview, Video
from pictory_async._models.transcripts import Sentence, Transcript
from pictory_async._shapes import convert
from pictory_async._shapes.convert import payload, read_model, to_data
from pictory_async._shapes.spelling import misspelt
from pictory_async.models import (
    AiVoice,
    Background,
    BackgroundMusic,
    Element,
    Scene,
    Storyboard,
    VisualSettings,
    VoiceOver,
)
from tests.helpers import inside


# Every field that the documentation of the current API names, in bodies that it allows.
V2_BODIES: list[dict[str, Any]] = [
    {"videoName": "demo", "scenes": [{"story": "A fox runs."}]},
    {"videoName": "demo", "templateId": "t-1", "variables": {"NAME": "Fox", "AGE": 3}},
    # An official example names a description, and two guides a recording in the place of scenes.
    {"videoName": "demo", "videoDescription": "x" * 200, "scenes": [{"story": "A fox runs."}]},
    {"videoName": "demo", "url": "https://example.com/a.mp3"},
    {"videoName": "demo", "url": "https://example.com/v.mp4", "videoToVideo": True},
    {
        "videoName": "demo",
        "scenes": [{"story": "A fox.", "caption": "Ein Fuchs.", "captionLanguage": "de"}],
    },
    {
        "videoName": "demo",
        "templateId": "t-1",
        "scenes": [
            {
                "sceneId": 20240601,
                "subtitles": [{"text": "A fox."}],
                "backgroundVisual": {"visualUrl": "https://example.com/v.mp4", "type": "video"},
            },
            {"insertBeforeSceneId": "s-1", "story": "Before."},
            {"insertAfterSceneId": "s-1", "story": "After."},
        ],
    },
    {
        "videoName": "demo",
        "voiceOver": {"enabled": True, "aiVoices": [{"speaker": 1234}]},
        "scenes": [{"story": "A fox runs."}],
    },
    {
        "videoName": "The fox",
        "videoWidth": 1920,
        "videoHeight": 1080,
        "aspectRatio": "16:9",
        "language": "en",
        "saveProject": True,
        "webhook": "https://example.com/hook",
        "webhookInput": {"order": 7, "tags": ["a", None], "nested": {"price": 1.5}},
        "brandId": "b-1",
        "subtitleStyleName": "Calm",
        "subtitleStyle": {
            "fontFamily": "Poppins",
            "fontUrl": "https://example.com/font.ttf",
            "fontSize": 48,
            "color": "rgb(255,255,255)",
            "backgroundColor": "rgba(0,0,0,0.6)",
            "keywordColor": "#FFC828",
            "shadowColor": "rgb(0,0,0)",
            "shadowWidth": "2%",
            "position": "bottom-center",
            "alignment": "center",
            "decorations": ["bold", "underline"],
            "case": "uppercase",
            "paragraphWidth": "80%",
            "showBoxBackground": True,
            "showBullet": False,
            "bulletSize": 12,
            "bulletFillColor": "#000",
            "animations": [
                {"name": "fade", "type": "entry", "speed": "medium", "futureWords": "hidden"},
                {
                    "name": "drift",
                    "type": "exit",
                    "speed": "custom",
                    "customSpeedValue": 0.5,
                    "direction": "up",
                    "writingStyle": "word",
                },
            ],
        },
        "voiceOver": {
            "enabled": True,
            "aiVoices": [
                {
                    "speaker": "Adison",
                    "speed": 100,
                    "amplificationLevel": 0,
                    "premiumVoiceSettings": {
                        "modelId": "eleven_v3",
                        "stability": "60%",
                        "similarityBoost": "75%",
                        "style": "20%",
                        "useSpeakerBoost": True,
                    },
                }
            ],
        },
        "backgroundMusic": {
            "enabled": True,
            "musicUrl": "https://example.com/a.mp3",
            "volume": 0.12,
            "clips": [{"start": 0, "end": 30.5}],
        },
        "logo": {"url": "https://example.com/l.png", "position": "top-right", "width": "10%"},
        "avatar": {
            "avatarId": "look-1",
            "top": "5%",
            "left": "70%",
            "width": "25%",
            "borderRadius": "50%",
            "backgroundColor": "rgba(0,0,0,0)",
            "hide": False,
            "borderColor": "#FFF",
            "borderThickness": 2,
        },
        "visualLibraryId": "l-1",
        "visualSelectionPreference": "prefer-stock",
        "destinations": [{"type": "vimeo", "folder_uri": "/f", "content_rating": ["safe"]}],
        "awsConnectionId": "a-1",
        "vimeoConnectionId": "v-1",
        "projectMetadata": {"a": 1},
        "storyboardVersion": "v3",
        "scenes": [
            {
                "story": "<speak>A fox runs.</speak>",
                "isSSMLStory": True,
                "caption": "A fox runs",
                "createSceneOnNewLine": False,
                "createSceneOnEndOfSentence": False,
                "maxSubtitleLines": 2,
                "highlightKeywords": True,
                "hideSubtitles": False,
                "minimumDuration": 5,
                "endPauseDuration": 0.5,
                "sceneTransition": "fade",
                "subtitleStyle": {"fontSize": 40},
                "subtitleStyleId": "s-1",
                "background": {
                    "visualUrl": "https://example.com/v.mp4",
                    "type": "video",
                    "clips": [{"start": 3, "end": 9}],
                    "colorOverlay": {"color": "rgb(0,0,0)", "opacity": 0.45},
                    "settings": {
                        "loop": True,
                        "mute": True,
                        "zoomAndPan": False,
                        "kenBurnsEffect": True,
                        "videoKenBurns": {
                            "start": {"zoom": 1.0, "centerX": 0.5, "centerY": 0.5},
                            "end": {"zoom": 1.2, "centerX": 0.6, "centerY": 0.4},
                        },
                    },
                },
                "backgroundBrolls": [
                    {
                        "visualUrl": "https://example.com/b.mp4",
                        "brollClip": {"start": 1, "end": 2},
                    }
                ],
                "backgroundCorpus": [
                    {"visualUrl": "https://example.com/c.png", "type": "image", "prefer": True}
                ],
                "voiceOver": {
                    "externalVoice": {
                        "voiceUrl": "https://example.com/a.mp3",
                        "syncVoice": True,
                        "amplificationLevel": 0.5,
                    }
                },
                "backgroundMusic": {"enabled": False},
                "avatar": {"position": "bottom-right"},
                "elements": [
                    {
                        "type": "text",
                        "text": "FOXES",
                        "textVariant": "heading",
                        "style": {"fontSize": 72},
                        "top": "12%",
                        "left": "8%",
                        "width": "60%",
                    },
                    {
                        "type": "shape",
                        "name": "rectangle",
                        "fill": "#FFC828",
                        "stroke": "#FFF",
                        "strokeWidth": 0,
                        "borderRadius": 12,
                        "position": "center",
                    },
                    {
                        "type": "video",
                        "visualUrl": "https://example.com/v.mp4",
                        "colorOverlay": {"color": "#000", "opacity": 0.3},
                        "settings": {"loop": True, "mute": True},
                    },
                    {"type": "image", "searchFilter": {"query": "fox"}, "width": "38%"},
                ],
            },
            {
                "storyCoPilot": {
                    "prompt": "Foxes at night",
                    "videoType": "Explainer",
                    "duration": 30,
                    "platform": "YouTube",
                    "tone": "informative",
                },
                "background": {
                    "searchFilter": {
                        "query": "fox",
                        "keywords": ["fox", "night"],
                        "category": "Animals/Wildlife",
                        "libraries": ["story_blocks", "getty"],
                    },
                    "motionGraphics": {"enabled": True, "prompt": "leaves", "style": "calm"},
                },
            },
            {
                "background": {
                    "type": "video",
                    "aiVisual": {
                        "prompt": "a fox at dawn",
                        "model": "veo3.1",
                        "mediaStyle": "photorealistic",
                        "videoDuration": "8s",
                        "visualContinuity": True,
                        "referenceImageUrls": ["https://example.com/f.png"],
                    },
                }
            },
            {"blogUrl": "https://example.com/blog", "background": {"color": "#000"}},
            {"pptUrl": "https://example.com/a.pptx"},
            {
                "audioUrl": "https://example.com/a.mp3",
                "audioLanguage": "en-US",
                "transcript": [{"uid": "1", "words": [{"word": "fox", "start_time": 0.1}]}],
                "mediaRepurposeSettings": {"a": 1},
            },
            {"videoUrl": "https://example.com/v.mp4", "audioLanguage": "de-DE"},
        ],
    },
]

# Every field that the documentation or the example programs of the older API name.
V1_BODIES: list[dict[str, Any]] = [
    {
        "videoName": "demo",
        "language": "en",
        "audio": {
            "autoBackgroundMusic": True,
            "aiVoiceOver": {"speaker": "Jackson", "speed": 100, "amplifyLevel": 0},
        },
        "scenes": [
            {
                "text": "Hello there.",
                "voiceOver": True,
                "splitTextOnNewLine": False,
                "splitTextOnPeriod": True,
            }
        ],
    },
    {
        "videoName": "demo",
        "videoDescription": "A demo",
        "webhook": "https://example.com/hook",
        "brandLogo": {
            "url": "https://example.com/l.png",
            "verticalAlignment": "top",
            "horizontalAlignment": "right",
        },
        "autoHighlightKeywords": False,
        "audio": {
            "backGroundMusicUri": "https://example.com/a.mp3",
            "backGroundMusicVolume": 0.5,
            "aiVoiceOvers": [{"speaker": "Jackson", "speed": 90, "amplifyLevel": 0.5}],
            "voiceOverUri": "https://example.com/n.mp3",
            "voiceOverSegments": [{"start": 0, "end": 10}],
            "autoSyncVoiceOver": True,
        },
        "textStyles": {
            "fontFamily": "Roboto",
            "fontName": "Serif",
            "fontSize": 36,
            "fontStyle": "italic",
            "fontWeight": "bold",
            "textDecoration": "underline",
            "textColor": "#7000FD",
            "textBackgroundColor": "#FFFFFF",
            "keywordColor": "#000000",
            "verticalAlignment": "bottom",
            "horizontalAlignment": "center",
        },
        "videoWidth": 1920,
        "videoHeight": 1080,
        "voiceOver": True,
        "splitTextOnNewLine": False,
        "splitTextOnPeriod": True,
        "scenes": [
            {
                "text": "A <strong>fox</strong> runs.",
                "mediaSearchQuery": "fox",
                "caption": "Ein Fuchs rennt.",
                "captionLanguage": "de",
                "keywordColor": "#e2e2aad9",
                "fontFamily": "Roboto",
                "textColor": "#FFFFFF",
                "horizontalAlignment": "right",
                "awsConnectionId": "a-1",
                "backgroundVisualFilter": {"category": "Technology"},
                "voiceOverUri": "https://example.com/n.mp3",
                "voiceOverSegment": {"start": 0, "end": 2.5},
                "aiVoiceOvers": [{"speaker": "Jackson", "speed": 100, "amplifyLevel": 0}],
                "subtitles": True,
            },
            {
                "backgroundUri": "https://example.com/v.mp4",
                "backgroundType": "video",
                "backgroundVideoSegments": [{"start": 0.2, "end": 0.9}],
                "minimumDuration": 5.5,
                "minDuration": 5,
                "loopBackgroundVideo": True,
                "muteBackgroundVideo": True,
                "subtitle": True,
            },
            {"article_url": "https://example.com/blog"},
            {"articleUrl": "https://example.com/blog"},
            {"pptUrl": "https://example.com/a.pptx"},
        ],
    },
]


def refused(
    body: Any, cls: type[RequestModel] = Storyboard, *, strict: bool | None = None
) -> InvalidRequestError:
    """Say why a body is refused."""
    with pytest.raises(InvalidRequestError) as caught:
        payload(body, cls, strict)
    return caught.value


def subclasses(cls: Any) -> list[Any]:
    """Return the subclasses, without what attrs has replaced by a class with slots."""
    return [
        found
        for each in cls.__subclasses__()
        for found in (each, *subclasses(each))
        if each is getattr(sys.modules[each.__module__], each.__name__)
    ]


def is_of_storyboard(cls: type[RequestModel]) -> bool:
    """Tell whether a model can be part of a storyboard."""
    return cls.__module__.rpartition(".")[2] in {"storyboard", "visuals", "sound", "text", "v1"}


class TestPayload:
    @pytest.mark.parametrize("body", V2_BODIES)
    def test_takes_what_is_documented(self, body: dict[str, Any]) -> None:
        """A body with all that the documentation names goes out as it came in, unchanged."""
        before = copy.deepcopy(body)

        assert body == payload(body, Storyboard)
        assert before == body

    @pytest.mark.parametrize("body", V1_BODIES)
    def test_takes_what_is_documented_for_the_older_api(self, body: dict[str, Any]) -> None:
        """So does a body of the older API, in its own irregular words."""
        before = copy.deepcopy(body)

        assert body == payload(body, v1.Storyboard)
        assert before == body

    def test_covers_every_field(self) -> None:
        """The bodies above name every field of the models, so none is misspelt."""
        text = json.dumps([V1_BODIES, V2_BODIES])
        known = {"extra", "brandName", "smartLayoutId", "smartLayoutName"}
        known |= {"autoMusic", "firstFrameImageUrl", "referenceImageUrl"}

        missing = [
            name
            for cls in (*filter(is_of_storyboard, RequestModel.__subclasses__()), v1.Scene)
            for name in map(wire_name, attrs.fields(cls))
            if f'"{name}"' not in text and name not in known
        ]

        assert [] == missing

    def test_takes_what_the_example_programs_send(self) -> None:
        """Strings where the older API's examples send them go out as what they mean."""
        body = {
            "videoName": "demo",
            "videoWidth": "1920",
            "videoHeight": "1080",
            "audio": {
                "autoBackgroundMusic": "true",
                "backGroundMusicVolume": "0.5",
                "aiVoiceOver": {"speaker": "Jackson", "speed": "100", "amplifyLevel": "0"},
            },
            "scenes": [{"text": "Hi.", "minimumDuration": "5", "subtitles": "false"}],
        }

        sent = payload(body, v1.Storyboard)

        assert {
            "videoName": "demo",
            "videoWidth": 1920,
            "videoHeight": 1080,
            "audio": {
                "autoBackgroundMusic": True,
                "backGroundMusicVolume": 0.5,
                "aiVoiceOver": {"speaker": "Jackson", "speed": 100, "amplifyLevel": 0},
            },
            "scenes": [{"text": "Hi.", "minimumDuration": 5, "subtitles": False}],
        } == sent

    def test_takes_numbers_as_strings_everywhere(self) -> None:
        """So do numbers and flags of the current API, at any depth; texts of digits stay texts."""
        voice = {"speaker": "1234", "speed": "90", "amplificationLevel": "-0.5"}
        body = {
            "videoName": "2024",
            "saveProject": "True",
            "voiceOver": {"enabled": "true", "aiVoices": [voice]},
            "scenes": [
                {
                    "story": "7",
                    "maxSubtitleLines": "2",
                    "elements": [{"type": "shape", "borderRadius": "12", "strokeWidth": " 1.5 "}],
                }
            ],
        }

        sent = payload(body, Storyboard)

        assert {
            "videoName": "2024",
            "saveProject": True,
            "voiceOver": {
                "enabled": True,
                "aiVoices": [{"speaker": "1234", "speed": 90, "amplificationLevel": -0.5}],
            },
            "scenes": [
                {
                    "story": "7",
                    "maxSubtitleLines": 2,
                    "elements": [{"type": "shape", "borderRadius": "12", "strokeWidth": 1.5}],
                }
            ],
        } == sent

    def test_leaves_out_what_is_not_set(self) -> None:
        """Only what is set is sent, from a model and from a mapping with nulls alike."""
        body = {"videoName": "demo", "logo": None, "scenes": [{"story": "Hi.", "caption": None}]}
        model = Storyboard(video_name="demo", scenes=[Scene(story="Hi.")])
        expected = {"videoName": "demo", "scenes": [{"story": "Hi."}]}

        assert expected == payload(body, Storyboard)
        assert expected == payload(model, Storyboard)

    def test_an_empty_list_is_sent(self) -> None:
        """An empty list says something else than none, so it is sent."""
        body: dict[str, Any] = {
            "videoName": "demo",
            "scenes": [{"story": "a", "subtitleStyle": {}}],
            "subtitleStyle": {"decorations": []},
            "variables": {},
        }

        assert body == payload(body, Storyboard)

    def test_takes_models_within_a_mapping(self) -> None:
        """A mapping may hold models where the documentation has objects."""
        body = {"videoName": "demo", "scenes": [Scene(story="Hi.")]}

        assert {"videoName": "demo", "scenes": [{"story": "Hi."}]} == payload(body, Storyboard)

    def test_takes_any_mapping_and_sequence(self) -> None:
        """Read-only mappings, tuples and generators do as well as dicts and lists."""
        scenes = (types.MappingProxyType({"story": text}) for text in ("One.", "Two."))
        body = types.MappingProxyType(
            {"videoName": "demo", "scenes": scenes, "destinations": ({"to": ("a", "b")},)}
        )

        sent = payload(body, Storyboard)

        assert [{"story": "One."}, {"story": "Two."}] == sent["scenes"]
        assert [{"to": ["a", "b"]}] == sent["destinations"]

    def test_shares_nothing_with_the_model(self) -> None:
        """Whoever changes the payload does not change the model."""
        model = Storyboard(
            video_name="demo", scenes=[Scene(story="Hi.")], variables={"a": {"b": [1]}}
        )

        payload(model, Storyboard)["variables"]["a"]["b"].append(2)

        assert {"a": {"b": [1]}} == model.variables


# What is wrong in a mapping, and what is said about it.
BAD_BODIES: list[tuple[dict[str, Any], str]] = [
    ({"scenes": []}, "videoName: expected a value, for it is required, found nothing"),
    (
        {"videoName": None, "scenes": []},
        "videoName: expected a value, for it is required, found nothing",
    ),
    ({"videoName": 5}, "videoName: expected a string, found 5"),
    (
        {
            "videoName": "demo",
            "templateId": "t",
            "backgroundMusic": {"clips": [{"start": 0, "end": "9s"}]},
        },
        "backgroundMusic.clips[0].end: expected a number, found '9s'",
    ),
    (
        {"videoName": "demo", "scenes": []},
        "scenes: expected at least one scene, templateId or url, found no scene",
    ),
    (
        {"videoName": "demo", "scenes": {"story": "a"}},
        "scenes: expected a list, found {'story': 'a'}",
    ),
    ({"videoName": "demo", "scenes": 5}, "scenes: expected a list, found 5"),
    (
        {"videoName": "demo", "scenes": ["a"]},
        "scenes[0]: expected an object (Scene), found 'a'",
    ),
    (
        {"videoName": "demo", "scenes": [None]},
        "scenes[0]: expected an object (Scene), found None",
    ),
    (
        {"videoName": "demo", "scenes": [{"story": {"x": 1}}]},
        "scenes[0].story: expected a string, found {'x': 1}",
    ),
    (
        {"videoName": "demo", "scenes": [{"story": "a", "hideSubtitles": "no"}]},
        "scenes[0].hideSubtitles: expected true or false, found 'no'",
    ),
    (
        {"videoName": "demo", "scenes": [{"story": "a", "maxSubtitleLines": "2.0"}]},
        "scenes[0].maxSubtitleLines: expected a whole number, found '2.0'",
    ),
    (
        {"videoName": "demo", "scenes": [{"story": "a", "minimumDuration": "1e5"}]},
        "scenes[0].minimumDuration: expected a number, found '1e5'",
    ),
    (
        {"videoName": "demo", "scenes": [{"sceneId": 1}]},
        "scenes[0].sceneId: expected templateId beside the scenes, found no template",
    ),
    (
        {"videoName": "demo", "templateId": "t", "scenes": [{"insertBeforeSceneId": 1}]},
        (
            "scenes[0].story: expected story, storyCoPilot, blogUrl, pptUrl, audioUrl, videoUrl "
            "or a background to show, found none of them"
        ),
    ),
    (
        {"videoName": "demo", "scenes": [{"story": "a", "voiceOver": {"aiVoices": [{}]}}]},
        (
            "scenes[0].voiceOver.aiVoices[0].speaker: expected a value, for it is required, "
            "found nothing"
        ),
    ),
    (
        {
            "videoName": "demo",
            "scenes": [{"story": "a"}, {"background": {"visualUrl": "u", "color": "c"}}],
        },
        (
            "scenes[1].background.color: expected only one of visualUrl, color, aiVisual, "
            "found visualUrl as well"
        ),
    ),
    (
        {"videoName": "demo", "scenes": [{"story": "x" * 15_001}]},
        "scenes[0].story: expected 1 to 15,000 characters, found 15,001 characters",
    ),
    (
        {"videoName": "demo", "scenes": [{"story": "a"}], "variables": {"a": [object]}},
        "variables.a[0]: expected a value of JSON, found <class 'object'>",
    ),
    (
        {"videoName": "demo", "scenes": [{"story": "a"}], "extra": []},
        "extra: expected an object, found []",
    ),
    (
        {"videoName": "demo", "scenes": [{"story": "a"}], "extra": [], "xyz": 1},
        "extra: expected an object, found []",
    ),
    (
        {"videoName": "demo", "scenes": [{"story": "a"}], "xyz": {"a": [{2}]}},
        "xyz.a[0]: expected a value of JSON, found {2}",
    ),
    (
        {"videoName": "demo", "scenes": [{"story": "a"}], "\udc80": 1},
        "Storyboard: expected text that UTF-8 can encode, found '\\udc80'",
    ),
    (
        {"videoName": "demo", "scenes": [{"story": "a"}], "variables": {"\udc80": "a"}},
        "variables: expected text that UTF-8 can encode, found '\\udc80'",
    ),
]


class TestRefusals:
    def test_a_misspelt_field(self) -> None:
        """A field that the service would strip is refused: where, and what may be meant."""
        error = refused({"videoName": "demo", "scenes": [{"story": "a"}, {"storry": "Hello"}]})

        assert "scenes[1].storry" == error.field
        assert "(perhaps story)" in error.expected
        assert "put it under `extra`" in error.expected
        assert "'Hello'" == error.found

    @pytest.mark.parametrize("name", ["video_name", "videoname", "VideoName", "videName"])
    def test_a_misspelt_required_field(self, name: str) -> None:
        """A required field that is misspelt is called misspelt, rather than missing."""
        error = refused({name: "demo", "scenes": [{"story": "a"}]})

        assert name == error.field
        assert "(perhaps videoName)" in error.expected

    @pytest.mark.parametrize(("body", "message"), BAD_BODIES)
    def test_say_where_and_what(self, body: dict[str, Any], message: str) -> None:
        """What is wrong in a mapping is named by its path from the top."""
        assert message == str(refused(body))

    @pytest.mark.parametrize("value", [[{"videoName": "demo"}], "demo", None, 5, Scene(story="a")])
    def test_what_is_no_storyboard(self, value: Any) -> None:
        """What is neither a model nor a mapping is refused as a whole."""
        error = refused(value)

        assert "Storyboard" == error.field
        assert "mapping" in error.expected

    def test_a_storyboard_of_the_other_api(self) -> None:
        """The storyboards of the two APIs are not taken for each other."""
        error = refused(v1.Storyboard.from_script("Hi.", name="demo"))

        assert "the Storyboard of this generation of the API" in error.expected

    def test_a_field_that_is_no_string(self) -> None:
        """A key that is no string is an unknown field like any other."""
        assert "1" == refused({1: 2, "videoName": "demo"}).field


# Names that no model knows, and the known ones that they look like.
TYPOS: list[tuple[type[RequestModel], str, str]] = [
    (Scene, "storry", "story"),
    (Scene, "stroy", "story"),
    (Scene, "Story", "story"),
    (Scene, "hide_subtitles", "hideSubtitles"),
    (Scene, "hideSubtitle", "hideSubtitles"),
    (Scene, "backgroundMusik", "backgroundMusic"),
    (Storyboard, "scene", "scenes"),
    (Storyboard, "aspect-ratio", "aspectRatio"),
    (Storyboard, "uri", "url"),
    (v1.Scene, "background_uri", "backgroundUri"),
    (v1.Audio, "backgroundMusicUri", "backGroundMusicUri"),
]
# What the documentation might name tomorrow; some was in none of our lists yesterday.
OTHERS: list[tuple[type[RequestModel], str]] = [
    (Storyboard, "xyz"),
    (Storyboard, "intro"),
    (Storyboard, "backgroundMusicId"),
    (Storyboard, "voiceOverId"),
    (Storyboard, "webhookSecret"),
    (Scene, "podcastUrl"),
    (Scene, "captionColor"),
    (Scene, "narrationLanguage"),
]


def body_with(cls: type[RequestModel], name: str, value: object) -> tuple[dict[str, Any], str]:
    """Return the body of a storyboard that has a field in the place of a class, and its path."""
    field = {name: value}
    if cls is Storyboard:
        return {"videoName": "demo", "scenes": [{"story": "a"}], **field}, name
    if cls is v1.Audio:
        return {"videoName": "demo", "scenes": [{"text": "a"}], "audio": field}, f"audio.{name}"
    text = "text" if cls is v1.Scene else "story"
    scenes = [{text: "a"}, {text: "a", **field}]
    return {"videoName": "demo", "scenes": scenes}, f"scenes[1].{name}"


def board_of(cls: type[RequestModel]) -> type[RequestModel]:
    """Return the storyboard that a class is part of."""
    return v1.Storyboard if cls.__module__ == v1.__name__ else Storyboard


class TestUnknownNames:
    @pytest.fixture(autouse=True)
    def nothing_said(self) -> None:
        """Let the log forget what it has said before."""
        inside(convert)._tell_of.cache_clear()

    @pytest.mark.parametrize("strict", [None, True])
    @pytest.mark.parametrize(("cls", "name", "meant"), TYPOS)
    def test_a_typo(
        self, cls: type[RequestModel], name: str, meant: str, *, strict: bool | None
    ) -> None:
        """What is close to a known name is the typo that it looks like, and refused."""
        body, path = body_with(cls, name, 1)

        error = refused(body, board_of(cls), strict=strict)

        assert path == error.field
        assert f"(perhaps {meant})" in error.expected

    @pytest.mark.parametrize(("cls", "name"), OTHERS)
    def test_another_name(
        self, cls: type[RequestModel], name: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        """What is close to nothing known is sent as it is; the log says so once, without it."""
        body, _ = body_with(cls, name, {"a": [None, "a secret"]})

        assert [body, body] == [payload(body, board_of(cls)) for _ in range(2)]
        said = f"{name!r} is no documented field of {cls.__name__}: it is sent as it is, and the "
        assert [said + "service may drop it"] == caplog.messages

    @pytest.mark.parametrize(("cls", "name"), OTHERS)
    def test_strict(self, cls: type[RequestModel], name: str) -> None:
        """A strict client refuses every name that is not documented."""
        body, path = body_with(cls, name, 1)

        assert path == refused(body, board_of(cls), strict=True).field

    @pytest.mark.parametrize(("cls", "name", "_"), TYPOS)
    def test_not_strict(
        self, cls: type[RequestModel], name: str, _: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        """A client that is not strict sends every name, and the log says so."""
        body, _ = body_with(cls, name, None)

        assert body == payload(body, board_of(cls), strict=False)
        assert 1 == len(caplog.messages)

    @pytest.mark.parametrize("strict", [None, True, False])
    def test_extra_goes_without_a_word(
        self, caplog: pytest.LogCaptureFixture, *, strict: bool | None
    ) -> None:
        """What is under `extra` is sent whatever it is called, and the log says nothing."""
        body = {"videoName": "demo", "scenes": [{"story": "a"}]}

        sent = payload({**body, "extra": {"scene": 1, "xyz": None}}, Storyboard, strict)

        assert {**body, "scene": 1, "xyz": None} == sent
        assert [] == caplog.messages

    def test_extra_wins(self) -> None:
        """A name that stands there twice is what `extra` says."""
        body = {"videoName": "demo", "scenes": [{"story": "a"}]}

        assert {**body, "xyz": 2} == payload({**body, "xyz": 1, "extra": {"xyz": 2}}, Storyboard)

    @pytest.mark.parametrize("strict", [None, False])
    @pytest.mark.parametrize(
        ("body", "cls", "path"),
        [
            ({"scenes": [{"text": "Of v1."}]}, Storyboard, "scenes[0].story"),
            ({"scenes": [{"story": "Of v2."}]}, v1.Storyboard, "scenes[0].text"),
            ({"podcastUrl": "u"}, Storyboard, "scenes"),
            ({"podcastUrl": "u", "scenes": []}, v1.Storyboard, "scenes"),
        ],
    )
    def test_is_no_content(
        self, body: dict[str, Any], cls: type[RequestModel], path: str, *, strict: bool | None
    ) -> None:
        """A name that no page lists does not stand for what a scene or a storyboard must have.

        A storyboard of the other generation would be paid for, without its texts. What is under
        `extra` may stand for it: whoever writes that knows better.
        """
        body = {"videoName": "demo", **body}

        assert path == refused(body, cls, strict=strict).field
        if "podcastUrl" in body:
            assert "u" == payload({"extra": body, **body}, cls, strict)["podcastUrl"]

    def test_no_documented_name_is_a_typo_of_another(self) -> None:
        """A list of names that lacks one refuses it only where it is one letter from another.

        Nobody knows what the service will take tomorrow, but what it takes today shows how its
        names differ from each other.
        """
        found = set[str]()
        for cls in [each for each in subclasses(RequestModel) if is_of_storyboard(each)]:
            names = {wire_name(attribute) for attribute in attrs.fields(cls)}
            found |= {name for name in names if misspelt(name, (*names - {name},)) is not None}

        # One thing by two names, singular and plural, two axes, and a style for the id of one.
        assert found == {
            *("article_url", "articleUrl", "subtitle", "subtitles", "aiVoiceOver", "aiVoiceOvers"),
            *("referenceImageUrl", "referenceImageUrls", "centerX", "centerY"),
            "subtitleStyle",
        }


class TestExtra:
    def test_is_merged_into_the_json(self) -> None:
        """What is under `extra` is sent beside the known fields, at every level."""
        model = Storyboard(
            video_name="demo",
            scenes=[Scene(story="Hi.", extra={"mood": "calm"})],
            extra={"newField": {"a": (1, None)}},
        )

        assert {
            "videoName": "demo",
            "scenes": [{"story": "Hi.", "mood": "calm"}],
            "newField": {"a": [1, None]},
        } == payload(model, Storyboard)

    def test_wins_over_a_known_field(self) -> None:
        """A value that our rules refuse, but the service takes by now, can still be sent."""
        model = Storyboard(video_name="demo", scenes=[Scene(story="a", extra={"story": ["b"]})])

        assert [{"story": ["b"]}] == payload(model, Storyboard)["scenes"]

    @pytest.mark.parametrize("none", [{}, {"extra": None}, {"extra": {}}])
    def test_may_be_used_in_a_mapping(self, none: dict[str, Any]) -> None:
        """A mapping may have `extra` too, or null, or none."""
        body = {"videoName": "demo", "scenes": [{"story": "a", "extra": {"mood": "calm"}}]}

        assert {"videoName": "demo", "scenes": [{"story": "a", "mood": "calm"}]} == payload(
            body | none, Storyboard
        )


PREVIEW: dict[str, Any] = {
    "status": "completed",
    "previewUrl": "https://example.com/preview",
    "renderParams": {"elements": [{"id": "bgMusic"}], "output": {"width": 1920}},
    "storyboard": {"videoName": "demo"},
    "projectId": 42,
    "next_generation_video": True,
}
VIDEO: dict[str, Any] = {
    "status": "completed",
    "progress": 100,
    "videoURL": "https://example.com/v.mp4",
    "videoShareURL": "https://example.com/v",
    "thumbnail": "https://example.com/t.jpg",
    "audioURL": "https://example.com/a.mp3",
    "srtFile": "https://example.com/s.srt",
    "vttFile": "https://example.com/s.vtt",
    "txtFile": "https://example.com/s.txt",
    "videoDuration": 12.5,
    "aiCreditsUsed": 3,
}


class TestResult:
    def test_reads_a_preview(self) -> None:
        """A preview's data becomes a model; what it does not know is kept."""
        preview = read_model(PREVIEW, Preview, job_id="j-1")

        assert (
            Preview(
                job_id="j-1",
                preview_url="https://example.com/preview",
                render_params=PREVIEW["renderParams"],
                storyboard={"videoName": "demo"},
                project_id=42,
                extra={"status": "completed", "next_generation_video": True},
            )
            == preview
        )

    def test_reads_a_video(self) -> None:
        """A video's data becomes a model; its status is kept beside it."""
        video = read_model(VIDEO, Video, job_id="j-1")

        assert "https://example.com/v.mp4" == video.url
        assert "https://example.com/s.vtt" == video.vtt_url
        assert (12.5, 3) == (video.duration, video.ai_credits_used)
        assert {"status": "completed", "progress": 100} == video.extra

    @pytest.mark.parametrize(("data", "cls"), [(PREVIEW, Preview), (VIDEO, Video)])
    def test_survives_the_round_trip(self, data: dict[str, Any], cls: type[Open]) -> None:
        """Nothing of an answer is lost, and the job's id does not slip in."""
        assert data == to_data(read_model(data, cls, job_id="j-1"))

    @pytest.mark.parametrize(
        ("data", "cls", "name"),
        [
            ({"preview": "u"}, Preview, "preview_url"),
            ({"previewUrl": None, "preview": "u"}, Preview, "preview_url"),
        ],
    )
    def test_knows_the_older_names(self, data: dict[str, Any], cls: type[Open], name: str) -> None:
        """Where the API has called a field by two names, both are read."""
        read = read_model(data, cls, job_id="j-1")

        assert "u" == getattr(read, name)
        assert {} == read.extra

    def test_the_page_and_the_shared_file_are_two_things(self) -> None:
        """`videoShareURL` is a page and `shareVideoURL` a file: neither is taken for the other."""
        data = {"videoShareURL": "page", "shareVideoURL": "file"}

        video = read_model(data, Video, job_id="j-1")

        assert ("page", "file", {}) == (video.share_url, video.share_video_url, video.extra)
        assert data == to_data(video)

    def test_null_is_absent(self) -> None:
        """A null is no link; an unknown null is kept as it is."""
        video = read_model({"videoURL": None, "note": None}, Video, job_id="j-1")

        assert (None, {"note": None}) == (video.url, video.extra)

    def test_reads_numeric_strings(self) -> None:
        """A number may come as a string of one."""
        video = read_model({"videoDuration": "12.5", "aiCreditsUsed": "3"}, Video, job_id="j-1")

        assert (12.5, 3) == (video.duration, video.ai_credits_used)

    @pytest.mark.parametrize("data", [None, [], "done", 5])
    def test_refuses_what_is_no_object(self, data: Any) -> None:
        """Data that is no object is not what the documentation promises."""
        with pytest.raises(UnexpectedShapeError) as caught:
            read_model(data, Video, job_id="j-1")

        assert f"data: expected an object, found {data!r}" == str(caught.value)

    def test_refuses_a_wrong_type_within(self) -> None:
        """The path leads from the top of the data to what is wrong."""
        with pytest.raises(UnexpectedShapeError) as caught:
            read_model({"videoName": "demo", "scenes": [{"story": "a"}, 5]}, Storyboard)

        assert "scenes[1]" == caught.value.field

    def test_refuses_what_lacks_a_required_field(self) -> None:
        """A required field that is missing is named."""
        with pytest.raises(UnexpectedShapeError) as caught:
            read_model({"scenes": [{"story": "a"}]}, Storyboard)

        assert "videoName" == caught.value.field


# From here on: any model at all becomes JSON and comes back as it was.

RANGES = {
    "speed": (50, 200),
    "amplification_level": (-1, 1),
    "amplify_level": (-1, 1),
    "volume": (0, 1),
    "background_music_volume": (0, 1),
    "opacity": (0, 1),
    "max_subtitle_lines": (1, 4),
    "font_size": (1, 99),
    "custom_speed_value": (0.5, 9),
    "duration": (1, 600),
}
PERCENTAGES = {"top", "left", "width"}
# Every model of an answer; the requests that are no part of a storyboard.
RESULTS = [cls for cls in subclasses(Open) if not issubclass(cls, RequestModel)]
REQUESTS = [cls for cls in subclasses(RequestModel) if not is_of_storyboard(cls)]
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(-9, 9) | st.text(max_size=5)
NAMES = ["videoName", "scenes", "story", "background", "elements", "voiceOver", "extra"]


def nested(names: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    """Draw JSON whose objects have such names."""
    return st.recursive(
        SCALARS,
        lambda inner: st.lists(inner, max_size=2) | st.dictionaries(names, inner, max_size=4),
        max_leaves=6,
    )


JSON = nested(st.text(max_size=5))
UNKNOWN = st.dictionaries(st.text(max_size=5).map("x-{}".format), JSON, max_size=2)
EXCLUSIVE: dict[str, list[tuple[str, ...]]] = {
    "Scene": [
        ("story", "story_co_pilot", "blog_url", "ppt_url", "audio_url", "video_url"),
        ("subtitle_style_id", "subtitle_style_name"),
    ],
    "Background": [("visual_url", "color", "ai_visual")],
    "VideoPrompt": [("first_frame_image_url", "extend_video_url", "reference_image_urls")],
    "AiVisual": [("first_frame_image_url", "reference_image_urls")],
    "Element": [
        ("position", "top"),
        ("position", "left"),
        ("visual_url", "search_filter", "ai_visual"),
    ],
    "Avatar": [("position", "top"), ("position", "left")],
    "VoiceOver": [("ai_voices", "external_voice")],
    "BackgroundMusic": [("music_url", "auto_music")],
    "VisualSettings": [("zoom_and_pan", "ken_burns_effect")],
    "Storyboard": [
        ("brand_id", "brand_name"),
        ("subtitle_style_id", "subtitle_style_name"),
        ("smart_layout_id", "smart_layout_name"),
    ],
}


def kept(cls: type[Open], fields: dict[str, Any]) -> dict[str, Any]:
    """Drop and add fields until the documented rules are kept."""
    for group in EXCLUSIVE.get(cls.__name__, []):
        for name in [name for name in group if name in fields][1:]:
            del fields[name]
    if cls is Scene:
        _keep_scene(fields)
    if cls is Background:
        fields.pop("clips", None)
        fields.setdefault("type", "image")
    if cls is Element and not {"visual_url", "search_filter", "ai_visual"} & fields.keys():
        fields |= {"type": "text", "text": "Hi"}
    if cls is v1.Scene:
        fields["text"] = "Hi"
    if "prompt" in fields and cls in REQUESTS:
        fields["prompt"] = "A cup of tea"
    if cls is MusicSearch:
        fields.pop("min_duration", None)
    if cls is Storyboard:
        _keep_storyboard(fields)
    return fields


def _keep_scene(fields: dict[str, Any]) -> None:
    # They need a template.
    for name in ("scene_id", "insert_before_scene_id", "insert_after_scene_id"):
        fields.pop(name, None)
    sources = {"story_co_pilot", "blog_url", "ppt_url", "audio_url", "video_url"}
    if sources & fields.keys():
        fields.pop("caption", None)
        fields.pop("is_ssml_story", None)
    else:
        fields["story"] = "Hi"
    if {"audio_url", "video_url"} & fields.keys():
        fields["audio_language"] = "en-US"
    else:
        fields.pop("transcript", None)
        fields.pop("media_repurpose_settings", None)
    if "caption" in fields:
        fields.pop("create_scene_on_new_line", None)
        fields.pop("create_scene_on_end_of_sentence", None)
    if "background_music" in fields:
        fields["background_music"] = BackgroundMusic(enabled=False)


def _keep_storyboard(fields: dict[str, Any]) -> None:
    if {"video_width", "video_height"} & fields.keys():
        fields |= {"video_width": 1920, "video_height": 1080}
    if any(scene.max_subtitle_lines for scene in fields["scenes"]):
        fields.pop("smart_layout_id", None)
        fields.pop("smart_layout_name", None)
    if "avatar" in fields:
        fields["voice_over"] = VoiceOver(enabled=True, ai_voices=[AiVoice(speaker="A")])


@st.composite
def models(draw: st.DrawFn, cls: Any) -> Any:
    """Draw models of a class that keep the documented rules."""
    return cls(**kept(cls, draw(arguments(cls))))


@functools.cache
def arguments(cls: type) -> st.SearchStrategy[dict[str, Any]]:
    """Draw the arguments of a class: the required ones, and some of the others."""
    required: dict[str, Any] = {}
    optional: dict[str, Any] = {"extra": UNKNOWN}
    for attribute in attrs.fields(cls):
        if attribute.name != "extra":
            is_required = attribute.default is attrs.NOTHING or attribute.name == "scenes"
            fields = required if is_required else optional
            fields[attribute.name] = values(attribute.name, attribute.type)
    return st.fixed_dictionaries(required, optional=optional)


def values(name: str, kind: Any) -> st.SearchStrategy[Any]:
    """Draw values of a field's type, within the documented ranges."""
    if isinstance(kind, types.UnionType):
        options = [option for option in get_args(kind) if option is not types.NoneType]
        return st.one_of([values(name, option) for option in options])
    if attrs.has(kind):
        return models(kind)
    if get_origin(kind) in {tuple, Sequence}:
        return st.lists(values(name, get_args(kind)[0]), min_size=1, max_size=2)
    low, high = RANGES.get(name, (0, 99))
    scalars: dict[Any, st.SearchStrategy[Any]] = {
        str: st.sampled_from(["0%", "9%", "100%"])
        if name in PERCENTAGES
        else st.text("ab", min_size=1),
        bool: st.booleans(),
        int: st.integers(int(low), int(high)),
        float: st.floats(low, high) | st.integers(int(low) + 1, int(high)),
        Mapping: st.dictionaries(st.text(max_size=5), JSON, max_size=2),
        object: JSON.filter(lambda value: value is not None),
    }
    return scalars[get_origin(kind) or kind]


any_amount = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@pytest.mark.parametrize("cls", [Storyboard, v1.Storyboard, *REQUESTS])
@given(data=st.data())
@any_amount
def test_any_request_survives_the_round_trip(cls: type[RequestModel], data: st.DataObject) -> None:
    """A model becomes JSON, and the JSON the same model, with unknown fields and all."""
    model = data.draw(models(cls))

    sent = payload(model, cls)

    assert sent == json.loads(json.dumps(sent))
    assert model == read_model(sent, cls)


@pytest.mark.parametrize("cls", RESULTS)
@given(data=st.data())
@any_amount
def test_any_result_survives_the_round_trip(cls: type[Open], data: st.DataObject) -> None:
    """A result becomes JSON, and the JSON the same result, with unknown fields and all."""
    model = data.draw(models(cls))
    beside = [each.name for each in attrs.fields(cls) if not each.metadata.get("in_data", True)]

    sent = to_data(model)
    again = read_model(sent, cls, **{name: getattr(model, name) for name in beside})

    assert sent == to_data(again)
    # The sentences of a transcript are read when they are looked at.
    assert model == again or cls in {Transcript, Sentence}


@given(body=nested(st.sampled_from(NAMES)))
@any_amount
def test_any_mapping_is_taken_or_refused(body: Any) -> None:
    """Whatever somebody passes, it becomes a payload or an error that names the field."""
    before = copy.deepcopy(body)

    error = refusal(body)

    assert error is None or (error.field and len(error.found) <= 80)
    assert before == body


def refusal(body: Any) -> InvalidRequestError | None:
    """Say why a body is refused, if it is."""
    try:
        payload(body, Storyboard)
    except InvalidRequestError as error:
        return error
    return None


def test_nothing_is_built_at_import() -> None:
    """The converter's hooks are made when they are first needed."""
    code = (
        "from pictory_async._shapes import convert; print(convert._converter.cache_info().currsize)"
    )

    done = subprocess.run(  # noqa: S603 - our own interpreter, our own code
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert "0" == done.stdout.strip()


def test_a_visual_needs_no_narration() -> None:
    """A scene may consist of a background alone."""
    scene = Scene(background=Background(color="#000", settings=VisualSettings(mute=True)))

    assert {
        "videoName": "demo",
        "scenes": [{"background": {"color": "#000", "settings": {"mute": True}}}],
    } == payload(Storyboard(video_name="demo", scenes=[scene]), Storyboard)
