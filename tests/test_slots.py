"""Slots: as many connections as allowed, none of them lost, whatever happens to a request."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import re
import select
import ssl
import sys
from collections import Counter
from contextlib import aclosing, asynccontextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Self, TypeAlias, cast

import anyio
import anyio.lowlevel
import attrs
import httpcore
import httpx
import pytest
from anyio.abc import SocketAttribute

from pictory_async import (
    ApiKey,
    ClosedError,
    ConfigurationError,
    Pictory,
    Retry,
    Timeouts,
    TransportError,
)
from pictory_async._transport import dialing
from pictory_async._transport.dialing import Dialer, DirectTransport
from pictory_async._transport.slots import SlotTransport
from pictory_async.testing import FakePictory, Trouble
from tests.helpers import LOOK, PATIENCE, until
from tests.virtual_time import in_jumping_time, in_virtual_time, jumping


if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable

    from anyio.abc import SocketStream


pytestmark = pytest.mark.anyio

URL = "https://a.example/x"
PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")
Cancel: TypeAlias = Literal["native", "scope"]


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Go without the proxy of whoever runs the tests."""
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@attrs.define(eq=False)
class Wire(httpx.AsyncBaseTransport):
    """A connection that lets other tasks run wherever a real one would."""

    origin: str
    world: World
    busy: bool = False
    closed: bool = False
    served: int = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer, unless the world says otherwise."""
        assert not self.busy, "a connection has two requests"
        assert not self.closed, "a closed connection is used"
        assert self.origin == request.url.host, "a connection is used for another origin"
        self.busy = True
        self.served += 1
        try:
            await self.world.on_request()
        except BaseException:
            self.busy = False
            raise
        return httpx.Response(200, stream=WireStream(self))

    async def aclose(self) -> None:
        """Close after one more step."""
        self.closed = True
        await self.world.on_close()


@attrs.define(eq=False)
class WireStream(httpx.AsyncByteStream):
    """A body of three pieces."""

    wire: Wire
    pieces: list[bytes] = attrs.field(factory=lambda: [b"a", b"b", b"c"])

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> bytes:
        await self.wire.world.on_piece()
        if not self.pieces:
            raise StopAsyncIteration
        return self.pieces.pop(0)

    async def aclose(self) -> None:
        """Give the connection back."""
        self.wire.busy = False
        await self.wire.world.on_stream_close()


@attrs.define(eq=False)
class World:
    """All connections that were made, and what happens on them."""

    on_request: Callable[[], Awaitable[None]] = anyio.lowlevel.checkpoint
    on_piece: Callable[[], Awaitable[None]] = anyio.lowlevel.checkpoint
    on_stream_close: Callable[[], Awaitable[None]] = anyio.lowlevel.checkpoint
    on_close: Callable[[], Awaitable[None]] = anyio.lowlevel.checkpoint
    wires: list[Wire] = attrs.field(factory=list[Wire])
    most: int = 0

    def connect(self, url: httpx.URL) -> Wire:
        """Make a connection."""
        wire = Wire(url.host, self)
        self.wires.append(wire)
        self.most = max(self.most, len(self.open))
        return wire

    @property
    def open(self) -> list[Wire]:
        """The connections that are open."""
        return [wire for wire in self.wires if not wire.closed]

    def slots(self, number: int) -> SlotTransport:
        """Make slots for such connections."""
        return SlotTransport(number, self.connect)


def request(url: str = URL, **timeouts: float) -> httpx.Request:
    """Make a request with no other timeouts than those given."""
    times = {"connect": None, "read": None, "write": None, "pool": None, **timeouts}
    return httpx.Request("GET", url, extensions={"timeout": times})


async def fetch(transport: httpx.AsyncBaseTransport, url: str = URL, **timeouts: float) -> bytes:
    """Send a request and read the whole answer."""
    response = await transport.handle_async_request(request(url, **timeouts))
    try:
        return await response.aread()
    finally:
        await response.aclose()


def raiser(error: BaseException) -> Callable[[], Awaitable[None]]:
    """Return what raises an error after a step."""

    async def go_wrong() -> None:
        await anyio.lowlevel.checkpoint()
        raise error

    return go_wrong


async def assert_all_free(world: World, transport: SlotTransport, slots: int) -> None:
    """Check that every slot can be had, at once, and that no connection is open without use."""
    world.on_request = world.on_piece = anyio.lowlevel.checkpoint
    world.on_stream_close = world.on_close = anyio.lowlevel.checkpoint
    responses = [await transport.handle_async_request(request(pool=0)) for _ in range(slots)]
    assert slots == len(world.open)
    with pytest.raises(httpx.PoolTimeout):
        await transport.handle_async_request(request(pool=0))
    for response in responses:
        assert b"abc" == await response.aread()
    assert not [wire for wire in world.open if wire.busy]
    await transport.aclose()
    assert [] == world.open


# --- reuse --------------------------------------------------------------------------------------


@pytest.mark.parametrize("slots", [1, 3, 10])
async def test_never_more_than_allowed(slots: int) -> None:
    """There are never more connections than slots, and all requests are answered."""
    world = World()
    transport = world.slots(slots)
    bodies: list[bytes] = []

    async def ask(host: str) -> None:
        bodies.append(await fetch(transport, f"https://{host}.example/"))

    async with anyio.create_task_group() as group:
        for number in range(60):
            group.start_soon(ask, "abc"[number % 3])

    assert [b"abc"] * 60 == bodies
    assert world.most <= slots
    assert slots == len(world.open)


async def test_one_after_the_other() -> None:
    """One request at a time needs one connection."""
    world = World()
    transport = world.slots(10)
    for _ in range(5):
        await fetch(transport)

    assert [5] == [wire.served for wire in world.wires]


async def test_the_last_one_first() -> None:
    """The connection that was used last is used again, so that the others can grow old."""
    world = World()
    transport = world.slots(3)
    responses = [await transport.handle_async_request(request()) for _ in range(3)]
    for number in (1, 0, 2):
        await responses[number].aread()
    for _ in range(4):
        await fetch(transport)

    assert [1, 1, 5] == [wire.served for wire in world.wires]


async def test_in_order() -> None:
    """Whoever waits for a slot longest gets it first."""
    world, order = World(), list[int]()
    transport = world.slots(1)

    async def ask(number: int) -> None:
        await fetch(transport)
        order.append(number)

    response = await transport.handle_async_request(request())
    async with anyio.create_task_group() as group:
        for number in range(10):
            group.start_soon(ask, number)
            await anyio.wait_all_tasks_blocked()
        await response.aread()

    assert [*range(10)] == order


# --- what is not reused -------------------------------------------------------------------------


async def test_an_error_ends_the_connection() -> None:
    """A connection that failed is closed, and its slot is free."""
    world = World(on_request=raiser(httpx.ReadError("gone")))
    transport = world.slots(1)
    for _ in range(3):
        with pytest.raises(httpx.ReadError):
            await fetch(transport)

    assert [1, 1, 1] == [wire.served for wire in world.wires]
    assert [] == world.open
    await assert_all_free(world, transport, 1)


async def test_a_body_that_breaks_ends_the_connection() -> None:
    """A connection on which a body broke off is closed, and its slot is free."""
    world = World(on_piece=raiser(httpx.RemoteProtocolError("cut")))
    transport = world.slots(1)
    with pytest.raises(httpx.RemoteProtocolError):
        await fetch(transport)

    assert [] == world.open
    await assert_all_free(world, transport, 1)


@pytest.mark.parametrize("pieces", [0, 1, 2])
async def test_an_answer_that_was_not_read(pieces: int) -> None:
    """A connection with an answer left on it is closed, and its slot is free."""
    world = World()
    transport = world.slots(1)
    response = await transport.handle_async_request(request())
    assert isinstance(response.stream, httpx.AsyncByteStream)
    async with aclosing(cast("AsyncGenerator[bytes]", aiter(response.stream))) as body:
        for _ in range(pieces):
            await anext(body)
    await response.aclose()
    await response.stream.aclose()

    assert [] == world.open
    await assert_all_free(world, transport, 1)


async def test_an_answer_that_was_read_by_pieces() -> None:
    """A connection whose answer was read to its end is kept."""
    world = World()
    transport = world.slots(1)
    response = await transport.handle_async_request(request())
    assert [b"a", b"b", b"c"] == [piece async for piece in response.aiter_raw()]
    await response.aclose()

    assert 1 == len(world.open)
    await assert_all_free(world, transport, 1)


@pytest.mark.parametrize("place", ["on_request", "on_close"])
@pytest.mark.parametrize("error", [OSError("odd"), RuntimeError("odd")])
async def test_odd_errors(place: str, error: Exception) -> None:
    """Errors that no transport should raise do not cost a slot either."""
    world = World(on_piece=raiser(httpx.ReadError("gone")))
    setattr(world, place, raiser(error))
    transport = world.slots(1)
    for _ in range(2):
        with pytest.raises((OSError, RuntimeError, httpx.ReadError)):
            await fetch(transport)

    await assert_all_free(world, transport, 1)


async def test_a_stream_that_cannot_be_closed() -> None:
    """A connection whose stream fails to close is closed itself."""
    world = World(on_stream_close=raiser(httpx.CloseError("odd")))
    transport = world.slots(1)
    with pytest.raises(httpx.CloseError):
        await fetch(transport)

    assert [] == world.open
    await assert_all_free(world, transport, 1)


async def test_a_connection_that_cannot_be_made() -> None:
    """Where making a connection fails, for whatever reason, the slot is free again."""
    world = World()
    broken = True

    def connect(url: httpx.URL) -> httpx.AsyncBaseTransport:
        if broken:
            raise ImportError
        return world.connect(url)

    transport = SlotTransport(1, connect)
    for _ in range(2):
        with pytest.raises(ImportError):
            await fetch(transport)
    broken = False

    await assert_all_free(world, transport, 1)


# --- the wait for a slot ------------------------------------------------------------------------


@in_virtual_time
async def test_slot_timeout() -> None:
    """Whoever waits too long for a slot gets an error, and takes no slot away."""
    world = World()
    transport = world.slots(1)
    response = await transport.handle_async_request(request())
    for timeout in (0, 0.01):
        with pytest.raises(httpx.PoolTimeout, match=f"no slot was free within {timeout} s"):
            await transport.handle_async_request(request(pool=timeout))
    await response.aread()

    await assert_all_free(world, transport, 1)


async def test_a_wait_of_no_time() -> None:
    """A free slot can be had without waiting at all."""
    world = World()
    transport = world.slots(1)
    response = await transport.handle_async_request(request(pool=0))
    await response.aclose()

    await assert_all_free(world, transport, 1)


@in_virtual_time
async def test_slot_and_timeout_at_once() -> None:
    """A slot that becomes free at the very end of the wait is either had or left to others."""
    world = World()
    transport = world.slots(1)
    response = await transport.handle_async_request(request())

    async def ask() -> None:
        try:
            response = await transport.handle_async_request(request(pool=0.01))
        except httpx.PoolTimeout:
            return
        await response.aread()

    for _ in range(5):
        async with anyio.create_task_group() as group:
            group.start_soon(ask)
            group.start_soon(ask)
            await anyio.sleep(0.01)
            await response.aread()
        response = await transport.handle_async_request(request(pool=1))
    await response.aread()

    await assert_all_free(world, transport, 1)


async def test_cancelled_while_waiting() -> None:
    """Whoever is cancelled in the queue takes no slot away."""
    world = World()
    transport = world.slots(1)
    response = await transport.handle_async_request(request())
    async with anyio.create_task_group() as group:
        for _ in range(5):
            group.start_soon(fetch, transport)
        await anyio.wait_all_tasks_blocked()
        group.cancel_scope.cancel()
    await response.aread()

    assert 1 == len(world.wires)
    await assert_all_free(world, transport, 1)


# --- origins ------------------------------------------------------------------------------------


async def test_origins_do_not_share() -> None:
    """Each origin has connections of its own; scheme, host and port make one."""
    world = World()
    transport = world.slots(10)
    urls = ["https://a/", "https://a:1/", "http://a/", "https://b/"]
    for url in urls * 2:
        await fetch(transport, url)

    assert [2, 2, 2, 2] == [wire.served for wire in world.wires]


@pytest.mark.parametrize(
    "pair", [("https://a/x", "https://A:443/y?z"), ("http://b", "http://b:80")]
)
async def test_the_same_origin(pair: tuple[str, str]) -> None:
    """The same origin may be spelled in several ways."""
    world = World()
    transport = world.slots(10)
    for url in pair:
        await fetch(transport, url)

    assert [2] == [wire.served for wire in world.wires]


async def test_other_origins_make_room() -> None:
    """An idle connection to another origin is closed where there would be too many."""
    world = World()
    transport = world.slots(2)
    for host in "abcdab":
        await fetch(transport, f"https://{host}/")
        assert len(world.open) <= 2

    assert 2 == world.most


async def test_the_oldest_makes_room() -> None:
    """The idle connection that was not used for longest makes room, and not the busiest one."""
    world = World()
    transport = world.slots(2)
    for host in ["api", "file1", "api", "file2", "api", "file3", "api"]:
        await fetch(transport, f"https://{host}/")

    assert [4, 1, 1, 1] == [wire.served for wire in world.wires]


async def test_origins_are_forgotten() -> None:
    """An origin without connections leaves nothing behind."""
    world = World()
    transport = world.slots(2)
    for number in range(50):
        await fetch(transport, f"https://host{number}/")

    assert len(vars(transport)["_idle"]) <= 2


async def test_no_room_is_made_without_need() -> None:
    """Idle connections to other origins are kept as long as the slots allow."""
    world = World()
    transport = world.slots(3)
    for host in "abcabcabc":
        await fetch(transport, f"https://{host}/")

    assert [3, 3, 3] == [wire.served for wire in world.wires]


async def test_room_beside_requests_in_flight() -> None:
    """Connections in use count too: idle ones give way to them."""
    world = World()
    transport = world.slots(3)
    idle = [await transport.handle_async_request(request("https://a/")) for _ in range(3)]
    for response in idle:
        await response.aread()
    busy = [await transport.handle_async_request(request(f"https://{host}/")) for host in "bcd"]

    assert 3 == world.most
    assert ["b", "c", "d"] == [wire.origin for wire in world.open]
    for response in busy:
        await response.aread()


@in_virtual_time
async def test_cancelled_while_making_room() -> None:
    """Whoever is cancelled while an idle connection is closed for them takes no slot away."""
    world = World()
    transport = world.slots(1)
    await fetch(transport, "https://b.example/")
    world.on_close = anyio.sleep_forever
    with anyio.move_on_after(0.01):
        await fetch(transport)

    assert 0 == len(world.open)
    await assert_all_free(world, transport, 1)


# --- closing ------------------------------------------------------------------------------------


async def test_close() -> None:
    """Idle connections are closed at once, those in use when their request ends."""
    world = World()
    transport = world.slots(3)
    responses = [await transport.handle_async_request(request()) for _ in range(3)]
    await responses[0].aread()
    await transport.aclose()
    assert 2 == len(world.open)
    await transport.aclose()
    assert b"abc" == await responses[1].aread()
    await responses[2].aclose()

    assert [] == world.open


async def test_a_closed_client_sends_nothing() -> None:
    """A request of a closed client is an error of ours, which says what happened."""
    pictory = Pictory(ApiKey("pictai_k"), base_url="http://127.0.0.1:9")
    async with pictory:
        pass
    with pytest.raises(TransportError, match="closed") as caught:
        await pictory.v1.renders.create({"scenes": []})

    assert not caught.value.sent


async def test_closing_ends_the_queue() -> None:
    """Whoever waits for a slot of a client that is closed gets an error, not a connection."""
    world, errors = World(), list[ClosedError]()
    transport = world.slots(1)

    async def ask() -> None:
        try:
            await fetch(transport)
        except ClosedError as exc:
            errors.append(exc)

    response = await transport.handle_async_request(request())
    async with anyio.create_task_group() as group:
        group.start_soon(ask)
        group.start_soon(ask)
        await anyio.wait_all_tasks_blocked()
        await transport.aclose()
        await response.aread()

    assert [1] == [wire.served for wire in world.wires]
    assert 2 == len(errors)
    assert [] == world.open


async def idle_three(world: World) -> SlotTransport:
    """Return slots with three idle connections."""
    transport = world.slots(3)
    for response in [await transport.handle_async_request(request()) for _ in range(3)]:
        await response.aread()
    assert 3 == len(world.open)
    return transport


async def test_cancelled_while_closing() -> None:
    """Closing closes everything, even when it is cancelled meanwhile."""
    world = World()
    transport = await idle_three(world)
    with anyio.CancelScope() as scope:
        scope.cancel()
        await transport.aclose()

    assert [] == world.open


async def test_one_that_cannot_be_closed() -> None:
    """A connection that fails to close does not keep the others open."""
    world = World(on_close=raiser(OSError("odd")))
    transport = await idle_three(world)
    with contextlib.suppress(OSError):
        await transport.aclose()

    assert [] == world.open


# --- cancellation, step by step -----------------------------------------------------------------


@attrs.define
class Torment:
    """Tasks that are cancelled in one of the ways there are."""

    cancel: Cancel

    async def run(self, work: Callable[[], Awaitable[object]], tasks: int, steps: int) -> None:
        """Start tasks, let the loop take some steps, and cancel them all."""
        await self.run_until(partial(self._take, steps), work, tasks)

    async def run_until(
        self,
        ready: Callable[[], Awaitable[None]],
        work: Callable[[], Awaitable[object]],
        tasks: int,
    ) -> None:
        """Start tasks, wait for something, and cancel them all."""
        if self.cancel == "native":
            running = [asyncio.ensure_future(work()) for _ in range(tasks)]
            await ready()
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)
            return
        async with anyio.create_task_group() as group:
            for _ in range(tasks):
                group.start_soon(self._ignore_errors, work)
            await ready()
            group.cancel_scope.cancel()

    @staticmethod
    async def _take(steps: int) -> None:
        for _ in range(steps):
            await anyio.lowlevel.checkpoint()

    @staticmethod
    async def _ignore_errors(work: Callable[[], Awaitable[object]]) -> None:
        with contextlib.suppress(httpx.RequestError, TransportError):
            await work()


each_cancel = pytest.mark.parametrize(
    ("anyio_backend", "cancel"),
    [("asyncio", "native"), ("asyncio", "scope"), ("trio", "scope")],
)


@each_cancel
@pytest.mark.parametrize("read", [True, False])
async def test_cancelled_at_any_step(cancel: Cancel, *, read: bool) -> None:
    """Whenever requests are cancelled, no slot and no connection is lost."""
    for steps in range(30):
        world = World()
        transport = world.slots(2)

        async def work(transport: SlotTransport = transport) -> None:
            response = await transport.handle_async_request(request())
            try:
                if read:
                    await response.aread()
            finally:
                await response.aclose()

        await Torment(cancel).run(work, 5, steps)
        assert world.most <= 2
        await assert_all_free(world, transport, 2)


@pytest.mark.parametrize("anyio_backend", ["asyncio"])
@pytest.mark.parametrize("place", ["on_request", "on_piece"])
async def test_cancelled_twice(place: str) -> None:
    """A second cancellation, which meets the cleaning up after the first, costs no slot."""
    for gap in range(6):
        world = World()
        setattr(world, place, anyio.sleep_forever)
        transport = world.slots(1)
        task = asyncio.create_task(fetch(transport))
        for _ in range(5):
            await asyncio.sleep(0)
        task.cancel()
        for _ in range(gap):
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

        assert [] == world.open
        await assert_all_free(world, transport, 1)


# --- over real sockets --------------------------------------------------------------------------


@attrs.define(eq=False)
class Server:
    """A little HTTP server in the same event loop, which counts its connections."""

    port: int = 0
    open: int = 0
    most: int = 0
    accepted: int = 0
    heard: int = 0
    requests: Counter[str] = attrs.field(factory=Counter[str])

    def url(self, path: str) -> str:
        """Return the address of a path."""
        return f"http://127.0.0.1:{self.port}{path}"

    async def serve(self, stream: SocketStream) -> None:
        """Answer on a connection until its end."""
        self.open += 1
        self.accepted += 1
        self.most = max(self.most, self.open)
        try:
            async with stream:
                while await self._answer(stream):
                    pass
        except (anyio.EndOfStream, anyio.BrokenResourceError, anyio.ClosedResourceError):
            pass
        finally:
            self.open -= 1

    async def _answer(self, stream: SocketStream) -> bool:
        head = b""
        while b"\r\n\r\n" not in head:
            head += await stream.receive()
            self.heard += 1
        found = re.match(rb"\w+ (\S+)", head)
        assert found
        path = found[1].decode()
        self.requests[path] += 1
        match path:
            case "/ok":
                await stream.send(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc")
            case "/close":
                await stream.send(
                    b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 3\r\n\r\nabc"
                )
                return False
            case "/twice":
                await stream.send(2 * b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc")
            case "/hangs-up":
                await stream.send(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc")
                return False
            case "/half":
                await stream.send(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\na")
                await stream.receive()
            case "/cut":
                await stream.send(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\na")
                return False
            case _:
                # Until the client hangs up.
                await stream.receive()
        return True


@asynccontextmanager
async def serving() -> AsyncGenerator[Server]:
    """Run the server for a block."""
    server = Server()
    async with (
        await anyio.create_tcp_listener(local_host="127.0.0.1", backlog=2048) as listener,
        anyio.create_task_group() as group,
    ):
        server.port = listener.extra(SocketAttribute.local_port)  # noqa: S610 - no Django here
        group.start_soon(listener.serve, server.serve)
        yield server
        group.cancel_scope.cancel()


def descriptors() -> int | None:
    """Count this process's file descriptors, where the system shows them."""
    folder = Path("/proc/self/fd")
    return len(os.listdir(folder)) if folder.exists() else None  # noqa: PTH208 - counts the same


async def gone(server: Server) -> None:
    """Wait until the server has no connection left."""
    with contextlib.suppress(TimeoutError):
        await until(lambda: not server.open)
    # What is left now would be found by the garbage collector, which complains.
    left = server.open
    gc.collect()
    assert 0 == left


@each_cancel
async def test_no_cancellation_kills_the_slots(cancel: Cancel) -> None:
    """20 requests on 10 slots, all cancelled after any number of steps: 10 fresh ones succeed."""
    gc.collect()
    before = descriptors()
    async with serving() as server:
        for steps in range(60):
            transport = SlotTransport(10, Dialer())
            work = partial(fetch, transport, server.url("/ok"))
            await Torment(cancel).run(work, 20, steps)
            bodies: list[bytes] = []

            async def ask(
                work: Callable[[], Awaitable[bytes]] = work, bodies: list[bytes] = bodies
            ) -> None:
                bodies.append(await work())

            with anyio.fail_after(PATIENCE):
                async with anyio.create_task_group() as group:
                    for _ in range(10):
                        group.start_soon(ask)
            assert [b"abc"] * 10 == bodies
            await transport.aclose()
            await gone(server)
        assert server.most <= 10
    gc.collect()

    assert before == descriptors()


@each_cancel
@pytest.mark.parametrize("path", ["/never", "/half"])
async def test_cancelled_in_the_middle(cancel: Cancel, path: str) -> None:
    """Requests that are cancelled while they wait for an answer leave no connection."""
    async with serving() as server:
        transport = SlotTransport(3, Dialer())
        for steps in range(0, 40, 3):
            await Torment(cancel).run(partial(fetch, transport, server.url(path)), 6, steps)
            with anyio.fail_after(PATIENCE):
                assert b"abc" == await fetch(transport, server.url("/ok"))
        await transport.aclose()
        await gone(server)

        assert server.most <= 3


@in_jumping_time
@pytest.mark.parametrize(
    ("path", "error"),
    [("/cut", httpx.RemoteProtocolError), ("/never", httpx.ReadTimeout)],
)
async def test_a_broken_connection_is_not_reused(path: str, error: type[Exception]) -> None:
    """After an answer that broke off or never came, there is a new connection."""
    async with serving() as server:
        transport = SlotTransport(1, Dialer())
        async with jumping(PATIENCE, once=lambda: server.requests["/never"]):
            with pytest.raises(error):
                await fetch(transport, server.url(path), read=PATIENCE)
        await gone(server)
        assert b"abc" == await fetch(transport, server.url("/ok"))
        await transport.aclose()

        assert (2, 1) == (server.accepted, server.most)


@pytest.mark.parametrize("has_poll", [True, False])
@pytest.mark.parametrize("path", ["/close", "/hangs-up"])
async def test_a_server_that_hangs_up(
    path: str, monkeypatch: pytest.MonkeyPatch, *, has_poll: bool
) -> None:
    """A connection that the server ended between two requests is replaced unnoticed."""
    if not has_poll:  # as on Windows
        monkeypatch.delattr(select, "poll", raising=False)
    async with serving() as server:
        transport = SlotTransport(1, Dialer())
        for _ in range(5):
            assert b"abc" == await fetch(transport, server.url(path))
            await gone(server)
        await transport.aclose()

        assert (5, 1) == (server.accepted, server.most)


async def test_an_answer_that_nobody_asked_for() -> None:
    """A second answer is not taken for the answer to the next request."""
    async with serving() as server:
        transport = SlotTransport(1, Dialer())
        for _ in range(3):
            assert b"abc" == await fetch(transport, server.url("/twice"))
        assert 3 == server.accepted
        await transport.aclose()


async def test_broken_tls(monkeypatch: pytest.MonkeyPatch) -> None:
    """What TLS says of a broken answer is httpx's error of a request that was sent."""

    async def broken(*_: object) -> None:
        await anyio.lowlevel.checkpoint()
        msg = "bad record"
        raise ssl.SSLError(msg)

    async with serving() as server:
        transport = SlotTransport(1, Dialer())
        monkeypatch.setattr(httpcore.AsyncHTTP11Connection, "handle_async_request", broken)
        with pytest.raises(httpx.ReadError, match="bad record"):
            await fetch(transport, server.url("/ok"))
        await gone(server)


async def test_idle_for_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection that nobody used for so long that others hang up is made anew."""
    async with serving() as server:
        transport = SlotTransport(1, Dialer())
        for _ in range(2):
            assert b"abc" == await fetch(transport, server.url("/ok"))
        monkeypatch.setattr(dialing, "_IDLE_SECONDS", 0)
        assert b"abc" == await fetch(transport, server.url("/ok"))
        assert 2 == server.accepted
        await transport.aclose()


async def test_keep_alive() -> None:
    """Requests one after the other share a connection."""
    async with serving() as server:
        transport = SlotTransport(10, Dialer())
        for _ in range(5):
            await fetch(transport, server.url("/ok"))
        await transport.aclose()

        assert 1 == server.accepted


async def test_a_thousand_at_once() -> None:
    """A thousand requests at once all succeed, over no more connections than there are slots."""
    async with serving() as server:
        transport = SlotTransport(100, Dialer())
        bodies: list[bytes] = []

        async def ask() -> None:
            bodies.append(await fetch(transport, server.url("/ok")))

        async with anyio.create_task_group() as group:
            for _ in range(1000):
                group.start_soon(ask)
        await transport.aclose()

        assert [b"abc"] * 1000 == bodies
        assert server.most <= 100


@pytest.mark.parametrize(("slots", "number"), [(1, 20), (100, 1000)])
async def test_a_thousand_looks_at_once(slots: int, number: int) -> None:
    """A thousand looks through a client with its defaults all succeed."""
    fake = FakePictory(draw=False)
    with fake.serve() as url:
        async with Pictory(ApiKey("pictai_k"), base_url=url, slots=slots) as pictory:
            job = await pictory.v1.storyboards.preview(
                {"videoName": "x", "scenes": [{"text": "Hello."}]}
            )
            done = 0

            async def look() -> None:
                nonlocal done
                await pictory.jobs.get(job)
                done += 1

            async with anyio.create_task_group() as group:
                for _ in range(number):
                    group.start_soon(look)

    assert number == done


async def test_refused_connections_cost_no_slot() -> None:
    """A connection that is refused frees its slot."""
    async with await anyio.create_tcp_listener(local_host="127.0.0.1") as listener:
        port = listener.extra(SocketAttribute.local_port)  # noqa: S610 - no Django here
    transport = SlotTransport(1, Dialer())
    for _ in range(3):
        with anyio.fail_after(PATIENCE), pytest.raises(httpx.ConnectError):
            await fetch(transport, f"http://127.0.0.1:{port}/")


@in_jumping_time
async def test_cancelled_over_the_whole_client() -> None:
    """Looks that are cancelled or time out leave a client whose slots all work."""
    fake = FakePictory(draw=False)
    with fake.serve() as url:
        async with Pictory(
            ApiKey("pictai_k"),
            base_url=url,
            slots=3,
            timeouts=Timeouts(read=PATIENCE),
            retry=Retry(attempts=1),
        ) as pictory:
            job = await pictory.v1.storyboards.preview(
                {"videoName": "x", "scenes": [{"text": "Hello."}]}
            )
            fake.trouble(LOOK, Trouble.stall(), times=6)
            async with anyio.create_task_group() as group:
                for _ in range(3):
                    group.start_soon(pictory.jobs.get, job)
                await until(lambda: 3 == fake.count(LOOK))
                group.cancel_scope.cancel()

            async def look() -> None:
                with pytest.raises(TransportError, match="ReadTimeout"):
                    await pictory.jobs.get(job)

            async with (
                jumping(PATIENCE, once=lambda: 6 == fake.count(LOOK)),
                anyio.create_task_group() as group,
            ):
                for _ in range(3):
                    group.start_soon(look)
            with anyio.fail_after(PATIENCE):
                for _ in range(6):
                    await pictory.jobs.get(job)


@in_jumping_time
async def test_a_tls_handshake_that_takes_too_long() -> None:
    """A TLS handshake that times out leaves no connection behind."""
    async with serving() as server:
        transport = SlotTransport(1, Dialer())
        stuck = request(server.url("/ok").replace("http:", "https:"), connect=PATIENCE)
        async with jumping(PATIENCE, once=lambda: server.heard):
            with pytest.raises(httpx.ConnectTimeout):
                await transport.handle_async_request(stuck)
        await gone(server)


@each_cancel
async def test_a_tls_handshake_that_is_cancelled(cancel: Cancel) -> None:
    """A TLS handshake that is cancelled leaves no connection for the garbage collector."""
    async with serving() as server:
        transport = SlotTransport(1, Dialer())
        stuck = partial(fetch, transport, server.url("/ok").replace("http:", "https:"))
        await Torment(cancel).run_until(partial(until, lambda: server.heard), stuck, 1)
        assert 1 == server.accepted
        await gone(server)
        assert b"abc" == await fetch(transport, server.url("/ok"))
        await transport.aclose()


# --- connections --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("environment", "url", "proxied"),
    [
        ({}, "http://a.example/", False),
        ({"HTTP_PROXY": "{proxy}"}, "http://a.example/", True),
        ({"HTTPS_PROXY": "{proxy}"}, "http://a.example/", False),
        ({"ALL_PROXY": "{proxy}"}, "http://a.example/", True),
        ({"ALL_PROXY": "{proxy}", "NO_PROXY": "a.example"}, "http://a.example/", False),
        ({"ALL_PROXY": "{proxy}", "NO_PROXY": "b.example"}, "http://a.example/", True),
        ({"HTTP_PROXY": "http://127.0.0.1:9", "PROXY": "{proxy}"}, "http://a.example/", True),
    ],
)
async def test_proxies(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], url: str, *, proxied: bool
) -> None:
    """A proxy is taken from the argument, or else from the environment."""
    async with serving() as server:
        proxy = server.url("")
        argument = None
        for name, value in environment.items():
            if name == "PROXY":
                argument = proxy
            else:
                monkeypatch.setenv(name, value.format(proxy=proxy))
        transport = Dialer(argument)(httpx.URL(url))
        async with transport:
            # Nothing is sent: the server would not know the address, and names are not looked up.
            assert proxied != isinstance(transport, DirectTransport)


@pytest.mark.parametrize(
    "proxy", ["localhost:9", "ftp://a:hunter2@b", "socks5://a:hunter2@127.0.0.1:9"]
)
async def test_a_bad_proxy_in_the_environment(monkeypatch: pytest.MonkeyPatch, proxy: str) -> None:
    """A proxy of the environment that is none is an error of ours, without its password."""
    monkeypatch.setenv("HTTP_PROXY", proxy)
    # SOCKS needs an extra of httpx.
    monkeypatch.setitem(sys.modules, "socksio", None)
    retry = Retry(attempts=1)
    with pytest.raises((ConfigurationError, TransportError)) as caught:
        async with Pictory(
            ApiKey("pictai_k"), base_url="http://127.0.0.1:9", retry=retry
        ) as pictory:
            await pictory.jobs.get("j-1")

    assert "hunter2" not in str(caught.value)
