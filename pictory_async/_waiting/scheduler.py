"""Waiting for thousands of jobs: one heap of due times and a few workers."""

from __future__ import annotations

import heapq
import math
from itertools import count
from typing import TYPE_CHECKING, Any, Final, Generic, Protocol, TypeVar

import anyio
import attrs

from pictory_async._errors import PictoryError


if TYPE_CHECKING:
    from anyio.abc import TaskGroup

    from pictory_async._models.jobs import JobUpdate
    from pictory_async._waiting.looks import Looks
    from pictory_async._waiting.wait import Wait


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


@attrs.define(eq=False)
class _Member(Generic[T]):
    """One wait in the crowd; smaller than a task by far."""

    wait: Wait[T]
    listener: Listener


class Crowd:
    """Wait for many jobs at once, without a task for each.

    Args:
        looks: The client's looks.
    """

    def __init__(self, looks: Looks) -> None:
        self._looks = looks
        self._heap: list[tuple[float, int, _Member[Any]]] = []
        self._order = count()
        self._workers = 0
        self._picking = anyio.Lock(fast_acquire=True)
        self._news = anyio.Event()
        self._may_look = anyio.Event()
        self._may_look.set()

    async def run(self) -> None:
        """Look at the jobs when they are due, until cancelled."""
        async with anyio.create_task_group() as tasks:
            self._hire(tasks)

    def add(self, wait: Wait[Any], listener: Listener) -> None:
        """Wait for one more job."""
        self._push(_Member(wait, listener), anyio.current_time())

    def hold(self) -> None:
        """Look at nothing until `go_on`."""
        if self._may_look.is_set():
            self._may_look = anyio.Event()

    def go_on(self) -> None:
        """Look again."""
        self._may_look.set()

    def _push(self, member: _Member[Any], now: float) -> None:
        try:
            due = min(now + member.wait.pause(), member.wait.deadline)
        except Exception as exc:  # noqa: BLE001 - a schedule of the caller may raise anything
            member.listener.failed(exc)
            return
        heapq.heappush(self._heap, (due, next(self._order), member))
        if self._heap[0][2] is member:
            self._news.set()

    def _hire(self, tasks: TaskGroup) -> None:
        self._workers += 1
        tasks.start_soon(self._work, tasks)

    async def _work(self, tasks: TaskGroup) -> None:
        while True:
            async with self._picking:
                due, member = await self._next_due()
                if self._workers < _WORKERS and not self._picking.statistics().tasks_waiting:
                    self._hire(tasks)
            if await self._look_at(member, due):
                self._push(member, anyio.current_time())

    async def _next_due(self) -> tuple[float, _Member[Any]]:
        while True:
            await self._may_look.wait()
            due = self._heap[0][0] if self._heap else math.inf
            if due <= anyio.current_time():
                _, _, member = heapq.heappop(self._heap)
                return due, member
            self._news = anyio.Event()
            with anyio.move_on_at(due):
                await self._news.wait()

    async def _look_at(self, member: _Member[Any], due: float) -> bool:
        """Look at a job, and return whether to look again."""
        now = anyio.current_time()
        ends = now + _LATE_LOOK_SECONDS if now > due + _LATE_SECONDS else 0.0
        try:
            return await self._look(member, max(ends, member.wait.deadline))
        except Exception as exc:  # noqa: BLE001 - a hook of the caller may raise anything
            member.listener.failed(exc)
            return False

    async def _look(self, member: _Member[Any], ends: float) -> bool:
        wait, update = member.wait, None
        with anyio.move_on_at(ends):
            try:
                look = await self._looks.at(wait.job_id).next(wait.number, 0)
            except PictoryError as exc:
                if wait.missed(exc):
                    member.listener.missed(exc)
                # In a long pause a look fails at once, without a place to be cancelled at.
                if anyio.current_time() >= ends:
                    raise wait.timeout() from exc
                return True
            update = wait.saw(look)
            if update is None:
                return True
        if update is None:
            raise wait.timeout()
        await member.listener.saw(update)
        return not update.is_done
