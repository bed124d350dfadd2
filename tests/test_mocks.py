"""What patches httpx: which of it reaches this client, as docs/testing.md says."""

from __future__ import annotations

import httpx
import pytest

from pictory_async import Pictory
from pictory_async.testing import FakePictory
from tests.helpers import KEY


pytestmark = pytest.mark.anyio

SCENE = {"videoName": "x", "scenes": [{"story": "One."}]}


async def test_mock_transport() -> None:
    """With httpx's mock as the transport nothing goes out, and a submit is what it answers."""
    answers = {"data": {"jobId": "j-1"}, "success": True}
    transport = httpx.MockTransport(lambda _: httpx.Response(200, json=answers))
    async with Pictory(KEY, transport=transport) as pictory:
        job = await pictory.storyboards.render(SCENE)

    assert "j-1" == job.id


async def test_patched_transports(monkeypatch: pytest.MonkeyPatch) -> None:
    """What patches httpx's transports works where one of them is the transport."""

    async def answer(_: httpx.AsyncHTTPTransport, request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"data": {"jobId": "j-1"}}, request=request)

    monkeypatch.setattr(httpx.AsyncHTTPTransport, "handle_async_request", answer)
    async with Pictory(KEY, transport=httpx.AsyncHTTPTransport()) as pictory:
        job = await pictory.storyboards.render(SCENE)

    assert "j-1" == job.id


async def test_patched_in_vain(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without it a submit goes out for real, as docs/testing.md says."""

    async def answer(_: object, request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"data": {"jobId": "j-1"}}, request=request)

    monkeypatch.setattr(httpx.AsyncHTTPTransport, "handle_async_request", answer)
    for name in ("http_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    fake = FakePictory(draw=False)
    with fake.serve() as url:
        async with Pictory(KEY, base_url=url) as pictory:
            await pictory.storyboards.render(SCENE)

    assert 1 == len(fake.billed)
