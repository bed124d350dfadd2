"""Requests to any path, and the raw answers of typed calls."""

from __future__ import annotations

import math
from typing import Any

import anyio
import httpx
import pytest

from pictory_async import (
    Answer,
    AuthenticationError,
    ClientCredentials,
    ClosedError,
    InvalidRequestError,
    NotFoundError,
    Pictory,
    PictoryError,
    TransportError,
)
from pictory_async.testing import FakePictory, Trouble
from tests.helpers import CLIENT, KEY, LOOK, client


pytestmark = pytest.mark.anyio

STORYBOARD = {"videoName": "x", "scenes": [{"story": "y"}]}
FIRST = {"videoName": "x", "scenes": [{"text": "y"}]}


class TestRequest:
    async def test_socket(self) -> None:
        """A raw request carries the token, the query and the body, and gives the answer."""
        fake = FakePictory(clients={"id": "secret"})
        with fake.serve() as url:
            async with Pictory(CLIENT, base_url=url) as pictory:
                answer = await pictory.request(
                    "post", "/v1/video/storyboard", params={"a": 1, "b": True}, json=FIRST
                )

        assert 200 == answer.status
        assert answer.raise_for_status().json()["success"] is True
        assert (("a", "1"), ("b", "true")) == fake.requests[-1].query
        assert FIRST == fake.requests[-1].json

    async def test_query_is_encoded(self) -> None:
        """What a query means survives, whatever is in it."""
        fake, key = FakePictory(), "a+/b==&c d%"
        async with client(fake) as pictory:
            await pictory.request("GET", "/v1/jobs", params={"nextPageKey": key})

        assert (("nextPageKey", key),) == fake.requests[-1].query

    async def test_unknown_path(self) -> None:
        """An error is an answer too, until somebody asks it to be raised."""
        async with client(FakePictory()) as pictory:
            answer = await pictory.request("GET", "/v9/{odd}")

        assert 404 == answer.status
        assert "Not Found" in answer.text
        with pytest.raises(NotFoundError):
            answer.raise_for_status()
        with pytest.raises(NotFoundError):
            answer.json()

    async def test_bytes(self) -> None:
        """A body that is no JSON goes as it is, with its content type."""
        fake = FakePictory()
        async with client(fake) as pictory:
            await pictory.request("POST", "/v9/x", content=b"\0\1", content_type="image/png")

        assert b"\0\1" == fake.requests[-1].body
        assert "image/png" == fake.requests[-1].headers["content-type"]

    @pytest.mark.parametrize(
        ("arguments", "field"),
        [
            (("G ET", "/v1/jobs"), "method"),
            (("GET", "v1/jobs"), "path"),
            (("GET", "/v1/jobs?a=b"), "path"),
            (("GET", "/v1/jobs#a"), "path"),
            (("GET", "/v1/ä"), "path"),
            (("GET", "/v1 /jobs"), "path"),
        ],
    )
    async def test_nonsense(self, arguments: tuple[str, str], field: str) -> None:
        """What cannot be sent is refused by the name of the argument."""
        fake = FakePictory()
        async with client(fake) as pictory:
            with pytest.raises(InvalidRequestError) as caught:
                await pictory.request(*arguments)

        assert field == caught.value.field
        assert () == fake.requests

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({"json": {}, "content": b""}, "content"),
            ({"json": {"a": [math.nan]}}, "json.a[0]"),
            ({"json": {"a": object()}}, "json.a"),
        ],
    )
    async def test_bad_body(self, body: dict[str, Any], field: str) -> None:
        """A body that is no JSON, or two bodies, are refused with the path."""
        async with client(FakePictory()) as pictory:
            with pytest.raises(InvalidRequestError) as caught:
                await pictory.request("POST", "/v1/video/storyboard", **body)

        assert field == caught.value.field

    async def test_reading_is_repeated(self) -> None:
        """A GET that fails is sent again."""
        fake = FakePictory()
        fake.trouble("GET /v1/video/storyboard/fonts", Trouble.status(503))
        async with client(fake) as pictory:
            answer = await pictory.request("GET", "/v1/video/storyboard/fonts")

        assert 200 == answer.status
        assert 2 == fake.count("GET /v1/video/storyboard/fonts")

    async def test_other_methods_are_not(self) -> None:
        """A POST that was perhaps received is not sent again, and the error says so."""
        fake = FakePictory()
        fake.trouble("POST /v1/video/storyboard", Trouble.reset())
        async with client(fake) as pictory:
            with pytest.raises(TransportError) as caught:
                await pictory.request("POST", "/v1/video/storyboard", json=FIRST)

        assert caught.value.sent
        assert 1 == fake.count("POST /v1/video/storyboard")

    async def test_unless_they_may_be(self) -> None:
        """Who says that a request is idempotent gets it repeated."""
        fake = FakePictory()
        fake.trouble("POST /v1/video/storyboard", Trouble.status(500))
        async with client(fake) as pictory:
            answer = await pictory.request(
                "POST", "/v1/video/storyboard", json=FIRST, idempotent=True
            )

        assert 200 == answer.status


class TestRecording:
    async def test_typed_calls(self) -> None:
        """Within the block all answers are kept, in order."""
        async with client(FakePictory()) as pictory:
            await pictory.brands.list()
            with pictory.record_answers() as answers:
                job = await pictory.storyboards.preview(STORYBOARD)
                await pictory.jobs.get(job)
            await pictory.brands.list()

        assert ["/v2/video/storyboard", f"/v1/jobs/{job.id}"] == [each.path for each in answers]
        assert job.id == answers[0].json()["data"]["jobId"]

    async def test_failed_calls(self) -> None:
        """A call that raises has left its answer."""
        fake = FakePictory()
        fake.trouble("POST /v2/video/storyboard", Trouble.status(400))
        async with client(fake) as pictory:
            with pictory.record_answers() as answers, pytest.raises(PictoryError):
                await pictory.storyboards.preview(STORYBOARD)

        assert [400] == [each.status for each in answers]

    async def test_nested(self) -> None:
        """A block within a block takes nothing from the outer one."""
        async with client(FakePictory()) as pictory:
            with pictory.record_answers() as outer:
                with pictory.record_answers() as inner:
                    await pictory.brands.list()
                await pictory.brands.list()

        assert (1, 2) == (len(inner), len(outer))

    async def test_other_tasks(self) -> None:
        """What tasks do that the block did not start is not recorded."""
        ready, over, answers = anyio.Event(), anyio.Event(), list[Answer]()
        async with client(FakePictory()) as pictory, anyio.create_task_group() as tasks:

            async def stranger() -> None:
                await ready.wait()
                await pictory.brands.list()
                over.set()

            tasks.start_soon(stranger)
            with pictory.record_answers() as answers:
                ready.set()
                await over.wait()

        assert [] == answers

    async def test_secrets(self) -> None:
        """An answer that repeats the token is kept without it."""

        def gateway(request: httpx.Request) -> httpx.Response:
            return httpx.Response(403, json={"message": request.headers["Authorization"]})

        transport = httpx.MockTransport(gateway)
        async with Pictory(KEY, transport=transport, base_url="https://api.test") as pictory:
            with pictory.record_answers() as answers:
                answer = await pictory.request("GET", "/v1/x")

        for each in (answer, *answers):
            assert KEY.key not in each.text
            assert () == each.secrets


class TestAuthenticate:
    async def test_early(self) -> None:
        """The token is there before the first request."""
        fake = FakePictory(clients={"id": "secret"})
        async with client(fake, CLIENT) as pictory:
            await pictory.authenticate()
            await pictory.brands.list()

        assert ["POST /v1/oauth2/token", "GET /v1/brands/video"] == [
            r.operation for r in fake.requests
        ]

    async def test_wrong(self) -> None:
        """Wrong credentials are an error at once."""
        fake = FakePictory(clients={"id": "secret"})
        async with client(fake, ClientCredentials("id", "other")) as pictory:
            with pytest.raises(AuthenticationError):
                await pictory.authenticate()

    async def test_key(self) -> None:
        """An API key needs no request."""
        fake = FakePictory()
        async with client(fake) as pictory:
            await pictory.authenticate()

        assert () == fake.requests


async def test_closed_with_a_transport_of_ones_own() -> None:
    """A closed client sends nothing, whatever it sends through."""
    fake = FakePictory()
    pictory = client(fake)
    await pictory.aclose()

    with pytest.raises(ClosedError):
        await pictory.storyboards.preview(STORYBOARD)
    with pytest.raises(ClosedError):
        await pictory.download("https://cdn.pictory.test/files/x", "x")
    assert () == fake.requests
    assert 0 == fake.count(LOOK)
