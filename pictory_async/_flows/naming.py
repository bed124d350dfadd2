"""What the videos of a batch are called, by its keys: at the service, and as files."""

from __future__ import annotations

import inspect
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

import attrs

from pictory_async._arguments import TEXT
from pictory_async._errors import InvalidRequestError
from pictory_async._flows.file_names import FILE, VIDEO, folded
from pictory_async._models.base import short
from pictory_async._models.outcomes import Key


if TYPE_CHECKING:
    from pathlib import Path

    from pictory_async._flows.file_names import NameRule


Name: TypeAlias = str | Callable[[Key], str]


@attrs.frozen
class Named:
    """What one video is called.

    Args:
        video: Its name at the service.
        output: Its file, or None where none is wanted.
    """

    video: str
    output: Path | None


class Naming:
    """The names of one batch, of which no two are the same.

    Where two keys would have one name, in upper or lower case or in whatever normal form, a digest
    of the key tells them apart: of all such keys where they are expected, of the later ones else.

    Args:
        field: What the caller knows the items as.
        name: A text before each key, for the service; or a function of the key that gives the
            whole name, for both; or None.
        folder: The folder of the files, or None where none are wanted.

    Raises:
        InvalidRequestError: The name is none of these.
    """

    def __init__(self, field: str, name: Name | None, folder: Path | None) -> None:
        self._field = field
        self._name = name
        self._folder = folder
        self._used = set[Key]()
        self._expected = dict[Key, tuple[str, str]]()
        self._videos = _Distinct(VIDEO)
        self._files = _Distinct(FILE)

    def expect(self, key: Key) -> None:
        """Hear of a key that will be added later on."""
        if key not in self._expected:
            self._expected[key] = video, file = self._plain(key)
            self._videos.expect(video)
            self._files.expect(file)

    def add(self, key: Key) -> Named:
        """Take one more key, and return its video's names.

        Raises:
            InvalidRequestError: It was there before, or the function gives no name.
        """
        if key in self._used:
            raise InvalidRequestError(self._field, "keys that differ", f"{short(key)} again")
        self._used.add(key)
        is_expected = key in self._expected
        video, file = self._expected.pop(key) if is_expected else self._plain(key)
        output = None
        if self._folder is not None:
            output = self._folder / f"{self._files.take(file, key)}.mp4"
        return Named(self._videos.take(video, key), output)

    def _plain(self, key: Key) -> tuple[str, str]:
        """Return the names of a key at the service and as a file, as if there were no other."""
        if callable(self._name):
            field = f"name({short(key)})"
            try:
                given = self._name(key)
            except Exception as exc:
                found = f"{type(exc).__name__}: {exc}"
                raise InvalidRequestError(field, "a name", found) from exc
            TEXT.check_argument(field, given)
            return VIDEO.name(given), FILE.name(given)
        video = f"{key}" if self._name is None else f"{self._name} {key}"
        return VIDEO.name(video), FILE.name(f"{key}")


class _Distinct:
    """Names of one kind, of which no two are the same.

    Args:
        rule: How they are made.
    """

    def __init__(self, rule: NameRule) -> None:
        self._rule = rule
        self._expected = Counter[str]()
        self._taken = set[str]()

    def expect(self, name: str) -> None:
        self._expected[folded(name)] += 1

    def take(self, name: str, key: Key) -> str:
        found, told = name, repr(key)
        if self._expected[folded(name)] > 1:
            found = self._rule.with_digest(name, told)
        while folded(found) in self._taken:
            told += "'"
            found = self._rule.with_digest(name, told)
        self._taken.add(folded(found))
        return found


def checked_key(key: object, field: str) -> Key:
    """Return a key of a batch.

    Raises:
        InvalidRequestError: It is none.
    """
    if not isinstance(key, str | int):
        raise InvalidRequestError(field, "keys that are strings or whole numbers", short(key))
    return key


def check_name(name: object) -> None:
    """Refuse what names no videos.

    Raises:
        InvalidRequestError: It is neither a text nor a plain function.
    """
    if isinstance(name, str):
        TEXT.check_argument("name", name)
    elif name is not None and (not callable(name) or inspect.iscoroutinefunction(name)):
        expected = "a text that is not blank, a function of the key that is not async, or None"
        raise InvalidRequestError("name", expected, short(name))
