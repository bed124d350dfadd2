"""Tests of who gets in and of the token call."""

import httpx
import pytest

from pictory_async.testing import FakePictory


pytestmark = pytest.mark.anyio

TOKEN = "/v1/oauth2/token"
LOOK = "/v1/jobs/nobody"
PAIR = {"client_id": "id", "client_secret": "secret"}


def client_of(fake: FakePictory, **headers: str) -> httpx.AsyncClient:
    """Make a client that sends these headers."""
    return httpx.AsyncClient(
        transport=fake.transport(), base_url=fake.base_url, headers=headers or None
    )


async def token_of(fake: FakePictory) -> str:
    """Fetch a token."""
    response = await client_of(fake).post(TOKEN, json=PAIR)
    token: str = response.json()["access_token"]
    return token


async def status_with(fake: FakePictory, **headers: str) -> int:
    """Look at an unknown job with these headers."""
    return (await client_of(fake, **headers).get(LOOK)).status_code


async def test_token_is_a_bare_object(fake: FakePictory) -> None:
    """The token call answers without an envelope and says `Bearer`."""
    response = await client_of(fake).post(TOKEN, json=PAIR)

    assert 200 == response.status_code
    assert {"access_token", "expires_in", "token_type"} == set(response.json())
    assert (3600, "Bearer") == (response.json()["expires_in"], response.json()["token_type"])


async def test_token_headers_may_repeat_the_body(fake: FakePictory) -> None:
    """The client's id and secret may also stand in headers, as the seed shows them."""
    assert 200 == (await client_of(fake, **PAIR).post(TOKEN, json=PAIR)).status_code


async def test_token_by_form(fake: FakePictory) -> None:
    """The token call takes a form as well, as one program posts it."""
    token = await client_of(fake).post(TOKEN, data=PAIR)

    assert 200 == token.status_code
    assert 200 == await status_with(fake, Authorization=token.json()["access_token"])


@pytest.mark.parametrize(
    ("form", "status"),
    [
        (b"client_id=id&client_secret=secret", 200),
        (b"client_id=id&client_secret=s%65cret", 200),
        (b"client_id=id&client_secret=", 401),
        (b"client_id=id", 400),
        (b"\xff", 400),
        (b"", 400),
    ],
)
async def test_token_forms(form: bytes, status: int) -> None:
    """A form is held to what the JSON is held to."""
    api = client_of(FakePictory(clients={"id": "secret"}))
    headers = {"Content-Type": "application/x-www-form-urlencoded"}

    assert status == (await api.post(TOKEN, content=form, headers=headers)).status_code


@pytest.mark.parametrize("header", ["client_id", "client_secret"])
async def test_token_headers_must_agree(fake: FakePictory, header: str) -> None:
    """A header that says otherwise than the body is refused."""
    response = await client_of(fake, **{header: "other"}).post(TOKEN, json=PAIR)

    assert (401, {"message": "Unauthorized"}) == (response.status_code, response.json())


@pytest.mark.parametrize(
    "body", [{"client_id": "", "client_secret": "x"}, {"client_id": "x", "client_secret": ""}]
)
async def test_empty_credentials_are_wrong(fake: FakePictory, body: dict[str, str]) -> None:
    """Where any client is accepted, an empty one is not."""
    assert 401 == (await client_of(fake).post(TOKEN, json=body)).status_code


@pytest.mark.parametrize(("secret", "status"), [("secret", 200), ("other", 401)])
async def test_known_clients_only(secret: str, status: int) -> None:
    """Where clients are named, the secret must be theirs."""
    fake = FakePictory(clients={"id": "secret"})
    body = {"client_id": "id", "client_secret": secret}

    assert status == (await client_of(fake).post(TOKEN, json=body)).status_code


@pytest.mark.parametrize("body", [{"client_id": "id"}, {**PAIR, "client_id": 1}, []])
async def test_token_body_is_checked(fake: FakePictory, body: object) -> None:
    """A token call without both strings in its body is a bad request."""
    response = await client_of(fake).post(TOKEN, json=body)

    assert 400 == response.status_code
    assert "Invalid request body" in response.json()["message"]


async def test_token_is_sent_raw_or_as_a_bearer(fake: FakePictory) -> None:
    """The Authorization header is the token itself, or has `Bearer` before it, as programs do."""
    token = await token_of(fake)

    assert 200 == await status_with(fake, Authorization=token)
    assert 200 == await status_with(fake, Authorization=f"Bearer {token}")
    assert 401 == await status_with(fake, Authorization=f"Bearer Bearer {token}")
    assert 401 == await status_with(fake, Authorization=f"Basic {token}")
    assert 401 == await status_with(fake, Authorization="Bearer ")
    fake.expire_tokens()
    assert 401 == await status_with(fake, Authorization=f"Bearer {token}")


async def test_key_is_never_a_bearer(fake: FakePictory) -> None:
    """An API key is sent raw; `Bearer` before it is refused."""
    assert 200 == await status_with(fake, Authorization="pictai_key")
    assert 401 == await status_with(fake, Authorization="Bearer pictai_key")


async def test_missing_credential(fake: FakePictory) -> None:
    """A call without a credential gets the gateway's 401."""
    response = await client_of(fake).get(LOOK)

    assert (401, {"message": "Unauthorized"}) == (response.status_code, response.json())


async def test_token_expires_with_its_lifetime() -> None:
    """A token serves until its lifetime is over."""
    fake = FakePictory(token_lifetime=100, clock=lambda: 0.0)
    token = await token_of(fake)

    fake.advance(99.5)
    assert 200 == await status_with(fake, Authorization=token)
    fake.advance(0.5)
    assert 401 == await status_with(fake, Authorization=token)


async def test_speed_does_not_shorten_a_token() -> None:
    """However fast jobs go by, a token serves as long as `expires_in` says."""
    reading = 0.0
    fake = FakePictory(token_lifetime=100, speed=60, clock=lambda: reading)
    token = await token_of(fake)

    reading = 99.5
    assert 200 == await status_with(fake, Authorization=token)
    reading = 100.0
    assert 401 == await status_with(fake, Authorization=token)


async def test_new_token_leaves_the_old_one_alone(fake: FakePictory) -> None:
    """A second token does not invalidate the first."""
    first, second = await token_of(fake), await token_of(fake)

    assert first != second
    assert 200 == await status_with(fake, Authorization=first)


async def test_expire_tokens(fake: FakePictory) -> None:
    """All tokens issued so far can be made to expire."""
    token = await token_of(fake)
    fake.expire_tokens()

    assert 401 == await status_with(fake, Authorization=token)
    assert 200 == await status_with(fake, Authorization=await token_of(fake))


@pytest.mark.parametrize(("key", "status"), [("pictai_mine", 200), ("pictai_other", 401)])
async def test_known_keys_only(key: str, status: int) -> None:
    """Where API keys are named, others are refused."""
    fake = FakePictory(api_keys={"pictai_mine"})

    assert status == await status_with(fake, Authorization=key)


async def test_user_id_is_demanded_with_tokens() -> None:
    """Where a user id is set, calls with a token must carry it; calls with a key need not."""
    fake = FakePictory(user_id="me")
    token = await token_of(fake)

    assert 200 == await status_with(fake, Authorization=token, **{"X-Pictory-User-Id": "me"})
    assert 403 == await status_with(fake, Authorization=token, **{"X-Pictory-User-Id": "you"})
    assert 403 == await status_with(fake, Authorization=token)
    assert 200 == await status_with(fake, Authorization="pictai_key")


@pytest.mark.parametrize("agent", ["", "Python-urllib/3.11"])
async def test_robots_meet_cloudflare(fake: FakePictory, agent: str) -> None:
    """No User-Agent, or urllib's, gets a page with error 1010 that is not JSON."""
    response = await client_of(fake, **{"User-Agent": agent}).post(TOKEN, json=PAIR)

    assert 403 == response.status_code
    assert "error code: 1010" in response.text
    assert "text/html; charset=UTF-8" == response.headers["Content-Type"]
