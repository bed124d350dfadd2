"""One budget for all requests of a client: they take turns, and pause together."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from http import HTTPStatus
from typing import TYPE_CHECKING, TypeAlias

import anyio
import attrs
import httpx

from pictory_async._errors import RateLimitError
from pictory_async._models.statistics import Statistics
from pictory_async._pace import Lane, Turns
from pictory_async._tasks import LoopWatch, ServedLoop
from pictory_async._transport.exchange import cannot_mend, no_slot
from pictory_async._transport.request_state import state_of
from pictory_async._wire.protocol import retry_after


if TYPE_CHECKING:
    from pictory_async._pace import Pace
    from pictory_async._transport.request_state import RequestState, Send


OnRateLimit: TypeAlias = Callable[[float, float], None]
"""Called after each 429 with the seconds of the pause, 0 for none, and the rate that follows."""


@attrs.define(eq=False)
class _Queued:
    is_replay: bool
    news: anyio.Event = attrs.field(factory=anyio.Event)
    has_turn: bool = False


class Budget:
    """Give every request its turn.

    There is no task behind it: turns are given out by whoever comes, by whoever has its answer,
    and where only the time is missing, by the first one that waits.

    Args:
        pace: Makes what knows how fast the requests may go.
        longest_pause: The longest pause in seconds that is waited out; in a longer one every
            request fails at once.
        slots: How many requests may be under way at once. What waits for a slot waits here, where
            a pause can still hold it back and a submit goes before a look.
        served: The event loop that the client serves.
    """

    def __init__(
        self,
        pace: Callable[[], Pace],
        longest_pause: float,
        slots: float = math.inf,
        served: ServedLoop | None = None,
    ) -> None:
        self._new_pace = pace
        self._pace = pace()
        self._longest_pause = longest_pause
        self._slots = slots
        self._turns = Turns()
        self._queues: dict[Lane, deque[_Queued]] = {lane: deque() for lane in Lane}
        self._waiting = 0
        self._giver: _Queued | None = None
        self._sent = dict.fromkeys(Lane, 0)
        self._rate_limited = 0
        self._in_flight = 0
        self.has_answered = False
        """Whether anything ever came back from the service's host."""
        self._watch = LoopWatch(served)
        self.on_rate_limit: set[OnRateLimit] = set()

    def statistics(self) -> Statistics:
        """Return what was sent, and how fast it may go on."""
        now = anyio.current_time()
        rate = self._pace.rate(now)
        return Statistics(
            submits=self._sent[Lane.SUBMIT],
            looks=self._sent[Lane.LOOK],
            calls=self._sent[Lane.CALL],
            tokens=self._sent[Lane.TOKEN],
            rate_limited=self._rate_limited,
            waiting=self._waiting,
            in_flight=self._in_flight,
            rate=None if rate == math.inf else rate,
            paused=self._pace.paused(now),
        )

    async def turn(self, request: httpx.Request) -> float:
        """Wait for a turn, and return when it came.

        Raises:
            RateLimitError: The service asked for a pause that is too long to be waited out.
            httpx.PoolTimeout: No slot was free within the request's `pool` timeout.
        """
        self._forget_another_loop()
        state, now = state_of(request), anyio.current_time()
        # A token is fetched within the turn of a request that holds a place and waits for it.
        is_free = state.lane is Lane.TOKEN or self._in_flight < self._slots
        if self._waiting or not is_free or self._pace.delay(now) > 0:
            self._fail_in_a_long_pause(now, request)
            timeout = request.extensions.get("timeout", {}).get("pool")
            await self._wait_for_slot(state, timeout)
            now = anyio.current_time()
            try:
                self._fail_in_a_long_pause(now, request)
            except RateLimitError:
                self._leave(now)
                raise
        else:
            self._in_flight += 1
            self._pace.sent(now)
        self._sent[state.lane] += 1
        return now

    def end_turn(self, sent_at: float, response: httpx.Response | None) -> None:
        """Count what became of a request.

        Args:
            sent_at: When its turn came.
            response: The answer, or None where none came.
        """
        now = anyio.current_time()
        self.has_answered = self.has_answered or response is not None
        if response is not None and response.status_code == HTTPStatus.TOO_MANY_REQUESTS:
            self._rate_limited += 1
            pause = self._pace.rate_limited(now, sent_at, retry_after(response.headers))
            for tell in tuple(self.on_rate_limit):
                tell(pause, self._pace.rate(now))
        elif response is not None:
            self._pace.accepted(now)
        self._leave(now)

    def _leave(self, now: float) -> None:
        self._in_flight -= 1
        # First those whose time has come, then somebody to wait for the others' time.
        if self._waiting:
            self._give(now)
            self._hand_over()

    def _forget_another_loop(self) -> None:
        """Forget who waited, and until when, on an event loop that is over."""
        if self._watch.has_changed():
            self._pace = self._new_pace()
            self._queues = {lane: deque() for lane in Lane}
            self._waiting = self._in_flight = 0
            self._giver = None

    def _fail_in_a_long_pause(self, now: float, request: httpx.Request) -> None:
        pause = self._pace.paused(now)
        if pause > self._longest_pause:
            msg = f"not sent: the service asked for a pause, which lasts another {pause:.0f} s"
            status = HTTPStatus.TOO_MANY_REQUESTS
            raise RateLimitError(msg, status, request.method, request.url.path, retry_after=pause)

    async def _wait_for_slot(self, state: RequestState, timeout: float | None) -> None:
        with anyio.move_on_after(timeout):
            await self._wait(state)
            return
        if not self._has_slot:
            raise no_slot(timeout)
        # It was not for the lack of a slot.
        await self._wait(state)

    async def _wait(self, state: RequestState) -> None:
        waiter, queue = _Queued(state.is_replay), self._queues[state.lane]
        if state.is_replay:
            # It has waited for its turn before: it goes first, but for those that did so before it.
            queue.insert(sum(each.is_replay for each in queue), waiter)
        else:
            queue.append(waiter)
        self._waiting += 1
        try:
            while not waiter.has_turn:
                await self._wait_once(waiter)
        except BaseException:
            if waiter.has_turn:
                # The turn came together with the cancellation: another one shall have its place.
                self._leave(anyio.current_time())
            else:
                queue.remove(waiter)
                self._waiting -= 1
            raise
        finally:
            # Whoever kept the time leaves, with its turn or without: somebody else must keep it.
            self._hand_over()

    async def _wait_once(self, waiter: _Queued) -> None:
        now = anyio.current_time()
        self._give(now)
        if waiter.has_turn:
            return
        if self._giver is None and self._has_slot:
            # One of all who wait keeps the time, and gives out the turns that have become due. It
            # is whoever finds nobody doing so: there is no task that somebody had to end.
            self._giver = waiter
            try:
                with anyio.move_on_after(self._pace.delay(now)):
                    await waiter.news.wait()
            finally:
                self._giver = None
        else:
            await waiter.news.wait()
        waiter.news = anyio.Event()

    @property
    def _has_slot(self) -> bool:
        # A token is wanted by those that are under way already.
        return self._in_flight < self._slots or bool(self._queues[Lane.TOKEN])

    def _hand_over(self) -> None:
        """Wake somebody to wait for the time, where nobody does and nothing else is missing."""
        if self._waiting and self._giver is None and self._has_slot:
            next(queue[0] for queue in self._queues.values() if queue).news.set()

    def _give(self, now: float) -> None:
        """Give out the turns that are due."""
        while self._waiting and self._has_slot:
            fails_at_once = self._pace.paused(now) > self._longest_pause
            if not fails_at_once and self._pace.delay(now) > 0:
                return
            lane = self._turns.choose(lane for lane, queue in self._queues.items() if queue)
            waiter = self._queues[lane].popleft()
            self._waiting -= 1
            self._in_flight += 1
            waiter.has_turn = True
            waiter.news.set()
            if not fails_at_once:
                # Counted here and not when it is sent: all turns that are due are given at once.
                self._pace.sent(now, waited=True)


class BudgetTurns:
    """Send each request when it is its turn.

    Args:
        send: What sends.
        budget: Who gives the turns, to all that a client sends to the API.
    """

    def __init__(self, send: Send, budget: Budget) -> None:
        self._send = send
        self._budget = budget

    async def send_in_turn(self, request: httpx.Request) -> httpx.Response:
        """Wait for the request's turn and send it.

        Raises:
            RateLimitError: The service asked for a pause that is too long to be waited out.
            httpx.PoolTimeout: No slot was free within the request's `pool` timeout.
        """
        sent_at = await self._budget.turn(request)
        try:
            response = await self._send(request)
        except BaseException as exc:
            # A cancellation too: a place that is not given back is lost for good.
            self._budget.end_turn(sent_at, None)
            if isinstance(exc, httpx.ConnectError) and not self._budget.has_answered:
                state_of(request).is_unreachable = cannot_mend(exc)
            raise
        self._budget.end_turn(sent_at, response)
        return response
