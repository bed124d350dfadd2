"""What a client is made of, put together from its settings."""

from __future__ import annotations

import logging
import math
import platform
import random
from functools import partial
from typing import TYPE_CHECKING, Final, TypeVar

import attrs
import httpx

from pictory_async._arguments import FLAG, Rule, above_zero, made_by, number, type_name
from pictory_async._credentials import (
    ApiKey,
    ClientCredentials,
    base_url_from_environment,
    credentials_from_environment,
)
from pictory_async._endpoints.jobs import PLURAL, JobRoute
from pictory_async._errors import ConfigurationError
from pictory_async._pace import Pace
from pictory_async._retry import Retry
from pictory_async._settings import Timeouts
from pictory_async._tasks import ServedLoop
from pictory_async._transport.api import Api
from pictory_async._transport.budget import Budget
from pictory_async._transport.chain import Chain
from pictory_async._transport.closing import ClosingTransport
from pictory_async._transport.dialing import Dialer
from pictory_async._transport.downloads import Downloads
from pictory_async._transport.slots import SlotTransport
from pictory_async._transport.tokens import FetchedTokens, FixedToken
from pictory_async._transport.uploads import Uploads
from pictory_async._version import __version__
from pictory_async._waiting.history import History
from pictory_async._waiting.looks import Looks
from pictory_async._waiting.one_job import Waits
from pictory_async._waiting.schedule import SCHEDULE, ByProgress
from pictory_async._wire.tokens import HEADER_WORD, Token


if TYPE_CHECKING:
    from pictory_async._credentials import Credentials
    from pictory_async._transport.tokens import Tokens
    from pictory_async._waiting.schedule import Schedule


T = TypeVar("T")

_log = logging.getLogger("pictory_async")

_BEYOND_A_PATH: Final = frozenset("@?#")
# Looks that are stuck leave some of the slots to submits and other calls.
_SHARE_FOR_LOOKS: Final = 0.8
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_CREDENTIALS: Final = Rule(
    "ApiKey(...) or ClientCredentials(...)",
    lambda value: isinstance(value, ApiKey | ClientCredentials),
    # Never the value: it may be a bare key.
    type_name,
)
_JOB_PATH: Final = Rule(
    f"a path with {{job_id}} in it, such as {PLURAL}",
    lambda path: isinstance(path, str) and path.startswith("/") and path.count("{job_id}") == 1,
)
_TRANSPORT: Final = Rule(
    "an httpx.AsyncBaseTransport",
    lambda value: isinstance(value, httpx.AsyncBaseTransport),
    type_name,
)
_URL: Final = Rule("an http or https URL", lambda value: isinstance(value, str), repr)
_SCHEME: Final = Rule(
    "one word of printable ASCII, such as Bearer",
    lambda word: isinstance(word, str) and (not word or HEADER_WORD.fullmatch(word) is not None),
)


@attrs.frozen(kw_only=True)
class Core:
    """What all operations and flows of a client stand on.

    Args:
        address: The base URL, and the kind of the credentials.
        connections: What sends everything in the end; it is the client's to close.
        budget: What gives every request for the API its turn.
        tokens: Where tokens come from.
        api: What sends operations.
        looks: Who waits for which job, and the looks that they share.
        waits: What waits for jobs.
        uploads: What sends files.
        downloads: What fetches files.
    """

    address: str
    connections: SlotTransport | ClosingTransport
    budget: Budget
    tokens: Tokens
    api: Api
    looks: Looks
    waits: Waits
    uploads: Uploads
    downloads: Downloads

    def __str__(self) -> str:
        return f"{self.address}, {'closed' if self.connections.is_closed else 'open'}"


def assemble(
    *,
    credentials: Credentials | None,
    base_url: str | None,
    slots: int,
    max_rate: float | None,
    timeouts: Timeouts | None,
    retry: Retry | None,
    schedule: Schedule | None,
    job_path: str | None,
    scheme: str | None,
    strict: bool | None,
    proxy: str | None,
    transport: httpx.AsyncBaseTransport | None,
) -> Core:
    """Check the settings of a client and put its parts together.

    Raises:
        ConfigurationError: A setting is missing, empty, or contradicts another.
    """
    who = _checked_credentials(credentials)
    url = _checked_base_url(base_url)
    served = ServedLoop()
    connections = _checked_connections(transport, slots, proxy, served)
    above_zero("requests a second").or_none.check_setting("max_rate", max_rate)
    limits = _setting(Timeouts, "timeouts", timeouts)
    times, stall = _extension_of(limits), math.inf if limits.stall is None else limits.stall
    patience = _setting(Retry, "retry", retry)
    SCHEDULE.or_none.check_setting("schedule", schedule)
    _JOB_PATH.or_none.check_setting("job_path", job_path)
    _SCHEME.or_none.check_setting("scheme", scheme)
    FLAG.or_none.check_setting("strict", strict)

    pace = partial(Pace, math.inf if max_rate is None else max_rate)
    places = connections.slots if isinstance(connections, SlotTransport) else math.inf
    budget = Budget(pace, patience.longest_retry_after, places, served)
    chain, headers, history = Chain(connections, budget, patience), _headers(), History(served)
    tokens = _tokens_of(who, chain, url, headers, times)
    send = chain.for_api(tokens, url, scheme=scheme, user_id=who.user_id)
    accepting = {**headers, "Accept": "application/json"}
    api = Api(send, url, accepting, times, history.remember_submit, strict)
    looks = Looks(JobRoute(api, job_path).ask, served, max(1, places * _SHARE_FOR_LOOKS))
    return Core(
        address=f"{url} with {type(who).__name__}",
        connections=connections,
        budget=budget,
        tokens=tokens,
        api=api,
        looks=looks,
        waits=Waits(looks, history, schedule or ByProgress(), random.random),
        uploads=Uploads(chain.for_files(), headers, times),
        downloads=Downloads(chain.for_files(), headers, times, stall, patience, random.random),
    )


def _tokens_of(
    who: Credentials,
    chain: Chain,
    base_url: str,
    headers: dict[str, str],
    times: dict[str, float | None],
) -> Tokens:
    if isinstance(who, ApiKey):
        return FixedToken(Token(who.key))
    return FetchedTokens(chain.for_tokens(), base_url, who, headers, times)


def _headers() -> dict[str, str]:
    # The guard in front of the service refuses the defaults of some HTTP libraries.
    python = platform.python_version()
    agent = f"pictory-async/{__version__} python/{python} httpx/{httpx.__version__}"
    return {"User-Agent": agent}


def _extension_of(times: Timeouts) -> dict[str, float | None]:
    """Return timeouts as httpx's extension of a request."""
    return {
        "connect": times.connect,
        "read": times.read,
        "write": times.write,
        "pool": times.slot,
        "total": times.total,
    }


def _setting(kind: type[T], name: str, given: T | None) -> T:
    """Return a setting, its default where none is given."""
    if given is None:
        return kind()
    made_by(kind).check_setting(name, given)
    return given


def _checked_connections(
    given: httpx.AsyncBaseTransport | None, slots: int, proxy: str | None, served: ServedLoop
) -> SlotTransport | ClosingTransport:
    """Return what sends all requests: the transport that is given, or connection slots.

    Raises:
        ConfigurationError: There are no slots, or the proxy is not a URL.
    """
    if given is not None:
        _TRANSPORT.check_setting("transport", given)
        return ClosingTransport(given)
    number(1, whole=True).check_setting("slots", slots)
    return SlotTransport(slots, Dialer(proxy), served)


def _checked_credentials(given: Credentials | None) -> Credentials:
    """Return the credentials, from the environment where none are given.

    Raises:
        ConfigurationError: They are neither a key nor a client's, or the environment has none.
    """
    if given is None:
        return credentials_from_environment()
    _CREDENTIALS.check_setting("credentials", given)
    return given


def _checked_base_url(given: str | None) -> str:
    """Return the base URL without a slash at its end, from the environment where none is given.

    Raises:
        ConfigurationError: It is not an http or https URL, or more than one.
    """
    url = base_url_from_environment() if given is None else given
    name = "PICTORY_API_BASE_URL" if given is None else "base_url"
    if not _BEYOND_A_PATH.isdisjoint(str(url)):
        msg = f"{name}: expected a URL without user, query and fragment"
        raise ConfigurationError(msg)
    _URL.check_setting(name, url)
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL:
        parsed = httpx.URL()
    if parsed.scheme not in {"http", "https"} or not parsed.host:
        msg = f"{name}: expected an http or https URL, found {url!r}"
        raise ConfigurationError(msg)
    if parsed.scheme == "http" and parsed.host not in _LOOPBACK:
        _log.warning("%s is not https: credentials go to %s unencrypted", name, parsed.host)
    return url.rstrip("/")
