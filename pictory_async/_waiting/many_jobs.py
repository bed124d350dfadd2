"""Waiting for many jobs at once: an outcome for each, in the order in which they end."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import aclosing, asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Any, Final

import anyio

from pictory_async._arguments import iterable_of
from pictory_async._callbacks import each_of
from pictory_async._endpoints.jobs import job_id_of
from pictory_async._errors import InvalidRequestError
from pictory_async._models.events import RateLimited
from pictory_async._models.jobs import Job
from pictory_async._models.outcomes import Outcome, Timings
from pictory_async._tasks import owned_tasks
from pictory_async._waiting.outcomes import Outcomes, Reporter
from pictory_async._waiting.scheduler import LookScheduler
from pictory_async._wire.results import kind_of


if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterable, Callable, Generator, Iterable

    from pictory_async._errors import PictoryError
    from pictory_async._models.events import Event
    from pictory_async._models.jobs import JobUpdate
    from pictory_async._transport.budget import OnRateLimit
    from pictory_async._waiting.wait import WaitContext


# With so many outcomes unread, no further job is looked at: what has ended keeps at the service.
_UNREAD: Final = 1000


@contextmanager
def telling_of_rate_limits(
    tell: Callable[[Event], None], on_rate_limit: set[OnRateLimit]
) -> Generator[None]:
    """Tell of each 429 within the block."""

    def limited(pause: float, rate: float) -> None:
        tell(RateLimited(pause=pause, rate=rate))

    on_rate_limit.add(limited)
    try:
        yield
    finally:
        on_rate_limit.discard(limited)


class _Many:
    """One call of `wait_for_jobs`."""

    def __init__(self, scheduler: LookScheduler, context: WaitContext) -> None:
        self.outcomes = Outcomes[Any](self._was_read)
        self._scheduler = scheduler
        self._context = context
        self._pending = 0
        self._is_fed = False
        self._error: Exception | None = None

    async def feed(self, jobs: Iterable[Job[Any] | str] | AsyncIterable[Job[Any] | str]) -> None:
        """Wait for each of the jobs."""
        try:
            async with aclosing(each_of(jobs)) as given:
                async for job in given:
                    job_id, kind = job_id_of(job), kind_of(job)
                    self._pending += 1
                    listener = _PendingJob(self, job_id, job)
                    self._scheduler.wait_for(job_id, kind, self._context, listener)
        except Exception as exc:  # noqa: BLE001 - raised when the jobs so far have their outcomes
            self._error = exc
        self._is_fed = True
        self._finish_if_done()

    def take_outcome(self, outcome: Outcome[Any]) -> None:
        """Take the outcome of a job."""
        self._pending -= 1
        self.outcomes.put(outcome)
        if self.outcomes.unread >= _UNREAD:
            self._scheduler.hold()
        self._finish_if_done()

    def _finish_if_done(self) -> None:
        if self._is_fed and self._pending == 0:
            self.outcomes.finish(self._error)

    def _was_read(self) -> None:
        if self.outcomes.unread < _UNREAD:
            self._scheduler.go_on()


class _PendingJob(Reporter):
    """One job that is waited for."""

    __slots__ = ("_began", "_job", "_many")

    def __init__(self, many: _Many, job_id: str, job: Job[Any] | str) -> None:
        super().__init__(job_id, many.outcomes)
        self._many = many
        self._job = job
        self._began = anyio.current_time()

    async def saw(self, update: JobUpdate[Any]) -> None:
        self.report(update)
        if update.is_done:
            self._end(update.result, None)

    def missed(self, error: PictoryError) -> None:
        self.report_outage(str(self.key), error)

    def failed(self, error: Exception) -> None:
        self._end(None, error)

    def _end(self, value: object, error: Exception | None) -> None:
        outcome = Outcome(
            key=self.key,
            value=value,
            error=error,
            jobs=(self._job,) if isinstance(self._job, Job) else (),
            timings=Timings(total=anyio.current_time() - self._began),
        )
        self._many.take_outcome(outcome)


@asynccontextmanager
async def wait_for_many(
    jobs: Iterable[Job[Any] | str] | AsyncIterable[Job[Any] | str],
    context: WaitContext,
    on_rate_limit: set[OnRateLimit],
) -> AsyncGenerator[Outcomes[Any]]:
    """Wait for jobs within a block, and yield their outcomes.

    Args:
        jobs: The jobs, or their ids.
        context: What their waits have in common.
        on_rate_limit: Whom the client's budget tells of a 429.
    """
    iterable_of("jobs").check_argument("jobs", jobs)
    if isinstance(jobs, Mapping):
        expected = "an iterable of jobs, such as the values of a mapping"
        raise InvalidRequestError("jobs", expected, "a mapping")
    scheduler = LookScheduler(context.looks)
    many = _Many(scheduler, context)
    try:
        with telling_of_rate_limits(many.outcomes.tell, on_rate_limit):
            async with owned_tasks() as tasks:
                tasks.start_soon(scheduler.look_when_due)
                tasks.start_soon(many.feed, jobs)
                yield many.outcomes
    finally:
        many.outcomes.close()
