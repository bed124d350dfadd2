"""The time that an answer may take, around a transport whose connections are not known here."""

from __future__ import annotations

import math
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import anyio
import attrs
import httpx

from pictory_async._transport.exchange import too_slow
from pictory_async._transport.request_state import state_of


if TYPE_CHECKING:
    from pictory_async._transport.request_state import Send


async def send_within_total(send: Send, request: httpx.Request) -> httpx.Response:
    """Send a request, and read its answer, if that is wanted whole, within its `total` timeout.

    The time in which its body is sent does not count. All else does that the transport does.

    Args:
        send: What sends.
        request: The request.

    Raises:
        httpx.ReadTimeout: The answer was not whole in time; of a download, its headers.
    """
    total: float | None = request.extensions.get("timeout", {}).get("total")
    if total is None:
        return await send(request)
    body = request.stream
    with anyio.move_on_after(total) as scope:
        # Looks have no body, and there are many.
        if request.method != "GET":
            request.stream = _TimedBody(body, scope, total)  # type: ignore[arg-type]
        try:
            return await _send_and_read(send, request)
        finally:
            request.stream = body
    raise too_slow(total)


async def _send_and_read(send: Send, request: httpx.Request) -> httpx.Response:
    response = await send(request)
    if state_of(request).wants_whole:
        try:
            await response.aread()
        finally:
            await response.aclose()
    return response


@attrs.frozen(eq=False)
class _TimedBody(httpx.AsyncByteStream):
    """A request's body, during which time stands still."""

    _body: httpx.AsyncByteStream
    _scope: anyio.CancelScope
    _total: float

    def __aiter__(self) -> AsyncIterator[bytes]:
        return _TimedChunks(aiter(self._body), self._scope, self._total)


@attrs.frozen(eq=False)
class _TimedChunks(AsyncIterator[bytes]):
    _chunks: AsyncIterator[bytes]
    _scope: anyio.CancelScope
    _total: float

    async def __anext__(self) -> bytes:
        self._scope.deadline = math.inf
        try:
            return await anext(self._chunks)
        except BaseException:
            # Sent whole or never will be: from now on the answer is waited for.
            self._scope.deadline = anyio.current_time() + self._total
            raise
