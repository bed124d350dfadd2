"""Files that belong to one owner at a time, as long as it lives: in one process and among many.

Where the system has `flock`, the owner holds a lock, which ends with it. On Windows nobody can
remove a file that somebody has open. What nobody holds was left by somebody who was killed.
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from importlib import import_module
from io import FileIO
from typing import TYPE_CHECKING, Any, Final

import attrs


if TYPE_CHECKING:
    from pathlib import Path


_FCNTL: Final[Any] = None if os.name == "nt" else import_module("fcntl")
# Whoever had it may remove it just when somebody else opens it.
_TRIES: Final = 3
_MOST_BYTES: Final = 1 << 16
_FLAGS: Final = (
    os.O_RDWR
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
)


@attrs.define(eq=False)
class Claim:
    """A file that is held. Its methods block for as long as the disk does.

    Args:
        path: Where it is.
    """

    path: Path
    _file: FileIO = attrs.field(repr=False)

    def read(self) -> bytes:
        """Return what the last owner wrote, if it was killed, or nothing."""
        self._file.seek(0)
        return self._file.read(_MOST_BYTES)

    def write(self, content: bytes) -> None:
        """Write what the next owner shall read, if this one is killed."""
        self._file.seek(0)
        self._file.write(content)
        self._file.truncate()

    def clear(self) -> None:
        """Leave the next owner nothing to read, even after a loss of power."""
        self._file.truncate(0)
        os.fsync(self._file.fileno())

    def release(self) -> None:
        """Remove the file and let others have its name."""
        if _FCNTL is None:
            self._file.close()
        with suppress(OSError):
            # Before it is closed, where that can be done: the next one's must not be removed.
            self.path.unlink()
        self._file.close()


def claim(path: Path) -> Claim | None:
    """Hold a file, which is made where it is missing; None where that cannot be done.

    That is where somebody else holds it, where the disk knows no locks, and where the file is
    another user's.
    """
    if _FCNTL is None:
        with suppress(OSError):
            path.unlink(missing_ok=True)
            return Claim(path, FileIO(path, "x+b"))
        return None
    for _ in range(_TRIES):
        file = open_own(path)
        if file is None or not _is_locked(path, file):
            return None
        if _is_at(path, file):
            return Claim(path, file)
        file.close()
    return None


class OwnFile(FileIO):
    """A file to read and write, and whether it was made just now."""

    is_new = False


def open_own(path: Path) -> OwnFile | None:
    """Open a file of one's own, which is made where it is missing.

    The names are known to everybody who may write to the folder: what lies there may be a link to
    somewhere else. None means that it is no file of ours, or that the disk refuses.
    """
    with suppress(OSError):
        file = OwnFile(os.open(path, _FLAGS | os.O_CREAT | os.O_EXCL, 0o666), "r+b")
        file.is_new = True
        return file
    with suppress(OSError):
        file = OwnFile(os.open(path, _FLAGS), "r+b")
        found = os.fstat(file.fileno())
        is_alone = stat.S_ISREG(found.st_mode) and found.st_nlink == 1
        if is_alone and found.st_uid == getattr(os, "geteuid", int)():
            return file
        file.close()
    return None


def _is_locked(path: Path, file: OwnFile) -> bool:
    """Lock a file, or give it up where somebody else has it, or the disk knows no locks."""
    try:
        _FCNTL.flock(file, _FCNTL.LOCK_EX | _FCNTL.LOCK_NB)
    except OSError as exc:
        if file.is_new and not isinstance(exc, BlockingIOError):
            path.unlink(missing_ok=True)
        file.close()
        return False
    return True


def _is_at(path: Path, file: FileIO) -> bool:
    """Tell whether an open file is still the one of a name."""
    with suppress(OSError):
        return os.path.samestat(path.stat(), os.fstat(file.fileno()))
    return False
