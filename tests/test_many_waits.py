"""Waiting for many jobs at once, in virtual time."""

from __future__ import annotations

import asyncio
import gc
import math
import tracemalloc
from collections import Counter
from typing import TYPE_CHECKING, Any

import anyio
import attrs
import httpx
import pytest
import trio

from pictory_async import (
    InvalidRequestError,
    Job,
    JobFailedError,
    JobNotFoundError,
    JobOutageError,
    JobTimeoutError,
    Outcome,
    PermissionDeniedError,
    Pictory,
    Preview,
    Video,
)
from pictory_async._waiting import many_jobs
from pictory_async.events import Ended, Event, Outage, Progressed, RateLimited, StateChanged
from pictory_async.schedules import Fixed, Growing, Sightings
from pictory_async.testing import Trouble
from tests.helpers import KEY, LOOK, client, inside, look_times, virtual_fake


if TYPE_CHECKING:
    from collections.abc import AsyncIterator


pytestmark = pytest.mark.anyio

STORYBOARD = {"videoName": "x", "scenes": [{"story": "One."}]}
STRANGER = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def anyio_backend(virtual_backend: Any) -> Any:
    """Run in virtual time."""
    return virtual_backend


async def previews(pictory: Pictory, count: int, apart: float = 0.0) -> list[Job[Preview]]:
    """Submit storyboards, one after the other."""
    jobs = list[Job[Preview]]()
    for _ in range(count):
        jobs.append(await pictory.storyboards.preview(STORYBOARD))
        await anyio.sleep(apart)
    return jobs


async def all_of(pictory: Pictory, jobs: Any, **settings: Any) -> list[Outcome[Any]]:
    """Return all outcomes."""
    async with pictory.wait_for_jobs(jobs, **settings) as outcomes:
        return [outcome async for outcome in outcomes]


class TestOutcomes:
    async def test_in_the_order_of_ending(self) -> None:
        """The first to end comes first, whatever the order in which they were given."""
        fake = virtual_fake(preview_seconds=30)
        async with client(fake) as pictory:
            jobs = await previews(pictory, 5, apart=5)
            every_second = Fixed(interval=1, jitter=0)
            found = await all_of(pictory, list(reversed(jobs)), schedule=every_second)

        assert [job.id for job in jobs] == [outcome.key for outcome in found]
        assert all(isinstance(outcome.result(), Preview) for outcome in found)
        assert [(job,) for job in jobs] == [outcome.jobs for outcome in found]

    async def test_none(self) -> None:
        """Without jobs the iteration is over at once."""
        async with client(virtual_fake()) as pictory:
            assert [] == await all_of(pictory, [])

    async def test_bare_ids(self) -> None:
        """Ids do as well, and the result tells its kind."""
        fake = virtual_fake()
        async with client(fake) as pictory:
            ids = [job.id for job in await previews(pictory, 3)]
            found = await all_of(pictory, ids)

        assert {*ids} == {outcome.key for outcome in found}
        assert {Preview} == {type(outcome.value) for outcome in found}

    async def test_the_same_job_twice(self) -> None:
        """A job that is given twice has two outcomes."""
        fake = virtual_fake()
        async with client(fake) as pictory:
            jobs = await previews(pictory, 1)
            found = await all_of(pictory, [*jobs, *jobs], schedule=Fixed(interval=15, jitter=0))

        assert 2 == len(found)
        assert found[0].value == found[1].value

    async def test_a_failure_hides_nothing(self) -> None:
        """Each job has an outcome of its own, with the error that `wait_for_job` would raise."""
        fake = virtual_fake()
        fake.fail_next("X", "No.")
        async with client(fake) as pictory:
            jobs = await previews(pictory, 3)
            found = await all_of(pictory, [*jobs, STRANGER])
        errors = {outcome.key: type(outcome.error) for outcome in found}

        assert JobFailedError is errors[jobs[0].id]
        assert JobNotFoundError is errors[STRANGER]
        assert [type(None)] * 2 == [errors[job.id] for job in jobs[1:]]

    async def test_timings(self) -> None:
        """An outcome says how long it was waited for."""
        async with client(virtual_fake()) as pictory:
            (found,) = await all_of(pictory, await previews(pictory, 1))

        assert 16.25 == pytest.approx(found.timings.total)


class TestLooks:
    async def test_as_one_wait(self) -> None:
        """A job is looked at when a single wait would look."""
        fake = virtual_fake()
        async with client(fake) as pictory:
            await all_of(pictory, await previews(pictory, 1))

        assert [0, 2, 5, 9.5, 16.25] == look_times(fake)

    async def test_shared_with_other_waits(self) -> None:
        """A wait for the same job shares its looks."""
        fake = virtual_fake()
        async with client(fake) as pictory, anyio.create_task_group() as tasks:
            (job,) = await previews(pictory, 1)
            tasks.start_soon(pictory.wait_for_job, job)
            await all_of(pictory, [job])

        assert len(look_times(fake)) <= 6

    async def test_few_tasks(self) -> None:
        """Hundreds of pending jobs need no task each."""
        fake = virtual_fake(preview_seconds=600)
        seen = list[int]()
        async with client(fake, schedule=Fixed(interval=100)) as pictory:
            jobs = await previews(pictory, 300)
            async with pictory.wait_for_jobs(jobs) as outcomes:
                await anyio.sleep(350)
                seen.append(await count_tasks())
                ended = [outcome async for outcome in outcomes]

        assert 300 == len(ended)
        assert seen[0] < 70

    async def test_learned(self) -> None:
        """After a few jobs of a kind, the next ones are looked at when they are likely done."""
        fake = virtual_fake(preview_seconds=60)
        async with client(fake, schedule=None) as pictory:
            await all_of(pictory, await previews(pictory, 5))
            before = fake.count(LOOK)
            found = await all_of(pictory, await previews(pictory, 100))

        assert fake.count(LOOK) - before < 220
        assert max(outcome.timings.total for outcome in found) < 75


async def count_tasks() -> int:
    """Return how many tasks there are on this event loop, by what each loop calls them."""
    try:
        return len(asyncio.all_tasks())
    except RuntimeError:
        return trio.lowlevel.current_statistics().tasks_living


class TestPatience:
    async def test_timeout(self) -> None:
        """A job that takes too long is an error with its id, and the others go on."""
        fake = virtual_fake(preview_seconds=100)
        async with client(fake) as pictory:
            (late,) = await previews(pictory, 1)
            await anyio.sleep(50)
            (later,) = await previews(pictory, 1)
            found = await all_of(pictory, [late, later], timeout=60)

        assert [late.id, later.id] == [outcome.key for outcome in found]
        assert found[0].error is None
        assert isinstance(found[1].error, JobTimeoutError)
        assert 60 == pytest.approx(found[1].timings.total)

    async def test_a_look_that_hangs(self) -> None:
        """A timeout also ends the look that is under way."""
        fake = virtual_fake()
        fake.trouble(LOOK, Trouble.stall(), times=None)
        async with client(fake) as pictory:
            (found,) = await all_of(pictory, await previews(pictory, 1), timeout=30)

        assert isinstance(found.error, JobTimeoutError)
        assert 30 == pytest.approx(found.timings.total)

    async def test_outage(self) -> None:
        """An outage that lasts ends each wait with its own error."""
        fake = virtual_fake()
        fake.trouble(LOOK, Trouble.html(502), times=None)
        async with client(fake) as pictory:
            found = await all_of(pictory, await previews(pictory, 3), outage=40)

        assert {JobOutageError} == {type(outcome.error) for outcome in found}

    async def test_a_short_outage(self) -> None:
        """A gateway's page in the middle is not the end."""
        fake = virtual_fake()
        fake.trouble(LOOK, Trouble.html(502), times=5)
        async with client(fake) as pictory:
            found = await all_of(pictory, await previews(pictory, 3))

        assert all(outcome.error is None for outcome in found)

    async def test_refused(self) -> None:
        """What looking again would not mend is the job's outcome at once."""
        fake = virtual_fake()
        async with client(fake) as pictory:
            jobs = await previews(pictory, 2)
            fake.trouble(LOOK, Trouble.status(403), times=None)
            found = await all_of(pictory, jobs)

        assert {PermissionDeniedError} == {type(outcome.error) for outcome in found}
        assert [job.id for job in jobs] == [inside(outcome.error).job_id for outcome in found]

    async def test_a_pause_beyond_the_timeout(self) -> None:
        """A pause that the service asks for does not put off the timeout."""
        fake = virtual_fake()
        async with client(fake) as pictory:
            jobs = await previews(pictory, 3)
            fake.trouble(LOOK, Trouble.status(429, headers={"Retry-After": "100"}))
            found = await all_of(pictory, jobs, timeout=20)

        assert {JobTimeoutError} == {type(outcome.error) for outcome in found}
        assert 20 == pytest.approx(max(outcome.timings.total for outcome in found))

    async def test_late_for_want_of_turns(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Jobs that were done in time are found done, however late their looks have their turn."""
        monkeypatch.setattr(many_jobs, "_UNREAD", 50)
        fake = virtual_fake(preview_seconds=0)
        async with client(fake, max_rate=10) as pictory:
            jobs = await previews(pictory, 150)
            async with pictory.wait_for_jobs(jobs, timeout=60) as outcomes:
                await anyio.sleep(100)
                found = [outcome async for outcome in outcomes]

        assert {None} == {outcome.error for outcome in found}

    @pytest.mark.parametrize("is_done", [True, False])
    async def test_frozen_during_a_look(self, is_done: bool) -> None:
        """A look that a frozen process could not take in is taken once more."""
        fake = virtual_fake(preview_seconds=5 if is_done else 100_000)
        frozen = Stuck(fake.transport())
        async with Pictory(KEY, base_url=fake.base_url, transport=frozen) as pictory:
            (job,) = await previews(pictory, 1)
            frozen.job_ids, frozen.freezes = {job.id}, True
            (found,) = await all_of(pictory, [job], timeout=10)

        assert is_done is (found.error is None)
        assert is_done or isinstance(found.error, JobTimeoutError)
        assert 2 >= frozen.tries

    async def test_stuck_looks(self) -> None:
        """Sixty looks that never end do not keep the other jobs from being seen."""
        fake = virtual_fake(preview_seconds=30)
        stuck = Stuck(fake.transport())
        async with Pictory(KEY, base_url=fake.base_url, transport=stuck) as pictory:
            jobs = await previews(pictory, 200)
            stuck.job_ids = {job.id for job in jobs[:60]}
            schedule = Fixed(interval=1, jitter=0)
            async with pictory.wait_for_jobs(jobs, schedule=schedule, timeout=None) as outcomes:
                found = [await anext(outcomes) for _ in range(140)]

        assert not stuck.job_ids & {str(outcome.key) for outcome in found}
        assert max(outcome.timings.total for outcome in found) <= 32

    @pytest.mark.parametrize(("slots", "places"), [(100, 80), (10, 8), (1, 1)])
    async def test_stuck_looks_leave_slots(self, slots: int, places: int) -> None:
        """However many looks are stuck, a submit finds a slot."""
        async with Pictory(KEY, slots=slots) as pictory:
            assert places == inside(pictory)._core.looks.places

    async def test_stuck_looks_come_to_an_end(self) -> None:
        """However many looks are stuck, there is a bound; those that end make room."""
        fake = virtual_fake(preview_seconds=5)
        stuck = Stuck(fake.transport(), seconds=20)
        async with Pictory(KEY, base_url=fake.base_url, transport=stuck) as pictory:
            jobs = await previews(pictory, 1200)
            stuck.job_ids = {job.id for job in jobs}
            schedule = Fixed(interval=1, jitter=0)
            found = await all_of(pictory, jobs, schedule=schedule, timeout=None)

        assert 1200 == len(found)
        assert 500 == stuck.most

    async def test_a_schedule_that_raises(self) -> None:
        """What a schedule raises is the outcome of its job."""

        class Broken:
            def delay(self, seen: Sightings, random: float) -> float:
                raise LookupError(seen, random)

        async with client(virtual_fake()) as pictory:
            found = await all_of(pictory, await previews(pictory, 2), schedule=Broken())

        assert {LookupError} == {type(outcome.error) for outcome in found}

    async def test_young_and_unknown(self) -> None:
        """A job that is not known yet, a moment after its submit, is looked at again."""
        fake = virtual_fake(unknown_job_status=404)
        async with client(fake) as pictory:
            jobs = await previews(pictory, 1)
            answer = {"job_id": jobs[0].id, "data": {"error_message": "JOB_NOT_FOUND"}}
            fake.trouble(LOOK, Trouble.status(200, answer), times=2)
            (found,) = await all_of(pictory, jobs)

        assert found.error is None


@attrs.define(eq=False)
class Stuck(httpx.AsyncBaseTransport):
    """A service that answers looks at some jobs late, or never."""

    inner: httpx.AsyncBaseTransport
    seconds: float = math.inf
    freezes: bool = False
    job_ids: set[str] = attrs.field(factory=set[str])
    tries: int = 0
    under_way: int = 0
    most: int = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer now, or hold the answer back."""
        if request.url.path.rpartition("/")[2] in self.job_ids and request.method == "GET":
            self.tries += 1
            self.under_way += 1
            self.most = max(self.most, self.under_way)
            try:
                if not self.freezes:
                    await anyio.sleep(self.seconds)
                elif self.tries == 1:
                    # Nothing runs meanwhile, not even what would end the wait in time.
                    with anyio.CancelScope(shield=True):
                        await anyio.sleep(3600)
            finally:
                self.under_way -= 1
        return await self.inner.handle_async_request(request)


class TestInput:
    async def test_async(self) -> None:
        """Jobs may come from an async iterator, while others end."""
        fake = virtual_fake()

        async with client(fake) as pictory:

            async def come() -> AsyncIterator[Job[Preview]]:
                for _ in range(5):
                    yield await pictory.storyboards.preview(STORYBOARD)
                    await anyio.sleep(40)

            times = list[float]()
            async with pictory.wait_for_jobs(come()) as outcomes:
                async for outcome in outcomes:
                    assert outcome.error is None
                    times.append(fake.now)

        assert [16.25, 56.25, 96.25, 136.25, 176.25] == pytest.approx(times)

    async def test_stream(self) -> None:
        """A stream does as well, and stays open."""
        fake = virtual_fake()
        sender, receiver = anyio.create_memory_object_stream[Job[Preview]](10)
        async with client(fake) as pictory, sender, receiver:
            jobs = await previews(pictory, 2)
            for job in jobs:
                await sender.send(job)
            async with pictory.wait_for_jobs(receiver) as outcomes:
                assert (await anext(outcomes)).error is None
                assert (await anext(outcomes)).error is None
            await sender.send(jobs[0])

            assert jobs[0] == await receiver.receive()

    async def test_it_breaks(self) -> None:
        """What the iterator raises comes bare, after the outcomes of the jobs before."""
        fake = virtual_fake()
        async with client(fake) as pictory:
            jobs = await previews(pictory, 2)

            async def come() -> AsyncIterator[Job[Preview]]:
                for job in jobs:
                    yield job
                raise LookupError

            async with pictory.wait_for_jobs(come()) as outcomes:
                found = [await anext(outcomes), await anext(outcomes)]
                with pytest.raises(LookupError):
                    await anext(outcomes)

        assert {job.id for job in jobs} == {outcome.key for outcome in found}

    @pytest.mark.parametrize("jobs", ["abc", b"abc", 3, None, {"a": Job(STRANGER, Video)}])
    async def test_no_iterable(self, jobs: Any) -> None:
        """An id alone is no collection of ids."""
        async with client(virtual_fake()) as pictory:
            with pytest.raises(InvalidRequestError, match="jobs: expected an iterable of jobs"):
                await all_of(pictory, jobs)

    async def test_no_job(self) -> None:
        """What is neither a job nor an id is refused."""
        async with client(virtual_fake()) as pictory:
            with pytest.raises(InvalidRequestError, match="job: expected a Job"):
                await all_of(pictory, [3])

    @pytest.mark.parametrize("settings", [{"timeout": 0}, {"schedule": "often"}, {"outage": -1}])
    async def test_bad_settings(self, settings: dict[str, Any]) -> None:
        """A bad setting is refused before anything is sent, by its name."""
        fake = virtual_fake()
        async with client(fake) as pictory:
            with pytest.raises(InvalidRequestError, match=next(iter(settings))):
                await all_of(pictory, [STRANGER], **settings)

        assert () == fake.requests


class TestLeaving:
    async def test_early(self) -> None:
        """Leaving the block leaves nothing running."""
        fake = virtual_fake()
        async with client(fake) as pictory:
            jobs = await previews(pictory, 20, apart=1)
            async with pictory.wait_for_jobs(jobs) as outcomes:
                await anext(outcomes)
            looks = fake.count(LOOK)
            await anyio.sleep(100)

        assert looks == fake.count(LOOK)

    async def test_bare(self) -> None:
        """What the block raises is not wrapped."""
        async with client(virtual_fake()) as pictory:
            with pytest.raises(LookupError):
                async with pictory.wait_for_jobs(await previews(pictory, 3)):
                    raise LookupError

    async def test_cancelled(self) -> None:
        """A cancellation from outside ends it all."""
        fake = virtual_fake()
        async with client(fake) as pictory:
            jobs = await previews(pictory, 3)
            with anyio.move_on_after(3) as scope:
                await all_of(pictory, jobs)

        assert scope.cancelled_caught

    async def test_a_slow_reader(self) -> None:
        """While thousands of outcomes are unread, nothing is looked at, and none times out."""
        fake = virtual_fake()
        async with client(fake) as pictory:
            jobs = await previews(pictory, 1200)
            async with pictory.wait_for_jobs(jobs, timeout=60) as outcomes:
                await anyio.sleep(100)
                assert 1000 <= outcomes.unread < 1100
                found = [outcome async for outcome in outcomes]

        assert 1200 == len(found)
        assert {None} == {outcome.error for outcome in found}


async def read_into(events: list[Event], stream: AsyncIterator[Event]) -> None:
    """Collect events."""
    async for event in stream:
        events.append(event)  # noqa: PERF401 - a test looks at them meanwhile


class TestEvents:
    async def test_of_a_render(self) -> None:
        """A render's states, its progress, and its end are told."""
        fake = virtual_fake()
        events, found = list[Event](), list[Outcome[Video]]()
        async with client(fake) as pictory, anyio.create_task_group() as tasks:
            job = await pictory.storyboards.render(STORYBOARD)
            async with pictory.wait_for_jobs([job]) as outcomes:
                tasks.start_soon(read_into, events, outcomes.events)
                found = [outcome async for outcome in outcomes]
        states = [
            (event.before, event.status) for event in events if isinstance(event, StateChanged)
        ]

        assert [(None, "in-progress"), ("in-progress", "completed")] == states
        assert any(isinstance(event, Progressed) for event in events)
        assert [Ended(outcome=outcome) for outcome in found] == events[-1:]
        assert {*fake.jobs} == {event.key for event in events if not isinstance(event, RateLimited)}

    async def test_trouble(self) -> None:
        """A 429 and an outage are told, the outage once."""
        fake = virtual_fake()
        events = list[Event]()
        async with client(fake) as pictory, anyio.create_task_group() as tasks:
            jobs = await previews(pictory, 1)
            fake.trouble(LOOK, Trouble.status(429, headers={"Retry-After": "3"}))
            fake.trouble(LOOK, Trouble.html(502), times=3)
            async with pictory.wait_for_jobs(jobs) as outcomes:
                tasks.start_soon(read_into, events, outcomes.events)
                assert 1 == len([outcome async for outcome in outcomes])
        kinds = Counter(type(event) for event in events)

        assert (1, 1) == (kinds[RateLimited], kinds[Outage])
        assert [3.0] == [event.pause for event in events if isinstance(event, RateLimited)]

    async def test_a_slow_reader_misses_progress_only(self) -> None:
        """Events that nobody reads are kept, but for progress beyond a thousand."""
        fake = virtual_fake(render_seconds=5000)
        async with client(fake, schedule=Fixed(interval=1, jitter=0)) as pictory:
            job = await pictory.storyboards.render(STORYBOARD)
            async with pictory.wait_for_jobs([job], timeout=None) as outcomes:
                unread = outcomes.events
                assert 1 == len([outcome async for outcome in outcomes])
        events = [event async for event in unread]

        assert 1000 <= len(events) < 1010
        assert isinstance(events[-1], Ended)
        assert 2 == sum(isinstance(event, StateChanged) for event in events)


class Running(httpx.AsyncBaseTransport):
    """A service that answers every look alike, and keeps nothing."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer."""
        assert "GET" == request.method
        data = {"status": "in-progress", "renderProgress": 42, "renderProgressMessage": "at work"}
        return httpx.Response(200, json={"job_id": STRANGER, "success": True, "data": data})


def in_use() -> int:
    """Return the bytes in use, without those that only wait for the garbage collector."""
    gc.collect()
    return tracemalloc.get_traced_memory()[0]


async def test_memory() -> None:
    """A pending wait takes no more than 2 KiB beside its job."""
    often = Growing(first=50, longest=50)
    async with Pictory(KEY, transport=Running(), schedule=often) as pictory:

        async def taken_by(count: int) -> int:
            ids = (f"{number:08}-0000-4000-8000-000000000000" for number in range(count))
            jobs = [Job(job_id, Video) for job_id in ids]
            before = in_use()
            async with pictory.wait_for_jobs(jobs, timeout=None) as outcomes:
                await anyio.sleep(75)
                assert 0 == outcomes.unread
                return in_use() - before

        tracemalloc.start()
        # What does not grow with the number of waits is there after the first ones.
        few, many = await taken_by(200), await taken_by(700)
        tracemalloc.stop()

    assert 2 * 900 == pictory.statistics().looks
    assert 2048 > (many - few) / 500 > 200
