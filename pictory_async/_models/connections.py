"""Connections of the account to the clouds of others."""

import re
from typing import Final

import attrs

from pictory_async._models.base import Open, RequestModel, short


_VIMEO_NAME: Final = re.compile(r"[A-Za-z0-9 _-]{1,100}")


@attrs.frozen(kw_only=True, repr=False)
class Connection(Open):
    """What the connections to all clouds have in common.

    Args:
        id: What `Storyboard.aws_connection_id` or `vimeo_connection_id` takes.
        name: What it is called.
        version: Which change of it this is; an update needs the latest.
        description: Words about it.
        enabled: Whether it may be used.
        created_date: When, in ISO 8601.
        updated_date: When it last changed, in ISO 8601.
        extra: All else that the service sent.
    """

    id: str = attrs.field(metadata={"wire": "connectionId"})
    name: str | None = None
    version: int | None = None
    description: str | None = None
    enabled: bool | None = None
    created_date: str | None = None
    updated_date: str | None = None


@attrs.frozen(kw_only=True, repr=False)
class AwsConnection(Connection):
    """A connection to read from S3: a `Connection`, and the account that it leads to.

    Args:
        aws_account_id: The account, which cannot change.
        aws_region: The region, which cannot change.
        type: `AWS`.
    """

    aws_account_id: str | None = None
    aws_region: str | None = None
    type: str | None = None


@attrs.frozen(kw_only=True, repr=False)
class VimeoConnection(Connection):
    """A connection to publish at Vimeo: a `Connection`, whose secrets never come back."""


@attrs.frozen(kw_only=True, repr=False)
class NewAwsConnection(RequestModel):
    """A connection to read from S3, to be created."""

    name: str
    aws_account_id: str
    aws_region: str
    enabled: bool
    description: str | None = None

    def _check(self) -> None:
        self._filled("name", "aws_account_id", "aws_region")


@attrs.frozen(kw_only=True, repr=False)
class ConnectionChange(RequestModel):
    """What changes in a connection, and the version of it that was seen."""

    name: str | None = None
    description: str | None = None
    enabled: bool | None = None
    version: int

    def _check(self) -> None:
        self._filled("name")


@attrs.frozen(kw_only=True, repr=False)
class NewVimeoConnection(RequestModel):
    """A connection to publish at Vimeo, to be created."""

    name: str
    enabled: bool
    client_identifier: str = attrs.field(repr=False)
    client_secret: str = attrs.field(repr=False)
    access_token: str = attrs.field(repr=False)
    description: str | None = None

    def _check(self) -> None:
        if not _VIMEO_NAME.fullmatch(self.name):
            expected = "1 to 100 letters, digits, spaces, _ and -"
            self._refuse("name", expected, short(self.name))
        self._sized("description", 0, 250)
        for secret in ("client_identifier", "client_secret", "access_token"):
            self._sized(secret, 1, 500)
