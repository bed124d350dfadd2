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
# The longest pause that an answer can ask for.
_MOST_PAUSE_SECONDS: Final = 3600.0
# A 429 this long after the end of the last pause is no longer about the same trouble.
_PEACE_SECONDS: Final = 10.0
# How much later than it was due a turn may come without slowing down the next ones.
_LATE_SECONDS: Final = 0.05
_CAUTIOUS: Final = 1.0
_SLOWEST: Final = 0.1
# A refusal is in vain at a rate below this share of the one that was refused before the cuts; so
# many of them show that it is not the rate.
_LOWER: Final = 0.95
_IN_VAIN: Final = 3
# It is the limit again, if the rate had reached this share of what is known of the limit, and so
# many were accepted in a row.
_REACHED: Final = 0.999
_IN_A_ROW: Final = 24
# No more than this is taken for background,
_MOST_BACKGROUND: Final = 0.3
# and less, where of those that were accepted in a row it would have refused more than so many.
_LONGEST_LUCK: Final = 4.0
# There is none after all, where more than this share of so many is refused at the rate of before.
_TRIAL: Final = 40
_TRIAL_SHARE: Final = 0.45
# The background explains so many times its share, and beyond that what its share is of so many
# requests, but no more than so many refusals.
_TOLERANCE: Final = 1.5
_MARGIN_REQUESTS: Final = 80
_MOST_MARGIN: Final = 6.0


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
    """How many requests were accepted, and how many in each of the latest seconds."""

    total: int = 0
    _counts: dict[int, int] = attrs.field(factory=dict[int, int])

    def count(self, now: float) -> None:
        self.total += 1
        second = int(now)
        try:
            self._counts[second] += 1
        except KeyError:
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


@attrs.define
class _Background:
    """Which refusals come at any rate, and say nothing about the limit.

    Every refusal cuts the rate, until three more came at lower rates although requests were
    accepted between them: then the cuts were in vain, and the share that was refused meanwhile is
    the background. From then on it takes clearly more refusals than that to cut the rate.

    Args:
        share: The share of the requests that is refused at any rate; 0 where there is none.
        rate: The rate that was refused before it was cut.
    """

    share: float = 0.0
    rate: float = 0.0
    # What came since then.
    _accepted: int = 0
    _refused: int = 0
    _in_vain: int = 0
    # How many more refusals there were of late than the share explains.
    _excess: float = 0.0

    def explains(self, accepted: int) -> bool:
        """Count a refusal, and say whether it is one of those that come at any rate.

        Args:
            accepted: How many were accepted since the refusal before.
        """
        self._accepted += accepted
        self._refused += 1
        if accepted * self.share > _LONGEST_LUCK:
            self.share = _LONGEST_LUCK / accepted
        margin = min(_MARGIN_REQUESTS * self.share, _MOST_MARGIN)
        if margin < 1:
            self.share = 0.0
            return False
        usual = _TOLERANCE * self.share
        self._excess = max(0.0, self._excess - accepted * usual / (1 - usual)) + 1
        if self._excess <= margin:
            return True
        self._excess = 0.0
        return False

    def is_shown(self) -> bool:
        """Count a cut that was in vain, and say whether there were enough of them."""
        self._in_vain += 1
        if self._in_vain < _IN_VAIN:
            return False
        self.share = min(self._refused / (self._accepted + self._refused), _MOST_BACKGROUND)
        self._begin()
        return True

    def start(self, rate: float) -> None:
        """Begin anew, with a rate whose refusal says something about the limit."""
        requests = self._accepted + self._refused
        if requests < _TRIAL and self._refused > _TRIAL_SHARE * requests:
            self.share = 0.0
        self.rate = rate
        self._begin()

    def _begin(self) -> None:
        self._accepted = self._refused = self._in_vain = 0


class Pace:
    """How many requests a second may be sent, learned from what the service refuses.

    There is no limit but the ceiling until the service answers 429. As that says little about where
    the limit is, the rate starts low and doubles every few seconds, until the next 429 tells. From
    then on it follows CUBIC, as TCP does: it drops below the rate that was refused, climbs back
    fast, stays near it for long, and then tries for more. It climbs no further than it is used.

    Some services refuse a share of the requests at any rate. It is learned where the 429 names no
    time: once cuts were in vain, the rate is again what it was before them, and what that share
    explains neither cuts the rate nor makes anybody pause. A 429 that names a time always does.

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
        self._grows_from = -math.inf
        self._limited_times = 0
        self._accepted = _Accepted()
        self._accepted_before_refusal = self._accepted_before_pause = 0
        self._background = _Background()

    def rate(self, now: float) -> float:
        """Return the requests a second that may be sent at a time; infinite for no limit."""
        if self._limit == math.inf:
            return self._ceiling
        since = max(0.0, now - self._grows_from)
        if self._is_searching:
            growth = 2 ** min(since / _DOUBLING_SECONDS, _MOST_DOUBLINGS)
        else:
            growth = 1 + (1 - _DROP) * (since / _RECOVERY_SECONDS - 1) ** 3
        if growth <= 1:
            return min(self._limit * growth, self._ceiling)
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
        is_cut = sent_at > self._cut_at and self._is_too_fast(now, retry_after)
        if is_cut:
            self._cut_at = now
            is_accepted = self._accepted.total > self._accepted_before_pause
            self._accepted_before_pause = self._accepted.total
            is_over = is_accepted or now - self._resumes_at > _PEACE_SECONDS
            self._limited_times = 0 if is_over else self._limited_times + 1
            self._cut(now, is_accepted=is_accepted)
        elif self._is_searching and now < self._resumes_at:
            # How many were accepted of those that were sent together shows only by and by.
            self._limit = max(self._limit, self._accepted.most(now))
        # One answer with a year in it must not be the last.
        pause = None if retry_after is None else min(retry_after, _MOST_PAUSE_SECONDS)
        if pause is None:
            pause = grown(_PAUSE_SECONDS, 2, self._limited_times, _LONGEST_PAUSE_SECONDS)
        if is_cut or retry_after is not None:
            self._resumes_at = self._grows_from = max(self._resumes_at, now + pause)
        return self.paused(now)

    def _is_too_fast(self, now: float, retry_after: float | None) -> bool:
        accepted = self._accepted.total - self._accepted_before_refusal
        self._accepted_before_refusal = self._accepted.total
        if retry_after is not None:
            return True
        if self._background.explains(accepted):
            return False
        rate = self.rate(now)
        is_limit = rate >= _REACHED * self._limit and accepted > _IN_A_ROW
        if is_limit or rate >= _LOWER * self._background.rate:
            # A search goes too far: no more than what was accepted of it is worth going back to.
            is_search = self._is_searching or self._limit == math.inf
            self._background.start(min(rate, self._accepted.most(now)) if is_search else rate)
            return True
        # Where nothing was accepted since the last cut, the limit may be anywhere.
        if self._accepted.total > self._accepted_before_pause and self._background.is_shown():
            # Nothing is known of the limit, but that it is not below this.
            self._limit = self._background.rate
            self._is_searching, self._grows_from = True, now
            return False
        return True

    def _cut(self, now: float, *, is_accepted: bool) -> None:
        rate, taken = self.rate(now), self._accepted.rate(now)
        if self._is_searching:
            taken = self._accepted.most(now)
        elif taken and self._background.share:
            # The background has its share of any rate, so that it is less at the limit too.
            taken = rate
        elif taken and not is_accepted:
            # Nothing was accepted since the last cut: it is what is left from before.
            taken = max(taken, rate / 2)
        # Where nothing was accepted lately, or any number was sent, no rate was refused.
        self._is_searching = self._limit == math.inf or not taken
        self._limit = max(min(rate, taken or _CAUTIOUS), _SLOWEST)
