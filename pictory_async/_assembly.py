"""How the parts of a client are put together.

It is imported when the first client is made: the models of the storyboards alone would take half
as long to load as everything that `import pictory_async` needs.
"""

from __future__ import annotations

import logging
import math
import platform
import random
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

import attrs
import httpx

from pictory_async._credentials import (
    ApiKey,
    ClientCredentials,
    base_url_from_environment,
    credentials_from_environment,
)
from pictory_async._endpoints.account import Account
from pictory_async._endpoints.ai_studio import AiStudio
from pictory_async._endpoints.avatars import Avatars
from pictory_async._endpoints.branding import Brands, SmartLayouts, Styles
from pictory_async._endpoints.connections import (
    AwsConnections,
    VimeoConnections,
    aws_connections,
    vimeo_connections,
)
from pictory_async._endpoints.jobs import PLURAL, JobRoute, Jobs
from pictory_async._endpoints.media import Media
from pictory_async._endpoints.music import Music
from pictory_async._endpoints.projects import Projects
from pictory_async._endpoints.raw import Raw
from pictory_async._endpoints.renders import Renders, renders
from pictory_async._endpoints.storyboards import Storyboards
from pictory_async._endpoints.templates import Templates
from pictory_async._endpoints.transcriptions import Transcriptions, transcriptions
from pictory_async._endpoints.v1 import V1, v1
from pictory_async._endpoints.voices import Voices
from pictory_async._errors import ConfigurationError
from pictory_async._flows.edit_video import EditVideo
from pictory_async._flows.generations import Generations
from pictory_async._flows.plan import Terms
from pictory_async._flows.render_many import RenderMany
from pictory_async._flows.run import Hooks, Run
from pictory_async._flows.spending import Limits
from pictory_async._flows.template_to_videos import FromTemplate
from pictory_async._flows.text_to_video import TextToVideo
from pictory_async._flows.transfers import Transfers
from pictory_async._pace import Pace
from pictory_async._transport.api import Api
from pictory_async._transport.budget import Budget, BudgetTransport
from pictory_async._transport.closing import ClosingTransport
from pictory_async._transport.dialing import Connections
from pictory_async._transport.downloads import Downloads
from pictory_async._transport.retries import RetryTransport
from pictory_async._transport.slots import SlotTransport
from pictory_async._transport.tokens import FetchedTokens, FixedToken, Tokens, TokenTransport
from pictory_async._transport.uploads import Uploads
from pictory_async._version import __version__
from pictory_async._waiting.history import History
from pictory_async._waiting.looks import Looks
from pictory_async._waiting.many_jobs import wait_for_many
from pictory_async._waiting.one_job import Waits
from pictory_async._waiting.schedule import ByProgress, Schedule
from pictory_async._wire.protocol import HEADER_WORD, Token


if TYPE_CHECKING:
    from collections.abc import AsyncIterable, Iterable
    from contextlib import AbstractAsyncContextManager

    from pictory_async._credentials import Credentials
    from pictory_async._flows.run import OnJob
    from pictory_async._models.jobs import Job
    from pictory_async._retry import Retry
    from pictory_async._settings import Timeouts
    from pictory_async._transport.downloads import OnBytes
    from pictory_async._waiting.one_job import OnProgress
    from pictory_async._waiting.outcomes import Outcomes
    from pictory_async._waiting.wait import Patience


T = TypeVar("T")

_log = logging.getLogger("pictory_async")

_BEYOND_A_PATH: Final = frozenset("@?#")
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})


@attrs.frozen(kw_only=True)
class Parts:
    """What a client consists of."""

    connections: httpx.AsyncBaseTransport
    budget: Budget
    tokens: Tokens
    raw: Raw
    waits: Waits
    transfers: Transfers
    text_to_video: TextToVideo
    edit_video: EditVideo
    from_template: FromTemplate
    render_many: RenderMany
    account: Account
    ai_studio: AiStudio
    avatars: Avatars
    aws_connections: AwsConnections
    brands: Brands
    jobs: Jobs
    media: Media
    music: Music
    projects: Projects
    renders: Renders
    smart_layouts: SmartLayouts
    storyboards: Storyboards
    styles: Styles
    templates: Templates
    transcriptions: Transcriptions
    v1: V1
    vimeo_connections: VimeoConnections
    voices: Voices

    def many(
        self,
        jobs: Iterable[Job[Any] | str] | AsyncIterable[Job[Any] | str],
        patience: Patience,
        schedule: Schedule | None,
    ) -> AbstractAsyncContextManager[Outcomes[Any]]:
        """Wait for many jobs."""
        terms = self.waits.terms(patience, schedule)
        return wait_for_many(jobs, terms, self.budget.on_refusal)

    def run(
        self,
        timeout: float | None,
        on_job: OnJob | None,
        on_progress: OnProgress | None,
        on_bytes: OnBytes | None,
    ) -> Run:
        """Start a flow.

        Raises:
            InvalidRequestError: The timeout is none, or a hook is no function.
        """
        return Run.start(self.waits, self.hooks(on_job, on_progress, on_bytes), timeout)

    def batch(
        self,
        *,
        submitting: int,
        pending: int,
        downloading: int,
        timeout: float | None,
        outage: float,
        fail_fast: bool,
        breaker: int | None,
        limits: Limits | None,
        hooks: Hooks,
    ) -> Terms:
        """Return how a batch goes about it.

        Raises:
            InvalidRequestError: An argument is not what it should be.
        """
        return Terms(
            submitting=submitting,
            pending=pending,
            downloading=downloading,
            timeout=timeout,
            outage=outage,
            fail_fast=fail_fast,
            breaker=breaker,
            limits=checked_setting(limits, Limits, "limits"),
            hooks=hooks,
        )

    def hooks(
        self, on_job: OnJob | None, on_progress: OnProgress | None, on_bytes: OnBytes | None
    ) -> Hooks:
        """Return whom to tell.

        Raises:
            InvalidRequestError: A hook is no function.
        """
        return Hooks(on_job=on_job, on_progress=on_progress, on_bytes=on_bytes)


@attrs.frozen(kw_only=True)
class Wiring:
    """Put the parts of a client together."""

    credentials: Credentials
    base_url: str
    connections: httpx.AsyncBaseTransport
    max_rate: float
    timeouts: Timeouts
    retry: Retry
    schedule: Schedule
    job_path: str | None
    scheme: str | None

    def parts(self) -> Parts:
        """Return the parts, which know each other."""
        slots = self.connections.slots if isinstance(self.connections, SlotTransport) else math.inf
        pace = partial(Pace, self.max_rate)
        budget = Budget(pace, self.retry.longest_retry_after, slots)
        in_turn = BudgetTransport(self.connections, budget, within=True)
        tokens = self._tokens(in_turn)
        history = History()
        api = self._api(tokens, in_turn, budget, history)
        route = JobRoute(api, self.job_path)
        waits = Waits(Looks(route.look), history, self.schedule, random.random)
        media, templates, texts = Media(api), Templates(api), transcriptions(api)
        generations = Generations(storyboards=Storyboards(api), renders=renders(api), v1=v1(api))
        transfers = self._transfers(media)
        many = RenderMany(
            account=Account(api),
            templates=templates,
            generations=generations,
            transfers=transfers,
            waits=waits,
            on_refusal=budget.on_refusal,
        )
        return Parts(
            connections=self.connections,
            budget=budget,
            tokens=tokens,
            raw=Raw(api),
            waits=waits,
            transfers=transfers,
            text_to_video=TextToVideo(generations, transfers),
            edit_video=EditVideo(
                transcriptions=texts, generations=generations, transfers=transfers
            ),
            from_template=FromTemplate(templates=templates, many=many),
            render_many=many,
            account=many.account,
            ai_studio=AiStudio(api),
            avatars=Avatars(api),
            aws_connections=aws_connections(api),
            brands=Brands(api),
            jobs=Jobs(api, route),
            media=media,
            music=Music(api),
            projects=Projects(api),
            renders=generations.renders,
            smart_layouts=SmartLayouts(api),
            storyboards=generations.storyboards,
            styles=Styles(api),
            templates=templates,
            transcriptions=texts,
            v1=generations.v1,
            vimeo_connections=vimeo_connections(api),
            voices=Voices(api),
        )

    def _api(
        self,
        tokens: Tokens,
        in_turn: httpx.AsyncBaseTransport,
        budget: Budget,
        history: History,
    ) -> Api:
        # The token comes after the turn, since a turn may take longer than a token serves.
        transport = TokenTransport(
            self.connections,
            in_turn,
            self.base_url,
            tokens,
            scheme=self.scheme,
            user_id=self.credentials.user_id,
        )
        headers = {**self._headers(), "Accept": "application/json"}
        retries = RetryTransport(BudgetTransport(transport, budget), self.retry)
        return Api(retries, self.base_url, headers, self._extension(), history.submitted)

    def _transfers(self, media: Media) -> Transfers:
        headers, times = self._headers(), self._extension()
        streams = RetryTransport(self.connections, self.retry, whole=False)
        return Transfers(
            media=media,
            uploads=Uploads(RetryTransport(self.connections, self.retry), headers, times),
            downloads=Downloads(streams, headers, times, self.retry, random.random),
        )

    def _tokens(self, in_turn: httpx.AsyncBaseTransport) -> Tokens:
        if isinstance(self.credentials, ApiKey):
            return FixedToken(Token(self.credentials.key))
        return FetchedTokens(
            RetryTransport(in_turn, self.retry),
            self.base_url,
            self.credentials,
            self._headers(),
            self._extension(),
        )

    def _headers(self) -> dict[str, str]:
        # The guard in front of the service refuses the defaults of some HTTP libraries.
        python = platform.python_version()
        agent = f"pictory-async/{__version__} python/{python} httpx/{httpx.__version__}"
        return {"User-Agent": agent}

    def _extension(self) -> dict[str, float | None]:
        times = self.timeouts
        return {
            "connect": times.connect,
            "read": times.read,
            "write": times.write,
            "pool": times.slot,
        }


def checked_scheme(scheme: str | None) -> str | None:
    """Return the word before the token.

    Raises:
        ConfigurationError: It cannot stand in a header.
    """
    if scheme and not HEADER_WORD.fullmatch(scheme):
        msg = f"scheme: expected one word of printable ASCII, such as Bearer, found {scheme!r}"
        raise ConfigurationError(msg)
    return scheme


def checked_setting(given: object, kind: type[T], name: str) -> T:
    """Return a setting, its default where none is given.

    Raises:
        ConfigurationError: It is of another kind.
    """
    if given is None:
        return kind()
    if not isinstance(given, kind):
        msg = f"{name}: expected {kind.__name__}(...), found {type(given).__name__}"
        raise ConfigurationError(msg)
    return given


def checked_schedule(given: object) -> Schedule:
    """Return the schedule, the usual one where none is given.

    Raises:
        ConfigurationError: It is none.
    """
    if given is None:
        return ByProgress()
    if isinstance(given, type) or not isinstance(given, Schedule):
        found = type(given).__name__
        msg = f"schedule: expected a schedule, such as schedules.Fixed(), found {found}"
        raise ConfigurationError(msg)
    return given


def checked_job_path(path: str | None) -> str | None:
    """Return the path of the job endpoint.

    Raises:
        ConfigurationError: It is no path with a place for the id.
    """
    if path is not None and (not path.startswith("/") or path.count("{job_id}") != 1):
        msg = f"job_path: expected a path with {{job_id}} in it, such as {PLURAL}, found {path!r}"
        raise ConfigurationError(msg)
    return path


def checked_rate(given: float | None) -> float:
    """Return the requests a second that may be sent; infinite for any number.

    Raises:
        ConfigurationError: It is not a number above 0.
    """
    if given is None:
        return math.inf
    if (
        isinstance(given, bool)
        or not isinstance(cast("object", given), int | float)
        or not given > 0
    ):
        msg = f"max_rate: expected requests a second above 0, or None, found {given!r:.60}"
        raise ConfigurationError(msg)
    return given


def checked_connections(
    given: httpx.AsyncBaseTransport | None, slots: int, proxy: str | None
) -> httpx.AsyncBaseTransport:
    """Return what sends all requests: the transport that is given, or connection slots.

    Raises:
        ConfigurationError: There are no slots, or the proxy is not a URL.
    """
    if given is not None:
        return ClosingTransport(given)
    if isinstance(slots, bool) or not isinstance(cast("object", slots), int) or slots < 1:
        msg = f"slots: expected a whole number of at least 1, found {slots!r:.60}"
        raise ConfigurationError(msg)
    return SlotTransport(slots, Connections(proxy))


def checked_credentials(given: object) -> Credentials:
    """Return the credentials, from the environment where none are given.

    Raises:
        ConfigurationError: They are neither a key nor a client's, or the environment has none.
    """
    if given is None:
        return credentials_from_environment()
    if not isinstance(given, ApiKey | ClientCredentials):
        found = type(given).__name__
        msg = f"credentials: expected ApiKey(...) or ClientCredentials(...), found {found}"
        raise ConfigurationError(msg)
    return given


def checked_base_url(given: str | None) -> str:
    """Return the base URL without a slash at its end, from the environment where none is given.

    Raises:
        ConfigurationError: It is not an http or https URL, or more than one.
    """
    url = base_url_from_environment() if given is None else given
    name = "PICTORY_API_BASE_URL" if given is None else "base_url"
    if not _BEYOND_A_PATH.isdisjoint(str(url)):
        msg = f"{name}: expected a URL without user, query and fragment"
        raise ConfigurationError(msg)
    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, TypeError):
        parsed = httpx.URL()
    if parsed.scheme not in {"http", "https"} or not parsed.host:
        msg = f"{name}: expected an http or https URL, found {url!r}"
        raise ConfigurationError(msg)
    if parsed.scheme == "http" and parsed.host not in _LOOPBACK:
        _log.warning("%s is not https: credentials go to %s unencrypted", name, parsed.host)
    return url.rstrip("/")
