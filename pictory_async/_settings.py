"""Settings of a client that no other part is the home of, and what calls take by default."""

from __future__ import annotations

from typing import Final

import attrs

from pictory_async._arguments import number, setting


# What a wait, a flow and a batch take where the caller does not say: seconds, but for the counts.
TIMEOUT: Final = 1800.0
OUTAGE: Final = 300.0
SUBMITTING: Final = 10
PENDING: Final = 1000
DOWNLOADING: Final = 4
BREAKER: Final = 10
ROWS_AT_ONCE: Final = 10
EDIT_TIMEOUT: Final = 3600.0


@attrs.frozen(kw_only=True)
class Timeouts:
    """How long each part of one request may take, in seconds; None for no limit.

    Args:
        connect: Making a connection.
        read: Waiting for the next bytes of an answer.
        write: Sending the next bytes of a request.
        stall: Waiting for the next 64 KiB of a download, or its end: what comes more slowly is an
            answer that broke off, and the rest is asked for.
        slot: Waiting for a connection slot. Thousands of requests may queue up, so by default
            there is no limit.
        total: An answer as a whole, from when it is first waited for: that to an operation, to a
            token request or to an upload, and the headers of a download. It bounds neither the
            file of a download, nor the sending of a request, nor the wait for its turn or slot.

    Raises:
        ConfigurationError: One of them is neither a number of at least 0 nor None.
    """

    connect: float | None = attrs.field(default=10.0, validator=setting(number(0).or_none))
    read: float | None = attrs.field(default=60.0, validator=setting(number(0).or_none))
    write: float | None = attrs.field(default=60.0, validator=setting(number(0).or_none))
    stall: float | None = attrs.field(default=60.0, validator=setting(number(0).or_none))
    slot: float | None = attrs.field(default=None, validator=setting(number(0).or_none))
    total: float | None = attrs.field(default=60.0, validator=setting(number(0).or_none))
