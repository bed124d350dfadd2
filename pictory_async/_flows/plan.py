"""What a batch is to make of its items, and how: values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeAlias

import attrs

from pictory_async._errors import InvalidRequestError
from pictory_async._flows.run import Hooks
from pictory_async._flows.spending import Limits
from pictory_async._models.base import short
from pictory_async._waiting.wait import Patience


if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from pictory_async._models.jobs import Job
    from pictory_async._models.outcomes import Key
    from pictory_async._models.results import Preview, Video

    Start: TypeAlias = Job[Any] | Callable[[], Awaitable[Job[Preview]]]


_NO_LIMITS: Final = Limits()
_NO_HOOKS: Final = Hooks()


def _at_least_one(_: object, attribute: attrs.Attribute[Any], value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise InvalidRequestError(attribute.name, "1 or more", short(value))


def _yes_or_no(_: object, attribute: attrs.Attribute[Any], value: object) -> None:
    if not isinstance(value, bool):
        raise InvalidRequestError(attribute.name, "True or False", short(value))


def _one_or_none(_: object, attribute: attrs.Attribute[Any], value: object) -> None:
    if value is not None:
        _at_least_one(_, attribute, value)


@attrs.frozen(kw_only=True)
class Plan:
    """What is to be made of one item.

    Args:
        key: The caller's name for it.
        start: Submits its storyboard; or a job of an earlier batch, to go on from.
        render: Submits the render of a preview.
        output: The file to download the video into, or None.
    """

    key: Key
    start: Start
    render: Callable[[Job[Preview]], Awaitable[Job[Video]]]
    output: Path | None


@attrs.frozen(kw_only=True)
class Terms:
    """How a batch goes about it.

    Args:
        submitting: How many submits may be on their way at once.
        pending: How many items may be under way or unread at once.
        downloading: How many files may be on their way at once.
        timeout: Seconds for the jobs of one item, or None for no end.
        outage: Seconds for which submits and looks may fail in a row.
        fail_fast: Whether the first failure is the last submit.
        breaker: After how many identical errors in a row nothing more is submitted, or None.
        limits: What it may spend.
        hooks: Whom to tell.
    """

    submitting: int = attrs.field(default=10, validator=_at_least_one)
    pending: int = attrs.field(default=1000, validator=_at_least_one)
    downloading: int = attrs.field(default=4, validator=_at_least_one)
    timeout: float | None = 1800.0
    outage: float = 300.0
    fail_fast: bool = attrs.field(default=False, validator=_yes_or_no)
    breaker: int | None = attrs.field(default=None, validator=_one_or_none)
    limits: Limits = _NO_LIMITS
    hooks: Hooks = _NO_HOOKS

    def __attrs_post_init__(self) -> None:
        Patience(timeout=self.timeout, outage=self.outage)
