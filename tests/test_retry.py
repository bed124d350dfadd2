"""The decision to send a request again, as a table and as laws."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pictory_async._retry import Failure, Repeat, Retry, grown


RETRY = Retry(attempts=4, first=1.0, factor=2.0, longest=3.0, longest_retry_after=60.0)
REFUSED = Failure(False)
LOST = Failure(True)


def status(code: int, retry_after: float | None = None) -> Failure:
    """Make the failure of a request that was answered."""
    return Failure(True, code, retry_after)


@pytest.mark.parametrize(
    ("repeat", "failure", "attempt", "random", "expected"),
    [
        # Growing, up to the longest, with half of each pause left to chance.
        (Repeat.FREELY, LOST, 1, 1.0, 1.0),
        (Repeat.FREELY, LOST, 2, 1.0, 2.0),
        (Repeat.FREELY, LOST, 3, 1.0, 3.0),
        (Repeat.FREELY, LOST, 4, 1.0, None),
        (Repeat.FREELY, LOST, 5, 1.0, None),
        (Repeat.FREELY, LOST, 1, 0.0, 0.5),
        (Repeat.FREELY, LOST, 2, 0.5, 1.5),
        # What is worth asking again.
        (Repeat.FREELY, REFUSED, 1, 1.0, 1.0),
        (Repeat.FREELY, status(429), 1, 1.0, 1.0),
        (Repeat.FREELY, status(500), 1, 1.0, 1.0),
        (Repeat.FREELY, status(503), 1, 1.0, 1.0),
        (Repeat.FREELY, status(599), 1, 1.0, 1.0),
        (Repeat.FREELY, status(400), 1, 1.0, None),
        (Repeat.FREELY, status(401), 1, 1.0, None),
        (Repeat.FREELY, status(404), 1, 1.0, None),
        # What may cost money.
        (Repeat.UNLESS_SENT, REFUSED, 1, 1.0, 1.0),
        (Repeat.UNLESS_SENT, status(429), 1, 1.0, 1.0),
        (Repeat.UNLESS_SENT, status(429), 4, 1.0, None),
        (Repeat.UNLESS_SENT, LOST, 1, 1.0, None),
        (Repeat.UNLESS_SENT, status(500), 1, 1.0, None),
        (Repeat.UNLESS_SENT, status(503, 1.0), 1, 1.0, None),
        (Repeat.UNLESS_SENT, status(400), 1, 1.0, None),
        # Somebody else's decision.
        (Repeat.NEVER, REFUSED, 1, 1.0, None),
        (Repeat.NEVER, LOST, 1, 1.0, None),
        (Repeat.NEVER, status(429, 1.0), 1, 1.0, None),
        # Retry-After is a promise: never earlier, a little later, and not for ever.
        (Repeat.FREELY, status(429, 20.0), 1, 0.0, 20.0),
        (Repeat.FREELY, status(429, 20.0), 1, 1.0, 22.0),
        (Repeat.FREELY, status(503, 20.0), 3, 0.0, 20.0),
        (Repeat.FREELY, status(429, 0.0), 1, 1.0, 0.0),
        (Repeat.FREELY, status(429, 60.0), 1, 0.0, 60.0),
        (Repeat.FREELY, status(429, 60.1), 1, 0.0, None),
        (Repeat.FREELY, status(429, math.inf), 1, 0.0, None),
        (Repeat.FREELY, status(429, 20.0), 4, 0.0, None),
        (Repeat.FREELY, status(404, 20.0), 1, 0.0, None),
        (Repeat.UNLESS_SENT, status(429, 20.0), 1, 0.0, 20.0),
    ],
)
def test_delay(
    repeat: Repeat, failure: Failure, attempt: int, random: float, expected: float | None
) -> None:
    """The pause is as the table says."""
    assert expected == RETRY.delay(repeat, failure, attempt=attempt, random=random)


def test_one_attempt() -> None:
    """With one attempt nothing is repeated."""
    assert Retry(attempts=1).delay(Repeat.FREELY, REFUSED, attempt=1, random=0) is None


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

    assert retry.longest == retry.delay(Repeat.FREELY, LOST, attempt=5_000, random=1.0)


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
    Failure,
    st.booleans(),
    st.none() | st.integers(100, 599),
    st.none() | st.floats(0, allow_nan=False),
)
repeats = st.sampled_from(Repeat)


@given(retries, repeats, failures, attempts, chance)
def test_a_delay_can_be_slept(
    retry: Retry, repeat: Repeat, failure: Failure, attempt: int, random: float
) -> None:
    """A delay is None or a number of seconds within the longest of its kind."""
    delay = retry.delay(repeat, failure, attempt=attempt, random=random)
    if delay is None:
        return
    assert math.isfinite(delay)
    if failure.retry_after is None:
        assert 0 <= delay <= retry.longest
    else:
        assert failure.retry_after <= delay <= retry.longest_retry_after * 1.1 + 1e-9


@given(retries, failures, attempts, chance)
def test_money_is_spent_once(retry: Retry, failure: Failure, attempt: int, random: float) -> None:
    """What may cost money is never repeated once it was sent, unless a 429 refused it."""
    assume(failure.sent and failure.status != 429)

    assert retry.delay(Repeat.UNLESS_SENT, failure, attempt=attempt, random=random) is None


@given(retries, failures, attempts, chance)
def test_never_is_never(retry: Retry, failure: Failure, attempt: int, random: float) -> None:
    """What decides by itself is not repeated here."""
    assert retry.delay(Repeat.NEVER, failure, attempt=attempt, random=random) is None


@given(retries, repeats, failures, chance)
def test_it_ends(retry: Retry, repeat: Repeat, failure: Failure, random: float) -> None:
    """After the last attempt there is no other."""
    for attempt in (retry.attempts, retry.attempts + 1):
        assert retry.delay(repeat, failure, attempt=attempt, random=random) is None


@given(retries, chance)
def test_pauses_do_not_shrink(retry: Retry, random: float) -> None:
    """Each pause is at least as long as the one before."""
    delays = [
        retry.delay(Repeat.FREELY, LOST, attempt=attempt, random=random) for attempt in range(1, 9)
    ]
    given_delays = [delay for delay in delays if delay is not None]

    assert all(earlier <= later for earlier, later in pairwise(given_delays))


@given(retries, failures, attempts, chance)
def test_what_may_be_repeated_for_money_may_be_repeated_freely(
    retry: Retry, failure: Failure, attempt: int, random: float
) -> None:
    """A surely refused request that came to nothing is worth another try for anybody."""
    assume(failure.sent or failure.status is None)
    careful = retry.delay(Repeat.UNLESS_SENT, failure, attempt=attempt, random=random)
    if careful is not None:
        assert careful == retry.delay(Repeat.FREELY, failure, attempt=attempt, random=random)


def test_no_pause_does_not_grow() -> None:
    """Nothing stays nothing, by however much and often it grows."""
    assert 0 == grown(0, math.inf, 10**9, 10)
