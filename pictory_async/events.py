"""What happens in a batch while it happens: the values that `Outcomes.events` yields."""

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


__all__ = [
    "Downloaded",
    "Ended",
    "Event",
    "Outage",
    "Progressed",
    "RateLimited",
    "StateChanged",
    "Submitted",
    "event_from_dict",
]
