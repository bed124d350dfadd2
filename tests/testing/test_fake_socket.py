"""Tests of the face on a socket, with a plain httpx client."""

import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import anyio.lowlevel
import httpx
import pytest

from pictory_async.testing import FakePictory, Trouble
from pictory_async.testing._server import hung_up
from tests.helpers import PATIENCE


LOOK = "/v1/jobs/nobody"
BODY = {"videoName": "demo", "scenes": [{"story": "Hello there."}]}


@pytest.fixture
def client(fake: FakePictory) -> Iterator[httpx.Client]:
    """Return a client with an API key, on a socket."""
    headers = {"Authorization": "pictai_key"}
    with (
        fake.serve() as url,
        httpx.Client(base_url=url, headers=headers, timeout=PATIENCE) as client,
    ):
        yield client


def render(client: httpx.Client, fake: FakePictory, **headers: str) -> dict[str, Any]:
    """Render a video, and return the result."""
    submitted = client.post("/v2/video/storyboard/render", json=BODY).json()
    fake.advance(60)
    job = client.get(f"/v1/jobs/{submitted['data']['jobId']}", headers=headers).json()
    data: dict[str, Any] = job["data"]
    return data


def test_answers_over_a_socket(client: httpx.Client) -> None:
    """The same core answers: a look, an unknown route, a wrong method."""
    answers = [client.get(LOOK), client.get("/v1/nothing"), client.put(LOOK)]

    assert [200, 404, 405] == [answer.status_code for answer in answers]
    assert "JOB_NOT_FOUND" == answers[0].json()["data"]["error_message"]


def test_bare_puts_over_a_socket(client: httpx.Client, fake: FakePictory) -> None:
    """A PUT without a body, and so without its length and type, renders a preview."""
    for generation in ("v1", "v2"):
        body = {"videoName": "x", "scenes": [{"text": "a", "story": "a"}]}
        job_id = client.post(f"/{generation}/video/storyboard", json=body).json()["data"]
        fake.advance(15)
        path = f"/{generation}/video/render/{job_id.get('jobId', job_id.get('job_id'))}"
        request = client.build_request("PUT", path)
        del request.headers["Content-Length"]

        assert 200 == client.send(request).status_code


def test_links_lead_back_the_way_the_request_came(client: httpx.Client, fake: FakePictory) -> None:
    """URLs in answers are built from the Host header."""
    port = client.base_url.port
    here = render(client, fake)
    there = render(client, fake, Host=f"localhost:{port}")

    assert here["videoURL"].startswith(f"http://127.0.0.1:{port}/files/")
    assert there["videoURL"].startswith(f"http://localhost:{port}/files/")


def test_files_over_a_socket(client: httpx.Client, fake: FakePictory) -> None:
    """Files are served in whole and in part, and HEAD tells their length."""
    url = render(client, fake)["videoURL"]
    video, head = httpx.get(url, timeout=PATIENCE), httpx.head(url, timeout=PATIENCE)
    part = httpx.get(url, headers={"Range": "bytes=4-7"}, timeout=PATIENCE)

    assert (200, "video/mp4") == (video.status_code, video.headers["Content-Type"])
    assert str(len(video.content)) == head.headers["Content-Length"]
    assert (206, b"ftyp") == (part.status_code, part.content)
    assert 400 == client.get(url).status_code
    assert 1 == len(fake.leaks)


def test_preflights(client: httpx.Client, fake: FakePictory) -> None:
    """A browser's question before a call or an upload is granted; the service does not see it."""
    fake.trouble("*", Trouble.status(503))
    asked = {
        "Origin": "http://localhost:3000",
        "Access-Control-Request-Method": "PUT",
        "Access-Control-Request-Headers": "authorization,content-type,x-pictory-user-id",
    }
    root = str(client.base_url).removesuffix("/pictoryapis/")
    answers = [
        client.options("/v1/video/render/x", headers=asked),
        httpx.options(f"{root}/files/x.mp4", headers=asked, timeout=PATIENCE),
    ]

    for answer in answers:
        assert (204, b"") == (answer.status_code, answer.content)
        assert "*" == answer.headers["Access-Control-Allow-Origin"]
        assert "PUT" == answer.headers["Access-Control-Allow-Methods"]
        granted = answer.headers["Access-Control-Allow-Headers"]
        assert asked["Access-Control-Request-Headers"] == granted
        assert answer.headers["Access-Control-Max-Age"].isdecimal()
    assert () == fake.requests


def test_a_preflight_without_headers(client: httpx.Client) -> None:
    """A question that names no headers is granted none; OPTIONS without one is no question."""
    asked = client.options(LOOK, headers={"Access-Control-Request-Method": "GET"})

    assert 204 == asked.status_code
    assert "Access-Control-Allow-Headers" not in asked.headers
    assert 405 == client.options(LOOK).status_code


def test_pages_may_read_every_answer(client: httpx.Client, fake: FakePictory) -> None:
    """Calls, errors, trouble, uploads and files allow any origin, and show it all headers."""
    video = httpx.get(render(client, fake)["videoURL"], timeout=PATIENCE)
    asked = {"fileName": "a.mp4", "contentType": "video/mp4"}
    signed = client.post("/v1/media/generateUrl", json=asked).json()["data"]["signedUrl"]
    kind = {"Content-Type": "video/mp4"}
    upload = httpx.put(signed, content=b"x", headers=kind, timeout=PATIENCE)
    refused = httpx.put(signed, content=b"x", timeout=PATIENCE)
    fake.trouble("*", Trouble.html())
    answers = [
        *(video, upload, refused, client.get(LOOK), client.get(LOOK), client.get("/v1/nothing")),
        client.get(LOOK, headers={"Authorization": "unknown"}),
    ]

    assert [200, 200, 403, 502, 200, 404, 401] == [answer.status_code for answer in answers]
    for answer in answers:
        assert "*" == answer.headers["Access-Control-Allow-Origin"]
        assert "*" == answer.headers["Access-Control-Expose-Headers"]


def test_a_page_may_read_half_an_answer(client: httpx.Client, fake: FakePictory) -> None:
    """An answer that breaks off has begun with the headers of all others."""
    fake.trouble("*", Trouble.truncate(after=10))
    with client.stream("GET", LOOK) as answer:
        assert "*" == answer.headers["Access-Control-Allow-Origin"]
        with pytest.raises(httpx.RemoteProtocolError):
            answer.read()


def test_drawing_does_not_block_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """While one film is drawn, other requests are answered."""
    began, may_end = threading.Event(), threading.Event()
    films: list[bytes] = []

    def draw(_film: object) -> bytes:
        began.set()
        assert may_end.wait(PATIENCE)
        return b"film"

    monkeypatch.setattr("pictory_async.testing._draw.draw_mp4", draw)
    fake = FakePictory(clock=lambda: 0.0)
    headers = {"Authorization": "pictai_key"}
    with (
        fake.serve() as base_url,
        httpx.Client(base_url=base_url, headers=headers, timeout=PATIENCE) as client,
    ):
        url = render(client, fake)["videoURL"]

        def fetch() -> None:
            films.append(httpx.get(url, timeout=PATIENCE).content)

        thread = threading.Thread(target=fetch)
        thread.start()
        assert began.wait(PATIENCE)
        meanwhile = client.get(LOOK).status_code
        may_end.set()
        thread.join()

    assert (200, [b"film"]) == (meanwhile, films)


def test_reset_over_a_socket(client: httpx.Client, fake: FakePictory) -> None:
    """A reset breaks the connection before an answer; refusing comes to the same."""
    for trouble in (Trouble.reset(), Trouble.refuse()):
        fake.trouble("*", trouble)
        with pytest.raises(httpx.ReadError, match="reset"):
            client.get(LOOK)

    assert 200 == client.get(LOOK).status_code
    assert [None, 200] == [request.status for request in fake.requests]


def test_truncate_over_a_socket(client: httpx.Client, fake: FakePictory) -> None:
    """A truncated body ends early, after the headers announced all of it."""
    fake.trouble("*", Trouble.truncate(after=10))
    with pytest.raises(httpx.RemoteProtocolError, match="received 10 bytes"):
        client.get(LOOK)


@pytest.mark.anyio
async def test_a_client_hangs_up() -> None:
    """Only the end of the connection is taken for the end."""
    messages = [{"type": "http.disconnect"}, {"type": "http.request"}]

    async def receive() -> dict[str, str]:
        await anyio.lowlevel.checkpoint()
        return messages.pop()

    await hung_up(receive)

    assert [] == messages


def test_stall_over_a_socket(client: httpx.Client, fake: FakePictory) -> None:
    """A stalled request is never answered."""
    fake.trouble("*", Trouble.stall(), times=None)
    with pytest.raises(httpx.ReadTimeout):
        client.get(LOOK, timeout=0.1)
    fake.calm()

    assert 200 == client.get(LOOK).status_code


def test_latency_over_a_socket() -> None:
    """An answer begins after the latency, unless the client or the stand-in has gone before."""
    fake = FakePictory(clock=lambda: 0.0, latency=0.3)
    with fake.serve() as url, httpx.Client(base_url=url, timeout=PATIENCE) as client:
        started = time.monotonic()
        assert 401 == client.get(LOOK).status_code
        assert time.monotonic() - started >= 0.3

    slow = FakePictory(clock=lambda: 0.0, latency=10 * PATIENCE)
    started = time.monotonic()
    with slow.serve() as url, httpx.Client(base_url=url) as client:
        with pytest.raises(httpx.ReadTimeout):
            client.get(LOOK, timeout=0.1)
        assert 1 == len(slow.requests)
    assert time.monotonic() - started < PATIENCE


def test_answers_of_ones_own_over_a_socket(client: httpx.Client, fake: FakePictory) -> None:
    """Statuses, headers, pages, and no body at all arrive as they are."""
    for trouble in (
        Trouble.status(429, headers={"Retry-After": "2"}),
        Trouble.html(),
        Trouble.empty(),
        Trouble.status(204),
    ):
        fake.trouble("*", trouble)
    answers = [client.get(LOOK) for _ in range(4)]

    assert [429, 502, 200, 204] == [answer.status_code for answer in answers]
    assert ["2", None] == [answer.headers.get("Retry-After") for answer in answers[:2]]
    assert [b"", b""] == [answer.content for answer in answers[2:]]


def test_stopping_is_quick_and_clean(fake: FakePictory, caplog: pytest.LogCaptureFixture) -> None:
    """Neither an idle connection nor a stalled request delays the end; nothing is left."""
    started = time.monotonic()
    for _ in range(10):
        with fake.serve():
            pass
    ten_unused_ones = time.monotonic() - started
    fake.trouble("*", Trouble.stall(), skip=1)
    failures: list[Exception] = []

    def wait_in_vain(client: httpx.Client) -> None:
        try:
            client.get(LOOK, timeout=PATIENCE)
        except httpx.TransportError as exc:
            failures.append(exc)

    with httpx.Client(timeout=PATIENCE) as client:
        with fake.serve() as base_url:
            client.base_url = httpx.URL(base_url)
            client.get(LOOK)
            thread = threading.Thread(target=wait_in_vain, args=(httpx.Client(base_url=base_url),))
            thread.start()
            while len(fake.requests) < 2:
                time.sleep(0.01)
            started = time.monotonic()
        elapsed = time.monotonic() - started
        thread.join()

        assert elapsed < ten_unused_ones
        assert [httpx.RemoteProtocolError] == [type(each) for each in failures]
        assert [] == [each.name for each in threading.enumerate() if each.name == "FakePictory"]
        with pytest.raises(httpx.ConnectError):
            client.get(LOOK)
    assert [] == [record for record in caplog.records if record.levelname != "INFO"
                  and record.name.startswith("uvicorn")]  # fmt: skip


def test_state_outlives_a_face(fake: FakePictory) -> None:
    """Two faces, one after the other or at once, share one state."""
    headers = {"Authorization": "pictai_key"}
    with (
        fake.serve() as one,
        fake.serve() as other,
        httpx.Client(headers=headers, timeout=PATIENCE) as client,
    ):
        submitted = client.post(f"{one}/v2/video/storyboard", json=BODY).json()
        path = f"/v1/jobs/{submitted['data']['jobId']}"
        seen = client.get(other + path).json()

    assert "in-progress" == seen["data"]["status"]


def test_port_in_use(fake: FakePictory) -> None:
    """A port that is taken is an error at once."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(OSError, match="in use"), fake.serve(port=port):
            raise AssertionError


def test_ipv6(fake: FakePictory) -> None:
    """An IPv6 address stands in brackets in the URL."""
    try:
        with fake.serve(host="::1") as base_url:
            status = httpx.get(base_url + LOOK, timeout=PATIENCE).status_code
    except OSError:
        pytest.skip("no IPv6 here")

    assert base_url.startswith("http://[::1]:")
    assert 401 == status
