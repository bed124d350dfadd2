"""What a name or a value means that is spelt differently from what was expected."""

from __future__ import annotations

import functools
import re
import types
from typing import Final, get_args


_WHOLE: Final = re.compile(r"[+-]?[0-9]{1,30}")
_NUMBER: Final = re.compile(r"[+-]?[0-9]{1,30}(\.[0-9]{1,30})?")
_FLAGS: Final = {"true": True, "false": False}
# A name with fewer letters is misspelt with one letter wrong, any other one with two.
_LONG: Final = 8


@functools.lru_cache(maxsize=1024)
def misspelt(name: str, known: tuple[str, ...]) -> str | None:
    """Return the known name of which a name is a misspelling, or None where it is another name.

    Case, `_` and `-` mean nothing here. What has a word more than a known name is none:
    `voiceOverId` is no `voiceOver`.
    """
    found = _folded(name)
    limit = 1 if len(found) < _LONG else 2
    distances = [
        (_distance(found, _folded(other)), other)
        for other in known
        if abs(len(found) - len(_folded(other))) <= limit and not _has_another_word(name, other)
    ]
    distance, nearest = min(distances, default=(limit + 1, ""))
    return nearest if distance <= limit else None


def perhaps(name: str, known: tuple[str, ...]) -> str:
    """Return the known name that is most like a name, as words to go on with, or ""."""
    # Imported here: importing this package must stay cheap.
    import difflib  # noqa: PLC0415

    names = {_folded(other): other for other in known}
    nearest = misspelt(name, known)
    near = difflib.get_close_matches(_folded(name), names, n=1)
    meant = nearest or (names[near[0]] if near else None)
    return "" if meant is None else f" (perhaps {meant})"


def value_of(value: str, kind: object) -> object:
    """Return the number or the flag that a text spells where a field holds one, or the text.

    The example programs of the service send `"100"` and `"true"`.
    """
    kinds = get_args(kind) if isinstance(kind, types.UnionType) else (kind,)
    word = value.strip()
    if bool in kinds:
        return _FLAGS.get(word.lower(), value)
    if _WHOLE.fullmatch(word) and (int in kinds or float in kinds):
        return int(word)
    return float(word) if float in kinds and _NUMBER.fullmatch(word) else value


def _folded(name: str) -> str:
    return name.replace("_", "").replace("-", "").lower()


def _has_another_word(name: str, other: str) -> bool:
    return name.startswith(other) and name[len(other) :][:1].isupper()


def _distance(one: str, other: str) -> int:
    """Return how many letters are wrong, missing, too many, or have changed places."""
    before, row = list[int](), list(range(len(other) + 1))
    for i, letter in enumerate(one):
        following = [i + 1]
        for j, another in enumerate(other):
            least = min(row[j] + (letter != another), row[j + 1] + 1, following[j] + 1)
            if i and j and letter == other[j - 1] and one[i - 1] == another:
                least = min(least, before[j - 1] + 1)
            following.append(least)
        before, row = row, following
    distance: int = row[-1]
    return distance
