"""Which proxy a request goes through, by an argument or by the environment."""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING, Final
from urllib.request import getproxies, proxy_bypass

import httpx

from pictory_async._errors import ConfigurationError
from pictory_async._transport.addresses import is_reachable


if TYPE_CHECKING:
    import ssl


_PORTS: Final = {"http": 80, "https": 443}
# An entry of NO_PROXY: perhaps a scheme, a host, an address or a network, perhaps a port.
_ENTRY: Final = re.compile(
    r"(?:(?P<scheme>[a-z][a-z0-9+.-]*)://)?"
    r"(?:\[(?P<v6>[^\]]*)\]|(?P<host>[^\s\[\]:]*|[^\s\[\]]*:[^\s\[\]]*:[^\s\[\]]*))"
    r"(?::(?P<port>\d{1,5}))?"
)


def checked_proxy(proxy: str, name: str) -> httpx.Proxy:
    """Return a proxy by its URL.

    Args:
        proxy: The URL, with a user and a password perhaps.
        name: The setting that it stands in.

    Raises:
        ConfigurationError: It is no URL that a connection could use.
    """
    try:
        found = httpx.Proxy(proxy)
        if is_reachable(found.url):
            return found
    except (TypeError, ValueError, httpx.InvalidURL):
        pass
    # Raised out here, without the cause: its words may repeat the proxy's password.
    msg = (
        f"{name}: expected a URL such as http://proxy.example:8080, with a port from 1 to 65535, "
        "found something else"
    )
    raise ConfigurationError(msg)


def environment_proxy(url: httpx.URL) -> httpx.Proxy | None:
    """Return the proxy that `HTTPS_PROXY` and the like name for a URL, or None.

    `NO_PROXY` holds what is excepted, between commas: `*`, names with all below them
    (`example.com`), addresses, networks (`10.0.0.0/8`), each of them with a port perhaps
    (`example.com:8443`). Names are not looked up to compare them with networks.

    Raises:
        ConfigurationError: It is no URL that a connection could use.
    """
    proxies = getproxies()
    proxy = proxies.get(url.scheme) or proxies.get("all")
    if proxy is None or _is_excepted(url, proxies.get("no")):
        return None
    return checked_proxy(proxy if "://" in proxy else f"http://{proxy}", f"{url.scheme}_proxy")


def with_tls(proxy: httpx.Proxy, tls: ssl.SSLContext | None) -> httpx.Proxy:
    """Return a proxy that is reached with a TLS context itself, where it is an https one."""
    if proxy.url.scheme != "https":
        return proxy
    return httpx.Proxy(proxy.url, ssl_context=tls, auth=proxy.auth, headers=proxy.headers)


def _is_excepted(url: httpx.URL, entries: str | None) -> bool:
    if entries is None:
        # Some systems have settings of their own.
        return bool(proxy_bypass(url.host))
    return any(_covers(entry.strip().lower(), url) for entry in entries.split(","))


def _covers(entry: str, url: httpx.URL) -> bool:
    """Tell whether an entry of `NO_PROXY` means a URL."""
    if entry == "*":
        return True
    found = _ENTRY.fullmatch(entry)
    if found is None or found["scheme"] not in {None, url.scheme}:
        return False
    if found["port"] is not None and int(found["port"]) != (url.port or _PORTS[url.scheme]):
        return False
    wanted = found["v6"] or found["host"]
    try:
        address = ipaddress.ip_address(url.host)
    except ValueError:
        return _is_below(url, wanted.removeprefix("*").strip("."))
    try:
        return address in ipaddress.ip_network(wanted, strict=False)
    except ValueError:
        # A name, and an address is below none.
        return False


def _is_below(url: httpx.URL, domain: str) -> bool:
    """Tell whether a URL's host is a domain or below it."""
    hosts = {url.host.rstrip("."), url.raw_host.decode("ascii").rstrip(".")}
    return bool(domain) and any(host == domain or host.endswith(f".{domain}") for host in hosts)
