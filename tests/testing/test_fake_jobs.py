"""Tests of the lives of jobs, and of what tests can do to them."""

from typing import Any

import httpx
import pytest

from pictory_async.testing import FakePictory


pytestmark = pytest.mark.anyio

BODY = {"videoName": "demo", "scenes": [{"story": "Hello there."}]}


async def submit(api: httpx.AsyncClient, path: str = "/v2/video/storyboard/render") -> str:
    """Submit a job."""
    job_id: str = (await api.post(path, json=BODY)).json()["data"]["jobId"]
    return job_id


async def look(api: httpx.AsyncClient, job_id: str) -> dict[str, Any]:
    """Look at a job."""
    response = await api.get(f"/v1/jobs/{job_id}")
    assert 200 == response.status_code
    answer: dict[str, Any] = response.json()
    return answer


async def test_preview_tells_no_progress(api: httpx.AsyncClient, fake: FakePictory) -> None:
    """A preview is in progress, and says no more, until its seconds are over."""
    job_id = await submit(api, "/v2/video/storyboard")
    fake.advance(14.9)
    answer = await look(api, job_id)
    fake.advance(0.1)

    assert {"job_id": job_id, "success": True, "data": {"status": "in-progress"}} == answer
    assert "completed" == (await look(api, job_id))["data"]["status"]


async def test_render_tells_its_progress(api: httpx.AsyncClient, fake: FakePictory) -> None:
    """After a tenth of its time a render tells a progress that grows evenly."""
    job_id = await submit(api)
    fake.advance(5.9)
    queued = (await look(api, job_id))["data"]
    fake.advance(0.1)
    begun = (await look(api, job_id))["data"]
    fake.advance(27)
    halfway = (await look(api, job_id))["data"]

    assert {"status": "in-progress"} == queued
    assert (0.0, 50.0) == (begun["renderProgress"], halfway["renderProgress"])
    assert ("RUNNING", "Generating video") == (
        begun["renderState"],
        begun["renderProgressMessage"],
    )


async def test_unknown_job(api: httpx.AsyncClient) -> None:
    """A job that nobody knows is told as JOB_NOT_FOUND, by default with 200."""
    data = {"error_code": "5000", "error_message": "JOB_NOT_FOUND"}

    assert {"job_id": "nobody", "success": False, "data": data} == await look(api, "nobody")


async def test_unknown_job_status() -> None:
    """The status for an unknown job can be chosen."""
    fake = FakePictory(unknown_job_status=404)
    headers = {"Authorization": "pictai_key"}
    api = httpx.AsyncClient(transport=fake.transport(), base_url=fake.base_url, headers=headers)

    assert 404 == (await api.get("/v1/jobs/nobody")).status_code


async def test_fail_next(api: httpx.AsyncClient, fake: FakePictory) -> None:
    """The next job fails when its time is up, and only that one."""
    fake.fail_next("INSUFFICIENT_CREDITS", "Not enough.")
    failing, working = await submit(api), await submit(api)
    early = (await look(api, failing))["data"]["status"]
    fake.advance(60)

    assert "in-progress" == early
    assert {
        "job_id": failing,
        "success": False,
        "data": {
            "status": "failed",
            "error_code": "INSUFFICIENT_CREDITS",
            "error_message": "Not enough.",
        },
    } == await look(api, failing)
    assert "completed" == (await look(api, working))["data"]["status"]
    assert (failing, working) == fake.billed


async def test_fail_next_few(api: httpx.AsyncClient, fake: FakePictory) -> None:
    """The next few jobs can be made to fail, and the one after is made."""
    fake.fail_next("INSUFFICIENT_CREDITS", times=2)
    for _ in range(3):
        body = {"videoName": "x", "scenes": [{"story": "a"}]}
        await api.post("/v2/video/storyboard/render", json=body)

    assert [True, True, False] == [job.failure is not None for job in fake.jobs.values()]


async def test_clean(api: httpx.AsyncClient, fake: FakePictory, web: httpx.AsyncClient) -> None:
    """A cleaned job says so, and its files are gone."""
    job_id = await submit(api)
    fake.advance(60)
    url = (await look(api, job_id))["data"]["videoURL"]
    found = (await web.get(url)).status_code
    fake.clean(job_id)

    assert {"job_id": job_id, "success": True, "data": {"status": "cleaned"}} == await look(
        api, job_id
    )
    assert (200, 404) == (found, (await web.get(url)).status_code)


async def test_set_status(api: httpx.AsyncClient, fake: FakePictory) -> None:
    """A status that nobody has met can be shown, and taken back."""
    job_id = await submit(api)
    fake.set_status(job_id, "on-hold")
    strange = await look(api, job_id)
    fake.set_status(job_id, "failed")
    failed = await look(api, job_id)
    fake.set_status(job_id, None)

    assert (True, {"status": "on-hold"}) == (strange["success"], strange["data"])
    assert (False, {"status": "failed"}) == (failed["success"], failed["data"])
    assert "in-progress" == (await look(api, job_id))["data"]["status"]


async def test_status_of_an_unknown_job(fake: FakePictory) -> None:
    """A job that is not there cannot be changed."""
    with pytest.raises(KeyError):
        fake.clean("nobody")


async def test_instant_renders() -> None:
    """Where renders take no time, one that is held in progress is at 100 percent."""
    fake = FakePictory(render_seconds=0, clock=lambda: 0.0)
    headers = {"Authorization": "pictai_key"}
    api = httpx.AsyncClient(transport=fake.transport(), base_url=fake.base_url, headers=headers)
    job_id = await submit(api)
    done = (await look(api, job_id))["data"]["status"]
    fake.set_status(job_id, "in-progress")

    assert "completed" == done
    assert 100.0 == (await look(api, job_id))["data"]["renderProgress"]


async def test_speed_turns_the_clock_faster(fake: FakePictory) -> None:
    """Fake time runs `speed` times as fast as the clock, from the first look at it."""
    reading = 100.0
    fake = FakePictory(clock=lambda: reading, speed=10)

    assert 0.0 == fake.now
    reading = 102.0
    fake.advance(5)
    assert 25.0 == fake.now
