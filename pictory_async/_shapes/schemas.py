"""What pydantic asks of a value: how it is read and written, and its fields for OpenAPI.

This is the one module that knows pydantic, and nothing but pydantic imports it.
"""

from __future__ import annotations

import inspect
import re
import types
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast, get_args, get_origin

import attrs
from pydantic_core import InitErrorDetails, PydanticCustomError, ValidationError, core_schema

from pictory_async._errors import InvalidRequestError, UnexpectedShapeError
from pictory_async._shapes.fields import is_request, wire_name
from pictory_async._shapes.own import holds_result, is_error, kinds_of


if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
    from pydantic_core import CoreSchema
    from pydantic_core.core_schema import TypedDictField


_STEP: Final = re.compile(r"\[(\d+)\]|([^.\[\]]+)")
_ARGUMENT: Final = re.compile(r"^    (\w+): (.*(?:\n      .*)*)", re.MULTILINE)
_ERROR: Final = core_schema.typed_dict_schema(
    {
        "type": core_schema.typed_dict_field(core_schema.str_schema()),
        "message": core_schema.typed_dict_field(core_schema.str_schema()),
        "fields": core_schema.typed_dict_field(
            core_schema.nullable_schema(core_schema.dict_schema(core_schema.str_schema()))
        ),
    },
    ref="pictory_async.PictoryError",
)


def core_schema_of(cls: Any, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:  # noqa: ANN401 - any class of ours
    """Return how pydantic reads and writes a class: by its `from_dict` and `to_dict`.

    Args:
        cls: The class.
        source: The annotation: the class, or `Job[Video]` for one with a kind.
        handler: Pydantic's.
    """
    kinds = tuple(kind for each in get_args(source) for kind in kinds_of(each))
    fields = _fields(cls, kinds, handler)
    is_open = "extra" in attrs.fields_dict(cls) and not is_request(cls)
    return core_schema.no_info_wrap_validator_function(
        _reader(cls, kinds),
        # For the sake of OpenAPI: what is read is read by `from_dict`.
        core_schema.typed_dict_schema(fields, extra_behavior="allow" if is_open else "ignore"),
        ref=_ref(cls, kinds),
        serialization=core_schema.plain_serializer_function_ser_schema(
            cls.to_dict, return_schema=core_schema.any_schema()
        ),
    )


def _ref(cls: type[Any], kinds: tuple[object, ...]) -> str:
    """Return what becomes the name of a component: `Video`, `JobUpdate[Video]`, `V1Scene`."""

    def name(kind: object) -> str:
        generation = "V1" if getattr(kind, "__module__", "").endswith("._models.v1") else ""
        return f"pictory_async.{generation}{getattr(kind, '__name__', 'Any')}:{id(kind)}"

    arguments = ",".join(map(name, kinds))
    return f"{name(cls)}[{arguments}]" if kinds else name(cls)


def _reader(cls: Any, kinds: tuple[object, ...]) -> Callable[[object, object], object]:  # noqa: ANN401 - any class of ours
    def read(value: object, _: object) -> object:
        if not isinstance(value, cls):
            try:
                value = cls.from_dict(value)
            except (InvalidRequestError, UnexpectedShapeError) as error:
                raise _invalid(cls, error) from None
        for field in attrs.fields(cls):
            _check_kind(cls, field, getattr(value, field.name), kinds)
        return value

    return read


def _check_kind(
    cls: type[Any], field: attrs.Attribute[Any], found: object, kinds: tuple[object, ...]
) -> None:
    """Refuse a `Job[Video]` where a `Job[Preview]` is asked for."""
    wanted = [kind for kind in kinds if isinstance(kind, type) and kind is not Any]
    if found is None or not wanted or len(wanted) != len(kinds):
        return
    if holds_result(field):
        kind = type(found)
    elif isinstance(found, type):
        kind = found
    else:
        return
    if not issubclass(kind, tuple(wanted)):
        expected = " or ".join(each.__name__ for each in wanted)
        raise _invalid(cls, InvalidRequestError(field.name, expected, kind.__name__))


def _invalid(cls: type[Any], error: InvalidRequestError | UnexpectedShapeError) -> ValidationError:
    """Return pydantic's error, which names the field by the way to it."""
    steps = [int(index) if index else name for index, name in _STEP.findall(error.field)]
    where = () if error.field == cls.__name__ else tuple(steps)
    words = PydanticCustomError(
        "invalid_value",
        "expected {expected}, found {found}",
        {"expected": error.expected, "found": error.found},
    )
    details = InitErrorDetails(type=words, loc=where, input=error.found)
    return ValidationError.from_exception_data(cls.__name__, [details])


def _fields(
    cls: Any,  # noqa: ANN401 - any class of ours
    kinds: tuple[object, ...],
    handler: GetCoreSchemaHandler,
) -> dict[str, TypedDictField]:
    """Return the fields of a class by their names in JSON."""
    is_open = "extra" in attrs.fields_dict(cls)
    word = getattr(cls, "_word", None)
    found: dict[str, TypedDictField] = {}
    if word is not None:
        found["event"] = core_schema.typed_dict_field(core_schema.literal_schema([word]))
    # `extra` last, where it is a field at all: that of an answer is the answer's other fields.
    fields = sorted(attrs.fields(cls), key=lambda field: is_open and field.name == "extra")
    for field in fields[:-1] if is_open and not is_request(cls) else fields:
        schema = _schema(cls, field.type, kinds, handler)
        is_required = field.default is attrs.NOTHING
        found[_name(field, is_open=is_open)] = core_schema.typed_dict_field(
            schema, required=is_required
        )
        if holds_result(field):
            words = core_schema.nullable_schema(_words(cls, kinds))
            found[f"{field.name}_kind"] = core_schema.typed_dict_field(words, required=False)
    return found


def _name(field: attrs.Attribute[Any], *, is_open: bool) -> str:
    is_wired = is_open and field.metadata.get("in_data", True)
    return wire_name(field) if is_wired else field.name


def _schema(
    cls: Any,  # noqa: ANN401 - any class of ours
    annotation: object,
    kinds: tuple[object, ...],
    handler: GetCoreSchemaHandler,
) -> CoreSchema:
    parts: list[CoreSchema | tuple[CoreSchema, str]] = []
    for kind in kinds_of(annotation):
        if isinstance(kind, TypeVar):
            parts += [handler.generate_schema(each) for each in kinds] or [core_schema.any_schema()]
        elif get_origin(kind) is type:
            parts.append(_words(cls, kinds))
        elif is_error(kind):
            parts.append(_ERROR)
        elif kind is Path:
            parts.append(core_schema.str_schema())
        elif kind is not types.NoneType:
            parts.append(handler.generate_schema(kind))
    schema = core_schema.union_schema(parts) if len(parts) > 1 else cast("CoreSchema", parts[0])
    is_nullable = types.NoneType in kinds_of(annotation)
    return core_schema.nullable_schema(schema) if is_nullable else schema


def _words(cls: Any, kinds: tuple[object, ...]) -> CoreSchema:  # noqa: ANN401 - any class of ours
    every: Mapping[str, object] = cls._kinds
    named = [word for word, kind in every.items() if kind in kinds]
    return core_schema.literal_schema(named or [*every])


def json_schema_of(
    cls: Any,  # noqa: ANN401 - any class of ours
    schema: CoreSchema,
    handler: GetJsonSchemaHandler,
) -> dict[str, Any]:
    """Return a class's fields for OpenAPI, the same for what is read and what is written."""
    found = handler(cast("Any", schema)["schema"])
    words = _descriptions(cls)
    for field in attrs.fields(cls):
        name = _name(field, is_open="extra" in attrs.fields_dict(cls))
        if name in found["properties"] and field.name in words:
            found["properties"][name]["description"] = words[field.name]
    for each in found["properties"].values():
        each.pop("title", None)
    return {**found, "title": cls.__name__, "description": _first_words(cls)}


def _first_words(cls: type[Any]) -> str:
    return (inspect.getdoc(cls) or "").partition("\n\n")[0].replace("\n", " ")


def _descriptions(cls: type[Any]) -> dict[str, str]:
    """Return what the docstrings of a class and of those above it say of its fields."""
    found: dict[str, str] = {}
    for each in reversed(cls.__mro__):
        _, _, arguments = inspect.cleandoc(each.__doc__ or "").partition("Args:\n")
        for name, words in _ARGUMENT.findall(arguments.partition("\n\n")[0]):
            found[name] = " ".join(words.split())
    return found
