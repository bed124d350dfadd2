"""What a request can carry, and how an error calls the field that holds something else."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

from pictory_async._errors import InvalidRequestError, UnexpectedShapeError
from pictory_async._shapes.fields import DEEPEST, Shape, is_shape, short, wire_name


if TYPE_CHECKING:
    from collections.abc import Sequence

    import attrs

    _Items = Mapping[object, object] | Sequence[object]


S = TypeVar("S", bound=Shape)
E = TypeVar("E", bound=InvalidRequestError | UnexpectedShapeError)

# What a file name or a wrongly decoded text may hold, and no request can carry.
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
ENCODABLE: Final = "text that UTF-8 can encode"

# Whether the models that are made now come from JSON: then errors name fields as JSON does.
_FROM_JSON: Final = ContextVar("from_json", default=False)


def under(step: str, error: E) -> E:
    """Return an error of a part, with the step that leads to the part before its path."""
    joint = "" if error.field.startswith("[") else "."
    return type(error)(f"{step}{joint}{error.field}", error.expected, error.found)


def shown_name(attribute: attrs.Attribute[Any]) -> str:
    """Say how a field is called where it was written: in JSON, or in Python."""
    return wire_name(attribute) if _FROM_JSON.get() else attribute.name


def made_of_json(cls: type[S], fields: Mapping[str, Any]) -> S:
    """Make a model whose errors name its fields as JSON does."""
    token = _FROM_JSON.set(True)
    try:
        return cls(**fields)
    finally:
        _FROM_JSON.reset(token)


def check_json(value: object, path: str, levels: int = DEEPEST) -> None:
    """Refuse what has no place in JSON, wherever it sits in an open field."""
    match value:
        case None | int():
            pass
        case str():
            check_text(value, path)
        case float() if math.isfinite(value):
            pass
        case Mapping() | list() | tuple():
            items = cast("_Items", value)
            if not levels:
                raise InvalidRequestError(path, f"JSON of at most {DEEPEST} levels", short(items))
            _check_items(items, path, levels - 1)
        case _ if not is_shape(value):
            raise InvalidRequestError(path, "a value of JSON", short(value))
        case _:
            pass


def _check_items(items: _Items, path: str, levels: int) -> None:
    if isinstance(items, Mapping):
        for key, item in items.items():
            if not isinstance(key, str):
                raise InvalidRequestError(path, "strings as keys", short(key))
            check_text(key, path)
            check_json(item, f"{path}.{key}", levels)
    else:
        for index, item in enumerate(items):
            check_json(item, f"{path}[{index}]", levels)


def check_text(value: str, path: str) -> None:
    """Refuse half of a surrogate pair, which no request can carry.

    It comes from the name of a file that is not UTF-8, or from a text that was cut within it.
    """
    if not is_encodable(value):
        raise InvalidRequestError(path, ENCODABLE, short(value))


def is_encodable(value: str) -> bool:
    """Tell whether a request can carry a text."""
    return _SURROGATE.search(value) is None
