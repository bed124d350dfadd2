"""Answers that come while the body of their request is still being sent: refusals, most of them."""

from __future__ import annotations

import re
import socket
import ssl
from typing import TYPE_CHECKING, Any, Final, cast

import anyio
import anyio.lowlevel
import attrs


if TYPE_CHECKING:
    from collections.abc import Sized

    import httpcore
    from anyio.abc import ByteStream


_CHUNK_BYTES: Final = 1 << 16
# What may come before an answer, and as often as the other side likes (RFC 9110, 15.2).
_INTERIM: Final = re.compile(rb"(?:HTTP/1\.\d 1\d\d[^\n]*\r?\n(?:[^\r\n]+\r?\n)*\r?\n)+")
# An interim answer that is longer is none.
_LONGEST_INTERIM: Final = 1 << 16
# Up to here it is not known whether an answer is the last one: "HTTP/1.1 " and a digit.
_STATUS_AT: Final = 9


@attrs.frozen(eq=False)
class Parts:
    """What a connection is made of, as far as something unread can be in it.

    Args:
        stream: anyio's stream.
        socket: The socket.
        queue: What anyio has received and nobody has read; always empty on trio.
        tls: The TLS layer and what it has received, or None.
    """

    stream: ByteStream
    socket: socket.socket
    queue: Sized
    tls: tuple[ssl.SSLObject, ssl.MemoryBIO] | None

    @classmethod
    def of(cls, stream: httpcore.AsyncNetworkStream) -> Parts:
        """Take a connection apart.

        Neither httpcore nor anyio has a public way to what waits there.
        """
        outer: Any = cast("Any", stream)._stream  # noqa: SLF001 - see above
        tcp: Any = getattr(outer, "transport_stream", outer)
        queue = getattr(getattr(tcp, "_protocol", None), "read_queue", ())
        tls = stream.get_extra_info("ssl_object")
        layer = (tls, outer._read_bio) if tls is not None else None  # noqa: SLF001 - see above
        return cls(outer, stream.get_extra_info("socket"), queue, layer)


class EarlyAnswer:
    """Listens to a connection beside whatever writes to it.

    A write that fails or is given up leaves what cannot be read any more: asyncio closes the
    connection, and anyio takes its TLS for broken. What the other side has said is in the socket
    all the same. So this has a socket of its own for that connection, and all that comes in passes
    through here for as long as one request takes.

    Args:
        parts: What the connection is made of.
    """

    def __init__(self, parts: Parts) -> None:
        self._tls = parts.tls
        self._heard = bytearray()
        self._has_ended = False
        self._failure: OSError | None = None
        raw = parts.socket
        self._socket = socket.fromfd(raw.fileno(), raw.family, raw.type)
        self._socket.setblocking(False)

    @property
    def is_read(self) -> bool:
        """Whether nothing is left of what came."""
        return not self._heard

    def has_come(self) -> bool:
        """Tell whether an answer has begun, or will never come."""
        self._take()
        self._drop_interim()
        heard = self._heard
        is_final = len(heard) > _STATUS_AT and heard[_STATUS_AT] != ord("1")
        return is_final or self._has_ended or len(heard) > _LONGEST_INTERIM

    async def listen(self, scope: anyio.CancelScope) -> None:
        """Cancel a scope as soon as an answer has begun."""
        while not self.has_come():
            await anyio.wait_readable(self._socket)
        scope.cancel()

    async def receive(self, max_bytes: int) -> bytes:
        """Return what has come, or wait for it.

        Raises:
            anyio.EndOfStream: Nothing more will come.
            anyio.BrokenResourceError: The connection is broken.
        """
        await anyio.lowlevel.checkpoint()
        while self._lacks_more():
            await anyio.wait_readable(self._socket)
        if self.is_read:
            if self._failure is not None:
                raise anyio.BrokenResourceError(str(self._failure))
            raise anyio.EndOfStream
        chunk = bytes(self._heard[:max_bytes])
        del self._heard[:max_bytes]
        return chunk

    def close(self) -> None:
        """Stop listening."""
        self._socket.close()

    def _lacks_more(self) -> bool:
        """Take what is there, and tell whether there still is nothing to return."""
        if self.is_read and not self._has_ended:
            self._take()
        return self.is_read and not self._has_ended

    def _take(self) -> None:
        """Take what is in the socket, but not for as long as something comes."""
        try:
            raw = self._socket.recv(_CHUNK_BYTES)
        except BlockingIOError:
            return
        except OSError as exc:
            self._failure, self._has_ended = exc, True
            return
        if not raw:
            self._has_ended = True
        elif self._tls is None:
            self._heard += raw
        else:
            self._decrypt(raw, *self._tls)

    def _decrypt(self, raw: bytes, tls: ssl.SSLObject, incoming: ssl.MemoryBIO) -> None:
        try:
            incoming.write(raw)
            while chunk := tls.read(_CHUNK_BYTES):
                self._heard += chunk
        except ssl.SSLWantReadError:  # all of it, or a session ticket
            return
        except ssl.SSLError as exc:
            self._failure = exc
        self._has_ended = True

    def _drop_interim(self) -> None:
        if found := _INTERIM.match(self._heard):
            del self._heard[: found.end()]
