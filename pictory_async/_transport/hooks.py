"""The link that tells the caller of each request to the API and of its answer: for traces.

It stands right before the connections, so that each attempt is told of. What a hook does or fails
to do changes nothing of the request.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Iterator
from itertools import count
from typing import TYPE_CHECKING, Final, TypeAlias

import anyio
import attrs
import httpx

from pictory_async._arguments import Rule
from pictory_async._callbacks import call, can_take
from pictory_async._errors import PictoryError
from pictory_async._models.requests import RequestSent, ResponseReceived
from pictory_async._pace import Lane
from pictory_async._transport.addresses import shown
from pictory_async._transport.exchange import words_of
from pictory_async._transport.request_state import state_of
from pictory_async._wire.meanings import Asked
from pictory_async._wire.protocol import hidden, request_id


if TYPE_CHECKING:
    from collections.abc import Mapping

    from pictory_async._models.requests import RequestKind
    from pictory_async._transport.request_state import RequestState, Send


OnRequest: TypeAlias = Callable[[RequestSent], Awaitable[object] | object]
OnResponse: TypeAlias = Callable[[ResponseReceived], Awaitable[object] | object]

# A hook has so long: a request in its hands has a turn, and perhaps a job's id in its answer.
_SECONDS: Final = 5.0
_KINDS: Final[Mapping[Lane, RequestKind]] = {
    Lane.SUBMIT: "submit",
    Lane.LOOK: "look",
    Lane.CALL: "call",
    Lane.TOKEN: "token",
}

_log = logging.getLogger("pictory_async")


_HOOK: Final = Rule("a function of one argument", lambda hook: callable(hook) and can_take(hook, 1))


@attrs.frozen
class RequestHooks:
    """What is called for each request, or None.

    Raises:
        ConfigurationError: One is no function of one argument.
    """

    on_request: OnRequest | None
    on_response: OnResponse | None
    _numbers: Iterator[int] = attrs.field(init=False, eq=False, factory=lambda: count(1))

    def __attrs_post_init__(self) -> None:
        _HOOK.or_none.check_setting("on_request", self.on_request)
        _HOOK.or_none.check_setting("on_response", self.on_response)

    def around(self, send: Send) -> Send:
        """Return what sends and tells; it is what was given where nobody wants to be told."""
        if self.on_request is None and self.on_response is None:
            return send
        on_request, on_response = self.on_request or _ignore, self.on_response or _ignore
        return _Told(send, on_request, on_response, self._numbers).send_and_tell


class _Told:
    """Send each request, and tell of it.

    Args:
        send: What sends.
        on_request: Called before each attempt.
        on_response: Called after each attempt.
        numbers: Where the attempts have their numbers from.
    """

    def __init__(
        self, send: Send, on_request: OnRequest, on_response: OnResponse, numbers: Iterator[int]
    ) -> None:
        self._send = send
        self._on_request = on_request
        self._on_response = on_response
        self._numbers = numbers

    async def send_and_tell(self, request: httpx.Request) -> httpx.Response:
        """Send a request between the calls of the two hooks."""
        state = state_of(request)
        state.attempts += 1
        sent = _sent(next(self._numbers), request, state)
        await _tell(self._on_request, sent, shield=False)
        began, answer, failure = anyio.current_time(), None, None
        try:
            answer = await self._send(request)
        except (Exception, anyio.get_cancelled_exc_class()) as exc:  # noqa: BLE001 - raised below
            failure = exc
        received = ResponseReceived(
            request=sent,
            seconds=anyio.current_time() - began,
            status=None if answer is None else answer.status_code,
            request_id=None if answer is None else _request_id(answer, state),
            error=None if failure is None else _words(failure, state),
        )
        # Out here, for what a hook raises would have the failure as its context, and in its frames
        # the request with its token. It may be the answer with a paid job's id: no cancellation.
        try:
            await _tell(self._on_response, received, shield=True)
        except BaseException:
            # Whatever ends it, the answer may hold a slot.
            if answer is not None:
                with anyio.CancelScope(shield=True):
                    await answer.aclose()
            raise
        if answer is not None:
            return answer
        try:
            raise failure  # type: ignore[misc] # one of both is there
        finally:
            # It leads to this frame, and would lead to itself.
            del failure


def _sent(number: int, request: httpx.Request, state: RequestState) -> RequestSent:
    return RequestSent(
        number=number,
        kind=_KINDS[state.lane],
        method=request.method,
        url=shown(request.url),
        operation=state.operation or request.url.path,
        attempt=state.attempts,
    )


def _request_id(answer: httpx.Response, state: RequestState) -> str | None:
    found = request_id(answer.headers)
    return None if found is None else hidden(found, state.secrets)


def _words(failure: BaseException, state: RequestState) -> str:
    if isinstance(failure, httpx.RequestError):
        return words_of(failure, confidential=state.asked is Asked.TOKEN)
    if isinstance(failure, PictoryError):
        return str(failure)
    return type(failure).__name__ if isinstance(failure, Exception) else "cancelled"


async def _tell(
    hook: Callable[..., Awaitable[object] | object],
    event: RequestSent | ResponseReceived,
    *,
    shield: bool,
) -> None:
    """Call a hook, and let nothing that it does be the request's affair."""
    name = "on_request" if isinstance(event, RequestSent) else "on_response"
    try:
        with anyio.move_on_after(_SECONDS, shield=shield) as scope:
            await call(hook, event)
    except Exception:  # noqa: BLE001 - the request is worth more
        _log.exception("%s raised an error; the request goes on", name)
        return
    if scope.cancelled_caught:
        _log.warning("%s was ended after %g s; the request goes on", name, _SECONDS)


def _ignore(_: object) -> None: ...
