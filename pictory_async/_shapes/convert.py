"""From models to what is sent, and from what came back to models; knows cattrs, but no HTTP."""

from __future__ import annotations

import functools
import logging
import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast, get_args, get_origin

import attrs
import cattrs
from cattrs.gen import make_dict_unstructure_fn, override

from pictory_async._errors import InvalidRequestError, UnexpectedShapeError
from pictory_async._shapes.checks import check_json, check_text, made_of_json, under
from pictory_async._shapes.fields import Shape, holds_items, is_request, short
from pictory_async._shapes.reading import (
    LazyModels,
    known_fields,
    names_of,
    own_fields,
    read_answer,
)
from pictory_async._shapes.spelling import misspelt, perhaps
from pictory_async._shapes.writing import as_json


if TYPE_CHECKING:
    from collections.abc import Callable

    _Hook = Callable[[Any, Any], Any]
    _Taken = tuple[Mapping[str, Any], dict[str, Any]]
    _TakeUnknown = Callable[[dict[str, Any], type[Shape]], _Taken]
    _Known = list[tuple[attrs.Attribute[Any], tuple[str, ...]]]


_R = TypeVar("_R", bound=Shape)

_log = logging.getLogger("pictory_async")


def payload(
    value: Shape | Mapping[str, Any], cls: type[Shape], strict: bool | None = None
) -> dict[str, Any]:
    """Give the JSON of a request.

    Args:
        value: A model, or a mapping with the names that the documentation uses. A mapping is
            checked as a model would be; a known field that is `None` is left out, and what is
            under `extra` is sent without being known, at every level.
        cls: What the request is to be.
        strict: What becomes of other names in a mapping, at every level. By default one that is
            close to a known name is a misspelt one, and refused; the others are sent, and the
            log says so once. `True` refuses them all, and `False` none.

    Raises:
        InvalidRequestError: The service would refuse this, or silently drop a part of it.
    """
    return to_data(request_of(value, cls, strict))


def request_of(value: Shape | Mapping[str, Any], cls: type[_R], strict: bool | None = None) -> _R:
    """Return a request as a model, where it is a mapping; see `payload`.

    Raises:
        InvalidRequestError: The service would refuse this, or silently drop a part of it.
    """
    model = _converter(_UNKNOWN[strict]).structure(value, cls)
    if not isinstance(model, cls):
        expected = f"the {cls.__name__} of this generation of the API, or a mapping with its fields"
        raise InvalidRequestError(cls.__name__, expected, short(value))
    return model


def read_model(data: object, cls: type[_R], /, **given: object) -> _R:
    """Read what the service sent; what the class does not know goes to its `extra`.

    Args:
        data: What came.
        cls: What it is. A part of a request is read as strictly as it is made.
        **given: Fields that are not part of the data, such as `job_id`.

    Raises:
        UnexpectedShapeError: The data is not an object, or lacks what is indispensable.
    """
    if not isinstance(data, Mapping):
        raise UnexpectedShapeError(field="data", expected="an object", found=short(data))
    if not is_request(cls):
        return read_answer(cast("Mapping[str, Any]", data), cls, **given)
    try:
        return _converter(_keep).structure(data, cls)
    except InvalidRequestError as error:
        raise UnexpectedShapeError(error.field, error.expected, error.found) from None


def to_data(model: Shape) -> dict[str, Any]:
    """Give a model in the service's words, without what is not set: the way back."""
    data: dict[str, Any] = _converter(_keep).unstructure(model)
    return data


def write_dict(model: Shape) -> dict[str, Any]:
    """Give a model in the service's words, and beside them what is ours; `read_dict` reads it.

    In parts of requests unknown fields are under `extra`: elsewhere they would be refused.
    """
    data: dict[str, Any] = _converter(_keep, nests_extra=True).unstructure(model)
    ours = {field.name: getattr(model, field.name) for field in own_fields(type(model))}
    given = {name: value for name, value in ours.items() if value is not None}
    found: dict[str, Any] = as_json({**given, **data, **given})
    return found


@functools.cache
def _converter(take_unknown: _TakeUnknown, *, nests_extra: bool = False) -> cattrs.Converter:
    """Build the converter when it is first needed: importing this package must stay cheap."""
    converter = cattrs.Converter(unstruct_collection_overrides={tuple: list})
    converter.register_structure_hook_factory(_is_tuple_of_models, _tuple_reader)
    converter.register_unstructure_hook_factory(_is_lazy, _sequence_writer)
    if nests_extra:
        # `as_json` writes what is in them: it takes anything, as deep as it may be.
        converter.register_unstructure_hook_func(_is_object, lambda value: value)
    converter.register_structure_hook_factory(
        attrs.has, lambda cls, converter: _reader(cls, converter, take_unknown)
    )
    converter.register_unstructure_hook_factory(
        attrs.has, lambda cls, converter: _writer(cls, converter, nests_extra=nests_extra)
    )
    return converter


_HOLDS_MODEL: Final = dict[object, bool]()


def _holds_model(kind: object) -> bool:
    if kind not in _HOLDS_MODEL:
        inner = any(map(_holds_model, get_args(kind)))
        _HOLDS_MODEL[kind] = inner or attrs.has(cast("type", kind))
    return _HOLDS_MODEL[kind]


def _is_tuple_of_models(kind: object) -> bool:
    return get_origin(kind) is tuple and _holds_model(kind)


def _is_object(kind: object) -> bool:
    plain = get_origin(kind) or kind
    return isinstance(plain, type) and issubclass(plain, Mapping)


def _is_lazy(kind: object) -> bool:
    return get_origin(kind) is Sequence and _holds_model(kind)


def _sequence_writer(_: object, converter: cattrs.Converter) -> Callable[[Any], Any]:
    def write(value: Sequence[Shape]) -> list[Any]:
        if isinstance(value, LazyModels):
            return value.to_data()
        return [converter.unstructure(item) for item in value]

    return write


def _tuple_reader(kind: object, converter: cattrs.Converter) -> _Hook:
    (item_kind, *_) = get_args(kind)

    def read(value: object, _: object) -> object:
        # What is no sequence comes out as it was, for the check of types.
        if not holds_items(value):
            return value
        return [_read_step(i, f"[{n}]", item_kind, converter) for n, i in enumerate(value)]

    return read


def _reader(cls: type[Shape], converter: cattrs.Converter, take_unknown: _TakeUnknown) -> _Hook:
    known = known_fields(cls)

    def read(value: object, _: object) -> object:
        if not isinstance(value, Mapping):
            return value
        fields, unknown = _fields(cast("Mapping[str, Any]", value), known, converter)
        if not unknown:
            return _build(cls, known, fields)
        extra, passed = take_unknown(unknown, cls)
        model = _build(cls, known, {**fields, "extra": extra})
        if passed:
            # Not before: what is under `extra` may stand for what the model demands, and these
            # names may not. A scene of the other generation has a `text` and no `story`.
            object.__setattr__(model, "extra", {**passed, **model.extra})
        return model

    return read


def _keep(unknown: dict[str, Any], _: type[Shape]) -> _Taken:
    return unknown, {}


def _take(
    unknown: dict[str, Any], cls: type[Shape], *, refuses: Callable[[str, tuple[str, ...]], object]
) -> _Taken:
    """Return what is under `extra`, which no API has as a field, and what else is not refused."""
    extra: Mapping[str, Any] | None = unknown.pop("extra", None)
    for name, found in unknown.items():
        if not isinstance(cast("object", name), str) or refuses(name, _names(cls)):
            raise InvalidRequestError(str(name), _hint(str(name), cls), short(found))
        check_text(name, cls.__name__)
        check_json(found, name)
        _tell_of(name, cls.__name__)
    return {} if extra is None else extra, unknown


# Said once for each: the cache remembers. Never the value: it could be a secret.
@functools.lru_cache(maxsize=1024)
def _tell_of(name: str, owner: str) -> None:
    msg = "%s is no documented field of %s: it is sent as it is, and the service may drop it"
    _log.warning(msg, short(name), owner)


# What `strict` means.
_UNKNOWN: Final[Mapping[bool | None, _TakeUnknown]] = {
    None: functools.partial(_take, refuses=misspelt),
    True: functools.partial(_take, refuses=lambda _, __: True),
    False: functools.partial(_take, refuses=lambda _, __: False),
}


def _fields(
    data: Mapping[str, Any], known: _Known, converter: cattrs.Converter
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Give the arguments for a class, by its own names, and what it does not know."""
    fields: dict[str, Any] = {}
    rest = dict(data)
    for attribute, names in known:
        for name in names:
            if attribute.name not in fields and (value := rest.pop(name, None)) is not None:
                # cattrs never sees a plain value: it would make a string of anything and `True` of
                # "false". The models themselves refuse what is not of the right type.
                if _holds_model(attribute.type):
                    value = _read_step(value, name, attribute.type, converter)
                fields[attribute.name] = value
    return fields, rest


def _build(cls: type[_R], known: _Known, fields: Mapping[str, Any]) -> _R:
    for attribute, names in known:
        if attribute.default is attrs.NOTHING and attribute.name not in fields:
            raise InvalidRequestError(names[0], "a value, for it is required", "nothing")
    return made_of_json(cls, fields)


def _read_step(value: object, step: str, kind: object, converter: cattrs.Converter) -> object:
    """Read a part; an error in it gets the step that leads there before its path."""
    try:
        return converter.structure(value, cast("type[object]", kind))
    except InvalidRequestError as error:
        raise under(step, error) from None


def _hint(name: str, cls: type[Shape]) -> str:
    """Say what to do about a field that a class does not know."""
    return (
        f"a documented field of {cls.__name__}{perhaps(name, _names(cls))}, since the service may "
        "drop any other silently; to send it on purpose, put it under `extra`"
    )


def _names(cls: type[Shape]) -> tuple[str, ...]:
    return tuple(names[0] for _, names in known_fields(cls))


def _writer(
    cls: type[Shape], converter: cattrs.Converter, *, nests_extra: bool
) -> Callable[[Shape], dict[str, Any]]:
    overrides: dict[str, Any] = {name: override(omit=True) for name in attrs.fields_dict(cls)}
    for attribute, (name, *_) in known_fields(cls):
        unset = any(attribute.default is nothing for nothing in (None, (), False))
        # What is read lazily may be empty and equal to the default, and goes back as it came.
        unset = unset and not _is_lazy(attribute.type)
        overrides[attribute.name] = override(rename=name, omit_if_default=unset)
    write_all = make_dict_unstructure_fn(cls, converter, **overrides)
    lazy = [(field, name) for field, (name, *_) in known_fields(cls) if _is_lazy(field.type)]

    def write(model: Shape) -> dict[str, Any]:
        data = write_all(model)
        for field, name in lazy:
            if getattr(model, field.name) is field.default:
                del data[name]
        return data

    def write_with_extra(model: Shape) -> dict[str, Any]:
        return {**write(model), **converter.unstructure(model.extra)}

    names = names_of(cls)

    def write_with_what_counts(model: Shape) -> dict[str, Any]:
        # Under a known name null is nothing, and NaN becomes null.
        found = [*write(model).items(), *model.extra.items()]
        return {name: v for name, v in found if name not in names or not _is_null(v)}

    def write_beside_extra(model: Shape) -> dict[str, Any]:
        extra = {"extra": converter.unstructure(model.extra)} if model.extra else {}
        return {**write(model), **extra}

    if not nests_extra:
        return write_with_extra
    return write_beside_extra if is_request(cls) else write_with_what_counts


def _is_null(value: object) -> bool:
    return value is None or (isinstance(value, float) and not math.isfinite(value))
