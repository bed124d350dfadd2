"""Transports of one connection each: straight to an origin, or through a proxy."""

from __future__ import annotations

import os
import socket
import ssl
import time
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final, cast

import httpcore
import httpx

from pictory_async._errors import ConfigurationError
from pictory_async._transport.bounds import send_within_total
from pictory_async._transport.exchange import ReadTimeout
from pictory_async._transport.proxies import checked_proxy, environment_proxy, with_tls
from pictory_async._transport.request_state import state_of
from pictory_async._transport.streams import Stream, TotalTimeout
from pictory_async._transport.trust import Trust


if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping


# Longer than the longest pause between two looks, so that a look pays no TLS handshake; shorter
# than the minute or more after which load balancers hang up.
_IDLE_SECONDS: Final = 50.0
_ONE: Final = httpx.Limits(
    max_connections=1, max_keepalive_connections=1, keepalive_expiry=_IDLE_SECONDS
)
# A request is written in two pieces, of which the second must not wait for the first one's receipt.
_AT_ONCE: Final = ((socket.IPPROTO_TCP, socket.TCP_NODELAY, 1),)
_LARGE_BYTES: Final = 1 << 16
_NETWORK: Final[httpcore.AsyncNetworkBackend] = cast("Any", httpcore.AnyIOBackend)()
_OURS: Final[Mapping[type[Exception], type[httpx.TransportError]]] = {
    httpcore.ConnectError: httpx.ConnectError,
    httpcore.ConnectTimeout: httpx.ConnectTimeout,
    httpcore.ReadError: httpx.ReadError,
    httpcore.ReadTimeout: httpx.ReadTimeout,
    TotalTimeout: ReadTimeout,
    httpcore.WriteError: httpx.WriteError,
    httpcore.WriteTimeout: httpx.WriteTimeout,
    httpcore.LocalProtocolError: httpx.LocalProtocolError,
    httpcore.RemoteProtocolError: httpx.RemoteProtocolError,
}
# httpcore lets through what TLS says of a broken answer.
_THEIRS: Final[tuple[type[Exception], ...]] = (*_OURS, ssl.SSLError)


class DirectTransport(httpx.AsyncBaseTransport):
    """A connection to an origin, which is made when it is needed, and again once it has gone stale.

    httpx's own transport is a pool, and a pool of one connection costs half as much again as the
    request. It also forgets the socket of a TLS handshake that is cancelled, which is known here
    from its first moment.

    Args:
        url: Any URL of the origin.
        trust: Where the TLS context comes from, or None for a connection without.
    """

    def __init__(self, url: httpx.URL, trust: Trust | None) -> None:
        self._origin = _core_url(url).origin
        self._trust = trust
        self._stream: httpcore.AsyncNetworkStream | None = None
        self._http: _Http | None = None
        self._used_at = 0.0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request; the answer to the one before must have been read to its end."""
        sent = httpcore.Request(
            request.method,
            _core_url(request.url),
            headers=request.headers.raw,
            content=cast("AsyncIterator[bytes]", request.stream),
            extensions=request.extensions,
        )
        timeout = request.extensions.get("timeout", {})
        try:
            http = await self._fresh(timeout.get("connect"))
            http.network.bound(timeout.get("total"))
            if request.method == "GET" or not _is_large(request):
                response, whole = await _exchange(http, sent, request)
            else:
                with http.network.listening():
                    response, whole = await _exchange(http, sent, request)
        except _THEIRS as exc:
            raise _ours(exc) from exc
        return httpx.Response(
            response.status,
            headers=response.headers,
            content=whole,
            stream=_ResponseBody(response) if whole is None else None,
            extensions=cast("dict[str, Any]", response.extensions),
        )

    async def aclose(self) -> None:
        """Close the connection, whatever it is doing."""
        stream, self._stream, self._http = self._stream, None, None
        if stream is not None:
            await stream.aclose()

    async def _fresh(self, timeout: float | None) -> _Http:
        http, now = self._http, time.monotonic()
        idle, self._used_at = now - self._used_at, now
        if http is None or idle > _IDLE_SECONDS or http.has_hung_up():
            await self.aclose()
            http = self._http = await self._connect(timeout)
        return http

    async def _connect(self, timeout: float | None) -> _Http:
        origin = self._origin
        host = origin.host.decode("ascii")
        # Before the connection: the other side need not wait for it.
        tls = None if self._trust is None else await self._trust.context()
        self._stream = stream = await _NETWORK.connect_tcp(
            host, origin.port, timeout, socket_options=_AT_ONCE
        )
        if tls is not None:
            stream = await stream.start_tls(tls, host, timeout)
        return _Http(origin, stream)


class _Http(httpcore.AsyncHTTP11Connection):
    """HTTP/1.1 for one request at a time, as each slot has it."""

    def __init__(self, origin: httpcore.Origin, stream: httpcore.AsyncNetworkStream) -> None:
        self.network = Stream(stream)
        super().__init__(origin, cast("Any", self.network))
        # httpcore locks its state twice for each request, and lets the whole event loop run each
        # time. Nobody else is here. Where a later httpcore has no such lock, this does nothing.
        self._state_lock: Any = _NoLock()

    def has_hung_up(self) -> bool:
        """Tell whether the other side has ended an idle connection: nothing else is to read.

        An answer that nobody asked for would be taken for the next one's.
        """
        unasked, _ = self._h11_state.trailing_data
        return not self.is_available() or bool(unasked) or self.network.has_unread()


class _NoLock:
    async def __aenter__(self) -> None:
        pass

    async def __aexit__(self, *_: object) -> None:
        pass


async def _exchange(
    http: _Http, sent: httpcore.Request, request: httpx.Request
) -> tuple[httpcore.Response, bytes | None]:
    """Send a request and return its answer, and its body where that is wanted whole."""
    response = await http.handle_async_request(sent)
    if not state_of(request).wants_whole:
        http.network.bound(None)
        return response, None
    # Here it takes half as long as through all layers of streams.
    body = await response.aread()
    await response.aclose()
    return response, body


def _is_large(request: httpx.Request) -> bool:
    """Tell whether a request may be answered before it is sent: most fit in a buffer.

    On Windows asyncio may be receiving already, and would have what is listened for.
    """
    return os.name != "nt" and int(request.headers.get("content-length", 0)) > _LARGE_BYTES


class _ResponseBody(httpx.AsyncByteStream):
    """The body of an answer."""

    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async for chunk in cast("AsyncIterator[bytes]", self._response.stream):
                yield chunk
        except _THEIRS as exc:
            raise _ours(exc) from exc

    async def aclose(self) -> None:
        await self._response.aclose()


class _ProxiedTransport(httpx.AsyncBaseTransport):
    """A transport of one connection that can be closed at any moment of its life.

    httpcore forgets the socket of a TLS handshake that is cancelled. It tells of its steps
    through the extension `trace`; so the stream is known here from its first moment.
    """

    def __init__(self, proxy: httpx.Proxy, trust: Trust | None) -> None:
        self._proxy = proxy
        self._trust = trust
        self._inner: httpx.AsyncBaseTransport | None = None
        self._stream: Any = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self._inner is None:
            tls = None if self._trust is None else await self._trust.context()
            self._inner = httpx.AsyncHTTPTransport(
                verify=tls or False, limits=_ONE, proxy=with_tls(self._proxy, tls)
            )
        request.extensions["trace"] = self._trace
        return await send_within_total(self._inner.handle_async_request, request)

    async def aclose(self) -> None:
        if self._inner is not None:
            await self._inner.aclose()
        if self._stream is not None:
            await self._stream.aclose()

    async def _trace(self, event: str, info: dict[str, Any]) -> None:
        if event == "connection.connect_tcp.complete":
            self._stream = info["return_value"]


class Dialer:
    """Make transports of one connection, which trust the same certificates.

    Args:
        proxy: The URL of a proxy for every request, or None for what the environment says
            (`HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY`, `NO_PROXY`).
        trust: Where the TLS context comes from.

    Raises:
        ConfigurationError: The proxy is not a URL that a connection could use.
    """

    def __init__(self, proxy: str | None = None, trust: Trust | None = None) -> None:
        self._proxy = checked_proxy(proxy, "proxy") if proxy is not None else None
        self._trust = trust or Trust()

    def __call__(self, url: httpx.URL) -> httpx.AsyncBaseTransport:
        """Return a transport that holds one connection at the most.

        Raises:
            ConfigurationError: The environment's proxy is not a URL, or a SOCKS proxy is wanted
                and httpx's extra for that is not installed.
        """
        proxy = self._proxy or environment_proxy(url)
        if proxy is None:
            return DirectTransport(url, self._trust if url.scheme == "https" else None)
        if proxy.url.scheme.startswith("socks") and find_spec("socksio") is None:
            msg = "proxy: a SOCKS proxy needs an extra of httpx: pip install 'httpx[socks]'"
            raise ConfigurationError(msg)
        is_encrypted = "https" in {url.scheme, proxy.url.scheme}
        return _ProxiedTransport(proxy, self._trust if is_encrypted else None)


def _ours(error: Exception) -> httpx.TransportError:
    return _OURS.get(type(error), httpx.ReadError)(str(error))


def _core_url(url: httpx.URL) -> httpcore.URL:
    return httpcore.URL(
        scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
    )
