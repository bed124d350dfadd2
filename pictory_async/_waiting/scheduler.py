"""Waiting for thousands of jobs: one heap of due times and a few workers."""

from __future__ import annotations

import heapq
import math
from itertools import count
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar

import anyio

from pictory_async._errors import PictoryError
from pictory_async._waiting.wait import Wait


if TYPE_CHECKING:
    from anyio.abc import TaskGroup

    from pictory_async._models.jobs import JobUpdate
    from pictory_async._waiting.looks import Looks
    from pictory_async._waiting.wait import WaitContext


T = TypeVar("T")

# Looks on their way at once; the slots and the budget of the client bound them further.
_WORKERS: Final = 50
# A look that is so late, since nobody read the outcomes or others had their turns before,
_LATE_SECONDS: Final = 2.0
# has this long, even after the deadline: the job may be done since long.
_LATE_LOOK_SECONDS: Final = 60.0


class Listener(Protocol):
    """Who wants to know what became of a wait."""

    async def saw(self, update: JobUpdate[Any]) -> None:
        """Take what a look saw; with the result, it is the last."""
        ...

    def missed(self, error: PictoryError) -> None:
        """Take the error of the first look of several that told nothing."""
        ...

    def failed(self, error: Exception) -> None:
        """Take the error that ended the wait: the job's, or what `saw` raised."""
        ...


class _ScheduledWait(Wait[T]):
    """A wait with its place in the heap; smaller than a task by far."""

    __slots__ = ("due", "listener", "place", "scheduler")

    def __init__(
        self,
        job_id: str,
        kind: type[T] | None,
        context: WaitContext,
        listener: Listener,
        scheduler: LookScheduler,
    ) -> None:
        super().__init__(job_id, kind, context)
        self.listener = listener
        self.scheduler = scheduler
        self.due = math.inf
        self.place: int | None = None
        """The number of its entry in the heap; None while it is not waiting there."""

    def wake(self) -> None:
        """Be due at once."""
        self.scheduler.advance(self)


class LookScheduler:
    """Wait for many jobs at once, without a task for each.

    Args:
        looks: The client's looks.
    """

    def __init__(self, looks: Looks) -> None:
        self._looks = looks
        # An entry whose number is no longer its wait's place is void: that wait was advanced.
        self._heap: list[tuple[float, int, _ScheduledWait[Any]]] = []
        self._numbers = count()
        self._workers = 0
        self._is_over = False
        self._picking = anyio.Lock(fast_acquire=True)
        self._news = anyio.Event()
        self._may_look = anyio.Event()
        self._may_look.set()

    async def look_when_due(self) -> None:
        """Look at the jobs when they are due, until cancelled."""
        try:
            async with anyio.create_task_group() as tasks:
                self._hire(tasks)
        finally:
            self._is_over = True
            for _, _, wait in self._heap:
                self._looks.leave(wait)

    def wait_for(
        self, job_id: str, kind: type[Any] | None, context: WaitContext, listener: Listener
    ) -> None:
        """Wait for one more job.

        Args:
            job_id: The job.
            kind: The type of its result, or None to tell it by what is in it.
            context: What its wait has in common with others.
            listener: Who wants to know.
        """
        if self._is_over:
            # A submit that was shielded when its batch was left: nobody looks here any more.
            return
        wait = _ScheduledWait(job_id, kind, context, listener, self)
        self._looks.join(wait)
        self._push_next(wait)

    def advance(self, wait: _ScheduledWait[Any]) -> None:
        """Let a wait be due at once, unless it is being looked at."""
        now = anyio.current_time()
        if wait.place is not None and wait.due > now:
            self._push(wait, now)

    def hold(self) -> None:
        """Look at nothing until `go_on`."""
        if self._may_look.is_set():
            self._may_look = anyio.Event()

    def go_on(self) -> None:
        """Look again."""
        self._may_look.set()

    def _push_next(self, wait: _ScheduledWait[Any]) -> None:
        now = anyio.current_time()
        try:
            due = now if wait.news else min(now + wait.pause(), wait.deadline)
        except Exception as exc:  # noqa: BLE001 - a schedule of the caller may raise anything
            self._fail(wait, exc)
            return
        self._push(wait, due)

    def _push(self, wait: _ScheduledWait[Any], due: float) -> None:
        wait.due, wait.place = due, next(self._numbers)
        heapq.heappush(self._heap, (due, wait.place, wait))
        if self._heap[0][2] is wait:
            self._news.set()

    def _hire(self, tasks: TaskGroup) -> None:
        self._workers += 1
        tasks.start_soon(self._work, tasks)

    async def _work(self, tasks: TaskGroup) -> None:
        while True:
            # One worker waits for the next due time, the others for this lock: else each of them
            # would be woken for every job.
            async with self._picking:
                wait = await self._next_due()
                if self._workers < _WORKERS and not self._picking.statistics().tasks_waiting:
                    self._hire(tasks)
            if await self._look_at(wait):
                self._push_next(wait)

    async def _next_due(self) -> _ScheduledWait[Any]:
        while True:
            await self._may_look.wait()
            due = self._heap[0][0] if self._heap else math.inf
            if due <= anyio.current_time():
                _, number, wait = heapq.heappop(self._heap)
                if number == wait.place:
                    # From now on it cannot be advanced: it is being looked at.
                    wait.place = None
                    return wait
                continue
            self._news = anyio.Event()
            with anyio.move_on_at(due):
                await self._news.wait()

    async def _look_at(self, wait: _ScheduledWait[Any]) -> bool:
        """Look at a job, and return whether to look again."""
        now = anyio.current_time()
        ends = now + _LATE_LOOK_SECONDS if now > wait.due + _LATE_SECONDS else 0.0
        goes_on = False
        try:
            goes_on = await self._look(wait, max(ends, wait.deadline))
        except Exception as exc:  # noqa: BLE001 - a hook of the caller may raise anything
            self._fail(wait, exc)
        finally:
            if not goes_on:
                self._looks.leave(wait)
        return goes_on

    async def _look(self, wait: _ScheduledWait[Any], ends: float) -> bool:
        update = None
        with anyio.move_on_at(ends):
            try:
                look = await self._looks.look_for(wait)
            except PictoryError as exc:
                if wait.count_missed(exc):
                    wait.listener.missed(exc)
                # In a long pause a look fails at once, without a place to be cancelled at.
                if anyio.current_time() >= ends:
                    raise wait.timeout() from exc
                return True
            update = wait.take_in(look)
            if update is None:
                return True
        if update is None:
            raise wait.timeout()
        await wait.listener.saw(update)
        return not update.is_done

    def _fail(self, wait: _ScheduledWait[Any], error: Exception) -> None:
        self._looks.leave(wait)
        wait.listener.failed(error)
