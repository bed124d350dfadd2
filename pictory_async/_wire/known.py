"""What is known after an error: whether there is something to pay for, and whether it will pass.

The transport asks before it sends again, the flows before they submit again, the books of a batch
when an item ends, the breaker when it counts. There is one answer, and it is here.
"""

from __future__ import annotations

import enum
from http import HTTPStatus
from typing import Final

from pictory_async._errors import (
    APIError,
    BatchError,
    ClosedError,
    DownloadError,
    InvalidRequestError,
    InvalidResponseError,
    JobCleanedError,
    JobFailedError,
    JobTimeoutError,
    NotFoundError,
    RateLimitError,
    ServerError,
    TransportError,
)


class Known(enum.Enum):
    """What is known of a submit and of the job that it may have made."""

    SURELY_NOT = enum.auto()
    """There is nothing to pay for: no job was made, or the service gave up on it."""

    UNKNOWN = enum.auto()
    """There may be a job, now or later, that is paid for."""

    PAID = enum.auto()
    """The job was done: it is paid for."""


# What any request can meet while all is well.
_PASSING: Final = (TransportError, ServerError, RateLimitError)
# A look may meet these besides: a page of a gateway, a job that is not known everywhere yet.
_MISSED: Final = (*_PASSING, InvalidResponseError, NotFoundError)


def known_after_attempt(*, sent: bool, status: int | None) -> Known:
    """Say what is known of a submit after one attempt that gave no job.

    Args:
        sent: False where the request surely never reached the service.
        status: The status of the answer, or None where none came.
    """
    if not sent:
        return Known.SURELY_NOT
    if status is None or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Known.UNKNOWN
    return Known.SURELY_NOT


def known_after_answer(error: APIError) -> Known:
    """Say what is known of a submit after an answer that gave no job."""
    if isinstance(error, InvalidResponseError) and error.status < HTTPStatus.MULTIPLE_CHOICES:
        # It was accepted, and the answer that names the job cannot be read.
        return Known.UNKNOWN
    return known_after_attempt(sent=True, status=error.status)


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
            return known_after_attempt(sent=error.sent, status=None)
        case APIError():
            # Where an answer to a submit leaves it unknown, there is a SubmissionUnknownError. What
            # else comes out of one is a refusal, or about the token, without which nothing leaves.
            return Known.SURELY_NOT
        case InvalidRequestError() | BatchError() | JobTimeoutError():
            # Ours: each of them is raised in the place of a submit.
            return Known.SURELY_NOT
        case _:
            return Known.UNKNOWN


def _known_of_job(error: Exception) -> Known:
    match error:
        case JobFailedError():
            return Known.SURELY_NOT
        case JobCleanedError() | DownloadError():
            return Known.PAID
        case _:
            return Known.UNKNOWN


def is_passing(error: Exception) -> bool:
    """Tell whether the same request may well succeed a little later."""
    return isinstance(error, _PASSING) and not isinstance(error, ClosedError)


def is_missed_look(error: Exception) -> bool:
    """Tell whether a look that met this says nothing of the job, so that the next one may."""
    return isinstance(error, _MISSED) and not isinstance(error, ClosedError)


def is_passing_status(status: int | None) -> bool:
    """Tell the same by the status of an answer, or None where none came."""
    return (
        status is None
        or status == HTTPStatus.TOO_MANY_REQUESTS
        or status >= HTTPStatus.INTERNAL_SERVER_ERROR
    )
