"""What a film is made of: texts, how they are cut into scenes, and how long each one lasts."""

import math
import re

import attrs


DEFAULT_SIZE = (640, 360)
VISUAL_SECONDS = 3.0
_SECONDS_PER_WORD = 0.4
_SHORTEST = 2.0
_TAG = re.compile(r"<[^>]*>")
_PERIOD = re.compile(r"(?<=\.)\s+")
_SENTENCE = re.compile(r"(?<=[.!?])\s+|(?<=[。！？])\s*")  # noqa: RUF001 - Chinese and Japanese stops


def _printable(text: str) -> str:
    # JSON can smuggle in half of a surrogate pair, which no file and no font knows.
    return text.encode(errors="replace").decode()


@attrs.frozen
class Scene:
    """One scene: the text on the screen and its seconds."""

    text: str = attrs.field(converter=_printable)
    seconds: float


@attrs.frozen
class Film:
    """A whole film; equal films are drawn once."""

    title: str = attrs.field(converter=_printable)
    width: int
    height: int
    scenes: tuple[Scene, ...]

    @property
    def seconds(self) -> float:
        """Return the length of the film."""
        return round(math.fsum(scene.seconds for scene in self.scenes), 3)

    def spans(self) -> tuple[tuple[float, float, Scene], ...]:
        """Return each scene with its start and its end."""
        spans: list[tuple[float, float, Scene]] = []
        start = 0.0
        for scene in self.scenes:
            end = round(start + scene.seconds, 3)
            spans.append((start, end, scene))
            start = end
        return tuple(spans)


NO_FILM = Film("", *DEFAULT_SIZE, ())


def spoken(text: str, at_least: float = 0.0) -> Scene:
    """Make the scene of a text, as long as it takes to read aloud."""
    words = len(text.split())
    seconds = max(_SHORTEST, math.floor(words * _SECONDS_PER_WORD * 2 + 0.5) / 2)
    return Scene(text, max(seconds, float(at_least)))


def visual(at_least: float = 0.0) -> Scene:
    """Make a scene that shows a picture and says nothing."""
    return Scene("", max(VISUAL_SECONDS, float(at_least)))


def cut(text: str, *, lines: bool, periods: bool = False, sentences: bool = False) -> list[str]:
    """Cut a text into the texts of its scenes.

    Args:
        text: The text, perhaps with SSML or `<strong>` in it, which nobody sees on the screen.
        lines: Whether each line is a scene.
        periods: Whether a period ends a scene (the first generation's words).
        sentences: Whether any end of a sentence does (the current generation's words).
    """
    pieces = _TAG.sub("", text).split("\n") if lines else [_TAG.sub("", text)]
    for wanted, pattern in ((periods, _PERIOD), (sentences, _SENTENCE)):
        if wanted:
            pieces = [part for piece in pieces for part in pattern.split(piece)]
    return [" ".join(piece.split()) for piece in pieces if piece.strip()]


def stamp(seconds: float, comma: str) -> str:
    """Write a time as subtitles do."""
    whole, thousandths = divmod(round(seconds * 1000), 1000)
    minutes, whole = divmod(whole, 60)
    return f"{minutes // 60:02}:{minutes % 60:02}:{whole:02}{comma}{thousandths:03}"
