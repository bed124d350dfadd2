"""The table of routes: which operation a request is, and what happens where none fits.

A new endpoint is one more `Route` in the `ROUTES` of a module, listed here.
"""

import re
from collections.abc import Mapping
from typing import Self

import attrs

from pictory_async.testing import (
    _account,
    _ai_studio,
    _catalogues,
    _connections,
    _files,
    _gate,
    _jobs,
    _media,
    _projects,
    _templates,
    _transcription,
    _v1,
    _v2,
)
from pictory_async.testing import _refusals as refusals
from pictory_async.testing._gate import Call, Route
from pictory_async.testing._messages import RefusedError, Reply, Request
from pictory_async.testing._world import JobRoute, World


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
    route: Route

    @classmethod
    def of(cls, route: Route) -> Self:
        method, _, template = route.operation.partition(" ")
        pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", template)
        return cls(method, re.compile(pattern), route)


_MODULES = (
    _gate,
    _v1,
    _v2,
    _jobs,
    _transcription,
    _media,
    _ai_studio,
    _templates,
    _projects,
    _catalogues,
    _account,
    _connections,
    _files,
)
_ROWS = tuple(_Row.of(route) for module in _MODULES for route in module.ROUTES)
OPERATIONS = tuple(row.route.operation for row in _ROWS)


def match(request: Request) -> Match:
    """Find the route of a request."""
    fits = [
        (row, found)
        for row in _ROWS
        if request.area == ("files" if "/files/" in row.route.operation else "api")
        and (found := row.pattern.fullmatch(request.path))
    ]
    for row, found in fits:
        if row.method == request.method:
            return Match(row.route.operation, row.route, found.groupdict())
    return Match(f"{request.method} {request.path}", None, {}, known_path=bool(fits))


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
    return route.handler(world, Call(request, match.params, _gate.read_body(world, route, request)))


def _serves(job_route: JobRoute, operation: str) -> bool:
    spelling = _JOB_ROUTES.get(operation)
    return spelling is None or job_route in ("both", spelling)
