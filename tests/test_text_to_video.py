"""The whole flow: a script becomes a video, through either generation of the API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import anyio
import pytest

from pictory_async import (
    InvalidRequestError,
    JobFailedError,
    JobTimeoutError,
    SubmissionUnknownError,
    Timeouts,
    models,
    v1,
)
from pictory_async.testing import Trouble
from tests.helpers import CLIENT, KEY, SCRIPT, client, virtual_fake


if TYPE_CHECKING:
    from pictory_async import Credentials, JobUpdate
    from pictory_async._flows.versions import Version
    from pictory_async.testing import FakePictory


pytestmark = pytest.mark.anyio

CURRENT = {"videoName": "x", "scenes": [{"story": SCRIPT}]}
FIRST = {"videoName": "x", "scenes": [{"text": SCRIPT}]}


@pytest.fixture
def anyio_backend(virtual_backend: Any) -> Any:
    """Run in virtual time."""
    return virtual_backend


def submits(fake: FakePictory) -> list[str]:
    """Return the operations that created jobs."""
    return [r.operation for r in fake.requests if r.method in {"POST", "PUT"}]


class TestScripts:
    @pytest.mark.parametrize("credentials", [KEY, CLIENT], ids=["key", "client"])
    @pytest.mark.parametrize(
        ("script", "version", "expected"),
        [
            (SCRIPT, None, "v2"),
            (SCRIPT, "v2", "v2"),
            (SCRIPT, "v1", "v1"),
            (CURRENT, None, "v2"),
            (FIRST, "v1", "v1"),
            (models.Storyboard.from_script(SCRIPT, name="x"), None, "v2"),
            (models.Storyboard.from_script(SCRIPT, name="x"), "v2", "v2"),
            (v1.Storyboard.from_script(SCRIPT, name="x"), None, "v1"),
        ],
        ids=lambda value: type(value).__name__,
    )
    async def test_each_kind(
        self, script: Any, version: Version | None, expected: str, credentials: Credentials
    ) -> None:
        """A text, a storyboard and a JSON object of either generation become a video."""
        fake = virtual_fake()
        async with client(fake, credentials) as pictory:
            video = await pictory.text_to_video(script, version=version)

        assert video.url is not None
        assert (video.job_id,) == fake.billed
        assert [
            f"POST /{expected}/video/storyboard",
            f"PUT /{expected}/video/render/{{job_id}}",
        ] == [operation for operation in submits(fake) if "token" not in operation]
        assert () == fake.stripped

    @pytest.mark.parametrize("version", ["v1", "v2"])
    async def test_scenes(self, version: Version) -> None:
        """Each sentence and line of a text becomes a scene; the video is as long as they are."""
        fake = virtual_fake()
        async with client(fake) as pictory:
            video = await pictory.text_to_video(
                "One two three four five six. Seven.\nEight", version=version
            )

        assert 2.5 + 2 + 2 == video.duration

    @pytest.mark.parametrize(
        ("version", "expected"),
        [
            ("v2", {"voiceOver": {"enabled": True, "aiVoices": [{"speaker": "Jackson"}]}}),
            (
                "v1",
                {"audio": {"aiVoiceOver": {"speaker": "Jackson", "speed": 100, "amplifyLevel": 0}}},
            ),
        ],
    )
    async def test_speaker(self, version: Version, expected: dict[str, Any]) -> None:
        """A speaker reads the text; without one the video is silent."""
        fake = virtual_fake()
        async with client(fake) as pictory:
            await pictory.text_to_video(SCRIPT, version=version, speaker="Jackson")
            await pictory.text_to_video(SCRIPT, version=version)
        spoken, silent = (r.json for r in fake.requests if r.method == "POST")

        assert expected.items() <= spoken.items()
        assert not {"voiceOver", "audio"} & set(silent)

    @pytest.mark.parametrize(
        ("text", "name", "expected"),
        [
            ("Say: hello/world, to you and all of them", None, "Say hello world to you and"),
            ("日本語", None, "video"),
            (SCRIPT, "my film", "my film"),
        ],
    )
    async def test_name(self, text: str, name: str | None, expected: str) -> None:
        """The video is called as told, or by the text's first words as a file name takes them."""
        fake = virtual_fake()
        async with client(fake) as pictory:
            await pictory.text_to_video(text, name=name)

        assert expected == fake.requests[0].json["videoName"]


class TestRefusals:
    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            ({"script": " \n"}, "story: expected a text that is not blank"),
            ({"script": SCRIPT, "version": "v3"}, "version: expected 'v1' or 'v2', found 'v3'"),
            (
                {"script": v1.Storyboard.from_script(SCRIPT, name="x"), "version": "v2"},
                "version: expected 'v1', as the storyboard is, found 'v2'",
            ),
            ({"script": CURRENT, "name": "x"}, "name: expected None beside a storyboard"),
            ({"script": CURRENT, "speaker": "x"}, "speaker: expected None beside a storyboard"),
            ({"script": {"videoName": "x", "scenes": []}}, "scenes: expected"),
            ({"script": FIRST}, r"scenes\[0\].story: "),
            ({"script": {**CURRENT, "videoname": "y"}}, "videoname: .*videoName"),
            ({"script": SCRIPT, "output": "/nowhere/film.mp4"}, "output: expected a file in a"),
            ({"script": 5}, "expected"),
            ({"script": "bad \udcff text"}, "story: expected text that UTF-8 can encode"),
        ],
        ids=lambda value: str(value)[:40],
    )
    async def test_before_anything_is_sent(self, arguments: dict[str, Any], message: str) -> None:
        """Bad input is an error that names it, before anything is sent or paid for."""
        fake = virtual_fake()
        async with client(fake) as pictory:
            with pytest.raises(InvalidRequestError, match=message):
                await pictory.text_to_video(**arguments)

        assert () == fake.requests


class TestProgress:
    async def test_both_jobs(self) -> None:
        """`on_progress` sees the preview and then the render, each to its result."""
        updates: list[JobUpdate[Any]] = []
        fake = virtual_fake()
        async with client(fake) as pictory:
            video = await pictory.text_to_video(SCRIPT, on_progress=updates.append)
        kinds = [update.kind.__name__ for update in updates if update.kind]

        assert ["Preview", "Video"] == list(dict.fromkeys(kinds))
        assert [video] == [update.result for update in updates if update.kind and update.is_done][
            1:
        ]


class TestTrouble:
    async def test_timeout_covers_both_jobs(self) -> None:
        """The timeout is for both jobs together, and its error carries the id of the one left."""
        fake = virtual_fake(preview_seconds=15, render_seconds=60)
        async with client(fake) as pictory:
            started = anyio.current_time()
            with pytest.raises(JobTimeoutError) as caught:
                await pictory.text_to_video(SCRIPT, timeout=40)
            took = anyio.current_time() - started
            video = await pictory.wait_for_job(caught.value.job_id)

        assert 40 == pytest.approx(took)
        assert fake.billed == (video.job_id,)

    async def test_no_timeout(self) -> None:
        """Without a timeout the flow takes as long as the jobs."""
        fake = virtual_fake(preview_seconds=5000)
        async with client(fake) as pictory:
            assert (await pictory.text_to_video(SCRIPT, timeout=None)).url is not None

    async def test_failed_preview_is_not_rendered(self) -> None:
        """A preview that fails costs no render."""
        fake = virtual_fake()
        fake.fail_next()
        async with client(fake) as pictory:
            with pytest.raises(JobFailedError):
                await pictory.text_to_video(SCRIPT)

        assert () == fake.billed

    async def test_unknown_submission(self) -> None:
        """A render that was sent and not answered is not sent again; the error tells all of it."""
        fake = virtual_fake()
        fake.trouble("PUT /v2/video/render/{job_id}", Trouble.stall(accepted=True))
        async with client(fake, timeouts=Timeouts(read=5)) as pictory:
            with pytest.raises(SubmissionUnknownError, match=r"PUT /v2/video/render/.*ReadTimeout"):
                await pictory.text_to_video(SCRIPT)

        assert 1 == len(fake.billed)


class TestFrozen:
    @pytest.mark.parametrize("version", ["v1", "v2"])
    async def test_after_the_preview(self, version: Version) -> None:
        """A flow that comes to itself after its deadline buys no render, and names its preview."""
        fake = virtual_fake()

        async def freeze(update: JobUpdate[Any]) -> None:
            if not update.is_done:
                await anyio.sleep(3600)

        async with client(fake) as pictory:
            with pytest.raises(JobTimeoutError, match="before the next step") as caught:
                await pictory.text_to_video(SCRIPT, version=version, timeout=60, on_progress=freeze)

        assert () == fake.billed
        assert 1 == len(submits(fake))
        assert caught.value.job_id in {r.path.rpartition("/")[2] for r in fake.requests}


class TestRenders:
    @pytest.mark.parametrize("version", ["v1", "v2"])
    async def test_edited_params(self, version: Version) -> None:
        """A preview's parameters can be changed and rendered by POST."""
        fake = virtual_fake()
        async with client(fake) as pictory:
            renders = pictory.v1.renders if version == "v1" else pictory.renders
            if version == "v1":
                job = await pictory.v1.storyboards.preview(FIRST)
            else:
                job = await pictory.storyboards.preview(CURRENT)
            preview = await pictory.wait_for_job(job)
            video = await pictory.wait_for_job(await renders.create(preview))
            edited = await pictory.wait_for_job(
                await renders.create({**(preview.render_params or {}), "extra": 1})
            )
        bodies = [r.json for r in fake.requests if r.path.endswith("/video/render")]

        assert (video.job_id, edited.job_id) == fake.billed
        assert 1 == bodies[1]["extra"]
        assert ("next_generation_video" in bodies[0]) == (version == "v1")

    async def test_from_preview_takes_all_guises(self) -> None:
        """A render takes a preview's job, its result or its id, and a webhook."""
        fake = virtual_fake()
        async with client(fake) as pictory:
            job = await pictory.storyboards.preview(CURRENT)
            preview = await pictory.wait_for_job(job)
            await pictory.renders.from_preview(job)
            await pictory.renders.from_preview(preview)
            await pictory.renders.from_preview(job.id, webhook="https://me.example/hook")
        bodies = [r.json for r in fake.requests if r.method == "PUT"]

        assert [{}, {}, {"webhook": "https://me.example/hook"}] == bodies

    @pytest.mark.parametrize(
        "params",
        [{}, None, [], {"renderParams": {}}, "x", {"x": {1}}, {"x": float("nan")}],
        ids=repr,
    )
    async def test_no_params(self, params: Any) -> None:
        """What is not a preview's parameters, or wraps them, is refused by name."""
        fake = virtual_fake()
        async with client(fake) as pictory:
            with pytest.raises(InvalidRequestError, match=r"render_params.*: expected"):
                await pictory.renders.create(params)

        assert () == fake.requests

    async def test_long_webhook(self) -> None:
        """A webhook that the service would refuse is refused by name."""
        fake = virtual_fake()
        async with client(fake) as pictory:
            with pytest.raises(InvalidRequestError, match="webhook: expected a URL of at most 500"):
                await pictory.renders.from_preview("j1", webhook="https://h/" + "x" * 500)

        assert () == fake.requests
