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
from pictory_async._shapes.convert import read_model
from pictory_async._wire.job_states import (
    WHOLE,
    Cleaned,
    Completed,
    Failed,
    Missing,
    Running,
    data_of,
    job_state_of,
    progress_in,
)
from pictory_async._wire.protocol import invalid, mapping_of
from pictory_async._wire.result_keys import has_result, kinds_in, kinds_named_in


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

    A completed job that does not show its result yet is one without a result here.

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
    data = data_of(body)
    ids = [place.get(key) for place in (data, body) for key in ("jobId", "job_id")]
    job_id = next((each for each in ids if isinstance(each, str) and each), None)
    if job_id is None:
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
    message = data.get("renderProgressMessage")
    return JobUpdate(
        job_id=job_id,
        kind=kind,
        status=status if isinstance(status, str) else None,
        progress=_progress(data),
        message=message if isinstance(message, str) else None,
        elapsed=elapsed,
        result=result,
    )


def _progress(data: Json) -> float | None:
    return next((float(each) for each in progress_in(data) if 0 <= each <= WHOLE), None)


def _by_url(data: Json) -> type[Any]:
    """Tell what an AI made: a video by its duration, an image by its size alone."""
    if not isinstance(data.get("url"), str):
        return RawResult
    return GeneratedVideo if "duration" in data else GeneratedImage


def _read_result(state: Completed, job_id: str, kind: type[T] | None) -> T | None:
    data = state.data
    told = kinds_in(data)
    by_url = _by_url(data)
    known = kind or next(iter(told or kinds_named_in(data)), by_url)
    # A picture stays one if it gets a thumbnail some day.
    if told and known is not RawResult and known not in {*told, by_url}:
        expected = f"{told[0].__name__}, as the job's result is"
        raise InvalidRequestError("job.kind", expected, known.__name__)
    if not has_result(data, known):
        return None
    if known is RawResult:
        return cast("T", RawResult(job_id=job_id, data=data))
    try:
        return cast("T", read_model(data, cast("type[Open]", known), job_id=job_id))
    except UnexpectedShapeError as exc:
        msg = f"the result of job {job_id} is not what it should be: {exc}"
        raise invalid(state.answer, msg) from None
