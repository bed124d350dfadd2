"""What an answer is about, without its envelope; pure functions.

The envelopes are not uniform: an object or a list may stand alone, below `data`, or below a name of
its own. What was asked for tells which it is, so that nothing that the service adds some day is
mistaken for an envelope, nor an envelope for something else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar, cast

import attrs

from pictory_async._errors import UnexpectedShapeError
from pictory_async._models.base import Open
from pictory_async._shapes.convert import read_model
from pictory_async._shapes.plain import plain
from pictory_async._shapes.reading import names_of
from pictory_async._wire.protocol import decode_accepted, invalid, kind_of_body, mapping_of


if TYPE_CHECKING:
    from collections.abc import Callable

    from pictory_async._wire.protocol import Answer, Json


M = TypeVar("M", bound=Open)

# What may stand around `data`, where nobody knows what was asked for.
_AROUND: Final = frozenset({"message", "data", "jobId", "job_id"})
# Jobs, templates and the like; connections; stock media; `tracks` is read by Pictory's own script.
_LISTS: Final = ("items", "Items", "searchResults", "tracks")
# Jobs, avatars, AI studio, connections; projects.
_NEXT_KEYS: Final = ("nextPageKey", "pageKey")


@attrs.frozen
class Listed:
    """One page of a list as it came.

    Args:
        items: What is on it.
        next_key: The key of the next page; both `null` and a missing key say that there is none.
    """

    items: list[object]
    next_key: str | None


def content(answer: Answer) -> object:
    """Return the JSON that an answer is about, where no page shows it.

    Raises:
        APIError: The service refused, by its status or in the body, or the body is not JSON.
    """
    body = decode_accepted(answer)
    fields = mapping_of(body)
    is_envelope = "success" in fields or fields.keys() <= _AROUND
    if is_envelope and isinstance(fields.get("data"), dict | list):
        return fields["data"]
    return body


def listed(answer: Answer) -> Listed:
    """Return the list that an answer is about.

    Raises:
        APIError: The service refused, or there is no list in the answer.
    """
    body = decode_accepted(answer)
    if isinstance(body, list):
        return Listed(cast("list[object]", body), None)
    around = mapping_of(body)
    inner = around.get("data")
    data = mapping_of(inner)
    for holder, items in (
        (data, _named_list(data)),
        (around, _named_list(around)),
        (around, inner),
    ):
        if isinstance(items, list):
            return Listed(cast("list[object]", items), _next_key(holder) or _next_key(around))
    raise invalid(answer, f"expected a list, found {kind_of_body(answer)} without one")


def _named_list(fields: Json) -> object:
    for name in _LISTS:
        if isinstance(fields.get(name), list):
            return fields[name]
    return None


def _next_key(fields: Json) -> str | None:
    for name in _NEXT_KEYS:
        key = fields.get(name)
        if isinstance(key, str | int) and not isinstance(key, bool) and key != "":
            return str(key)
    return None


def read(answer: Answer, cls: type[M], data: object, **given: object) -> M:
    """Read a part of an answer.

    Args:
        answer: The answer, for an error's sake.
        cls: What the part is.
        data: The part.
        **given: Fields that are not part of the data.

    Raises:
        InvalidResponseError: The part is something else.
    """
    try:
        return read_model(data, cls, **given)
    except UnexpectedShapeError as exc:
        msg = f"the {cls.__name__} is not what it should be: {exc}"
        raise invalid(answer, msg) from None


def one(answer: Answer, cls: type[M]) -> M:
    """Read the one object that an answer is about.

    Raises:
        APIError: The service refused, or the object is something else.
    """
    return read(answer, cls, _object(answer, cls))


def _object(answer: Answer, cls: type[Open]) -> object:
    """Return what holds more of what was asked for: the answer's `data`, or all of it."""
    body = decode_accepted(answer)
    around, names = mapping_of(body), names_of(cls)
    inner = around.get("data")
    known = len(names & mapping_of(inner).keys())
    is_inside = isinstance(inner, dict) and known >= len(names & around.keys())
    return cast("object", inner) if is_inside else body


def each(cls: type[M]) -> Callable[[Answer, object], M]:
    """Return a function that reads an item of a list."""
    return lambda answer, item: read(answer, cls, item)


def word(answer: Answer, item: object) -> str:
    """Read an item of a list of plain words.

    Raises:
        InvalidResponseError: It is something else.
    """
    found = plain(item, str)
    if not isinstance(found, str):
        raise invalid(answer, f"expected a list of strings, found {item!r:.80} in it")
    return found


def done(answer: Answer) -> None:
    """Check an answer of which nothing is wanted: it may be empty.

    Raises:
        APIError: The service refused.
    """
    if answer.body.strip() or not answer.is_success:
        decode_accepted(answer)


def mapping(answer: Answer, cls: type[Open]) -> Json:
    """Return the JSON object that `one` reads, whatever else is in it.

    Raises:
        APIError: The service refused, or it is no object.
    """
    found = _object(answer, cls)
    if not isinstance(found, dict):
        raise invalid(answer, f"expected a JSON object, found {kind_of_body(answer)}")
    return cast("Json", found)
