"""The official flow in both generations, over both faces, with a plain httpx client."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from pictory_async.testing import FakePictory
from tests.helpers import PATIENCE


CREDENTIALS = {"client_id": "id", "client_secret": "secret"}
OLD = {
    "videoName": "demo",
    "language": "en",
    "audio": {
        "autoBackgroundMusic": True,
        "aiVoiceOver": {"speaker": "Jackson", "speed": 100, "amplifyLevel": 0},
    },
    "scenes": [
        {
            "text": "Hello there. This is the end.",
            "voiceOver": True,
            "splitTextOnNewLine": False,
            "splitTextOnPeriod": True,
        }
    ],
}
NEW = {
    "videoName": "demo",
    "scenes": [{"story": "Hello there. This is the end.", "createSceneOnEndOfSentence": True}],
}


@pytest.fixture
def client(fake: FakePictory) -> Iterator[httpx.Client]:
    """Return a client with a token, on a socket."""
    with fake.serve() as url, httpx.Client(base_url=url, timeout=PATIENCE) as client:
        token = client.post("/v1/oauth2/token", json=CREDENTIALS).json()["access_token"]
        client.headers["Authorization"] = token
        client.headers["X-Pictory-User-Id"] = "PictoryCustomer"
        yield client


def wait(client: httpx.Client, fake: FakePictory, job_id: str) -> dict[str, Any]:
    """Look until the job is done."""
    for _ in range(50):
        job = client.get(f"/v1/jobs/{job_id}").json()
        assert job["success"]
        if job["data"].get("status") != "in-progress":
            data: dict[str, Any] = job["data"]
            return data
        fake.advance(10)
    raise AssertionError


def test_first_generation(client: httpx.Client, fake: FakePictory) -> None:
    """Token, storyboard, look, PUT render, look, download: as the v1 examples do it."""
    job_id = client.post("/v1/video/storyboard", json=OLD).json()["jobId"]
    preview = wait(client, fake, job_id)
    put = client.put(f"/v1/video/render/{job_id}", json={}).json()["data"]["job_id"]
    post = client.post("/v1/video/render", json=preview["renderParams"]).json()["data"]["job_id"]
    videos = [wait(client, fake, render_id) for render_id in (put, post)]

    assert [4.0, 4.0] == [video["videoDuration"] for video in videos]
    assert fake.jobs[put].film == fake.jobs[post].film
    assert b"ftyp" == httpx.get(videos[0]["shareVideoURL"], timeout=PATIENCE).content[4:8]
    assert (put, post) == fake.billed
    assert () == fake.leaks


def test_current_generation(client: httpx.Client, fake: FakePictory) -> None:
    """The same with a raw key and the current paths."""
    del client.headers["X-Pictory-User-Id"]
    client.headers["Authorization"] = "pictai_key"
    job_id = client.post("/v2/video/storyboard", json=NEW).json()["data"]["jobId"]
    preview = wait(client, fake, job_id)
    put = client.put(f"/v2/video/render/{job_id}", json={}).json()["data"]["jobId"]
    post = client.post("/v2/video/render", json=preview["renderParams"]).json()["data"]["jobId"]
    videos = [wait(client, fake, render_id) for render_id in (put, post)]

    assert [4.0, 4.0] == [video["videoDuration"] for video in videos]
    assert fake.jobs[put].film == fake.jobs[post].film
    assert b"ftyp" == httpx.get(videos[0]["videoURL"], timeout=PATIENCE).content[4:8]
    assert () == fake.stripped
