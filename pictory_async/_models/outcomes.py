"""How one item of many ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

import attrs


if TYPE_CHECKING:
    from pictory_async._models.jobs import Job


T_co = TypeVar("T_co", covariant=True)


@attrs.frozen(kw_only=True)
class Outcome(Generic[T_co]):
    """How one item of a batch ended: with a value or with an error.

    Args:
        key: The caller's name for the item.
        value: What was made, or None where there is an error.
        error: What went wrong, or None.
        jobs: The jobs that were submitted for the item, in order: also those of a failure, for
            they may have been paid for and may still end well.
    """

    key: str | int
    value: T_co | None = None
    error: Exception | None = None
    jobs: tuple[Job[Any], ...] = ()

    def result(self) -> T_co:
        """Return the value, or raise the error."""
        if self.error is not None:
            raise self.error
        return cast("T_co", self.value)
