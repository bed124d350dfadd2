"""Answers that nobody asked for: none is taken for the next request's, whichever layer has it."""

from __future__ import annotations

import contextlib
import ssl
from typing import TYPE_CHECKING, Final

import anyio
import attrs
import pytest
from anyio.streams.tls import TLSStream

from pictory_async._transport import streams
from pictory_async._transport.dialing import Dialer
from pictory_async._transport.exchange import new_request
from pictory_async._transport.request_state import RequestState
from pictory_async._transport.slots import SlotTransport
from tests.helpers import inside
from tests.sockets import CERTIFICATE, head_of, listening, server_tls, trust


if TYPE_CHECKING:
    import httpx
    from anyio.abc import ByteStream


pytestmark = pytest.mark.anyio

UNASKED: Final = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n99"
# What httpcore reads at once, and what asyncio may receive at once.
READ_BYTES, RECEIVED_BYTES = 1 << 16, 1 << 18


@pytest.fixture(params=["plain", "TLS 1.2", "TLS 1.3"])
def tls(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext | None:
    """Run a test without TLS and with each of its versions."""
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    trust(monkeypatch)
    versions = {"TLS 1.2": ssl.TLSVersion.TLSv1_2, "TLS 1.3": ssl.TLSVersion.TLSv1_3}
    version = versions.get(request.param)
    return server_tls(version) if version is not None else None


def answer(number: int, size: int = 0) -> bytes:
    """Make an answer that is a number, of so many bytes in all, its head included."""
    head = "HTTP/1.1 200 OK\r\nContent-Length: {:9}\r\n\r\n"
    body = str(number).rjust(max(size - len(head.format(0)), 1))
    return head.format(len(body)).encode() + body.encode()


@attrs.define
class Server:
    """Numbers its answers, and adds what nobody asked for."""

    unasked: bytes = b""
    size: int = 0
    at_once: bool = True
    count: int = 0
    connections: int = 0

    async def __call__(self, stream: ByteStream) -> None:
        """Answer until the client hangs up."""
        self.connections += 1
        while True:
            await head_of(stream)
            pieces = [answer(self.count, self.size), self.unasked]
            self.count += 1
            for piece in [b"".join(pieces)] if self.at_once else pieces:
                await stream.send(piece)


async def look(transport: httpx.AsyncBaseTransport, url: str) -> int:
    """Ask for a number."""
    state = RequestState(wants_whole=True)
    response = await transport.handle_async_request(new_request("GET", url, {}, {}, state))
    return int(response.content)


async def numbers(server: Server, tls: ssl.SSLContext | None) -> list[int]:
    """Ask five times over one slot."""
    async with listening(server, tls) as url:
        transport = SlotTransport(1, Dialer())
        found: list[int] = []
        for _ in range(5):
            found.append(await look(transport, url))
            # Until what comes without being asked for has come.
            await anyio.sleep(0.02)
        await transport.aclose()
        return found


@pytest.mark.parametrize("at_once", [True, False])
async def test_unasked(tls: ssl.SSLContext | None, *, at_once: bool) -> None:
    """A second answer is not taken for the answer to the next request."""
    server = Server(UNASKED, at_once=at_once)
    assert [0, 1, 2, 3, 4] == await numbers(server, tls)
    assert 5 == server.connections


@pytest.mark.parametrize("size", [READ_BYTES, RECEIVED_BYTES // 2])
async def test_unasked_between_two_reads(tls: ssl.SSLContext | None, size: int) -> None:
    """Nor is one that begins where a read ended."""
    server = Server(UNASKED, size)
    assert [0, 1, 2, 3, 4] == await numbers(server, tls)
    assert 5 == server.connections


async def test_much_unasked(tls: ssl.SSLContext | None) -> None:
    """Nor are many of them."""
    server = Server(UNASKED * 20_000)
    assert [0, 1, 2, 3, 4] == await numbers(server, tls)
    assert 5 == server.connections


@pytest.mark.parametrize("size", [0, READ_BYTES, RECEIVED_BYTES])
async def test_reuse(tls: ssl.SSLContext | None, size: int) -> None:
    """A connection on which nothing is left is used again; session tickets are nothing."""
    server = Server(size=size)
    assert [0, 1, 2, 3, 4] == await numbers(server, tls)
    assert 1 == server.connections


@attrs.define
class Ending:
    """Answers once, and ends the connection as TLS wants it."""

    connections: int = 0

    async def __call__(self, stream: ByteStream) -> None:
        """Answer once, and wait until the client has gone."""
        self.connections += 1
        await head_of(stream)
        await stream.send(answer(self.connections))
        if isinstance(stream, TLSStream):
            await stream.unwrap()


async def test_an_end(tls: ssl.SSLContext | None) -> None:
    """A connection that was ended in order is replaced unnoticed."""
    server = Ending()
    async with listening(server, tls) as url:
        transport = SlotTransport(1, Dialer())
        for number in (1, 2, 3):
            assert number == await look(transport, url)
            await anyio.sleep(0.02)
        await transport.aclose()


def shake_hands() -> tuple[ssl.SSLObject, ssl.SSLObject, ssl.MemoryBIO, ssl.MemoryBIO]:
    """Return both sides of TLS in memory, what the client has received and what the server sent."""
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    received, sent = ssl.MemoryBIO(), ssl.MemoryBIO()
    context = ssl.create_default_context(cafile=CERTIFICATE)
    client = context.wrap_bio(received, to_server, server_hostname="localhost")
    server = server_tls().wrap_bio(to_client, sent, server_side=True)
    for _ in range(3):
        for side in (client, server):
            with contextlib.suppress(ssl.SSLWantReadError):
                side.do_handshake()
            to_client.write(to_server.read())
            received.write(sent.read())
    return client, server, received, sent


@pytest.mark.parametrize(
    ("what", "expected"), [("nothing", False), ("data", True), ("the end", True), ("rubbish", True)]
)
def test_what_tls_holds(what: str, *, expected: bool) -> None:
    """Session tickets are nothing; data, the end and what cannot be decrypted are something."""
    client, server, received, sent = shake_hands()
    match what:
        case "data":
            server.write(b"x")
        case "the end":
            with contextlib.suppress(ssl.SSLWantReadError):
                server.unwrap()
        case "rubbish":
            sent.write(50 * b"rubbish")
        case _:
            pass
    received.write(sent.read())

    assert expected == inside(streams)._holds_data(client)
