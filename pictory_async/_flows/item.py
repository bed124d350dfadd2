"""One item of a batch on its way: how far it is, and what is known of it."""

from __future__ import annotations

import enum
import math
from typing import TYPE_CHECKING, Any, Protocol

import anyio
import attrs

from pictory_async._models.outcomes import Outcome, Timings
from pictory_async._models.results import Video
from pictory_async._waiting.outcomes import Reporter


if TYPE_CHECKING:
    from pictory_async._errors import PictoryError, SubmissionUnknownError
    from pictory_async._flows.plan import Plan
    from pictory_async._models.jobs import Job, JobUpdate
    from pictory_async._waiting.outcomes import Outcomes


class Stage(enum.Enum):
    """How far an item is, as far as it matters for what may be spent."""

    NEW = enum.auto()
    PREVIEW = enum.auto()
    RENDER = enum.auto()
    VIDEO = enum.auto()


class Owner(Protocol):
    """Who moves an item from stage to stage."""

    async def saw(self, item: Item, update: JobUpdate[Any]) -> None:
        """Take what a look at an item's job saw."""
        ...

    def failed(self, item: Item, error: Exception) -> None:
        """Take the error that ended an item's way."""
        ...


class Item:
    """One item on its way, which listens to the looks at its jobs.

    Args:
        plan: What is to be made of it.
        owner: The batch.
        outcomes: Where events are told.
    """

    def __init__(self, plan: Plan, owner: Owner, outcomes: Outcomes[Video]) -> None:
        self.plan = plan
        self.stage = Stage.NEW
        self.jobs: list[Job[Any]] = [] if callable(plan.start) else [plan.start]
        self.lost: SubmissionUnknownError | None = None
        self.attempts = 1
        self.began = anyio.current_time()
        self.ends = math.inf
        self.submitted_at = self.began
        self.timings = Timings()
        self.video: Video | None = None
        self._owner = owner
        self._reporter = Reporter(plan.key, outcomes)

    @property
    def is_paid(self) -> bool:
        """Whether all that is left to be done costs nothing."""
        return bool(self.jobs) and self.jobs[-1].kind is Video

    async def saw(self, update: JobUpdate[Any]) -> None:
        """Take what a look at its job saw."""
        self._reporter.saw(update.job_id, update)
        await self._owner.saw(self, update)

    def missed(self, error: PictoryError) -> None:
        """Tell that its job cannot be looked at."""
        self._reporter.missed(self.jobs[-1].id, error)

    def failed(self, error: Exception) -> None:
        """Take the error that ended the wait for its job."""
        self._owner.failed(self, error)

    def outcome(self, error: Exception | None) -> Outcome[Video]:
        """Return how it ended."""
        total = anyio.current_time() - self.began
        return Outcome(
            key=self.plan.key,
            value=self.video if error is None else None,
            error=error,
            jobs=tuple(self.jobs),
            attempts=self.attempts,
            timings=attrs.evolve(self.timings, total=total),
        )
