"""The groups of the client: what they send, what they refuse, what they return."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from pictory_async import (
    APIError,
    GeneratedImage,
    GeneratedVideo,
    InvalidRequestError,
    InvalidResponseError,
    JobCleanedError,
    JobFailedError,
    NotFoundError,
    PermissionDeniedError,
    Pictory,
    RawResult,
    Transcript,
)
from pictory_async.models import (
    AwsConnection,
    ElevenLabsVoiceSettings,
    NewVoice,
    Template,
    UploadUrl,
    Usage,
)
from pictory_async.testing import FakePictory
from tests.helpers import KEY, client


if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable


pytestmark = pytest.mark.anyio

MEDIA = "https://example.com/talk.mp4"
PROJECT: Any = {"name": "Greeting", "scenes": [{"subtitles": [{"text": "Hello, {{Name}}."}]}]}
V2: Any = {"videoName": "x", "scenes": [{"story": "Hello."}]}


@pytest.fixture
def fake() -> FakePictory:
    """Return a service that does everything at once."""
    return FakePictory(preview_seconds=0, render_seconds=0, media_seconds=0, draw=False)


@pytest.fixture
async def pictory(fake: FakePictory) -> AsyncIterator[Pictory]:
    """Return a client of it."""
    async with client(fake) as pictory:
        yield pictory


async def preview_of(pictory: Pictory) -> Any:
    """Return a finished preview."""
    return await pictory.wait_for_job(await pictory.storyboards.preview(V2))


class TestTemplates:
    @pytest.mark.parametrize("kind", ["path", "str", "bytes", "object"])
    async def test_create(self, pictory: Pictory, tmp_path: Path, kind: str) -> None:
        """A project file may be a path, bytes or the object that is in it."""
        path = tmp_path / "x.pictai"
        path.write_text(json.dumps(PROJECT), "utf-8")
        given = {"path": path, "str": str(path), "bytes": path.read_bytes(), "object": PROJECT}
        template = await pictory.templates.create(given[kind])

        assert ("Greeting", {"Name": "NAME"}) == (template.name, template.variables)

    @pytest.mark.parametrize(
        ("file", "expected"),
        [
            (b"not JSON", "a .pictai file, which holds a JSON object"),
            (b"[]", "a .pictai file, which holds a JSON object"),
            (b"[" * 100_000, "a .pictai file, which holds a JSON object"),
            ("nowhere.pictai", "a file that can be read"),
            (Path(), "a file that can be read"),
            (3, "a file that can be read"),
        ],
    )
    async def test_no_project(
        self, fake: FakePictory, pictory: Pictory, file: Any, expected: str
    ) -> None:
        """What is no project file is refused before anything is sent."""
        with pytest.raises(InvalidRequestError) as caught:
            await pictory.templates.create(file)

        assert ("file", expected) == (caught.value.field, caught.value.expected)
        assert () == fake.requests

    async def test_no_json(self, pictory: Pictory) -> None:
        """An object that is no JSON is refused with the path."""
        with pytest.raises(InvalidRequestError, match=r"file\.a: expected a value of JSON"):
            await pictory.templates.create({"a": object()})

    async def test_life(self, pictory: Pictory) -> None:
        """A template is listed, read, changed and deleted; both spellings are read."""
        template = await pictory.templates.create(PROJECT)
        (listed,) = await pictory.templates.list()
        assert (template.id, False, None) == (listed.id, listed.deprecated, listed.scenes)
        found = await pictory.templates.get(template)
        assert (template.scenes, False) == (found.scenes, found.deprecated)
        await pictory.templates.update(found, [{"sceneId": "1", "subtitles": []}])
        assert ({"sceneId": "1", "subtitles": []},) == (
            await pictory.templates.get(found.id)
        ).scenes
        await pictory.templates.delete(found)
        with pytest.raises(NotFoundError):
            await pictory.templates.get(found)

    async def test_foreign(self, fake: FakePictory, pictory: Pictory) -> None:
        """A template of another account is a refusal that says so, whatever is wanted of it."""
        template = await pictory.templates.create(PROJECT)
        fake.give_away(template.id)
        with pytest.raises(PermissionDeniedError):
            await pictory.templates.get(template)
        with pytest.raises(PermissionDeniedError):
            await pictory.templates.update(template, [{}])
        with pytest.raises(PermissionDeniedError):
            await pictory.templates.delete(template)
        with pytest.raises(PermissionDeniedError):
            await pictory.v1.templates.create_video(template)
        assert {} == fake.jobs

    @pytest.mark.parametrize("scenes", [(), "abc", 3, [3], [{"a": object()}]])
    async def test_no_scenes(self, pictory: Pictory, scenes: Any) -> None:
        """What is no list of scenes is refused, for it would replace them all."""
        with pytest.raises(InvalidRequestError, match="scenes"):
            await pictory.templates.update("t", scenes)

    async def test_create_video(self, fake: FakePictory, pictory: Pictory) -> None:
        """A preview is made of a template with its variables, changes and a webhook."""
        template = await pictory.templates.create(PROJECT)
        assert template.scenes is not None
        first = str(template.scenes[0]["sceneId"])
        job = await pictory.v1.templates.create_video(
            template,
            {"Name": "Ada"},
            scenes=[{"insertAfterSceneId": first, "text": "Bye."}],
            webhook="https://example.com/hook",
        )
        preview = await pictory.wait_for_job(job)
        await pictory.v1.renders.from_preview(preview)

        assert ["Hello, Ada.", "Bye."] == [s.text for s in fake.jobs[job.id].film.scenes]
        assert "https://example.com/hook" == fake.requests[1].json["webhook"]


class TestProjects:
    async def test_round_trip(self, fake: FakePictory, pictory: Pictory) -> None:
        """A project goes back as it came but for the change, nulls and strangers included."""
        project: Any = {
            "project_id": 7,
            "projectName": "Old",
            "videoURL": None,
            "scenes": [{"text": "Hello.", "odd": None}],
            "scriptTxtSceneSettings": {"a": [1, None]},
        }
        fake.add_project(project)
        found = await pictory.projects.get(7)
        await pictory.projects.update({**found.data, "projectName": "New"})

        assert (7, "Old", None) == (found.id, found.name, found.video_url)
        assert {**project, "projectName": "New"} == fake.requests[-1].json
        assert "/v2/projects/7" == fake.requests[-1].path
        assert () == fake.stripped

    @pytest.mark.parametrize("project", [{}, {"project_id": True}, {"project_id": None}])
    async def test_no_id(self, pictory: Pictory, project: Any) -> None:
        """A project without its id cannot be replaced."""
        with pytest.raises(InvalidRequestError, match=r"project\.project_id: expected"):
            await pictory.projects.update(project)

    async def test_life(self, fake: FakePictory, pictory: Pictory) -> None:
        """A saved storyboard is listed, rendered and deleted."""
        job = await pictory.storyboards.preview({**V2, "saveProject": True})
        project_id = (await pictory.wait_for_job(job)).project_id
        (listed,) = await pictory.projects.list()
        assert (project_id, "x", "v3") == (listed.id, listed.name, listed.schema_version)
        video = await pictory.wait_for_job(await pictory.projects.render(listed))
        assert (video.job_id,) == fake.billed
        await pictory.projects.delete(listed)
        assert 0 == len(await pictory.projects.list())
        with pytest.raises(NotFoundError):
            await pictory.projects.render(listed)

    async def test_foreign(self, fake: FakePictory, pictory: Pictory) -> None:
        """A project of another account is a refusal that says so."""
        fake.add_project({"project_id": "p"})
        fake.give_away("p")
        with pytest.raises(PermissionDeniedError):
            await pictory.projects.delete("p")


class TestElements:
    async def test_change(self, fake: FakePictory, pictory: Pictory) -> None:
        """A changed text is in the preview, and in the film that is rendered of it."""
        preview = await preview_of(pictory)
        (text,) = (e for e in preview.render_params["elements"] if e["type"] == "text")
        await pictory.storyboards.update_elements(preview, [{**text, "text": "Bye."}])
        job = await pictory.renders.from_preview(preview)

        assert ["Bye."] == [scene.text for scene in fake.jobs[job.id].film.scenes]

    @pytest.mark.parametrize("missing", ["id", "elementType", "type", "startTime", "duration"])
    async def test_incomplete(self, fake: FakePictory, pictory: Pictory, missing: str) -> None:
        """An element that lacks something is refused with its place."""
        keys = ("id", "elementType", "type", "startTime", "duration")
        element = {key: "x" for key in keys if key != missing}
        with pytest.raises(InvalidRequestError, match=rf"elements\[0\]\.{missing}: expected"):
            await pictory.storyboards.update_elements("j", [element])
        assert () == fake.requests


class TestTranscriptions:
    async def test_highlights(self, fake: FakePictory, pictory: Pictory) -> None:
        """Highlights are found of a transcript, of its JSON, and of its job."""
        fake.say("One two three. Four five six seven.")
        job = await pictory.transcriptions.create(MEDIA, media_type="video", language="en-US")
        transcript = await pictory.wait_for_job(job)
        sentences: Any = fake.jobs[job.id].result["transcript"]
        for found in (
            await pictory.transcriptions.highlights(transcript, seconds=1.6, duration=4),
            await pictory.transcriptions.highlights(sentences, seconds=2, language="en"),
            await pictory.transcriptions.highlights_of(job, seconds=2),
            await pictory.transcriptions.highlights_of(transcript, seconds=2),
            await pictory.v1.transcriptions.highlights(transcript, seconds=2),
        ):
            result = await pictory.wait_for_job(found)
            assert ["One two three."] == [passage.text for passage in result.highlighted]

        assert sentences == fake.requests[2].json["transcript"]
        assert {"fileUrl": MEDIA, "mediaType": "video", "language": "en-US"} == fake.requests[
            0
        ].json
        assert () == fake.stripped

    async def test_first_generation(self, pictory: Pictory) -> None:
        """A transcription of the older API has no status when it is done."""
        job = await pictory.v1.transcriptions.create(MEDIA)
        transcript = await pictory.wait_for_job(job.id)

        assert isinstance(transcript, Transcript)
        assert str(transcript.edit_video_url).endswith(".html")

    async def test_own_transcript(self, fake: FakePictory, pictory: Pictory) -> None:
        """A transcript of one's own is sent along."""
        own = [{"uid": "s", "speakerId": "0", "words": [{"word": "Tea", "end_time": 1}]}]
        job = await pictory.transcriptions.create(MEDIA, transcript=own, highlights=[{"start": 0}])
        transcript = await pictory.wait_for_job(job)

        assert "Tea" == transcript.sentences[0].text
        assert [{"start": 0}] == fake.requests[0].json["highlights"]

    @pytest.mark.parametrize(
        ("url", "arguments", "field"),
        [
            ("talk.mp4", {}, "file_url"),
            ("", {}, "file_url"),
            (MEDIA, {"transcript": []}, "transcript"),
            (MEDIA, {"transcript": [3]}, "transcript[0]"),
            (MEDIA, {"highlights": [{1}]}, "highlights[0]"),
            (MEDIA, {"webhook": "x" * 501}, "webhook"),
        ],
    )
    async def test_bad_input(
        self, fake: FakePictory, pictory: Pictory, url: str, arguments: Any, field: str
    ) -> None:
        """A wrong argument is refused before anything is sent."""
        with pytest.raises(InvalidRequestError) as caught:
            await pictory.transcriptions.create(url, **arguments)

        assert field == caught.value.field
        assert () == fake.requests

    @pytest.mark.parametrize("seconds", [0, -1, float("nan")])
    async def test_no_time(self, pictory: Pictory, seconds: float) -> None:
        """Highlights of no length are refused."""
        with pytest.raises(InvalidRequestError, match="seconds: expected a number above 0"):
            await pictory.transcriptions.highlights_of("j", seconds=seconds)
        with pytest.raises(InvalidRequestError, match="transcript: expected a list"):
            await pictory.transcriptions.highlights(Transcript(job_id="j"), seconds=5)

    async def test_missing_file(self, pictory: Pictory) -> None:
        """A file that never arrived is a job that fails."""
        place = await pictory.media.upload_url("a.mp4", "video/mp4")
        with pytest.raises(JobFailedError):
            await pictory.wait_for_job(await pictory.transcriptions.create(place.url))


class TestAiStudio:
    async def test_image(self, fake: FakePictory, pictory: Pictory) -> None:
        """An image is made, costs credits, and is in the list with what was asked for."""
        job = await pictory.ai_studio.generate_image("A cup of tea", style="vintage")
        image = await pictory.wait_for_job(job.id)
        (listed,) = await pictory.ai_studio.images()

        assert isinstance(image, GeneratedImage)
        assert (job.id, 1280, 720, 2.0) == (
            image.job_id,
            image.width,
            image.height,
            image.ai_credits_used,
        )
        assert (image.url, "A cup of tea", "vintage", None) == (
            listed.url,
            listed.prompt,
            listed.style,
            listed.job_id,
        )
        assert (job.id,) == fake.billed
        assert 2 == (await pictory.account.quota()).ai_credits.used  # type: ignore[union-attr]

    async def test_video(self, pictory: Pictory, tmp_path: Path) -> None:
        """A video is made, and can be downloaded."""
        job = await pictory.ai_studio.generate_video("A cup of tea", duration="5s")
        video = await pictory.wait_for_job(job.id)
        (listed,) = await pictory.ai_studio.videos()

        assert isinstance(video, GeneratedVideo)
        assert ("5s", 8.0) == (video.duration, video.ai_credits_used)
        assert video.last_frame_image_url == listed.last_frame_image_url
        await pictory.download(str(video.url), tmp_path / "tea.mp4")

    async def test_told_by_its_url(self) -> None:
        """A bare id of a video is told by its duration, even without its frames."""
        body = {"success": True, "data": {"status": "completed", "url": "u", "duration": "5s"}}
        transport = httpx.MockTransport(lambda _: httpx.Response(200, json=body))
        async with Pictory(KEY, base_url="https://api.test", transport=transport) as pictory:
            video = await pictory.wait_for_job("00000000-0000-4000-8000-000000000000")

        assert isinstance(video, GeneratedVideo)

    @pytest.mark.parametrize(
        ("arguments", "field"),
        [
            ({"prompt": "tea"}, "prompt"),
            ({"prompt": "x" * 5001}, "prompt"),
            ({"first_frame_image_url": "a", "extend_video_url": "b"}, "extend_video_url"),
            ({"extend_video_url": "a", "reference_image_urls": ["b"]}, "reference_image_urls"),
            ({"webhook": "x" * 501}, "webhook"),
        ],
    )
    async def test_bad_input(
        self, fake: FakePictory, pictory: Pictory, arguments: Any, field: str
    ) -> None:
        """A wrong argument is refused before it costs anything."""
        with pytest.raises(InvalidRequestError) as caught:
            await pictory.ai_studio.generate_video(**{"prompt": "A cup of tea", **arguments})

        assert field == caught.value.field
        assert () == fake.requests


class TestJobs:
    async def test_clean(self, pictory: Pictory) -> None:
        """A cleaned job has no result any more."""
        preview = await preview_of(pictory)
        await pictory.jobs.clean(preview.job_id)
        with pytest.raises(JobCleanedError):
            await pictory.jobs.get(preview.job_id)

    async def test_clean_too_early(self) -> None:
        """A job that is not done cannot be cleaned."""
        async with client(FakePictory()) as pictory:
            job = await pictory.storyboards.preview(V2)
            with pytest.raises(APIError, match="not finished"):
                await pictory.jobs.clean(job)


@pytest.mark.parametrize(
    "code", ["TEXT_TO_VIDEO_FAILED", "SCENE_BACKGROUND_VISUAL_NOT_FOUND", "INSUFFICIENT_CREDITS"]
)
@pytest.mark.parametrize("kind", ["preview", "render", "transcription", "image"])
async def test_failed_jobs(fake: FakePictory, pictory: Pictory, code: str, kind: str) -> None:
    """A job of any kind fails with each of the documented codes, and the error has it."""
    fake.fail_next(code, "No.")
    submits: dict[str, Callable[[], Awaitable[Any]]] = {
        "preview": lambda: pictory.storyboards.preview(V2),
        "render": lambda: pictory.storyboards.render(V2),
        "transcription": lambda: pictory.transcriptions.create(MEDIA),
        "image": lambda: pictory.ai_studio.generate_image("A cup of tea"),
    }
    job = await submits[kind]()
    with pytest.raises(JobFailedError) as caught:
        await pictory.wait_for_job(job)

    assert (job.id, code) == (caught.value.job_id, caught.value.code)


class TestCatalogues:
    async def test_names(self, pictory: Pictory) -> None:
        """Bare arrays and wrapped lists become models."""
        (brand, *_) = await pictory.brands.list()
        (style, *_) = await pictory.styles.list()
        (layout, *_) = await pictory.smart_layouts.list()

        assert ("Plain", "id-plain") == (brand.name, style.id)
        assert ("layout-1", "Split", "v3") == (layout.id, layout.name, layout.schema_version)

    async def test_voices(self, fake: FakePictory, pictory: Pictory) -> None:
        """A voice of one's own is added, as a model or as JSON, and is in the list."""
        settings = ElevenLabsVoiceSettings(stability=0.5)
        added = await pictory.voices.add(
            NewVoice(
                name="Me",
                engine="eleven_multilingual_v2",
                service="elevenlabs",
                language="en-US",
                voice_id="v",
                elevenlabs_voice_settings=settings,
            )
        )

        assert ("Me", "v", 2001) == (added.name, added.voice, added.id)
        assert {"stability": 0.5} == fake.requests[0].json["elevenlabsVoiceSettings"]
        assert added.id in [voice.id async for voice in pictory.voices.list()]

    async def test_misspelt_voice(self, fake: FakePictory, pictory: Pictory) -> None:
        """A misspelt field is refused with the right one."""
        with pytest.raises(InvalidRequestError, match=r"voiceID: .*perhaps voiceId"):
            await pictory.voices.add({"name": "Me", "voiceID": "v"})
        with pytest.raises(InvalidRequestError, match="name: expected a text that is not blank"):
            NewVoice(name=" ", engine="a", service="b", language="c", voice_id="d")
        assert () == fake.requests

    async def test_words(self, pictory: Pictory) -> None:
        """The words for a search are plain strings."""
        assert "Calm" in await pictory.music.moods()

    async def test_stock(self, pictory: Pictory) -> None:
        """Stock media come with ids of either type; the page after the first is not known."""
        page = await pictory.media.search("tea & milk", category="Nature/Landscapes", language="en")

        assert page.next_key is None
        assert ["video", "video", "image"] == [hit.media_type for hit in page][:3]
        assert {int, str} == {type(hit.asset_id) for hit in page}
        with pytest.raises(InvalidRequestError, match="keyword"):
            pictory.media.search(" ")

    async def test_upload_url(self, pictory: Pictory) -> None:
        """Where to put a file is a secret: no repr shows it."""
        place = await pictory.media.upload_url("a.mp4", "video/mp4")

        assert "Signature" in place.signed_url
        assert "Signature" not in repr(place)
        assert UploadUrl(signed_url="x", url="y") != place
        with pytest.raises(InvalidRequestError, match="content_type"):
            await pictory.media.upload_url("a.mp4", "")

    async def test_older_lists(self, pictory: Pictory) -> None:
        """What no page shows comes as it is."""
        assert "Lato" in await pictory.v1.storyboards.fonts()
        assert {"success": True} == await pictory.v1.brands.edit_video({"colour": "red"})
        with pytest.raises(InvalidRequestError, match=r"settings\.a"):
            await pictory.v1.brands.edit_video({"a": object()})


class TestAccount:
    async def test_quota(self, pictory: Pictory) -> None:
        """What is left of a quota is never less than nothing."""
        quota = await pictory.account.quota()

        assert Usage(used=0, limit=600) == quota.video_minutes
        assert (600, 0) == (Usage(used=0, limit=600).left, Usage(used=7, limit=5).left)

    async def test_ledger(self, fake: FakePictory, pictory: Pictory) -> None:
        """The ledger of a month, which a year alone does not name."""
        await pictory.ai_studio.generate_image("A cup of tea")
        (line,) = await pictory.account.ai_credits()
        assert ("debit", 2.0) == (line.type, line.amount)
        assert () == await pictory.account.ai_credits(year=2025, month=3)
        assert (("year", "2025"), ("month", "3")) == fake.requests[-1].query
        with pytest.raises(InvalidRequestError, match="month: expected a month beside the year"):
            await pictory.account.ai_credits(year=2025)
        with pytest.raises(InvalidRequestError, match="month: expected 1 to 12"):
            await pictory.account.ai_credits(month=13)


class TestConnections:
    async def test_aws(self, fake: FakePictory, pictory: Pictory) -> None:
        """A connection is created, changed by its version, and deleted once."""
        aws = pictory.aws_connections
        made = await aws.create("Mine", aws_account_id="1", aws_region="us-east-1")
        changed = await aws.update(made, enabled=False, description="Old")
        assert ("Mine", False, "Old", 2) == (
            changed.name,
            changed.enabled,
            changed.description,
            changed.version,
        )
        assert changed == await aws.get(made.id)
        assert (changed,) == (await aws.list()).items
        with pytest.raises(APIError, match="has changed since"):
            await aws.update(made, enabled=True)
        await aws.delete(made)
        with pytest.raises(NotFoundError):
            await aws.delete(made)
        fake.give_away(made.id)
        with pytest.raises(PermissionDeniedError):
            await aws.delete(made.id)

    async def test_vimeo(self, pictory: Pictory) -> None:
        """Secrets go there and never come back; deleting twice is no error."""
        vimeo = pictory.vimeo_connections
        made = await vimeo.create(
            "Mine",
            client_identifier="a",
            client_secret="hush",
            access_token="c",
            description="d",
        )
        assert "hush" not in repr(made)
        changed = await vimeo.update(made, name="Yours")
        assert ("Yours", "d") == (changed.name, changed.description)
        assert changed == await vimeo.get(made)
        assert [changed] == [each async for each in vimeo.list()]
        await vimeo.delete(made)
        await vimeo.delete(made.id)
        assert () == (await vimeo.list()).items

    @pytest.mark.parametrize(
        ("arguments", "field"),
        [
            ({"name": ""}, "name"),
            ({"name": "a/b"}, "name"),
            ({"name": "x" * 101}, "name"),
            ({"description": "x" * 251}, "description"),
            ({"client_secret": ""}, "client_secret"),
            ({"access_token": "x" * 501}, "access_token"),
        ],
    )
    async def test_bad_vimeo(
        self, fake: FakePictory, pictory: Pictory, arguments: Any, field: str
    ) -> None:
        """A wrong argument is refused before anything is sent."""
        right = {"client_identifier": "a", "client_secret": "b", "access_token": "c"}
        wrong: Any = {"name": "Mine", **right, **arguments}
        with pytest.raises(InvalidRequestError) as caught:
            await pictory.vimeo_connections.create(**wrong)

        assert field == caught.value.field
        assert () == fake.requests

    async def test_bad_aws(self, pictory: Pictory) -> None:
        """A blank name, and a connection without its version, are refused."""
        with pytest.raises(InvalidRequestError, match="name"):
            await pictory.aws_connections.create("", aws_account_id="1", aws_region="x")
        with pytest.raises(InvalidRequestError, match="connection: expected a connection as it"):
            await pictory.aws_connections.update(AwsConnection(id="c"), name="x")


async def test_unknown_fields_survive() -> None:
    """What the service adds tomorrow is in `extra` today."""
    transport = httpx.MockTransport(
        lambda _: httpx.Response(200, json={"templateId": "t", "depricated": True, "new": [1]})
    )
    async with Pictory(KEY, base_url="https://api.test", transport=transport) as pictory:
        template = await pictory.templates.get("t")

    assert Template(id="t", deprecated=True, extra={"new": [1]}) == template


async def test_wrong_shape() -> None:
    """An answer that is not what it should be is an error that shows it."""
    transport = httpx.MockTransport(lambda _: httpx.Response(200, json={"templateId": [5]}))
    async with Pictory(KEY, base_url="https://api.test", transport=transport) as pictory:
        with pytest.raises(InvalidResponseError, match="templateId: expected a string"):
            await pictory.templates.get("t")


async def test_unknown_kind(fake: FakePictory, pictory: Pictory) -> None:
    """A finished job of a kind that nobody knows is given raw."""
    preview = await preview_of(pictory)
    body = {"success": True, "data": {"status": "completed", "odd": 1}}
    transport = httpx.MockTransport(lambda _: httpx.Response(200, json=body))
    async with Pictory(KEY, base_url=fake.base_url, transport=transport) as other:
        found = await other.wait_for_job(preview.job_id)

    assert RawResult(job_id=preview.job_id, data=body["data"]) == found  # type: ignore[arg-type]
