"""Connection slots: as many connections as are allowed, each of them used by one request."""

from __future__ import annotations

from contextlib import AsyncExitStack
from functools import partial
from typing import TYPE_CHECKING, Protocol, TypeAlias, cast

import anyio
import httpx

from pictory_async._errors import ClosedError
from pictory_async._tasks import LoopWatch, ServedLoop
from pictory_async._transport.exchange import no_slot
from pictory_async._transport.quiet import QUIET, QuietStream
from pictory_async._transport.request_state import state_of


if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable


Origin: TypeAlias = tuple[str, str, int | None]


def origin(url: httpx.URL) -> Origin:
    """Return what decides whether a secret may go along: scheme, host and port."""
    return url.scheme, url.host, url.port


class _Release(Protocol):
    async def __call__(self, *, reusable: bool) -> None: ...


class SlotTransport(httpx.AsyncBaseTransport):
    """Send each request over a connection of its own, the one that was used last.

    httpcore's pool walks over all connections and all waiting requests for each request, and
    can lose a connection for good when a request is cancelled. Here there is no pool: a
    semaphore counts the connections, and a list keeps the idle ones. One whose request was
    cancelled, broke, or was not read to its end is closed and never used again.

    Args:
        slots: How many connections there may be, 1 and more. Further requests wait in order.
        connect: Makes a transport of one connection for an origin.
        served: The event loop that the client serves.
    """

    def __init__(
        self,
        slots: int,
        connect: Callable[[httpx.URL], httpx.AsyncBaseTransport],
        served: ServedLoop | None = None,
    ) -> None:
        self.slots = slots
        self._semaphore = anyio.Semaphore(slots, fast_acquire=True)
        self._connect = connect
        # The one that was used last comes last.
        self._idle: list[tuple[Origin, httpx.AsyncBaseTransport]] = []
        self._closed = False
        self._watch = LoopWatch(served)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request when there is a slot for it.

        Raises:
            httpx.PoolTimeout: No slot was free within the request's `pool` timeout.
            ClosedError: The client is closed.
        """
        self._forget_another_loop()
        await self._acquire(request.extensions.get("timeout", {}).get("pool"))
        # Not before: who waits for a slot has sent nothing.
        state_of(request).begin_sending()
        key = origin(request.url)
        connection: httpx.AsyncBaseTransport | None = None
        token = QUIET.set(True)
        try:
            self._check_open(request)
            connection = await self._take_connection(key, request.url)
            response = await connection.handle_async_request(request)
        except BaseException:
            await self._release(key, connection, reusable=False)
            raise
        finally:
            QUIET.reset(token)
        if response.is_closed:
            await self._release(key, connection, reusable=True)
            return response
        stream = QuietStream(cast("httpx.AsyncByteStream", response.stream))
        response.stream = _SlotStream(stream, partial(self._release, key, connection))
        return response

    @property
    def is_closed(self) -> bool:
        """Whether nothing is sent any more."""
        return self._closed

    async def aclose(self) -> None:
        """Close the idle connections; those in use follow when their request ends."""
        self._closed = True
        with anyio.CancelScope(shield=True):
            # The stack closes them all, whichever fails to.
            async with AsyncExitStack() as stack:
                while self._idle:
                    _, connection = self._idle.pop()
                    stack.push_async_callback(connection.aclose)

    def _forget_another_loop(self) -> None:
        """Drop the connections of an event loop that is over, for they cannot be used or closed."""
        if self._watch.has_changed():
            self._idle.clear()

    def _check_open(self, request: httpx.Request) -> None:
        if self._closed:
            msg = "the client is closed"
            raise ClosedError(msg, request.method, request.url.path, sent=False)

    async def _acquire(self, timeout: float | None) -> None:
        try:
            self._semaphore.acquire_nowait()
        except anyio.WouldBlock:
            with anyio.move_on_after(timeout) as scope:
                await self._semaphore.acquire()
            if scope.cancelled_caught:
                raise no_slot(timeout) from None

    async def _take_connection(self, key: Origin, url: httpx.URL) -> httpx.AsyncBaseTransport:
        """Take the idle connection that was used last, or make one where there is room."""
        for index in reversed(range(len(self._idle))):
            if self._idle[index][0] == key:
                return self._idle.pop(index)[1]
        # The slots in use and the idle connections together are never more than all slots.
        if len(self._idle) > self._semaphore.value:
            _, oldest = self._idle.pop(0)
            await oldest.aclose()
        return self._connect(url)

    async def _release(
        self, key: Origin, connection: httpx.AsyncBaseTransport | None, *, reusable: bool
    ) -> None:
        try:
            if reusable and not self._closed and connection is not None:
                self._idle.append((key, connection))
            elif connection is not None:
                # Closed before its slot is given back, or there would be a socket more than slots.
                with anyio.CancelScope(shield=True):
                    await connection.aclose()
        finally:
            self._semaphore.release()


class _SlotStream(httpx.AsyncByteStream):
    """The body of an answer, which gives its slot back when it is closed."""

    def __init__(self, stream: httpx.AsyncByteStream, release: _Release) -> None:
        self._stream = stream
        self._release = release
        self._exhausted = False
        self._closed = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._stream:
            yield chunk
        self._exhausted = True

    async def aclose(self) -> None:
        if self._closed:
            return
        self._closed = True
        # Whatever goes wrong from here on, the connection is in no state to be used again.
        reusable = False
        try:
            with anyio.CancelScope(shield=True):
                await self._stream.aclose()
            reusable = self._exhausted
        finally:
            await self._release(reusable=reusable)
