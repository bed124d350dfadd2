"""Looks at jobs, beside what a user would pick instead: how many a second, and at what cost."""

from __future__ import annotations

import asyncio
import logging
import time
from contextlib import AsyncExitStack, suppress
from typing import TYPE_CHECKING, Any, Final

import fal_client
import httpx
import openai
import replicate.client
import requests
import runwayml
from common import JOB, Report, parser, serving

from pictory_async import ApiKey, Job, Pictory, Video


if TYPE_CHECKING:
    import argparse
    from collections.abc import Awaitable, Callable

    from common import Server

    Look = Callable[[], Awaitable[object]]


OURS: Final = "pictory_async"
BARE: Final = "bare httpx"
WIDE: Final = "bare httpx, 500 connections"


async def clients(stack: AsyncExitStack, url: str, patience: float | None = 5.0) -> dict[str, Look]:
    """Return how each client looks at a job, each with its default settings.

    Args:
        stack: What closes them.
        url: Where the server is.
        patience: The timeout of the bare client, httpx's own by default.
    """
    pictory = await stack.enter_async_context(Pictory(ApiKey("pictai_x"), base_url=url))
    bare = await stack.enter_async_context(httpx.AsyncClient(timeout=patience))
    limits = httpx.Limits(max_connections=500, max_keepalive_connections=500)
    wide = await stack.enter_async_context(httpx.AsyncClient(timeout=patience, limits=limits))
    runway = runwayml.AsyncRunwayML(api_key="x", base_url=url)
    open_ai = openai.AsyncOpenAI(api_key="x", base_url=url)
    rep = replicate.client.Client(api_token="x", base_url=url)  # noqa: S106 - none
    fal = fal_client.AsyncRequestHandle(
        request_id=JOB,
        response_url=f"{url}/fal/{JOB}",
        status_url=f"{url}/fal/{JOB}/status",
        cancel_url=f"{url}/fal/{JOB}/cancel",
        client=await stack.enter_async_context(httpx.AsyncClient()),
    )
    job = Job(JOB, Video)

    async def bare_look(client: httpx.AsyncClient) -> Any:  # noqa: ANN401 - JSON
        return (await client.get(f"{url}/v1/jobs/{JOB}")).json()

    return {
        OURS: lambda: pictory.jobs.get(job),
        BARE: lambda: bare_look(bare),
        WIDE: lambda: bare_look(wide),
        "runwayml": lambda: runway.tasks.retrieve(JOB),
        "openai": lambda: open_ai.videos.retrieve(JOB),  # pyright: ignore[reportDeprecated]
        "replicate": lambda: rep.predictions.async_get(JOB),
        "fal-client": fal.status,
    }


async def in_flight(look: Look, seconds: float, at_once: int) -> float:
    """Return the looks a second with so many under way for so long."""
    began, done = time.perf_counter(), 0

    async def worker() -> None:
        nonlocal done
        while time.perf_counter() - began < seconds:
            await look()
            done += 1

    await asyncio.gather(*(worker() for _ in range(at_once)))
    return done / (time.perf_counter() - began)


async def cpu_of(look: Look, total: int) -> float:
    """Return the CPU microseconds of one look after the other."""
    began = time.process_time()
    for _ in range(total):
        await look()
    return (time.process_time() - began) / total * 1e6


async def side_by_side(report: Report, server: Server, args: argparse.Namespace) -> None:
    """Measure all clients in turns; of each, the round that the machine disturbed least counts."""
    async with AsyncExitStack() as stack:
        looks = await clients(stack, server.url)
        del looks[WIDE]
        for look in looks.values():
            await cpu_of(look, 50)
        costs = {who: list[float]() for who in looks}
        for _ in range(args.rounds):
            for who, look in looks.items():
                costs[who].append(await cpu_of(look, args.looks))
        cost = {who: min(costs[who]) for who in looks}
        limits = {BARE: 0.9, "runwayml": 0.4}
        for who, value in cost.items():
            ratio, limit = cost[OURS] / value, limits.get(who)
            report.add(
                "one typed look at a time, CPU",
                who,
                value,
                f"us; ours is {ratio:.2f} of it",
                f"at most {limit}" if limit else "",
                holds=ratio <= limit if limit else None,
            )
    await busy(report, server, args)
    example_loop(report, server)
    await gathered(report, args, cost[OURS])


async def busy(report: Report, server: Server, args: argparse.Namespace) -> None:
    """Measure looks with hundreds in flight."""
    rates, share = dict[str, float](), 0.0
    async with AsyncExitStack() as stack:
        # Without a timeout: a bare client would give up waiting for its own pool.
        for who, look in (await clients(stack, server.url, None)).items():
            used, began = server.cpu_seconds(), time.perf_counter()
            rates[who] = await in_flight(look, args.seconds, args.at_once)
            busy_share = (server.cpu_seconds() - used) / (time.perf_counter() - began)
            share = max(share, busy_share)
    limits = {BARE: 8.0, WIDE: 8.0, "runwayml": 8.0, "openai": 3.0}
    for who, value in rates.items():
        ratio, limit = rates[OURS] / value, limits.get(who)
        report.add(
            f"looks with {args.at_once} in flight",
            who,
            value,
            f"/s; ours are {ratio:.1f} times as many",
            f"at least {limit:g}" if limit else "",
            holds=ratio >= limit if limit else None,
        )
    report.note(f"The server is not the limit: its core was idle for {1 - share:.0%} at the least.")


def example_loop(report: Report, server: Server) -> None:
    """Measure the loop of Pictory's own Python examples: one job, one thread, no pause."""
    url, total = f"{server.url}/v1/jobs/{JOB}", 500
    began, cpu = time.perf_counter(), time.process_time()
    for _ in range(total):
        # As the examples do: a new connection each time, and the status found in the text.
        assert "in-progress" in str(requests.get(url, timeout=10).json())  # noqa: S101
    rate = total / (time.perf_counter() - began)
    report.add("looks of the official example loop", "requests", rate, "/s, one at a time")
    cost = (time.process_time() - cpu) / total * 1e6
    report.add("one look of the official example loop, CPU", "requests", cost, "us")


async def gathered(report: Report, args: argparse.Namespace, no_wait: float) -> None:
    """Start thousands of looks at once, with default settings.

    Args:
        report: Where the numbers go.
        args: The arguments.
        no_wait: The CPU microseconds of a look that is answered at once and followed by another,
            which finds everything in the processor's caches.
    """
    with serving(args.delay) as server:
        async with AsyncExitStack() as stack:
            looks = await clients(stack, server.url)
            await cpu_of(looks[OURS], 5)
            alone = await cpu_of(looks[OURS], 30)
        # The bare client needs minutes for the thousands beyond the first, and fails all the same.
        for who, counts in ((OURS, args.gathered), (BARE, args.gathered[:1])):
            for count in counts:
                async with AsyncExitStack() as stack:
                    look = (await clients(stack, server.url))[who]
                    done, cost = await at_once(look, count)
                ours = who == OURS
                work = f"{count:,} GETs gathered, answered after {args.delay} s"
                report.add(
                    work, who, done, "succeed", "all" if ours else "",
                    holds=done == count if ours else None,
                )  # fmt: skip
                if ours:
                    ratio = cost / alone
                    found = f"us, {ratio:.2f} of one alone ({alone:,.0f} us)"
                    report.add(
                        f"{work}: CPU of each", who, cost,
                        f"{found}, {cost / no_wait:.2f} of one that is answered at once",
                        "at most 1.5", holds=ratio <= 1.5,  # noqa: PLR2004 - the limit
                    )  # fmt: skip


async def at_once(look: Look, count: int) -> tuple[int, float]:
    """Return how many of so many looks succeed, and the CPU microseconds of each."""
    done = 0

    async def one() -> None:
        nonlocal done
        with suppress(httpx.HTTPError):
            await look()
            done += 1

    began = time.process_time()
    await asyncio.gather(*(one() for _ in range(count)))
    return done, (time.process_time() - began) / count * 1e6


def main() -> None:
    """Measure."""
    args_of = parser(__doc__)
    args_of.add_argument("--rounds", type=int, default=15, help="rounds over all clients")
    args_of.add_argument("--looks", type=int, default=200, help="looks of each in a round")
    args_of.add_argument("--at-once", type=int, default=500, help="looks in flight")
    args_of.add_argument("--seconds", type=float, default=8, help="how long each client looks")
    args_of.add_argument("--delay", type=float, default=0.3, help="seconds to an answer")
    args_of.add_argument("--gathered", type=int, nargs="+", default=[1000, 5000])
    args = args_of.parse_args()
    logging.disable()
    report = Report("looks")
    with serving() as server:
        asyncio.run(side_by_side(report, server, args))
    report.save()


if __name__ == "__main__":
    main()
