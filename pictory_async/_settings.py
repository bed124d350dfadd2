"""Settings of a client that no other part is the home of."""

from __future__ import annotations

import attrs

from pictory_async._numbers import within


@attrs.frozen(kw_only=True)
class Timeouts:
    """How long each part of one request may take, in seconds; None for no limit.

    Args:
        connect: Making a connection.
        read: Waiting for the next bytes of an answer.
        write: Sending the next bytes of a request.
        slot: Waiting for a connection slot. Thousands of requests may queue up, so by default
            there is no limit.

    Raises:
        ConfigurationError: One of them is neither a number of at least 0 nor None.
    """

    connect: float | None = attrs.field(default=10.0, validator=within(0, optional=True))
    read: float | None = attrs.field(default=60.0, validator=within(0, optional=True))
    write: float | None = attrs.field(default=60.0, validator=within(0, optional=True))
    slot: float | None = attrs.field(default=None, validator=within(0, optional=True))
