"""Tokens, as the service grants them (the page "/v1/oauth2/token"): pure functions."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Final

import attrs

from pictory_async._errors import APIError
from pictory_async._wire.protocol import ENDLESS, decode_success, invalid, object_of


if TYPE_CHECKING:
    from pictory_async._wire.protocol import Answer


HEADER_WORD: Final = re.compile(r"[!-~]+")
"""What HTTP allows in a header's value, without spaces: a credential never needs more."""

_DIGITS: Final = re.compile(r"[0-9]{1,10}")


@attrs.frozen
class Token:
    """What goes into the Authorization header.

    Args:
        value: The word itself, which no repr shows.
        lifetime: Seconds from the request for it to its end; infinite for one that serves until
            it is refused.
    """

    value: str = attrs.field(repr=False)
    lifetime: float = attrs.field(default=math.inf, eq=False)


def granted_token(answer: Answer) -> Token:
    """Return the token that an answer grants (the page "/v1/oauth2/token").

    Raises:
        APIError: The service refused, or the answer holds no token.
    """
    token = _token_or_none(answer)
    if token is not None:
        return token
    error: APIError = invalid(answer, "expected access_token, found something else")
    try:
        decode_success(answer)
    except APIError as exc:
        error = exc
    # Without the frames that hold the answer: there may be a token in it all the same.
    raise error.with_traceback(None)


def _token_or_none(answer: Answer) -> Token | None:
    """Read a token where there is one, so that no frame of a traceback holds it."""
    body = object_of(answer)
    value = body.get("access_token")
    if not answer.is_success or not isinstance(value, str) or not HEADER_WORD.fullmatch(value):
        return None
    return Token(value, _lifetime(body.get("expires_in")))


def _lifetime(seconds: object) -> float:
    """Return how long a token serves; infinite where nothing useful is said of it.

    RFC 6749, 5.1 only recommends `expires_in`.
    """
    if isinstance(seconds, str) and _DIGITS.fullmatch(seconds):
        seconds = int(seconds)
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not seconds > 0:
        return math.inf
    return float(min(seconds, ENDLESS))
