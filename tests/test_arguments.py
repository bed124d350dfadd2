"""Arguments of the wrong type: an error of ours that names them, whatever call they are for."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

import attrs
import pytest

from pictory_async import (
    InvalidRequestError,
    Job,
    Pictory,
    PictoryError,
    Preview,
    RawResult,
    Video,
)
from pictory_async._groups import Groups
from pictory_async.models import Quota
from tests.helpers import client, virtual_fake


if TYPE_CHECKING:
    from collections.abc import Iterator


pytestmark = pytest.mark.anyio

BOARD: Final = {"videoName": "x", "scenes": [{"story": "One."}]}
FIRST_BOARD: Final = {"videoName": "x", "scenes": [{"text": "One."}]}
PROJECT: Final = {"name": "x", "scenes": [{"subtitles": [{"text": "Hello, {{Name}}."}]}]}
WRONG: Final = [3, 2.5, True, None, b"x", object(), [], {}, [3], {"a": 3}, Path("x"), len, Video]
# Something that each parameter may be, by its name.
RIGHT: Final[dict[str, Any]] = {
    "access_token": "a",
    "aws_account_id": "1",
    "aws_region": "us-east-1",
    "client_identifier": "a",
    "client_secret": "b",
    "connection": "c-1",
    "content_type": "video/mp4",
    "elements": [{"id": 1, "elementType": "a", "type": "b", "startTime": 0, "duration": 1}],
    "file": PROJECT,
    "folder": ".",
    "file_name": "a.mp4",
    "file_url": "https://a.example/v.mp4",
    "items": [],
    "job": "j-1",
    "jobs": [],
    "keyword": "tea",
    "method": "GET",
    "name": "x",
    "path": "/v1/jobs",
    "preview": "j-1",
    "project": {"project_id": "p-1"},
    "prompt": "tea",
    "render_params": {"a": 1},
    "rows": [],
    "scenes": [{"sceneId": "1"}],
    "script": "One.",
    "seconds": 10,
    "settings": {},
    "source": b"film",
    "storyboard": BOARD,
    "target": "x.mp4",
    "template": "t-1",
    "transcript": [{"words": []}],
    "variables": {},
    "video": Video(job_id="j-1"),
    "voice": {
        "name": "Me",
        "engine": "neural",
        "service": "aws",
        "language": "en-US",
        "voiceId": "v",
    },
}


def groups(of: object, path: str = "") -> Iterator[tuple[str, object]]:
    """Yield the groups of a client, and the groups of those."""
    names = [name for name in vars(Groups) if not name.startswith("_")]
    for name in names if isinstance(of, Pictory) else attrs.fields_dict(cast("Any", type(of))):
        group = getattr(of, name, None)
        if type(group).__module__.startswith("pictory_async._endpoints"):
            yield f"{path}{name}", group
            if name == "v1":
                yield from groups(group, "v1.")


def calls() -> list[tuple[str, str]]:
    """Return every public call of a client with each of its parameters."""
    found: list[tuple[str, str]] = []
    pictory = client(virtual_fake())
    for path, owner in [("", pictory), *groups(pictory)]:
        for name, function in inspect.getmembers(owner, inspect.ismethod):
            if not name.startswith("_"):
                call = f"{path}.{name}".removeprefix(".")
                parameters = inspect.signature(function).parameters
                found += [(call, parameter) for parameter in parameters]
    return found


async def run(pictory: Pictory, call: str, parameter: str, value: object) -> None:
    """Call something with one argument, and read what it gives."""
    function: Any = pictory
    for name in call.split("."):
        function = getattr(function, name)
    given = {
        name: RIGHT[name]
        for name, each in inspect.signature(function).parameters.items()
        if each.default is inspect.Parameter.empty
    }
    if call == "v1.storyboards.preview":
        given["storyboard"] = FIRST_BOARD
    result: Any = function(**{**given, parameter: value})
    if inspect.isawaitable(result):
        result = await result
    if isinstance(result, Pictory):
        await result.aclose()
    elif hasattr(result, "__aenter__"):
        async with result as stream:
            async for _ in stream:
                pass
    elif hasattr(result, "__aiter__"):
        async for _ in result:
            pass


def test_all_calls_are_there() -> None:
    """The tests below know the calls of every group."""
    found = {path for path, _ in groups(client(virtual_fake()))}

    assert {name for name in vars(Groups) if not name.startswith("_")} <= found
    assert {"v1.brands", "v1.renders", "v1.storyboards", "v1.templates"} <= found
    assert 150 < len(calls())


class TestEveryCall:
    @pytest.fixture
    def anyio_backend(self, virtual_backend: Any) -> Any:
        """Run in virtual time."""
        return virtual_backend

    @pytest.mark.parametrize(("call", "parameter"), calls(), ids="-".join)
    async def test_wrong_types(
        self, call: str, parameter: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Whatever an argument is, what comes is a result or an error of ours."""
        monkeypatch.chdir(tmp_path)
        for value in WRONG:
            if parameter.startswith("on_") and callable(value):
                continue  # It is a function, and what it raises is the caller's.
            async with client(virtual_fake(preview_seconds=0, render_seconds=0)) as pictory:
                try:
                    await run(pictory, call, parameter, value)
                except PictoryError:
                    pass
                except Exception as exc:  # noqa: BLE001 - that is the test
                    pytest.fail(f"{call}({parameter}={value!r}) raised {exc!r}")


@pytest.mark.parametrize(
    ("call", "arguments", "message"),
    [
        ("text_to_video", {"script": "One.", "output": 3}, "output: expected a path, or None, fou"),
        ("text_to_video", {"script": None}, "script: expected a text, a storyboard or a JSON obj"),
        ("text_to_video", {"script": b"One."}, r"script: expected a text.*found b'One\.'"),
        ("text_to_video", {"script": Path("a.txt")}, r"script: .*the path a\.txt: read the file"),
        ("text_to_video", {"script": "One.", "speaker": 3}, "speaker: expected a string, or None"),
        ("text_to_video", {"script": "One.", "name": 3}, "name: expected a string, or None"),
        ("templates.get", {"template": 3}, "template: expected a Template, or its id, found 3"),
        ("jobs.get", {"job": 3}, "job: expected a Job or a job's id"),
        ("download", {"source": 3, "target": "x"}, "source: expected a finished Video or a URL"),
        ("download", {"source": None, "target": "x"}, "source: expected a finished Video or a URL"),
        ("download", {"source": "https://a.example/x", "target": 3}, "target: expected a path"),
        (
            "edit_video",
            {"source": b"x", "file_name": "a.mp4", "language": 3},
            "language: expected a string, or None",
        ),
        (
            "render_many",
            {"items": [], "limits": 3},
            r"limits: expected Limits\(\.\.\.\), found int",
        ),
        ("template_to_videos", {"template": "t", "rows": [], "limits": 3}, "limits: expected"),
        (
            "template_to_videos",
            {"template": "t", "rows": [], "breaker": 0},
            "breaker: expected 1 o",
        ),
        (
            "template_to_videos",
            {"template": "t", "rows": [], "name": 3},
            "name: expected a text that is not bl",
        ),
        ("projects.get", {"project": 2.5}, "project: expected a ProjectSummary or Project, or its"),
        ("aws_connections.update", {"connection": "c"}, "connection: expected a connection as it"),
        ("account.ai_credits", {"month": "May"}, "month: expected 1 to 12.* found 'May'"),
    ],
)
async def test_messages(call: str, arguments: dict[str, Any], message: str) -> None:
    """The error names the argument, what was expected and what was found; nothing was sent."""
    fake = virtual_fake()
    async with client(fake) as pictory:
        function: Any = pictory
        for name in call.split("."):
            function = getattr(function, name)
        with pytest.raises(InvalidRequestError, match=message):
            await called(function, arguments)

    assert () == fake.requests


async def called(function: Any, arguments: dict[str, Any]) -> None:
    """Call a function, and await what it returns where that can be awaited."""
    result = function(**arguments)
    if inspect.isawaitable(result):
        await result


@pytest.mark.parametrize("is_batch", [False, True])
async def test_the_name_of_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, is_batch: bool
) -> None:
    """The name of a file is no script, where there is such a file."""
    monkeypatch.chdir(tmp_path)
    fake = virtual_fake(preview_seconds=0, render_seconds=0)
    Path("lesson.txt").write_text("One.", "utf-8")
    async with client(fake) as pictory:
        for name in ("lesson.txt", str(tmp_path / "lesson.txt")):
            with pytest.raises(InvalidRequestError, match=r"the name of a file, .*: read it first"):
                await make(pictory, name, is_batch=is_batch)
        assert () == fake.requests
        await make(pictory, "lesson.txt is read aloud", is_batch=is_batch)
        await make(pictory, "another.txt", is_batch=is_batch)


async def make(pictory: Pictory, script: str, *, is_batch: bool) -> Video:
    """Make a video of a script, alone or in a batch."""
    if not is_batch:
        return await pictory.text_to_video(script)
    async with pictory.render_many([script]) as outcomes:
        (outcome,) = [each async for each in outcomes]
    return outcome.result()


async def test_no_job_kind_is_lost() -> None:
    """Jobs of other kinds are waited for as before."""
    fake = virtual_fake(preview_seconds=0)
    async with client(fake) as pictory:
        job: Job[Preview] = await pictory.storyboards.preview(BOARD)
        assert isinstance(await pictory.wait_for_job(Job(job.id, RawResult)), RawResult)
        assert Quota is type(await pictory.account.quota())
