"""Tests on virtual clocks: what the stand-in takes no time for, and what takes exactly its time."""

from typing import Any

import anyio
import httpx
import pytest

from pictory_async.schedules import Sightings
from pictory_async.testing import FakePictory, Trouble
from tests.helpers import client


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


async def test_latency() -> None:
    """An answer begins so many seconds after its request, at any speed; the work is done before."""
    fake = FakePictory(clock=anyio.current_time, speed=60, latency=1.5)
    started = anyio.current_time()
    response = await client_of(fake).post("/v2/video/storyboard/render", json=BODY)

    assert 200 == response.status_code
    assert 1.5 == pytest.approx(anyio.current_time() - started)
    assert [0.0] == [job.submitted for job in fake.jobs.values()]


@pytest.mark.parametrize(("read", "expected"), [(1.0, 1.0), (None, 1.5), (2.0, 1.5)])
async def test_latency_and_patience(read: float | None, expected: float) -> None:
    """Who waits for less than the latency gets a timeout, after work that was done."""
    fake = FakePictory(clock=anyio.current_time, latency=1.5)
    api, started = client_of(fake), anyio.current_time()
    timeout = httpx.Timeout(5, read=read)
    outcome: object = None
    try:
        await api.post("/v2/video/storyboard/render", json=BODY, timeout=timeout)
    except httpx.ReadTimeout as exc:
        outcome = exc

    assert (outcome is not None) == (read == 1.0)
    assert expected == pytest.approx(anyio.current_time() - started)
    assert 1 == len(fake.billed)


async def test_latency_of_trouble() -> None:
    """A connection is reset after the latency, and refused without it."""
    fake = FakePictory(clock=anyio.current_time, latency=1.5)
    api, times = client_of(fake), list[float]()
    for trouble in (Trouble.refuse(), Trouble.reset()):
        fake.trouble("*", trouble)
        started = anyio.current_time()
        with pytest.raises(httpx.TransportError):
            await api.get("/v1/jobs/nobody")
        times.append(anyio.current_time() - started)

    assert [0, 1.5] == pytest.approx(times)


@pytest.mark.parametrize(
    ("speed", "interval", "pause"), [(1.0, 10.0, 10.0), (20.0, 10.0, 0.5), (1e9, 1.0, 0.001)]
)
async def test_schedule(speed: float, interval: float, pause: float) -> None:
    """A schedule of the stand-in's looks at once, and then by its clock, with a least pause."""
    schedule = FakePictory(speed=speed).schedule(interval)

    assert [0.0, pause, pause] == [schedule.delay(Sightings(looks=n), 0.5) for n in range(3)]


async def test_schedule_of_a_clock_that_stands() -> None:
    """A clock of speed 0 is only turned: the client's seconds count."""
    assert 10.0 == FakePictory(speed=0).schedule().delay(Sightings(looks=1), 0.5)


async def test_a_client_keeps_up() -> None:
    """A client with that schedule sees a render's progress at the stand-in's speed."""
    fake = FakePictory(clock=anyio.current_time, speed=100, draw=False)
    started, seen = anyio.current_time(), list[float | None]()
    async with client(fake, schedule=fake.schedule()) as pictory:
        await pictory.text_to_video(
            "Hello.", on_progress=lambda update: seen.append(update.progress)
        )

    assert 0.8 == pytest.approx(anyio.current_time() - started)
    assert len(seen) >= 9


@pytest.mark.parametrize("settings", [{"preview_seconds": 0, "render_seconds": 0}, {"speed": 1e6}])
async def test_many_flows_take_no_time(settings: dict[str, float]) -> None:
    """Not only the first flows of a client are over at once, but all."""
    fake = FakePictory(clock=anyio.current_time, draw=False, **settings)  # type: ignore[arg-type]
    started = anyio.current_time()
    async with client(fake, schedule=fake.schedule()) as pictory:
        for _ in range(8):
            await pictory.text_to_video("Hello.")

    assert 8 == len(fake.billed)
    assert anyio.current_time() - started < 0.1


async def test_stall_takes_exactly_the_read_timeout() -> None:
    """A stalled request ends when its read timeout is over."""
    fake = FakePictory(clock=anyio.current_time)
    fake.trouble("*", Trouble.stall())
    started = anyio.current_time()
    with pytest.raises(httpx.ReadTimeout):
        await client_of(fake).get("/v1/jobs/nobody", timeout=httpx.Timeout(5, read=1800))

    assert 1800 == pytest.approx(anyio.current_time() - started)
