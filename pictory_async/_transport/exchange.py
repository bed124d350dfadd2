"""One request and its answer, with httpx's errors turned into ours."""

from __future__ import annotations

import socket
import ssl
from collections.abc import AsyncIterator
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import anyio
import attrs
import httpx

from pictory_async._errors import TransportError, UnreachableError
from pictory_async._transport.request_state import give_state, state_of
from pictory_async._wire.protocol import Answer


if TYPE_CHECKING:
    from collections.abc import Mapping

    from pictory_async._transport.request_state import RequestState, Send


# Parsing a URL is a tenth of a request's cost, and jobs are looked at again and again.
_URLS: Final = 1024
# Not in every system's `socket`: two words for a name that nobody knows.
_NO_SUCH_HOST: Final = frozenset(
    {socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)}
)
_NEVER_SENT: Final = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)


class _MemoryBody(httpx.AsyncByteStream):
    """A request's body, in memory.

    httpx's own is an async generator, and trio warns of one that a broken send leaves behind.
    """

    def __init__(self, content: bytes) -> None:
        self._content = content

    def __aiter__(self) -> AsyncIterator[bytes]:
        return _Once(self._content)


@attrs.define(eq=False)
class _Once(AsyncIterator[bytes]):
    """An iterator of one chunk."""

    _chunk: bytes | None

    async def __anext__(self) -> bytes:
        chunk, self._chunk = self._chunk, None
        if chunk is None:
            raise StopAsyncIteration
        return chunk


_NOTHING: Final = _MemoryBody(b"")
# A new connection takes less.
_DRAIN_SECONDS: Final = 2.0


def new_request(
    method: str,
    url: httpx.URL | str,
    headers: Mapping[str, str],
    timeout: Mapping[str, float | None],
    state: RequestState,
    *,
    params: Mapping[str, str] | None = None,
    json: object = None,
    content: bytes | None = None,
    stream: httpx.AsyncByteStream | None = None,
) -> httpx.Request:
    """Return a request for the transports.

    Args:
        method: The HTTP method.
        url: The whole URL.
        headers: All headers but those that httpx adds.
        timeout: The timeouts, as httpx's extension.
        state: What the links that send it shall know of it.
        params: What the URL's query says, unencoded.
        json: The JSON body, or None for none.
        content: The body where it is no JSON, or None for none.
        stream: The body where it is not in memory; its headers are the caller's affair.
    """
    target = _parsed_url(url) if isinstance(url, str) else url
    extensions = {"timeout": timeout}
    if method == "GET" or stream is not None:
        # Given a stream, httpx adds no headers by itself: a look costs a twentieth less.
        headers = {"Host": target.netloc.decode("ascii"), **headers}
        request = httpx.Request(
            method,
            target,
            params=params,
            headers=headers,
            stream=stream or _NOTHING,
            extensions=extensions,
        )
    else:
        request = httpx.Request(
            method,
            target,
            params=params,
            headers=headers,
            json=json,
            content=content,
            extensions=extensions,
        )
        request.stream = _MemoryBody(request.content)
    give_state(request, state)
    return request


@lru_cache(maxsize=_URLS)
def _parsed_url(url: str) -> httpx.URL:
    return httpx.URL(url)


def no_slot(timeout: float | None) -> httpx.PoolTimeout:
    """Return the error of a request that waited too long for a slot."""
    return httpx.PoolTimeout(f"no slot was free within {timeout} s")


class ReadTimeout(httpx.ReadTimeout):
    """An answer was not whole in time; the words are ours, and hold nothing of it."""


def too_slow(total: float) -> ReadTimeout:
    """Return the error of a request whose answer came, but not to its end in time."""
    return ReadTimeout(f"the answer was not whole within {total:g} s (Timeouts.total)")


def was_sent(error: httpx.RequestError) -> bool:
    """Tell whether the request that failed so may have reached the service."""
    return not isinstance(error, _NEVER_SENT)


def cannot_mend(error: httpx.RequestError) -> bool:
    """Tell whether the host does not exist or is not trusted: it is not for want of patience."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return True
        if isinstance(cause, socket.gaierror):
            return cause.errno in _NO_SUCH_HOST
        cause = cause.__cause__ or cause.__context__
    return False


async def exchange(
    send: Send,
    request: httpx.Request,
    path: str,
    *,
    confidential: bool = False,
) -> Answer:
    """Send a request and read its answer to the end.

    Args:
        send: What sends it.
        request: The request.
        path: The path to name in errors.
        confidential: Whether the answer may hold a credential.

    Raises:
        TransportError: No whole answer came.
        UnreachableError: The host does not exist, or is not trusted.
    """
    state = state_of(request)
    try:
        response = await send(request)
        try:
            body = await response.aread()
        finally:
            await response.aclose()
    except httpx.RequestError as exc:
        what = words_of(exc, confidential=confidential)
        if isinstance(exc, httpx.ConnectError | httpx.ConnectTimeout):
            what = f"cannot connect to {request.url.netloc.decode('ascii')}: {what}"
        kind = UnreachableError if state.is_unreachable else TransportError
        failure = kind(what, request.method, path, was_sent(exc))
    except anyio.get_cancelled_exc_class() as exc:
        # Without httpx's frames, which hold the headers: what times out around this shows them.
        raise exc.with_traceback(None)  # noqa: B904 - it is the same error
    else:
        return Answer(
            request.method,
            path,
            response.status_code,
            response.headers,
            body,
            confidential,
            state.secrets,
            state.is_known_token,
        )
    # Raised out here for the same reason: it has no context.
    raise failure


def answer_so_far(request: httpx.Request, response: httpx.Response) -> Answer:
    """Return an answer, whose body was read, for whoever decides what it means."""
    return Answer(
        request.method,
        request.url.path,
        response.status_code,
        response.headers,
        response.content,
    )


async def drain(response: httpx.Response) -> None:
    """Read what is left of an answer that nobody wants, so that its connection can be reused.

    One that does not end in time is given up with its connection.
    """
    try:
        with anyio.move_on_after(_DRAIN_SECONDS):
            await response.aread()
    except httpx.RequestError:
        pass
    finally:
        await response.aclose()


def words_of(error: httpx.RequestError, *, confidential: bool) -> str:
    """Return what an error says, as far as it may be shown of a request that holds a secret."""
    # What was never sent cannot quote one.
    may_show = not confidential or isinstance(error, ReadTimeout) or not was_sent(error)
    return described(error) if may_show else type(error).__name__


def described(error: httpx.RequestError) -> str:
    """Return what an error says, as far as it may be shown."""
    name = type(error).__name__
    # h11 quotes what it cannot read, a header for one, with whatever is in it.
    is_quoting = isinstance(error, httpx.ProtocolError) and "illegal" in str(error)
    return f"{name}: {error}" if str(error) and not is_quoting else name
