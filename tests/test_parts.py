"""What a killed download leaves, and downloads of one target at the same time."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
from typing import TYPE_CHECKING, Any, Final

import anyio
import anyio.to_thread
import httpx
import pytest

from pictory_async import DownloadError, Pictory, Retry
from pictory_async._transport import claims, downloads, parts
from pictory_async._transport.claims import Claim, claim, open_own
from pictory_async._transport.parts import Part, Version
from tests.helpers import CLIENT, Host, inside, until
from tests.sockets import head_of, listening


if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from anyio.abc import ByteStream


pytestmark = pytest.mark.anyio

FILM: Final = b"\0\0\0\x18ftypmp42" + bytes(range(256)) * 10_000
OTHER: Final = FILM[::-1]
URL = "https://files.example/film.mp4?signature=one"
HALF: Final = len(FILM) // 2
ETAG = '"1"'
DATE = "Sat, 28 Nov 2026 12:00:00 GMT"
LATER = "Sun, 29 Nov 2026 12:00:00 GMT"


class Storage:
    """A host of one file, which knows ranges and versions as RFC 9110 has them.

    One that is `careless` knows ranges and nothing of versions.
    """

    def __init__(
        self,
        film: bytes = FILM,
        etag: str | None = ETAG,
        *,
        date: str | None = None,
        is_careless: bool = False,
    ) -> None:
        self.film = film
        self.is_careless = is_careless
        self.headers = {"Content-Type": "video/mp4"} | ({"ETag": etag} if etag else {})
        if date is not None:
            self.headers["Last-Modified"] = date
        self.asked: list[tuple[str | None, str | None]] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Answer with the file or its rest."""
        wanted, version = request.headers.get("range"), request.headers.get("if-range")
        self.asked.append((wanted, version))
        is_same = version in {self.headers.get("ETag"), self.headers.get("Last-Modified")}
        if wanted is None or not (is_same or self.is_careless):
            return httpx.Response(200, headers=self.headers, content=self.film)
        start = int(wanted[6:-1])
        part = f"bytes {start}-{len(self.film) - 1}/{len(self.film)}"
        headers = self.headers | {"Content-Range": part}
        return httpx.Response(206, headers=headers, content=self.film[start:])


async def download(
    host: Any, target: Path, url: str = URL, retry: Retry | None = None, **arguments: Any
) -> None:
    """Download through a client that reaches nothing but the host."""
    retry = retry or Retry(attempts=1)
    async with Pictory(CLIENT, transport=Host(host), retry=retry) as pictory:
        await pictory.download(url, target, **arguments)


def leave(
    target: Path,
    content: bytes = FILM[:HALF],
    *,
    slot: int = 0,
    url: str = URL,
    etag: str = ETAG,
    total: int = len(FILM),
    kind: str = "video/mp4",
) -> Path:
    """Leave what a download leaves that was killed, and return its part."""
    source = inside(downloads)._lasting(httpx.URL(url))
    part = Part(target, url.partition("?")[0], source)
    inside(part)._own()
    inside(part)._begin(Version(source, etag, total, kind))
    inside(part)._write(memoryview(content))
    inside(part)._save()
    inside(part)._file.close()
    lock = inside(part)._claim
    inside(lock)._file.close()
    for path in (part.path, lock.path):
        path.rename(path.with_name(path.name.replace(".0.", f".{slot}.")))
    return part.path.with_name(part.path.name.replace(".0.", f".{slot}."))


def mend(lock: Path, **changes: Any) -> None:
    """Let a lock say something else."""
    names = ("place", "name", "total", "content_type", "size")
    said = dict(zip(names, json.loads(lock.read_bytes()), strict=True)) | changes
    lock.write_bytes(json.dumps(list(said.values())).encode())


def save_at_once(monkeypatch: pytest.MonkeyPatch, step: int = 1) -> None:
    """Let a part be brought to the disk in small steps."""
    monkeypatch.setattr(parts, "_SAVED_BYTES", step)
    monkeypatch.setattr(parts, "_SAVED_SECONDS", 0)


def never(*_: object) -> bool:
    """Say no."""
    return False


def too_long(_: int) -> str:
    """Return a name that no disk takes."""
    return "x" * 300


def names(folder: Path) -> set[str]:
    """Return the names of all files in a folder."""
    return {path.name for path in folder.iterdir()}


class TestGoesOn:
    @pytest.fixture(autouse=True)
    def target(self, tmp_path: Path) -> Any:
        """Check that in the end the whole file is there and nothing else."""
        yield tmp_path / "film.mp4"
        assert {"film.mp4"} == names(tmp_path)
        assert (tmp_path / "film.mp4").read_bytes() in {FILM, OTHER}

    async def test_with_the_rest(self, target: Path) -> None:
        """Of what a killed download left only the rest is asked for, of the same version."""
        host, seen = Storage(), list[tuple[int, int | None]]()
        leave(target)

        def see(done: int, total: int | None) -> None:
            seen.append((done, total))

        await download(host, target, on_bytes=see)

        assert [(f"bytes={HALF}-", ETAG)] == host.asked
        assert (len(FILM), len(FILM)) == seen[-1]
        assert FILM == target.read_bytes()

    async def test_signed_anew(self, target: Path) -> None:
        """A link that was signed anew leads to the same file."""
        host = Storage()
        leave(target)
        await download(host, target, URL.replace("one", "two"))

        assert [(f"bytes={HALF}-", ETAG)] == host.asked

    @pytest.mark.parametrize(
        ("first", "second"),
        [
            (
                "v=1&Expires=1&Policy=a_&Key-Pair-Id=K1&Signature=x",
                "v=1&Expires=2&Policy=b_&Key-Pair-Id=K2&Signature=y",
            ),
            ("X-Amz-Date=1&X-Amz-Signature=a&v=1", "X-Amz-Date=2&X-Amz-Signature=b&v=1"),
            ("AWSAccessKeyId=A&Signature=a", "AWSAccessKeyId=B&Signature=b"),
            ("GoogleAccessId=A&Expires=1", "X-Goog-Date=2&X-Goog-Signature=b"),
        ],
        ids=["CloudFront", "S3", "S3 before", "Google"],
    )
    async def test_signatures(self, target: Path, first: str, second: str) -> None:
        """What the storages put into a query that they sign tells no file from another."""
        host, address = Storage(), URL.partition("?")[0]
        leave(target, url=f"{address}?{first}")
        await download(host, target, f"{address}?{second}")

        assert [(f"bytes={HALF}-", ETAG)] == host.asked

    @pytest.mark.parametrize(
        "query", ["id=2", "id=1&v=2", "ID=1", "", "id=1&x-amzn=2", "id=1&mysignature=2"]
    )
    async def test_another_query(self, target: Path, query: str) -> None:
        """Another query may be another film, though length and version are those of the first."""
        host, address = Storage(OTHER), URL.partition("?")[0]
        leave(target, url=f"{address}?id=1&Signature=a")
        await download(host, target, f"{address}?{query}")

        assert [(None, None)] == host.asked
        assert OTHER == target.read_bytes()

    async def test_all_of_it(self, target: Path) -> None:
        """Where all was there and only its name was missing, the last byte is asked for again."""
        host = Storage()
        leave(target, FILM)
        await download(host, target)

        assert [(f"bytes={len(FILM) - 1}-", ETAG)] == host.asked
        assert FILM == target.read_bytes()

    async def test_another_version(self, target: Path) -> None:
        """A file that changed meanwhile is fetched anew: two halves of two films are no film."""
        host = Storage(OTHER, '"2"')
        leave(target)
        await download(host, target)

        assert [(f"bytes={HALF}-", ETAG)] == host.asked
        assert OTHER == target.read_bytes()

    async def test_a_host_that_knows_half_of_it(self, target: Path) -> None:
        """A host that knows ranges and no `If-Range` gives itself away by its ETag."""
        host = Storage(OTHER, '"2"', is_careless=True)
        leave(target)
        await download(host, target)

        assert [(f"bytes={HALF}-", ETAG), (None, None)] == host.asked
        assert OTHER == target.read_bytes()

    @pytest.mark.parametrize("content", [FILM[:HALF], FILM], ids=["half", "whole"])
    @pytest.mark.parametrize(
        ("first", "then"),
        [
            (DATE, {"date": LATER}),
            (DATE, {}),
            (DATE, {"date": DATE, "etag": '"new"'}),
            (ETAG, {"date": DATE}),
            (ETAG, {}),
            (ETAG, {"etag": f"W/{ETAG}"}),
        ],
        ids=["later", "no date", "new etag", "no etag", "nothing", "weak"],
    )
    async def test_another_name(
        self, target: Path, first: str, then: dict[str, str], content: bytes
    ) -> None:
        """A rest whose version is not named as the part's is may be that of another film."""
        host = Storage(OTHER, is_careless=True, **{"etag": None, **then})
        leave(target, content, etag=first)
        await download(host, target)

        assert [first, None] == [version for _, version in host.asked]
        assert OTHER == target.read_bytes()

    async def test_a_date_is_a_version(self, target: Path) -> None:
        """A host without ETags names a version by its date."""
        host = Storage(etag=None, date=DATE)
        leave(target, etag=DATE)
        await download(host, target)

        assert [(f"bytes={HALF}-", DATE)] == host.asked
        assert FILM == target.read_bytes()

    async def test_a_hole(self, target: Path) -> None:
        """What was not seen on the disk may be a hole, if power was lost: it is fetched again."""
        host, part = Storage(), leave(target)
        with part.open("ab") as file:
            file.write(bytes(1000))
        await download(host, target)

        assert [(f"bytes={HALF}-", ETAG)] == host.asked
        assert FILM == target.read_bytes()

    @pytest.mark.parametrize("size", [len(FILM) + 1, HALF - 1])
    async def test_no_part_of_it(self, target: Path, size: int) -> None:
        """What is longer than the file, or shorter than was seen on the disk, is no part of it."""
        host = Storage()
        os.truncate(leave(target), size)
        await download(host, target)

        assert [(None, None)] == host.asked
        assert FILM == target.read_bytes()

    async def test_nothing_is_known_of_new_bytes(
        self, target: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Before other bytes take the place of what was left, the disk forgets that it had them."""
        part, seen, sync = leave(target), list[tuple[int, int]](), os.fsync

        def see(number: int) -> None:
            sync(number)
            seen.append((os.fstat(number).st_size, part.stat().st_size if part.exists() else 0))

        monkeypatch.setattr(os, "fsync", see)
        await download(Storage(OTHER, '"2"'), target)

        assert [(0, HALF), (len(FILM), len(FILM))] == seen

    @pytest.mark.parametrize("status", [416, 206])
    async def test_an_odd_answer(self, target: Path, status: int) -> None:
        """What was left costs no attempt: after an odd answer the whole file is asked for."""
        host, first = Storage(), [httpx.Response(status, content=b"x")]

        def answer(request: httpx.Request) -> httpx.Response:
            return first.pop() if first else host(request)

        leave(target)
        await download(answer, target)

        assert [(None, None)] == host.asked
        assert FILM == target.read_bytes()

    async def test_breaks_off_again(self, target: Path) -> None:
        """Where the rest breaks off, its rest is asked for; what was left counts as no gain."""
        host, cut = Storage(), [HALF + 100_000]

        class Cut(httpx.AsyncByteStream):
            async def __aiter__(self) -> AsyncIterator[bytes]:
                yield FILM[HALF : HALF + 100_000]
                msg = "peer closed connection"
                raise httpx.RemoteProtocolError(msg)

        def answer(request: httpx.Request) -> httpx.Response:
            response = host(request)
            if cut:
                cut.pop()
                return httpx.Response(206, headers=response.headers, stream=Cut())
            return response

        leave(target)
        await download(answer, target, retry=Retry(attempts=2, first=0))

        assert [f"bytes={HALF}-", f"bytes={HALF + 100_000}-"] == [each for each, _ in host.asked]

    @pytest.mark.parametrize(
        "left",
        [
            {"url": "https://files.example/other.mp4"},
            {"content": FILM[:1000]},
            {"content": b""},
            {"content": b"<html>" + FILM[:5000], "kind": "text/html"},
        ],
        ids=["of another file", "too little", "nothing", "a page"],
    )
    async def test_of_no_use(self, target: Path, left: Any) -> None:
        """What is of another file, or says too little of itself, is not gone on with."""
        host = Storage()
        leave(target, **left)
        await download(host, target)

        assert [(None, None)] == host.asked
        assert FILM == target.read_bytes()

    @pytest.mark.parametrize(
        "content",
        [
            b"",
            b"[",
            b"[" * 70_000,
            b"[]",
            b"5",
            b'["x", "y", "z", "t"]',
            b"\xff",
            json.dumps(["x", ETAG, len(FILM), "video/mp4", HALF]).encode(),
            b'{"a": 1, "b": 2, "c": 3, "d": 4}',
        ],
    )
    async def test_a_broken_lock(self, target: Path, content: bytes) -> None:
        """A lock that says nothing sound is that of a part of nothing."""
        host = Storage()
        leave(target).with_suffix(".lock").write_bytes(content)
        await download(host, target)

        assert [(None, None)] == host.asked

    @pytest.mark.parametrize(
        "changes",
        [
            {"name": value}
            for value in (
                "",
                '"\xfc"',
                '"\ud800"',
                '"x\r\ny: 1"',
                '"x\x7f"',
                'W/"1"',
                5,
                None,
                ["x"],
            )
        ]
        + [{"content_type": 5}, {"content_type": None}, {"size": "5"}, {"size": -5}, {"size": 1e9}]
        + [{"total": value} for value in (-5, True, 1.5, "x")],
        ids=repr,
    )
    async def test_a_lock_of_nonsense(self, target: Path, changes: Any) -> None:
        """What a lock says is looked at before it goes into a header or is reckoned with."""
        host = Storage()
        mend(leave(target).with_suffix(".lock"), **changes)
        await download(host, target)

        assert [(None, None)] == host.asked

    async def test_a_lock_of_another_length(self, target: Path) -> None:
        """A length that the host does not confirm costs the part and no attempt."""
        host = Storage()
        mend(leave(target).with_suffix(".lock"), total=10**30)
        await download(host, target)

        assert [(f"bytes={HALF}-", ETAG), (None, None)] == host.asked

    @pytest.mark.parametrize("etag", [None, 'W/"1"'])
    async def test_of_no_version(
        self, target: Path, monkeypatch: pytest.MonkeyPatch, etag: str | None
    ) -> None:
        """Of a file without a name for its version nothing is left to be gone on with."""
        save_at_once(monkeypatch)
        seen: list[bytes] = []

        def see(_done: int, _total: int | None) -> None:
            seen.extend(path.read_bytes() for path in target.parent.glob(".*.lock"))

        await download(Storage(etag=etag), target, on_bytes=see)

        assert {b""} == set(seen)

    async def test_removes_what_others_left(self, target: Path) -> None:
        """Of what several killed downloads left one is gone on with, and all others are removed."""
        host = Storage()
        for slot in (5, 3, 0):
            leave(target, slot=slot)
        await download(host, target)

        assert [(f"bytes={HALF}-", ETAG)] == host.asked

    async def test_no_secret(self, target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """What is beside the target says neither where the file is nor how its link was signed."""
        save_at_once(monkeypatch)
        seen: list[str] = []

        def see(_done: int, _total: int | None) -> None:
            for path in target.parent.glob(".*"):
                seen.extend([path.name, path.read_bytes()[:500].decode("latin-1")])

        await download(Storage(), target, on_bytes=see)

        assert [each for each in seen if "video/mp4" in each]
        assert not [each for each in seen if "signature" in each or "files.example" in each]


@pytest.mark.parametrize(
    ("step", "saved"), [(1000, [1000, 2000, 3000, 4000]), (1500, [0, 2000, 2000, 4000])]
)
async def test_saved_in_steps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: int, saved: list[int]
) -> None:
    """A lock says how much is on the disk once that was brought there, in steps."""
    seen, synced, sync = list[int](), [0], os.fsync
    part = Part(tmp_path / "film.mp4", URL, URL)

    def see(number: int) -> None:
        sync(number)
        synced.append(os.fstat(number).st_size)

    save_at_once(monkeypatch, step)
    monkeypatch.setattr(os, "fsync", see)
    async with part.owned():
        await part.begin(Version(URL, ETAG, len(FILM), "video/mp4"))
        for _ in range(4):
            await part.write(memoryview(FILM[:1000]))
            content = part.path.with_suffix(".lock").read_bytes()
            seen.append(json.loads(content)[-1] if content else 0)
            assert synced[-1] == seen[-1]

    assert saved == seen


async def test_saved_now_and_then(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where much comes in a second, the disk is not waited for: it can be fetched again as fast."""
    monkeypatch.setattr(parts, "_SAVED_BYTES", 1)
    monkeypatch.setattr(parts, "_SAVED_SECONDS", 1000)
    part = Part(tmp_path / "film.mp4", URL, URL)
    async with part.owned():
        await part.begin(Version(URL, ETAG, len(FILM), "video/mp4"))
        await part.write(memoryview(FILM))

        assert b"" == part.path.with_suffix(".lock").read_bytes()


class TestAtTheSameTime:
    async def test_in_one_process(self, tmp_path: Path) -> None:
        """Downloads of one target at the same time each bring the whole file."""
        target, host = tmp_path / "film.mp4", Storage()
        seen: list[set[str]] = []
        all_begun = anyio.Event()

        async def see(_done: int, _total: int | None) -> None:
            seen.append(names(tmp_path))
            if len(seen) == 12:
                all_begun.set()
            await all_begun.wait()

        async with anyio.create_task_group() as group:
            # More than can be gone on with.
            for _ in range(12):
                group.start_soon(lambda: download(host, target, on_bytes=see))

        assert [(None, None)] * 12 == host.asked
        assert FILM == target.read_bytes()
        assert {"film.mp4"} == names(tmp_path)
        assert 12 <= max(len([n for n in each if n.endswith(".part")]) for each in seen)

    async def test_in_two_processes(self, tmp_path: Path) -> None:
        """A part that another process fills is neither gone on with nor removed."""
        target, host = tmp_path / "film.mp4", Storage()
        part = leave(target)
        program = f"""
            import sys
            from pathlib import Path
            from pictory_async._transport.claims import claim

            owned = claim(Path({str(part.with_suffix(".lock"))!r}))
            print(owned is not None, flush=True)
            sys.stdin.read()
        """
        with subprocess.Popen(  # noqa: ASYNC220, S603 - our own words
            [sys.executable, "-c", textwrap.dedent(program)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        ) as other:
            assert other.stdout
            assert b"True\n" == await anyio.to_thread.run_sync(other.stdout.readline)
            await download(host, target)

            assert FILM[:HALF] == part.read_bytes()
            assert FILM == target.read_bytes()
            assert [(None, None)] == host.asked
            assert {part.name, part.with_suffix(".lock").name, "film.mp4"} == names(tmp_path)
            other.kill()
        # It is dead now, and what it left is gone on with.
        await download(host, target)

        assert (f"bytes={HALF}-", ETAG) == host.asked[-1]
        assert {"film.mp4"} == names(tmp_path)

    async def test_renamed_just_now(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Whoever locks a file that its owner has just removed does not own what is gone."""
        path = tmp_path / "x.lock"
        tries: list[int] = []
        first = claim(path)
        assert first is not None
        lock = inside(claims)._is_locked

        def late(path: Path, file: Any) -> bool:
            tries.append(1)
            if len(tries) == 1:
                # Between its opening and its locking the other one ends.
                first.release()
            return bool(lock(path, file))

        monkeypatch.setattr(claims, "_is_locked", late)
        second = claim(path)
        assert second is not None
        assert path.exists()
        assert 2 == len(tries)
        second.release()

    async def test_renamed_again_and_again(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Who never gets it in time goes without."""
        monkeypatch.setattr(claims, "_is_at", never)

        assert claim(tmp_path / "x.lock") is None


KILLED: Final = """
import os
import anyio
from pictory_async import ApiKey, Pictory

async def main():
    async with Pictory(ApiKey("k"), base_url="http://127.0.0.1:9") as pictory:
        await pictory.download({url!r}, {target!r}, on_bytes=lambda *_: print("some", flush=True))

anyio.run(main)
"""


async def test_kill_9(tmp_path: Path) -> None:
    """A download that is killed with no time for anything is gone on with where it was saved."""
    asked: list[bytes] = []
    big = FILM * 8

    async def storage(stream: ByteStream) -> None:
        head = await head_of(stream)
        asked.append(head)
        start = int(head.lower().partition(b"range: bytes=")[2].partition(b"-")[0] or 0)
        words = f"HTTP/1.1 {'206 Partial' if start else '200 OK'}\r\nETag: {ETAG}\r\n"
        words += f"Content-Length: {len(big) - start}\r\n"
        if start:
            words += f"Content-Range: bytes {start}-{len(big) - 1}/{len(big)}\r\n"
        await stream.send(words.encode() + b"\r\n")
        if start:
            await stream.send(big[start:])
            await anyio.sleep_forever()
        await stream.send(big[: 17 << 20])
        await anyio.sleep(1.1)
        await stream.send(big[17 << 20 : 19 << 20])
        await anyio.sleep_forever()

    target = tmp_path / "film.mp4"
    async with listening(storage) as url:
        program = KILLED.format(url=f"{url}/film.mp4", target=str(target))
        with subprocess.Popen(  # noqa: ASYNC220, S603 - our own words
            [sys.executable, "-c", program], stdout=subprocess.PIPE
        ) as killed:
            assert killed.stdout
            assert b"some\n" == await anyio.to_thread.run_sync(killed.stdout.readline)
            await until(lambda: any(p.stat().st_size for p in tmp_path.glob(".*.lock")))
            killed.send_signal(signal.SIGKILL)
        assert 2 == len(names(tmp_path))
        async with Pictory(CLIENT, base_url="http://127.0.0.1:9") as pictory:
            await pictory.download(f"{url}/film.mp4", target)

    assert 2 == len(asked)
    start = int(asked[1].lower().partition(b"range: bytes=")[2].partition(b"-")[0])
    assert 16 << 20 <= start <= 19 << 20
    assert b'if-range: "1"' in asked[1].lower()
    assert big == target.read_bytes()
    assert {"film.mp4"} == names(tmp_path)


class TestClaims:
    def test_one_owner(self, tmp_path: Path) -> None:
        """A claim is one owner's until it is released."""
        path = tmp_path / "x.lock"
        first = claim(path)
        assert first is not None
        first.write(b"words")
        assert claim(path) is None
        first.release()

        assert not path.exists()

    def test_what_was_left(self, tmp_path: Path) -> None:
        """The next owner reads what one wrote that was killed."""
        path = tmp_path / "x.lock"
        first = claim(path)
        assert first is not None
        first.write(b"longer words")
        first.write(b"words")
        inside(first)._file.close()
        second = claim(path)
        assert second is not None
        assert b"words" == second.read()
        second.clear()
        assert b"" == second.read()
        second.release()

    @pytest.mark.parametrize("kind", ["symlink", "hard link", "folder", "pipe"])
    def test_what_somebody_put_there(self, tmp_path: Path, kind: str) -> None:
        """What somebody else may have put at the known name is never written to."""
        victim, path = tmp_path / "victim", tmp_path / "x.part"
        victim.write_bytes(b"precious")
        if kind == "symlink":
            path.symlink_to(victim)
        elif kind == "hard link":
            path.hardlink_to(victim)
        elif kind == "folder":
            path.mkdir()
        else:
            os.mkfifo(path)

        assert open_own(path) is None
        assert claim(path) is None
        assert b"precious" == victim.read_bytes()

    async def test_another_name(self, tmp_path: Path) -> None:
        """Where the known name of a part is taken by something else, it has another name."""
        target = tmp_path / "film.mp4"
        part = leave(target)
        part.unlink()
        part.symlink_to(tmp_path / "victim")
        await download(Storage(), target)

        assert FILM == target.read_bytes()
        assert {"film.mp4", part.name} == names(tmp_path)
        assert not (tmp_path / "victim").exists()

    async def test_no_locks(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """On a disk that knows no locks a part has a name that nobody else has."""

        class Without:
            LOCK_EX = LOCK_NB = 0

            def flock(self, *_: object) -> None:
                raise OSError(95, "Operation not supported")

        monkeypatch.setattr(claims, "_FCNTL", Without())
        target, host = tmp_path / "film.mp4", Storage()
        await download(host, target)

        assert FILM == target.read_bytes()
        assert {"film.mp4"} == names(tmp_path)

    async def test_on_windows(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Where a lock cannot be had but an open file stays, what was left is removed."""
        target, host = tmp_path / "film.mp4", Storage()
        leave(target)
        monkeypatch.setattr(claims, "_FCNTL", None)
        await download(host, target)

        assert [(None, None)] == host.asked
        assert FILM == target.read_bytes()
        assert {"film.mp4"} == names(tmp_path)

    def test_in_use_on_windows(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """What somebody has open there is nobody else's."""
        monkeypatch.setattr(claims, "_FCNTL", None)

        def refuse(_path: Path, **_: object) -> None:
            raise PermissionError(13, "in use")

        monkeypatch.setattr("pathlib.Path.unlink", refuse)

        assert claim(tmp_path / "x.lock") is None


async def test_a_thread_that_comes_too_late(tmp_path: Path) -> None:
    """What a cancelled task left to a thread does nothing once the part is given up."""
    part = Part(tmp_path / "film.mp4", URL, URL)
    async with part.owned():
        pass
    await inside(part)._touch(inside(part)._own)

    assert set() == names(tmp_path)


async def test_disk_refuses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that takes neither the known names nor another one is an error of ours."""
    monkeypatch.setattr(parts, "_SLOTS", 0)
    monkeypatch.setattr("secrets.token_hex", too_long)
    with pytest.raises(DownloadError, match=r"cannot write .*: File name too long"):
        await download(Storage(), tmp_path / "film.mp4")


def test_claims_are_shown(tmp_path: Path) -> None:
    """A claim shows where it is."""
    owned = claim(tmp_path / "x.lock")
    assert isinstance(owned, Claim)
    assert "x.lock" in repr(owned)
    owned.release()
