"""The states of a job, as the service's answers tell them: pure functions.

Nothing here sends, waits or knows a typed result.
"""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Final, TypeAlias

import attrs

from pictory_async._errors import APIError
from pictory_async._shapes.plain import number
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
from pictory_async._wire.result_keys import holds, kinds_in, shows_result


# How AWS's API gateway answers a route that it does not have: with a token it tries to read a
# signature of its own from the Authorization header.
_NO_ROUTE: Final = re.compile(
    r"Missing Authentication Token|in Authorization header|^Authorization h"
)
# api-reference/jobs: an unknown job is code "5000" with this message; the HTTP status and the
# envelope around them are not documented.
_JOB_NOT_FOUND: Final = "JOB_NOT_FOUND"
# What the pages document as a job's state; `pending`, of one of them, is not enough to take an
# answer with an error's status for one about a job.
_DOCUMENTED: Final = frozenset({"in-progress", "completed", "failed", "cleaned"})
# These are about the credentials and the pace, whatever else is in the body.
_NEVER_ABOUT_JOB: Final = frozenset(
    {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS}
)
# Words for what is not at its end, whoever made them up.
_AT_WORK: Final = re.compile(
    r"ing$|progress|queue|pend|start|wait|accept|submit|schedul|creat|init"
)
WHOLE: Final = 100
"""The progress of a job that is done."""

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
    """The job is done and `data` holds its result.

    Args:
        data: What was told of the job.
        answer: What told it, should the result be broken.
        strange: The word for it where no page documents that: the result itself is the sign.
    """

    # As it came: where the service quotes a token, it is in here too.
    data: Json = attrs.field(repr=False)
    answer: Answer = attrs.field(default=_NO_ANSWER, eq=False, repr=False)
    strange: str | None = None


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
    if clean is not answer:
        state = _job_state(clean)
    if isinstance(state, APIError):
        # Raised out here, where no frame holds the body.
        raise state
    return state


def data_in_errors(state: JobState) -> Json:
    """Return what an error may show of a state: a result is kept as it came, with its links."""
    if not isinstance(state, Completed):
        return state.data
    clean = state.answer.without_secrets()
    return state.data if clean is state.answer else job_state(clean).data


def _job_state(answer: Answer) -> JobState | APIError:
    body = object_of(answer)
    data = data_of(body)
    if _says_no_such_job(body):
        return Missing(data, *_reason(body, data))
    if answer.is_error:
        if not _is_about_job(answer, body):
            return api_error(answer)
    elif not body or not answer.is_success:
        return invalid(answer, f"expected a job, found {kind_of_body(answer)}")
    elif _is_refusal(body, data):
        return api_error(answer)
    return job_state_of(answer, body, data)


def _is_refusal(body: Json, data: Json) -> bool:
    """Tell whether the service refused to tell, with a status that says otherwise."""
    if body.get("success") is not False or isinstance(data.get("status"), str):
        return False
    inner = mapping_of(body.get("data"))
    return not body.get("job_id") and not holds(inner, "error_code", "error_message")


def data_of(body: Json) -> Json:
    """Return the part of an answer that is about the job: its `data`, or all of it."""
    data = mapping_of(body.get("data"))
    return data if data and (_tells(data) or not _tells(body)) else body


def _tells(data: Json) -> bool:
    return isinstance(data.get("status"), str) or bool(kinds_in(data))


def _is_about_job(answer: Answer, body: Json) -> bool:
    """Tell whether an answer with an error's status is about the job, not about the request.

    No page says with which status a failed job is told.
    """
    if answer.status in _NEVER_ABOUT_JOB:
        return False
    data = mapping_of(body.get("data"))
    status = data.get("status")
    if isinstance(status, str) and _plain_word(status) in _DOCUMENTED:
        return True
    return body.get("success") is False and holds(data, "error_code")


def job_state_of(answer: Answer, body: Json, data: Json) -> JobState:
    """Say what the service tells about a job.

    Args:
        answer: The answer in which it was told.
        body: What it said.
        data: The part of it that is about the job.
    """
    word = data.get("status")
    status = _plain_word(word) if isinstance(word, str) else None
    match status:
        # `pending` is named by one rendering of api-reference/videos/render-project only.
        case "in-progress" | "pending":
            return Running(data, status, known=True)
        case "cleaned":
            return Cleaned(data)
        case "completed" if body.get("success") is not False or kinds_in(data):
            return Completed(data, answer)
        case _ if status == "failed" or body.get("success") is False:
            return Failed(data, *_reason(body, data))
        case None if kinds_in(data):
            return Completed(data, answer)
        case str() if _is_final(status, data):
            return Completed(data, answer, strange=status)
        case _:
            return Running(data, status, known=False)


def _is_final(word: str, data: Json) -> bool:
    """Tell whether a job is done, whose word no page documents.

    A running job may know where its result will be: the word and the progress must not say so.
    """
    is_running = _AT_WORK.search(word) or any(each < WHOLE for each in progress_in(data))
    return not is_running and shows_result(data)


def progress_in(data: Json) -> list[float]:
    """Return the numbers that tell how far a job is, the better one first."""
    values = (data.get("renderProgress"), data.get("progress"))
    # Most looks see none.
    found = [number(value) for value in values if value is not None]
    return [each for each in found if each is not None]


def _reason(body: Json, data: Json) -> tuple[str | None, str | None]:
    """Return the code and the words of a job's error."""
    # What stands beside the data may be about the request: "OK", or the words of a gateway.
    code, message = code_and_message(data)
    other_code, other_message = code_and_message(body)
    return code or other_code, message or other_message


def _plain_word(word: str) -> str:
    """Return a word in lower case: the same object where it is, for it is kept for each wait."""
    plain = word.strip().lower()
    return word if word == plain else plain


def is_route_refused(answer: Answer) -> bool:
    """Tell whether the gateway refused the path itself, rather than the job that it names."""
    body = object_of(answer)
    if answer.status == HTTPStatus.NOT_FOUND:
        return not _says_no_such_job(body) and not _is_about_job(answer, body)
    _, message = code_and_message(body)
    return answer.status == HTTPStatus.FORBIDDEN and bool(_NO_ROUTE.search(message or ""))


def _says_no_such_job(body: Json) -> bool:
    places = (body, mapping_of(body.get("error")), mapping_of(body.get("data")))
    return any(_JOB_NOT_FOUND in place.values() for place in places)
