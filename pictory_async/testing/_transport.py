"""The stand-in's face in process: an httpx transport for asyncio and trio, without a socket."""

import math
from collections.abc import AsyncIterable, AsyncIterator, Iterable

import anyio
import anyio.lowlevel
import anyio.to_thread
import httpx

from pictory_async.testing._messages import Request
from pictory_async.testing._service import IN_PROCESS, Exchange, Service


_CHUNK = 65_536
_ORIGINS = frozenset({"https://api.pictory.test", "https://cdn.pictory.test"})


class FakeTransport(httpx.AsyncBaseTransport):
    """Hands requests to the service and answers in the words of httpx."""

    def __init__(self, service: Service) -> None:
        self._service = service

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one request, or raise what httpx raises when that goes wrong."""
        # A real exchange lets other tasks run, and can be cancelled.
        await anyio.lowlevel.checkpoint()
        origin = f"{request.url.scheme}://{request.url.netloc.decode()}"
        if origin not in _ORIGINS:
            msg = f"FakePictory answers at {' and '.join(sorted(_ORIGINS))}, not at {origin}"
            raise httpx.ConnectError(msg, request=request)
        asked = await _asked(request)
        # Only a drawing takes a thread: a virtual clock would run on while a thread works.
        if drawing := self._service.drawing(asked):
            await anyio.to_thread.run_sync(drawing)
        return await _delivered(self._service.handle(asked), request)


async def _asked(request: httpx.Request) -> Request:
    url = request.url
    return Request(
        method=request.method,
        url=f"{url.scheme}://{url.netloc.decode()}{url.path}",
        site=IN_PROCESS,
        query=tuple(url.params.multi_items()),
        headers=dict(request.headers),
        body=await _read(request.stream),
    )


async def _read(stream: AsyncIterable[bytes] | Iterable[bytes]) -> bytes:
    if isinstance(stream, AsyncIterable):
        return b"".join([chunk async for chunk in stream])
    return b"".join(stream)


async def _delivered(exchange: Exchange, request: httpx.Request) -> httpx.Response:
    if exchange.fault == "refuse":
        msg = "All connection attempts failed"
        raise httpx.ConnectError(msg, request=request)
    if wait := math.inf if exchange.fault == "stall" else exchange.latency:
        await _wait(wait, request)
    if exchange.fault == "reset":
        msg = "Connection reset by peer"
        raise httpx.ReadError(msg, request=request)
    headers = dict(exchange.reply.headers)
    stream = _ReplyBody(exchange, request)
    return httpx.Response(exchange.reply.status, headers=headers, stream=stream)


async def _wait(seconds: float, request: httpx.Request) -> None:
    patience: float | None = request.extensions.get("timeout", {}).get("read")
    if patience is None or seconds <= patience:
        await anyio.sleep(seconds)
        return
    await anyio.sleep(patience)
    msg = "The read operation timed out"
    raise httpx.ReadTimeout(msg, request=request)


class _ReplyBody(httpx.AsyncByteStream):
    def __init__(self, exchange: Exchange, request: httpx.Request) -> None:
        self._exchange = exchange
        self._request = request

    async def __aiter__(self) -> AsyncIterator[bytes]:
        arriving = self._exchange.arriving
        for start in range(0, len(arriving), _CHUNK):
            await anyio.lowlevel.checkpoint()
            yield arriving[start : start + _CHUNK]
        if self._exchange.fault == "truncate":
            msg = "peer closed connection without sending complete message body"
            raise httpx.RemoteProtocolError(msg, request=self._request)
