"""Whom https connections trust: by default, by the environment, by a setting."""

from __future__ import annotations

import os
import shutil
import ssl
import threading
from typing import TYPE_CHECKING, Any

import anyio
import httpx
import pytest

from pictory_async import ConfigurationError, Pictory, Retry, UnreachableError
from pictory_async._transport import trust
from pictory_async._transport.trust import Trust
from tests.helpers import KEY, inside
from tests.sockets import CERTIFICATE, head_of, listening, server_tls


if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from anyio.abc import ByteStream


pytestmark = pytest.mark.anyio

# The name that OpenSSL gives a certificate of this subject in a folder.
HASHED = "6cd14224.0"


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Begin without the variables, and without a proxy."""
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Begin without any context, and yield the names of the threads in which some are made."""
    names: list[str] = []
    create = ssl.create_default_context

    def counting(*args: Any, **kwargs: Any) -> ssl.SSLContext:
        names.append(threading.current_thread().name)
        return create(*args, **kwargs)

    known = inside(trust)._CONTEXTS.made
    kept = dict(known)
    known.clear()
    monkeypatch.setattr(ssl, "create_default_context", counting)
    yield names
    known.clear()
    known.update(kept)


async def answer(stream: ByteStream) -> None:
    """Answer requests with an empty object."""
    while True:
        await head_of(stream)
        await stream.send(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")


async def ask(url: str, **settings: Any) -> int:
    """Ask a server once, with a client of its own."""
    async with Pictory(KEY, base_url=url, retry=Retry(attempts=1), **settings) as pictory:
        return (await pictory.request("GET", "/v1/x")).status


def folder_of_certificates(tmp_path: Path) -> Path:
    """Return a folder as OpenSSL wants it."""
    folder = tmp_path / "certificates"
    folder.mkdir()
    shutil.copy(CERTIFICATE, folder / HASHED)
    return folder


# --- the setting --------------------------------------------------------------------------------


async def test_a_private_authority(tmp_path: Path) -> None:
    """A server of a private authority is trusted by its file, its folder or a context."""
    context = ssl.create_default_context(cafile=CERTIFICATE)
    folder = folder_of_certificates(tmp_path)
    async with listening(answer, server_tls()) as url:
        with pytest.raises(UnreachableError, match="CERTIFICATE_VERIFY_FAILED"):
            await ask(url)
        found = [
            await ask(url, verify=verify)
            for verify in (CERTIFICATE, str(CERTIFICATE), folder, context)
        ]

    assert [200] * 4 == found


async def test_files_too(tmp_path: Path) -> None:
    """The hosts of files are trusted in the same way."""
    async with (
        listening(answer, server_tls()) as url,
        Pictory(KEY, verify=CERTIFICATE) as pictory,
    ):
        await pictory.download(f"{url}/file.bin", tmp_path / "file.bin")

    assert b"{}" == (tmp_path / "file.bin").read_bytes()


async def test_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The setting counts, whatever the environment says."""
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere")
    async with listening(answer, server_tls()) as url:
        assert 200 == await ask(url, verify=CERTIFICATE)


async def test_a_proxy_by_tls(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy that is reached by TLS is trusted in the same way."""
    async with listening(answer, server_tls()) as url:
        monkeypatch.setenv("http_proxy", url)
        assert 200 == await ask("http://api.example", verify=CERTIFICATE)
        with pytest.raises(UnreachableError):
            await ask("http://api.example")


@pytest.mark.parametrize("verify", [False, True, 5, b"x"])
def test_something_else(verify: Any) -> None:
    """There is no way to trust everybody; what is neither path nor context is refused."""
    with pytest.raises(ConfigurationError, match=r"^verify: expected the path of a file or folder"):
        Pictory(KEY, verify=verify)


@pytest.mark.parametrize("verify", ["/nowhere/ca.pem", "a\0b"])
def test_a_file_that_is_not_there(verify: str) -> None:
    """A file that is not there is refused when the client is made."""
    with pytest.raises(ConfigurationError, match=r"^verify: expected a file or folder of certif"):
        Pictory(KEY, verify=verify)


async def test_a_file_of_something_else(tmp_path: Path) -> None:
    """A file that holds no certificates is told so before anything is sent."""
    (tmp_path / "ca.pem").write_text("nothing")
    with pytest.raises(ConfigurationError, match=r"^verify: .*ca\.pem'"):
        await ask("https://127.0.0.1:9", verify=tmp_path / "ca.pem")


@pytest.mark.parametrize(
    ("settings", "name"), [({"verify": CERTIFICATE}, "verify"), ({"proxy": "http://x"}, "proxy")]
)
def test_beside_a_transport(settings: Any, name: str) -> None:
    """What a transport does is its own affair, and a setting that it would not see is refused."""
    with pytest.raises(ConfigurationError, match=f"^{name}: expected None beside transport"):
        Pictory(KEY, transport=httpx.MockTransport(lambda _: httpx.Response(200)), **settings)


# --- the environment ----------------------------------------------------------------------------


async def test_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A file or folders of the environment are trusted, and a change of them counts at once."""
    folder = folder_of_certificates(tmp_path)
    async with listening(answer, server_tls()) as url:
        monkeypatch.setenv("SSL_CERT_DIR", os.pathsep.join(["/nowhere", str(folder)]))
        found = [await ask(url)]
        monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))
        with pytest.raises(UnreachableError):
            await ask(url)
        monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
        found.append(await ask(url))

    assert [200, 200] == found


@pytest.mark.parametrize("name", ["SSL_CERT_FILE", "SSL_CERT_DIR"])
async def test_an_environment_of_nothing(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """A file or folders that are not there are named by their variable."""
    monkeypatch.setenv(name, "/nowhere")
    with pytest.raises(ConfigurationError, match=f"^{name}: expected a file or folder of certif"):
        await ask("https://127.0.0.1:9")


# --- shared -------------------------------------------------------------------------------------


async def test_one_for_all(made: list[str]) -> None:
    """All clients of a process share one context, made in a thread by whoever needs it first."""
    contexts: list[ssl.SSLContext] = []

    async def get() -> None:
        contexts.append(await Trust().context())

    async with anyio.create_task_group() as group:
        for _ in range(20):
            group.start_soon(get)

    assert 1 == len(set(map(id, contexts)))
    assert 1 == len(made)
    assert threading.current_thread().name not in made


async def test_plain_http(made: list[str]) -> None:
    """Who speaks http needs none, nor does a client that asks nobody."""
    async with listening(answer) as url:
        assert 200 == await ask(url)

    assert [] == made


async def test_a_file_that_was_replaced(made: list[str], tmp_path: Path) -> None:
    """A file that was replaced is read by the next client; the old context is forgotten."""
    path = tmp_path / "ca.pem"
    shutil.copy(CERTIFICATE, path)
    first = await Trust(path).context()
    assert first is await Trust(path).context()
    path.unlink()
    path.write_text(2 * CERTIFICATE.read_text("utf-8"))

    assert first is not await Trust(path).context()
    assert 2 == len(made)
    assert 1 == len([each for each in inside(trust)._CONTEXTS.made if each.path == str(path)])


async def test_http_1_only() -> None:
    """A context that was made for HTTP/2 is set to HTTP/1.1, which is what is spoken here."""
    context = ssl.create_default_context(cafile=CERTIFICATE)
    context.set_alpn_protocols(["h2"])
    server = server_tls()
    server.set_alpn_protocols(["h2", "http/1.1"])
    async with listening(answer, server) as url:
        assert 200 == await ask(url, verify=context)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="Windows has no fork")
def test_after_a_fork(made: list[str]) -> None:
    """A process that was forked while a context was being made makes its own."""
    contexts = inside(trust)._CONTEXTS
    with contexts._locks.setdefault(os.getpid(), threading.Lock()):
        child = os.fork()
        if child == 0:  # pragma: no cover - in the other process
            context = contexts.make(inside(trust)._Source())
            os._exit(0 if isinstance(context, ssl.SSLContext) else 1)
        _, status = os.waitpid(child, 0)

    assert 0 == status
    assert [] == made
