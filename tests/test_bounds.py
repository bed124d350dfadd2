"""The time for a whole answer: one that comes byte by byte has an end, over every transport."""

from __future__ import annotations

import json
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import anyio
import httpx
import pytest

from pictory_async import (
    ApiKey,
    ClientCredentials,
    DownloadError,
    JobOutageError,
    Pictory,
    Retry,
    SubmissionUnknownError,
    Timeouts,
    TransportError,
    UploadError,
)
from pictory_async._transport.bounds import send_within_total
from pictory_async._transport.disk import Load
from pictory_async._transport.exchange import drain, new_request
from pictory_async._transport.request_state import RequestState
from tests.helpers import PATIENCE, inside
from tests.sockets import head_of, listening
from tests.virtual_time import in_virtual_time


if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
    from pathlib import Path

    from anyio.abc import ByteStream


pytestmark = pytest.mark.anyio

KEY = ApiKey("pictai_k")
ONCE = Retry(attempts=1)
TOTAL: Final = 0.3
SHORT = Timeouts(read=PATIENCE, total=TOTAL)
# For what must come in time, on a busy machine too.
AMPLE: Final = 1.5
LONGER = Timeouts(read=PATIENCE, total=AMPLE)
WORDS = r"ReadTimeout: the answer was not whole within 0.3 s \(Timeouts.total\)"
JOB = json.dumps({"job_id": "j-1", "success": True, "data": {"status": "in-progress"}}).encode()

# What comes at once, and what comes again and again.
DRIPS = {
    "status line": (b"HTTP/1.1 ", b"2"),
    "interim answers": (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "headers": (b"HTTP/1.1 200 OK\r\n", b"A: b\r\n"),
    "body": (b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n", b" "),
    "chunks": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
    "refusal": (b"HTTP/1.1 403 No\r\nContent-Length: 99999\r\n\r\n", b" "),
}


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Go without the proxy of whoever runs the tests."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


async def drip(first: bytes, again: bytes, stream: ByteStream) -> None:
    """Read a request, and answer it without an end."""
    await head_of(stream)
    await stream.send(first)
    while True:
        await stream.send(again)
        await anyio.sleep(0.01)


async def answer_late(stream: ByteStream) -> None:
    """Take a body slowly, and answer it at once."""
    head = await head_of(stream)
    body = head.partition(b"\r\n\r\n")[2]
    size = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
    left = size - len(body)
    await anyio.sleep(1.5 * AMPLE)
    while left:
        left -= len(await stream.receive())
    await stream.send(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")


@asynccontextmanager
async def client(
    face: str, handle: Callable[[ByteStream], Awaitable[None]], **changes: Any
) -> AsyncGenerator[tuple[Pictory, str]]:
    """Yield a client that goes straight to a server, through a proxy, or its own way.

    With it comes the host of the server's files, which a proxy knows under another name.
    """
    async with listening(handle) as url:
        settings: dict[str, Any] = {"timeouts": SHORT, "retry": ONCE}
        settings |= {"credentials": KEY, "base_url": url}
        if face == "proxy":
            settings |= {"base_url": "http://api.example", "proxy": url}
        elif face == "transport":
            settings |= {"transport": httpx.AsyncHTTPTransport()}
        async with Pictory(**(settings | changes)) as pictory:
            yield pictory, "http://files.example" if face == "proxy" else url


@pytest.fixture(params=["direct", "proxy", "transport"])
def face(request: pytest.FixtureRequest) -> str:
    """Run a test over each way to the service."""
    return str(request.param)


@pytest.mark.parametrize("pieces", DRIPS.values(), ids=DRIPS.keys())
async def test_looks(face: str, pieces: tuple[bytes, bytes]) -> None:
    """A look whose answer never ends is a look that failed, in words that say why."""
    async with client(face, partial(drip, *pieces)) as (pictory, _):
        with anyio.fail_after(PATIENCE), pytest.raises(TransportError, match=WORDS) as caught:
            await pictory.jobs.get("j-1")

    assert caught.value.sent


async def test_waits(face: str) -> None:
    """A wait whose looks never end ends with its outage."""
    async with client(face, partial(drip, *DRIPS["body"])) as (pictory, _):
        with anyio.fail_after(PATIENCE), pytest.raises(JobOutageError) as caught:
            await pictory.wait_for_job("j-1", timeout=None, outage=0.1)

    assert "the answer was not whole within" in str(caught.value.__cause__)


async def test_submits(face: str) -> None:
    """A submit whose answer never ends leaves open whether there is a job."""
    async with client(face, partial(drip, *DRIPS["body"])) as (pictory, _):
        with anyio.fail_after(PATIENCE), pytest.raises(SubmissionUnknownError, match=WORDS):
            await pictory.v1.renders.create({"scenes": [{"text": "x"}]})


async def test_tokens(face: str) -> None:
    """A token request whose answer never ends says so, and nothing of the answer."""
    dripping = partial(drip, *DRIPS["body"])
    async with client(face, dripping, credentials=ClientCredentials("id", "x")) as (pictory, _):
        with anyio.fail_after(PATIENCE), pytest.raises(TransportError, match=WORDS) as caught:
            await pictory.jobs.get("j-1")

    assert not caught.value.sent


async def put(pictory: Pictory, url: str, size: int) -> None:
    """Put a file where a URL says."""
    load = Load(size, None, bytes(size))
    await inside(pictory)._core.uploads.put_file(f"{url}/x", load, "a/b")


async def test_uploads(face: str) -> None:
    """An upload whose answer never ends says so."""
    async with client(face, partial(drip, *DRIPS["headers"])) as (pictory, host):
        with anyio.fail_after(PATIENCE), pytest.raises(UploadError, match=WORDS):
            await put(pictory, host, 10)


async def test_the_time_of_sending_does_not_count(face: str) -> None:
    """An upload may take longer than its answer."""
    async with client(face, answer_late, timeouts=LONGER) as (pictory, host):
        await put(pictory, host, 20_000_000)


async def answer_slowly(stream: ByteStream) -> None:
    """Answer with a body that takes a while."""
    await head_of(stream)
    await stream.send(f"HTTP/1.1 200 OK\r\nContent-Length: {len(JOB)}\r\n\r\n".encode())
    for start in range(0, len(JOB), 16):
        await anyio.sleep(AMPLE / 4)
        await stream.send(JOB[start : start + 16])


async def test_downloads(face: str, tmp_path: Path) -> None:
    """The file of a download may take as long as it likes, and its headers may not."""
    async with client(face, answer_slowly, timeouts=LONGER) as (pictory, host):
        await pictory.download(f"{host}/x", tmp_path / "x")
    assert JOB == (tmp_path / "x").read_bytes()

    async with client(face, partial(drip, *DRIPS["headers"])) as (pictory, host):
        with anyio.fail_after(PATIENCE), pytest.raises(DownloadError, match=WORDS):
            await pictory.download(f"{host}/x", tmp_path / "y")


async def test_a_read_that_takes_too_long() -> None:
    """The bound of each read is its own: the shorter one is named."""
    times = Timeouts(read=0.1, total=PATIENCE)
    async with client("direct", partial(drip, b"", b""), timeouts=times) as (pictory, _):
        with pytest.raises(TransportError, match=r"ReadTimeout$"):
            await pictory.jobs.get("j-1")


@pytest.mark.parametrize("read", [None, PATIENCE])
async def test_no_bound(face: str, read: float | None) -> None:
    """Without a bound an answer may take as long as it likes."""
    times = Timeouts(read=read, total=None)
    async with client(face, answer_slowly, timeouts=times) as (pictory, _):
        assert "j-1" == (await pictory.jobs.get("j-1")).job_id


# --- transports that do as they like ------------------------------------------------------------


class Odd(httpx.AsyncBaseTransport):
    """Never reads the request's body, and stalls before its answer or within."""

    def __init__(self, before: float) -> None:
        self._before = before

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer some time."""
        del request
        await anyio.sleep(self._before)
        return httpx.Response(200, stream=Endless())


class Endless(httpx.AsyncByteStream):
    """A body without an end."""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while True:
            await anyio.sleep(1)
            yield b" "


@in_virtual_time
@pytest.mark.parametrize("before", [0, 10_000])
async def test_a_transport_that_stalls(before: float) -> None:
    """A transport that never reads the body it was given is bounded too."""
    state = RequestState(wants_whole=True)
    request = new_request("POST", "http://a/", {}, {"total": 30}, state, content=b"x")
    body, began = request.stream, anyio.current_time()
    with pytest.raises(httpx.ReadTimeout, match="not whole within 30 s"):
        await send_within_total(Odd(before).handle_async_request, request)

    assert 30 == pytest.approx(anyio.current_time() - began)
    assert body is request.stream


@in_virtual_time
async def test_what_nobody_wants() -> None:
    """An answer that is only read so that its connection can be used again has little time."""
    began = anyio.current_time()
    await drain(httpx.Response(503, stream=Endless()))

    assert anyio.current_time() - began < 10


class Broken(Endless):
    """A body that breaks off."""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield b" "
        msg = "gone"
        raise httpx.ReadError(msg)


async def test_what_nobody_wants_and_breaks() -> None:
    """Nor does it matter when such an answer breaks off."""
    response = httpx.Response(503, stream=Broken())
    await drain(response)

    assert response.is_closed
