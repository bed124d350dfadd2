"""One budget for all requests of a client: they take turns, and pause together."""

from __future__ import annotations

import math
from collections import deque
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

import anyio
import attrs
import httpx

from pictory_async._errors import RateLimitError
from pictory_async._models.statistics import Statistics
from pictory_async._pace import Lane, Pace, Turns
from pictory_async._protocol import retry_after
from pictory_async._transport._exchange import SENDING, mark


if TYPE_CHECKING:
    from collections.abc import Callable

    OnRefusal = Callable[[float, float], None]


LANE: Final = "pictory_async.lane"
"""The key in a request's extensions that holds its `Lane`."""


@attrs.define(eq=False)
class _Waiter:
    news: anyio.Event = attrs.field(factory=anyio.Event)
    has_turn: bool = False


class Budget:
    """Give every request its turn.

    There is no task behind it: the first one that waits gives out the turns, and when it has its
    own, the next one does.

    Args:
        pace: How fast the requests may go.
        longest_pause: The longest pause in seconds that is waited out; in a longer one every
            request fails at once.
    """

    def __init__(self, pace: Pace, longest_pause: float) -> None:
        self._pace = pace
        self._longest_pause = longest_pause
        self._turns = Turns()
        self._queues: dict[Lane, deque[_Waiter]] = {lane: deque() for lane in Lane}
        self._waiting = 0
        self._giver: _Waiter | None = None
        self._sent = dict.fromkeys(Lane, 0)
        self._rate_limited = 0
        self._in_flight = 0
        self.on_refusal: set[OnRefusal] = set()
        """Called after each 429 with the seconds of the pause and the rate that follows."""

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

    async def turn(self, lane: Lane, request: httpx.Request) -> float:
        """Wait for a turn, and return when it came.

        Raises:
            RateLimitError: The service asked for a pause that is too long to be waited out.
        """
        now = anyio.current_time()
        self._refuse_in_a_long_pause(now, request)
        if self._waiting or self._pace.delay(now) > 0:
            await self._wait(lane)
            now = anyio.current_time()
            self._refuse_in_a_long_pause(now, request)
        else:
            self._pace.sent(now)
        self._sent[lane] += 1
        self._in_flight += 1
        return now

    def ended(self, sent_at: float, response: httpx.Response | None) -> None:
        """Count what became of a request.

        Args:
            sent_at: When its turn came.
            response: The answer, or None where none came.
        """
        self._in_flight -= 1
        now = anyio.current_time()
        if response is None:
            return
        if response.status_code != HTTPStatus.TOO_MANY_REQUESTS:
            self._pace.accepted(now)
            return
        self._rate_limited += 1
        pause = self._pace.refused(now, sent_at, retry_after(response.headers))
        for tell in tuple(self.on_refusal):
            tell(pause, self._pace.rate(now))

    def _refuse_in_a_long_pause(self, now: float, request: httpx.Request) -> None:
        pause = self._pace.paused(now)
        if pause > self._longest_pause:
            msg = f"not sent: the service asked for a pause, which lasts another {pause:.0f} s"
            status = HTTPStatus.TOO_MANY_REQUESTS
            raise RateLimitError(msg, status, request.method, request.url.path, retry_after=pause)

    async def _wait(self, lane: Lane) -> None:
        waiter = _Waiter()
        self._queues[lane].append(waiter)
        self._waiting += 1
        try:
            while not waiter.has_turn:
                if self._giver is None:
                    await self._give_turns(waiter)
                else:
                    await waiter.news.wait()
                    waiter.news = anyio.Event()
        finally:
            if not waiter.has_turn:
                self._queues[lane].remove(waiter)
                self._waiting -= 1
            self._hand_over()

    def _hand_over(self) -> None:
        if self._giver is None:
            for queue in self._queues.values():
                if queue:
                    queue[0].news.set()
                    return

    async def _give_turns(self, giver: _Waiter) -> None:
        self._giver = giver
        try:
            while not giver.has_turn:
                now = anyio.current_time()
                delay = self._pace.delay(now)
                if delay > 0 and self._pace.paused(now) <= self._longest_pause:
                    await anyio.sleep(delay)
                else:
                    self._give_one(now)
        finally:
            self._giver = None

    def _give_one(self, now: float) -> None:
        lane = self._turns.choose(lane for lane, queue in self._queues.items() if queue)
        waiter = self._queues[lane].popleft()
        self._waiting -= 1
        self._pace.sent(now, waited=True)
        waiter.has_turn = True
        waiter.news.set()


class BudgetTransport(httpx.AsyncBaseTransport):
    """Send each request when it is its turn.

    Args:
        inner: What sends.
        budget: Who gives the turns, to all transports of a client.
    """

    def __init__(self, inner: httpx.AsyncBaseTransport, budget: Budget) -> None:
        self._inner = inner
        self._budget = budget

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Wait for the request's turn and send it.

        Raises:
            RateLimitError: The service asked for a pause that is too long to be waited out.
        """
        was_sending = request.extensions.get(SENDING, False)
        mark(request, sending=False)
        sent_at = await self._budget.turn(request.extensions.get(LANE, Lane.CALL), request)
        mark(request, sending=was_sending)
        try:
            response = await self._inner.handle_async_request(request)
        except BaseException:
            self._budget.ended(sent_at, None)
            raise
        self._budget.ended(sent_at, response)
        return response
