"""What a client has seen of its own jobs: when it submitted them, and how long they took."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, Final

import anyio

from pictory_async._errors import ConfigurationError
from pictory_async._tasks import LoopWatch, ServedLoop
from pictory_async._waiting.durations import Durations


# Of more jobs than this nobody waits any more: the oldest are forgotten.
_MOST_BIRTHS: Final = 200_000


class History:
    """The births of this client's jobs, and the durations of those that ended, by kind.

    Args:
        served: The event loop that the client serves.
    """

    def __init__(self, served: ServedLoop | None = None) -> None:
        # In the order in which they were submitted.
        self._births: dict[str, float] = {}
        self._watch = LoopWatch(served)
        self._durations: dict[type[Any] | None, Durations] = {}

    def remember_submit(self, job_id: str) -> None:
        """Remember that a job was submitted just now."""
        self._forget_another_loop()
        self._births[job_id] = anyio.current_time()
        if len(self._births) > _MOST_BIRTHS:
            del self._births[next(iter(self._births))]

    def birth(self, job_id: str) -> float | None:
        """Return when a job was submitted, on the event loop's clock; None for another's job."""
        self._forget_another_loop()
        return self._births.get(job_id)

    def learn_end(self, job_id: str, kind: type[Any] | None, low: float, high: float) -> None:
        """Learn from a job of this client that was seen done.

        Args:
            job_id: The job.
            kind: The type of its result.
            low: Seconds from its birth to the last look that saw it at work.
            high: Seconds from its birth to the look that saw it done.
        """
        if self._births.pop(job_id, None) is not None:
            self._durations[kind] = self.durations(kind).after(low, high)

    def durations(self, kind: type[Any] | None) -> Durations:
        """Return what is known of the durations of jobs of a kind."""
        return self._durations.get(kind, Durations())

    def _forget_another_loop(self) -> None:
        """Forget the births by the clock of an event loop that is over."""
        # The id of a job that was just submitted comes out, whoever else uses this client.
        with suppress(ConfigurationError):
            if self._watch.has_changed():
                self._births.clear()
