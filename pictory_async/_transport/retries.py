"""The link that sends a request again where its operation allows it."""

from __future__ import annotations

import logging
import random
from http import HTTPStatus
from typing import TYPE_CHECKING

import anyio
import httpx

from pictory_async._retry import Failure
from pictory_async._transport.exchange import answer_so_far, drain, was_sent
from pictory_async._transport.request_state import state_of
from pictory_async._wire.meanings import Asked, Case, meaning_of
from pictory_async._wire.protocol import retry_after, who_answered


if TYPE_CHECKING:
    from collections.abc import Callable

    from pictory_async._errors import Who
    from pictory_async._retry import Retry
    from pictory_async._transport.request_state import RequestState, Send


_log = logging.getLogger("pictory_async")


class Retries:
    """Sleep and send again for as long as `Retry` says so.

    An answer whose body breaks off is a failed attempt too. So a body that is wanted whole is
    read here.

    Args:
        send: What sends.
        retry: What decides.
        randomness: Returns numbers from 0 to 1.
    """

    def __init__(
        self, send: Send, retry: Retry, randomness: Callable[[], float] = random.random
    ) -> None:
        self._send = send
        self._retry = retry
        self._random = randomness

    async def send_with_retries(self, request: httpx.Request) -> httpx.Response:
        """Send a request, and again where that is allowed and promises something."""
        state, attempt = state_of(request), 0
        while True:
            attempt += 1
            try:
                response = await self._attempt(request, state)
            except httpx.RequestError as exc:
                delay = self._delay(_silence(exc, state), attempt)
                if delay is None:
                    raise
                what = "got no answer"
            else:
                if _is_answer(response, state.asked):
                    return response
                delay = self._delay(_refusal(request, response, state), attempt)
                if delay is None:
                    return response
                what = f"answered {response.status_code}"
                await drain(response)
            _log.info("%s %s %s; again in %.1f s", request.method, request.url.path, what, delay)
            # Before the pause, which anybody may cancel: this attempt surely came to nothing.
            state.hold_back()
            await anyio.sleep(delay)

    async def _attempt(self, request: httpx.Request, state: RequestState) -> httpx.Response:
        response = await self._send(request)
        if state.wants_whole:
            try:
                await response.aread()
            finally:
                await response.aclose()
        return response

    def _delay(self, failure: Failure, attempt: int) -> float | None:
        return self._retry.delay(failure, attempt=attempt, random=self._random())


def _silence(error: httpx.RequestError, state: RequestState) -> Failure:
    if state.is_unreachable:
        return Failure(meaning_of(state.asked, Case.UNREACHABLE))
    case = Case.NOT_ANSWERED if was_sent(error) else Case.NOT_SENT
    return Failure(meaning_of(state.asked, case))


def _is_answer(response: httpx.Response, asked: Asked) -> bool:
    if response.status_code < HTTPStatus.MULTIPLE_CHOICES:
        # A login page in the place of a token would be an error for all that wait for it.
        return asked is not Asked.TOKEN or response.content.lstrip()[:1] == b"{"
    # Redirects of files are followed, by whoever wants the file.
    return asked is Asked.FILE and not response.is_error


def _refusal(request: httpx.Request, response: httpx.Response, state: RequestState) -> Failure:
    status = response.status_code
    who: Who = "service"
    if state.wants_whole and state.asked is not Asked.FILE:
        who = who_answered(answer_so_far(request, response))
    meaning = meaning_of(state.asked, Case.REFUSED, status, who)
    return Failure(meaning, retry_after(response.headers))
