"""The files that a batch writes, which are named by its keys."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import attrs

from pictory_async._errors import InvalidRequestError
from pictory_async._models.base import short


if TYPE_CHECKING:
    from pathlib import Path

    from pictory_async._models.outcomes import Key


# What any file system takes as a name, and the service as the name of a video.
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9 _-]{0,99}")


def check_name(name: object, field: str, purpose: str = "") -> None:
    """Refuse a name that some file system would not take.

    Raises:
        InvalidRequestError: It is one.
    """
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        expected = f"a name of up to 100 letters, digits, spaces, _ and -{purpose}"
        raise InvalidRequestError(field, expected, short(name))


def file_of(folder: Path | None, key: Key) -> Path | None:
    """Return the file of an item's video, or None where none is wanted."""
    return None if folder is None else folder / f"{key}.mp4"


@attrs.frozen
class UsedKeys:
    """The keys of a batch so far, none of which may come again.

    Args:
        field: What the caller knows the items as.
        as_files: Whether keys that differ only in case are the same, as on some file systems.
    """

    _field: str
    _as_files: bool = attrs.field(kw_only=True, alias="as_files")
    _used: set[Key] = attrs.field(init=False, factory=set["Key"])

    def add(self, key: Key) -> None:
        """Take one more key.

        Raises:
            InvalidRequestError: It was there before.
        """
        name = str(key).casefold() if self._as_files else key
        if name in self._used:
            raise InvalidRequestError(self._field, "keys that differ", f"{short(key)} again")
        self._used.add(name)
