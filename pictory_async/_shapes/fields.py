"""What the fields of a class tell: their names in JSON, and in words what they hold."""

from __future__ import annotations

import functools
import reprlib
import types
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar, Final, Literal, Protocol, TypeGuard, cast, get_args, get_origin

import attrs


DEEPEST: Final = 100
"""How many levels JSON may have: far more than any has, and few enough for every parser."""

_SHORT: Final = reprlib.Repr()
_SHORT.maxlevel = 2
_SHORT.maxstring = 70
_SHORT.maxother = 80
_WORDS: Final[Mapping[type, str]] = {
    str: "a string",
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    tuple: "a list",
    Sequence: "a list",
    Mapping: "an object",
}


class Shape(attrs.AttrsInstance, Protocol):
    """An attrs class that keeps the fields that it does not know in `extra`."""

    _is_request: ClassVar[bool]

    @property
    def extra(self) -> Mapping[str, Any]:
        """Fields that the class does not know, by the service's names."""
        ...


def is_shape(value: object) -> bool:
    """Tell whether something is an instance of such a class."""
    return hasattr(type(value), "_is_request")


def is_request(cls: type[Shape]) -> bool:
    """Tell whether a class is sent, and therefore read as strictly as it is made."""
    # The models say so in private, and this is their only reader.
    return cls._is_request  # pyright: ignore[reportPrivateUsage]


def wire_name(attribute: attrs.Attribute[Any]) -> str:
    """Say how the service calls a field: in camelCase, if not in a way of its own."""
    name: str | None = attribute.metadata.get("wire")
    return _camel_case(attribute.name) if name is None else name


@functools.cache
def _camel_case(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(map(str.title, rest))


def short(value: object) -> str:
    """Show a value in about 80 characters at most, however large it is."""
    text = _SHORT.repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."  # noqa: PLR2004


def expected_words(kind: object) -> str:
    """Say what a field is declared to hold."""
    kinds = get_args(kind) if isinstance(kind, types.UnionType) else (kind,)
    return " or ".join(_words(each) for each in kinds if each is not types.NoneType)


def _words(kind: object) -> str:
    if get_origin(kind) is Literal:
        return f"one of {', '.join(get_args(kind))}"
    plain = cast("type", get_origin(kind) or kind)
    return _WORDS.get(plain) or f"an object ({plain.__name__})"


def holds_items(value: object) -> TypeGuard[Iterable[object]]:
    """Tell whether a value may stand for a list."""
    return isinstance(value, Iterable) and not isinstance(value, str | bytes | Mapping)
