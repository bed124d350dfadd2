r"""Names that every file system takes, and names that the service takes, made of any text.

A file's name keeps letters and digits of every language, in NFC, blanks, and the signs of ASCII
but `" * / : < > ? \ | %`. What else there is stands there percent-encoded, as in a URL; so do a
dot or a blank at either end, and the first letter of a name that Windows keeps for a device, such
as `CON` or `nul.txt`. A video's name keeps letters and digits of every language, blanks, `_` and
`-`; what else there is becomes a `-`. What is too long is cut, and ends in a digest of the whole.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from typing import TYPE_CHECKING, Final

import attrs


if TYPE_CHECKING:
    from collections.abc import Callable


# With a suffix it stays below what encrypting file systems leave of the usual 255 bytes: 143.
_FILE_BYTES: Final = 120
# What others report of the service; no page says it.
_VIDEO_CHARACTERS: Final = 150
_DIGEST: Final = 10
_REFUSED: Final = frozenset('"*/:<>?\\|%')
_DEVICE: Final = re.compile(
    r"(con|prn|aux|nul|clock\$|conin\$|conout\$|(com|lpt)[0-9¹²³]) *(\.|$)", re.IGNORECASE
)
_HALF_AN_ESCAPE: Final = re.compile(r"%.?$")
_NO_NAME: Final = "_"
_NO_VIDEO_NAME: Final = "video"


@attrs.frozen
class NameRule:
    """How a name is made of a text.

    Args:
        plain: Replaces what a name must not hold.
        size: Tells how long a name is.
        limit: How long it may be.
    """

    _plain: Callable[[str], str]
    _size: Callable[[str], int]
    _limit: int

    def name(self, text: str) -> str:
        """Return the name of a text."""
        plain = self._plain(text)
        return plain if self._size(plain) <= self._limit else self.with_digest(plain, text)

    def with_digest(self, name: str, told: str) -> str:
        """Return a name with a digest at its end, and no longer than it may be.

        Args:
            name: The name.
            told: What the digest tells apart.
        """
        digest = hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGEST]
        cut = name[: self._limit]
        while self._size(cut) > self._limit - _DIGEST - 1:
            cut = cut[:-1]
        return f"{_HALF_AN_ESCAPE.sub('', cut)}-{digest}"


def folded(name: str) -> str:
    """Return what the names have in common that some file system takes for the same one."""
    same = unicodedata.normalize("NFC", name).upper().casefold()
    return unicodedata.normalize("NFC", same)


def _of_file(text: str) -> str:
    text = unicodedata.normalize("NFC", text)
    first, last = 0, len(text) - 1
    is_device = _DEVICE.match(text) is not None

    def written(place: int, char: str) -> str:
        is_hidden = place in {first, last} and char in {" ", "."}
        if is_hidden or (is_device and place == first) or not _stays(char):
            return "".join(f"%{byte:02X}" for byte in char.encode("utf-8", "surrogatepass"))
        return char

    return "".join(map(written, range(len(text)), text)) or _NO_NAME


def _stays(char: str) -> bool:
    if char.isascii():
        return char.isprintable() and char not in _REFUSED
    return _is_letter(char)


def _of_video(text: str) -> str:
    text = " ".join(unicodedata.normalize("NFC", text).split())
    kept = "".join(char if char in {" ", "_"} or _is_letter(char) else "-" for char in text)
    return re.sub("-+", "-", kept).strip("- ") or _NO_VIDEO_NAME


def _is_letter(char: str) -> bool:
    # A letter, a mark that belongs to one, or a number.
    return unicodedata.category(char)[0] in "LMN"


FILE: Final = NameRule(_of_file, lambda name: len(name.encode()), _FILE_BYTES)
VIDEO: Final = NameRule(_of_video, len, _VIDEO_CHARACTERS)
