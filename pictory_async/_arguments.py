"""What callers may pass: rules in words, and the one way to turn down what breaks them.

A wrong argument of a call is an `InvalidRequestError`. A wrong setting, of the client or of a
value that configures something, is a `ConfigurationError`. Both say the name, what was expected
and what was found. The fields of models are checked by the models (`_models.base`).
"""

from __future__ import annotations

import math
import os
import re
from collections.abc import AsyncIterable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import attrs

from pictory_async._errors import ConfigurationError, InvalidRequestError
from pictory_async._models.base import short
from pictory_async._shapes.checks import ENCODABLE, is_encodable


if TYPE_CHECKING:
    from collections.abc import Callable

    Validator: TypeAlias = Callable[[object, attrs.Attribute[Any], object], None]


_PRINTABLE: Final = re.compile(r"[!-~]([ -~]*[!-~])?")


@attrs.frozen
class Rule:
    """What a value must be.

    Args:
        expected: What it must be, in words that go on after "expected".
        accepts: Tells whether a value is that.
        shows: How to show what was found instead.
        is_sent: Whether a text may go into a request, which UTF-8 must be able to encode; the
            path of a file need not be such.
    """

    expected: str
    accepts: Callable[[Any], bool]
    shows: Callable[[object], str] = short
    is_sent: bool = True

    def check_argument(self, name: str, value: object) -> None:
        """Check an argument of a call.

        Raises:
            InvalidRequestError: It is something else.
        """
        expected = self._unmet(value)
        if expected is not None:
            raise InvalidRequestError(name, expected, self.shows(value))

    def check_setting(self, name: str, value: object) -> None:
        """Check a setting.

        Raises:
            ConfigurationError: It is something else.
        """
        expected = self._unmet(value)
        if expected is not None:
            msg = f"{name}: expected {expected}, found {self.shows(value)}"
            raise ConfigurationError(msg)

    def _unmet(self, value: object) -> str | None:
        if not self.accepts(value):
            return self.expected
        if self.is_sent and isinstance(value, str) and not is_encodable(value):
            return ENCODABLE
        return None

    @property
    def or_none(self) -> Rule:
        """The same rule for a value that may be left out."""
        expected = f"{self.expected}, or None"
        return Rule(
            expected,
            lambda value: value is None or self.accepts(value),
            self.shows,
            self.is_sent,
        )


def argument(rule: Rule) -> Validator:
    """Return an attrs validator of what a call was given."""
    return lambda _, attribute, value: rule.check_argument(attribute.name, value)


def setting(rule: Rule) -> Validator:
    """Return an attrs validator of a setting."""
    return lambda _, attribute, value: rule.check_setting(attribute.name, value)


def type_name(value: object) -> str:
    """Show a value's type, where the value may be a secret or says less."""
    return type(value).__name__


def is_number(value: object, *, whole: bool = False) -> bool:
    """Tell whether something is a number; `True` is none."""
    return isinstance(value, int if whole else int | float) and not isinstance(value, bool)


def number(low: float, high: float = math.inf, *, whole: bool = False) -> Rule:
    """Return the rule of a number.

    Args:
        low: The least that is allowed.
        high: The most that is allowed.
        whole: Whether it must be a whole number.
    """
    # NaN is neither: it is within no bounds.
    top = "" if high == math.inf else f" and at most {high:g}"
    name = "a whole number" if whole else "a number"
    return Rule(
        f"{name} of at least {low:g}{top}",
        lambda value: is_number(value, whole=whole) and low <= value <= high,
    )


def above_zero(what: str) -> Rule:
    """Return the rule of a number above 0, which may be infinite."""
    return Rule(f"{what} above 0", lambda value: is_number(value) and value > 0)


def made_by(kind: type) -> Rule:
    """Return the rule of an instance of a class."""
    return Rule(f"{kind.__name__}(...)", lambda value: isinstance(value, kind), type_name)


def iterable_of(what: str) -> Rule:
    """Return the rule of a collection of many, which a text is not."""
    return Rule(
        f"an iterable of {what}, async or not",
        lambda values: (
            isinstance(values, Iterable | AsyncIterable) and not isinstance(values, str | bytes)
        ),
    )


def path_of(name: str, value: str | os.PathLike[str] | None) -> Path | None:
    """Return a path that a call was given, or None.

    Raises:
        InvalidRequestError: It is something else.
    """
    PATH.or_none.check_argument(name, value)
    return None if value is None else Path(value)


# What a header can hold.
CONTENT_TYPE: Final = Rule(
    "a content type, such as video/mp4",
    lambda value: isinstance(value, str) and _PRINTABLE.fullmatch(value) is not None,
)
BYTES: Final = Rule("bytes", lambda value: isinstance(value, bytes))
COUNT: Final = Rule("1 or more", lambda value: is_number(value, whole=True) and value >= 1)
FLAG: Final = Rule("True or False", lambda value: isinstance(value, bool))
FUNCTION: Final = Rule("a function", callable)
OBJECT: Final = Rule("an object, as JSON has it", lambda value: isinstance(value, Mapping))
PATH: Final = Rule("a path", lambda value: isinstance(value, str | os.PathLike), is_sent=False)
SECONDS: Final = Rule("seconds, 0 or more", lambda value: is_number(value) and value >= 0)
SECONDS_ABOVE_ZERO: Final = above_zero("seconds")
STRING: Final = Rule("a string", lambda value: isinstance(value, str))
WHOLE: Final = Rule("a whole number", lambda value: is_number(value, whole=True))
TEXT: Final = Rule(
    "a text that is not blank", lambda value: isinstance(value, str) and bool(value.strip())
)
