"""How fast a client may go, and whose turn it is: pure decisions, which wait for nothing."""

from __future__ import annotations

import enum
import math
from typing import TYPE_CHECKING, Final

import attrs

from pictory_async._retry import grown


if TYPE_CHECKING:
    from collections.abc import Iterable


class Lane(enum.Enum):
    """What a request is for; each lane has a share of the turns where there are too few."""

    TOKEN = "tokens"  # noqa: S105 - a name
    """A token, without which nothing goes on: always the next turn."""

    SUBMIT = "submits"
    """A submit: what people wait for and pay for."""

    CALL = "calls"
    """Everything else that a caller awaits."""

    LOOK = "looks"
    """A look at a job; one that comes later is more likely to see the job done."""


_WEIGHTS: Final = {Lane.TOKEN: math.inf, Lane.SUBMIT: 6.0, Lane.CALL: 3.0, Lane.LOOK: 1.0}

# After a refusal the rate drops to this share of what was refused,
_DROP: Final = 0.8
# is back there after this many seconds, and tries for more beyond them.
_RECOVERY_SECONDS: Final = 30.0
# The rate of what was accepted is measured over this many seconds, and over no fewer than one.
_MEASURED_SECONDS: Final = 5.0
# The pause after a refusal that says none itself: this long, then twice as long, up to the last.
_PAUSE_SECONDS: Final = 1.0
_LONGEST_PAUSE_SECONDS: Final = 30.0
# Refusals this much later than the last are no longer about the same trouble.
_PEACE_SECONDS: Final = 60.0
# How much later than it was due a turn may come without slowing down the next ones.
_LATE_SECONDS: Final = 0.05
_CAUTIOUS: Final = 1.0
_SLOWEST: Final = 0.1


class Turns:
    """Choose the lane that has the next turn, by the lanes' weights."""

    def __init__(self) -> None:
        self._served = dict.fromkeys(Lane, 0.0)
        self._reached = 0.0

    def choose(self, waiting: Iterable[Lane]) -> Lane:
        """Return whose turn it is among the lanes in which somebody waits."""
        lane = min(waiting, key=self._place)
        # A lane in which nobody waited has no claim to the turns that it did not want.
        self._reached = max(self._served[lane], self._reached)
        self._served[lane] = self._reached + 1 / _WEIGHTS[lane]
        return lane

    def _place(self, lane: Lane) -> tuple[bool, float]:
        return lane is not Lane.TOKEN, max(self._served[lane], self._reached)


@attrs.define
class _Accepted:
    """How many requests were accepted in each of the latest seconds."""

    _counts: dict[int, int] = attrs.field(factory=dict[int, int])

    def count(self, now: float) -> None:
        second = int(now)
        if second in self._counts:
            self._counts[second] += 1
        else:
            self._counts[second] = 1
            for old in [each for each in self._counts if each <= second - _MEASURED_SECONDS]:
                del self._counts[old]

    def rate(self, now: float) -> float:
        recent = {s: n for s, n in self._counts.items() if s > now - _MEASURED_SECONDS}
        if not recent:
            return 0.0
        return sum(recent.values()) / max(1.0, now - min(recent))


class Pace:
    """How many requests a second may be sent, learned from what the service refuses.

    There is no limit but the ceiling until the service answers 429. From then on the rate follows
    CUBIC, as TCP does: it drops below the rate that was refused, climbs back fast, stays near it
    for long, and then tries for more.

    Args:
        ceiling: Requests a second at the most; infinite for no limit.
    """

    def __init__(self, ceiling: float = math.inf) -> None:
        self._ceiling = ceiling
        self._limit = math.inf
        self._cut_at = -math.inf
        self._resumes_at = -math.inf
        self._next_at = -math.inf
        self._refusals = 0
        self._accepted = _Accepted()

    def rate(self, now: float) -> float:
        """Return the requests a second that may be sent at a time; infinite for no limit."""
        if self._limit == math.inf:
            return self._ceiling
        climbed = (now - self._resumes_at) / _RECOVERY_SECONDS - 1
        return min(self._limit * (1 + (1 - _DROP) * max(climbed, -1.0) ** 3), self._ceiling)

    def paused(self, now: float) -> float:
        """Return the seconds for which nothing may be sent, because the service asked for it."""
        return max(0.0, self._resumes_at - now)

    def delay(self, now: float) -> float:
        """Return the seconds until one more request may be sent."""
        return max(0.0, self._resumes_at - now, self._next_at - now)

    def sent(self, now: float, *, waited: bool = False) -> None:
        """Count a request that is being sent.

        Args:
            now: When.
            waited: Whether it was kept waiting until now. Then the next one makes up for what a
                timer came too late, or a rate of a thousand would be one of six hundred.
        """
        rate = self.rate(now)
        if rate != math.inf:
            earliest = now - _LATE_SECONDS if waited else now
            self._next_at = max(earliest, self._next_at) + 1 / rate

    def accepted(self, now: float) -> None:
        """Count an answer that was no refusal."""
        self._accepted.count(now)

    def refused(self, now: float, sent_at: float, retry_after: float | None) -> float:
        """Count a 429, and return the seconds for which everybody pauses.

        Args:
            now: When it came.
            sent_at: When its request was sent: those that were on their way together are refused
                together, and say one thing.
            retry_after: What the answer asked for, or None.
        """
        is_news = sent_at > self._cut_at
        if is_news:
            self._refusals = self._refusals + 1 if now - self._cut_at < _PEACE_SECONDS else 0
            # Where nothing was accepted lately, that says nothing about the rate that would be.
            measured = self._accepted.rate(now) or min(self.rate(now), _CAUTIOUS)
            self._limit = max(min(self.rate(now), measured), _SLOWEST)
            self._cut_at = now
        pause = retry_after
        if pause is None:
            pause = grown(_PAUSE_SECONDS, 2, self._refusals, _LONGEST_PAUSE_SECONDS)
        if is_news or retry_after is not None:
            self._resumes_at = max(self._resumes_at, now + pause)
        return self.paused(now)
