"""The bytes of one connection: within the time that an answer may take, and nothing left unread."""

from __future__ import annotations

import select
import ssl
from typing import TYPE_CHECKING, Any, Final

import anyio
import httpcore

from pictory_async._transport.early import EarlyAnswer, Parts
from pictory_async._transport.exchange import too_slow


if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable


_BROKEN: Final = (httpcore.WriteError, httpcore.WriteTimeout, ssl.SSLError)


class TotalTimeout(httpcore.ReadTimeout):
    """An answer was not whole in time."""


class Stream:
    """What httpcore's connection reads from and writes to, one request after the other.

    Args:
        inner: The connection.
    """

    def __init__(self, inner: httpcore.AsyncNetworkStream) -> None:
        self._inner = inner
        self._parts = Parts.of(inner)
        self._can_read = _reading(inner)
        self._total: float | None = None
        self._deadline: float | None = None
        self._early: EarlyAnswer | None = None
        self._is_spoilt = False
        # Attributes instead of methods: a look pays for each frame.
        self._read: Callable[..., Awaitable[bytes]] = inner.read
        self.write: Callable[..., Awaitable[None]] = inner.write
        self.aclose: Callable[[], Awaitable[None]] = inner.aclose
        self.get_extra_info: Callable[[str], Any] = inner.get_extra_info

    def bound(self, total: float | None) -> None:
        """Let the next answer be whole within so many seconds of the first wait for it."""
        self._total, self._deadline = total, None

    def listen(self) -> None:
        """Notice an answer that comes while a request is still being written."""
        # Whatever waits in there would come after what is read from the socket now.
        if not self._parts.queue:
            self._early = EarlyAnswer(self._parts)
            self._read, self.write = self._early.read, self._write_or_hear

    def stop_listening(self) -> None:
        """End what `listen` began."""
        if self._early is not None:
            self._early.close()
            self._is_spoilt = not self._early.is_read
            self._early = None
            self._read, self.write = self._inner.read, self._inner.write

    def has_unread(self) -> bool:
        """Tell whether there is something to read, or the end, on an idle connection."""
        return (
            self._can_read()
            or bool(self._parts.queue)
            or self._is_spoilt
            or (self._parts.tls is not None and _holds_data(self._parts.tls[0]))
        )

    def read(self, max_bytes: int, timeout: float | None = None) -> Awaitable[bytes]:
        """Read what comes, within what is left of the time for the whole answer.

        Raises:
            TotalTimeout: Nothing is left of it.
        """
        if self._total is None:
            return self._read(max_bytes, timeout)
        now = anyio.current_time()
        if self._deadline is None:
            self._deadline = now + self._total
        left = self._deadline - now
        if timeout is not None and timeout <= left:
            return self._read(max_bytes, timeout)
        return self._read_within(left, max_bytes, self._total)

    async def _read_within(self, left: float, max_bytes: int, total: float) -> bytes:
        try:
            return await self._read(max_bytes, max(left, 0))
        except httpcore.ReadTimeout:
            raise TotalTimeout(str(too_slow(total))) from None

    async def _write_or_hear(self, buffer: bytes, timeout: float | None = None) -> None:
        """Write, but not against an answer.

        Raises:
            httpcore.WriteError: There is an answer, which httpcore goes on to read then.
        """
        early = self._early
        if not buffer or early is None:
            return
        if not early.has_come():
            failure: Exception | None = None
            async with anyio.create_task_group() as group:
                group.start_soon(early.listen, group.cancel_scope)
                try:
                    await self._inner.write(buffer, timeout)
                except _BROKEN as exc:
                    failure = exc
                else:
                    # Even where an answer has come meanwhile: the last bytes may have led to it.
                    group.cancel_scope.cancel()
                    return
                group.cancel_scope.cancel()
            if failure is not None and not early.has_come():
                raise failure
        msg = "answered early"
        raise httpcore.WriteError(msg)


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
