"""One place knows all that waits for a job: looks are shared, and a hint brings the next one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import anyio
import attrs
import pytest

from pictory_async.schedules import Fixed
from pictory_async.testing import Trouble
from tests.helpers import LOOK, client, inside, look_times, virtual_fake


if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from pictory_async import Job, JobUpdate, Pictory, Preview
    from pictory_async._retry import Repeat
    from pictory_async._wire.job_states import Look
    from pictory_async._wire.protocol import Answer
    from pictory_async.testing import FakePictory


pytestmark = pytest.mark.anyio

STEADY = Fixed(interval=20, jitter=0)
BOARD = {"videoName": "x", "scenes": [{"story": "One."}]}


@pytest.fixture
def anyio_backend(virtual_backend: Any) -> Any:
    """Run in virtual time."""
    return virtual_backend


async def wait_alone(pictory: Pictory, job: Job[Preview]) -> None:
    """Wait for a job by itself."""
    await pictory.wait_for_job(job)


async def wait_in_a_crowd(pictory: Pictory, job: Job[Preview]) -> None:
    """Wait for a job as one of many."""
    async with pictory.wait_for_jobs([job]) as outcomes:
        assert [None] == [outcome.error async for outcome in outcomes]


WAYS: dict[str, Callable[[Pictory, Job[Preview]], Coroutine[Any, Any, None]]] = {
    "alone": wait_alone,
    "crowd": wait_in_a_crowd,
}


@pytest.mark.parametrize("count", [1, 2, 5])
@pytest.mark.parametrize("ways", [["alone"], ["crowd"], ["crowd", "alone"]], ids="-".join)
async def test_as_many_looks_as_one_wait(ways: list[str], count: int) -> None:
    """However many wait for a job, and in whatever way, it is looked at as by one alone."""
    fake = virtual_fake(preview_seconds=300)
    async with client(fake, schedule=STEADY) as pictory:
        job = await pictory.storyboards.preview(BOARD)
        async with anyio.create_task_group() as tasks:
            for number in range(count):
                tasks.start_soon(WAYS[ways[number % len(ways)]], pictory, job)
                await anyio.sleep(3)

    assert 16 == fake.count(LOOK)


async def test_a_batch_and_a_wait() -> None:
    """The looks of a batch are those of whoever waits for one of its jobs, too."""
    fake = virtual_fake(preview_seconds=100, render_seconds=0)
    async with client(fake, schedule=STEADY) as pictory:
        job = await pictory.storyboards.preview(BOARD)
        async with pictory.render_many([job]) as outcomes:
            await anyio.sleep(1)
            await pictory.wait_for_job(job)
            assert [None] == [outcome.error async for outcome in outcomes]
        previews = [r for r in fake.requests if r.operation == LOOK and job.id in r.path]

    assert 6 == len(previews)


@pytest.mark.parametrize("way", WAYS)
async def test_a_look_of_ones_own(way: str) -> None:
    """What `jobs.get` sees, those who wait see as well, and look the later."""
    fake = virtual_fake(preview_seconds=70)
    async with client(fake, schedule=STEADY) as pictory:
        job = await pictory.storyboards.preview(BOARD)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(WAYS[way], pictory, job)
            await anyio.sleep(35)
            await pictory.jobs.get(job)

    assert [0, 20, 35, 55, 75] == look_times(fake)


@pytest.mark.parametrize("way", WAYS)
async def test_a_look_of_ones_own_ends_the_wait(way: str) -> None:
    """A job that `jobs.get` sees done is done for those who wait."""
    fake = virtual_fake(preview_seconds=30)
    ended: list[float] = []

    async def wait() -> None:
        await WAYS[way](pictory, job)
        ended.append(fake.now)

    async with client(fake, schedule=STEADY) as pictory:
        job = await pictory.storyboards.preview(BOARD)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(wait)
            await anyio.sleep(35)
            assert (await pictory.jobs.get(job)).is_done

    assert [0, 20, 35] == look_times(fake)
    assert [35] == pytest.approx(ended)


@pytest.mark.parametrize("way", WAYS)
async def test_a_hint(way: str) -> None:
    """A hint lets whoever waits look now, once for all, and says whether anybody does."""
    fake = virtual_fake(preview_seconds=30)
    async with client(fake, schedule=STEADY) as pictory:
        job = await pictory.storyboards.preview(BOARD)
        looks = inside(pictory)._core.looks
        assert not looks.hint(job.id)
        async with anyio.create_task_group() as tasks:
            for _ in range(3):
                tasks.start_soon(WAYS[way], pictory, job)
            await anyio.sleep(32)
            assert looks.hint(job.id)
            assert not looks.hint("another")
        assert not looks.hint(job.id)

    assert [0, 20, 32] == look_times(fake)


@pytest.mark.parametrize("way", WAYS)
async def test_a_hint_that_comes_too_early(way: str) -> None:
    """A hint for a job that is still at work costs one look, and no more."""
    fake = virtual_fake(preview_seconds=50)
    async with client(fake, schedule=STEADY) as pictory:
        job = await pictory.storyboards.preview(BOARD)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(WAYS[way], pictory, job)
            await anyio.sleep(5)
            for _ in range(100):
                inside(pictory)._core.looks.hint(job.id)
            await anyio.sleep(1)

    assert [0, 5, 25, 45, 65] == look_times(fake)


def hold_second_answer(pictory: Pictory, fake: FakePictory, seconds: float) -> None:
    """Let the answer to the look at 20 s arrive so much later than it was given."""
    looks = inside(pictory)._core.looks
    ask = looks._ask

    async def late(job_id: str, repeat: Repeat) -> Answer:
        answer: Answer = await ask(job_id, repeat)
        if fake.now == pytest.approx(20):
            await anyio.sleep(seconds)
        return answer

    looks._ask = late


@pytest.mark.parametrize("way", WAYS)
async def test_a_hint_while_a_look_is_under_way(way: str) -> None:
    """A look that may have been answered before the hint is followed by another one."""
    fake = virtual_fake(preview_seconds=30)
    async with client(fake, schedule=STEADY) as pictory:
        job = await pictory.storyboards.preview(BOARD)
        hold_second_answer(pictory, fake, 12)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(WAYS[way], pictory, job)
            await anyio.sleep(31)
            assert inside(pictory)._core.looks.hint(job.id)

    assert [0, 20, 32] == look_times(fake)


@pytest.mark.parametrize("way", WAYS)
async def test_two_looks_that_cross(way: str) -> None:
    """Of two looks the one that began later is the news, whichever arrives first."""
    fake = virtual_fake(preview_seconds=25)
    async with client(fake, schedule=STEADY) as pictory:
        job = await pictory.storyboards.preview(BOARD)
        hold_second_answer(pictory, fake, 10)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(WAYS[way], pictory, job)
            await anyio.sleep(26)
            assert (await pictory.jobs.get(job)).is_done

    assert [0, 20, 26] == look_times(fake)


@pytest.mark.parametrize("way", WAYS)
async def test_whoever_left_is_forgotten(way: str) -> None:
    """A wait that was cancelled, timed out or failed waits no more."""
    fake = virtual_fake(preview_seconds=1000)
    async with client(fake, schedule=STEADY) as pictory:
        job = await pictory.storyboards.preview(BOARD)
        with anyio.move_on_after(30):
            await WAYS[way](pictory, job)
        assert not inside(pictory)._core.looks.hint(job.id)
        async with pictory.wait_for_jobs([job], timeout=10) as outcomes:
            assert [True] == [outcome.error is not None async for outcome in outcomes]
        assert not inside(pictory)._core.looks.hint(job.id)


async def test_one_of_several_leaves() -> None:
    """Those who go on waiting do not notice that another one has left."""
    fake = virtual_fake(preview_seconds=70)
    seen: list[JobUpdate[Preview]] = []
    async with client(fake, schedule=STEADY) as pictory:
        job = await pictory.storyboards.preview(BOARD)
        async with anyio.create_task_group() as tasks:
            for seconds in (5, 25, 45):
                tasks.start_soon(_wait_for, pictory, job, seconds)
            await pictory.wait_for_job(job, on_progress=seen.append)

    assert [0, 20, 40, 60, 80] == look_times(fake)
    assert 5 == len(seen)


async def _wait_for(pictory: Pictory, job: Job[Preview], seconds: float) -> None:
    with anyio.move_on_after(seconds):
        await pictory.wait_for_job(job)


async def test_the_one_who_looks_is_cancelled() -> None:
    """Where the one who looks for all is cancelled, another one looks."""
    fake = virtual_fake(preview_seconds=30)
    fake.trouble(LOOK, Trouble.stall())
    async with client(fake, schedule=STEADY) as pictory:
        job = await pictory.storyboards.preview(BOARD)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(_wait_for, pictory, job, 3)
            await anyio.sleep(1)
            await pictory.wait_for_job(job)

    assert [0, 3, 23, 43] == look_times(fake)


def test_waits_of_a_dead_loop() -> None:
    """Who waited on an event loop that is over, and never left, is forgotten."""
    fake = virtual_fake()
    pictory = client(fake)
    looks = inside(pictory)._core.looks

    async def wait_and_vanish() -> None:
        looks.join(Vanished("j-1"))
        assert looks.hint("j-1")

    async def come_later() -> None:
        looks.join(Vanished("j-2"))
        assert not looks.hint("j-1")

    anyio.run(wait_and_vanish)
    anyio.run(come_later)


@attrs.define
class Vanished:
    """A wait that nobody ends."""

    job_id: str
    look: Look | None = None
    news: Look | None = None

    def wake(self) -> None:
        """Do nothing."""


async def test_a_batch_that_is_left_while_it_submits() -> None:
    """A job whose id comes when its batch was left is waited for by nobody."""
    fake = virtual_fake()
    async with client(fake, schedule=STEADY) as pictory:
        send = inside(pictory)._core.api._send

        async def slowly(request: Any) -> Any:
            response = await send(request)
            await anyio.sleep(5)
            return response

        object.__setattr__(inside(pictory)._core.api, "_send", slowly)
        async with pictory.render_many([BOARD] * 3) as outcomes:
            await anyio.sleep(1)
        assert 3 == len(outcomes.left) == len(fake.jobs)
        assert {} == inside(pictory)._core.looks._first


@pytest.mark.parametrize("way", WAYS)
async def test_a_look_of_ones_own_that_is_repeated(way: str) -> None:
    """A wait is not held up by what `jobs.get` repeats."""
    fake = virtual_fake(preview_seconds=30)
    async with client(fake, schedule=STEADY) as pictory:
        job = await pictory.storyboards.preview(BOARD)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(WAYS[way], pictory, job)
            await anyio.sleep(19.9)
            fake.trouble(LOOK, Trouble.status(503, headers={"Retry-After": "50"}))
            tasks.start_soon(pictory.jobs.get, job)
            await anyio.sleep(21)
            assert not inside(pictory)._core.looks.hint(job.id)


async def test_an_older_look_is_no_news() -> None:
    """Who joins a look that began before what it knows looks once more."""
    fake = virtual_fake(preview_seconds=40)
    async with client(fake, schedule=STEADY) as pictory:
        job = await pictory.storyboards.preview(BOARD)
        looks = inside(pictory)._core.looks
        ask = looks._ask

        async def late(job_id: str, repeat: Repeat) -> Answer:
            answer: Answer = await ask(job_id, repeat)
            await anyio.sleep(30 if fake.now < 1 else 0)
            return answer

        looks._ask = late
        seen: list[float] = []
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(pictory.wait_for_job, job)
            await anyio.sleep(5)
            await pictory.jobs.get(job)
            await anyio.sleep(1)
            await pictory.wait_for_job(job, on_progress=lambda _: seen.append(fake.now))

    assert [6, 30, 50] == pytest.approx(seen)
