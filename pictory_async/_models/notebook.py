"""How results show themselves in a notebook, as HTML: a link of another scheme is no link."""

from __future__ import annotations

from typing import Final


_WEB: Final = ("http://", "https://")
_STYLE: Final = "max-width: 100%; max-height: 30em"


def link(url: str | None, words: str) -> str | None:
    """Return a link that opens beside the notebook, or None where there is no web page."""
    if not _is_web(url):
        return None
    return f'<a href="{_escaped(url)}" target="_blank" rel="noopener">{_escaped(words)}</a>'


def player(url: str | None, poster: str | None) -> str | None:
    """Return a player, or None where there is no video.

    It fetches no more than the video's beginning until somebody plays it.
    """
    if not _is_web(url):
        return None
    picture = f' poster="{_escaped(poster)}"' if _is_web(poster) else ""
    rest = f'controls preload="metadata" style="{_STYLE}"'
    return f'<video src="{_escaped(url)}"{picture} {rest}></video>'


def image(url: str | None, words: str) -> str | None:
    """Return a picture, or None where there is none."""
    if not _is_web(url):
        return None
    return f'<img src="{_escaped(url)}" alt="{_escaped(words)}" style="{_STYLE}">'


def _is_web(url: str | None) -> bool:
    return url is not None and url.lower().startswith(_WEB)


def _escaped(text: str | None) -> str:
    import html  # noqa: PLC0415 - only a notebook needs it, and it holds all of HTML's entities

    return html.escape(text or "")
