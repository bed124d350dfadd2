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

# While nothing is known of the limit, the rate doubles in this time.
_DOUBLING_SECONDS: Final = 4.0
_MOST_DOUBLINGS: Final = 60.0
# After a 429 the rate drops to this share of what was refused,
_DROP: Final = 0.8
# is back there after this many seconds, and tries for more beyond them.
_RECOVERY_SECONDS: Final = 30.0
# The rate of what was accepted is measured over this many seconds, and over no fewer than one.
_MEASURED_SECONDS: Final = 5.0
# The pause after a 429 that says none itself: this long, then twice as long, up to the last.
_PAUSE_SECONDS: Final = 1.0
_LONGEST_PAUSE_SECONDS: Final = 30.0
# A 429 this long after the end of the last pause is no longer about the same trouble.
_PEACE_SECONDS: Final = 10.0
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

    def most(self, now: float) -> float:
        """Return the most within one second."""
        return max((n for s, n in self._counts.items() if s > now - _MEASURED_SECONDS), default=0)


class Pace:
    """How many requests a second may be sent, learned from what the service refuses.

    There is no limit but the ceiling until the service answers 429. As that says little about where
    the limit is, the rate starts low and doubles every few seconds, until the next 429 tells. From
    then on it follows CUBIC, as TCP does: it drops below the rate that was refused, climbs back
    fast, stays near it for long, and then tries for more. It climbs no further than it is used.

    Args:
        ceiling: Requests a second at the most; infinite for no limit.
    """

    def __init__(self, ceiling: float = math.inf) -> None:
        self._ceiling = ceiling
        self._limit = math.inf
        self._is_searching = False
        self._cut_at = -math.inf
        self._resumes_at = -math.inf
        self._next_at = -math.inf
        self._limited_times = 0
        self._accepted = _Accepted()

    def rate(self, now: float) -> float:
        """Return the requests a second that may be sent at a time; infinite for no limit."""
        if self._limit == math.inf:
            return self._ceiling
        since = max(0.0, now - self._resumes_at)
        if self._is_searching:
            growth = 2 ** min(since / _DOUBLING_SECONDS, _MOST_DOUBLINGS)
        else:
            growth = 1 + (1 - _DROP) * (since / _RECOVERY_SECONDS - 1) ** 3
        used = max(self._limit, 2 * self._accepted.rate(now))
        return min(self._limit * growth, used, self._ceiling)

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
            earliest = max(now - _LATE_SECONDS, self._resumes_at) if waited else now
            self._next_at = max(earliest, self._next_at) + 1 / rate

    def accepted(self, now: float) -> None:
        """Count an answer that was no 429."""
        self._accepted.count(now)

    def rate_limited(self, now: float, sent_at: float, retry_after: float | None) -> float:
        """Count a 429, and return the seconds for which everybody pauses.

        Args:
            now: When it came.
            sent_at: When its request was sent: those that were on their way together are refused
                together, and say one thing.
            retry_after: What the answer asked for, or None.
        """
        is_news = sent_at > self._cut_at
        if is_news:
            is_over = now - self._resumes_at > _PEACE_SECONDS
            self._limited_times = 0 if is_over else self._limited_times + 1
            self._cut(now)
        pause = retry_after
        if pause is None:
            pause = grown(_PAUSE_SECONDS, 2, self._limited_times, _LONGEST_PAUSE_SECONDS)
        if is_news or retry_after is not None:
            self._resumes_at = max(self._resumes_at, now + pause)
        return self.paused(now)

    def _cut(self, now: float) -> None:
        rate, was_searching = self.rate(now), self._is_searching
        taken = self._accepted.most(now) if was_searching else self._accepted.rate(now)
        # Where nothing was accepted lately, or any number was sent, no rate was refused.
        self._is_searching = self._limit == math.inf or not taken
        self._limit = max(min(rate, taken or _CAUTIOUS), _SLOWEST)
        self._cut_at = now
