"""The end of a transport that somebody else made."""

from __future__ import annotations

from typing import cast

import httpx

from pictory_async._errors import ClosedError
from pictory_async._transport.bounds import send_within_total
from pictory_async._transport.quiet import QUIET, QuietStream
from pictory_async._transport.request_state import state_of


class ClosingTransport(httpx.AsyncBaseTransport):
    """Send through another transport until this one is closed.

    httpx's own transports, and those of many tests, serve on after they were closed: a client
    that is thought to be closed would submit and pay.

    Args:
        inner: What sends; it is closed with this.
    """

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self._inner = inner
        self._is_closed = False

    @property
    def is_closed(self) -> bool:
        """Whether nothing is sent any more."""
        return self._is_closed

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request.

        Raises:
            ClosedError: The client is closed.
        """
        if self._is_closed:
            msg = "the client is closed"
            raise ClosedError(msg, request.method, request.url.path, sent=False)
        # What another transport does before it sends is not known here.
        state_of(request).begin_sending()
        token = QUIET.set(True)
        try:
            response = await send_within_total(self._inner.handle_async_request, request)
        finally:
            QUIET.reset(token)
        if not response.is_closed:
            response.stream = QuietStream(cast("httpx.AsyncByteStream", response.stream))
        return response

    async def aclose(self) -> None:
        """Refuse what comes from now on, and close the other transport."""
        self._is_closed = True
        await self._inner.aclose()
