"""Looks at jobs: who waits for which job, and one look for everybody who does."""

from __future__ import annotations

import copy
import logging
import math
from itertools import count
from typing import TYPE_CHECKING, Protocol

from pictory_async._retry import Repeat
from pictory_async._tasks import LoopWatch, ServedLoop, SingleFlight
from pictory_async._wire.job_states import Completed, Look, Running, job_state
from pictory_async._wire.protocol import retry_after


if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from pictory_async._wire.job_states import JobState
    from pictory_async._wire.protocol import Answer

    Ask = Callable[[str, Repeat], Awaitable[Answer]]


_log = logging.getLogger("pictory_async")


class Waiter(Protocol):
    """Whoever waits for a job."""

    job_id: str
    look: Look | None
    """The latest look that anybody took; whether the waiter has taken it in is its own affair."""

    @property
    def news(self) -> Look | None:
        """The look where the waiter has not taken it in, or None."""
        ...

    def wake(self) -> None:
        """Go on at once: there is a look to take in, or it is time for a new one."""
        ...


class Looks:
    """All looks of one client, and all that wait for them.

    Args:
        ask: Asks the service about a job.
        served: The event loop that the client serves.
        places: How many of them may be under way in one wait for many jobs.
    """

    def __init__(
        self, ask: Ask, served: ServedLoop | None = None, places: float = math.inf
    ) -> None:
        self.places = places
        self._ask = ask
        self._numbers = count(1)
        # Nearly every job is waited for once, so the others are kept apart: a list each costs more.
        self._first: dict[str, Waiter] = {}
        self._others: dict[str, list[Waiter]] = {}
        self._flights: dict[str, SingleFlight[Look]] = {}
        self._hinted: set[str] = set()
        self._strange: set[tuple[str | None, str]] = set()
        self._watch = LoopWatch(served)

    def asked_by(self, ask: Ask) -> Looks:
        """Return the same looks, for whoever asks in another way: what one sees, all see."""
        looks = copy.copy(self)
        looks._ask = ask  # noqa: SLF001 - it is one of these
        return looks

    def join(self, waiter: Waiter) -> None:
        """Let somebody wait for a job, and know at once what the others know of it."""
        self._forget_another_loop()
        first = self._first.setdefault(waiter.job_id, waiter)
        if first is not waiter:
            waiter.look = first.look
            self._others.setdefault(waiter.job_id, []).append(waiter)

    def leave(self, waiter: Waiter) -> None:
        """Let somebody wait no more; whoever has left may leave again."""
        job_id, others = waiter.job_id, self._others.get(waiter.job_id, [])
        if waiter in others:
            others.remove(waiter)
        elif self._first.get(job_id) is waiter:
            if others:
                self._first[job_id] = others.pop(0)
            else:
                del self._first[job_id]
                self._hinted.discard(job_id)
        if not others:
            self._others.pop(job_id, None)

    def hint(self, job_id: str) -> bool:
        """Look at a job now, if anybody waits for it, and return whether somebody does.

        A look that is under way may have been answered before there was something to see. So
        another one follows it.
        """
        if self._first:
            self._forget_another_loop()
        if job_id not in self._first:
            return False
        self._hinted.add(job_id)
        for waiter in self._waiters(job_id):
            waiter.wake()
        return True

    def is_hinted(self, job_id: str) -> bool:
        """Tell whether there was a hint, and no look since."""
        return job_id in self._hinted

    async def look_for(self, waiter: Waiter) -> Look:
        """Return a look that a waiter has not taken in: one that is there, or a new one.

        Raises:
            PictoryError: The look told nothing of the job.
        """
        while (news := waiter.news) is None:
            # It may have begun before another one that was taken in meanwhile, and be no news.
            _deliver(await self._shared(waiter.job_id), waiter)
        return news

    def look_now(self, job_id: str) -> Awaitable[Look]:
        """Look at a job for somebody who does not wait for it, and let those who do see it.

        It is shared with nobody: a look that is under way may have been answered before this call,
        and whoever waits must not be held up by this one's repetitions.

        Raises:
            PictoryError: The service did not tell.
        """
        if self._first:
            self._forget_another_loop()
        return self._look_once(job_id, Repeat.FREELY)

    async def _shared(self, job_id: str) -> Look:
        flight = self._flights.get(job_id)
        if flight is None:
            flight = self._flights[job_id] = SingleFlight()
        try:
            return await flight.share(lambda: self._look_once(job_id, Repeat.NEVER))
        finally:
            if not flight.users and self._flights.get(job_id) is flight:
                del self._flights[job_id]

    async def _look_once(self, job_id: str, repeat: Repeat) -> Look:
        # Before it is sent: a hint that comes from now on is not about this look.
        self._hinted.discard(job_id)
        # Numbered when it begins: of two looks that cross, the later one is the news.
        number = next(self._numbers)
        answer = await self._ask(job_id, repeat)
        look = Look(number, job_state(answer), retry_after(answer.headers))
        self._mention(look.state, job_id)
        for waiter in self._waiters(job_id):
            _deliver(look, waiter)
        return look

    def _waiters(self, job_id: str) -> tuple[Waiter, ...]:
        first = self._first.get(job_id)
        return () if first is None else (first, *self._others.get(job_id, ()))

    def _mention(self, state: JobState, job_id: str) -> None:
        """Say once in the log that there is a state that no page documents, and what it means."""
        match state:
            case Running(known=False, status=status):
                meaning = "running"
            case Completed(strange=str() as status):
                meaning = "done, for its result is there"
            case _:
                return
        if (status, meaning) not in self._strange:
            self._strange.add((status, meaning))
            _log.warning("job %s has status %r; taken for %s", job_id, status, meaning)

    def _forget_another_loop(self) -> None:
        """Forget who waited on an event loop that is over, and did not come to leave."""
        if self._watch.has_changed():
            self._first.clear()
            self._others.clear()
            self._flights.clear()
            self._hinted.clear()


def _deliver(look: Look, waiter: Waiter) -> None:
    """Let a waiter have a look, unless it has one that began later."""
    if waiter.look is None or waiter.look.number < look.number:
        waiter.look = look
        waiter.wake()
