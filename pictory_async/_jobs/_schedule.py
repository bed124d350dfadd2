"""When the next look at a job is due: pure values, without a clock or a random number."""

from __future__ import annotations

from typing import Final

import attrs

from pictory_async._errors import ConfigurationError
from pictory_async._numbers import within
from pictory_async._retry import grown


_DONE: Final = 100.0
# Seconds; a schedule of nothing would never let go of the service.
_LEAST: Final = 0.001


@attrs.frozen
class Sightings:
    """What the looks at one job have told so far, as far as a schedule wants to know.

    Args:
        looks: How many looks there were.
        unchanged: How many looks there were since the last one that saw progress.
        began: Seconds from the start of the wait and the progress at the first look that saw any.
        latest: The same of the latest look that saw the progress change.
    """

    looks: int = 0
    unchanged: int = 0
    began: tuple[float, float] | None = None
    latest: tuple[float, float] | None = None

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
        return Sightings(self.looks + 1, 0, self.began or point, point)

    @property
    def remaining(self) -> float | None:
        """Seconds from the latest progress to the end of the job, at the speed seen so far."""
        if self.began is None or self.latest is None or self.latest == self.began:
            return None
        (began, from_progress), (latest, to_progress) = self.began, self.latest
        left = max(0.0, _DONE - to_progress)
        return left * (latest - began) / (to_progress - from_progress)


@attrs.frozen(kw_only=True)
class Schedule:
    """When to look at a job again.

    The pause grows from `first` to `longest` while nothing is known. Where the service tells a
    render's progress, the next look is due when the job is likely done.

    Pictory asks for 10 to 30 seconds between two looks and may limit those who look more often
    (api-reference/jobs/get-video-render-job-by-id).

    Args:
        first: Seconds between the first and the second look.
        factor: How much longer each further pause is; 1 for a fixed interval.
        longest: The longest pause in seconds.
        shortest: The shortest pause in seconds that progress can lead to.
        jitter: The share of a pause by which it may be longer or shorter, from 0 to 1, so that
            jobs that were submitted together are not looked at together.

    Raises:
        ConfigurationError: One of them is not a number in its range.
    """

    first: float = attrs.field(default=2.0, validator=within(_LEAST))
    factor: float = attrs.field(default=1.5, validator=within(1))
    longest: float = attrs.field(default=20.0, validator=within(_LEAST))
    shortest: float = attrs.field(default=1.0, validator=within(_LEAST))
    jitter: float = attrs.field(default=0.1, validator=within(0, 1))

    def __attrs_post_init__(self) -> None:
        for name in ("first", "shortest"):
            if getattr(self, name) > self.longest:
                found = getattr(self, name)
                msg = f"{name}: expected at most longest, which is {self.longest}, found {found}"
                raise ConfigurationError(msg)

    def delay(self, seen: Sightings, random: float) -> float:
        """Return the seconds until the next look.

        Args:
            seen: What the looks have told so far.
            random: A number from 0 to 1.
        """
        remaining = seen.remaining
        if remaining is None:
            pause = grown(self.first, self.factor, seen.looks - 1, self.longest)
        else:
            # A job that stays at 99 % gets longer pauses too.
            pause = grown(max(remaining, self.shortest), self.factor, seen.unchanged, self.longest)
        return pause * (1 + self.jitter * (2 * random - 1))
