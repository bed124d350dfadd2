"""Video editing and bulk generation, from the file to the file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import anyio
import pytest

from pictory_async import (
    ApiKey,
    InvalidRequestError,
    JobFailedError,
    JobTimeoutError,
    Limits,
    NotSubmittedError,
    Outcome,
    PermissionDeniedError,
    Pictory,
    Preview,
    Retry,
    SubmissionUnknownError,
    Transcript,
    UploadError,
    Video,
)
from pictory_async.models import Passage
from pictory_async.schedules import Growing
from pictory_async.testing import FakePictory, Trouble
from tests.helpers import client
from tests.virtual_time import in_virtual_time


if TYPE_CHECKING:
    from pathlib import Path

    from pictory_async import Job
    from pictory_async._flows.versions import Version


pytestmark = pytest.mark.anyio

FILM = b"a long film"
SPEECH = "One two three four five. Six seven. Eight nine ten eleven."
PROJECT: Any = {
    "name": "Greeting",
    "scenes": [{"subtitles": [{"text": "Hello, {{Name}}."}]}, {"subtitles": [{"text": "Bye."}]}],
}
ROWS = {"ada": {"Name": "Ada"}, "bob": {"Name": "Bob"}, "cy": {"Name": "Cy"}}
TRANSCRIBE = "POST /v2/transcription"
RENDERS = {"v1": "PUT /v1/video/render/{job_id}", "v2": "PUT /v2/video/render/{job_id}"}


def quick(**settings: Any) -> FakePictory:
    """Return a service that does everything at once."""
    return FakePictory(preview_seconds=0, render_seconds=0, media_seconds=0, draw=False, **settings)


def texts(fake: FakePictory) -> list[list[str]]:
    """Return what is read in the films that were rendered."""
    films = (fake.jobs[job_id].film for job_id in fake.billed)
    return [[scene.text for scene in film.scenes] for film in films]


class TestEditVideo:
    @pytest.mark.parametrize("version", ["v1", "v2", None])
    async def test_over_a_socket(self, version: Version | None, tmp_path: Path) -> None:
        """A film becomes a film of its highlights, through either generation."""
        fake = quick()
        fake.say(SPEECH)
        (tmp_path / "talk.mp4").write_bytes(FILM)
        jobs: list[Job[Any]] = []
        with fake.serve() as url:
            key = ApiKey("pictai_test")
            async with Pictory(key, base_url=url, schedule=Growing(first=0.01)) as pictory:
                video = await pictory.edit_video(
                    tmp_path / "talk.mp4",
                    seconds=4,
                    version=version,
                    output=tmp_path / "short.mp4",
                    on_job=jobs.append,
                )

        assert [Transcript, Transcript, Preview, Video] == [job.kind for job in jobs]
        assert video.job_id == jobs[-1].id
        assert b"ftyp" == (tmp_path / "short.mp4").read_bytes()[4:8]
        # Two seconds, then eight tenths: the third sentence would be too long.
        assert [["One two three four five. Six seven."]] == texts(fake)
        assert 1 == fake.count(RENDERS[version or "v2"])
        assert ((), ()) == (fake.leaks, fake.stripped)

    @pytest.mark.parametrize("version", ["v1", "v2"])
    async def test_passages(self, version: Version) -> None:
        """The scenes show their passages of the video that was uploaded, with their sound."""
        fake = quick()
        fake.say(SPEECH)
        async with client(fake) as pictory:
            await pictory.edit_video(FILM, file_name="talk.mp4", seconds=3, version=version)

        (request,) = (r for r in fake.requests if r.operation.endswith("/video/storyboard"))
        (scene,) = request.json["scenes"]
        (address,) = (r.json["fileUrl"] for r in fake.requests if r.operation == TRANSCRIBE)
        if version == "v1":
            assert address == scene["backgroundUri"]
            assert [{"start": 0.0, "end": 2.0}] == scene["backgroundVideoSegments"]
            assert scene["muteBackgroundVideo"] is False
        else:
            assert address == scene["background"]["visualUrl"]
            assert [{"start": 0.0, "end": 2.0}] == scene["background"]["clips"]
            assert scene["background"]["settings"]["mute"] is False

    async def test_uploaded_already(self) -> None:
        """A URL is taken as it is: nothing is uploaded twice."""
        fake = quick()
        async with client(fake) as pictory:
            address = await pictory.upload(FILM, name="talk.mp4")
            await pictory.edit_video(address)

        assert 1 == fake.count("PUT /files/{key}")

    async def test_own_choice(self) -> None:
        """Whoever chooses the passages pays for no search for highlights."""

        def choose(transcript: Transcript) -> list[Passage]:
            return [Passage(start=1, end=2, text=transcript.sentences[1].text)]

        fake = quick()
        fake.say(SPEECH)
        async with client(fake) as pictory:
            await pictory.edit_video(FILM, file_name="talk.mp4", choose=choose)

        assert [["Six seven."]] == texts(fake)
        assert 0 == fake.count("POST /v2/transcription/highlights")

    async def test_nothing_to_show(self) -> None:
        """A recording without a passage is an error before anything is previewed."""
        fake = quick()
        async with client(fake) as pictory:
            with pytest.raises(InvalidRequestError, match="none chosen of transcription"):
                await pictory.edit_video(FILM, file_name="a.mp4", choose=lambda _: ())
            with pytest.raises(InvalidRequestError, match="none chosen of transcription"):
                await pictory.edit_video(FILM, file_name="a.mp4", seconds=1)

        assert 0 == fake.count("POST /v2/video/storyboard")

    async def test_failed_upload(self) -> None:
        """Where the upload fails nothing is transcribed."""
        fake = quick()
        fake.trouble("PUT /files/{key}", Trouble.status(500), times=None)
        async with client(fake, retry=Retry(first=0)) as pictory:
            with pytest.raises(UploadError):
                await pictory.edit_video(FILM, file_name="a.mp4")

        assert {} == fake.jobs

    async def test_failed_job(self) -> None:
        """A job that fails is named by the error."""
        fake = quick()
        fake.fail_next("INSUFFICIENT_CREDITS", "No minutes left.")
        async with client(fake) as pictory:
            with pytest.raises(JobFailedError, match="INSUFFICIENT_CREDITS") as caught:
                await pictory.edit_video(FILM, file_name="a.mp4")

        assert [caught.value.job_id] == list(fake.jobs)


class TestUpFront:
    """What is wrong with the arguments is said before anything is paid for."""

    @pytest.mark.parametrize(
        ("arguments", "field"),
        [
            ({"timeout": -1}, "timeout"),
            ({"timeout": float("nan")}, "timeout"),
            ({"on_job": 3}, "on_job"),
            ({"on_progress": 3}, "on_progress"),
            ({"on_bytes": "x"}, "on_bytes"),
            ({"version": "v3"}, "version"),
            ({"output": "/nowhere/x.mp4"}, "output"),
        ],
    )
    async def test_arguments(self, arguments: Any, field: str) -> None:
        """Each of the flows refuses nonsense by the argument's name."""
        fake = quick()
        async with client(fake) as pictory:
            with pytest.raises(InvalidRequestError) as first:
                await pictory.text_to_video("Hello.", **arguments)
            with pytest.raises(InvalidRequestError) as second:
                await pictory.edit_video(FILM, file_name="a.mp4", **arguments)
            if "output" in arguments:
                arguments = {"folder": "/nowhere"}
            with pytest.raises(InvalidRequestError) as third:
                await pictory.template_to_videos(PROJECT, ROWS, **arguments)

        fields = [field, field, "folder" if field == "output" else field]
        assert fields == [each.value.field for each in (first, second, third)]
        assert () == fake.requests

    @pytest.mark.parametrize(
        ("arguments", "field"),
        [
            ({"seconds": 0}, "seconds"),
            ({"seconds": float("nan")}, "seconds"),
            ({"choose": 3}, "choose"),
            ({"name": " "}, "name"),
        ],
    )
    async def test_editing(self, arguments: Any, field: str) -> None:
        """What would fail after an upload and a transcription is refused before them."""
        fake = quick()
        async with client(fake) as pictory:
            with pytest.raises(InvalidRequestError) as caught:
                await pictory.edit_video(FILM, file_name="a.mp4", **arguments)

        assert field == caught.value.field
        assert () == fake.requests

    @pytest.mark.parametrize(
        ("rows", "arguments", "field"),
        [
            ("abc", {}, "rows"),
            (3, {}, "rows"),
            (["abc"], {}, "rows[0]"),
            ({"a": {"Name": 3}}, {}, "rows[a].Name"),
            ({None: {"Name": "x"}}, {}, "rows"),
            (ROWS, {"name": " "}, "name"),
            (ROWS, {"missing": "no"}, "missing"),
            (ROWS, {"ignore": "id"}, "ignore"),
            (ROWS, {"ignore": [3]}, "ignore"),
            (ROWS, {"name": len}, "name('ada')"),
            (ROWS, {"at_once": 0}, "at_once"),
        ],
    )
    async def test_rows(self, rows: Any, arguments: Any, field: str) -> None:
        """A row that is none is refused before the project is uploaded."""
        fake = quick()
        async with client(fake) as pictory:
            with pytest.raises(InvalidRequestError) as caught:
                await pictory.template_to_videos(PROJECT, rows, **arguments)

        assert field == caught.value.field
        assert () == fake.requests

    async def test_misspelt_variable(self) -> None:
        """A variable that the template lacks is refused before a video is made without it."""
        fake = quick()
        async with client(fake) as pictory:
            with pytest.raises(InvalidRequestError, match=r"rows\[1\]\.Nmae: .*perhaps Name"):
                await pictory.template_to_videos(PROJECT, [{"Name": "Ada"}, {"Nmae": "Bob"}])
            with pytest.raises(InvalidRequestError, match=r"rows\[0\]\.Z: expected a variable"):
                await pictory.template_to_videos(PROJECT, [{"Z": "Ada"}])

        assert {} == fake.jobs


class TestTemplateToVideos:
    @pytest.mark.parametrize("version", ["v1", "v2", None])
    async def test_over_a_socket(self, version: Version | None, tmp_path: Path) -> None:
        """The project is uploaded once, and each row becomes a film in the folder."""
        fake = quick()
        (tmp_path / "greeting.pictai").write_text('{"scenes": [{"text": "Hello, {{Name}}."}]}')
        with fake.serve() as url:
            key = ApiKey("pictai_test")
            async with Pictory(key, base_url=url, schedule=Growing(first=0.01)) as pictory:
                project = tmp_path / "greeting.pictai"
                outcomes = await pictory.template_to_videos(
                    project if version else str(project), ROWS, version=version, folder=tmp_path
                )

        assert [*ROWS] == [outcome.key for outcome in outcomes]
        assert {f"{key}.mp4" for key in ROWS} == {path.name for path in tmp_path.glob("*.mp4")}
        assert [["Hello, Ada."], ["Hello, Bob."], ["Hello, Cy."]] == sorted(texts(fake))
        assert 1 == fake.count("POST /v1/templates")
        assert 3 == fake.count(RENDERS[version or "v2"])
        assert ((), ()) == (fake.leaks, fake.stripped)
        for outcome in outcomes:
            assert outcome.result().job_id == outcome.jobs[-1].id

    @pytest.mark.parametrize("kind", ["template", "id", "bytes", "project"])
    async def test_templates(self, kind: str) -> None:
        """The template may be there already, and a project of the account may be one."""
        fake = quick()
        fake.add_project({"project_id": "p1", "scenes": [{"text": "Hello, {{Name}}."}]})
        async with client(fake) as pictory:
            template = await pictory.templates.create(PROJECT)
            given: Any = {"template": template, "id": template.id, "project": "p1"}.get(
                kind, b'{"scenes": [{"text": "Hello, {{Name}}."}]}'
            )
            outcomes = await pictory.template_to_videos(given, [{"Name": "Ada"}])

        assert [(0, None)] == [(outcome.key, outcome.error) for outcome in outcomes]
        assert "Hello, Ada." == texts(fake)[0][0]

    async def test_no_rows(self) -> None:
        """No rows are no videos."""
        async with client(quick()) as pictory:
            assert () == await pictory.template_to_videos(PROJECT, [])

    async def test_failure_hides_nothing(self) -> None:
        """A video that fails leaves the others alone, and its jobs are in its outcome."""
        fake = quick()
        fake.trouble("PUT /v2/video/render/{job_id}", Trouble.reset(accepted=True), skip=1)
        async with client(fake) as pictory:
            outcomes = await pictory.template_to_videos(PROJECT, ROWS, at_once=1)

        failed = outcomes[1]
        assert [None, SubmissionUnknownError, None] == [
            type(each.error) if each.error else None for each in outcomes
        ]
        assert [Preview] == [job.kind for job in failed.jobs]
        with pytest.raises(SubmissionUnknownError):
            failed.result()

    async def test_foreign_template(self) -> None:
        """A template of another account is an error of each row."""
        fake = quick()
        async with client(fake) as pictory:
            template = await pictory.templates.create(PROJECT)
            fake.give_away(template.id)
            outcomes = await pictory.template_to_videos(template, ROWS, version="v1")

        assert {PermissionDeniedError} == {type(outcome.error) for outcome in outcomes}

    @in_virtual_time
    async def test_timeout_keeps_the_job(self) -> None:
        """A render that takes too long is in the outcome with its id, and is waited for later."""
        fake = FakePictory(preview_seconds=0, draw=False)
        async with client(fake, schedule=Growing(first=0.01)) as pictory:
            (outcome,) = await pictory.template_to_videos(PROJECT, [{"Name": "Ada"}], timeout=2)
            assert isinstance(outcome.error, JobTimeoutError)
            fake.advance(60)
            video = await pictory.wait_for_job(outcome.jobs[-1])

        assert fake.billed == (video.job_id,)

    @in_virtual_time
    async def test_at_once(self) -> None:
        """No more videos are under way than allowed."""
        fake, running, most = quick(), 0, 0

        async def on_job(job: Job[Any]) -> None:
            nonlocal running, most
            running += -1 if job.kind is Video else 1
            most = max(most, running)
            await anyio.sleep(0.01)

        async with client(fake) as pictory:
            rows = [{"Name": str(number)} for number in range(10)]
            await pictory.template_to_videos(PROJECT, rows, at_once=3, on_job=on_job)

        assert 10 == len(fake.billed)
        assert 2 <= most <= 3

    async def test_cancelled(self) -> None:
        """Who keeps the jobs loses none of them by a cancellation."""
        fake = FakePictory(preview_seconds=0, draw=False)
        jobs: list[Job[Any]] = []

        def keep(job: Job[Any]) -> None:
            jobs.append(job)
            if 3 == len([job for job in jobs if job.kind is Video]):
                scope.cancel()

        with anyio.CancelScope() as scope:
            async with client(fake, schedule=Growing(first=0.01)) as pictory:
                await pictory.template_to_videos(PROJECT, ROWS, on_job=keep)

        assert scope.cancelled_caught
        assert set(fake.jobs) == {job.id for job in jobs}
        assert 3 == len(fake.billed)


async def test_outcome_of_nothing() -> None:
    """An outcome gives its value or raises its error."""
    assert 1 == Outcome(key="a", value=1).result()
    with pytest.raises(LookupError):
        Outcome(key="a", error=LookupError()).result()


async def test_cancelled_text_to_video() -> None:
    """A cancelled flow has told its jobs: nothing that is paid for is lost."""
    fake = FakePictory(preview_seconds=0, draw=False)
    jobs: list[Job[Any]] = []

    def keep(job: Job[Any]) -> None:
        jobs.append(job)
        if job.kind is Video:
            scope.cancel()

    with anyio.CancelScope() as scope:
        async with client(fake, schedule=Growing(first=0.01)) as pictory:
            await pictory.text_to_video("Hello.", on_job=keep)

    assert scope.cancelled_caught
    assert [*fake.jobs] == [job.id for job in jobs]
    assert fake.billed == (jobs[-1].id,)


async def test_a_template_that_cannot_be_rendered() -> None:
    """Where every render is refused for the same reason, the rows after it are not paid for."""
    fake = FakePictory(preview_seconds=0, draw=False)
    rows = {f"row-{number}": {"Name": "Ada"} for number in range(60)}
    fake.trouble("PUT /v2/video/render/{job_id}", Trouble.status(403), times=None)
    async with client(fake, schedule=Growing(first=0.01)) as pictory:
        outcomes = await pictory.template_to_videos(PROJECT, rows)

    assert 60 == len(outcomes)
    # Ten are on their way at once, so that some more may follow the tenth.
    assert 10 <= fake.count("PUT /v2/video/render/{job_id}") < 20
    assert 30 >= fake.count("POST /v2/video/storyboard")
    assert {"PermissionDeniedError", "NotSubmittedError"} == {
        type(outcome.error).__name__ for outcome in outcomes
    }


async def test_limits_of_a_template() -> None:
    """No more of a table's videos are made than they may cost together."""
    fake = FakePictory(preview_seconds=0, render_seconds=0, draw=False)
    rows = {f"row-{number}": {"Name": "Ada"} for number in range(9)}
    async with client(fake, schedule=Growing(first=0.01)) as pictory:
        outcomes = await pictory.template_to_videos(PROJECT, rows, limits=Limits(jobs=4))

    assert 4 == len(fake.billed)
    assert 5 == sum(isinstance(outcome.error, NotSubmittedError) for outcome in outcomes)


async def test_a_misspelt_variable_of_a_known_template() -> None:
    """A template that is given by its id is asked for its variables before anything is paid for."""
    fake = FakePictory(draw=False)
    async with client(fake) as pictory:
        template = await pictory.templates.create(PROJECT)
        for rows in ([{"Nmae": "Ada"}], [{3: "Ada"}]):
            wrong: Any = rows
            with pytest.raises(InvalidRequestError, match=r"rows\[0\].*: expected"):
                await pictory.template_to_videos(template.id, wrong)

    assert ((), {}) == (fake.billed, dict(fake.jobs))
