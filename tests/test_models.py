"""The models refuse what the service would refuse, and take everything else."""

from __future__ import annotations

import copy
import inspect
import pickle
import sys
from collections import UserString
from typing import TYPE_CHECKING, Any

import attrs
import pytest

from pictory_async import _models
from pictory_async._errors import InvalidRequestError
from pictory_async._models import results, v1
from pictory_async._models.base import Open, RequestModel, as_number, as_tuple, short, wire_name
from pictory_async._shapes.convert import payload
from pictory_async.models import (
    AiVisual,
    AiVoice,
    Animation,
    Avatar,
    Background,
    BackgroundMusic,
    Clip,
    ColorOverlay,
    CorpusVisual,
    Element,
    ExternalVoice,
    FontStyle,
    Logo,
    Passage,
    Scene,
    SearchFilter,
    Storyboard,
    StoryCoPilot,
    VisualSettings,
    VoiceOver,
)


if TYPE_CHECKING:
    from collections.abc import Callable


SCENE = Scene(story="A fox runs.")
V1_SCENE = v1.Scene(text="A fox runs.")
CLIP = Clip(start=0, end=1.5)
RECORDING = "https://example.com/a.mp3"
VISUAL = AiVisual(prompt="A fox")

# Each rule of the documentation: the class, what it refuses and where, and what it takes.
RULES: list[tuple[type[RequestModel], dict[str, Any], str, dict[str, Any]]] = [
    (Scene, {"story": "x" * 15_001}, "story", {"story": "x" * 15_000}),
    (Scene, {"story": ""}, "story", {"story": "x"}),
    (Scene, {"story": " \n"}, "story", {"story": " x\n"}),
    (Scene, {}, "story", {"story_co_pilot": StoryCoPilot(prompt="A fox")}),
    (Scene, {"background": Background()}, "story", {"background": Background(color="#000")}),
    (
        Scene,
        {"background": Background(settings=VisualSettings(loop=True))},
        "story",
        {"background": Background(search_filter=SearchFilter(query="fox"))},
    ),
    (Scene, {"story": "x", "blog_url": "u"}, "blog_url", {"blog_url": "u"}),
    (Scene, {"ppt_url": "u", "blog_url": "u"}, "ppt_url", {"ppt_url": "u"}),
    (
        Scene,
        {"story": "x", "story_co_pilot": StoryCoPilot(prompt="x")},
        "story_co_pilot",
        {"story": "x", "background": Background(color="#000")},
    ),
    (
        Scene,
        {"audio_url": "u", "video_url": "u", "audio_language": "en-US"},
        "video_url",
        {"video_url": "u", "audio_language": "en-US"},
    ),
    (
        Scene,
        {"audio_url": "u"},
        "audio_language",
        {"audio_url": "u", "audio_language": "xx-NEW"},
    ),
    (Scene, {"video_url": "u"}, "audio_language", {"video_url": "u", "audio_language": "en-US"}),
    (
        Scene,
        {"story": "x", "transcript": [{"a": 1}]},
        "transcript",
        {"audio_url": "u", "audio_language": "en-US", "transcript": [{"a": 1}]},
    ),
    (
        Scene,
        {"story": "x", "media_repurpose_settings": {"a": 1}},
        "media_repurpose_settings",
        {"video_url": "u", "audio_language": "en-US", "media_repurpose_settings": {"a": 1}},
    ),
    (
        Scene,
        {"blog_url": "u", "is_ssml_story": True},
        "is_ssml_story",
        {"story": "<speak/>", "is_ssml_story": True},
    ),
    (Scene, {"blog_url": "u", "caption": "c"}, "caption", {"story": "x", "caption": "c"}),
    (
        Scene,
        {"story": "x", "caption": "c", "create_scene_on_new_line": True},
        "caption",
        {"story": "x", "caption": "c", "create_scene_on_new_line": False},
    ),
    (
        Scene,
        {"story": "x", "caption": "c", "create_scene_on_end_of_sentence": True},
        "caption",
        {"story": "x", "create_scene_on_end_of_sentence": True},
    ),
    (
        Scene,
        {"story": "x", "max_subtitle_lines": 0},
        "max_subtitle_lines",
        {"story": "x", "max_subtitle_lines": 1},
    ),
    (
        Scene,
        {"story": "x", "max_subtitle_lines": 5},
        "max_subtitle_lines",
        {"story": "x", "max_subtitle_lines": 4},
    ),
    (
        Scene,
        {"story": "x", "subtitle_style_id": "1", "subtitle_style_name": "n"},
        "subtitle_style_name",
        {"story": "x", "subtitle_style_name": "n"},
    ),
    (
        Scene,
        {"story": "x", "elements": []},
        "elements",
        {"story": "x", "elements": [Element(type="shape")]},
    ),
    (
        Scene,
        {"story": "x", "elements": [Element(type="shape")] * 21},
        "elements",
        {"story": "x", "elements": [Element(type="shape")] * 20},
    ),
    (
        Scene,
        {"story": "x", "background_music": BackgroundMusic(enabled=True, volume=0.5)},
        "background_music",
        {"story": "x", "background_music": BackgroundMusic(enabled=False, extra={"new": 1})},
    ),
    (StoryCoPilot, {"prompt": "x" * 5001}, "prompt", {"prompt": "x" * 5000}),
    (StoryCoPilot, {"prompt": ""}, "prompt", {"prompt": "x"}),
    (StoryCoPilot, {"prompt": "x", "duration": 601}, "duration", {"prompt": "x", "duration": 600}),
    (StoryCoPilot, {"prompt": "x", "duration": 0.5}, "duration", {"prompt": "x", "duration": 1}),
    (Background, {"visual_url": "u", "color": "#000"}, "color", {"visual_url": "u"}),
    (Background, {"color": "#000", "ai_visual": VISUAL}, "ai_visual", {"color": "#000"}),
    (Background, {"ai_visual": VISUAL}, "type", {"ai_visual": VISUAL, "type": "image"}),
    (
        Background,
        {"color": "#000", "clips": [CLIP]},
        "clips",
        {"visual_url": "u", "type": "video", "clips": [CLIP]},
    ),
    (
        Background,
        {"visual_url": "u", "type": "image", "clips": [CLIP]},
        "clips",
        {"visual_url": "u", "type": "image"},
    ),
    (SearchFilter, {"keywords": []}, "keywords", {"keywords": ["a"]}),
    (SearchFilter, {"keywords": ["a"] * 11}, "keywords", {"keywords": ["a"] * 10}),
    (AiVisual, {"prompt": "x" * 501}, "prompt", {"prompt": "x" * 500}),
    (AiVisual, {"reference_image_urls": []}, "reference_image_urls", {}),
    (
        AiVisual,
        {"reference_image_urls": ["u"] * 3},
        "reference_image_urls",
        {"reference_image_urls": ["u"] * 2},
    ),
    (
        AiVisual,
        {"first_frame_image_url": "u", "reference_image_urls": ["u"]},
        "reference_image_urls",
        {"first_frame_image_url": "u"},
    ),
    (ColorOverlay, {"opacity": 1.1}, "opacity", {"opacity": 1}),
    (ColorOverlay, {"opacity": -0.1}, "opacity", {"opacity": 0}),
    (
        VisualSettings,
        {"zoom_and_pan": True, "ken_burns_effect": True},
        "ken_burns_effect",
        {"zoom_and_pan": False, "ken_burns_effect": True},
    ),
    (FontStyle, {"font_size": 0}, "font_size", {"font_size": 1}),
    (FontStyle, {"animations": []}, "animations", {"animations": [Animation(name="fade")]}),
    (
        FontStyle,
        {"animations": [Animation()] * 3},
        "animations",
        {"animations": [Animation(type="entry"), Animation(type="exit")]},
    ),
    (
        Animation,
        {"custom_speed_value": 0.4},
        "custom_speed_value",
        {"speed": "custom", "custom_speed_value": 0.5},
    ),
    (Element, {"type": "text"}, "text", {"type": "text", "text": "Hi"}),
    (Element, {"type": "text", "text": ""}, "text", {"type": "text", "text": "x" * 2000}),
    (Element, {"type": "text", "text": "x" * 2001}, "text", {"type": "text", "text": "x"}),
    (Element, {"type": "video"}, "visual_url", {"type": "video", "visual_url": "u"}),
    (Element, {"type": "image"}, "visual_url", {"type": "image", "extra": {"newSource": "u"}}),
    (
        Element,
        {"type": "image", "visual_url": "u", "ai_visual": VISUAL},
        "ai_visual",
        {"type": "image", "search_filter": SearchFilter(query="fox")},
    ),
    (
        Element,
        {"type": "shape", "position": "center", "top": "1%"},
        "top",
        {"type": "shape", "top": "1%", "left": "2%"},
    ),
    (
        Element,
        {"type": "shape", "position": "center", "left": "1%"},
        "left",
        {"type": "shape", "position": "center", "width": "100%"},
    ),
    (Element, {"type": "shape", "width": "101%"}, "width", {"type": "shape", "width": "0%"}),
    (Element, {"type": "shape", "top": "12.5%"}, "top", {"type": "shape", "top": "12%"}),
    (Element, {"type": "shape", "left": "40px"}, "left", {"type": "shape", "left": "40%"}),
    (AiVoice, {"speaker": "A", "speed": 49}, "speed", {"speaker": "A", "speed": 50}),
    (AiVoice, {"speaker": "A", "speed": 201}, "speed", {"speaker": "A", "speed": 200}),
    (AiVoice, {"speaker": " "}, "speaker", {"speaker": "1026"}),
    (
        AiVoice,
        {"speaker": "A", "amplification_level": 1.5},
        "amplification_level",
        {"speaker": "A", "amplification_level": 1},
    ),
    (
        ExternalVoice,
        {"voice_url": "u", "amplification_level": -1.5},
        "amplification_level",
        {"voice_url": "u", "amplification_level": -1},
    ),
    (
        VoiceOver,
        {"ai_voices": [AiVoice(speaker="A")], "external_voice": ExternalVoice(voice_url="u")},
        "external_voice",
        {"external_voice": ExternalVoice(voice_url="u")},
    ),
    (BackgroundMusic, {"volume": 1.01}, "volume", {"volume": 0.12}),
    (BackgroundMusic, {"clips": [CLIP] * 11}, "clips", {"clips": [CLIP] * 10}),
    (
        BackgroundMusic,
        {"auto_music": True, "music_url": "u"},
        "music_url",
        {"auto_music": False, "music_url": "u"},
    ),
    (Logo, {"url": "u", "width": "10"}, "width", {"url": "u", "width": "10%"}),
    (Avatar, {"position": "center", "top": "1%"}, "top", {"position": "center"}),
    (Avatar, {"width": "1.5%"}, "width", {"width": "15%", "border_radius": "50%"}),
    (Storyboard, {"video_name": "", "scenes": [SCENE]}, "video_name", {"scenes": [SCENE]}),
    (Storyboard, {"scenes": []}, "scenes", {"template_id": "t"}),
    (
        Storyboard,
        {"scenes": [SCENE], "video_width": 1920},
        "video_width",
        {"scenes": [SCENE], "video_width": 1920, "video_height": 1080},
    ),
    (Storyboard, {"scenes": [SCENE], "video_height": 9}, "video_height", {"scenes": [SCENE]}),
    (
        Storyboard,
        {"scenes": [SCENE], "brand_id": "1", "brand_name": "n"},
        "brand_name",
        {"scenes": [SCENE], "brand_id": "1"},
    ),
    (
        Storyboard,
        {"scenes": [SCENE], "subtitle_style_id": "1", "subtitle_style_name": "n"},
        "subtitle_style_name",
        {"scenes": [SCENE], "subtitle_style_id": "1"},
    ),
    (
        Storyboard,
        {"scenes": [SCENE], "smart_layout_id": "1", "smart_layout_name": "n"},
        "smart_layout_name",
        {"scenes": [SCENE], "smart_layout_id": "1"},
    ),
    (
        Storyboard,
        {"scenes": [SCENE, Scene(story="x", max_subtitle_lines=2)], "smart_layout_name": "n"},
        "scenes[1].max_subtitle_lines",
        {"scenes": [Scene(story="x", max_subtitle_lines=2)]},
    ),
    (
        Storyboard,
        {"scenes": [SCENE], "webhook": "x" * 501},
        "webhook",
        {"scenes": [SCENE], "webhook": "x" * 500},
    ),
    (
        Storyboard,
        {"scenes": [SCENE], "avatar": Avatar(avatar_id="a")},
        "avatar",
        {
            "scenes": [SCENE],
            "avatar": Avatar(avatar_id="a"),
            "voice_over": VoiceOver(enabled=True),
        },
    ),
    (
        Storyboard,
        {
            "scenes": [SCENE],
            "avatar": Avatar(avatar_id="a"),
            "voice_over": VoiceOver(enabled=False),
        },
        "avatar",
        {"scenes": [Scene(story="x", avatar=Avatar(hide=True))]},
    ),
    (Storyboard, {}, "scenes", {"url": "u"}),
    (Storyboard, {"video_to_video": True}, "scenes", {"extra": {"podcastUrl": "u"}}),
    (
        Scene,
        {"scene_id": 1, "insert_before_scene_id": 2},
        "insert_before_scene_id",
        {"scene_id": "s-1", "subtitles": [{"text": "x"}]},
    ),
    (
        Scene,
        {"insert_after_scene_id": 1},
        "story",
        {"insert_after_scene_id": 1, "story": "x"},
    ),
    (
        Storyboard,
        {"scenes": [SCENE, Scene(scene_id=1)]},
        "scenes[1].scene_id",
        {"scenes": [SCENE, Scene(scene_id=1)], "template_id": "t"},
    ),
    (
        v1.Storyboard,
        {"scenes": [V1_SCENE], "video_description": "x" * 101},
        "video_description",
        {"scenes": [V1_SCENE], "video_description": "x" * 100},
    ),
    (v1.Storyboard, {"scenes": []}, "scenes", {"scenes": [], "extra": {"podcastUrl": "u"}}),
    (v1.Scene, {}, "text", {"text": "x"}),
    (v1.Scene, {"text": " "}, "text", {"text": "", "background_uri": "u"}),
    (v1.Scene, {"caption": "c"}, "text", {"article_url": "u"}),
    (v1.Scene, {"voice_over": True}, "text", {"article_url_camel": "u"}),
    (v1.Scene, {"subtitle": True}, "text", {"ppt_url": "u"}),
    (v1.Scene, {"font_size": 9}, "text", {"extra": {"newSource": "u"}}),
    (v1.AiVoiceOver, {"speaker": "A", "speed": 49}, "speed", {"speaker": "A", "speed": 50}),
    (v1.AiVoiceOver, {"speaker": ""}, "speaker", {"speaker": "A"}),
    (
        v1.AiVoiceOver,
        {"speaker": "A", "amplify_level": 2},
        "amplify_level",
        {"speaker": "A", "amplify_level": -1},
    ),
    (
        v1.Audio,
        {"background_music_volume": 1.1},
        "background_music_volume",
        {"background_music_volume": 0.1},
    ),
    (v1.Storyboard, {"scenes": []}, "scenes", {"scenes": [V1_SCENE]}),
    (
        v1.Storyboard,
        {"scenes": [V1_SCENE], "video_name": " "},
        "video_name",
        {"scenes": (V1_SCENE,)},
    ),
]


# Fields of the wrong type, and what is said about them.
WRONG_TYPES: list[tuple[type[RequestModel], dict[str, Any], str]] = [
    (Scene, {"story": 5}, "story: expected a string, found 5"),
    (
        Scene,
        {"story": "x", "hide_subtitles": "no"},
        "hide_subtitles: expected true or false, found 'no'",
    ),
    (
        Scene,
        {"story": "x", "max_subtitle_lines": 2.0},
        "max_subtitle_lines: expected a whole number, found 2.0",
    ),
    (
        Scene,
        {"story": "x", "max_subtitle_lines": True},
        "max_subtitle_lines: expected a whole number, found True",
    ),
    (
        Scene,
        {"story": "x", "minimum_duration": "5 s"},
        "minimum_duration: expected a number, found '5 s'",
    ),
    (
        Scene,
        {"story": "x", "minimum_duration": True},
        "minimum_duration: expected a number, found True",
    ),
    (
        Scene,
        {"story": "x", "background": {"color": "#000"}},
        "background: expected an object (Background), found {'color': '#000'}",
    ),
    (
        Scene,
        {"story": "x", "elements": "ab"},
        "elements: expected a list, found 'ab'",
    ),
    (
        Scene,
        {"story": "x", "elements": {"type": "shape"}},
        "elements: expected a list, found {'type': 'shape'}",
    ),
    (
        Scene,
        {"audio_url": RECORDING, "audio_language": "en-US", "transcript": [[]]},
        "transcript[0]: expected an object, found []",
    ),
    (
        SearchFilter,
        {"keywords": ["a", 5]},
        "keywords[1]: expected a string, found 5",
    ),
    (
        Element,
        {"type": "shape", "border_radius": []},
        "border_radius: expected a number or a string, found []",
    ),
    (Clip, {"start": 0, "end": None}, "end: expected a number, found None"),
    (Clip, {"start": 0, "end": float("nan")}, "end: expected a value of JSON, found nan"),
    (
        Storyboard,
        {"scenes": [SCENE, {"story": "x"}]},
        "scenes[1]: expected an object (Scene), found {'story': 'x'}",
    ),
    (Storyboard, {"scenes": 5}, "scenes: expected a list, found 5"),
    (Storyboard, {"scenes": None}, "scenes: expected a list, found None"),
    (
        Storyboard,
        {"scenes": [SCENE], "variables": {"a": {"b": [1, {2}]}}},
        "variables.a.b[1]: expected a value of JSON, found {2}",
    ),
    (
        Storyboard,
        {"scenes": [SCENE], "webhook_input": {1: "a"}},
        "webhook_input: expected strings as keys, found 1",
    ),
    (
        Storyboard,
        {"scenes": [SCENE], "extra": None},
        "extra: expected an object, found None",
    ),
    (
        Storyboard,
        {"scenes": [SCENE], "extra": {"a": b"x"}},
        "extra.a: expected a value of JSON, found b'x'",
    ),
    (
        v1.Storyboard,
        {"scenes": [V1_SCENE], "video_width": "1920px"},
        "video_width: expected a whole number, found '1920px'",
    ),
    (
        v1.Storyboard,
        {"scenes": [V1_SCENE], "video_width": "²"},
        "video_width: expected a whole number, found '²'",
    ),
    (
        v1.Audio,
        {"auto_background_music": "yes"},
        "auto_background_music: expected true or false, found 'yes'",
    ),
    (
        v1.Audio,
        {"auto_background_music": ["true"]},
        "auto_background_music: expected true or false, found ['true']",
    ),
]


def request_models(cls: Any = RequestModel) -> list[Any]:
    """Return the models of requests, without what attrs has replaced by a class with slots."""
    return [
        found
        for each in cls.__subclasses__()
        for found in (each, *request_models(each))
        if each is getattr(sys.modules[each.__module__], each.__name__)
    ]


def build(cls: Any, fields: dict[str, Any]) -> Any:
    """Make a model, with a name where it needs one."""
    given = {"video_name": "demo"} if "video_name" in attrs.fields_dict(cls) else {}
    return cls(**(given | fields))


def named(cls: Any) -> dict[str, Any]:
    """Return the name that the JSON of a model needs."""
    return {"videoName": "demo"} if "video_name" in attrs.fields_dict(cls) else {}


def in_json(cls: Any, fields: dict[str, Any]) -> dict[str, Any]:
    """Return fields by the names that they have in JSON."""
    # The one rule between a storyboard and its scenes names a field of a scene.
    known = {**attrs.fields_dict(Scene), **attrs.fields_dict(cls)}
    return {wire_name(known[name]): value for name, value in fields.items()}


@pytest.mark.parametrize(("cls", "bad", "field", "_"), RULES)
def test_a_documented_rule_is_checked(
    cls: type[RequestModel], bad: dict[str, Any], field: str, _: object
) -> None:
    """What the service is documented to refuse is refused here, and the error names the field.

    It is named as it was written: in Python, or in JSON.
    """
    with pytest.raises(InvalidRequestError) as caught:
        build(cls, bad)
    with pytest.raises(InvalidRequestError) as caught_json:
        payload({**named(cls), **in_json(cls, bad)}, cls)

    assert field == caught.value.field
    assert in_json(cls, {field.removeprefix("scenes[1]."): 0}).keys() == {
        caught_json.value.field.removeprefix("scenes[1].")
    }


@pytest.mark.parametrize(("cls", "_", "__", "good"), RULES)
def test_a_documented_rule_is_not_exceeded(
    cls: type[RequestModel], _: object, __: object, good: dict[str, Any]
) -> None:
    """What is just within the rule is taken."""
    assert build(cls, good) == build(cls, good)


@pytest.mark.parametrize(("cls", "fields", "message"), WRONG_TYPES)
def test_a_wrong_type_is_refused(
    cls: type[RequestModel], fields: dict[str, Any], message: str
) -> None:
    """A field of the wrong type is refused where the model is made."""
    with pytest.raises(InvalidRequestError) as caught:
        build(cls, fields)

    assert message == str(caught.value)


def test_found_is_short() -> None:
    """However large the wrong value is, the error shows 80 characters of it at most."""
    large = {"key" * 30: ["value" * 1000] * 1000, "other" * 30: "x" * 1000}

    with pytest.raises(InvalidRequestError) as caught:
        Scene(story=large)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]

    assert 80 == len(caught.value.found)
    assert "5" == short(5)


def test_values_that_no_page_documents_are_taken() -> None:
    """Enumerations are open: the service may know more than its documentation."""
    scene = Scene(story="x", scene_transition="implode", elements=[Element(type="hologram")])

    assert "implode" == scene.scene_transition


def test_sequences_become_tuples() -> None:
    """Lists and generators are taken for tuples, so that a model cannot change."""
    texts = ["One.", "Two."]

    storyboard = Storyboard(video_name="demo", scenes=(Scene(story=text) for text in texts))

    assert (Scene(story="One."), Scene(story="Two.")) == storyboard.scenes
    assert () == as_tuple([])
    assert as_tuple(None) is None


def test_a_digits_only_size_is_a_number() -> None:
    """The older API's sizes may be given as strings of digits, and are numbers then."""
    storyboard = v1.Storyboard(
        video_name="demo", scenes=[V1_SCENE], video_width="1920", video_height=1080
    )

    assert (1920, 1080) == (storyboard.video_width, storyboard.video_height)


@pytest.mark.parametrize(("given", "flag"), [("true", True), ("false", False), (True, True)])
def test_automatic_music_may_be_a_word(given: Any, flag: bool) -> None:
    """The older API's example programs send the string "true" for the flag, which is taken."""
    assert flag is v1.Audio(auto_background_music=given).auto_background_music


@pytest.mark.parametrize(
    ("given", "number"), [("5.5", 5.5), (5, 5), (None, None), ("inf", "inf"), ("long", "long")]
)
def test_numeric_strings(given: Any, number: Any) -> None:
    """A numeric string is the number; what is none is left to the check of types."""
    assert number == as_number(given)


@pytest.mark.parametrize(
    ("split", "name"),
    [
        ({"create_scene_on_new_line": True}, "create_scene_on_new_line"),
        ({"create_scene_on_end_of_sentence": True}, "create_scene_on_end_of_sentence"),
    ],
)
def test_a_caption_says_which_split_it_excludes(split: dict[str, Any], name: str) -> None:
    """The message names the field that must go."""
    with pytest.raises(InvalidRequestError, match=f"caption: .* found {name}"):
        Scene(story="x", caption="c", **split)


class TestMisspelt:
    @pytest.mark.parametrize("name", ["storry", "Story", "stroy"])
    def test_says_what_may_be_meant(self, name: str) -> None:
        """A misspelt keyword is a `TypeError` that says which field may be meant."""
        fields: dict[str, Any] = {name: "Hi."}
        with pytest.raises(TypeError) as caught:
            Scene(**fields)

        assert (
            f"Scene() has no field {name!r} (perhaps story); what is not documented goes into "
            "`extra`, by the service's names"
        ) == str(caught.value)

    def test_the_names_of_json(self) -> None:
        """A field's name in JSON leads to its name in Python."""
        fields: dict[str, Any] = {"storyCoPilot": None}
        with pytest.raises(TypeError, match=r"\(perhaps story_co_pilot\)"):
            Scene(**fields)

    def test_a_field_like_no_other(self) -> None:
        """No suggestion is made where none is near."""
        fields: dict[str, Any] = {"xyz": 1}
        with pytest.raises(TypeError, match=r"Scene\(\) has no field 'xyz'; what is not"):
            Scene(**fields)

    @pytest.mark.parametrize("cls", request_models())
    def test_every_request(self, cls: type[RequestModel]) -> None:
        """Every model of a request says so, for each of its fields."""
        for name in attrs.fields_dict(cls):
            fields: dict[str, Any] = {f"{name}_": None}
            with pytest.raises(TypeError, match=f"perhaps {name}\\)"):
                cls(**fields)

    def test_other_mistakes(self) -> None:
        """Where no name is wrong, Python says what is."""
        make: Any = Storyboard
        with pytest.raises(TypeError, match="missing 1 required keyword-only argument"):
            make()
        with pytest.raises(TypeError, match="positional"):
            make("demo")

    def test_signature(self) -> None:
        """What shows signatures shows the fields all the same."""
        assert ["start", "end", "extra"] == sorted(
            inspect.signature(Clip).parameters, key=["start", "end", "extra"].index
        )

    def test_evolve(self) -> None:
        """A change of a model says it, too."""
        changes: dict[str, Any] = {"storry": "Hi."}
        with pytest.raises(TypeError, match="perhaps story"):
            attrs.evolve(SCENE, **changes)


@pytest.mark.parametrize(
    ("make", "field"),
    [
        (lambda: v1.Scene(text="x", background_uri=5), "background_uri"),  # type: ignore[arg-type]
        (lambda: v1.Audio(background_music_volume=2), "background_music_volume"),
        (lambda: Scene(story="x", is_ssml_story="no"), "is_ssml_story"),  # type: ignore[arg-type]
        (lambda: Storyboard(video_name="", scenes=[SCENE]), "video_name"),
    ],
)
def test_errors_name_fields_as_python_does(make: Callable[[], object], field: str) -> None:
    """What was written in Python is named as it is there, and in JSON as it is in JSON."""
    with pytest.raises(InvalidRequestError) as caught:
        make()

    assert field == caught.value.field


def test_errors_of_models_within_json() -> None:
    """A model that is made while JSON is read was written in Python, and is named so."""
    scenes = (Scene(story="x", max_subtitle_lines=lines) for lines in (1, 9))

    with pytest.raises(InvalidRequestError) as caught:
        payload({"videoName": "demo", "scenes": scenes}, Storyboard)

    assert "scenes.max_subtitle_lines" == caught.value.field


@pytest.mark.parametrize(
    ("given", "value"), [("5", 5), (" -5 ", -5), ("+0.5", 0.5), ("007", 7), (2.5, 2.5)]
)
def test_a_number_may_be_a_string(given: Any, value: float) -> None:
    """Digits in a string are a number where a field holds one: rows of a CSV are strings."""
    scene = Scene(story="x", minimum_duration=given)

    assert value == scene.minimum_duration
    assert type(value) is type(scene.minimum_duration)


@pytest.mark.parametrize("given", ["", "5s", "nan", "inf", "1e5", "1_000", "٣", "0x5", "5" * 31])
def test_what_spells_no_number(given: Any) -> None:
    """What JSON would not write as a number, or nobody means as one, is none."""
    with pytest.raises(InvalidRequestError, match="minimum_duration: expected a number"):
        Scene(story="x", minimum_duration=given)


def test_a_number_in_a_string_is_checked() -> None:
    """The rules hold for numbers in strings as well."""
    speed: Any = "201"
    with pytest.raises(InvalidRequestError, match="speed: expected a number of at least 50"):
        AiVoice(speaker="A", speed=speed)


class TestFromScript:
    def test_splits_and_reads(self) -> None:
        """A script becomes one scene that the service splits, read by the speaker."""
        storyboard = Storyboard.from_script(
            "One. Two.",
            name="demo",
            speaker="Adison",
            language="en",
            aspect_ratio="9:16",
            webhook="https://example.com/hook",
        )

        assert (
            Storyboard(
                video_name="demo",
                scenes=[
                    Scene(
                        story="One. Two.",
                        create_scene_on_new_line=True,
                        create_scene_on_end_of_sentence=True,
                    )
                ],
                voice_over=VoiceOver(enabled=True, ai_voices=[AiVoice(speaker="Adison")]),
                language="en",
                aspect_ratio="9:16",
                webhook="https://example.com/hook",
            )
            == storyboard
        )

    def test_without_a_speaker_it_is_silent(self) -> None:
        """Without a speaker there is no voice-over."""
        assert Storyboard.from_script("One.", name="demo").voice_over is None

    def test_splits_and_reads_in_the_older_api(self) -> None:
        """A script becomes one scene that the service splits, read at normal speed."""
        storyboard = v1.Storyboard.from_script("One. Two.", name="demo", speaker="Jackson")

        assert (
            v1.Storyboard(
                video_name="demo",
                scenes=[
                    v1.Scene(
                        text="One. Two.",
                        voice_over=True,
                        split_text_on_new_line=True,
                        split_text_on_period=True,
                    )
                ],
                audio=v1.Audio(
                    ai_voice_over=v1.AiVoiceOver(speaker="Jackson", speed=100, amplify_level=0)
                ),
            )
            == storyboard
        )

    def test_without_a_speaker_it_is_silent_in_the_older_api(self) -> None:
        """Without a speaker there is neither narration nor a scene that asks for it."""
        storyboard = v1.Storyboard.from_script("One.", name="demo")

        assert (None, False) == (storyboard.audio, storyboard.scenes[0].voice_over)

    @pytest.mark.parametrize("cls", [Storyboard, v1.Storyboard])
    @pytest.mark.parametrize("script", ["", " \n\t"])
    def test_a_blank_script_is_refused(
        self, cls: type[Storyboard | v1.Storyboard], script: str
    ) -> None:
        """A script without a word in it is refused."""
        with pytest.raises(InvalidRequestError):
            cls.from_script(script, name="demo")

    @pytest.mark.parametrize("cls", [Storyboard, v1.Storyboard])
    def test_a_long_script(
        self, cls: type[Storyboard | v1.Storyboard], caplog: pytest.LogCaptureFixture
    ) -> None:
        """A script beyond a scene's limit becomes several, and the log says so."""
        script = "Tea is a leaf. " * 2_500

        storyboard = cls.from_script(script, name="demo", speaker="Ada")

        sent = payload(storyboard, cls)["scenes"]
        (text, *flags) = sent[0]
        assert [15_000, 15_000, 7_500] == [len(scene[text]) for scene in sent]
        assert script == "".join(scene[text] for scene in sent)
        assert [[sent[0][flag] for flag in flags]] * 3 == [
            [scene[flag] for flag in flags] for scene in sent
        ]
        assert [
            "a text of 37500 characters is cut at sentences into 3 scenes, each of 15000 at most"
        ] == caplog.messages

    @pytest.mark.parametrize("cls", [Storyboard, v1.Storyboard])
    def test_a_script_with_many_blanks(
        self, cls: type[Storyboard | v1.Storyboard], caplog: pytest.LogCaptureFixture
    ) -> None:
        """More blanks than a scene takes make no scene, wherever they are."""
        blanks, words = " \n" * 10_000, "Tea is a leaf. " * 1_500
        scenes = payload(cls.from_script(blanks + words + blanks, name="demo"), cls)["scenes"]
        assert [True] == ["into 2 scenes" in text for text in caplog.messages]
        (one,) = payload(cls.from_script("One." + blanks, name="demo"), cls)["scenes"]

        (text, *_) = one
        assert words.split() == "".join(scene[text] for scene in scenes).split()
        assert "One." == one[text].strip()
        assert 1 == len(caplog.messages)

    def test_a_script_that_just_fits(self, caplog: pytest.LogCaptureFixture) -> None:
        """A script of the limit is one scene, and the log says nothing."""
        assert 1 == len(Storyboard.from_script("x" * 15_000, name="demo").scenes)
        assert [] == caplog.messages

    def test_what_is_no_script(self) -> None:
        """What is no text is refused as a scene refuses it."""
        script: Any = 5
        with pytest.raises(InvalidRequestError, match="story: expected a string, found 5"):
            Storyboard.from_script(script, name="demo")

    def test_the_result_can_be_evolved(self) -> None:
        """What `from_script` has no argument for is added with `attrs.evolve`."""
        storyboard = attrs.evolve(Storyboard.from_script("One.", name="demo"), save_project=True)

        assert storyboard.save_project


class TestExtra:
    def test_stands_for_undocumented_content(self) -> None:
        """A scene whose content is of a kind that is not documented yet can be sent."""
        assert {"podcastUrl": "u"} == Scene(extra={"podcastUrl": "u"}).extra

    def test_stands_for_an_undocumented_background(self) -> None:
        """So can a scene whose background is of such a kind."""
        assert Background(extra={"gradient": "u"}).shows_something

    def test_is_part_of_every_model(self) -> None:
        """Every model, of requests and of results, can hold fields that it does not know."""
        for cls in Open.__subclasses__() + RequestModel.__subclasses__():
            assert "extra" in attrs.fields_dict(cls)


class TestAsValues:
    @pytest.mark.parametrize(
        "model",
        [
            Storyboard.from_script("One.", name="demo", speaker="Adison"),
            v1.Storyboard.from_script("One.", name="demo", speaker="Jackson"),
            results.Preview(job_id="j", render_params={"a": 1}),
            results.Video(job_id="j", video_url="u", extra={"status": "completed"}),
        ],
    )
    def test_survive_pickle_and_copy(self, model: Open) -> None:
        """Models can be pickled, for another process, and copied."""
        assert model == pickle.loads(pickle.dumps(model))  # noqa: S301
        assert model == copy.deepcopy(model)

    def test_cannot_change(self) -> None:
        """A model that was checked cannot become invalid."""
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            SCENE.story = "Another."  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]

    @pytest.mark.parametrize(
        "model",
        [SCENE, V1_SCENE, Open(), results.Preview(job_id="j"), Passage(start=0, end=1)],
        ids=lambda model: type(model).__module__,
    )
    def test_hash(self, model: object) -> None:
        """A model that may hold JSON objects says that it has no hash; others have one."""
        if isinstance(model, Open):
            with pytest.raises(TypeError, match=f"^unhashable type: '{type(model).__name__}'$"):
                hash(model)
        else:
            assert hash(model) == hash(copy.copy(model))

    def test_show_what_is_set(self) -> None:
        """The repr shows the fields that are set, the unknown ones last, and no large ones."""
        assert "Scene(story='x', extra={'new': 1})" == repr(Scene(story="x", extra={"new": 1}))
        assert "Preview(job_id='j', preview_url='u')" == repr(
            results.Preview(job_id="j", preview_url="u", render_params={"a": 1})
        )


@pytest.mark.parametrize(
    ("fields", "url"),
    [
        ({"video_url": "mp4", "share_url": "page"}, "mp4"),
        ({"video_url": "mp4", "share_video_url": "shared"}, "mp4"),
        ({"share_url": "page", "share_video_url": "shared"}, "shared"),
        ({"share_url": "page"}, None),
        ({}, None),
    ],
)
def test_what_to_download(fields: dict[str, Any], url: str | None) -> None:
    """A video's url is the mp4, or the shared file where there is no other, and never the page."""
    assert url == results.Video(job_id="j", **fields).url


@pytest.mark.parametrize(
    ("cls", "name", "wire"),
    [
        (Scene, "story", "story"),
        (Scene, "create_scene_on_end_of_sentence", "createSceneOnEndOfSentence"),
        (Scene, "is_ssml_story", "isSSMLStory"),
        (v1.Audio, "background_music_uri", "backGroundMusicUri"),
        (v1.Scene, "article_url", "article_url"),
        (v1.Scene, "article_url_camel", "articleUrl"),
        (results.Video, "duration", "videoDuration"),
    ],
)
def test_wire_names(cls: type[Open], name: str, wire: str) -> None:
    """A field is called in camelCase, unless the service calls it in a way of its own."""
    assert wire == wire_name(attrs.fields_dict(cls)[name])


def test_wire_names_are_unique() -> None:
    """No two fields of a model would overwrite each other in the JSON."""
    for cls in [*RequestModel.__subclasses__(), *Open.__subclasses__(), v1.Scene]:
        names = [wire_name(attribute) for attribute in attrs.fields(cls)]
        assert len(names) == len(set(names))


def test_a_string_like_object_is_no_string() -> None:
    """Only what JSON would call a string is one."""
    with pytest.raises(InvalidRequestError):
        Scene(story=UserString("x"))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def test_the_package_has_no_names() -> None:
    """The package of the models is no door: whoever needs a model imports its module."""
    assert CorpusVisual(visual_url="u").prefer is None
    assert not hasattr(_models, "__all__")
