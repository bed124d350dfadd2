"""Connections to S3 and Vimeo (api-reference/aws-integration, api-reference/vimeo-integration)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from pictory_async._convert import to_data
from pictory_async._endpoints._listing import listing
from pictory_async._envelopes import done, each, one
from pictory_async._errors import InvalidRequestError
from pictory_async._models.connections import (
    AwsConnection,
    ConnectionChange,
    NewAwsConnection,
    NewVimeoConnection,
    VimeoConnection,
)
from pictory_async._retry import Repeat
from pictory_async._transport._api import Operation


if TYPE_CHECKING:
    from pictory_async._models.pages import Listing
    from pictory_async._transport._api import Api


AWS_CREATE: Final = Operation("POST", "/v1/awsconnections", Repeat.UNLESS_SENT)
AWS_LIST: Final = Operation("GET", "/v1/awsconnections", Repeat.FREELY)
AWS_GET: Final = Operation("GET", "/v1/awsconnections/{connection_id}", Repeat.FREELY)
AWS_UPDATE: Final = Operation("PUT", "/v1/awsconnections/{connection_id}", Repeat.UNLESS_SENT)
AWS_DELETE: Final = Operation("DELETE", "/v1/awsconnections/{connection_id}", Repeat.UNLESS_SENT)
VIMEO_CREATE: Final = Operation("POST", "/v1/vimeo-connections", Repeat.UNLESS_SENT)
VIMEO_LIST: Final = Operation("GET", "/v1/vimeo-connections", Repeat.FREELY)
VIMEO_GET: Final = Operation("GET", "/v1/vimeo-connections/{connection_id}", Repeat.FREELY)
VIMEO_UPDATE: Final = Operation("PUT", "/v1/vimeo-connections/{connection_id}", Repeat.UNLESS_SENT)
# Deleting what is gone is no error, says api-reference/vimeo-integration.
VIMEO_DELETE: Final = Operation("DELETE", "/v1/vimeo-connections/{connection_id}", Repeat.FREELY)


@attrs.frozen
class AwsConnections:
    """Connections to read media from S3."""

    _api: Api

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
        return one(await self._api.send(AWS_CREATE, json=to_data(new)), AwsConnection)

    def list(self) -> Listing[AwsConnection]:
        """List the connections.

        Source: `GET /v1/awsconnections` of docs.pictory.ai.
        """
        return listing(self._api, AWS_LIST, each(AwsConnection))

    async def get(self, connection: AwsConnection | str) -> AwsConnection:
        """Return a connection as it is now.

        Raises:
            APIError: There is none, or it is somebody else's.

        Source: `GET /v1/awsconnections/{connectionid}` of docs.pictory.ai.
        """
        return one(await self._api.send(AWS_GET, _ids(connection)), AwsConnection)

    async def update(
        self,
        connection: AwsConnection,
        *,
        name: str | None = None,
        description: str | None = None,
        enabled: bool | None = None,
    ) -> AwsConnection:
        """Change what is given, unless somebody else has changed the connection since.

        Args:
            connection: The connection as it was read, for its version.
            name: Another name.
            description: Another description.
            enabled: Whether it may be used.

        Raises:
            APIError: The service refused, for instance because the version is old.

        Source: `PUT /v1/awsconnections/{connectionid}` of docs.pictory.ai.
        """
        change = _change(connection, name, description, enabled)
        answer = await self._api.send(AWS_UPDATE, _ids(connection), json=change)
        return one(answer, AwsConnection)

    async def delete(self, connection: AwsConnection | str) -> None:
        """Delete a connection.

        Raises:
            NotFoundError: There is none.
            PermissionDeniedError: It is somebody else's.

        Source: api-reference/aws-integration/delete-aws-connection.
        """
        done(await self._api.send(AWS_DELETE, _ids(connection)))


@attrs.frozen
class VimeoConnections:
    """Connections to publish at Vimeo."""

    _api: Api

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
        return one(await self._api.send(VIMEO_CREATE, json=to_data(new)), VimeoConnection)

    def list(self, *, page_key: str | None = None) -> Listing[VimeoConnection]:
        """List the connections.

        Args:
            page_key: The first page's key, or None for the beginning.

        Source: api-reference/vimeo-integration/get-vimeo-connections.
        """
        return listing(self._api, VIMEO_LIST, each(VimeoConnection), page_key=page_key)

    async def get(self, connection: VimeoConnection | str) -> VimeoConnection:
        """Return a connection as it is now.

        Raises:
            APIError: There is none, or it is somebody else's.

        Source: `GET /v1/vimeo-connections/{connectionid}` of docs.pictory.ai.
        """
        return one(await self._api.send(VIMEO_GET, _ids(connection)), VimeoConnection)

    async def update(
        self,
        connection: VimeoConnection,
        *,
        name: str | None = None,
        description: str | None = None,
        enabled: bool | None = None,
    ) -> VimeoConnection:
        """Change what is given, unless somebody else has changed the connection since.

        Args:
            connection: The connection as it was read, for its version.
            name: Another name.
            description: Another description.
            enabled: Whether it may be used.

        Raises:
            APIError: The service refused, for instance because the version is old.

        Source: `PUT /v1/vimeo-connections/{connectionid}` of docs.pictory.ai.
        """
        change = _change(connection, name, description, enabled)
        answer = await self._api.send(VIMEO_UPDATE, _ids(connection), json=change)
        return one(answer, VimeoConnection)

    async def delete(self, connection: VimeoConnection | str) -> None:
        """Delete a connection; one that is gone already is no error.

        Source: `DELETE /v1/vimeo-connections/{connectionid}` of docs.pictory.ai.
        """
        done(await self._api.send(VIMEO_DELETE, _ids(connection)))


def _ids(connection: AwsConnection | VimeoConnection | str) -> dict[str, str]:
    return {"connection_id": connection if isinstance(connection, str) else connection.id}


def _change(
    connection: AwsConnection | VimeoConnection,
    name: str | None,
    description: str | None,
    enabled: bool | None,
) -> dict[str, object]:
    if connection.version is None:
        expected = "a connection as it was read, with its version"
        raise InvalidRequestError("connection", expected, f"none in {connection.id}")
    # No page says that a PUT may leave out what stays: it stands there as it was read.
    change = ConnectionChange(
        name=connection.name if name is None else name,
        description=connection.description if description is None else description,
        enabled=connection.enabled if enabled is None else enabled,
        version=connection.version,
    )
    return to_data(change)
