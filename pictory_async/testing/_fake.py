"""FakePictory: the service in a box, with its state, its clock and its books."""

import threading
import time
from collections.abc import Callable, Collection, Mapping
from contextlib import AbstractContextManager
from types import MappingProxyType
from typing import Any, ClassVar

import attrs
import httpx

from pictory_async.testing import _routes
from pictory_async.testing._handlers import files
from pictory_async.testing._looks import FakeSchedule
from pictory_async.testing._messages import RecordedRequest, Reply, Request, parse_or_none
from pictory_async.testing._service import IN_PROCESS, Exchange
from pictory_async.testing._shelf import Shelf
from pictory_async.testing._transport import FakeTransport
from pictory_async.testing._trouble import Ambush, Trouble
from pictory_async.testing._webhooks import Poster, RecordedWebhook
from pictory_async.testing._world import FakeClock, FakeJob, JobFailure, JobRoute, Settings, World


class FakePictory:
    """A stand-in for the service that keeps state and can be told to misbehave.

    One core, two faces: `transport` for clients in the same process, `serve` for any other. It
    is safe to use from many threads. All requests and films are kept until it is dropped.

    Args:
        clients: The client ids that may fetch tokens, with their secrets. By default any.
        api_keys: The API keys that are valid. By default all that begin with ``pictai_``.
        user_id: What calls with a token must carry in ``X-Pictory-User-Id``, if anything.
        token_lifetime: How long a token serves, in seconds of the clock: ``expires_in`` is
            true at any speed.
        speed: Fake seconds per second of the clock, so that jobs end sooner.
        clock: What is read for the time, e.g. ``trio.current_time``.
        preview_seconds: How long a preview takes, in fake seconds.
        render_seconds: How long a render takes, in fake seconds.
        media_seconds: How long transcriptions, highlights, AI images and videos take.
        page_size: How many items are on a page of a list.
        draw: Whether to draw films, which needs the extra ``video``. Otherwise, and without
            the extra, each video is the same small clip; ``videoDuration`` and the subtitles
            are those of the film that was asked for all the same.
        job_route: Whether looks are answered at ``/v1/jobs/…`` (``plural``), at ``/v1/job/…``
            (``singular``), or at both, as the pages of the reference spell it.
        unknown_job_status: The HTTP status for a look at a job that nobody knows.
        rate_limit: How many calls of the API are let in each fake second, and saved up for one;
            what is above is answered 429. None for any number.
        latency: Seconds of the event loop from a request to the beginning of its answer, whatever
            the `speed`; the work is done when the request comes.
        webhooks: Whether the results of jobs are posted to the ``webhook`` of their requests, as
            soon as they end by the clock: once, unless `Trouble.webhook` says otherwise, and
            also where they fail. A thread posts them, so that on a virtual clock the post comes
            a moment of real time later.
        webhook_hosts: The hosts that may be posted to beside this machine's own.
    """

    base_url: ClassVar[str] = IN_PROCESS.api
    operations: ClassVar[tuple[str, ...]] = _routes.OPERATIONS
    """What `trouble` and `count` take beside ``*``: method and template of each route."""

    def __init__(
        self,
        *,
        clients: Mapping[str, str] | None = None,
        api_keys: Collection[str] | None = None,
        user_id: str | None = None,
        token_lifetime: float = 3600.0,
        speed: float = 1.0,
        clock: Callable[[], float] = time.monotonic,
        preview_seconds: float = 15.0,
        render_seconds: float = 60.0,
        media_seconds: float = 20.0,
        page_size: int = 20,
        draw: bool = True,
        job_route: JobRoute = "both",
        unknown_job_status: int = 200,
        rate_limit: float | None = None,
        latency: float = 0.0,
        webhooks: bool = False,
        webhook_hosts: Collection[str] = (),
    ) -> None:
        settings = Settings(
            clients=clients,
            api_keys=api_keys,
            user_id=user_id,
            token_lifetime=token_lifetime,
            preview_seconds=preview_seconds,
            render_seconds=render_seconds,
            media_seconds=media_seconds,
            page_size=page_size,
            job_route=job_route,
            unknown_job_status=unknown_job_status,
            rate_limit=rate_limit,
        )
        self._world = World(settings, FakeClock(clock, speed), Shelf(draw=draw))
        self._latency = latency
        self._ambushes: list[Ambush] = []
        self._requests: list[RecordedRequest] = []
        self._leaks: list[RecordedRequest] = []
        self._lock = threading.RLock()
        self._poster = Poster(self._world, self._lock, webhook_hosts) if webhooks else None

    def transport(self) -> httpx.AsyncBaseTransport:
        """Return a transport that answers at `base_url`, in process, on asyncio and on trio."""
        return FakeTransport(self)

    def serve(self, host: str = "127.0.0.1", port: int = 0) -> AbstractContextManager[str]:
        """Serve over a socket, from a thread, while the context is open.

        Args:
            host: The address to listen at.
            port: The port, or 0 for any that is free.

        Returns:
            A context manager that yields the base URL.

        Raises:
            RuntimeError: The extra ``testing`` is not installed.
        """
        try:
            # Starlette and uvicorn come with the extra, and all else must work without them.
            from pictory_async.testing._server import serve  # noqa: PLC0415 - needs the extra
        except ImportError as exc:
            install = "pip install 'pictory-async[testing]'"
            msg = f"FakePictory.serve needs the extra 'testing': {install}"
            raise RuntimeError(msg) from exc
        return serve(self, host, port)

    def schedule(self, interval: float = 10.0) -> FakeSchedule:
        """Return a schedule for a client, so that its looks keep up with this clock's `speed`.

        Where jobs take no time, or go by fast, whole flows take milliseconds with it. A client's
        own schedules wait for seconds: they spare a service that is real.

        Args:
            interval: Fake seconds between two looks at a job. The first one comes at once.
        """
        return FakeSchedule(interval / (self._world.clock.speed or 1.0))

    def handle(self, request: Request) -> Exchange:
        """Take a request, move the state along, and say what to deliver.

        The two faces are built on this; a test has no need of it.
        """
        with self._lock:
            match = _routes.TABLE.match(request)
            trouble = self._spring(match.operation)
            if trouble is None or trouble.accepted:
                reply = _routes.answer(self._world, request, match)
                self._expect_webhooks(match.operation)
            else:
                reply = trouble.answer or Reply(0)
            exchange = _spoilt(trouble, reply, request.method)
            exchange = attrs.evolve(exchange, latency=self._latency)
            if exchange.fault != "refuse":
                self._record(request, match.operation, exchange)
            return exchange

    def drawing(self, request: Request) -> Callable[[], object] | None:
        """Return the slow work that `handle` would need for a request, to be done in a thread."""
        with self._lock:
            wanted = files.picture_wanted(self._world, request)
        return None if wanted is None else lambda: self._world.shelf.get(*wanted)

    def _expect_webhooks(self, operation: str) -> None:
        hooks, self._world.hooks = self._world.hooks, []
        if self._poster is not None:
            for hook in hooks:
                self._poster.expect(hook, self._spring(operation, webhook=True))

    def _spring(self, operation: str, *, webhook: bool = False) -> Trouble | None:
        for ambush in self._ambushes:
            if (ambush.trouble.fault == "webhook") is webhook and ambush.strikes(operation):
                return ambush.trouble
        return None

    def _record(self, request: Request, operation: str, exchange: Exchange) -> None:
        record = RecordedRequest(
            operation=operation,
            method=request.method,
            path=request.path,
            query=request.query,
            headers=MappingProxyType(dict(request.headers)),
            body=request.body,
            json=parse_or_none(request.body),
            status=exchange.reply.status if exchange.fault in {"answer", "truncate"} else None,
            time=self._world.clock.now(),
        )
        self._requests.append(record)
        if request.area == "files" and request.credentials:
            self._leaks.append(record)

    def trouble(
        self, operation: str, trouble: Trouble, *, times: int | None = 1, skip: int = 0
    ) -> None:
        """Make requests go wrong.

        Troubles for one operation strike in the order in which they were made, each for its
        number of times.

        Args:
            operation: One of `operations`, such as ``POST /v1/video/render``,
                ``GET /v1/jobs/{job_id}`` or ``GET /files/{key}``, or ``*`` for every request.
            trouble: What happens.
            times: How many requests it hits, or None for all.
            skip: How many requests it lets pass before.

        Raises:
            ValueError: There is no such operation, or it is about webhooks and none are posted.
        """
        _check_operation(operation)
        if trouble.fault == "webhook" and self._poster is None:
            msg = "this FakePictory posts no webhooks: make it with webhooks=True"
            raise ValueError(msg)
        with self._lock:
            self._ambushes.append(Ambush(operation, trouble, skip, times))

    def calm(self) -> None:
        """End all trouble."""
        with self._lock:
            self._ambushes.clear()

    def advance(self, seconds: float) -> None:
        """Turn the clock forward by fake seconds."""
        with self._lock:
            self._world.clock.advanced += seconds

    def expire_tokens(self) -> None:
        """Make every token expired that was issued so far."""
        with self._lock:
            self._world.tokens.clear()

    def fail_next(
        self,
        error_code: str = "TEXT_TO_VIDEO_FAILED",
        error_message: str = "The video could not be made.",
        *,
        times: int = 1,
    ) -> None:
        """Make the next job that is submitted fail when its time is up, or the next few."""
        with self._lock:
            self._world.failures.extend([JobFailure(error_code, error_message)] * times)

    def clean(self, job_id: str) -> None:
        """Clean a job: its status becomes ``cleaned``, its files are gone."""
        self.set_status(job_id, "cleaned")

    def say(self, text: str) -> None:
        """Choose what is heard in media that are transcribed from now on."""
        with self._lock:
            self._world.speech = text

    def give_away(self, object_id: str | int) -> None:
        """Let a template, project or connection belong to another account."""
        with self._lock:
            self._world.others.add(str(object_id))

    def add_project(self, project: Mapping[str, Any]) -> None:
        """Add a project as the web application would have left it.

        Args:
            project: The whole object; its `project_id` may be an integer, as in older schemas.
        """
        with self._lock:
            self._world.projects[str(project["project_id"])] = dict(project)

    def set_status(self, job_id: str, status: str | None) -> None:
        """Show a status of a job, perhaps one that nobody has met, until None is set.

        Raises:
            KeyError: There is no such job.
        """
        with self._lock:
            jobs = self._world.jobs
            jobs[job_id] = attrs.evolve(jobs[job_id], status=status)

    def count(self, operation: str) -> int:
        """Count the requests of an operation, ``POST /v1/oauth2/token``, or of ``*``.

        Raises:
            ValueError: There is no such operation.
        """
        _check_operation(operation)
        return sum(operation in ("*", request.operation) for request in self.requests)

    @property
    def now(self) -> float:
        """Fake seconds since the start."""
        with self._lock:
            return self._world.clock.now()

    @property
    def requests(self) -> tuple[RecordedRequest, ...]:
        """All requests that were seen, in order."""
        with self._lock:
            return tuple(self._requests)

    @property
    def webhooks(self) -> tuple[RecordedWebhook, ...]:
        """What was posted to webhooks, in order, and what could not be delivered, with why."""
        return () if self._poster is None else self._poster.records

    @property
    def leaks(self) -> tuple[RecordedRequest, ...]:
        """Requests for files that carried a credential, which must never happen."""
        with self._lock:
            return tuple(self._leaks)

    @property
    def jobs(self) -> Mapping[str, FakeJob]:
        """All jobs by their ids, in the order in which they were submitted."""
        with self._lock:
            return MappingProxyType(dict(self._world.jobs))

    @property
    def billed(self) -> tuple[str, ...]:
        """The ids of all renders, AI images and AI videos that were accepted.

        Also of those whose reply was lost.
        """
        with self._lock:
            return tuple(self._world.billed)

    @property
    def stripped(self) -> tuple[str, ...]:
        """The dotted names of what calls dropped without a word.

        Unknown fields of bodies; `project.<key>` for what an update of a project lost;
        `variables.<name>`, `scenes[0].sceneId` and other places for a variable and a scene that
        the template does not have.
        """
        with self._lock:
            return tuple(self._world.stripped)


def _check_operation(operation: str) -> None:
    # A misspelt one would be counted as 0, or never strike, and a test would prove nothing.
    if operation not in ("*", *_routes.OPERATIONS):
        known = ", ".join(_routes.OPERATIONS)
        msg = f"FakePictory has no operation {operation!r}; it has *, {known}"
        raise ValueError(msg)


def _spoilt(trouble: Trouble | None, reply: Reply, method: str) -> Exchange:
    if trouble is not None and trouble.answer is not None:
        reply = trouble.answer
    sized = reply.sized(method)
    if trouble is None:
        return Exchange("answer", sized, sized.body)
    arriving = trouble.cut(sized.body) if trouble.fault == "truncate" else sized.body
    return Exchange(trouble.fault, sized, arriving)
