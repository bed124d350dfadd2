"""All files of a video in one call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import anyio
import attrs
import httpx
import pytest

from pictory_async import DownloadError, InvalidRequestError, Pictory, Timeouts, Video
from pictory_async._flows.outputs import OUTPUTS
from pictory_async._shapes.convert import to_data
from pictory_async.testing import Trouble
from tests.helpers import KEY, LOOK, client, virtual_fake
from tests.test_links import FILE, HTML, OLD, PNG, Storage, client_of, finished


if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


pytestmark = pytest.mark.anyio

SOUND = b"ID3\x04" + bytes(100)


@pytest.fixture
def anyio_backend(virtual_backend: object) -> object:
    """Run in virtual time, on asyncio and on trio."""
    return virtual_backend


def job_of(video: Video) -> Trouble:
    """Answer a look with a video's own links."""
    return Trouble.status(200, {"job_id": video.job_id, "data": to_data(video)})


def hosts(**answers: httpx.Response) -> httpx.MockTransport:
    """Answer by the first word of the host's name."""
    return httpx.MockTransport(lambda request: answers[request.url.host.partition(".")[0]])


class TestAll:
    async def test_each_that_is_named(self, tmp_path: Path) -> None:
        """Everything that the service names arrives beside its suffix."""
        fake = virtual_fake()
        async with client(fake) as pictory:
            video = await finished(pictory)
            paths = await pictory.download_outputs(video, tmp_path)

        suffixes = {
            "mp4": "mp4",
            "srt": "srt",
            "vtt": "vtt",
            "txt": "txt",
            "thumbnail": "jpg",
            "audio": "wav",
        }
        assert [output.name for output in OUTPUTS] == [*paths]
        assert {
            name: tmp_path / f"{video.job_id}.{suffix}" for name, suffix in suffixes.items()
        } == paths
        assert {*paths.values()} == {*tmp_path.iterdir()}
        assert "Tea is a leaf.\n" == paths["txt"].read_text()
        assert b"ftyp" == paths["mp4"].read_bytes()[4:8]

    async def test_what_is_not_named(self, tmp_path: Path) -> None:
        """What the service does not name is not asked for; a name may be chosen."""
        fake = virtual_fake()
        async with client(fake) as pictory:
            found = await finished(pictory)
            video = Video(job_id=found.job_id, video_url=found.url, srt_url=found.srt_url)
            paths = await pictory.download_outputs(video, str(tmp_path), name="My tea_1")

        assert {"mp4": tmp_path / "My tea_1.mp4", "srt": tmp_path / "My tea_1.srt"} == paths
        assert 2 == fake.count(FILE)

    @pytest.mark.parametrize(
        ("path", "content_type", "name"),
        [
            ("x.PNG?a=b.gif", "image/jpeg", "v.png"),
            ("x.jpeg", "", "v.jpg"),
            ("x.php", "image/png; q=1", "v.png"),
            ("x", "IMAGE/WEBP", "v.webp"),
            ("x", "application/octet-stream", "v.jpg"),
            ("x.mp4", "", "v.jpg"),
        ],
    )
    async def test_suffix(self, tmp_path: Path, path: str, content_type: str, name: str) -> None:
        """A thumbnail's suffix is that of its link, or of its content type."""
        headers = {"Content-Type": content_type}
        transport = hosts(
            film=httpx.Response(200, content=b"\0\0\0\x20ftypisom"),
            picture=httpx.Response(200, headers=headers, content=PNG),
        )
        video = Video(
            job_id="j",
            video_url="https://film.example/x.mov",
            thumbnail_url=f"https://picture.example/{path}",
        )
        async with Pictory(KEY, transport=transport) as pictory:
            paths = await pictory.download_outputs(video, tmp_path, name="v")

        assert {"mp4": tmp_path / "v.mp4", "thumbnail": tmp_path / name} == paths
        assert {*paths.values()} == {*tmp_path.iterdir()}

    async def test_sound_in_a_container_of_films(self, tmp_path: Path) -> None:
        """A sound whose link looks like a film's takes no film's place."""
        transport = hosts(
            film=httpx.Response(200, content=b"\0\0\0\x20ftypisom"),
            sound=httpx.Response(200, headers={"Content-Type": "audio/mp4"}, content=SOUND),
        )
        video = Video(
            job_id="j", video_url="https://film.example/x", audio_url="https://sound.example/x.mp4"
        )
        async with Pictory(KEY, transport=transport) as pictory:
            paths = await pictory.download_outputs(video, tmp_path)

        assert {"mp4": tmp_path / "j.mp4", "audio": tmp_path / "j.m4a"} == paths

    @pytest.mark.parametrize("tells", [True, False])
    async def test_progress(self, tmp_path: Path, tells: bool) -> None:
        """`on_bytes` sees the bytes of all files together, and may be async."""
        seen: list[tuple[int, int | None]] = []

        async def see(done: int, total: int | None) -> None:
            seen.append((done, total))

        async def chunks() -> AsyncIterator[bytes]:
            yield SOUND

        transport = hosts(
            film=httpx.Response(200, content=b"\0\0\0\x20ftypisom"),
            sound=httpx.Response(200, content=SOUND if tells else chunks()),
        )
        video = Video(
            job_id="j", video_url="https://film.example/x", audio_url="https://sound.example/x.mp3"
        )
        async with Pictory(KEY, transport=transport) as pictory:
            await pictory.download_outputs(video, tmp_path, on_bytes=see)

        total = 12 + len(SOUND)
        assert 2 == len(seen)
        assert seen[0][1] is None
        assert (total, total if tells else None) == seen[1]

    async def test_a_few_at_a_time(self, tmp_path: Path) -> None:
        """No more than three files are on their way at once."""
        under_way, three = [0, 0], anyio.Event()

        async def answer(request: httpx.Request) -> httpx.Response:
            under_way[0] += 1
            under_way[1] = max(under_way)
            if under_way[0] == 3:
                three.set()
            try:
                await three.wait()
            finally:
                under_way[0] -= 1
            return httpx.Response(200, content=SOUND if "text" not in request.url.path else b"x")

        links: dict[str, Any] = {
            name: f"https://a.example/{'text' if name in {'srt_url', 'vtt_url'} else 'x'}"
            for name in ("video_url", "srt_url", "vtt_url", "thumbnail_url", "audio_url")
        }
        # Time jumps while a thread writes: a host that waits meanwhile must not be given up.
        unbound: Any = {"timeouts": Timeouts(total=None)}
        async with Pictory(KEY, transport=httpx.MockTransport(answer), **unbound) as pictory:
            await pictory.download_outputs(Video(job_id="j", **links), tmp_path)

        assert 3 == under_way[1]


class TestFailures:
    async def test_hides_no_other(self, tmp_path: Path) -> None:
        """A file that fails hides no other: the first error has notes on all else."""
        fake = virtual_fake()
        storage = Storage(
            fake,
            srt=httpx.Response(200, content=HTML),
            picture=httpx.Response(500),
        )
        async with client_of(storage, fake) as pictory:
            video = attrs.evolve(
                await finished(pictory),
                srt_url="https://srt.example/x.srt?signature=hush",
                thumbnail_url="https://picture.example/x.jpg?signature=hush",
                vtt_url=None,
                audio_url=None,
            )
            # The links of the job are the same.
            fake.trouble(LOOK, job_of(video), times=None)
            with pytest.raises(DownloadError, match=r"srt\.example.* an HTML page") as caught:
                await pictory.download_outputs(video, tmp_path, name="v")

        first, second = caught.value.__notes__
        assert video.job_id == caught.value.job_id
        assert f"{tmp_path / 'v.mp4'}, {tmp_path / 'v.txt'}" in first
        assert "nor did the thumbnail arrive: https://picture.example/x.jpg: the host" in second
        assert "hush" not in first + second
        assert {"v.mp4", "v.txt"} == {path.name for path in tmp_path.iterdir()}

    async def test_one_look_for_all(self, tmp_path: Path) -> None:
        """Where all links have run out, the job is looked at once for all of them."""
        fake = virtual_fake()
        async with client_of(Storage(fake, old=httpx.Response(403)), fake) as pictory:
            found = await finished(pictory)
            looks = fake.count(LOOK)
            video = attrs.evolve(
                found, video_url=OLD, srt_url=OLD, vtt_url=OLD, thumbnail_url=OLD, audio_url=OLD
            )
            paths = await pictory.download_outputs(video, tmp_path)

        assert 6 == len(paths)
        assert 1 == fake.count(LOOK) - looks

    async def test_the_film_is_missed(self, tmp_path: Path) -> None:
        """A film that is not named is an error, and the other files arrive all the same."""
        fake = virtual_fake()
        async with client(fake) as pictory:
            srt = (await finished(pictory)).srt_url
            with pytest.raises(DownloadError, match="names no file") as caught:
                await pictory.download_outputs(Video(job_id="j", srt_url=srt), tmp_path)

        assert ["j.srt"] == [path.name for path in tmp_path.iterdir()]
        assert "j.srt" in caught.value.__notes__[0]

    async def test_nothing_arrives(self, tmp_path: Path) -> None:
        """Where nothing arrives, the note says so."""
        async with client(virtual_fake()) as pictory:
            with pytest.raises(DownloadError) as caught:
                await pictory.download_outputs(Video(job_id="j"), tmp_path)

        assert ["while the mp4 was fetched; what arrived is nothing"] == caught.value.__notes__

    @pytest.mark.parametrize(
        ("video", "arguments", "field"),
        [
            (Video(job_id="j"), {"name": 3}, "name"),
            (Video(job_id="j"), {"name": ""}, "name"),
            (Video(job_id="j"), {"folder": "/nowhere"}, "folder"),
            (Video(job_id="j"), {"folder": None}, "folder"),
            (Video(job_id="j"), {"on_bytes": 3}, "on_bytes"),
            ("https://a.example/v.mp4", {}, "video"),
        ],
    )
    async def test_arguments(
        self, tmp_path: Path, video: Any, arguments: dict[str, Any], field: str
    ) -> None:
        """An argument that cannot be meant is refused before anything is asked for."""
        fake = virtual_fake()
        given: dict[str, Any] = {"folder": tmp_path, **arguments}
        async with client(fake) as pictory:
            with pytest.raises(InvalidRequestError) as caught:
                await pictory.download_outputs(video, **given)

        assert field == caught.value.field
        assert () == fake.requests
