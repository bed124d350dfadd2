"""The part of a file that has arrived: it has one owner, and one that was killed leaves it behind.

Beside a target lie `.HASH.0.part` and `.HASH.0.lock`, which the owner holds while it lives. In the
lock stands of which version of which file the part is. Whoever downloads the same target at the
same time owns `.HASH.1.part`, and so on. What nobody holds is gone on with by the next download of
the target, or removed by it.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import threading
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


@attrs.frozen
class Version:
    """What names one version of one file.

    Args:
        url: Where it is, without the query, which is another one each time that it is signed.
        name: The host's name of the version: a strong ETag, or when it was last modified.
        total: How many bytes it has.
        content_type: What the host says that it is, or "".
    """

    url: str
    name: str
    total: int
    content_type: str

    def to_bytes(self) -> bytes:
        """Return this as JSON, in which only a digest of the URL stands."""
        place = hashlib.sha256(self.url.encode()).hexdigest()
        return json.dumps([place, self.name, self.total, self.content_type]).encode()


def _version_in(content: bytes, url: str) -> Version | None:
    """Read the version of what is at a URL, or None where it is of something else."""
    try:
        _, name, total, content_type = json.loads(content)
        version = Version(url, name, total, content_type)
    except (TypeError, ValueError):
        return None
    # A killed process may have written half of it, and anybody anything.
    is_sound = isinstance(total, int) and isinstance(name, str)
    return version if is_sound and version.to_bytes() == content else None


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
    """

    target: Path
    url: str
    path: Path = attrs.field(init=False)
    left: Left | None = attrs.field(default=None, init=False)
    """What was there when it was opened."""
    _claim: Claim | None = attrs.field(default=None, init=False)
    _file: FileIO | None = attrs.field(default=None, init=False)
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
        self.left = _left_in(self._file, _version_in(self._claim.read(), self.url))
        if self.left is None:
            self._begin(None)
        _remove_remains(lock for lock in locks if lock != self._claim.path)

    def _begin(self, version: Version | None) -> None:
        self._opened.seek(0)
        self._opened.truncate()
        if self._claim is not None:
            self._claim.write(b"" if version is None else version.to_bytes())

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

    def _disown(self) -> None:
        self._is_over = True
        if self._file is not None:
            self._file.close()
            self.path.unlink(missing_ok=True)
        if self._claim is not None:
            self._claim.release()


def _part_of(owned: Claim) -> Path:
    return owned.path.with_suffix(".part")


def _left_in(file: FileIO, version: Version | None) -> Left | None:
    """Return what can be gone on with, after which the file is at its end."""
    if version is None:
        return None
    # Of a whole one the last byte is asked for again: the host is to say that it is the same one.
    size = min(file.seek(0, os.SEEK_END), version.total - 1)
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
