"""One budget for all requests of a client, in virtual time."""

from __future__ import annotations

import random
from collections import Counter
from itertools import pairwise
from typing import Any

import anyio
import httpx
import pytest

from pictory_async import ConfigurationError, Pictory, RateLimitError, Retry, Statistics
from pictory_async._pace import Lane, Pace
from pictory_async._transport.budget import Budget, BudgetTurns
from pictory_async._transport.request_state import RequestState, give_state, state_of
from pictory_async.testing import FakePictory, Trouble
from tests.helpers import CLIENT, KEY, LOOK, PATIENCE, client, virtual_fake


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


class Slow(httpx.AsyncBaseTransport):
    """A service that takes a second for each request, and refuses the first ones."""

    def __init__(self, refused: int = 0) -> None:
        self.sent: list[tuple[float, Lane]] = []
        self._refused = refused

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer."""
        self.sent.append((anyio.current_time(), state_of(request).lane))
        status = 429 if len(self.sent) <= self._refused else 200
        await anyio.sleep(1)
        return httpx.Response(status, headers={"Retry-After": "30"})


class TestSlots:
    async def test_a_submit_goes_first(self) -> None:
        """Looks that wait for a slot do not hold up a submit."""
        service, began = Slow(), anyio.current_time()
        turns = BudgetTurns(service.handle_async_request, Budget(Pace, 60, slots=2))
        async with anyio.create_task_group() as tasks:
            for _ in range(100):
                tasks.start_soon(send, turns, Lane.LOOK)
            await anyio.sleep(0.5)
            await send(turns, Lane.SUBMIT)
            assert 2 == pytest.approx(anyio.current_time() - began)
            tasks.cancel_scope.cancel()

        assert Lane.SUBMIT in [lane for _, lane in service.sent[2:4]]

    async def test_a_429_holds_them_back(self) -> None:
        """What waits for a slot is not sent within a pause."""
        service, began = Slow(refused=2), anyio.current_time()
        turns = BudgetTurns(service.handle_async_request, Budget(Pace, 60, slots=2))
        async with anyio.create_task_group() as tasks:
            for _ in range(20):
                tasks.start_soon(send, turns, Lane.CALL)
        times = [sent_at - began for sent_at, _ in service.sent]

        assert [0, 0] == pytest.approx(times[:2])
        assert 31 == pytest.approx(min(times[2:]))
        assert 20 == len(times)

    @pytest.mark.parametrize("seconds", [0.5, 1.5, 2.5])
    async def test_cancelled(self, seconds: float) -> None:
        """Who is cancelled while it waits, or when it has just got its turn, keeps no slot."""
        budget = Budget(Pace, 60, slots=2)
        turns = BudgetTurns(Slow().handle_async_request, budget)
        with anyio.move_on_after(seconds):
            async with anyio.create_task_group() as tasks:
                for _ in range(20):
                    tasks.start_soon(send, turns, Lane.CALL)

        assert (0, 0) == (budget.statistics().in_flight, budget.statistics().waiting)
        await send(turns, Lane.CALL)

    async def test_a_timeout(self) -> None:
        """A request waits no longer for a slot than it may."""
        turns = BudgetTurns(Slow().handle_async_request, Budget(Pace, 60, slots=1))
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(send, turns, Lane.CALL)
            await anyio.sleep(0.1)
            with pytest.raises(httpx.PoolTimeout, match=r"within 0.5 s"):
                await send(turns, Lane.CALL, 0.5)
            await send(turns, Lane.CALL, 2)

    async def test_a_pause_is_no_lack_of_slots(self) -> None:
        """A request that waits for the end of a pause does not time out for it."""
        turns = BudgetTurns(Slow(refused=1).handle_async_request, Budget(Pace, 60, slots=1))
        await send(turns, Lane.CALL)
        began = anyio.current_time()
        await send(turns, Lane.CALL, 0.5)

        assert 31 == pytest.approx(anyio.current_time() - began)

    async def test_a_long_pause_costs_nothing(self) -> None:
        """Those that fail at once in a long pause do not slow down those after it."""
        budget = Budget(Pace, 10, slots=5)
        turns = BudgetTurns(Slow(refused=5).handle_async_request, budget)
        errors = 0

        async def one() -> None:
            nonlocal errors
            try:
                await send(turns, Lane.CALL)
            except RateLimitError:
                errors += 1

        async with anyio.create_task_group() as tasks:
            for _ in range(500):
                tasks.start_soon(one)
        assert 495 == errors
        await anyio.sleep(30)
        began = anyio.current_time()
        await send(turns, Lane.CALL)

        assert 1 == pytest.approx(anyio.current_time() - began)


class Refusing(httpx.AsyncBaseTransport):
    """A service that takes ten requests a second, and refuses a ninth of them for no reason."""

    def __init__(self) -> None:
        self.taken = 0
        self._dice = random.Random(1)  # noqa: S311 - no secret
        self._saved, self._saved_at = 10.0, anyio.current_time()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer."""
        now = anyio.current_time()
        self._saved, self._saved_at = min(10, self._saved + (now - self._saved_at) * 10), now
        is_taken = self._saved >= 1 and self._dice.random() > 1 / 9
        self._saved -= self._saved >= 1
        self.taken += is_taken
        await anyio.sleep(0.2)
        return httpx.Response(200 if is_taken else 429, request=request)


async def test_random_refusals() -> None:
    """They take their share and little more, and are told of and counted as what they are."""
    service, budget = Refusing(), Budget(Pace, 60)
    turns, told = BudgetTurns(service.handle_async_request, budget), list[float]()
    budget.on_rate_limit.add(lambda pause, _rate: told.append(pause))

    async def worker() -> None:
        while True:
            await send(turns, Lane.CALL)

    with anyio.move_on_after(200):
        async with anyio.create_task_group() as tasks:
            for _ in range(50):
                tasks.start_soon(worker)

    assert service.taken > 0.6 * 10 * 8 / 9 * 200
    assert len(told) == budget.statistics().rate_limited
    # Most of them pause nobody.
    assert told.count(0) > 0.5 * len(told)


async def send(turns: BudgetTurns, lane: Lane, slot: float | None = None) -> httpx.Response:
    """Send a request."""
    request = httpx.Request("GET", "http://a.example/x")
    request.extensions["timeout"] = {"pool": slot}
    give_state(request, RequestState(lane=lane))
    return await turns.send_in_turn(request)


async def test_counted_once() -> None:
    """A 429 to what is sent again after a 401 is one 429."""
    fake = virtual_fake()
    async with client(fake, CLIENT, retry=Retry(attempts=1)) as pictory:
        await pictory.account.quota()
        fake.trouble(QUOTA, Trouble.status(401))
        fake.trouble(QUOTA, Trouble.status(429))
        with pytest.raises(RateLimitError):
            await pictory.account.quota()
        seen = pictory.statistics()

    assert (1, 0) == (seen.rate_limited, seen.in_flight)


def test_one_slot_over_a_socket() -> None:
    """A token, and a request that is sent again, fit into a client with one slot."""

    async def use(url: str) -> None:
        async with Pictory(CLIENT, base_url=url, slots=1) as pictory:
            await ask(pictory, 5)
            fake.expire_tokens()
            with anyio.fail_after(PATIENCE):
                await ask(pictory, 5)

    fake = FakePictory(draw=False)
    with fake.serve() as url:
        anyio.run(use, url)


def test_one_loop_after_another() -> None:
    """A client serves one event loop after another, though each of trio's has its own clock."""
    fake = FakePictory(draw=False, preview_seconds=0)
    pictory = Pictory(KEY, base_url=fake.base_url, transport=fake.transport(), max_rate=50)

    async def use() -> None:
        with anyio.fail_after(PATIENCE):
            await ask(pictory, 3)
            await pictory.wait_for_job(await pictory.storyboards.preview(STORYBOARD))

    for _ in range(8):
        anyio.run(use, backend="trio")
