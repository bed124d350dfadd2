"""One run of a flow: how long it may take, and whom it tells what is going on."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, Self, TypeAlias, TypeVar, overload

import anyio
import attrs

from pictory_async._callbacks import Hook, hook_of
from pictory_async._errors import JobTimeoutError, name_job
from pictory_async._models.jobs import Job, JobUpdate
from pictory_async._waiting.patience import Patience


if TYPE_CHECKING:
    from collections.abc import Generator

    from pictory_async._models.results import JobResult
    from pictory_async._transport.downloads import OnBytes
    from pictory_async._waiting.one_job import OnProgress, Waits


T = TypeVar("T")

# So long a file may be on its way though its video was done in the last moment.
_LEAST_SECONDS: Final = 60.0

OnJob: TypeAlias = Callable[[Job[Any]], Awaitable[object] | object]


@attrs.frozen(kw_only=True)
class Hooks:
    """What a flow tells while it runs.

    Args:
        on_job: Told of each job, once it has an id.
        on_progress: Told of each look at a job.
        on_bytes: Told while a file is on its way.
    """

    on_job: Hook[[Job[Any]]] | None = None
    on_progress: Hook[[JobUpdate[Any]]] | None = None
    on_bytes: Hook[[int, int | None]] | None = None

    @classmethod
    def of(
        cls, on_job: OnJob | None, on_progress: OnProgress | None, on_bytes: OnBytes | None
    ) -> Self:
        """Return the hooks that the caller's functions are.

        Raises:
            InvalidRequestError: One of them cannot be called with what it is told.
        """
        return cls(
            on_job=hook_of("on_job", on_job, "job", is_display=False),
            on_progress=hook_of("on_progress", on_progress, "update"),
            on_bytes=hook_of("on_bytes", on_bytes, "done", "total"),
        )


@attrs.define(eq=False)
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
    _job_id: str | None = attrs.field(default=None, init=False)

    @classmethod
    def start(cls, waits: Waits, hooks: Hooks, timeout: float | None) -> Self:
        """Start the clock.

        Raises:
            InvalidRequestError: The timeout is none.
        """
        seconds = Patience(timeout=timeout).timeout
        ends = anyio.current_time() + (math.inf if seconds is None else seconds)
        return cls(waits, hooks, ends, seconds)

    @contextmanager
    def naming_its_job(self) -> Generator[None]:
        """Let whatever ends the block name the last job of the run, from which it can go on."""
        try:
            yield
        except BaseException as exc:
            if self._job_id is not None:
                name_job(exc, self._job_id)
            raise

    async def finish_job(self, job: Job[T]) -> T:
        """Tell of a new job, wait for it within the time that is left, and return its result.

        Raises:
            JobError: The job failed, or the time is up.
        """
        self._job_id = job.id
        if self.hooks.on_job is not None:
            await self.hooks.on_job(job)
        return await self.result_of(job)

    @overload
    async def result_of(self, job: Job[T]) -> T: ...
    @overload
    async def result_of(self, job: str) -> JobResult: ...
    async def result_of(self, job: Job[T] | str) -> T | JobResult:
        """Wait for a job that is no news within the time that is left, and return its result.

        Raises:
            JobError: The job failed, or the time is up.
        """
        self._job_id = job.id if isinstance(job, Job) else job
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
