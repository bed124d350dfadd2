"""Submits cost money: what the service may have accepted is sent once, and never in silence."""

from __future__ import annotations

import contextlib
import logging
import socket
import threading
from typing import TYPE_CHECKING, Any, TypeAlias

import anyio
import pytest

from pictory_async import (
    APIError,
    ApiKey,
    AuthenticationError,
    ClientCredentials,
    InvalidRequestError,
    Job,
    Pictory,
    PictoryError,
    Preview,
    RateLimitError,
    Retry,
    ServerError,
    SubmissionUnknownError,
    Timeouts,
    TransportError,
)
from pictory_async.testing import FakePictory, Trouble
from tests.helpers import PATIENCE, until
from tests.virtual_time import in_jumping_time, in_virtual_time, jumping


if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable

    from pictory_async import Credentials


pytestmark = pytest.mark.anyio

Submit: TypeAlias = "Callable[[Pictory, FakePictory], Awaitable[object]]"

RENDER = "POST /v1/video/render"
KEY = ApiKey("pictai_k")
CLIENT = ClientCredentials("id", "secret")
QUICK = Retry(attempts=3, first=0.01, longest=0.01)
PARAMS: dict[str, Any] = {
    "audio": {},
    "output": {"name": "x.mp4"},
    "scenes": [{"time": 3.0, "subtitles": [{"text": "A private story.", "time": 3.0}]}],
}
V1_STORYBOARD = {"videoName": "x", "scenes": [{"text": "A private story."}]}
STORYBOARD = {"videoName": "x", "scenes": [{"story": "A private story."}]}


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Go without the proxy of whoever runs the tests."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@contextlib.asynccontextmanager
async def in_process(
    fake: FakePictory, credentials: Credentials = KEY, **settings: Any
) -> AsyncGenerator[Pictory]:
    """Yield a client of a service in the same process."""
    given: dict[str, Any] = {"retry": QUICK} | settings
    async with Pictory(
        credentials, base_url=fake.base_url, transport=fake.transport(), **given
    ) as pictory:
        yield pictory


@contextlib.asynccontextmanager
async def over_a_socket(
    fake: FakePictory, credentials: Credentials = KEY, **settings: Any
) -> AsyncGenerator[Pictory]:
    """Yield a client of a service behind a socket."""
    given: dict[str, Any] = {"retry": QUICK} | settings
    with fake.serve() as url:
        async with Pictory(credentials, base_url=url, **given) as pictory:
            yield pictory


FACES = [
    pytest.param(in_process, id="in process"),
    pytest.param(over_a_socket, id="socket"),
]
each_face = pytest.mark.parametrize("face", FACES)


async def render(pictory: Pictory) -> None:
    """Submit a render of the first generation."""
    await pictory.v1.renders.create(PARAMS)


# --- what nobody knows --------------------------------------------------------------------------

AMBIGUOUS = [
    pytest.param(Trouble.stall(accepted=True), "ReadTimeout", id="stall"),
    pytest.param(Trouble.reset(accepted=True), "ReadError", id="reset"),
    pytest.param(Trouble.truncate(), "RemoteProtocolError", id="cut"),
    pytest.param(Trouble.truncate(0), "RemoteProtocolError", id="cut at once"),
    pytest.param(Trouble.status(500, accepted=True), "answered 500", id="500"),
    pytest.param(Trouble.status(502, accepted=True), "answered 502", id="502"),
    pytest.param(
        Trouble.status(503, headers={"Retry-After": "0"}, accepted=True), "answered 503", id="503"
    ),
    pytest.param(Trouble.status(504, b"", accepted=True), "answered 504", id="504"),
    pytest.param(Trouble.html(502, accepted=True), "an HTML page", id="502 page"),
    pytest.param(Trouble.html(200, accepted=True), "an HTML page", id="200 page"),
    pytest.param(Trouble.empty(200, accepted=True), "an empty body", id="200 empty"),
    pytest.param(Trouble.empty(204, accepted=True), "an empty body", id="204"),
    pytest.param(Trouble.body(b'{"succ', accepted=True), "not JSON", id="200 half"),
    pytest.param(Trouble.body(b"null", accepted=True), "null", id="200 null"),
    pytest.param(Trouble.body(b"[]", accepted=True), "a list", id="200 list"),
    pytest.param(Trouble.body(b'"ok"', accepted=True), "a string", id="200 string"),
    pytest.param(
        Trouble.body(b'{"success": true}', accepted=True), "expected a job's id", id="no id"
    ),
    pytest.param(
        Trouble.body(b'{"success": true, "data": {"job_id": "a/b"}}', accepted=True),
        "expected a job's id",
        id="odd id",
    ),
]


@in_virtual_time
@pytest.mark.parametrize(("trouble", "words"), AMBIGUOUS)
async def test_accepted_and_not_answered(trouble: Trouble, words: str) -> None:
    """A render whose answer got lost is sent once, billed once, and raises what that means."""
    fake = FakePictory(draw=False)
    fake.trouble(RENDER, trouble)
    async with in_process(fake) as pictory:
        with pytest.raises(SubmissionUnknownError, match=words) as caught:
            await render(pictory)

    error = caught.value
    assert (1, 1) == (fake.count(RENDER), len(fake.billed))
    assert ("POST", "/v1/video/render") == (error.method, error.path)
    assert fake.requests[0].json == error.payload
    assert "private" not in repr(error) + str(error)


@in_jumping_time
@pytest.mark.parametrize(
    "trouble",
    [
        pytest.param(Trouble.stall(accepted=True), id="stall"),
        pytest.param(Trouble.reset(accepted=True), id="reset"),
        pytest.param(Trouble.truncate(), id="cut"),
        pytest.param(Trouble.truncate(0), id="cut at once"),
        pytest.param(Trouble.status(502, accepted=True), id="502"),
        pytest.param(Trouble.html(200, accepted=True), id="200 page"),
        pytest.param(Trouble.empty(204, accepted=True), id="204"),
    ],
)
async def test_accepted_and_not_answered_over_a_socket(trouble: Trouble) -> None:
    """The same where the wires are real."""
    fake = FakePictory(draw=False)
    fake.trouble(RENDER, trouble)
    async with (
        over_a_socket(fake, timeouts=Timeouts(read=PATIENCE)) as pictory,
        jumping(PATIENCE, once=lambda: trouble.fault == "stall" and fake.billed),
    ):
        with pytest.raises(SubmissionUnknownError):
            await render(pictory)

    assert (1, 1) == (fake.count(RENDER), len(fake.billed))


async def preview_v1(pictory: Pictory, _fake: FakePictory) -> None:
    """Submit a storyboard of the first generation."""
    await pictory.v1.storyboards.preview(V1_STORYBOARD)


async def preview_v2(pictory: Pictory, _fake: FakePictory) -> None:
    """Submit a storyboard of the current generation."""
    await pictory.storyboards.preview(STORYBOARD)


async def render_v2(pictory: Pictory, _fake: FakePictory) -> None:
    """Submit a storyboard for its video."""
    await pictory.storyboards.render(STORYBOARD)


async def render_params_v1(pictory: Pictory, _fake: FakePictory) -> None:
    """Submit render parameters of the first generation."""
    await pictory.v1.renders.create(PARAMS)


async def render_params_v2(pictory: Pictory, fake: FakePictory) -> None:
    """Submit render parameters of the current generation."""
    preview = await pictory.wait_for_job(Job(next(iter(fake.jobs)), Preview))
    await pictory.renders.create(preview)


async def render_preview_v1(pictory: Pictory, fake: FakePictory) -> None:
    """Submit a finished preview of the first generation."""
    await pictory.v1.renders.from_preview(next(iter(fake.jobs)))


async def render_preview_v2(pictory: Pictory, fake: FakePictory) -> None:
    """Submit a finished preview of the current generation."""
    await pictory.renders.from_preview(next(iter(fake.jobs)))


SUBMITS = [
    pytest.param(preview_v1, "POST /v1/video/storyboard", id="v1 preview"),
    pytest.param(preview_v2, "POST /v2/video/storyboard", id="v2 preview"),
    pytest.param(render_v2, "POST /v2/video/storyboard/render", id="v2 storyboard render"),
    pytest.param(render_params_v1, "POST /v1/video/render", id="v1 render"),
    pytest.param(render_params_v2, "POST /v2/video/render", id="v2 render"),
    pytest.param(render_preview_v1, "PUT /v1/video/render/{job_id}", id="v1 render PUT"),
    pytest.param(render_preview_v2, "PUT /v2/video/render/{job_id}", id="v2 render PUT"),
]


async def with_preview(pictory: Pictory, fake: FakePictory) -> None:
    """Make a finished preview, so that there is one to render."""
    await pictory.storyboards.preview(STORYBOARD)
    fake.advance(100)


@pytest.mark.parametrize(("submit", "operation"), SUBMITS)
@pytest.mark.parametrize(
    "trouble", [Trouble.reset(accepted=True), Trouble.status(502, accepted=True)]
)
async def test_every_submit_is_sent_once(submit: Submit, operation: str, trouble: Trouble) -> None:
    """No operation that creates a job is repeated when its answer is lost."""
    fake = FakePictory(draw=False)
    async with in_process(fake) as pictory:
        await with_preview(pictory, fake)
        before = fake.count(operation)
        fake.trouble(operation, trouble)
        with pytest.raises(SubmissionUnknownError):
            await submit(pictory, fake)

    assert 1 == fake.count(operation) - before


@in_virtual_time
@pytest.mark.parametrize(("submit", "operation"), SUBMITS)
async def test_every_submit_outlasts_what_is_no_risk(submit: Submit, operation: str) -> None:
    """Every operation that creates a job is repeated where the service surely refused it."""
    fake = FakePictory(draw=False)
    async with in_process(fake, CLIENT) as pictory:
        await with_preview(pictory, fake)
        before = len(fake.jobs)
        fake.expire_tokens()
        fake.trouble(operation, Trouble.refuse())
        fake.trouble(operation, Trouble.status(429))
        await submit(pictory, fake)

    assert 1 == len(fake.jobs) - before


# --- what the service surely did not do ---------------------------------------------------------


@each_face
async def test_a_rate_limit(face: Any) -> None:
    """A 429 is waited out, and the render is billed once."""
    fake = FakePictory(draw=False)
    fake.trouble(RENDER, Trouble.status(429, headers={"Retry-After": "0.01"}), times=2)
    async with face(fake) as pictory:
        await render(pictory)

    assert (3, 1) == (fake.count(RENDER), len(fake.billed))


@in_virtual_time
async def test_a_rate_limit_that_lasts() -> None:
    """A 429 that lasts is an error that says how long to wait."""
    fake = FakePictory(draw=False)
    fake.trouble(RENDER, Trouble.status(429, headers={"Retry-After": "0.01"}), times=None)
    async with in_process(fake) as pictory:
        with pytest.raises(RateLimitError) as caught:
            await render(pictory)

    assert 0.01 == caught.value.retry_after
    assert (3, ()) == (fake.count(RENDER), fake.billed)


async def test_a_refused_connection() -> None:
    """A connection that is refused is tried again, and the render is billed once."""
    fake = FakePictory(draw=False)
    fake.trouble(RENDER, Trouble.refuse(), times=2)
    async with in_process(fake) as pictory:
        await render(pictory)

    assert (1, 1) == (fake.count(RENDER), len(fake.billed))


async def test_a_connection_that_is_refused_for_good() -> None:
    """Where no connection can be made, the error says that nothing was sent."""
    fake = FakePictory(draw=False)
    fake.trouble(RENDER, Trouble.refuse(), times=None)
    async with in_process(fake) as pictory:
        with pytest.raises(TransportError) as caught:
            await render(pictory)

    assert not caught.value.sent
    assert () == fake.billed


@pytest.fixture
def free_port() -> int:
    """Find a port that nobody listens at."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


async def test_nobody_listens(free_port: int) -> None:
    """The same over a socket at which nobody listens."""
    async with Pictory(KEY, base_url=f"http://127.0.0.1:{free_port}", retry=QUICK) as pictory:
        with pytest.raises(TransportError, match="ConnectError") as caught:
            await render(pictory)

    assert not caught.value.sent


async def test_the_service_comes_up(free_port: int) -> None:
    """A service that is just being started gets the render when it is there, once."""
    fake = FakePictory(draw=False)
    retry = Retry(attempts=200, first=0.02, longest=0.02)
    opened = threading.Event()
    with contextlib.ExitStack() as stack:

        async def start_late() -> None:
            await anyio.sleep(0.1)
            stack.enter_context(fake.serve(port=free_port))
            opened.set()

        async with (
            Pictory(KEY, base_url=f"http://127.0.0.1:{free_port}/pictoryapis", retry=retry) as it,
            anyio.create_task_group() as group,
        ):
            group.start_soon(start_late)
            await render(it)

    assert opened.is_set()
    assert (1, 1) == (fake.count(RENDER), len(fake.billed))


async def test_no_slot() -> None:
    """A submit that never got a connection slot was not sent."""
    fake = FakePictory(draw=False)
    fake.trouble(RENDER, Trouble.stall(), times=1)
    times = Timeouts(read=None, slot=0.02)

    async def first() -> None:
        with pytest.raises(SubmissionUnknownError):
            await render(pictory)

    async with (
        anyio.create_task_group() as group,
        # The end of the service is the end of the first one.
        over_a_socket(fake, slots=1, timeouts=times, retry=Retry(attempts=1)) as pictory,
    ):
        group.start_soon(first)
        await until(lambda: fake.count(RENDER))
        with pytest.raises(TransportError, match="no slot was free") as caught:
            await render(pictory)
        assert not caught.value.sent

    assert 1 == fake.count(RENDER)


@each_face
async def test_an_expired_token(face: Any) -> None:
    """A 401 in the middle of a submit is replayed once, and billed once."""
    fake = FakePictory(draw=False)
    async with face(fake, CLIENT) as pictory:
        await pictory.v1.storyboards.preview(V1_STORYBOARD)
        fake.expire_tokens()
        await render(pictory)

    assert [401, 200] == [r.status for r in fake.requests if r.operation == RENDER]
    assert 1 == len(fake.billed)


async def test_a_replay_that_gets_lost() -> None:
    """After a 401, a lost answer is as ambiguous as ever."""
    fake = FakePictory(draw=False)
    async with in_process(fake, CLIENT) as pictory:
        await pictory.v1.storyboards.preview(V1_STORYBOARD)
        fake.expire_tokens()
        fake.trouble(RENDER, Trouble.reset(accepted=True), skip=1)
        with pytest.raises(SubmissionUnknownError):
            await render(pictory)

    assert (2, 1) == (fake.count(RENDER), len(fake.billed))


@in_virtual_time
async def test_all_that_is_no_risk_at_once() -> None:
    """Refusals of several kinds in a row end in one billed render."""
    fake = FakePictory(draw=False)
    fake.trouble(RENDER, Trouble.refuse())
    fake.trouble(RENDER, Trouble.status(429))
    fake.trouble(RENDER, Trouble.status(401))
    async with in_process(fake, CLIENT) as pictory:
        await render(pictory)

    assert [429, 401, 200] == [r.status for r in fake.requests if r.operation == RENDER]
    assert 1 == len(fake.billed)


async def test_wrong_credentials() -> None:
    """Credentials that are refused are an error at once, and nothing is billed."""
    fake = FakePictory(draw=False, api_keys=["pictai_other"], clients={})
    for credentials in (KEY, CLIENT):
        async with in_process(fake, credentials) as pictory:
            with pytest.raises(AuthenticationError):
                await render(pictory)

    assert 2 == len(fake.requests)
    assert () == fake.billed


# --- what the service refused -------------------------------------------------------------------

GENERAL = b'{"success": false, "error": {"error_message": "No.", "error_code": 890}}'
IN_DATA = b'{"success": false, "data": {"error_message": "No.", "error_code": 890}}'
BARE = b'{"success": false, "message": "No.", "code": "890"}'
WORD = b'{"success": false, "error": "No.", "code": 890}'


@pytest.mark.parametrize("body", [GENERAL, IN_DATA, BARE, WORD])
@pytest.mark.parametrize("status", [200, 201, 400, 409, 422])
async def test_success_false(body: bytes, status: int) -> None:
    """A refusal in any of its shapes is an error with its code and words, and not repeated."""
    fake = FakePictory(draw=False)
    fake.trouble(RENDER, Trouble.body(body, code=status))
    async with in_process(fake) as pictory:
        with pytest.raises(APIError) as caught:
            await render(pictory)

    error = caught.value
    assert (status, "890", "No.") == (error.status, error.code, error.message)
    assert (1, ()) == (fake.count(RENDER), fake.billed)


async def test_a_refused_body() -> None:
    """A body that the service refuses is an error that names the fields."""
    fake = FakePictory(draw=False)
    async with in_process(fake) as pictory:
        with pytest.raises(APIError) as caught:
            await pictory.v1.renders.create({"scenes": "none"})

    assert 400 == caught.value.status
    assert (1, ()) == (fake.count(RENDER), fake.billed)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_redirects_are_not_followed(status: int) -> None:
    """A redirect of a submit leaves it unknown, and nothing is sent anywhere else."""
    fake = FakePictory(draw=False)
    headers = {"Location": "https://api.pictory.test/pictoryapis/v1/video/render"}
    fake.trouble(RENDER, Trouble.status(status, headers=headers))
    async with in_process(fake) as pictory:
        with pytest.raises(SubmissionUnknownError, match=str(status)):
            await render(pictory)

    assert (1, ()) == (fake.count(RENDER), fake.billed)


@pytest.mark.parametrize(
    "params", [{}, {"renderParams": PARAMS}, [], "x", None], ids=lambda value: type(value).__name__
)
async def test_what_cannot_be_right_is_not_sent(params: Any) -> None:
    """Render parameters that the service would bill and then fail are refused here."""
    fake = FakePictory(draw=False)
    async with in_process(fake) as pictory:
        with pytest.raises(InvalidRequestError):
            await pictory.v1.renders.create(params)

    assert () == fake.requests


async def test_what_json_cannot_say_is_not_sent() -> None:
    """A payload that cannot be written as JSON is refused before anything is sent."""
    fake = FakePictory(draw=False)
    async with in_process(fake) as pictory:
        for wrong in ({"scenes": {1, 2}}, {"time": float("nan")}):
            with pytest.raises((InvalidRequestError, TypeError, ValueError)):
                await pictory.v1.renders.create(wrong)

    assert () == fake.requests


# --- cancellation -------------------------------------------------------------------------------


@each_face
async def test_a_cancelled_submit(face: Any, caplog: pytest.LogCaptureFixture) -> None:
    """Cancelling a submit on its way says in the log that there may be a job."""
    caplog.set_level(logging.WARNING, "pictory_async")
    fake = FakePictory(draw=False)
    fake.trouble(RENDER, Trouble.stall(accepted=True))
    async with face(fake, timeouts=Timeouts()) as pictory:
        async with anyio.create_task_group() as group:
            group.start_soon(render, pictory)
            await until(lambda: fake.billed)
            group.cancel_scope.cancel()
        # The client is as good as new.
        await render(pictory)

    messages = [record.getMessage() for record in caplog.records]
    assert ["POST /v1/video/render was cancelled: a job may have been created"] == messages
    assert 2 == len(fake.billed)


@in_virtual_time
async def test_a_submit_that_was_cancelled_before_it_left(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Cancelling a submit that still waits for its token is no cause for alarm."""
    caplog.set_level(logging.WARNING, "pictory_async")
    fake = FakePictory(draw=False)
    fake.trouble("POST /v1/oauth2/token", Trouble.stall())
    async with in_process(fake, CLIENT, timeouts=Timeouts()) as pictory:
        with anyio.move_on_after(0.05):
            await render(pictory)

    assert 0 == fake.count(RENDER)
    assert [] == [record.getMessage() for record in caplog.records]


@in_virtual_time
@pytest.mark.parametrize(
    "trouble", [Trouble.status(429, headers={"Retry-After": "30"}), Trouble.refuse()]
)
async def test_a_submit_that_was_cancelled_between_two_attempts(
    trouble: Trouble, caplog: pytest.LogCaptureFixture
) -> None:
    """Cancelling the pause after a sure refusal is no cause for alarm either."""
    caplog.set_level(logging.WARNING, "pictory_async")
    fake = FakePictory(draw=False)
    fake.trouble(RENDER, trouble, times=None)
    async with in_process(fake, retry=Retry(first=30, longest=30)) as pictory:
        with anyio.move_on_after(0.05):
            await render(pictory)

    assert () == fake.billed
    assert [] == [record.getMessage() for record in caplog.records]


@in_virtual_time
async def test_a_replay_that_was_cancelled_before_it_left(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Cancelling a submit that was refused, and waits for a fresh token, is none either."""
    caplog.set_level(logging.WARNING, "pictory_async")
    fake = FakePictory(draw=False)
    async with in_process(fake, CLIENT, timeouts=Timeouts()) as pictory:
        await pictory.v1.storyboards.preview(V1_STORYBOARD)
        fake.expire_tokens()
        fake.trouble("POST /v1/oauth2/token", Trouble.stall())
        with anyio.move_on_after(0.05):
            await render(pictory)

    assert (1, ()) == (fake.count(RENDER), fake.billed)
    assert [] == [record.getMessage() for record in caplog.records]


async def test_many_at_once_over_a_socket() -> None:
    """100 renders at once, some of them lost: as many are billed as were sent, each once."""
    fake = FakePictory(draw=False)
    fake.trouble(RENDER, Trouble.reset(accepted=True), times=10, skip=10)
    fake.trouble(RENDER, Trouble.status(502, accepted=True), times=10, skip=10)
    fake.trouble(RENDER, Trouble.status(429), times=10, skip=10)
    outcomes: list[type[PictoryError] | None] = []

    async def one() -> None:
        try:
            await render(pictory)
        except (SubmissionUnknownError, RateLimitError, ServerError) as exc:
            outcomes.append(type(exc))
        else:
            outcomes.append(None)

    retry = Retry(attempts=9, first=0.01)
    async with (
        over_a_socket(fake, slots=10, timeouts=Timeouts(), retry=retry) as pictory,
        anyio.create_task_group() as group,
    ):
        for _ in range(100):
            group.start_soon(one)

    assert 20 == outcomes.count(SubmissionUnknownError)
    assert 80 == outcomes.count(None)
    assert 100 == len(fake.billed) == len(set(fake.billed))
