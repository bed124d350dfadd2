"""Looks at jobs, one for everybody who waits for the same job."""

from __future__ import annotations

import logging
from itertools import count
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

import anyio
import attrs

from pictory_async._tasks import SingleFlight
from pictory_async._wire.job_states import JobState, Running, job_state
from pictory_async._wire.protocol import Answer, retry_after


if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator


_log = logging.getLogger("pictory_async")


@attrs.frozen
class Look:
    """What one look saw.

    Args:
        number: Which look of this client it was, from 1.
        state: The job's state.
        answer: The answer that told it.
    """

    number: int
    state: JobState
    answer: Answer

    @property
    def retry_after(self) -> float | None:
        """The seconds that the service asked to wait before the next look, or None."""
        return retry_after(self.answer.headers)


@attrs.define(eq=False)
class SharedLooks:
    """The looks at one job, for everybody who waits for it."""

    _look: Callable[[], Awaitable[Answer]]
    _numbers: Iterator[int]
    _latest: Look | None = None
    _flight: SingleFlight[Look] = attrs.field(factory=SingleFlight[Look], init=False)
    _news: anyio.Event = attrs.field(factory=anyio.Event, init=False)

    async def next(self, after: int, delay: float) -> Look:
        """Return a look that is newer than number `after`.

        It is somebody else's, if there is one within the delay; otherwise a new one.
        """
        if delay > 0 and not self._has_newer(after):
            with anyio.move_on_after(delay):
                await self._news.wait()
        latest = self._latest
        if latest is None or latest.number <= after:
            return await self._flight.run(self._take)
        return latest

    def _has_newer(self, after: int) -> bool:
        return self._latest is not None and self._latest.number > after

    async def _take(self) -> Look:
        answer = await self._look()
        self._latest = Look(next(self._numbers), job_state(answer), answer)
        self._news.set()
        self._news = anyio.Event()
        return self._latest


class Looks:
    """All looks of one client.

    Args:
        look: Asks the service about a job.
    """

    def __init__(self, look: Callable[[str], Awaitable[Answer]]) -> None:
        self._look = look
        self._numbers = count(1)
        self._jobs: WeakValueDictionary[str, SharedLooks] = WeakValueDictionary()
        self._strange: set[str | None] = set()

    def at(self, job_id: str) -> SharedLooks:
        """Return the looks at a job, which live as long as somebody holds them."""
        shared = self._jobs.get(job_id)
        if shared is None:
            shared = self._jobs[job_id] = SharedLooks(lambda: self._look(job_id), self._numbers)
        return shared

    def mention(self, state: Running, job_id: str) -> None:
        """Say once in the log that there is a state that no page documents."""
        if not state.known and state.status not in self._strange:
            self._strange.add(state.status)
            _log.warning("job %s has status %r; taken for running", job_id, state.status)
