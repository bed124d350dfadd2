"""Files on their way to the disk: whole or not at all, and never with a credential."""

from __future__ import annotations

import functools
import inspect
import os
import secrets
from contextlib import aclosing, asynccontextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING, Final, TypeAlias, TypeVar, cast

import anyio
import anyio.to_thread
import attrs
import httpx

from pictory_async._errors import DownloadError, InvalidRequestError
from pictory_async._retry import Repeat
from pictory_async._transport._exchange import new_request


if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
    from io import BufferedWriter
    from pathlib import Path

    OnBytes: TypeAlias = Callable[[int, int | None], Awaitable[object] | object]


T = TypeVar("T")

_CHUNK_BYTES: Final = 1 << 20
_REDIRECTS: Final = 10
_SCHEMES: Final = frozenset({"http", "https"})


@attrs.frozen
class Files:
    """Fetch files from wherever the service put them.

    Args:
        transport: What sends; it knows no credentials. It is used without httpx's client,
            which would write signed URLs into the log.
        headers: What every request carries.
        timeout: The timeouts of a request, as httpx's extension.
    """

    _transport: httpx.AsyncBaseTransport
    _headers: Mapping[str, str]
    _timeout: Mapping[str, float | None]

    async def download(self, url: str, target: Path, on_bytes: OnBytes | None = None) -> Path:
        """Write what is at a URL into a file, which appears when it is whole.

        Args:
            url: An http or https URL.
            target: The file; its folder must exist. A file that is there already is replaced.
            on_bytes: Called with the bytes that have arrived and the bytes there are in all,
                or None where the host does not say.

        Raises:
            InvalidRequestError: The URL or the folder is none.
            DownloadError: The file did not arrive whole, or could not be written.
        """
        source = _http_url(url)
        await anyio.to_thread.run_sync(check_target, target)
        part = _Part(target, shown(source))
        try:
            await self._fetch(source, part, on_bytes)
            await part.take_its_place()
        finally:
            await part.remove()
        return target

    async def _fetch(self, source: httpx.URL, part: _Part, on_bytes: OnBytes | None) -> None:
        try:
            async with self._open(source) as response, part.opened():
                await _copy(response, part, on_bytes)
        except httpx.RequestError as exc:
            failure = DownloadError(f"{type(exc).__name__}: {exc}", part.url)
        else:
            return
        # Raised out here, it has no context: httpx's error shows the URL with its signature.
        raise failure

    @asynccontextmanager
    async def _open(self, source: httpx.URL) -> AsyncGenerator[httpx.Response]:
        """Yield the answer to a GET, after redirects to http and https only."""
        url = source
        for _ in range(_REDIRECTS):
            response = await self._transport.handle_async_request(self._request(url))
            try:
                if not response.has_redirect_location:
                    _check_status(response, shown(url))
                    yield response
                    return
                url = _redirected(url, response.headers["location"])
            finally:
                await response.aclose()
        msg = f"more than {_REDIRECTS} redirects"
        raise DownloadError(msg, shown(source))

    def _request(self, url: httpx.URL) -> httpx.Request:
        # Compressed, the length of what arrives would not be that of the file.
        headers = {**self._headers, "Accept-Encoding": "identity"}
        return new_request("GET", url, headers, self._timeout, Repeat.FREELY)


@attrs.define(eq=False)
class _Part:
    """The part of a file that has arrived, beside the place where the whole file will be."""

    target: Path
    url: str
    path: Path = attrs.field(init=False)
    _file: BufferedWriter = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self.path = self.target.with_name(f".{self.target.name}.{secrets.token_hex(4)}.part")

    @asynccontextmanager
    async def opened(self) -> AsyncGenerator[None]:
        """Open the file for a block, after which it is on the disk, not only on its way."""
        self._file = await self._do(self.path.open, "xb")
        try:
            yield
            await self._do(self._file.flush)
            await self._do(os.fsync, self._file.fileno())
        finally:
            with anyio.CancelScope(shield=True):
                await self._do(self._file.close)

    async def write(self, chunk: bytes) -> None:
        await self._do(self._file.write, chunk)

    async def take_its_place(self) -> None:
        await self._do(os.replace, self.path, self.target)

    async def remove(self) -> None:
        with anyio.CancelScope(shield=True):
            await self._do(functools.partial(self.path.unlink, missing_ok=True))

    async def _do(self, function: Callable[..., T], *args: object) -> T:
        """Call a function of the disk off the event loop."""
        try:
            return await anyio.to_thread.run_sync(function, *args)
        except OSError as exc:
            msg = f"cannot write {self.target}: {exc.strerror or exc}"
            raise DownloadError(msg, self.url) from exc


async def _copy(response: httpx.Response, part: _Part, on_bytes: OnBytes | None) -> None:
    total = _length(response)
    done = 0
    body = cast("AsyncGenerator[bytes]", response.aiter_bytes(_CHUNK_BYTES))
    async with aclosing(body) as chunks:
        async for chunk in chunks:
            await part.write(chunk)
            done += len(chunk)
            if on_bytes is not None:
                called = on_bytes(done, total)
                if inspect.isawaitable(called):
                    await called
    if total is not None and done != total:
        msg = f"{done} of {total} bytes arrived"
        raise DownloadError(msg, part.url)


def _length(response: httpx.Response) -> int | None:
    """Return the file's length; that of a body which was compressed all the same is another."""
    length = response.headers.get("content-length", "")
    is_plain = response.headers.get("content-encoding", "identity") == "identity"
    return int(length) if is_plain and length.isdecimal() else None


def _http_url(url: str) -> httpx.URL:
    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, TypeError):
        parsed = httpx.URL()
    if parsed.scheme not in _SCHEMES or not parsed.host:
        raise InvalidRequestError("url", "an http or https URL", repr(url)[:80])
    return parsed


def check_target(target: Path, name: str = "target") -> None:
    """Refuse a place where no file can be put.

    Raises:
        InvalidRequestError: Its folder does not exist, or it is no regular file itself.
    """
    try:
        if not target.parent.is_dir():
            raise InvalidRequestError(name, "a file in a folder that exists", str(target))
        if target.is_dir():
            raise InvalidRequestError(name, "a file", f"the folder {target}")
        if target.exists() and not target.is_file():
            # A rename would put a file in the place of the device or pipe itself.
            raise InvalidRequestError(name, "a regular file", f"the device or pipe {target}")
    except OSError as exc:
        raise InvalidRequestError(name, "a path that the disk takes", str(exc)) from exc


def _check_status(response: httpx.Response, url: str) -> None:
    if response.status_code != HTTPStatus.OK:
        msg = f"the host answered {response.status_code}"
        raise DownloadError(msg, url, response.status_code)


def _redirected(url: httpx.URL, location: str) -> httpx.URL:
    try:
        target = url.join(location)
    except httpx.InvalidURL:
        target = httpx.URL()
    if target.scheme not in _SCHEMES or not target.host:
        msg = f"redirected to a place that is not followed: {target.scheme or 'no'} URL"
        raise DownloadError(msg, shown(url))
    return target


def shown(url: httpx.URL) -> str:
    """Return a URL as it may be shown: without a query, which may hold a signature."""
    return str(url.copy_with(query=None, fragment=None, username=None, password=None))
