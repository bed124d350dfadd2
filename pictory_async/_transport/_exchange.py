"""One request and its answer, with httpx's errors turned into ours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import httpx

from pictory_async._errors import TransportError
from pictory_async._protocol import Answer


if TYPE_CHECKING:
    from collections.abc import Mapping


REPEAT: Final = "pictory_async.repeat"
"""The key in a request's extensions that holds its `Repeat`."""

_NEVER_SENT: Final = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)


def was_sent(error: httpx.RequestError) -> bool:
    """Tell whether the request that failed so may have reached the service."""
    return not isinstance(error, _NEVER_SENT)


async def exchange(
    transport: httpx.AsyncBaseTransport,
    request: httpx.Request,
    path: str,
    *,
    confidential: bool = False,
) -> Answer:
    """Send a request and read its answer to the end.

    Args:
        transport: What sends it.
        request: The request.
        path: The path to name in errors.
        confidential: Whether the answer may hold a credential.

    Raises:
        TransportError: No whole answer came.
    """
    try:
        response = await transport.handle_async_request(request)
        try:
            body = await response.aread()
        finally:
            await response.aclose()
    except httpx.RequestError as exc:
        failure = TransportError(_describe(exc), request.method, path, was_sent(exc))
    else:
        headers: Mapping[str, str] = response.headers
        return Answer(request.method, path, response.status_code, headers, body, confidential)
    # Raised out here, it has no context: httpx's error leads to frames that hold the headers.
    raise failure


async def drain(response: httpx.Response) -> None:
    """Read what is left of an answer that nobody wants, so that its connection can be reused."""
    try:
        await response.aread()
    except httpx.RequestError:
        pass
    finally:
        await response.aclose()


def _describe(error: httpx.RequestError) -> str:
    name = type(error).__name__
    return f"{name}: {error}" if str(error) else name
