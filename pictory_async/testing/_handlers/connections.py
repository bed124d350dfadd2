"""Connections to S3 and Vimeo (v2.md, section 11)."""

import re
import uuid
from typing import Literal, TypeAlias

import attrs

from pictory_async.testing import _refusals as refusals
from pictory_async.testing._gate import Call, Route
from pictory_async.testing._handlers._pages import page_of
from pictory_async.testing._messages import Object, RefusedError, Reply
from pictory_async.testing._schema import Check, Report, flag, number, record, text
from pictory_async.testing._world import World


Cloud: TypeAlias = Literal["AWS", "Vimeo"]

_DATE = "2026-01-01T00:00:00Z"
_SECRETS = ("clientIdentifier", "clientSecret", "accessToken")
_NAME = re.compile(r"[A-Za-z0-9 _-]{1,100}")


@attrs.frozen
class _Connections:
    """The calls of one cloud.

    Args:
        cloud: Which one.
        path: Where its connections are.
        new: What a new connection must be like.
    """

    cloud: Cloud
    path: str
    new: Check

    def create(self, world: World, call: Call) -> Reply:
        given = {key: value for key, value in call.payload.items() if key not in _SECRETS}
        connection: Object = {
            "connectionId": str(uuid.uuid4()),
            **given,
            "createdDate": _DATE,
            "updatedDate": _DATE,
            "version": 1,
        }
        if self.cloud == "AWS":
            connection["type"] = "AWS"
        world.connections[self._key(str(connection["connectionId"]))] = connection
        return Reply.json(200, connection)

    def list(self, world: World, call: Call) -> Reply:
        mine = [value for key, value in world.connections.items() if key.startswith(self.path)]
        if self.cloud == "AWS":
            # v2.md, section 3: no paging is documented.
            return Reply.json(200, {"Items": [*mine]})
        key = dict(call.request.query).get("nextPageKey")
        size = world.settings.page_size
        found, following = page_of(mine, key, size, lambda item: item["connectionId"])
        rest: Object = {} if following is None else {"nextPageKey": following}
        return Reply.json(200, {"Items": [*found], **rest})

    def get(self, world: World, call: Call) -> Reply:
        return Reply.json(200, self._find(world, call))

    def update(self, world: World, call: Call) -> Reply:
        before = self._find(world, call)
        if call.payload["version"] != before["version"]:
            # "Optimistic lock", says v2.md, section 11; the status is not documented, [?].
            return refusals.code(409, "INVALID_REQUEST", "The connection has changed since.")
        version = _version(before) + 1
        after: Object = {**before, **call.payload, "version": version}
        world.connections[self._key(call.params["connection_id"])] = after
        return Reply.json(200, after)

    def delete(self, world: World, call: Call) -> Reply:
        if self.cloud == "AWS":
            self._find(world, call)
        world.connections.pop(self._key(call.params["connection_id"]), None)
        return Reply(204)

    def _find(self, world: World, call: Call) -> Object:
        connection_id = call.params["connection_id"]
        if connection_id in world.others:
            raise RefusedError(refusals.gateway(403, "Forbidden"))
        found = world.connections.get(self._key(connection_id))
        if found is None:
            raise RefusedError(refusals.gateway(404, "Connection not found"))
        return found

    def _key(self, connection_id: str) -> str:
        return f"{self.path}/{connection_id}"

    def routes(self) -> tuple[Route, ...]:
        one, dialect = f"{self.path}/{{connection_id}}", refusals.fields_dialect
        return (
            Route(
                operation=f"POST {self.path}",
                handler=self.create,
                body="object",
                schema=self.new,
                dialect=dialect,
            ),
            Route(operation=f"GET {self.path}", handler=self.list),
            Route(operation=f"GET {one}", handler=self.get),
            Route(
                operation=f"PUT {one}",
                handler=self.update,
                body="object",
                schema=_CHANGE,
                dialect=dialect,
            ),
            Route(operation=f"DELETE {one}", handler=self.delete),
        )


def _version(connection: Object) -> int:
    version = connection["version"]
    return version if isinstance(version, int) else 0


def _well_named(fields: Object, name: str, report: Report) -> None:
    if not _NAME.fullmatch(str(fields.get("name"))):
        report.refuse(f"{name}name", "must be letters, digits, spaces, _ and -")


_CHANGE = record(
    {"name": text(), "description": text(), "enabled": flag, "version": number(whole=True)},
    required="version",
)
_AWS = record(
    {
        **dict.fromkeys(("name", "awsAccountId", "awsRegion"), text(least=1)),
        "enabled": flag,
        "description": text(),
    },
    required="name awsAccountId awsRegion enabled",
)
_VIMEO = record(
    {
        "name": text(least=1, most=100),
        "description": text(most=250),
        "enabled": flag,
        **dict.fromkeys(_SECRETS, text(least=1, most=500)),
    },
    required=f"name enabled {' '.join(_SECRETS)}",
    rules=(_well_named,),
)
ROUTES: tuple[Route, ...] = (
    *_Connections("AWS", "/v1/awsconnections", _AWS).routes(),
    *_Connections("Vimeo", "/v1/vimeo-connections", _VIMEO).routes(),
)
