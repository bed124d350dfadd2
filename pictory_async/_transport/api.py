"""Operations of the API, sent through the transports: the one way in for every endpoint."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from contextvars import ContextVar
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, TypeVar

import anyio
import attrs

from pictory_async._errors import InvalidResponseError, SubmissionUnknownError, TransportError
from pictory_async._models.jobs import Job
from pictory_async._pace import Lane
from pictory_async._transport.budget import LANE
from pictory_async._transport.exchange import (
    GUARD,
    SENDING,
    Guard,
    exchange,
    mark,
    new_request,
)
from pictory_async._wire.protocol import Answer, path_segment, refusal, submitted_job_id


if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping

    import httpx

    from pictory_async._retry import Repeat


T = TypeVar("T")

_GUARD: ContextVar[Guard | None] = ContextVar("guard", default=None)

_log = logging.getLogger("pictory_async")


@contextmanager
def guarding() -> Generator[Guard]:
    """Keep cancellations away from a submit within the block for as long as it is on the wire."""
    with anyio.CancelScope() as scope:
        guard = Guard(scope)
        token = _GUARD.set(guard)
        try:
            yield guard
        finally:
            _GUARD.reset(token)


@attrs.frozen
class Operation:
    """One row of the API's list.

    Args:
        method: The HTTP method.
        path: The path below the base URL; ids stand in braces.
        repeat: Whether it may be sent twice.
        lane: Whose turn it takes; a submit always takes a submit's.
    """

    method: str
    path: str
    repeat: Repeat
    lane: Lane = Lane.CALL


@attrs.frozen
class Content:
    """A body that is no JSON.

    Args:
        body: The bytes.
        type: Their content type.
    """

    body: bytes = attrs.field(repr=False)
    type: str


@attrs.frozen
class Api:
    """Send operations and return what the service answered.

    Args:
        transport: The transports, outermost first.
        base_url: The base URL, without a slash at its end.
        headers: What every request carries.
        timeout: The timeouts of a request, as httpx's extension.
        on_submit: Called with the id of each new job.
    """

    _transport: httpx.AsyncBaseTransport
    _base_url: str
    _headers: Mapping[str, str]
    _timeout: Mapping[str, float | None]
    _on_submit: Callable[[str], None]
    _record: ContextVar[tuple[list[Answer], ...]] = attrs.field(
        init=False, eq=False, factory=lambda: ContextVar("answers")
    )

    async def send(
        self,
        operation: Operation,
        ids: Mapping[str, str] | None = None,
        *,
        params: Mapping[str, str] | None = None,
        json: object = None,
        content: Content | None = None,
    ) -> Answer:
        """Send an operation and return its answer, whatever its status.

        Args:
            operation: What to send.
            ids: The ids in its path.
            params: The query, unencoded.
            json: The JSON body, or None for none.
            content: The body where it is no JSON, or None for none.

        Raises:
            InvalidRequestError: An id cannot stand in a path.
            TransportError: No whole answer came.
        """
        request, path = self._request(operation, ids, params, json, content)
        return await self._exchange(request, path)

    @contextmanager
    def recording(self) -> Generator[list[Answer]]:
        """Collect the answers to all that is sent from within the block."""
        answers: list[Answer] = []
        token = self._record.set((*self._record.get(()), answers))
        try:
            yield answers
        finally:
            self._record.reset(token)

    async def submit(
        self,
        operation: Operation,
        kind: type[T],
        payload: Mapping[str, Any] | None,
        ids: Mapping[str, str] | None = None,
    ) -> Job[T]:
        """Send an operation that creates a job, once.

        Args:
            operation: What to send.
            kind: What the job results in.
            payload: The JSON body, or None for none.
            ids: The ids in its path.

        Raises:
            InvalidRequestError: An id cannot stand in a path.
            TransportError: The request surely never reached the service.
            APIError: The service refused.
            SubmissionUnknownError: Whether there is a job now is not known.
        """
        request, path = self._request(operation, ids, json=payload)
        request.extensions[LANE] = Lane.SUBMIT
        guard = request.extensions[GUARD] = _GUARD.get()
        try:
            answer = await self._exchange(request, path)
        except TransportError as exc:
            if not exc.sent:
                raise
            raise _unknown(operation, path, exc.message, payload) from exc
        except (anyio.get_cancelled_exc_class(), KeyboardInterrupt, SystemExit):
            if request.extensions.get(SENDING):
                msg = "%s %s was cancelled: a job may have been created"
                _log.warning(msg, operation.method, path)
                if guard is not None:
                    msg = "cancelled before it was answered"
                    guard.lost = _unknown(operation, path, msg, payload)
            raise
        finally:
            mark(request, sending=False)
        job_id = _job_id(answer, payload)
        self._on_submit(job_id)
        _log.info("%s %s created job %s", operation.method, path, job_id)
        return Job(job_id, kind)

    async def _exchange(self, request: httpx.Request, path: str) -> Answer:
        answer = await exchange(self._transport, request, path)
        for answers in self._record.get(()):
            answers.append(answer.for_show())
        return answer

    def _request(
        self,
        operation: Operation,
        ids: Mapping[str, str] | None,
        params: Mapping[str, str] | None = None,
        json: object = None,
        content: Content | None = None,
    ) -> tuple[httpx.Request, str]:
        segments = {name: path_segment(value, name) for name, value in (ids or {}).items()}
        path = operation.path.format_map(segments)
        headers = self._headers
        if content is not None:
            headers = {**headers, "Content-Type": content.type}
        request = new_request(
            operation.method,
            self._base_url + path,
            headers,
            self._timeout,
            operation.repeat,
            params=params,
            json=json,
            content=content.body if content is not None else None,
        )
        request.extensions[LANE] = operation.lane
        return request, path


def _job_id(answer: Answer, payload: Mapping[str, Any] | None) -> str:
    if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        error = refusal(answer)
        raise _unknown(answer, answer.path, f"answered {answer.status}: {error.message}", payload)
    try:
        return submitted_job_id(answer)
    except InvalidResponseError as exc:
        if not answer.is_success:
            raise
        raise _unknown(answer, answer.path, str(exc), payload) from exc


def _unknown(
    what: Operation | Answer, path: str, message: str, payload: Mapping[str, Any] | None
) -> SubmissionUnknownError:
    return SubmissionUnknownError(message, what.method, path, payload or {})
