"""What is known after an error: one answer for the transport, the flows, the books, the breaker."""

from __future__ import annotations

import pytest

from pictory_async import (
    APIError,
    AuthenticationError,
    ClosedError,
    DownloadError,
    InvalidRequestError,
    InvalidResponseError,
    JobCleanedError,
    JobFailedError,
    JobNotFoundError,
    JobOutageError,
    JobTimeoutError,
    NotFoundError,
    NotSubmittedError,
    RateLimitError,
    ServerError,
    SubmissionUnknownError,
    TransportError,
)
from pictory_async._wire.known import (
    Known,
    is_missed_look,
    is_passing,
    is_passing_status,
    known_after,
    known_after_answer,
    known_after_attempt,
)


NEVER_SENT = TransportError("refused", "POST", "/x", sent=False)
PERHAPS_SENT = TransportError("slow", "POST", "/x", sent=True)
CLOSED = ClosedError("closed", "POST", "/x", sent=False)
LIMITED = RateLimitError("slow down", 429, "POST", "/x")
BROKEN = ServerError("oops", 502, "POST", "/x")
UNREADABLE = InvalidResponseError("odd", 200, "POST", "/x")
MOVED = InvalidResponseError("odd", 302, "POST", "/x")
NO = APIError("no", 400, "POST", "/x")
SAID_NO = APIError("no", 200, "POST", "/x")
MISSING = NotFoundError("no", 404, "GET", "/x")
FAILED = JobFailedError("j-1")


@pytest.mark.parametrize(
    ("error", "known"),
    [
        (NEVER_SENT, Known.SURELY_NOT),
        (CLOSED, Known.SURELY_NOT),
        (LIMITED, Known.SURELY_NOT),
        (NO, Known.SURELY_NOT),
        (SAID_NO, Known.SURELY_NOT),
        (MOVED, Known.SURELY_NOT),
        (BROKEN, Known.SURELY_NOT),
        (UNREADABLE, Known.SURELY_NOT),
        (InvalidRequestError("a", "b", "c"), Known.SURELY_NOT),
        (NotSubmittedError("a limit"), Known.SURELY_NOT),
        (JobTimeoutError("j-1"), Known.SURELY_NOT),
        (PERHAPS_SENT, Known.UNKNOWN),
        (SubmissionUnknownError("cut", "POST", "/x"), Known.UNKNOWN),
        (ValueError("odd"), Known.UNKNOWN),
    ],
    ids=repr,
)
def test_after_a_submit(error: Exception, known: Known) -> None:
    """Without a job's id, only a sure refusal and what never left mean that nothing is paid."""
    assert known is known_after(error)


@pytest.mark.parametrize(
    ("error", "known"),
    [
        (FAILED, Known.SURELY_NOT),
        (JobCleanedError("j-1"), Known.PAID),
        (DownloadError("cut", "https://a.example"), Known.PAID),
        (NO, Known.UNKNOWN),
        (JobNotFoundError("j-1"), Known.UNKNOWN),
        (JobOutageError("j-1"), Known.UNKNOWN),
        (JobTimeoutError("j-1"), Known.UNKNOWN),
        (NEVER_SENT, Known.UNKNOWN),
        (ValueError("odd"), Known.UNKNOWN),
    ],
    ids=repr,
)
def test_after_a_wait(error: Exception, known: Known) -> None:
    """With a job's id, only its failure means that nothing is paid."""
    assert known is known_after(error, has_job=True)


@pytest.mark.parametrize(
    ("error", "known"),
    [
        (BROKEN, Known.UNKNOWN),
        (UNREADABLE, Known.UNKNOWN),
        (MOVED, Known.SURELY_NOT),
        (LIMITED, Known.SURELY_NOT),
        (NO, Known.SURELY_NOT),
    ],
    ids=repr,
)
def test_after_an_answer(error: APIError, known: Known) -> None:
    """An answer to a submit that gives no job leaves it unknown, unless it is a refusal."""
    assert known is known_after_answer(error)


@pytest.mark.parametrize("status", [None, 429, 500, 502, 503, 599, 200, 302, 400, 401, 404])
def test_attempts_and_errors_agree(status: int | None) -> None:
    """What is known after an attempt is what is known after the error that it ends in."""
    after = (
        known_after(PERHAPS_SENT)
        if status is None
        else known_after_answer(APIError("no", status, "POST", "/x"))
    )

    assert after is known_after_attempt(sent=True, status=status)
    assert Known.SURELY_NOT is known_after_attempt(sent=False, status=status)


@pytest.mark.parametrize(
    ("error", "passing", "missed"),
    [
        (NEVER_SENT, True, True),
        (PERHAPS_SENT, True, True),
        (LIMITED, True, True),
        (BROKEN, True, True),
        (UNREADABLE, False, True),
        (MISSING, False, True),
        (CLOSED, False, False),
        (NO, False, False),
        (AuthenticationError("no", 401, "GET", "/x"), False, False),
        (FAILED, False, False),
        (ValueError("odd"), False, False),
    ],
    ids=repr,
)
def test_what_passes(error: Exception, passing: bool, missed: bool) -> None:
    """What passes may go well a little later; a missed look says nothing of the job."""
    assert (passing, missed) == (is_passing(error), is_missed_look(error))


@pytest.mark.parametrize(
    ("status", "passing"), [(None, True), (429, True), (500, True), (404, False), (200, False)]
)
def test_what_passes_by_status(status: int | None, passing: bool) -> None:
    """A status tells the same as the error that it becomes."""
    assert passing is is_passing_status(status)
