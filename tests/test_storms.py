"""Batches in all weathers: whatever goes wrong and whenever they are left, no job is lost."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import anyio
import httpx
import pytest

from pictory_async import (
    APIError,
    AuthenticationError,
    Limits,
    Outcomes,
    Pictory,
    SubmissionUnknownError,
    TransportError,
    Video,
)
from pictory_async.testing import Trouble
from tests.helpers import CLIENT, virtual_fake


if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from pictory_async.testing import FakePictory


pytestmark = pytest.mark.anyio

PREVIEW = "POST /v2/video/storyboard"
RENDER = "PUT /v2/video/render/{job_id}"
OPERATIONS = (PREVIEW, RENDER, "GET /v1/jobs/{job_id}", "*")
MOST = 12


@pytest.fixture
def anyio_backend(virtual_backend: Any) -> Any:
    """Run in virtual time."""
    return virtual_backend


class Storm:
    """One batch with chances of its own.

    Args:
        seed: What decides on everything that happens.
    """

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)  # noqa: S311 - no secret
        self.fake = self._service()
        self.items = self.dice.randrange(1, MOST)
        self.outcomes: Outcomes[Video] | None = None
        self.ids = set[str]()
        self.unknown = 0

    async def run(self) -> None:
        """Make the batch, and leave it in one way or another."""
        before = 0
        limits = self.dice.choice([None, None, Limits(jobs=3), Limits(minutes=0.5)])
        submitting = self.dice.randrange(1, 5)
        async with Pictory(
            CLIENT, base_url=self.fake.base_url, transport=self._wire(), max_rate=50
        ) as pictory:
            with anyio.move_on_after(self.dice.choice([0.1, 3, 17, 40, 100, 2000])):
                try:
                    async with pictory.render_many(
                        self._texts(),
                        submitting=submitting,
                        pending=self.dice.choice([2, 5, 100]),
                        timeout=self.dice.choice([60, 500]),
                        outage=self.dice.choice([5, 100]),
                        limits=limits,
                    ) as outcomes:
                        try:
                            await self._read(outcomes)
                        finally:
                            before = self._submits()
                except AuthenticationError:
                    # Nothing more was to be had.
                    pass
                except (APIError, TransportError):
                    # The quota was refused, before anything was submitted.
                    assert self.outcomes is None
            submits = self._submits()
            if self.outcomes is not None:
                self._keep(self.outcomes)
                # Those that were on the wire may have arrived since.
                assert submits <= before + submitting
            await anyio.sleep(500)
            assert submits == self._submits()
            seen = pictory.statistics()
            assert (0, 0) == (seen.in_flight, seen.waiting)

    async def _read(self, outcomes: Outcomes[Video]) -> None:
        self.outcomes = outcomes
        patience = self.dice.choice([1, MOST, MOST])
        async for outcome in outcomes:
            self.ids |= {job.id for job in outcome.jobs}
            self.unknown += isinstance(outcome.error, SubmissionUnknownError)
            await anyio.sleep(self.dice.choice([0, 0, 5]))
            patience -= 1
            if patience == 0:
                break

    def _keep(self, outcomes: Outcomes[Video]) -> None:
        for outcome in outcomes.left:
            self.ids |= {job.id for job in outcome.jobs}
            self.unknown += isinstance(outcome.error, SubmissionUnknownError)

    def _submits(self) -> int:
        return self.fake.count(PREVIEW) + self.fake.count(RENDER)

    async def _texts(self) -> AsyncIterator[str]:
        for number in range(self.items):
            await anyio.sleep(self.dice.choice([0, 0, 3]))
            yield f"Text number {number}."

    def _service(self) -> FakePictory:
        dice = self.dice
        fake = virtual_fake(
            preview_seconds=dice.choice([0, 5, 15]),
            render_seconds=dice.choice([0, 10, 60]),
            rate_limit=dice.choice([None, 3, 20]),
            token_lifetime=dice.choice([30, 3600]),
        )
        for _ in range(dice.randrange(6)):
            times, skip = dice.choice([1, 1, 3, 10]), dice.randrange(12)
            fake.trouble(dice.choice(OPERATIONS), self._trouble(), times=times, skip=skip)
        return fake

    def _trouble(self) -> Trouble:
        accepted = self.dice.random() < 0.5
        return self.dice.choice(
            [
                Trouble.status(429),
                Trouble.status(429, headers={"Retry-After": self.dice.choice(["1", "20", "100"])}),
                Trouble.html(502, accepted=accepted),
                Trouble.empty(200, accepted=accepted),
                Trouble.stall(accepted=accepted),
                Trouble.reset(accepted=accepted),
                Trouble.truncate(),
                Trouble.refuse(),
                Trouble.status(400),
                Trouble.status(401),
                Trouble.status(404),
            ]
        )

    def _wire(self) -> httpx.AsyncBaseTransport:
        service, dice = self.fake.transport(), self.dice
        longest = dice.choice([0.0, 0.3, 3.0])

        class Wire(httpx.AsyncBaseTransport):
            async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
                await anyio.sleep(dice.random() * longest)
                response = await service.handle_async_request(request)
                await anyio.sleep(dice.random() * longest)
                return response

        return Wire()


@pytest.mark.parametrize("seed", range(100))
async def test_no_job_is_lost(seed: int) -> None:
    """Every job is in an outcome, or one that says that nobody knows; none is paid for twice."""
    storm = Storm(seed)
    with anyio.fail_after(20_000):
        await storm.run()

    assert {*storm.fake.jobs} >= storm.ids
    assert len({*storm.fake.jobs} - storm.ids) <= storm.unknown
    assert len(storm.fake.billed) <= storm.items
    assert len(storm.fake.jobs) <= 2 * storm.items
