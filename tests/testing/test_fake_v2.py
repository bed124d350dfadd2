"""Tests of the current generation's calls against api/v2.md."""

import json
from typing import Any

import httpx
import pytest

from pictory_async.testing import FakePictory


pytestmark = pytest.mark.anyio

STORYBOARD = "/v2/video/storyboard"
RENDER = "/v2/video/render"
BODY: dict[str, Any] = {"videoName": "demo", "scenes": [{"story": "Hello there."}]}


async def job_of(api: httpx.AsyncClient, body: dict[str, Any], path: str = STORYBOARD) -> str:
    """Submit a job."""
    response = await api.post(path, json=body)
    assert 200 == response.status_code, response.text
    job_id: str = response.json()["data"]["jobId"]
    return job_id


async def data_of(api: httpx.AsyncClient, fake: FakePictory, job_id: str) -> dict[str, Any]:
    """Return the result of a finished job."""
    fake.advance(60)
    data: dict[str, Any] = (await api.get(f"/v1/jobs/{job_id}")).json()["data"]
    return data


async def texts(api: httpx.AsyncClient, fake: FakePictory, **scene: object) -> list[str]:
    """Return the texts that a scene becomes."""
    job_id = await job_of(api, {"videoName": "demo", "scenes": [scene]})
    return [each.text for each in fake.jobs[job_id].film.scenes]


async def test_submitted_storyboard(api: httpx.AsyncClient) -> None:
    """The id of a job stands in `data`, in camel case, and nowhere else."""
    answer = (await api.post(STORYBOARD, json=BODY)).json()

    assert {"success": True, "data": {"jobId": answer["data"]["jobId"]}} == answer


async def test_completed_storyboard(api: httpx.AsyncClient, fake: FakePictory) -> None:
    """A completed preview has a status, elements, the resolved input and the preview's URL."""
    data = await data_of(api, fake, await job_of(api, BODY))

    assert {"status", "renderParams", "storyboard", "previewUrl"} == set(data)
    assert (data["status"], data["storyboard"]) == ("completed", BODY)
    kinds = [element["elementType"] for element in data["renderParams"]["elements"]]
    assert ["backgroundElement", "SceneText"] == kinds


async def test_voice_is_an_element(api: httpx.AsyncClient, fake: FakePictory) -> None:
    """A voice-over is one more element."""
    voice = {"enabled": True, "aiVoices": [{"speaker": 12}]}
    data = await data_of(api, fake, await job_of(api, {**BODY, "voiceOver": voice}))

    assert "voiceOver" == data["renderParams"]["elements"][-1]["id"]


async def test_saved_project(api: httpx.AsyncClient, fake: FakePictory) -> None:
    """A preview that is saved tells the project."""
    data = await data_of(api, fake, await job_of(api, {**BODY, "saveProject": True}))

    assert {"projectId", "projectUrl"} < set(data)


async def test_unknown_fields_are_stripped_and_noted(
    api: httpx.AsyncClient, fake: FakePictory
) -> None:
    """A misspelt field vanishes without a word, and the stand-in remembers it."""
    scene = {"story": "Hello there.", "storry": "?"}
    body = {"videoName": "demo", "videoNam": "?", "scenes": [scene]}
    data = await data_of(api, fake, await job_of(api, body))

    assert data["storyboard"] == BODY
    assert ("videoNam", "scenes[0].storry") == fake.stripped


async def test_story_is_split(api: httpx.AsyncClient, fake: FakePictory) -> None:
    """The flags cut a story at lines and at ends of sentences, Chinese ones too."""
    story = "One 1.5! Two?\nThree. 四。五。"

    assert 1 == len(await texts(api, fake, story=story))
    assert 2 == len(await texts(api, fake, story=story, createSceneOnNewLine=True))
    assert [
        "One 1.5!",
        "Two?",
        "Three.",
        "四。",
        "五。",
    ] == await texts(api, fake, story=story, createSceneOnEndOfSentence=True)


@pytest.mark.parametrize(
    ("scene", "expected"),
    [
        ({"story": "Said.", "caption": "Shown."}, "Shown."),
        ({"storyCoPilot": {"prompt": "Tell me"}}, "Tell me"),
        ({"blogUrl": "https://example.com/b"}, "https://example.com/b"),
        ({"audioUrl": "https://a", "audioLanguage": "en-US"}, "https://a"),
        ({"background": {"color": "#000000"}}, ""),
    ],
)
async def test_sources(
    api: httpx.AsyncClient, fake: FakePictory, scene: dict[str, Any], expected: str
) -> None:
    """Each source of a scene gives it a text, a mere picture gives none."""
    assert [expected] == await texts(api, fake, **scene)


async def test_template_brings_its_scenes(api: httpx.AsyncClient, fake: FakePictory) -> None:
    """With a template no scenes are needed: it has its own, with variables in them."""
    project = {"scenes": [{"subtitles": [{"text": "Hello, {{Name}}. It is {{Day}}."}]}]}
    octets = {"Content-Type": "application/octet-stream"}
    template = (await api.post("/v1/templates", content=json.dumps(project), headers=octets)).json()
    body = {"videoName": "x", "templateId": template["templateId"]}
    job_id = await job_of(api, {**body, "variables": {"Name": "Ada", "Nmae": "Ida"}})

    texts = [scene.text for scene in fake.jobs[job_id].film.scenes]
    assert ["Hello, Ada. It is DAY."] == texts
    assert ("variables.Nmae",) == fake.stripped


async def test_unknown_template(api: httpx.AsyncClient) -> None:
    """A template that nobody knows is an error of a field."""
    answer = await api.post(STORYBOARD, json={"videoName": "demo", "templateId": "t1"})

    assert (400, "templateId") == (answer.status_code, answer.json()["fields"][0]["name"])


@pytest.mark.parametrize(
    ("fields", "texts"),
    [
        ({"url": "https://a/b.mp3"}, ["https://a/b.mp3"]),
        ({"url": "https://a/b.mp4", "videoToVideo": True}, ["https://a/b.mp4"]),
        ({"url": "https://a", "scenes": [{"story": "End."}]}, ["https://a", "End."]),
        ({"url": "https://a", "scenes": None}, ["https://a"]),
    ],
)
async def test_recording_at_the_top(
    api: httpx.AsyncClient, fake: FakePictory, fields: dict[str, Any], texts: list[str]
) -> None:
    """A recording may be named outside of the scenes, and no scenes are needed then."""
    job_id = await job_of(api, {"videoName": "demo", **fields})

    assert texts == [scene.text for scene in fake.jobs[job_id].film.scenes]
    assert () == fake.stripped


@pytest.mark.parametrize("fields", [{"url": None}, {"videoToVideo": True}, {}])
async def test_no_source_at_all(api: httpx.AsyncClient, fields: dict[str, Any]) -> None:
    """Without a template and a recording, scenes are needed."""
    answer = await api.post(STORYBOARD, json={"videoName": "demo", **fields})

    assert [{"name": "scenes", "errors": "is required"}] == answer.json()["fields"]


@pytest.mark.parametrize(
    ("fields", "size"),
    [
        ({}, (640, 360)),
        ({"aspectRatio": "9:16"}, (360, 640)),
        ({"aspectRatio": "1:1"}, (640, 640)),
        ({"aspectRatio": "4:5"}, (512, 640)),
        ({"videoWidth": 1920, "videoHeight": 1080}, (1920, 1080)),
    ],
)
async def test_size(
    api: httpx.AsyncClient, fake: FakePictory, fields: dict[str, Any], size: tuple[int, int]
) -> None:
    """The film has the size or the aspect ratio that was asked for."""
    job_id = await job_of(api, {**BODY, **fields})
    film = fake.jobs[job_id].film

    assert size == (film.width, film.height)


async def test_direct_render(api: httpx.AsyncClient, fake: FakePictory) -> None:
    """A storyboard can be rendered at once, and is billed."""
    job_id = await job_of(api, BODY, f"{STORYBOARD}/render")
    data = await data_of(api, fake, job_id)

    assert (job_id,) == fake.billed
    assert {"videoURL", "videoShareURL", "aiCreditsUsed"} < set(data)
    assert "shareVideoURL" not in data


async def test_edited_params_are_rendered(api: httpx.AsyncClient, fake: FakePictory) -> None:
    """A render makes what the elements say, in the order of their times."""
    body = {"videoName": "demo", "scenes": [{"story": "One."}, {"story": "Two."}]}
    params = (await data_of(api, fake, await job_of(api, body)))["renderParams"]
    params["elements"][1]["text"] = "<strong>First</strong>."
    params["elements"][2]["duration"] = 5
    params["elements"].reverse()
    job_id = await job_of(api, params, RENDER)
    film = fake.jobs[job_id].film

    assert [("First.", 2.0), ("Two.", 5.0)] == [(each.text, each.seconds) for each in film.scenes]
    assert "demo" == film.title


@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({}, "elements"),
        ({"elements": [1]}, "elements[0]"),
        ({"elements": "all"}, "elements"),
        (
            {
                "elements": [
                    {
                        "id": "a",
                        "elementType": "SceneText",
                        "type": "text",
                        "startTime": 0,
                        "duration": 0,
                    }
                ]
            },
            "elements",
        ),
        ({"elements": [{"elementType": "backgroundElement"}]}, "elements[0].id"),
    ],
)
async def test_wrong_params(api: httpx.AsyncClient, params: dict[str, Any], field: str) -> None:
    """RenderParams need elements, a background among them."""
    response = await api.post(RENDER, json=params)

    assert 400 == response.status_code
    assert field in [each["name"] for each in response.json()["fields"]]


async def test_wrapped_params_fail_later(api: httpx.AsyncClient, fake: FakePictory) -> None:
    """`{"renderParams": …}` is accepted, billed, and fails."""
    job_id = await job_of(api, {"renderParams": {}}, RENDER)

    assert "failed" == (await data_of(api, fake, job_id))["status"]
    assert (job_id,) == fake.billed


@pytest.mark.parametrize("body", [None, {}, {"webhook": "https://example.com"}, {"more": 1}])
async def test_put_takes_an_optional_body(
    api: httpx.AsyncClient, fake: FakePictory, body: dict[str, Any] | None
) -> None:
    """A PUT renders the preview, with or without a webhook; other fields are stripped."""
    job_id = await job_of(api, BODY)
    fake.advance(15)
    response = await api.put(f"{RENDER}/{job_id}", json=body)

    assert (200, ["jobId"]) == (response.status_code, list(response.json()["data"]))
    assert (("more",) if body and "more" in body else ()) == fake.stripped


async def test_put_needs_a_completed_preview(api: httpx.AsyncClient, fake: FakePictory) -> None:
    """A preview that is not ready is a bad request, an unknown one is not found."""
    job_id = await job_of(api, BODY)
    early = await api.put(f"{RENDER}/{job_id}")
    unknown = await api.put(f"{RENDER}/nobody")

    assert (400, "INVALID_REQUEST") == (early.status_code, early.json()["code"])
    assert 404 == unknown.status_code
    assert () == fake.billed


async def test_half_a_surrogate_pair(api: httpx.AsyncClient, fake: FakePictory) -> None:
    """What no file can hold is replaced in the film."""
    body = rb'{"videoName": "demo", "scenes": [{"story": "\ud800 half"}]}'
    headers = {"Content-Type": "application/json"}
    await api.post(STORYBOARD, content=body, headers=headers)

    assert ["? half"] == [job.film.scenes[0].text for job in fake.jobs.values()]
