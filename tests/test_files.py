"""Downloads: whole or not at all, and never with a credential."""

from __future__ import annotations

import contextlib
import os
import resource
import signal
from typing import TYPE_CHECKING, Any, Final

import anyio
import anyio.lowlevel
import httpx
import pytest
from anyio.abc import SocketAttribute, SocketStream

from pictory_async import DownloadError, InvalidRequestError, Pictory, Retry, Timeouts, Video
from pictory_async.testing import FakePictory, Trouble
from tests.helpers import CLIENT, KEY, PATIENCE, SCRIPT, Host, client


if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator
    from pathlib import Path


pytestmark = pytest.mark.anyio

FILE = "GET /files/{key}"
URL = "https://files.example/film.mp4?signature=hush"
FILM = bytes(range(256)) * 10_000


class Body(httpx.AsyncByteStream):
    """A body that ends in an error, or never."""

    def __init__(self, end: Callable[[], Any]) -> None:
        self.end = end

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """Yield half of a film."""
        yield FILM[: len(FILM) // 2]
        await self.end()


def film(_: httpx.Request) -> httpx.Response:
    """Answer with the film."""
    return httpx.Response(200, content=FILM)


def redirect(*locations: str) -> Callable[[httpx.Request], httpx.Response]:
    """Answer with redirects, then with the film."""
    left = list(locations)

    def answer(request: httpx.Request) -> httpx.Response:
        if left:
            return httpx.Response(302, headers={"Location": left.pop(0)})
        return film(request)

    return answer


async def download(host: Host, target: Path, url: str = URL, **arguments: Any) -> Path:
    """Download through a client that reaches nothing but the host."""
    async with Pictory(CLIENT, transport=host, retry=Retry(first=0)) as pictory:
        return await pictory.download(url, target, **arguments)


async def finished(fake: FakePictory) -> Video:
    """Return a finished video."""
    async with client(fake) as pictory:
        job = await pictory.storyboards.render({"videoName": "x", "scenes": [{"story": SCRIPT}]})
        fake.advance(60)
        return await pictory.wait_for_job(job)


class TestWhole:
    async def test_film(self, tmp_path: Path) -> None:
        """A finished video arrives whole, without a credential on its way."""
        fake = FakePictory(draw=False)
        video = await finished(fake)
        async with client(fake, CLIENT) as pictory:
            target = await pictory.download(video, tmp_path / "film.mp4")

        (request,) = (r for r in fake.requests if r.operation == FILE)
        assert tmp_path / "film.mp4" == target
        assert b"ftyp" == target.read_bytes()[4:8]
        assert [target] == list(tmp_path.iterdir())
        assert () == fake.leaks
        assert request.headers["user-agent"].startswith("pictory-async/")

    async def test_over_a_socket(self, tmp_path: Path) -> None:
        """The same over a socket, where the file stands on the API's own origin."""
        fake = FakePictory(draw=False)
        with fake.serve() as url:
            async with Pictory(CLIENT, base_url=url) as pictory:
                job = await pictory.storyboards.render(
                    {"videoName": "x", "scenes": [{"story": SCRIPT}]}
                )
                fake.advance(60)
                await pictory.download(await pictory.wait_for_job(job), str(tmp_path / "film.mp4"))

        assert b"ftyp" == (tmp_path / "film.mp4").read_bytes()[4:8]
        assert () == fake.leaks

    async def test_replaces(self, tmp_path: Path) -> None:
        """A file that is there already is replaced."""
        (tmp_path / "film.mp4").write_bytes(b"old")
        await download(Host(film), tmp_path / "film.mp4")

        assert FILM == (tmp_path / "film.mp4").read_bytes()

    async def test_mode(self, tmp_path: Path) -> None:
        """The file may be read by whom the process's umask allows, as any other new file."""
        (tmp_path / "other").touch()
        target = await download(Host(film), tmp_path / "film.mp4")

        assert (tmp_path / "other").stat().st_mode == target.stat().st_mode

    @pytest.mark.parametrize("is_async", [False, True])
    async def test_progress(self, tmp_path: Path, is_async: bool) -> None:
        """`on_bytes` sees the bytes so far and in all, and may be async."""
        calls: list[tuple[int, int | None]] = []

        async def collect_later(done: int, total: int | None) -> None:
            await anyio.lowlevel.checkpoint()
            calls.append((done, total))

        def collect(done: int, total: int | None) -> None:
            calls.append((done, total))

        await download(
            Host(film), tmp_path / "film.mp4", on_bytes=collect_later if is_async else collect
        )

        assert [(len(FILM), len(FILM))] == calls

    async def test_callback_raises(self, tmp_path: Path) -> None:
        """What `on_bytes` raises ends nothing, an OSError neither."""

        def refuse(_done: int, _total: int | None) -> None:
            raise BrokenPipeError

        target = await download(Host(film), tmp_path / "film.mp4", on_bytes=refuse)

        assert FILM == target.read_bytes()

    async def test_unknown_length(self, tmp_path: Path) -> None:
        """A host that does not say how long the file is gets believed."""
        totals: list[int | None] = []

        def collect(_: int, total: int | None) -> None:
            totals.append(total)

        async def chunks() -> AsyncIterator[bytes]:
            yield FILM

        def answer(_: httpx.Request) -> httpx.Response:
            return httpx.Response(200, content=chunks())

        target = await download(Host(answer), tmp_path / "film.mp4", on_bytes=collect)

        assert FILM == target.read_bytes()
        assert {None} == set(totals)

    async def test_asks_for_the_file_itself(self, tmp_path: Path) -> None:
        """The request asks for no compression and carries no credential."""
        host = Host(film)
        await download(host, tmp_path / "film.mp4")
        (request,) = host.requests

        assert "identity" == request.headers["accept-encoding"]
        assert not {"authorization", "x-pictory-user-id", "cookie"} & set(request.headers)


class TestRedirects:
    async def test_followed(self, tmp_path: Path) -> None:
        """Redirects to http and https are followed, relative ones too."""
        host = Host(redirect("/moved.mp4", "https://other.example/film.mp4"))
        target = await download(host, tmp_path / "film.mp4")

        assert FILM == target.read_bytes()
        assert [URL, "https://files.example/moved.mp4", "https://other.example/film.mp4"] == [
            str(request.url) for request in host.requests
        ]

    @pytest.mark.parametrize(
        "location",
        ["file:///etc/passwd", "ftp://files.example/film.mp4", "javascript:0", "http://h:x/"],
    )
    async def test_strange_scheme(self, tmp_path: Path, location: str) -> None:
        """A redirect to anything else is an error, and nothing is asked there."""
        host = Host(redirect(location))
        with pytest.raises(DownloadError, match="not followed"):
            await download(host, tmp_path / "film.mp4")

        assert 1 == len(host.requests)

    async def test_endless(self, tmp_path: Path) -> None:
        """Redirects that never end are an error."""
        with pytest.raises(DownloadError, match="more than 10 redirects"):
            await download(Host(redirect(*["/again"] * 11)), tmp_path / "film.mp4")


class TestFailures:
    @pytest.fixture(autouse=True)
    def _nothing_is_left(self, tmp_path: Path) -> Any:
        """Whatever failed, neither the file nor a part of it is there."""
        yield
        assert [] == [path for path in tmp_path.iterdir() if path.is_file()]

    @pytest.mark.parametrize("status", [403, 404, 410])
    async def test_refused(self, tmp_path: Path, status: int) -> None:
        """A host that refuses is an error with its status, without the URL's signature."""
        with pytest.raises(DownloadError) as caught:
            await download(Host(lambda _: httpx.Response(status)), tmp_path / "film.mp4")

        assert status == caught.value.status
        assert "https://files.example/film.mp4" == caught.value.url
        assert "hush" not in repr(caught.value)

    async def test_trouble_passes(self, tmp_path: Path) -> None:
        """A host in trouble is asked again before any byte has arrived."""
        fake = FakePictory(draw=False)
        video = await finished(fake)
        fake.trouble(FILE, Trouble.status(503), times=2)
        async with client(fake, retry=Retry(first=0)) as pictory:
            target = await pictory.download(video, tmp_path / "film.mp4")

        assert 3 == fake.count(FILE)
        target.unlink()

    async def test_cut(self, tmp_path: Path) -> None:
        """A download that breaks off again and again names the job that it belongs to."""
        fake = FakePictory(draw=False)
        video = await finished(fake)
        # Nothing new arrives after the first time.
        fake.trouble(FILE, Trouble.truncate(1000))
        fake.trouble(FILE, Trouble.truncate(0), times=None)
        async with client(fake, retry=Retry(first=0)) as pictory:
            with pytest.raises(DownloadError, match=f"result of job {video.job_id}") as caught:
                await pictory.download(video, tmp_path / "film.mp4")

        assert video.job_id == caught.value.job_id
        assert 1 + Retry().attempts == fake.count(FILE) + 1

    async def test_no_host(self, tmp_path: Path) -> None:
        """A host that cannot be reached is an error without the signature."""

        def refuse(_: httpx.Request) -> httpx.Response:
            msg = "All connection attempts failed"
            raise httpx.ConnectError(msg)

        host = Host(refuse)
        with pytest.raises(DownloadError, match="ConnectError: All connection") as caught:
            await download(host, tmp_path / "film.mp4")

        assert Retry().attempts == len(host.requests)
        assert (None, None) == (caught.value.__cause__, caught.value.__context__)

    @pytest.mark.parametrize("announced", [len(FILM) - 1, len(FILM) + 1])
    async def test_wrong_length(self, tmp_path: Path, announced: int) -> None:
        """A file of another length than announced is an error that says both."""

        def answer(_: httpx.Request) -> httpx.Response:
            headers = {"Content-Length": str(announced)}
            return httpx.Response(200, headers=headers, content=FILM)

        with pytest.raises(DownloadError, match=f"{len(FILM)} of {announced} bytes arrived"):
            await download(Host(answer), tmp_path / "film.mp4")

    async def test_cancelled(self, tmp_path: Path) -> None:
        """A cancelled download leaves nothing behind."""

        async def cancel() -> None:
            scope.cancel()
            await anyio.sleep_forever()

        def answer(_: httpx.Request) -> httpx.Response:
            return httpx.Response(200, stream=Body(cancel))

        with anyio.CancelScope() as scope:
            await download(Host(answer), tmp_path / "film.mp4")

        assert scope.cancelled_caught

    @pytest.mark.parametrize(
        "url", ["", "film.mp4", "ftp://h/film.mp4", "file:///f", "http://h:x/"]
    )
    async def test_no_url(self, tmp_path: Path, url: str) -> None:
        """What is not an http or https URL is refused by its name."""
        with pytest.raises(InvalidRequestError, match="url: expected an http or https URL"):
            await download(Host(film), tmp_path / "film.mp4", url)

    async def test_no_folder(self, tmp_path: Path) -> None:
        """A folder that does not exist is refused before anything is asked for."""
        host = Host(film)
        with pytest.raises(InvalidRequestError, match="target: expected a file in a folder"):
            await download(host, tmp_path / "nowhere" / "film.mp4")

        assert [] == host.requests

    async def test_is_a_folder(self, tmp_path: Path) -> None:
        """A target that is a folder is refused before anything is asked for."""
        with pytest.raises(InvalidRequestError, match="target: expected a file, found the folder"):
            await download(Host(film), tmp_path)

    async def test_is_no_regular_file(self, tmp_path: Path) -> None:
        """A device or a pipe is refused, instead of being replaced by a file."""
        pipe = tmp_path / "pipe"
        os.mkfifo(pipe)
        host = Host(film)
        with pytest.raises(InvalidRequestError, match="expected a regular file"):
            await download(host, pipe)

        assert pipe.is_fifo()
        assert [] == host.requests

    async def test_impossible_name(self, tmp_path: Path) -> None:
        """A name that the disk does not take is refused before anything is asked for."""
        host = Host(film)
        with pytest.raises(InvalidRequestError, match=r"target: .* File name too long"):
            await download(host, tmp_path / ("x" * 300))

        assert [] == host.requests

    async def test_folder_that_cannot_be_written_to(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A folder without the right to write is refused before anything is asked for."""

        def refuse(_path: object, _mode: int) -> bool:
            return False

        monkeypatch.setattr(os, "access", refuse)
        host = Host(film)
        with pytest.raises(InvalidRequestError, match=r"target: .* can be written to"):
            await download(host, tmp_path / "film.mp4")

        assert [] == host.requests

    async def test_no_path(self, tmp_path: Path) -> None:
        """A path that cannot be one is refused."""
        with pytest.raises(InvalidRequestError, match="target: expected a path"):
            await download(Host(film), tmp_path / "a\0b")


async def test_drips_over_a_socket(tmp_path: Path) -> None:
    """A host that drips over a socket loses its connections, and the download comes to an end."""
    connections: list[SocketStream] = []

    async def drip(stream: SocketStream) -> None:
        connections.append(stream)
        async with stream:
            await stream.receive()
            await stream.send(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
            with contextlib.suppress(anyio.BrokenResourceError):
                while True:
                    await stream.send(b"x")
                    await anyio.sleep(0.01)

    listener = await anyio.create_tcp_listener(local_host="127.0.0.1")
    port = listener.extra(SocketAttribute.local_port)  # noqa: S610 - not that of Django
    settings: Any = {"timeouts": Timeouts(stall=0.2), "retry": Retry(attempts=2, first=0)}
    async with listener, anyio.create_task_group() as tasks, Pictory(KEY, **settings) as pictory:
        tasks.start_soon(listener.serve, drip)
        with anyio.fail_after(PATIENCE), pytest.raises(DownloadError, match=r"within 0\.2 s"):
            await pictory.download(f"http://127.0.0.1:{port}/v.bin", tmp_path / "v.bin")
        tasks.cancel_scope.cancel()

    assert 2 == len(connections)
    assert [] == list(tmp_path.iterdir())


async def test_full_disk(tmp_path: Path) -> None:
    """A disk that takes no more is an error of ours with the disk's reason."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(FILM) // 2, limits[1]))
    try:
        with pytest.raises(DownloadError, match=r"cannot write .*: File too large"):
            await download(Host(film), tmp_path / "film.mp4")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, ignored)

    assert [] == list(tmp_path.iterdir())


class Broken:
    """A host whose answers break off after some bytes each, and which knows ranges."""

    def __init__(self, *lengths: int, etag: str | None = '"1"', ranges: bool = True) -> None:
        self.lengths = [*lengths, len(FILM)]
        self.etag = etag
        self.ranges = ranges
        self.asked: list[str | None] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Answer a part of what is asked for."""
        wanted = request.headers.get("range")
        self.asked.append(wanted)
        start = int(wanted[6:-1]) if wanted and self.ranges else 0
        headers = {"Content-Length": str(len(FILM) - start)}
        if self.etag is not None:
            headers["ETag"] = self.etag
        if start:
            headers["Content-Range"] = f"bytes {start}-{len(FILM) - 1}/{len(FILM)}"
        stream = Cut(FILM[start : start + self.lengths.pop(0)], start)
        return httpx.Response(206 if start else 200, headers=headers, stream=stream)


class Cut(httpx.AsyncByteStream):
    """A body that breaks off unless it leads to the end of the film."""

    def __init__(self, content: bytes, start: int) -> None:
        self.content = content
        self.is_whole = start + len(content) == len(FILM)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """Yield the content."""
        yield self.content
        if not self.is_whole:
            msg = "peer closed connection"
            raise httpx.RemoteProtocolError(msg)


REST: Final = {"Content-Range": f"bytes 1000-{len(FILM) - 1}/{len(FILM)}"}


class TestResume:
    @pytest.fixture(autouse=True)
    def _left_nothing(self, tmp_path: Path) -> Iterator[None]:
        """Check that the whole file is there and nothing else."""
        yield
        assert {"film.mp4"} == {path.name for path in tmp_path.iterdir()}
        assert FILM == (tmp_path / "film.mp4").read_bytes()

    async def test_rest(self, tmp_path: Path) -> None:
        """After a break only the rest is asked for, as often as it takes."""
        host, seen = Broken(*[1000] * 9), list[int]()

        def see(done: int, _total: int | None) -> None:
            seen.append(done)

        await download(Host(host), tmp_path / "film.mp4", on_bytes=see)

        assert [None, *(f"bytes={n}000-" for n in range(1, 10))] == host.asked
        assert [*range(1000, 10_000, 1000), len(FILM)] == seen

    async def test_names_the_version(self, tmp_path: Path) -> None:
        """The rest is that of the same version, or all of the new one."""
        host = Host(Broken(1000))
        await download(host, tmp_path / "film.mp4")

        assert [None, '"1"'] == [each.headers.get("if-range") for each in host.requests]

    async def test_other_version(self, tmp_path: Path) -> None:
        """A host that answers with the whole file gets a fresh start."""
        host = Broken(1000, 500, ranges=False)
        await download(Host(host), tmp_path / "film.mp4")

        assert [None, "bytes=1000-", "bytes=500-"] == host.asked

    @pytest.mark.parametrize("etag", [None, 'W/"1"'])
    async def test_no_version(self, tmp_path: Path, etag: str | None) -> None:
        """Without a name for this very version nothing is pieced together."""
        host = Broken(1000, etag=etag)
        await download(Host(host), tmp_path / "film.mp4")

        assert [None, None] == host.asked

    @pytest.mark.parametrize(
        "answer",
        [
            httpx.Response(416, headers={"Content-Range": f"bytes */{len(FILM)}"}),
            httpx.Response(206, headers={"Content-Range": f"bytes 0-5/{len(FILM)}"}, content=b"x"),
            httpx.Response(206, headers={"Content-Range": "bytes 1000-1001/1002"}, content=b"xx"),
            httpx.Response(206, content=b"x"),
            httpx.Response(206, headers=REST, content=bytes(len(FILM) - 1000)),
            httpx.Response(206, headers=REST | {"ETag": '"2"'}, content=bytes(len(FILM) - 1000)),
        ],
        ids=["unsatisfiable", "other start", "other length", "no range", "no version", "other"],
    )
    async def test_other_part(self, tmp_path: Path, answer: httpx.Response) -> None:
        """A host that answers with another part than the rest gets a fresh start."""
        broken, answers = Broken(1000), [answer]

        def host(request: httpx.Request) -> httpx.Response:
            return answers.pop() if answers and "range" in request.headers else broken(request)

        await download(Host(host), tmp_path / "film.mp4")

        assert [None, None] == broken.asked

    async def test_broken_after_the_end(self, tmp_path: Path) -> None:
        """A connection that breaks once everything is there has done its work."""

        class Whole(Cut):
            def __init__(self) -> None:
                super().__init__(FILM, 0)
                self.is_whole = False

        def answer(_: httpx.Request) -> httpx.Response:
            headers = {"Content-Length": str(len(FILM))}
            return httpx.Response(200, headers=headers, stream=Whole())

        host = Host(answer)
        await download(host, tmp_path / "film.mp4")

        assert 1 == len(host.requests)

    async def test_over_a_socket(self, tmp_path: Path) -> None:
        """The same over a socket, with the ranges of the stand-in."""
        fake = FakePictory(draw=False)
        with fake.serve() as url:
            async with Pictory(KEY, base_url=url, retry=Retry(first=0)) as pictory:
                address = await pictory.upload(FILM, name="film.mp4")
                fake.trouble(FILE, Trouble.truncate(100_000), times=3)
                await pictory.download(address, tmp_path / "film.mp4")

        statuses = [r.status for r in fake.requests if r.operation == FILE]
        assert [200, 206, 206, 206] == statuses

    async def test_link(self, tmp_path: Path) -> None:
        """A target that is a link stays one: the file is where it leads to."""
        folder = tmp_path / "elsewhere"
        folder.mkdir()
        link = tmp_path / "link.mp4"
        link.symlink_to(folder / "film.mp4")
        await download(Host(film), link)

        assert link.is_symlink()
        assert FILM == (folder / "film.mp4").read_bytes()
        link.unlink()
        (folder / "film.mp4").rename(tmp_path / "film.mp4")
        folder.rmdir()

    async def test_long_name(self, tmp_path: Path) -> None:
        """A name as long as the disk takes is fine."""
        name = "x" * 255
        await download(Host(film), tmp_path / name)

        (tmp_path / name).rename(tmp_path / "film.mp4")
