"""The links that a request passes on its way to the service, and their order.

    for the API      retries -> replay -> turn -> token -> hooks -> connections
    for a token      retries           -> turn          -> hooks -> connections
    for files        retries                                     -> connections

Each link knows the next one only as something that sends. The order matters:

- Retries are outermost: what is sent again waits for its turn again, with the token of then.
- A replay, after a refused token, is a request like any other: it has a turn and counts as one.
- The token comes after the turn, since a turn may take longer than a token serves. A token that is
  missing is fetched within the turn of the request that wants it, so that it needs no place of its
  own; one that was refused is replaced before the replay waits for its turn.
- Files pass neither: their hosts never see a credential, and have limits of their own.
- The hooks of the caller are there where somebody wants to be told, and see each attempt.
- The connections, slots or a transport of the caller's, say when a request is on the wire.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from pictory_async._transport.authorization import Authorization, Replay
from pictory_async._transport.budget import BudgetTurns
from pictory_async._transport.retries import Retries
from pictory_async._transport.tokens import FetchedTokens


if TYPE_CHECKING:
    import httpx

    from pictory_async._retry import Retry
    from pictory_async._transport.budget import Budget
    from pictory_async._transport.hooks import RequestHooks
    from pictory_async._transport.request_state import Send
    from pictory_async._transport.tokens import Tokens


@attrs.frozen
class Chain:
    """Make the ways to the service from one set of connections.

    Args:
        connections: What sends in the end.
        budget: What gives the turns.
        hooks: What is told of the requests to the API.
    """

    _connections: httpx.AsyncBaseTransport
    _budget: Budget
    _hooks: RequestHooks

    def for_api(
        self, tokens: Tokens, base_url: str, *, scheme: str | None, user_id: str | None
    ) -> Send:
        """Return the way of an operation, but for its retries.

        Args:
            tokens: Where the tokens come from.
            base_url: The base URL of the API; the token goes to its origin only.
            scheme: A word to put before the token, or None.
            user_id: The `X-Pictory-User-Id`, or None.
        """
        authorization = Authorization(
            self._hooks.around(self._connections.handle_async_request),
            base_url,
            tokens,
            scheme=scheme,
            user_id=user_id,
        )
        send = BudgetTurns(authorization.send_with_token, self._budget).send_in_turn
        if isinstance(tokens, FetchedTokens):
            send = Replay(send, tokens).send_with_fresh_token
        return send

    def for_tokens(self) -> Send:
        """Return the way of a request for a token, but for its retries."""
        send = self._hooks.around(self._connections.handle_async_request)
        return BudgetTurns(send, self._budget).send_in_turn

    def for_files(self) -> Send:
        """Return the way of an upload or a download, but for its retries."""
        return self._connections.handle_async_request


def repeated(send: Send, retry: Retry) -> Send:
    """Return the whole way, which begins with retries: each client has its own.

    Args:
        send: The rest of the way.
        retry: How often and how patiently a request is sent again.
    """
    return Retries(send, retry).send_with_retries
