"""Event hooks: each attempt is told of, without a secret, and nothing that they do matters."""

from __future__ import annotations

import logging
import traceback
from typing import TYPE_CHECKING, Any

import anyio
import anyio.lowlevel
import httpx
import pytest

from pictory_async import (
    ClosedError,
    ConfigurationError,
    Pictory,
    Retry,
    Timeouts,
    TransportError,
)
from pictory_async.testing import Trouble
from tests.helpers import CLIENT, KEY, Host, client, inside, virtual_fake


if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from pictory_async.events import RequestSent, ResponseReceived


pytestmark = pytest.mark.anyio

SCENE = {"videoName": "x", "scenes": [{"story": "One."}]}


@pytest.fixture
def anyio_backend(virtual_backend: object) -> object:
    """Run in virtual time, on asyncio and on trio."""
    return virtual_backend


class Trace:
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.sent: list[RequestSent] = []
        self.received: list[ResponseReceived] = []

    def on_request(self, event: RequestSent) -> None:
        """Keep a request."""
        self.sent.append(event)

    async def on_response(self, event: ResponseReceived) -> None:
        """Keep an answer, and take some time for it."""
        await anyio.lowlevel.checkpoint()
        self.received.append(event)

    @property
    def hooks(self) -> dict[str, Any]:
        """The hooks as settings of a client."""
        return {"on_request": self.on_request, "on_response": self.on_response}


def takes_none() -> None:
    """Take nothing, which is too little."""


def takes_two(_first: object, _second: object) -> None:
    """Take two, which is too many."""


def takes_a_name(*, event: object) -> None:
    """Take one by its name only."""


def takes_all(*_: object) -> None:
    """Take as many as there are."""


def takes_more(_first: object, _second: object = 1) -> None:
    """Take one or two."""


class TestTold:
    async def test_each_kind(self, tmp_path: Path) -> None:
        """Submits, looks, other calls and tokens are told of; files are not."""
        fake, trace = virtual_fake(render_seconds=1), Trace()
        async with client(fake, CLIENT, **trace.hooks) as pictory:
            job = await pictory.storyboards.render(SCENE)
            video = await pictory.wait_for_job(job)
            await pictory.download(video, tmp_path / "x.mp4")
            await pictory.account.quota()
            await pictory.request("GET", "/v1/quota", params={"nextPageKey": "hush"})

        base = fake.base_url
        look = ("look", "GET", f"{base}/v1/jobs/{job.id}", "/v1/jobs/{job_id}")
        assert [
            ("token", "POST", f"{base}/v1/oauth2/token", "/v1/oauth2/token"),
            ("submit", "POST", f"{base}/v2/video/storyboard/render", "/v2/video/storyboard/render"),
            look,
            look,
            ("call", "GET", f"{base}/v1/quota", "/v1/quota"),
            ("call", "GET", f"{base}/v1/quota", "/v1/quota"),
        ] == [(each.kind, each.method, each.url, each.operation) for each in trace.sent]
        assert {200} == {each.status for each in trace.received}
        assert trace.sent == [each.request for each in trace.received]
        assert [1, 2, 3, 4, 5, 6] == [each.number for each in trace.sent]

    async def test_each_attempt(self) -> None:
        """A request that is sent again is told of again, with its number of attempts."""
        fake, trace = virtual_fake(), Trace()
        fake.trouble("GET /v1/quota", Trouble.status(502, headers={"X-Request-Id": "r-1"}), times=2)
        async with client(fake, **trace.hooks, retry=Retry(first=1)) as pictory:
            await pictory.account.quota()

        assert [(1, 502), (2, 502), (3, 200)] == [
            (each.request.attempt, each.status) for each in trace.received
        ]
        assert "r-1" == trace.received[0].request_id
        assert {None} == {each.error for each in trace.received}

    async def test_a_refused_token(self) -> None:
        """One that is sent again with another token as well."""
        fake, trace = virtual_fake(), Trace()
        async with client(fake, CLIENT, **trace.hooks) as pictory:
            await pictory.account.quota()
            fake.expire_tokens()
            await pictory.account.quota()

        calls = [each for each in trace.received if each.request.kind == "call"]
        assert [(1, 200), (1, 401), (2, 200)] == [(r.request.attempt, r.status) for r in calls]

    async def test_seconds(self) -> None:
        """The time of an answer is told, that of a hook before it is not counted."""

        async def slow(_: RequestSent) -> None:
            await anyio.sleep(2)

        async def answer(_: httpx.Request) -> httpx.Response:
            await anyio.sleep(3)
            return httpx.Response(200, json={})

        trace = Trace()
        transport = httpx.MockTransport(answer)
        async with Pictory(
            KEY, transport=transport, on_request=slow, on_response=trace.on_response
        ) as pictory:
            await pictory.request("GET", "/v1/x")

        assert [3] == [each.seconds for each in trace.received]

    async def test_with_options(self) -> None:
        """A client that shares the connections shares the hooks."""
        trace = Trace()
        async with Pictory(KEY, transport=Host(nothing), **trace.hooks) as pictory:
            await pictory.with_options(retry=Retry(attempts=1)).request("GET", "/v1/x")

        assert 1 == len(trace.sent)

    @pytest.mark.parametrize("name", ["on_request", "on_response"])
    async def test_one_alone(self, name: str) -> None:
        """Either hook does without the other."""
        seen: list[object] = []
        settings: Any = {name: seen.append}
        async with Pictory(KEY, transport=Host(nothing), **settings) as pictory:
            await pictory.request("GET", "/v1/x")

        assert 1 == len(seen)


class TestNoAnswer:
    @pytest.mark.parametrize(
        ("error", "words"),
        [
            (httpx.ConnectError("no route"), "ConnectError: no route"),
            (httpx.ReadError(""), "ReadError"),
            (ValueError("hunter2"), "ValueError"),
            (ClosedError("the client is closed", "GET", "/x", sent=False), "GET /x: the client is"),
        ],
    )
    async def test_words(self, error: Exception, words: str) -> None:
        """Where no answer came, it is told why."""

        def refuse(_: httpx.Request) -> httpx.Response:
            raise error

        trace = Trace()
        with pytest.raises((TransportError, ValueError)):
            async with Pictory(
                KEY, transport=Host(refuse), **trace.hooks, retry=Retry(attempts=1)
            ) as pictory:
                await pictory.request("GET", "/v1/x")

        (received,) = trace.received
        assert received.status is None
        assert (received.error or "").startswith(words)
        assert "hunter2" not in (received.error or "")

    async def test_of_a_token(self) -> None:
        """What is wrong with a request for a token may quote a secret, and is told by its kind."""

        def refuse(_: httpx.Request) -> httpx.Response:
            msg = "hunter2"
            raise httpx.ReadError(msg)

        trace = Trace()
        async with Pictory(
            CLIENT, transport=Host(refuse), **trace.hooks, retry=Retry(attempts=1)
        ) as pictory:
            with pytest.raises(TransportError):
                await pictory.account.quota()

        assert [("token", "ReadError")] == [(r.request.kind, r.error) for r in trace.received]

    async def test_cancelled(self) -> None:
        """A request that nobody waits for any more ends for the hooks as well."""

        async def never(_: httpx.Request) -> httpx.Response:
            await anyio.sleep_forever()
            raise AssertionError

        trace = Trace()
        async with Pictory(KEY, transport=httpx.MockTransport(never), **trace.hooks) as pictory:
            with anyio.move_on_after(7):
                await pictory.request("GET", "/v1/x")

        assert [("cancelled", 7)] == [(each.error, each.seconds) for each in trace.received]


class TestHarmless:
    @pytest.mark.parametrize("name", ["on_request", "on_response"])
    async def test_raises(self, name: str, caplog: pytest.LogCaptureFixture) -> None:
        """What a hook raises is in the log, and the job that was paid for is there."""

        def broken(_: object) -> None:
            msg = "hook"
            raise ValueError(msg)

        fake = virtual_fake()
        settings: Any = {name: broken}
        async with client(fake, **settings) as pictory:
            job = await pictory.storyboards.render(SCENE)

        assert (job.id,) == fake.billed
        (record,) = [r for r in caplog.records if r.levelno == logging.ERROR]
        assert f"{name} raised an error; the request goes on" == record.getMessage()
        assert "ValueError: hook" in caplog.text

    async def test_the_log_has_no_secret(self, caplog: pytest.LogCaptureFixture) -> None:
        """Whoever prints the frames of what a hook raised finds no request in them."""

        def refuse(_: httpx.Request) -> httpx.Response:
            msg = "no"
            raise httpx.ConnectError(msg)

        def broken(_: object) -> None:
            msg = "hook"
            raise ValueError(msg)

        async with Pictory(
            KEY, transport=Host(refuse), on_response=broken, retry=Retry(attempts=1)
        ) as pictory:
            with pytest.raises(TransportError):
                await pictory.request("GET", "/v1/x")

        (record,) = [r for r in caplog.records if r.levelno == logging.ERROR]
        assert record.exc_info
        assert record.exc_info[1]
        found = traceback.TracebackException.from_exception(record.exc_info[1], capture_locals=True)
        assert found.__context__ is None
        assert KEY.key not in repr([frame.locals for frame in found.stack])

    @pytest.mark.parametrize("name", ["on_request", "on_response"])
    async def test_takes_too_long(self, name: str, caplog: pytest.LogCaptureFixture) -> None:
        """A hook that never ends is ended."""

        async def endless(_: object) -> None:
            await anyio.sleep_forever()

        fake = virtual_fake()
        settings: Any = {name: endless}
        async with client(fake, **settings) as pictory:
            job = await pictory.storyboards.render(SCENE)
            assert 5 == anyio.current_time()

        assert (job.id,) == fake.billed
        assert f"{name} was ended after 5 s" in caplog.text

    async def test_cancelled_while_it_is_told(self) -> None:
        """An answer that has come is not lost while a hook is told of it."""
        fake, jobs = virtual_fake(), list[object]()

        async def slow(_: object) -> None:
            await anyio.sleep(2)

        async with client(fake, on_response=slow) as pictory:
            with anyio.move_on_after(1):
                jobs.append(await pictory.storyboards.render(SCENE))

        assert 1 == len(jobs) == len(fake.billed)

    async def test_ended_from_outside(self) -> None:
        """An answer that was not read yet gives its connection back, however its hook ended."""

        class StopError(BaseException):
            """What no hook should raise, and what is not held up."""

        class Body(httpx.AsyncByteStream):
            is_closed = False

            async def __aiter__(self) -> AsyncIterator[bytes]:
                yield b"{}"

            async def aclose(self) -> None:
                self.is_closed = True

        def stop(_: object) -> None:
            raise StopError

        async def send(failing: bool) -> None:
            def answer(_: httpx.Request) -> httpx.Response:
                if failing:
                    msg = "no"
                    raise httpx.ConnectError(msg)
                return httpx.Response(200, stream=body)

            async with Pictory(
                KEY, transport=Host(answer), on_response=stop, timeouts=Timeouts(total=None)
            ) as pictory:
                await pictory.request("GET", "/v1/x")

        body = Body()
        for failing in (True, False):
            with pytest.raises(StopError):
                await send(failing=failing)

        assert body.is_closed

    async def test_cancelled_before(self) -> None:
        """A submit that is cancelled while a hook is told of it was never sent."""
        fake = virtual_fake()

        async def slow(_: object) -> None:
            await anyio.sleep(2)

        async with client(fake, on_request=slow) as pictory:
            with anyio.move_on_after(1):
                await pictory.storyboards.render(SCENE)

        assert () == fake.billed

    @pytest.mark.parametrize("hook", [5, "print", takes_none, takes_two, takes_a_name])
    @pytest.mark.parametrize("name", ["on_request", "on_response"])
    def test_no_function_of_one_argument(self, name: str, hook: Any) -> None:
        """A hook that cannot be called so is refused when the client is made."""
        settings: Any = {name: hook}
        with pytest.raises(ConfigurationError, match=f"^{name}: expected a function of one argum"):
            Pictory(KEY, **settings)

    @pytest.mark.parametrize("hook", [print, inside(max), inside(dict), takes_all, takes_more])
    def test_functions_of_one_argument(self, hook: Any) -> None:
        """Whatever can be called with one argument is taken, written in C or not."""
        Pictory(KEY, on_request=hook)


def nothing(_: httpx.Request) -> httpx.Response:
    """Answer with an empty object."""
    return httpx.Response(200, json={})
