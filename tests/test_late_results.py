"""Jobs that are completed before the service shows what they made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
import pytest

from pictory_async import (
    GeneratedImage,
    GeneratedVideo,
    InvalidRequestError,
    Job,
    JobResultMissingError,
    Pictory,
    Preview,
    RawResult,
    Transcript,
    Video,
)
from pictory_async._wire.known import Known, known_after
from pictory_async._wire.result_keys import has_result
from pictory_async.schedules import Fixed
from pictory_async.testing import Trouble
from tests.helpers import KEY, LOOK, client, look_times, virtual_fake


if TYPE_CHECKING:
    from pathlib import Path


pytestmark = pytest.mark.anyio

JOB = "00000000-0000-4000-8000-000000000000"
STORYBOARD = {"videoName": "x", "scenes": [{"story": "y"}]}
LOOKS = 5


@pytest.fixture
def anyio_backend(virtual_backend: object) -> object:
    """Run in virtual time, on asyncio and on trio."""
    return virtual_backend


def told(**data: Any) -> Trouble:
    """Answer a look with a completed job of some data."""
    body = {"job_id": JOB, "success": True, "data": {"status": "completed", **data}}
    return Trouble.status(200, body)


@pytest.mark.parametrize(
    ("kind", "data", "there"),
    [
        (Video, {"videoURL": "u"}, True),
        (Video, {"shareVideoURL": "u"}, True),
        (Video, {"videoShareURL": "u"}, True),
        (Video, {"videoURL": "", "shareVideoURL": None, "thumbnail": "u"}, False),
        (Video, {"url": "u"}, False),
        (Preview, {"renderParams": {"a": 1}}, True),
        (Preview, {"previewUrl": "u"}, True),
        (Preview, {"preview": "u"}, True),
        (Preview, {"renderParams": None, "storyboard": {"a": 1}}, False),
        (Transcript, {"transcript": [{"uid": 1}]}, True),
        (Transcript, {"txt": "x"}, True),
        (Transcript, {"srt": "x"}, True),
        (Transcript, {"vtt": "x"}, True),
        (Transcript, {"editVideoUrl": "u"}, True),
        (Transcript, {"highlights": [1]}, True),
        (Transcript, {"transcript": [], "txt": ""}, True),
        (Transcript, {"transcript": None, "txt": "", "mediaInfo": {"duration": 1}}, False),
        (GeneratedImage, {"url": "u"}, True),
        (GeneratedImage, {"width": 5}, False),
        (GeneratedVideo, {"url": "u"}, True),
        (GeneratedVideo, {"previewImageUrl": "u", "duration": "5s"}, False),
        (RawResult, {"odd": 0}, True),
        (RawResult, {"odd": None, "more": ""}, False),
        (RawResult, {"progress": 100, "renderState": "DONE", "message": "done"}, False),
        (RawResult, {"job_id": "j", "success": True, "data": {}}, False),
    ],
)
def test_what_a_result_is(kind: type[Any], data: dict[str, Any], there: bool) -> None:
    """Each kind of job has something that its result must have, and that is not empty."""
    assert there is has_result({"status": "completed", **data}, kind)


class TestWaits:
    async def test_comes_later(self) -> None:
        """A video whose URL is shown some looks after it was completed is waited for."""
        fake = virtual_fake()
        async with client(fake) as pictory:
            job = await pictory.storyboards.render(STORYBOARD)
            await pictory.wait_for_job(job)
            fake.trouble(LOOK, told(progress=100), times=LOOKS)
            video = await pictory.wait_for_job(job)

        assert video.video_url is not None
        assert "completed" == video.extra["status"]

    async def test_the_page_comes_first(self) -> None:
        """A page that plays the video may be named a few looks before the file."""
        fake = virtual_fake()
        async with client(fake) as pictory:
            job = await pictory.storyboards.render(STORYBOARD)
            await pictory.wait_for_job(job)
            fake.trouble(LOOK, told(videoShareURL="https://a.example/watch"), times=LOOKS)
            video = await pictory.wait_for_job(job)

        assert video.url is not None

    async def test_by_the_schedule(self) -> None:
        """The looks keep their schedule meanwhile, and are as many as that."""
        fake = virtual_fake()
        fake.trouble(LOOK, told(videoURL=""), times=None)
        async with client(fake) as pictory:
            with pytest.raises(JobResultMissingError) as caught:
                await pictory.wait_for_job(
                    Job(JOB, Video), schedule=Fixed(interval=20, jitter=0), timeout=None
                )

        assert (JOB, None) == (caught.value.job_id, caught.value.code)
        assert "shows no result" in str(caught.value)
        assert {"status": "completed", "videoURL": ""} == caught.value.data
        assert [20 * look for look in range(LOOKS + 1)] == look_times(fake)

    @pytest.mark.parametrize(
        ("job", "data"),
        [
            (JOB, {}),
            (JOB, {"videoURL": "", "thumbnail": "u"}),
            (JOB, {"url": "", "width": 5}),
            (Job(JOB, Preview), {"preview": None}),
            (Job(JOB, Video), {"preview": None}),
            (Job(JOB, RawResult), {"progress": 100}),
        ],
    )
    async def test_never_comes(self, job: Any, data: dict[str, Any]) -> None:
        """A completed job that never shows a result is an error with its id."""
        fake = virtual_fake()
        fake.trouble(LOOK, told(**data), times=None)
        async with client(fake) as pictory:
            with pytest.raises(JobResultMissingError):
                await pictory.wait_for_job(job)

        assert LOOKS + 1 == fake.count(LOOK)

    async def test_counts_anew(self) -> None:
        """What was seen at work in between is not missed yet."""
        fake = virtual_fake()
        running = Trouble.status(200, {"job_id": JOB, "data": {"status": "in-progress"}})
        for answer, times in ((told(), LOOKS), (running, 1), (told(), LOOKS), (told(odd=1), 1)):
            fake.trouble(LOOK, answer, times=times)
        async with client(fake) as pictory:
            result = await pictory.wait_for_job(JOB)

        assert RawResult(job_id=JOB, data={"status": "completed", "odd": 1}) == result

    async def test_another_kind(self) -> None:
        """A job that shows the result of another kind than was said is refused at once."""
        fake = virtual_fake()
        fake.trouble(LOOK, told(videoURL="u"))
        async with client(fake) as pictory:
            with pytest.raises(InvalidRequestError, match="expected Video"):
                await pictory.wait_for_job(Job(JOB, Preview))

    async def test_many(self) -> None:
        """The same among thousands: an outcome with the error, or with the result later."""
        fake = virtual_fake()
        fake.trouble(LOOK, told(), times=LOOKS + 1)
        async with client(fake) as pictory, pictory.wait_for_jobs([JOB]) as outcomes:
            (outcome,) = [outcome async for outcome in outcomes]

        assert isinstance(outcome.error, JobResultMissingError)
        assert Known.PAID is known_after(outcome.error, has_job=True)

    async def test_watched(self) -> None:
        """A stream of updates goes on until there is a result."""
        fake = virtual_fake()
        fake.trouble(LOOK, told(), times=2)
        fake.trouble(LOOK, told(videoURL="u"))
        async with client(fake) as pictory, pictory.watch_job(Job(JOB, Video)) as updates:
            done = [update.is_done async for update in updates]

        assert [False, False, True] == done


class TestFlows:
    async def test_output(self, tmp_path: Path) -> None:
        """A flow waits for the URL of the video that it is to download."""
        fake = virtual_fake(render_seconds=60)
        async with client(fake) as pictory:

            def hide(job: Job[Any]) -> None:
                if job.kind is Video:
                    fake.advance(60)
                    fake.trouble(LOOK, told(), times=2)

            await pictory.text_to_video("Tea.", output=tmp_path / "tea.mp4", on_job=hide)

        assert b"ftyp" == (tmp_path / "tea.mp4").read_bytes()[4:8]

    async def test_a_batch_counts_it_as_paid(self) -> None:
        """A render without a result ends its item with the error, and its job is known."""
        fake = virtual_fake()
        async with client(fake) as pictory:

            def hide(job: Job[Any]) -> None:
                if job.kind is Video:
                    fake.trouble(LOOK, told(), times=None)

            async with pictory.render_many(["Tea."], on_job=hide) as outcomes:
                (outcome,) = [outcome async for outcome in outcomes]

        assert isinstance(outcome.error, JobResultMissingError)
        assert fake.billed == (outcome.jobs[-1].id,)


@pytest.mark.parametrize("data", [{}, {"videoURL": None}])
async def test_shown_as_not_done(data: dict[str, Any]) -> None:
    """One look, and a list, show such a job without a result and without an error."""
    shown = {"status": "completed", **data}

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/jobs"):
            body: Any = {"items": [{"success": True, "data": {"jobId": JOB, **shown}}]}
            return httpx.Response(200, json=body)
        return httpx.Response(200, json={"job_id": JOB, "success": True, "data": shown})

    transport = httpx.MockTransport(answer)
    async with Pictory(KEY, base_url="https://api.test", transport=transport) as pictory:
        update = await pictory.jobs.get(Job(JOB, Video))
        (listed,) = await pictory.jobs.list()

    assert ("completed", False, None) == (update.status, update.is_done, update.error)
    assert ("completed", False, None) == (listed.status, listed.is_done, listed.error)
