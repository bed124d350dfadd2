"""Waiting for one job: a schedule, a look, and what the look means."""

from __future__ import annotations

import logging
import math
from typing import TYPE_CHECKING, Final, Generic, TypeVar

import anyio

from pictory_async._errors import (
    ClosedError,
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
from pictory_async._job_states import Missing, Running
from pictory_async._jobs._results import read_update
from pictory_async._jobs._schedule import Sightings


if TYPE_CHECKING:
    from collections.abc import Callable

    from pictory_async._errors import JobError
    from pictory_async._jobs._looks import Look, Looks
    from pictory_async._jobs._patience import Patience
    from pictory_async._jobs._schedule import Schedule
    from pictory_async._models.jobs import JobUpdate
    from pictory_async._protocol import Json


T = TypeVar("T")

_log = logging.getLogger("pictory_async")

# A job that was submitted a moment ago may not be known everywhere yet.
_NOT_FOUND_GRACE: Final = 10.0
# The last look before a timeout starts this long before it, so that it can still be answered.
_LAST_LOOK: Final = 2.0
# What a look may meet while the job is well.
_PASSING: Final = (
    TransportError,
    ServerError,
    RateLimitError,
    InvalidResponseError,
    NotFoundError,
)


class Watch(Generic[T]):
    """The updates of one job, one for each look, until the job ends.

    Iterating raises where the job does not give its result: a failed, cleaned or unknown job, a
    timeout, an outage. There is no task behind it; a look is made when the next update is wanted
    and due.
    """

    def __init__(
        self,
        job_id: str,
        kind: type[T] | None,
        *,
        looks: Looks,
        schedule: Schedule,
        patience: Patience,
        randomness: Callable[[], float],
    ) -> None:
        self._job_id = job_id
        self._kind = kind
        self._looks = looks
        self._shared = looks.at(job_id)
        self._schedule = schedule
        self._patience = patience
        self._random = randomness
        self._started = anyio.current_time()
        self._deadline = self._started + (
            math.inf if patience.timeout is None else patience.timeout
        )
        self._seen = Sightings()
        self._look: Look | None = None
        self._retry_after: float | None = None
        self._failing_since: float | None = None
        self._is_over = False

    def __aiter__(self) -> Watch[T]:
        return self

    async def __anext__(self) -> JobUpdate[T]:
        """Return the next update, when it is due.

        Raises:
            JobError: The job gives no result, or the wait is over.
            PictoryError: The service refused to tell.
        """
        if self._is_over:
            raise StopAsyncIteration
        try:
            update = await self._next_update()
        except PictoryError:
            self._is_over = True
            raise
        self._is_over = update.is_done
        return update

    async def _next_update(self) -> JobUpdate[T]:
        with anyio.move_on_at(self._deadline):
            return self._read(await self._next_look())
        if self._look is not None and isinstance(self._look.state, Missing):
            raise self._error(JobNotFoundError, "not known to the service before the timeout")
        msg = "not done within the timeout; wait for it again to go on"
        raise self._error(JobTimeoutError, msg)

    async def _next_look(self) -> Look:
        while True:
            number = self._look.number if self._look is not None else 0
            try:
                look = await self._shared.next(number, self._pause())
            except PictoryError as exc:
                if isinstance(exc, ClosedError) or not isinstance(exc, _PASSING):
                    exc.add_note(f"while waiting for job {self._job_id}")
                    raise
                self._miss(exc)
            else:
                self._look = look
                if not isinstance(look.state, Missing) or not self._is_young:
                    self._failing_since = None
                    self._retry_after = look.retry_after
                    return look
                self._seen = self._seen.after(self._elapsed, None)

    def _pause(self) -> float:
        """Return the seconds until the next look, the last of which comes before the deadline."""
        if self._seen.looks == 0:
            return 0.0
        delay = self._schedule.delay(self._seen, self._random())
        delay = max(delay, self._retry_after or 0.0)
        remaining = self._deadline - anyio.current_time()
        margin = min(_LAST_LOOK, (self._patience.timeout or 0.0) / 10)
        if delay < remaining - margin:
            return delay
        # The last look, or the end of the wait where that was the last.
        return remaining - margin if remaining > 1.1 * margin else remaining + 1

    def _miss(self, error: PictoryError) -> None:
        """Count a look that told nothing, and give up when there were none for too long."""
        if isinstance(error, NotFoundError) and self._look is None and not self._is_young:
            raise self._error(JobNotFoundError, error.message, error.code) from error
        now = anyio.current_time()
        if self._failing_since is None:
            self._failing_since = now
            _log.warning("cannot look at job %s: %s", self._job_id, error)
        if now - self._failing_since >= self._patience.outage:
            msg = f"could not be looked at for {self._patience.outage:.0f} s"
            raise self._error(JobOutageError, msg) from error
        self._seen = self._seen.after(self._elapsed, None)
        self._retry_after = getattr(error, "retry_after", None)

    def _read(self, look: Look) -> JobUpdate[T]:
        if isinstance(look.state, Running):
            self._looks.mention(look.state, self._job_id)
        update = read_update(
            look.answer, look.state, self._job_id, self._kind, elapsed=self._elapsed
        )
        self._seen = self._seen.after(update.elapsed, update.progress)
        return update

    @property
    def _elapsed(self) -> float:
        return anyio.current_time() - self._started

    @property
    def _is_young(self) -> bool:
        return self._elapsed < _NOT_FOUND_GRACE

    def _error(self, error: type[JobError], message: str, code: str | None = None) -> JobError:
        data: Json = self._look.state.data if self._look is not None else {}
        return error(self._job_id, code, message, data)
