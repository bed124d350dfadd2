"""What a batch has spent, and when it stops: decisions that send nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pictory_async._errors import APIError, BatchError, InvalidRequestError, JobFailedError
from pictory_async._flows.item import (
    Finished,
    New,
    Previewed,
    Previewing,
    Rendered,
    Rendering,
)
from pictory_async._wire.known import Known, is_passing


if TYPE_CHECKING:
    from pictory_async._flows.item import State
    from pictory_async._flows.limits import Limits
    from pictory_async._models.results import Video


_SECONDS: Final = 60.0


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
        if video.duration is None and self._limits.minutes is not None:
            self._lost += 1
            return
        self._done += 1
        # Nothing is given back, whatever an answer says.
        self._minutes += max(video.duration or 0.0, 0.0) / _SECONDS
        self._credits += max(video.ai_credits_used or 0.0, 0.0)

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
        self._times = 0

    def count_success(self) -> None:
        """Forget what was: something works."""
        self._last, self._times = None, 0

    def count_failure(self, error: Exception) -> str | None:
        """Count an error, and return why to stop, or None."""
        sign = _sign(error)
        if sign is None:
            return None
        self._times = self._times + 1 if sign == self._last else 1
        self._last = sign
        if self._most is None or self._times < self._most:
            return None
        return f"{self._times} items in a row met the same error: {error}"


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
