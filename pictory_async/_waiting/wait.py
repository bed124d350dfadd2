"""One wait for one job, without the waiting: when to look, and what a look amounts to."""

from __future__ import annotations

import logging
import math
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

import anyio
import attrs

from pictory_async._errors import (
    JobNotFoundError,
    JobOutageError,
    JobResultMissingError,
    JobTimeoutError,
    NotFoundError,
    PictoryError,
    RateLimitError,
    name_job,
)
from pictory_async._models.results import Video
from pictory_async._waiting.schedule import Sightings
from pictory_async._wire.job_states import Completed, Missing, data_in_errors
from pictory_async._wire.known import is_missed_look
from pictory_async._wire.results import read_update


if TYPE_CHECKING:
    from collections.abc import Callable

    from pictory_async._errors import JobError
    from pictory_async._models.jobs import JobUpdate
    from pictory_async._waiting.history import History
    from pictory_async._waiting.looks import Looks
    from pictory_async._waiting.patience import Patience
    from pictory_async._waiting.schedule import Schedule
    from pictory_async._wire.job_states import Look


T = TypeVar("T")

_log = logging.getLogger("pictory_async")

# A job that was submitted a moment ago may not be known everywhere yet.
_NOT_FOUND_GRACE: Final = 10.0
# A job may be completed a moment before its result is shown: so many looks may show none.
_LOOKS_WITHOUT_RESULT: Final = 5
# The last look before a timeout starts this long before it, so that it can still be answered.
_LAST_LOOK: Final = 2.0
# A look or an end that comes so much later than it was due, since the process was frozen, nobody
# read the outcomes, or others had their turns before,
LATE_SECONDS: Final = 2.0
# means one more look, with this long for it: the job may be done since long.
LATE_LOOK_SECONDS: Final = 20.0
# A look that was answered 429, without a word for how long, is tried again after this.
_POSTPONED: Final = 1.0


@attrs.frozen(kw_only=True)
class WaitContext:
    """What many waits have in common.

    Args:
        looks: The client's looks.
        history: What the client has seen of its jobs.
        schedule: When to look.
        patience: How long to wait.
        randomness: Returns numbers from 0 to 1.
    """

    looks: Looks
    history: History
    schedule: Schedule
    patience: Patience
    randomness: Callable[[], float]


class Wait(Generic[T]):
    """The state of one wait; thousands of them are small.

    Args:
        job_id: The job.
        kind: The type of its result, or None to tell it by what is in it.
        context: What it has in common with others.
    """

    __slots__ = (
        "_bare",
        "_birth",
        "_context",
        "_failing_since",
        "_is_failing",
        "_is_postponed",
        "_known_at",
        "_number",
        "_retry_after",
        "_seen",
        "_started",
        "job_id",
        "kind",
        "look",
    )

    def __init__(self, job_id: str, kind: type[T] | None, context: WaitContext) -> None:
        self.job_id = job_id
        self.kind = kind
        self.look: Look | None = None
        """The latest look that anybody took; it is shared, see `Looks`."""
        # The number of the look that was taken in last, 0 before the first.
        self._number = 0
        self._context = context
        self._started = anyio.current_time()
        self._birth = context.history.birth(job_id)
        self._known_at = self._birth
        self._seen = Sightings()
        # How many looks in a row saw the job completed without a result.
        self._bare = 0
        self._retry_after: float | None = None
        self._failing_since: float | None = None
        self._is_failing = False
        self._is_postponed = False

    @property
    def deadline(self) -> float:
        """When the wait is over, on the event loop's clock; infinite for never."""
        timeout = self._context.patience.timeout
        return math.inf if timeout is None else self._started + timeout

    @property
    def news(self) -> Look | None:
        """The look where it was not taken in yet, or None."""
        look = self.look
        return look if look is not None and look.number > self._number else None

    def pause(self) -> float:
        """Return the seconds until the next look, the last of which comes before the deadline."""
        context, now = self._context, anyio.current_time()
        delay = self._retry_after or 0.0
        if context.looks.is_hinted(self.job_id):
            delay = 0.0
        elif not self._is_postponed:
            scheduled = context.schedule.delay(self._sightings(now), context.randomness())
            delay = max(delay, scheduled)
        remaining = self.deadline - now
        margin = min(_LAST_LOOK, (context.patience.timeout or 0.0) / 10)
        if delay < remaining - margin:
            return delay
        # The last look, or the end of the wait where that was the last.
        return remaining - margin if remaining > 1.1 * margin else remaining + 1

    def take_in(self, look: Look) -> JobUpdate[T] | None:
        """Return what a look amounts to; None where the job is too young to be missed.

        A completed job is done once it shows its result.

        Raises:
            JobError: The job gives no result.
            PictoryError: The service refused to tell, or the result is not what it should be.
        """
        self._number = look.number
        elapsed = self._elapsed
        if isinstance(look.state, Missing) and self._is_young:
            self._seen = self._seen.after(elapsed, None)
            return None
        self._failing_since = None
        self._is_failing = self._is_postponed = False
        self._retry_after = look.retry_after
        update = read_update(look.state, self.job_id, self.kind, elapsed=elapsed)
        self._bare = self._bare + 1 if _is_bare(look, update) else 0
        if self._bare > _LOOKS_WITHOUT_RESULT:
            if not update.is_done:
                msg = "completed, but the service shows no result of it"
                raise self._error(JobResultMissingError, msg)
        elif self._bare:
            update = attrs.evolve(update, result=None)
        if update.is_done:
            self._learn()
        self._known_at = anyio.current_time()
        self._seen = self._seen.after(elapsed, update.progress)
        return update

    def count_missed(self, error: PictoryError) -> bool:
        """Count a look that told nothing, and return whether that is news.

        Raises:
            JobError: There were none for too long.
            PictoryError: The error itself, where looking again would not help.
        """
        if not is_missed_look(error):
            name_job(error, self.job_id)
            raise error
        if isinstance(error, NotFoundError) and self.look is None and not self._is_young:
            raise self._error(JobNotFoundError, error.message, error.code) from error
        now = anyio.current_time()
        if self._failing_since is None:
            self._failing_since = now
        outage = self._context.patience.outage
        if now - self._failing_since >= outage:
            msg = f"could not be looked at for {outage:.0f} s"
            raise self._error(JobOutageError, msg) from error
        self._retry_after = getattr(error, "retry_after", None)
        self._is_postponed = isinstance(error, RateLimitError)
        if self._is_postponed:
            # The look is still due, as soon as the client may go on.
            self._retry_after = self._retry_after or _POSTPONED
            return False
        self._seen = self._seen.after(self._elapsed, None)
        was_failing, self._is_failing = self._is_failing, True
        if not was_failing:
            _log.warning("cannot look at job %s: %s", self.job_id, error)
        return not was_failing

    def timeout(self) -> JobError:
        """Return the error for a wait whose time is up."""
        if self.look is not None and isinstance(self.look.state, Missing):
            msg = "not known to the service before the timeout"
            return self._error(JobNotFoundError, msg)
        lately = ", and not to be looked at lately" if self._is_failing else ""
        msg = f"not done within the timeout{lately}; wait for it again to go on"
        return self._error(JobTimeoutError, msg)

    def _sightings(self, now: float) -> Sightings:
        if self._birth is None:
            return self._seen
        durations = self._context.history.durations(self.kind)
        return attrs.evolve(self._seen, age=now - self._birth, durations=durations)

    def _learn(self) -> None:
        if self._birth is not None and self._known_at is not None:
            low, high = self._known_at - self._birth, anyio.current_time() - self._birth
            self._context.history.learn_end(self.job_id, self.kind, low, high)

    @property
    def _elapsed(self) -> float:
        return anyio.current_time() - self._started

    @property
    def _is_young(self) -> bool:
        return self._elapsed < _NOT_FOUND_GRACE

    def _error(self, error: type[JobError], message: str, code: str | None = None) -> JobError:
        data = data_in_errors(self.look.state) if self.look is not None else dict[str, Any]()
        return error(self.job_id, code, message, data)


def _is_bare(look: Look, update: JobUpdate[Any]) -> bool:
    """Tell whether a completed job does not show yet what it made; a page is not the video."""
    result = update.result
    lacks_file = isinstance(result, Video) and result.url is None
    return isinstance(look.state, Completed) and (result is None or lacks_file)
