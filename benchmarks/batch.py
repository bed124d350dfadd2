"""A thousand items against a service that takes ten requests a second, in virtual time."""

from __future__ import annotations

import logging
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

import anyio
import httpx
import trio.testing
from common import Report, parser

from pictory_async import ApiKey, Pictory
from pictory_async.testing import FakePictory


if TYPE_CHECKING:
    import argparse


RATE: Final = 10
# A preview, a render and a look at each: less cannot be sent for a video.
LEAST: Final = 4
MINUTE: Final = 60.0
_HEADERS: Final = {"Authorization": "pictai_x", "User-Agent": "benchmark"}


def limited() -> FakePictory:
    """Return the service."""
    return FakePictory(clock=anyio.current_time, rate_limit=RATE, draw=False)


def late_refusals(fake: FakePictory) -> float:
    """Return the share of the requests after the first minute that were answered 429."""
    late = Counter(request.status for request in fake.requests if request.time > MINUTE)
    return late[429] / max(1, late.total())


async def ours(report: Report, count: int) -> None:
    """Make the videos with `render_many`."""
    fake, began, ended = limited(), anyio.current_time(), Counter[str]()
    async with Pictory(
        ApiKey("pictai_x"), base_url=fake.base_url, transport=fake.transport()
    ) as pictory:
        scripts = (f"This is script number {number}." for number in range(count))
        async with pictory.render_many(scripts) as outcomes:
            async for outcome in outcomes:
                ended[type(outcome.error).__name__] += 1
    took, who = anyio.current_time() - began, "render_many"
    done, billed = ended["NoneType"], len(fake.billed)
    least = LEAST * count / RATE
    work = f"{count:,} items at {RATE} requests/s"
    report.add(
        f"{work}: videos", who, done, f"of {count:,}, {billed:,} billed",
        "each billed once", holds=done == billed == count,
    )  # fmt: skip
    report.add(
        f"{work}: time", who, took, f"s, {took / least:.2f} of what {LEAST} requests each take",
        "at most 1.15", holds=took / least <= 1.15,  # noqa: PLR2004 - the limit
    )  # fmt: skip
    share = late_refusals(fake) * 100
    report.add(
        f"{work}: 429s after a minute", who, share, "% of the requests",
        "less than 2", holds=share < 2,  # noqa: PLR2004 - the limit
    )  # fmt: skip


async def one_naively(client: httpx.AsyncClient, script: str, pause: float) -> None:
    """Make a video as a loop would that somebody writes in an hour: no limit, no retries."""
    body = {"videoName": "x", "scenes": [{"story": script}]}

    async def until_done(answer: httpx.Response) -> str:
        job_id: str = answer.raise_for_status().json()["data"]["jobId"]
        status = "in-progress"
        while status == "in-progress":
            await anyio.sleep(pause)
            look = await client.get(f"/v1/jobs/{job_id}")
            status = look.raise_for_status().json()["data"]["status"]
        return job_id

    preview = await until_done(await client.post("/v2/video/storyboard", json=body))
    await until_done(await client.put(f"/v2/video/render/{preview}"))


def naive_client(fake: FakePictory) -> httpx.AsyncClient:
    """Return a bare client of the service."""
    return httpx.AsyncClient(base_url=fake.base_url, transport=fake.transport(), headers=_HEADERS)


async def gathered(report: Report, count: int) -> None:
    """Make the videos with a bare httpx gather that looks every 20 s."""
    fake, ended = limited(), Counter[str]()

    async def one(script: str) -> None:
        try:
            await one_naively(client, script, 20)
            ended["done"] += 1
        except httpx.HTTPError:
            ended["lost"] += 1

    async with naive_client(fake) as client, anyio.create_task_group() as tasks:
        for number in range(count):
            tasks.start_soon(one, f"This is script number {number}.")
    work = f"{count:,} items at {RATE} requests/s: videos"
    found = f"of {count:,}, {len(fake.billed):,} billed"
    report.add(work, "bare httpx gather", ended["done"], found)


async def one_by_one(report: Report, count: int) -> None:
    """Make the videos one after the other, as Pictory's own examples do, but with a pause."""
    fake, began = limited(), anyio.current_time()
    async with naive_client(fake) as client:
        for number in range(count):
            await one_naively(client, f"This is script number {number}.", 1)
    took = anyio.current_time() - began
    work = f"{count:,} items, one after the other: time"
    report.add(work, "the official example loop", took, f"s, {took / count:.1f} s each")


async def measure(report: Report, args: argparse.Namespace) -> None:
    """Measure all."""
    await ours(report, args.items)
    await gathered(report, args.items)
    await one_by_one(report, args.few)
    report.note(
        "A preview takes 15 s and a render a minute. A video needs four requests at the least: "
        "two submits, and a look at each. The bare gather starts all at once, looks every 20 s and "
        "tries nothing again; the loop looks every second."
    )


def main() -> None:
    """Measure."""
    args_of = parser(__doc__)
    args_of.add_argument("--items", type=int, default=1000, help="how many items")
    args_of.add_argument("--few", type=int, default=20, help="how many one after the other")
    args = args_of.parse_args()
    logging.disable()
    report = Report("batch")
    clock: Any = trio.testing.MockClock(autojump_threshold=0)
    anyio.run(measure, report, args, backend="trio", backend_options={"clock": clock})
    report.save()


if __name__ == "__main__":
    main()
