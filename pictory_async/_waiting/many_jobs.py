"""Waiting for many jobs at once: an outcome for each, in the order in which they end."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import aclosing
from typing import TYPE_CHECKING, Any, Final

import anyio

from pictory_async._arguments import iterable_of
from pictory_async._callbacks import each_of
from pictory_async._endpoints.jobs import job_id_of
from pictory_async._errors import InvalidRequestError, UnfinishedError, name_job
from pictory_async._models.jobs import Job
from pictory_async._models.outcomes import Outcome, Timings
from pictory_async._waiting.block import Block
from pictory_async._waiting.leftovers import note_on
from pictory_async._waiting.outcomes import Outcomes, Reporter
from pictory_async._waiting.scheduler import LookScheduler
from pictory_async._wire.results import kind_of


if TYPE_CHECKING:
    from collections.abc import AsyncIterable, Iterable

    from anyio.abc import TaskGroup

    from pictory_async._errors import PictoryError
    from pictory_async._models.jobs import JobUpdate
    from pictory_async._transport.budget import OnRateLimit
    from pictory_async._waiting.wait import WaitContext


# With so many outcomes unread, no further job is looked at: what has ended keeps at the service.
_UNREAD: Final = 1000


class _Many:
    """One call of `wait_for_jobs`.

    Args:
        jobs: The jobs, or their ids.
        context: What their waits have in common.
        on_rate_limit: Whom the client's budget tells of a 429.
    """

    def __init__(
        self,
        jobs: Iterable[Job[Any] | str] | AsyncIterable[Job[Any] | str],
        context: WaitContext,
        on_rate_limit: set[OnRateLimit],
    ) -> None:
        self.yields = Outcomes[Any](self._was_read)
        self._jobs = jobs
        self._scheduler = LookScheduler(context.looks)
        self._context = context
        self._on_rate_limit = on_rate_limit
        self._under_way: dict[_PendingJob, None] = {}
        self._left: tuple[Outcome[Any], ...] = ()
        self._is_fed = False
        self._error: Exception | None = None

    def start_tasks(self, tasks: TaskGroup) -> None:
        self._on_rate_limit.add(self.yields.tell_of_rate_limit)
        tasks.start_soon(self._scheduler.look_when_due)
        tasks.start_soon(self._feed)

    def stop(self) -> None:
        self._on_rate_limit.discard(self.yields.tell_of_rate_limit)

    def close(self, error: Exception | None) -> None:
        message = "left under way; it goes on at the service, and with another wait"
        self._left = tuple(job.outcome(None, UnfinishedError(message)) for job in self._under_way)
        self._under_way.clear()
        self.yields.close(self._left, error)

    def note(self) -> str | None:
        return note_on(self._left)

    async def _feed(self) -> None:
        try:
            async with aclosing(each_of(self._jobs)) as given:
                async for job in given:
                    job_id, kind = job_id_of(job), kind_of(job)
                    listener = _PendingJob(self, job_id, job)
                    self._under_way[listener] = None
                    self._scheduler.wait_for(job_id, kind, self._context, listener)
        except Exception as exc:  # noqa: BLE001 - raised when the jobs so far have their outcomes
            self._error = exc
        self._is_fed = True
        self._finish_if_done()

    def end(self, job: _PendingJob, outcome: Outcome[Any]) -> None:
        """Take the outcome of a job."""
        del self._under_way[job]
        self.yields.put(outcome)
        if self.yields.unread >= _UNREAD:
            self._scheduler.hold()
        self._finish_if_done()

    def _finish_if_done(self) -> None:
        if self._is_fed and not self._under_way:
            self.yields.finish(self._error)

    def _was_read(self) -> None:
        if self.yields.unread < _UNREAD:
            self._scheduler.go_on()


class _PendingJob(Reporter):
    """One job that is waited for."""

    __slots__ = ("_began", "_job", "_many")

    def __init__(self, many: _Many, job_id: str, job: Job[Any] | str) -> None:
        super().__init__(job_id, many.yields)
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

    def outcome(self, value: object, error: Exception | None) -> Outcome[Any]:
        """Return how it ended, or how it would if it ended now."""
        if error is not None:
            name_job(error, str(self.key))
        return Outcome(
            key=self.key,
            value=value,
            error=error,
            jobs=(self._job,) if isinstance(self._job, Job) else (),
            timings=Timings(total=anyio.current_time() - self._began),
        )

    def _end(self, value: object, error: Exception | None) -> None:
        self._many.end(self, self.outcome(value, error))


def wait_for_many(
    jobs: Iterable[Job[Any] | str] | AsyncIterable[Job[Any] | str],
    context: WaitContext,
    on_rate_limit: set[OnRateLimit],
) -> Block[Outcomes[Any]]:
    """Return the block in which jobs are waited for, and which yields their outcomes.

    Args:
        jobs: The jobs, or their ids.
        context: What their waits have in common.
        on_rate_limit: Whom the client's budget tells of a 429.
    """

    async def prepare() -> _Many:
        iterable_of("jobs").check_argument("jobs", jobs)
        if isinstance(jobs, Mapping):
            expected = "an iterable of jobs, such as the values of a mapping"
            raise InvalidRequestError("jobs", expected, "a mapping")
        return _Many(jobs, context, on_rate_limit)

    return Block(prepare)
