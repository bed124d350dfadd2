"""Tests of the table of routes and of what every body must be."""

import httpx
import pytest

from pictory_async.testing import FakePictory
from pictory_async.testing._gate import Call, Route
from pictory_async.testing._messages import Reply, Request
from pictory_async.testing._routes import DECLARED, OPERATIONS, TABLE, Table
from pictory_async.testing._service import IN_PROCESS
from pictory_async.testing._world import World


pytestmark = pytest.mark.anyio

JSON = {"Content-Type": "application/json"}
OVERLAPPING = [
    "GET /v1/jobs/{job_id}",
    "GET /v1/jobs/newest",
    "GET /v1/jobs/{job_id}/clean",
    "GET /v1/jobs/newest/{what}",
]


def route(operation: str) -> Route:
    """Declare an operation that nobody answers."""

    def handler(_world: World, _call: Call) -> Reply:
        raise AssertionError

    return Route(operation=operation, handler=handler)


def request_for(operation: str) -> Request:
    """Make a request for an operation, whose placeholders stand for themselves."""
    method, _, path = operation.partition(" ")
    url = IN_PROCESS.api + path
    if path.startswith("/files/"):
        url = IN_PROCESS.files + path.removeprefix("/files")
    return Request(method=method, url=url, site=IN_PROCESS)


@pytest.mark.parametrize("routes", [DECLARED, DECLARED[::-1]], ids=["declared", "reversed"])
def test_each_operation_is_found(routes: tuple[Route, ...]) -> None:
    """Each operation is what a request for it is, in whatever order the routes are declared."""
    table = Table(routes)

    assert list(OPERATIONS) == [table.match(request_for(each)).operation for each in OPERATIONS]


def test_a_slash_at_the_end() -> None:
    """Each call of the API is found with a slash at its end too, as gateways have it."""
    calls = [each for each in OPERATIONS if "/files/" not in each]

    assert calls == [TABLE.match(request_for(f"{each}/")).operation for each in calls]


def test_a_slash_at_the_end_of_a_file() -> None:
    """To a storage a key with a slash at its end is another key."""
    assert TABLE.match(request_for("GET /files/a.mp4/")).route is None


@pytest.mark.parametrize("operations", [OVERLAPPING, OVERLAPPING[::-1]], ids=["once", "reversed"])
@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/v1/jobs/newest", "GET /v1/jobs/newest"),
        ("/v1/jobs/x", "GET /v1/jobs/{job_id}"),
        ("/v1/jobs/newest/clean", "GET /v1/jobs/newest/{what}"),
        ("/v1/jobs/x/clean", "GET /v1/jobs/{job_id}/clean"),
    ],
)
def test_literal_segments_go_first(operations: list[str], path: str, expected: str) -> None:
    """A literal segment beats a placeholder, the leftmost first, in whatever order they are."""
    table = Table([route(each) for each in operations])

    assert expected == table.match(request_for(f"GET {path}")).operation


@pytest.mark.parametrize("other", ["GET /v1/jobs/{job_id}", "GET /v1/jobs/{id}"])
def test_an_operation_has_one_route(other: str) -> None:
    """The same operation cannot be declared twice, whatever its placeholders are called."""
    with pytest.raises(ValueError, match=r"these have more: GET /v1/jobs/\{\}$"):
        Table([route("GET /v1/jobs/{job_id}"), route("GET /v1/jobs"), route(other)])


async def test_unknown_route(api: httpx.AsyncClient) -> None:
    """A path that nobody serves is not found."""
    response = await api.get("/v1/nothing")

    assert (404, {"message": "Not Found"}) == (response.status_code, response.json())


async def test_wrong_method(api: httpx.AsyncClient) -> None:
    """A known path with another method is refused as such."""
    response = await api.delete("/v1/video/render")

    assert (405, {"message": "Method Not Allowed"}) == (response.status_code, response.json())


@pytest.mark.parametrize(
    "url",
    [
        "https://api.pictory.test/v1/jobs/x",
        "https://api.pictory.test/pictoryapis/files/background.jpg",
        "https://cdn.pictory.test/v1/jobs/x",
    ],
)
async def test_places_are_kept_apart(api: httpx.AsyncClient, url: str) -> None:
    """The API lives below its base URL only, and the files on their own host only."""
    assert 404 == (await api.get(url)).status_code


@pytest.mark.parametrize("url", ["https://example.com/", "http://api.pictory.test/pictoryapis/v1"])
async def test_other_hosts_cannot_be_reached(api: httpx.AsyncClient, url: str) -> None:
    """A request to any other origin fails to connect."""
    with pytest.raises(httpx.ConnectError, match="FakePictory answers at https://api"):
        await api.get(url)


@pytest.mark.parametrize(
    ("served", "plural", "singular"),
    [("plural", 200, 403), ("singular", 403, 200), ("both", 200, 200)],
)
async def test_job_route(served: str, plural: int, singular: int) -> None:
    """Looks are answered at the spelling that was chosen; the gateway refuses the other."""
    fake = FakePictory(job_route=served)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    headers = {"Authorization": "pictai_key"}
    api = httpx.AsyncClient(transport=fake.transport(), base_url=fake.base_url, headers=headers)

    answers = [await api.get("/v1/jobs/x"), await api.get("/v1/job/x")]

    assert [plural, singular] == [answer.status_code for answer in answers]
    for answer in answers:
        if answer.status_code == 403:
            assert {"message": "Missing Authentication Token"} == answer.json()


async def test_job_route_by_default(api: httpx.AsyncClient) -> None:
    """Both spellings of the path of a look are answered, with a slash at the end and without."""
    paths = ("/v1/jobs/x", "/v1/jobs/x/", "/v1/job/x", "/v1/job/x/")

    assert [200] * 4 == [(await api.get(path)).status_code for path in paths]


async def test_content_type_must_be_json(api: httpx.AsyncClient) -> None:
    """A body that is not declared as JSON is refused by the gateway."""
    response = await api.post("/v2/video/storyboard", data={"videoName": "x"})

    expected = (415, {"message": "Unsupported Media Type"})
    assert expected == (response.status_code, response.json())


@pytest.mark.parametrize("body", [b"{", b'{"videoName": NaN}', b"\xff", b"[]", b"", b"[" * 100_000])
async def test_body_must_be_a_json_object(api: httpx.AsyncClient, body: bytes) -> None:
    """Anything but a JSON object is refused in the shape of the call's generation."""
    new = await api.post("/v2/video/storyboard", content=body, headers=JSON)
    old = await api.post("/v1/video/storyboard", content=body, headers=JSON)

    assert (400, "INVALID_REQUEST_BODY") == (new.status_code, new.json()["code"])
    assert 400 == old.status_code
    assert old.json()["success"] is False
    assert 890 == old.json()["error"]["error_code"]


async def test_charset_may_follow_the_content_type(api: httpx.AsyncClient) -> None:
    """Parameters of the Content-Type do no harm."""
    headers = {"Content-Type": "application/json; charset=utf-8"}
    body = b'{"videoName": "demo", "scenes": [{"story": "Hello."}]}'

    assert (
        200 == (await api.post("/v2/video/storyboard", content=body, headers=headers)).status_code
    )


async def test_sync_streams_are_read(fake: FakePictory) -> None:
    """A bare request whose body is a plain byte stream reaches the core as well."""
    url = f"{fake.base_url}/v1/oauth2/token"
    request = httpx.Request("POST", url, json={"client_id": "a", "client_secret": "b"})
    request.headers["User-Agent"] = "mine"
    request.stream = httpx.ByteStream(request.content)

    class Sync(httpx.SyncByteStream):
        def __iter__(self):  # type: ignore[no-untyped-def]  # noqa: ANN204
            yield request.content

    stream = Sync()
    bare = httpx.Request("POST", url, headers=request.headers, stream=stream)
    response = await fake.transport().handle_async_request(bare)
    await response.aread()

    assert 200 == response.status_code
