"""How a batch goes about it: values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from pictory_async._arguments import COUNT, FLAG, argument, made_by
from pictory_async._flows.limits import Limits
from pictory_async._settings import BREAKER, DOWNLOADING, OUTAGE, PENDING, SUBMITTING, TIMEOUT
from pictory_async._waiting.patience import Patience


if TYPE_CHECKING:
    from pictory_async._flows.run import Hooks


_NO_LIMITS: Final = Limits()


def _limits(given: Limits | None) -> Limits:
    return _NO_LIMITS if given is None else given


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

    hooks: Hooks
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
