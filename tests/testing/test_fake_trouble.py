"""Tests of trouble in process."""

import contextlib

import anyio
import httpx
import pytest

from pictory_async.testing import FakePictory, Trouble
from tests.virtual_time import in_virtual_time


pytestmark = pytest.mark.anyio

LOOK = "GET /v1/jobs/{job_id}"
RENDER = "POST /v2/video/storyboard/render"
BODY = {"videoName": "demo", "scenes": [{"story": "Hello there."}]}


async def look(api: httpx.AsyncClient) -> httpx.Response:
    """Look at an unknown job."""
    return await api.get("/v1/jobs/nobody")


async def submit(api: httpx.AsyncClient) -> httpx.Response:
    """Submit a render."""
    return await api.post("/v2/video/storyboard/render", json=BODY)


async def test_status(api: httpx.AsyncClient, fake: FakePictory) -> None:
    """A status comes with its phrase as the message and with the headers given."""
    fake.trouble(LOOK, Trouble.status(429, headers={"Retry-After": "2"}))
    response = await look(api)

    assert (429, "2") == (response.status_code, response.headers["Retry-After"])
    assert {"message": "Too Many Requests"} == response.json()
    assert 200 == (await look(api)).status_code


@pytest.mark.parametrize(
    ("trouble", "status", "content"),
    [
        (Trouble.status(503, {"a": 1}), 503, b'{"a": 1}'),
        (Trouble.status(503, b"raw"), 503, b"raw"),
        (Trouble.status(599), 599, b'{"message": "Unknown"}'),
        (Trouble.status(204), 204, b""),
        (Trouble.empty(), 200, b""),
        (Trouble.body(b"{"), 200, b"{"),
        (Trouble.body(b"x", "text/plain", 418), 418, b"x"),
    ],
)
async def test_answers(
    api: httpx.AsyncClient, fake: FakePictory, trouble: Trouble, status: int, content: bytes
) -> None:
    """An answer of one's own replaces the service's."""
    fake.trouble(LOOK, trouble)
    response = await look(api)

    assert (status, content) == (response.status_code, response.content)


async def test_html(api: httpx.AsyncClient, fake: FakePictory) -> None:
    """A gateway's page is HTML."""
    fake.trouble(LOOK, Trouble.html())
    response = await look(api)

    assert (502, "text/html") == (response.status_code, response.headers["Content-Type"])
    assert "502 Bad Gateway" in response.text


@pytest.mark.parametrize("accepted", [False, True])
@pytest.mark.parametrize("name", ["status", "html", "empty", "body", "stall", "reset"])
async def test_accepted(
    api: httpx.AsyncClient, fake: FakePictory, name: str, accepted: bool
) -> None:
    """The work is done before the trouble if that is what it says, and billed."""
    troubles = {
        "status": Trouble.status(502, accepted=accepted),
        "html": Trouble.html(accepted=accepted),
        "empty": Trouble.empty(accepted=accepted),
        "body": Trouble.body(b"", accepted=accepted),
        "stall": Trouble.stall(accepted=accepted),
        "reset": Trouble.reset(accepted=accepted),
    }
    fake.trouble(RENDER, troubles[name])
    api.timeout = httpx.Timeout(0.01)
    with contextlib.suppress(httpx.TransportError):
        await submit(api)

    assert accepted == bool(fake.billed) == bool(fake.jobs)
    assert 1 == fake.count(RENDER)


async def test_reset(api: httpx.AsyncClient, fake: FakePictory) -> None:
    """A reset is httpx's ReadError, and is recorded without a status."""
    fake.trouble(LOOK, Trouble.reset())
    with pytest.raises(httpx.ReadError):
        await look(api)

    assert [None] == [request.status for request in fake.requests]


async def test_refuse(api: httpx.AsyncClient, fake: FakePictory) -> None:
    """A refused connection is httpx's ConnectError; the service saw nothing."""
    fake.trouble("*", Trouble.refuse())
    with pytest.raises(httpx.ConnectError):
        await look(api)

    assert () == fake.requests


@in_virtual_time
async def test_stall_ends_with_the_read_timeout(api: httpx.AsyncClient, fake: FakePictory) -> None:
    """A request that is never answered takes as long as its read timeout."""
    fake.trouble(LOOK, Trouble.stall())
    started = anyio.current_time()
    with pytest.raises(httpx.ReadTimeout):
        await api.get("/v1/jobs/nobody", timeout=httpx.Timeout(5, read=0.05))

    assert anyio.current_time() - started >= 0.05


@in_virtual_time
async def test_stall_without_a_timeout(api: httpx.AsyncClient, fake: FakePictory) -> None:
    """Without a timeout a stalled request waits until it is cancelled."""
    fake.trouble(LOOK, Trouble.stall())
    with anyio.move_on_after(0.05) as scope:
        await api.get("/v1/jobs/nobody", timeout=None)

    assert scope.cancelled_caught


async def test_truncate(api: httpx.AsyncClient, fake: FakePictory) -> None:
    """A truncated body is httpx's RemoteProtocolError; the work was done."""
    fake.trouble(RENDER, Trouble.truncate())
    with pytest.raises(httpx.RemoteProtocolError, match="without sending complete message body"):
        await submit(api)

    assert 1 == len(fake.billed)
    assert 200 == fake.requests[-1].status


@pytest.mark.parametrize(("after", "expected"), [(None, 38), (10, 10), (0, 0), (500, 75)])
async def test_truncate_after(
    api: httpx.AsyncClient, fake: FakePictory, after: int | None, expected: int
) -> None:
    """So many bytes arrive as was asked for, half by default, never all."""
    fake.trouble(RENDER, Trouble.truncate(after))
    arrived = b""
    async with api.stream("POST", RENDER.partition(" ")[2], json=BODY) as response:
        with contextlib.suppress(httpx.RemoteProtocolError):
            async for chunk in response.aiter_raw():
                arrived += chunk

    assert (expected, "76") == (len(arrived), response.headers["Content-Length"])


async def test_troubles_strike_in_turn(api: httpx.AsyncClient, fake: FakePictory) -> None:
    """Troubles strike in order, each for its times, after those it lets pass."""
    fake.trouble(LOOK, Trouble.status(500), times=2)
    fake.trouble(LOOK, Trouble.status(503), skip=1)
    fake.trouble(RENDER, Trouble.status(502), times=None)
    statuses = [(await look(api)).status_code for _ in range(5)]
    renders = [(await submit(api)).status_code for _ in range(3)]
    fake.calm()

    assert [500, 500, 200, 503, 200] == statuses
    assert renders == [502] * 3
    assert 200 == (await submit(api)).status_code


async def test_trouble_of_downloads(web: httpx.AsyncClient, fake: FakePictory) -> None:
    """Downloads have an operation too."""
    fake.trouble("GET /files/{key}", Trouble.status(503))

    assert 503 == (await web.get("https://cdn.pictory.test/files/background.jpg")).status_code


async def test_misspelt_operation(fake: FakePictory) -> None:
    """Trouble for an operation that is not there is an error that lists those that are."""
    with pytest.raises(ValueError, match=r"no operation 'GET /v1/job'; it has \*, POST /v1/oauth2"):
        fake.trouble("GET /v1/job", Trouble.reset())


async def test_operations(fake: FakePictory) -> None:
    """The operations that trouble takes can be read off, and each one is taken."""
    assert {LOOK, RENDER, "GET /files/{key}"} <= {*FakePictory.operations}
    for operation in (*fake.operations, "*"):
        fake.trouble(operation, Trouble.reset())


async def test_unknown_routes_are_hit_by_the_star_only(
    api: httpx.AsyncClient, fake: FakePictory
) -> None:
    """`*` is every request, also one that no route fits."""
    fake.trouble("*", Trouble.status(500))

    assert [500, 404] == [(await api.get("/v1/nothing")).status_code for _ in range(2)]


async def test_requests_let_others_run(api: httpx.AsyncClient, fake: FakePictory) -> None:
    """A request in process can be cancelled like one on a wire."""
    with anyio.CancelScope() as scope:
        scope.cancel()
        await look(api)

    assert scope.cancelled_caught
    assert () == fake.requests
