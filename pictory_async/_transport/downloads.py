"""Files on their way to the disk: whole or not at all, and never with a credential."""

from __future__ import annotations

import math
import re
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING, Final, TypeAlias

import anyio
import attrs
import httpx

from pictory_async._errors import DownloadError, InvalidRequestError
from pictory_async._retry import Failure
from pictory_async._transport.addresses import EXPECTED, http_address, shown
from pictory_async._transport.arrivals import Arrival, BrokenOffError, NotTheRestError
from pictory_async._transport.disk import place_of
from pictory_async._transport.exchange import described, new_request
from pictory_async._transport.parts import Part
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
# What S3, CloudFront and Google's storage put into a query that they sign. Whatever else stands
# there may tell one file from another.
_SIGNED: Final = re.compile(
    r"x-(amz|goog)-.*|awsaccesskeyid|googleaccessid|key-pair-id|expires|policy|signature",
    re.IGNORECASE,
)


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

        Where the answer breaks off, the rest is asked for, as long as it goes on. What an earlier
        download of the target left that was killed is gone on with, if it is of the same version.

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
        part = Part(await place_of(target), shown(source), _lasting(source))
        async with part.owned():
            arrival = Arrival(part, order.content, order.on_bytes, self._stall, order.ends)
            arrival.go_on()
            await self._fill(source, arrival)
            if order.suffix_of is not None:
                target = target.with_name(target.name + order.suffix_of(arrival.content_type))
                part.target = await place_of(target)
            await part.take_its_place()
        return target

    async def _fill(self, source: httpx.URL, arrival: Arrival) -> None:
        """Ask for the file, and for its rest as often as that brings more of it."""
        attempt = 0
        while True:
            try:
                async with self._opened(source, arrival.wanted, arrival.ends) as response:
                    await arrival.begin_part(response)
                    await arrival.take(response)
            except NotTheRestError:
                continue
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
    parsed = http_address(url)
    if parsed is None:
        # The query may hold a signature.
        found = repr(str(url).partition("?")[0])[:80]
        raise InvalidRequestError("url", EXPECTED, found)
    return parsed


def _lasting(url: httpx.URL) -> str:
    """Return a URL without what is another each time that it is signed."""
    query = url.query.decode("ascii").split("&")
    kept = [each for each in query if not _SIGNED.fullmatch(each.partition("=")[0])]
    return f"{shown(url)}?{'&'.join(kept)}"


def _check_status(response: httpx.Response, url: str, *, resumed: bool) -> None:
    fine = {HTTPStatus.OK}
    if resumed:
        fine |= {HTTPStatus.PARTIAL_CONTENT, HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE}
    if response.status_code not in fine:
        msg = f"the host answered {response.status_code}"
        raise DownloadError(msg, url, response.status_code)


def _redirected(url: httpx.URL, location: str) -> httpx.URL:
    target = http_address(url, location)
    if target is None:
        msg = f"redirected to a place that is not followed: it is not {EXPECTED}"
        raise DownloadError(msg, shown(url))
    return target
