"""When to look again: pure values."""

from __future__ import annotations

import math
import random
from typing import TYPE_CHECKING, Any

import anyio
import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pictory_async import ConfigurationError, InvalidRequestError
from pictory_async._waiting import history
from pictory_async.schedules import (
    ByProgress,
    Durations,
    Fixed,
    Growing,
    Learned,
    Sightings,
    simulate,
)


if TYPE_CHECKING:
    from collections.abc import Callable


STEADY = ByProgress(shortest=1, longest=20, jitter=0, otherwise=Growing(longest=20, jitter=0))


def seen(*looks: tuple[float, float | None]) -> Sightings:
    """Return what looks at these times with this progress told."""
    sightings = Sightings()
    for elapsed, progress in looks:
        sightings = sightings.after(elapsed, progress)
    return sightings


@pytest.mark.parametrize(
    ("looks", "expected"), [(1, 2.0), (2, 3.0), (3, 4.5), (4, 6.75), (7, 20.0), (5000, 20.0)]
)
def test_grows(looks: int, expected: float) -> None:
    """Without progress the pause grows from the first to the longest and stays there."""
    assert expected == STEADY.delay(Sightings(looks=looks), 0.5)


def test_fixed() -> None:
    """A factor of 1 makes a fixed interval, however many looks there were."""
    fixed = Fixed(interval=10, jitter=0)

    assert [10.0, 10.0] == [fixed.delay(Sightings(looks=n), 0.5) for n in (1, 10_000)]


@pytest.mark.parametrize(("random", "expected"), [(0.0, 1.8), (0.5, 2.0), (1.0, 2.2)])
def test_jitter(random: float, expected: float) -> None:
    """Jitter makes a pause longer or shorter by its share."""
    schedule = Growing(jitter=0.1)

    assert expected == pytest.approx(schedule.delay(Sightings(looks=1), random))


def test_one_progress_is_no_speed() -> None:
    """The first progress says nothing about speed, so the pause grows on."""
    assert 3.0 == STEADY.delay(seen((0, None), (2, 10)), 0.5)


def test_progress_aims_at_the_end() -> None:
    """At 10 % in 5 s, the remaining 60 % make 30 s: the longest pause; the last 10 % make 5 s."""
    assert 20.0 == STEADY.delay(seen((10, 30), (15, 40)), 0.5)
    assert 5.0 == STEADY.delay(seen((10, 30), (40, 90)), 0.5)


def test_nearly_done() -> None:
    """A job that is about to end is not looked at more often than the shortest pause."""
    assert 1.0 == STEADY.delay(seen((0, 0), (100, 99.99)), 0.5)


def test_stalled_progress() -> None:
    """A job that stays at 99 % gets longer and longer pauses."""
    stuck = [(0.0, 0.0), (99.0, 99.0)]
    delays = [STEADY.delay(seen(*stuck, *[(100.0 + n, 99.0)] * n), 0.5) for n in range(5)]

    assert [1.0, 1.5, 2.25, 3.375, 5.0625] == delays


def test_progress_backwards_is_no_progress() -> None:
    """A progress that falls does not make the speed negative."""
    sightings = seen((0, 50), (10, 60), (20, 10))

    assert sightings.latest is not None
    assert (10.0, 60.0) == sightings.latest
    assert 1 == sightings.unchanged


@given(
    points=st.lists(
        st.tuples(st.floats(0, 1e6), st.none() | st.floats(0, 100, allow_nan=False)),
        min_size=1,
        max_size=30,
    ),
    random=st.floats(0, 1),
)
def test_bounds(points: list[tuple[float, float | None]], random: float) -> None:
    """Whatever is seen, a pause is between the shortest and the longest, give or take jitter."""
    schedule = ByProgress(shortest=1, longest=20, jitter=0.1, otherwise=Growing(longest=20))
    sightings = seen(*sorted(points, key=lambda point: point[0]))

    assert 0.9 <= schedule.delay(sightings, random) <= 22


@pytest.mark.parametrize(
    ("kind", "arguments"),
    [
        (Growing, {"first": 0}),
        (Growing, {"factor": 0.5}),
        (Growing, {"longest": -1}),
        (Growing, {"jitter": 2}),
        (Growing, {"first": 31}),
        (Fixed, {"interval": 0}),
        (ByProgress, {"shortest": 0}),
        (ByProgress, {"shortest": 61}),
        (Learned, {"look_cost": 0}),
    ],
)
def test_refuses(kind: Any, arguments: dict[str, float]) -> None:
    """A schedule that could not be kept is refused with the argument's name."""
    with pytest.raises(ConfigurationError, match=next(iter(arguments))):
        kind(**arguments)


def known(*seconds: float) -> Durations:
    """Return what such durations teach, each seen to the second."""
    durations = Durations()
    for each in seconds:
        durations = durations.after(each - 1, each)
    return durations


class TestDurations:
    def test_not_yet(self) -> None:
        """One or two jobs say nothing, three do."""
        assert [False, False, True] == [known(*[60] * count).is_known for count in (1, 2, 3)]

    def test_middle(self) -> None:
        """A job that has just begun takes as long as the others did."""
        left = known(*[100.0] * 50).left(0.0, 3)

        assert 99.5 == pytest.approx(left[1], rel=0.01)
        assert left[0] < left[1] < left[2]

    def test_what_is_over(self) -> None:
        """A job that takes longer than usual has less time left than a new one, but has some."""
        durations = known(60, 80, 100, 120, 140, 160)

        assert 0 < durations.left(120, 1)[0] < durations.left(0, 1)[0]

    def test_beyond_all(self) -> None:
        """A job that takes much longer than any before is looked at less and less."""
        durations = known(*[60.0] * 50)
        pauses = [durations.left(age, 1)[0] for age in (1e3, 1e4, 1e5)]

        assert pauses == sorted(pauses)
        assert pauses[0] > 10

    def test_recent_ones_count(self) -> None:
        """After a change of the service's speed, the new durations soon prevail."""
        before = known(*[60.0] * 200)
        after = before
        for _ in range(150):
            after = after.after(119, 120)

        assert 110 < after.left(0, 1)[0] < 125

    def test_an_early_end_is_no_half_time(self) -> None:
        """A first look that comes late does not make the durations shorter and shorter."""
        durations = known(*[60.0] * 20)
        for _ in range(100):
            durations = durations.after(0, 66)

        assert 55 < durations.left(0, 1)[0] < 66

    @given(
        st.lists(st.tuples(st.floats(0, 1e5), st.floats(0, 1e5)), max_size=60),
        st.floats(0, 1e9),
    )
    def test_any(self, intervals: list[tuple[float, float]], age: float) -> None:
        """Whatever was seen, there is a time for the next look, in order and finite."""
        durations = Durations()
        for low, more in intervals:
            durations = durations.after(low, low + more)
        left = durations.left(age, 5)

        assert left == sorted(left)
        assert all(0 <= each < math.inf for each in left)


class TestLearned:
    def test_a_job_of_others(self) -> None:
        """Without the time of the submit, or without others to learn from, another decides."""
        schedule = Learned(otherwise=Fixed(interval=7, jitter=0))
        looked = Sightings(looks=1)

        assert 7 == schedule.delay(looked, 0.5)
        assert 7 == schedule.delay(attrs.evolve(looked, age=5.0), 0.5)
        assert 7 == schedule.delay(attrs.evolve(looked, durations=known(60, 60, 60)), 0.5)

    def test_first_look(self) -> None:
        """The first look at a job of a known kind comes when most of them are done."""
        seen = Sightings(age=0.0, durations=known(*[60.0] * 30))

        assert 58 < Learned().delay(seen, 0.5) < 70

    def test_look_cost(self) -> None:
        """The more a look costs, the later it comes."""
        seen = Sightings(age=0.0, durations=known(40, 50, 60, 70, 80, 90, 100))
        delays = [Learned(look_cost=cost).delay(seen, 0.5) for cost in (1, 10, 100)]

        assert sorted(set(delays)) == delays

    def test_shortest(self) -> None:
        """Two looks are never closer than the shortest pause."""
        seen = Sightings(looks=9, age=60.0, durations=known(*[60.0] * 30))

        assert 5 <= Learned(shortest=5).delay(seen, 0.5)


class TestSimulate:
    def test_fixed(self) -> None:
        """A job of 25 s, looked at every 10 s, takes 4 looks and is seen 5 s late."""
        result = simulate(Fixed(interval=10, jitter=0), [25, 10])

        assert ((4, 2), (5, 0)) == (result.looks, result.delays)
        assert (3, 2.5, 5) == (result.mean_looks, result.mean_delay, result.worst_delay)

    def test_progress(self) -> None:
        """With a progress that tells the truth, the end is met nearly to the second."""
        result = simulate(
            ByProgress(jitter=0, longest=1000, otherwise=Growing(jitter=0)),
            [200] * 5,
            progress=lambda age, duration: 100 * age / duration,
        )

        assert result.worst_delay < 2.1
        assert result.mean_looks == 3

    def test_learns(self) -> None:
        """Jobs that take about the same time are soon seen with little more than one look."""
        result = simulate(ByProgress(), [60.0] * 50)

        assert sum(result.looks[10:]) <= 60
        assert max(result.delays[10:]) < 20

    def test_learned_before(self) -> None:
        """What a client knows already serves from the first job on."""
        result = simulate(ByProgress(), [60.0], learned=known(*[60.0] * 30))

        assert (1,) == result.looks

    def test_the_same_each_time(self) -> None:
        """Without another source of randomness, a simulation can be repeated."""
        durations = [30.0, 60.0, 90.0]

        assert simulate(Fixed(), durations) == simulate(Fixed(), durations)
        assert simulate(Fixed(), durations) != simulate(Fixed(), durations, random=lambda: 0.9)

    @pytest.mark.parametrize(
        ("durations", "message"),
        [([], "at least one"), ([-1.0], "0 or more"), ([math.inf], "0 or more")],
    )
    def test_refuses(self, durations: list[float], message: str) -> None:
        """What cannot be simulated is refused."""
        with pytest.raises(InvalidRequestError, match=f"durations: expected .*{message}"):
            simulate(Fixed(), durations)

    def test_a_schedule_without_end(self) -> None:
        """A schedule whose pauses shrink to nothing is found out."""

        class Shrinking:
            def delay(self, seen: Sightings, random: float) -> float:
                return random * 0.0 * seen.looks

        with pytest.raises(InvalidRequestError, match=r"schedule: .* a job of 60 s"):
            simulate(Shrinking(), [60])


def log_normal(count: int) -> tuple[list[float], Callable[[float, float], float | None]]:
    """Return durations around three minutes, and a progress that starts late and goes unevenly."""
    numbers = random.Random(5)  # noqa: S311 - no secret
    durations = [180 * math.exp(numbers.gauss(0, 0.5)) for _ in range(count)]
    shapes = {
        each: (math.exp(numbers.gauss(0, 0.3)), numbers.uniform(0, 0.2)) for each in durations
    }

    def progress(age: float, duration: float) -> float | None:
        power, queued = shapes[duration]
        share = (age / duration - queued) / (1 - queued)
        return None if share < 0 else float(int(100 * share**power))

    return durations, progress


def test_fewer_looks_and_less_delay() -> None:
    """The usual schedule beats the fixed intervals of the official examples."""
    durations, progress = log_normal(400)
    fixed = {each: simulate(Fixed(interval=each), durations) for each in (10, 20, 30, 60)}
    blind = simulate(ByProgress(), durations)
    told = simulate(ByProgress(), durations, progress=progress)

    assert told.mean_looks < fixed[30].mean_looks
    assert told.mean_delay < fixed[10].mean_delay
    for other in fixed.values():
        assert blind.mean_looks < other.mean_looks or blind.mean_delay < other.mean_delay
    assert blind.mean_looks < fixed[30].mean_looks
    assert blind.mean_delay < fixed[30].mean_delay


async def forget() -> tuple[float | None, float | None]:
    """Return when the first and the last of many jobs were submitted."""
    seen = history.History()
    for number in range(12):
        seen.remember_submit(str(number))
    return seen.birth("0"), seen.birth("11")


def test_history_forgets(monkeypatch: pytest.MonkeyPatch) -> None:
    """A client remembers the submits of so many jobs and no more."""
    monkeypatch.setattr(history, "_MOST_BIRTHS", 10)
    first, last = anyio.run(forget)

    assert first is None
    assert last is not None
