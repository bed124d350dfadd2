"""What arrives is what was asked for, and a download that drips comes to an end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import anyio
import httpx
import pytest

from pictory_async import DownloadError, InvalidRequestError, Pictory, Retry, Timeouts
from tests.helpers import CLIENT, Host


if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


pytestmark = pytest.mark.anyio

URL = "https://files.example/film.mp4?signature=hush"
KIB = 1024
FILM = b"\0\0\0\x20ftypisom" + bytes(300 * KIB)
DENIED = b"<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>"


@pytest.fixture
def anyio_backend(virtual_backend: object) -> object:
    """Run in virtual time, on asyncio and on trio."""
    return virtual_backend


class Slow(httpx.AsyncByteStream):
    """A body that comes in pieces with pauses between them after a burst, and may break off."""

    def __init__(
        self, content: bytes, piece: int, pause: float, *, burst: int = 0, breaks: bool = False
    ) -> None:
        self.content = content
        self.burst = burst
        self.piece = piece
        self.pause = pause
        self.breaks = breaks

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """Yield the pieces."""
        yield self.content[: self.burst]
        for start in range(self.burst, len(self.content), self.piece):
            await anyio.sleep(self.pause)
            yield self.content[start : start + self.piece]
        if self.breaks:
            msg = "peer closed connection"
            raise httpx.RemoteProtocolError(msg)


class SlowHost(Host):
    """A host that knows ranges, whose answers have a piece now and then, up to a limit."""

    def __init__(
        self, piece: int, pause: float, most: int | None = None, *, burst: int = 0
    ) -> None:
        super().__init__(self.slow)
        self.burst = burst
        self.piece = piece
        self.pause = pause
        self.most = most

    def slow(self, request: httpx.Request) -> httpx.Response:
        """Answer what is asked for."""
        start = int(request.headers.get("range", "bytes=0-")[6:-1])
        rest = FILM[start:]
        part = rest if self.most is None else rest[: self.most]
        breaks = len(part) < len(rest)
        body = Slow(part, self.piece, self.pause, burst=self.burst, breaks=breaks)
        headers = {"Content-Length": str(len(rest)), "ETag": '"1"'}
        if start:
            headers["Content-Range"] = f"bytes {start}-{len(FILM) - 1}/{len(FILM)}"
        return httpx.Response(206 if start else 200, headers=headers, stream=body)


async def download(host: Host, target: Path, url: str = URL, **settings: Any) -> Path:
    """Download through a client that reaches nothing but the host."""
    settings.setdefault("retry", Retry(first=0))
    async with Pictory(CLIENT, transport=host, **settings) as pictory:
        return await pictory.download(url, target)


def whole(content: bytes, content_type: str | None = None) -> Host:
    """Return a host that answers with something, and with 200."""
    headers = {} if content_type is None else {"Content-Type": content_type}
    return Host(lambda _: httpx.Response(200, headers=headers, content=content))


class TestContent:
    @pytest.mark.parametrize(
        ("content", "content_type", "found"),
        [
            (b"<!DOCTYPE html><title>Log in</title>", "text/html", "an HTML page"),
            (b"<html>" + bytes(2 << 20), None, "an HTML page"),
            (DENIED, "application/xml", "an XML document: AccessDenied"),
            (b'{"success": false}', "application/json", "JSON"),
            (b'{"success": false}', None, "JSON"),
        ],
    )
    @pytest.mark.parametrize("name", ["v.mp4", "v.srt"])
    async def test_something_else(
        self, tmp_path: Path, name: str, content: bytes, content_type: str | None, found: str
    ) -> None:
        """A page and a document take no file's place, and the error names them."""
        (tmp_path / name).write_bytes(b"old")
        host = whole(content, content_type)
        with pytest.raises(
            DownloadError, match=f"the host sent {found} instead of the file$"
        ) as caught:
            await download(host, tmp_path / name)

        assert (200, None) == (caught.value.status, caught.value.job_id)
        assert "https://files.example/film.mp4" == caught.value.url
        assert b"old" == (tmp_path / name).read_bytes()
        assert [name] == [path.name for path in tmp_path.iterdir()]
        assert 1 == len(host.requests)

    async def test_nothing(self, tmp_path: Path) -> None:
        """Nothing at all is no film; but there are films without a word in them."""
        with pytest.raises(DownloadError, match="the host sent nothing instead of the file"):
            await download(whole(b""), tmp_path / "v.mp4")
        await download(whole(b""), tmp_path / "v.srt")

        assert ["v.srt"] == [path.name for path in tmp_path.iterdir()]

    async def test_callbacks_see_none_of_it(self, tmp_path: Path) -> None:
        """What is not the file is not counted as its bytes."""
        seen: list[int] = []

        def see(done: int, _total: int | None) -> None:
            seen.append(done)

        async with Pictory(CLIENT, transport=whole(DENIED)) as pictory:
            with pytest.raises(DownloadError):
                await pictory.download(URL, tmp_path / "v.mp4", on_bytes=see)

        assert [] == seen

    @pytest.mark.parametrize(
        ("name", "content"),
        [
            ("v.bin", b"<html>"),
            ("v", b""),
            ("v.json", b"{}"),
            ("v.mp4", FILM),
            ("v.mp4", b"anything"),
            ("v.txt", b"<b>Tea</b>"),
        ],
    )
    async def test_taken(self, tmp_path: Path, name: str, content: bytes) -> None:
        """What a name does not tell is not checked, and what may be the file is taken."""
        target = await download(whole(content), tmp_path / name)

        assert content == target.read_bytes()

    async def test_first_bytes_that_come_one_by_one(self, tmp_path: Path) -> None:
        """The first bytes are looked at together, though answers break off within them."""
        answers = [FILM[:3], FILM[:6]]

        def answer(request: httpx.Request) -> httpx.Response:
            start = int(request.headers.get("range", "bytes=0-")[6:-1])
            content = answers.pop(0)[start:] if answers else FILM[start:]
            headers = {"Content-Length": str(len(FILM) - start), "ETag": '"1"'}
            headers["Content-Type"] = "text/html"
            if start:
                headers["Content-Range"] = f"bytes {start}-{len(FILM) - 1}/{len(FILM)}"
            stream = Slow(content, 1 * KIB, 0, breaks=bool(answers))
            return httpx.Response(206 if start else 200, headers=headers, stream=stream)

        host = Host(answer)
        target = await download(host, tmp_path / "film.mp4")

        assert FILM == target.read_bytes()
        assert 3 == len(host.requests)

    async def test_a_page_that_comes_after_a_break(self, tmp_path: Path) -> None:
        """Where a new answer begins from the beginning, it is looked at again."""
        answers = [
            httpx.Response(200, stream=Slow(FILM[: 2 * KIB], KIB, 0, breaks=True)),
            httpx.Response(200, content=DENIED),
        ]
        with pytest.raises(DownloadError, match="an XML document: AccessDenied"):
            await download(Host(lambda _: answers.pop(0)), tmp_path / "film.mp4")

        assert [] == list(tmp_path.iterdir())


class TestOddHosts:
    @pytest.mark.parametrize(
        "url",
        ["https://xn--a/v.mp4", "https://xn--/v.mp4", "https://a.example/\ud800.mp4", "https://"],
        ids=repr,
    )
    async def test_links_that_are_none(self, tmp_path: Path, url: str) -> None:
        """A link that no request can go to is an error of ours, whatever is wrong with it."""
        host = whole(FILM)
        words = "url: expected an http or https URL|source: expected text that UTF-8 can encode"
        with pytest.raises(InvalidRequestError, match=words):
            await download(host, tmp_path / "v.mp4", url)

        assert [] == host.requests

    @pytest.mark.parametrize("location", ["https://xn--a/v.mp4", "https://xn--/v", "ftp://a/b"])
    async def test_redirects_that_lead_nowhere(self, tmp_path: Path, location: str) -> None:
        """So is a redirect to such a link."""
        host = Host(lambda _: httpx.Response(302, headers={"Location": location}))
        with pytest.raises(DownloadError, match="redirected to a place that is not followed"):
            await download(host, tmp_path / "v.mp4")

    @pytest.mark.parametrize(
        "headers",
        [
            {"ETag": '"1"', "Content-Range": f"bytes 1-2/{'9' * 5000}"},
            {"ETag": '"\xe9"'},
            {"Last-Modified": "No\xebl"},
            {"Last-Modified": "\x7f"},
        ],
        ids=["range", "etag", "date", "no text"],
    )
    async def test_headers_that_make_no_sense(
        self, tmp_path: Path, headers: dict[str, str]
    ) -> None:
        """Odd words about a part of a file mean that it is asked for anew."""
        breaks = Slow(FILM[:1000], 1000, 0, burst=1000, breaks=True)
        named = [(key.encode(), value.encode("latin-1")) for key, value in headers.items()]
        length = (b"Content-Length", str(len(FILM)).encode())
        answers = [
            httpx.Response(200, headers=[*named, length], stream=breaks),
            httpx.Response(206, headers=named, content=FILM[1:]),
            httpx.Response(200, content=FILM),
        ]
        if "Content-Range" not in headers:
            del answers[1]
        target = await download(Host(lambda _: answers.pop(0)), tmp_path / "v.mp4")

        assert FILM == target.read_bytes()

    async def test_headers_are_not_quoted(self, tmp_path: Path) -> None:
        """What the parser could not read is not shown: it may hold a signature."""

        def broken(_: httpx.Request) -> httpx.Response:
            msg = "illegal header line: bytearray(b'Location : https://s3/x?Signature=s3cr3t')"
            raise httpx.RemoteProtocolError(msg)

        with pytest.raises(DownloadError, match=r"RemoteProtocolError$") as caught:
            await download(Host(broken), tmp_path / "v.mp4")

        assert "s3cr3t" not in repr(caught.value) + str(caught.value.__cause__)


class TestStall:
    async def test_drips(self, tmp_path: Path) -> None:
        """A host that drips gets as many attempts as one that says nothing, and a minute each."""
        host = SlowHost(1, 1)
        with pytest.raises(DownloadError, match="less than 64 KiB came within 60 s"):
            await download(host, tmp_path / "film.mp4")

        assert 4 == len(host.requests)
        assert 4 * 60 == pytest.approx(anyio.current_time(), abs=1)
        assert [] == list(tmp_path.iterdir())

    async def test_slow_but_steady(self, tmp_path: Path) -> None:
        """A host that is slow gets as long as it takes: 64 KiB a minute are enough."""
        host = SlowHost(8 * KIB, 7)
        target = await download(host, tmp_path / "film.mp4")

        assert FILM == target.read_bytes()
        assert 1 == len(host.requests)

    @pytest.mark.parametrize(("stall", "seconds"), [(5, 20), (0.5, 2)])
    async def test_setting(self, tmp_path: Path, stall: float, seconds: float) -> None:
        """How long an answer may stall is a setting."""
        with pytest.raises(DownloadError, match=f"within {stall:g} s"):
            await download(SlowHost(1, 1), tmp_path / "film.mp4", timeouts=Timeouts(stall=stall))

        assert seconds == pytest.approx(anyio.current_time(), abs=0.1)

    async def test_no_bound(self, tmp_path: Path) -> None:
        """Without the setting a drip may go on for ever."""
        host = SlowHost(30 * KIB, 1000)
        timeouts = Timeouts(stall=None)
        target = await download(host, tmp_path / "film.mp4", timeouts=timeouts)

        assert FILM == target.read_bytes()

    async def test_the_last_bytes(self, tmp_path: Path) -> None:
        """A file that ends in time needs no 64 KiB."""
        host = Host(lambda _: httpx.Response(200, stream=Slow(FILM[:50], 1, 1)))
        target = await download(host, tmp_path / "film.mp4")

        assert 50 == target.stat().st_size

    async def test_stalls_on_its_way(self, tmp_path: Path) -> None:
        """An answer that stalls after it brought enough is worth as many attempts as before."""
        host = SlowHost(1, 1, burst=100 * KIB)
        target = await download(host, tmp_path / "film.mp4", retry=Retry(first=0, attempts=2))

        assert FILM == target.read_bytes()
        assert 3 == len(host.requests)
        assert 2 * 60 == pytest.approx(anyio.current_time(), abs=1)

    async def test_breaks_off_again_and_again(self, tmp_path: Path) -> None:
        """A host that breaks off after a few bytes each time comes to an end as well."""
        host = SlowHost(10, 1, most=10)
        with pytest.raises(DownloadError, match="peer closed connection"):
            await download(host, tmp_path / "film.mp4")

        assert 60 == pytest.approx(anyio.current_time(), abs=5)
        assert [] == list(tmp_path.iterdir())

    async def test_waiting_for_the_first_answer_counts_for_nothing(self, tmp_path: Path) -> None:
        """The time before the first answer, for a slot perhaps, is not the host's."""

        class Late(SlowHost):
            async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
                await anyio.sleep(0 if self.requests else 1000)
                return await super().handle_async_request(request)

        host = Late(KIB, 0, most=10 * KIB)
        patient: Any = {"retry": Retry(first=0, attempts=2), "timeouts": Timeouts(total=None)}
        target = await download(host, tmp_path / "film.mp4", **patient)

        assert FILM == target.read_bytes()

    async def test_breaks_off_and_gets_on(self, tmp_path: Path) -> None:
        """A host that breaks off every 10 KiB is fast enough, however often that is."""
        host = SlowHost(10 * KIB, 5, most=10 * KIB)
        target = await download(host, tmp_path / "film.mp4", retry=Retry(first=0, attempts=2))

        assert FILM == target.read_bytes()
        assert 31 == len(host.requests)

    async def test_drips_its_excuse(self, tmp_path: Path) -> None:
        """An error whose body drips holds up nothing: nobody wants to read it."""
        answers = [httpx.Response(503, stream=Slow(FILM, 1, 1)), httpx.Response(200, content=FILM)]
        target = await download(Host(lambda _: answers.pop(0)), tmp_path / "film.mp4")

        assert FILM == target.read_bytes()
        assert 10 > anyio.current_time()

    async def test_the_disk_may_be_slow(self, tmp_path: Path) -> None:
        """The time that a callback takes is not the host's."""

        async def linger(_done: int, _total: int | None) -> None:
            await anyio.sleep(1000)

        host = whole(FILM * 8)
        async with Pictory(CLIENT, transport=host) as pictory:
            target = await pictory.download(URL, tmp_path / "film.mp4", on_bytes=linger)

        assert 8 * len(FILM) == target.stat().st_size
