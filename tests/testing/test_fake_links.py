"""Tests of the links in answers: each one that leads to the stand-in is answered."""

import json
from collections.abc import Iterator

import httpx
import pytest

from pictory_async.testing import FakePictory
from pictory_async.testing._service import IN_PROCESS


pytestmark = pytest.mark.anyio

FILES = IN_PROCESS.files + "/"
VIDEO = "https://example.com/talk.mp4"
SCENES = [{"story": "Hello there.", "text": "Hello there."}]
SUBMITS = [
    ("/v1/video/storyboard", {"videoName": "x", "scenes": SCENES}),
    ("/v2/video/storyboard", {"videoName": "x", "scenes": SCENES, "saveProject": True}),
    ("/v2/video/storyboard/render", {"videoName": "x", "scenes": SCENES}),
    ("/v1/transcription", {"fileUrl": VIDEO}),
    ("/v2/transcription", {"fileUrl": VIDEO}),
    ("/v1/aistudio/images", {"prompt": "A house."}),
    ("/v1/aistudio/videos", {"prompt": "A house."}),
]


def links(answer: object) -> Iterator[str]:
    """Return the links within an answer that lead to the stand-in's files."""
    for text in json.dumps(answer).split('"'):
        if text.startswith(FILES):
            yield text


async def broken(web: httpx.AsyncClient, answer: object) -> list[str]:
    """Return the links of an answer that are not answered."""
    found = list(links(answer))
    assert found, answer
    return [link for link in found if (await web.get(link)).status_code != 200]


@pytest.mark.parametrize(("path", "body"), SUBMITS)
async def test_links_of_jobs(
    api: httpx.AsyncClient, web: httpx.AsyncClient, fake: FakePictory, path: str, body: object
) -> None:
    """Each link in the result of a job is answered."""
    submitted = (await api.post(path, json=body)).json()
    fake.advance(60)
    job_id = submitted.get("jobId") or submitted["data"]["jobId"]

    assert [] == await broken(web, (await api.get(f"/v1/jobs/{job_id}")).json())


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v1/media/search?keyword=tea"),
        ("GET", "/v1/avatars"),
        ("POST", "/v1/music/search"),
    ],
)
async def test_links_of_lists(
    api: httpx.AsyncClient, web: httpx.AsyncClient, method: str, path: str
) -> None:
    """Each link in a list is answered, with what its suffix says."""
    content = b"{}" if method == "POST" else None
    headers = {"Content-Type": "application/json"}
    answer = (await api.request(method, path, content=content, headers=headers)).json()

    assert [] == await broken(web, answer)
    kinds = {link.partition("?")[0][-3:]: link for link in links(answer)}
    expected = {"jpg": "image/jpeg", "mp4": "video/mp4", "wav": "audio/wav"}
    for suffix, link in kinds.items():
        assert expected[suffix] == (await web.get(link)).headers["Content-Type"]


async def test_the_editor_of_a_transcription(
    api: httpx.AsyncClient, web: httpx.AsyncClient, fake: FakePictory
) -> None:
    """`editVideoUrl` is a page with the sentences, and is there when the job is done."""
    fake.say("Tea is a leaf. It grows.")
    submitted = (await api.post("/v2/transcription", json={"fileUrl": VIDEO})).json()
    job_id = submitted["data"]["jobId"]
    early = await web.get(f"{FILES}{job_id}.html")
    fake.advance(20)
    url = (await api.get(f"/v1/jobs/{job_id}")).json()["data"]["editVideoUrl"]
    page = await web.get(url)

    assert (404, 200) == (early.status_code, page.status_code)
    assert "text/html; charset=utf-8" == page.headers["Content-Type"]
    assert "<li>Tea is a leaf.</li><li>It grows.</li>" in page.text
