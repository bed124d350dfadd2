"""Checks of the numbers in settings."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from pictory_async._errors import ConfigurationError


if TYPE_CHECKING:
    from collections.abc import Callable

    import attrs


def within(
    low: float, high: float = math.inf, *, whole: bool = False, optional: bool = False
) -> Callable[[object, attrs.Attribute[Any], object], None]:
    """Return a validator of a number.

    Args:
        low: The least that is allowed.
        high: The most that is allowed.
        whole: Whether it must be a whole number.
        optional: Whether it may be None.

    Raises:
        ConfigurationError: From the validator: the value is none of these; NaN never is.
    """

    def check(_: object, attribute: attrs.Attribute[Any], value: object) -> None:
        if optional and value is None:
            return
        kind = int if whole else int | float
        if isinstance(value, bool) or not isinstance(value, kind) or not low <= value <= high:
            top = "" if high == math.inf else f" and at most {high:g}"
            name = "a whole number" if whole else "a number"
            rest = ", or None" if optional else ""
            msg = f"{attribute.name}: expected {name} of at least {low:g}{top}{rest}"
            msg = f"{msg}, found {value!r:.60}"
            raise ConfigurationError(msg)

    return check
