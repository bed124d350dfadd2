"""Many videos at once: preview, render and download as stages with limits of their own."""

from __future__ import annotations

import logging
import math
from collections import deque
from contextlib import aclosing, asynccontextmanager
from typing import TYPE_CHECKING, Any, Final

import anyio
import anyio.lowlevel
import attrs

from pictory_async._callbacks import call, each_of
from pictory_async._errors import (
    APIError,
    ClosedError,
    InvalidRequestError,
    JobFailedError,
    JobTimeoutError,
    NotSubmittedError,
    RateLimitError,
    SubmissionUnknownError,
    TransportError,
    UnfinishedError,
)
from pictory_async._flows.item import Item, Stage
from pictory_async._flows.spending import Breaker, Ledger
from pictory_async._models.events import Downloaded, Submitted
from pictory_async._models.results import Video
from pictory_async._retry import grown
from pictory_async._tasks import owned_tasks
from pictory_async._transport.api import guarding
from pictory_async._waiting.many_jobs import telling
from pictory_async._waiting.outcomes import Outcomes
from pictory_async._waiting.scheduler import Crowd
from pictory_async._waiting.wait import Patience, Wait


if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterable, Awaitable, Callable, Iterable
    from pathlib import Path

    from anyio.abc import TaskGroup

    from pictory_async._flows.plan import Plan, Terms
    from pictory_async._flows.transfers import Transfers
    from pictory_async._models.jobs import Job, JobUpdate
    from pictory_async._models.outcomes import Outcome
    from pictory_async._transport.exchange import Guard
    from pictory_async._waiting.one_job import Waits

    OnRefusal = set[Callable[[float, float], None]]


_log = logging.getLogger("pictory_async")

# A submit that is on the wire when a batch is left has this long to tell the id of its job.
_LAST_WORDS_SECONDS: Final = 10.0
# The pauses before an item is tried again that surely cost nothing so far.
_FIRST_PAUSE: Final = 1.0
_LONGEST_PAUSE: Final = 30.0
_JOBS_IN_A_NOTE: Final = 20
# With one of these there is surely no job.
_SURELY_NOT: Final = (
    APIError,
    TransportError,
    InvalidRequestError,
    JobTimeoutError,
    NotSubmittedError,
)


class Batch:
    """One run of many items.

    Args:
        waits: The client's waits.
        transfers: What downloads.
        terms: How to go about it.
    """

    def __init__(self, waits: Waits, transfers: Transfers, terms: Terms) -> None:
        self.outcomes = Outcomes[Video](self._tell)
        self._waits = waits
        self._transfers = transfers
        self._terms = terms
        self._crowd = Crowd(waits.looks)
        self._ledger = Ledger(terms.limits)
        self._breaker = Breaker(terms.breaker)
        self._stopped: str | None = None
        self._new: deque[Item] = deque()
        self._previewed: deque[Item] = deque()
        self._rendered: deque[tuple[Item, Video, Path]] = deque()
        self._under_way: dict[Item, None] = {}
        self._is_fed = False
        self._input_error: Exception | None = None
        self._news = anyio.Event()
        self._guards: set[Guard] = set()

    def start(self, tasks: TaskGroup, plans: Iterable[Plan] | AsyncIterable[Plan]) -> None:
        """Begin.

        Args:
            tasks: Where the work is done.
            plans: The items.
        """
        tasks.start_soon(self._crowd.run)
        tasks.start_soon(self._feed, plans)
        for _ in range(self._terms.submitting):
            tasks.start_soon(self._submit_all)
        for _ in range(self._terms.downloading):
            tasks.start_soon(self._download_all)

    def leave(self) -> None:
        """Submit nothing more; what is on the wire may still tell its job's id."""
        for guard in self._guards:
            guard.give_up_after(_LAST_WORDS_SECONDS)

    def under_way(self) -> tuple[Outcome[Video], ...]:
        """Return the outcomes of the items that are still under way and may have jobs."""
        error = UnfinishedError(
            "left under way; its last job goes on at the service, and in another batch"
        )
        return tuple(
            item.outcome(item.lost or error)
            for item in self._under_way
            if item.jobs or item.lost is not None
        )

    # The beginning: items are taken when there is room for them.

    async def _feed(self, plans: Iterable[Plan] | AsyncIterable[Plan]) -> None:
        try:
            async with aclosing(each_of(plans)) as given:
                await self._until(self._has_room)
                async for plan in given:
                    item = Item(plan, self, self.outcomes)
                    self._under_way[item] = None
                    self._new.append(item)
                    self._tell()
                    await self._until(self._has_room)
        except Exception as exc:  # noqa: BLE001 - raised when the items so far have their outcomes
            self._input_error = exc
        self._is_fed = True
        self._finish_if_done()

    def _has_room(self) -> bool:
        held = len(self._under_way) + self.outcomes.unread
        return held < self._terms.pending and not self._new

    # The submits: a render goes before a new item, since it is nearer to its end.

    async def _submit_all(self) -> None:
        while True:
            # A submit that was on the wire when the block was left may have been the last one.
            await anyio.lowlevel.checkpoint_if_cancelled()
            await self._until(lambda: self._may_render or self._may_begin)
            if self._may_render:
                await self._render(self._previewed.popleft())
            else:
                item = self._new.popleft()
                self._tell()
                await self._preview(item)

    @property
    def _may_render(self) -> bool:
        return bool(self._previewed) and (self._ledger.may_render or self._refusal() is not None)

    @property
    def _may_begin(self) -> bool:
        if not self._new:
            return False
        return self._new[0].is_paid or self._ledger.may_begin or self._refusal() is not None

    def _refusal(self) -> str | None:
        return self._stopped or self._ledger.refusal()

    async def _preview(self, item: Item) -> None:
        if not item.is_paid and self._refuse(item):
            return
        item.began = anyio.current_time()
        if item.is_paid:
            self._ledger.resumed()
            item.stage = Stage.RENDER
        else:
            self._ledger.begun()
            item.stage = Stage.PREVIEW
        if callable(item.plan.start):
            await self._submit(item, item.plan.start)
        else:
            self._has_job(item)
            self._wait_for(item, item.plan.start)

    async def _render(self, item: Item) -> None:
        if self._refuse(item):
            return
        self._ledger.submitted()
        item.stage = Stage.RENDER
        await self._submit(item, lambda: item.plan.render(item.jobs[0]))

    def _refuse(self, item: Item) -> bool:
        refusal = self._refusal()
        if refusal is not None:
            self._end(item, NotSubmittedError(refusal))
        return refusal is not None

    async def _submit(self, item: Item, submit: Callable[[], Awaitable[Job[Any]]]) -> None:
        try:
            job = await self._submitted(item, submit)
            self._has_job(item)
            if self._terms.hooks.on_job is not None:
                await call(self._terms.hooks.on_job, job)
        except Exception as exc:  # noqa: BLE001 - the others must not suffer from this one
            self.failed(item, exc)
        else:
            self._wait_for(item, job)

    def _has_job(self, item: Item) -> None:
        item.submitted_at = anyio.current_time()
        if item.ends == math.inf and self._terms.timeout is not None:
            item.ends = item.submitted_at + self._terms.timeout

    def _wait_for(self, item: Item, job: Job[Any]) -> None:
        terms = self._waits.terms(self._patience(item))
        self._crowd.add(Wait(job.id, job.kind, terms), item)

    async def _submitted(self, item: Item, submit: Callable[[], Awaitable[Job[Any]]]) -> Job[Any]:
        """Submit, again where the service was not reached or said 429, until the batch stops."""
        patience, tries = anyio.current_time() + self._terms.outage, 0
        while True:
            if item.ends <= anyio.current_time():
                msg = "the item's time was up before its render was submitted"
                raise JobTimeoutError(item.jobs[-1].id, None, msg)
            try:
                return await self._guarded(item, submit)
            except (TransportError, RateLimitError) as exc:
                # A submit's TransportError says that it was surely never sent.
                if anyio.current_time() >= patience or isinstance(exc, ClosedError):
                    raise
                asked = getattr(exc, "retry_after", None)
            pause = asked or grown(_FIRST_PAUSE, 2, tries, _LONGEST_PAUSE)
            with anyio.move_on_at(min(anyio.current_time() + pause, patience, item.ends)):
                await self._until(lambda: self._stopped is not None)
            if self._stopped is not None:
                raise NotSubmittedError(self._stopped)
            tries += 1
            item.attempts += 1

    async def _guarded(self, item: Item, submit: Callable[[], Awaitable[Job[Any]]]) -> Job[Any]:
        with guarding() as guard:
            self._guards.add(guard)
            try:
                job = await submit()
                # Nothing may come in between: this is the only place that knows the id.
                item.jobs.append(job)
                self.outcomes.tell(Submitted(key=item.plan.key, job=job))
            finally:
                self._guards.discard(guard)
                item.lost = guard.lost
        return job

    def _patience(self, item: Item) -> Patience:
        timeout = None
        if item.ends != math.inf:
            timeout = max(item.ends - anyio.current_time(), 0.001)
        return Patience(timeout=timeout, outage=self._terms.outage)

    # The looks: what they see moves an item to the next stage.

    async def saw(self, item: Item, update: JobUpdate[Any]) -> None:
        """Take what a look at an item's job saw."""
        if self._terms.hooks.on_progress is not None:
            await call(self._terms.hooks.on_progress, update)
        if not update.is_done:
            return
        seconds = anyio.current_time() - item.submitted_at
        if isinstance(update.result, Video):
            item.timings = attrs.evolve(item.timings, render=seconds)
            self._has_video(item, update.result)
        else:
            item.timings = attrs.evolve(item.timings, preview=seconds)
            self._previewed.append(item)
        self._tell()

    def _has_video(self, item: Item, video: Video) -> None:
        item.stage, item.video = Stage.VIDEO, video
        self._ledger.rendered(video)
        if item.plan.output is None:
            self._succeeded(item)
        else:
            self._rendered.append((item, video, item.plan.output))

    # The downloads.

    async def _download_all(self) -> None:
        while True:
            await self._until(lambda: bool(self._rendered))
            await self._download(*self._rendered.popleft())

    async def _download(self, item: Item, video: Video, output: Path) -> None:
        began = anyio.current_time()
        try:
            await self._transfers.deliver(video, output, self._terms.hooks.on_bytes)
        except Exception as exc:  # noqa: BLE001 - the others must not suffer from this one
            self.failed(item, exc)
            return
        self.outcomes.tell(Downloaded(key=item.plan.key, path=output))
        item.timings = attrs.evolve(item.timings, download=anyio.current_time() - began)
        self._succeeded(item)

    # The end.

    def _succeeded(self, item: Item) -> None:
        self._breaker.succeeded()
        self._end(item, None)

    def failed(self, item: Item, error: Exception) -> None:
        """Take the error that ended an item's way."""
        stop = self._breaker.failed(error)
        if self._terms.fail_fast:
            stop = f"item {item.plan.key!r} failed: {error}"
        if stop is not None and self._stopped is None:
            self._stopped = stop
            _log.warning("the batch submits nothing more: %s", stop)
        self._end(item, error)

    def _end(self, item: Item, error: Exception | None) -> None:
        if error is not None:
            self._settle(item, error)
        del self._under_way[item]
        self.outcomes.put(item.outcome(error))
        self._finish_if_done()
        self._tell()

    def _settle(self, item: Item, error: Exception) -> None:
        """Say what became of the render that was to be, and perhaps paid for."""
        if item.stage is Stage.PREVIEW:
            self._ledger.withdrawn()
        elif item.stage is Stage.RENDER:
            if isinstance(error, JobFailedError):
                self._ledger.failed()
            elif not item.is_paid and isinstance(error, _SURELY_NOT):
                self._ledger.refused()
            else:
                self._ledger.lost()

    def _finish_if_done(self) -> None:
        if self._is_fed and not self._under_way:
            self.outcomes.finish(self._input_error)

    async def _until(self, condition: Callable[[], bool]) -> None:
        while not condition():
            await self._news.wait()

    def _tell(self) -> None:
        self._news.set()
        self._news = anyio.Event()


@asynccontextmanager
async def running(
    waits: Waits,
    transfers: Transfers,
    terms: Terms,
    plans: Iterable[Plan] | AsyncIterable[Plan],
    on_refusal: OnRefusal,
) -> AsyncGenerator[Outcomes[Video]]:
    """Make the videos of a batch within a block, and yield their outcomes.

    Args:
        waits: The client's waits.
        transfers: What downloads.
        terms: How to go about it.
        plans: The items.
        on_refusal: Whom the client's budget tells of a 429.
    """
    batch = Batch(waits, transfers, terms)
    try:
        with telling(batch.outcomes.tell, on_refusal):
            async with owned_tasks() as tasks:
                batch.start(tasks, plans)
                try:
                    yield batch.outcomes
                finally:
                    batch.leave()
    except BaseException as exc:
        if left := batch.under_way():
            exc.add_note(_note(left))
        raise
    finally:
        _close(batch)


def _close(batch: Batch) -> None:
    left = batch.under_way()
    batch.outcomes.close(left)
    if left:
        jobs = ", ".join(map(_job_of, left))
        _log.warning("left under way, to go on at the service (%d): %s", len(left), jobs)


def _note(left: tuple[Outcome[Video], ...]) -> str:
    jobs = ", ".join(map(_job_of, left[:_JOBS_IN_A_NOTE]))
    more = f" and {len(left) - _JOBS_IN_A_NOTE} more" if len(left) > _JOBS_IN_A_NOTE else ""
    return f"jobs that go on at the service, all in `left` of the batch: {jobs}{more}"


def _job_of(outcome: Outcome[Video]) -> str:
    if isinstance(outcome.error, SubmissionUnknownError):
        return f"perhaps one of item {outcome.key!r}, whose id is not known"
    return outcome.jobs[-1].id
