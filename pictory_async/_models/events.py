"""What happens in a batch while it happens: values for dashboards and logs."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar, Final, TypeAlias

import attrs

from pictory_async._errors import InvalidRequestError, PictoryError
from pictory_async._models.happening import Happening
from pictory_async._models.jobs import Job
from pictory_async._models.outcomes import Key, Outcome
from pictory_async._models.requests import RequestSent, ResponseReceived
from pictory_async._shapes.fields import short


@attrs.frozen(kw_only=True)
class Submitted(Happening):
    """A job was created.

    Args:
        key: The item that it is for.
        job: The job.
    """

    _word: ClassVar[str] = "submitted"

    key: Key
    job: Job[Any]


@attrs.frozen(kw_only=True)
class Progressed(Happening):
    """A look saw how far a job is; the only event that a slow reader may miss.

    Args:
        key: The item that the job is for.
        job_id: The job.
        progress: From 0 to 100.
        message: The service's words about it, or None.
    """

    _word: ClassVar[str] = "progressed"

    key: Key
    job_id: str
    progress: float
    message: str | None = None


@attrs.frozen(kw_only=True)
class StateChanged(Happening):
    """A look saw another state than the one before.

    Args:
        key: The item that the job is for.
        job_id: The job.
        status: The service's word, such as `in-progress` or `completed`, or None where it sent
            none.
        before: The word before, or None where there was none.
    """

    _word: ClassVar[str] = "state_changed"

    key: Key
    job_id: str
    status: str | None
    before: str | None


@attrs.frozen(kw_only=True)
class RateLimited(Happening):
    """The service answered 429, so that all requests of the client pause, as a rule.

    Args:
        pause: For how many seconds. 0 where such answers come at any rate: then only the request
            that got it waits, for its own retry.
        rate: How many requests a second may follow.
    """

    _word: ClassVar[str] = "rate_limited"

    pause: float
    rate: float


@attrs.frozen(kw_only=True)
class Outage(Happening):
    """A job cannot be looked at, or an item cannot be submitted.

    For a job it comes once, until a look tells something again; for a submit, once.

    Args:
        key: The item.
        job_id: The job, or None where it is about a submit, which surely did not arrive.
        error: What the look or the submit met.
    """

    _word: ClassVar[str] = "outage"

    key: Key
    job_id: str | None
    error: PictoryError


@attrs.frozen(kw_only=True)
class Downloaded(Happening):
    """A file is there, whole.

    Args:
        key: The item.
        path: The file.
    """

    _word: ClassVar[str] = "downloaded"

    key: Key
    path: Path


@attrs.frozen(kw_only=True)
class Ended(Happening):
    """An item has its outcome.

    Args:
        outcome: The outcome, with the item's key.
    """

    _word: ClassVar[str] = "ended"

    outcome: Outcome[Any]

    @property
    def key(self) -> Key:
        """The item."""
        return self.outcome.key


Event: TypeAlias = Submitted | Progressed | StateChanged | RateLimited | Outage | Downloaded | Ended

_EVENTS: Final[Mapping[str, type[Event | RequestSent | ResponseReceived]]] = {
    "submitted": Submitted,
    "progressed": Progressed,
    "state_changed": StateChanged,
    "rate_limited": RateLimited,
    "outage": Outage,
    "downloaded": Downloaded,
    "ended": Ended,
    "request_sent": RequestSent,
    "response_received": ResponseReceived,
}


def event_from_dict(data: Mapping[str, Any]) -> Event | RequestSent | ResponseReceived:
    """Read any event, of a batch or of a request, from what its `to_dict` gave.

    Raises:
        InvalidRequestError: It is no event, or not what it should be.
    """
    word = data.get("event")
    kind = _EVENTS.get(word) if isinstance(word, str) else None
    if kind is None:
        raise InvalidRequestError("event", f"one of {', '.join(_EVENTS)}", short(word))
    return kind.from_dict(data)
