"""Links of videos that have run out, and the files that they lead to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import anyio
import attrs
import httpx
import pytest

from pictory_async import (
    DownloadError,
    Job,
    JobCleanedError,
    JobFailedError,
    Pictory,
    Retry,
    Timeouts,
    TransportError,
    Video,
)
from pictory_async.testing import FakePictory, Trouble
from tests.helpers import KEY, LOOK, STEADY, client, virtual_fake


if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


pytestmark = pytest.mark.anyio

FILE = "GET /files/{key}"
STORYBOARD = {"videoName": "x", "scenes": [{"story": "Tea is a leaf."}]}
OLD = "https://old.example/film.mp4?signature=hush"
PAGE = "https://share.example/watch?token=hush"
HTML = b"<!DOCTYPE html><title>Log in</title>"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)


@pytest.fixture
def anyio_backend(virtual_backend: object) -> object:
    """Run in virtual time, on asyncio and on trio."""
    return virtual_backend


class Storage(httpx.AsyncBaseTransport):
    """The service, and hosts beside it that answer as told."""

    def __init__(self, fake: FakePictory, **answers: httpx.Response) -> None:
        self.service = fake.transport()
        self.answers = answers
        self.asked: list[str] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer."""
        name = request.url.host.partition(".")[0]
        if name not in self.answers:
            return await self.service.handle_async_request(request)
        self.asked.append(name)
        answer = self.answers[name]
        return httpx.Response(answer.status_code, headers=answer.headers, stream=answer.stream)


def client_of(storage: Storage, fake: FakePictory) -> Pictory:
    """Return a client of both."""
    return Pictory(
        KEY, base_url=fake.base_url, transport=storage, schedule=STEADY, retry=Retry(first=0)
    )


def told(**data: Any) -> Trouble:
    """Answer a look with a completed job of some data."""
    return Trouble.status(200, {"job_id": "x", "data": {"status": "completed", **data}})


async def finished(pictory: Pictory) -> Video:
    """Return a finished video."""
    return await pictory.wait_for_job(await pictory.storyboards.render(STORYBOARD))


def is_film(path: Path) -> bool:
    """Tell whether a file is a film."""
    return path.read_bytes()[4:8] == b"ftyp"


class TestRunOut:
    @pytest.mark.parametrize(
        "answer",
        [
            httpx.Response(400),
            httpx.Response(403),
            httpx.Response(404),
            httpx.Response(410),
            httpx.Response(200, content=HTML),
            httpx.Response(200, content=b""),
        ],
        ids=["400", "403", "404", "410", "page", "nothing"],
    )
    async def test_fresh_link(self, tmp_path: Path, answer: httpx.Response) -> None:
        """A video whose link has run out is looked at once more, and arrives from the new one."""
        fake = virtual_fake()
        storage = Storage(fake, old=answer)
        async with client_of(storage, fake) as pictory:
            video = attrs.evolve(await finished(pictory), video_url=OLD, share_video_url=None)
            looks, began = fake.count(LOOK), anyio.current_time()
            target = await pictory.download(video, tmp_path / "v.mp4")

        assert is_film(target)
        assert (["old"], 1, 1) == (storage.asked, fake.count(LOOK) - looks, fake.count(FILE))
        assert began == anyio.current_time()

    @pytest.mark.parametrize("url", [None, "", "no link", "ftp://a.example/v.mp4"])
    async def test_no_link(self, tmp_path: Path, url: str | None) -> None:
        """So is a video without a link that can be followed."""
        fake = virtual_fake()
        async with client_of(Storage(fake), fake) as pictory:
            video = Video(job_id=(await finished(pictory)).job_id, video_url=url)
            target = await pictory.download(video, tmp_path / "v.mp4")

        assert is_film(target)

    async def test_same_link_later(self, tmp_path: Path) -> None:
        """The same link again is tried once more after two seconds."""
        fake = virtual_fake()
        async with client_of(Storage(fake), fake) as pictory:
            video = await finished(pictory)
            fake.trouble(FILE, Trouble.status(404))
            began = anyio.current_time()
            target = await pictory.download(video, tmp_path / "v.mp4")

        assert is_film(target)
        assert (2, 2) == (anyio.current_time() - began, fake.count(FILE))

    async def test_in_vain(self, tmp_path: Path) -> None:
        """What still does not come is the host's first answer, with the job's id."""
        fake = virtual_fake()
        async with client_of(Storage(fake), fake) as pictory:
            video = await finished(pictory)
            fake.trouble(FILE, Trouble.status(403))
            fake.trouble(FILE, Trouble.html(200), times=None)
            with pytest.raises(DownloadError, match="the host answered 403") as caught:
                await pictory.download(video, tmp_path / "v.mp4")

        assert (403, video.job_id) == (caught.value.status, caught.value.job_id)
        assert 2 == fake.count(FILE)
        assert [] == list(tmp_path.iterdir())

    async def test_something_else_the_second_time(self, tmp_path: Path) -> None:
        """Where the second attempt fails in another way, that is the error."""
        fake = virtual_fake()
        async with client_of(Storage(fake), fake) as pictory:
            video = await finished(pictory)
            fake.trouble(FILE, Trouble.status(404))
            fake.trouble(FILE, Trouble.status(500), times=None)
            with pytest.raises(DownloadError, match="the host answered 500") as caught:
                await pictory.download(video, tmp_path / "v.mp4")

        assert video.job_id == caught.value.job_id

    async def test_trouble_is_no_reason_to_look(self, tmp_path: Path) -> None:
        """A host in trouble says nothing about the link."""
        fake = virtual_fake()
        async with client_of(Storage(fake), fake) as pictory:
            video = await finished(pictory)
            looks = fake.count(LOOK)
            fake.trouble(FILE, Trouble.status(500), times=None)
            with pytest.raises(DownloadError, match="the host answered 500"):
                await pictory.download(video, tmp_path / "v.mp4")

        assert looks == fake.count(LOOK)

    @pytest.mark.parametrize(
        ("trouble", "cause"),
        [
            (Trouble.reset(), TransportError),
            (Trouble.status(200, {"data": {"status": "cleaned"}}), JobCleanedError),
            (Trouble.status(200, {"data": {"status": "failed"}}), JobFailedError),
        ],
    )
    async def test_a_look_that_fails(
        self, tmp_path: Path, trouble: Trouble, cause: type[Exception]
    ) -> None:
        """Where the look fails, that is the cause of the error."""
        fake = virtual_fake()
        async with client_of(Storage(fake), fake) as pictory:
            video = await finished(pictory)
            fake.trouble(FILE, Trouble.status(410))
            fake.trouble(LOOK, trouble, times=None)
            with pytest.raises(DownloadError, match="the host answered 410") as caught:
                await pictory.download(video, tmp_path / "v.mp4")

        assert video.job_id == caught.value.job_id
        assert isinstance(caught.value.__cause__, cause)

    async def test_a_look_that_shows_nothing(self, tmp_path: Path) -> None:
        """A look that shows no result leaves the old link, which is tried once more."""
        fake = virtual_fake()
        async with client_of(Storage(fake), fake) as pictory:
            video = await finished(pictory)
            fake.trouble(FILE, Trouble.status(404))
            fake.trouble(LOOK, told())
            target = await pictory.download(video, tmp_path / "v.mp4")

        assert is_film(target)

    async def test_a_bare_url(self, tmp_path: Path) -> None:
        """Of a URL no job is known that could be looked at."""
        fake = virtual_fake()
        async with client_of(Storage(fake, old=httpx.Response(403)), fake) as pictory:
            with pytest.raises(DownloadError, match="the host answered 403") as caught:
                await pictory.download(OLD, tmp_path / "v.mp4")

        assert caught.value.job_id is None
        assert 0 == fake.count(LOOK)


class TestPages:
    @pytest.mark.parametrize("target", ["v.mp4", "v", "v.html"])
    async def test_only_a_page(self, tmp_path: Path, target: str) -> None:
        """A video that names only its page is no file, and the error says so."""
        fake = virtual_fake()
        storage = Storage(fake, share=httpx.Response(200, content=HTML))
        async with client_of(storage, fake) as pictory:
            job_id = (await finished(pictory)).job_id
            fake.trouble(LOOK, told(videoShareURL=PAGE), times=None)
            looks = fake.count(LOOK)
            video = await pictory.wait_for_job(Job(job_id, Video))
            with pytest.raises(DownloadError, match="only a page that plays it") as caught:
                await pictory.download(video, tmp_path / target)

        assert ("https://share.example/watch", job_id) == (caught.value.url, caught.value.job_id)
        # Six for the wait, which hopes for the file, and one for the download.
        assert (7, []) == (fake.count(LOOK) - looks, storage.asked)
        assert [] == list(tmp_path.iterdir())

    async def test_nothing_at_all(self, tmp_path: Path) -> None:
        """A video without any link is an error about the job."""
        fake = virtual_fake()
        async with client_of(Storage(fake), fake) as pictory:
            with pytest.raises(DownloadError, match=r"^the service names no file") as caught:
                await pictory.download(Video(job_id="j1"), tmp_path / "v.mp4")

        assert ("", "j1") == (caught.value.url, caught.value.job_id)

    async def test_the_shared_file(self, tmp_path: Path) -> None:
        """`shareVideoURL` is taken where what arrives is a video."""
        fake = virtual_fake()
        film = httpx.Response(200, content=b"\0\0\0\x20ftypisom")
        async with client_of(Storage(fake, share=film), fake) as pictory:
            video = Video(job_id="j1", share_video_url=PAGE)
            target = await pictory.download(video, tmp_path / "v")

        assert is_film(target)

    async def test_a_video_is_a_film_whatever_its_target(self, tmp_path: Path) -> None:
        """A video's file is checked though its target's name says nothing."""
        fake = virtual_fake()
        async with client_of(Storage(fake), fake) as pictory:
            video = await finished(pictory)
            fake.trouble(FILE, Trouble.html(200), times=None)
            with pytest.raises(DownloadError, match="the host sent an HTML page instead"):
                await pictory.download(video, tmp_path / "download")

        assert [] == list(tmp_path.iterdir())


class TestFlows:
    async def test_output(self, tmp_path: Path) -> None:
        """A flow whose render names only a page ends in the error, and the job is known."""
        fake = virtual_fake()
        jobs: list[Job[Any]] = []

        def hide(job: Job[Any]) -> None:
            jobs.append(job)
            if job.kind is Video:
                fake.trouble(LOOK, told(videoShareURL=PAGE), times=None)

        async with client_of(Storage(fake), fake) as pictory:
            with pytest.raises(DownloadError, match="only a page") as caught:
                await pictory.text_to_video("Tea.", output=tmp_path / "v.mp4", on_job=hide)

        assert jobs[-1].id == caught.value.job_id

    async def test_folder(self, tmp_path: Path) -> None:
        """The same in a batch, where a link that has run out is renewed as well."""
        fake = virtual_fake()

        def spoil(job: Job[Any]) -> None:
            if job.kind is Video:
                fake.advance(60)
                fake.trouble(LOOK, told(videoURL=OLD))

        storage = Storage(fake, old=httpx.Response(403))
        async with (
            client_of(storage, fake) as pictory,
            pictory.render_many({"a": "Tea."}, folder=tmp_path, on_job=spoil) as outcomes,
        ):
            (outcome,) = [outcome async for outcome in outcomes]

        assert outcome.error is None
        assert ["old"] == storage.asked
        assert is_film(tmp_path / "a.mp4")

    async def test_only_a_page_in_a_batch(self, tmp_path: Path) -> None:
        """An item whose render names only a page has the error for its outcome, and is paid."""
        fake = virtual_fake()

        def hide(job: Job[Any]) -> None:
            if job.kind is Video:
                fake.trouble(LOOK, told(videoShareURL=PAGE), times=None)

        async with (
            client_of(Storage(fake), fake) as pictory,
            pictory.render_many({"a": "Tea."}, folder=tmp_path, on_job=hide) as outcomes,
        ):
            (outcome,) = [outcome async for outcome in outcomes]

        assert isinstance(outcome.error, DownloadError)
        assert fake.billed == (outcome.error.job_id,)
        assert [] == list(tmp_path.iterdir())

    async def test_a_folder_that_is_gone(self, tmp_path: Path) -> None:
        """A folder that is gone when the video is done is no wrong argument: it is paid for."""
        fake, folder = virtual_fake(), tmp_path / "films"
        folder.mkdir()

        def remove(job: Job[Any]) -> None:
            if job.kind is Video:
                folder.rmdir()

        async with client_of(Storage(fake), fake) as pictory:
            with pytest.raises(DownloadError, match="cannot be put there: target: ") as caught:
                await pictory.text_to_video("Tea.", output=folder / "v.mp4", on_job=remove)

        assert fake.billed == (caught.value.job_id,)


class Drip(httpx.AsyncByteStream):
    """A body that never ends, fast enough for any host."""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """Yield something every second."""
        yield b"\0\0\0\x20ftypisom"
        while True:
            await anyio.sleep(1)
            yield bytes(1 << 17)


class TestTime:
    """A download within a flow has an end."""

    @pytest.mark.parametrize(
        ("timeout", "seconds", "render"), [(3, 3, 1), (1000, 60, 990), (1000, 700, 300)]
    )
    async def test_batch(
        self, tmp_path: Path, timeout: float, seconds: float, render: float
    ) -> None:
        """It has what is left of an item's time, but a minute where the item had one."""
        fake = virtual_fake(render_seconds=render, preview_seconds=0)
        storage = Storage(fake, cdn=httpx.Response(200, stream=Drip()))
        done: list[float] = []

        def note(update: Any) -> None:
            if isinstance(update.result, Video):
                done.append(anyio.current_time())

        async with client_of(storage, fake) as pictory:
            batch = pictory.render_many(
                {"a": "Tea."}, folder=tmp_path, timeout=timeout, on_progress=note
            )
            async with batch as outcomes:
                (outcome,) = [outcome async for outcome in outcomes]
                took = anyio.current_time() - done[0]

        assert isinstance(outcome.error, DownloadError)
        assert (outcome.error.job_id,) == fake.billed
        assert seconds == pytest.approx(took, abs=30 if seconds == 700 else 1)
        assert "the time that was left for it was over" in str(outcome.error)
        assert [] == list(tmp_path.iterdir())

    async def test_waiting_for_a_turn_takes_none_of_it(self, tmp_path: Path) -> None:
        """Two downloads one after the other have as long as each alone."""
        fake = virtual_fake(render_seconds=10, preview_seconds=0)
        storage = Storage(fake, cdn=httpx.Response(200, stream=Drip()))
        async with (
            client_of(storage, fake) as pictory,
            pictory.render_many(
                ["Tea.", "Salt."], folder=tmp_path, timeout=30, downloading=1
            ) as outcomes,
        ):
            found = [outcome async for outcome in outcomes]

        assert [DownloadError, DownloadError] == [type(outcome.error) for outcome in found]
        assert all(outcome.timings.total >= 30 for outcome in found)
        assert 10 + 2 * 30 <= anyio.current_time()

    async def test_output(self, tmp_path: Path) -> None:
        """The same in a flow."""
        fake = virtual_fake(render_seconds=10, preview_seconds=0)
        storage = Storage(fake, cdn=httpx.Response(200, stream=Drip()))
        async with client_of(storage, fake) as pictory:
            with pytest.raises(
                DownloadError, match="the time that was left for it was over"
            ) as caught:
                await pictory.text_to_video("Tea.", output=tmp_path / "v.mp4", timeout=100)

        assert fake.billed == (caught.value.job_id,)
        assert 100 == pytest.approx(anyio.current_time(), abs=1)
        assert [] == list(tmp_path.iterdir())

    @pytest.mark.parametrize(
        ("troubles", "message"),
        [
            ({FILE: Trouble.stall()}, "the time that was left for it was over"),
            ({FILE: Trouble.status(404), LOOK: Trouble.stall()}, "the host answered 404"),
            ({FILE: Trouble.truncate(0)}, "the time that was left for it was over"),
        ],
    )
    async def test_the_whole_of_it(
        self, tmp_path: Path, troubles: dict[str, Trouble], message: str
    ) -> None:
        """The time is for all that a download takes: answers, looks and pauses."""
        fake = virtual_fake(render_seconds=10, preview_seconds=0)
        retry = Retry(attempts=1000, first=1, factor=1)
        timeouts = Timeouts(read=None)

        def spoil(update: Any) -> None:
            if isinstance(update.result, Video):
                for operation, trouble in troubles.items():
                    fake.trouble(operation, trouble, times=None)

        async with client(fake, retry=retry, timeouts=timeouts) as pictory:
            with pytest.raises(DownloadError, match=message) as caught:
                await pictory.text_to_video(
                    "Tea.", output=tmp_path / "v.mp4", timeout=100, on_progress=spoil
                )

        assert fake.billed == (caught.value.job_id,)
        assert 100 == pytest.approx(anyio.current_time(), abs=1)
        assert [] == list(tmp_path.iterdir())

    async def test_editing(self, tmp_path: Path) -> None:
        """And in the editing of a recording."""
        fake = virtual_fake(render_seconds=10, preview_seconds=0, media_seconds=0)
        storage = Storage(fake)

        def drip(job: Job[Any]) -> None:
            if job.kind is Video:
                storage.answers["cdn"] = httpx.Response(200, stream=Drip())

        async with client_of(storage, fake) as pictory:
            with pytest.raises(DownloadError, match="the time that was left for it was over"):
                await pictory.edit_video(
                    b"...", file_name="a.mp4", output=tmp_path / "v.mp4", timeout=100, on_job=drip
                )

        assert [] == list(tmp_path.iterdir())

    async def test_no_end(self, tmp_path: Path) -> None:
        """Without a timeout it takes as long as it takes."""
        fake = virtual_fake(render_seconds=10)
        async with client_of(Storage(fake), fake) as pictory:
            await pictory.text_to_video("Tea.", output=tmp_path / "v.mp4", timeout=None)

        assert is_film(tmp_path / "v.mp4")
