"""How a batch submits: shielded, patiently, and carefully after what nobody answered."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Final, Protocol

import anyio

from pictory_async._callbacks import call
from pictory_async._errors import (
    APIError,
    JobTimeoutError,
    NotSubmittedError,
    PictoryError,
    RateLimitError,
    SubmissionUnknownError,
)
from pictory_async._flows.spending import Caution, pause_after
from pictory_async._models.events import Outage, Submitted
from pictory_async._transport.api import shielded_submit
from pictory_async._wire.known import may_submit_again


if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from pictory_async._flows.batch_settings import OnSubmit
    from pictory_async._flows.item import BatchItem
    from pictory_async._models.events import Event
    from pictory_async._models.jobs import Job
    from pictory_async._transport.request_state import SubmitShield

    Submit = Callable[[], Awaitable[Job[Any]]]


_log = logging.getLogger("pictory_async")

# A submit that is on the wire when a batch is left has this long to tell the id of its job.
_LAST_WORDS_SECONDS: Final = 10.0


class Patience(Protocol):
    """What ends a pause early."""

    async def __call__(self, ends: float, has_news: Callable[[], bool]) -> str | None:
        """Wait until a time, or for news, and return why the batch stopped, or None."""
        ...


class Submits:
    """The submits of one batch.

    Args:
        outage: Seconds for which a submit that surely did not arrive is tried again.
        on_submit: The caller's, called before each submit, which it can still prevent.
        tell: Takes events.
        pause: Waits.
        wake: Wakes whoever waits for news.
    """

    def __init__(
        self,
        outage: float,
        on_submit: OnSubmit | None,
        tell: Callable[[Event], None],
        pause: Patience,
        wake: Callable[[], None],
    ) -> None:
        self._outage = outage
        self._on_submit = on_submit
        self._tell = tell
        self._pause = pause
        self._wake = wake
        self._caution = Caution()
        self._is_out = False
        self._shields: set[SubmitShield] = set()

    def stop(self) -> None:
        """Let what is on the wire tell its job's id, and wait no longer for it than that takes."""
        for shield in self._shields:
            shield.give_up_after(_LAST_WORDS_SECONDS)

    async def submit(self, item: BatchItem, send: Submit) -> Job[Any]:
        """Submit, again where the service was not reached or said 429, until the batch stops.

        Args:
            item: What is submitted.
            send: Sends it.

        Raises:
            NotSubmittedError: The batch stopped before, or the caller prevented it.
            PictoryError: The submit came to nothing, or nobody knows.
        """
        await self._announce(item)
        # Only now: what happened while the caller was asked counts.
        patience, tries = anyio.current_time() + self._outage, 0
        while True:
            await self._wait_for_turn(item)
            try:
                return await self._send(item, send)
            except PictoryError as exc:
                now = anyio.current_time()
                if now >= patience or not may_submit_again(exc):
                    raise
                if tries == 0:
                    self._tell_of_outage(item, exc)
                asked = getattr(exc, "retry_after", None)
            tries += 1
            pause = asked or pause_after(tries)
            self._stop_for(await self._pause(min(now + pause, patience, item.ends), _nothing))
            item.attempts += 1

    async def _announce(self, item: BatchItem) -> None:
        if self._on_submit is None:
            return
        try:
            await call(self._on_submit, item.key)
        except Exception as exc:
            msg = f"on_submit raised {type(exc).__name__}: {exc}"
            raise NotSubmittedError(msg) from exc
        self._stop_for(await self._pause(anyio.current_time(), _nothing))

    async def _wait_for_turn(self, item: BatchItem) -> None:
        caution = self._caution
        while (now := anyio.current_time()) < item.ends and caution.delay(now) > 0:
            ends = min(now + caution.delay(now), item.ends)
            self._stop_for(await self._pause(ends, caution.is_over))
        if item.ends <= now:
            msg = "the item's time was up before its render was submitted"
            raise JobTimeoutError(item.jobs[-1].id, None, msg)

    async def _send(self, item: BatchItem, send: Submit) -> Job[Any]:
        item.submitted_at = anyio.current_time()
        self._caution.begin()
        try:
            job = await self._send_shielded(item, send)
        except SubmissionUnknownError as exc:
            if self._caution.count_unknown(item.submitted_at, anyio.current_time()):
                self._tell_of_outage(item, exc)
            raise
        except APIError as exc:
            if exc.answered_by == "service":
                self._caution.count_answer()
            raise
        else:
            self._caution.count_answer()
            self._is_out = False
            return job
        finally:
            self._caution.end()
            self._wake()

    async def _send_shielded(self, item: BatchItem, send: Submit) -> Job[Any]:
        with shielded_submit() as shield:
            self._shields.add(shield)
            try:
                job = await send()
                # Nothing may come in between: this is the only place that knows the id.
                item.take_job(job)
                self._tell(Submitted(key=item.key, job=job))
            finally:
                self._shields.discard(shield)
                # Also where this is left by a cancellation, which is the only time that it is set.
                if shield.lost is not None:
                    item.lose_submit(shield.lost)
        return job

    def _tell_of_outage(self, item: BatchItem, error: PictoryError) -> None:
        if isinstance(error, RateLimitError):
            # The budget tells of it.
            return
        self._tell(Outage(key=item.key, job_id=None, error=error))
        if not self._is_out:
            self._is_out = True
            _log.warning("submits do not get through: %s", error)

    def _stop_for(self, reason: str | None) -> None:
        if reason is not None:
            raise NotSubmittedError(reason)


def _nothing() -> bool:
    return False
