"""A file on its way here: what has come of it, whether it is the file, and whether it gets on."""

from __future__ import annotations

import math
import re
from contextlib import aclosing
from http import HTTPStatus
from typing import TYPE_CHECKING, Final, cast

import anyio
import attrs
import httpx

from pictory_async._callbacks import call
from pictory_async._errors import DownloadError
from pictory_async._transport.exchange import described
from pictory_async._transport.parts import Version, is_name
from pictory_async._transport.sniffing import HEAD_BYTES, Content, found_instead


if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable

    from pictory_async._transport.parts import Part


# So much must come within the time in which an answer may stall.
_STEP_BYTES: Final = 1 << 16
# So much goes to the disk at once: each time costs a thread's turn.
_BATCH_BYTES: Final = 1 << 20
_RANGE: Final = re.compile(r"bytes (\d{1,18})-\d+/(\d{1,18})")


class BrokenOffError(Exception):
    """The body of an answer ended too soon; its rest can be asked for."""


class NotTheRestError(BrokenOffError):
    """What a killed download left is of no use; the whole file can be asked for."""


@attrs.define(eq=False)
class _Batch:
    """Bytes on their way to the disk, and what ended them."""

    # Filled again and again: memory that is given back and taken anew has its price.
    content: bytearray = attrs.field(factory=lambda: bytearray(_BATCH_BYTES))
    size: int = 0
    is_last: bool = False
    problem: str | None = None
    has_stalled: bool = False

    async def fill(self, chunks: AsyncGenerator[bytes], stall: float, ends: float) -> None:
        """Take what comes, until this is full or nothing more will come."""
        self.size, counted = 0, 0
        # One deadline for each step: one for each chunk would cost as much as the chunk. The disk
        # and the caller's own code take none of the host's time, and are not cancelled.
        with anyio.CancelScope(deadline=min(anyio.current_time() + stall, ends)) as scope:
            try:
                async for chunk in chunks:
                    self.content[self.size : self.size + len(chunk)] = chunk
                    self.size += len(chunk)
                    if self.size >= _BATCH_BYTES:
                        return
                    if self.size >= counted + _STEP_BYTES:
                        counted = self.size
                        scope.deadline = min(anyio.current_time() + stall, ends)
            except httpx.RequestError as exc:
                self.problem = described(exc)
        if scope.cancelled_caught:
            self.has_stalled = True
            kib = _STEP_BYTES >> 10
            self.problem = f"less than {kib} KiB came within {stall:g} s (Timeouts.stall)"
        self.is_last = True


@attrs.define(eq=False)
class Arrival:
    """How far a file has come.

    Args:
        part: Where it goes.
        content: What it is to be, or None for anything.
        on_bytes: Told how many bytes have arrived, and how many there are in all if that is known.
        stall: Seconds within which some of it must come; infinite for no end.
        ends: When all of it must be here, on the event loop's clock; infinite for never.
    """

    part: Part
    content: Content | None
    on_bytes: Callable[[int, int | None], Awaitable[object] | object] | None
    stall: float
    ends: float
    done: int = 0
    total: int | None = None
    # The name of this very version of the file, without which its rest could be another's.
    version: str | None = None
    content_type: str = ""
    _head: bytes = b""
    # How far it was, and when, as it last got on; and how far it was at the most.
    _mark: int = 0
    _marked: float = math.nan
    _most: int = 0
    _has_stalled: bool = False
    # Whether what another download left has yet to be the beginning of this file.
    _is_on_trial: bool = False

    def go_on(self) -> None:
        """Go on with what a download that was killed has left, if it may be this file."""
        left = self.part.left
        if left is None:
            return
        version, self._head = left.version, left.head
        if self.content and found_instead(self.content, version.content_type, left.head):
            return
        self.version, self.total, self.content_type = (
            version.name,
            version.total,
            version.content_type,
        )
        self.done = self._mark = self._most = left.size
        self._is_on_trial = True

    @property
    def wanted(self) -> dict[str, str]:
        """The headers that ask for the rest, where some of the file is there."""
        if not self.done or self.version is None:
            return {}
        return {"Range": f"bytes={self.done}-", "If-Range": self.version}

    async def begin_part(self, response: httpx.Response) -> None:
        """Go on where the last answer broke off, or begin again."""
        self._has_stalled = False
        if math.isnan(self._marked):
            # Whatever the first answer waited for was not the host's affair.
            self._marked = anyio.current_time()
        is_on_trial, self._is_on_trial = self._is_on_trial, False
        if response.status_code == HTTPStatus.PARTIAL_CONTENT and self._is_rest(response):
            return
        has_begun = self.done > 0
        self.done, self.version, self._head = 0, None, b""
        if response.status_code != HTTPStatus.OK:
            await self.part.begin(None)
            msg = "the host answered with another part than was asked for"
            raise NotTheRestError(msg) if is_on_trial else BrokenOffError(msg)
        self.total, self.version = _length(response), _version(response)
        self.content_type = response.headers.get("content-type", "")
        version = self._version
        if has_begun or version is not None:
            await self.part.begin(version)

    @property
    def _version(self) -> Version | None:
        """What another download could go on with, if this one is killed."""
        if self.version is None or self.total is None:
            return None
        return Version(self.part.source, self.version, self.total, self.content_type)

    def _is_rest(self, response: httpx.Response) -> bool:
        found = _RANGE.fullmatch(response.headers.get("content-range", ""))
        if found is None or (int(found[1]), int(found[2])) != (self.done, self.total):
            return False
        # Some hosts know of ranges and nothing of `If-Range`: one that does not name the version
        # again may have sent the rest of any other.
        return _version(response) == self.version

    async def take(self, response: httpx.Response) -> None:
        """Write what comes, once it has shown that it may be the file.

        Raises:
            DownloadError: It is something else.
            BrokenOffError: It ended too soon.
        """
        batch, is_whole = _Batch(), False
        body = cast("AsyncGenerator[bytes]", response.aiter_bytes())
        async with aclosing(body) as chunks:
            while not batch.is_last:
                await batch.fill(chunks, self.stall, self.ends)
                is_whole = self._is_whole_with(batch)
                with memoryview(batch.content) as full, full[: batch.size] as filled:
                    self._check_head(filled, is_whole=is_whole)
                    await self._keep(filled)
        if not is_whole:
            self._has_stalled = batch.has_stalled
            raise BrokenOffError(batch.problem or f"{self.done} of {self.total} bytes arrived")

    def _is_whole_with(self, batch: _Batch) -> bool:
        if not batch.is_last:
            return False
        if self.total is None:
            return batch.problem is None
        # A connection that breaks once everything is there has done its work.
        return self.done + batch.size == self.total

    def _check_head(self, content: memoryview, *, is_whole: bool) -> None:
        """Refuse what is not the file, as soon as enough of it is there to tell."""
        missing = HEAD_BYTES - len(self._head)
        if self.content is None or not missing:
            return
        self._head += content[:missing]
        if not is_whole and len(self._head) < HEAD_BYTES:
            return
        found = found_instead(self.content, self.content_type, self._head)
        if found is not None:
            msg = f"the host sent {found} instead of the file"
            raise DownloadError(msg, self.part.url, HTTPStatus.OK.value)

    async def _keep(self, content: memoryview) -> None:
        if not content:
            return
        await self.part.write(content)
        self.done += len(content)
        if self.on_bytes is not None:
            await call(self.on_bytes, self.done, self.total)

    def gets_on(self) -> bool:
        """Tell whether an answer that broke off has brought enough to be worth another one.

        That is more than there was, and not slower than an answer may be: a host that drips, or
        that breaks off again and again after a few bytes, would otherwise never come to an end.
        """
        now = anyio.current_time()
        gained, seconds = self.done - self._mark, now - self._marked
        is_more, self._most = self.done > self._most, max(self._most, self.done)
        is_step = gained >= _STEP_BYTES
        is_fast = seconds < self.stall * max(1.0, gained / _STEP_BYTES)
        if is_step and is_fast:
            self._mark, self._marked = self.done, now
        return is_more and is_fast and (is_step or not self._has_stalled)


def _length(response: httpx.Response) -> int | None:
    """Return the file's length; that of a body which was compressed all the same is another."""
    length = response.headers.get("content-length", "")
    return int(length) if _is_plain(response) and length.isdecimal() else None


def _version(response: httpx.Response) -> str | None:
    """Return what names this very version of the file, if anything does (RFC 9110, 13.1.5)."""
    name: str = response.headers.get("etag", "") or response.headers.get("last-modified", "")
    return name if _is_plain(response) and is_name(name) else None


def _is_plain(response: httpx.Response) -> bool:
    return bool(response.headers.get("content-encoding", "identity") == "identity")
