"""What it is that arrives, by its first bytes and its content type; nothing here reads a file."""

from __future__ import annotations

import enum
import re
from pathlib import PurePath
from typing import Final


# So many of the first bytes say what a file is.
HEAD_BYTES: Final = 1024

_SIGNATURES: Final = (
    b"\x1aE\xdf\xa3",
    b"RIFF",
    b"OggS",
    b"fLaC",
    b"FLV\x01",
    b"ID3",
    b"\x89PNG\r\n\x1a\n",
    b"\xff\xd8\xff",
    b"GIF8",
)
# What the first box of a file of the family of mp4 and QuickTime may be.
_BOXES: Final = frozenset({b"ftyp", b"free", b"mdat", b"moov", b"skip", b"styp", b"wide"})
_DOCUMENT_TYPE: Final = re.compile(r"(?:^|[/+])(html|json|xml)$")
_BLANK: Final = b"\xef\xbb\xbf \t\r\n"
_PAGE: Final = re.compile(rb"<!doctype html|<html|<head|<body")
_TEXT_DOCUMENT: Final = re.compile(rb'<!doctype|<html|<\?xml|<error|\{\s*["}]')
# The beginning of WebVTT, and of SubRip.
_SUBTITLES: Final = re.compile(rb"WEBVTT|\d+\s*\r?\n\d+:\d\d:\d\d")
_CODE: Final = re.compile(rb"<Code>\s*([A-Za-z0-9._-]{1,60})\s*</Code>")


class Content(enum.Enum):
    """What a file is to be."""

    MEDIA = enum.auto()
    """A film, a sound or a picture."""

    TEXT = enum.auto()
    """Words for people: subtitles, a script."""


_MEDIA: Final = (".gif", ".jpg", ".m4a", ".mov", ".mp3", ".mp4", ".png", ".wav", ".webm")
_BY_SUFFIX: Final = {
    **dict.fromkeys(_MEDIA, Content.MEDIA),
    **dict.fromkeys((".srt", ".txt", ".vtt"), Content.TEXT),
}


def content_by_name(name: str) -> Content | None:
    """Return what a file is by its name, or None where that does not say it."""
    return _BY_SUFFIX.get(PurePath(name).suffix.lower())


def found_instead(wanted: Content, content_type: str, head: bytes) -> str | None:
    """Say what came instead of a file, or None where it may be that file.

    Args:
        wanted: What it is to be.
        content_type: What the answer says that it is, or "".
        head: The first `HEAD_BYTES` bytes, or all there are.
    """
    if not head:
        # A film in which nobody speaks has subtitles without a word.
        return "nothing" if wanted is Content.MEDIA else None
    if _is_known_medium(head):
        return None
    start = head.lstrip(_BLANK)
    if wanted is Content.TEXT and _SUBTITLES.match(start):
        return None
    kind = _DOCUMENT_TYPE.search(content_type.partition(";")[0].strip().lower())
    if kind is None and not _looks_like_document(wanted, start):
        is_text = wanted is Content.MEDIA and content_type.strip().lower().startswith("text/")
        return "a text" if is_text else None
    return _document(kind[1] if kind else "", start)


def _is_known_medium(head: bytes) -> bool:
    if head.startswith(_SIGNATURES) or head[4:8] in _BOXES:
        return True
    # The sync word of a frame of MPEG audio; its layer is not I, or it were UTF-16's mark.
    return len(head) > 1 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0 and head[1] & 6 != 6  # noqa: PLR2004


def _looks_like_document(wanted: Content, start: bytes) -> bool:
    if wanted is Content.MEDIA:
        return start[:1] in {b"<", b"{", b"["}
    # Subtitles may begin with a tag or a brace as well.
    return _TEXT_DOCUMENT.match(start.lower()) is not None


def _document(kind: str, start: bytes) -> str:
    """Say what a document is, by its bytes before its content type."""
    is_markup = start.startswith(b"<")
    if kind == "html" or (is_markup and _PAGE.search(start.lower())):
        return "an HTML page"
    if is_markup or kind == "xml":
        code = _CODE.search(start)
        return f"an XML document: {code[1].decode()}" if code else "an XML document"
    return "JSON"
