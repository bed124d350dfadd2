"""Whom https connections trust: one TLS context for all clients of a process that trust the same.

A context takes twenty milliseconds, in which an event loop does nothing else. So it is made when
the first https connection needs it, in a thread, and kept.
"""

from __future__ import annotations

import os
import ssl
import stat
import threading
from typing import TYPE_CHECKING, Final, TypeAlias

import anyio.to_thread
import attrs
import httpx

from pictory_async._arguments import Rule, type_name
from pictory_async._errors import ConfigurationError
from pictory_async._tasks import SingleFlight


if TYPE_CHECKING:
    from collections.abc import Mapping


Verify: TypeAlias = str | os.PathLike[str] | ssl.SSLContext

VERIFY: Final = Rule(
    "the path of a file or folder of certificates, or an ssl.SSLContext",
    lambda value: isinstance(value, str | os.PathLike | ssl.SSLContext),
    type_name,
)
# What the environment says wherever OpenSSL is used, the first that is set.
_FILE: Final = "SSL_CERT_FILE"
_FOLDERS: Final = "SSL_CERT_DIR"
_PROTOCOLS: Final = ["http/1.1"]


@attrs.frozen
class _Source:
    """Where the certificates come from, and of which moment: a file may be replaced.

    Args:
        name: The setting that says so.
        path: The file or folder, or the folders; None for what httpx trusts by default.
        is_folder: Whether it is no file.
        stamp: What changes with its content.
    """

    name: str = ""
    path: str | None = None
    is_folder: bool = False
    stamp: tuple[tuple[int, ...], ...] = ()


@attrs.define(eq=False)
class _Contexts:
    """The contexts of this process."""

    made: dict[_Source, ssl.SSLContext] = attrs.field(factory=dict)
    # One for each process: a fork may come while another thread holds it.
    _locks: dict[int, threading.Lock] = attrs.field(factory=dict)

    def make(self, source: _Source) -> ssl.SSLContext:
        """Make a context, or return the one that somebody made meanwhile.

        Raises:
            ConfigurationError: The certificates cannot be read.
        """
        with self._locks.setdefault(os.getpid(), threading.Lock()):
            if source not in self.made:
                # Of a file that was replaced nobody needs the old certificates.
                for old in [each for each in self.made if each.path == source.path]:
                    del self.made[old]
                self.made[source] = _context_of(source)
            return self.made[source]


_CONTEXTS: Final = _Contexts()


class Trust:
    """The TLS context of a client: a given one, or the one that is shared.

    Args:
        verify: A file or folder of certificates, a context, or None for what `SSL_CERT_FILE` or
            `SSL_CERT_DIR` say, or else the certificates of the package certifi.

    Raises:
        ConfigurationError: It is something else, or there is no such file.
    """

    def __init__(self, verify: Verify | None = None) -> None:
        VERIFY.or_none.check_setting("verify", verify)
        self._path: str | None = None
        self._context: ssl.SSLContext | None = None
        self._flight = SingleFlight[ssl.SSLContext]()
        if isinstance(verify, ssl.SSLContext):
            verify.set_alpn_protocols(_PROTOCOLS)
            self._context = verify
        elif verify is not None:
            self._path = os.fspath(verify)
            _source_at(self._path, "verify")

    async def context(self) -> ssl.SSLContext:
        """Return the context, which is made in a thread where there is none yet.

        Raises:
            ConfigurationError: The certificates cannot be read.
        """
        if self._context is None:
            source = self._source(os.environ)
            known = _CONTEXTS.made.get(source)
            self._context = known or await self._flight.share(lambda: _made_in_thread(source))
        return self._context

    def _source(self, environment: Mapping[str, str]) -> _Source:
        if self._path is not None:
            return _source_at(self._path, "verify")
        if path := environment.get(_FILE):
            return _source_at(path, _FILE)
        if paths := environment.get(_FOLDERS):
            return _source_at(paths, _FOLDERS, *paths.split(os.pathsep))
        return _Source()


async def _made_in_thread(source: _Source) -> ssl.SSLContext:
    return await anyio.to_thread.run_sync(_CONTEXTS.make, source)


def _source_at(path: str, name: str, *folders: str) -> _Source:
    """Return a source that is there, of several folders at least one.

    Raises:
        ConfigurationError: There is none.
    """
    stats: list[os.stat_result] = []
    problem: Exception = FileNotFoundError()
    for each in folders or (path,):
        try:
            stats.append(os.stat(each))  # noqa: PTH116 - a word of the environment
        except (OSError, ValueError) as exc:
            problem = exc
    if not stats:
        raise _unreadable(name, path, problem)
    is_folder = bool(folders) or stat.S_ISDIR(stats[0].st_mode)
    stamp = tuple((each.st_ino, each.st_size, each.st_mtime_ns) for each in stats)
    return _Source(name, path, is_folder, stamp)


def _context_of(source: _Source) -> ssl.SSLContext:
    path = source.path
    try:
        if path is None:
            context = httpx.create_ssl_context(trust_env=False)
        elif source.is_folder:
            context = ssl.create_default_context(capath=path)
        else:
            context = ssl.create_default_context(cafile=path)
    except OSError as exc:
        raise _unreadable(source.name, path, exc) from None
    context.set_alpn_protocols(_PROTOCOLS)
    return context


def _unreadable(name: str, path: str | None, error: Exception) -> ConfigurationError:
    why = (error.strerror if isinstance(error, OSError) else None) or str(error)
    msg = f"{name}: expected a file or folder of certificates that can be read, found {path!r}: "
    return ConfigurationError(f"{msg}{why}")
