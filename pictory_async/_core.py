"""What a client is made of, put together from its settings."""

from __future__ import annotations

import logging
import math
import platform
import random
from contextvars import ContextVar
from functools import partial
from typing import TYPE_CHECKING, Final

import attrs
import httpx

from pictory_async._arguments import FLAG, Rule, above_zero, made_by, number, setting, type_name
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
from pictory_async._transport.addresses import EXPECTED, http_address
from pictory_async._transport.api import Api
from pictory_async._transport.budget import Budget
from pictory_async._transport.chain import Chain, repeated
from pictory_async._transport.closing import ClosingTransport
from pictory_async._transport.dialing import Dialer
from pictory_async._transport.downloads import Downloads
from pictory_async._transport.headers import added, checked_headers, secrets_among
from pictory_async._transport.hooks import RequestHooks
from pictory_async._transport.slots import SlotTransport
from pictory_async._transport.tokens import FetchedTokens, FixedToken
from pictory_async._transport.trust import Trust
from pictory_async._transport.uploads import Uploads
from pictory_async._version import __version__
from pictory_async._waiting.history import History
from pictory_async._waiting.looks import Looks
from pictory_async._waiting.one_job import Waits
from pictory_async._waiting.schedule import SCHEDULE, ByProgress
from pictory_async._wire.tokens import HEADER_WORD, Token


if TYPE_CHECKING:
    from collections.abc import Mapping

    from pictory_async._credentials import Credentials
    from pictory_async._transport.headers import HiddenValues
    from pictory_async._transport.hooks import OnRequest, OnResponse
    from pictory_async._transport.request_state import Send
    from pictory_async._transport.tokens import Tokens
    from pictory_async._transport.trust import Verify
    from pictory_async._waiting.schedule import Schedule
    from pictory_async._wire.protocol import Answer


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
class Settings:
    """What a client was given; None stands for the default. `Pictory` says what each one means."""

    credentials: Credentials | None = attrs.field(default=None, repr=False)
    base_url: str | None = None
    slots: int = 100
    max_rate: float | None = None
    timeouts: Timeouts | None = None
    retry: Retry | None = None
    schedule: Schedule | None = None
    headers: Mapping[str, str] | None = attrs.field(default=None, repr=False)
    job_path: str | None = None
    scheme: str | None = None
    strict: bool | None = None
    proxy: str | None = attrs.field(default=None, repr=False)
    verify: Verify | None = None
    transport: httpx.AsyncBaseTransport | None = None
    on_request: OnRequest | None = None
    on_response: OnResponse | None = None


@attrs.frozen(kw_only=True)
class Options:
    """The settings that clients may have each of its own while they share everything else.

    Args:
        timeouts: How long each part of a request may take.
        retry: How often and how patiently a request is sent again.
        schedule: When to look at a job, where a wait does not say.
        headers: What each request to the API carries beside our own headers.

    Raises:
        ConfigurationError: One of them is something else.
    """

    timeouts: Timeouts = attrs.field(validator=setting(made_by(Timeouts)))
    retry: Retry = attrs.field(validator=setting(made_by(Retry)))
    schedule: Schedule = attrs.field(validator=setting(SCHEDULE))
    headers: HiddenValues

    @property
    def extension(self) -> dict[str, float | None]:
        """The timeouts as httpx's extension of a request."""
        times = self.timeouts
        return {
            "connect": times.connect,
            "read": times.read,
            "write": times.write,
            "pool": times.slot,
            "total": times.total,
        }


@attrs.frozen(kw_only=True)
class Shared:
    """What clients share that differ in their options only.

    Args:
        address: The base URL, and the kind of the credentials.
        connections: What sends everything in the end.
        budget: What gives every request for the API its turn.
        tokens: Where tokens come from.
        send: What sends operations, but for the retries.
        send_file: What sends to the hosts of files, but for the retries.
        base_url: The base URL of the API.
        history: What was seen of the jobs.
        route: The path at which the service answers about a job.
        record: The lists that collect answers.
        strict: What becomes of names in a mapping that no model knows.
    """

    address: str
    connections: SlotTransport | ClosingTransport
    budget: Budget
    tokens: Tokens
    send: Send
    send_file: Send
    base_url: str
    history: History
    route: JobRoute
    record: ContextVar[tuple[list[Answer], ...]]
    strict: bool | None


@attrs.frozen(kw_only=True)
class Core:
    """What all operations and flows of a client stand on.

    Args:
        shared: What it perhaps shares with other clients.
        options: The settings that are its own.
        is_owner: Whether it closes the connections.
        api: What sends operations.
        looks: Who waits for which job, and the looks that they share.
        waits: What waits for jobs.
        uploads: What sends files.
        downloads: What fetches files.
    """

    shared: Shared
    options: Options
    is_owner: bool
    api: Api
    looks: Looks
    waits: Waits
    uploads: Uploads
    downloads: Downloads

    def __str__(self) -> str:
        shared = self.shared
        return f"{shared.address}, {'closed' if shared.connections.is_closed else 'open'}"

    @property
    def connections(self) -> httpx.AsyncBaseTransport:
        """What sends everything in the end."""
        return self.shared.connections

    @property
    def budget(self) -> Budget:
        """What gives every request for the API its turn."""
        return self.shared.budget

    @property
    def tokens(self) -> Tokens:
        """Where tokens come from."""
        return self.shared.tokens

    def with_options(self, given: Settings) -> Core:
        """Return what shares everything with this, but for the options that are given.

        Raises:
            ConfigurationError: One of them is something else.
        """
        own = self.options
        options = Options(
            timeouts=own.timeouts if given.timeouts is None else given.timeouts,
            retry=own.retry if given.retry is None else given.retry,
            schedule=own.schedule if given.schedule is None else given.schedule,
            headers=added(own.headers, checked_headers(given.headers)),
        )
        api = _api_of(self.shared, options)
        looks = self.looks.asked_by(partial(self.shared.route.ask, api))
        return _core_of(self.shared, options, api, looks, is_owner=False)

    async def aclose(self) -> None:
        """Close the connections, unless they are another's."""
        if self.is_owner:
            await self.connections.aclose()


def assemble(given: Settings) -> Core:
    """Check the settings of a client and put its parts together.

    Raises:
        ConfigurationError: A setting is missing, empty, or contradicts another.
    """
    who = _checked_credentials(given.credentials)
    url = _checked_base_url(given.base_url)
    served = ServedLoop()
    connections = _checked_connections(given, served)
    above_zero("requests a second").or_none.check_setting("max_rate", given.max_rate)
    options = Options(
        timeouts=Timeouts() if given.timeouts is None else given.timeouts,
        retry=Retry() if given.retry is None else given.retry,
        schedule=ByProgress() if given.schedule is None else given.schedule,
        headers=checked_headers(given.headers),
    )
    _JOB_PATH.or_none.check_setting("job_path", given.job_path)
    _SCHEME.or_none.check_setting("scheme", given.scheme)
    FLAG.or_none.check_setting("strict", given.strict)
    hooks = RequestHooks(given.on_request, given.on_response)

    pace = partial(Pace, math.inf if given.max_rate is None else given.max_rate)
    places = connections.slots if isinstance(connections, SlotTransport) else math.inf
    budget = Budget(pace, options.retry.longest_retry_after, places, served)
    chain = Chain(connections, budget, hooks)
    tokens = _tokens_of(who, chain, url, options)
    shared = Shared(
        address=f"{url} with {type(who).__name__}",
        connections=connections,
        budget=budget,
        tokens=tokens,
        send=chain.for_api(tokens, url, scheme=given.scheme, user_id=who.user_id),
        send_file=chain.for_files(),
        base_url=url,
        history=History(served),
        route=JobRoute(given.job_path),
        record=ContextVar("answers"),
        strict=given.strict,
    )
    api = _api_of(shared, options)
    looks = Looks(partial(shared.route.ask, api), served, max(1, places * _SHARE_FOR_LOOKS))
    return _core_of(shared, options, api, looks, is_owner=True)


def _api_of(shared: Shared, options: Options) -> Api:
    return Api(
        repeated(shared.send, options.retry),
        shared.base_url,
        added({**_headers(), "Accept": "application/json"}, options.headers),
        options.extension,
        shared.history.remember_submit,
        secrets_among(options.headers),
        shared.record,
        shared.strict,
    )


def _core_of(shared: Shared, options: Options, api: Api, looks: Looks, *, is_owner: bool) -> Core:
    headers, times, retry = _headers(), options.extension, options.retry
    stall = math.inf if options.timeouts.stall is None else options.timeouts.stall
    send_file = repeated(shared.send_file, retry)
    return Core(
        shared=shared,
        options=options,
        is_owner=is_owner,
        api=api,
        looks=looks,
        waits=Waits(looks, shared.history, options.schedule, random.random),
        uploads=Uploads(send_file, headers, times),
        downloads=Downloads(send_file, headers, times, stall, retry, random.random),
    )


def _tokens_of(who: Credentials, chain: Chain, base_url: str, options: Options) -> Tokens:
    if isinstance(who, ApiKey):
        return FixedToken(Token(who.key))
    return FetchedTokens(
        repeated(chain.for_tokens(), options.retry),
        base_url,
        who,
        added(_headers(), options.headers),
        options.extension,
        secrets=secrets_among(options.headers),
    )


def _headers() -> dict[str, str]:
    # The guard in front of the service refuses the defaults of some HTTP libraries.
    python = platform.python_version()
    agent = f"pictory-async/{__version__} python/{python} httpx/{httpx.__version__}"
    return {"User-Agent": agent}


def _checked_connections(given: Settings, served: ServedLoop) -> SlotTransport | ClosingTransport:
    """Return what sends all requests: the transport that is given, or connection slots.

    Raises:
        ConfigurationError: There are no slots, or the proxy is not a URL.
    """
    if given.transport is None:
        number(1, whole=True).check_setting("slots", given.slots)
        return SlotTransport(given.slots, Dialer(given.proxy, Trust(given.verify)), served)
    _TRANSPORT.check_setting("transport", given.transport)
    for name in ("proxy", "verify"):
        if getattr(given, name) is not None:
            msg = f"{name}: expected None beside transport, whose own affair that is"
            raise ConfigurationError(msg)
    return ClosingTransport(given.transport)


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
    parsed = http_address(url)
    if parsed is None:
        msg = f"{name}: expected {EXPECTED}, found {url!r}"
        raise ConfigurationError(msg)
    if parsed.scheme == "http" and parsed.host not in _LOOPBACK:
        _log.warning("%s is not https: credentials go to %s unencrypted", name, parsed.host)
    return url.rstrip("/")
