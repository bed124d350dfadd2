"""How a batch goes about it: values."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, Final, Self, TypeAlias, cast

import attrs

from pictory_async._arguments import COUNT, FLAG, argument, made_by
from pictory_async._callbacks import Hook, can_take, hook_of
from pictory_async._flows.limits import Limits
from pictory_async._models.jobs import Job
from pictory_async._models.outcomes import Key
from pictory_async._settings import BREAKER, DOWNLOADING, OUTAGE, PENDING, SUBMITTING, TIMEOUT
from pictory_async._waiting.patience import Patience


if TYPE_CHECKING:
    from pictory_async._models.jobs import JobUpdate
    from pictory_async._transport.downloads import OnBytes
    from pictory_async._waiting.one_job import OnProgress


OnSubmit: TypeAlias = Callable[[Key], Awaitable[object] | object]
OnItemJob: TypeAlias = (
    Callable[[Job[Any], Key], Awaitable[object] | object]
    | Callable[[Job[Any]], Awaitable[object] | object]
)

_NO_LIMITS: Final = Limits()


def _limits(given: Limits | None) -> Limits:
    return _NO_LIMITS if given is None else given


@attrs.frozen(kw_only=True)
class BatchHooks:
    """What a batch tells while it runs.

    Args:
        on_submit: Asked before each submit of an item.
        on_job: Told of each job with its item's key, once it has an id.
        on_progress: Told of each look at a job.
        on_bytes: Told while a file is on its way.
    """

    on_submit: OnSubmit | None = None
    on_job: Hook[[Job[Any], Key]] | None = None
    on_progress: Hook[[JobUpdate[Any]]] | None = None
    on_bytes: Hook[[int, int | None]] | None = None

    @classmethod
    def of(
        cls,
        on_submit: OnSubmit | None,
        on_job: OnItemJob | None,
        on_progress: OnProgress | None,
        on_bytes: OnBytes | None,
    ) -> Self:
        """Return the hooks that the caller's functions are.

        Raises:
            InvalidRequestError: One of them cannot be called with what it is told.
        """
        # It is checked as the others are, but what it raises does end something.
        hook_of("on_submit", on_submit, "key")
        return cls(
            on_submit=on_submit,
            on_job=hook_of("on_job", _with_key(on_job), "job", "key", is_display=False),
            on_progress=hook_of("on_progress", on_progress, "update"),
            on_bytes=hook_of("on_bytes", on_bytes, "done", "total"),
        )


def _with_key(
    on_job: OnItemJob | None,
) -> Callable[[Job[Any], Key], Awaitable[object] | object] | None:
    """Return a function of a job and a key, which one that knows no keys becomes."""
    if on_job is None or not can_take(on_job, 1) or _wants_key(on_job):
        # What cannot be called with both either is refused next.
        return cast("Callable[[Job[Any], Key], object] | None", on_job)
    alone = cast("Callable[[Job[Any]], Awaitable[object] | object]", on_job)
    return lambda job, _: alone(job)


def _wants_key(on_job: OnItemJob) -> bool:
    """Tell whether a second argument is meant for the key, and is no default of something else."""
    try:
        parameters = [*inspect.signature(on_job).parameters.values()]
    except (TypeError, ValueError):
        return True
    if any(each.kind is each.VAR_POSITIONAL for each in parameters):
        return True
    return can_take(on_job, 2) and parameters[1].name == "key"


@attrs.frozen(kw_only=True)
class BatchSettings:
    """How a batch goes about it.

    Args:
        hooks: Whom to tell.
        submitting: How many submits may be on their way at once.
        pending: How many items may be under way or unread at once.
        downloading: How many files may be on their way at once.
        timeout: Seconds for the jobs of one item, or None for no end.
        outage: Seconds for which submits and looks may fail in a row.
        fail_fast: Whether the first failure is the last submit.
        breaker: After how many identical errors in a row nothing more is submitted, or None.
        limits: What it may spend, or None for as much as there is.

    Raises:
        InvalidRequestError: One of them is something else.
    """

    hooks: BatchHooks = BatchHooks()
    submitting: int = attrs.field(default=SUBMITTING, validator=argument(COUNT))
    pending: int = attrs.field(default=PENDING, validator=argument(COUNT))
    downloading: int = attrs.field(default=DOWNLOADING, validator=argument(COUNT))
    timeout: float | None = TIMEOUT
    outage: float = OUTAGE
    fail_fast: bool = attrs.field(default=False, validator=argument(FLAG))
    breaker: int | None = attrs.field(default=BREAKER, validator=argument(COUNT.or_none))
    limits: Limits = attrs.field(
        default=None, converter=_limits, validator=argument(made_by(Limits))
    )

    def __attrs_post_init__(self) -> None:
        Patience(timeout=self.timeout, outage=self.outage)
