"""All waiting of one client: its schedule, its looks, and the two ways to wait."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypeVar, cast

import anyio
import attrs

from pictory_async._callbacks import call
from pictory_async._endpoints.jobs import job_id_of
from pictory_async._errors import InvalidRequestError, PictoryError
from pictory_async._models.base import short
from pictory_async._waiting.schedule import Schedule
from pictory_async._waiting.wait import Terms, Wait
from pictory_async._wire.results import kind_of


if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable

    from pictory_async._models.jobs import Job, JobUpdate
    from pictory_async._waiting.history import History
    from pictory_async._waiting.looks import Looks
    from pictory_async._waiting.wait import Patience

    OnProgress: TypeAlias = Callable[[JobUpdate[Any]], Awaitable[object] | object]


T = TypeVar("T")


class Watch(Generic[T]):
    """The updates of one job, one for each look, until the job ends.

    Iterating raises where the job does not give its result: a failed, cleaned or unknown job, a
    timeout, an outage. There is no task behind it; a look is made when the next update is wanted
    and due.
    """

    def __init__(self, wait: Wait[T], looks: Looks) -> None:
        self._wait = wait
        # Held, so that others that wait for the same job find what was seen.
        self._shared = looks.at(wait.job_id)
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
        with anyio.move_on_at(self._wait.deadline):
            while True:
                update = await self._next_look()
                if update is not None:
                    return update
        raise self._wait.timeout()

    async def _next_look(self) -> JobUpdate[T] | None:
        try:
            look = await self._shared.next(self._wait.number, self._wait.pause())
        except PictoryError as exc:
            self._wait.missed(exc)
            return None
        return self._wait.saw(look)


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
    async def watch(
        self, job: Job[T] | str, patience: Patience, schedule: Schedule | None = None
    ) -> AsyncGenerator[Watch[T]]:
        """Yield the job's updates."""
        yield self._watch(job, patience, schedule)

    async def wait(
        self,
        job: Job[T] | str,
        patience: Patience,
        schedule: Schedule | None = None,
        on_progress: OnProgress | None = None,
    ) -> T:
        """Return the job's result."""
        watch = self._watch(job, patience, schedule)
        while True:
            update = await anext(watch)
            if on_progress is not None:
                await call(on_progress, update)
            if update.result is not None:
                return update.result

    def _watch(self, job: Job[T] | str, patience: Patience, schedule: Schedule | None) -> Watch[T]:
        wait = Wait(job_id_of(job), kind_of(job), self.terms(patience, schedule))
        return Watch(wait, self.looks)

    def terms(self, patience: Patience, schedule: Schedule | None = None) -> Terms:
        """Return what waits have in common.

        Raises:
            InvalidRequestError: The schedule is none.
        """
        if schedule is not None and not isinstance(cast("object", schedule), Schedule):
            expected = "a schedule, such as schedules.Fixed(), or None"
            raise InvalidRequestError("schedule", expected, short(schedule))
        return Terms(
            looks=self.looks,
            history=self._history,
            schedule=schedule or self._schedule,
            patience=patience,
            randomness=self._randomness,
        )
