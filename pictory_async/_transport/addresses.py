"""URLs that a request can go to, and URLs as they may be shown."""

from __future__ import annotations

from typing import Final

import httpx


EXPECTED: Final = "an http or https URL, its port from 1 to 65535 if it names one"
"""What `http_address` wants, in words."""

_PORTS: Final = range(1, 1 << 16)
_SCHEMES: Final = frozenset({"http", "https"})
# DNS allows no longer one between two dots.
_LABEL_BYTES: Final = 63


def http_address(url: object, location: str = "") -> httpx.URL | None:
    """Return where a link leads, or None where no request could go there.

    Args:
        url: The URL.
        location: Where it redirects to, whole or relative.
    """
    try:
        # Only from here on a host's name is looked at: `xn--a` is none.
        parsed = httpx.URL(url).join(location)  # type: ignore[arg-type] # checked by httpx
        is_link = parsed.scheme in _SCHEMES and bool(parsed.host)
    except (httpx.InvalidURL, TypeError, ValueError):
        return None
    return parsed if is_link and is_reachable(parsed) else None


def is_reachable(url: httpx.URL) -> bool:
    """Tell whether a connection may be tried: sockets find out too late, in words of their own.

    The port, where there is one, is a port, and each label of the host's name one.
    """
    labels = url.raw_host.removesuffix(b".").split(b".")
    is_port = url.port is None or url.port in _PORTS
    return is_port and all(0 < len(label) <= _LABEL_BYTES for label in labels)


def shown(url: httpx.URL) -> str:
    """Return a URL as it may be shown: without a query, which may hold a signature."""
    return str(url.copy_with(query=None, fragment=None, username=None, password=None))


def shown_link(url: str) -> str:
    """Return a link of the service as it may be shown, or "" where it is no http or https URL."""
    parsed = http_address(url)
    return "" if parsed is None else shown(parsed)
