"""One item of a batch on its way: a record with one state, and one function for each step.

    New -> Previewing -> Previewed -> Rendering -> Rendered -> Downloading -> Finished

Each state holds what is known in it and nothing else, so that the record alone says what was
submitted, what is paid for, and what is left to be done; `records` writes it as JSON. Any state
may be followed by `Finished`, where something went wrong.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NoReturn, TypeAlias, assert_never

import anyio
import attrs

from pictory_async._errors import name_job
from pictory_async._flows.recipes import JobRecipe, is_render
from pictory_async._models.outcomes import Outcome, Timings
from pictory_async._wire.known import Known, known_after


if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pictory_async._errors import SubmissionUnknownError
    from pictory_async._flows.recipes import BatchInput, Recipe
    from pictory_async._models.jobs import Job
    from pictory_async._models.outcomes import Key
    from pictory_async._models.results import Preview, Video


@attrs.frozen
class New:
    """Nothing was done."""


@attrs.frozen(kw_only=True)
class Previewing:
    """The preview is submitted, and has its job once the service said so.

    Args:
        preview: The job, or None while its submit is on its way.
        unknown: Why the submit was never answered, where that is known.
    """

    preview: Job[Preview] | None = None
    unknown: SubmissionUnknownError | None = None


@attrs.frozen(kw_only=True)
class Previewed:
    """The preview is done, and waits to be rendered."""

    preview: Job[Preview]


@attrs.frozen(kw_only=True)
class Rendering:
    """The render is submitted, and has its job once the service said so.

    Args:
        preview: The job of the preview, or None where only the render is known.
        render: The job, or None while its submit is on its way.
        unknown: Why the submit was never answered, where that is known.
    """

    preview: Job[Preview] | None = None
    render: Job[Video] | None = None
    unknown: SubmissionUnknownError | None = None


@attrs.frozen(kw_only=True)
class Rendered:
    """The video is done, and waits to be downloaded where that is wanted."""

    preview: Job[Preview] | None
    render: Job[Video]
    video: Video


@attrs.frozen(kw_only=True)
class Downloading:
    """The video is on its way to its file."""

    preview: Job[Preview] | None
    render: Job[Video]
    video: Video


@attrs.frozen(kw_only=True)
class Finished:
    """There is an outcome.

    Args:
        jobs: The jobs that were submitted for it, in order.
        video: The video, or None where there is an error.
        error: What went wrong, or None.
        known: What is known of the render: whether it is to be paid for.
    """

    jobs: tuple[Job[Any], ...]
    video: Video | None
    error: Exception | None
    known: Known


State: TypeAlias = New | Previewing | Previewed | Rendering | Rendered | Downloading | Finished


class BatchItem:
    """One item on its way.

    Args:
        given: What it is.
        on_step: Called with the states before and after each step.
    """

    __slots__ = (
        "_on_step",
        "attempts",
        "began",
        "ends",
        "key",
        "output",
        "recipe",
        "state",
        "submitted_at",
        "timings",
    )

    def __init__(self, given: BatchInput, on_step: Callable[[State, State], None]) -> None:
        self.key: Key = given.key
        self.recipe: Recipe | Exception = given.recipe
        self.output: Path | None = given.output
        self.state: State = New()
        self.attempts = 1
        self.timings = Timings()
        # On the event loop's clock, and therefore no part of the record.
        self.began = anyio.current_time()
        self.submitted_at = self.began
        self.ends = math.inf
        self._on_step = on_step

    @property
    def jobs(self) -> tuple[Job[Any], ...]:
        """The jobs that were submitted for it, in order."""
        found: tuple[Job[Any] | None, ...]
        match self.state:
            case New():
                return (self.recipe.job,) if isinstance(self.recipe, JobRecipe) else ()
            case Previewing(preview=preview) | Previewed(preview=preview):
                found = (preview,)
            case Rendering() | Rendered() | Downloading() as state:
                found = (state.preview, state.render)
            case Finished(jobs=jobs):
                return jobs
            case _:
                assert_never(self.state)
        return tuple(job for job in found if job is not None)

    @property
    def is_paid(self) -> bool:
        """Whether all that is left to be done costs nothing."""
        return any(map(is_render, self.jobs))

    @property
    def unknown(self) -> SubmissionUnknownError | None:
        """Why a submit was never answered, where that is known."""
        state = self.state
        return state.unknown if isinstance(state, Previewing | Rendering) else None

    def begin_item(self) -> None:
        """Take the first step: what is to be submitted, or what was submitted before."""
        if not isinstance(self.state, New):
            self._refuse_step("begin")
        match self.recipe:
            case JobRecipe(job=job) if is_render(job):
                self._move(Rendering(render=job))
            case JobRecipe(job=job):
                self._move(Previewing(preview=job))
            case _:
                self._move(Previewing())

    def take_job(self, job: Job[Any]) -> None:
        """Take the job that a submit made."""
        match self.state:
            case Previewing(preview=None):
                self._move(Previewing(preview=job))
            case Rendering(preview=preview, render=None):
                self._move(Rendering(preview=preview, render=job))
            case _:
                self._refuse_step("be submitted")

    def lose_submit(self, error: SubmissionUnknownError) -> None:
        """Take the word that a submit will not be answered any more."""
        match self.state:
            case Previewing(preview=None) | Rendering(render=None):
                self._move(attrs.evolve(self.state, unknown=error))
            case _:
                self._refuse_step("lose a submit")

    def previewed(self) -> None:
        """Take the word that the preview is done."""
        match self.state:
            case Previewing(preview=preview) if preview is not None:
                self._move(Previewed(preview=preview))
            case _:
                self._refuse_step("be previewed")

    def begin_render(self) -> Job[Preview]:
        """Begin to submit the render, and return the preview that it is of."""
        match self.state:
            case Previewed(preview=preview):
                self._move(Rendering(preview=preview))
            case _:
                self._refuse_step("begin its render")
        return preview

    def rendered(self, video: Video) -> None:
        """Take the video."""
        match self.state:
            case Rendering(preview=preview, render=render) if render is not None:
                self._move(Rendered(preview=preview, render=render, video=video))
            case _:
                self._refuse_step("be rendered")

    def begin_download(self) -> Video:
        """Begin to fetch the file, and return the video that it is of."""
        match self.state:
            case Rendered(preview=preview, render=render, video=video):
                self._move(Downloading(preview=preview, render=render, video=video))
            case _:
                self._refuse_step("begin its download")
        return video

    def end_item(self, error: Exception | None) -> Outcome[Video]:
        """Take the last step, and return the outcome."""
        video, known = None, Known.SURELY_NOT
        match self.state:
            case New() | Previewing() | Previewed():
                pass
            case Rendering(render=render):
                if error is not None:
                    known = known_after(error, has_job=render is not None)
            case Rendered() | Downloading() as state:
                video, known = state.video if error is None else None, Known.PAID
            case Finished():
                self._refuse_step("end again")
            case _:
                assert_never(self.state)
        self._move(Finished(jobs=self.jobs, video=video, error=error, known=known))
        return self.outcome(error, video)

    def outcome(self, error: Exception | None, video: Video | None = None) -> Outcome[Video]:
        """Return how it ended, or how it would if it ended now."""
        if error is not None and self.jobs:
            name_job(error, self.jobs[-1].id)
        return Outcome(
            key=self.key,
            value=video,
            error=error,
            jobs=self.jobs,
            attempts=self.attempts,
            timings=attrs.evolve(self.timings, total=anyio.current_time() - self.began),
            path=None if video is None else self.output,
        )

    def _move(self, state: State) -> None:
        # The books hear of the step when it is taken, so that no cancellation comes in between.
        before, self.state = self.state, state
        self._on_step(before, state)

    def _refuse_step(self, step: str) -> NoReturn:
        msg = f"item {self.key!r} cannot {step}: it is {type(self.state).__name__}"
        raise RuntimeError(msg)
