"""Files on the disk, touched off the event loop: places for them, and what is read from them."""

from __future__ import annotations

import os
import tempfile
from collections.abc import AsyncIterable
from contextlib import asynccontextmanager
from io import FileIO
from pathlib import Path
from typing import IO, TYPE_CHECKING, TypeAlias, TypeVar

import anyio
import anyio.to_thread
import attrs

from pictory_async._errors import InvalidRequestError
from pictory_async._models.base import short


if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable


T = TypeVar("T")

Source: TypeAlias = str | os.PathLike[str] | bytes | AsyncIterable[bytes]


async def place_of(target: Path, name: str = "target") -> Path:
    """Return where a file will really be, or refuse a place where none can be put.

    Raises:
        InvalidRequestError: Its folder does not exist or cannot be written to, or it is no
            regular file itself.
    """
    try:
        place = await in_thread(target.resolve)
        reason = await in_thread(_reason_against, place)
    except (OSError, ValueError) as exc:
        raise InvalidRequestError(name, "a path that the disk takes", str(exc)) from exc
    if reason is not None:
        raise InvalidRequestError(name, *reason)
    return place


def _reason_against(place: Path) -> tuple[str, str] | None:
    """Return what was expected of a place and what was found instead, or None."""
    if not place.parent.is_dir():
        return "a file in a folder that exists", str(place)
    if place.is_dir():
        return "a file", f"the folder {place}"
    if place.exists() and not place.is_file():
        # A rename would put a file in the place of the device or pipe itself.
        return "a regular file", f"the device or pipe {place}"
    if not os.access(place.parent, os.W_OK | os.X_OK):
        return "a file in a folder that can be written to", str(place)
    return None


@attrs.frozen
class Load:
    """Bytes that can be sent, and sent again.

    Args:
        size: How many there are.
        name: The file's name, or None where they come from no file.
        content: The bytes, or the open file.
    """

    size: int
    name: str | None
    _content: bytes | IO[bytes] = attrs.field(repr=False)

    async def read(self, start: int, count: int) -> bytes:
        """Return some of the bytes."""
        count = min(count, self.size - start)
        if isinstance(self._content, bytes):
            return self._content[start : start + count]
        return await in_thread(_read_part, self._content, start, count)

    async def has_changed(self) -> bool:
        """Tell whether the file has another size than it had."""
        if isinstance(self._content, bytes):
            return False
        return (await in_thread(os.fstat, self._content.fileno())).st_size != self.size


@asynccontextmanager
async def loaded(source: Source) -> AsyncGenerator[Load]:
    """Make what a caller has given ready to be sent.

    An iterator is written to a temporary file first: the storage wants to know the length before
    the first byte, and a second attempt needs the bytes again.

    Raises:
        InvalidRequestError: There is nothing to send, or it cannot be read.
    """
    if isinstance(source, bytes):
        _check_size(len(source))
        yield Load(len(source), None, source)
        return
    if isinstance(source, AsyncIterable):
        file: IO[bytes] = await in_thread(tempfile.TemporaryFile)
        name = None
    else:
        file, name = await _open_file(source), Path(source).name
    try:
        if isinstance(source, AsyncIterable):
            async for chunk in source:
                await in_thread(file.write, chunk)
            await in_thread(file.flush)
        size = (await in_thread(os.fstat, file.fileno())).st_size
        _check_size(size)
        yield Load(size, name, file)
    finally:
        with anyio.CancelScope(shield=True):
            await in_thread(file.close)


async def _open_file(path: str | os.PathLike[str]) -> FileIO:
    expected, found = "a file that can be read", short(path)
    try:
        # A pipe would block here, and has no length.
        if await in_thread(Path(path).is_file):
            return await in_thread(FileIO, path, "rb")
    except (OSError, TypeError, ValueError) as exc:
        raise InvalidRequestError("source", expected, found) from exc
    raise InvalidRequestError("source", expected, found)


def _check_size(size: int) -> None:
    if size == 0:
        raise InvalidRequestError("source", "at least one byte", "an empty file")


def _read_part(file: IO[bytes], start: int, count: int) -> bytes:
    file.seek(start)
    return file.read(count)


async def in_thread(function: Callable[..., T], *args: object) -> T:
    """Call what touches the disk, off the event loop."""
    return await anyio.to_thread.run_sync(function, *args)
