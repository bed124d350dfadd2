"""What may be shown of a storage's refusal, which perhaps quotes the signature it refuses."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl


if TYPE_CHECKING:
    import httpx


_CODE: Final = re.compile(r"<Code>\s*(\w+)\s*</Code>")
_MESSAGE: Final = re.compile(r"<Message>([^<]*)</Message>")
_LONGEST: Final = 200
_LOOKED_AT: Final = 10_000
# So much of a signature is worth hiding where it is quoted in part.
_PIECE: Final = 6


def refusal(text: str, url: httpx.URL) -> str:
    """Return what the body of an answer says, in one short line; nothing where it is a page.

    Of an XML document, as S3 has them, that is `Code` and `Message`: others quote the signature.

    Args:
        text: The body.
        url: Where the answer comes from; a text that has anything of its query in it is not shown.
    """
    text = text[:_LOOKED_AT].lstrip("\ufeff \r\n\t")
    if text.startswith("<"):
        code, message = _CODE.search(text), _MESSAGE.search(text)
        first = code[1] if code else ""
        said = unescape(message[1]) if message else ""
        parts = [part for part in (first, _line(said)) if part and not _quotes(part, url)]
        return ": ".join(parts)
    return "" if _quotes(text, url) else _line(text)


def _line(text: str) -> str:
    """Return a text as a short line of what can be printed."""
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}..."


def _quotes(text: str, url: httpx.URL) -> bool:
    """Tell whether a text has a value of a URL's query in it, or a good piece of one."""
    query = url.query.decode("ascii")
    decoded = [value for _, value in parse_qsl(query)]
    raw = [pair.partition("=")[2] or pair for pair in query.split("&")]
    haystack = text.casefold()
    return any(_has_piece(haystack, value.casefold()) for value in {*raw, *decoded})


def _has_piece(text: str, value: str) -> bool:
    if len(value) < _PIECE:
        return re.search(rf"(?<!\w){re.escape(value)}(?!\w)", text) is not None if value else False
    return any(value[start : start + _PIECE] in text for start in range(len(value) - _PIECE + 1))
