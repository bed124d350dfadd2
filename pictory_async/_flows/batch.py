"""Many videos at once: preview, render and download as stages with limits of their own."""

from __future__ import annotations

import copy
import logging
import math
from collections import deque
from contextlib import aclosing
from typing import TYPE_CHECKING, Any, cast

import anyio
import anyio.lowlevel
import attrs

from pictory_async._callbacks import each_of
from pictory_async._errors import (
    NotSubmittedError,
    UnfinishedError,
)
from pictory_async._flows.item import BatchItem
from pictory_async._flows.recipes import JobRecipe
from pictory_async._flows.run import seconds_to_download
from pictory_async._flows.spending import Breaker, Spending
from pictory_async._flows.submits import Submits
from pictory_async._models.events import Downloaded
from pictory_async._models.results import Video
from pictory_async._waiting.leftovers import jobs_of, note_on
from pictory_async._waiting.outcomes import Outcomes, Reporter
from pictory_async._waiting.patience import Patience
from pictory_async._waiting.scheduler import LookScheduler
from pictory_async._wire.known import is_shut_out


if TYPE_CHECKING:
    from collections.abc import AsyncIterable, Awaitable, Callable, Iterable
    from pathlib import Path

    from anyio.abc import TaskGroup

    from pictory_async._endpoints.account import Account
    from pictory_async._errors import PictoryError
    from pictory_async._flows.batch_settings import BatchSettings
    from pictory_async._flows.generations import Generations
    from pictory_async._flows.recipes import BatchInput, Recipe
    from pictory_async._flows.transfers import Transfers
    from pictory_async._models.jobs import Job, JobUpdate
    from pictory_async._models.outcomes import Outcome
    from pictory_async._transport.budget import OnRateLimit
    from pictory_async._waiting.one_job import Waits


_log = logging.getLogger("pictory_async")


@attrs.frozen(kw_only=True)
class BatchParts:
    """What a batch works with.

    Args:
        account: What tells how much of the plan is left.
        generations: What submits.
        waits: The client's waits.
        transfers: What downloads.
        on_rate_limit: Whom the client's budget tells of a 429.
    """

    account: Account
    generations: Generations
    waits: Waits
    transfers: Transfers
    on_rate_limit: set[OnRateLimit]


class Batch:
    """One run of many items.

    What an item is and how far it has come is in its record; the three lines here say only in
    which order the records wait for their next step.

    Args:
        parts: What it works with.
        settings: How to go about it.
        inputs: The items.
    """

    def __init__(
        self,
        parts: BatchParts,
        settings: BatchSettings,
        inputs: Iterable[BatchInput] | AsyncIterable[BatchInput],
    ) -> None:
        self.yields = Outcomes[Video](self._wake)
        self._parts = parts
        self._settings = settings
        self._inputs = inputs
        self._left: tuple[Outcome[Video], ...] = ()
        # What the log said of them.
        self._logged = set[str]()
        self._scheduler = LookScheduler(parts.waits.looks)
        self._spending = Spending(settings.limits)
        self._breaker = Breaker(settings.breaker)
        self._stopped: str | None = None
        # Why nothing can be asked of the service any more, where that is so.
        self._shut_out: Exception | None = None
        self._feeding = anyio.CancelScope()
        self._new: deque[BatchItem] = deque()
        self._previewed: deque[BatchItem] = deque()
        self._rendered: deque[tuple[BatchItem, Path, float]] = deque()
        self._under_way: dict[BatchItem, None] = {}
        self._is_fed = False
        self._input_error: Exception | None = None
        self._news = anyio.Event()
        self._submits = Submits(
            settings.outage,
            settings.hooks.on_submit,
            self.yields.tell,
            self._pause,
            self._wake,
        )

    def start_tasks(self, tasks: TaskGroup) -> None:
        self._parts.on_rate_limit.add(self.yields.tell_of_rate_limit)
        tasks.start_soon(self._scheduler.look_when_due)
        tasks.start_soon(self._feed)
        for _ in range(self._settings.submitting):
            tasks.start_soon(self._submit_all)
        for _ in range(self._settings.downloading):
            tasks.start_soon(self._download_all)

    def stop(self) -> None:
        # What is on the wire may still tell its job's id.
        self._submits.stop()
        self._parts.on_rate_limit.discard(self.yields.tell_of_rate_limit)
        # At once: a program that is being shut down may not come to the end of the block.
        self._log_left(self.under_way())

    def close(self, error: Exception | None) -> None:
        left = self._left = self.under_way()
        self.yields.close(left, error)
        self._log_left(left)
        # Who gave the block up may never look at `left`.
        unread = self.yields.left[: len(self.yields.left) - len(left)]
        if ended := [each for each in unread if each.jobs]:
            _log.info("left unread (%d): %s", len(ended), jobs_of(ended))

    def _log_left(self, left: tuple[Outcome[Video], ...]) -> None:
        news = [each for each in left if jobs_of([each]) not in self._logged]
        self._logged.update(jobs_of([each]) for each in news)
        if news:
            msg = "left under way, to go on at the service (%d): %s"
            _log.warning(msg, len(news), jobs_of(news))

    def note(self) -> str | None:
        return note_on(self._left)

    def under_way(self) -> tuple[Outcome[Video], ...]:
        """Return the outcomes of the items that are still under way and may have jobs."""
        message = "left under way; its last job goes on at the service, and in another batch"
        return tuple(
            item.outcome(item.unknown or UnfinishedError(message))
            for item in self._under_way
            if item.jobs or item.unknown is not None
        )

    # The beginning: items are taken when there is room for them.

    async def _feed(self) -> None:
        with self._feeding:
            try:
                await self._take_all()
            except Exception as exc:  # noqa: BLE001 - raised after the outcomes of the items so far
                self._input_error = exc
        self._is_fed = True
        self._finish_if_done()

    async def _take_all(self) -> None:
        async with aclosing(each_of(self._inputs)) as source:
            await self._until(self._may_take_more)
            async for given in source:
                item = BatchItem(given, self._spending.count_step)
                self._under_way[item] = None
                self._new.append(item)
                self._wake()
                await self._until(self._may_take_more)

    def _may_take_more(self) -> bool:
        held = len(self._under_way) + self.yields.unread
        return held < self._settings.pending and not self._new

    # The submits: a render goes before a new item, since it is nearer to its end.

    async def _submit_all(self) -> None:
        while True:
            # A submit that was on the wire when the block was left, and was shielded, may have been
            # the last one: on trio the cancellation comes only at the next checkpoint.
            await anyio.lowlevel.checkpoint_if_cancelled()
            await self._until(lambda: self._may_render or self._may_begin)
            # Between the check and here nothing else ran: what was there still is.
            if self._may_render:
                await self._render(self._previewed.popleft())
            else:
                item = self._new.popleft()
                self._wake()
                await self._begin(item)

    @property
    def _may_render(self) -> bool:
        return bool(self._previewed) and (
            self._spending.may_render or self._stop_reason() is not None
        )

    @property
    def _may_begin(self) -> bool:
        if not self._new:
            return False
        return self._new[0].is_paid or self._spending.may_begin or self._stop_reason() is not None

    def _stop_reason(self) -> str | None:
        return self._stopped or self._spending.stop_reason()

    async def _begin(self, item: BatchItem) -> None:
        reason = None if item.is_paid else self._stop_reason()
        if reason is not None:
            self._end(item, NotSubmittedError(reason))
            return
        item.began = anyio.current_time()
        item.begin_item()
        match item.recipe:
            case JobRecipe(job=job):
                self._start_clock(item)
                self._wait_for(item, job)
            case Exception() as error:
                self.fail(item, error)
            case recipe:
                await self._submit(item, lambda: self._parts.generations.submit_recipe(recipe))

    async def _render(self, item: BatchItem) -> None:
        reason = self._stop_reason()
        if reason is not None:
            self._end(item, NotSubmittedError(reason))
            return
        preview, recipe = item.begin_render(), cast("Recipe", item.recipe)
        generations = self._parts.generations
        await self._submit(item, lambda: generations.submit_render(preview, recipe.version))

    async def _submit(self, item: BatchItem, submit: Callable[[], Awaitable[Job[Any]]]) -> None:
        try:
            job = await self._submits.submit(item, submit)
            self._start_clock(item)
            if self._settings.hooks.on_job is not None:
                await self._settings.hooks.on_job(job, item.key)
        except Exception as exc:  # noqa: BLE001 - the others must not suffer from this one
            self.fail(item, exc)
        else:
            self._wait_for(item, job)

    def _start_clock(self, item: BatchItem) -> None:
        item.submitted_at = anyio.current_time()
        if item.ends == math.inf and self._settings.timeout is not None:
            item.ends = item.submitted_at + self._settings.timeout

    def _wait_for(self, item: BatchItem, job: Job[Any]) -> None:
        context = self._parts.waits.context(self._patience_of(item))
        self._scheduler.wait_for(job.id, job.kind, context, _ItemListener(self, item))

    def _patience_of(self, item: BatchItem) -> Patience:
        timeout = None
        if item.ends != math.inf:
            timeout = max(item.ends - anyio.current_time(), 0.001)
        return Patience(timeout=timeout, outage=self._settings.outage)

    # The looks: what they see moves an item to the next stage.

    async def take_update(self, item: BatchItem, update: JobUpdate[Any]) -> None:
        """Take what a look at an item's job saw."""
        if self._settings.hooks.on_progress is not None:
            await self._settings.hooks.on_progress(update)
        if not update.is_done:
            return
        seconds = anyio.current_time() - item.submitted_at
        if isinstance(update.result, Video):
            item.timings = attrs.evolve(item.timings, render=seconds)
            item.rendered(update.result)
            if item.output is None:
                self._succeed(item)
            else:
                seconds = seconds_to_download(item.ends, self._settings.timeout)
                self._rendered.append((item, item.output, seconds))
        else:
            item.timings = attrs.evolve(item.timings, preview=seconds)
            item.previewed()
            self._previewed.append(item)
        self._wake()

    # The downloads.

    async def _download_all(self) -> None:
        while True:
            await self._until(lambda: bool(self._rendered))
            await self._download(*self._rendered.popleft())

    async def _download(self, item: BatchItem, output: Path, seconds: float) -> None:
        began, video = anyio.current_time(), item.begin_download()
        hooks = self._settings.hooks
        try:
            await self._parts.transfers.deliver(video, output, hooks.on_bytes, seconds)
        except Exception as exc:  # noqa: BLE001 - the others must not suffer from this one
            self.fail(item, exc)
            return
        self.yields.tell(Downloaded(key=item.key, path=output))
        item.timings = attrs.evolve(item.timings, download=anyio.current_time() - began)
        self._succeed(item)

    # The end.

    def _succeed(self, item: BatchItem) -> None:
        self._breaker.count_success()
        self._end(item, None)

    def fail(self, item: BatchItem, error: Exception) -> None:
        """Take the error that ended an item's way."""
        stop = self._breaker.count_failure(error, item.submitted_at, anyio.current_time())
        if self._settings.fail_fast:
            stop = f"item {item.key!r} failed: {error}"
        if is_shut_out(error):
            self._shut_out = self._shut_out or copy.copy(error)
            # However long the next item would be in coming.
            self._feeding.cancel()
            stop = f"nothing more can be asked of the service: {error}"
        if stop is not None and self._stopped is None:
            self._stopped = stop
            _log.warning("the batch submits nothing more: %s", stop)
        self._end(item, error)

    def _end(self, item: BatchItem, error: Exception | None) -> None:
        # In this order: the books are right before anybody is woken who asks whether there is room.
        outcome = item.end_item(error)
        del self._under_way[item]
        self.yields.put(outcome)
        self._finish_if_done()
        self._wake()

    def _finish_if_done(self) -> None:
        if self._is_fed and not self._under_way:
            self.yields.finish(self._shut_out or self._input_error)

    async def _pause(self, ends: float, has_news: Callable[[], bool]) -> str | None:
        with anyio.move_on_at(ends):
            await self._until(lambda: self._stopped is not None or has_news())
        return self._stopped

    async def _until(self, condition: Callable[[], bool]) -> None:
        while not condition():
            await self._news.wait()

    def _wake(self) -> None:
        self._news.set()
        self._news = anyio.Event()


class _ItemListener(Reporter):
    """What the looks at an item's job lead to."""

    __slots__ = ("_batch", "_item")

    def __init__(self, batch: Batch, item: BatchItem) -> None:
        super().__init__(item.key, batch.yields)
        self._batch = batch
        self._item = item

    async def saw(self, update: JobUpdate[Any]) -> None:
        self.report(update)
        await self._batch.take_update(self._item, update)

    def missed(self, error: PictoryError) -> None:
        self.report_outage(self._item.jobs[-1].id, error)

    def failed(self, error: Exception) -> None:
        self._batch.fail(self._item, error)


async def opened_batch(
    parts: BatchParts,
    settings: BatchSettings,
    inputs: Iterable[BatchInput] | AsyncIterable[BatchInput],
) -> Batch:
    """Return a batch that is to make the videos of some items.

    Args:
        parts: What it works with.
        settings: How to go about it.
        inputs: The items.
    """
    if settings.limits.is_of_unknown:
        limits = settings.limits.capped(await parts.account.quota())
        settings = attrs.evolve(settings, limits=limits)
    return Batch(parts, settings, inputs)
