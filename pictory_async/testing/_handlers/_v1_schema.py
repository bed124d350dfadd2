"""What the bodies of the first generation must be like (v1.md, 3.2, 3.18, 3.19)."""

import re

from pictory_async.testing._messages import Json, Object
from pictory_async.testing._schema import (
    Check,
    Report,
    anything,
    either,
    flag,
    list_of,
    needs,
    number,
    one_of,
    record,
    text,
)


_NUMERAL = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,9})?")


def _number(least: float, most: float | None = None, *, whole: bool = False) -> Check:
    """Expect a number or, as many programs send it, a string of its digits."""
    expected = number(least, most, whole=whole)

    def check(value: Json, name: str, report: Report) -> Json:
        if isinstance(value, str) and _NUMERAL.fullmatch(value):
            value = float(value) if "." in value else int(value)
        return expected(value, name, report)

    return check


# Official code sends the string 'true' where a boolean is meant: strings are tolerated.
_flag = either(one_of("true | false"), flag)
_clip = record({"start": _number(0), "end": _number(0)}, required="start end", keep_unknown=True)
_voice = record(
    {
        "speaker": text(least=1),
        # The page requires it; one program leaves it out.
        "speed": _number(50, 200, whole=True),
        "amplifyLevel": _number(-1, 1),
    },
    required="speaker",
    keep_unknown=True,
)
_audio = record(
    {
        "autoBackgroundMusic": _flag,
        "backGroundMusicUri": text(),
        "backGroundMusicVolume": _number(0, 1),
        "aiVoiceOver": _voice,
        "aiVoiceOvers": list_of(_voice),
        "voiceOverUri": text(),
        "voiceOverSegments": list_of(_clip),
        "autoSyncVoiceOver": _flag,
    },
    keep_unknown=True,
)
_style: dict[str, Check] = {
    "fontFamily": text(),
    "fontName": text(),
    "fontSize": _number(1, whole=True),
    "fontStyle": one_of("normal | italic"),
    "textColor": text(),
    "textBackgroundColor": text(),
    "verticalAlignment": one_of("top | center | bottom"),
    "horizontalAlignment": one_of("left | center | right"),
}
# v1.md, 3.2: "at least one must be present". Both spellings of the article's address were
# documented, and which one the live service takes is open there, [?]: both serve.
_SOURCES = ("text", "article_url", "articleUrl", "backgroundUri", "pptUrl")


def _has_source(scene: Object, name: str, report: Report) -> None:
    if not any(scene.get(source) for source in _SOURCES):
        report.refuse(name, f"needs one of [{', '.join(_SOURCES)}]")


_scene_fields: dict[str, Check] = {
    **dict.fromkeys(_SOURCES, text()),
    "mediaSearchQuery": text(),
    "caption": text(),
    "captionLanguage": text(),
    "keywordColor": text(),
    "backgroundType": one_of("image | video"),
    "backgroundVideoSegments": list_of(_clip),
    "minimumDuration": _number(0),
    "minDuration": _number(0),
    "loopBackgroundVideo": flag,
    "muteBackgroundVideo": flag,
    "backgroundVisualFilter": record(keep_unknown=True),
    "voiceOver": flag,
    "voiceOverUri": text(),
    "aiVoiceOvers": list_of(_voice),
    # The page and the official code disagree on the name.
    "subtitle": flag,
    "subtitles": flag,
    "splitTextOnNewLine": flag,
    "splitTextOnPeriod": flag,
    **_style,
}
_scene = record(_scene_fields, rules=(_has_source,), keep_unknown=True)
# A scene that is changed, or a new one before or after another.
TEMPLATE_SCENE = record(
    {
        **_scene_fields,
        **dict.fromkeys(("sceneId", "insertBeforeSceneId", "insertAfterSceneId"), anything),
        "subtitles": list_of(record({"text": text()}, keep_unknown=True)),
        "backgroundVisual": record(keep_unknown=True),
    },
    keep_unknown=True,
)


# v1.md, 3.2: the page says "Text", official code sends integers.
_side = _number(1, whole=True)
# Whether v1 strips unknown fields is open, [?]: they are ignored and not noted.
STORYBOARD = record(
    {
        "videoName": text(least=1),
        "videoDescription": text(most=100),
        "language": text(),
        "webhook": text(),
        "brandLogo": record(keep_unknown=True),
        "autoHighlightKeywords": flag,
        "audio": _audio,
        "scenes": list_of(_scene, least=1),
        "textStyles": record(_style, keep_unknown=True),
        "videoWidth": _side,
        "videoHeight": _side,
        "voiceOver": flag,
        "splitTextOnNewLine": flag,
        "splitTextOnPeriod": flag,
    },
    required="videoName scenes",
    keep_unknown=True,
)

_timed_scene = record({"time": number(0.1)}, required="time", keep_unknown=True)
_params: dict[str, Check] = {
    "audio": record(keep_unknown=True),
    "output": record({"format": one_of("mp4")}, keep_unknown=True),
    "scenes": list_of(_timed_scene, least=1),
    "webhook": text(),
    "renderParams": anything,
}


def _has_scenes(params: Object, name: str, report: Report) -> None:
    # Wrapped params get in and fail later (v1.md, 3.18).
    if "renderParams" not in params:
        needs("scenes")(params, name, report)


RENDER = record(_params, rules=(_has_scenes,), keep_unknown=True)
RENDER_PREVIEW = record(_params, keep_unknown=True)
