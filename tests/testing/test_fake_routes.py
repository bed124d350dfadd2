"""Tests of the table of routes and of what every body must be."""

import httpx
import pytest

from pictory_async.testing import FakePictory


pytestmark = pytest.mark.anyio

JSON = {"Content-Type": "application/json"}


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
