"""Files on their way to the storage."""

from __future__ import annotations

import gc
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anyio
import httpx
import pytest

from pictory_async import (
    ApiKey,
    InvalidRequestError,
    Pictory,
    Retry,
    ServerError,
    UploadError,
)
from pictory_async._transport.uploads import content_type_of
from pictory_async.testing import FakePictory, Trouble
from tests.helpers import CLIENT, KEY, client, until


if TYPE_CHECKING:
    from collections.abc import AsyncIterator


pytestmark = pytest.mark.anyio

PUT = "PUT /files/{key}"
FILM = bytes(range(256)) * 10_000
QUICK = Retry(first=0)
REFUSAL = b"<Error><Code>AccessDenied</Code></Error>"


async def chunks() -> AsyncIterator[bytes]:
    """Yield a film in pieces."""
    for start in range(0, len(FILM), 100_000):
        yield FILM[start : start + 100_000]


def open_files() -> int:
    """Count what this process has open."""
    return len(list(Path("/proc/self/fd").iterdir()))


def sent(fake: FakePictory) -> list[bytes]:
    """Return the bodies that the storage saw."""
    return [request.body for request in fake.requests if request.operation == PUT]


class TestSources:
    @pytest.fixture(params=["path", "str", "bytes", "iterator"])
    def source(self, request: pytest.FixtureRequest, tmp_path: Path) -> Any:
        """Return a film in each of its guises."""
        path = tmp_path / "film.mp4"
        path.write_bytes(FILM)
        return {"path": path, "str": str(path), "bytes": FILM, "iterator": chunks()}[request.param]

    async def test_round_trip(self, source: Any, tmp_path: Path) -> None:
        """What was uploaded, from wherever, can be downloaded from where it is for good."""
        fake = FakePictory(clients={"id": "secret"})
        with fake.serve() as url:
            async with Pictory(CLIENT, base_url=url) as pictory:
                address = await pictory.upload(source, name="film.mp4")
                await pictory.download(address, tmp_path / "back.mp4")

        assert "?" not in address
        assert FILM == (tmp_path / "back.mp4").read_bytes()
        assert () == fake.leaks

    async def test_a_transport_of_the_callers(self, source: Any) -> None:
        """Whoever answers the requests, in tests for one, finds the file in the request."""
        seen: list[bytes] = []

        def answer(request: httpx.Request) -> httpx.Response:
            if request.method == "PUT":
                seen.append(request.content)
                return httpx.Response(200)
            links = {"signedUrl": "https://put.example/film.mp4", "url": "https://a.example/f"}
            return httpx.Response(200, json={"success": True, "data": links})

        async with Pictory(KEY, transport=httpx.MockTransport(answer)) as pictory:
            await pictory.upload(source, name="film.mp4")

        assert [FILM] == seen

    async def test_headers(self, source: Any) -> None:
        """The storage gets the length and the type that was signed, and no credential."""
        fake = FakePictory()
        async with client(fake) as pictory:
            await pictory.upload(source, name="film.mp4")

        (headers,) = (request.headers for request in fake.requests if request.operation == PUT)
        assert str(len(FILM)) == headers["content-length"]
        assert "video/mp4" == headers["content-type"]
        assert {"authorization", "x-pictory-user-id", "transfer-encoding"}.isdisjoint(headers)

    async def test_again(self, source: Any) -> None:
        """An upload that fails is made again, from the first byte."""
        fake = FakePictory()
        for trouble in (Trouble.status(503), Trouble.reset(accepted=True)):
            fake.trouble(PUT, trouble)
        async with client(fake, retry=QUICK) as pictory:
            await pictory.upload(source, name="film.mp4")

        assert [FILM, FILM, FILM] == sent(fake)


class TestNames:
    @pytest.mark.parametrize(
        ("name", "expected"),
        [
            ("a.mp4", "video/mp4"),
            ("A.MP4", "video/mp4"),
            ("a.mov", "video/quicktime"),
            ("a.avi", "video/x-msvideo"),
            ("a.mp3", "audio/mpeg"),
            ("a.wav", "audio/wav"),
            ("a.m4a", "audio/mp4"),
            ("a.jpg", "image/jpeg"),
            ("a.png", "image/png"),
            ("a.html", "text/html"),
            ("a.nobody-knows", "application/octet-stream"),
            ("mp4x", "application/octet-stream"),
        ],
    )
    async def test_content_type(self, name: str, expected: str) -> None:
        """The name tells the type, on every machine where the documentation names it."""
        assert expected == content_type_of(name)

    async def test_own_type(self, tmp_path: Path) -> None:
        """The caller may know the name and the type better."""
        (tmp_path / "x").write_bytes(FILM)
        fake = FakePictory()
        async with client(fake) as pictory:
            await pictory.upload(tmp_path / "x", name="y.mp3", content_type="audio/mp3")

        assert {"fileName": "y.mp3", "contentType": "audio/mp3"} == fake.requests[0].json
        assert "audio/mp3" == fake.requests[1].headers["content-type"]

    @pytest.mark.parametrize("make", [lambda: FILM, chunks], ids=["bytes", "iterator"])
    async def test_no_name(self, make: Any) -> None:
        """Bytes need a name, before anything is sent."""
        fake = FakePictory()
        async with client(fake) as pictory:
            with pytest.raises(InvalidRequestError, match="name: expected the file's name"):
                await pictory.upload(make())

        assert () == fake.requests


class TestProgress:
    @pytest.mark.parametrize("is_async", [False, True])
    async def test_calls(self, is_async: bool) -> None:
        """`on_bytes` sees the bytes so far and in all, and may be async."""
        calls: list[tuple[int, int | None]] = []

        async def collect_later(done: int, total: int | None) -> None:
            await anyio.lowlevel.checkpoint()
            calls.append((done, total))

        def collect(done: int, total: int | None) -> None:
            calls.append((done, total))

        async with client(FakePictory()) as pictory:
            watch = collect_later if is_async else collect
            await pictory.upload(FILM, name="film.mp4", on_bytes=watch)

        assert [(1 << 20, len(FILM)), (2 << 20, len(FILM)), (len(FILM), len(FILM))] == calls

    async def test_raises(self) -> None:
        """What `on_bytes` raises ends nothing."""

        def refuse(_done: int, _total: int | None) -> None:
            raise BrokenPipeError

        fake = FakePictory()
        with fake.serve() as url:
            async with Pictory(KEY, base_url=url) as pictory:
                assert "/files/" in await pictory.upload(FILM, name="film.mp4", on_bytes=refuse)


class TestBadInput:
    @pytest.fixture(autouse=True)
    def _nothing_is_sent(self) -> Any:
        """Check that nothing was sent."""
        self.fake = FakePictory()
        yield
        assert () == self.fake.requests

    async def upload(self, source: Any) -> str:
        """Upload something."""
        async with client(self.fake) as pictory:
            return await pictory.upload(source, name="film.mp4")

    @pytest.mark.parametrize("kind", ["bytes", "file", "iterator"])
    async def test_empty(self, kind: str, tmp_path: Path) -> None:
        """Nothing is nothing to upload."""

        async def nothing() -> AsyncIterator[bytes]:
            yield b""

        (tmp_path / "x").touch()
        source = {"bytes": b"", "file": tmp_path / "x", "iterator": nothing()}[kind]
        with pytest.raises(InvalidRequestError, match=r"source: .* found an empty file"):
            await self.upload(source)

    @pytest.mark.parametrize("name", ["nowhere.mp4", "", "a\0b", "x" * 300])
    async def test_vanished(self, name: str, tmp_path: Path) -> None:
        """A file that is not there, or a folder, is refused by its name."""
        with pytest.raises(InvalidRequestError, match="source: expected a file that can be read"):
            await self.upload(tmp_path / name)

    async def test_pipe(self, tmp_path: Path) -> None:
        """A pipe, which has no end to wait for, is refused instead of waited for."""
        os.mkfifo(tmp_path / "pipe")
        with pytest.raises(InvalidRequestError, match="source: expected a file that can be read"):
            await self.upload(tmp_path / "pipe")

    async def test_nonsense(self) -> None:
        """What is no source at all is refused too."""
        with pytest.raises(InvalidRequestError, match="source: expected a file that can be read"):
            await self.upload(3)

    async def test_iterator_raises(self) -> None:
        """What the iterator raises comes out bare."""

        async def broken() -> AsyncIterator[bytes]:
            yield b"x"
            raise LookupError

        with pytest.raises(LookupError):
            await self.upload(broken())


class TestFailures:
    async def test_refused(self) -> None:
        """A refusal of the storage says its code, and neither the signature nor where it stood."""
        fake = FakePictory()
        fake.trouble(PUT, Trouble.body(REFUSAL, "application/xml", 403))
        async with client(fake) as pictory:
            with pytest.raises(
                UploadError, match="the storage answered 403 AccessDenied"
            ) as caught:
                await pictory.upload(FILM, name="film.mp4")

        assert 403 == caught.value.status
        assert "Signature" not in str(caught.value)
        assert "?" not in caught.value.url

    async def test_no_answer(self) -> None:
        """A storage that never answers is an error that says so, without the signature."""
        fake = FakePictory()
        fake.trouble(PUT, Trouble.reset(), times=None)
        async with client(fake, retry=QUICK) as pictory:
            with pytest.raises(UploadError, match="ReadError") as caught:
                await pictory.upload(FILM, name="film.mp4")

        assert Retry().attempts == fake.count(PUT)
        assert (None, True) == (caught.value.__cause__, caught.value.__suppress_context__)

    async def test_no_url(self) -> None:
        """A service that gives no place is an error of the service."""
        fake = FakePictory()
        fake.trouble("POST /v1/media/generateurl", Trouble.status(500), times=None)
        async with client(fake, retry=QUICK) as pictory:
            with pytest.raises(ServerError):
                await pictory.upload(FILM, name="film.mp4")

    @pytest.mark.parametrize("change", [-1, 1, -len(FILM)])
    async def test_changing_file(self, tmp_path: Path, change: int) -> None:
        """A file that grows or shrinks meanwhile is an error that says so."""
        path = tmp_path / "film.mp4"
        path.write_bytes(FILM)

        def cut(done: int, _total: int | None) -> None:
            if done == 1 << 20:
                os.truncate(path, len(FILM) + change)

        with FakePictory().serve() as url:
            async with Pictory(KEY, base_url=url) as pictory:
                with pytest.raises(UploadError, match=f"no longer {len(FILM)} bytes"):
                    await pictory.upload(path, on_bytes=cut)

    async def test_cancelled(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A cancelled upload leaves neither a temporary file nor an open one."""
        monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
        fake = FakePictory()
        fake.trouble(PUT, Trouble.stall())
        before, scope = open_files(), anyio.CancelScope()
        async with client(fake) as pictory, anyio.create_task_group() as group:
            with scope:

                async def cancel() -> None:
                    await until(lambda: fake.count(PUT))
                    scope.cancel()

                group.start_soon(cancel)
                await pictory.upload(chunks(), name="film.mp4")
        gc.collect()

        assert scope.cancelled_caught
        assert [] == list(tmp_path.iterdir())
        assert before >= open_files()

    async def test_foreign_storage(self) -> None:
        """The key goes to the API alone, wherever the storage is."""
        fake = FakePictory()
        with fake.serve() as url:
            async with Pictory(ApiKey("pictai_secret"), base_url=url) as pictory:
                await pictory.upload(Path(__file__))

        assert "pictai_secret" in str(fake.requests[0].headers)
        assert "pictai_secret" not in str(fake.requests[1].headers)
