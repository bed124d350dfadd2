"""A secret never shows: not in an error, its chain and its frames, nor in a log or a pickle."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import pickle
import socket
import struct
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias, cast

import anyio
import attrs
import httpx
import pytest
from anyio.abc import SocketAttribute

from pictory_async import (
    APIError,
    ApiKey,
    AuthenticationError,
    ClientCredentials,
    ConfigurationError,
    DownloadError,
    JobResultMissingError,
    Pictory,
    PictoryError,
    RawResult,
    Retry,
    Timeouts,
    TransportError,
)
from pictory_async.testing import FakePictory, Trouble
from tests.helpers import PATIENCE, folder_of
from tests.virtual_time import in_jumping_time, in_virtual_time, jumping


if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
    from pathlib import Path
    from types import FrameType

    from anyio.abc import SocketStream

    from pictory_async import Credentials
    from pictory_async.events import ResponseReceived


pytestmark = pytest.mark.anyio

Deed: TypeAlias = "Callable[[Pictory], Awaitable[object]]"

SECRET, KEY, TOKEN_VALUE = "hunter2-secret", "pictai_hunter2-key", "eyJ.hunter2-token"
WORD = "hunter2"  # In all of them.
CLIENT = ClientCredentials("id", SECRET, user_id="me")
API_KEY = ApiKey(KEY)
TOKEN, LOOK, RENDER = "POST /v1/oauth2/token", "GET /v1/jobs/{job_id}", "POST /v1/video/render"
QUICK = Retry(attempts=2, first=0.001, longest=0.001)
# For what is never answered.
SHORT = Timeouts(connect=None, read=0.1, write=0.1)
PARAMS: dict[str, Any] = {"scenes": [{"time": 3.0}]}
# Whose frames may not show a secret: ours, and those of what we call.
PACKAGES = tuple(map(folder_of, ("pictory_async", "httpx", "httpcore", "h11", "anyio")))
# The stand-in is on the other side of the wire.
STRANGER = folder_of("pictory_async.testing")


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Go without the proxy of whoever runs the tests."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


# --- looking everywhere -------------------------------------------------------------------------


def chain(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and all that it leads to."""
    seen: dict[int, BaseException] = {}
    todo: list[BaseException | None] = [error]
    while todo:
        found = todo.pop()
        if found is None or id(found) in seen:
            continue
        seen[id(found)] = found
        yield found
        todo += [found.__cause__, found.__context__]
        if isinstance(found, BaseExceptionGroup):
            todo += cast("BaseExceptionGroup[BaseException]", found).exceptions


def frames(error: BaseException) -> Iterator[FrameType]:
    """Yield the frames of an error's traceback that must not show a secret."""
    traceback = error.__traceback__
    while traceback is not None:
        name = traceback.tb_frame.f_code.co_filename
        if name.startswith(PACKAGES) and not name.startswith(STRANGER):
            yield traceback.tb_frame
        traceback = traceback.tb_next


def shown(value: object) -> str:
    """Return a repr, as a tool that shows local variables would."""
    try:
        return repr(value)
    except Exception as exc:  # noqa: BLE001 - such a tool would survive anything
        return type(exc).__name__


def findings(error: BaseException, secrets: set[str]) -> list[str]:
    """Say where an error shows a secret."""
    found: list[str] = []

    def check(where: str, text: str) -> None:
        if any(secret in text for secret in secrets):
            found.append(f"{where}: {text[:300]}")

    for each in chain(error):
        name = type(each).__name__
        check(f"str({name})", str(each))
        check(f"repr({name})", repr(each))
        check(f"{name}.args", shown(each.args))
        check(f"vars({name})", shown(vars(each)))
        with contextlib.suppress(Exception):
            check(f"pickle of {name}", pickle.dumps(each).decode("latin-1"))
        for frame in frames(each):
            for local, value in frame.f_locals.items():
                check(f"{frame.f_code.co_qualname}: {local}", shown(value))
    return found


def assert_silent(error: BaseException, secrets: set[str]) -> None:
    """Check that an error shows no secret."""
    assert [] == findings(error, secrets)


def assert_nothing_logged(caplog: pytest.LogCaptureFixture, secrets: set[str]) -> None:
    """Check that no log record holds a secret."""
    assert caplog.records
    for record in caplog.records:
        text = f"{record.getMessage()} {vars(record)}"
        assert not any(secret in text for secret in secrets), text


def secrets_of(fake: FakePictory) -> set[str]:
    """Return all secrets that are about."""
    sent = {request.headers.get("authorization", SECRET) for request in fake.requests}
    return {WORD, SECRET, KEY, TOKEN_VALUE} | sent


def test_the_detector_detects() -> None:
    """What these tests rely on finds a secret wherever it may be."""

    def in_a_frame(code: str) -> Exception:
        scope: dict[str, Any] = {"secret": SECRET}
        with pytest.raises((ValueError, OSError)) as caught:
            exec(compile(code, f"{folder_of('httpx')}y.py", "exec"), scope)  # noqa: S102 - a made-up module
        return caught.value

    frame = in_a_frame("def f(a):\n    raise ValueError('x')\nf([secret])")
    cause = in_a_frame("raise ValueError('x') from OSError(secret)")
    context = in_a_frame(
        "try:\n    raise OSError(secret)\nexcept OSError:\n    raise ValueError('x')"
    )

    for error in (frame, cause, context, ValueError(SECRET), ExceptionGroup("", [OSError(SECRET)])):
        assert findings(error, {SECRET})
    assert not findings(ValueError("x"), {SECRET})


# --- things to do -------------------------------------------------------------------------------


async def look(pictory: Pictory) -> None:
    """Look at a job."""
    await pictory.jobs.get("j-1")


async def render(pictory: Pictory) -> None:
    """Submit a render."""
    await pictory.v1.renders.create(PARAMS)


async def wait(pictory: Pictory) -> None:
    """Wait for a job for a moment."""
    await pictory.wait_for_job("j-1", timeout=0.2, outage=0.02)


DEEDS = [look, render, wait]


@contextlib.asynccontextmanager
async def client(
    fake: FakePictory, credentials: Credentials, *, over_socket: bool, **settings: Any
) -> AsyncGenerator[Pictory]:
    """Yield a client of either face of the service."""
    given: dict[str, Any] = {"retry": QUICK, "timeouts": SHORT} | settings
    if over_socket:
        with fake.serve() as url:
            async with Pictory(credentials, base_url=url, **given) as pictory:
                yield pictory
    else:
        transport = fake.transport()
        async with Pictory(
            credentials, base_url=fake.base_url, transport=transport, **given
        ) as pictory:
            yield pictory


def token_body(**changes: object) -> bytes:
    """Make the answer of the token endpoint."""
    good = {"access_token": TOKEN_VALUE, "expires_in": 3600, "token_type": "Bearer"}
    return json.dumps(good | changes).encode()


TROUBLES = [
    pytest.param(Trouble.stall(), id="stall"),
    pytest.param(Trouble.reset(), id="reset"),
    pytest.param(Trouble.truncate(), id="cut"),
    pytest.param(Trouble.status(400), id="400"),
    pytest.param(Trouble.status(401), id="401"),
    pytest.param(Trouble.status(403), id="403"),
    pytest.param(Trouble.status(404), id="404"),
    pytest.param(Trouble.status(429), id="429"),
    pytest.param(Trouble.status(500), id="500"),
    pytest.param(Trouble.html(200), id="200 page"),
    pytest.param(Trouble.html(403), id="403 page"),
    pytest.param(Trouble.html(502), id="502 page"),
    pytest.param(Trouble.empty(200), id="empty"),
    pytest.param(Trouble.body(b'{"success": false, "message": "No."}'), id="success false"),
]
TOKEN_TROUBLES = [
    *TROUBLES,
    pytest.param(Trouble.truncate(40), id="cut within the token"),
    pytest.param(Trouble.body(token_body()[:40]), id="broken JSON"),
    pytest.param(Trouble.body(token_body(expires_in="3600")), id="lifetime is a string"),
    pytest.param(Trouble.body(token_body(expires_in=-1)), id="lifetime is negative"),
    pytest.param(Trouble.body(token_body(expires_in=10**400)), id="lifetime is no float"),
    pytest.param(Trouble.body(token_body(access_token=[TOKEN_VALUE])), id="token in a list"),
    pytest.param(Trouble.body(token_body(access_token=f"{TOKEN_VALUE}\n")), id="token and line"),
    pytest.param(Trouble.body(token_body(access_token=f"\u00e9{TOKEN_VALUE}")), id="not ASCII"),
    pytest.param(
        Trouble.body(token_body(success=False, expires_in=None)), id="a token and success false"
    ),
    pytest.param(Trouble.body(token_body(), code=500), id="a token and 500"),
    pytest.param(Trouble.body(token_body(), code=401), id="a token and 401"),
    pytest.param(Trouble.body(token_body(), code=302), id="a token and 302"),
    pytest.param(Trouble.body(f'["{TOKEN_VALUE}"]'.encode()), id="a list"),
    pytest.param(Trouble.body(f'"{TOKEN_VALUE}"'.encode()), id="a string"),
    pytest.param(Trouble.body(f"<html>{TOKEN_VALUE}".encode()), id="a page with the token"),
    pytest.param(Trouble.body(b'{"data": ' + token_body() + b"}"), id="one level too deep"),
    pytest.param(Trouble.body(b"[" * 9999 + token_body()), id="far too deep"),
]


@in_virtual_time
@pytest.mark.parametrize("deed", DEEDS)
@pytest.mark.parametrize("trouble", TOKEN_TROUBLES)
async def test_trouble_with_the_token(
    deed: Deed, trouble: Trouble, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever the token endpoint answers, neither the secret nor the token shows."""
    caplog.set_level(logging.DEBUG)
    fake = FakePictory(draw=False)
    fake.trouble(TOKEN, trouble, times=None)
    async with client(fake, CLIENT, over_socket=False) as pictory:
        with pytest.raises(PictoryError) as caught:
            await deed(pictory)

    assert_silent(caught.value, secrets_of(fake))
    for record in caplog.records:
        assert WORD not in f"{record.getMessage()} {vars(record)}"


@in_virtual_time
@pytest.mark.parametrize("credentials", [CLIENT, API_KEY], ids=["client", "key"])
@pytest.mark.parametrize("deed", DEEDS)
@pytest.mark.parametrize("trouble", TROUBLES)
async def test_trouble_with_a_call(credentials: Credentials, deed: Deed, trouble: Trouble) -> None:
    """Whatever a call meets, its error shows neither the token nor the key."""
    fake = FakePictory(draw=False)
    for operation in (LOOK, RENDER):
        fake.trouble(operation, trouble, times=None)
    async with client(fake, credentials, over_socket=False) as pictory:
        with pytest.raises(PictoryError) as caught:
            await deed(pictory)

    assert fake.requests[-1].headers["authorization"] in secrets_of(fake)
    assert_silent(caught.value, secrets_of(fake))


SOCKET_TROUBLES = [Trouble.stall(), Trouble.reset(), Trouble.truncate(), Trouble.html(502)]


def is_stalled(fake: FakePictory, operation: str, trouble: Trouble, before: int) -> bool:
    """Tell whether a request has arrived that is never answered."""
    return trouble.fault == "stall" and fake.count(operation) > before


@in_jumping_time
@pytest.mark.parametrize("operation", [TOKEN, LOOK])
async def test_trouble_over_a_socket(operation: str, caplog: pytest.LogCaptureFixture) -> None:
    """The same over real connections, whose layers have frames and logs of their own."""
    caplog.set_level(logging.DEBUG)
    fake = FakePictory(draw=False)
    times = Timeouts(connect=None, read=PATIENCE, write=None)
    async with client(fake, CLIENT, over_socket=True, timeouts=times) as pictory:
        for trouble in SOCKET_TROUBLES:
            fake.expire_tokens()
            fake.trouble(operation, trouble, times=None)
            struck = partial(is_stalled, fake, operation, trouble, fake.count(operation))
            async with jumping(PATIENCE, once=struck):
                with pytest.raises(PictoryError) as caught:
                    await look(pictory)
            fake.calm()
            assert_silent(caught.value, secrets_of(fake))

    assert {"pictory_async", "httpcore"} <= {r.name.partition(".")[0] for r in caplog.records}
    assert_nothing_logged(caplog, secrets_of(fake))


async def test_wrong_credentials() -> None:
    """Credentials that are refused show in no error of any of those who waited."""
    fake = FakePictory(draw=False, clients={}, api_keys=[])
    errors: list[AuthenticationError] = []

    async def one(pictory: Pictory) -> None:
        with pytest.raises(AuthenticationError) as caught:
            await look(pictory)
        errors.append(caught.value)

    for credentials in (CLIENT, API_KEY):
        async with (
            client(fake, credentials, over_socket=False) as pictory,
            anyio.create_task_group() as group,
        ):
            for _ in range(5):
                group.start_soon(one, pictory)

    assert 10 == len(errors)
    for error in errors:
        assert_silent(error, secrets_of(fake))


# --- a service that repeats what it was told ----------------------------------------------------

GATEWAY = "'{0}' not a valid key=value pair (missing equal-sign) in Authorization header: '{0}'."


@in_virtual_time
@pytest.mark.parametrize("deed", DEEDS)
@pytest.mark.parametrize("status", [200, 400, 401, 403, 404, 500])
async def test_a_gateway_that_repeats_the_key(deed: Deed, status: int) -> None:
    """AWS's gateway quotes the Authorization header; neither error nor frame passes that on."""
    fake = FakePictory(draw=False)
    body = {"success": False, "message": GATEWAY.format(KEY)}
    for operation in (LOOK, RENDER, "GET /v1/job/{job_id}"):
        fake.trouble(operation, Trouble.status(status, body), times=None)
    async with client(fake, API_KEY, over_socket=False) as pictory:
        with pytest.raises(PictoryError) as caught:
            await deed(pictory)

    assert_silent(caught.value, {KEY})


@in_virtual_time
@pytest.mark.parametrize("deed", DEEDS)
async def test_a_header_that_repeats_the_key(deed: Deed) -> None:
    """Nor is a key shown that comes back as the id of the request: to no hook and in no answer."""
    received: list[ResponseReceived] = []

    def echo(request: httpx.Request) -> httpx.Response:
        headers = {"X-Amzn-RequestId": f"for {request.headers['authorization']}"}
        return httpx.Response(403, json={"message": "No."}, headers=headers)

    async with Pictory(
        API_KEY,
        transport=httpx.MockTransport(echo),
        retry=QUICK,
        on_response=received.append,
    ) as pictory:
        with pytest.raises(PictoryError) as caught:
            await deed(pictory)
        answer = await pictory.request("GET", "/v1/x")

    assert_silent(caught.value, {WORD, KEY})
    assert {"for [secret]"} == {event.request_id for event in received}
    assert "for [secret]" == answer.headers["x-amzn-requestid"]


@in_virtual_time
@pytest.mark.parametrize("status", [200, 400, 401, 403])
async def test_a_token_endpoint_that_repeats_the_secret(status: int) -> None:
    """A refusal that quotes the client secret does not show in the error."""
    fake = FakePictory(draw=False)
    body = {"success": False, "message": f"unknown client_secret {SECRET}"}
    fake.trouble(TOKEN, Trouble.status(status, body), times=None)
    async with client(fake, CLIENT, over_socket=False) as pictory:
        with pytest.raises(APIError) as caught:
            await look(pictory)

    assert_silent(caught.value, secrets_of(fake))


@pytest.mark.parametrize("credentials", [ApiKey("pictai_k"), ApiKey("k")], ids=["key", "short"])
async def test_good_answers_are_left_alone(credentials: ApiKey) -> None:
    """What is struck out of errors stays in a result: a link that ends in the token works."""
    fake = FakePictory(draw=False, api_keys=None)
    link = f"https://edit.example/?token={credentials.key}"
    job = {"job_id": "j-1", "success": True, "data": {"status": "completed", "link": link}}
    fake.trouble(LOOK, Trouble.status(200, job), times=None)
    async with client(fake, credentials, over_socket=False) as pictory:
        result = await pictory.wait_for_job("j-1")

    assert isinstance(result, RawResult)
    assert link == result.data["link"]


@in_virtual_time
async def test_a_result_that_does_not_come() -> None:
    """What a completed job says instead of its result is struck out like any other error."""
    fake = FakePictory(draw=False, clock=anyio.current_time)
    job = {"job_id": "j-1", "data": {"status": "completed", "message": f"sent by {KEY}"}}
    fake.trouble(LOOK, Trouble.status(200, job), times=None)
    async with client(fake, API_KEY, over_socket=False) as pictory:
        with pytest.raises(JobResultMissingError) as caught:
            await pictory.wait_for_job("j-1")

    assert {"status": "completed", "message": "sent by [secret]"} == caught.value.data
    assert_silent(caught.value, {KEY})


# --- wires --------------------------------------------------------------------------------------


@contextlib.asynccontextmanager
async def listening(handle: Callable[[SocketStream], Awaitable[None]]) -> AsyncGenerator[str]:
    """Run a server that does something odd with each connection, and yield its URL."""

    async def guarded(stream: SocketStream) -> None:
        async with stream:
            with contextlib.suppress(
                anyio.EndOfStream, anyio.BrokenResourceError, anyio.ClosedResourceError
            ):
                await handle(stream)

    async with (
        await anyio.create_tcp_listener(local_host="127.0.0.1") as listener,
        anyio.create_task_group() as group,
    ):
        group.start_soon(listener.serve, guarded)
        port = listener.extra(SocketAttribute.local_port)  # noqa: S610 - no Django here
        yield f"http://127.0.0.1:{port}"
        group.cancel_scope.cancel()


async def hang_up(stream: SocketStream) -> None:
    """Read a little and hang up."""
    await stream.receive(10)


async def reset(stream: SocketStream) -> None:
    """Read a little and reset the connection."""
    await stream.receive(10)
    raw = stream.extra(SocketAttribute.raw_socket)  # noqa: S610 - no Django here
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


async def never_read(_stream: SocketStream) -> None:
    """Let everything pile up."""
    await anyio.sleep_forever()


async def never_answer(stream: SocketStream) -> None:
    """Read everything and say nothing."""
    while True:
        await stream.receive()


async def answer(raw: bytes, stream: SocketStream) -> None:
    """Answer with raw bytes and hang up."""
    head = b""
    while b"\r\n\r\n" not in head:
        head += await stream.receive()
    await stream.send(raw)


HANDLERS = [
    pytest.param(hang_up, id="hangs up"),
    pytest.param(reset, id="resets"),
    pytest.param(never_read, id="never reads"),
    pytest.param(never_answer, id="never answers"),
    pytest.param(partial(answer, b"nonsense\r\n\r\n"), id="nonsense"),
    pytest.param(partial(answer, b"HTTP/1.1 200 OK\r\nContent-Len"), id="half a head"),
]
# Too large for the buffers between here and there.
LARGE: dict[str, Any] = {"scenes": [{"text": "x" * 12_000_000}]}
REQUESTS = [
    pytest.param(CLIENT, PARAMS, id="token"),
    pytest.param(API_KEY, PARAMS, id="small"),
    pytest.param(API_KEY, LARGE, id="large"),
]


@pytest.mark.parametrize(("credentials", "params"), REQUESTS)
@pytest.mark.parametrize("handler", HANDLERS)
async def test_broken_wires(
    credentials: Credentials,
    params: dict[str, Any],
    handler: Any,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Connections that break while something is sent or awaited show no secret."""
    caplog.set_level(logging.DEBUG)
    times = SHORT if handler in {never_read, never_answer} else Timeouts()
    async with (
        listening(handler) as url,
        Pictory(credentials, base_url=url, retry=QUICK, timeouts=times) as pictory,
    ):
        with pytest.raises(PictoryError) as caught:
            await pictory.v1.renders.create(params)

    assert_silent(caught.value, {WORD})
    assert_nothing_logged(caplog, {WORD})


@pytest.mark.parametrize("credentials", [CLIENT, API_KEY], ids=["client", "key"])
@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_no_connection(credentials: Credentials, scheme: str) -> None:
    """A connection that cannot be made, or is not TLS, shows no secret."""
    async with listening(partial(answer, b"HTTP/1.1 400 Bad Request\r\n\r\n")) as url:
        port = httpx.URL(url).port
    with pytest.raises(TransportError) as caught:
        async with Pictory(
            credentials, base_url=f"{scheme}://127.0.0.1:{port}", retry=QUICK
        ) as pictory:
            await look(pictory)
    assert_silent(caught.value, {WORD})

    async with (
        listening(hang_up) as url,
        Pictory(credentials, base_url=url.replace("http", "https"), retry=QUICK) as pictory,
    ):
        with pytest.raises(TransportError) as caught:
            await look(pictory)

    assert_silent(caught.value, {WORD})


async def test_a_token_answer_that_is_not_http() -> None:
    """An answer that http cannot read is not quoted where it may hold the token."""
    raw = b"HTTP/1.1 200 OK\r\n" + token_body() + b"\r\n\r\n"
    async with (
        listening(partial(answer, raw)) as url,
        Pictory(CLIENT, base_url=url, retry=QUICK) as pictory,
    ):
        with pytest.raises(PictoryError) as caught:
            await look(pictory)

    assert_silent(caught.value, {WORD})


# --- cancellation -------------------------------------------------------------------------------


@attrs.define
class Cancelled:
    """Catches what a cancelled deed raises."""

    error: BaseException | None = None

    async def watch(self, deed: Callable[[], Awaitable[object]]) -> None:
        """Do it, and keep what it raises."""
        try:
            await deed()
        except BaseException as exc:
            self.error = exc
            raise


@pytest.mark.parametrize(("credentials", "params"), REQUESTS)
async def test_cancelled(credentials: Credentials, params: dict[str, Any]) -> None:
    """A cancelled request shows no secret, wherever it is cancelled."""
    found = set[str]()
    async with listening(never_read) as url:
        for steps in range(0, 40, 8 if params is LARGE else 1):
            cancelled = Cancelled()
            async with Pictory(credentials, base_url=url, timeouts=Timeouts()) as pictory:
                deed = partial(pictory.v1.renders.create, params)
                async with anyio.create_task_group() as group:
                    group.start_soon(cancelled.watch, deed)
                    for _ in range(steps):
                        await anyio.lowlevel.checkpoint()
                    group.cancel_scope.cancel()
            if cancelled.error is not None:
                found |= {line[:100] for line in findings(cancelled.error, {WORD})}

    assert set() == found


@pytest.mark.parametrize("anyio_backend", ["asyncio"])
@pytest.mark.parametrize("credentials", [CLIENT, API_KEY], ids=["client", "key"])
async def test_native_cancellation(credentials: Credentials) -> None:
    """The same with asyncio's own cancellation."""
    found = set[str]()
    async with listening(never_read) as url:
        for steps in range(40):
            cancelled = Cancelled()
            async with Pictory(credentials, base_url=url, timeouts=Timeouts()) as pictory:
                deed = partial(pictory.v1.renders.create, PARAMS)
                task = asyncio.create_task(cancelled.watch(deed))
                for _ in range(steps):
                    await asyncio.sleep(0)
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
            if cancelled.error is not None:
                found |= {line[:100] for line in findings(cancelled.error, {WORD})}

    assert set() == found


# --- downloads ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "trouble",
    [
        Trouble.status(403),
        Trouble.html(404),
        Trouble.truncate(),
        Trouble.reset(),
        Trouble.stall(),
        Trouble.refuse(),
    ],
    ids=lambda trouble: f"{trouble.fault}",
)
@pytest.mark.parametrize("credentials", [CLIENT, API_KEY], ids=["client", "key"])
async def test_downloads(credentials: Credentials, trouble: Trouble, tmp_path: Path) -> None:
    """A download that fails shows no secret, nor the signature of its URL in what it says."""
    fake = FakePictory(draw=False)
    async with client(fake, credentials, over_socket=False) as pictory:
        job = await pictory.v1.renders.create(
            {"output": {"name": "x.mp4"}, "scenes": [{"time": 1.0}], "audio": {}}
        )
        fake.advance(1000)
        video = await pictory.wait_for_job(job)
        assert video.url
        fake.trouble("GET /files/{key}", trouble, times=None)
        with pytest.raises(DownloadError) as caught:
            await pictory.download(f"{video.url}?signature=sig-{WORD}", tmp_path / "x.mp4")

    assert_silent(caught.value, secrets_of(fake) - {WORD})
    said = "".join(f"{each!r} {each} {each.args}" for each in chain(caught.value))
    assert f"sig-{WORD}" not in said
    assert () == fake.leaks


# --- settings -----------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["Bearer\n", " Bearer", "B\u00e9arer", "a\x00b"])
async def test_a_scheme_that_cannot_be_sent(scheme: str) -> None:
    """A word before the token that HTTP does not allow gives an error without the token."""
    with pytest.raises(ConfigurationError) as caught:
        async with Pictory(API_KEY, base_url="http://127.0.0.1:9", scheme=scheme) as pictory:
            await look(pictory)

    assert_silent(caught.value, {WORD})


async def test_proxies() -> None:
    """A proxy's password shows in no error."""
    with pytest.raises(ConfigurationError) as caught:
        Pictory(API_KEY, proxy=f"ftp://user:{SECRET}@proxy.example")
    texts = "".join(f"{each!r} {each}" for each in chain(caught.value))
    assert SECRET not in texts

    async with Pictory(
        API_KEY,
        base_url="http://127.0.0.1:9",
        proxy=f"http://user:{SECRET}@127.0.0.1:9",
        retry=QUICK,
    ) as pictory:
        with pytest.raises(TransportError) as failed:
            await look(pictory)
    assert_silent(failed.value, {SECRET})


@pytest.mark.parametrize("make", [ApiKey, partial(ClientCredentials, "id")], ids=["key", "client"])
def test_a_secret_that_cannot_be_one(make: Callable[[str], object]) -> None:
    """A secret with a line break, as files have, is refused without being shown."""
    with pytest.raises(ConfigurationError) as caught:
        make(f"{SECRET}\n")

    ours = [line for line in findings(caught.value, {WORD}) if "__init__" not in line]
    assert [] == ours
