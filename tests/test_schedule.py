"""When to look again: pure values."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pictory_async import Schedule, Sightings


STEADY = Schedule(first=2, factor=1.5, longest=20, shortest=1, jitter=0)


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
    fixed = Schedule(first=10, factor=1, longest=10, jitter=0)

    assert [10.0, 10.0] == [fixed.delay(Sightings(looks=n), 0.5) for n in (1, 10_000)]


@pytest.mark.parametrize(("random", "expected"), [(0.0, 1.8), (0.5, 2.0), (1.0, 2.2)])
def test_jitter(random: float, expected: float) -> None:
    """Jitter makes a pause longer or shorter by its share."""
    schedule = Schedule(first=2, jitter=0.1)

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
        max_size=30,
    ),
    random=st.floats(0, 1),
)
def test_bounds(points: list[tuple[float, float | None]], random: float) -> None:
    """Whatever is seen, a pause is between the shortest and the longest, give or take jitter."""
    schedule = Schedule(first=2, longest=20, shortest=1, jitter=0.1)
    sightings = seen(*sorted(points, key=lambda point: point[0]))

    assert 0.9 <= schedule.delay(sightings, random) <= 22


@pytest.mark.parametrize(
    "arguments",
    [{"first": 0}, {"factor": 0.5}, {"longest": -1}, {"shortest": 0}, {"jitter": 2}],
)
def test_refuses(arguments: dict[str, float]) -> None:
    """A schedule that could not be kept is refused with the argument's name."""
    with pytest.raises(ValueError, match=next(iter(arguments))):
        Schedule(**arguments)
