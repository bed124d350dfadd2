"""Blocks of work that are opened and closed by hand, by other tasks, or by nobody."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
from typing import TYPE_CHECKING, Any

import anyio
import pytest

from pictory_async import InvalidRequestError
from pictory_async._waiting.scheduler import LookScheduler
from tests.helpers import client, noting, virtual_fake
from tests.virtual_time import VirtualTimeLoop


if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable

    from pictory_async import Block, Outcomes, Pictory, Video
    from pictory_async.testing import FakePictory


pytestmark = pytest.mark.anyio

SCRIPTS = {f"k-{number}": "Tea." for number in range(5)}


@pytest.fixture(autouse=True)
def _level(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "pictory_async")


@pytest.fixture
def anyio_backend(virtual_backend: Any) -> Any:
    """Run in virtual time."""
    return virtual_backend


def on_asyncio(main: Callable[[FakePictory, Pictory], Awaitable[None]]) -> None:
    """Run something on asyncio, in virtual time."""

    async def run() -> None:
        fake = virtual_fake()
        async with client(fake) as pictory:
            await main(fake, pictory)

    anyio.run(run, backend_options={"loop_factory": VirtualTimeLoop})


class Streams:
    """An async generator over the events of a batch, as web applications write them."""

    def __init__(self) -> None:
        self.outcomes: Outcomes[Video]

    async def stream(self, pictory: Pictory) -> AsyncGenerator[str]:
        """Yield a line for each event."""
        async with pictory.render_many(SCRIPTS) as self.outcomes:
            async for event in self.outcomes.events:
                yield type(event).__name__


def assert_ids_are_there(
    fake: FakePictory, outcomes: Outcomes[Any], caplog: pytest.LogCaptureFixture
) -> None:
    """Assert that all that was submitted is in `left` and in the log."""
    told = [text for each in caplog.records if (text := each.getMessage()).startswith("left ")]

    assert 5 == len(fake.jobs)
    assert {*fake.jobs} == {outcome.jobs[-1].id for outcome in outcomes.left}
    assert all(job_id in " ".join(told) for job_id in fake.jobs)


class TestByHand:
    async def test_a_batch(self) -> None:
        """A batch can be opened and closed where no block can be written."""
        fake = virtual_fake()
        async with client(fake) as pictory:
            batch = pictory.render_many(SCRIPTS)
            outcomes = await batch.start()
            keys = {outcome.key async for outcome in outcomes}
            await batch.aclose()
            await batch.aclose()

        assert {*SCRIPTS} == keys
        assert () == outcomes.left

    async def test_a_batch_that_is_left(self, caplog: pytest.LogCaptureFixture) -> None:
        """What is under way when it is closed is in `left`, and in the log."""
        fake = virtual_fake()
        async with client(fake) as pictory:
            batch = pictory.render_many(SCRIPTS)
            outcomes = await batch.start()
            await anyio.sleep(5)
            await batch.aclose()
            sent = len(fake.requests)
            await anyio.sleep(500)

        assert_ids_are_there(fake, outcomes, caplog)
        assert sent == len(fake.requests)

    async def test_waits(self) -> None:
        """So can the wait for many jobs."""
        fake = virtual_fake()
        async with client(fake) as pictory:
            board = {"videoName": "a", "scenes": [{"story": "Tea."}]}
            job = await pictory.storyboards.preview(board)
            waits = pictory.wait_for_jobs([job])
            outcomes = await waits.start()
            assert None is (await anext(outcomes)).error
            await waits.aclose()

    async def test_twice(self) -> None:
        """A block is opened once."""
        async with client(virtual_fake()) as pictory:
            batch = pictory.render_many(SCRIPTS)
            async with batch:
                pass
            with pytest.raises(RuntimeError, match="a block is opened once"):
                await batch.start()

    async def test_never(self) -> None:
        """One that was never opened, or could not be, can be closed."""
        async with client(virtual_fake()) as pictory:
            await pictory.render_many(SCRIPTS).aclose()
            batch = pictory.render_many(SCRIPTS, folder="no/such/folder")
            with pytest.raises(InvalidRequestError):
                await batch.start()
            await batch.aclose()

    async def test_a_defect_of_ours(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """What one of our own tasks raises, against all expectation, reaches the reader."""

        async def broken(_: object) -> None:
            await anyio.sleep(1)
            raise LookupError

        monkeypatch.setattr(LookScheduler, "look_when_due", broken)
        async with client(virtual_fake()) as pictory:
            with pytest.raises(LookupError):
                async with pictory.render_many(SCRIPTS) as outcomes:
                    await anext(outcomes)
            with pytest.raises(LookupError):
                async with pictory.render_many(SCRIPTS):
                    await anyio.sleep(9)


def test_repr() -> None:
    """A block that was forgotten says how it is opened."""
    assert "async with" in repr(client(virtual_fake()).render_many(SCRIPTS))


class TestFromWithin:
    async def test_a_hook_that_closes(self, caplog: pytest.LogCaptureFixture) -> None:
        """A hook that closes its own block is told that it would wait for itself."""
        async with client(virtual_fake()) as pictory:
            batch: Block[Outcomes[Video]]
            batch = pictory.render_many(SCRIPTS, on_job=lambda _: batch.aclose())
            outcomes = await batch.start()
            found = [outcome.error async for outcome in outcomes]
            await batch.aclose()

        assert [None] * 5 == found
        assert "closed from within its own work" in caplog.text


class TestOtherTasks:
    def test_two_who_close(self) -> None:
        """Whoever else closes a block waits until it is closed."""

        async def main(_: FakePictory, pictory: Pictory) -> None:
            batch = pictory.render_many(SCRIPTS)
            outcomes = await batch.start()
            await anyio.sleep(5)
            closing = asyncio.create_task(batch.aclose())
            await asyncio.sleep(0)
            await batch.aclose()
            assert 5 == len(outcomes.left)
            await closing

        on_asyncio(main)

    def test_a_sweep(self, caplog: pytest.LogCaptureFixture) -> None:
        """Who cancels all tasks but his own gets an error, and no end that looks like one."""

        async def main(fake: FakePictory, pictory: Pictory) -> None:
            batch = pictory.render_many(SCRIPTS)
            outcomes = await batch.start()
            await anyio.sleep(5)
            for task in asyncio.all_tasks() - {asyncio.current_task()}:
                task.cancel()
            with pytest.raises(RuntimeError, match="were cancelled, and it was not left"):
                await anext(outcomes)
            assert_ids_are_there(fake, outcomes, caplog)
            with pytest.raises(RuntimeError, match="were cancelled, and it was not left"):
                await batch.aclose()

        on_asyncio(main)

    def test_a_generator_that_is_given_up(self, caplog: pytest.LogCaptureFixture) -> None:
        """A generator that is cancelled from outside while it yields harms nobody."""
        streams = Streams()

        async def main(fake: FakePictory, pictory: Pictory) -> None:
            async def consume(stream: AsyncGenerator[str]) -> None:
                async for _ in stream:
                    await anyio.sleep(5)

            async with anyio.create_task_group() as tasks:
                tasks.start_soon(consume, streams.stream(pictory))
                await anyio.sleep(2)
                tasks.cancel_scope.cancel()
            gc.collect()
            await anyio.sleep(1)
            assert_ids_are_there(fake, streams.outcomes, caplog)

        on_asyncio(main)

    def test_a_generator_that_another_task_closes(self, caplog: pytest.LogCaptureFixture) -> None:
        """A generator may be closed by another task than the one that began it."""
        streams = Streams()

        async def main(fake: FakePictory, pictory: Pictory) -> None:
            stream = streams.stream(pictory)

            async def begin() -> None:
                await anext(stream)
                await anyio.sleep(60)

            task = asyncio.create_task(begin())
            await anyio.sleep(2)
            await stream.aclose()
            assert_ids_are_there(fake, streams.outcomes, caplog)
            task.cancel()

        on_asyncio(main)

    def test_a_program_that_ends(self, caplog: pytest.LogCaptureFixture) -> None:
        """The ids are in the log at once: whoever shuts a program down may not wait for the end."""

        async def main(fake: FakePictory, pictory: Pictory) -> None:
            async def work() -> None:
                async with pictory.render_many(SCRIPTS):
                    await anyio.sleep(60)

            task = asyncio.create_task(work())
            await anyio.sleep(5)
            task.cancel()
            await asyncio.sleep(0)
            assert not task.done()
            (told,) = [each for each in caplog.records if each.getMessage().startswith("left ")]
            assert all(job_id in told.getMessage() for job_id in fake.jobs)
            assert f"{next(iter(fake.jobs))} of 'k-0'" in told.getMessage()
            await asyncio.wait([task])
            assert 1 == caplog.text.count("left under way")

        on_asyncio(main)

    def test_nobody_closes(self, caplog: pytest.LogCaptureFixture) -> None:
        """Where the event loop ends before, the ids are in the log."""
        kept = list[Any]()

        async def main(fake: FakePictory, pictory: Pictory) -> None:
            kept.append(batch := pictory.render_many(SCRIPTS))
            kept.append(await batch.start())
            kept.append(fake)
            await anyio.sleep(2)

        on_asyncio(main)

        assert_ids_are_there(kept[2], kept[1], caplog)

    def test_nobody_closes_a_generator(self, caplog: pytest.LogCaptureFixture) -> None:
        """Also where a generator holds the block, and without another word in the log."""
        streams, kept = Streams(), list[Any]()

        async def main(fake: FakePictory, pictory: Pictory) -> None:
            kept.extend([fake, streams.stream(pictory)])
            await anext(kept[1])
            await anyio.sleep(2)

        on_asyncio(main)
        errors = [record for record in caplog.records if record.levelno >= logging.ERROR]

        assert_ids_are_there(kept[0], streams.outcomes, caplog)
        assert [] == errors


class TestCancelled:
    async def test_by_a_scope(self) -> None:
        """A block that is cancelled leaves nothing running, and names its jobs."""
        fake, notes = virtual_fake(), list[str]()
        async with client(fake) as pictory:
            with anyio.move_on_after(5), noting(notes):
                async with pictory.render_many(SCRIPTS):
                    await anyio.sleep_forever()

        assert all(job_id in notes[0] for job_id in fake.jobs)

    def test_again_while_it_is_left(self) -> None:
        """A task that is cancelled once more while it leaves a block leaves it whole."""
        outcomes = list[Any]()

        async def main(fake: FakePictory, pictory: Pictory) -> None:
            async def work() -> None:
                async with pictory.render_many(SCRIPTS) as each:
                    outcomes.append(each)
                    await anyio.sleep(60)

            task = asyncio.create_task(work())
            await anyio.sleep(5)
            for _ in range(2):
                task.cancel()
                await asyncio.sleep(0)
            with pytest.raises(asyncio.CancelledError):
                await task
            assert 5 == len(outcomes[0].left) == len(fake.jobs)

        on_asyncio(main)

    @pytest.mark.parametrize("steps", range(30))
    def test_while_it_is_opened(self, steps: int) -> None:
        """A task that is cancelled while it opens a block leaves no task, nor what it began."""

        async def main(fake: FakePictory, pictory: Pictory) -> None:
            before = len(asyncio.all_tasks())
            batch = pictory.render_many(SCRIPTS)
            task = asyncio.create_task(batch.start())
            for _ in range(steps):
                await asyncio.sleep(0)
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
            await batch.aclose()
            await asyncio.sleep(1)
            assert before == len(asyncio.all_tasks())
            assert len(fake.jobs) == fake.count("POST /v2/video/storyboard")

        on_asyncio(main)
