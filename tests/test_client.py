"""The client's settings and its life."""

from __future__ import annotations

import gc
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import anyio
import httpx
import pytest

from pictory_async import (
    ApiKey,
    ClientCredentials,
    ClosedError,
    Pictory,
    Retry,
    TransportError,
    __version__,
)
from pictory_async.testing import FakePictory
from tests.helpers import KEY, client


if TYPE_CHECKING:
    from collections.abc import Iterator


STRANGER = "00000000-0000-4000-8000-000000000000"


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hide the settings of whoever runs the tests."""
    for name in ("API_KEY", "CLIENT_ID", "CLIENT_SECRET", "USER_ID", "API_BASE_URL"):
        monkeypatch.delenv(f"PICTORY_{name}", raising=False)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


class TestSettings:
    @pytest.mark.anyio
    async def test_environment(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Credentials, user id and base URL come from the environment where none are given."""
        fake = FakePictory(clients={"id": "secret"}, user_id="me")
        with fake.serve() as url:
            monkeypatch.setenv("PICTORY_CLIENT_ID", "id")
            monkeypatch.setenv("PICTORY_CLIENT_SECRET", "secret")
            monkeypatch.setenv("PICTORY_USER_ID", "me")
            monkeypatch.setenv("PICTORY_API_BASE_URL", url + "/")
            async with Pictory() as pictory:
                await pictory.storyboards.preview({"videoName": "x", "scenes": [{"story": "y"}]})

        assert [200, 200] == [request.status for request in fake.requests]

    @pytest.mark.parametrize(
        ("url", "warned"),
        [("http://api.example", True), ("http://localhost:1", False), ("https://h", False)],
    )
    def test_unencrypted(self, url: str, warned: bool, caplog: pytest.LogCaptureFixture) -> None:
        """Credentials that would travel unencrypted are worth a warning."""
        Pictory(KEY, base_url=url)

        assert warned == ("unencrypted" in caplog.text)

    def test_secrets_are_not_shown(self) -> None:
        """Neither a client nor credentials show a secret."""
        for credentials in (ApiKey("pictai_hush"), ClientCredentials("id", "hush")):
            assert "hush" not in repr(credentials)
            assert "hush" not in repr(Pictory(credentials, base_url="http://h"))


@pytest.mark.anyio
class TestRequests:
    async def test_headers(self) -> None:
        """A request says who sends it, and carries the raw token and the user id."""
        fake = FakePictory()
        async with client(fake, ApiKey("pictai_x", user_id="me")) as pictory:
            await pictory.storyboards.preview({"videoName": "x", "scenes": [{"story": "y"}]})
        (request,) = fake.requests

        assert request.headers["user-agent"].startswith(f"pictory-async/{__version__} python/3.")
        assert "pictai_x" == request.headers["authorization"]
        assert "me" == request.headers["x-pictory-user-id"]
        assert "application/json" == request.headers["content-type"]

    async def test_scheme(self) -> None:
        """A word may stand before the token."""
        fake = FakePictory()
        async with client(fake, scheme="Bearer", retry=Retry(attempts=1)) as pictory:
            with pytest.raises(Exception, match="Unauthorized"):
                await pictory.jobs.get(STRANGER)

        assert "Bearer pictai_test" == fake.requests[0].headers["authorization"]


@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_two_runs(backend: str) -> None:
    """A client that outlives its event loop works in the next one, with new connections.

    The old ones cannot be closed any more: the garbage collector does that, and says so.
    """
    fake = FakePictory()
    with fake.serve() as url:
        pictory = Pictory(KEY, base_url=url)

        async def preview() -> None:
            await pictory.storyboards.preview({"videoName": "x", "scenes": [{"story": "y"}]})

        anyio.run(preview, backend=backend)
        anyio.run(preview, backend=backend)
        gc.collect()

    assert [200, 200] == [request.status for request in fake.requests]


@pytest.mark.anyio
class TestLife:
    async def test_closed(self) -> None:
        """A closed client says so, instead of sending."""
        async with Pictory(KEY, base_url="http://127.0.0.1:9") as pictory:
            pass
        with pytest.raises(ClosedError, match="closed"):
            await pictory.jobs.get(STRANGER)

    async def test_closes_the_transport(self) -> None:
        """A transport that was passed in is closed with the client."""

        class Transport(httpx.AsyncBaseTransport):
            closed = False

            async def aclose(self) -> None:
                self.closed = True

        transport = Transport()
        pictory = Pictory(KEY, transport=transport)
        await pictory.aclose()

        assert transport.closed

    async def test_no_service(self) -> None:
        """Where nobody listens, the error says so, and that nothing was sent."""
        retry = Retry(attempts=2, first=0.01)
        async with Pictory(KEY, base_url="http://127.0.0.1:9", retry=retry) as pictory:
            with pytest.raises(TransportError, match="ConnectError") as caught:
                await pictory.storyboards.preview({"videoName": "x", "scenes": [{"story": "y"}]})

        assert not caught.value.sent
        assert "POST /v2/video/storyboard" == str(caught.value).partition(":")[0]


class Proxy(ThreadingHTTPServer):
    """A proxy that creates a job for every request, and remembers their targets."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), ProxyHandler)
        self.targets: list[str] = []

    @property
    def url(self) -> str:
        """The proxy's own URL."""
        return f"http://127.0.0.1:{self.server_port}"


class ProxyHandler(BaseHTTPRequestHandler):
    """Answers in the proxy's stead."""

    def do_POST(self) -> None:
        """Answer as a submit is answered."""
        assert isinstance(self.server, Proxy)
        self.server.targets.append(self.path)
        self.rfile.read(int(self.headers["Content-Length"]))
        body = b'{"success": true, "data": {"jobId": "j1"}}'
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
        """Say nothing."""


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    """Serve a proxy from a thread."""
    with Proxy() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.mark.anyio
class TestProxies:
    async def test_argument(self, proxy: Proxy) -> None:
        """A proxy that is passed in is used."""
        async with Pictory(KEY, base_url="http://api.example/base", proxy=proxy.url) as pictory:
            await pictory.storyboards.preview({"videoName": "x", "scenes": [{"story": "y"}]})

        assert ["http://api.example/base/v2/video/storyboard"] == proxy.targets

    @pytest.mark.parametrize("name", ["http_proxy", "all_proxy"])
    async def test_environment(
        self, proxy: Proxy, monkeypatch: pytest.MonkeyPatch, name: str
    ) -> None:
        """A proxy that the environment names is used."""
        monkeypatch.setenv(name, proxy.url)
        async with Pictory(KEY, base_url="http://api.example/base") as pictory:
            await pictory.storyboards.preview({"videoName": "x", "scenes": [{"story": "y"}]})

        assert ["http://api.example/base/v2/video/storyboard"] == proxy.targets

    async def test_no_proxy(self, proxy: Proxy, monkeypatch: pytest.MonkeyPatch) -> None:
        """A host that the environment excepts is reached without a proxy."""
        monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        async with Pictory(KEY, base_url=proxy.url) as pictory:
            await pictory.storyboards.preview({"videoName": "x", "scenes": [{"story": "y"}]})

        assert ["/v2/video/storyboard"] == proxy.targets
