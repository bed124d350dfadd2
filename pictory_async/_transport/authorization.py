"""The links that put the token on a request, and that send it once more where it was refused."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Final

import httpx

from pictory_async._transport.exchange import answer_so_far, drain
from pictory_async._transport.request_state import state_of
from pictory_async._transport.slots import origin
from pictory_async._wire.meanings import Asked
from pictory_async._wire.protocol import job_named_in, who_answered


if TYPE_CHECKING:
    from pictory_async._transport.request_state import RequestState, Send
    from pictory_async._transport.tokens import FetchedTokens, Tokens


_REPLAYS: Final = 2


async def _is_refusal(
    request: httpx.Request, response: httpx.Response, state: RequestState
) -> bool:
    """Tell whether the service surely refused the token, and did nothing else."""
    if state.asked is not Asked.SUBMIT:
        return True
    await response.aread()
    answer = answer_so_far(request, response)
    return who_answered(answer) == "service" and job_named_in(answer) is None


class Authorization:
    """Add the token and the user id to requests for the API, and to no others.

    It comes after the turn, since a turn may take longer than a token serves.

    Args:
        send: What sends.
        base_url: The base URL of the API; requests to another origin get no secrets.
        tokens: Where the tokens come from.
        scheme: A word to put before the token, or None: Pictory wants the raw token.
        user_id: The `X-Pictory-User-Id`, or None.
    """

    def __init__(
        self,
        send: Send,
        base_url: str,
        tokens: Tokens,
        *,
        scheme: str | None = None,
        user_id: str | None = None,
    ) -> None:
        self._send = send
        self._origin = origin(httpx.URL(base_url))
        self._tokens = tokens
        self._prefix = f"{scheme} " if scheme else ""
        self._user_id = user_id

    async def send_with_token(self, request: httpx.Request) -> httpx.Response:
        """Send a request with the token that serves now."""
        if origin(request.url) == self._origin:
            if self._user_id is not None:
                request.headers["X-Pictory-User-Id"] = self._user_id
            token, state = await self._tokens.current(), state_of(request)
            state.token = token
            if token.value not in state.secrets:
                state.secrets += (token.value,)
            request.headers["Authorization"] = self._prefix + token.value
            response = await self._send(request)
            self._tokens.learn(state, response.status_code)
            return response
        return await self._send(request)


class Replay:
    """Send a request again, with a newer token, where its own was refused.

    Twice, because another process of the same account may have ended the second token as well.

    Args:
        send: What sends, with a turn and a token for each time.
        tokens: Where the tokens come from.
    """

    def __init__(self, send: Send, tokens: FetchedTokens) -> None:
        self._send = send
        self._tokens = tokens

    async def send_with_fresh_token(self, request: httpx.Request) -> httpx.Response:
        """Send a request, and after a 401 again."""
        state = state_of(request)
        # A look is not worth a third token: the wait looks again anyway.
        replays = 1 if state.asked is Asked.LOOK else _REPLAYS
        response = await self._send(request)
        for _ in range(replays):
            if response.status_code != HTTPStatus.UNAUTHORIZED or state.token is None:
                break
            if not await _is_refusal(request, response, state):
                break
            # Before the token is fetched: it needs a slot, and this answer holds one.
            await drain(response)
            state.hold_back()
            await self._tokens.instead_of(state.token)
            state.is_replay = True
            response = await self._send(request)
        return response
