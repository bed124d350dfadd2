"""What an answer is about, without its envelope; pure functions.

The envelopes are not uniform: an object or a list may stand alone, below `data`, or below a name of
its own (api/v2.md lists them with the pages that show them).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

import attrs

from pictory_async._errors import UnexpectedShapeError
from pictory_async._models.base import Open
from pictory_async._wire.convert import read_model
from pictory_async._wire.protocol import api_error, decode, invalid, kind_of_body


if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pictory_async._wire.protocol import Answer


M = TypeVar("M", bound=Open)

# What may stand around `data` without being part of what was asked for.
_AROUND: Final = frozenset({"success", "message", "data", "jobId", "job_id"})
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
    """Return the JSON that an answer is about.

    Raises:
        APIError: The service refused, by its status or in the body, or the body is not JSON.
    """
    body = decode(answer)
    if not isinstance(body, dict):
        return body
    fields = cast("dict[str, object]", body)
    if fields.get("success") is False:
        raise api_error(answer)
    is_envelope = isinstance(fields.get("data"), dict | list) and fields.keys() <= _AROUND
    return fields["data"] if is_envelope else fields


def listed(answer: Answer) -> Listed:
    """Return the list that an answer is about.

    Raises:
        APIError: The service refused, or there is no list in the answer.
    """
    found = content(answer)
    if isinstance(found, list):
        return Listed(cast("list[object]", found), None)
    fields = cast("dict[str, object]", found) if isinstance(found, dict) else {}
    for name in _LISTS:
        items = fields.get(name)
        if isinstance(items, list):
            return Listed(cast("list[object]", items), _next_key(fields))
    raise invalid(answer, f"expected a list, found {kind_of_body(answer)} without one")


def _next_key(fields: Mapping[str, object]) -> str | None:
    for name in _NEXT_KEYS:
        key = fields.get(name)
        if isinstance(key, str) and key:
            return key
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
    return read(answer, cls, content(answer))


def each(cls: type[M]) -> Callable[[Answer, object], M]:
    """Return a function that reads an item of a list."""
    return lambda answer, item: read(answer, cls, item)


def word(answer: Answer, item: object) -> str:
    """Read an item of a list of plain words.

    Raises:
        InvalidResponseError: It is something else.
    """
    if not isinstance(item, str):
        raise invalid(answer, f"expected a list of strings, found {item!r:.80} in it")
    return item


def done(answer: Answer) -> None:
    """Check an answer of which nothing is wanted: it may be empty.

    Raises:
        APIError: The service refused.
    """
    if answer.body.strip() or not answer.is_success:
        content(answer)


def mapping(answer: Answer) -> Mapping[str, Any]:
    """Return the JSON object that an answer is about, whatever is in it.

    Raises:
        APIError: The service refused, or it is no object.
    """
    found = content(answer)
    if not isinstance(found, dict):
        raise invalid(answer, f"expected a JSON object, found {kind_of_body(answer)}")
    return cast("Mapping[str, Any]", found)
