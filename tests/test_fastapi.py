"""Values in the signatures of a FastAPI application: as answers, as bodies, in its OpenAPI."""

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated, Any, Final, cast

import httpx
import pytest
from fastapi import Body, FastAPI
from pydantic import BaseModel, TypeAdapter, ValidationError

from pictory_async import (
    Job,
    JobFailedError,
    JobUpdate,
    Outcome,
    Preview,
    RawResult,
    Statistics,
    Transcript,
    Video,
    events,
    models,
    v1,
)


pytestmark = pytest.mark.anyio

VIDEO: Final = Video(job_id="r-1", video_url="https://a.example/v.mp4", extra={"new": [1, None]})
JOB: Final = Job("r-1", Video)
BOARD: Final[dict[str, Any]] = {
    "videoName": "x",
    "scenes": [{"story": "One.", "background": {"visualUrl": "https://a.example/i.png"}}],
}
FIRST_BOARD: Final[dict[str, Any]] = {"videoName": "x", "scenes": [{"text": "One."}]}
FAILED: Final = Outcome[Video](key="b", error=JobFailedError("r-1", "890", "No."), jobs=(JOB,))
UPDATE: Final = JobUpdate(job_id="r-1", kind=Video, status="completed", result=VIDEO)
STATISTICS: Final = Statistics(
    submits=1,
    looks=2,
    calls=3,
    tokens=0,
    rate_limited=0,
    waiting=0,
    in_flight=0,
    rate=None,
    paused=0,
)
TRANSCRIPT: Final = Transcript(
    job_id="t-1", sentences=[models.Sentence(words=[models.Word(word="Hi", start_time=1)])]
)


class Lesson(BaseModel):
    """A model of the application's own."""

    title: str
    video: Video
    board: models.Storyboard | None = None
    jobs: list[Job[Any]] = []
    update: JobUpdate[Video] | None = None


app: Final = FastAPI()


@app.get("/video")
async def get_video() -> Video:
    """Answer with a result."""
    return VIDEO


@app.get("/videos")
async def get_videos() -> list[Video]:
    """Answer with several."""
    return [VIDEO, VIDEO]


@app.get("/update")
async def get_update() -> JobUpdate[Video]:
    """Answer with what a look saw."""
    return UPDATE


@app.get("/job")
async def get_job() -> Job[Preview]:
    """Answer with a job."""
    return Job("p-1", Preview)


@app.get("/wrong")
async def get_wrong() -> Job[Preview]:
    """Answer with another job than was promised."""
    return cast("Any", JOB)  # type: ignore[no-any-return]  # on purpose


@app.get("/outcomes")
async def get_outcomes() -> list[Outcome[Video]]:
    """Answer with how a batch ended."""
    return [Outcome(key="a", value=VIDEO, jobs=(JOB,)), FAILED]


@app.get("/events")
async def get_events() -> list[events.Event]:
    """Answer with what happened."""
    return [
        events.Submitted(key="a", job=JOB),
        events.Downloaded(key="a", path=Path("a.mp4")),
        events.Ended(outcome=FAILED),
    ]


@app.get("/transcript")
async def get_transcript() -> Transcript:
    """Answer with nested models."""
    return TRANSCRIPT


@app.get("/raw")
async def get_raw() -> RawResult | None:
    """Answer with a result that no page documents."""
    return RawResult(job_id="a", data={"new": 1})


@app.get("/quota")
async def get_quota() -> models.Quota:
    """Answer with an item of the account's."""
    return models.Quota(video_minutes=models.Usage(used=5, limit=60))


@app.get("/statistics")
async def get_statistics() -> Statistics:
    """Answer with what a client has sent."""
    return STATISTICS


@app.get("/unsaid", response_model=None)
async def get_unsaid():  # type: ignore[no-untyped-def] # noqa: ANN201 - on purpose
    """Answer with values of which nobody said what they are."""
    return [VIDEO, {"update": UPDATE, "outcome": FAILED}, STATISTICS, TRANSCRIPT]


@app.post("/render")
async def post_render(board: models.Storyboard) -> models.Storyboard:
    """Take a storyboard."""
    assert isinstance(board, models.Storyboard)
    return board


@app.post("/v1/render")
async def post_first_render(board: v1.Storyboard) -> v1.Storyboard:
    """Take a storyboard of the first generation."""
    assert isinstance(board, v1.Storyboard)
    return board


@app.post("/resume")
async def post_resume(job: Job[Preview]) -> str:
    """Take a job."""
    assert Preview is job.kind
    return job.id


@app.post("/done")
async def post_done(update: JobUpdate[Video]) -> float | None:
    """Take what a look saw."""
    return update.progress


@app.post("/keep")
async def post_keep(video: Annotated[Video, Body()]) -> str:
    """Take a result, which FastAPI must be told to be a body."""
    return video.job_id


@app.post("/lesson")
async def post_lesson(lesson: Lesson) -> Lesson:
    """Take values as fields of a model."""
    return lesson


@pytest.fixture
async def web() -> AsyncIterator[httpx.AsyncClient]:
    """Return a client of the application."""
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://a.example") as client:
        yield client


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/video", VIDEO.to_dict()),
        ("/videos", [VIDEO.to_dict(), VIDEO.to_dict()]),
        ("/update", UPDATE.to_dict()),
        ("/job", {"id": "p-1", "kind": "preview"}),
        (
            "/outcomes",
            [
                Outcome(key="a", value=VIDEO, jobs=(JOB,)).to_dict(),
                FAILED.to_dict(),
            ],
        ),
        (
            "/events",
            [
                {"event": "submitted", "key": "a", "job": {"id": "r-1", "kind": "video"}},
                {"event": "downloaded", "key": "a", "path": "a.mp4"},
                {"event": "ended", "outcome": FAILED.to_dict()},
            ],
        ),
        (
            "/transcript",
            {"job_id": "t-1", "transcript": [{"words": [{"word": "Hi", "start_time": 1}]}]},
        ),
        ("/raw", {"job_id": "a", "data": {"new": 1}}),
        ("/quota", {"videoMinutes": {"used": 5, "limit": 60}}),
        ("/statistics", STATISTICS.to_dict()),
        (
            "/unsaid",
            [
                VIDEO.to_dict(),
                {"update": UPDATE.to_dict(), "outcome": FAILED.to_dict()},
                STATISTICS.to_dict(),
                TRANSCRIPT.to_dict(),
            ],
        ),
    ],
)
async def test_answers(web: httpx.AsyncClient, path: str, expected: object) -> None:
    """A handler returns a value as it is, and the answer is its JSON."""
    answer = await web.get(path)

    assert (200, expected) == (answer.status_code, answer.json())


@pytest.mark.parametrize(
    ("path", "body", "expected"),
    [
        ("/render", BOARD, BOARD),
        ("/v1/render", FIRST_BOARD, FIRST_BOARD),
        ("/render", {**BOARD, "extra": {"new": 1}}, {**BOARD, "extra": {"new": 1}}),
        ("/resume", {"id": "p-1", "kind": "preview"}, "p-1"),
        ("/done", UPDATE.to_dict(), None),
        ("/done", {"job_id": "a", "kind": None, "status": None, "progress": 5}, 5),
        ("/keep", {"job_id": "a", "new": 1}, "a"),
        (
            "/lesson",
            {"title": "Tea", "video": VIDEO.to_dict(), "board": BOARD, "jobs": [JOB.to_dict()]},
            {
                "title": "Tea",
                "video": VIDEO.to_dict(),
                "board": BOARD,
                "jobs": [JOB.to_dict()],
                "update": None,
            },
        ),
    ],
)
async def test_bodies(
    web: httpx.AsyncClient, path: str, body: dict[str, Any], expected: object
) -> None:
    """A value is the body of a request without another word."""
    answer = await web.post(path, json=body)

    assert (200, expected) == (answer.status_code, answer.json())


@pytest.mark.parametrize(
    ("path", "body", "where", "words"),
    [
        (
            "/render",
            {"videoName": "x", "scenes": [{"story": "a"}, {"story": 5}]},
            ["scenes", 1, "story"],
            "expected a string, found 5",
        ),
        (
            "/render",
            {"videoName": "x", "scenes": [{"storry": "a"}]},
            ["scenes", 0, "storry"],
            "expected a documented field of Scene (perhaps story)",
        ),
        ("/render", {"videoName": "x"}, ["scenes"], "expected at least one scene"),
        ("/render", {**BOARD, "videoWidth": 5}, ["videoWidth"], "expected "),
        ("/render", [BOARD], [], "expected the Storyboard of this generation of the API"),
        (
            "/v1/render",
            {"videoName": "x", "scenes": [{"text": 5}]},
            ["scenes", 0, "text"],
            "expected a string, found 5",
        ),
        ("/resume", {"id": "p-1"}, ["kind"], "expected a value, for it is required, found nothing"),
        ("/resume", {"id": "p-1", "kind": "video"}, ["kind"], "expected Preview, found Video"),
        (
            "/done",
            {**UPDATE.to_dict(), "result_kind": "preview"},
            ["result"],
            "expected Video, found Preview",
        ),
        ("/keep", {"url": "a"}, ["job_id"], "expected a value, for it is required, found nothing"),
        (
            "/lesson",
            {"title": "a", "video": VIDEO.to_dict(), "board": {**BOARD, "language": 5}},
            ["board", "language"],
            "expected a string, found 5",
        ),
    ],
)
async def test_wrong_bodies(
    web: httpx.AsyncClient, path: str, body: object, where: list[Any], words: str
) -> None:
    """A body that is wrong is answered 422, with the way to the field and what belongs there."""
    answer = await web.post(path, json=body)

    assert 422 == answer.status_code
    (detail,) = answer.json()["detail"]
    assert ["body", *where] == detail["loc"]
    assert detail["msg"].startswith(words)


async def test_a_promise_that_is_not_kept(web: httpx.AsyncClient) -> None:
    """A handler that returns another kind of job than its signature says has a bug."""
    answer = await web.get("/wrong")

    assert 500 == answer.status_code


async def test_openapi(web: httpx.AsyncClient) -> None:
    """The fields, their types and their words stand in OpenAPI, each class as a component."""
    document = (await web.get("/openapi.json")).json()
    schemas = document["components"]["schemas"]
    paths = document["paths"]

    def answer_of(path: str) -> Any:
        return paths[path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]

    def body_of(path: str) -> Any:
        return paths[path]["post"]["requestBody"]["content"]["application/json"]["schema"]

    def ref(name: str) -> dict[str, str]:
        return {"$ref": f"#/components/schemas/{name}"}

    assert ref("Video") == answer_of("/video")
    assert ref("Video") == answer_of("/videos")["items"]
    assert ref("JobUpdate_Video_") == answer_of("/update")
    assert ref("Job_Preview_") == answer_of("/job")
    assert ref("Outcome_Video_") == answer_of("/outcomes")["items"]
    assert ref("Storyboard") == body_of("/render")
    assert ref("V1Storyboard") == body_of("/v1/render")
    assert ref("Job_Preview_") == body_of("/resume")
    assert ref("Video") == schemas["Lesson"]["properties"]["video"]
    assert [] == [name for name in schemas if "pictory" in name or name.endswith("put")]
    # A link that leads nowhere would break every generator of clients.
    linked = set(re.findall(r"#/components/schemas/(\w+)", json.dumps(document)))
    assert linked <= schemas.keys()

    video = schemas["Video"]
    assert ("object", ["job_id"], True) == (
        video["type"],
        video["required"],
        video["additionalProperties"],
    )
    assert {"type": "string", "description": "The render's job."} == video["properties"]["job_id"]
    assert {
        "anyOf": [{"type": "number"}, {"type": "null"}],
        "description": "Seconds.",
    } == video["properties"]["videoDuration"]
    assert (
        "The result of a render. The links do not last: store what they point to."
        == (video["description"])
    )

    board = schemas["Storyboard"]["properties"]
    assert "extra" == [*board][-1]
    assert ref("Scene") == board["scenes"]["items"]
    assert ref("Background") in schemas["Scene"]["properties"]["background"]["anyOf"]
    assert "story" in schemas["Scene"]["properties"]
    assert "text" in schemas["V1Scene"]["properties"]

    update = schemas["JobUpdate_Video_"]
    assert ["job_id", "kind", "status"] == update["required"]
    assert [ref("Video"), {"type": "null"}] == update["properties"]["result"]["anyOf"]
    assert {"type": "string", "const": "video"} in update["properties"]["kind"]["anyOf"]
    assert ref("PictoryError") in update["properties"]["error"]["anyOf"]
    assert ["type", "message", "fields"] == schemas["PictoryError"]["required"]
    kinds = ["preview", "video", "transcript", "generated_image", "generated_video", "raw"]
    assert kinds == schemas["Job_Any_"]["properties"]["kind"]["enum"]
    assert {"type": "string", "const": "ended"} == schemas["Ended"]["properties"]["event"]
    assert ref("Outcome_Any_")["$ref"] == schemas["Ended"]["properties"]["outcome"]["$ref"]


async def test_pydantic_alone() -> None:
    """A value is a field of a model, by way of Python and of JSON, and its schema can be had."""
    lesson = Lesson(title="Tea", video=VIDEO, update=UPDATE)

    assert VIDEO is lesson.video
    assert lesson == Lesson.model_validate_json(lesson.model_dump_json())
    assert VIDEO.to_dict() == lesson.model_dump()["video"]
    update = TypeAdapter(JobUpdate[Video | Preview])
    assert UPDATE == update.validate_python(UPDATE.to_dict())
    assert "JobUpdate" == update.json_schema()["title"]
    assert "Job" == TypeAdapter(Job[Any]).json_schema()["title"]
    with pytest.raises(ValidationError, match="expected Video or Preview, found RawResult"):
        update.validate_python(JobUpdate(job_id="a", kind=RawResult, status=None))
    with pytest.raises(ValidationError, match="expected an object, found 5"):
        TypeAdapter(Job[Video]).validate_python(5)


def test_events_of_requests() -> None:
    """What the hooks of a client get stands in annotations as well, with the words of its kind."""
    sent = events.RequestSent(number=1, kind="look", method="GET", url="u", operation="o")
    received = events.ResponseReceived(request=sent, seconds=0.5, status=200)
    adapter = TypeAdapter(events.ResponseReceived)

    assert received == adapter.validate_json(adapter.dump_json(received))
    schema = TypeAdapter(events.RequestSent).json_schema()["properties"]["kind"]
    assert ["submit", "look", "call", "token"] == schema["enum"]
