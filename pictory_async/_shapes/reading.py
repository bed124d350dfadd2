"""From what the service sent to models, where no detail costs the whole; knows no HTTP."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Mapping, Sequence
from types import NoneType, UnionType
from typing import Any, Final, TypeVar, cast, get_args, get_origin, overload

import attrs

from pictory_async._errors import UnexpectedShapeError
from pictory_async._shapes.checks import under
from pictory_async._shapes.fields import Shape, expected_words, short, wire_name
from pictory_async._shapes.plain import BIGGEST, plain


M = TypeVar("M", bound=Shape)

_log = logging.getLogger("pictory_async")


class LazyModels(Sequence[M]):
    """A sequence of models, each of which is read when it is looked at.

    A transcript has a word for each second of an hour and more; most of its readers want the
    text, or hand it back to the service, and never look at one word of it.

    Args:
        data: The items as they came.
        cls: What they are.
    """

    __slots__ = ("_cls", "_data")

    def __init__(self, data: list[dict[str, Any]], cls: type[M]) -> None:
        self._data = data
        self._cls = cls

    def __len__(self) -> int:
        return len(self._data)

    @overload
    def __getitem__(self, index: int) -> M: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[M]: ...
    def __getitem__(self, index: int | slice) -> M | Sequence[M]:
        """Read an item, or return the items of a slice.

        Raises:
            UnexpectedShapeError: The item lacks what is indispensable.
        """
        if isinstance(index, slice):
            return LazyModels(self._data[index], self._cls)
        try:
            return read_answer(self._data[index], self._cls)
        except UnexpectedShapeError as error:
            step = f"[{index}]"
            raise under(step, error) from None

    def __eq__(self, other: object) -> bool:
        if isinstance(other, LazyModels):
            return self._identity() == other._identity()
        if isinstance(other, list | tuple):
            return [*self] == [*cast("Sequence[object]", other)]
        return NotImplemented

    __hash__ = None  # type: ignore[assignment]  # as a list

    def __repr__(self) -> str:
        return f"<{len(self)} x {self._cls.__name__}>"

    def _identity(self) -> tuple[object, object]:
        return self._cls, self._data

    def to_data(self) -> list[dict[str, Any]]:
        """Return the items as they came."""
        return self._data


@attrs.frozen
class _Field:
    """How a field of an answer is read.

    Args:
        name: What the class calls it.
        names: What the service calls it: any of these.
        kind: What it is declared to hold.
        is_required: Whether there is nothing without it.
        plain: The types of which a value needs no closer look.
        numbers: The types of which a value must be a number to reckon with.
    """

    name: str
    names: tuple[str, ...]
    kind: object
    is_required: bool
    plain: frozenset[type]
    numbers: frozenset[type]


_NUMBERS: Final = frozenset({int, float})
_LISTS: Final = frozenset[object]({tuple, Sequence})
# What a class's field holds of each kind, without a look at what is in it.
_PLAIN: Final[Mapping[object, frozenset[type]]] = {
    str: frozenset({str}),
    bool: frozenset({bool}),
    int: frozenset({int}),
    float: _NUMBERS,
    Mapping: frozenset({dict}),
}

_KNOWN: Final = dict[object, list[tuple["attrs.Attribute[Any]", tuple[str, ...]]]]()
_FIELDS: Final = dict[object, list[_Field]]()
# Which fields of which classes the log has heard of.
_STRANGE: Final = set[tuple[str, str]]()


def known_fields(cls: type[Shape]) -> list[tuple[attrs.Attribute[Any], tuple[str, ...]]]:
    """List the fields that are part of the data, with the names they may have there."""
    if cls not in _KNOWN:
        _KNOWN[cls] = [
            (attribute, (wire_name(attribute), *attribute.metadata.get("aliases", ())))
            for attribute in attrs.fields(cls)
            if attribute.name != "extra" and attribute.metadata.get("in_data", True)
        ]
    return _KNOWN[cls]


def own_fields(cls: type[Shape]) -> list[attrs.Attribute[Any]]:
    """List the fields that are ours, and no part of the data."""
    return [each for each in attrs.fields(cls) if not each.metadata.get("in_data", True)]


def names_of(cls: type[Shape]) -> frozenset[str]:
    """Return all names by which the service calls what a class knows."""
    return frozenset(name for _, names in known_fields(cls) for name in names)


def read_answer(data: Mapping[str, Any], cls: type[M], /, **given: object) -> M:
    """Read an object of an answer; what the class does not know goes to its `extra`.

    What is spelt differently is taken for what it means. What makes no sense leaves its field at
    the default, and is kept in `extra` as it came.

    Args:
        data: The object.
        cls: What it is.
        **given: Fields that are not part of the data.

    Raises:
        UnexpectedShapeError: What is indispensable is not there: a field without a default.
    """
    fields: dict[str, Any] = {**given}
    rest = {**data}
    for field in _fields_of(cls):
        for name in field.names:
            value: Any = rest.pop(name, None)
            if value is None:
                continue
            kind = value.__class__
            # Nearly every value is of this kind, and a transcript has ten thousand words.
            if kind in field.plain or (kind in field.numbers and -BIGGEST <= value <= BIGGEST):
                fields[field.name] = value
                break
            found, is_whole = _part(value, field.kind)
            if not is_whole:
                _keep(value, name, field, cls)
                rest[name] = value
            if found is not attrs.NOTHING:
                fields[field.name] = found
                break
        else:
            if field.is_required:
                raise UnexpectedShapeError(field.names[0], "a value, for it is required", "nothing")
    return cls(**{**fields, "extra": rest})


def read_dict(data: object, cls: type[M]) -> M:
    """Read what `write_dict` gave: an object of an answer, with what is ours beside it.

    Raises:
        UnexpectedShapeError: It is no object, or what is indispensable is not there.
    """
    if not isinstance(data, Mapping):
        raise UnexpectedShapeError(cls.__name__, "an object", short(data))
    rest = {**cast("Mapping[str, Any]", data)}
    ours = {field.name: (rest.pop(field.name, None), field) for field in own_fields(cls)}
    given = {name: _own(value, field) for name, (value, field) in ours.items() if value is not None}
    for name, (_, field) in ours.items():
        if field.default is attrs.NOTHING and name not in given:
            raise UnexpectedShapeError(name, "a value, for it is required", "nothing")
    return read_answer(rest, cls, **given)


def _own(value: object, field: attrs.Attribute[Any]) -> object:
    found, _ = _part(value, field.type)
    if found is attrs.NOTHING:
        raise UnexpectedShapeError(field.name, expected_words(field.type), short(value))
    return found


def _fields_of(cls: type[Shape]) -> list[_Field]:
    if cls not in _FIELDS:
        _FIELDS[cls] = [_field(attribute, names) for attribute, names in known_fields(cls)]
    return _FIELDS[cls]


def _field(attribute: attrs.Attribute[Any], names: tuple[str, ...]) -> _Field:
    kinds = _kinds(attribute.type)
    types = frozenset[type]().union(*(_PLAIN.get(get_origin(k) or k, ()) for k in kinds))
    is_required = attribute.default is attrs.NOTHING
    return _Field(
        attribute.name, names, attribute.type, is_required, types - _NUMBERS, types & _NUMBERS
    )


def _kinds(kind: object) -> list[object]:
    """Return what a value may be, `str` last: anything can be spelt as one."""
    kinds = get_args(kind) if isinstance(kind, UnionType) else (kind,)
    return sorted((each for each in kinds if each is not NoneType), key=lambda each: each is str)


def _part(value: object, kind: object) -> tuple[object, bool]:
    """Return what makes sense of a value, and whether that is all of it."""
    for each in _kinds(kind):
        if get_origin(each) in _LISTS:
            found, is_whole = _items(value, each)
        elif attrs.has(cast("type", each)):
            found, is_whole = _model(value, each), True
        else:
            found, is_whole = plain(value, get_origin(each) or each), True
        if found is not attrs.NOTHING:
            return found, is_whole
    return attrs.NOTHING, False


def _model(value: object, cls: Any) -> object:  # noqa: ANN401 - a class of any model
    if isinstance(value, Mapping):
        with contextlib.suppress(UnexpectedShapeError):
            return read_answer(cast("Mapping[str, Any]", value), cls)
    return attrs.NOTHING


def _items(value: object, kind: object) -> tuple[object, bool]:
    """Return the items of a list that make sense, and whether those are all."""
    if not isinstance(value, list):
        return attrs.NOTHING, False
    came = cast("list[object]", value)
    item_kind = get_args(kind)[0]
    if get_origin(kind) is Sequence:
        items = [cast("dict[str, Any]", item) for item in came if isinstance(item, dict)]
        return LazyModels(items, item_kind), len(items) == len(came)
    parts = [_part(item, item_kind) for item in came]
    found = [part for part, _ in parts if part is not attrs.NOTHING]
    return found, all(is_whole for _, is_whole in parts)


def _keep(value: object, name: str, field: _Field, cls: type[Shape]) -> None:
    """Say what happens to a value that makes no sense.

    Raises:
        UnexpectedShapeError: There is nothing without it.
    """
    if field.is_required:
        raise UnexpectedShapeError(name, expected_words(field.kind), short(value))
    # Never the value: it could be a secret.
    if (cls.__name__, name) not in _STRANGE:
        _STRANGE.add((cls.__name__, name))
        msg = "the %s's %s is not %s; it is kept in extra"
        _log.warning(msg, cls.__name__, name, _expected(field.kind))


def _expected(kind: object) -> str:
    words = expected_words(kind)
    items = [get_args(each)[0] for each in _kinds(kind) if get_origin(each) in _LISTS]
    return f"{words}, each {expected_words(items[0])}" if items else words
