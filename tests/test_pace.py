"""How fast a client may go, and whose turn it is: pure decisions."""

from __future__ import annotations

import heapq
import math
import random
from collections import Counter

import attrs
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


def test_pauses_grow_only_in_vain() -> None:
    """Where something was accepted since the last pause, the next one is no longer."""
    pace, now, pauses = Pace(), 0.0, list[float]()
    for is_accepted in (False, False, False, True, True, False):
        now += 1
        if is_accepted:
            pace.accepted(now)
        pauses.append(pace.rate_limited(now, now, None))
        now += pauses[-1]

    assert [1, 2, 4, 1, 1, 2] == pauses


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


@attrs.define
class Service:
    """A service that saves up calls in a bucket, and refuses a share of them for no reason."""

    limit: float
    bucket: float
    share: float = 0.0
    retry_after: float | None = None
    numbers: random.Random = attrs.field(factory=lambda: random.Random(1))  # noqa: S311 - no secret
    _saved: float = attrs.field(init=False)
    _saved_at: float = 0.0

    def __attrs_post_init__(self) -> None:
        self._saved = self.bucket

    def takes(self, now: float) -> bool:
        """Say whether a request is accepted."""
        saved = self._saved + (now - self._saved_at) * self.limit
        self._saved, self._saved_at = min(self.bucket, saved), now
        if self._saved < 1:
            return False
        self._saved -= 1
        return self.numbers.random() >= self.share


def use_up(
    pace: Pace, service: Service, end: float, *, start: float = 0
) -> list[tuple[float, bool]]:
    """Send as much as the pace allows, fifty at once; return when what was answered.

    The service answers after a while, as a real one does.
    """
    answers: list[tuple[float, float, bool]] = []
    answered: list[tuple[float, bool]] = []
    now = start
    while now < end:
        if pace.delay(now) == 0 and len(answers) < 50:
            pace.sent(now, waited=True)
            answer = (now + service.numbers.uniform(0.1, 0.3), now, service.takes(now))
            heapq.heappush(answers, answer)
            continue
        turn = now + pace.delay(now) if len(answers) < 50 else math.inf
        now = max(min(turn, answers[0][0] if answers else math.inf), now + 1e-6)
        while answers and answers[0][0] <= now:
            _, sent_at, is_taken = heapq.heappop(answers)
            answered.append((now, is_taken))
            if is_taken:
                pace.accepted(now)
            else:
                pace.rate_limited(now, sent_at, service.retry_after)
    return answered


def counted(answered: list[tuple[float, bool]], start: float, end: float) -> Counter[bool]:
    """Return how many were accepted and how many refused within a time."""
    return Counter(is_taken for at, is_taken in answered if start <= at < end)


@pytest.mark.parametrize("retry_after", [1.0, None])
@pytest.mark.parametrize(("limit", "bucket"), [(2, 2), (10, 1), (10, 10), (10, 50), (50, 50)])
def test_finds_the_limit(limit: int, bucket: int, retry_after: float | None) -> None:
    """A client with much to send soon gets nearly all that a service takes, and few refusals."""
    service = Service(limit, bucket, retry_after=retry_after)
    taken = counted(use_up(Pace(), service, 120), 30, 120)

    assert taken[True] > 0.8 * limit * 90
    assert taken[False] < 0.025 * taken.total()


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("share", [0.02, 0.11, 0.25])
def test_random_refusals(share: float, seed: int) -> None:
    """Refusals that come at any rate cost little of what the service takes beside them."""
    service = Service(10, 10, share, numbers=random.Random(seed))  # noqa: S311 - no secret
    answered = use_up(Pace(), service, 320)
    possible = (1 - share) * 10
    all_of_it, later = counted(answered, 0, 320), counted(answered, 160, 320)

    assert all_of_it[True] > 0.6 * possible * 320
    assert later[True] > 0.6 * possible * 160
    assert all_of_it[False] < (share + 0.1) * all_of_it.total()


@pytest.mark.parametrize(("share", "retry_after"), [(0, 1.0), (0, None), (0.11, None)])
def test_a_limit_that_falls(share: float, retry_after: float | None) -> None:
    """A limit that falls to half in mid-run is found from above, and soon."""
    pace, service = Pace(), Service(20, 20, share, retry_after=retry_after)
    use_up(pace, service, 120)
    service.limit = service.bucket = 10
    taken = counted(use_up(pace, service, 240, start=120), 150, 240)

    assert taken[True] > 0.8 * (1 - share) * 10 * 90
    assert taken[False] < (1.5 * share + 0.05) * taken.total()


def noisy() -> tuple[Pace, float]:
    """Return the pace that has learned of a quarter that is refused, and when."""
    pace, now = Pace(), 0.0
    for _ in range(5):
        use(pace, 10, now, 0.3)
        now += 0.4
        now += pace.rate_limited(now, now, None)
    return pace, now


def test_cuts_in_vain() -> None:
    """When lower rates were refused as well, the rate is what it was, and climbs from there."""
    pace = Pace()
    use(pace, 10, 0, 1)
    pace.rate_limited(1, 1, None)
    found, now = [pace.rate(2)], 2.0
    for _ in range(4):
        use(pace, 10, now, 0.3)
        now += 0.4
        now += pace.rate_limited(now, now, None)
        found.append(pace.rate(now))

    assert [10, 8] == pytest.approx(found[:2], rel=0.3)
    assert found[3] < 0.6 * found[0]
    assert found[4] == pytest.approx(found[0], rel=0.3)


def test_background_pauses_nobody() -> None:
    """What is refused at any rate neither pauses anybody nor cuts the rate."""
    pace, now = noisy()
    before = pace.rate(now + 0.4)
    use(pace, 10, now, 0.3)
    pause = pace.rate_limited(now + 0.4, now + 0.3, None)

    assert 0 == pause
    assert before <= pace.rate(now + 0.4)


def test_background_is_not_everything() -> None:
    """Many refusals in a row are about the rate, whatever is refused otherwise."""
    pace, now = noisy()
    pauses = [pace.rate_limited(now + tick / 10, now + tick / 10, None) for tick in range(1, 9)]

    assert [0] * 6 == pauses[:6]
    assert 1 == pytest.approx(pauses[6])


def test_background_and_retry_after() -> None:
    """An answer that names a time is heard by everybody, whatever is refused at any rate."""
    pace, now = noisy()
    before = pace.rate(now)

    assert 7 == pytest.approx(pace.rate_limited(now + 0.1, now + 0.05, 7))
    assert pace.rate(now + 7.2) < before


def test_background_is_forgotten() -> None:
    """When so many were accepted in a row that there is no background, one refusal cuts again."""
    pace, now = noisy()
    use(pace, 10, now, 60)

    assert 1 == pytest.approx(pace.rate_limited(now + 60, now + 59.9, None))


@given(st.lists(st.tuples(st.floats(0, 100), st.none() | st.floats(0, 100)), max_size=40))
def test_never_stands_still(refusals: list[tuple[float, float | None]]) -> None:
    """Whatever is refused, there is a rate above 0 and an end of the pause."""
    pace, now = Pace(), 0.0
    for gap, asked in refusals:
        now += gap
        pace.rate_limited(now, now, asked)

    assert pace.rate(now) > 0.05
    assert pace.delay(now) < 100.001


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


def test_a_year() -> None:
    """One answer that asks for a year is not the last one: the pause ends within the hour."""
    pace = Pace()
    pace.sent(0)

    assert 3600 == pace.rate_limited(1, 0, 31_536_000)
    assert 0 == pace.delay(3602)
