"""Waiting for thousands of jobs: one heap of due times and a few workers."""

from __future__ import annotations

import heapq
import math
from itertools import count
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar

import anyio

from pictory_async._errors import PictoryError
from pictory_async._waiting.wait import LATE_LOOK_SECONDS, LATE_SECONDS, Wait


if TYPE_CHECKING:
    from anyio.abc import TaskGroup

    from pictory_async._models.jobs import JobUpdate
    from pictory_async._waiting.looks import Looks
    from pictory_async._waiting.wait import WaitContext


T = TypeVar("T")

# Looks on their way at once; the slots and the budget of the client bound them further.
_PLACES: Final = 50
# A look that takes longer than this gives its place away, and is waited for all the same: one whose
# answer drips in byte by byte would keep all other jobs from being seen.
_STUCK_SECONDS: Final = 1.0
# So many may be under way in all.
_MOST_LOOKS: Final = 500


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


class _Places:
    """The places for looks that are under way, without those that are stuck.

    Args:
        most: How many may be under way, stuck or not.
    """

    def __init__(self, most: float) -> None:
        self._most = most
        self._numbers = count()
        # The oldest comes first.
        self._began: dict[int, float] = {}
        self._stuck: set[int] = set()
        self._freed = anyio.Event()

    async def wait_for_free(self) -> None:
        """Wait until there is room for one more look."""
        while not self._has_room():
            self._freed = anyio.Event()
            oldest = next(iter(self._began.values()), math.inf)
            with anyio.move_on_at(oldest + _STUCK_SECONDS):
                await self._freed.wait()

    def take(self, now: float) -> int:
        """Take a place, and return its number."""
        number = next(self._numbers)
        self._began[number] = now
        return number

    def give_back(self, number: int) -> None:
        """Give a place back."""
        if self._began.pop(number, None) is None:
            self._stuck.discard(number)
        self._freed.set()

    def _has_room(self) -> bool:
        if len(self._began) >= _PLACES:
            now = anyio.current_time()
            for number, began in [*self._began.items()]:
                if now < began + _STUCK_SECONDS:
                    break
                del self._began[number]
                self._stuck.add(number)
        return len(self._began) < _PLACES and len(self._began) + len(self._stuck) < self._most


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
        # How many of them wait to be the one that waits for the next due time.
        self._resting = 0
        self._places = _Places(min(_MOST_LOOKS, looks.places))
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
            self._resting += 1
            async with self._picking:
                self._resting -= 1
                await self._places.wait_for_free()
                wait = await self._next_due()
                if not self._resting:
                    self._hire(tasks)
            now = anyio.current_time()
            place = self._places.take(now)
            try:
                if await self._look_at(wait, now):
                    self._push_next(wait)
            finally:
                self._places.give_back(place)
            if self._workers > _PLACES and self._resting:
                # It was hired while others were stuck.
                self._workers -= 1
                return

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

    async def _look_at(self, wait: _ScheduledWait[Any], now: float) -> bool:
        """Look at a job, and return whether to look again."""
        is_late = now > wait.due + LATE_SECONDS and now > wait.deadline
        ends = now + LATE_LOOK_SECONDS if is_late else 0.0
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
                # In a long pause a look fails at once, without a place to be cancelled at; and a
                # late look is the last.
                if anyio.current_time() >= wait.deadline:
                    raise wait.timeout() from exc
                return True
            update = wait.take_in(look)
            if update is None:
                return True
        if update is None:
            now = anyio.current_time()
            if ends == wait.deadline and now > ends + LATE_SECONDS:
                return await self._look(wait, now + LATE_LOOK_SECONDS)
            raise wait.timeout()
        await wait.listener.saw(update)
        if not update.is_done and anyio.current_time() >= wait.deadline:
            raise wait.timeout()
        return not update.is_done

    def _fail(self, wait: _ScheduledWait[Any], error: Exception) -> None:
        self._looks.leave(wait)
        wait.listener.failed(error)
