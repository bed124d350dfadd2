"""Thousands of pending waits: what each of them takes in memory, beside a task each."""

from __future__ import annotations

import asyncio
import gc
import logging
import tracemalloc
from typing import TYPE_CHECKING, Final

import httpx
from common import Report, parser

from pictory_async import ApiKey, Job, Pictory, Video
from pictory_async.schedules import Growing


if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable


LIMIT: Final = 2048
_DATA: Final = {
    "status": "in-progress",
    "renderProgress": 42,
    "renderProgressMessage": "rendering",
}


class Running(httpx.AsyncBaseTransport):
    """A service whose jobs are all at work, and which keeps nothing."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer."""
        job_id = request.url.path.rsplit("/", 1)[1]
        return httpx.Response(200, json={"job_id": job_id, "success": True, "data": _DATA})


def jobs_of(count: int) -> list[Job[Video]]:
    """Return so many jobs."""
    return [Job(f"{number:08}-0000-4000-8000-000000000000", Video) for number in range(count)]


async def together(pictory: Pictory, jobs: list[Job[Video]]) -> int:
    """Return the bytes that the pending waits of one `wait_for_jobs` take."""
    before, looks = tracemalloc.get_traced_memory()[0], pictory.statistics().looks
    async with pictory.wait_for_jobs(jobs, timeout=None):
        await until(lambda: pictory.statistics().looks - looks >= len(jobs))
        gc.collect()
        return tracemalloc.get_traced_memory()[0] - before


async def a_task_each(pictory: Pictory, jobs: list[Job[Video]]) -> int:
    """Return the bytes that as many tasks take, each with a `wait_for_job`."""
    before, looks = tracemalloc.get_traced_memory()[0], pictory.statistics().looks
    tasks = [asyncio.create_task(pictory.wait_for_job(job, timeout=None)) for job in jobs]
    await until(lambda: pictory.statistics().looks - looks >= len(jobs))
    gc.collect()
    taken = tracemalloc.get_traced_memory()[0] - before
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return taken


async def until(condition: Callable[[], bool]) -> None:
    """Wait until every job was looked at."""
    while not condition():  # noqa: ASYNC110 - a counter has no event
        await asyncio.sleep(0.1)
    await asyncio.sleep(1)


async def measure(way: Callable[[Pictory, list[Job[Video]]], Awaitable[int]], count: int) -> float:
    """Return the bytes of each wait above what the first ones take."""
    rarely = Growing(first=100_000, longest=100_000)
    async with Pictory(ApiKey("pictai_x"), transport=Running(), schedule=rarely) as pictory:
        tracemalloc.start()
        await way(pictory, jobs_of(1100))
        taken = await way(pictory, jobs_of(count))
        tracemalloc.stop()
    return taken / count


def main() -> None:
    """Measure."""
    args_of = parser(__doc__)
    args_of.add_argument("--counts", type=int, nargs="+", default=[10_000, 100_000])
    args_of.add_argument("--tasks", type=int, default=10_000, help="how many tasks to compare with")
    args = args_of.parse_args()
    logging.disable()
    report = Report("waits")
    for count in args.counts:
        size = asyncio.run(measure(together, count))
        report.add(
            f"{count:,} pending waits, each looked at once",
            "wait_for_jobs",
            size,
            "bytes each beside its Job",
            f"at most {LIMIT:,}",
            holds=size <= LIMIT,
        )
    size = asyncio.run(measure(a_task_each, args.tasks))
    work = f"{args.tasks:,} pending waits, each looked at once"
    report.add(work, "a task each", size, "bytes each beside its Job")
    report.note("Bytes as `tracemalloc` counts them, when every job was looked at once.")
    report.save()


if __name__ == "__main__":
    main()
