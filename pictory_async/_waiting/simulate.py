"""What a schedule would do, without paying for the jobs."""

from __future__ import annotations

import random as _random
from typing import TYPE_CHECKING, Final

import attrs

from pictory_async._errors import InvalidRequestError
from pictory_async._waiting.durations import Durations
from pictory_async._waiting.schedule import Sightings


if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pictory_async._waiting.schedule import Schedule

    Progress = Callable[[float, float], float | None]


# A schedule that looks more often at one job than this is broken.
_MOST_LOOKS: Final = 100_000


@attrs.frozen(kw_only=True)
class Simulation:
    """What became of simulated jobs.

    Args:
        looks: How often each job was looked at, in the order of the durations.
        delays: How many seconds after its end each was seen done.
    """

    looks: tuple[int, ...]
    delays: tuple[float, ...]

    @property
    def mean_looks(self) -> float:
        """Looks per job."""
        return sum(self.looks) / len(self.looks)

    @property
    def mean_delay(self) -> float:
        """Seconds from the end of a job to the look that saw it, on average."""
        return sum(self.delays) / len(self.delays)

    @property
    def worst_delay(self) -> float:
        """The longest of these delays in seconds."""
        return max(self.delays)


def simulate(
    schedule: Schedule,
    durations: Iterable[float],
    *,
    progress: Progress | None = None,
    learned: Durations | None = None,
    random: Callable[[], float] | None = None,
) -> Simulation:
    """Try a schedule on jobs of known durations, one after the other.

    What one job teaches is known for the next ones, as it is in a client.

    Args:
        schedule: When to look.
        durations: How many seconds each job takes, 0 and more.
        progress: Called with the seconds that a job has been at work and its duration, returns
            what a look would see, from 0 to 100 or None; by default looks see no progress.
        learned: What is known of other jobs at the beginning.
        random: Returns numbers from 0 to 1; by default always the same ones.

    Raises:
        InvalidRequestError: There is no duration, or one is none; or the schedule never sees the
            end of a job.
    """
    known = learned or Durations()
    numbers = random or _random.Random(0).random  # noqa: S311 - no secret
    looks, delays = list[int](), list[float]()
    for duration in durations:
        if not 0 <= duration < float("inf"):
            raise InvalidRequestError("durations", "seconds, 0 or more", repr(duration))
        times = _look_times(schedule, duration, progress, known, numbers)
        looks.append(len(times))
        delays.append(times[-1] - duration)
        known = known.after(times[-2] if len(times) > 1 else 0.0, times[-1])
    if not looks:
        raise InvalidRequestError("durations", "at least one", "none")
    return Simulation(looks=tuple(looks), delays=tuple(delays))


def _look_times(
    schedule: Schedule,
    duration: float,
    progress: Progress | None,
    known: Durations,
    random: Callable[[], float],
) -> list[float]:
    times, now, seen = list[float](), 0.0, Sightings(age=0.0, durations=known)
    while len(times) < _MOST_LOOKS:
        now += schedule.delay(attrs.evolve(seen, age=now), random())
        times.append(now)
        if now >= duration:
            return times
        seen = seen.after(now, progress(now, duration) if progress is not None else None)
    raise InvalidRequestError(
        "schedule", f"a look after the end of a job of {duration:g} s", f"none of {_MOST_LOOKS}"
    )
