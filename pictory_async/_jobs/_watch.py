"""Waiting for one job: an update for each look."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

import anyio

from pictory_async._errors import PictoryError


if TYPE_CHECKING:
    from pictory_async._jobs._looks import Looks
    from pictory_async._jobs._wait import Wait
    from pictory_async._models.jobs import JobUpdate


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
