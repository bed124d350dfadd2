"""Posts the results of jobs to the URLs that were asked for, from a thread of its own."""

import ipaddress
import json
import threading
import time
import weakref
from collections.abc import Callable, Collection
from typing import Any

import anyio
import anyio.from_thread
import anyio.lowlevel
import attrs
import httpx

from pictory_async.testing._handlers.jobs import describe
from pictory_async.testing._messages import Object
from pictory_async.testing._trouble import Trouble
from pictory_async.testing._world import Hook, World


# Real seconds: any clock can be read again and again, but few can be waited for.
_TICK = 0.01
# Real seconds for a receiver to answer.
_PATIENCE = 10.0


@attrs.frozen(kw_only=True)
class RecordedWebhook:
    """One post of a job's result, or why there was none.

    Attributes:
        job_id: The job that has ended.
        url: Where the result was to be posted.
        body: The answer of a look at the end of the job, with `webhookInput` where the current
            generation was given one.
        status: What the receiver answered, or None where nothing was delivered.
        error: Why nothing was delivered, or None.
        time: When, in fake seconds.
    """

    job_id: str
    url: str
    body: Any = attrs.field(repr=False)
    status: int | None
    error: str | None
    time: float


@attrs.frozen
class _Expected:
    hook: Hook
    copies: int
    due: float


class Poster:
    """Waits for the ends of jobs by the stand-in's clock, and posts their results.

    Its thread begins with the first post that is expected, and ends with the last one, with the
    stand-in, or with the event loop whose clock it reads.
    """

    def __init__(self, world: World, lock: threading.RLock, hosts: Collection[str]) -> None:
        self._world = world
        self._lock = lock
        self._hosts = frozenset(hosts)
        self._expected: list[_Expected] = []
        self._records: list[RecordedWebhook] = []
        self._loop: anyio.lowlevel.EventLoopToken | None = None
        self._works = False

    @property
    def records(self) -> tuple[RecordedWebhook, ...]:
        """Return what was posted so far, and what could not be."""
        with self._lock:
            return tuple(self._records)

    def expect(self, hook: Hook, trouble: Trouble | None) -> None:
        """Post the result of a job when it has ended, as the trouble says where there is any."""
        copies, late = (1, 0.0) if trouble is None else (trouble.copies, trouble.late)
        with self._lock:
            job = self._world.jobs[hook.job_id]
            self._expected.append(_Expected(hook, copies, job.submitted + job.seconds + late))
            self._loop = _running_loop()
            if not self._works:
                self._works = True
                reference = weakref.ref(self)
                name = "FakePictory webhooks"
                threading.Thread(target=_work, args=(reference,), name=name, daemon=True).start()

    def post_due(self) -> bool:
        """Post what is due, and say whether there will be more."""
        now = self._now()
        if now is not None:
            self._post_until(now)
        with self._lock:
            self._works = now is not None and bool(self._expected)
            return self._works

    def _now(self) -> float | None:
        clock = self._world.clock
        try:
            return clock.now()
        except RuntimeError:
            # The clock of an event loop can be read there only.
            return _read_in(self._loop, clock.now)

    def _post_until(self, now: float) -> None:
        with self._lock:
            due = [each for each in self._expected if each.due <= now]
            self._expected = [each for each in self._expected if each.due > now]
        if not due:
            return
        # No proxy of the environment: a post leaves this machine for named hosts only.
        with httpx.Client(trust_env=False, timeout=_PATIENCE) as client:
            for each in sorted(due, key=lambda each: each.due):
                self._post(client, each, now)

    def _post(self, client: httpx.Client, expected: _Expected, now: float) -> None:
        hook, body = expected.hook, self._told(expected.hook)
        obstacle = _obstacle(hook.url, self._hosts)
        for _ in range(expected.copies or 1):
            status, error = None, obstacle
            if expected.copies == 0:
                error = "held back by Trouble.webhook(copies=0)"
            elif obstacle is None:
                status, error = _deliver(client, hook.url, body)
            record = RecordedWebhook(
                job_id=hook.job_id, url=hook.url, body=body, status=status, error=error, time=now
            )
            with self._lock:
                self._records.append(record)

    def _told(self, hook: Hook) -> Object:
        with self._lock:
            # What `set_status` shows, it shows to looks.
            job = attrs.evolve(self._world.jobs[hook.job_id], status=None)
        body = describe(job, job.submitted + job.seconds, hook.site)
        # v2.md, section 12: `webhookInput` is included; all else is what three handlers read.
        return body if hook.given is None else {**body, "webhookInput": hook.given}


def _work(reference: weakref.ref[Poster]) -> None:
    while (poster := reference()) is not None and poster.post_due():
        # Who drops the stand-in does not wait for it.
        del poster
        time.sleep(_TICK)


def _running_loop() -> anyio.lowlevel.EventLoopToken | None:
    try:
        return anyio.lowlevel.current_token()
    except RuntimeError:
        return None


def _read_in(
    loop: anyio.lowlevel.EventLoopToken | None, clock: Callable[[], float]
) -> float | None:
    try:
        return anyio.from_thread.run_sync(clock, token=loop)
    except RuntimeError:
        # The loop has ended, and its time with it.
        return None


def _obstacle(url: str, hosts: Collection[str]) -> str | None:
    """Say why nothing may be posted to a URL, if it may not."""
    try:
        host = httpx.URL(url).host
    except (httpx.InvalidURL, ValueError) as exc:
        return f"no URL: {exc}"
    if host in hosts or host == "localhost" or _is_loopback(host):
        return None
    return f"{host!r} is neither this machine nor among the webhook_hosts"


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _deliver(client: httpx.Client, url: str, body: Object) -> tuple[int | None, str | None]:
    headers = {"Content-Type": "application/json"}
    try:
        reply = client.post(url, content=json.dumps(body).encode(), headers=headers)
    except Exception as exc:  # noqa: BLE001 - the thread goes on to the next receiver
        return None, f"{type(exc).__name__}: {exc}"
    return reply.status_code, None
