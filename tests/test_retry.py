"""The decision to send a request again, as a table and as laws."""

from __future__ import annotations

import math
from itertools import pairwise

import attrs
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pictory_async._retry import Failure, Retry, grown
from pictory_async._wire.meanings import Asked, Case, meaning_of


RETRY = Retry(attempts=4, first=1.0, factor=2.0, longest=3.0, longest_retry_after=60.0)


@attrs.frozen
class Attempt:
    """One attempt that failed."""

    sent: bool
    status: int | None = None
    retry_after: float | None = None

    def failure(self, asked: Asked) -> Failure:
        """Return what it means for what was asked."""
        case = Case.REFUSED
        if not self.sent:
            case = Case.NOT_SENT
        elif self.status is None:
            case = Case.NOT_ANSWERED
        return Failure(meaning_of(asked, case, self.status), self.retry_after)


REFUSED = Attempt(False)
LOST = Attempt(True)


def status(code: int, retry_after: float | None = None) -> Attempt:
    """Make an attempt that was answered."""
    return Attempt(True, code, retry_after)


@pytest.mark.parametrize(
    ("asked", "failure", "attempt", "random", "expected"),
    [
        # Growing, up to the longest, with half of each pause left to chance.
        (Asked.CALL, LOST, 1, 1.0, 1.0),
        (Asked.CALL, LOST, 2, 1.0, 2.0),
        (Asked.CALL, LOST, 3, 1.0, 3.0),
        (Asked.CALL, LOST, 4, 1.0, None),
        (Asked.CALL, LOST, 5, 1.0, None),
        (Asked.CALL, LOST, 1, 0.0, 0.5),
        (Asked.CALL, LOST, 2, 0.5, 1.5),
        # What is worth asking again.
        (Asked.CALL, REFUSED, 1, 1.0, 1.0),
        (Asked.CALL, status(429), 1, 1.0, 1.0),
        (Asked.CALL, status(500), 1, 1.0, 1.0),
        (Asked.CALL, status(503), 1, 1.0, 1.0),
        (Asked.CALL, status(599), 1, 1.0, 1.0),
        (Asked.CALL, status(400), 1, 1.0, None),
        (Asked.CALL, status(401), 1, 1.0, None),
        (Asked.CALL, status(404), 1, 1.0, None),
        # What may cost money.
        (Asked.SUBMIT, REFUSED, 1, 1.0, 1.0),
        (Asked.SUBMIT, status(429), 1, 1.0, 1.0),
        (Asked.SUBMIT, status(429), 4, 1.0, None),
        (Asked.SUBMIT, LOST, 1, 1.0, None),
        (Asked.SUBMIT, status(500), 1, 1.0, None),
        (Asked.SUBMIT, status(503, 1.0), 1, 1.0, None),
        (Asked.SUBMIT, status(400), 1, 1.0, None),
        # Somebody else's decision.
        (Asked.LOOK, REFUSED, 1, 1.0, None),
        (Asked.LOOK, LOST, 1, 1.0, None),
        (Asked.LOOK, status(429, 1.0), 1, 1.0, None),
        # Retry-After is a promise: never earlier, a little later, and not for ever.
        (Asked.CALL, status(429, 20.0), 1, 0.0, 20.0),
        (Asked.CALL, status(429, 20.0), 1, 1.0, 22.0),
        (Asked.CALL, status(503, 20.0), 3, 0.0, 20.0),
        (Asked.CALL, status(429, 0.0), 1, 1.0, 0.0),
        (Asked.CALL, status(429, 60.0), 1, 0.0, 60.0),
        (Asked.CALL, status(429, 60.1), 1, 0.0, None),
        (Asked.CALL, status(429, math.inf), 1, 0.0, None),
        (Asked.CALL, status(429, 20.0), 4, 0.0, None),
        (Asked.CALL, status(404, 20.0), 1, 0.0, None),
        (Asked.SUBMIT, status(429, 20.0), 1, 0.0, 20.0),
    ],
)
def test_delay(
    asked: Asked, failure: Attempt, attempt: int, random: float, expected: float | None
) -> None:
    """The pause is as the table says."""
    assert expected == RETRY.delay(failure.failure(asked), attempt=attempt, random=random)


def test_one_attempt() -> None:
    """With one attempt nothing is repeated."""
    assert Retry(attempts=1).delay(REFUSED.failure(Asked.CALL), attempt=1, random=0) is None


@pytest.mark.parametrize(
    "settings",
    [
        {"attempts": 0},
        {"first": -0.1},
        {"first": math.nan},
        {"factor": 0.9},
        {"longest": -1.0},
        {"longest_retry_after": -1.0},
    ],
)
def test_settings(settings: dict[str, float]) -> None:
    """A setting that makes no sense is refused by name."""
    with pytest.raises(ValueError, match=next(iter(settings))):
        Retry(**settings)  # type: ignore[arg-type]


def test_many_attempts() -> None:
    """Whoever never gives up gets the longest pause, also the thousandth time."""
    retry = Retry(attempts=10_000)

    assert retry.longest == retry.delay(LOST.failure(Asked.CALL), attempt=5_000, random=1.0)


seconds = st.floats(0, 1e6)
chance = st.floats(0, 1)
attempts = st.integers(1, 10_000)
retries = st.builds(
    Retry,
    attempts=attempts,
    first=seconds,
    factor=st.floats(1, 1e6),
    longest=seconds,
    longest_retry_after=seconds,
)
failures = st.builds(
    Attempt,
    st.booleans(),
    st.none() | st.integers(100, 599),
    st.none() | st.floats(0, allow_nan=False),
)
questions = st.sampled_from(Asked)


@given(retries, questions, failures, attempts, chance)
def test_a_delay_can_be_slept(
    retry: Retry, asked: Asked, failure: Attempt, attempt: int, random: float
) -> None:
    """A delay is None or a number of seconds within the longest of its kind."""
    delay = retry.delay(failure.failure(asked), attempt=attempt, random=random)
    if delay is None:
        return
    assert math.isfinite(delay)
    if failure.retry_after is None:
        assert 0 <= delay <= retry.longest
    else:
        assert failure.retry_after <= delay <= retry.longest_retry_after * 1.1 + 1e-9


@given(retries, failures, attempts, chance)
def test_money_is_spent_once(retry: Retry, failure: Attempt, attempt: int, random: float) -> None:
    """What may cost money is never repeated once it was sent, unless a 429 refused it."""
    assume(failure.sent and failure.status != 429)

    assert retry.delay(failure.failure(Asked.SUBMIT), attempt=attempt, random=random) is None


@given(retries, failures, attempts, chance)
def test_never_is_never(retry: Retry, failure: Attempt, attempt: int, random: float) -> None:
    """What decides by itself is not repeated here."""
    assert retry.delay(failure.failure(Asked.LOOK), attempt=attempt, random=random) is None


@given(retries, questions, failures, chance)
def test_it_ends(retry: Retry, asked: Asked, failure: Attempt, random: float) -> None:
    """After the last attempt there is no other."""
    for attempt in (retry.attempts, retry.attempts + 1):
        assert retry.delay(failure.failure(asked), attempt=attempt, random=random) is None


@given(retries, chance)
def test_pauses_do_not_shrink(retry: Retry, random: float) -> None:
    """Each pause is at least as long as the one before."""
    delays = [
        retry.delay(LOST.failure(Asked.CALL), attempt=attempt, random=random)
        for attempt in range(1, 9)
    ]
    given_delays = [delay for delay in delays if delay is not None]

    assert all(earlier <= later for earlier, later in pairwise(given_delays))


@given(retries, failures, attempts, chance)
def test_what_may_be_repeated_for_money_may_be_repeated_freely(
    retry: Retry, failure: Attempt, attempt: int, random: float
) -> None:
    """A surely refused request that came to nothing is worth another try for anybody."""
    assume(failure.sent or failure.status is None)
    careful = retry.delay(failure.failure(Asked.SUBMIT), attempt=attempt, random=random)
    if careful is not None:
        assert careful == retry.delay(failure.failure(Asked.CALL), attempt=attempt, random=random)


def test_no_pause_does_not_grow() -> None:
    """Nothing stays nothing, by however much and often it grows."""
    assert 0 == grown(0, math.inf, 10**9, 10)
