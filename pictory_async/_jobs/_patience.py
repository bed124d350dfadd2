"""How long a wait goes on: a value."""

from __future__ import annotations

import math
from typing import Any

import attrs

from pictory_async._errors import InvalidRequestError


def _number(value: object) -> float:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else math.nan


def _positive(_: object, attribute: attrs.Attribute[Any], value: object) -> None:
    if value is not None and not _number(value) > 0:
        raise InvalidRequestError(attribute.name, "seconds above 0, or None", repr(value)[:60])


def _not_negative(_: object, attribute: attrs.Attribute[Any], value: object) -> None:
    if not _number(value) >= 0:
        raise InvalidRequestError(attribute.name, "seconds, 0 or more", repr(value)[:60])


@attrs.frozen(kw_only=True)
class Patience:
    """How long a wait goes on.

    Args:
        timeout: Seconds for the whole wait, or None for no end.
        outage: Seconds for which looks may fail in a row.
    """

    timeout: float | None = attrs.field(default=1800.0, validator=_positive)
    outage: float = attrs.field(default=300.0, validator=_not_negative)
