"""Who and what gets in, by its route: the robot check, the credentials, the body."""

import math
from collections.abc import Callable, Mapping
from typing import Literal, TypeAlias
from urllib.parse import parse_qsl

import attrs

from pictory_async.testing import _refusals as refusals
from pictory_async.testing._messages import Json, Object, RefusedError, Reply, Request, parse
from pictory_async.testing._schema import Check, Report, record
from pictory_async.testing._world import World


@attrs.frozen
class Call:
    """A request that was let in: its path's parameters and its checked body."""

    request: Request
    params: Mapping[str, str]
    payload: Object


Handler: TypeAlias = Callable[[World, Call], Reply]
_FORM = "application/x-www-form-urlencoded"
_ANY_OBJECT = record(keep_unknown=True)
Body: TypeAlias = Literal["none", "object", "optional", "array"]


@attrs.frozen(kw_only=True)
class Route:
    """One operation of the service.

    Attributes:
        operation: Method and template, `GET /v1/jobs/{job_id}`.
        handler: What answers it.
        guarded: Whether it wants credentials.
        body: Whether it takes a JSON object, or an array, which the handler finds in `items`.
        form: Whether the object may come as a form of a page too.
        schema: What the body must be like.
        dialect: The shape in which a wrong body is refused.
    """

    operation: str
    handler: Handler
    guarded: bool = True
    body: Body = "none"
    form: bool = False
    schema: Check = _ANY_OBJECT
    dialect: refusals.Dialect = refusals.gateway_dialect


def check_robot(request: Request) -> None:
    """Refuse what Cloudflare refuses.

    v1.md, section 1: Python urllib's default User-Agent gets 403 and error 1010. That a missing
    one does too is the cautious reading.
    """
    agent = request.headers.get("user-agent", "")
    if not agent or agent.startswith("Python-urllib"):
        raise RefusedError(refusals.cloudflare())


def check_rate(world: World) -> None:
    """Refuse what comes too fast.

    No page gives a number or the shape of the reply, [?]; `Retry-After` is what gateways send.
    """
    if world.is_too_much():
        reply = refusals.gateway(429, "Too Many Requests")
        raise RefusedError(attrs.evolve(reply, headers={**reply.headers, "Retry-After": "1"}))


def check_credentials(world: World, request: Request) -> None:
    """Refuse whoever is not a customer.

    v1.md, section 1: the header equals the access token, or is a raw `pictai_` key; missing,
    invalid or expired ones get 401. Many programs write `Bearer ` before a token, and work; before
    a key it is refused, as the documentation says.
    """
    credential = request.headers.get("authorization", "")
    if credential.startswith("pictai_"):
        keys = world.settings.api_keys
        if keys is None or credential in keys:
            return
    elif world.tokens.get(credential.removeprefix("Bearer "), -math.inf) > world.clock.now():
        _check_user(world, request)
        return
    raise RefusedError(refusals.gateway(401, "Unauthorized"))


def _check_user(world: World, request: Request) -> None:
    # v1.md, section 1: required on all calls with a token; the refusal is not documented, [?].
    # Not 401, which a client answers with a new token.
    expected = world.settings.user_id
    if expected is not None and request.headers.get("x-pictory-user-id") != expected:
        raise RefusedError(refusals.gateway(403, "Forbidden"))


def read_body(world: World, route: Route, request: Request) -> Object:
    """Parse and check the body of a call, and note what the service strips from it."""
    if route.body == "none" or (route.body == "optional" and not request.body):
        return {}
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    as_form = route.form and content_type == _FORM
    if not as_form and content_type != "application/json":
        # v1.md, section 1 demands the header; the refusal is the gateway's usual one, [?].
        raise RefusedError(refusals.gateway(415, "Unsupported Media Type"))
    report = Report()
    fields = _fields(request.body) if as_form else _parsed(route, request.body)
    kept = route.schema(fields, "", report)
    if report.problems:
        raise RefusedError(route.dialect(report.problems))
    world.stripped.extend(report.stripped)
    return kept if isinstance(kept, dict) else {"items": kept}


def _fields(form: bytes) -> Object:
    return {**dict(parse_qsl(form.decode(errors="replace"), keep_blank_values=True))}


def _parsed(route: Route, body: bytes) -> Json:
    try:
        return parse(body)
    except ValueError:
        problem = refusals.Problem("", "The body is not valid JSON")
        raise RefusedError(route.dialect([problem])) from None
