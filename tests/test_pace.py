"""How fast a client may go, and whose turn it is: pure decisions."""

from __future__ import annotations

import math
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

    assert 7 == pace.refused(now=3, sent_at=2.9, retry_after=7)
    assert 7 == pace.delay(3)
    assert 0 == pace.delay(10)


def test_a_longer_pause_wins() -> None:
    """Of those that were refused together, the one that asks for most is heard."""
    pace = Pace()
    pace.refused(now=3, sent_at=2.9, retry_after=7)

    assert 19 == pace.refused(now=4, sent_at=2.9, retry_after=19)
    assert 19 == pace.refused(now=4, sent_at=2.9, retry_after=1)


def test_no_retry_after() -> None:
    """Without `Retry-After` the pauses grow from refusal to refusal, up to half a minute."""
    pace, now, pauses = Pace(), 0.0, list[float]()
    for _ in range(7):
        pauses.append(pace.refused(now, now, None))
        now += pauses[-1]

    assert [1, 2, 4, 8, 16, 30, 30] == pauses


def test_trouble_is_forgotten() -> None:
    """After a time of peace the pauses begin anew."""
    pace = Pace()
    pace.refused(0, 0, None)
    pace.refused(1, 1, None)

    assert 1 == pace.refused(100, 100, None)


def slowed(rate: int = 10) -> Pace:
    """Return the pace after a refusal at a rate, at 10 s, with a pause to 11 s."""
    pace = Pace()
    for tick in range(5 * rate):
        pace.accepted(5 + tick / rate)
    pace.refused(now=10, sent_at=9.9, retry_after=1)
    return pace


def test_climbs_back() -> None:
    """After the pause the rate starts below what was refused, is back after 30 s, and goes on."""
    pace = slowed(10)
    rates = [pace.rate(11 + seconds) for seconds in (0, 10, 30, 60, 90)]

    assert pytest.approx(8, rel=0.05) == rates[0]
    assert pytest.approx(10, rel=0.05) == rates[2]
    assert sorted(rates) == rates
    assert rates[4] > 20


def test_refused_together() -> None:
    """Requests that were on their way when the first was refused slow nothing down further."""
    one, many = slowed(), slowed()
    for _ in range(50):
        many.refused(now=10.1, sent_at=9.95, retry_after=0.9)

    assert one.rate(20) == many.rate(20)


def test_never_above_the_ceiling() -> None:
    """However long nothing was refused, the ceiling stays."""
    pace = Pace(12)
    pace.refused(now=0, sent_at=0, retry_after=1)

    assert 12 == pace.rate(10_000)


@given(st.lists(st.tuples(st.floats(0, 100), st.none() | st.floats(0, 100)), max_size=40))
def test_never_stands_still(refusals: list[tuple[float, float | None]]) -> None:
    """Whatever is refused, there is a rate above 0 and an end of the pause."""
    pace, now = Pace(), 0.0
    for gap, asked in refusals:
        now += gap
        pace.refused(now, now, asked)

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
