"""What other people's loggers write down of our requests: the names of steps, and no secret."""

from __future__ import annotations

import contextlib
import json
import logging
import re
from typing import TYPE_CHECKING, Any

import anyio
import attrs
import httpx
import pytest

from pictory_async import ApiKey, ClientCredentials, Pictory, Retry, TransportError, models
from pictory_async._transport.quiet import QUIET, QuietStream
from pictory_async.schedules import Fixed
from pictory_async.testing import FakePictory
from tests.sockets import head_of, listening


if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Iterator
    from pathlib import Path

    from anyio.abc import ByteStream


pytestmark = pytest.mark.anyio

WORD = "hunter2"  # In every secret of these tests.
CLIENT = ClientCredentials("id", f"secret-{WORD}", user_id="me")
SIGNED = f"X-Amz-Signature=sig-{WORD}"
API, FILES = "https://api.pictory.test/pictoryapis", "https://cdn.pictory.test"
QUICK: dict[str, Any] = {
    "retry": Retry(attempts=2, first=0.001),
    "schedule": Fixed(interval=0.01, jitter=0),
}
STEPS = {
    "send_request_headers.started",
    "receive_response_headers.complete",
    "response_closed.complete",
}


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Go without the proxy of whoever runs the tests."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


class Records(logging.Handler):
    """Writes down everything there is about a record."""

    def __init__(self) -> None:
        super().__init__(1)
        self.found: list[tuple[str, str]] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record down."""
        text = f"{self.format(record)} {record.args} {record.exc_info} {vars(record)}"
        self.found.append((record.name, text))

    def of(self, logger: str) -> list[str]:
        """Return what a logger and those below it wrote."""
        return [text for name, text in self.found if name.partition(".")[0] == logger]


@pytest.fixture
def records() -> Iterator[Records]:
    """Turn everything on."""
    root, handler = logging.getLogger(), Records()
    level = root.level
    root.addHandler(handler)
    root.setLevel(1)
    yield handler
    root.setLevel(level)
    root.removeHandler(handler)


@attrs.define
class Echo:
    """A service over a socket that repeats what it was told, wherever it can."""

    fake: FakePictory = attrs.field(factory=lambda: FakePictory(draw=False, speed=1000))
    url: str = ""
    secrets: set[str] = attrs.field(factory=lambda: {WORD})

    async def __call__(self, stream: ByteStream) -> None:
        """Answer one request."""
        head, _, body = (await head_of(stream)).partition(b"\r\n\r\n")
        first, *lines = head.decode().split("\r\n")
        method, target, _ = first.split(" ")
        headers = {k.lower(): v for k, v in (line.split(": ", 1) for line in lines)}
        while len(body) < int(headers.get("content-length", 0)):
            body += await stream.receive()
        path = httpx.URL(target).raw_path.decode()
        self.secrets |= {headers["authorization"]} if "authorization" in headers else set()
        if "broken" in path:
            await stream.send(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\nX-Half: hunter2\r\n\r\n")
            return
        status, answer, extra = await self._answer(method, path, headers, body)
        extra |= {
            "Content-Length": str(len(answer)),
            "Connection": "close",
            "Set-Cookie": f"session={WORD}",
            "X-Echo": headers.get("authorization", "-"),
        }
        reply = "".join(f"{name}: {value}\r\n" for name, value in extra.items())
        await stream.send(f"HTTP/1.1 {status} X\r\n{reply}\r\n".encode() + answer)

    async def _answer(
        self, method: str, path: str, headers: dict[str, str], body: bytes
    ) -> tuple[int, bytes, dict[str, str]]:
        if path.startswith("/plain"):
            return 200, b"plain", {}
        if "echo" in path:
            text = {"success": False, "message": f"bad token {headers['authorization']}"}
            return 400, json.dumps(text).encode(), {"Content-Type": "application/json"}
        if method == "GET" and path.startswith("/cdn/") and SIGNED not in path:
            return 302, b"", {"Location": f"{self.url}{path}?{SIGNED}"}
        base = FILES if path.startswith("/cdn/") else API
        asked = httpx.Request(method, base + path.removeprefix("/cdn"), content=body)
        asked.headers.update({k: v for k, v in headers.items() if k != "host"})
        async with self.fake.transport() as transport:
            response = await transport.handle_async_request(asked)
            answer = await response.aread()
        if b'"' in answer[:2] or answer.startswith(b"{"):
            self.secrets |= set(re.findall(r"Signature=([\w%-]+)", answer.decode()))
            answer = answer.replace(FILES.encode(), f"{self.url}/cdn".encode())
        kind = response.headers.get("content-type", "video/mp4")
        return response.status_code, answer, {"Content-Type": kind}


@contextlib.asynccontextmanager
async def serving() -> AsyncGenerator[Echo]:
    """Run such a service."""
    echo = Echo()
    async with listening(echo) as url:
        echo.url = url
        yield echo


def assert_steps_only(records: Records, echo: Echo) -> None:
    """Check that httpcore has told of its steps and that nobody has told a secret."""
    assert {text.split(" ")[0] for text in records.of("httpcore")} >= STEPS
    for name, text in records.found:
        assert not [secret for secret in echo.secrets if secret in text], f"{name}: {text[:500]}"


FACES = ["direct", "proxy", "transport"]


def client(face: str, echo: Echo, credentials: Any = CLIENT) -> Pictory:
    """Return a client that goes straight there, through a proxy, or its own way."""
    if face == "proxy":
        proxy = echo.url.replace("//", f"//user:{WORD}@")
        return Pictory(credentials, base_url="http://api.example", proxy=proxy, **QUICK)
    transport = httpx.AsyncHTTPTransport() if face == "transport" else None
    return Pictory(credentials, base_url=echo.url, transport=transport, **QUICK)


async def list_jobs(pictory: Pictory) -> None:
    """List all jobs."""
    async for _ in pictory.jobs.list():
        pass


@pytest.mark.parametrize("face", FACES)
async def test_everything(face: str, records: Records, tmp_path: Path) -> None:
    """Whatever is sent and answered, no record has a secret in it."""
    async with serving() as echo, client(face, echo) as pictory:
        storyboard = models.Storyboard.from_script("One scene.", name="film")
        await pictory.text_to_video(storyboard, output=tmp_path / "film.mp4")
        await pictory.upload(b"film", name="film.mp4")
        echo.fake.expire_tokens()
        await list_jobs(pictory)
        for path in ("/v1/broken", "/v1/echo"):
            with contextlib.suppress(TransportError):
                await pictory.request("GET", path)
        with pytest.raises(TransportError):
            await pictory.jobs.get("broken")

    assert (tmp_path / "film.mp4").stat().st_size
    assert len(echo.secrets) > 2
    assert_steps_only(records, echo)


@pytest.mark.parametrize("face", FACES)
async def test_a_key(face: str, records: Records) -> None:
    """Nor has one the API key."""
    async with serving() as echo, client(face, echo, ApiKey(f"pictai_{WORD}")) as pictory:
        with contextlib.suppress(Exception):
            await pictory.jobs.get("echo")

    assert_steps_only(records, echo)


@pytest.mark.parametrize("face", FACES)
async def test_others(face: str, records: Records, tmp_path: Path) -> None:
    """Those who use httpcore beside us, and our callers' own code, find their records whole."""
    marks: list[str] = []

    async def fetch(mark: str) -> None:
        marks.append(mark)
        async with httpx.AsyncClient() as plain:
            await plain.get(f"{echo.url}/plain", headers={"X-Mark": mark})

    async def watch(done: int, _total: int | None) -> None:
        await fetch(f"watch-{done}")

    async with serving() as echo, client(face, echo) as pictory, anyio.create_task_group() as group:
        for number in range(5):
            group.start_soon(fetch, f"beside-{number}")
            group.start_soon(list_jobs, pictory)
        url = await pictory.upload(b"film", name="film.mp4", on_bytes=watch)
        await pictory.download(url, tmp_path / "film.mp4", on_bytes=watch)
        await fetch("after")

    sent = [text for text in records.of("httpcore") if "receive_response_headers.complete" in text]
    assert 8 == len(marks)
    assert len(marks) == sum("plain" not in text and "return_value=" in text for text in sent)


def test_packed_headers(records: Records) -> None:
    """What packs the headers for HTTP/2 tells no more."""
    logger = logging.getLogger("hpack.hpack")
    token = QUIET.set(True)
    logger.debug("Encoding %s with %s", WORD, "b")
    logger.debug(ValueError(f"a {WORD}"))
    QUIET.reset(token)
    assert not [text for text in records.of("hpack") if WORD in text]

    logger.debug("Encoding %s with %s", WORD, "b")
    assert WORD in records.of("hpack")[-1]


async def test_a_body() -> None:
    """Between two pieces of an answer, whoever reads it is not quiet."""

    class Body(httpx.AsyncByteStream):
        async def __aiter__(self) -> AsyncIterator[bytes]:
            for _ in range(2):
                yield str(QUIET.get()).encode()

        async def aclose(self) -> None:
            heard.append(QUIET.get())

    heard: list[bool] = []
    stream = QuietStream(Body())
    assert [(b"True", False)] * 2 == [(piece, QUIET.get()) async for piece in stream]
    await stream.aclose()
    assert ([True], False) == (heard, QUIET.get())
