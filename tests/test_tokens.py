"""Tokens: one request for everybody, and no loop, whatever the service does."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from typing import TYPE_CHECKING, Any

import anyio
import attrs
import httpx
import pytest

from pictory_async import (
    APIError,
    ApiKey,
    AuthenticationError,
    BlockedError,
    ClientCredentials,
    ClosedError,
    InvalidResponseError,
    NotFoundError,
    PermissionDeniedError,
    Pictory,
    PictoryError,
    Preview,
    RateLimitError,
    Retry,
    ServerError,
    Timeouts,
    TokenRefusedError,
    TransportError,
)
from pictory_async._transport.authorization import Authorization
from pictory_async._transport.tokens import FetchedTokens, FixedToken
from pictory_async._wire.tokens import Token
from pictory_async.testing import FakePictory, Trouble
from tests.helpers import PATIENCE


if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from pictory_async import Credentials, Job


pytestmark = pytest.mark.anyio

TOKEN = "POST /v1/oauth2/token"
LOOK = "GET /v1/jobs/{job_id}"
CLIENT = ClientCredentials("id", "secret", user_id="PictoryCustomer")
QUICK = Retry(attempts=2, first=0.1)
STORYBOARD = {"videoName": "x", "scenes": [{"text": "Hello."}]}


@pytest.fixture
def anyio_backend(virtual_backend: Any) -> Any:
    """Run in virtual time."""
    return virtual_backend


def make_fake(**settings: Any) -> FakePictory:
    """Make a service whose clock is the loop's."""
    return FakePictory(clock=anyio.current_time, draw=False, **settings)


def make_client(fake: FakePictory, credentials: Credentials = CLIENT, **settings: Any) -> Pictory:
    """Make a client of it, in process."""
    settings.setdefault("retry", QUICK)
    return Pictory(credentials, base_url=fake.base_url, transport=fake.transport(), **settings)


async def a_job(fake: FakePictory, pictory: Pictory) -> Job[Preview]:
    """Submit a job to look at, which fetches the first token."""
    job = await pictory.v1.storyboards.preview(STORYBOARD)
    assert not fake.leaks
    return job


async def crowd(number: int, work: Callable[[], Awaitable[object]]) -> list[PictoryError]:
    """Do the same many times at once, and return the errors."""
    errors: list[PictoryError] = []

    async def one() -> None:
        try:
            await work()
        except PictoryError as exc:
            errors.append(exc)

    with anyio.fail_after(600):
        async with anyio.create_task_group() as group:
            for _ in range(number):
                group.start_soon(one)
    return errors


# --- one request for everybody ------------------------------------------------------------------


async def test_the_first_token() -> None:
    """However many begin at once, one token request is made, and none before it is needed."""
    fake = make_fake()
    async with make_client(fake) as pictory:
        assert () == fake.requests
        errors = await crowd(200, lambda: pictory.jobs.get("j-1"))

    assert 1 == fake.count(TOKEN)
    assert 200 == len(errors)


async def test_a_token_that_expired_by_the_clock() -> None:
    """200 requests that find the token expired make one token request, and no 401."""
    fake = make_fake()
    async with make_client(fake) as pictory:
        job = await a_job(fake, pictory)
        await anyio.sleep(3601)
        assert [] == await crowd(200, lambda: pictory.jobs.get(job))

    assert 2 == fake.count(TOKEN)
    assert 200 == fake.count(LOOK)


async def test_a_token_that_expired_at_the_service() -> None:
    """200 requests that are refused make one token request, and each is sent once more."""
    fake = make_fake()
    async with make_client(fake) as pictory:
        job = await a_job(fake, pictory)
        fake.expire_tokens()
        assert [] == await crowd(200, lambda: pictory.jobs.get(job))

    assert 2 == fake.count(TOKEN)
    statuses = [request.status for request in fake.requests if request.operation == LOOK]
    assert 400 == len(statuses)
    assert (200, 200) == (statuses.count(401), statuses.count(200))


@pytest.mark.parametrize("anyio_backend", ["asyncio", "trio"])
@pytest.mark.parametrize("slots", [1, 10])
async def test_refusals_over_few_connections(slots: int) -> None:
    """Requests that are refused give their connection back before they ask for a token."""
    fake = FakePictory(draw=False)
    with fake.serve() as url:
        async with Pictory(CLIENT, base_url=url, slots=slots, retry=QUICK) as pictory:
            job = await a_job(fake, pictory)
            fake.expire_tokens()
            with anyio.fail_after(PATIENCE):
                assert [] == await crowd(20, lambda: pictory.jobs.get(job))

    assert 2 == fake.count(TOKEN)


async def test_a_late_refusal() -> None:
    """A 401 for a token that was replaced meanwhile does not throw away the fresh one."""
    tokens = Counting()
    old = await tokens.source.current()
    fresh = await tokens.source.instead_of(old)
    for _ in range(5):
        assert fresh == await tokens.source.instead_of(old)

    assert (2, fresh) == (tokens.requests, await tokens.source.current())


async def test_late_refusals_one_by_one() -> None:
    """Looks of which each is refused later than the one before share one fresh token."""
    fake = make_fake()
    async with make_client(fake) as pictory:
        job = await a_job(fake, pictory)
        fake.expire_tokens()
        for _ in range(5):
            await pictory.jobs.get(job)
        assert 2 == fake.count(TOKEN)
        # These were on their way with the fresh token, and the service changed its mind.
        fake.expire_tokens()
        assert [] == await crowd(3, lambda: pictory.jobs.get(job))

    assert 3 == fake.count(TOKEN)


async def test_the_same_token_again() -> None:
    """A service that grants the refused token again is asked once for each refusal, at most."""
    tokens = Counting(value="eyJ.same")
    refused = await tokens.source.current()
    assert refused == await tokens.source.instead_of(refused)

    assert 2 == tokens.requests


async def test_the_same_token_with_another_lifetime() -> None:
    """What was refused is the value: the same value with another lifetime is not fresh."""
    tokens = Counting(value="eyJ.same")
    refused = await tokens.source.current()
    tokens.lifetime = 1800
    await tokens.source.instead_of(refused)
    await tokens.source.instead_of(refused)

    assert 3 == tokens.requests


@attrs.define(eq=False)
class Counting(httpx.AsyncBaseTransport):
    """Answers token requests, numbered ones by default, and counts them."""

    value: str | None = None
    lifetime: float = 3600.0
    delay: float = 1.0
    requests: int = 0
    failing: httpx.Response | Exception | None = None
    _source: FetchedTokens | None = attrs.field(default=None, init=False, repr=False)

    @property
    def source(self) -> FetchedTokens:
        """The tokens that are fetched through this."""
        if self._source is None:
            self._source = FetchedTokens(
                self.handle_async_request, "https://a.example", CLIENT, {}, {}
            )
        return self._source

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer after the delay."""
        assert "/v1/oauth2/token" == request.url.path
        self.requests += 1
        number = self.requests
        await anyio.sleep(self.delay)
        if isinstance(self.failing, Exception):
            raise self.failing
        if self.failing is not None:
            return self.failing
        value = self.value or f"eyJ.{number}"
        return httpx.Response(200, json={"access_token": value, "expires_in": self.lifetime})


# --- the early refresh --------------------------------------------------------------------------


@pytest.mark.parametrize(("lifetime", "early"), [(3600, 60), (100, 10), (600, 60)])
async def test_early_refresh(lifetime: int, early: float) -> None:
    """A token is refreshed shortly before its end: a minute, or a tenth of a short life."""
    tokens = Counting(lifetime=lifetime, delay=0)
    first = await tokens.source.current()
    await anyio.sleep(lifetime - early - 0.1)
    assert first == await tokens.source.current()
    assert 1 == tokens.requests
    await anyio.sleep(0.2)
    assert first != await tokens.source.current()
    assert 2 == tokens.requests


async def test_early_refresh_holds_nobody_up() -> None:
    """While one request refreshes the token early, the others go on with the old one."""
    tokens = Counting(delay=5)
    first = await tokens.source.current()
    await anyio.sleep(3600 - 5 - 40)
    got: list[Token] = []

    async def ask() -> None:
        got.append(await tokens.source.current())

    async with anyio.create_task_group() as group:
        for _ in range(50):
            group.start_soon(ask)
        await anyio.sleep(1)
        assert [first] * 49 == got

    assert 2 == tokens.requests
    assert got[-1] != first


@pytest.mark.parametrize(
    "failing",
    [
        pytest.param(httpx.ConnectError("refused"), id="refused"),
        pytest.param(httpx.ReadTimeout("slow"), id="slow"),
        pytest.param(httpx.Response(500), id="500"),
        pytest.param(httpx.Response(502, text="<html>"), id="502 page"),
        pytest.param(httpx.Response(429), id="429"),
        pytest.param(httpx.Response(200, text="<html>"), id="200 page"),
        pytest.param(httpx.Response(200, text=""), id="200 empty"),
        pytest.param(httpx.Response(403, text="error code: 1010"), id="Cloudflare"),
        pytest.param(httpx.Response(404, json={"message": "Not Found"}), id="404"),
    ],
)
async def test_an_early_refresh_that_fails(
    failing: httpx.Response | Exception, caplog: pytest.LogCaptureFixture
) -> None:
    """Where the early refresh fails, the old token serves on, and after a while it is retried."""
    caplog.set_level(logging.WARNING)
    tokens = Counting(delay=0)
    first = await tokens.source.current()
    await anyio.sleep(3550)
    tokens.failing = failing
    for _ in range(3):
        assert first == await tokens.source.current()
    assert 2 == tokens.requests
    assert 1 == len([record for record in caplog.records if "near its end" in record.message])
    tokens.failing = None
    await anyio.sleep(6)
    assert first != await tokens.source.current()
    assert 3 == tokens.requests


async def test_an_early_refresh_that_is_cancelled() -> None:
    """A cancelled early refresh is made up for by the next request."""
    tokens = Counting(delay=5)
    first = await tokens.source.current()
    await anyio.sleep(3560)
    with anyio.move_on_after(1):
        await tokens.source.current()
    assert first != await tokens.source.current()
    assert 3 == tokens.requests


async def test_an_early_refresh_that_hangs() -> None:
    """A token endpoint that hangs does not hold a request up while the old token still serves."""
    fake = make_fake()
    async with make_client(fake, retry=Retry(), timeouts=Timeouts()) as pictory:
        job = await a_job(fake, pictory)
        await anyio.sleep(3600 - 50)
        fake.trouble(TOKEN, Trouble.stall(), times=None)
        with anyio.fail_after(40):
            await pictory.jobs.get(job)

    assert [200] == [request.status for request in fake.requests if request.operation == LOOK]


async def test_a_short_life() -> None:
    """A token that ends before its answer arrives is used all the same, without a loop."""
    tokens = Counting(lifetime=0.5, delay=1)

    assert Token("eyJ.1", 0.5) == await tokens.source.current()
    assert Token("eyJ.2", 0.5) == await tokens.source.current()


# --- credentials that are refused ---------------------------------------------------------------


async def test_wrong_credentials() -> None:
    """Wrong credentials make one token request and one clear error for everybody."""
    fake = make_fake(clients={"id": "another secret"})
    async with make_client(fake) as pictory:
        errors = await crowd(50, lambda: pictory.jobs.get("j-1"))

    assert [TOKEN] == [request.operation for request in fake.requests]
    assert 50 == len({id(error) for error in errors})
    for error in errors:
        assert isinstance(error, AuthenticationError)
        assert 401 == error.status
        assert "client id and secret were not accepted (Unauthorized)" in str(error)


async def test_a_rejection_is_remembered_for_a_while() -> None:
    """Refused credentials are not tried again at once, and are tried again later."""
    clients = {"id": "another secret"}
    fake = make_fake(clients=clients)
    async with make_client(fake) as pictory:
        for _ in range(10):
            with pytest.raises(AuthenticationError):
                await pictory.jobs.get("j-1")
        assert 1 == fake.count(TOKEN)
        clients["id"] = "secret"
        await anyio.sleep(31)
        await a_job(fake, pictory)

    assert 2 == fake.count(TOKEN)


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (httpx.Response(401, json={"message": "Unauthorized"}), 401),
        (httpx.Response(403, json={"message": "Forbidden"}), 403),
        (httpx.Response(400, json={"code": "invalid_client", "message": "No."}), 400),
        (httpx.Response(200, json={"success": False, "error": {"error_message": "No."}}), 200),
    ],
)
async def test_ways_to_reject(answer: httpx.Response, status: int) -> None:
    """However the service words it, refused credentials are an authentication error."""
    tokens = Counting(failing=answer)
    for _ in range(2):
        with pytest.raises(AuthenticationError) as caught:
            await tokens.source.current()
        assert status == caught.value.status

    assert 1 == tokens.requests


async def test_an_error_holds_no_frames() -> None:
    """A remembered rejection does not keep alive whatever was around when it was met."""
    tokens = Counting(failing=httpx.Response(401, json={"message": "Unauthorized"}))
    for _ in range(2):
        with pytest.raises(AuthenticationError):
            await tokens.source.current()

    rejection: object = vars(tokens.source)["_rejection"]

    assert isinstance(rejection, AuthenticationError)
    assert rejection.__traceback__ is None
    assert rejection.__context__ is None


# --- answers that are no tokens -----------------------------------------------------------------


def raw(content: bytes | str, code: int = 200) -> Trouble:
    """Make an answer of the token endpoint."""
    return Trouble.body(content if isinstance(content, bytes) else content.encode(), code=code)


GOOD = json.dumps({"access_token": "eyJ.x", "expires_in": 3600})


@pytest.mark.parametrize(
    ("trouble", "kind", "requests"),
    [
        pytest.param(Trouble.html(200), InvalidResponseError, 2, id="HTML"),
        pytest.param(raw(b""), InvalidResponseError, 2, id="empty"),
        pytest.param(raw("[]"), InvalidResponseError, 2, id="list"),
        pytest.param(raw('"eyJ.x"'), InvalidResponseError, 2, id="string"),
        pytest.param(raw(GOOD[:-5]), InvalidResponseError, 1, id="cut"),
        pytest.param(raw('{"expires_in": 3600}'), InvalidResponseError, 1, id="no token"),
        pytest.param(Trouble.status(500), ServerError, 2, id="500"),
        pytest.param(Trouble.html(502), ServerError, 2, id="502 page"),
        pytest.param(Trouble.status(429), RateLimitError, 2, id="429"),
        pytest.param(raw("error code: 1010", 403), BlockedError, 2, id="Cloudflare"),
        pytest.param(Trouble.html(403), InvalidResponseError, 2, id="403 page"),
        pytest.param(Trouble.status(408), APIError, 2, id="408"),
        pytest.param(Trouble.status(425), APIError, 2, id="425"),
        pytest.param(Trouble.status(404), NotFoundError, 1, id="404"),
        pytest.param(Trouble.truncate(), TransportError, 2, id="breaks off"),
        pytest.param(Trouble.reset(), TransportError, 2, id="reset"),
        pytest.param(Trouble.stall(), TransportError, 2, id="stall"),
        pytest.param(Trouble.refuse(), TransportError, 0, id="refused"),
    ],
)
async def test_no_token(trouble: Trouble, kind: type[PictoryError], requests: int) -> None:
    """Without a token there is one error for everybody, which names the token endpoint."""
    fake = make_fake()
    fake.trouble(TOKEN, trouble, times=None)
    async with make_client(fake) as pictory:
        errors = await crowd(20, lambda: pictory.jobs.get("j-1"))
        assert {kind} == {type(error) for error in errors}
        assert all("/v1/oauth2/token" in str(error) for error in errors)
        assert requests == fake.count(TOKEN) == len(fake.requests)
        # Nothing is remembered: when the trouble is over, it is over.
        fake.calm()
        await a_job(fake, pictory)


@pytest.mark.parametrize("status", [400, 403])
async def test_a_page_is_no_rejection(status: int) -> None:
    """A page of some firewall is not taken for the service's word on the credentials."""
    tokens = Counting(failing=httpx.Response(status, text="<html>Forbidden</html>"))
    with pytest.raises(APIError) as caught:
        await tokens.source.current()

    assert "not accepted" not in str(caught.value)


@pytest.mark.parametrize(
    "trouble", [Trouble.stall(), Trouble.reset(), Trouble.truncate()], ids=lambda t: t.fault
)
@pytest.mark.parametrize("replay", [False, True])
async def test_a_submit_without_a_token_was_not_sent(trouble: Trouble, *, replay: bool) -> None:
    """Where the token request is lost, the submit never left: nothing about it is unknown."""
    fake = make_fake()
    async with make_client(fake) as pictory:
        if replay:
            await a_job(fake, pictory)
            fake.expire_tokens()
        fake.trouble(TOKEN, trouble, times=None)
        with pytest.raises(TransportError) as caught:
            await pictory.v1.renders.create({"scenes": []})

    assert not caught.value.sent
    assert () == fake.billed


async def test_a_closed_client_fetches_no_token() -> None:
    """Where the client was closed, that is the error, also where a token was wanted first."""
    pictory = Pictory(CLIENT, base_url="http://127.0.0.1:9", retry=QUICK)
    await pictory.aclose()
    with pytest.raises(ClosedError):
        await pictory.jobs.get("j-1")


# --- refusals -----------------------------------------------------------------------------------


async def test_a_refusal_that_persists() -> None:
    """A 401 with a second fresh token is an error."""
    fake = make_fake()
    async with make_client(fake) as pictory:
        job = await a_job(fake, pictory)
        fake.trouble(LOOK, Trouble.status(401), times=None)
        with pytest.raises(TokenRefusedError, match=r"/v1/jobs/.* answered 401: Unauthorized"):
            await pictory.jobs.get(job)

    assert (3, 3) == (fake.count(TOKEN), fake.count(LOOK))


async def test_refusals_that_persist_for_many() -> None:
    """200 requests that nothing helps make 600 requests and end."""
    fake = make_fake()
    async with make_client(fake) as pictory:
        job = await a_job(fake, pictory)
        fake.trouble(LOOK, Trouble.status(401), times=None)
        errors = await crowd(200, lambda: pictory.jobs.get(job))

    assert {TokenRefusedError} == {type(error) for error in errors}
    assert (200, 3, 600) == (len(errors), fake.count(TOKEN), fake.count(LOOK))


@pytest.mark.parametrize("trouble", [None, Trouble.truncate()], ids=["whole", "cut"])
async def test_an_api_key_that_is_refused(trouble: Trouble | None) -> None:
    """Where there is one key, a 401 is final, also where its body breaks off."""
    fake = make_fake(api_keys=["pictai_right"])
    if trouble is not None:
        fake.trouble(LOOK, trouble)
    async with make_client(fake, ApiKey("pictai_wrong")) as pictory:
        with pytest.raises((AuthenticationError, TransportError)):
            await pictory.jobs.get("j-1")
        if trouble is None:
            assert [LOOK] == [request.operation for request in fake.requests]

    assert 0 == fake.count(TOKEN)


async def test_a_permission_denied() -> None:
    """A 403 is not about the token: nothing is fetched or sent again."""
    fake = make_fake(user_id="somebody else")
    async with make_client(fake) as pictory:
        with pytest.raises(PermissionDeniedError):
            await pictory.jobs.get("j-1")

    assert (1, 1) == (fake.count(TOKEN), fake.count(LOOK))


# --- cancellation -------------------------------------------------------------------------------


@pytest.mark.parametrize("replay", [False, True])
async def test_the_leader_is_cancelled(*, replay: bool) -> None:
    """Where whoever fetches the token is cancelled, another one fetches it for everybody."""
    fake = make_fake()
    async with make_client(fake, timeouts=Timeouts(read=None)) as pictory:
        job = await a_job(fake, pictory)
        if replay:
            fake.expire_tokens()
        else:
            await anyio.sleep(3601)
        fake.trouble(TOKEN, Trouble.stall())
        errors: list[list[PictoryError]] = []

        async def lead() -> None:
            with anyio.move_on_after(5):
                await pictory.jobs.get(job)

        async def follow() -> None:
            errors.append(await crowd(20, lambda: pictory.jobs.get(job)))

        async with anyio.create_task_group() as group:
            group.start_soon(lead)
            await anyio.sleep(1)
            group.start_soon(follow)

    assert [[]] == errors
    assert 3 == fake.count(TOKEN)


@pytest.mark.parametrize("steps", range(24))
@pytest.mark.parametrize("replay", [False, True])
async def test_cancelled_at_any_step(steps: int, *, replay: bool) -> None:
    """Whenever some are cancelled, the others get their answer."""
    fake = make_fake()
    async with make_client(fake) as pictory:
        job = await a_job(fake, pictory)
        if replay:
            fake.expire_tokens()
        else:
            await anyio.sleep(3601)

        async def goners() -> None:
            async with anyio.create_task_group() as group:
                for _ in range(5):
                    group.start_soon(pictory.jobs.get, job)
                for _ in range(steps):
                    await anyio.lowlevel.checkpoint()
                group.cancel_scope.cancel()

        async with anyio.create_task_group() as group:
            group.start_soon(goners)
            assert [] == await crowd(5, lambda: pictory.jobs.get(job))


@pytest.mark.parametrize("anyio_backend", ["asyncio"])
@pytest.mark.parametrize("steps", range(24))
async def test_native_cancellation(steps: int) -> None:
    """The same with asyncio's own cancellation."""
    fake = FakePictory(draw=False)
    async with make_client(fake) as pictory:
        job = await a_job(fake, pictory)
        fake.expire_tokens()
        goners = [asyncio.create_task(pictory.jobs.get(job)) for _ in range(5)]
        others = [asyncio.create_task(pictory.jobs.get(job)) for _ in range(5)]
        for _ in range(steps):
            await asyncio.sleep(0)
        for task in goners:
            task.cancel()
        async with asyncio.timeout(PATIENCE):
            await asyncio.gather(*goners, return_exceptions=True)
            assert 5 == len(await asyncio.gather(*others))


# --- what goes along, and where -----------------------------------------------------------------


async def test_headers() -> None:
    """Requests carry the raw token and the user id; the token request carries neither."""
    fake = make_fake(user_id="PictoryCustomer")
    async with make_client(fake) as pictory:
        await a_job(fake, pictory)
    token, submit = fake.requests

    assert submit.headers["authorization"].startswith("eyJ")
    assert "PictoryCustomer" == submit.headers["x-pictory-user-id"]
    assert not {"authorization", "x-pictory-user-id"} & set(token.headers)
    assert {"client_id": "id", "client_secret": "secret"} == token.json
    assert ("id", "secret") == (token.headers["client_id"], token.headers["client_secret"])
    for request in fake.requests:
        assert request.headers["user-agent"].startswith("pictory-async/")


@pytest.mark.parametrize(
    ("credentials", "user_id"),
    [
        (ApiKey("pictai_k"), None),
        (ApiKey("pictai_k", user_id="me"), "me"),
        (ClientCredentials("id", "secret"), None),
    ],
)
async def test_user_id(credentials: Credentials, user_id: str | None) -> None:
    """The user id goes along where there is one."""
    fake = make_fake()
    async with make_client(fake, credentials) as pictory:
        await a_job(fake, pictory)

    assert user_id == fake.requests[-1].headers.get("x-pictory-user-id")


@pytest.mark.parametrize(
    ("scheme", "expected"), [(None, "pictai_k"), ("Bearer", "Bearer pictai_k"), ("", "pictai_k")]
)
async def test_scheme(scheme: str | None, expected: str) -> None:
    """A word can be put before the token."""
    fake = make_fake()
    async with make_client(fake, ApiKey("pictai_k"), scheme=scheme) as pictory:
        with contextlib.suppress(PictoryError):
            await pictory.jobs.get("j-1")

    assert expected == fake.requests[-1].headers["authorization"]


@attrs.define(eq=False)
class Recorder(httpx.AsyncBaseTransport):
    """Notes what it is given."""

    headers: list[httpx.Headers] = attrs.field(factory=list[httpx.Headers])

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer 401, so that a token would be sent twice if it were sent."""
        self.headers.append(httpx.Headers(request.headers))
        return httpx.Response(401)


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/pictoryapis/v1/x",
        "http://api.pictory.ai/pictoryapis/v1/x",
        "https://api.pictory.ai:8443/pictoryapis/v1/x",
        "https://api.pictory.ai.evil.example/",
        "https://evil.example/https://api.pictory.ai/",
        "https://api.pictory.ai@evil.example/",
        "https://sub.api.pictory.ai/",
    ],
)
async def test_another_origin(url: str) -> None:
    """Neither token nor user id goes to any other origin, and nothing is fetched for it."""
    recorder = Recorder()
    authorization = Authorization(
        recorder.handle_async_request,
        "https://api.pictory.ai/pictoryapis",
        FixedToken(Token("pictai_k")),
        user_id="me",
    )
    await authorization.send_with_token(httpx.Request("GET", url))
    (headers,) = recorder.headers

    assert not {"authorization", "x-pictory-user-id"} & set(headers)


@pytest.mark.parametrize(
    "url", ["https://api.pictory.ai/x", "https://API.pictory.ai:443/pictoryapis/v1/x"]
)
async def test_the_same_origin(url: str) -> None:
    """The API's origin gets the token, however it is spelled."""
    recorder = Recorder()
    authorization = Authorization(
        recorder.handle_async_request,
        "https://api.pictory.ai:443/pictoryapis",
        FixedToken(Token("pictai_k")),
    )
    await authorization.send_with_token(httpx.Request("GET", url))

    assert ["pictai_k"] == [headers["authorization"] for headers in recorder.headers]
