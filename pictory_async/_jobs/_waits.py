"""All waiting of one client: its schedule, its looks, and the two ways to wait."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar, cast

import attrs

from pictory_async._calls import call
from pictory_async._endpoints.jobs import job_id_of
from pictory_async._errors import InvalidRequestError
from pictory_async._jobs._results import kind_of
from pictory_async._jobs._schedule import Schedule
from pictory_async._jobs._wait import Terms, Wait
from pictory_async._jobs._watch import Watch
from pictory_async._models._base import short


if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable

    from pictory_async._jobs._history import History
    from pictory_async._jobs._looks import Looks
    from pictory_async._jobs._patience import Patience
    from pictory_async._models.jobs import Job, JobUpdate

    OnProgress: TypeAlias = Callable[[JobUpdate[Any]], Awaitable[object] | object]


T = TypeVar("T")


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
