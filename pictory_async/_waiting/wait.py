"""One wait for one job, without the waiting: when to look, and what a look amounts to."""

from __future__ import annotations

import logging
import math
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

import anyio
import attrs

from pictory_async._errors import (
    ClosedError,
    InvalidRequestError,
    InvalidResponseError,
    JobNotFoundError,
    JobOutageError,
    JobTimeoutError,
    NotFoundError,
    PictoryError,
    RateLimitError,
    ServerError,
    TransportError,
)
from pictory_async._waiting.schedule import Sightings
from pictory_async._wire.job_states import Completed, Missing, Running
from pictory_async._wire.results import read_update


if TYPE_CHECKING:
    from collections.abc import Callable

    from pictory_async._errors import JobError
    from pictory_async._models.jobs import JobUpdate
    from pictory_async._waiting.history import History
    from pictory_async._waiting.looks import Look, Looks
    from pictory_async._waiting.schedule import Schedule
    from pictory_async._wire.protocol import Json


T = TypeVar("T")

_log = logging.getLogger("pictory_async")

# A job that was submitted a moment ago may not be known everywhere yet.
_NOT_FOUND_GRACE: Final = 10.0
# The last look before a timeout starts this long before it, so that it can still be answered.
_LAST_LOOK: Final = 2.0
# A look that was answered 429, without a word for how long, is tried again after this.
_POSTPONED: Final = 1.0
# What a look may meet while the job is well.
_PASSING: Final = (
    TransportError,
    ServerError,
    RateLimitError,
    InvalidResponseError,
    NotFoundError,
)


def _number(value: object) -> float:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else math.nan


def _positive(_: object, attribute: attrs.Attribute[Any], value: object) -> None:
    if value is not None and not _number(value) > 0:
        raise InvalidRequestError(attribute.name, "seconds above 0, or None", repr(value)[:60])


def _not_negative(_: object, attribute: attrs.Attribute[Any], value: object) -> None:
    if not _number(value) >= 0:
        raise InvalidRequestError(attribute.name, "seconds, 0 or more", repr(value)[:60])


@attrs.frozen(kw_only=True)
class Patience:
    """How long a wait goes on.

    Args:
        timeout: Seconds for the whole wait, or None for no end.
        outage: Seconds for which looks may fail in a row.
    """

    timeout: float | None = attrs.field(default=1800.0, validator=_positive)
    outage: float = attrs.field(default=300.0, validator=_not_negative)


@attrs.frozen(kw_only=True)
class Terms:
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
        terms: What it has in common with others.
    """

    __slots__ = (
        "_birth",
        "_data",
        "_failing_since",
        "_is_failing",
        "_is_missing",
        "_is_postponed",
        "_known_at",
        "_retry_after",
        "_seen",
        "_started",
        "_terms",
        "deadline",
        "job_id",
        "kind",
        "number",
    )

    def __init__(self, job_id: str, kind: type[T] | None, terms: Terms) -> None:
        self.job_id = job_id
        self.kind = kind
        self.number = 0
        """The number of the latest look, 0 before the first."""
        self._terms = terms
        self._started = anyio.current_time()
        timeout = terms.patience.timeout
        self.deadline = math.inf if timeout is None else self._started + timeout
        self._birth = terms.history.birth(job_id)
        self._known_at = self._birth
        self._seen = Sightings()
        self._data: Json = {}
        self._is_missing = False
        self._retry_after: float | None = None
        self._failing_since: float | None = None
        self._is_failing = False
        self._is_postponed = False

    def pause(self) -> float:
        """Return the seconds until the next look, the last of which comes before the deadline."""
        terms, now = self._terms, anyio.current_time()
        delay = self._retry_after or 0.0
        if not self._is_postponed:
            scheduled = terms.schedule.delay(self._sightings(now), terms.randomness())
            delay = max(delay, scheduled)
        remaining = self.deadline - now
        margin = min(_LAST_LOOK, (terms.patience.timeout or 0.0) / 10)
        if delay < remaining - margin:
            return delay
        # The last look, or the end of the wait where that was the last.
        return remaining - margin if remaining > 1.1 * margin else remaining + 1

    def saw(self, look: Look) -> JobUpdate[T] | None:
        """Return what a look amounts to; None where the job is too young to be missed.

        Raises:
            JobError: The job gives no result.
            PictoryError: The service refused to tell, or the result is not what it should be.
        """
        self.number = look.number
        self._data = look.state.data
        self._is_missing = isinstance(look.state, Missing)
        elapsed = self._elapsed
        if self._is_missing and self._is_young:
            self._seen = self._seen.after(elapsed, None)
            return None
        self._failing_since = None
        self._is_failing = self._is_postponed = False
        self._retry_after = look.retry_after
        if isinstance(look.state, Running):
            self._terms.looks.mention(look.state, self.job_id)
        elif isinstance(look.state, Completed):
            self._learn()
        update = read_update(look.answer, look.state, self.job_id, self.kind, elapsed=elapsed)
        self._known_at = anyio.current_time()
        self._seen = self._seen.after(elapsed, update.progress)
        return update

    def missed(self, error: PictoryError) -> bool:
        """Count a look that told nothing, and return whether that is news.

        Raises:
            JobError: There were none for too long.
            PictoryError: The error itself, where looking again would not help.
        """
        if isinstance(error, ClosedError) or not isinstance(error, _PASSING):
            error.add_note(f"while waiting for job {self.job_id}")
            raise error
        if isinstance(error, NotFoundError) and self.number == 0 and not self._is_young:
            raise self._error(JobNotFoundError, error.message, error.code) from error
        now = anyio.current_time()
        if self._failing_since is None:
            self._failing_since = now
        outage = self._terms.patience.outage
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
        if self._is_missing:
            msg = "not known to the service before the timeout"
            return self._error(JobNotFoundError, msg)
        msg = "not done within the timeout; wait for it again to go on"
        return self._error(JobTimeoutError, msg)

    def _sightings(self, now: float) -> Sightings:
        if self._birth is None:
            return self._seen
        durations = self._terms.history.durations(self.kind)
        return attrs.evolve(self._seen, age=now - self._birth, durations=durations)

    def _learn(self) -> None:
        if self._birth is not None and self._known_at is not None:
            low, high = self._known_at - self._birth, anyio.current_time() - self._birth
            self._terms.history.ended(self.job_id, self.kind, low, high)

    @property
    def _elapsed(self) -> float:
        return anyio.current_time() - self._started

    @property
    def _is_young(self) -> bool:
        return self._elapsed < _NOT_FOUND_GRACE

    def _error(self, error: type[JobError], message: str, code: str | None = None) -> JobError:
        return error(self.job_id, code, message, self._data)
