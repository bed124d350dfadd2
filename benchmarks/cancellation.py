"""Cancel requests at each step of the event loop, and see whether the client still works."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

import anyio
import anyio.lowlevel
import httpx
from common import JOB, Report, parser, serving

from pictory_async import ApiKey, Job, Pictory, Video


if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from contextlib import AbstractAsyncContextManager

    Look = Callable[[Any], Coroutine[Any, Any, object]]


SLOTS: Final = 10
AT_ONCE: Final = 20


def descriptors() -> int:
    """Return how many files and sockets this process has open."""
    gc.collect()
    return len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - a count


async def is_healthy(
    client: AbstractAsyncContextManager[Any], look: Look, steps: int, *, native: bool
) -> bool:
    """Start requests, cancel them all after so many steps, and try ten fresh ones."""
    async with client as opened:
        if native:
            tasks = [asyncio.ensure_future(look(opened)) for _ in range(AT_ONCE)]
            for _ in range(steps):
                await asyncio.sleep(0)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        else:
            async with anyio.create_task_group() as group:
                for _ in range(AT_ONCE):
                    group.start_soon(look, opened)
                for _ in range(steps):
                    await anyio.lowlevel.checkpoint()
                group.cancel_scope.cancel()
        fine = list[object]()

        async def fresh() -> None:
            with suppress(httpx.HTTPError):
                fine.append(await look(opened))

        with anyio.move_on_after(3):
            async with anyio.create_task_group() as group:
                for _ in range(SLOTS):
                    group.start_soon(fresh)
        return len(fine) == SLOTS


async def sweep(
    make: Callable[[], AbstractAsyncContextManager[Any]], look: Look, steps: int, *, native: bool
) -> tuple[int, int]:
    """Return after how many of the steps the client was healthy, and how many sockets it lost."""
    before = descriptors()
    healthy = 0
    for step in range(steps):
        healthy += await is_healthy(make(), look, step, native=native)
    await anyio.sleep(0.2)
    return healthy, descriptors() - before


def main() -> None:
    """Measure."""
    args_of = parser(__doc__)
    args_of.add_argument("--steps", type=int, default=60, help="how many steps")
    args = args_of.parse_args()
    logging.disable()
    report = Report("cancellation")
    with serving(0.005) as server:
        limits = httpx.Limits(max_connections=SLOTS)

        async def ours(client: Pictory) -> object:
            return await client.jobs.get(Job(JOB, Video))

        async def bare(client: httpx.AsyncClient) -> object:
            return await client.get(f"{server.url}/v1/jobs/{JOB}")

        def pictory() -> Pictory:
            return Pictory(ApiKey("pictai_x"), base_url=server.url, slots=SLOTS)

        def plain() -> httpx.AsyncClient:
            return httpx.AsyncClient(limits=limits, timeout=httpx.Timeout(5, pool=1))

        ways = [("asyncio", True), ("asyncio", False), ("trio", False)]
        for backend, native in ways:
            how = "native cancels" if native else "cancel scopes"
            work = f"{args.steps} steps on {backend}, {how}"

            async def of(make: Any, look: Any, native: bool = native) -> tuple[int, int]:  # noqa: ANN401
                return await sweep(make, look, args.steps, native=native)

            healthy, lost = anyio.run(of, pictory, ours, backend=backend)
            report.add(
                f"{work}: healthy", "pictory_async", healthy, f"of {args.steps}",
                "all", holds=healthy == args.steps,
            )  # fmt: skip
            report.add(f"{work}: sockets lost", "pictory_async", lost, "", "none", holds=lost <= 0)
            healthy, _ = anyio.run(of, plain, bare, backend=backend)
            report.add(f"{work}: healthy", "bare httpx", healthy, f"of {args.steps}")
    report.save()


if __name__ == "__main__":
    main()
