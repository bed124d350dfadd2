"""What httpcore may write into logs while a request of ours is on its way: its steps by name.

Its records show all headers of an answer. Whoever turns all loggers on would write down a redirect
to a signed link, a cookie, and a secret that a service repeats. Those who use httpcore beside us
find their own records whole.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Final

import attrs
import httpx


if TYPE_CHECKING:
    from collections.abc import Generator


# httpcore's, and those of the package that packs its headers for HTTP/2.
_LOGGERS: Final = (
    "httpcore.connection",
    "httpcore.http11",
    "httpcore.http2",
    "httpcore.proxy",
    "httpcore.socks",
    "hpack.hpack",
    "hpack.table",
)

QUIET: Final[ContextVar[bool]] = ContextVar("quiet", default=False)
"""Whether what is done now is done for a request of ours."""


class _StepsOnly(logging.Filter):
    """Leave a record nothing but its first word where it is about a request of ours."""

    def filter(self, record: logging.LogRecord) -> bool:
        if QUIET.get():
            record.msg = str(record.msg).partition(" ")[0]
            record.args = ()
            record.exc_info = record.exc_text = record.stack_info = None
        return True


for _name in _LOGGERS:
    logging.getLogger(_name).addFilter(_StepsOnly())


@contextmanager
def code_of_the_caller() -> Generator[None]:
    """Let the records be whole again within the block, which runs code of the caller's."""
    token = QUIET.set(False)
    try:
        yield
    finally:
        QUIET.reset(token)


class QuietStream(httpx.AsyncByteStream):
    """The body of an answer, of which the logs tell steps only.

    Args:
        stream: The body.
    """

    def __init__(self, stream: httpx.AsyncByteStream) -> None:
        self._stream = stream

    def __aiter__(self) -> AsyncIterator[bytes]:
        return _QuietChunks(aiter(self._stream))

    async def aclose(self) -> None:
        """Close the body."""
        token = QUIET.set(True)
        try:
            await self._stream.aclose()
        finally:
            QUIET.reset(token)


@attrs.define(eq=False)
class _QuietChunks(AsyncIterator[bytes]):
    """No generator: between two chunks, the code of whoever reads them runs."""

    _chunks: AsyncIterator[bytes]

    async def __anext__(self) -> bytes:
        token = QUIET.set(True)
        try:
            return await anext(self._chunks)
        finally:
            QUIET.reset(token)
