"""Lists that are fetched page by page, as they are read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

from pictory_async._arguments import Rule, is_number
from pictory_async._models.pages import Listing, Page, PageKey
from pictory_async._wire.envelopes import listed, word
from pictory_async._wire.protocol import invalid


if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pictory_async._transport.api import Api, Operation
    from pictory_async._wire.protocol import Answer


T = TypeVar("T")

_PAGE_KEY: Final = Rule(
    "the key of a page, as the page before says it",
    lambda value: isinstance(value, str) or is_number(value, whole=True),
).or_none


def listing(
    api: Api,
    operation: Operation,
    read: Callable[[Answer, object], T],
    *,
    params: Mapping[str, str] | None = None,
    key_name: str = "nextPageKey",
    page_key: PageKey | None = None,
) -> Listing[T]:
    """Return a list that an operation gives.

    Args:
        api: What sends.
        operation: The operation, which is repeated freely.
        read: Reads an item.
        params: The query beside the page's key.
        key_name: What the query calls the page's key.
        page_key: The first page's key, or None for the beginning.

    Raises:
        InvalidRequestError: The key is none.
    """
    _PAGE_KEY.check_argument("page_key", page_key)

    async def fetch(key: PageKey | None) -> Page[T]:
        query = {**(params or {}), **({} if key is None else {key_name: str(key)})}
        answer = await api.send(operation, params=query)
        found = listed(answer)
        if found.next_key is not None and found.next_key == key:
            # It would be an endless loop.
            raise invalid(answer, "the key of the next page is that of the page itself")
        return Page(tuple(read(answer, item) for item in found.items), found.next_key)

    return Listing(fetch, page_key)


async def words(api: Api, operation: Operation) -> tuple[str, ...]:
    """Return the plain words that an operation lists.

    Raises:
        APIError: The service refused, or there is something else in the list.
    """
    answer = await api.send(operation)
    return tuple(word(answer, item) for item in listed(answer).items)
