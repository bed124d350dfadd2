"""Values that leave as JSON and come back, and that pydantic and FastAPI take as they are."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar, Self


if TYPE_CHECKING:
    from collections.abc import KeysView, Mapping

    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
    from pydantic_core import CoreSchema


class Value:
    """What has a `to_dict` and a `from_dict`, and stands in annotations of pydantic by them."""

    __slots__ = ()

    # It is no collection of anything: an argument that takes many must go on refusing it.
    __iter__: ClassVar[None] = None

    @abstractmethod
    def to_dict(self) -> dict[str, Any]:
        """Return this as a JSON object; every class says what is in it."""

    def keys(self) -> KeysView[str]:
        """Return the names in the JSON object, so that `dict(value)` is the same as `to_dict`.

        FastAPI makes JSON by that of what a handler returns without saying of which class it is.
        """
        return self.to_dict().keys()

    def __getitem__(self, name: str) -> object:
        """Return what the JSON object has under a name.

        Raises:
            KeyError: There is nothing of this name.
        """
        return self.to_dict()[name]

    # Both are pydantic's, which nobody else imports.
    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: object, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        from pictory_async._shapes.schemas import core_schema_of  # noqa: PLC0415

        return core_schema_of(cls, source, handler)

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        from pictory_async._shapes.schemas import json_schema_of  # noqa: PLC0415

        return json_schema_of(cls, schema, handler)


class Own(Value):
    """A value that no page of the service knows: its JSON has the names that Python has.

    What holds the result of a job says its kind in a word beside it.
    """

    __slots__ = ()

    _kinds: ClassVar[Mapping[str, type[Any]]] = {}

    def to_dict(self) -> dict[str, Any]:
        """Return this as a JSON object: all fields by their names, kinds as words.

        Raises:
            InvalidRequestError: A job is of a kind that is none of a result.
        """
        from pictory_async._shapes.own import write_own  # noqa: PLC0415

        return write_own(self, self._kinds)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Read what `to_dict` gave; fields that this version does not know are left out.

        Raises:
            InvalidRequestError: A field is missing, or not what it should be.
            UnexpectedShapeError: A result lacks what is indispensable.
        """
        from pictory_async._shapes.own import read_own  # noqa: PLC0415

        return read_own(data, cls, cls._kinds)
