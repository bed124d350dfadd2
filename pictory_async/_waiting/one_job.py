"""Waiting for one job: an update for each look, or the result alone."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypeVar

import anyio
import attrs

from pictory_async._endpoints.jobs import job_id_of
from pictory_async._errors import PictoryError, name_job
from pictory_async._waiting.schedule import SCHEDULE
from pictory_async._waiting.wait import LATE_LOOK_SECONDS, LATE_SECONDS, Wait, WaitContext
from pictory_async._wire.results import kind_of


if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable

    from pictory_async._callbacks import Hook
    from pictory_async._models.jobs import Job, JobUpdate
    from pictory_async._waiting.history import History
    from pictory_async._waiting.looks import Looks
    from pictory_async._waiting.patience import Patience
    from pictory_async._waiting.schedule import Schedule

    OnProgress: TypeAlias = Callable[[JobUpdate[Any]], Awaitable[object] | object]


T = TypeVar("T")


class _WatchedWait(Wait[T]):
    """A wait that ends its pause when it is woken."""

    __slots__ = ("_news",)

    def __init__(self, job_id: str, kind: type[T] | None, context: WaitContext) -> None:
        super().__init__(job_id, kind, context)
        self._news = anyio.Event()

    def wake(self) -> None:
        """End the pause."""
        self._news.set()

    async def sleep(self) -> None:
        """Pause until the next look is due, or somebody else's has come."""
        # Made before the pause is computed: what comes in between is not missed.
        self._news = anyio.Event()
        if self.news is None and (delay := self.pause()) > 0:
            with anyio.move_on_after(delay):
                await self._news.wait()


class Watch(Generic[T]):
    """The updates of one job, one for each look, until the job ends.

    Iterating raises where the job does not give its result: a failed, cleaned or unknown job, a
    timeout, an outage. There is no task behind it; a look is made when the next update is wanted
    and due.
    """

    def __init__(self, wait: _WatchedWait[T], looks: Looks) -> None:
        self._wait = wait
        self._looks = looks
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
        except BaseException as exc:
            self._is_over = isinstance(exc, PictoryError)
            name_job(exc, self._wait.job_id)
            raise
        self._is_over = update.is_done
        return update

    async def _next_update(self) -> JobUpdate[T]:
        with anyio.move_on_at(self._wait.deadline):
            while True:
                await self._wait.sleep()
                update = await self._look()
                if update is not None:
                    return update
        if anyio.current_time() > self._wait.deadline + LATE_SECONDS:
            with anyio.move_on_after(LATE_LOOK_SECONDS):
                update = await self._look()
                if update is not None and update.is_done:
                    return update
        raise self._wait.timeout()

    async def _look(self) -> JobUpdate[T] | None:
        try:
            look = await self._looks.look_for(self._wait)
        except PictoryError as exc:
            self._wait.count_missed(exc)
            return None
        return self._wait.take_in(look)


@attrs.frozen
class Waits:
    """Wait for jobs, by one schedule and with shared looks.

    Args:
        looks: The client's looks.
        history: What the client has seen of its jobs.
        schedule: When to look, where a call does not say.
        randomness: Returns numbers from 0 to 1.
    """

    looks: Looks
    _history: History
    _schedule: Schedule
    _randomness: Callable[[], float]

    @asynccontextmanager
    async def watch(self, job: Job[T] | str, context: WaitContext) -> AsyncGenerator[Watch[T]]:
        """Yield the job's updates."""
        wait = _WatchedWait(job_id_of(job), kind_of(job), context)
        self.looks.join(wait)
        try:
            yield Watch(wait, self.looks)
        finally:
            self.looks.leave(wait)

    async def result_of(
        self,
        job: Job[T] | str,
        context: WaitContext,
        on_progress: Hook[[JobUpdate[Any]]] | None = None,
    ) -> T:
        """Wait for a job and return its result."""
        async with self.watch(job, context) as updates:
            while True:
                update = await anext(updates)
                if on_progress is not None:
                    await on_progress(update)
                if update.result is not None:
                    return update.result

    def context(self, patience: Patience, schedule: Schedule | None = None) -> WaitContext:
        """Return what waits have in common.

        Raises:
            InvalidRequestError: The schedule is none.
        """
        SCHEDULE.or_none.check_argument("schedule", schedule)
        return WaitContext(
            looks=self.looks,
            history=self._history,
            schedule=schedule or self._schedule,
            patience=patience,
            randomness=self._randomness,
        )
