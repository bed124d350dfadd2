"""Where the word in the Authorization header comes from: values, and the settings around them."""

from __future__ import annotations

import os
from typing import Final, NoReturn, TypeAlias

import attrs

from pictory_async._errors import ConfigurationError
from pictory_async._wire.tokens import HEADER_WORD


DEFAULT_BASE_URL: Final = "https://api.pictory.ai/pictoryapis"

_API_KEY: Final = "PICTORY_API_KEY"
_CLIENT_ID: Final = "PICTORY_CLIENT_ID"
_CLIENT_SECRET: Final = "PICTORY_CLIENT_SECRET"  # noqa: S105 - the variable's name
_USER_ID: Final = "PICTORY_USER_ID"
_BASE_URL: Final = "PICTORY_API_BASE_URL"

_EXPECTED: Final = "expected one word of printable ASCII"
# What a shell, a .env file or a letter puts around a value that is copied.
_QUOTES: Final = "\"'`\u2018\u2019\u201c\u201d\u00ab\u00bb"

_NO_CREDENTIALS: Final = (
    f"no credentials: set {_API_KEY}, or {_CLIENT_ID} and {_CLIENT_SECRET}, "
    "or pass ApiKey(...) or ClientCredentials(...)"
)


def _word(_: object, attribute: attrs.Attribute[str], value: object) -> None:
    """Refuse what cannot stand in a header, without showing what it is."""
    found = _fault(value)
    del value  # for no frame of the traceback shall hold it
    if found is not None:
        msg = f"{attribute.name}: {_EXPECTED}, found {found}"
        raise ConfigurationError(msg)


def _fault(value: object) -> str | None:
    if not isinstance(value, str):
        return type(value).__name__
    bare = value.strip()
    if not bare:
        return "nothing"
    if bare[0] in _QUOTES or bare[-1] in _QUOTES:
        return "quotes around it: leave them out"
    if bare != value:
        return "blanks or line ends around it: leave them out"
    if not HEADER_WORD.fullmatch(value):
        return "spaces or other characters that cannot stand in a header"
    return None


def _optional_word(instance: object, attribute: attrs.Attribute[str], value: object) -> None:
    if value is not None:
        _word(instance, attribute, value)


class _Secret:
    """What is never written to a file or sent to another process by accident."""

    __slots__ = ()

    def __reduce__(self) -> NoReturn:
        msg = f"{type(self).__name__} is not pickled, for it holds a secret: make it anew there"
        raise TypeError(msg)


@attrs.frozen
class ClientCredentials(_Secret):
    """A client id and secret, exchanged for a token that lives for an hour.

    Args:
        client_id: Provided by Pictory.
        client_secret: Provided by Pictory.
        user_id: Sent as `X-Pictory-User-Id`, which the v1 documentation asks for and the
            current one leaves out.

    Raises:
        ConfigurationError: One of them is empty, has quotes or blanks around it, or cannot stand
            in a header.

    Source: the page "/v1/oauth2/token" of the API reference.
    """

    client_id: str = attrs.field(validator=_word)
    client_secret: str = attrs.field(validator=_word, repr=False)
    user_id: str | None = attrs.field(default=None, validator=_optional_word, kw_only=True)


@attrs.frozen
class ApiKey(_Secret):
    """A key from https://app.pictory.ai/api-access; it begins with `pictai_`.

    Args:
        key: The key, without any word before it.
        user_id: Sent as `X-Pictory-User-Id`, where an account still needs it.

    Raises:
        ConfigurationError: One of them is empty, has quotes or blanks around it, or cannot stand
            in a header.
    """

    key: str = attrs.field(validator=_word, repr=False)
    user_id: str | None = attrs.field(default=None, validator=_optional_word, kw_only=True)


Credentials: TypeAlias = ClientCredentials | ApiKey


def credentials_from_environment() -> Credentials:
    """Read the credentials from `PICTORY_API_KEY`, or `PICTORY_CLIENT_ID` and `_SECRET`.

    `PICTORY_USER_ID` is added where it is set.

    Raises:
        ConfigurationError: They are missing, empty, or there are two kinds of them.
    """
    problem = _problem_of_environment()
    if problem is not None:
        raise ConfigurationError(problem)
    user_id = os.environ.get(_USER_ID)
    if _API_KEY in os.environ:
        return ApiKey(os.environ[_API_KEY], user_id=user_id)
    return ClientCredentials(os.environ[_CLIENT_ID], os.environ[_CLIENT_SECRET], user_id=user_id)


def base_url_from_environment() -> str:
    """Read `PICTORY_API_BASE_URL`, or return the service's own.

    Raises:
        ConfigurationError: The variable is set and empty.
    """
    url = os.environ.get(_BASE_URL, DEFAULT_BASE_URL)
    if not url.strip():
        msg = f"{_BASE_URL}: expected a URL, found nothing; unset it for {DEFAULT_BASE_URL}"
        raise ConfigurationError(msg)
    return url


def _problem_of_environment() -> str | None:
    """Say what is wrong, so that no frame of a traceback holds a secret."""
    present = [
        name for name in (_API_KEY, _CLIENT_ID, _CLIENT_SECRET, _USER_ID) if name in os.environ
    ]
    for name in present:
        if (found := _fault(os.environ[name])) is not None:
            return f"{name}: {_EXPECTED}, found {found}"
    halves = [name for name in (_CLIENT_ID, _CLIENT_SECRET) if name in present]
    if _API_KEY in present:
        both = f"{_API_KEY} and {' and '.join(halves)} are set: unset what is not meant"
        return both if halves else None
    if len(halves) == 1:
        missing = _CLIENT_SECRET if _CLIENT_ID in present else _CLIENT_ID
        return f"{missing} is not set, and {halves[0]} is"
    return None if halves else _NO_CREDENTIALS
