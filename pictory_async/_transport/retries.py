"""The transport that sends a request again where its operation allows it."""

from __future__ import annotations

import logging
import random
from typing import TYPE_CHECKING

import anyio
import httpx

from pictory_async._retry import Failure, Repeat, Retry
from pictory_async._transport.exchange import REPEAT, WHOLE, drain, mark, was_sent
from pictory_async._wire.protocol import retry_after


if TYPE_CHECKING:
    from collections.abc import Callable


_log = logging.getLogger("pictory_async")


class RetryTransport(httpx.AsyncBaseTransport):
    """Sleep and send again for as long as `Retry` says so.

    Args:
        inner: What sends.
        retry: What decides.
        whole: Whether a body that breaks off counts as a failed attempt, for which it is read
            here. Downloads are streams and go without.
        randomness: Returns numbers from 0 to 1.
    """

    def __init__(
        self,
        inner: httpx.AsyncBaseTransport,
        retry: Retry,
        *,
        whole: bool = True,
        randomness: Callable[[], float] = random.random,
    ) -> None:
        self._inner = inner
        self._retry = retry
        self._whole = whole
        self._random = randomness

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request, and again where that is allowed and promises something."""
        attempt = 0
        request.extensions[WHOLE] = self._whole
        while True:
            attempt += 1
            try:
                response = await self._send(request)
            except httpx.RequestError as exc:
                failure = Failure(was_sent(exc))
                delay = self._delay(request, failure, attempt)
                if delay is None:
                    raise
            else:
                if not response.is_error:
                    return response
                failure = Failure(True, response.status_code, retry_after(response.headers))
                delay = self._delay(request, failure, attempt)
                if delay is None:
                    return response
                await drain(response)
            _report(request, failure, delay)
            mark(request, sending=False)
            await anyio.sleep(delay)

    async def _send(self, request: httpx.Request) -> httpx.Response:
        response = await self._inner.handle_async_request(request)
        if self._whole:
            try:
                await response.aread()
            finally:
                await response.aclose()
        return response

    def _delay(self, request: httpx.Request, failure: Failure, attempt: int) -> float | None:
        repeat: Repeat = request.extensions.get(REPEAT, Repeat.NEVER)
        return self._retry.delay(repeat, failure, attempt=attempt, random=self._random())


def _report(request: httpx.Request, failure: Failure, delay: float) -> None:
    what = f"answered {failure.status}" if failure.status else "got no answer"
    _log.info("%s %s %s; again in %.1f s", request.method, request.url.path, what, delay)
