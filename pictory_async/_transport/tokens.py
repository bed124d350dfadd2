"""Tokens: fetched once for everybody, refreshed before they expire, replaced when refused."""

from __future__ import annotations

import copy
import logging
import math
from http import HTTPStatus
from typing import TYPE_CHECKING, Final, TypeAlias

import anyio
import attrs

from pictory_async._errors import (
    APIError,
    AuthenticationError,
    ClosedError,
    PictoryError,
    TokenRefusedError,
    TransportError,
    UnreachableError,
)
from pictory_async._pace import Lane
from pictory_async._tasks import SingleFlight
from pictory_async._transport.exchange import exchange, new_request
from pictory_async._transport.request_state import RequestState
from pictory_async._wire.meanings import Asked
from pictory_async._wire.tokens import Token, granted_token


if TYPE_CHECKING:
    import httpx

    from pictory_async._credentials import ClientCredentials
    from pictory_async._transport.request_state import Send
    from pictory_async._wire.protocol import Answer


_log = logging.getLogger("pictory_async")

_TOKEN_PATH: Final = "/v1/oauth2/token"  # noqa: S105 - a path
# A token is refreshed while it still serves: this long before its end, at the most.
_EARLY_SECONDS: Final = 60.0
# An early refresh that failed is tried again after this long.
_EARLY_RETRY_SECONDS: Final = 5.0
# Credentials that were refused are not tried again before this long.
_REJECTION_SECONDS: Final = 30.0


@attrs.define
class FixedToken:
    """A key that serves as the token; when it is refused, nothing is left to try."""

    _token: Token
    _was_good: bool = attrs.field(default=False, init=False)

    async def current(self) -> Token:
        """Return the key."""
        return self._token

    def learn(self, state: RequestState, status: int) -> None:
        """Learn from an answer whether the key is accepted."""
        if status == HTTPStatus.UNAUTHORIZED:
            state.is_known_token = self._was_good
        elif status < HTTPStatus.MULTIPLE_CHOICES:
            self._was_good = True


class FetchedTokens:
    """Exchange a client id and secret for tokens, one request for everybody who waits.

    Args:
        send: What sends the token request; it may send it again.
        base_url: The base URL of the API.
        credentials: The client id and secret.
        headers: What every request carries.
        timeout: The timeouts of the token request, as httpx's extension.
        secrets: What stands in these headers and no error may repeat.
    """

    def __init__(
        self,
        send: Send,
        base_url: str,
        credentials: ClientCredentials,
        headers: dict[str, str],
        timeout: dict[str, float | None],
        *,
        secrets: tuple[str, ...] = (),
    ) -> None:
        self._send = send
        self._url = base_url + _TOKEN_PATH
        self._credentials = credentials
        self._headers = headers
        self._timeout = timeout
        self._secrets = (credentials.client_secret, *secrets)
        self._flight = SingleFlight[Token]()
        self._token: Token | None = None
        self._were_good = False
        self._has_warned = False
        self._expires_at = 0.0
        self._refresh_at = 0.0
        self._rejection: AuthenticationError | None = None
        self._rejected_until = 0.0

    async def current(self) -> Token:
        """Return the token, after fetching one where there is none that serves.

        Raises:
            AuthenticationError: The client id and secret were refused.
            PictoryError: The token request failed.
        """
        now = anyio.current_time()
        if self._token is None or now >= self._expires_at:
            return await self._flight.share(self._fetch)
        if now >= self._refresh_at and not self._flight.is_under_way:
            return await self._refresh_early(self._token)
        return self._token

    def learn(self, state: RequestState, status: int) -> None:
        """Learn from an answer whether a token that was issued in another's place is refused."""
        state.is_known_token = state.is_replay and status == HTTPStatus.UNAUTHORIZED

    async def instead_of(self, refused: Token) -> Token:
        """Return the token that replaced the refused one, or fetch it."""
        if self._token is not None and self._token != refused:
            return self._token
        # Nobody shall be given it any more, while the next one is on its way.
        self._token = None
        return await self._flight.share(self._fetch)

    async def _refresh_early(self, token: Token) -> Token:
        """Refresh a token that still serves, and goes on to serve where this fails or drags on."""
        patience = (self._expires_at - anyio.current_time()) / 2
        problem: object = f"no answer within {patience:.0f} s"
        with anyio.move_on_after(patience):
            try:
                return await self._flight.share(self._fetch)
            except PictoryError as exc:
                problem = exc
        _log.warning("the token is near its end and could not be refreshed: %s", problem)
        self._refresh_at = anyio.current_time() + _EARLY_RETRY_SECONDS
        return token

    async def _fetch(self) -> Token:
        started = anyio.current_time()
        if self._rejection is not None and started < self._rejected_until:
            raise copy.copy(self._rejection)
        answer = await self._ask()
        try:
            token = granted_token(answer)
        except APIError as exc:
            if not _is_rejection(exc):
                raise
            # What granted tokens before is likely no rejection of what they are granted for.
            kind = TokenRefusedError if self._were_good else AuthenticationError
            self._rejection = _rejection(exc, kind)
            self._rejected_until = anyio.current_time() + _REJECTION_SECONDS
            # A copy, for what is kept must not keep the frames of a traceback alive.
            raise copy.copy(self._rejection) from None
        self._token = token
        self._were_good = True
        # From the beginning of the request: the service counts from some moment within it.
        self._expires_at = started + token.lifetime
        self._refresh_at = self._expires_at - min(_EARLY_SECONDS, token.lifetime / 10)
        self._tell(token)
        return token

    def _tell(self, token: Token) -> None:
        if token.lifetime < math.inf:
            _log.debug("got a token for %.0f s", token.lifetime)
        elif not self._has_warned:
            self._has_warned = True
            _log.warning("no useful lifetime came with the token: it serves until it is refused")

    async def _ask(self) -> Answer:
        try:
            return await exchange(self._send, self._token_request(), _TOKEN_PATH, confidential=True)
        except (ClosedError, UnreachableError):
            raise
        except TransportError as exc:
            # For whoever wanted the token: their own request was never sent.
            msg = f"no token: {exc.message}"
            raise TransportError(msg, exc.method, exc.path, sent=False) from None

    def _token_request(self) -> httpx.Request:
        # The page "/v1/oauth2/token" shows both: headers of these names, and the JSON body.
        names = {
            "client_id": self._credentials.client_id,
            "client_secret": self._credentials.client_secret,
        }
        headers = self._headers | names
        state = RequestState(
            asked=Asked.TOKEN,
            lane=Lane.TOKEN,
            wants_whole=True,
            secrets=self._secrets,
            operation=_TOKEN_PATH,
        )
        return new_request("POST", self._url, headers, self._timeout, state, json=names)


Tokens: TypeAlias = FixedToken | FetchedTokens


def _is_rejection(error: APIError) -> bool:
    """Tell whether the id and secret were refused: the status for that is not documented."""
    return error.status in {200, 400, 401, 403} and error.answered_by == "service"


def _rejection(error: APIError, kind: type[AuthenticationError]) -> AuthenticationError:
    return kind(
        f"the client id and secret were not accepted ({error.message})",
        error.status,
        error.method,
        error.path,
        error.code,
        request_id=error.request_id,
    )
