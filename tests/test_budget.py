"""One budget for all requests of a client, in virtual time."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import Any

import anyio
import pytest

from pictory_async import ConfigurationError, Pictory, RateLimitError, Statistics
from pictory_async.testing import Trouble
from tests.helpers import CLIENT, KEY, LOOK, client, virtual_fake


pytestmark = pytest.mark.anyio

QUOTA = "GET /v1/quota"
TOKEN = "POST /v1/oauth2/token"
PREVIEW = "POST /v2/video/storyboard"
STORYBOARD = {"videoName": "x", "scenes": [{"story": "One."}]}


@pytest.fixture
def anyio_backend(virtual_backend: Any) -> Any:
    """Run in virtual time."""
    return virtual_backend


async def ask(pictory: Pictory, times: int) -> None:
    """Send many calls at once."""
    async with anyio.create_task_group() as tasks:
        for _ in range(times):
            tasks.start_soon(pictory.account.quota)


def gaps(times: list[float]) -> list[float]:
    """Return how far apart the times are."""
    return [later - earlier for earlier, later in pairwise(times)]


async def test_max_rate() -> None:
    """Requests follow each other at the rate that the caller allows."""
    fake = virtual_fake()
    async with client(fake, max_rate=4) as pictory:
        await ask(pictory, 9)

    assert [0.25] * 8 == pytest.approx(gaps([request.time for request in fake.requests]))


@pytest.mark.parametrize("rate", [0, -1, "5", True, float("nan")])
def test_a_bad_rate(rate: Any) -> None:
    """What is no rate is refused."""
    with pytest.raises(ConfigurationError, match="max_rate"):
        Pictory(KEY, max_rate=rate)


async def test_a_429_pauses_everybody() -> None:
    """After a 429 nobody sends anything until the time that it named, then one after the other."""
    fake = virtual_fake()
    async with client(fake) as pictory:
        await ask(pictory, 5)
        fake.trouble(QUOTA, Trouble.status(429, headers={"Retry-After": "7"}))
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(pictory.account.quota)
            await anyio.sleep(1)
            await ask(pictory, 3)
        assert 0 == pictory.statistics().waiting
    times = [request.time for request in fake.requests[6:]]

    assert min(times) == pytest.approx(7)
    assert min(gaps(times)) > 0.1


async def test_waiting_shows() -> None:
    """Whoever waits for the end of a pause is seen in the statistics."""
    fake = virtual_fake()
    fake.trouble(QUOTA, Trouble.status(429, headers={"Retry-After": "7"}))
    async with client(fake) as pictory, anyio.create_task_group() as tasks:
        tasks.start_soon(pictory.account.quota)
        await anyio.sleep(1)
        tasks.start_soon(ask, pictory, 1)
        await anyio.sleep(0.1)
        seen = pictory.statistics()
        assert (1, 0, 1) == (seen.waiting, seen.in_flight, seen.rate_limited)
        assert 5.9 == pytest.approx(seen.paused)
        assert seen.rate is not None


async def test_statistics() -> None:
    """Everything that was sent is counted in its place."""
    fake = virtual_fake()
    async with client(fake, CLIENT) as pictory:
        assert 0 == pictory.statistics().sent
        job = await pictory.storyboards.preview(STORYBOARD)
        await pictory.wait_for_job(job)
        await pictory.account.quota()
        seen = pictory.statistics()

    expected = Statistics(
        submits=1,
        looks=fake.count(LOOK),
        calls=1,
        tokens=1,
        rate_limited=0,
        waiting=0,
        in_flight=0,
        rate=None,
        paused=0,
    )
    assert expected == seen
    assert len(fake.requests) == seen.sent


async def test_a_pause_that_is_too_long() -> None:
    """A pause beyond what is waited out is an error at once for everybody, and nothing is sent."""
    fake = virtual_fake()
    fake.trouble(QUOTA, Trouble.status(429, headers={"Retry-After": "3600"}))
    async with client(fake) as pictory:
        with pytest.raises(RateLimitError) as first:
            await pictory.account.quota()
        with pytest.raises(RateLimitError, match=r"not sent: .* another 3600 s") as second:
            await pictory.account.quota()

    assert 3600 == first.value.retry_after
    assert pytest.approx(3600) == second.value.retry_after
    assert 1 == len(fake.requests)


async def test_a_pause_that_becomes_too_long() -> None:
    """Those that wait already learn of it too."""
    fake = virtual_fake()
    fake.trouble(QUOTA, Trouble.status(429, headers={"Retry-After": "5"}), times=4)
    fake.trouble(QUOTA, Trouble.status(429, headers={"Retry-After": "3600"}))
    errors = list[RateLimitError]()

    async def one() -> None:
        try:
            await pictory.account.quota()
        except RateLimitError as error:
            errors.append(error)

    async with client(fake) as pictory, anyio.create_task_group() as tasks:
        for _ in range(4):
            tasks.start_soon(one)

    assert 4 == len(errors)
    assert anyio.current_time() < 100 + fake.now


async def test_looks_never_starve_submits() -> None:
    """With a hundred looks waiting, a submit has one of the next turns."""
    fake = virtual_fake()
    async with client(fake, max_rate=1) as pictory:
        job = await pictory.storyboards.preview(STORYBOARD)
        async with anyio.create_task_group() as tasks:
            for _ in range(100):
                tasks.start_soon(pictory.jobs.get, job)
            await anyio.sleep(5)
            await pictory.storyboards.preview(STORYBOARD)
            assert fake.count(LOOK) <= 8
            tasks.cancel_scope.cancel()


async def test_a_token_first() -> None:
    """A token that is wanted is fetched before all that waits."""
    fake = virtual_fake()
    async with client(fake, CLIENT, max_rate=1) as pictory:
        await ask(pictory, 20)
    operations = [request.operation for request in fake.requests]

    assert [TOKEN] + [QUOTA] * 20 == operations


async def test_a_replay_takes_a_turn() -> None:
    """The second sending after a 401 waits for a turn like everything else."""
    fake = virtual_fake()
    async with client(fake, CLIENT, max_rate=1) as pictory:
        await pictory.account.quota()
        fake.expire_tokens()
        await pictory.account.quota()

    # The first call has its turn, and then the token that it lacks.
    assert [0, 0, 1, 2, 3] == pytest.approx([request.time for request in fake.requests])


async def test_cancelled_in_the_queue() -> None:
    """Whoever gives up waiting is not sent, whether or not it gave out the turns."""
    fake = virtual_fake()
    async with client(fake, max_rate=1) as pictory, anyio.create_task_group() as tasks:
        await pictory.account.quota()
        for seconds in (0.5, 1.5, 100, 2.6, 100):
            tasks.start_soon(give_up_after, seconds, pictory)
            await anyio.wait_all_tasks_blocked()

    assert 4 == len(fake.requests)
    assert 0 == pictory.statistics().waiting


async def give_up_after(seconds: float, pictory: Pictory) -> None:
    """Ask, but not for long."""
    with anyio.move_on_after(seconds):
        await pictory.account.quota()


async def test_finds_the_limit() -> None:
    """A service that takes 10 requests a second gets them nearly all the time, with few 429s."""
    fake = virtual_fake(rate_limit=10)
    async with client(fake) as pictory:
        start = anyio.current_time()
        work = iter(range(2000))

        async def worker() -> None:
            for _ in work:
                await pictory.account.quota()

        async with anyio.create_task_group() as tasks:
            for _ in range(50):
                tasks.start_soon(worker)
        elapsed = anyio.current_time() - start
    late = Counter(request.status for request in fake.requests if request.time > 60)

    assert 2000 == sum(request.status == 200 for request in fake.requests)
    assert elapsed < 1.1 * 2000 / 10
    assert late[429] < 0.02 * late.total()
