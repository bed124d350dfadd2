"""What happens while it happens: the values that `Outcomes.events` yields, and those of hooks.

`RequestSent` and `ResponseReceived` go to `Pictory(on_request=..., on_response=...)`; all others
are an `Event` of a batch.
"""

from pictory_async._models.events import (
    Downloaded,
    Ended,
    Event,
    Outage,
    Progressed,
    RateLimited,
    StateChanged,
    Submitted,
    event_from_dict,
)
from pictory_async._models.requests import RequestKind, RequestSent, ResponseReceived


__all__ = [
    "Downloaded",
    "Ended",
    "Event",
    "Outage",
    "Progressed",
    "RateLimited",
    "RequestKind",
    "RequestSent",
    "ResponseReceived",
    "StateChanged",
    "Submitted",
    "event_from_dict",
]
