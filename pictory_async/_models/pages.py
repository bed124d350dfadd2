"""Lists of the service and their pages; nothing here knows how a page is fetched."""

from collections.abc import (
    AsyncIterable,
    AsyncIterator,
    Awaitable,
    Callable,
    Generator,
    Iterator,
)
from typing import Any, Generic, TypeAlias, TypeVar

import attrs


T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

PageKey: TypeAlias = str | int


@attrs.frozen
class Page(Generic[T_co]):
    """One page of a list.

    Args:
        items: What is on it.
        next_key: What to pass as `page_key` for the next page, or None on the last one.
    """

    items: tuple[T_co, ...]
    next_key: PageKey | None = None

    def __iter__(self) -> Iterator[T_co]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)


@attrs.frozen
class Listing(AsyncIterable[T], Awaitable[Page[T]], Generic[T]):
    """A list of the service. Nothing is asked before somebody reads it.

    `async for item in listing` reads all pages, one request after another as they are needed;
    `await listing` reads one page; `async for page in listing.pages()` reads them one by one.

    A failed request ends the loop with its error. Who reads by pages can go on: every page says
    the key of the next one, which the method that made this list takes as `page_key`.
    """

    _fetch: Callable[[PageKey | None], Awaitable[Page[T]]]
    _first: PageKey | None = None

    def __repr__(self) -> str:
        # Who sees this has most likely forgotten to read it.
        return "<Listing: read it with `async for item in ...`, or one page with `await ...`>"

    def __aiter__(self) -> AsyncIterator[T]:
        return _Items(_Pages(self._fetch, self._first))

    def __await__(self) -> Generator[Any, Any, Page[T]]:
        return self._fetch(self._first).__await__()

    def pages(self) -> AsyncIterator[Page[T]]:
        """Return an iterator over the pages."""
        return _Pages(self._fetch, self._first)


# Classes, not generators: trio warns of an async generator that is left before its end.
@attrs.define(eq=False)
class _Pages(AsyncIterator[Page[T]]):
    _fetch: Callable[[PageKey | None], Awaitable[Page[T]]]
    _key: PageKey | None
    _is_over: bool = False

    async def __anext__(self) -> Page[T]:
        if self._is_over:
            raise StopAsyncIteration
        page = await self._fetch(self._key)
        self._key, self._is_over = page.next_key, page.next_key is None
        return page


@attrs.define(eq=False)
class _Items(AsyncIterator[T]):
    _pages: _Pages[T]
    _page: Iterator[T] = attrs.field(factory=lambda: iter(()))

    async def __anext__(self) -> T:
        while True:
            for item in self._page:
                return item
            self._page = iter(await anext(self._pages))
