"""From models to what is sent, and from what came back to models; knows cattrs, but no HTTP."""

from __future__ import annotations

import difflib
import functools
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast, get_args, get_origin

import attrs
import cattrs
from cattrs.gen import make_dict_unstructure_fn, override

from pictory_async._errors import InvalidRequestError
from pictory_async._models._base import (
    Open,
    Request,
    as_tuple,
    check_types,
    short,
    wire_name,
)


if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    _Hook = Callable[[Any, Any], Any]
    _Known = list[tuple[attrs.Attribute[Any], tuple[str, ...]]]


_R = TypeVar("_R", bound=Open)


@attrs.define(eq=False, slots=False)
class UnexpectedShapeError(Exception):
    """An answer does not have the shape that the documentation promises.

    Args:
        field: Where, as a path from the top of the answer's data.
        expected: What the documentation promises there.
        found: What is there instead.
    """

    field: str
    expected: str
    found: str

    def __str__(self) -> str:
        return f"{self.field}: expected {self.expected}, found {self.found}"


def payload(value: Request | Mapping[str, Any], cls: type[Request]) -> dict[str, Any]:
    """Give the JSON of a request.

    Args:
        value: A model, or a mapping with the names that the documentation uses. A mapping is
            checked as a model would be; what is `None` in it is left out, and what is under
            `extra` is sent without being known, at every level.
        cls: What the request is to be.

    Raises:
        InvalidRequestError: The service would refuse this, or silently drop a part of it.
    """
    model = _converter(strict=True).structure(value, cls)
    if not isinstance(model, cls):
        expected = f"the {cls.__name__} of this generation of the API, or a mapping with its fields"
        raise InvalidRequestError(cls.__name__, expected, short(value))
    return to_data(model)


def result(data: object, cls: type[_R], **given: object) -> _R:
    """Read a result; what the class does not know goes to its `extra`.

    Args:
        data: The `data` of the answer about a job.
        cls: The class of the result.
        **given: Fields that are not part of the data, such as `job_id`.

    Raises:
        UnexpectedShapeError: The data is not an object, or a field is not of its type.
    """
    if not isinstance(data, Mapping):
        raise UnexpectedShapeError(field="data", expected="an object", found=short(data))
    try:
        known = _known(cls)
        fields, extra = _fields(cast("Mapping[str, Any]", data), known, _converter(strict=False))
        model = _build(cls, known, {**fields, "extra": extra, **given})
        check_types(model)
    except InvalidRequestError as error:
        raise UnexpectedShapeError(error.field, error.expected, error.found) from None
    return model


def to_data(model: Open) -> dict[str, Any]:
    """Give a model in the service's words, without what is not set; the way back from `result`."""
    data: dict[str, Any] = _converter(strict=True).unstructure(model)
    return data


@functools.cache
def _converter(*, strict: bool) -> cattrs.Converter:
    """Build the converter when it is first needed: importing this package must stay cheap."""
    converter = cattrs.Converter(unstruct_collection_overrides={tuple: list})
    # cattrs would make a string of anything and `True` of "false". Here it converts nothing: the
    # models themselves refuse what is not of the right type.
    for kind in (str, bool, int, float):
        converter.register_structure_hook(kind, _as_it_is)
    converter.register_structure_hook_func(lambda kind: not _holds_model(kind), _as_it_is)
    converter.register_structure_hook_factory(_is_tuple_of_models, _tuple_reader)
    converter.register_structure_hook_factory(
        attrs.has, lambda cls, converter: _reader(cls, converter, strict=strict)
    )
    converter.register_unstructure_hook_factory(attrs.has, _writer)
    return converter


def _holds_model(kind: object) -> bool:
    return attrs.has(cast("type", kind)) or any(map(_holds_model, get_args(kind)))


def _is_tuple_of_models(kind: object) -> bool:
    return get_origin(kind) is tuple and _holds_model(kind)


def _as_it_is(value: object, _: object) -> object:
    return value


def _tuple_reader(kind: object, converter: cattrs.Converter) -> _Hook:
    (item_kind, *_) = get_args(kind)

    def read(value: object, _: object) -> object:
        # What is no sequence comes out as it was, for the check of types.
        items = as_tuple(cast("Iterable[object] | None", value))
        if not isinstance(items, tuple):
            return value
        return [_read(i, f"[{n}]", item_kind, converter) for n, i in enumerate(items)]

    return read


def _reader(cls: type[Open], converter: cattrs.Converter, *, strict: bool) -> _Hook:
    known = _known(cls)

    def read(value: object, _: object) -> object:
        if not isinstance(value, Mapping):
            return value
        fields, unknown = _fields(cast("Mapping[str, Any]", value), known, converter)
        extra = _only_extra(unknown, cls) if strict else unknown
        return _build(cls, known, {**fields, "extra": extra})

    return read


def _only_extra(unknown: dict[str, Any], cls: type[Open]) -> Mapping[str, Any]:
    """Return what is under `extra`, which no API has as a field, and refuse all else."""
    extra: Mapping[str, Any] | None = unknown.pop("extra", None)
    for name, found in unknown.items():
        raise InvalidRequestError(str(name), _hint(str(name), cls), short(found))
    return {} if extra is None else extra


def _fields(
    data: Mapping[str, Any], known: _Known, converter: cattrs.Converter
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Give the arguments for a class, by its own names, and what it does not know."""
    fields: dict[str, Any] = {}
    rest = dict(data)
    for attribute, names in known:
        for name in names:
            if attribute.name not in fields and (value := rest.pop(name, None)) is not None:
                fields[attribute.name] = _read(value, name, attribute.type, converter)
    return fields, rest


def _build(cls: type[_R], known: _Known, fields: Mapping[str, Any]) -> _R:
    for attribute, names in known:
        if attribute.default is attrs.NOTHING and attribute.name not in fields:
            raise InvalidRequestError(names[0], "a value, for it is required", "nothing")
    return cls(**fields)


def _known(cls: type[Open]) -> _Known:
    """List the fields that are part of the data, with the names they may have there."""
    return [
        (attribute, (wire_name(attribute), *attribute.metadata.get("aliases", ())))
        for attribute in attrs.fields(cls)
        if attribute.name != "extra" and attribute.metadata.get("in_data", True)
    ]


def _read(value: object, step: str, kind: object, converter: cattrs.Converter) -> object:
    """Read a part; an error in it gets the step that leads there before its path."""
    try:
        return converter.structure(value, cast("type[object]", kind))
    except InvalidRequestError as error:
        joint = "" if error.field.startswith("[") else "."
        path = f"{step}{joint}{error.field}"
        raise InvalidRequestError(path, error.expected, error.found) from None


def _hint(name: str, cls: type[Open]) -> str:
    """Say what to do about a field that a class does not know."""
    near = difflib.get_close_matches(name, [names[0] for _, names in _known(cls)], n=1)
    perhaps = f" (perhaps {near[0]})" if near else ""
    return (
        f"a documented field of {cls.__name__}{perhaps}, since the service may drop any other "
        "silently; to send it on purpose, put it under `extra`"
    )


def _writer(cls: type[Open], converter: cattrs.Converter) -> Callable[[Open], dict[str, Any]]:
    overrides: dict[str, Any] = {name: override(omit=True) for name in attrs.fields_dict(cls)}
    for attribute, (name, *_) in _known(cls):
        unset = attribute.default in (None, ())
        overrides[attribute.name] = override(rename=name, omit_if_default=unset)
    write = make_dict_unstructure_fn(cls, converter, **overrides)

    def write_with_extra(model: Open) -> dict[str, Any]:
        return {**write(model), **converter.unstructure(model.extra)}

    return write_with_extra
