"""Files on their way to the disk: whole or not at all, and never with a credential."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from contextlib import aclosing, asynccontextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING, Final, TypeAlias, cast

import anyio
import attrs
import httpx

from pictory_async._callbacks import call
from pictory_async._errors import DownloadError, InvalidRequestError
from pictory_async._retry import Failure
from pictory_async._transport.disk import Part, place_of
from pictory_async._transport.exchange import new_request
from pictory_async._transport.request_state import RequestState
from pictory_async._wire.meanings import Asked, Meaning


if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping
    from pathlib import Path

    from pictory_async._retry import Retry
    from pictory_async._transport.request_state import Send


OnBytes: TypeAlias = Callable[[int, int | None], Awaitable[object] | object]

# So much goes to the disk at once: each time costs a thread's turn.
_BATCH_BYTES: Final = 1 << 20
_REDIRECTS: Final = 10
_SCHEMES: Final = frozenset({"http", "https"})
_RANGE: Final = re.compile(r"bytes (\d+)-\d+/(\d+)")


@attrs.define(eq=False)
class _Arrival:
    """How far a file has come.

    Args:
        part: Where it goes.
        on_bytes: Whom to tell.
    """

    part: Part
    on_bytes: OnBytes | None
    done: int = 0
    total: int | None = None
    # The name of this very version of the file, without which its rest could be another's.
    version: str | None = None

    @property
    def wanted(self) -> dict[str, str]:
        """The headers that ask for the rest, where some of the file is there."""
        if not self.done or self.version is None:
            return {}
        return {"Range": f"bytes={self.done}-", "If-Range": self.version}

    async def begin_part(self, response: httpx.Response) -> None:
        """Go on where the last answer broke off, or begin again."""
        if response.status_code == HTTPStatus.PARTIAL_CONTENT and self._is_rest(response):
            return
        if self.done:
            await self.part.empty()
        if response.status_code != HTTPStatus.OK:
            self.done, self.version = 0, None
            msg = "the host answered with another part than was asked for"
            raise _BrokenOffError(msg)
        self.done, self.total, self.version = 0, _length(response), _version(response)

    def _is_rest(self, response: httpx.Response) -> bool:
        found = _RANGE.fullmatch(response.headers.get("content-range", ""))
        return found is not None and (int(found[1]), int(found[2])) == (self.done, self.total)

    async def take(self, response: httpx.Response) -> None:
        """Write what comes."""
        # Filled again and again: memory that is given back and taken anew has its price.
        batch, size = bytearray(_BATCH_BYTES), 0
        body = cast("AsyncGenerator[bytes]", response.aiter_bytes())
        try:
            async with aclosing(body) as chunks:
                async for chunk in chunks:
                    if size + len(chunk) > _BATCH_BYTES:
                        await self._keep(batch, size)
                        size = 0
                    batch[size : size + len(chunk)] = chunk
                    size += len(chunk)
        except httpx.RequestError as exc:
            await self._keep(batch, size)
            if self.done != self.total:
                msg = f"{type(exc).__name__}: {exc}"
                raise _BrokenOffError(msg) from None
        else:
            await self._keep(batch, size)
            if self.total not in {None, self.done}:
                msg = f"{self.done} of {self.total} bytes arrived"
                raise _BrokenOffError(msg)

    async def _keep(self, batch: bytearray, size: int) -> None:
        with memoryview(batch) as whole, whole[:size] as filled:
            await self.part.write(filled)
        self.done += size
        if size and self.on_bytes is not None:
            await call(self.on_bytes, self.done, self.total)


class _BrokenOffError(Exception):
    """The body of an answer ended too soon; its rest can be asked for."""


@attrs.frozen
class Downloads:
    """Fetch files from wherever the service put them.

    Args:
        send: What sends; it knows no credentials. It is used without httpx's client, which would
            write signed URLs into the log.
        headers: What every request carries.
        timeout: The timeouts of a request, as httpx's extension.
        retry: How patiently the rest of a broken answer is asked for.
        randomness: Returns numbers from 0 to 1.
    """

    _send: Send
    _headers: Mapping[str, str]
    _timeout: Mapping[str, float | None]
    _retry: Retry
    _randomness: Callable[[], float]

    async def fetch_file(self, url: str, target: Path, on_bytes: OnBytes | None = None) -> Path:
        """Write what is at a URL into a file, which appears when it is whole.

        Where the answer breaks off, the rest is asked for, as long as it goes on.

        Args:
            url: An http or https URL.
            target: The file; its folder must exist. A file that is there already is replaced.
            on_bytes: Called with the bytes that have arrived and the bytes there are in all,
                or None where the host does not say.

        Raises:
            InvalidRequestError: The URL or the folder is none.
            DownloadError: The file did not arrive whole, or could not be written.
        """
        source = http_url(url)
        part = Part(await place_of(target), shown(source))
        try:
            async with part.opened():
                await self._fill(source, _Arrival(part, on_bytes))
            await part.take_its_place()
        finally:
            await part.remove()
        return target

    async def _fill(self, source: httpx.URL, arrival: _Arrival) -> None:
        """Ask for the file, and for its rest as often as that brings more of it."""
        attempt, most = 0, 0
        while True:
            try:
                async with self._opened(source, arrival.wanted) as response:
                    await arrival.begin_part(response)
                    await arrival.take(response)
            except _BrokenOffError as exc:
                problem = str(exc)
            except httpx.RequestError as exc:
                # Nothing more: it was tried again already.
                failure = DownloadError(f"{type(exc).__name__}: {exc}", shown(source))
                break
            else:
                return
            attempt, most = (1, arrival.done) if arrival.done > most else (attempt + 1, most)
            delay = self._retry.delay(
                Failure(Meaning.TRY_AGAIN), attempt=attempt, random=self._randomness()
            )
            if delay is None:
                failure = DownloadError(problem, shown(source))
                break
            await anyio.sleep(delay)
        # Raised out here, it has no context: httpx's error shows the URL with its signature.
        raise failure

    @asynccontextmanager
    async def _opened(
        self, source: httpx.URL, wanted: Mapping[str, str]
    ) -> AsyncGenerator[httpx.Response]:
        """Yield the answer to a GET, after redirects to http and https only."""
        url = source
        for _ in range(_REDIRECTS):
            response = await self._send(self._get_request(url, wanted))
            try:
                if not response.has_redirect_location:
                    _check_status(response, shown(url), resumed=bool(wanted))
                    yield response
                    return
                url = _redirected(url, response.headers["location"])
            finally:
                await response.aclose()
        msg = f"more than {_REDIRECTS} redirects"
        raise DownloadError(msg, shown(source))

    def _get_request(self, url: httpx.URL, wanted: Mapping[str, str]) -> httpx.Request:
        # Compressed, the length of what arrives would not be that of the file.
        headers = {**self._headers, "Accept-Encoding": "identity", **wanted}
        state = RequestState(asked=Asked.FILE)
        return new_request("GET", url, headers, self._timeout, state)


def _length(response: httpx.Response) -> int | None:
    """Return the file's length; that of a body which was compressed all the same is another."""
    length = response.headers.get("content-length", "")
    return int(length) if _is_plain(response) and length.isdecimal() else None


def _version(response: httpx.Response) -> str | None:
    """Return what names this very version of the file, if anything does (RFC 9110, 13.1.5)."""
    etag: str = response.headers.get("etag", "")
    if not _is_plain(response) or etag.startswith("W/"):
        return None
    return etag or response.headers.get("last-modified")


def _is_plain(response: httpx.Response) -> bool:
    return bool(response.headers.get("content-encoding", "identity") == "identity")


def http_url(url: str) -> httpx.URL:
    """Return a URL that a file can have.

    Raises:
        InvalidRequestError: It is none.
    """
    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, TypeError):
        parsed = httpx.URL()
    if parsed.scheme not in _SCHEMES or not parsed.host:
        raise InvalidRequestError("url", "an http or https URL", repr(url)[:80])
    return parsed


def _check_status(response: httpx.Response, url: str, *, resumed: bool) -> None:
    fine = {HTTPStatus.OK}
    if resumed:
        fine |= {HTTPStatus.PARTIAL_CONTENT, HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE}
    if response.status_code not in fine:
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
