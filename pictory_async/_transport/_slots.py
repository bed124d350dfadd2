"""Connection slots: as many connections as are allowed, each of them used by one request."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property, partial
from typing import TYPE_CHECKING, Final, Protocol, TypeAlias, cast
from urllib.request import getproxies, proxy_bypass

import anyio
import httpx

from pictory_async._errors import ConfigurationError


if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncIterator, Callable


Origin: TypeAlias = tuple[str, str, int | None]

# Longer than the longest pause between two looks, so that a look pays no TLS handshake; shorter
# than the minute or more after which load balancers hang up.
_IDLE_SECONDS: Final = 50.0


def origin(url: httpx.URL) -> Origin:
    """Return what decides whether a secret may go along: scheme, host and port."""
    return url.scheme, url.host, url.port


class _Release(Protocol):
    async def __call__(self, *, reusable: bool) -> None: ...


class SlotTransport(httpx.AsyncBaseTransport):
    """Send each request over a connection of its own, the one that was used last.

    httpcore's pool walks over all connections and all waiting requests for each request, and
    can lose a connection for good when a request is cancelled. Here a pool holds one connection,
    a semaphore counts them, and a list keeps the idle ones. A connection whose request was
    cancelled, broke, or was not read to its end is closed and never used again.

    Args:
        slots: How many connections there may be, 1 and more. Further requests wait in order.
        connect: Makes a transport of one connection for an origin.
    """

    def __init__(
        self, slots: int, connect: Callable[[httpx.URL], httpx.AsyncBaseTransport]
    ) -> None:
        self._semaphore = anyio.Semaphore(slots, fast_acquire=True)
        self._connect = connect
        self._idle: defaultdict[Origin, list[httpx.AsyncBaseTransport]] = defaultdict(list)
        self._closed = False

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request when there is a slot for it.

        Raises:
            httpx.PoolTimeout: No slot was free within the request's `pool` timeout.
        """
        await self._acquire(request.extensions.get("timeout", {}).get("pool"))
        connection: httpx.AsyncBaseTransport | None = None
        try:
            connection = await self._take(request.url)
            response = await connection.handle_async_request(request)
        except BaseException:
            await self._release(origin(request.url), connection, reusable=False)
            raise
        stream = cast("httpx.AsyncByteStream", response.stream)
        release = partial(self._release, origin(request.url), connection)
        response.stream = _SlotStream(stream, release)
        return response

    async def aclose(self) -> None:
        """Close the idle connections; those in use follow when their request ends."""
        self._closed = True
        while self._idle:
            _, connections = self._idle.popitem()
            for connection in connections:
                await connection.aclose()

    async def _acquire(self, timeout: float | None) -> None:
        if self._closed:
            msg = "this client is closed"
            raise RuntimeError(msg)
        with anyio.move_on_after(timeout) as scope:
            await self._semaphore.acquire()
        if scope.cancelled_caught:
            msg = f"no slot was free within {timeout} s"
            raise httpx.PoolTimeout(msg)

    async def _take(self, url: httpx.URL) -> httpx.AsyncBaseTransport:
        idle = self._idle.get(origin(url))
        if idle:
            return idle.pop()
        await self._make_room()
        return self._connect(url)

    async def _make_room(self) -> None:
        """Close an idle connection to another origin where the slots in use leave no room."""
        idle = sum(map(len, self._idle.values()))
        if idle > self._semaphore.value:
            oldest = next(connections for connections in self._idle.values() if connections)
            await oldest.pop(0).aclose()

    async def _release(
        self, key: Origin, connection: httpx.AsyncBaseTransport | None, *, reusable: bool
    ) -> None:
        try:
            if reusable and not self._closed and connection is not None:
                self._idle[key].append(connection)
            elif connection is not None:
                with anyio.CancelScope(shield=True):
                    await connection.aclose()
        finally:
            self._semaphore.release()


class _SlotStream(httpx.AsyncByteStream):
    """The body of an answer, which gives its slot back when it is closed."""

    def __init__(self, stream: httpx.AsyncByteStream, release: _Release) -> None:
        self._stream = stream
        self._release = release
        self._exhausted = False
        self._closed = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._stream:
            yield chunk
        self._exhausted = True

    async def aclose(self) -> None:
        if self._closed:
            return
        self._closed = True
        reusable = False
        try:
            with anyio.CancelScope(shield=True):
                await self._stream.aclose()
            reusable = self._exhausted
        finally:
            await self._release(reusable=reusable)


class Connections:
    """Make transports of one connection, which share one TLS context.

    Args:
        proxy: The URL of a proxy for every request, or None for what the environment says
            (`HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY`, `NO_PROXY`).

    Raises:
        ConfigurationError: The proxy is not a URL that a connection could use.
    """

    def __init__(self, proxy: str | None = None) -> None:
        try:
            self._proxy = httpx.Proxy(proxy) if proxy is not None else None
        except (ValueError, httpx.InvalidURL):
            # Without the cause: its words may repeat the proxy's password.
            msg = "proxy: expected a URL such as http://proxy.example:8080, found something else"
            raise ConfigurationError(msg) from None

    def __call__(self, url: httpx.URL) -> httpx.AsyncBaseTransport:
        """Return a transport that holds one connection at the most."""
        return httpx.AsyncHTTPTransport(
            verify=self._tls if url.scheme == "https" else False,
            limits=httpx.Limits(
                max_connections=1, max_keepalive_connections=1, keepalive_expiry=_IDLE_SECONDS
            ),
            proxy=self._proxy or _environment_proxy(url),
        )

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        return httpx.create_ssl_context()


def _environment_proxy(url: httpx.URL) -> str | None:
    if proxy_bypass(url.host):
        return None
    proxies = getproxies()
    return proxies.get(url.scheme) or proxies.get("all")
