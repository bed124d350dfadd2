"""What a plain value of JSON means where another type was expected; pure functions.

A service spells the same number as `5`, `5.0` and `"5"` from one answer to the next.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from typing import Final, cast

import attrs


BIGGEST: Final = sys.float_info.max
"""What is beyond it, a whole number of 400 digits for one, is no number to reckon with."""

_DIGITS: Final = re.compile(r"\s*[+-]?[0-9]{1,400}\s*")
_FLAGS: Final[Mapping[str, bool]] = {"true": True, "false": False}


def plain(value: object, kind: object) -> object:
    """Return a value as one of a kind, or `attrs.NOTHING` where it makes no sense as one.

    Args:
        value: What came.
        kind: `str`, `bool`, `int`, `float`, a `Mapping`, or `object` for anything.
    """
    if kind is object:
        return value
    if kind is str:
        return _text(value)
    if kind is bool:
        return _flag(value)
    if kind is int or kind is float:
        return _number(value, whole=kind is int)
    if isinstance(value, Mapping):
        return cast("Mapping[object, object]", value)
    return attrs.NOTHING


def number(value: object) -> float | None:
    """Return the number that a value is or spells, or None."""
    found = _number(value, whole=False)
    return found if isinstance(found, int | float) else None


def _text(value: object) -> object:
    found = value if isinstance(value, str) else _number(value, whole=False)
    return attrs.NOTHING if found is attrs.NOTHING else str(found)


def _flag(value: object) -> object:
    if isinstance(value, str):
        return _FLAGS.get(value.strip().lower(), attrs.NOTHING)
    return value if isinstance(value, bool) else attrs.NOTHING


def _number(value: object, *, whole: bool) -> object:
    found = _spelt(value) if isinstance(value, str) else value
    if isinstance(found, bool) or not isinstance(found, int | float):
        return attrs.NOTHING
    # This is false for NaN, too.
    if not -BIGGEST <= found <= BIGGEST:
        return attrs.NOTHING
    if whole and isinstance(found, float):
        return int(found) if found.is_integer() else attrs.NOTHING
    return found


def _spelt(text: str) -> float | None:
    try:
        return int(text) if _DIGITS.fullmatch(text) else float(text)
    except ValueError:
        return None
