"""Answers that come before a request is sent: a refusal is read, shown and not repeated."""

from __future__ import annotations

import json
import os
import socket
import ssl
import threading
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import anyio
import pytest

from pictory_async import APIError, ApiKey, Pictory, Retry, Timeouts, UploadError
from pictory_async._transport.disk import Load
from pictory_async._transport.slots import SlotTransport
from tests.helpers import PATIENCE, inside
from tests.sockets import server_tls, threaded, trust


if TYPE_CHECKING:
    from collections.abc import Generator


pytestmark = pytest.mark.anyio

KEY = ApiKey("pictai_k")
FILM = bytes(range(256)) * 24_000
QUICK = Retry(first=0)
SIGNATURE = "0123456789abcdef"
QUERY = f"?X-Amz-Signature={SIGNATURE}&X-Amz-Expires=60"
DENIED = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code>'
    "<Message>Request has expired &amp; more</Message>"
    f"<SignatureProvided>{SIGNATURE}</SignatureProvided></Error>"
).encode()


@pytest.fixture(params=["plain", "TLS"])
def tls(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext | None:
    """Run a test without TLS and with it."""
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    trust(monkeypatch)
    return server_tls() if request.param == "TLS" else None


def answer(status: int, body: bytes = b"", *, kind: str = "application/xml") -> bytes:
    """Make a raw answer."""
    head = f"HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


class Storage:
    """A storage that answers after the head of a request, and counts what it sees."""

    def __init__(self, *pieces: bytes, then: str | None = None) -> None:
        self.heads: list[bytes] = []
        self.whole: list[int] = []
        self.unasked = b""
        self._pieces = pieces
        self._then = then
        self._over = threading.Event()

    @contextmanager
    def serving(self, tls: ssl.SSLContext | None) -> Generator[str]:
        """Run it, and yield its URL."""
        with threaded(self, tls) as url:
            try:
                yield url
            finally:
                self._over.set()

    def __call__(self, connection: socket.socket) -> None:
        """Answer on one connection."""
        while not self._over.is_set() and (head := self._head(connection)):
            self.heads.append(head)
            for piece in self._pieces:
                connection.sendall(piece)
                time.sleep(0.01)
            if self._then is None:
                return  # unread data lets a reset follow
            getattr(self, self._then)(connection)

    def _head(self, connection: socket.socket) -> bytes:
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            piece = connection.recv(1)
            if not piece:
                return b""
            head += piece
        return head

    def wait_for_the_end(self, _connection: socket.socket) -> None:
        """Take nothing more, and keep the connection."""
        self._over.wait(PATIENCE)

    def write_garbage(self, connection: socket.socket) -> None:
        """Say what is neither TLS nor HTTP."""
        os.write(connection.fileno(), 50 * b"garbage" + b"\r\n\r\n")
        self._over.wait(PATIENCE)

    def say_no_more(self, connection: socket.socket) -> None:
        """End what is sent, in the order of each layer."""
        if isinstance(connection, ssl.SSLSocket):
            connection.settimeout(0.01)
            with suppress(OSError):  # it waits for the other side
                connection.unwrap()
        else:
            connection.shutdown(socket.SHUT_WR)
        self._over.wait(PATIENCE)

    def take_whole(self, connection: socket.socket) -> None:
        """Read the body to its end, and say that all is well."""
        left = len(FILM)
        while left:
            left -= len(connection.recv(min(left, 1 << 16)))
        self.whole.append(len(FILM))
        connection.sendall(answer(200) + self.unasked)


async def put(url: str, content: bytes = FILM, **settings: Any) -> None:
    """Put a film where a signed URL says."""
    given: dict[str, Any] = {"retry": QUICK} | settings
    async with Pictory(KEY, base_url="http://127.0.0.1:9", **given) as pictory:
        uploads = inside(pictory)._core.uploads
        await uploads.put_file(f"{url}/film.mp4{QUERY}", Load(len(content), None, content), "a/b")


@pytest.mark.parametrize("size", [len(FILM), 100_000])
async def test_a_refusal_and_a_reset(tls: ssl.SSLContext | None, size: int) -> None:
    """A storage that refuses at the headers and hangs up is quoted, and not asked again."""
    storage = Storage(answer(403, DENIED))
    with storage.serving(tls) as url, pytest.raises(UploadError) as caught:
        await put(url, FILM[:size])

    expected = "the storage answered 403 AccessDenied: Request has expired & more"
    assert expected in str(caught.value)
    assert (403, 1) == (caught.value.status, len(storage.heads))
    assert SIGNATURE not in str(caught.value)


async def test_a_refusal_that_lasts(tls: ssl.SSLContext | None) -> None:
    """One that keeps the connection and reads no more is heard at once, not after a timeout."""
    storage = Storage(answer(403, DENIED)[:90], answer(403, DENIED)[90:], then="wait_for_the_end")
    with (
        storage.serving(tls) as url,
        anyio.fail_after(20),
        pytest.raises(UploadError, match="403 AccessDenied: Request"),
    ):
        await put(url)

    assert 1 == len(storage.heads)


async def test_an_early_success(tls: ssl.SSLContext | None) -> None:
    """A storage that says 200 before it has the file has not got it."""
    storage = Storage(answer(200))
    with (
        storage.serving(tls) as url,
        pytest.raises(UploadError, match="200 before it had the whole file") as caught,
    ):
        await put(url)

    assert (200, 1) == (caught.value.status, len(storage.heads))


@pytest.mark.parametrize("status", [429, 503])
async def test_an_early_answer_that_passes(tls: ssl.SSLContext | None, status: int) -> None:
    """A storage that is busy for now is asked again."""
    storage = Storage(answer(status))
    with storage.serving(tls) as url, pytest.raises(UploadError, match=f"answered {status}"):
        await put(url)

    assert Retry().attempts == len(storage.heads)


async def test_hanging_up(tls: ssl.SSLContext | None) -> None:
    """A storage that hangs up without a word is an error that says so."""
    storage = Storage()
    with (
        storage.serving(tls) as url,
        pytest.raises(UploadError, match=r"ReadError|RemoteProtocolError"),
    ):
        await put(url)

    assert Retry().attempts == len(storage.heads)


async def test_ending(tls: ssl.SSLContext | None) -> None:
    """One that ends its side of the connection will not answer any more."""
    storage = Storage(then="say_no_more")
    expected = r"ReadError|RemoteProtocolError"
    with storage.serving(tls) as url, pytest.raises(UploadError, match=expected):
        await put(url, retry=Retry(attempts=1))


@pytest.mark.parametrize(
    "interim",
    [
        (b"HTTP/1.1 100 Continue\r\n\r\n",),
        (b"HTTP/1.1 102 Processing\r\nA: b\r\n\r\nHTTP/1.1 103 Early\r\nLink: <x>\r\n\r\n",),
        (b"HT", b"TP/1.1 10", b"0 Continue\r\n", b"\r\n"),
    ],
    ids=["one", "two", "in pieces"],
)
async def test_interim_answers(tls: ssl.SSLContext | None, interim: tuple[bytes, ...]) -> None:
    """What is no answer yet does not end an upload, and the connection is used again."""
    storage = Storage(*interim, then="take_whole")
    with storage.serving(tls) as url:
        async with Pictory(KEY, base_url="http://127.0.0.1:9") as pictory:
            core = inside(pictory)._core
            for _ in range(2):
                load = Load(len(FILM), None, FILM)
                await core.uploads.put_file(f"{url}/film.mp4{QUERY}", load, "a/b")
            assert isinstance(core.connections, SlotTransport)

    assert [len(FILM)] * 2 == storage.whole


async def test_a_flood(tls: ssl.SSLContext | None) -> None:
    """A storage that begins without an end is taken for one that refuses."""
    storage = Storage(b"HTTP/1.1 100 " + 200_000 * b"x", then="wait_for_the_end")
    with (
        storage.serving(tls) as url,
        anyio.fail_after(60),
        pytest.raises(UploadError, match="RemoteProtocolError"),
    ):
        await put(url)


async def test_a_large_submit(tls: ssl.SSLContext | None) -> None:
    """A submit that is refused for its size surely created no job, and says why."""
    refusal = json.dumps({"success": False, "message": "Too large."}).encode()
    service = Storage(answer(413, refusal, kind="application/json"))
    with service.serving(tls) as url:
        async with Pictory(KEY, base_url=url, retry=QUICK) as pictory:
            with pytest.raises(APIError, match="Too large") as caught:
                await pictory.v1.renders.create({"scenes": [{"text": "x" * 6_000_000}]})

    assert (413, 1) == (caught.value.status, len(service.heads))


async def test_garbage(tls: ssl.SSLContext | None) -> None:
    """A storage that says what nobody understands is an error that says so."""
    storage = Storage(then="write_garbage")
    expected = r"ReadError|RemoteProtocolError"
    with storage.serving(tls) as url, pytest.raises(UploadError, match=expected):
        await put(url, retry=Retry(attempts=1))


async def test_no_reading(tls: ssl.SSLContext | None) -> None:
    """A storage that takes nothing more and says nothing either ends in the write's timeout."""
    storage, times = Storage(then="wait_for_the_end"), Timeouts(write=0.2)
    with storage.serving(tls) as url, pytest.raises(UploadError, match="WriteTimeout"):
        await put(url, retry=Retry(attempts=1), timeouts=times)


async def test_unasked(tls: ssl.SSLContext | None) -> None:
    """What follows the answer to an upload is not taken for the answer to the next one."""
    storage = Storage(then="take_whole")
    storage.unasked = answer(403)
    with storage.serving(tls) as url:
        async with Pictory(KEY, base_url="http://127.0.0.1:9") as pictory:
            for _ in range(2):
                load = Load(len(FILM), None, FILM)
                await inside(pictory)._core.uploads.put_file(f"{url}/film.mp4", load, "a/b")

    assert [len(FILM)] * 2 == storage.whole
