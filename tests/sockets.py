"""Servers over real sockets that do something odd with each connection, with TLS and without."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import anyio
from anyio.abc import SocketAttribute
from anyio.streams.tls import TLSListener

from tests.helpers import PATIENCE


if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Generator

    import pytest
    from anyio.abc import ByteStream


_FOLDER: Final = Path(__file__).parent / "certificate"
CERTIFICATE: Final = _FOLDER / "certificate.pem"
GONE: Final = (
    anyio.EndOfStream,
    anyio.BrokenResourceError,
    anyio.ClosedResourceError,
    ssl.SSLError,
)


def server_tls(version: ssl.TLSVersion | None = None) -> ssl.SSLContext:
    """Return the TLS of a server, of one version if need be."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(CERTIFICATE, _FOLDER / "key.pem")
    if version is not None:
        context.minimum_version = context.maximum_version = version
    return context


def trust(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let clients trust such servers."""
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))


@asynccontextmanager
async def listening(
    handle: Callable[[ByteStream], Awaitable[None]], tls: ssl.SSLContext | None = None
) -> AsyncGenerator[str]:
    """Run a server in this event loop, and yield its URL."""

    async def guarded(stream: ByteStream) -> None:
        async with stream:
            with contextlib.suppress(*GONE):
                await handle(stream)

    async with (
        await anyio.create_tcp_listener(local_host="127.0.0.1") as plain,
        anyio.create_task_group() as group,
    ):
        port = plain.extra(SocketAttribute.local_port)  # noqa: S610 - no Django here
        listener = plain if tls is None else TLSListener(plain, tls, standard_compatible=False)
        group.start_soon(listener.serve, guarded)
        yield f"http{'s' if tls else ''}://127.0.0.1:{port}"
        group.cancel_scope.cancel()


async def head_of(stream: ByteStream) -> bytes:
    """Read the head of a request, and perhaps more."""
    head = b""
    while b"\r\n\r\n" not in head:
        head += await stream.receive()
    return head


@contextmanager
def threaded(
    handle: Callable[[socket.socket], None], tls: ssl.SSLContext | None = None
) -> Generator[str]:
    """Run a server in threads of its own, and yield its URL."""
    threads: list[threading.Thread] = []

    def serve(connection: socket.socket) -> None:
        connection.settimeout(PATIENCE)
        # Or a reset would overtake an answer that waits for the receipt of a session ticket.
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with contextlib.suppress(OSError), connection:
            if tls is None:
                handle(connection)
            else:
                with tls.wrap_socket(connection, server_side=True) as wrapped:
                    handle(wrapped)

    def accept() -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = listener.accept()
                threads.append(threading.Thread(target=serve, args=(connection,)))
                threads[-1].start()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        accepting = threading.Thread(target=accept)
        accepting.start()
        try:
            yield f"http{'s' if tls else ''}://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            accepting.join()
            for thread in threads:
                thread.join()
