"""The table of routes: which operation a request is, and what happens where none fits.

A new endpoint is one more `Route` in the `ROUTES` of a module in `_handlers`; nothing lists them.
"""

import importlib
import pkgutil
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Self

import attrs

from pictory_async.testing import _gate, _handlers
from pictory_async.testing import _refusals as refusals
from pictory_async.testing._gate import Call, Route
from pictory_async.testing._messages import RefusedError, Reply, Request
from pictory_async.testing._world import Hook, JobRoute, World


_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_JOB_ROUTES = {"GET /v1/jobs/{job_id}": "plural", "GET /v1/job/{job_id}": "singular"}


@attrs.frozen
class Match:
    """The route of a request, or None, and the parameters in its path."""

    operation: str
    route: Route | None
    params: Mapping[str, str]
    known_path: bool = False


@attrs.frozen
class _Row:
    method: str
    pattern: re.Pattern[str]
    # For each segment of the path, whether it is a placeholder.
    placeholders: tuple[bool, ...]
    route: Route

    @classmethod
    def of(cls, route: Route) -> Self:
        method, _, template = route.operation.partition(" ")
        # Gateways take a slash at the end; to a storage it is part of the key.
        end = "" if template.startswith("/files/") else "/?"
        pattern = re.compile(_PLACEHOLDER.sub(r"(?P<\1>[^/]+)", template) + end)
        placeholders = tuple("{" in segment for segment in template.split("/"))
        return cls(method, pattern, placeholders, route)


class Table:
    """Finds the route of a request; the order in which the routes are given decides nothing.

    Raises:
        ValueError: An operation occurs twice, perhaps with placeholders of other names.
    """

    def __init__(self, routes: Sequence[Route]) -> None:
        counts = Counter(_PLACEHOLDER.sub("{}", route.operation) for route in routes)
        if twice := [operation for operation, count in counts.items() if count > 1]:
            msg = f"Each operation has one route, but these have more: {', '.join(twice)}"
            raise ValueError(msg)
        # The first row that fits is taken: a literal segment goes before a placeholder.
        self._rows = sorted(map(_Row.of, routes), key=lambda row: row.placeholders)

    def match(self, request: Request) -> Match:
        """Find the route of a request."""
        fits = [
            (row, found)
            for row in self._rows
            if request.area == ("files" if "/files/" in row.route.operation else "api")
            and (found := row.pattern.fullmatch(request.path))
        ]
        for row, found in fits:
            if row.method == request.method:
                return Match(row.route.operation, row.route, found.groupdict())
        return Match(f"{request.method} {request.path}", None, {}, known_path=bool(fits))


def _declared() -> Iterator[Route]:
    # Sorted, as pkgutil promises no order: `OPERATIONS` is what an error message lists.
    for name in sorted(each.name for each in pkgutil.iter_modules(_handlers.__path__)):
        if not name.startswith("_"):
            module = importlib.import_module(f"{_handlers.__name__}.{name}")
            routes: tuple[Route, ...] = module.ROUTES
            yield from routes


DECLARED = tuple(_declared())
OPERATIONS = tuple(route.operation for route in DECLARED)
TABLE = Table(DECLARED)


def answer(world: World, request: Request, match: Match) -> Reply:
    """Let a request in, or not, and answer it."""
    try:
        return _admitted(world, request, match)
    except RefusedError as refusal:
        return refusal.reply


def _admitted(world: World, request: Request, match: Match) -> Reply:
    # Cloudflare stands before the API only, and the gateway's routing before the credentials.
    if request.area == "api":
        _gate.check_robot(request)
        _gate.check_rate(world)
    route = match.route
    if route is None:
        if match.known_path:
            return refusals.gateway(405, "Method Not Allowed")
        return refusals.gateway(404, "Not Found")
    if not _serves(world.settings.job_route, match.operation):
        # What AWS API Gateway says about a path that it does not know.
        return refusals.gateway(403, "Missing Authentication Token")
    if route.guarded:
        _gate.check_credentials(world, request)
    call = Call(request, match.params, _gate.read_body(world, route, request))
    submitted = len(world.jobs)
    reply = route.handler(world, call)
    if len(world.jobs) > submitted:
        _note_webhook(world, call)
    return reply


def _note_webhook(world: World, call: Call) -> None:
    job, url = next(reversed(world.jobs.values())), call.payload.get("webhook")
    if isinstance(url, str) and url:
        # v1.md, section 5: `webhookInput` is of the current generation only.
        given = call.payload.get("webhookInput") if job.generation == "v2" else None
        world.hooks.append(Hook(job.id, url, given, call.request.site))


def _serves(job_route: JobRoute, operation: str) -> bool:
    spelling = _JOB_ROUTES.get(operation)
    return spelling is None or job_route in ("both", spelling)
