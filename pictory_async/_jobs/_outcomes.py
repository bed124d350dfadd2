"""What a batch gives its reader: outcomes as they come, and the events in between."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Final, Generic, TypeVar

import anyio
import anyio.lowlevel

from pictory_async._models.events import Ended, Progressed
from pictory_async._models.outcomes import Outcome


if TYPE_CHECKING:
    from collections.abc import Callable

    from pictory_async._models.events import Event


T = TypeVar("T")

# A reader of events that is this far behind gets no news of progress.
_BACKLOG: Final = 1000


class Queue(Generic[T]):
    """An async iterator of what was put in, for one reader.

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
        while not self._values:
            if self._is_finished:
                error, self._error = self._error, None
                if error is not None:
                    raise error
                raise StopAsyncIteration
            await self._news.wait()
        # A reader that never has to wait lets the others run all the same.
        await anyio.lowlevel.checkpoint()
        return self._values.popleft()

    def __len__(self) -> int:
        """Return how many values nobody has read yet."""
        return len(self._values)

    def put(self, value: T) -> None:
        """Add a value."""
        self._values.append(value)
        self._wake()

    def rest(self) -> list[T]:
        """Take all values that nobody has read."""
        rest = list(self._values)
        self._values.clear()
        return rest

    def finish(self, error: Exception | None = None) -> None:
        """End the iteration when all values were read.

        Args:
            error: What to raise at the end, or None.
        """
        self._is_finished = True
        self._error = self._error or error
        self._wake()

    def _wake(self) -> None:
        if self._news.statistics().tasks_waiting:
            self._news.set()
            self._news = anyio.Event()


class Events(Queue["Event"]):
    """The events of a batch, for one reader, from when they were first asked for."""

    def put(self, value: Event) -> None:
        """Add an event, unless it is mere progress and the reader is far behind."""
        if len(self) < _BACKLOG or not isinstance(value, Progressed):
            super().put(value)


class Outcomes(Generic[T]):
    """The outcomes of a batch, in the order in which they come: an async iterator.

    Attributes:
        left: After the end of the block, the outcomes that were not read, and those of items that
            were left under way: each with its jobs, which go on at the service.
    """

    def __init__(self, on_read: Callable[[], None]) -> None:
        self.left: tuple[Outcome[T], ...] = ()
        self._queue = Queue[Outcome[T]]()
        self._events: Events | None = None
        self._on_read = on_read

    def __aiter__(self) -> Outcomes[T]:
        return self

    async def __anext__(self) -> Outcome[T]:
        """Return the next outcome.

        Raises:
            StopAsyncIteration: All items have their outcomes.
            Exception: What the iterator of the items raised, after all outcomes.
        """
        outcome = await anext(self._queue)
        self._on_read()
        return outcome

    @property
    def events(self) -> Events:
        """What happens meanwhile: an async iterator of `pictory_async.events`, for one reader.

        There are none from before the first time that it is asked for. A reader that is slow may
        miss progress and nothing else. It ends with the block.
        """
        if self._events is None:
            self._events = Events()
        return self._events

    @property
    def unread(self) -> int:
        """How many outcomes wait to be read."""
        return len(self._queue)

    def put(self, outcome: Outcome[T]) -> None:
        """Add an outcome."""
        self._queue.put(outcome)
        self.tell(Ended(outcome=outcome))

    def tell(self, event: Event) -> None:
        """Add an event, where somebody reads them."""
        if self._events is not None:
            self._events.put(event)

    def finish(self, error: Exception | None = None) -> None:
        """End the iteration when all outcomes were read."""
        self._queue.finish(error)

    def close(self, under_way: tuple[Outcome[T], ...] = ()) -> None:
        """End the iteration and the events, with the block.

        Args:
            under_way: The outcomes of the items that are left under way.
        """
        self.left = (*self._queue.rest(), *under_way)
        self._queue.finish()
        self.events.finish()
