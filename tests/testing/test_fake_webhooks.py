"""Tests of the posts to webhooks, to a receiver on a real socket."""

import gc
import json
import socket
import threading
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import anyio
import anyio.to_thread
import httpx
import pytest

from pictory_async.testing import FakePictory, RecordedWebhook, Trouble
from pictory_async.testing._messages import Request
from pictory_async.testing._service import IN_PROCESS
from tests.helpers import PATIENCE, until


pytestmark = pytest.mark.anyio

RENDER = "/v2/video/storyboard/render"
SCENES = [{"story": "Hello there.", "text": "Hello there."}]
BODY: dict[str, Any] = {"videoName": "demo", "scenes": SCENES}
VIDEO = "https://example.com/talk.mp4"


class Receiver:
    """A server that takes posts, keeps them, and answers with a status."""

    def __init__(self) -> None:
        self.posts: list[tuple[str, str | None, Any]] = []
        self.status = 200
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                kind = self.headers.get("Content-Type")
                receiver.posts.append((self.path, kind, json.loads(body)))
                self.send_response(receiver.status)
                self.end_headers()

            def log_request(self, *_: object, **__: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}/hook"

    @contextmanager
    def running(self) -> Generator[None]:
        """Serve while the context is open."""
        thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield
        finally:
            self._server.shutdown()
            thread.join()
            self._server.server_close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Return a receiver that runs."""
    receiver = Receiver()
    with receiver.running():
        yield receiver


def standing(**settings: Any) -> FakePictory:
    """Return a service that posts, and whose time stands still unless it is turned."""
    return FakePictory(clock=lambda: 0.0, draw=False, webhooks=True, **settings)


def client_of(fake: FakePictory) -> httpx.AsyncClient:
    """Return a plain client with an API key, in process."""
    headers = {"Authorization": "pictai_key"}
    return httpx.AsyncClient(transport=fake.transport(), base_url=fake.base_url, headers=headers)


async def submit(fake: FakePictory, url: object, path: str = RENDER, **more: object) -> str:
    """Submit a job with a webhook, and return its id."""
    body = {**BODY, "webhook": url, **more}
    content, headers = json.dumps(body), {"Content-Type": "application/json"}
    answer = (await client_of(fake).post(path, content=content, headers=headers)).json()
    return str(answer.get("jobId") or answer["data"].get("jobId") or answer["data"]["job_id"])


async def posted(fake: FakePictory, count: int = 1) -> tuple[RecordedWebhook, ...]:
    """Wait for some posts, and return them."""
    await until(lambda: len(fake.webhooks) >= count)
    return fake.webhooks


async def nothing_comes(fake: FakePictory, count: int = 0) -> None:
    """Give a post that should not be there time to come."""
    await anyio.sleep(0.1)
    assert count == len(fake.webhooks)


def no_poster() -> bool:
    """Say whether no thread is left that posts."""
    return all(each.name != "FakePictory webhooks" for each in threading.enumerate())


async def test_posts_what_a_look_tells(receiver: Receiver) -> None:
    """A webhook gets the body of a look at the finished job, once, and without being asked."""
    fake = standing()
    job_id = await submit(fake, receiver.url)
    await nothing_comes(fake)
    fake.advance(59.9)
    await nothing_comes(fake)
    fake.advance(0.1)
    (record,) = await posted(fake)
    look = (await client_of(fake).get(f"/v1/jobs/{job_id}")).json()

    assert [("/hook", "application/json", look)] == receiver.posts
    assert "completed" == look["data"]["status"]
    assert (job_id, receiver.url, look) == (record.job_id, record.url, record.body)
    assert (200, None, 60.0) == (record.status, record.error, record.time)
    await nothing_comes(fake, 1)


async def test_echoes_the_input(receiver: Receiver) -> None:
    """`webhookInput` comes back beside the job in the current generation; v1 has none."""
    fake = standing(preview_seconds=0)
    given = {"order": 7, "note": "\ud800"}
    for path in ("/v2/video/storyboard", "/v1/video/storyboard"):
        await submit(fake, receiver.url, path, webhookInput=given)
        await posted(fake, len(fake.jobs))
    new, old = (body for _, _, body in receiver.posts)

    assert {"job_id", "success", "data", "webhookInput"} == set(new)
    assert given == new["webhookInput"]
    assert {"job_id", "success", "data"} == set(old)


async def test_failed_jobs_are_posted(receiver: Receiver) -> None:
    """A job that fails is posted as a look tells it."""
    fake = standing(render_seconds=0)
    fake.fail_next("INSUFFICIENT_CREDITS")
    await submit(fake, receiver.url)
    await posted(fake)
    body = receiver.posts[0][2]

    assert (False, "failed") == (body["success"], body["data"]["status"])
    assert "INSUFFICIENT_CREDITS" == body["data"]["error_code"]


SUBMITS: list[tuple[str, dict[str, Any]]] = [
    ("/v1/video/storyboard", BODY),
    ("/v2/video/storyboard", BODY),
    ("/v1/video/render", {"audio": {}, "output": {}, "scenes": [{"time": 2}]}),
    ("/v1/transcription", {"fileUrl": VIDEO}),
    ("/v2/transcription", {"fileUrl": VIDEO}),
    ("/v2/transcription/highlights", {"transcript": [{}], "highlight_duration": 5}),
    ("/v1/aistudio/images", {"prompt": "A house."}),
    ("/v1/aistudio/videos", {"prompt": "A house."}),
]


@pytest.mark.parametrize(("path", "body"), SUBMITS)
async def test_every_submit(receiver: Receiver, path: str, body: dict[str, Any]) -> None:
    """Each operation that takes a webhook has one."""
    fake = standing(preview_seconds=0, render_seconds=0, media_seconds=0)
    response = await client_of(fake).post(path, json={**body, "webhook": receiver.url})
    assert 200 == response.status_code, response.text
    await posted(fake)

    assert [*fake.jobs] == [body["job_id"] for _, _, body in receiver.posts]


async def test_renders_of_previews(receiver: Receiver) -> None:
    """A render has the webhook of its own request, and not that of its preview."""
    fake = standing(preview_seconds=0, render_seconds=0)
    preview = await submit(fake, None, "/v1/video/storyboard", webhook="")
    api = client_of(fake)
    for generation in ("v1", "v2"):
        await api.put(f"/{generation}/video/render/{preview}", json={"webhook": receiver.url})
    await api.put(f"/v1/video/render/{preview}")
    await posted(fake, 2)
    await nothing_comes(fake, 2)

    assert [*fake.jobs][1:3] == [body["job_id"] for _, _, body in receiver.posts]


async def test_renders_of_projects(receiver: Receiver) -> None:
    """The render of a project documents no body: a webhook in it is dropped, and noted."""
    fake = standing(render_seconds=0)
    fake.add_project({"project_id": 7, "projectName": "x", "scenes": []})
    path = "/v2/projects/7/render"
    response = await client_of(fake).post(path, json={"webhook": receiver.url})
    await nothing_comes(fake)

    assert (200, ("webhook",)) == (response.status_code, fake.stripped)


async def test_off_by_default(receiver: Receiver) -> None:
    """Nothing is posted by a stand-in that was not told to."""
    fake = FakePictory(render_seconds=0)
    await submit(fake, receiver.url)
    await nothing_comes(fake)

    assert ([], ()) == (receiver.posts, fake.webhooks)


async def test_a_lost_answer(receiver: Receiver) -> None:
    """The result of a job whose submit got no answer is posted all the same."""
    fake = standing(render_seconds=0)
    fake.trouble(f"POST {RENDER}", Trouble.reset(accepted=True))
    with pytest.raises(httpx.ReadError):
        await submit(fake, receiver.url)
    await posted(fake)

    assert [fake.billed[0]] == [body["job_id"] for _, _, body in receiver.posts]


class TestTrouble:
    async def test_late(self, receiver: Receiver) -> None:
        """A post can come some fake seconds after the end, with what was true then."""
        fake = standing()
        fake.trouble(f"POST {RENDER}", Trouble.webhook(late=30))
        job_id = await submit(fake, receiver.url)
        fake.advance(89)
        fake.clean(job_id)
        await nothing_comes(fake)
        fake.advance(1)
        (record,) = await posted(fake)

        assert 90 == record.time
        assert "completed" == receiver.posts[0][2]["data"]["status"]

    async def test_twice(self, receiver: Receiver) -> None:
        """A post can come twice."""
        fake = standing(render_seconds=0)
        fake.trouble("*", Trouble.webhook(copies=2))
        job_id = await submit(fake, receiver.url)
        await posted(fake, 2)

        assert [job_id] * 2 == [body["job_id"] for _, _, body in receiver.posts]

    async def test_never(self, receiver: Receiver) -> None:
        """A post can never come, which is on record when it would have."""
        fake = standing()
        fake.trouble("*", Trouble.webhook(copies=0))
        await submit(fake, receiver.url)
        await nothing_comes(fake)
        fake.advance(60)
        (record,) = await posted(fake)

        assert (None, "held back by Trouble.webhook(copies=0)") == (record.status, record.error)
        assert [] == receiver.posts

    async def test_hits_requests_with_a_webhook(self, receiver: Receiver) -> None:
        """Neither looks nor submits without a webhook use it up, nor is an answer changed."""
        fake = standing(render_seconds=0)
        fake.trouble(f"POST {RENDER}", Trouble.webhook(copies=0), skip=1)
        fake.trouble("POST /v1/video/storyboard", Trouble.webhook(copies=0))
        api = client_of(fake)
        look = (await api.get("/v1/jobs/x")).status_code
        plain = (await api.post(RENDER, json=BODY)).status_code
        jobs = [await submit(fake, receiver.url) for _ in range(3)]
        await posted(fake, 3)

        assert [200, 200] == [look, plain]
        assert [jobs[0], jobs[2]] == [body["job_id"] for _, _, body in receiver.posts]

    async def test_where_none_are_posted(self) -> None:
        """Trouble with webhooks that nobody posts would prove nothing: it is an error."""
        with pytest.raises(ValueError, match="make it with webhooks=True"):
            FakePictory().trouble("*", Trouble.webhook(copies=0))

    async def test_calm(self, receiver: Receiver) -> None:
        """Calm ends it for what is submitted from then on."""
        fake = standing(render_seconds=0)
        fake.trouble("*", Trouble.webhook(copies=0), times=None)
        fake.calm()
        await submit(fake, receiver.url)

        assert 200 == (await posted(fake))[0].status


class TestHosts:
    @pytest.mark.parametrize(
        "url",
        [
            "http://hooks.example/x",
            "http://127.0.0.1.example/x",
            "http://127.0.0.1@hooks.example/x",
            "http://192.168.0.1/x",
            "http://2130706433/x",
            "https://[2001:db8::1]/x",
            "not a URL",
        ],
    )
    async def test_others_get_nothing(self, monkeypatch: pytest.MonkeyPatch, url: str) -> None:
        """No host but this machine is posted to, or even looked up."""

        def connect(*arguments: object, **_: object) -> object:
            raise AssertionError(arguments)

        monkeypatch.setattr(socket, "create_connection", connect)
        fake = standing(render_seconds=0)
        await submit(fake, url)
        (record,) = await posted(fake)

        assert (url, None) == (record.url, record.status)
        assert "nor among the webhook_hosts" in str(record.error)
        assert "completed" == record.body["data"]["status"]

    @pytest.mark.parametrize(
        ("url", "problem"),
        [
            ("http://[::1/x", "no URL: "),
            ("http://\ud800.example/x", "no URL: "),
            ("ftp://127.0.0.1/x", "UnsupportedProtocol: "),
        ],
    )
    async def test_wrong_urls(self, url: str, problem: str) -> None:
        """What is no address to post to is on record, and harms nobody."""
        fake = standing(render_seconds=0)
        await submit(fake, url)
        (record,) = await posted(fake)

        assert record.status is None
        assert str(record.error).startswith(problem)

    @pytest.mark.parametrize("host", ["localhost", "hooks.example"])
    async def test_named_hosts(
        self, receiver: Receiver, monkeypatch: pytest.MonkeyPatch, host: str
    ) -> None:
        """This machine may be called localhost, and other hosts are posted to when named."""
        find = socket.getaddrinfo

        def find_here(_host: str, *arguments: Any) -> object:
            return find("127.0.0.1", *arguments)

        monkeypatch.setattr(socket, "getaddrinfo", find_here)
        fake = standing(render_seconds=0, webhook_hosts=("hooks.example",))
        await submit(fake, f"http://{host}:{receiver.port}/hook")

        assert (200, None) == ((await posted(fake))[0].status, fake.webhooks[0].error)

    async def test_no_proxy(self, receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
        """The environment's proxy gets nothing."""
        for name in ("HTTP_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, "http://127.0.0.1:1")
        fake = standing(render_seconds=0)
        await submit(fake, receiver.url)

        assert 200 == (await posted(fake))[0].status


async def test_a_receiver_that_refuses(receiver: Receiver) -> None:
    """What the receiver answers is on record, and nothing is sent again."""
    receiver.status = 503
    fake = standing(render_seconds=0)
    await submit(fake, receiver.url)
    (record,) = await posted(fake)

    assert (503, None) == (record.status, record.error)
    await nothing_comes(fake, 1)
    assert 1 == len(receiver.posts)


async def test_nobody_receives() -> None:
    """A receiver that is not there is on record, and those after it get theirs."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    fake = standing(render_seconds=0)
    await submit(fake, f"http://127.0.0.1:{port}/")
    (record,) = await posted(fake)

    assert record.status is None
    assert str(record.error).startswith("ConnectError: ")


async def test_in_the_order_in_which_jobs_end(receiver: Receiver) -> None:
    """Where the clock jumps, posts come in the order of the ends."""
    fake = standing()
    render = await submit(fake, receiver.url)
    preview = await submit(fake, receiver.url, "/v2/video/storyboard")
    fake.advance(60)
    await posted(fake, 2)

    assert [preview, render] == [body["job_id"] for _, _, body in receiver.posts]


async def test_at_speed(receiver: Receiver) -> None:
    """In real time a post comes as soon as the clock says, at any speed."""
    fake = FakePictory(speed=600, draw=False, webhooks=True)
    await submit(fake, receiver.url)
    (record,) = await posted(fake)

    assert record.time >= 60


class TestClocksOfLoops:
    @pytest.fixture
    def anyio_backend(self, virtual_backend: Any) -> Any:
        """Run each test in time that jumps."""
        return virtual_backend

    async def test_by_the_clock_of_the_loop(self, receiver: Receiver) -> None:
        """The clock of an event loop, which only the loop can read, counts as well."""
        fake = FakePictory(clock=anyio.current_time, draw=False, webhooks=True)

        def wait() -> None:
            # In a thread, since time would jump on while a task waits.
            while not fake.webhooks:
                time.sleep(0.01)

        job_id = await submit(fake, receiver.url)
        await anyio.sleep(60)
        await anyio.to_thread.run_sync(wait)

        assert [job_id] == [body["job_id"] for _, _, body in receiver.posts]
        assert 60 == pytest.approx(fake.webhooks[0].time)


@pytest.mark.parametrize("anyio_backend", ["asyncio"])
@pytest.mark.parametrize("backend", ["asyncio", "trio"])
async def test_the_loop_ends(receiver: Receiver, backend: str) -> None:
    """The thread ends with the loop whose clock it reads; another loop goes on."""
    reading = 0.0
    run: Callable[..., None] = anyio.run

    def clock() -> float:
        return reading + 0 * anyio.current_time()

    fake = FakePictory(clock=clock, draw=False, webhooks=True)
    thread = threading.Thread(target=lambda: run(submit, fake, receiver.url, backend=backend))
    thread.start()
    await anyio.to_thread.run_sync(thread.join)
    await until(no_poster)

    assert () == fake.webhooks
    reading = 60.0
    await submit(fake, receiver.url)
    await posted(fake)
    assert 1 == len(receiver.posts)


async def test_the_thread_ends(receiver: Receiver) -> None:
    """The thread ends with the last post, and another begins with the next one."""
    fake = standing(render_seconds=0)
    for count in (1, 2):
        await submit(fake, receiver.url)
        await posted(fake, count)
        await until(no_poster)


async def test_the_thread_ends_with_the_stand_in(receiver: Receiver) -> None:
    """Who drops a stand-in before a job has ended gets no post, and leaves no thread."""
    fake = standing()
    await submit(fake, receiver.url)
    assert not no_poster()
    del fake
    gc.collect()
    await until(no_poster)

    assert [] == receiver.posts


def test_without_a_loop(receiver: Receiver) -> None:
    """A request that is handed over where no event loop runs has its webhook too."""
    fake = standing(render_seconds=0)
    request = Request(
        method="POST",
        url=IN_PROCESS.api + RENDER,
        site=IN_PROCESS,
        headers={
            "authorization": "pictai_key",
            "user-agent": "mine",
            "content-type": "application/json",
        },
        body=json.dumps({**BODY, "webhook": receiver.url}).encode(),
    )
    assert 200 == fake.handle(request).reply.status
    while not fake.webhooks:
        time.sleep(0.01)

    assert 1 == len(receiver.posts)


def test_over_a_socket(receiver: Receiver) -> None:
    """A job that came over a socket is posted, with links that lead back there."""
    fake = standing(render_seconds=0)
    headers = {"Authorization": "pictai_key"}
    with fake.serve() as url, httpx.Client(headers=headers, timeout=PATIENCE) as client:
        client.post(url + RENDER, json={**BODY, "webhook": receiver.url})
        while not fake.webhooks:
            time.sleep(0.01)
        video = receiver.posts[0][2]["data"]["videoURL"]

        assert 200 == httpx.get(video, timeout=PATIENCE).status_code
