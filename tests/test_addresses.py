"""Addresses that no socket takes are refused in our words before anything is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from pictory_async import (
    ApiKey,
    ConfigurationError,
    DownloadError,
    InvalidRequestError,
    Pictory,
    Retry,
)
from tests.helpers import KEY, Host


if TYPE_CHECKING:
    from pathlib import Path


pytestmark = pytest.mark.anyio

HOSTS = ["127.0.0.1:99999", "127.0.0.1:65536", "127.0.0.1:0", "a..b", "x" * 64 + ".example"]


@pytest.mark.parametrize("host", HOSTS)
async def test_base_url(host: str) -> None:
    """A base URL with such an address is refused when the client is made."""
    with pytest.raises(ConfigurationError, match=r"^base_url: .*its port from 1 to 65535"):
        Pictory(KEY, base_url=f"http://{host}")


@pytest.mark.parametrize("host", HOSTS)
async def test_base_url_of_the_environment(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    """So is one of the environment, by the variable's name."""
    monkeypatch.setenv("PICTORY_API_BASE_URL", f"https://{host}/x")
    with pytest.raises(ConfigurationError, match=r"^PICTORY_API_BASE_URL: .*from 1 to 65535"):
        Pictory(KEY)


@pytest.mark.parametrize("host", HOSTS)
async def test_proxy(host: str) -> None:
    """So is a proxy, whose password is not shown."""
    with pytest.raises(ConfigurationError, match=r"^proxy: .*port from 1 to 65535") as caught:
        Pictory(KEY, proxy=f"http://user:hunter2@{host}")

    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("host", HOSTS)
async def test_proxy_of_the_environment(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    """A proxy of the environment is refused by its name before anything is sent."""
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("http_proxy", f"http://user:hunter2@{host}")
    async with Pictory(
        ApiKey("k"), base_url="http://api.example", retry=Retry(attempts=1)
    ) as pictory:
        with pytest.raises(ConfigurationError, match=r"^http_proxy: ") as caught:
            await pictory.account.quota()

    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("host", HOSTS)
async def test_file(tmp_path: Path, host: str) -> None:
    """A file's URL is refused as an argument, without its signature."""
    async with Pictory(KEY, retry=Retry(attempts=1)) as pictory:
        with pytest.raises(InvalidRequestError, match=r"^url: .*from 1 to 65535") as caught:
            await pictory.download(f"http://{host}/x?signature=hush", tmp_path / "x.mp4")

    assert "hush" not in str(caught.value)
    assert [] == list(tmp_path.iterdir())


@pytest.mark.parametrize("host", HOSTS)
async def test_redirect(tmp_path: Path, host: str) -> None:
    """A redirect there is not followed."""
    answer = httpx.Response(302, headers={"Location": f"http://{host}/x?signature=hush"})
    async with Pictory(KEY, transport=Host(lambda _: answer), retry=Retry(first=0)) as pictory:
        with pytest.raises(DownloadError, match=r"not followed.*from 1 to 65535") as caught:
            await pictory.download("https://files.example/x.mp4", tmp_path / "x.mp4")

    assert "hush" not in str(caught.value)
