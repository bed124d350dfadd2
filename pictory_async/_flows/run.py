"""One run of a flow: how long it may take, and whom it tells what is going on."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, Final, Self, TypeAlias, TypeVar

import anyio
import attrs

from pictory_async._arguments import FUNCTION, argument
from pictory_async._callbacks import call
from pictory_async._errors import JobTimeoutError
from pictory_async._models.jobs import Job
from pictory_async._waiting.patience import Patience


if TYPE_CHECKING:
    from pictory_async._transport.downloads import OnBytes
    from pictory_async._waiting.one_job import OnProgress, Waits


T = TypeVar("T")

_HOOK: Final = argument(FUNCTION.or_none)
# So long a file may be on its way though its video was done in the last moment.
_LEAST_SECONDS: Final = 60.0

OnJob: TypeAlias = Callable[[Job[Any]], Awaitable[object] | object]


@attrs.frozen(kw_only=True)
class Hooks:
    """What a flow calls while it runs; each may be async, or None.

    Args:
        on_job: Called with each job, once it has an id.
        on_progress: Called after each look at a job.
        on_bytes: Called while a file is on its way.
    """

    on_job: OnJob | None = attrs.field(default=None, validator=_HOOK)
    on_progress: OnProgress | None = attrs.field(default=None, validator=_HOOK)
    on_bytes: OnBytes | None = attrs.field(default=None, validator=_HOOK)


@attrs.frozen
class Run:
    """One run of a flow.

    Args:
        waits: What waits for jobs.
        hooks: Whom to tell.
        ends: When the time is up, on the event loop's clock; infinite for never.
        timeout: How long it was, or None for no end.
    """

    _waits: Waits
    hooks: Hooks
    _ends: float
    _timeout: float | None

    @classmethod
    def start(cls, waits: Waits, hooks: Hooks, timeout: float | None) -> Self:
        """Start the clock.

        Raises:
            InvalidRequestError: The timeout is none.
        """
        seconds = Patience(timeout=timeout).timeout
        ends = anyio.current_time() + (math.inf if seconds is None else seconds)
        return cls(waits, hooks, ends, seconds)

    async def finish_job(self, job: Job[T]) -> T:
        """Tell of a new job, wait for it within the time that is left, and return its result.

        Raises:
            JobError: The job failed, or the time is up.
        """
        if self.hooks.on_job is not None:
            await call(self.hooks.on_job, job)
        context = self._waits.context(self._time_left())
        return await self._waits.result_of(job, context, self.hooks.on_progress)

    def check_time(self, job: Job[Any]) -> None:
        """Refuse a further step when the time is up: what is made then would be paid for in vain.

        Args:
            job: The one that the step follows.

        Raises:
            JobTimeoutError: The time is up.
        """
        if anyio.current_time() >= self._ends:
            msg = "done, but the time was up before the next step was submitted"
            raise JobTimeoutError(job.id, None, msg)

    def seconds_to_download(self) -> float:
        """Return how long the file of a video that was just done may be on its way."""
        return seconds_to_download(self._ends, self._timeout)

    def _time_left(self) -> Patience:
        if self._ends == math.inf:
            return Patience(timeout=None)
        return Patience(timeout=max(self._ends - anyio.current_time(), 0.001))


def seconds_to_download(ends: float, timeout: float | None) -> float:
    """Return how long the file of a video that was just done may be on its way.

    Args:
        ends: When the time of its jobs is up, on the event loop's clock; infinite for never.
        timeout: How long that time was, or None for no end.
    """
    least = math.inf if timeout is None else min(timeout, _LEAST_SECONDS)
    return max(ends - anyio.current_time(), least)
