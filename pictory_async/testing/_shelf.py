"""The films that were drawn already; without the extra `video`, one small clip for all."""

import threading
from importlib.resources import files
from importlib.util import find_spec
from typing import Literal, TypeAlias

from pictory_async.testing._film import Film


Picture: TypeAlias = Literal["mp4", "jpg"]


def can_draw() -> bool:
    """Say whether the extra `video` is installed."""
    return all(find_spec(name) is not None for name in ("av", "PIL"))


class Shelf:
    """Draws a film or its thumbnail when it is first asked for, and keeps it."""

    def __init__(self, *, draw: bool) -> None:
        self._draws = draw and can_draw()
        self._drawn: dict[tuple[Picture, Film], bytes] = {}
        # Not the lock of FakePictory: the service answers other requests during a drawing.
        self._lock = threading.Lock()

    def has(self, picture: Picture, film: Film) -> bool:
        """Say whether `get` will answer at once."""
        return not self._draws or (picture, film) in self._drawn

    def get(self, picture: Picture, film: Film) -> bytes:
        """Return the bytes of a film or of its thumbnail."""
        if not self._draws:
            return small(picture)
        with self._lock:
            if (picture, film) not in self._drawn:
                self._drawn[picture, film] = _draw(picture, film)
            return self._drawn[picture, film]


def small(picture: Picture) -> bytes:
    """Read the clip or the picture that ships with the package."""
    return (files("pictory_async.testing") / f"_small.{picture}").read_bytes()


def _draw(picture: Picture, film: Film) -> bytes:
    from pictory_async.testing import _draw as pen  # noqa: PLC0415 - needs the extra `video`

    return pen.draw_mp4(film) if picture == "mp4" else pen.draw_jpg(film)
