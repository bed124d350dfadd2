"""What makes an attrs class pass for a dataclass, with those who know no other way to ask."""

from __future__ import annotations

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
    import dataclasses  # noqa: PLC0415 - whoever asks has imported it

    def twin(field: attrs.Attribute[Any]) -> Any:  # noqa: ANN401 - the field of a dataclass
        default: Any = field.default
        if default is attrs.NOTHING:
            return dataclasses.field(kw_only=True)
        if factory := getattr(default, "factory", None):
            return dataclasses.field(default_factory=factory, kw_only=True)
        return dataclasses.field(default=default, kw_only=True)

    fields = [(field.name, field.type or Any, twin(field)) for field in attrs.fields(cls)]
    made: Any = dataclasses.make_dataclass(
        cls.__name__, fields, init=False, repr=False, eq=False, match_args=False
    )
    found: dict[str, Any] = made.__dataclass_fields__
    return found
