"""What all models share: extra fields, the check of types, and the words of the rules."""

import functools
import math
import re
import types
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, ClassVar, Final, Never, Self, cast, get_args, get_origin, overload

import attrs

from pictory_async._errors import InvalidRequestError
from pictory_async._shapes.checks import check_json, shown_name
from pictory_async._shapes.fields import expected_words, holds_items, short, wire_name
from pictory_async._shapes.spelling import perhaps, value_of
from pictory_async._shapes.twins import TwinFields
from pictory_async._shapes.value import Value


__all__ = [
    "Open",
    "RequestModel",
    "as_flag",
    "as_number",
    "as_tuple",
    "as_whole",
    "check_json",
    "check_types",
    "given",
    "short",
    "wire_name",
]


_PERCENTAGE: Final = re.compile(r"(100|[0-9]{1,2})%")
_PLAIN: Final[Mapping[object, tuple[type, ...]]] = {
    str: (str,),
    bool: (bool,),
    int: (int,),
    float: (float, int),
}


class _Unhashable:
    """What may hold objects of JSON, which have no hash, and therefore has none either."""

    __slots__ = ()

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        # `__hash__ = None`, before attrs looks whether to generate one.
        type.__setattr__(cls, "__hash__", None)


@attrs.frozen(kw_only=True, repr=False)
class Open(_Unhashable, Value):
    """A set of fields that may grow.

    Args:
        extra: Fields that this class does not know, by the service's names. They win over the
            known fields of the same name.
    """

    _is_request: ClassVar[bool] = False

    extra: Mapping[str, Any] = attrs.field(factory=dict[str, Any])

    def __repr__(self) -> str:
        shown = [attribute for attribute, _ in given(self) if attribute.repr]
        shown.sort(key=lambda attribute: attribute.name == "extra")
        fields = (f"{attribute.name}={getattr(self, attribute.name)!r}" for attribute in shown)
        return f"{type(self).__name__}({', '.join(fields)})"

    def to_dict(self) -> dict[str, Any]:
        """Return this as a JSON object in the service's words, without what is not set.

        What the service does not send, such as `job_id`, is beside it by its own name. What is in
        `extra` stands where it came from; in a part of a request it stays under `extra`, as in
        every mapping that is to be sent.
        """
        # What converts is imported with the first client, not with the package.
        from pictory_async._shapes.convert import write_dict  # noqa: PLC0415

        return write_dict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Read what `to_dict` gave, as leniently as an answer; `extra` keeps unknown fields.

        Raises:
            UnexpectedShapeError: It is no object, or lacks what is indispensable.
        """
        from pictory_async._shapes.reading import read_dict  # noqa: PLC0415

        return read_dict(data, cls)


@attrs.frozen(kw_only=True, repr=False)
class RequestModel(Open):
    """A part of a request, which is checked when it is made.

    Every request model raises `InvalidRequestError` for a field of the wrong type and for what
    the service is documented to refuse. A number may be a string of digits, and a flag `"true"`
    or `"false"`. A value that the documentation does not list is sent as it is: the service may
    know more voices, fonts and languages than its documentation.

    Args:
        extra: Fields that the documentation does not name, merged last into the JSON.
    """

    _is_request: ClassVar[bool] = True

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        # attrs makes a class with slots of the one with fields: only that has this.
        if "__init__" in cls.__dict__:
            type.__setattr__(cls, "__init__", _saying_perhaps(cls.__dict__["__init__"]))

    # The sign of a dataclass, by which FastAPI knows that a parameter of this class is the body of
    # the request and not a part of its query. What it then reads is up to `from_dict`.
    __dataclass_fields__ = TwinFields()  # pyright: ignore[reportAssignmentType]  # lazily made
    # `pprint` and cattrs ask for these where they meet the sign.
    __dataclass_params__: ClassVar[types.SimpleNamespace] = types.SimpleNamespace(
        repr=False, frozen=True, slots=True
    )

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Read the JSON of the documentation, as strictly as a mapping that is to be sent.

        Raises:
            InvalidRequestError: The service would refuse this, or silently drop a part of it.
        """
        from pictory_async._shapes.convert import request_of  # noqa: PLC0415

        return request_of(data, cls)

    def __attrs_post_init__(self) -> None:
        fields = [*given(self)]
        check_types(self, fields)
        for attribute, value in fields:
            check_json(value, shown_name(attribute))
        self._check()

    def _check(self) -> None:
        """Raise for what the service would refuse."""

    def _refuse(self, name: str, expected: str, found: str) -> Never:
        """Raise, naming the field as it was written."""
        raise InvalidRequestError(self._shown(name), expected, found)

    def _shown(self, name: str) -> str:
        return shown_name(attrs.fields_dict(type(self))[name])

    def _given(self, *names: str) -> list[str]:
        return [name for name in names if getattr(self, name) is not None]

    def _only_one(self, *names: str) -> None:
        """Refuse two fields that exclude each other."""
        if len(both := self._given(*names)) > 1:
            options = ", ".join(map(self._shown, names))
            self._refuse(both[1], f"only one of {options}", f"{self._shown(both[0])} as well")

    def _needs(self, name: str, *others: str) -> None:
        """Refuse a field that means nothing without one of the others."""
        if self._given(name) and not self._given(*others):
            options = " or ".join(map(self._shown, others))
            self._refuse(name, f"{options} beside it", "it alone")

    def _within(self, name: str, low: float, high: float = math.inf) -> None:
        """Refuse a number outside the bounds, which belong to the range."""
        value = getattr(self, name)
        if value is not None and not low <= value <= high:
            top = "" if high == math.inf else f" and at most {high}"
            self._refuse(name, f"a number of at least {low}{top}", str(value))

    def _sized(self, name: str, low: int, high: int) -> None:
        """Refuse a text or a list that is too short or too long."""
        value = getattr(self, name)
        if value is not None and not low <= len(value) <= high:
            unit = "characters" if isinstance(value, str) else "items"
            self._refuse(name, f"{low:,} to {high:,} {unit}", f"{len(value):,} {unit}")

    def _filled(self, *names: str) -> None:
        """Refuse a text that is empty or blank."""
        for name in self._given(*names):
            if isinstance(value := getattr(self, name), str) and not value.strip():
                self._refuse(name, "a text that is not blank", short(value))

    def _percentages(self, *names: str) -> None:
        """Refuse `"12.5%"` and `"40px"`: the service takes whole percentages only."""
        for name in self._given(*names):
            if not _PERCENTAGE.fullmatch(value := getattr(self, name)):
                self._refuse(name, 'a whole percentage, "0%" to "100%"', short(value))


def _saying_perhaps(init: Callable[..., None]) -> Callable[..., None]:
    """Let a model say which field may be meant by one that it does not have."""

    @functools.wraps(init)
    def checked(self: RequestModel, *args: object, **fields: object) -> None:
        try:
            init(self, *args, **fields)
        except TypeError:
            known = attrs.fields_dict(type(self))
            name = next((name for name in fields if name not in known), None)
            if name is None:
                raise
            msg = (
                f"{type(self).__name__}() has no field {name!r}{perhaps(name, (*known,))}; what is "
                "not documented goes into `extra`, by the service's names"
            )
            raise TypeError(msg) from None

    return checked


def given(model: Open) -> Iterator[tuple["attrs.Attribute[Any]", Any]]:
    """Yield the fields that do not have their default."""
    for attribute in attrs.fields(type(model)):
        value = getattr(model, attribute.name)
        if value is not attribute.default and (attribute.name != "extra" or value != {}):
            yield attribute, value


def check_types(model: Open, fields: Iterable[tuple["attrs.Attribute[Any]", Any]]) -> None:
    """Refuse a field of a model that does not hold what it is declared to hold.

    `None` is refused where a value is required, and `True` is no number. A text that spells a
    number or a flag becomes one where the field holds one; nothing else is converted.

    Raises:
        InvalidRequestError: With the path from this model on.
    """
    for attribute, value in fields:
        if type(value) in _plain_types(attribute.type):
            continue
        meant = value_of(value, attribute.type) if isinstance(value, str) else value
        if meant is value:
            _check_type(value, attribute.type, shown_name(attribute))
        else:
            # The model is being made: nobody has seen it yet.
            object.__setattr__(model, attribute.name, meant)


_PLAIN_TYPES: Final = dict[object, frozenset[type]]()


def _plain_types(kind: object) -> frozenset[type]:
    """Return the types of which a value needs no closer look."""
    if kind not in _PLAIN_TYPES:
        kinds = get_args(kind) if isinstance(kind, types.UnionType) else (kind,)
        _PLAIN_TYPES[kind] = frozenset(plain for each in kinds for plain in _PLAIN.get(each, ()))
    return _PLAIN_TYPES[kind]


def _check_type(value: object, kind: object, path: str) -> None:
    kinds = get_args(kind) if isinstance(kind, types.UnionType) else (kind,)
    kinds = tuple(kind for kind in kinds if kind is not types.NoneType)
    if not any(_fits(value, kind) for kind in kinds):
        raise InvalidRequestError(path, expected_words(kind), short(value))
    if isinstance(value, tuple):
        for index, item in enumerate(cast("tuple[object, ...]", value)):
            _check_type(item, get_args(kinds[0])[0], f"{path}[{index}]")


def _fits(value: object, kind: object) -> bool:
    if kind is object:
        return True
    if isinstance(value, bool | str):
        # True is a number for Python, and a string a sequence.
        return kind is type(value)
    if kind is float:
        return isinstance(value, int | float)
    return isinstance(value, cast("type", get_origin(kind) or kind))


@overload
def as_tuple(value: Iterable[Any]) -> tuple[Any, ...]: ...
@overload
def as_tuple(value: None) -> None: ...
def as_tuple(value: Iterable[Any] | None) -> tuple[Any, ...] | None:
    """Take any sequence for a tuple; leave the rest to the check of types."""
    # An element of the wrong type is refused with its index. mypy cannot follow a generic
    # converter, so the element's type is not in this signature.
    return tuple(value) if holds_items(value) else cast("None", value)


def as_whole(value: int | str | None) -> int | None:
    """Take a string of digits for the number; leave the rest to the check of types."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 10:  # noqa: PLR2004
        return int(value)
    return cast("int | None", value)


def as_number(value: float | str | None) -> float | None:
    """Take a numeric string for the number; leave the rest to the check of types."""
    if isinstance(value, str):
        try:
            number = float(value)
        except ValueError:
            number = math.nan
        if math.isfinite(number):
            return number
    return cast("float | None", value)


def as_flag(value: bool | str | None) -> bool | None:
    """Take "true" and "false" for the flags; leave the rest to the check of types."""
    if isinstance(value, str) and value in {"true", "false"}:
        return value == "true"
    return cast("bool | None", value)
