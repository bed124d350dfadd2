"""Headers of the caller's that every request to the API carries beside our own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, cast

from pictory_async._arguments import type_name
from pictory_async._errors import ConfigurationError


if TYPE_CHECKING:
    from collections.abc import Iterable


# RFC 9110, 5.1 and 5.5: a name is a token, a value is visible and has no blanks around it.
_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE: Final = re.compile(r"[!-~]([\t -~]*[!-~])?")
# What a credential stands in, what frames a message, and what says how an answer is read.
_OURS: Final = frozenset(
    {
        "accept",
        "accept-encoding",
        "authorization",
        "client_id",
        "client_secret",
        "connection",
        "content-encoding",
        "content-length",
        "content-type",
        "expect",
        "host",
        "keep-alive",
        "proxy-authorization",
        "proxy-connection",
        "range",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "x-pictory-user-id",
    }
)
# What is shorter is no secret, and hiding it would hide other words.
_SECRET_LENGTH: Final = 8


class HiddenValues(dict[str, str]):
    """Headers that show their names only, wherever somebody prints local variables."""

    def __repr__(self) -> str:
        return f"<headers {', '.join(self)}>"


def checked_headers(given: Mapping[str, str] | None) -> HiddenValues:
    """Return headers that may be added to a request.

    Raises:
        ConfigurationError: They are no mapping, or one of them cannot be sent, is ours, or is there
            twice. No value is shown.
    """
    problem = _problem_of(given)
    if problem is not None:
        # Raised out here, where no frame holds a value.
        del given
        msg = f"headers: expected {problem}"
        raise ConfigurationError(msg)
    return HiddenValues(given or {})


def added(headers: Mapping[str, str], more: Mapping[str, str]) -> HiddenValues:
    """Return headers with others, which take the place of those of the same names."""
    replaced = {name.lower() for name in more}
    kept = {name: value for name, value in headers.items() if name.lower() not in replaced}
    return HiddenValues(kept | dict(more))


def secrets_among(headers: Mapping[str, str]) -> tuple[str, ...]:
    """Return the values that no error may repeat."""
    return tuple(value for value in headers.values() if len(value) >= _SECRET_LENGTH)


def _problem_of(given: object) -> str | None:
    """Say what was expected and what was found, or None."""
    if given is None:
        return None
    if not isinstance(given, Mapping):
        return f"a mapping of names to values, found {type_name(given)}"
    headers = cast("Mapping[object, object]", given)
    names = [name for name in headers if isinstance(name, str) and _NAME.fullmatch(name)]
    if len(names) < len(headers):
        return "names of letters, digits and hyphens, found something else"
    return next(filter(None, (_fault(name, headers[name], names) for name in names)), None)


def _fault(name: str, value: object, names: Iterable[str]) -> str | None:
    lower = name.lower()
    if lower in _OURS:
        return f"none that the client sets itself, found {name}"
    if [each.lower() for each in names].count(lower) > 1:
        return f"each name once, found {name} twice"
    if not isinstance(value, str):
        return f"a string for {name}, found {type_name(value)}"
    if not _VALUE.fullmatch(value):
        return f"printable ASCII for {name}, without blanks around it, found something else"
    return None
