"""How one item of many ended."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar, Generic, TypeAlias, TypeVar, cast

import attrs

from pictory_async._models.jobs import Job
from pictory_async._models.results import KINDS
from pictory_async._shapes.value import Own


T_co = TypeVar("T_co", covariant=True)

Key: TypeAlias = str | int


@attrs.frozen(kw_only=True)
class Timings(Own):
    """How many seconds each part of an item's way took; None for what there was not.

    Args:
        preview: From the submit of the storyboard to the look that saw its preview.
        render: From the submit of the render to the look that saw the video.
        download: For the file, once it was its turn.
        total: From the beginning to the outcome, with all waiting in between.
    """

    preview: float | None = None
    render: float | None = None
    download: float | None = None
    total: float = 0.0


@attrs.frozen(kw_only=True)
class Outcome(Own, Generic[T_co]):
    """How one item of a batch ended: with a value or with an error.

    Args:
        key: The caller's name for the item; for a wait, the job's id.
        value: What was made, or None where there is an error.
        error: What went wrong, or None.
        jobs: The jobs that were submitted for the item, in order: also those of a failure, for
            they may have been paid for and may still end well.
        attempts: How often the item was tried, the first time included. It is tried again only
            where nothing can have been paid for: the service was not reached, or answered 429.
        timings: How long it took.
        path: The file that the video was downloaded into, or None where there is none.
    """

    _kinds: ClassVar[Mapping[str, type[Any]]] = KINDS

    key: Key
    value: T_co | None = None
    error: Exception | None = None
    jobs: tuple[Job[Any], ...] = ()
    attempts: int = 1
    timings: Timings = Timings()
    path: Path | None = None

    def result(self) -> T_co:
        """Return the value, or raise the error."""
        if self.error is not None:
            raise self.error
        return cast("T_co", self.value)
