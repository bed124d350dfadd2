"""Settings of a client that no other part is the home of."""

from __future__ import annotations

import attrs


@attrs.frozen(kw_only=True)
class Timeouts:
    """How long each part of one request may take, in seconds; None for no limit.

    Args:
        connect: Making a connection.
        read: Waiting for the next bytes of an answer.
        write: Sending the next bytes of a request.
        slot: Waiting for a connection slot. Thousands of requests may queue up, so by default
            there is no limit.
    """

    connect: float | None = 10.0
    read: float | None = 60.0
    write: float | None = 60.0
    slot: float | None = None
