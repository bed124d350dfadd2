"""How long a wait goes on: a value."""

from __future__ import annotations

import attrs

from pictory_async._arguments import SECONDS, SECONDS_ABOVE_ZERO, argument
from pictory_async._settings import OUTAGE, TIMEOUT


@attrs.frozen(kw_only=True)
class Patience:
    """How long a wait goes on.

    Args:
        timeout: Seconds for the whole wait, or None for no end.
        outage: Seconds for which looks may fail in a row.
    """

    timeout: float | None = attrs.field(
        default=TIMEOUT, validator=argument(SECONDS_ABOVE_ZERO.or_none)
    )
    outage: float = attrs.field(default=OUTAGE, validator=argument(SECONDS))
