"""What a scene of a current storyboard must be like (v2.md, 5.2), rule by rule."""

from pictory_async.testing._messages import Object
from pictory_async.testing._schema import (
    Check,
    Report,
    anything,
    either,
    flag,
    list_of,
    needs,
    not_both,
    number,
    one_of,
    only_with,
    record,
    text,
)


OPEN = record(keep_unknown=True)
TEXT = text()
URL = text(least=1)
_SOURCES = ("story", "storyCoPilot", "blogUrl", "pptUrl", "audioUrl", "videoUrl")
_STYLES = one_of("photorealistic | artistic | cartoon | minimalist | vintage | futuristic")
_AUDIO_LANGUAGES = one_of(
    "en-US | en-AU | en-GB | en-IN | en-IE | en-AB | en-WL | fr-CA | fr-FR | de-CH | de-DE | it-IT"
    " | es-ES | es-US | nl-NL | pt-BR | ja-JP | ko-KR | ru-RU | hi-IN | ta-IN | mr-IN"
)
_TRANSITIONS = one_of(
    "none | wipeup | wipedown | wipeleft | wiperight | smoothleft | smoothright | radial"
    " | circlecrop | hblur | fade"
)

_animation = record(
    {
        "name": TEXT,
        "type": one_of("entry | exit"),
        "speed": one_of("slow | medium | fast | custom"),
        "customSpeedValue": number(0.5),
        "direction": TEXT,
        "writingStyle": TEXT,
        "futureWords": anything,
    }
)
FONT_STYLE = record(
    {
        **dict.fromkeys(("fontFamily", "fontUrl", "color", "backgroundColor"), TEXT),
        **dict.fromkeys(("keywordColor", "shadowColor", "bulletFillColor", "case"), TEXT),
        **dict.fromkeys(("fontSize", "shadowWidth", "paragraphWidth", "bulletSize"), anything),
        **dict.fromkeys(("position", "alignment"), anything),
        **dict.fromkeys(("showBoxBackground", "showBullet"), flag),
        "decorations": list_of(TEXT),
        "animations": list_of(_animation, least=1, most=2),
    }
)

_ai_voice = record(
    {
        # A track's number, a name, or the provider's id for a voice.
        "speaker": either(number(whole=True), text(least=1)),
        "speed": number(50, 200),
        "amplificationLevel": number(-1, 1),
        "premiumVoiceSettings": record(
            {
                **dict.fromkeys(("modelId", "stability", "similarityBoost", "style"), TEXT),
                "useSpeakerBoost": flag,
            }
        ),
    },
    required="speaker",
)
_external_voice = record({"voiceUrl": URL, "syncVoice": flag, "amplificationLevel": number(-1, 1)})
VOICE_OVER = record(
    {
        "enabled": flag,
        "aiVoices": list_of(_ai_voice, least=1),
        "externalVoice": _external_voice,
    },
    rules=(not_both("aiVoices", "externalVoice"),),
)
CLIP = record({"start": number(0), "end": number(0)}, required="start end")
AVATAR = record(
    {
        "avatarId": text(least=1),
        "hide": flag,
        **dict.fromkeys(("position", "backgroundColor", "borderColor"), TEXT),
        **dict.fromkeys(("top", "left", "width", "borderRadius", "borderThickness"), anything),
    }
)

_ai_visual = record(
    {
        "prompt": text(most=500),
        "model": TEXT,
        "mediaStyle": _STYLES,
        "videoDuration": anything,
        "visualContinuity": flag,
        "firstFrameImageUrl": URL,
        "referenceImageUrls": list_of(URL, least=1, most=2),
        "referenceImageUrl": URL,
    },
    rules=(not_both("firstFrameImageUrl", "referenceImageUrls"),),
)
_overlay = record({"color": TEXT, "opacity": number(0, 1)})
_search = record(
    {
        "query": TEXT,
        "keywords": list_of(TEXT, least=1, most=10),
        "category": TEXT,
        "libraries": list_of(one_of("story_blocks | getty")),
    }
)
_background = record(
    {
        "type": one_of("video | image"),
        "visualUrl": URL,
        "color": TEXT,
        "aiVisual": _ai_visual,
        "clips": list_of(CLIP),
        "searchFilter": _search,
        "colorOverlay": _overlay,
        "settings": record(
            {
                **dict.fromkeys(("loop", "mute", "zoomAndPan"), flag),
                "kenBurnsEffect": anything,
                "videoKenBurns": OPEN,
            },
            rules=(not_both("zoomAndPan", "kenBurnsEffect"),),
        ),
        "motionGraphics": record({"enabled": flag, "prompt": TEXT, "style": TEXT}),
    },
    rules=(
        not_both("visualUrl", "color"),
        not_both("visualUrl", "aiVisual"),
        not_both("color", "aiVisual"),
        only_with("clips", "visualUrl"),
    ),
)
_media: dict[str, Check] = {
    "visualUrl": URL,
    "searchFilter": _search,
    "aiVisual": _ai_visual,
    "colorOverlay": _overlay,
    "settings": record({"loop": flag, "mute": flag}),
}
_shape: dict[str, Check] = {
    **dict.fromkeys(("name", "fill", "stroke"), TEXT),
    **dict.fromkeys(("strokeWidth", "borderRadius"), anything),
}
_element = record(
    {
        "type": one_of("shape | text | video | image"),
        **dict.fromkeys(("position", "top", "left"), TEXT),
        "width": anything,
        "text": text(most=2000),
        "textVariant": one_of("heading | subheading | body"),
        "style": FONT_STYLE,
        **_shape,
        **_media,
    },
    required="type",
    rules=(not_both("position", "top"), not_both("position", "left")),
)
_co_pilot = record(
    {
        "prompt": text(least=1, most=5000),
        "videoType": one_of("Explainer | Marketing | Internal Communication | Tutorial | Product"),
        "duration": number(1, 600),
        "platform": one_of("YouTube | TikTok | Instagram | Facebook | LinkedIn | Twitter"),
        "tone": one_of(
            "professional | casual | friendly | informative | persuasive | exciting | educational"
            " | humorous | serious | conversational"
        ),
    },
    required="prompt",
)


def _one_source(scene: Object, name: str, report: Report) -> None:
    found = [source for source in _SOURCES if source in scene]
    visual_only = not found and "background" in scene
    if len(found) != 1 and not visual_only:
        report.refuse(name, f"must have exactly one of [{', '.join(_SOURCES)}]")


def _a_source_for_new_ones(scene: Object, name: str, report: Report) -> None:
    """Let a scene of the template be changed in one thing; a new scene is one as any other."""
    changed = "sceneId" in scene and not {"insertBeforeSceneId", "insertAfterSceneId"} & {*scene}
    found = [source for source in (*_SOURCES, "text") if source in scene]
    shown = "subtitles" in scene or "background" in scene
    if len(found) > 1 or not (found or shown or changed):
        report.refuse(name, f"must have exactly one of [{', '.join(_SOURCES)}]")


def _plain_caption(scene: Object, name: str, report: Report) -> None:
    # v2.md, 5.2: "not with the two split flags".
    flags = ("createSceneOnNewLine", "createSceneOnEndOfSentence")
    if "caption" in scene and any(scene.get(each) is True for each in flags):
        report.refuse(f"{name}.caption", "is not allowed when the story is split into scenes")


def _spoken_language(scene: Object, name: str, report: Report) -> None:
    if "audioUrl" in scene or "videoUrl" in scene:
        needs("audioLanguage")(scene, name, report)


def _typed_visual(scene: Object, name: str, report: Report) -> None:
    # v2.md, 5.2: the type is required with aiVisual, and clips are of a video only.
    background = scene.get("background")
    fields = background if isinstance(background, dict) else {}
    if "aiVisual" in fields and "type" not in fields:
        report.refuse(f"{name}.background.type", "is required with aiVisual")
    if "clips" in fields and fields.get("type") != "video":
        report.refuse(f"{name}.background.clips", "is only allowed for a video")


_fields: dict[str, Check] = {
    "story": text(least=1, most=15_000),
    "storyCoPilot": _co_pilot,
    **dict.fromkeys(("blogUrl", "pptUrl", "audioUrl", "videoUrl"), URL),
    "isSSMLStory": flag,
    "caption": TEXT,
    # One page calls it required beside a caption, another one does not.
    "captionLanguage": TEXT,
    "createSceneOnNewLine": flag,
    "createSceneOnEndOfSentence": flag,
    "maxSubtitleLines": number(1, 4, whole=True),
    "highlightKeywords": anything,
    "hideSubtitles": flag,
    "minimumDuration": number(0),
    "endPauseDuration": number(0),
    "sceneTransition": _TRANSITIONS,
    "subtitleStyle": FONT_STYLE,
    "background": _background,
    "backgroundBrolls": list_of(anything),
    "backgroundCorpus": list_of(anything),
    "voiceOver": VOICE_OVER,
    # v2.md, 5.2: "on a scene only {enabled}".
    "backgroundMusic": record({"enabled": flag}),
    "avatar": AVATAR,
    "elements": list_of(_element, least=1, most=20),
    "audioLanguage": _AUDIO_LANGUAGES,
    "transcript": list_of(anything),
    "mediaRepurposeSettings": OPEN,
}
_rules = (
    only_with("caption", "story"),
    _plain_caption,
    _spoken_language,
    only_with("transcript", "audioUrl", "videoUrl"),
    only_with("mediaRepurposeSettings", "audioUrl", "videoUrl"),
    _typed_visual,
)
SCENE = record(_fields, rules=(_one_source, *_rules))
_scene_id = either(number(whole=True), text(least=1))
# The field names beside `templateId` are not visible in the guide: those of the first generation.
TEMPLATE_SCENE = record(
    {
        **_fields,
        **dict.fromkeys(("sceneId", "insertBeforeSceneId", "insertAfterSceneId"), _scene_id),
        "subtitles": list_of(record({"text": TEXT}, keep_unknown=True)),
        "backgroundVisual": OPEN,
        "text": TEXT,
    },
    rules=(_a_source_for_new_ones, *_rules),
)
