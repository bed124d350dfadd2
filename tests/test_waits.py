"""Waiting for jobs, in virtual time: looks, results, errors, timeouts and sharing."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import anyio
import anyio.lowlevel
import attrs
import httpx
import pytest

from pictory_async import (
    AuthenticationError,
    ClosedError,
    InvalidRequestError,
    InvalidResponseError,
    Job,
    JobCleanedError,
    JobError,
    JobFailedError,
    JobNotFoundError,
    JobOutageError,
    JobTimeoutError,
    JobUpdate,
    Pictory,
    Preview,
    RawResult,
    ServerError,
    Video,
)
from pictory_async._models.base import Open
from pictory_async.schedules import Fixed
from pictory_async.testing import Trouble
from tests.helpers import CLIENT, KEY, LOOK, SCRIPT, client, look_times, virtual_fake


if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


pytestmark = pytest.mark.anyio

STRANGER = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def anyio_backend(virtual_backend: Any) -> Any:
    """Run in virtual time."""
    return virtual_backend


async def preview(pictory: Pictory) -> Job[Preview]:
    """Submit a storyboard."""
    return await pictory.storyboards.preview({"videoName": "x", "scenes": [{"story": SCRIPT}]})


async def render(pictory: Pictory) -> Job[Video]:
    """Submit a storyboard for its video."""
    return await pictory.storyboards.render({"videoName": "x", "scenes": [{"story": SCRIPT}]})


@attrs.frozen(kw_only=True, repr=False)
class Result(Open):
    """A result of another day, of which an id is the least."""

    job_id: str = attrs.field(metadata={"in_data": False})
    id: str


class TestResult:
    async def test_typed(self) -> None:
        """A job that an endpoint returned gives the type of result that it says."""
        fake = virtual_fake()
        async with client(fake) as pictory:
            assert isinstance(await pictory.wait_for_job(await preview(pictory)), Preview)
            assert isinstance(await pictory.wait_for_job(await render(pictory)), Video)

    async def test_bare_id(self) -> None:
        """The kind of a job of which only the id is known is told by its result."""
        fake = virtual_fake()
        async with client(fake) as pictory:
            assert isinstance(await pictory.wait_for_job((await preview(pictory)).id), Preview)
            assert isinstance(await pictory.wait_for_job((await render(pictory)).id), Video)

    async def test_v1_without_status(self) -> None:
        """A completed v1 storyboard has no status, and is completed all the same."""
        fake = virtual_fake()
        storyboard = {"videoName": "x", "scenes": [{"text": SCRIPT}]}
        async with client(fake) as pictory:
            job = await pictory.v1.storyboards.preview(storyboard)
            result = await pictory.wait_for_job(job)

        assert job.id == result.job_id
        assert result.preview_url is not None
        assert result.render_params is not None

    async def test_unknown_kind(self) -> None:
        """A completed job of a kind that nobody knows gives its data as it is."""
        fake = virtual_fake()
        answer = {"job_id": STRANGER, "success": True, "data": {"status": "completed", "x": 1}}
        fake.trouble(LOOK, Trouble.status(200, answer))
        async with client(fake) as pictory:
            result = await pictory.wait_for_job(STRANGER)

        assert RawResult(job_id=STRANGER, data={"status": "completed", "x": 1}) == result

    async def test_wrong_types(self) -> None:
        """A detail of the wrong type is kept, and costs nobody the result that was paid for."""
        fake = virtual_fake()
        data = {"status": "completed", "videoURL": "https://v", "thumbnail": ["https://t"]}
        fake.trouble(LOOK, Trouble.status(200, {"job_id": STRANGER, "success": True, "data": data}))
        async with client(fake) as pictory:
            video = await pictory.wait_for_job(Job(STRANGER, Video))

        assert ("https://v", None) == (video.url, video.thumbnail_url)
        assert ["https://t"] == video.extra["thumbnail"]

    async def test_nothing_without_it(self) -> None:
        """A result that lacks its id is an error that shows the answer, not a TypeError."""
        fake = virtual_fake()
        data = {"status": "completed", "name": 5}
        fake.trouble(LOOK, Trouble.status(200, {"job_id": STRANGER, "success": True, "data": data}))
        async with client(fake) as pictory:
            with pytest.raises(InvalidResponseError) as caught:
                await pictory.wait_for_job(Job(STRANGER, Result))

        assert 200 == caught.value.status
        assert f"/v1/jobs/{STRANGER}" == caught.value.path
        assert "id: expected a value, for it is required" in str(caught.value)
        assert '"name": 5' in caught.value.excerpt


class TestSchedule:
    async def test_grows(self) -> None:
        """The first look is at once; the pauses grow."""
        fake = virtual_fake()
        async with client(fake) as pictory:
            await pictory.wait_for_job(await preview(pictory))

        assert [0, 2, 5, 9.5, 16.25] == look_times(fake)

    async def test_progress(self) -> None:
        """A render's progress tells when it is done, with fewer looks than any fixed interval."""
        fake = virtual_fake(render_seconds=120)
        async with client(fake) as pictory:
            await pictory.wait_for_job(await render(pictory))
        times = look_times(fake)

        assert 120 <= times[-1] <= 122
        assert 12 >= len(times)

    async def test_own_schedule(self) -> None:
        """A wait may have a schedule of its own."""
        fake = virtual_fake()
        every_ten = Fixed(interval=10, jitter=0)
        async with client(fake) as pictory:
            await pictory.wait_for_job(await preview(pictory), schedule=every_ten)

        assert [0, 10, 20] == look_times(fake)

    async def test_retry_after_with_an_answer(self) -> None:
        """A Retry-After on a good answer puts the next look off."""
        fake = virtual_fake()
        async with client(fake) as pictory:
            job = await preview(pictory)
            running = {"job_id": job.id, "success": True, "data": {"status": "in-progress"}}
            fake.trouble(LOOK, Trouble.status(200, running, {"Retry-After": "40"}))
            await pictory.wait_for_job(job)

        assert [0, 40] == look_times(fake)

    async def test_retry_after_with_a_429(self) -> None:
        """A 429 does not end a wait; its Retry-After puts the next look off."""
        fake = virtual_fake()
        fake.trouble(LOOK, Trouble.status(429, headers={"Retry-After": "30"}))
        async with client(fake) as pictory:
            await pictory.wait_for_job(await preview(pictory))

        assert [0, 30] == look_times(fake)


class TestEnds:
    async def test_failed(self) -> None:
        """A failed job is an error with its id, code and message."""
        fake = virtual_fake()
        fake.fail_next("INSUFFICIENT_CREDITS", "no credits are left")
        async with client(fake) as pictory:
            job = await preview(pictory)
            with pytest.raises(JobFailedError) as caught:
                await pictory.wait_for_job(job)

        error = caught.value
        assert (job.id, "INSUFFICIENT_CREDITS") == (error.job_id, error.code)
        assert "no credits are left" == error.message
        assert "failed" == error.data["status"]

    async def test_cleaned(self) -> None:
        """A cleaned job is an error of its own."""
        fake = virtual_fake()
        async with client(fake) as pictory:
            job = await preview(pictory)
            fake.clean(job.id)
            with pytest.raises(JobCleanedError, match=job.id):
                await pictory.wait_for_job(job)

    @pytest.mark.parametrize("status", [200, 400, 404])
    async def test_not_found(self, status: int) -> None:
        """An unknown job is looked at for ten seconds, whatever the status, then it is an error."""
        fake = virtual_fake(unknown_job_status=status)
        async with client(fake) as pictory:
            with pytest.raises(JobNotFoundError) as caught:
                await pictory.wait_for_job(STRANGER)

        assert (STRANGER, "5000") == (caught.value.job_id, caught.value.code)
        assert [0, 2, 5, 9.5, 16.25] == look_times(fake)

    async def test_not_found_before_the_timeout(self) -> None:
        """A job that was never known within a short timeout is not a slow one."""
        async with client(virtual_fake()) as pictory:
            with pytest.raises(JobNotFoundError, match="before the timeout"):
                await pictory.wait_for_job(STRANGER, timeout=5)

    async def test_another_kind(self) -> None:
        """A job whose result is of another kind than was said is an error, not an empty result."""
        fake = virtual_fake()
        async with client(fake) as pictory:
            job = await preview(pictory)
            with pytest.raises(InvalidRequestError, match=r"expected Preview, .* found Video"):
                await pictory.wait_for_job(Job(job.id, Video))

    async def test_not_found_yet(self) -> None:
        """A job that is not known in the first seconds after its submit is waited for."""
        fake = virtual_fake()
        missing = {
            "success": False,
            "data": {"error_code": "5000", "error_message": "JOB_NOT_FOUND"},
        }
        fake.trouble(LOOK, Trouble.status(200, missing), times=2)
        async with client(fake) as pictory:
            job = await preview(pictory)

            assert job.id == (await pictory.wait_for_job(job)).job_id

    async def test_unknown_everywhere(self) -> None:
        """A plain 404 on both spellings of the path is an unknown job too."""
        fake = virtual_fake()
        fake.trouble("*", Trouble.status(404), times=None)
        async with client(fake) as pictory:
            with pytest.raises(JobNotFoundError, match=STRANGER):
                await pictory.wait_for_job(STRANGER)

    async def test_404_of_a_known_job(self) -> None:
        """A 404 about a job that was seen before is a gateway in trouble."""
        fake = virtual_fake()
        fake.trouble(LOOK, Trouble.html(404), skip=3)
        async with client(fake) as pictory:
            job = await preview(pictory)

            assert job.id == (await pictory.wait_for_job(job)).job_id

    async def test_credentials(self) -> None:
        """Refused credentials end a wait at once, and the error says which job it was."""
        fake = virtual_fake(api_keys=[])
        async with client(fake) as pictory:
            with pytest.raises(AuthenticationError) as caught:
                await pictory.wait_for_job(STRANGER)

        assert STRANGER == caught.value.job_id
        assert 1 == len(look_times(fake))

    async def test_closed_client(self) -> None:
        """A client that is closed during a wait ends it, instead of taking it for an outage."""
        async with Pictory(KEY, base_url="http://127.0.0.1:9") as pictory:
            await pictory.aclose()
            with pytest.raises(ClosedError) as caught:
                await pictory.wait_for_job(STRANGER)

        assert STRANGER == caught.value.job_id

    @pytest.mark.parametrize("job_id", ["", "a/b", "..", "a?b", "a b", "ü"])
    async def test_impossible_id(self, job_id: str) -> None:
        """An id that could not stand in a path is refused before anything is sent."""
        fake = virtual_fake()
        async with client(fake) as pictory:
            with pytest.raises(InvalidRequestError, match="job_id"):
                await pictory.wait_for_job(job_id)

        assert () == tuple(fake.requests)

    async def test_no_job(self) -> None:
        """What is neither a job nor an id is refused with the name of its type."""
        async with client(virtual_fake()) as pictory:
            with pytest.raises(
                InvalidRequestError, match="expected a Job or a job's id, found int"
            ):
                await pictory.wait_for_job(5)  # type: ignore[call-overload]

    async def test_no_kind(self) -> None:
        """A job whose kind is no result is refused before anything is sent."""
        fake = virtual_fake()
        async with client(fake) as pictory:
            with pytest.raises(
                InvalidRequestError, match=r"job\.kind: expected a type of JobResult"
            ):
                await pictory.wait_for_job(Job(STRANGER, str))

        assert () == fake.requests


class TestTimeout:
    async def test_exact(self) -> None:
        """A timeout comes in time, after a last look shortly before it, and waiting resumes."""
        fake = virtual_fake()
        async with client(fake) as pictory:
            job = await preview(pictory)
            started = anyio.current_time()
            with pytest.raises(JobTimeoutError, match="within the timeout") as caught:
                await pictory.wait_for_job(job, timeout=10)
            took = anyio.current_time() - started
            result = await pictory.wait_for_job(caught.value.job_id)

        assert 10 == pytest.approx(took)
        assert [0, 2, 5, 9] == look_times(fake)[:4]
        assert job.id == result.job_id
        assert "in-progress" == caught.value.data["status"]

    async def test_is_a_timeout_error(self) -> None:
        """The error is a TimeoutError too."""
        fake = virtual_fake()
        async with client(fake) as pictory:
            with pytest.raises(TimeoutError):
                await pictory.wait_for_job(await preview(pictory), timeout=1)

    async def test_bounds_the_request(self) -> None:
        """A look that is never answered does not outlast the timeout."""
        fake = virtual_fake()
        fake.trouble(LOOK, Trouble.stall())
        async with client(fake) as pictory:
            started = anyio.current_time()
            with pytest.raises(JobTimeoutError):
                await pictory.wait_for_job(await preview(pictory), timeout=7)

            assert 7 == pytest.approx(anyio.current_time() - started)

    async def test_frozen_beyond_it(self) -> None:
        """A wait that comes to itself long after its deadline looks once more."""
        fake = virtual_fake()

        async def freeze(_: object) -> None:
            await anyio.sleep(3600)

        async with client(fake) as pictory:
            job = await preview(pictory)
            result = await pictory.wait_for_job(job, timeout=10, on_progress=freeze)

        assert job.id == result.job_id
        assert 2 == len(look_times(fake))

    @pytest.mark.parametrize("trouble", [None, Trouble.html(502), Trouble.stall()], ids=repr)
    async def test_frozen_and_not_done(self, trouble: Trouble | None) -> None:
        """One look more, and not another one: then the time is up."""
        fake = virtual_fake(preview_seconds=100_000)

        async def freeze(_: object) -> None:
            await anyio.sleep(3600)
            if trouble is not None:
                fake.trouble(LOOK, trouble, times=None)

        async with client(fake) as pictory:
            job = await preview(pictory)
            with pytest.raises(JobTimeoutError):
                await pictory.wait_for_job(job, timeout=10, on_progress=freeze)

            assert 2 == len(look_times(fake))
            assert fake.now < 3700

    async def test_none(self) -> None:
        """Without a timeout a wait takes as long as the job."""
        fake = virtual_fake(preview_seconds=100_000)
        async with client(fake) as pictory:
            job = await preview(pictory)

            assert job.id == (await pictory.wait_for_job(job, timeout=None)).job_id

    @pytest.mark.parametrize("timeout", [0, -1, float("nan")])
    async def test_impossible(self, timeout: float) -> None:
        """A timeout that leaves no time is refused by its name."""
        async with client(virtual_fake()) as pictory:
            with pytest.raises(InvalidRequestError, match="timeout: expected seconds above 0"):
                await pictory.wait_for_job(STRANGER, timeout=timeout)

    async def test_outage_is_not_negative(self) -> None:
        """A negative outage is refused by its name."""
        async with client(virtual_fake()) as pictory:
            with pytest.raises(ValueError, match="outage"):
                await pictory.wait_for_job(STRANGER, outage=-1)


class TestOutage:
    @pytest.mark.parametrize(
        "trouble",
        [
            Trouble.html(502),
            Trouble.status(500),
            Trouble.status(503, headers={"Retry-After": "3"}),
            Trouble.html(200),
            Trouble.empty(),
            Trouble.body(b'{"job_id":'),
            Trouble.body(b"[]"),
            Trouble.body(b'"busy"'),
            Trouble.reset(),
            Trouble.refuse(),
            Trouble.stall(),
            Trouble.truncate(),
        ],
        ids=repr,
    )
    async def test_passes(self, trouble: Trouble) -> None:
        """A wait survives every kind of passing trouble."""
        fake = virtual_fake()
        fake.trouble(LOOK, trouble, times=3)
        async with client(fake) as pictory:
            job = await preview(pictory)

            assert job.id == (await pictory.wait_for_job(job)).job_id

    async def test_lasts(self, caplog: pytest.LogCaptureFixture) -> None:
        """An outage that outlasts its budget is an error of its own; the log told of it once."""
        fake = virtual_fake()
        fake.trouble(LOOK, Trouble.html(502), times=None)
        async with client(fake) as pictory:
            job = await preview(pictory)
            started = anyio.current_time()
            with pytest.raises(JobOutageError) as caught:
                await pictory.wait_for_job(job, outage=60)
            took = anyio.current_time() - started

        assert 60 <= took <= 81
        assert job.id == caught.value.job_id
        assert isinstance(caught.value.__cause__, ServerError)
        assert 1 == caplog.text.count(f"cannot look at job {job.id}")

    async def test_budget_begins_anew(self) -> None:
        """A good look between two outages gives the second one its own budget."""
        fake = virtual_fake(preview_seconds=200)
        fake.trouble(LOOK, Trouble.html(502), times=4)
        fake.trouble(LOOK, Trouble.html(502), times=3, skip=1)
        async with client(fake) as pictory:
            job = await preview(pictory)

            assert job.id == (await pictory.wait_for_job(job, outage=70)).job_id

    async def test_expired_token(self) -> None:
        """A token that expires in the middle of a wait is replaced, once."""
        fake = virtual_fake(preview_seconds=60)
        async with client(fake, CLIENT) as pictory:
            job = await preview(pictory)
            async with pictory.watch_job(job) as updates:
                async for update in updates:
                    if update.elapsed == pytest.approx(5):
                        fake.expire_tokens()

        assert 2 == fake.count("POST /v1/oauth2/token")


class TestStrangeStates:
    async def test_goes_on(self, caplog: pytest.LogCaptureFixture) -> None:
        """A status that nobody has met means running, and the log says so once."""
        fake = virtual_fake()
        async with client(fake) as pictory:
            jobs = [await preview(pictory), await preview(pictory)]
            for job in jobs:
                fake.set_status(job.id, "reticulating")
            with caplog.at_level(logging.WARNING):
                for job in jobs:
                    with pytest.raises(JobTimeoutError):
                        await pictory.wait_for_job(job, timeout=30)

        assert 1 == caplog.text.count("reticulating")

    @pytest.mark.parametrize("word", ["success", " Done "])
    async def test_is_done(self, caplog: pytest.LogCaptureFixture, word: str) -> None:
        """With a result a strange word means done, and the log says so once."""
        body = {"success": True, "data": {"status": word, "previewUrl": "https://p"}}
        transport = httpx.MockTransport(lambda _: httpx.Response(200, json=body))
        async with Pictory(KEY, base_url="https://api.test", transport=transport) as pictory:
            for job_id in ("a", "b"):
                preview = await pictory.wait_for_job(Job(job_id, Preview), timeout=30)
                assert "https://p" == preview.preview_url

        status = word.strip().lower()
        message = f"job a has status {status!r}; taken for done, for its result is there"
        assert [message] == caplog.messages

    async def test_runs_and_is_done(self, caplog: pytest.LogCaptureFixture) -> None:
        """A word that means both in turn is in the log for each."""
        results: Iterator[dict[str, str]] = iter([{}, {}, {"previewUrl": "https://p"}])
        transport = httpx.MockTransport(
            lambda _: httpx.Response(200, json={"data": {"status": "ok", **next(results)}})
        )
        async with Pictory(KEY, base_url="https://api.test", transport=transport) as pictory:
            await pictory.wait_for_job(Job("a", Preview), timeout=60)

        assert [
            "job a has status 'ok'; taken for running",
            "job a has status 'ok'; taken for done, for its result is there",
        ] == caplog.messages

    @pytest.mark.parametrize("status", [400, 404, 500])
    async def test_failed_with_the_status_of_an_error(self, status: int) -> None:
        """A failed job ends the wait at once with its reason, whatever status it is told with."""
        reason = {"status": "failed", "error_code": "E", "error_message": "No speaker."}
        body = {"job_id": "a", "success": False, "data": reason}
        transport = httpx.MockTransport(lambda _: httpx.Response(status, json=body))
        async with Pictory(KEY, base_url="https://api.test", transport=transport) as pictory:
            began = anyio.current_time()
            with pytest.raises(JobFailedError, match="No speaker") as caught:
                await pictory.wait_for_job("a", timeout=600)
            with pytest.raises(JobFailedError, match="No speaker"):
                await pictory.jobs.get("a")

        assert ("a", "E") == (caught.value.job_id, caught.value.code)
        assert anyio.current_time() - began < 60

    async def test_is_shown(self) -> None:
        """An update shows the strange word as it came."""
        fake = virtual_fake()
        async with client(fake) as pictory:
            job = await preview(pictory)
            fake.set_status(job.id, "reticulating")

            assert "reticulating" == (await pictory.jobs.get(job)).status


class TestProgress:
    @pytest.mark.parametrize("is_async", [False, True])
    async def test_callback(self, is_async: bool) -> None:
        """`on_progress` is called after each look, may be async, and sees the result last."""
        updates: list[JobUpdate[Any]] = []

        async def collect_later(update: JobUpdate[Any]) -> None:
            await anyio.lowlevel.checkpoint()
            updates.append(update)

        fake = virtual_fake()
        on_progress: Callable[[JobUpdate[Any]], object] = (
            collect_later if is_async else updates.append
        )
        async with client(fake) as pictory:
            job = await render(pictory)
            video = await pictory.wait_for_job(job, on_progress=on_progress)

        assert len(look_times(fake)) == len(updates)
        assert [None, None, None] == [update.progress for update in updates[:3]]
        progress = [update.progress for update in updates[3:] if update.progress is not None]
        assert sorted(progress) == progress
        assert "Generating video" == updates[-2].message
        assert (video, True, 100.0) == (updates[-1].result, updates[-1].is_done, progress[-1])
        assert {job.id} == {update.job_id for update in updates}
        assert {Video} == {update.kind for update in updates}

    async def test_callback_raises(self) -> None:
        """What `on_progress` raises comes out bare."""

        def refuse(_: object) -> None:
            raise KeyboardInterrupt

        fake = virtual_fake()
        async with client(fake) as pictory:
            with pytest.raises(KeyboardInterrupt):
                await pictory.wait_for_job(await preview(pictory), on_progress=refuse)


class TestWatch:
    async def test_stream(self) -> None:
        """A watch yields updates that end with the result."""
        fake = virtual_fake()
        async with client(fake) as pictory:
            job = await preview(pictory)
            async with pictory.watch_job(job) as updates:
                seen = [update async for update in updates]

        assert ["in-progress"] * 4 + ["completed"] == [update.status for update in seen]
        assert [None] * 4 == [update.result for update in seen[:-1]]
        assert seen[-1].result is not None
        assert [0, 2, 5, 9.5, 16.25] == [pytest.approx(update.elapsed) for update in seen]

    async def test_over_is_over(self) -> None:
        """After its end a watch has no more updates."""
        fake = virtual_fake()
        async with (
            client(fake) as pictory,
            pictory.watch_job(await preview(pictory)) as updates,
        ):
            async for _ in updates:
                pass
            with pytest.raises(StopAsyncIteration):
                await anext(updates)

    async def test_over_after_an_error(self) -> None:
        """After an error a watch has no more updates."""
        fake = virtual_fake()
        fake.fail_next()
        async with (
            client(fake) as pictory,
            pictory.watch_job(await preview(pictory)) as updates,
        ):
            with pytest.raises(JobError):
                async for _ in updates:
                    pass
            with pytest.raises(StopAsyncIteration):
                await anext(updates)

    async def test_goes_on_after_a_cancelled_step(self) -> None:
        """A step that was cancelled loses nothing: the next one goes on."""
        fake = virtual_fake()
        async with (
            client(fake) as pictory,
            pictory.watch_job(await preview(pictory)) as updates,
        ):
            await anext(updates)
            with anyio.move_on_after(1):
                await anext(updates)
            statuses = [update.status async for update in updates]

        assert "completed" == statuses[-1]

    async def test_bare_error(self) -> None:
        """What the caller's block raises comes out as it is, not in a group."""
        fake = virtual_fake()
        async with client(fake) as pictory:
            job = await preview(pictory)

            async def break_off() -> None:
                async with pictory.watch_job(job) as updates:
                    async for _ in updates:
                        raise ZeroDivisionError

            with pytest.raises(ZeroDivisionError):
                await break_off()


class TestSharing:
    async def test_one_look_for_all(self) -> None:
        """A hundred waits for one job look as often as one."""
        results: list[Preview] = []
        fake = virtual_fake()
        async with client(fake) as pictory:
            job = await preview(pictory)

            async def wait() -> None:
                results.append(await pictory.wait_for_job(job))

            async with anyio.create_task_group() as group:
                for _ in range(100):
                    group.start_soon(wait)

        assert [job.id] * 100 == [result.job_id for result in results]
        assert [0, 2, 5, 9.5, 16.25] == look_times(fake)

    async def test_late_comer(self) -> None:
        """A wait that comes later uses the looks of the earlier one."""
        fake = virtual_fake()
        async with client(fake) as pictory:
            job = await preview(pictory)
            async with anyio.create_task_group() as group:
                group.start_soon(pictory.wait_for_job, job)
                await anyio.sleep(9.6)
                group.start_soon(pictory.wait_for_job, job)

        assert len(look_times(fake)) <= 7

    async def test_leader_cancelled(self) -> None:
        """When the wait that makes the look is cancelled, the other one looks."""
        results: list[Preview] = []
        fake = virtual_fake()
        async with client(fake) as pictory:
            job = await preview(pictory)
            fake.trouble(LOOK, Trouble.stall())

            async def wait() -> None:
                results.append(await pictory.wait_for_job(job))

            async with anyio.create_task_group() as group:
                with anyio.move_on_after(1):
                    async with anyio.create_task_group() as cancelled:
                        cancelled.start_soon(pictory.wait_for_job, job)
                        await anyio.sleep(0.5)
                        group.start_soon(wait)

        assert [job.id] == [result.job_id for result in results]

    async def test_error_for_all(self) -> None:
        """All waits for a failed job get the error."""
        errors: list[JobFailedError] = []
        fake = virtual_fake()
        fake.fail_next()
        async with client(fake) as pictory:
            job = await preview(pictory)

            async def wait() -> None:
                try:
                    await pictory.wait_for_job(job)
                except JobFailedError as exc:
                    errors.append(exc)

            async with anyio.create_task_group() as group:
                for _ in range(3):
                    group.start_soon(wait)

        assert [job.id] * 3 == [error.job_id for error in errors]
        assert 5 == len(look_times(fake))


class TestCancelling:
    async def test_nothing_is_left(self) -> None:
        """After a cancelled wait nobody looks any more, and the job can be waited for again."""
        fake = virtual_fake(preview_seconds=60)
        async with client(fake) as pictory:
            job = await preview(pictory)
            with anyio.move_on_after(10):
                await pictory.wait_for_job(job)
            looks = len(look_times(fake))
            await anyio.sleep(1000)

            assert looks == len(look_times(fake))
            assert job.id == (await pictory.wait_for_job(job)).job_id


class TestGet:
    async def test_running_and_done(self) -> None:
        """One look tells the state, and the result once it is there."""
        fake = virtual_fake()
        async with client(fake) as pictory:
            job = await preview(pictory)
            before = await pictory.jobs.get(job)
            fake.advance(15)
            after = await pictory.jobs.get(job.id)

        assert ("in-progress", None) == (before.status, before.result)
        assert isinstance(after.result, Preview)

    async def test_retries(self) -> None:
        """One look is repeated when the service is in trouble: it costs nothing."""
        fake = virtual_fake()
        async with client(fake) as pictory:
            job = await preview(pictory)
            fake.trouble(LOOK, Trouble.html(502), times=2)

            assert "in-progress" == (await pictory.jobs.get(job)).status

    async def test_unknown(self) -> None:
        """An unknown job is an error at once."""
        async with client(virtual_fake()) as pictory:
            with pytest.raises(JobNotFoundError, match="JOB_NOT_FOUND"):
                await pictory.jobs.get(STRANGER)


class TestRoute:
    @pytest.mark.parametrize("route", ["plural", "singular", "both"])
    async def test_finds_it(self, route: Any) -> None:
        """The client finds the path that the service knows, and asks the other at most once."""
        fake = virtual_fake(job_route=route)
        async with client(fake) as pictory:
            await pictory.wait_for_job(await preview(pictory))
        looks = [r for r in fake.requests if r.method == "GET"]
        refused = [r for r in looks if r.status != 200]

        assert (1 if route == "singular" else 0) == len(refused)

    async def test_an_empty_answer_is_no_proof(self) -> None:
        """A path is not remembered for an answer that says nothing of a job."""
        fake = virtual_fake()
        async with client(fake) as pictory:
            job = await preview(pictory)
            fake.trouble(LOOK, Trouble.status(404, b""))
            fake.trouble("GET /v1/job/{job_id}", Trouble.status(200, {}))
            await pictory.wait_for_job(job)

        assert 1 == sum(request.path.startswith("/v1/job/") for request in fake.requests)

    async def test_pinned(self) -> None:
        """A path that is set is the only one that is asked."""
        fake = virtual_fake(job_route="singular")
        async with client(fake, job_path="/v1/job/{job_id}") as pictory:
            await pictory.wait_for_job(await preview(pictory))

        assert {"/v1/job"} == {
            r.path.rpartition("/")[0] for r in fake.requests if r.method == "GET"
        }
