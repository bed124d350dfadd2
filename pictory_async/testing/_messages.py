"""The values that cross the stand-in's border: a request, a reply, a record of both."""

import json
from collections.abc import Mapping
from typing import Any, Literal, Self, TypeAlias
from urllib.parse import urlsplit

import attrs


Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
Object: TypeAlias = "dict[str, Json]"
Area: TypeAlias = Literal["api", "files", "nowhere"]

CREDENTIAL_HEADERS = ("authorization", "x-pictory-user-id")
# RFC 9110, 8.6: these statuses carry neither a body nor its length.
BODILESS = frozenset({204, 304})


@attrs.frozen
class Site:
    """The two places one face of the stand-in answers at, as URLs without a final slash."""

    api: str
    files: str


@attrs.frozen(kw_only=True)
class Request:
    """What a face received; header names are in lower case, the URL has no query."""

    method: str
    url: str
    site: Site
    query: tuple[tuple[str, str], ...] = ()
    headers: Mapping[str, str] = attrs.field(factory=dict[str, str], repr=False)
    body: bytes = attrs.field(default=b"", repr=False)

    @property
    def area(self) -> Area:
        """Say which of the two places the URL lies in, if any."""
        if self.url.startswith(self.site.api + "/"):
            return "api"
        return "files" if self.url.startswith(self.site.files + "/") else "nowhere"

    @property
    def path(self) -> str:
        """Return the path as the table of routes spells it, e.g. ``/v1/video/render``."""
        if self.area == "nowhere":
            return urlsplit(self.url).path
        if self.area == "files":
            return "/files" + self.url.removeprefix(self.site.files)
        return self.url.removeprefix(self.site.api)

    @property
    def credentials(self) -> tuple[str, ...]:
        """Name the headers that identify a customer; their values stay where they are."""
        return tuple(name for name in CREDENTIAL_HEADERS if name in self.headers)


@attrs.frozen
class Reply:
    """What a face sends back."""

    status: int
    headers: Mapping[str, str] = attrs.field(factory=dict[str, str])
    body: bytes = b""

    @classmethod
    def json(cls, status: int, payload: Json) -> Self:
        """Make a reply of the kind that nearly every call gets."""
        return cls(status, {"Content-Type": "application/json"}, json.dumps(payload).encode())

    @classmethod
    def text(cls, status: int, text: str, content_type: str) -> Self:
        """Make a reply that is not JSON."""
        return cls(status, {"Content-Type": content_type}, text.encode())

    def sized(self, method: str) -> Self:
        """Add the length of the body, and drop the body itself for HEAD."""
        if self.status in BODILESS:
            return attrs.evolve(self, body=b"")
        headers = {**self.headers, "Content-Length": str(len(self.body))}
        return type(self)(self.status, headers, b"" if method == "HEAD" else self.body)


class RefusedError(Exception):
    """Ends the handling of a request with a reply; never leaves the core."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.status)
        self.reply = reply


@attrs.frozen(kw_only=True)
class RecordedRequest:
    """One request that reached the stand-in.

    Attributes:
        operation: The method and the template of the route, ``GET /v1/jobs/{job_id}``; the plain
            method and path where no route fits.
        method: The HTTP method.
        path: The path below the base URL, ``/v1/jobs/…`` or ``/files/…``.
        query: Pairs of name and value, in order.
        headers: Names in lower case. Not in the repr: they hold credentials.
        body: The bytes of the body, not in the repr.
        json: The body as JSON, or None where it is not JSON.
        status: The status that was answered, or None where trouble left the request unanswered.
        time: When it came, in fake seconds.
    """

    operation: str
    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    headers: Mapping[str, str] = attrs.field(repr=False)
    body: bytes = attrs.field(repr=False)
    json: Any = attrs.field(repr=False)
    status: int | None
    time: float


def parse(body: bytes) -> Json:
    """Parse a body, or raise ValueError; NaN and Infinity are not JSON."""
    try:
        value: Json = json.loads(body, parse_constant=_refuse_constant)
    except RecursionError as exc:
        msg = "The body is nested too deeply"
        raise ValueError(msg) from exc
    return value


def parse_or_none(body: bytes) -> Json:
    """Parse a body for the records, where anything may stand."""
    try:
        return parse(body)
    except ValueError:
        return None


def _refuse_constant(name: str) -> float:
    msg = f"{name} is not JSON"
    raise ValueError(msg)
