"""The states of a job, as the service's answers tell them: pure functions.

Nothing here sends, waits or knows a typed result.
"""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Final, TypeAlias

import attrs

from pictory_async._wire.protocol import (
    Answer,
    Json,
    api_error,
    code_and_message,
    invalid,
    kind_of_body,
    mapping_of,
    object_of,
)
from pictory_async._wire.result_keys import KIND_BY_KEY


# How AWS's API gateway answers a route that it does not have: with a token it tries to read a
# signature of its own from the Authorization header.
_NO_ROUTE: Final = re.compile(
    r"Missing Authentication Token|in Authorization header|^Authorization h"
)
# api-reference/jobs: an unknown job is code "5000" with this message; the HTTP status and the
# envelope around them are not documented.
_JOB_NOT_FOUND: Final = "JOB_NOT_FOUND"
_NO_ANSWER: Final = Answer("GET", "", 0, {}, b"")


# Thousands of these may be kept, one for each job that is waited for.
@attrs.frozen(weakref_slot=False)
class Running:
    """The job is queued or at work; `known` is False for a status that no page documents."""

    data: Json
    status: str | None
    known: bool


@attrs.frozen
class Completed:
    """The job is done and `data` holds its result; `answer` told it, should that be broken."""

    data: Json
    answer: Answer = attrs.field(default=_NO_ANSWER, eq=False, repr=False)


@attrs.frozen
class Failed:
    """The service gave up on the job."""

    data: Json
    code: str | None
    message: str | None


@attrs.frozen
class Cleaned:
    """The job's result was deleted."""

    data: Json


@attrs.frozen
class Missing:
    """The service does not know the job."""

    data: Json
    code: str | None
    message: str | None


@attrs.frozen(weakref_slot=False)
class Look:
    """What one look at a job saw.

    Args:
        number: Which look of this client it was, from 1.
        state: The job's state.
        retry_after: The seconds that the service asked to wait before the next look, or None.
    """

    number: int
    state: JobState
    retry_after: float | None


JobState: TypeAlias = Running | Completed | Failed | Cleaned | Missing


def job_state(answer: Answer) -> JobState:
    """Say what a look at a job saw (api-reference/jobs/get-job-by-id).

    Raises:
        APIError: The answer is not about the job.
    """
    state = _job_state(answer)
    if isinstance(state, Completed):
        return state
    # The others end up in errors.
    clean = answer.without_secrets()
    return state if clean is answer else _job_state(clean)


def _job_state(answer: Answer) -> JobState:
    body = object_of(answer)
    data = mapping_of(body.get("data")) or body
    if _says_no_such_job(body):
        return Missing(data, *code_and_message(body))
    if answer.is_error:
        raise api_error(answer)
    if not body or not answer.is_success:
        raise invalid(answer, f"expected a job, found {kind_of_body(answer)}")
    return job_state_of(answer, body, data)


def job_state_of(answer: Answer, body: Json, data: Json) -> JobState:
    """Say what the service tells about a job.

    Args:
        answer: The answer in which it was told.
        body: What it said.
        data: The part of it that is about the job.
    """
    word = data.get("status")
    status = _lower(word) if isinstance(word, str) else None
    match status:
        # `pending` is named by one rendering of api-reference/videos/render-project only.
        case "in-progress" | "pending":
            return Running(data, status, known=True)
        case "cleaned":
            return Cleaned(data)
        case _ if status == "failed" or body.get("success") is False:
            return Failed(data, *code_and_message(body))
        case "completed":
            return Completed(data, answer)
        case None if not KIND_BY_KEY.keys().isdisjoint(data):
            return Completed(data, answer)
        case _:
            return Running(data, status, known=False)


def _lower(word: str) -> str:
    """Return a word in lower case: the same object where it is, for it is kept for each wait."""
    lower = word.lower()
    return word if word == lower else lower


def is_route_refused(answer: Answer) -> bool:
    """Tell whether the gateway refused the path itself, rather than the job that it names."""
    body = object_of(answer)
    if answer.status == HTTPStatus.NOT_FOUND:
        return not _says_no_such_job(body)
    _, message = code_and_message(body)
    return answer.status == HTTPStatus.FORBIDDEN and bool(_NO_ROUTE.search(message or ""))


def _says_no_such_job(body: Json) -> bool:
    places = (body, mapping_of(body.get("error")), mapping_of(body.get("data")))
    return any(_JOB_NOT_FOUND in place.values() for place in places)
