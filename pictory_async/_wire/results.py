"""What a look at a job amounts to: an update, with the typed result at the end, or an error."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, assert_never, cast

import attrs

from pictory_async._errors import (
    InvalidRequestError,
    InvalidResponseError,
    JobCleanedError,
    JobError,
    JobFailedError,
    JobNotFoundError,
    UnexpectedShapeError,
)
from pictory_async._models.ai_studio import GeneratedImage, GeneratedVideo
from pictory_async._models.base import Open, short
from pictory_async._models.jobs import Job, JobUpdate
from pictory_async._models.results import RawResult
from pictory_async._wire.convert import read_model
from pictory_async._wire.job_states import (
    Cleaned,
    Completed,
    Failed,
    Missing,
    Running,
    job_state_of,
)
from pictory_async._wire.protocol import invalid, mapping_of
from pictory_async._wire.result_keys import KIND_BY_KEY


if TYPE_CHECKING:
    from pictory_async._models.results import JobResult
    from pictory_async._wire.job_states import JobState
    from pictory_async._wire.protocol import Answer, Json


T = TypeVar("T")


def kind_of(job: Job[T] | str) -> type[T] | None:
    """Return the type of a job's result, or None for a bare id, where the data tells it.

    Raises:
        InvalidRequestError: The job says a type that is none of a result.
    """
    if not isinstance(job, Job):
        return None
    if job.kind is not RawResult and not _is_result(job.kind):
        raise InvalidRequestError("job.kind", "a type of JobResult", repr(job.kind))
    return job.kind


def _is_result(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, Open)


def read_update(
    state: JobState, job_id: str, kind: type[T] | None, *, elapsed: float = 0.0
) -> JobUpdate[T]:
    """Return what a look saw.

    Args:
        state: The job's state.
        job_id: The job's id.
        kind: The result's type, or None to tell it by the data.
        elapsed: Seconds since the wait began.

    Raises:
        JobError: The job failed, was cleaned or is not known.
        InvalidRequestError: The job gave another kind of result.
        InvalidResponseError: The job's result is not what it should be.
    """
    data = state.data
    match state:
        case Running() | Completed():
            result = None
            if isinstance(state, Completed):
                result = _read_result(state, job_id, kind)
            return _update(data, job_id, kind, elapsed, result)
        case Failed(code=code, message=message):
            raise JobFailedError(job_id, code, message or "failed without a reason", data)
        case Cleaned():
            raise JobCleanedError(job_id, None, "its result was deleted for good", data)
        case Missing(code=code, message=message):
            raise JobNotFoundError(job_id, code, message or "no such job", data)
        case _:
            assert_never(state)


def read_listed(answer: Answer, item: object) -> JobUpdate[JobResult]:
    """Return what a list says of a job: its result, or in `error` why it has none.

    Raises:
        InvalidResponseError: The item is about no job.
    """
    body = mapping_of(item)
    data = mapping_of(body.get("data"))
    job_id = data.get("jobId", body.get("job_id"))
    if not isinstance(job_id, str):
        raise invalid(answer, f"expected a job in the list, found {short(item)}")
    # The id is part of the data here, and nowhere else.
    data = {key: value for key, value in data.items() if key != "jobId"}
    try:
        return read_update(job_state_of(answer, body, data), job_id, None)
    except (JobError, InvalidResponseError) as error:
        return attrs.evolve(_update(data, job_id, None, 0.0, None), error=error)


def _update(
    data: Json, job_id: str, kind: type[T] | None, elapsed: float, result: T | None
) -> JobUpdate[T]:
    status = data.get("status")
    progress = data.get("renderProgress", data.get("progress"))
    message = data.get("renderProgressMessage")
    return JobUpdate(
        job_id=job_id,
        kind=kind,
        status=status if isinstance(status, str) else None,
        progress=float(progress) if isinstance(progress, int | float) else None,
        message=message if isinstance(message, str) else None,
        elapsed=elapsed,
        result=result,
    )


def _by_url(data: Json) -> type[Any]:
    """Tell what an AI made: a video by its duration, an image by its size alone."""
    if not isinstance(data.get("url"), str):
        return RawResult
    return GeneratedVideo if "duration" in data else GeneratedImage


def _read_result(state: Completed, job_id: str, kind: type[T] | None) -> T:
    data = state.data
    told = [kind for key, kind in KIND_BY_KEY.items() if key in data]
    known = kind or next(iter(told), _by_url(data))
    if told and known is not RawResult and known not in told:
        expected = f"{told[0].__name__}, as the job's result is"
        raise InvalidRequestError("job.kind", expected, known.__name__)
    if known is RawResult:
        return cast("T", RawResult(job_id=job_id, data=data))
    try:
        return cast("T", read_model(data, cast("type[Open]", known), job_id=job_id))
    except UnexpectedShapeError as exc:
        msg = f"the result of job {job_id} is not what it should be: {exc}"
        raise invalid(state.answer, msg) from None
