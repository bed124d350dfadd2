"""Pages of a list, whose keys must come back exactly as they were given."""

import base64
import operator
from collections.abc import Callable, Sequence

from pictory_async.testing import _refusals as refusals
from pictory_async.testing._messages import Json, Object, RefusedError


# The first bytes of every key become `+/++`: whoever does not encode it in a URL loses the `+`.
_MARK = b"\xfb\xff\xbe"


def page_of(
    items: Sequence[Object],
    key: str | None,
    size: int,
    identity: Callable[[Object], Json] = operator.itemgetter("id"),
) -> tuple[list[Object], str | None]:
    """Return one page of a list, and the key of the next one or None.

    Args:
        items: The whole list, in order. It may have grown since the key was given.
        key: The key that came with the page before, or None for the first page.
        size: How many items a page has.
        identity: Tells one item from another.

    Raises:
        RefusedError: The key is none.
    """
    start = 0 if key is None else _start(items, key, identity)
    end = start + size
    following = _key(identity(items[end - 1])) if end < len(items) else None
    return list(items[start:end]), following


def _key(name: Json) -> str:
    return base64.b64encode(_MARK + str(name).encode()).decode()


def _start(items: Sequence[Object], key: str, identity: Callable[[Object], Json]) -> int:
    for index, item in enumerate(items):
        if _key(identity(item)) == key:
            return index + 1
    raise RefusedError(refusals.code(400, "INVALID_REQUEST", "The page key is not valid."))
