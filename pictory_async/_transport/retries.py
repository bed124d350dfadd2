"""The link that sends a request again where its operation allows it."""

from __future__ import annotations

import logging
import random
from typing import TYPE_CHECKING

import anyio
import httpx

from pictory_async._retry import Failure
from pictory_async._transport.exchange import drain, was_sent
from pictory_async._transport.request_state import state_of
from pictory_async._wire.protocol import retry_after


if TYPE_CHECKING:
    from collections.abc import Callable

    from pictory_async._retry import Retry
    from pictory_async._transport.request_state import RequestState, Send


_log = logging.getLogger("pictory_async")


class Retries:
    """Sleep and send again for as long as `Retry` says so.

    An answer whose body breaks off is a failed attempt too. So a body that is wanted whole is
    read here.

    Args:
        send: What sends.
        retry: What decides.
        randomness: Returns numbers from 0 to 1.
    """

    def __init__(
        self, send: Send, retry: Retry, randomness: Callable[[], float] = random.random
    ) -> None:
        self._send = send
        self._retry = retry
        self._random = randomness

    async def send_with_retries(self, request: httpx.Request) -> httpx.Response:
        """Send a request, and again where that is allowed and promises something."""
        state, attempt = state_of(request), 0
        while True:
            attempt += 1
            try:
                response = await self._attempt(request, state)
            except httpx.RequestError as exc:
                failure = Failure(was_sent(exc))
                delay = self._delay(state, failure, attempt)
                if delay is None:
                    raise
            else:
                if not response.is_error:
                    return response
                failure = Failure(True, response.status_code, retry_after(response.headers))
                delay = self._delay(state, failure, attempt)
                if delay is None:
                    return response
                await drain(response)
            _report(request, failure, delay)
            # Before the pause, which anybody may cancel: this attempt surely came to nothing.
            state.hold_back()
            await anyio.sleep(delay)

    async def _attempt(self, request: httpx.Request, state: RequestState) -> httpx.Response:
        response = await self._send(request)
        if state.wants_whole:
            try:
                await response.aread()
            finally:
                await response.aclose()
        return response

    def _delay(self, state: RequestState, failure: Failure, attempt: int) -> float | None:
        return self._retry.delay(state.repeat, failure, attempt=attempt, random=self._random())


def _report(request: httpx.Request, failure: Failure, delay: float) -> None:
    what = f"answered {failure.status}" if failure.status else "got no answer"
    _log.info("%s %s %s; again in %.1f s", request.method, request.url.path, what, delay)
