"""What is known after an error: whether there is something to pay for, and whether it will pass.

The transport asks before it sends again, the flows before they submit again, the books of a batch
when an item ends, the breaker when it counts. There is one answer, and it is here.
"""

from __future__ import annotations

import enum
from typing import Final

from pictory_async._errors import (
    APIError,
    AuthenticationError,
    BatchError,
    ClosedError,
    ConfigurationError,
    DownloadError,
    InvalidRequestError,
    JobCleanedError,
    JobFailedError,
    JobResultMissingError,
    JobTimeoutError,
    TokenRefusedError,
    TransportError,
    UnreachableError,
)
from pictory_async._wire.meanings import Asked, Case, Meaning, meaning_of


class Known(enum.Enum):
    """What is known of a submit and of the job that it may have made."""

    SURELY_NOT = enum.auto()
    """There is nothing to pay for: no job was made, or the service gave up on it."""

    UNKNOWN = enum.auto()
    """There may be a job, now or later, that is paid for."""

    PAID = enum.auto()
    """The job was done: it is paid for."""


_NOTHING_DONE: Final = frozenset({Meaning.SURELY_NOT, Meaning.TRY_AGAIN})


def known_after_answer(error: APIError) -> Known:
    """Say what is known of a submit after an answer to it that gave no job."""
    return _known_of_submit(error)


def _known_of_submit(error: APIError | TransportError) -> Known:
    is_nothing = _meaning(error, Asked.SUBMIT) in _NOTHING_DONE
    return Known.SURELY_NOT if is_nothing else Known.UNKNOWN


def known_after(error: Exception, *, has_job: bool = False) -> Known:
    """Say what is known after an error.

    Args:
        error: What the submit raised, or the wait for its job, or what came after.
        has_job: Whether the submit gave the job's id.
    """
    if has_job:
        return _known_of_job(error)
    match error:
        case TransportError():
            return _known_of_submit(error)
        case APIError():
            # Where an answer to a submit leaves it unknown, there is a SubmissionUnknownError. What
            # else comes out of one is a refusal, or about the token, without which nothing leaves.
            return Known.SURELY_NOT
        case InvalidRequestError() | ConfigurationError() | BatchError() | JobTimeoutError():
            # Ours: each of them is raised in the place of a submit.
            return Known.SURELY_NOT
        case _:
            return Known.UNKNOWN


def _known_of_job(error: Exception) -> Known:
    match error:
        case JobFailedError():
            return Known.SURELY_NOT
        case JobCleanedError() | JobResultMissingError() | DownloadError():
            return Known.PAID
        case _:
            return Known.UNKNOWN


def is_passing(error: Exception) -> bool:
    """Tell whether the same request may well succeed a little later.

    What a submit leaves unknown is a `SubmissionUnknownError`. What else comes out of one is a
    refusal, or about the token that it needed, so that a token's meaning tells.
    """
    return _meaning(error, Asked.TOKEN) is Meaning.TRY_AGAIN


def may_submit_again(error: Exception) -> bool:
    """Tell whether a submit that ended so surely cost nothing, and another one may go well."""
    return known_after(error) is Known.SURELY_NOT and is_passing(error)


def is_missed_look(error: Exception) -> bool:
    """Tell whether a look that met this says nothing of the job, so that the next one may."""
    return _meaning(error, Asked.LOOK) is Meaning.MISSED_LOOK


def is_shut_out(error: Exception) -> bool:
    """Tell whether nothing that is asked of the service can go well, now or later."""
    is_rejected = isinstance(error, AuthenticationError) and not isinstance(
        error, TokenRefusedError
    )
    is_final = isinstance(error, UnreachableError | ConfigurationError)
    return is_rejected or is_final


def _meaning(error: Exception, asked: Asked) -> Meaning | None:
    """Return what the table says of an error; None for one that is about no answer."""
    match error:
        case ClosedError():
            # Ours: nothing was sent, and nothing will be.
            return Meaning.SURELY_NOT
        case UnreachableError():
            return meaning_of(asked, Case.UNREACHABLE)
        case TransportError():
            return meaning_of(asked, Case.NOT_ANSWERED if error.sent else Case.NOT_SENT)
        case TokenRefusedError():
            return meaning_of(asked, Case.KNOWN_TOKEN_REFUSED)
        case APIError():
            return meaning_of(asked, Case.REFUSED, error.status, error.answered_by)
        case _:
            return None
