"""What is known after an error: one answer for the transport, the flows, the books, the breaker."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pictory_async import (
    APIError,
    AuthenticationError,
    BlockedError,
    ClosedError,
    ConfigurationError,
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
    TokenRefusedError,
    TransportError,
    UnreachableError,
)
from pictory_async._wire.known import (
    Known,
    is_missed_look,
    is_passing,
    is_shut_out,
    known_after,
    known_after_answer,
)
from pictory_async._wire.meanings import TABLE, Asked, Case, Meaning, meaning_of


if TYPE_CHECKING:
    from pictory_async._errors import Who


NEVER_SENT = TransportError("refused", "POST", "/x", sent=False)
PERHAPS_SENT = TransportError("slow", "POST", "/x", sent=True)
CLOSED = ClosedError("closed", "POST", "/x", sent=False)
LIMITED = RateLimitError("slow down", 429, "POST", "/x")
BROKEN = ServerError("oops", 502, "POST", "/x")
UNREADABLE = InvalidResponseError("odd", 200, "POST", "/x", answered_by="other")
MOVED = InvalidResponseError("odd", 302, "POST", "/x", answered_by="other")
PAGE = InvalidResponseError("a page", 403, "POST", "/x", answered_by="other")
SLOW = APIError("slow", 408, "POST", "/x")
BLOCKED = BlockedError("a bot", 403, "POST", "/x", answered_by="guard")
UNREACHABLE = UnreachableError("no such host", "POST", "/x", sent=False)
REJECTED = AuthenticationError("no", 401, "GET", "/x")
REPLACED = TokenRefusedError("no", 401, "GET", "/x")
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
        (ConfigurationError("two loops"), Known.SURELY_NOT),
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
        (MOVED, Known.UNKNOWN),
        (PAGE, Known.UNKNOWN),
        (SLOW, Known.UNKNOWN),
        (BLOCKED, Known.SURELY_NOT),
        (LIMITED, Known.SURELY_NOT),
        (NO, Known.SURELY_NOT),
        (SAID_NO, Known.SURELY_NOT),
        (REPLACED, Known.SURELY_NOT),
    ],
    ids=repr,
)
def test_after_an_answer(error: APIError, known: Known) -> None:
    """An answer to a submit that gives no job leaves it unknown, unless it is a refusal."""
    assert known is known_after_answer(error)


@pytest.mark.parametrize(
    ("error", "passing", "missed"),
    [
        (NEVER_SENT, True, True),
        (PERHAPS_SENT, True, True),
        (LIMITED, True, True),
        (BROKEN, True, True),
        (UNREADABLE, True, True),
        (MOVED, True, True),
        (PAGE, True, True),
        (SLOW, True, True),
        (BLOCKED, True, True),
        (REPLACED, True, True),
        (MISSING, False, True),
        (CLOSED, False, False),
        (UNREACHABLE, False, False),
        (NO, False, False),
        (REJECTED, False, False),
        (FAILED, False, False),
        (ValueError("odd"), False, False),
    ],
    ids=repr,
)
def test_what_passes(error: Exception, passing: bool, missed: bool) -> None:
    """What passes may go well a little later; a missed look says nothing of the job."""
    assert (passing, missed) == (is_passing(error), is_missed_look(error))


@pytest.mark.parametrize(
    ("error", "shut_out"),
    [
        (UNREACHABLE, True),
        (ConfigurationError("x"), True),
        (REJECTED, True),
        (REPLACED, False),
        (NEVER_SENT, False),
        (NO, False),
    ],
    ids=repr,
)
def test_shut_out(error: Exception, shut_out: bool) -> None:
    """Where the service cannot be reached or entered, patience does not help."""
    assert shut_out is is_shut_out(error)


# --- the table ------------------------------------------------------------------------------------

NOT, OPEN, AGAIN, MISS = (
    Meaning.SURELY_NOT,
    Meaning.UNKNOWN,
    Meaning.TRY_AGAIN,
    Meaning.MISSED_LOOK,
)


@pytest.mark.parametrize(
    ("status", "who", "meanings"),
    [
        (200, "other", (OPEN, MISS, NOT, AGAIN)),
        (302, "other", (OPEN, MISS, AGAIN, AGAIN)),
        (400, "service", (NOT, NOT, NOT, NOT)),
        (400, "other", (OPEN, MISS, AGAIN, AGAIN)),
        (401, "service", (NOT, NOT, NOT, NOT)),
        (401, "other", (OPEN, MISS, NOT, AGAIN)),
        (403, "service", (NOT, NOT, NOT, NOT)),
        (403, "guard", (NOT, MISS, NOT, AGAIN)),
        (403, "other", (OPEN, MISS, AGAIN, AGAIN)),
        (404, "service", (NOT, MISS, NOT, NOT)),
        (404, "other", (OPEN, MISS, AGAIN, AGAIN)),
        (407, "other", (NOT, MISS, NOT, NOT)),
        (408, "service", (OPEN, MISS, AGAIN, AGAIN)),
        (408, "other", (OPEN, MISS, AGAIN, AGAIN)),
        (499, "service", (OPEN, MISS, AGAIN, AGAIN)),
        (425, "other", (OPEN, MISS, AGAIN, AGAIN)),
        (429, "service", (AGAIN, MISS, AGAIN, AGAIN)),
        (429, "guard", (AGAIN, MISS, AGAIN, AGAIN)),
        (429, "other", (AGAIN, MISS, AGAIN, AGAIN)),
        (500, "service", (OPEN, MISS, AGAIN, AGAIN)),
        (502, "other", (OPEN, MISS, AGAIN, AGAIN)),
        (524, "guard", (OPEN, MISS, AGAIN, AGAIN)),
    ],
)
def test_refusals(status: int, who: Who, meanings: tuple[Meaning, ...]) -> None:
    """What a refusal means depends on its status, on who gave it, and on what was asked."""
    asked = (Asked.SUBMIT, Asked.LOOK, Asked.CALL, Asked.TOKEN)

    assert meanings == tuple(meaning_of(each, status=status, who=who) for each in asked)


@pytest.mark.parametrize("who", ["service", "guard", "other"])
@pytest.mark.parametrize("asked", Asked)
def test_each_status_has_a_meaning(asked: Asked, who: Who) -> None:
    """Whatever comes, the table has a row for it; only a submit can be unknown or paid."""
    found = {meaning_of(asked, status=status, who=who) for status in range(100, 1000)}

    assert asked is Asked.SUBMIT or Meaning.UNKNOWN not in found
    assert asked is Asked.LOOK or Meaning.MISSED_LOOK not in found


def test_every_row_counts() -> None:
    """No row is hidden by the ones before it, and each says why."""
    for row in TABLE:
        tries: list[tuple[int | None, Who]] = [(None, "service")]
        if row.statuses is not None:
            tries = [(status, who) for status in row.statuses for who in row.who]

        assert row.reason
        assert any(_first_row(row.case, number, who) is row for number, who in tries)


def _first_row(case: Case, status: int | None, who: Who) -> object:
    return next(row for row in TABLE if row.fits(case, status, who))


def test_a_submit_that_was_taken() -> None:
    """The service's own success means a job that is paid for; for all else it is the answer."""
    meanings = [meaning_of(asked, Case.TAKEN, 200) for asked in Asked]

    assert [Meaning.PAID] + [Meaning.ANSWERED] * 4 == meanings
