"""Jobs as values: what one is called, what is seen of it."""

from collections.abc import Mapping
from typing import Any, ClassVar, Generic, TypeGuard, TypeVar

import attrs

from pictory_async._models.results import KINDS
from pictory_async._shapes.value import Own


T_co = TypeVar("T_co", covariant=True)


def _name_of(kind: type[Any] | None) -> str:
    return "None" if kind is None else kind.__name__


@attrs.frozen
class Job(Own, Generic[T_co]):
    """Work that Pictory does on its side, and what comes of it.

    A job is a value: keep it, pickle it, or make it anew from its id in another process.

    Args:
        id: The job's id, a UUID.
        kind: The type of its result: `Job("...", Video)`.
    """

    _kinds: ClassVar[Mapping[str, type[Any]]] = KINDS

    id: str
    kind: type[T_co] = attrs.field(repr=_name_of)


def is_job(value: object) -> TypeGuard[Job[Any]]:
    """Tell whether something is a job, whatever comes of it."""
    return isinstance(value, Job)


@attrs.frozen(kw_only=True)
class JobUpdate(Own, Generic[T_co]):
    """What one look at a job saw.

    Args:
        job_id: The job's id.
        kind: The type of its result, or None where nobody said it.
        status: The service's word: `in-progress`, `completed`, or one that no page documents.
            None where it sent none, as v1 does with a storyboard.
        progress: From 0 to 100, or None: only renders have it, and only once they have begun.
        message: The service's words about the progress, or None.
        elapsed: Seconds since the wait began.
        result: The typed result, once the job is done.
        error: Why the job has no result, in lists; elsewhere it is raised.
    """

    _kinds: ClassVar[Mapping[str, type[Any]]] = KINDS

    job_id: str
    kind: type[T_co] | None = attrs.field(repr=_name_of)
    status: str | None
    progress: float | None = None
    message: str | None = None
    elapsed: float = 0.0
    result: T_co | None = None
    error: Exception | None = None

    @property
    def is_done(self) -> bool:
        """Whether the job has its result."""
        return self.result is not None
