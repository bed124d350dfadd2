"""Habits of other people's programs that the documentation does not tell of, one by one."""

from collections.abc import Iterator

import httpx
import pytest

from pictory_async.testing import FakePictory
from tests.helpers import PATIENCE
from tests.testing.programs import PAIR, Program, fetch


BOARD = {"videoName": "tea", "scenes": [{"text": "Tea is a leaf."}]}
PAGE = "https://shop.example.com"


@pytest.fixture
def program(fake: FakePictory) -> Iterator[Program]:
    """Return a program that fetched its token by form, and writes `Bearer` before it."""
    with fake.serve() as url, httpx.Client(base_url=url, timeout=PATIENCE) as client:
        answer = client.post("/v1/oauth2/token", data=PAIR)
        assert 200 == answer.status_code, answer.text
        client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        yield Program(client, fake)


def test_put_without_a_body(program: Program) -> None:
    """A preview is rendered by a PUT that has neither a body nor its type."""
    job = program.send("POST", "/v1/video/storyboard", BOARD)["jobId"]
    program.poll(job)
    render = program.send("PUT", f"/v1/video/render/{job}")["data"]["job_id"]

    assert ["Tea is a leaf."] == program.texts(render)


@pytest.mark.parametrize("spelling", ["/v1/jobs/{}", "/v1/jobs/{}/", "/v1/job/{}", "/v1/job/{}/"])
def test_spellings_of_a_look(program: Program, spelling: str) -> None:
    """A look is answered in the singular and in the plural, with a slash at the end or without."""
    job = program.send("POST", "/v1/video/storyboard", BOARD)["jobId"]

    assert job == program.send("GET", spelling.format(job))["job_id"]


def test_editor_answers(program: Program) -> None:
    """The editor's address, which a page shows in a frame, is that of a page."""
    asked = {"fileUrl": "https://example.com/a.mp4", "webhook": None}
    job = program.send("POST", "/v2/transcription", asked)["data"]["jobId"]

    assert b"<" == fetch(program.poll(job)["editVideoUrl"])[:1]


def test_page_in_a_browser(program: Program) -> None:
    """A browser asks before it lets a page call the API, and reads who may see the answer."""
    headers = {
        "Origin": PAGE,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type,x-pictory-user-id",
    }
    asked = httpx.options(
        program.client.base_url.join("v1/video/storyboard"), headers=headers, timeout=PATIENCE
    )
    answer = program.client.post("/v1/video/storyboard", json=BOARD, headers={"Origin": PAGE})
    allowed = asked.headers.get("access-control-allow-headers", "").lower()

    assert asked.is_success
    assert {asked.headers["access-control-allow-origin"]} <= {"*", PAGE}
    assert allowed == "*" or all(
        each in allowed for each in ("authorization", "content-type", "x-pictory-user-id")
    )
    assert {answer.headers["access-control-allow-origin"]} <= {"*", PAGE}
