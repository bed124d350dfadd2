"""How fast a client may go, and whose turn it is: pure decisions."""

from __future__ import annotations

import heapq
import math
import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pictory_async._pace import Lane, Pace, Turns


def test_no_limit() -> None:
    """Without a ceiling and a refusal, nothing waits."""
    pace = Pace()
    for _ in range(10_000):
        pace.sent(0)

    assert math.inf == pace.rate(0)
    assert 0 == pace.delay(0)


def test_ceiling() -> None:
    """With a ceiling of 4 a second, a request may follow another after a quarter of one."""
    pace = Pace(4)
    pace.sent(10)

    assert 0.25 == pace.delay(10)
    assert 0 == pace.delay(10.25)


def test_a_pause_saves_up_no_burst() -> None:
    """After a time without requests they still follow each other at the rate."""
    pace = Pace(4)
    pace.sent(0)
    pace.sent(100)

    assert 0.25 == pace.delay(100)


def test_late_timers() -> None:
    """A turn that comes a little late does not put off those after it."""
    pace = Pace(100)
    pace.sent(0)
    pace.sent(0.012, waited=True)

    assert 0.008 == pytest.approx(pace.delay(0.012))


def test_very_late_timers() -> None:
    """One that comes seconds late makes up for no more than a few."""
    pace, sent = Pace(100), 0
    pace.sent(0)
    while pace.delay(5) == 0:
        pace.sent(5, waited=True)
        sent += 1

    assert 4 <= sent <= 6


def test_retry_after() -> None:
    """A 429 stops everything for as long as it says."""
    pace = Pace()

    assert 7 == pace.rate_limited(now=3, sent_at=2.9, retry_after=7)
    assert 7 == pace.delay(3)
    assert 0 == pace.delay(10)


def test_a_longer_pause_wins() -> None:
    """Of those that were refused together, the one that asks for most is heard."""
    pace = Pace()
    pace.rate_limited(now=3, sent_at=2.9, retry_after=7)

    assert 19 == pace.rate_limited(now=4, sent_at=2.9, retry_after=19)
    assert 19 == pace.rate_limited(now=4, sent_at=2.9, retry_after=1)


def test_no_retry_after() -> None:
    """Without `Retry-After` the pauses grow from refusal to refusal, up to half a minute."""
    pace, now, pauses = Pace(), 0.0, list[float]()
    for _ in range(7):
        pauses.append(pace.rate_limited(now, now, None))
        now += pauses[-1]

    assert [1, 2, 4, 8, 16, 30, 30] == pauses


def test_trouble_is_forgotten() -> None:
    """After a time of peace the pauses begin anew."""
    pace = Pace()
    pace.rate_limited(0, 0, None)
    pace.rate_limited(1, 1, None)

    assert 1 == pace.rate_limited(100, 100, None)


def use(pace: Pace, rate: float, start: float, seconds: float) -> None:
    """Let so many requests a second be accepted, from a time on, for some seconds."""
    for tick in range(int(rate * seconds)):
        pace.accepted(start + tick / rate)


def slowed(rate: int = 10) -> Pace:
    """Return the pace after two refusals, the second at such a rate at 10 s; it pauses to 11 s."""
    pace = Pace()
    pace.rate_limited(now=-20, sent_at=-20, retry_after=1)
    use(pace, rate, 3, 7)
    pace.rate_limited(now=10, sent_at=9.9, retry_after=1)
    return pace


def rates(pace: Pace, times: list[float], used: float) -> list[float]:
    """Return the rates at some times, while so much is used."""
    found = list[float]()
    for now in times:
        use(pace, used, now - 5, 5)
        found.append(pace.rate(now))
    return found


def test_searches() -> None:
    """The first refusal says little: the rate begins at what was accepted, and doubles in 4 s."""
    pace = Pace()
    use(pace, 4, 5, 5)
    pace.rate_limited(now=10, sent_at=9.9, retry_after=1)

    assert [4, 8, 16, 32] == pytest.approx(rates(pace, [11, 15, 19, 23], 100), rel=0.1)


def test_searches_from_nothing() -> None:
    """Where nothing at all was accepted, it begins at one a second."""
    pace = Pace()
    pace.rate_limited(now=10, sent_at=9.9, retry_after=1)

    assert [1, 2, 4] == pytest.approx(rates(pace, [11, 15, 19], 100), rel=0.1)


def test_climbs_back() -> None:
    """When the limit is found, the rate starts below it, is back after 30 s, and goes on."""
    found = rates(slowed(10), [11, 21, 41, 71, 101], 100)

    assert pytest.approx(8, rel=0.05) == found[0]
    assert pytest.approx(10, rel=0.05) == found[2]
    assert sorted(found) == found
    assert found[4] > 20


def test_no_further_than_used() -> None:
    """A rate that nobody uses says nothing, and does not climb above what was refused."""
    pace = slowed(10)

    assert 10 == pytest.approx(pace.rate(500), rel=0.05)
    assert 24 == pytest.approx(rates(pace, [600], 12)[0], rel=0.05)


def test_refused_together() -> None:
    """Requests that were on their way when the first was refused slow nothing down further."""
    one, many = slowed(), slowed()
    for _ in range(50):
        many.rate_limited(now=10.1, sent_at=9.95, retry_after=0.9)

    assert one.rate(20) == many.rate(20)


def test_never_above_the_ceiling() -> None:
    """However much was accepted since, the ceiling stays."""
    pace = Pace(12)
    pace.rate_limited(now=0, sent_at=0, retry_after=1)

    assert [12] == rates(pace, [10_000], 1000)


@pytest.mark.parametrize("retry_after", [1.0, None])
@pytest.mark.parametrize(("limit", "bucket"), [(2, 2), (10, 1), (10, 10), (10, 50), (50, 50)])
def test_finds_the_limit(limit: int, bucket: int, retry_after: float | None) -> None:
    """A client with much to send soon gets nearly all that a service takes, and few refusals.

    The service saves up calls in a bucket, and answers after a while, as a real one does.
    """
    pace, numbers = Pace(), random.Random(1)  # noqa: S311 - no secret
    answers: list[tuple[float, float, bool]] = []
    taken = Counter[bool]()
    now, saved, saved_at = 0.0, float(bucket), 0.0
    while now < 120:
        if pace.delay(now) == 0 and len(answers) < 50:
            saved, saved_at = min(bucket, saved + (now - saved_at) * limit), now
            is_taken = saved >= 1
            saved -= is_taken
            pace.sent(now, waited=True)
            heapq.heappush(answers, (now + numbers.uniform(0.1, 0.3), now, is_taken))
            continue
        turn = now + pace.delay(now) if len(answers) < 50 else math.inf
        now = max(min(turn, answers[0][0] if answers else math.inf), now + 1e-6)
        while answers and answers[0][0] <= now:
            _, sent_at, is_taken = heapq.heappop(answers)
            taken[is_taken] += now > 30
            if is_taken:
                pace.accepted(now)
            else:
                pace.rate_limited(now, sent_at, retry_after)

    assert taken[True] > 0.8 * limit * 90
    assert taken[False] < 0.025 * taken.total()


@given(st.lists(st.tuples(st.floats(0, 100), st.none() | st.floats(0, 100)), max_size=40))
def test_never_stands_still(refusals: list[tuple[float, float | None]]) -> None:
    """Whatever is refused, there is a rate above 0 and an end of the pause."""
    pace, now = Pace(), 0.0
    for gap, asked in refusals:
        now += gap
        pace.rate_limited(now, now, asked)

    assert pace.rate(now) > 0.05
    assert pace.delay(now) <= 100


def test_shares() -> None:
    """Where all wait, submits have most of the turns, and looks still some."""
    turns = Turns()
    waiting = [Lane.SUBMIT, Lane.CALL, Lane.LOOK]
    got = Counter(turns.choose(waiting) for _ in range(1000))

    assert {Lane.SUBMIT: 600, Lane.CALL: 300, Lane.LOOK: 100} == pytest.approx(got, abs=1)


def test_all_for_one() -> None:
    """Where only looks wait, they have all turns, and build up no debt by it."""
    turns = Turns()
    alone = {turns.choose([Lane.LOOK]) for _ in range(1000)}
    then = Counter(turns.choose([Lane.SUBMIT, Lane.LOOK]) for _ in range(70))

    assert {Lane.LOOK} == alone
    assert {Lane.SUBMIT: 60, Lane.LOOK: 10} == pytest.approx(then, abs=1)


def test_tokens_first() -> None:
    """A token never waits for anything else."""
    turns = Turns()

    assert {Lane.TOKEN} == {turns.choose(list(Lane)) for _ in range(100)}
