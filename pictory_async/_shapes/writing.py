"""Anything as types of JSON, errors among them; pure functions."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, cast

import attrs

from pictory_async._errors import PictoryError
from pictory_async._shapes.fields import DEEPEST, short


def as_json(value: object, levels: int = DEEPEST) -> Any:  # noqa: ANN401 - what JSON holds
    """Return a value in types of JSON, and as a copy.

    JSON has no NaN and nothing infinite: they become null. What it has no type for becomes text,
    and so does what is nested deeper than so many levels, which nobody could read.
    """
    if not levels and isinstance(value, Mapping | Sequence) and not isinstance(value, str):
        return short(cast("object", value))
    match value:
        case None | bool() | int() | str():
            return value
        case float():
            return value if math.isfinite(value) else None
        case Mapping():
            items = cast("Mapping[object, object]", value).items()
            return {str(key): as_json(item, levels - 1) for key, item in items}
        case Exception():
            return write_error(value)
        case Sequence() if not isinstance(value, bytes):
            return [as_json(item, levels - 1) for item in cast("Sequence[object]", value)]
        case _:
            write = getattr(value, "to_dict", None)
            return str(value) if write is None else write()


def write_error(error: Exception) -> dict[str, Any]:
    """Return an error as a JSON object: its class, its words and, of ours, its fields."""
    kind: Any = type(error)
    fields = None
    if isinstance(error, PictoryError) and attrs.has(kind):
        fields = {field.name: as_json(getattr(error, field.name)) for field in attrs.fields(kind)}
    found = {"type": kind.__name__, "message": str(error), "fields": fields}
    job_id = getattr(error, "job_id", None)
    if job_id is not None and "job_id" not in (fields or ()):
        found["job_id"] = job_id
    # A note may be the only place with the id of a job.
    notes = as_json(getattr(error, "__notes__", []))
    return {**found, "notes": notes} if notes else found
