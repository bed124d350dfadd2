"""The transport that sends again: when, how often, and what comes out in the end."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import anyio
import attrs
import httpx
import pytest

from pictory_async._retry import Retry
from pictory_async._transport.exchange import exchange, was_sent
from pictory_async._transport.request_state import RequestState, give_state
from pictory_async._transport.retries import Retries
from pictory_async._wire.meanings import Asked


if TYPE_CHECKING:
    from collections.abc import AsyncIterator


pytestmark = pytest.mark.anyio

RETRY = Retry(attempts=4, first=1.0, factor=2.0, longest=60.0, longest_retry_after=60.0)
CALL, SUBMIT, LOOK = Asked.CALL, Asked.SUBMIT, Asked.LOOK


@pytest.fixture
def anyio_backend(virtual_backend: Any) -> Any:
    """Run in virtual time."""
    return virtual_backend


@attrs.define(eq=False)
class Body(httpx.AsyncByteStream):
    """A body that may break off, and knows whether it was closed."""

    pieces: list[bytes]
    error: Exception | None = None
    closed: bool = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self.pieces:
            await anyio.lowlevel.checkpoint()
            yield piece
        if self.error is not None:
            raise self.error

    async def aclose(self) -> None:
        """Note that it was closed."""
        self.closed = True


@attrs.define(eq=False)
class Script(httpx.AsyncBaseTransport):
    """Answers one thing after the other, the last one for ever, and notes when."""

    events: list[httpx.Response | Exception]
    times: list[float] = attrs.field(factory=list[float])
    bodies: list[bytes] = attrs.field(factory=list[bytes])
    started: float | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Do what comes next."""
        now = anyio.current_time()
        if self.started is None:
            self.started = now
        self.times.append(round(now - self.started, 6))
        self.bodies.append(await request.aread())
        event = self.events.pop(0) if len(self.events) > 1 else self.events[0]
        if isinstance(event, Exception):
            raise event
        return event


def status(code: int, retry_after: str | None = None, **headers: str) -> httpx.Response:
    """Make an answer with a body of its own."""
    named = {"Retry-After": retry_after} if retry_after is not None else {}
    return httpx.Response(code, headers=named | headers, stream=Body([b'{"a":', b" 1}"]))


def own(code: int, retry_after: str | None = None) -> httpx.Response:
    """Make an answer in the service's words."""
    named = {"Retry-After": retry_after} if retry_after is not None else {}
    return httpx.Response(code, headers=named, stream=Body([b'{"message": "so"}']))


def broken(code: int = 200, error: Exception | None = None) -> httpx.Response:
    """Make an answer whose body breaks off."""
    cut = error or httpx.RemoteProtocolError("cut")
    return httpx.Response(code, stream=Body([b'{"a":'], cut))


def request(asked: Asked | None, method: str = "POST", *, whole: bool = True) -> httpx.Request:
    """Make a request with a body, of an operation that says whether it may be sent again."""
    made = httpx.Request(method, "https://a.example/x?signature=s", json=[1])
    if asked is not None:
        give_state(made, RequestState(asked=asked, wants_whole=whole))
    return made


async def send(
    script: Script, asked: Asked | None, *, retry: Retry = RETRY, whole: bool = True
) -> httpx.Response:
    """Send a request through retries without chance."""
    retries = Retries(script.handle_async_request, retry, lambda: 1.0)
    return await retries.send_with_retries(request(asked, whole=whole))


REFUSED = [
    httpx.ConnectError("refused"),
    httpx.ConnectTimeout("too slow"),
    httpx.PoolTimeout("no slot"),
    httpx.ProxyError("proxy"),
]
LOST = [
    httpx.ReadTimeout("slow"),
    httpx.ReadError("reset"),
    httpx.WriteError("reset"),
    httpx.WriteTimeout("slow"),
    httpx.RemoteProtocolError("hung up"),
    httpx.LocalProtocolError("odd"),
    httpx.DecodingError("odd"),
]


def name_of(event: object) -> str:
    """Name a parameter of a test."""
    return type(event).__name__ if isinstance(event, Exception) else str(event)


# --- what is sent again -------------------------------------------------------------------------


@pytest.mark.parametrize("error", REFUSED, ids=name_of)
@pytest.mark.parametrize("asked", [CALL, SUBMIT])
async def test_refused_connections(asked: Asked, error: Exception) -> None:
    """A request that never left is sent again, also where it may cost money."""
    script = Script([error, error, status(200)])

    assert 200 == (await send(script, asked)).status_code
    assert [0, 1, 3] == script.times
    assert [b"[1]"] * 3 == script.bodies
    assert isinstance(error, httpx.RequestError)
    assert not was_sent(error)


@pytest.mark.parametrize("error", LOST, ids=name_of)
async def test_lost_answers_of_submits(error: Exception) -> None:
    """A request that may have arrived is not sent again where it may cost money."""
    script = Script([error, status(200)])
    with pytest.raises(type(error)) as caught:
        await send(script, SUBMIT)

    assert error is caught.value
    assert [0] == script.times


@pytest.mark.parametrize("error", LOST, ids=name_of)
async def test_lost_answers_of_looks(error: Exception) -> None:
    """Asking again is free."""
    script = Script([error, status(200)])

    assert 200 == (await send(script, CALL)).status_code
    assert [0, 1] == script.times


@pytest.mark.parametrize("code", [500, 502, 503, 504, 520])
@pytest.mark.parametrize("retry_after", [None, "1"])
async def test_server_errors_of_submits(code: int, retry_after: str | None) -> None:
    """A server that failed may have done its work before: nothing is sent again for money."""
    script = Script([status(code, retry_after), status(200)])

    assert code == (await send(script, SUBMIT)).status_code
    assert [0] == script.times


@pytest.mark.parametrize("code", [500, 503, 429])
async def test_server_errors_of_looks(code: int) -> None:
    """Where asking is free, a server that failed is asked again."""
    script = Script([status(code), status(200)])

    assert 200 == (await send(script, CALL)).status_code
    assert [0, 1] == script.times


@pytest.mark.parametrize("code", [200, 204, 400, 401, 403, 404, 407, 409, 422])
@pytest.mark.parametrize("asked", [CALL, SUBMIT, LOOK])
async def test_final_answers(asked: Asked, code: int) -> None:
    """An answer that will not change is the answer, even if it names a time."""
    script = Script([own(code, "1"), status(500)])

    assert code == (await send(script, asked)).status_code
    assert [0] == script.times


@pytest.mark.parametrize("code", [302, 400, 403, 404, 408, 425, 451])
async def test_foreign_answers(code: int) -> None:
    """What is not the service's own answer is none: where asking is free, it is asked again."""
    script = Script([status(code), status(200)])

    assert 200 == (await send(script, CALL)).status_code
    assert [0, 1] == script.times


@pytest.mark.parametrize("code", [408, 425])
async def test_too_slow_and_too_early(code: int) -> None:
    """Whoever says so, a submit is not sent again, for it may have arrived; the others are."""
    script = Script([own(code), own(code), status(200)])

    assert code == (await send(script, SUBMIT)).status_code
    assert 200 == (await send(script, CALL)).status_code


@pytest.mark.parametrize("code", [302, 403, 404])
async def test_a_files_host_speaks_for_itself(code: int) -> None:
    """What a file's host refuses is refused, whatever its words; a redirect is no failure."""
    script = Script([status(code), status(500)])

    assert code == (await send(script, Asked.FILE)).status_code
    assert [0] == script.times


@pytest.mark.parametrize("asked", [LOOK, None])
@pytest.mark.parametrize("event", [*REFUSED[:1], *LOST[:1], status(429, "1"), status(503)], ids=str)
async def test_never(asked: Asked | None, event: httpx.Response | Exception) -> None:
    """What must not be repeated here is sent once, and so is what nobody said anything about."""
    script = Script([event, status(200)])
    if isinstance(event, Exception):
        with pytest.raises(type(event)):
            await send(script, asked)
    else:
        assert event.status_code == (await send(script, asked)).status_code

    assert [0] == script.times


# --- Retry-After --------------------------------------------------------------------------------

DATE = "Wed, 21 Oct 2015 07:28:00 GMT"
LATER = "Wed, 21 Oct 2015 07:28:30 GMT"


@pytest.mark.parametrize("asked", [CALL, SUBMIT])
@pytest.mark.parametrize(
    ("answer", "due"),
    [
        (status(429, "20"), 22.0),
        (status(429, "0.5"), 0.55),
        (status(429, "0"), 0.0),
        (status(429, LATER, Date=DATE), 33.0),
        (status(429, LATER), 1.0),
        (status(429, "soon"), 1.0),
        (status(429), 1.0),
        (status(429, "60"), 66.0),
    ],
)
async def test_retry_after(asked: Asked, answer: httpx.Response, due: float) -> None:
    """The time that a 429 names is waited out, plus a little that spreads the clients."""
    copy = httpx.Response(answer.status_code, headers=answer.headers, stream=Body([b"{}"]))
    script = Script([copy, status(200)])

    assert 200 == (await send(script, asked)).status_code
    assert [0, due] == script.times


@pytest.mark.parametrize("wait", ["61", "86400", "9" * 400])
async def test_retry_after_too_long(wait: str) -> None:
    """A time that is too long to wait ends in the answer that names it."""
    script = Script([status(429, wait), status(200)])

    assert 429 == (await send(script, CALL)).status_code
    assert [0] == script.times


# --- the end ------------------------------------------------------------------------------------


async def test_the_last_answer() -> None:
    """After the last attempt the last answer is the answer, and can be read."""
    script = Script([status(500), status(502), status(503), status(504), status(200)])
    response = await send(script, CALL)

    assert (504, b'{"a": 1}') == (response.status_code, await response.aread())
    assert [0, 1, 3, 7] == script.times


async def test_the_last_error() -> None:
    """After the last attempt the last error is the error."""
    errors: list[httpx.Response | Exception] = [httpx.ConnectError(str(n)) for n in range(5)]
    with pytest.raises(httpx.ConnectError, match="3"):
        await send(Script(errors), SUBMIT)


async def test_answers_are_read_before_the_next_attempt() -> None:
    """An answer that nobody wants is read and closed, so that its connection can be reused."""
    first, second = status(500), status(429)
    script = Script([first, second, status(200)])
    await send(script, CALL)
    for response in (first, second):
        assert isinstance(response.stream, Body)
        assert (True, True) == (response.is_stream_consumed, response.stream.closed)


async def test_an_unwanted_answer_that_breaks_off() -> None:
    """It is no matter if an answer that nobody wants breaks off."""
    script = Script([broken(500), status(200)])

    assert 200 == (await send(script, CALL, whole=False)).status_code


@pytest.mark.parametrize("steps", [0.5, 1.5])
async def test_cancelled_between_two_attempts(steps: float) -> None:
    """A cancelled pause ends at once and nothing more is sent."""
    script = Script([status(500)])
    with anyio.move_on_after(steps) as scope:
        await send(script, CALL)
    await anyio.sleep(100)

    assert scope.cancelled_caught
    assert 1 + int(steps) == len(script.times)


async def test_other_errors_pass() -> None:
    """What is not about the network is not repeated."""
    script = Script([ZeroDivisionError()])
    with pytest.raises(ZeroDivisionError):
        await send(script, CALL)

    assert [0] == script.times


async def test_chance() -> None:
    """Without being told otherwise, pauses differ."""
    pauses = set[float]()
    for _ in range(5):
        script = Script([status(500), status(200)])
        await Retries(script.handle_async_request, RETRY).send_with_retries(request(CALL))
        pauses.add(script.times[1])

    assert len(pauses) > 1
    assert all(0.5 <= pause <= 1 for pause in pauses)


# --- whole answers ------------------------------------------------------------------------------


async def test_a_body_that_breaks_off_is_a_failure() -> None:
    """An answer counts when it has arrived whole."""
    script = Script([broken(), broken(), status(200)])
    response = await send(script, CALL)

    assert b'{"a": 1}' == await response.aread()
    assert [0, 1, 3] == script.times


@pytest.mark.parametrize("code", [200, 400, 429, 500])
async def test_a_broken_answer_to_a_submit(code: int) -> None:
    """A submit whose answer breaks off was sent: it is not sent again."""
    script = Script([broken(code), status(200)])
    with pytest.raises(httpx.RemoteProtocolError):
        await send(script, SUBMIT)

    assert [0] == script.times


async def test_a_broken_body_is_closed() -> None:
    """An answer that broke off is closed."""
    response = broken()
    with pytest.raises(httpx.RemoteProtocolError):
        await send(Script([response]), LOOK)

    assert isinstance(response.stream, Body)
    assert response.stream.closed


@pytest.mark.parametrize("whole", [True, False])
async def test_streams(*, whole: bool) -> None:
    """A download is handed on unread; anything else is read and closed."""
    response = await send(Script([status(200)]), CALL, whole=whole)

    assert whole == response.is_stream_consumed == response.is_closed
    assert b'{"a": 1}' == await response.aread()


async def test_cancelled_within_a_body() -> None:
    """An answer that was cancelled while it was read is closed."""
    response = status(200)
    stream = response.stream
    assert isinstance(stream, Body)
    with anyio.CancelScope() as scope:
        scope.cancel()
        await send(Script([response]), CALL)

    assert stream.closed == response.is_closed


# --- the log ------------------------------------------------------------------------------------


async def test_log(caplog: pytest.LogCaptureFixture) -> None:
    """Each pause is logged with its reason, without the query of the URL."""
    caplog.set_level(logging.DEBUG)
    await send(Script([status(503), httpx.ReadError("gone"), status(200)]), CALL)
    lines = [record.getMessage() for record in caplog.records if record.name == "pictory_async"]

    assert [
        "POST /x answered 503; again in 1.0 s",
        "POST /x got no answer; again in 2.0 s",
    ] == lines


async def test_exchange_reads_what_retries_have_read() -> None:
    """What comes out at the end is the whole answer."""
    retries = Retries(Script([status(503), status(200)]).handle_async_request, RETRY)
    answer = await exchange(retries.send_with_retries, request(CALL, "GET"), "/x")

    assert (200, b'{"a": 1}', "GET", "/x") == (
        answer.status,
        answer.body,
        answer.method,
        answer.path,
    )
