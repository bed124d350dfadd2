"""Files on their way to the disk: whole or not at all, and never with a credential."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING, Final, TypeAlias

import anyio
import attrs
import httpx

from pictory_async._errors import DownloadError, InvalidRequestError
from pictory_async._retry import Failure
from pictory_async._transport.arrivals import Arrival, BrokenOffError
from pictory_async._transport.disk import Part, place_of
from pictory_async._transport.exchange import described, new_request
from pictory_async._transport.request_state import RequestState
from pictory_async._wire.meanings import Asked, Meaning


if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping
    from pathlib import Path

    from pictory_async._retry import Retry
    from pictory_async._transport.request_state import Send
    from pictory_async._transport.sniffing import Content


OnBytes: TypeAlias = Callable[[int, int | None], Awaitable[object] | object]

_TIME_UP: Final = "the time that was left for it was over before all of it was here"
_REDIRECTS: Final = 10
_SCHEMES: Final = frozenset({"http", "https"})


@attrs.frozen(kw_only=True)
class Order:
    """What is wanted of a file beside its bytes.

    Args:
        content: What it is to be, or None for anything.
        on_bytes: Called with the bytes that have arrived and the bytes there are in all, or None
            where the host does not say.
        suffix_of: Returns what is to follow the target's name for a content type, or None where
            nothing is.
        ends: When it must be here, on the event loop's clock; infinite for never.
    """

    content: Content | None = None
    on_bytes: OnBytes | None = None
    suffix_of: Callable[[str], str] | None = None
    ends: float = math.inf


@attrs.frozen
class Downloads:
    """Fetch files from wherever the service put them.

    Args:
        send: What sends; it knows no credentials. It is used without httpx's client, which would
            write signed URLs into the log.
        headers: What every request carries.
        timeout: The timeouts of a request, as httpx's extension.
        stall: Seconds within which 64 KiB of a file must come, or the end of it; infinite for no
            end.
        retry: How patiently the rest of a broken answer is asked for.
        randomness: Returns numbers from 0 to 1.
    """

    _send: Send
    _headers: Mapping[str, str]
    _timeout: Mapping[str, float | None]
    _stall: float
    _retry: Retry
    _randomness: Callable[[], float]

    async def fetch_file(self, url: str, target: Path, order: Order) -> Path:
        """Write what is at a URL into a file, which appears when it is whole.

        Where the answer breaks off, the rest is asked for, as long as it goes on.

        Args:
            url: An http or https URL.
            target: The file; its folder must exist. A file that is there already is replaced.
            order: What else is wanted.

        Returns:
            The file.

        Raises:
            InvalidRequestError: The URL or the folder is none.
            DownloadError: The file did not arrive whole, something else came in its place, or it
                could not be written.
        """
        source = http_url(url)
        part = Part(await place_of(target), shown(source))
        try:
            async with part.opened():
                arrival = Arrival(part, order.content, order.on_bytes, self._stall, order.ends)
                await self._fill(source, arrival)
            if order.suffix_of is not None:
                target = target.with_name(target.name + order.suffix_of(arrival.content_type))
                part.target = await place_of(target)
            await part.take_its_place()
        finally:
            await part.remove()
        return target

    async def _fill(self, source: httpx.URL, arrival: Arrival) -> None:
        """Ask for the file, and for its rest as often as that brings more of it."""
        attempt = 0
        while True:
            try:
                async with self._opened(source, arrival.wanted, arrival.ends) as response:
                    await arrival.begin_part(response)
                    await arrival.take(response)
            except BrokenOffError as exc:
                problem = str(exc)
            except httpx.RequestError as exc:
                # Nothing more: it was tried again already.
                failure = DownloadError(described(exc), shown(source))
                break
            else:
                return
            attempt = 1 if arrival.gets_on() else attempt + 1
            delay = self._retry.delay(
                Failure(Meaning.TRY_AGAIN), attempt=attempt, random=self._randomness()
            )
            left = arrival.ends - anyio.current_time()
            if delay is None or left <= 0:
                failure = DownloadError(problem if left > 0 else _TIME_UP, shown(source))
                break
            await anyio.sleep(min(delay, left))
        # Raised out here, it has no context: httpx's error shows the URL with its signature.
        raise failure

    @asynccontextmanager
    async def _opened(
        self, source: httpx.URL, wanted: Mapping[str, str], ends: float
    ) -> AsyncGenerator[httpx.Response]:
        """Yield the answer to a GET, after redirects to http and https only."""
        url = source
        for _ in range(_REDIRECTS):
            response = await self._answer_to(self._get_request(url, wanted), ends)
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

    async def _answer_to(self, request: httpx.Request, ends: float) -> httpx.Response:
        with anyio.move_on_at(ends):
            return await self._send(request)
        raise DownloadError(_TIME_UP, shown(request.url))

    def _get_request(self, url: httpx.URL, wanted: Mapping[str, str]) -> httpx.Request:
        # Compressed, the length of what arrives would not be that of the file.
        headers = {**self._headers, "Accept-Encoding": "identity", **wanted}
        state = RequestState(asked=Asked.FILE)
        return new_request("GET", url, headers, self._timeout, state)


def http_url(url: str) -> httpx.URL:
    """Return a URL that a file can have.

    Raises:
        InvalidRequestError: It is none.
    """
    parsed = _http_url(url)
    if parsed is None:
        raise InvalidRequestError("url", "an http or https URL", repr(url)[:80])
    return parsed


def _http_url(url: str | httpx.URL, location: str = "") -> httpx.URL | None:
    """Return where a link leads, or None where it is none that a file can have."""
    try:
        # Only from here on a host's name is looked at: `xn--a` is none.
        parsed = httpx.URL(url).join(location)
        is_link = parsed.scheme in _SCHEMES and bool(parsed.host)
    except (httpx.InvalidURL, TypeError, ValueError):
        return None
    return parsed if is_link else None


def _check_status(response: httpx.Response, url: str, *, resumed: bool) -> None:
    fine = {HTTPStatus.OK}
    if resumed:
        fine |= {HTTPStatus.PARTIAL_CONTENT, HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE}
    if response.status_code not in fine:
        msg = f"the host answered {response.status_code}"
        raise DownloadError(msg, url, response.status_code)


def _redirected(url: httpx.URL, location: str) -> httpx.URL:
    target = _http_url(url, location)
    if target is None:
        msg = "redirected to a place that is not followed: no http or https URL"
        raise DownloadError(msg, shown(url))
    return target


def shown_link(url: str) -> str:
    """Return a link of the service as it may be shown, or "" where it is no http or https URL."""
    parsed = _http_url(url)
    return "" if parsed is None else shown(parsed)


def shown(url: httpx.URL) -> str:
    """Return a URL as it may be shown: without a query, which may hold a signature."""
    return str(url.copy_with(query=None, fragment=None, username=None, password=None))
