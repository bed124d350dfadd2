"""What a client has sent, and how fast it may go."""

import attrs

from pictory_async._shapes.value import Own


@attrs.frozen(kw_only=True)
class Statistics(Own):
    """What a client has sent to the API so far; files are not counted.

    Args:
        submits: Requests that were sent to create a job.
        looks: Requests that were sent to look at a job.
        calls: All other requests but those for tokens.
        tokens: Requests that were sent for a token.
        rate_limited: How many of them were answered 429.
        waiting: How many requests wait for their turn just now.
        in_flight: How many requests have their turn and no answer yet.
        rate: How many requests a second may be sent just now, or None for any number.
        paused: Seconds until anything is sent again, because the service asked for it; or 0.
    """

    submits: int
    looks: int
    calls: int
    tokens: int
    rate_limited: int
    waiting: int
    in_flight: int
    rate: float | None
    paused: float

    @property
    def sent(self) -> int:
        """All requests that were sent."""
        return self.submits + self.looks + self.calls + self.tokens
