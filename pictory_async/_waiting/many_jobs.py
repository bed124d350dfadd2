"""Waiting for many jobs at once: an outcome for each, in the order in which they end."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterable, Iterable, Mapping
from contextlib import aclosing, asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Any, Final, TypeVar

import anyio
import anyio.lowlevel

from pictory_async._callbacks import each_of
from pictory_async._endpoints.jobs import job_id_of
from pictory_async._errors import InvalidRequestError
from pictory_async._models.base import short
from pictory_async._models.events import RateLimited
from pictory_async._models.jobs import Job
from pictory_async._models.outcomes import Outcome, Timings
from pictory_async._tasks import owned_tasks
from pictory_async._waiting.outcomes import Outcomes, Reporter
from pictory_async._waiting.scheduler import Crowd
from pictory_async._waiting.wait import Wait
from pictory_async._wire.results import kind_of


if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from pictory_async._errors import PictoryError
    from pictory_async._models.events import Event
    from pictory_async._models.jobs import JobUpdate
    from pictory_async._waiting.wait import Terms


T = TypeVar("T")

# With so many outcomes unread, no further job is looked at: what has ended keeps at the service.
_UNREAD: Final = 1000


def checked_iterable(values: object, name: str, what: str) -> None:
    """Refuse what cannot be a collection of many.

    Raises:
        InvalidRequestError: It is a text, or cannot be iterated over.
    """
    if isinstance(values, str | bytes) or not isinstance(values, Iterable | AsyncIterable):
        raise InvalidRequestError(name, f"an iterable of {what}, async or not", short(values))


@contextmanager
def telling(
    tell: Callable[[Event], None], on_refusal: set[Callable[[float, float], None]]
) -> Generator[None]:
    """Tell of each 429 within the block."""

    def refused(pause: float, rate: float) -> None:
        tell(RateLimited(pause=pause, rate=rate))

    on_refusal.add(refused)
    try:
        yield
    finally:
        on_refusal.discard(refused)


class _Many:
    """One call of `wait_for_jobs`."""

    def __init__(self, crowd: Crowd, terms: Terms) -> None:
        self.outcomes = Outcomes[Any](self._was_read)
        self._crowd = crowd
        self._terms = terms
        self._pending = 0
        self._is_fed = False
        self._error: Exception | None = None

    async def feed(self, jobs: Iterable[Job[Any] | str] | AsyncIterable[Job[Any] | str]) -> None:
        """Wait for each of the jobs."""
        try:
            async with aclosing(each_of(jobs)) as given:
                async for job in given:
                    wait = Wait[Any](job_id_of(job), kind_of(job), self._terms)
                    self._pending += 1
                    self._crowd.add(wait, _Pending(self, wait.job_id, job))
        except Exception as exc:  # noqa: BLE001 - raised when the jobs so far have their outcomes
            self._error = exc
        self._is_fed = True
        self._finish_if_done()

    def ended(self, outcome: Outcome[Any]) -> None:
        """Take the outcome of a job."""
        self._pending -= 1
        self.outcomes.put(outcome)
        if self.outcomes.unread >= _UNREAD:
            self._crowd.hold()
        self._finish_if_done()

    def _finish_if_done(self) -> None:
        if self._is_fed and self._pending == 0:
            self.outcomes.finish(self._error)

    def _was_read(self) -> None:
        if self.outcomes.unread < _UNREAD:
            self._crowd.go_on()


class _Pending:
    """One job that is waited for."""

    __slots__ = ("_began", "_job", "_many", "_reporter")

    def __init__(self, many: _Many, job_id: str, job: Job[Any] | str) -> None:
        self._many = many
        self._job = job
        self._began = anyio.current_time()
        self._reporter = Reporter(job_id, many.outcomes)

    async def saw(self, update: JobUpdate[Any]) -> None:
        self._reporter.saw(update.job_id, update)
        if update.is_done:
            self._end(update.result, None)

    def missed(self, error: PictoryError) -> None:
        self._reporter.missed(str(self._reporter.key), error)

    def failed(self, error: Exception) -> None:
        self._end(None, error)

    def _end(self, value: object, error: Exception | None) -> None:
        outcome = Outcome(
            key=self._reporter.key,
            value=value,
            error=error,
            jobs=(self._job,) if isinstance(self._job, Job) else (),
            timings=Timings(total=anyio.current_time() - self._began),
        )
        self._many.ended(outcome)


@asynccontextmanager
async def wait_for_many(
    jobs: Iterable[Job[Any] | str] | AsyncIterable[Job[Any] | str],
    terms: Terms,
    on_refusal: set[Callable[[float, float], None]],
) -> AsyncGenerator[Outcomes[Any]]:
    """Wait for jobs within a block, and yield their outcomes.

    Args:
        jobs: The jobs, or their ids.
        terms: How to wait for them.
        on_refusal: Whom the client's budget tells of a 429.
    """
    checked_iterable(jobs, "jobs", "jobs")
    if isinstance(jobs, Mapping):
        expected = "an iterable of jobs, such as the values of a mapping"
        raise InvalidRequestError("jobs", expected, "a mapping")
    crowd = Crowd(terms.looks)
    many = _Many(crowd, terms)
    try:
        with telling(many.outcomes.tell, on_refusal):
            async with owned_tasks() as tasks:
                tasks.start_soon(crowd.run)
                tasks.start_soon(many.feed, jobs)
                yield many.outcomes
    finally:
        many.outcomes.close()
