"""Connections to S3 and Vimeo (api-reference/aws-integration, api-reference/vimeo-integration)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar, cast

import attrs

from pictory_async._endpoints._group import Group
from pictory_async._endpoints._inputs import id_of
from pictory_async._endpoints._listing import listing
from pictory_async._errors import InvalidRequestError
from pictory_async._models.base import short
from pictory_async._models.connections import (
    AwsConnection,
    Connection,
    ConnectionChange,
    NewAwsConnection,
    NewVimeoConnection,
    VimeoConnection,
)
from pictory_async._retry import Repeat
from pictory_async._shapes.convert import to_data
from pictory_async._transport.api import Operation
from pictory_async._wire.envelopes import done, each, one


if TYPE_CHECKING:
    from pictory_async._models.base import RequestModel
    from pictory_async._models.pages import Listing, PageKey
    from pictory_async._transport.api import Api


C = TypeVar("C", bound=Connection)


@attrs.frozen(repr=False)
class Connections(Group, Generic[C]):
    """What can be done with the connections to any cloud.

    Args:
        api: What sends.
        cls: The model of a connection.
        path: Where the connections are.
    """

    _api: Api
    _cls: type[C]
    _path: str

    async def get(self, connection: C | str) -> C:
        """Return a connection as it is now.

        Raises:
            APIError: There is none, or it is somebody else's.

        Source: `GET .../{connectionid}` of docs.pictory.ai.
        """
        operation = Operation("GET", f"{self._path}/{{connection_id}}", Repeat.FREELY)
        return one(await self._api.send(operation, _ids(connection)), self._cls)

    async def update(
        self,
        connection: C,
        *,
        name: str | None = None,
        description: str | None = None,
        enabled: bool | None = None,
    ) -> C:
        """Change what is given, unless somebody else has changed the connection since.

        Args:
            connection: The connection as it was read, for its version.
            name: Another name.
            description: Another description.
            enabled: Whether it may be used.

        Raises:
            InvalidRequestError: The connection has no version.
            APIError: The service refused, for instance because the version is old.

        Source: `PUT .../{connectionid}` of docs.pictory.ai.
        """
        change = _change(connection, name, description, enabled)
        operation = Operation("PUT", f"{self._path}/{{connection_id}}", Repeat.UNLESS_SENT)
        answer = await self._api.send(operation, _ids(connection), json=change)
        return one(answer, self._cls)

    async def delete(self, connection: C | str) -> None:
        """Delete a connection.

        Raises:
            NotFoundError: There is none at AWS; at Vimeo that is no error.
            PermissionDeniedError: It is somebody else's.

        Source: `DELETE .../{connectionid}` of docs.pictory.ai.
        """
        operation = Operation("DELETE", f"{self._path}/{{connection_id}}", Repeat.UNLESS_SENT)
        done(await self._api.send(operation, _ids(connection)))

    async def _create(self, new: RequestModel) -> C:
        operation = Operation("POST", self._path, Repeat.UNLESS_SENT)
        return one(await self._api.send(operation, json=to_data(new)), self._cls)

    def _list(self, page_key: PageKey | None = None) -> Listing[C]:
        operation = Operation("GET", self._path, Repeat.FREELY)
        return listing(self._api, operation, each(self._cls), page_key=page_key)


@attrs.frozen(repr=False)
class AwsConnections(Connections[AwsConnection]):
    """Connections to read media from S3."""

    def list(self) -> Listing[AwsConnection]:
        """List the connections.

        Source: `GET /v1/awsconnections` of docs.pictory.ai.
        """
        return self._list()

    async def create(
        self,
        name: str,
        *,
        aws_account_id: str,
        aws_region: str,
        enabled: bool = True,
        description: str | None = None,
    ) -> AwsConnection:
        """Create a connection; the account needs the role `PictoryCloudIntegrationRole`.

        Args:
            name: What to call it.
            aws_account_id: The account; it cannot change later.
            aws_region: The region; it cannot change later.
            enabled: Whether it may be used.
            description: Words about it.

        Raises:
            InvalidRequestError: An argument is blank.
            APIError: The service refused.

        Source: `POST /v1/awsconnections` of docs.pictory.ai.
        """
        new = NewAwsConnection(
            name=name,
            aws_account_id=aws_account_id,
            aws_region=aws_region,
            enabled=enabled,
            description=description,
        )
        return await self._create(new)


@attrs.frozen(repr=False)
class VimeoConnections(Connections[VimeoConnection]):
    """Connections to publish at Vimeo."""

    def list(self, *, page_key: PageKey | None = None) -> Listing[VimeoConnection]:
        """List the connections.

        Args:
            page_key: The first page's key, or None for the beginning.

        Source: api-reference/vimeo-integration/get-vimeo-connections.
        """
        return self._list(page_key)

    async def create(
        self,
        name: str,
        *,
        client_identifier: str,
        client_secret: str,
        access_token: str,
        enabled: bool = True,
        description: str | None = None,
    ) -> VimeoConnection:
        """Create a connection.

        Args:
            name: What to call it: 1 to 100 letters, digits, spaces, `_` and `-`.
            client_identifier: Of the application at Vimeo, at most 500 characters.
            client_secret: Of the application, at most 500 characters.
            access_token: Of the application, at most 500 characters.
            enabled: Whether it may be used.
            description: Words about it, at most 250 characters.

        Raises:
            InvalidRequestError: An argument is not what it should be.
            APIError: The service refused.

        Source: `POST /v1/vimeo-connections` of docs.pictory.ai.
        """
        new = NewVimeoConnection(
            name=name,
            enabled=enabled,
            client_identifier=client_identifier,
            client_secret=client_secret,
            access_token=access_token,
            description=description,
        )
        return await self._create(new)


def connections_to_aws(api: Api) -> AwsConnections:
    """Return the connections to S3."""
    return AwsConnections(api, AwsConnection, "/v1/awsconnections")


def connections_to_vimeo(api: Api) -> VimeoConnections:
    """Return the connections to Vimeo."""
    return VimeoConnections(api, VimeoConnection, "/v1/vimeo-connections")


def _ids(connection: Connection | str) -> dict[str, str]:
    return {"connection_id": id_of(connection, "connection", AwsConnection, VimeoConnection)}


def _change(
    connection: Connection, name: str | None, description: str | None, enabled: bool | None
) -> dict[str, object]:
    expected = "a connection as it was read, with its version"
    if not isinstance(cast("object", connection), AwsConnection | VimeoConnection):
        raise InvalidRequestError("connection", expected, short(connection))
    if connection.version is None:
        raise InvalidRequestError("connection", expected, f"none in {connection.id}")
    # No page says that a PUT may leave out what stays: it stands there as it was read.
    change = ConnectionChange(
        name=connection.name if name is None else name,
        description=connection.description if description is None else description,
        enabled=connection.enabled if enabled is None else enabled,
        version=connection.version,
    )
    return to_data(change)
