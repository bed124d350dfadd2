"""What a batch has spent, and when it stops: decisions that send nothing."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from pictory_async._errors import (
    APIError,
    BatchError,
    InvalidRequestError,
    JobFailedError,
    SubmissionUnknownError,
)
from pictory_async._flows.item import (
    Finished,
    New,
    Previewed,
    Previewing,
    Rendered,
    Rendering,
)
from pictory_async._retry import grown
from pictory_async._wire.known import Known, is_passing


if TYPE_CHECKING:
    from pictory_async._flows.item import State
    from pictory_async._flows.limits import Limits
    from pictory_async._models.results import Video


_SECONDS: Final = 60.0
# What makes no sense in a field is kept under the service's name.
_CREDITS: Final = "aiCreditsUsed"
_FIRST_PAUSE: Final = 1.0
_LONGEST_PAUSE: Final = 30.0


class Spending:
    """What a batch has spent, and whether it may spend more.

    Args:
        limits: What it may spend.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        # Items with a preview, or about to have one, and without a render.
        self._begun = 0
        # Renders that this batch submitted: no limit counts those that were there before.
        self._submitted = 0
        self._under_way = 0
        # Renders that may cost something, and never told what.
        self._lost = 0
        self._done = 0
        self._minutes = 0.0
        self._credits = 0.0

    def count_step(self, before: State, after: State) -> None:
        """Count what a step of an item means for what may be spent."""
        # Each item is counted once in what is begun and once in what is under way, and leaves
        # either by exactly one of these steps: else the room that it held would never be free.
        match before, after:
            case New(), Previewing():
                self._begun += 1
            case New(), Rendering():
                self._under_way += 1
            case Previewed(), Rendering():
                self._begun -= 1
                self._submitted += 1
                self._under_way += 1
            case ((Previewing() | Previewed()), Finished()):
                self._begun -= 1
            case Rendering(), Rendered(video=video):
                self._count_video(video)
            case Rendering(render=render), Finished(known=known):
                self._count_no_video(known, was_submitted=render is not None)
            case _:
                pass

    @property
    def may_begin(self) -> bool:
        """Whether there will be room for another render, when all those ahead are there."""
        return self._has_room(self._begun)

    @property
    def may_render(self) -> bool:
        """Whether there is room for another render beside those under way."""
        return self._has_room(0)

    def stop_reason(self) -> str | None:
        """Return why there will be no further render, however those under way end, or None."""
        return self._obstacle(0, 0)

    def _count_video(self, video: Video) -> None:
        self._under_way -= 1
        if self._is_unreadable(video):
            self._lost += 1
            return
        self._done += 1
        # Nothing is given back, whatever an answer says.
        self._minutes += max(video.duration or 0.0, 0.0) / _SECONDS
        self._credits += max(video.ai_credits_used or 0.0, 0.0)

    def _is_unreadable(self, video: Video) -> bool:
        """Tell whether a video may have taken of what is limited, and does not say how much."""
        no_length = self._limits.minutes is not None and video.duration is None
        # Where the service does not name it, there was nothing to pay for by credits.
        no_price = self._limits.credits is not None and _CREDITS in video.extra
        return no_length or no_price

    def _count_no_video(self, known: Known, *, was_submitted: bool) -> None:
        self._under_way -= 1
        if known is not Known.SURELY_NOT:
            # It may cost as much as any other.
            self._lost += 1
        elif not was_submitted:
            self._submitted -= 1

    def _has_room(self, begun: int) -> bool:
        ahead = self._under_way + begun
        if self._limits.is_of_unknown and self._done == 0 and ahead > 0:
            return False
        return self._obstacle(ahead, begun) is None

    def _obstacle(self, ahead: int, begun: int) -> str | None:
        limits = self._limits
        if limits.jobs is not None and self._submitted + begun >= limits.jobs:
            return f"the limit jobs={limits.jobs} is reached"
        if limits.is_of_unknown and self._lost and not self._done:
            return "a render of unknown outcome may have reached the limit"
        # Each of those takes as much as the average of the ones before.
        share = 1 + (ahead + self._lost + 1) / self._done if self._done else 1.0
        for name, limit, spent in (
            ("minutes", limits.minutes, self._minutes),
            ("credits", limits.credits, self._credits),
        ):
            if limit is not None and (spent * share > limit or limit == 0):
                return f"the limit {name}={limit:g} would be passed"
        return None


class Breaker:
    """Stop a batch that meets the same error again and again.

    Args:
        most: How many of them in a row are enough, or None for no end.
    """

    def __init__(self, most: int | None) -> None:
        self._most = most
        self._last: tuple[object, ...] | None = None
        self._counted_at = -math.inf
        self._times = 0

    def count_success(self) -> None:
        """Forget what was: something works."""
        self._last, self._times = None, 0

    def count_failure(self, error: Exception, began: float, now: float) -> str | None:
        """Count an error, and return why to stop, or None.

        Args:
            error: What an item met.
            began: When its latest submit began.
            now: When it failed.
        """
        sign = _sign(error)
        if sign is None:
            return None
        is_same = sign == self._last
        if is_same and began < self._counted_at and _is_of_all(error):
            # Submits that were on their way together say one thing.
            return None
        self._times = self._times + 1 if is_same else 1
        self._last, self._counted_at = sign, now
        if self._most is None or self._times < self._most:
            return None
        return f"{self._times} items in a row met the same error: {error}"


class Caution:
    """How carefully a batch submits after a submit that was sent and not answered by the service.

    From then on one submit at a time goes ahead, after pauses that grow, until one is answered: a
    service that is down for a moment costs the items that were on their way, and not the batch.
    """

    def __init__(self) -> None:
        self._failures = 0
        self._failed_at = -math.inf
        self._resumes_at = -math.inf
        self._is_trying = False

    def is_over(self) -> bool:
        """Tell whether a submit may go at any time."""
        return not self._failures

    def delay(self, now: float) -> float:
        """Return the seconds until a submit may go; infinite while another one is ahead."""
        if not self._failures:
            return 0.0
        return math.inf if self._is_trying else max(0.0, self._resumes_at - now)

    def begin(self) -> None:
        """Count a submit that goes ahead."""
        self._is_trying = bool(self._failures)

    def end(self) -> None:
        """Count a submit that has come back, whatever came of it."""
        self._is_trying = False

    def count_answer(self) -> None:
        """Count an answer of the service."""
        self._failures = 0

    def count_unknown(self, began: float, now: float) -> bool:
        """Count a submit that was not answered, and return whether that is news.

        Args:
            began: When it began: those that were on their way together say one thing.
            now: When it came to its end.
        """
        if began < self._failed_at:
            return False
        self._failures += 1
        self._failed_at = now
        self._resumes_at = now + pause_after(self._failures)
        return True


def pause_after(failures: int) -> float:
    """Return the seconds before the next submit after some that came to nothing."""
    return grown(_FIRST_PAUSE, 2, failures - 1, _LONGEST_PAUSE)


def _is_of_all(error: Exception) -> bool:
    return isinstance(error, SubmissionUnknownError) or is_passing(error)


def _sign(error: Exception) -> tuple[object, ...] | None:
    """Return what makes two errors the same; None for one that is its item's own matter."""
    if isinstance(error, InvalidRequestError | BatchError):
        return None
    if isinstance(error, JobFailedError):
        return type(error), error.code, error.message
    if isinstance(error, APIError) and not is_passing(error):
        return type(error), error.status, error.code, error.message
    # What is passing is said in other words each time: how long, which host.
    return (type(error),)
