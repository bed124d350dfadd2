"""What makes an attrs class pass for a dataclass, with those who know no other way to ask."""

from __future__ import annotations

import copy
import functools
from typing import Any, Final

import attrs


class TwinFields:
    """The `__dataclass_fields__` of an attrs class, made when somebody asks the class.

    An instance has none: `dataclasses.asdict` would give its JSON another shape than `to_dict`.
    """

    def __get__(self, instance: object, owner: type[Any]) -> dict[str, Any]:
        if instance is not None:
            msg = f"{owner.__name__} is a class of attrs, and no dataclass: take its to_dict()"
            raise AttributeError(msg)
        if owner not in _TWINS:
            _TWINS[owner] = _twin_fields(owner)
        return _TWINS[owner]


_TWINS: Final = dict[object, dict[str, Any]]()


def _twin_fields(cls: type[Any]) -> dict[str, Any]:
    # To be copied: a dataclass of each class would give the same, and take ten times as long.
    pattern = _pattern()
    found: dict[str, Any] = {}
    for field in attrs.fields(cls):
        twin: Any = copy.copy(pattern)
        twin.name, twin.type = field.name, field.type
        default: Any = field.default
        if factory := getattr(default, "factory", None):
            twin.default_factory = factory
        elif default is not attrs.NOTHING:
            twin.default = default
        found[field.name] = twin
    return found


@functools.cache
def _pattern() -> object:
    """Return a field of a dataclass."""
    import dataclasses  # noqa: PLC0415

    (field,) = dataclasses.fields(dataclasses.make_dataclass("One", ["one"], kw_only=True))
    return field
