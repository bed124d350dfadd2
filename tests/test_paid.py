"""What is paid for is never destroyed by the caller's own code, and always named."""

from __future__ import annotations

import logging
import subprocess
import sys
from collections import Counter
from typing import TYPE_CHECKING, Any

import anyio
import pytest

from pictory_async import (
    APIError,
    ClosedError,
    InvalidRequestError,
    Job,
    JobFailedError,
    JobTimeoutError,
    NotSubmittedError,
    PermissionDeniedError,
    Pictory,
    PictoryError,
    Preview,
    SubmissionUnknownError,
    Transcript,
    Video,
)
from pictory_async.testing import Trouble
from tests.helpers import LOOK, all_of, client, inside, noting, virtual_fake


if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pictory_async import Outcome


pytestmark = pytest.mark.anyio

PREVIEW = "POST /v2/video/storyboard"
RENDER = "PUT /v2/video/render/{job_id}"


def of_none() -> None:
    """Take nothing."""


def of_two_and_a_word(_a: object, _b: object, *, word: str) -> None:
    """Take more than it gets."""


HOOKS: list[tuple[str, object, str]] = [
    ("on_job", of_none, "on_job: expected a function that takes (job), found one that takes ()"),
    ("on_progress", of_none, "on_progress: expected a function that takes (update)"),
    ("on_bytes", of_two_and_a_word, "on_bytes: expected a function that takes (done, total)"),
]


@pytest.fixture
def anyio_backend(virtual_backend: Any) -> Any:
    """Run in virtual time."""
    return virtual_backend


def broken(*_: object) -> None:
    """Raise, as display code does."""
    msg = "no terminal"
    raise LookupError(msg)


async def broken_later(*_: object) -> None:
    """Raise, from an async function."""
    await anyio.lowlevel.checkpoint()
    broken()


class TestHooks:
    @pytest.mark.parametrize(("name", "hook", "words"), HOOKS)
    async def test_of_another_signature(self, name: str, hook: Any, words: str) -> None:
        """A hook that cannot be called is refused before anything is sent, wherever it goes."""
        fake = virtual_fake()
        hooks = {name: hook}
        async with client(fake) as pictory:
            calls: list[Callable[[], Any]] = [
                lambda: pictory.text_to_video("Tea.", **hooks),
                lambda: pictory.resume("job", **hooks),
                lambda: pictory.edit_video(b"film", file_name="a.mp4", **hooks),
            ]
            for call in calls:
                with pytest.raises(InvalidRequestError) as caught:
                    await call()
                assert str(caught.value).startswith(words)

        assert () == fake.requests

    @pytest.mark.parametrize(
        ("name", "hook", "words"),
        [
            *HOOKS[1:],
            ("on_job", of_none, "on_job: expected a function that takes (job, key)"),
            ("on_submit", of_none, "on_submit: expected a function that takes (key)"),
            ("on_submit", 3, "on_submit: expected a function, or None, found 3"),
        ],
    )
    async def test_of_another_signature_in_batches(self, name: str, hook: Any, words: str) -> None:
        """Also in batches."""
        fake, hooks = virtual_fake(), {name: hook}
        async with client(fake) as pictory:
            with pytest.raises(InvalidRequestError) as caught:
                pictory.render_many(["Tea."], **hooks)
            with pytest.raises(InvalidRequestError):
                await pictory.template_to_videos("t", [{}], **hooks)

        assert str(caught.value).startswith(words)
        assert () == fake.requests

    async def test_of_single_steps(self, tmp_path: Path) -> None:
        """Also where one thing is waited for, uploaded or downloaded, and where one chooses."""
        fake = virtual_fake()
        async with client(fake) as pictory:
            video = Video(job_id="j", video_url="https://example.test/a.mp4")
            calls: list[Callable[[Any], Any]] = [
                lambda hook: pictory.wait_for_job("job", on_progress=hook),
                lambda hook: pictory.upload(b"film", name="a.mp4", on_bytes=hook),
                lambda hook: pictory.download(video, tmp_path / "a.mp4", on_bytes=hook),
                lambda hook: pictory.download_outputs(video, tmp_path, on_bytes=hook),
                lambda hook: pictory.edit_video(b"film", file_name="a.mp4", choose=hook),
            ]
            for call in calls:
                with pytest.raises(InvalidRequestError, match=r"a function that takes \("):
                    await call(of_none)

        assert () == fake.requests

    async def test_that_hides_its_signature(self) -> None:
        """What does not tell how it is to be called is called."""

        class Hidden:
            __signature__ = "none"

            def __init__(self) -> None:
                self.seen = list[object]()

            def __call__(self, *seen: object) -> None:
                self.seen.extend(seen)

        hidden = Hidden()
        async with client(virtual_fake()) as pictory:
            await pictory.text_to_video("Tea.", on_job=hidden)

        assert 2 == len(hidden.seen)

    @pytest.mark.parametrize("hook", [broken, broken_later])
    async def test_that_fails(
        self, hook: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        """What a hook of a flow raises is in the log, and the video is there."""
        fake, target = virtual_fake(), tmp_path / "tea.mp4"
        async with client(fake) as pictory:
            video = await pictory.text_to_video(
                "Tea.", output=target, on_job=hook, on_progress=hook, on_bytes=hook
            )
        errors = [record for record in caplog.records if record.levelno == logging.ERROR]

        assert video.job_id == fake.billed[0]
        assert target.stat().st_size > 0
        # Of display code the first error tells of all; a job that was not stored is told each time.
        assert 4 == len(errors)
        assert all(job_id in caplog.text for job_id in fake.jobs)
        assert "no terminal" in caplog.text

    async def test_that_fails_in_a_batch(self, tmp_path: Path) -> None:
        """Nor does it cost a batch one video."""
        fake = virtual_fake()
        async with client(fake) as pictory:
            found = await all_of(
                pictory,
                {f"k-{number}": "Tea." for number in range(9)},
                folder=tmp_path,
                on_job=broken,
                on_progress=broken,
                on_bytes=broken,
            )

        assert [None] * 9 == [outcome.error for outcome in found]
        assert 9 == len([*tmp_path.iterdir()]) == len(fake.billed)

    async def test_that_fails_in_a_wait(self) -> None:
        """Nor a wait its result."""
        async with client(virtual_fake()) as pictory:
            job = await pictory.storyboards.preview({"videoName": "a", "scenes": [{"story": "T."}]})
            result = await pictory.wait_for_job(job, on_progress=broken)

        assert job.id == result.job_id


class TestKeys:
    async def test_hooks_know_the_item(self) -> None:
        """Before each submit a batch tells the item's key, and with each job too."""
        told = list[tuple[object, ...]]()

        async def on_submit(key: object) -> None:
            await anyio.lowlevel.checkpoint()
            told.append(("submit", key))

        def on_job(job: Job[Any], key: object) -> None:
            told.append((job.kind, key))

        async with client(virtual_fake()) as pictory:
            await all_of(pictory, {"a": "Tea."}, on_submit=on_submit, on_job=on_job)

        assert [("submit", "a"), (Preview, "a"), ("submit", "a"), (Video, "a")] == told

    async def test_one_of_the_job_alone(self) -> None:
        """A function that takes only the job gets only the job."""
        jobs = list[Job[Any]]()
        async with client(virtual_fake()) as pictory:
            (found,) = await all_of(pictory, {"a": "Tea."}, on_job=jobs.append)

        assert [*found.jobs] == jobs

    @pytest.mark.parametrize("as_default", [False, True])
    async def test_one_with_a_default(self, *, as_default: bool) -> None:
        """A second parameter that holds something else stays what it is, unless it is the key."""
        told = list[object]()

        def on_job(_: Job[Any], store: object = told) -> None:
            told.append(store is told)

        def on_job_of(_: Job[Any], key: object = None) -> None:
            told.append(key)

        async with client(virtual_fake()) as pictory:
            await all_of(pictory, {"a": "Tea."}, on_job=on_job_of if as_default else on_job)

        assert (["a", "a"] if as_default else [True, True]) == told

    async def test_one_that_hides_its_signature(self) -> None:
        """What does not tell how it is to be called gets both."""

        class Hidden:
            __signature__ = "none"

            def __init__(self) -> None:
                self.seen = list[object]()

            def __call__(self, *seen: object) -> None:
                self.seen.append(len(seen))

        hidden = Hidden()
        async with client(virtual_fake()) as pictory:
            await all_of(pictory, {"a": "Tea."}, on_job=hidden)

        assert [2, 2] == hidden.seen

    async def test_while_it_is_asked(self) -> None:
        """A batch that stops while `on_submit` is asked submits nothing more."""
        fake = virtual_fake()

        async def on_submit(key: object) -> None:
            if key == "a":
                raise LookupError
            await anyio.sleep(30)

        async with client(fake) as pictory:
            found = await all_of(
                pictory, {"a": "Tea.", "b": "Tea."}, on_submit=on_submit, fail_fast=True
            )

        assert {NotSubmittedError} == {type(outcome.error) for outcome in found}
        assert () == fake.requests

    async def test_longer_than_its_time(self) -> None:
        """Nothing is rendered for an item whose time was up while `on_submit` was asked."""
        fake, asked = virtual_fake(), list[object]()

        async def on_submit(key: object) -> None:
            asked.append(key)
            if len(asked) == 2:
                await anyio.sleep(300)

        async with client(fake) as pictory:
            (found,) = await all_of(pictory, ["Tea."], on_submit=on_submit, timeout=100)

        assert isinstance(found.error, JobTimeoutError)
        assert () == fake.billed

    async def test_rows(self) -> None:
        """The rows of a template have keys, too."""
        fake = virtual_fake()
        told = Counter[object]()
        project = {"name": "Hi", "scenes": [{"subtitles": [{"text": "Hello, {{Name}}."}]}]}
        async with client(fake) as pictory:
            await pictory.template_to_videos(
                project,
                {"ada": {"Name": "Ada"}},
                on_submit=lambda key: told.update([key]),
                on_job=lambda _, key: told.update([key]),
            )

        assert Counter(ada=4) == told

    @pytest.mark.parametrize(("calls", "billed"), [(1, 0), (2, 0)])
    async def test_prevented(self, calls: int, billed: int) -> None:
        """What `on_submit` raises prevents that submit, costs nothing, and hides no other item."""
        fake, left = virtual_fake(), calls

        def on_submit(key: object) -> None:
            nonlocal left
            if key == "a":
                left -= 1
                if left == 0:
                    raise LookupError(key)

        async with client(fake) as pictory:
            found = await all_of(pictory, {"a": "Tea.", "b": "Tea."}, on_submit=on_submit)
        by_key = {outcome.key: outcome for outcome in found}
        error = by_key["a"].error

        assert isinstance(error, NotSubmittedError)
        assert "on_submit raised LookupError: a" == str(error)
        assert calls - 1 == len(by_key["a"].jobs)
        assert None is by_key["b"].error
        assert billed + 1 == len(fake.billed)


class TestErrors:
    @pytest.mark.parametrize(
        ("trouble", "kind"),
        [
            (Trouble.status(403), PermissionDeniedError),
            (Trouble.status(400), APIError),
        ],
    )
    async def test_of_looks(self, trouble: Trouble, kind: type[PictoryError]) -> None:
        """A look that is refused ends a flow, a wait and an item with the job named."""
        fake = virtual_fake()
        jobs = list[Job[Any]]()

        def spoil(job: Job[Any]) -> None:
            jobs.append(job)
            if job.kind is Video:
                fake.trouble(LOOK, trouble, times=None)

        errors = list[BaseException | None]()
        async with client(fake) as pictory:
            with pytest.raises(kind) as caught:
                await pictory.text_to_video("Tea.", on_job=spoil)
            errors.append(caught.value)
            with pytest.raises(kind) as caught:
                await pictory.wait_for_job(jobs[-1])
            errors.append(caught.value)
            async with pictory.wait_for_jobs([jobs[-1]]) as outcomes:
                errors.extend([outcome.error async for outcome in outcomes])
        found = [error.job_id for error in errors if isinstance(error, PictoryError)]

        assert [jobs[-1].id] * 3 == found
        assert jobs[-1].id == fake.billed[0]

    async def test_of_a_client_that_is_closed(self) -> None:
        """Also where the client is closed meanwhile."""
        fake, jobs = virtual_fake(), list[Job[Any]]()
        pictory = client(fake)

        async def close(job: Job[Any]) -> None:
            jobs.append(job)
            if job.kind is Video:
                await pictory.aclose()

        with pytest.raises(ClosedError) as caught:
            await pictory.text_to_video("Tea.", on_job=close)

        assert jobs[-1].id == caught.value.job_id
        assert jobs[-1].id in str(caught.value)

    async def test_of_items(self) -> None:
        """And in a batch, where the outcome has the jobs too."""
        fake = virtual_fake()
        fake.trouble(RENDER, Trouble.status(400), times=None)
        async with client(fake) as pictory:
            (found,) = await all_of(pictory, ["Tea."])

        assert isinstance(found.error, APIError)
        assert found.jobs[-1].id == found.error.job_id

    async def test_of_a_render_that_nobody_knows(self) -> None:
        """A render that was never answered has no job to go on with: that would be a second one."""
        fake, jobs = virtual_fake(), list[Job[Any]]()
        fake.trouble(RENDER, Trouble.status(502, accepted=True), times=2)
        async with client(fake) as pictory:
            with pytest.raises(SubmissionUnknownError) as caught:
                await pictory.text_to_video("Tea.", on_job=jobs.append)
            (found,) = await all_of(pictory, ["Tea."])
            with pytest.raises(InvalidRequestError):
                await pictory.resume(caught.value.job_id)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]

        assert jobs[-1].id in str(caught.value)
        assert None is inside(found.error).job_id
        assert found.jobs[-1].id in str(found.error)
        assert 2 == len(fake.billed)

    async def test_a_cancellation_on_the_wire(self) -> None:
        """A cancellation while a render is on the wire says that there may be one."""
        fake = virtual_fake()
        fake.trouble(RENDER, Trouble.stall(accepted=True))
        notes = list[str]()
        async with client(fake) as pictory:
            with anyio.move_on_after(40), noting(notes):
                await pictory.text_to_video("Tea.")

        assert "a job may have been created; look for it in your account before" in notes[0]
        assert 1 == len(fake.billed)

    async def test_before_any_job(self) -> None:
        """Where nothing was submitted there is nothing to name."""
        fake = virtual_fake()
        fake.trouble(PREVIEW, Trouble.status(400))
        async with client(fake) as pictory:
            with pytest.raises(APIError) as caught:
                await pictory.text_to_video("Tea.")

        assert None is caught.value.job_id

    async def test_of_the_caller(self) -> None:
        """What the caller's own code raises within a flow is told the job, too."""
        fake, jobs = virtual_fake(), list[Job[Any]]()

        def choose(_: Transcript) -> Any:
            raise LookupError

        async with client(fake) as pictory:
            with pytest.raises(LookupError) as caught:
                await pictory.edit_video(
                    b"film", file_name="a.mp4", choose=choose, on_job=jobs.append
                )

        assert [f"job {jobs[0].id} was submitted, and goes on at the service"] == (
            caught.value.__notes__
        )

    async def test_a_cancellation(self) -> None:
        """So is a cancellation, once."""
        fake, jobs = virtual_fake(), list[Job[Any]]()
        notes = list[str]()
        async with client(fake) as pictory:
            with anyio.move_on_after(20), noting(notes):
                await pictory.text_to_video("Tea.", on_job=jobs.append)

        assert [f"job {jobs[-1].id} was submitted, and goes on at the service"] == notes
        assert Video is jobs[-1].kind

    async def test_of_waits_that_are_left(self) -> None:
        """The waits that a block leaves are in its `left`, and in a note on what ends it."""
        fake = virtual_fake()
        async with client(fake) as pictory:
            board = {"videoName": "a", "scenes": [{"story": "Tea."}]}
            job = await pictory.storyboards.preview(board)
            left = await self.left_of(pictory, job.id)

        assert [job.id, "another"] == [outcome.key for outcome in left]
        assert [job.id, "another"] == [inside(outcome.error).job_id for outcome in left]

    async def left_of(self, pictory: Pictory, job_id: str) -> tuple[Outcome[Any], ...]:
        """Leave a block of two waits by an error, and return what is left."""
        waits = pictory.wait_for_jobs([job_id, "another"])
        outcomes = await waits.start()
        await anyio.sleep(1)
        error = LookupError()
        await waits.__aexit__(LookupError, error, None)

        assert f"{job_id}, another" in error.__notes__[0]
        return outcomes.left


class TestResume:
    async def jobs_of(self, pictory: Pictory) -> tuple[Job[Preview], Job[Video]]:
        """Return the jobs of a preview and of its video."""
        board = {"videoName": "a", "scenes": [{"story": "Tea."}]}
        preview = await pictory.storyboards.preview(board)
        await pictory.wait_for_job(preview)
        return preview, await pictory.renders.from_preview(preview)

    @pytest.mark.parametrize("as_id", [False, True])
    async def test_a_video(self, tmp_path: Path, *, as_id: bool) -> None:
        """The job of a video is waited for and downloaded, and nothing is submitted."""
        fake, told = virtual_fake(), list[Job[Any]]()
        async with client(fake) as pictory:
            _, render = await self.jobs_of(pictory)
            video = await pictory.resume(
                render.id if as_id else render, output=tmp_path / "tea.mp4", on_job=told.append
            )

        assert (render.id, [], 1) == (video.job_id, told, len(fake.billed))
        assert (tmp_path / "tea.mp4").is_file()

    @pytest.mark.parametrize("version", ["v1", "v2"])
    @pytest.mark.parametrize("as_id", [False, True])
    async def test_a_preview(self, tmp_path: Path, version: Any, *, as_id: bool) -> None:
        """The job of a preview is rendered, waited for and downloaded."""
        fake, told = virtual_fake(), list[Job[Any]]()
        async with client(fake) as pictory:
            with pytest.raises(JobTimeoutError) as caught:
                await pictory.text_to_video("Tea.", timeout=5, version=version)
            (preview,) = fake.jobs
            assert preview == caught.value.job_id
            video = await pictory.resume(
                preview if as_id else Job(preview, Preview),
                version=version,
                output=tmp_path / "tea.mp4",
                on_job=told.append,
            )

        assert [Job(video.job_id, Video)] == told
        assert 1 == fake.count(f"PUT /{version}/video/render/{{job_id}}")
        assert (tmp_path / "tea.mp4").is_file()

    async def test_a_failed_one(self) -> None:
        """A job that fails is the error that it is anywhere."""
        fake = virtual_fake()
        async with client(fake) as pictory:
            fake.fail_next("INTERNAL")
            job = await pictory.storyboards.preview({"videoName": "a", "scenes": [{"story": "T."}]})
            with pytest.raises(JobFailedError) as caught:
                await pictory.resume(job)

        assert job.id == caught.value.job_id
        assert () == fake.billed

    @pytest.mark.parametrize(
        ("job", "words"),
        [
            (Job("j", Transcript), "job: expected a job of a preview or a video, found one of"),
            (3, "job: expected"),
            ("a b", "job"),
        ],
    )
    async def test_what_is_none(self, job: Any, words: str) -> None:
        """What is no such job is refused before anything is sent."""
        fake = virtual_fake()
        async with client(fake) as pictory:
            with pytest.raises(InvalidRequestError, match=words):
                await pictory.resume(job)

        assert () == fake.requests

    async def test_an_id_of_something_else(self) -> None:
        """The id of a transcription is refused once it is known to be one."""
        fake = virtual_fake()
        async with client(fake) as pictory:
            url = await pictory.upload(b"film", name="a.mp4")
            job = await pictory.transcriptions.create(url)
            with pytest.raises(InvalidRequestError, match="found one of Transcript") as caught:
                await pictory.resume(job.id)

        assert job.id == caught.value.job_id

    async def test_the_hint(self) -> None:
        """Who gives a job in the place of a script is told."""
        async with client(virtual_fake()) as pictory:
            with pytest.raises(InvalidRequestError, match=r"pictory\.resume\(job\) goes on"):
                await pictory.text_to_video(Job("j", Preview))  # type: ignore[arg-type]


INTERRUPTED = """
import os, signal, sys
import anyio
from pictory_async import ApiKey, Pictory
from pictory_async.testing import FakePictory

signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))

def interrupt(job):
    print(job.id, flush=True)
    os.kill(os.getpid(), getattr(signal, sys.argv[1]))

async def main():
    fake = FakePictory(draw=False)
    async with Pictory(
        ApiKey("pictai_test"), base_url=fake.base_url, transport=fake.transport()
    ) as pictory:
        await pictory.text_to_video("Hello, world.", on_job=interrupt)

anyio.run(main, backend=sys.argv[2])
"""


@pytest.mark.parametrize("signal", ["SIGINT", "SIGTERM"])
@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_an_interrupt(signal: str, backend: str) -> None:
    """Ctrl-C prints the job; and so does SIGTERM, with the lines that the guide shows."""
    command = [sys.executable, "-c", INTERRUPTED, signal, backend]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603

    assert done.returncode != 0
    assert f"job {done.stdout.split()[0]} was submitted, and goes on" in done.stderr
    assert "KeyboardInterrupt" in done.stderr
