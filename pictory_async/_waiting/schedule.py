"""When the next look at a job is due: pure values, without a clock or a random number."""

from __future__ import annotations

from typing import Final, Protocol, runtime_checkable

import attrs

from pictory_async._arguments import Rule, number, setting, type_name
from pictory_async._errors import ConfigurationError
from pictory_async._retry import grown
from pictory_async._waiting.durations import Durations


_DONE: Final = 100.0
# Seconds; a schedule of nothing would never let go of the service.
_LEAST: Final = 0.001
# In how many equally likely parts the future of a job is looked at.
_PARTS: Final = 20
# The longest pause that is learned or read off a progress.
_FARTHEST: Final = 3600.0
_UNKNOWN: Final = Durations()


# One for each wait, of which there may be thousands.
@attrs.frozen(weakref_slot=False)
class Sightings:
    """What is known of one job, as far as a schedule wants to know.

    Args:
        looks: How many looks there were.
        unchanged: How many looks there were since the last one that saw progress.
        began: Seconds from the start of the wait and the progress at the first look that saw any.
        latest: The same of the latest look that saw the progress change.
        age: Seconds since this client submitted the job, or None where it did not.
        durations: How long jobs of this kind took, as far as this client has seen.
    """

    looks: int = 0
    unchanged: int = 0
    began: tuple[float, float] | None = None
    latest: tuple[float, float] | None = None
    age: float | None = None
    durations: Durations = _UNKNOWN

    def after(self, elapsed: float, progress: float | None) -> Sightings:
        """Return what is known after one more look.

        Args:
            elapsed: Seconds from the start of the wait.
            progress: From 0 to 100, or None where the look saw none or failed.
        """
        moved = progress is not None and (self.latest is None or progress > self.latest[1])
        if progress is None or not moved:
            return attrs.evolve(self, looks=self.looks + 1, unchanged=self.unchanged + 1)
        point = (elapsed, progress)
        return attrs.evolve(
            self, looks=self.looks + 1, unchanged=0, began=self.began or point, latest=point
        )

    @property
    def remaining(self) -> float | None:
        """Seconds from the latest progress to the end of the job, at the speed seen so far."""
        if self.began is None or self.latest is None or self.latest == self.began:
            return None
        (began, from_progress), (latest, to_progress) = self.began, self.latest
        left = max(0.0, _DONE - to_progress)
        return left * (latest - began) / (to_progress - from_progress)


@runtime_checkable
class Schedule(Protocol):
    """When to look at a job again: anything with this method.

    Pictory asks for 10 to 30 seconds between two looks and may limit those who look more often
    (api-reference/jobs/get-video-render-job-by-id).
    """

    def delay(self, seen: Sightings, random: float) -> float:
        """Return the seconds until the next look.

        Args:
            seen: What is known of the job.
            random: A number from 0 to 1.
        """
        ...


SCHEDULE: Final = Rule(
    "a schedule, such as schedules.Fixed()",
    lambda value: isinstance(value, Schedule) and not isinstance(value, type),
    type_name,
)


@attrs.frozen(kw_only=True)
class Fixed:
    """Look at once, and then after the same pause each time.

    Args:
        interval: Seconds between two looks.
        jitter: The share of a pause by which it may be longer or shorter, from 0 to 1, so that
            jobs that were submitted together are not looked at together.

    Raises:
        ConfigurationError: One of them is not a number in its range.
    """

    interval: float = attrs.field(default=20.0, validator=setting(number(_LEAST)))
    jitter: float = attrs.field(default=0.1, validator=setting(number(0, 1)))

    def delay(self, seen: Sightings, random: float) -> float:
        """Return the seconds until the next look."""
        return _spread(self.interval, self.jitter, random) if seen.looks else 0.0


@attrs.frozen(kw_only=True)
class Growing:
    """Look at once, and then after a pause that grows each time.

    Args:
        first: Seconds between the first and the second look.
        factor: How much longer each further pause is, 1 and more.
        longest: The longest pause in seconds.
        jitter: The share of a pause by which it may be longer or shorter, from 0 to 1.

    Raises:
        ConfigurationError: One of them is not a number in its range.
    """

    first: float = attrs.field(default=2.0, validator=setting(number(_LEAST)))
    factor: float = attrs.field(default=1.5, validator=setting(number(1)))
    longest: float = attrs.field(default=30.0, validator=setting(number(_LEAST)))
    jitter: float = attrs.field(default=0.1, validator=setting(number(0, 1)))

    def __attrs_post_init__(self) -> None:
        if self.first > self.longest:
            msg = f"first: expected at most longest, which is {self.longest}, found {self.first}"
            raise ConfigurationError(msg)

    def delay(self, seen: Sightings, random: float) -> float:
        """Return the seconds until the next look."""
        if seen.looks == 0:
            return 0.0
        pause = grown(self.first, self.factor, seen.looks - 1, self.longest)
        return _spread(pause, self.jitter, random)


@attrs.frozen(kw_only=True)
class Learned:
    """Look when jobs of this kind are usually done.

    It needs to know when the job was submitted, and how long a few others took; without, it
    leaves the matter to another schedule. The next look is where waiting longer would cost as
    much, in delay for a job that is done, as it would save in looks at a job that is not.

    Args:
        look_cost: How many seconds of delay one look is worth: more means fewer and later looks.
        shortest: The shortest pause in seconds.
        otherwise: What decides while too little is known.

    Raises:
        ConfigurationError: One of them is not a number in its range.
    """

    look_cost: float = attrs.field(default=20.0, validator=setting(number(_LEAST)))
    shortest: float = attrs.field(default=1.0, validator=setting(number(_LEAST)))
    otherwise: Schedule = attrs.field(factory=Growing)

    def delay(self, seen: Sightings, random: float) -> float:
        """Return the seconds until the next look."""
        if seen.age is None or not seen.durations.is_known:
            return self.otherwise.delay(seen, random)
        left = seen.durations.left(seen.age, _PARTS)
        return min(max(self._best(left), self.shortest), _FARTHEST)

    def _best(self, left: list[float]) -> float:
        best, least, delays = left[0], float("inf"), 0.0
        for done, time in enumerate(left):
            # Those parts that are done by then wait for the look, the others need one more.
            delays += done * (time - left[done - 1]) if done else 0.0
            cost = delays + self.look_cost * (len(left) - done - 1)
            if cost < least:
                best, least = time, cost
        return best


@attrs.frozen(kw_only=True)
class ByProgress:
    """Look when the job is likely done, where the service tells its progress.

    Args:
        shortest: The shortest pause in seconds that progress can lead to.
        longest: The longest one.
        jitter: The share of such a pause by which it may be longer or shorter, from 0 to 1.
        otherwise: What decides while no progress is known.

    Raises:
        ConfigurationError: One of them is not a number in its range.
    """

    shortest: float = attrs.field(default=2.0, validator=setting(number(_LEAST)))
    longest: float = attrs.field(default=60.0, validator=setting(number(_LEAST)))
    jitter: float = attrs.field(default=0.05, validator=setting(number(0, 1)))
    otherwise: Schedule = attrs.field(factory=Learned)

    def __attrs_post_init__(self) -> None:
        if self.shortest > self.longest:
            msg = f"shortest: expected at most longest, which is {self.longest}"
            msg = f"{msg}, found {self.shortest}"
            raise ConfigurationError(msg)

    def delay(self, seen: Sightings, random: float) -> float:
        """Return the seconds until the next look."""
        remaining = seen.remaining
        if remaining is None:
            return self.otherwise.delay(seen, random)
        # A job that stays at 99 % gets longer pauses too.
        pause = grown(max(remaining, self.shortest), 1.5, seen.unchanged, self.longest)
        return _spread(pause, self.jitter, random)


def _spread(pause: float, jitter: float, random: float) -> float:
    return pause * (1 + jitter * (2 * random - 1))
