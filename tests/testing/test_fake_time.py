"""Tests on virtual clocks: what the stand-in takes no time for, and what takes exactly its time."""

from typing import Any

import anyio
import httpx
import pytest

from pictory_async.testing import FakePictory, Trouble


pytestmark = pytest.mark.anyio

BODY = {"videoName": "demo", "scenes": [{"story": "Hello there."}]}


@pytest.fixture
def anyio_backend(virtual_backend: Any) -> Any:
    """Run each test in time that jumps."""
    return virtual_backend


def client_of(fake: FakePictory) -> httpx.AsyncClient:
    """Return a client with an API key, in process."""
    headers = {"Authorization": "pictai_key"}
    return httpx.AsyncClient(transport=fake.transport(), base_url=fake.base_url, headers=headers)


async def test_jobs_follow_the_loops_clock() -> None:
    """A render on a virtual clock takes its seconds there, and requests and files take none."""
    fake = FakePictory(clock=anyio.current_time, draw=False)
    api, web = client_of(fake), httpx.AsyncClient(transport=fake.transport())
    started = anyio.current_time()
    submitted = await api.post("/v2/video/storyboard/render", json=BODY)
    look = f"/v1/jobs/{submitted.json()['data']['jobId']}"
    early = (await api.get(look)).json()["data"]["status"]
    await anyio.sleep(60)
    data = (await api.get(look)).json()["data"]
    video = await web.get(data["videoURL"])

    assert ("in-progress", "completed", 200) == (early, data["status"], video.status_code)
    assert 60 == pytest.approx(anyio.current_time() - started)


async def test_stall_takes_exactly_the_read_timeout() -> None:
    """A stalled request ends when its read timeout is over."""
    fake = FakePictory(clock=anyio.current_time)
    fake.trouble("*", Trouble.stall())
    started = anyio.current_time()
    with pytest.raises(httpx.ReadTimeout):
        await client_of(fake).get("/v1/jobs/nobody", timeout=httpx.Timeout(5, read=1800))

    assert 1800 == pytest.approx(anyio.current_time() - started)
