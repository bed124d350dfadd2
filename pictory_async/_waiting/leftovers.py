"""What is said of the items that are left under way: words, which name their jobs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pictory_async._errors import SubmissionUnknownError


if TYPE_CHECKING:
    from collections.abc import Sequence

    from pictory_async._models.outcomes import Outcome


_JOBS_IN_A_NOTE: Final = 20


def jobs_of(left: Sequence[Outcome[Any]]) -> str:
    """Return the ids of the jobs that go on, each with the key of its item."""
    return ", ".join(map(_last_job_of, left))


def note_on(left: Sequence[Outcome[Any]]) -> str | None:
    """Return a note for the error with which the block was left, or None where nothing goes on."""
    if not left:
        return None
    more = f" and {len(left) - _JOBS_IN_A_NOTE} more" if len(left) > _JOBS_IN_A_NOTE else ""
    jobs = jobs_of(left[:_JOBS_IN_A_NOTE])
    return f"jobs that go on at the service, all in `left` of the batch: {jobs}{more}"


def _last_job_of(outcome: Outcome[Any]) -> str:
    if isinstance(outcome.error, SubmissionUnknownError):
        return f"perhaps one of item {outcome.key!r}, whose id is not known"
    # The key of a wait is the job's id.
    job_id = outcome.jobs[-1].id if outcome.jobs else outcome.key
    return str(job_id) if job_id == outcome.key else f"{job_id} of {outcome.key!r}"
