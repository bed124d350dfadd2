"""A service that redirects: where to, and what there is to mend."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from pictory_async import (
    ApiKey,
    ClientCredentials,
    InvalidResponseError,
    Pictory,
    Retry,
    SubmissionUnknownError,
)


if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable


pytestmark = pytest.mark.anyio

PAGE = "<html>moved</html>"
# A redirect may be a network that wants a login, so a look and a list are tried again.
ONCE = Retry(attempts=1)
SCENE = {"videoName": "x", "scenes": [{"story": "One."}]}
ADVICE = r": base_url \(PICTORY_API_BASE_URL\) is to be the API's own address"


def redirecting(location: str | None, status: int = 301) -> httpx.MockTransport:
    """Return a service that redirects everything."""
    headers = {} if location is None else {"Location": location}
    return httpx.MockTransport(lambda _: httpx.Response(status, headers=headers, text=PAGE))


@pytest.mark.parametrize(
    ("location", "shown"),
    [
        ("https://www.example.com/login?token=hunter2#hunter2", "https://www.example.com/login"),
        ("https://user:hunter2@www.example.com:8443/", "https://www.example.com:8443/"),
        ("//www.example.com/api", "//www.example.com/api"),
        ("/pictoryapis/v3?x=hunter2", "/pictoryapis/v3"),
        ("https://www.example.com/pictai_hunter2/x", r"https://www.example.com/\[secret\]/x"),
    ],
)
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_where_to(location: str, shown: str, status: int) -> None:
    """An answer that redirects is an error that says where to, without anything secret."""
    transport = redirecting(location, status)
    async with Pictory(ApiKey("pictai_hunter2"), transport=transport, retry=ONCE) as pictory:
        with pytest.raises(InvalidResponseError, match=f"a redirect to {shown}{ADVICE}") as caught:
            await pictory.account.quota()

    assert "hunter2" not in str(caught.value)


async def look(pictory: Pictory) -> object:
    """Look at a job."""
    return await pictory.jobs.get("j-1")


async def read_list(pictory: Pictory) -> object:
    """Read a list."""
    return await pictory.voices.list()


async def submit(pictory: Pictory) -> object:
    """Submit a render."""
    return await pictory.storyboards.render(SCENE)


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (look, InvalidResponseError),
        (read_list, InvalidResponseError),
        (submit, SubmissionUnknownError),
    ],
)
async def test_every_kind(
    call: Callable[[Pictory], Awaitable[object]], error: type[Exception]
) -> None:
    """Looks, lists and submits say it too."""
    transport = redirecting("https://www.example.com/")
    async with Pictory(ApiKey("k"), transport=transport, retry=ONCE) as pictory:
        with pytest.raises(error, match=f"a redirect to https://www.example.com/{ADVICE}"):
            await call(pictory)


async def test_token() -> None:
    """So does a request for a token, whose answer is not shown."""
    transport = redirecting("https://www.example.com/?secret=hunter2")
    credentials = ClientCredentials("id", "hunter2")
    async with Pictory(credentials, transport=transport, retry=ONCE) as pictory:
        with pytest.raises(
            InvalidResponseError, match=r"a redirect to https://www.example"
        ) as caught:
            await pictory.authenticate()

    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("location", [None, "", "http://[broken", "?x=1"])
async def test_nowhere(location: str | None) -> None:
    """One that leads nowhere is what its body is."""
    async with Pictory(ApiKey("k"), transport=redirecting(location), retry=ONCE) as pictory:
        with pytest.raises(InvalidResponseError, match="found an HTML page"):
            await pictory.account.quota()
