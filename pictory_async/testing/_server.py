"""The stand-in's face on a socket: Starlette and uvicorn in a thread, with real broken wires."""

import socket
import struct
import threading
from asyncio import Transport
from collections.abc import Generator, Mapping
from contextlib import contextmanager

import anyio
import anyio.to_thread
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from pictory_async.testing._messages import Request, Site
from pictory_async.testing._service import Exchange, Service


_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_TRANSPORT = "pictory_async.transport"
# Longer than any interval between looks: the real service does not hang up after five seconds.
_KEEP_ALIVE_SECONDS = 600
# Two official samples call the API from a page in a browser (v1.md, section 8).
_FOR_PAGES = {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "*"}


@contextmanager
def serve(service: Service, host: str, port: int) -> Generator[str]:
    """Serve until the context is left; clients that are still connected are cut off."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Bound here, so that a port in use is the caller's OSError and not a dead thread.
    with socket.create_server((host, port), family=family) as listener:
        # asyncio does this for sockets that it makes itself. Without it, Nagle's algorithm and the
        # client's delayed acknowledgement hold back the body of each reply by 40 ms.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        server = _Server(_configured(service))
        thread = threading.Thread(target=server.run, args=([listener],), name="FakePictory")
        thread.start()
        try:
            server.ready.wait()
            shown = f"[{host}]" if ":" in host else host
            yield f"http://{shown}:{listener.getsockname()[1]}/pictoryapis"
        finally:
            server.should_exit = True
            thread.join()


def _configured(service: Service) -> uvicorn.Config:
    app = Starlette(routes=[Route("/{path:path}", _Endpoint(service).respond, methods=[*_METHODS])])
    return uvicorn.Config(
        app,
        http=_Protocol,
        # Other loops wrap the socket, and a reset could not be forced through it.
        loop="asyncio",
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
    )


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = threading.Event()

    def run(self, sockets: list[socket.socket] | None = None) -> None:
        try:
            super().run(sockets)
        finally:
            # Nobody waits for ever for a server that could not start.
            self.ready.set()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()


class _Protocol(H11Protocol):
    """Lets a reply reach its connection, in order to break it."""

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        app = self.app

        async def with_transport(scope: Scope, receive: Receive, send: Send) -> None:
            await app({**scope, _TRANSPORT: transport}, receive, send)

        self.app = with_transport

    def shutdown(self) -> None:
        """Cut off a request that is being answered: it may be one that stalls for ever."""
        super().shutdown()
        self.transport.close()


class _Endpoint:
    def __init__(self, service: Service) -> None:
        self._service = service

    async def respond(self, http_request: HttpRequest) -> Response:
        if (granted := _preflight(http_request)) is not None:
            return granted
        request = _asked(http_request, await http_request.body())
        if drawing := self._service.drawing(request):
            await anyio.to_thread.run_sync(drawing)
        exchange = self._service.handle(request)
        if exchange.latency:
            # Nobody waits for the answer to a client that has hung up, and no face to be left.
            with anyio.move_on_after(exchange.latency):
                await hung_up(http_request.receive)
        headers = {**_FOR_PAGES, **exchange.reply.headers}
        if exchange.fault == "answer":
            return Response(exchange.arriving, exchange.reply.status, headers)
        return _Broken(exchange, headers)


def _preflight(http_request: HttpRequest) -> Response | None:
    """Grant what a browser asks before a call, as a gateway does for the service behind it."""
    method = http_request.headers.get("access-control-request-method")
    if http_request.method != "OPTIONS" or method is None:
        return None
    headers = {**_FOR_PAGES, "Access-Control-Allow-Methods": method, "Access-Control-Max-Age": "60"}
    if asked := http_request.headers.get("access-control-request-headers"):
        headers["Access-Control-Allow-Headers"] = asked
    return Response(status_code=204, headers=headers)


def _asked(http_request: HttpRequest, body: bytes) -> Request:
    # The address that the client asked for, by its Host header: links lead back the same way.
    url = http_request.url
    base = f"{url.scheme}://{url.netloc}"
    return Request(
        method=http_request.method,
        url=base + http_request.scope["path"],
        site=Site(f"{base}/pictoryapis", f"{base}/files"),
        query=tuple(http_request.query_params.multi_items()),
        headers={name.lower(): value for name, value in http_request.headers.items()},
        body=body,
    )


class _Broken(Response):
    """A reply that does not arrive, or not all of it."""

    def __init__(self, exchange: Exchange, headers: Mapping[str, str]) -> None:
        super().__init__(exchange.arriving, exchange.reply.status or 500, headers)
        self._fault = exchange.fault

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        transport: Transport = scope[_TRANSPORT]
        if self._fault == "truncate":
            await self._begin(send)
            transport.close()
        elif self._fault != "stall":
            _reset(transport)
        # Until the client hangs up, or this face does; uvicorn would complain about less.
        await hung_up(receive)

    async def _begin(self, send: Send) -> None:
        start = {"type": "http.response.start", "status": self.status_code}
        await send({**start, "headers": self.raw_headers})
        await send({"type": "http.response.body", "body": self.body, "more_body": True})


async def hung_up(receive: Receive) -> None:
    """Wait for the end of a connection, whatever else comes before."""
    while (await receive())["type"] != "http.disconnect":
        pass


def _reset(transport: Transport) -> None:
    # Not to linger is what makes the system send RST and not the end of a stream.
    connection = transport.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()
