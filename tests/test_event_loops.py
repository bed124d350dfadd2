"""One client and several event loops: one after the other, and at the same time."""

from __future__ import annotations

import threading
from functools import partial
from typing import Any

import anyio
import anyio.to_thread
import pytest

from pictory_async import ClosedError, ConfigurationError, Pictory, PictoryError, Video
from pictory_async._tasks import LoopWatch, ServedLoop
from pictory_async.schedules import Fixed
from pictory_async.testing import FakePictory
from tests.helpers import KEY


BACKENDS = ("asyncio", "trio")
QUICK = Fixed(interval=0.05)


def in_thread(backend: str, function: Any) -> object:
    """Run an async function in an event loop of its own, in a thread, and return what came."""
    found = list[object]()

    def run() -> None:
        try:
            found.append(anyio.run(function, backend=backend))
        except BaseException as exc:  # noqa: BLE001 - returned
            found.append(exc)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    return found[0]


@pytest.mark.parametrize("first", BACKENDS)
@pytest.mark.parametrize("second", BACKENDS)
def test_one_after_the_other(first: str, second: str) -> None:
    """What serves a loop that is over may serve another one."""
    watch = LoopWatch()

    async def look() -> list[bool]:
        return [watch.has_changed(), watch.has_changed()]

    assert [False, False] == anyio.run(look, backend=first)
    assert [True, False] == anyio.run(look, backend=second)


@pytest.mark.parametrize("first", BACKENDS)
@pytest.mark.parametrize("second", BACKENDS)
def test_at_the_same_time(first: str, second: str) -> None:
    """What serves a loop that runs serves no other, and goes on with its own."""
    served = ServedLoop()
    watch, other = LoopWatch(served), LoopWatch(served)

    async def look() -> bool:
        return watch.has_changed()

    async def outer() -> None:
        assert not watch.has_changed()
        found = await anyio.to_thread.run_sync(in_thread, second, look)
        assert isinstance(found, ConfigurationError)
        assert "another event loop" in str(found)
        assert not other.has_changed()
        assert not watch.has_changed()

    anyio.run(outer, backend=first)


@pytest.mark.parametrize("backend", BACKENDS)
def test_flows_in_four_threads(backend: str) -> None:
    """A client that four event loops use at once serves one of them, and tells the others so."""
    found = list[Video | Exception]()
    fake = FakePictory(draw=False, preview_seconds=0.2, render_seconds=0.4)
    with fake.serve() as url:
        pictory = Pictory(KEY, base_url=url, schedule=QUICK)

        async def make(here: list[Video | Exception]) -> None:
            try:
                here.append(await pictory.text_to_video("Tea is a leaf."))
            except PictoryError as exc:
                here.append(exc)

        async def twelve() -> None:
            here = list[Video | Exception]()
            async with anyio.create_task_group() as tasks:
                for _ in range(12):
                    tasks.start_soon(make, here)
            found.extend(here)
            if any(isinstance(each, Video) for each in here):
                await pictory.aclose()

        barrier = threading.Barrier(4)

        def run() -> None:
            barrier.wait()
            anyio.run(twelve, backend=backend)

        threads = [threading.Thread(target=run, daemon=True) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)

        assert not any(thread.is_alive() for thread in threads)

    kinds = {type(each) for each in found}
    assert 48 == len(found)
    assert {Video} <= kinds <= {Video, ConfigurationError, ClosedError}
    assert len(fake.billed) == sum(isinstance(each, Video) for each in found)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("what", ["call", "wait", "batch", "file"])
def test_every_way_in(backend: str, what: str, tmp_path: Any) -> None:
    """Whatever is asked of a client from a second loop is refused before anything is sent."""
    fake = FakePictory(draw=False)
    with fake.serve() as url:
        pictory = Pictory(KEY, base_url=url)

        async def batch() -> None:
            async with pictory.render_many(["One."]) as outcomes:
                async for _ in outcomes:
                    pass

        ways = {
            "call": pictory.account.quota,
            "wait": partial(pictory.wait_for_job, "j-1"),
            "batch": batch,
            "file": partial(pictory.download, f"{url}/x", tmp_path / "x"),
        }

        async def outer() -> None:
            async with pictory:
                await pictory.account.quota()
                found = await anyio.to_thread.run_sync(in_thread, backend, ways[what])
                assert isinstance(found, ConfigurationError)
                await pictory.account.quota()

        anyio.run(outer, backend=backend)

    assert 2 == len(fake.requests)
