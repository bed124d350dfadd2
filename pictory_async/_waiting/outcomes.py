"""What a batch gives its reader: outcomes as they come, and the events in between."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

import anyio
import anyio.lowlevel

from pictory_async._models.events import Ended, Outage, Progressed, RateLimited, StateChanged
from pictory_async._models.outcomes import Outcome


if TYPE_CHECKING:
    from collections.abc import Callable

    from pictory_async._errors import PictoryError
    from pictory_async._models.events import Event
    from pictory_async._models.jobs import JobUpdate
    from pictory_async._models.outcomes import Key


T = TypeVar("T")

# A reader of events that is this far behind gets no news of progress.
_BACKLOG: Final = 1000


class Queue(Generic[T]):
    """An async iterator of what was put in; several readers share it.

    Iterating waits for the next value, and ends when there will be none.
    """

    def __init__(self) -> None:
        self._values: deque[T] = deque()
        self._news = anyio.Event()
        self._error: Exception | None = None
        self._is_finished = False

    def __aiter__(self) -> Queue[T]:
        return self

    async def __anext__(self) -> T:
        """Return the next value.

        Raises:
            StopAsyncIteration: There will be none.
            Exception: What ended it too early, after all values.
        """
        # A reader that never has to wait lets the others run all the same; and what is taken is
        # returned at once, so that no cancellation can lose it.
        await anyio.lowlevel.checkpoint()
        while not self._values:
            if self._is_finished:
                error = self.taken_error()
                if error is not None:
                    raise error
                raise StopAsyncIteration
            await self._news.wait()
        return self._values.popleft()

    def __len__(self) -> int:
        """Return how many values nobody has read yet."""
        return len(self._values)

    def put(self, value: T) -> None:
        """Add a value."""
        self._values.append(value)
        self._wake_readers()

    def rest(self) -> list[T]:
        """Take all values that nobody has read."""
        rest = list(self._values)
        self._values.clear()
        return rest

    def taken_error(self) -> Exception | None:
        """Return what ended it too early, once."""
        error, self._error = self._error, None
        return error

    def finish(self, error: Exception | None = None) -> None:
        """End the iteration when all values were read.

        Args:
            error: What to raise at the end, or None.
        """
        self._is_finished = True
        self._error = self._error or error
        self._wake_readers()

    def _wake_readers(self) -> None:
        if self._news.statistics().tasks_waiting:
            self._news.set()
            self._news = anyio.Event()


class Events(Queue["Event"]):
    """The events of a batch, from when they were first asked for.

    Args:
        on_end: Called when somebody reads that an item ended.
        error: Returns what is to be raised after the last event, or None.
    """

    def __init__(self, on_end: Callable[[], None], error: Callable[[], Exception | None]) -> None:
        super().__init__()
        self.ends: int = 0
        """How many of those that nobody has read yet say that an item ended."""
        self.ends_read: int = 0
        """How many of those that somebody has read did."""
        self._on_end = on_end
        self._error_of = error

    async def __anext__(self) -> Event:
        """Return the next event.

        Raises:
            StopAsyncIteration: There will be none.
            Exception: What the iterator of the items raised, where nobody reads the outcomes.
        """
        try:
            event = await super().__anext__()
        except StopAsyncIteration:
            error = self._error_of()
            if error is not None:
                raise error from None
            raise
        if isinstance(event, Ended):
            self.ends -= 1
            self.ends_read += 1
            self._on_end()
        return event

    def put(self, value: Event) -> None:
        """Add an event, unless it is mere progress and the reader is far behind."""
        if isinstance(value, Progressed) and len(self) >= _BACKLOG:
            return
        self.ends += isinstance(value, Ended)
        super().put(value)


class Outcomes(Generic[T]):
    """The outcomes of a batch, in the order in which they come: an async iterator.

    Args:
        on_read: Called when there is room for one more.

    Attributes:
        left: After the end of the block, the outcomes that were not read, here or as events, and
            those of items that were left under way: each with its jobs, which go on at the
            service.
    """

    def __init__(self, on_read: Callable[[], None]) -> None:
        self.left: tuple[Outcome[T], ...] = ()
        self._queue = Queue[Outcome[T]]()
        self._events: Events | None = None
        self._before_events = 0
        self._is_read = False
        self._is_over = False
        self._on_read = on_read

    def __aiter__(self) -> Outcomes[T]:
        return self

    async def __anext__(self) -> Outcome[T]:
        """Return the next outcome.

        Raises:
            StopAsyncIteration: All items have their outcomes.
            Exception: What the iterator of the items raised, after all outcomes.
        """
        self._is_read = True
        outcome = await anext(self._queue)
        self._on_read()
        return outcome

    @property
    def events(self) -> Events:
        """What happens meanwhile: an async iterator of `pictory_async.events`.

        It may be read instead of the outcomes, which its `Ended` hold too, or beside them in
        another task. There are none from before the first time that it is asked for. A reader
        that is slow may miss progress and nothing else. It ends with the last outcome, or with
        the block.
        """
        if self._events is None:
            self._events = Events(self._on_read, self._untold_error)
            self._before_events = len(self._queue)
            if self._is_over:
                self._events.finish()
            # What nobody reads any more as an outcome holds up nothing.
            self._on_read()
        return self._events

    @property
    def unread(self) -> int:
        """How many outcomes nobody has read yet, here or, where nobody reads here, as events."""
        if self._is_read or self._events is None:
            return len(self._queue)
        return self._events.ends

    def _untold_error(self) -> Exception | None:
        return None if self._is_read else self._queue.taken_error()

    def _rest(self) -> list[Outcome[T]]:
        rest = self._queue.rest()
        if self._is_read or self._events is None:
            return rest
        before = self._before_events
        return rest[:before] + rest[before + self._events.ends_read :]

    def put(self, outcome: Outcome[T]) -> None:
        """Add an outcome."""
        self._queue.put(outcome)
        self.tell(Ended(outcome=outcome))

    def tell(self, event: Event) -> None:
        """Add an event, where somebody reads them."""
        if self._events is not None:
            self._events.put(event)

    def tell_of_rate_limit(self, pause: float, rate: float) -> None:
        """Tell of a 429."""
        self.tell(RateLimited(pause=pause, rate=rate))

    def finish(self, error: Exception | None = None) -> None:
        """End the iteration, and that of the events, when all were read.

        Args:
            error: What to raise at the end of the outcomes, or None.
        """
        self._is_over = True
        self._queue.finish(error)
        if self._events is not None:
            self._events.finish()

    def close(self, under_way: tuple[Outcome[T], ...], error: Exception | None) -> None:
        """End the iteration and the events, with the block.

        Args:
            under_way: The outcomes of the items that are left under way.
            error: What ended it too early, or None.
        """
        self.left = (*self._rest(), *under_way)
        self.finish(error)


class Reporter:
    """Turn what the looks at an item's jobs see into events.

    Args:
        key: The item.
        outcomes: Where events are told.
    """

    __slots__ = ("_job_id", "_outcomes", "_status", "key")

    def __init__(self, key: Key, outcomes: Outcomes[Any]) -> None:
        self.key = key
        self._outcomes = outcomes
        self._job_id: str | None = None
        self._status: str | None = None

    def report(self, update: JobUpdate[Any]) -> None:
        """Tell of a new state or of progress."""
        key, job_id = self.key, update.job_id
        if job_id != self._job_id:
            self._job_id, self._status = job_id, None
        if update.status != self._status:
            before, self._status = self._status, update.status
            self._outcomes.tell(
                StateChanged(key=key, job_id=job_id, status=update.status, before=before)
            )
        if update.progress is not None:
            progress, message = update.progress, update.message
            self._outcomes.tell(
                Progressed(key=key, job_id=job_id, progress=progress, message=message)
            )

    def report_outage(self, job_id: str, error: PictoryError) -> None:
        """Tell that a job cannot be looked at."""
        self._outcomes.tell(Outage(key=self.key, job_id=job_id, error=error))
