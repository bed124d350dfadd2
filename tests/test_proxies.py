"""What `NO_PROXY` excepts, for the API and for files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from pictory_async import Pictory
from pictory_async._transport.proxies import environment_proxy
from tests.helpers import KEY
from tests.sockets import head_of, listening


if TYPE_CHECKING:
    from pathlib import Path

    from anyio.abc import ByteStream


pytestmark = pytest.mark.anyio

NAMES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Go without the proxy of whoever runs the tests."""
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.mark.parametrize(
    ("entries", "url", "excepted"),
    [
        ("10.0.0.0/8", "http://10.1.2.3/", True),
        ("10.0.0.0/8", "http://11.1.2.3/", False),
        ("10.1.2.3/8", "http://10.9.9.9/", True),
        ("x, 192.168.0.0/16 ,y", "http://192.168.7.7:8080/", True),
        ("10.0.0.0/8:8080", "http://10.1.2.3:8080/", True),
        ("10.0.0.0/8:8080", "http://10.1.2.3/", False),
        ("fd00::/8", "http://[fd12::1]/", True),
        ("fd00::/8", "http://[fe80::1]/", False),
        ("fd00::/8", "http://10.1.2.3/", False),
        ("::1", "http://[::1]:8080/", True),
        ("[::1]", "http://[::1]:8080/", True),
        ("[::1]:8080", "http://[::1]:8080/", True),
        ("[::1]:8080", "http://[::1]:8081/", False),
        ("10.0.0.0/8", "http://ten.example/", False),
        ("10.0.0.0/40", "http://10.1.2.3/", False),
        ("2.3", "http://10.1.2.3/", False),
        ("api.example:8443", "https://api.example:8443/", True),
        ("api.example:8443", "https://api.example/", False),
        ("api.example:443", "https://api.example/", True),
        ("api.example:80", "http://api.example/", True),
        ("api.example:http", "http://api.example/", False),
        ("https://api.example", "https://api.example/", True),
        ("https://api.example", "http://api.example/", False),
        ("API.Example", "http://api.example/", True),
        ("api.example", "http://API.EXAMPLE/", True),
        ("example", "http://api.example/", True),
        (".example", "http://api.example/", True),
        ("*.example", "http://api.example/", True),
        ("example", "http://anexample/", False),
        ("api.example", "http://api.example./", True),
        ("m\u00fcller.example", "http://xn--mller-kva.example/", True),
        ("xn--mller-kva.example", "http://m\u00fcller.example/", True),
        ("*", "http://api.example/", True),
        ("", "http://api.example/", False),
        (",,", "http://api.example/", False),
        ("[", "http://api.example/", False),
    ],
)
def test_entries(
    monkeypatch: pytest.MonkeyPatch, entries: str, url: str, *, excepted: bool
) -> None:
    """Names, addresses and networks are excepted, with a port or a scheme where one is there."""
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", entries)

    assert excepted is (environment_proxy(httpx.URL(url)) is None)


def test_no_entries(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the variable nothing is excepted."""
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")

    assert environment_proxy(httpx.URL("http://10.1.2.3/")) is not None


@pytest.mark.parametrize("entry", ["127.0.0.0/8", "127.0.0.1:{port}"])
async def test_over_a_socket(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, entry: str) -> None:
    """The API and the hosts of files are reached without the proxy that they are excepted from."""

    async def answer(stream: ByteStream) -> None:
        while True:
            await head_of(stream)
            await stream.send(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")

    async with listening(answer) as url:
        monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
        monkeypatch.setenv("no_proxy", entry.format(port=httpx.URL(url).port))
        async with Pictory(KEY, base_url=url) as pictory:
            answered = await pictory.request("GET", "/v1/x")
            await pictory.download(f"{url}/file.bin", tmp_path / "file.bin")

    assert 200 == answered.status
    assert b"{}" == (tmp_path / "file.bin").read_bytes()
