"""Hosts that cannot be reached, over real sockets: what the network says is understood."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import httpx
import pytest

from pictory_async import Pictory, TransportError, UnreachableError
from pictory_async._transport.exchange import cannot_mend
from tests.helpers import KEY
from tests.sockets import head_of, listening, server_tls


if TYPE_CHECKING:
    from anyio.abc import ByteStream


pytestmark = pytest.mark.anyio


async def answer(stream: ByteStream) -> None:
    """Answer requests, which nobody sends."""
    await head_of(stream)


async def test_a_certificate_that_nobody_trusts() -> None:
    """A certificate that is not trusted is said at once, in words that name it."""
    async with listening(answer, server_tls()) as url, Pictory(KEY, base_url=url) as pictory:
        with pytest.raises(UnreachableError, match="CERTIFICATE_VERIFY_FAILED") as caught:
            await pictory.account.quota()

    assert not caught.value.sent


async def test_a_port_where_nobody_listens() -> None:
    """A service that is down may come back: it is no such error."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    async with Pictory(KEY, base_url=f"http://127.0.0.1:{port}") as pictory:
        with pytest.raises(TransportError) as caught:
            await pictory.storyboards.render({"videoName": "x", "scenes": [{"story": "One."}]})

    assert not isinstance(caught.value, UnreachableError)
    assert not caught.value.sent


@pytest.mark.parametrize(
    ("number", "final"), [(socket.EAI_NONAME, True), (socket.EAI_AGAIN, False)]
)
async def test_names(number: int, final: bool) -> None:
    """A name that nobody knows is final; one that could not be looked up just now is not."""
    error = httpx.ConnectError("no")
    error.__context__ = OSError("outer")
    error.__context__.__cause__ = socket.gaierror(number, "no")

    assert final is cannot_mend(error)
