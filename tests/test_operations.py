"""Every operation that Pictory documents: its row in the docs, its coroutine, its request."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from operator import attrgetter
from pathlib import Path
from typing import Any, Final, TypeAlias

import pytest

from pictory_async import ApiKey, ClientCredentials, Pictory
from pictory_async.schedules import Growing
from pictory_async.testing import FakePictory


DOCS: Final = (Path(__file__).parents[1] / "docs" / "operations.md").read_text("utf-8")
ROW: Final = re.compile(
    r"^\| (?P<page>[^|]+) \| (?P<what>[^|]+) \| (?P<how>[^|]+) \|$", re.MULTILINE
)
COROUTINE: Final = re.compile(r"`pictory\.([\w.]+)`")
OPERATION: Final = re.compile(r"`((?:GET|POST|PUT|DELETE) /[^`]+)`")

# The pages of the older reference and the steps of its flows, as its own list names them.
PAGES: Final = """
    /v1/oauth2/token | /v1/video/storyboard | /v1/job/{job_id} | /v1/media/generateUrl
    | Upload video to Pictory | /v2/transcription (Transcript & Highlights)
    | /v2 GET Default Transcription & Highlights Settings | /v1/transcription
    | /v1 GET Default Transcription Settings | /v1/transcription/highlights
    | /v2/transcription/highlights | /v1 GET Default Highlight Settings
    | /v1/video/storyboard/fonts | Create Template | Update Template | Get Templates
    | Create Template Video | Get Template By Id | Delete Template By Id | /v1/video/render
    | v1/media/search
"""
STEPS: Final = """
    Authenticate | Generate Video Preview from Text | GET Video Preview & Default Settings
    | Render Video | Render PUT | GET Video Download URL | Obtain Pictory Upload URL
    | Upload video to Pictory | v2 Transcribe Uploaded Video
    | GET Default Transcription & Highlights Settings | Upload Project | Update Variables
    | Get Video Preview
"""
FLOWS: Final = "Text to Video API Flow | Video Editing API Flow | Bulk Video Generation APIs"

SCENES: Final[Any] = [{"sceneId": "1", "subtitles": [{"text": "Hello, {{Name}}."}]}]
PROJECT: Final = {"name": "Greeting", "scenes": SCENES}
V1: Final = {"videoName": "x", "scenes": [{"text": "Hello."}]}
V2: Final[Any] = {"videoName": "x", "scenes": [{"story": "Hello."}], "saveProject": True}
VIMEO: Final[Any] = {"client_identifier": "a", "client_secret": "b", "access_token": "c"}
AWS: Final[Any] = {"aws_account_id": "1", "aws_region": "us-east-1"}
MEDIA: Final = "https://example.com/talk.mp4"
VOICE: Final = {
    "name": "Me",
    "engine": "neural",
    "service": "aws",
    "language": "en-US",
    "voiceId": "v",
}

Walk: TypeAlias = Callable[[Pictory], Awaitable[object]]


def words(text: str) -> list[str]:
    """Return the parts of a list that is written with bars."""
    return [" ".join(part.split()) for part in text.split("|")]


async def previewed(pictory: Pictory) -> Any:
    """Return a finished preview."""
    return await pictory.wait_for_job(await pictory.storyboards.preview(V2))


async def first_preview(pictory: Pictory) -> Any:
    """Return a finished preview of the older generation."""
    return await pictory.wait_for_job(await pictory.v1.storyboards.preview(V1))


async def transcribed(pictory: Pictory) -> Any:
    """Return a finished transcription."""
    return await pictory.wait_for_job(await pictory.transcriptions.create(MEDIA))


async def project(pictory: Pictory) -> Any:
    """Return a whole project."""
    return await pictory.projects.get((await previewed(pictory)).project_id)


def then(path: str, first: Callable[[Pictory], Awaitable[Any]], *rest: Any, **more: Any) -> Walk:
    """Call the coroutine at a path with what another one returns."""

    async def walk(pictory: Pictory) -> object:
        given = await first(pictory)
        return await attrgetter(path)(pictory)(given, *rest, **more)

    return walk


def call(path: str, *given: Any, **more: Any) -> Walk:
    """Call the coroutine at a path."""

    async def walk(pictory: Pictory) -> object:
        return await attrgetter(path)(pictory)(*given, **more)

    return walk


def template(pictory: Pictory) -> Awaitable[Any]:
    """Return a template."""
    return pictory.templates.create(PROJECT)


def aws(pictory: Pictory) -> Awaitable[Any]:
    """Return a connection to S3."""
    return pictory.aws_connections.create("a", **AWS)


def vimeo(pictory: Pictory) -> Awaitable[Any]:
    """Return a connection to Vimeo."""
    return pictory.vimeo_connections.create("a", **VIMEO)


async def update_project(pictory: Pictory) -> None:
    """Rename a project."""
    found = await project(pictory)
    await pictory.projects.update({**found.data, "projectName": "Other"})


async def update_elements(pictory: Pictory) -> None:
    """Change the first element of a preview."""
    preview = await previewed(pictory)
    await pictory.storyboards.update_elements(preview, preview.render_params["elements"][:1])


async def clean(pictory: Pictory) -> None:
    """Clean a finished job."""
    await pictory.jobs.clean((await previewed(pictory)).job_id)


# Each coroutine, the operation that it stands for, and a way to call it.
CALLS: Final[list[tuple[str, str, Walk]]] = [
    ("authenticate", "POST /v1/oauth2/token", call("authenticate")),
    ("storyboards.preview", "POST /v2/video/storyboard", call("storyboards.preview", V2)),
    (
        "storyboards.update_elements",
        "PUT /v2/video/storyboard/{job_id}/elements",
        update_elements,
    ),
    (
        "renders.from_preview",
        "PUT /v2/video/render/{job_id}",
        then("renders.from_preview", previewed),
    ),
    ("renders.create", "POST /v2/video/render", then("renders.create", previewed)),
    ("storyboards.render", "POST /v2/video/storyboard/render", call("storyboards.render", V2)),
    (
        "projects.render",
        "POST /v2/projects/{project_id}/render",
        then("projects.render", project),
    ),
    (
        "jobs.get",
        "GET /v1/jobs/{job_id}",
        then("jobs.get", lambda pictory: pictory.storyboards.preview(V2)),
    ),
    ("wait_for_job", "GET /v1/jobs/{job_id}", previewed),
    ("jobs.list", "GET /v1/jobs", call("jobs.list")),
    ("jobs.clean", "DELETE /v1/jobs/{job_id}/clean", clean),
    ("projects.list", "GET /v2/projects", call("projects.list")),
    ("projects.get", "GET /v2/projects/{project_id}", project),
    ("projects.update", "PUT /v2/projects/{project_id}", update_project),
    (
        "projects.delete",
        "DELETE /v2/projects/{project_id}",
        then("projects.delete", project),
    ),
    ("templates.create", "POST /v1/templates", template),
    ("templates.list", "GET /v1/templates", call("templates.list")),
    ("templates.get", "GET /v1/templates/{template_id}", then("templates.get", template)),
    (
        "templates.update",
        "PUT /v1/templates/{template_id}",
        then("templates.update", template, SCENES),
    ),
    (
        "templates.delete",
        "DELETE /v1/templates/{template_id}",
        then("templates.delete", template),
    ),
    ("transcriptions.create", "POST /v2/transcription", transcribed),
    (
        "transcriptions.highlights",
        "POST /v2/transcription/highlights",
        then("transcriptions.highlights", transcribed, seconds=10),
    ),
    (
        "transcriptions.highlights_of",
        "POST /v2/transcription/{job_id}/highlights",
        then("transcriptions.highlights_of", transcribed, seconds=10),
    ),
    (
        "media.upload_url",
        "POST /v1/media/generateurl",
        call("media.upload_url", "a.mp4", "video/mp4"),
    ),
    ("upload", "PUT /files/{key}", call("upload", b"film", name="a.mp4")),
    ("media.search", "GET /v1/media/search", call("media.search", "tea")),
    ("music.search", "POST /v1/music/search", call("music.search", "calm")),
    ("music.moods", "GET /v1/music/moods", call("music.moods")),
    ("music.genres", "GET /v1/music/genres", call("music.genres")),
    ("music.genre_groups", "GET /v1/music/genres/groups", call("music.genre_groups")),
    ("music.instruments", "GET /v1/music/instruments", call("music.instruments")),
    ("music.purposes", "GET /v1/music/purposes", call("music.purposes")),
    ("voices.list", "GET /v1/voiceovers/tracks", call("voices.list")),
    ("voices.add", "POST /v1/voiceovers/tracks", call("voices.add", VOICE)),
    ("brands.list", "GET /v1/brands/video", call("brands.list")),
    ("styles.list", "GET /v1/styles", call("styles.list")),
    ("smart_layouts.list", "GET /v1/smartlayouts", call("smart_layouts.list")),
    ("avatars.list", "GET /v1/avatars", call("avatars.list")),
    (
        "ai_studio.generate_image",
        "POST /v1/aistudio/images",
        call("ai_studio.generate_image", "A cup of tea"),
    ),
    ("ai_studio.images", "GET /v1/aistudio/images", call("ai_studio.images")),
    (
        "ai_studio.generate_video",
        "POST /v1/aistudio/videos",
        call("ai_studio.generate_video", "A cup of tea"),
    ),
    ("ai_studio.videos", "GET /v1/aistudio/videos", call("ai_studio.videos")),
    ("account.quota", "GET /v1/quota", call("account.quota")),
    ("account.ai_credits", "GET /v1/aicredits/usage", call("account.ai_credits")),
    ("aws_connections.create", "POST /v1/awsconnections", aws),
    ("aws_connections.list", "GET /v1/awsconnections", call("aws_connections.list")),
    (
        "aws_connections.get",
        "GET /v1/awsconnections/{connection_id}",
        then("aws_connections.get", aws),
    ),
    (
        "aws_connections.update",
        "PUT /v1/awsconnections/{connection_id}",
        then("aws_connections.update", aws, enabled=False),
    ),
    (
        "aws_connections.delete",
        "DELETE /v1/awsconnections/{connection_id}",
        then("aws_connections.delete", aws),
    ),
    ("vimeo_connections.create", "POST /v1/vimeo-connections", vimeo),
    ("vimeo_connections.list", "GET /v1/vimeo-connections", call("vimeo_connections.list")),
    (
        "vimeo_connections.get",
        "GET /v1/vimeo-connections/{connection_id}",
        then("vimeo_connections.get", vimeo),
    ),
    (
        "vimeo_connections.update",
        "PUT /v1/vimeo-connections/{connection_id}",
        then("vimeo_connections.update", vimeo, name="b"),
    ),
    (
        "vimeo_connections.delete",
        "DELETE /v1/vimeo-connections/{connection_id}",
        then("vimeo_connections.delete", vimeo),
    ),
    ("v1.brands.edit_video", "POST /v1/brands/editvideo", call("v1.brands.edit_video", {})),
    (
        "v1.storyboards.preview",
        "POST /v1/video/storyboard",
        call("v1.storyboards.preview", V1),
    ),
    ("v1.renders.create", "POST /v1/video/render", then("v1.renders.create", first_preview)),
    (
        "v1.renders.from_preview",
        "PUT /v1/video/render/{job_id}",
        then("v1.renders.from_preview", first_preview),
    ),
    (
        "v1.templates.create_video",
        "POST /v1/video/from-template",
        then("v1.templates.create_video", template, {"Name": "Ada"}),
    ),
    (
        "v1.storyboards.fonts",
        "GET /v1/video/storyboard/fonts",
        call("v1.storyboards.fonts"),
    ),
    (
        "v1.transcriptions.create",
        "POST /v1/transcription",
        call("v1.transcriptions.create", MEDIA),
    ),
    (
        "v1.transcriptions.highlights",
        "POST /v1/transcription/highlights",
        then("v1.transcriptions.highlights", transcribed, seconds=10),
    ),
]


def section(title: str) -> str:
    """Return a section of the page."""
    return DOCS.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def table(title: str) -> dict[str, str]:
    """Return the operations of a section with their coroutines."""
    rows = ROW.finditer(section(title))
    return {row[2]: row[3] for row in rows if "coroutine" not in row[3]}


@pytest.mark.anyio
@pytest.mark.parametrize(("path", "operation", "walk"), CALLS, ids=[path for path, *_ in CALLS])
async def test_over_a_socket(path: str, operation: str, walk: Walk) -> None:
    """Each coroutine sends its operation, and the service is content with it."""
    fake = FakePictory(preview_seconds=0, render_seconds=0, media_seconds=0, draw=False)
    key = ClientCredentials("id", "secret") if path == "authenticate" else ApiKey("pictai_test")
    with fake.serve() as url:
        async with Pictory(key, base_url=url, schedule=Growing(first=0.01)) as pictory:
            await walk(pictory)

    assert 1 <= fake.count(operation)
    assert {200, 204} >= {request.status for request in fake.requests}
    assert ((), ()) == (fake.stripped, fake.leaks)


def test_each_operation_has_a_test() -> None:
    """The tests above send every operation that the docs name, by the coroutine named there."""
    tested = {(operation, path) for path, operation, _ in CALLS}

    for title in ("The older reference", "The current reference"):
        for what, how in table(title).items():
            if operation := OPERATION.search(what):
                assert (operation[1], COROUTINE.findall(how)[0]) in tested, what


def test_each_operation_has_a_row() -> None:
    """The docs name every operation that the stand-in serves; files and second spellings aside."""
    from pictory_async.testing import _routes  # noqa: PLC0415 - no other test looks inside

    found = {operation[1] for operation in OPERATION.finditer(section("The current reference"))}
    spellings = {"POST /v1/media/generateUrl", "GET /v1/job/{job_id}"}
    files = {"GET /files/{key}", "HEAD /files/{key}"}

    assert set(_routes.OPERATIONS) - spellings - files == found


def test_pages_of_the_older_reference() -> None:
    """Each page, each step and each flow of the older reference has a coroutine that exists."""
    pages = [row[1] for row in ROW.finditer(section("The older reference"))][1:]
    flows = section("The flows")

    assert words(PAGES) == pages
    for name in (*words(STEPS), *words(FLOWS)):
        line = re.search(rf"^\| {re.escape(name)} \|.*$", flows, re.MULTILINE)
        assert line is not None, name
        assert COROUTINE.search(line[0]), name


@pytest.mark.anyio
async def test_coroutines_exist() -> None:
    """Every coroutine that the page names is there."""
    async with Pictory(ApiKey("pictai_test")) as pictory:
        for path in COROUTINE.findall(DOCS):
            assert callable(attrgetter(path)(pictory)), path
