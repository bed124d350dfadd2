"""When a client should look at the stand-in's jobs, by the stand-in's clock."""

from typing import Protocol

import attrs


# Seconds; a client that never pauses would keep all others from running.
_LEAST = 0.001


def _at_least(pause: float) -> float:
    return max(pause, _LEAST)


class Seen(Protocol):
    """What is known of a job, as far as it matters here."""

    @property
    def looks(self) -> int:
        """How many looks there were."""
        ...


@attrs.frozen
class FakeSchedule:
    """Look at once, and then after the same pause each time: a schedule for a client.

    Attributes:
        pause: Seconds between two looks, on the client's clock.
    """

    pause: float = attrs.field(converter=_at_least)

    def delay(self, seen: Seen, random: float) -> float:  # noqa: ARG002 - schedules are given one
        """Return the seconds until the next look."""
        return self.pause if seen.looks else 0.0
