"""What the bodies of the current generation must be like around their scenes (v2.md, 5.2-5.5)."""

from pictory_async.testing._handlers._v2_scene_schema import (
    AVATAR,
    CLIP,
    FONT_STYLE,
    OPEN,
    SCENE,
    TEMPLATE_SCENE,
    TEXT,
    URL,
    VOICE_OVER,
)
from pictory_async.testing._messages import Json, Object
from pictory_async.testing._schema import (
    Check,
    Report,
    anything,
    flag,
    list_of,
    needs,
    not_both,
    number,
    one_of,
    record,
    text,
    together,
)


_WEBHOOK = text(most=500)
# The documentation's fourteen and the six that the official skill adds.
_LANGUAGES = one_of(
    "zh | nl | en | fr | de | hi | it | ja | ko | mr | pt | ru | es | ta"
    " | ar | id | pl | tr | ur | vi"
)
_music = record(
    {
        "enabled": flag,
        "autoMusic": flag,
        "musicUrl": URL,
        "volume": number(0, 1),
        "clips": list_of(CLIP, most=10),
    },
    rules=(not_both("autoMusic", "musicUrl"),),
)
_logo = record({"url": URL, "position": TEXT, "width": anything})


def _scenes_or_template(fields: Object, name: str, report: Report) -> None:
    # Two guides show a recording at the top, and no scenes: `url`, and `videoToVideo` beside it.
    if not fields.get("templateId") and "url" not in fields:
        needs("scenes")(fields, name, report)


def _avatar_speaks(fields: Object, _name: str, report: Report) -> None:
    voice = fields.get("voiceOver")
    speaks = isinstance(voice, dict) and voice.get("enabled") is True
    if "avatar" in fields and not speaks:
        report.refuse("avatar", "requires voiceOver.enabled to be true")


def _layout_wraps(fields: Object, _name: str, report: Report) -> None:
    scenes = fields.get("scenes")
    smart = "smartLayoutId" in fields or "smartLayoutName" in fields
    for index, scene in enumerate(scenes if smart and isinstance(scenes, list) else []):
        if isinstance(scene, dict) and "maxSubtitleLines" in scene:
            report.refuse(f"scenes[{index}].maxSubtitleLines", "not allowed with a smart layout")


_fields: dict[str, Check] = {
    "videoName": text(least=1),
    "videoDescription": TEXT,
    "url": URL,
    "videoToVideo": flag,
    "videoWidth": number(1, whole=True),
    "videoHeight": number(1, whole=True),
    "aspectRatio": one_of("1:1 | 16:9 | 9:16 | 4:5"),
    "language": _LANGUAGES,
    "saveProject": flag,
    "webhook": _WEBHOOK,
    "webhookInput": OPEN,
    "templateId": TEXT,
    "variables": OPEN,
    **dict.fromkeys(("brandId", "brandName", "subtitleStyleId", "subtitleStyleName"), TEXT),
    **dict.fromkeys(("smartLayoutId", "smartLayoutName", "visualLibraryId"), TEXT),
    **dict.fromkeys(("awsConnectionId", "vimeoConnectionId", "storyboardVersion"), TEXT),
    "subtitleStyle": FONT_STYLE,
    "voiceOver": VOICE_OVER,
    "backgroundMusic": _music,
    "logo": _logo,
    "avatar": AVATAR,
    "visualSelectionPreference": one_of(
        "prefer-stock | prefer-user-library | stock-only | user-library-only"
    ),
    "destinations": list_of(OPEN),
    "projectMetadata": anything,
}
_rules = (
    _scenes_or_template,
    together("videoWidth", "videoHeight"),
    not_both("brandId", "brandName"),
    not_both("subtitleStyleId", "subtitleStyleName"),
    not_both("smartLayoutId", "smartLayoutName"),
    _avatar_speaks,
    _layout_wraps,
)


def _storyboard(scene: Check) -> Check:
    fields = {**_fields, "scenes": list_of(scene, least=1)}
    return record(fields, required="videoName", rules=_rules)


_PLAIN, _OF_TEMPLATE = _storyboard(SCENE), _storyboard(TEMPLATE_SCENE)


def storyboard(value: Json, name: str, report: Report) -> Json:
    """Expect a storyboard, whose scenes may change those of its template, if it has one."""
    of_template = isinstance(value, dict) and value.get("templateId")
    return (_OF_TEMPLATE if of_template else _PLAIN)(value, name, report)


def _element_of_params(value: Json, name: str, report: Report) -> Json:
    fields: dict[str, Check] = {"startTime": number(0), "duration": number(0)}
    if isinstance(value, dict) and value.get("elementType") == "backgroundElement":
        fields["duration"] = number(0.1)
    required = "id elementType type startTime duration"
    return record(fields, required=required, keep_unknown=True)(value, name, report)


def _has_scenes(params: Object, name: str, report: Report) -> None:
    # Wrapped params get in and fail later (v2.md, 5.5).
    if "renderParams" in params:
        return
    needs("elements")(params, name, report)
    elements = params.get("elements")
    kinds = [each.get("elementType") for each in _objects(elements)]
    if elements and "backgroundElement" not in kinds:
        report.refuse("elements", "must contain a background")


def _objects(value: Json) -> list[Object]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


RENDER = record(
    {
        "webhook": _WEBHOOK,
        "output": OPEN,
        "elements": list_of(_element_of_params, least=1),
    },
    rules=(_has_scenes,),
    keep_unknown=True,
)
# v2.md, 5.4 shows `webhook` and no other setting: whether more is honoured is open, [?].
RENDER_PREVIEW = record({"webhook": _WEBHOOK})
# v2.md, 5.3: the five keys, and whatever changes.
ELEMENTS = list_of(_element_of_params, least=1)
