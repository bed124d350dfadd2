"""What happens in a batch while it happens: values for dashboards and logs."""

from pathlib import Path
from typing import Any, TypeAlias

import attrs

from pictory_async._errors import PictoryError
from pictory_async._models.jobs import Job
from pictory_async._models.outcomes import Key, Outcome


@attrs.frozen(kw_only=True)
class Submitted:
    """A job was created.

    Args:
        key: The item that it is for.
        job: The job.
    """

    key: Key
    job: Job[Any]


@attrs.frozen(kw_only=True)
class Progressed:
    """A look saw how far a job is; the only event that a slow reader may miss.

    Args:
        key: The item that the job is for.
        job_id: The job.
        progress: From 0 to 100.
        message: The service's words about it, or None.
    """

    key: Key
    job_id: str
    progress: float
    message: str | None = None


@attrs.frozen(kw_only=True)
class StateChanged:
    """A look saw another state than the one before.

    Args:
        key: The item that the job is for.
        job_id: The job.
        status: The service's word, such as `in-progress` or `completed`, or None where it sent
            none.
        before: The word before, or None where there was none.
    """

    key: Key
    job_id: str
    status: str | None
    before: str | None


@attrs.frozen(kw_only=True)
class RateLimited:
    """The service answered 429, so that all requests of the client pause, as a rule.

    Args:
        pause: For how many seconds. 0 where such answers come at any rate: then only the request
            that got it waits, for its own retry.
        rate: How many requests a second may follow.
    """

    pause: float
    rate: float


@attrs.frozen(kw_only=True)
class Outage:
    """A job cannot be looked at, or an item cannot be submitted.

    For a job it comes once, until a look tells something again; for a submit, once.

    Args:
        key: The item.
        job_id: The job, or None where it is about a submit, which surely did not arrive.
        error: What the look or the submit met.
    """

    key: Key
    job_id: str | None
    error: PictoryError


@attrs.frozen(kw_only=True)
class Downloaded:
    """A file is there, whole.

    Args:
        key: The item.
        path: The file.
    """

    key: Key
    path: Path


@attrs.frozen(kw_only=True)
class Ended:
    """An item has its outcome.

    Args:
        outcome: The outcome, with the item's key.
    """

    outcome: Outcome[Any]

    @property
    def key(self) -> Key:
        """The item."""
        return self.outcome.key


Event: TypeAlias = Submitted | Progressed | StateChanged | RateLimited | Outage | Downloaded | Ended
