"""The bytes of one connection: within the time that an answer may take, and nothing left unread."""

from __future__ import annotations

import math
import select
import ssl
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import anyio
import httpcore

from pictory_async._transport.early import EarlyAnswer, Parts
from pictory_async._transport.exchange import too_slow


if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Generator


_BROKEN: Final = (httpcore.WriteError, httpcore.WriteTimeout, ssl.SSLError)


class TotalTimeout(httpcore.ReadTimeout):
    """An answer was not whole in time."""


class Stream:
    """What httpcore's connection reads from and writes to, one request after the other.

    It does what httpcore's own does, in half the time, and knows when an answer must be whole.

    Args:
        inner: The connection.
    """

    def __init__(self, inner: httpcore.AsyncNetworkStream) -> None:
        self._parts = Parts.of(inner)
        self._can_read = _reading(inner)
        self._receive: Callable[[int], Awaitable[bytes]] = self._parts.stream.receive
        self._total = math.inf
        self._deadline: float | None = None
        self._early: EarlyAnswer | None = None
        self._is_spoilt = False
        self.aclose: Callable[[], Awaitable[None]] = inner.aclose
        self.get_extra_info: Callable[[str], Any] = inner.get_extra_info

    def bound(self, total: float | None) -> None:
        """Let the next answer be whole within so many seconds of the first wait for it."""
        self._total, self._deadline = math.inf if total is None else total, None

    @contextmanager
    def listening(self) -> Generator[None]:
        """Notice an answer that comes while a request is still being written, within the block."""
        early = EarlyAnswer(self._parts)
        self._early, self._receive = early, early.receive
        try:
            yield
        finally:
            early.close()
            self._is_spoilt = not early.is_read
            self._early, self._receive = None, self._parts.stream.receive

    def has_unread(self) -> bool:
        """Tell whether there is something to read, or the end, on an idle connection."""
        return (
            self._can_read()
            or bool(self._parts.queue)
            or self._is_spoilt
            or (self._parts.tls is not None and _holds_data(self._parts.tls[0]))
        )

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read what comes, within what is left of the time for the whole answer.

        Raises:
            httpcore.ReadTimeout: Nothing came in time.
            TotalTimeout: Nothing is left of the time for the whole answer.
            httpcore.ReadError: The connection is broken.
        """
        now = anyio.current_time()
        if self._deadline is None:
            self._deadline = now + self._total
        limit = math.inf if timeout is None else now + timeout
        with anyio.CancelScope(deadline=min(limit, self._deadline)):
            try:
                return await self._receive(max_bytes)
            except anyio.EndOfStream:
                return b""
            except (anyio.BrokenResourceError, anyio.ClosedResourceError) as exc:
                raise httpcore.ReadError(str(exc)) from exc
        if self._deadline < limit:
            raise TotalTimeout(str(too_slow(self._total)))
        raise httpcore.ReadTimeout

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Write, but not against an answer that is being listened to.

        Raises:
            httpcore.WriteTimeout: The other side did not take it in time.
            httpcore.WriteError: The connection is broken, or there is an answer. httpcore goes on
                to read it.
        """
        if not buffer:
            return
        early = self._early
        if early is None:
            await self._send(buffer, timeout)
        elif early.has_come() or not await self._send_unless_answered(early, buffer, timeout):
            msg = "answered early"
            raise httpcore.WriteError(msg)

    async def _send(self, buffer: bytes, timeout: float | None) -> None:
        deadline = math.inf if timeout is None else anyio.current_time() + timeout
        with anyio.CancelScope(deadline=deadline):
            try:
                await self._parts.stream.send(buffer)
            except (anyio.BrokenResourceError, anyio.ClosedResourceError) as exc:
                raise httpcore.WriteError(str(exc)) from exc
            return
        raise httpcore.WriteTimeout

    async def _send_unless_answered(
        self, early: EarlyAnswer, buffer: bytes, timeout: float | None
    ) -> bool:
        """Send what there is, and tell whether it was sent before there was an answer."""
        failure: Exception | None = None
        async with anyio.create_task_group() as group:
            group.start_soon(early.listen, group.cancel_scope)
            try:
                await self._send(buffer, timeout)
            except _BROKEN as exc:
                failure = exc
                group.cancel_scope.cancel()
            else:
                group.cancel_scope.cancel()
                # Even where an answer has come meanwhile: the last bytes may have led to it.
                return True
        if failure is not None and not early.has_come():
            raise failure
        return False


def _holds_data(tls: ssl.SSLObject) -> bool:
    """Tell whether the TLS layer holds what nobody has read, or the end."""
    try:
        tls.read(1)
    except ssl.SSLWantReadError:
        return False
    except ssl.SSLError:
        pass
    return True


def _reading(stream: httpcore.AsyncNetworkStream) -> Callable[[], bool]:
    """Return what tells whether there is something to read.

    httpcore finds the socket anew each time, which takes ten times as long.
    """
    if not hasattr(select, "poll"):  # Windows
        return lambda: bool(stream.get_extra_info("is_readable"))
    poll = select.poll()
    poll.register(stream.get_extra_info("socket"), select.POLLIN)
    return lambda: bool(poll.poll(0))
