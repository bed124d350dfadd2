"""What a project says of its film: its name, size, music and voice, the lines of its scenes.

A project is a file that the web application exported, one of the account, or the template that was
made of either; each has its own words. In real files nearly every field may be null.
"""

import html
import re
import uuid
from collections.abc import Callable, Iterator, Sequence

from pictory_async.testing._film import DEFAULT_SIZE, Film, Scene, cut, spoken, visual
from pictory_async.testing._handlers import _renders as renders
from pictory_async.testing._messages import Json, Object


_NAMES = ("name", "projectName", "title")
# What a scene of a template may have beside its subtitles.
_KEPT = ("backgroundVisual", "layers")
_WORDS = ("text", "html", "sentence", "subsentences")
_RESOLUTION = re.compile(r"([1-9][0-9]{2,3})p?")
_VIDEO = re.compile(r"\.(mp4|mov|webm)(\?|$)", re.IGNORECASE)
# Where one of these ends a word does, too; `<strong>` may stand within one.
_BREAK = re.compile(r"<\s*(br|/p|/div|/li)\b[^>]*>", re.IGNORECASE)
_AN_INSTANT, _A_DAY = 0.1, 86_400.0
_FLATTEST = 10.0
# 50 is slow, 100 normal, 200 fast.
_SPEEDS = range(50, 201)


def name_of(project: Object) -> str:
    """Return what a project is called."""
    return next(filter(None, (renders.words(project, key) for key in _NAMES)), "Untitled")


def size_of(project: Object) -> tuple[int, int]:
    """Return the size of a project's film in pixels.

    `aspectRatioFractionValue` is taken for the width by the height, and `videoResolution`, `720p`,
    for the shorter side: no page says so.
    """
    ratio = renders.seconds(project, "aspectRatioFractionValue")
    if not 1 / _FLATTEST <= ratio <= _FLATTEST:
        ratio = DEFAULT_SIZE[0] / DEFAULT_SIZE[1]
    found = _RESOLUTION.fullmatch(str(project.get("videoResolution")))
    short = int(found[1]) if found else min(DEFAULT_SIZE)
    long = 2 * round(short * max(ratio, 1 / ratio) / 2)
    return (long, short) if ratio >= 1 else (short, long)


def audio_of(project: Object) -> Object:
    """Return the music and the voice of a project as its template tells them."""
    audio = renders.child(project, "audio")
    volume = renders.seconds(project, "bgMusicVolPercent")
    share = volume if volume <= 1 else volume / 100
    given = 0 <= share <= 1 and project.get("bgMusicVolPercent") is not None
    speed = renders.seconds(audio, "voiceOverTextSpeed")
    return {
        "musicUrl": renders.words(audio, "selectedTrackUrl"),
        "musicVolume": share if given else 0.5,
        "aiVoice": {
            "speaker": renders.words(audio, "selectedVoiceOverTrack") or "Brian",
            "speed": int(speed) if speed in _SPEEDS else 100,
            "amplifyLevel": 0,
        },
    }


def scenes_of(project: Object) -> list[Object]:
    """Return the scenes of a project as a template has them.

    A scene that has `subtitles` already stays as it is. Else its lines become subtitles, each with
    its `time` where the project tells it, in the line or in `timePerFrame`.
    """
    listed = project.get("timePerFrame")
    frames = iter(listed if isinstance(listed, list) else [])
    return [_scene(scene, frames) for scene in renders.objects(project.get("scenes"))]


def _scene(scene: Object, frames: Iterator[Json]) -> Object:
    known: Object = {key: scene[key] for key in _KEPT if scene.get(key) is not None}
    known["sceneId"] = _id_of(scene)
    if renders.objects(scene.get("subtitles")):
        return {**scene, **known}
    lines = renders.objects(scene.get("lines"))
    if not any(map(_said, lines)):
        seconds = sum(_time(line.get("time")) for line in lines)
        whole: Object = {"text": _said(scene), "time": seconds}
        lines = [whole]
    known["subtitles"] = [_subtitle(line, next(frames, None)) for line in lines]
    url = renders.words(scene, "image")
    if url and "backgroundVisual" not in known:
        kind = "video" if _VIDEO.search(url) else "image"
        known["backgroundVisual"] = {"visualUrl": url, "type": kind}
    return known


def _id_of(scene: Object) -> Json:
    given = scene.get("sceneId")
    return str(uuid.uuid4()) if given in (None, "") else given


def _subtitle(line: Object, frame: Json) -> Json:
    seconds = _time(line.get("time")) or _time(frame)
    return {"text": _said(line), "time": seconds} if seconds else {"text": _said(line)}


def _time(value: Json) -> float:
    """Return a time in seconds, or zero where there is none that a film could have."""
    seconds = float(value) if isinstance(value, int | float) else 0.0
    return seconds if _AN_INSTANT <= seconds <= _A_DAY else 0.0


def _said(value: Json) -> str:
    """Return the words in a text with its tags, a list of texts, or an object that holds one."""
    if isinstance(value, str):
        return html.unescape(" ".join(cut(_BREAK.sub(" ", value), lines=False)))
    if isinstance(value, list):
        return " ".join(filter(None, map(_said, value)))
    if isinstance(value, dict):
        return next(filter(None, (_said(value.get(key)) for key in _WORDS)), "")
    return ""


def film_of(project: Object, scenes: Sequence[Object], fill: Callable[[str], str] = str) -> Film:
    """Return the film of a project.

    Args:
        project: What tells its name and size.
        scenes: Its scenes as `scenes_of` returns them, perhaps with others between them.
        fill: Puts values in the place of the variables in a text.
    """
    subtitles = [
        each for scene in scenes for each in renders.objects(scene.get("subtitles")) or [{}]
    ]
    made = tuple(_shown(subtitle, fill) for subtitle in subtitles)
    return Film(name_of(project), *size_of(project), made or (visual(),))


def _shown(subtitle: Object, fill: Callable[[str], str]) -> Scene:
    text = " ".join(cut(fill(renders.words(subtitle, "text")), lines=False))
    if seconds := _time(subtitle.get("time")):
        return Scene(text, seconds)
    return spoken(text) if text else visual()
