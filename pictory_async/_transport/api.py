"""Operations of the API, sent through the chain: the one way in for every endpoint."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Final, TypeVar

import anyio
import attrs

from pictory_async._errors import (
    APIError,
    SubmissionUnknownError,
    TransportError,
)
from pictory_async._models.jobs import Job
from pictory_async._pace import Lane
from pictory_async._retry import Repeat
from pictory_async._transport.exchange import exchange, new_request
from pictory_async._transport.request_state import Phase, RequestState, SubmitShield
from pictory_async._wire.known import Known, known_after, known_after_answer
from pictory_async._wire.meanings import Asked
from pictory_async._wire.protocol import Answer, job_named_in, path_segment, submitted_job_id


if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping

    import httpx

    from pictory_async._transport.request_state import Send


T = TypeVar("T")

_ASKED: Final = {
    Repeat.FREELY: Asked.CALL,
    Repeat.UNLESS_SENT: Asked.SUBMIT,
    Repeat.NEVER: Asked.LOOK,
}
_SHIELD: ContextVar[SubmitShield | None] = ContextVar("shield", default=None)

_log = logging.getLogger("pictory_async")


@contextmanager
def shielded_submit() -> Generator[SubmitShield]:
    """Keep cancellations away from a submit within the block for as long as it is on the wire."""
    with anyio.CancelScope() as scope:
        shield = SubmitShield(scope)
        token = _SHIELD.set(shield)
        try:
            yield shield
        finally:
            _SHIELD.reset(token)


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
        send: What sends, the first link of the chain.
        base_url: The base URL, without a slash at its end.
        headers: What every request carries.
        timeout: The timeouts of a request, as httpx's extension.
        on_submit: Called with the id of each new job.
        secrets: What stands in the headers and no error may repeat.
        record: The lists that collect the answers.
        strict: What becomes of names in a mapping that no model knows, see `payload`.
    """

    _send: Send
    _base_url: str
    _headers: Mapping[str, str] = attrs.field(repr=False)
    _timeout: Mapping[str, float | None]
    _on_submit: Callable[[str], None]
    _secrets: tuple[str, ...] = attrs.field(repr=False)
    _record: ContextVar[tuple[list[Answer], ...]] = attrs.field(eq=False)
    strict: bool | None

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
        state = self._state_of(operation, operation.lane)
        request, path = self._request_for(
            operation, state, ids, params=params, json=json, content=content
        )
        return await self._send_recorded(request, path)

    @contextmanager
    def recording(self) -> Generator[list[Answer]]:
        """Collect the answers to all that is sent from within the block."""
        answers: list[Answer] = []
        token = self._record.set((*self._record.get(()), answers))
        try:
            yield answers
        finally:
            self._record.reset(token)

    async def submit_job(
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
        shield = _SHIELD.get()
        state = self._state_of(operation, Lane.SUBMIT, shield)
        request, path = self._request_for(operation, state, ids, json=payload)
        try:
            answer = await self._send_recorded(request, path)
        except TransportError as exc:
            if known_after(exc) is Known.SURELY_NOT:
                raise
            raise _unknown(operation, path, exc.message, payload) from exc
        except (anyio.get_cancelled_exc_class(), KeyboardInterrupt, SystemExit) as exc:
            if state.phase is Phase.SENDING:
                msg = f"{operation.method} {path} was cancelled: a job may have been created"
                _log.warning("%s", msg)
                exc.add_note(f"{msg}; look for it in your account before you submit again")
                if shield is not None:
                    msg = "cancelled before it was answered"
                    shield.lost = _unknown(operation, path, msg, payload)
            raise
        finally:
            state.settle()
        job_id = _job_id(answer, payload)
        self._on_submit(job_id)
        _log.info("%s %s created job %s", operation.method, path, job_id)
        return Job(job_id, kind)

    def _state_of(
        self, operation: Operation, lane: Lane, shield: SubmitShield | None = None
    ) -> RequestState:
        return RequestState(
            asked=_ASKED[operation.repeat],
            lane=lane,
            wants_whole=True,
            shield=shield,
            secrets=self._secrets,
            operation=operation.path,
        )

    async def _send_recorded(self, request: httpx.Request, path: str) -> Answer:
        answer = await exchange(self._send, request, path)
        for answers in self._record.get(()):
            answers.append(answer.for_show())
        return answer

    def _request_for(
        self,
        operation: Operation,
        state: RequestState,
        ids: Mapping[str, str] | None,
        *,
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
            state,
            params=params,
            json=json,
            content=content.body if content is not None else None,
        )
        return request, path


def _job_id(answer: Answer, payload: Mapping[str, Any] | None) -> str:
    try:
        return submitted_job_id(answer)
    except APIError as exc:
        job_id = job_named_in(answer)
        if job_id is not None:
            msg = f"{_words_of(exc)}; it names job {job_id}"
            raise _unknown(answer, answer.path, msg, payload, exc.status) from exc
        if known_after_answer(exc) is Known.SURELY_NOT:
            raise
        raise _unknown(answer, answer.path, _words_of(exc), payload, exc.status) from exc


def _words_of(error: APIError) -> str:
    """Say what came instead of a job's id."""
    begins = f"; it begins {error.excerpt!r}" if error.answered_by != "service" else ""
    return f"answered {error.status}: {error.message}{begins if error.excerpt else ''}"


def _unknown(
    what: Operation | Answer,
    path: str,
    message: str,
    payload: Mapping[str, Any] | None,
    status: int | None = None,
) -> SubmissionUnknownError:
    return SubmissionUnknownError(message, what.method, path, payload or {}, status)
