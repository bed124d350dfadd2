"""The part of a file that has arrived: it has one owner, and one that was killed leaves it behind.

Beside a target lie `.HASH.0.part` and `.HASH.0.lock`, which the owner holds while it lives. In the
lock stands of which version of which file the part is, and how much of it is surely on the disk.
Whoever downloads the same target at the same time owns `.HASH.1.part`, and so on. What nobody holds
is gone on with by the next download of the target, or removed by it.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import threading
import time
from contextlib import asynccontextmanager
from io import FileIO
from typing import TYPE_CHECKING, Final, cast

import anyio
import attrs

from pictory_async._errors import DownloadError
from pictory_async._transport.claims import Claim, claim, open_own
from pictory_async._transport.disk import in_thread
from pictory_async._transport.sniffing import HEAD_BYTES


if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Iterable
    from pathlib import Path


# So many downloads of one target at the same time leave what can be gone on with.
_SLOTS: Final = 8
# What comes is brought to the disk in steps of so many bytes, and so many seconds at least. Smaller
# ones would make a download slower; the last step is lost with a process that is killed.
_SAVED_BYTES: Final = 1 << 24
_SAVED_SECONDS: Final = 1.0


@attrs.frozen
class Version:
    """What names one version of one file.

    Args:
        source: Where it is, without what is another each time that it is signed.
        name: The host's name of the version: a strong ETag, or when it was last modified.
        total: How many bytes it has.
        content_type: What the host says that it is, or "".
    """

    source: str
    name: str
    total: int
    content_type: str


def is_name(name: str) -> bool:
    """Tell whether a header's value names one version only, and can be sent in a header again."""
    return bool(name) and name.isascii() and name.isprintable() and not name.startswith("W/")


def _record(version: Version, size: int) -> bytes:
    """Return how much of a version is on the disk, as JSON with only a digest of the source."""
    place = hashlib.sha256(version.source.encode()).hexdigest()
    return json.dumps([place, version.name, version.total, version.content_type, size]).encode()


def _read(content: bytes, source: str) -> tuple[Version, int] | None:
    """Read how much is on the disk, or None where it is of something else than of a source."""
    try:
        _, name, total, content_type, size = json.loads(content)
    except (RecursionError, TypeError, ValueError):
        return None
    # A killed process may have written half of it, and anybody anything.
    kinds = zip((name, total, content_type, size), (str, int, str, int), strict=True)
    if not all(isinstance(value, kind) for value, kind in kinds) or not is_name(name):
        return None
    version = Version(source, name, total, content_type)
    return (version, size) if _record(version, size) == content else None


@attrs.frozen
class Left:
    """What a download that was killed has left, and the next one can go on with.

    Args:
        version: Of what it is a part.
        size: How many bytes are there; fewer than there are in all.
        head: The first of them.
    """

    version: Version
    size: int
    head: bytes


@attrs.define(eq=False)
class Part:
    """The part of a file that has arrived, beside the place where the whole file will be.

    Args:
        target: That place; what a link leads to, rather than the link.
        url: Where the file comes from, without its query.
        source: The same with as much of the query as tells one file from another.
    """

    target: Path
    url: str
    source: str
    path: Path = attrs.field(init=False)
    left: Left | None = attrs.field(default=None, init=False)
    """What was there when it was opened."""
    _claim: Claim | None = attrs.field(default=None, init=False)
    _file: FileIO | None = attrs.field(default=None, init=False)
    # Of what it is a part, how many bytes of it are surely on the disk, and since when.
    _version: Version | None = attrs.field(default=None, init=False)
    _size: int = attrs.field(default=0, init=False)
    _saved: float = attrs.field(factory=time.monotonic, init=False)
    # A task that is cancelled does not wait for its thread, whose work must not go on behind it.
    _lock: threading.Lock = attrs.field(factory=threading.Lock, init=False)
    _is_over: bool = attrs.field(default=False, init=False)

    @asynccontextmanager
    async def owned(self) -> AsyncGenerator[None]:
        """Own the part for a block, after which nothing is left of it but the whole file.

        Raises:
            DownloadError: The disk refuses; so do the other methods.
        """
        try:
            await self._touch(self._own)
            yield
        finally:
            with anyio.CancelScope(shield=True):
                await self._touch(self._disown)

    async def write(self, content: memoryview) -> None:
        """Write some bytes."""
        await self._touch(self._write, content)

    async def begin(self, version: Version | None) -> None:
        """Begin anew, with a version that others can go on with, or with None."""
        await self._touch(self._begin, version)

    async def take_its_place(self) -> None:
        """Let the whole file appear, once it is on the disk and not only on its way."""
        await self._touch(self._take_its_place)

    async def _touch(self, function: Callable[..., None], *args: object) -> None:
        try:
            await in_thread(self._alone, function, *args)
        except OSError as exc:
            msg = f"cannot write {self.target}: {exc.strerror or exc}"
            raise DownloadError(msg, self.url) from exc

    @property
    def _opened(self) -> FileIO:
        return cast("FileIO", self._file)

    # --- in threads -----------------------------------------------------------------------------

    def _alone(self, function: Callable[..., None], *args: object) -> None:
        with self._lock:
            if not self._is_over:
                function(*args)

    def _own(self) -> None:
        # By a digest: with the target's name in it, it could be longer than the disk allows.
        digest = hashlib.sha256(os.fsencode(self.target.name)).hexdigest()[:16]
        locks = [self.target.with_name(f".{digest}.{slot}.lock") for slot in range(_SLOTS)]
        self._claim = next(filter(None, map(claim, locks)), None)
        if self._claim is not None:
            self.path = _part_of(self._claim)
            self._file = open_own(self.path)
        if self._claim is None or self._file is None:
            self.path = self.target.with_name(f".{secrets.token_hex(8)}.part")
            self._file = FileIO(self.path, "xb")
            return
        self.left = _left_in(self._file, _read(self._claim.read(), self.source))
        if self.left is None:
            self._begin(None)
        else:
            self._version, self._size = self.left.version, self.left.size
        _remove_remains(lock for lock in locks if lock != self._claim.path)

    def _begin(self, version: Version | None) -> None:
        # First, and for good: else it would be believed of what takes the place of the old bytes.
        if self._claim is not None and self._claim.read():
            self._claim.clear()
        self._opened.seek(0)
        self._opened.truncate()
        self._version, self._size = version, 0

    def _take_its_place(self) -> None:
        os.fsync(self._opened.fileno())
        self._opened.close()
        self.path.replace(self.target)

    def _write(self, content: memoryview) -> None:
        done = 0
        while done < len(content):
            # A disk that is nearly full takes a part and refuses the next one.
            with content[done:] as rest:
                done += self._opened.write(rest)
        is_step = self._opened.tell() - self._size >= _SAVED_BYTES
        if is_step and time.monotonic() - self._saved >= _SAVED_SECONDS:
            self._save()

    def _save(self) -> None:
        if self._claim is None or self._version is None:
            return
        os.fsync(self._opened.fileno())
        self._size, self._saved = self._opened.tell(), time.monotonic()
        self._claim.write(_record(self._version, self._size))

    def _disown(self) -> None:
        self._is_over = True
        if self._file is not None:
            self._file.close()
            self.path.unlink(missing_ok=True)
        if self._claim is not None:
            self._claim.release()


def _part_of(owned: Claim) -> Path:
    return owned.path.with_suffix(".part")


def _left_in(file: FileIO, saved: tuple[Version, int] | None) -> Left | None:
    """Return what can be gone on with, after which the file is at its end."""
    if saved is None:
        return None
    version, size = saved
    # What is beyond may be a hole, where the power was lost; and too much of it is of another file.
    if not size <= file.seek(0, os.SEEK_END) <= version.total:
        return None
    # Of a whole one the last byte is asked for again: the host is to say that it is the same one.
    size = min(size, version.total - 1)
    if size < HEAD_BYTES:
        return None
    file.seek(0)
    head = file.read(HEAD_BYTES)
    file.truncate(size)
    file.seek(size)
    return Left(version, size, head)


def _remove_remains(locks: Iterable[Path]) -> None:
    """Remove what others left who were killed, and nothing of those who live."""
    for lock in locks:
        if os.path.lexists(lock) and (remains := claim(lock)) is not None:
            _part_of(remains).unlink(missing_ok=True)
            remains.release()
