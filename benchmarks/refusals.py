"""A service that refuses some requests for no reason beside its limit, in virtual time."""

from __future__ import annotations

import logging
import random
from typing import TYPE_CHECKING, Any, Final

import anyio
import httpx
import trio.testing
from common import Report, parser

from pictory_async import ApiKey, Pictory, RateLimitError
from pictory_async.testing import FakePictory


if TYPE_CHECKING:
    import argparse


RATE: Final = 10
SHARES: Final = (0.0, 0.02, 0.11, 0.25)
# Far more than the limit asks for.
CALLERS: Final = 50


class Refusing(httpx.AsyncBaseTransport):
    """A service that says 429 above its limit, and to a share of the rest; neither says until when.

    Args:
        share: How much it refuses for no reason, from 0 to 1.
        seed: What decides which.
    """

    def __init__(self, share: float, seed: int) -> None:
        self.answered: list[tuple[float, bool]] = []
        self._share = share
        self._dice = random.Random(seed)  # noqa: S311 - no secret
        fake = FakePictory(clock=anyio.current_time, draw=False)
        self.base_url, self._service = fake.base_url, fake.transport()
        self._saved = float(RATE)
        self._saved_at = anyio.current_time()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer."""
        is_taken = self._takes() and self._dice.random() >= self._share
        await anyio.sleep(self._dice.uniform(0.1, 0.3))
        self.answered.append((anyio.current_time(), is_taken))
        if not is_taken:
            return httpx.Response(429, request=request)
        return await self._service.handle_async_request(request)

    def _takes(self) -> bool:
        now = anyio.current_time()
        self._saved = min(RATE, self._saved + (now - self._saved_at) * RATE)
        self._saved_at = now
        if self._saved < 1:
            return False
        self._saved -= 1
        return True


async def run(share: float, requests: int, seed: int) -> tuple[float, float, float]:
    """Return the accepted requests a second from the start, and later, and the share refused."""
    wire, began = Refusing(share, seed), anyio.current_time()

    async def ask() -> None:
        while len(wire.answered) < requests:
            try:
                await pictory.account.quota()
            except RateLimitError:
                # It was refused as often as a request is repeated.
                continue

    async with (
        Pictory(ApiKey("pictai_x"), base_url=wire.base_url, transport=wire) as pictory,
        anyio.create_task_group() as tasks,
    ):
        for _ in range(CALLERS):
            tasks.start_soon(ask)
    took = anyio.current_time() - began
    later = [is_taken for at, is_taken in wire.answered if at - began > took / 2]
    taken = sum(is_taken for _, is_taken in wire.answered)
    return taken / took, sum(later) / (took / 2), 1 - taken / len(wire.answered)


async def measure(report: Report, args: argparse.Namespace) -> None:
    """Measure all."""
    for share in SHARES:
        runs = [await run(share, args.requests, seed) for seed in range(args.runs)]
        cold, later, refused = (sum(found) / len(runs) for found in zip(*runs, strict=True))
        possible = (1 - share) * RATE
        work = f"{share:.0%} refused at random beside {RATE} requests/s"
        for name, rate in (("from the start", cold), ("second half", later)):
            report.add(
                f"{work}: {name}", "pictory_async", rate / possible,
                f"of {possible:.1f} accepted requests/s", "at least 0.6",
                holds=rate >= 0.6 * possible,
            )  # fmt: skip
        report.add(f"{work}: 429s", "pictory_async", refused * 100, "% of the requests")
    report.note(
        f"{args.requests:,} requests of {CALLERS} callers, the mean of {args.runs} runs. No 429 "
        "names a time. The service saves up the calls of a second, and answers after 0.1 to 0.3 s."
    )


def main() -> None:
    """Measure."""
    args_of = parser(__doc__)
    args_of.add_argument("--requests", type=int, default=3000, help="how many requests in a run")
    args_of.add_argument("--runs", type=int, default=3, help="how many runs, each with other dice")
    args = args_of.parse_args()
    logging.disable()
    report = Report("refusals")
    clock: Any = trio.testing.MockClock(autojump_threshold=0)
    anyio.run(measure, report, args, backend="trio", backend_options={"clock": clock})
    report.save()


if __name__ == "__main__":
    main()
