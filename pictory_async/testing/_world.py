"""The state of the stand-in: its clock, tokens, jobs and books; it knows no HTTP."""

import math
import secrets
import uuid
from collections import deque
from collections.abc import Callable, Collection, Mapping
from typing import Literal, TypeAlias

import attrs

from pictory_async.testing._film import NO_FILM, Film
from pictory_async.testing._messages import Json, Object, Site
from pictory_async.testing._shelf import Shelf


Kind: TypeAlias = Literal["storyboard", "render", "transcription", "highlights", "image", "video"]
Generation: TypeAlias = Literal["v1", "v2"]
JobRoute: TypeAlias = Literal["plural", "singular", "both"]

_BILLED = ("render", "image", "video")


@attrs.frozen(kw_only=True)
class Settings:
    """How strict the stand-in is, and how fast."""

    clients: Mapping[str, str] | None = attrs.field(repr=False)
    api_keys: Collection[str] | None = attrs.field(repr=False)
    user_id: str | None
    token_lifetime: float
    preview_seconds: float
    render_seconds: float
    media_seconds: float
    page_size: int
    job_route: JobRoute
    unknown_job_status: int
    rate_limit: float | None


@attrs.frozen
class JobFailure:
    """Why a job fails when its time is up."""

    error_code: str
    error_message: str


@attrs.frozen(kw_only=True)
class FakeJob:
    """One job of the stand-in.

    Attributes:
        id: The id of the job.
        kind: What the job makes.
        generation: Which generation of the API it was submitted through.
        submitted: When, in fake seconds.
        seconds: How many fake seconds the work takes.
        film: What is shown or rendered; an empty one where there is no film.
        result: The part of the result that is known from the start.
        failure: Why it will fail, if it will.
        status: A status that hides the true one, see `FakePictory.set_status`.
    """

    id: str
    kind: Kind
    generation: Generation
    submitted: float
    seconds: float
    film: Film
    result: Object = attrs.field(factory=dict)
    failure: JobFailure | None = None
    status: str | None = None

    def state(self, now: float) -> str:
        """Return the status at a time, `in-progress` until the work is done."""
        if self.status is not None:
            return self.status
        if now < self.submitted + self.seconds:
            return "in-progress"
        return "completed" if self.failure is None else "failed"


@attrs.frozen
class Medium:
    """A file that is no film: something that was uploaded or that an AI made.

    Attributes:
        content_type: What it is.
        content: The bytes, or None where nothing has arrived yet.
        signature: What an upload must show, or None where there can be none.
        expires: Until when, in fake seconds.
    """

    content_type: str
    content: bytes | None
    signature: str | None = attrs.field(default=None, repr=False)
    expires: float = math.inf


@attrs.frozen
class Hook:
    """Where the result of a job is to be posted.

    Attributes:
        job_id: The job.
        url: The `webhook` of the request that submitted it.
        given: The `webhookInput` of that request, or None.
        site: Where the links in the result lead.
    """

    job_id: str
    url: str
    given: Json
    site: Site


@attrs.define
class FakeClock:
    """A clock that can be turned; it starts with the first look at it."""

    clock: Callable[[], float]
    speed: float
    advanced: float = 0.0
    started: float | None = None

    def now(self) -> float:
        """Return the fake seconds since the start."""
        # A virtual clock may only be readable inside the loop, after the construction.
        reading = self.clock()
        if self.started is None:
            self.started = reading
        return (reading - self.started) * self.speed + self.advanced


@attrs.define
class World:
    """Everything that the handlers share, always behind the lock of FakePictory."""

    settings: Settings
    clock: FakeClock
    shelf: Shelf
    tokens: dict[str, float] = attrs.field(factory=dict[str, float], repr=False)
    jobs: dict[str, FakeJob] = attrs.field(factory=dict[str, FakeJob])
    billed: list[str] = attrs.field(factory=list[str])
    stripped: list[str] = attrs.field(factory=list[str])
    failures: deque[JobFailure] = attrs.field(factory=deque[JobFailure])
    media: dict[str, Medium] = attrs.field(factory=dict[str, Medium], repr=False)
    speech: str | None = None
    generated: dict[str, Object] = attrs.field(factory=dict[str, Object])
    templates: dict[str, Object] = attrs.field(factory=dict[str, Object])
    projects: dict[str, Object] = attrs.field(factory=dict[str, Object])
    voices: list[Object] = attrs.field(factory=list[Object])
    connections: dict[str, Object] = attrs.field(factory=dict[str, Object])
    others: set[str] = attrs.field(factory=set[str])
    hooks: list[Hook] = attrs.field(factory=list[Hook])
    allowance: float = math.inf
    allowed_at: float = 0.0

    def is_too_much(self) -> bool:
        """Count a call against the rate limit, and say whether it is above it."""
        limit = self.settings.rate_limit
        if limit is None:
            return False
        now = self.clock.now()
        saved = self.allowance + (now - self.allowed_at) * limit
        self.allowance, self.allowed_at = min(saved, max(limit, 1.0)), now
        if self.allowance < 1:
            return True
        self.allowance -= 1
        return False

    def issue_token(self) -> str:
        """Issue a token beside those that serve already."""
        token = f"eyJ{secrets.token_urlsafe(24)}.{secrets.token_urlsafe(24)}"
        # The client's clock does not run faster than usual: `expires_in` is true at any speed.
        lifetime = self.settings.token_lifetime * self.clock.speed
        self.tokens[token] = self.clock.now() + lifetime
        return token

    def enqueue(
        self,
        kind: Kind,
        generation: Generation,
        film: Film = NO_FILM,
        *,
        result: "Object | None" = None,
        failure: JobFailure | None = None,
    ) -> FakeJob:
        """Accept a job, and bill it where it costs something."""
        if self.failures:
            failure = self.failures.popleft()
        settings = self.settings
        seconds = {"storyboard": settings.preview_seconds, "render": settings.render_seconds}
        job = FakeJob(
            id=str(uuid.uuid4()),
            kind=kind,
            generation=generation,
            submitted=self.clock.now(),
            seconds=seconds.get(kind, settings.media_seconds),
            film=film,
            result=result or {},
            failure=failure,
        )
        self.jobs[job.id] = job
        if kind in _BILLED:
            self.billed.append(job.id)
        return job
