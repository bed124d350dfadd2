"""What the service adds to its answers one day changes nothing of what they are read as."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, cast

import anyio
import attrs
import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pictory_async import ApiKey, ClientCredentials, JobUpdate, Pictory
from pictory_async._models.base import Open
from pictory_async._models.pages import Page
from pictory_async._shapes.reading import LazyModels
from pictory_async.schedules import Growing
from pictory_async.testing import FakePictory
from tests.helpers import json_list, json_object
from tests.test_operations import CALLS


if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.test_operations import Walk


NEW: Final = "x-new-"
JUNK: Final[list[Any]] = [None, True, 0, "x", [], [{"id": 1}], {}, {"id": "1", "status": "failed"}]
# A key that is an envelope elsewhere, and what is in it.
DATA: Final = {f"{NEW}data": True}
# Where the objects of lists are, in what came; `*` is any item.
ITEMS: Final = [("*",), ("items", "*"), ("Items", "*"), ("data", "searchResults", "*")]

Where = tuple[str, ...]


class Additions:
    """Adds keys to all objects of a body, and knows which ones it has added where.

    Args:
        seed: What makes them.
    """

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 - no secret
        self.places: dict[str, Where] = {}

    def to(self, body: Any, where: Where = ()) -> Any:
        """Return a body with unknown keys, and all keys in another order."""
        if (items := json_list(body)) is not None:
            return [self.to(item, (*where, "*")) for item in items]
        if (fields := json_object(body)) is None:
            return body
        pairs = [(key, self.to(value, (*where, key))) for key, value in fields.items()]
        for _ in range(self._random.randint(1, 2)):
            key = f"{NEW}{len(self.places)}"
            self.places[key] = where
            pairs.append((key, self._random.choice(JUNK)))
        # Beside `success` nothing could tell it from an envelope.
        if (
            not where
            and fields.keys().isdisjoint({"data", "success"})
            and self._random.random() < 0.5
        ):
            pairs.append(("data", DATA))
        self._random.shuffle(pairs)
        return dict(pairs)


class Adding(httpx.AsyncBaseTransport):
    """Passes requests on, adds to the answers, and remembers how they were.

    Args:
        inner: What answers.
        seed: What makes the additions.
    """

    def __init__(self, inner: httpx.AsyncBaseTransport, seed: int) -> None:
        self._inner = inner
        self._seed = seed
        self.added = Additions(seed)
        self.before: list[tuple[str, httpx.Response]] = []
        self.body: Any = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one request."""
        answer = await self._inner.handle_async_request(request)
        content = await answer.aread()
        asked = f"{request.method} {request.url}"
        self.before.append((asked, httpx.Response(answer.status_code, content=content)))
        if answer.headers.get("content-type") == "application/json":
            self.body = json.loads(content)
            self.added = Additions(self._seed)
            content = json.dumps(self.added.to(self.body)).encode()
        return httpx.Response(answer.status_code, content=content)


async def walked(path: str, walk: Walk, transport: httpx.AsyncBaseTransport) -> Any:
    """Return what a walk gives over a transport."""
    key = ClientCredentials("id", "secret") if path == "authenticate" else ApiKey("pictai_test")
    settings_: Any = {
        "base_url": FakePictory.base_url,
        "transport": transport,
        "schedule": Growing(first=0.001),
    }
    async with Pictory(key, **settings_) as pictory:
        return await walk(pictory)


def parts(value: Any) -> dict[str, Any] | list[Any] | None:
    """Return what is in a value by its names, or one after the other; None for a plain one."""
    kind = value.__class__
    if attrs.has(kind):
        names = [attribute.name for attribute in attrs.fields(kind)]
        return {name: getattr(value, name) for name in names}
    if isinstance(value, Mapping):
        return {**cast("Mapping[str, Any]", value)}
    if isinstance(value, list | tuple | LazyModels):
        return [*cast("Iterable[Any]", value)]
    return None


def without_new(value: Any) -> Any:
    """Return a value as plain data, without what was added."""
    match parts(value):
        case dict() as named:
            pairs = [pair for pair in named.items() if not is_new(*pair)]
            return type(value), {key: without_new(item) for key, item in pairs}
        case list() as items:
            return [without_new(item) for item in items]
        case _:
            return value


def is_new(key: str, value: Any) -> bool:
    """Tell whether a key was added."""
    return key.startswith(NEW) or value == DATA


def kept(value: Any) -> set[str]:
    """Return which of the added keys are somewhere in a value."""
    found = parts(value)
    named = json_object(found) or {}
    items = json_list(found) or named.values()
    inner = {key for item in items for key in kept(item)}
    return inner | {key for key in named if key.startswith(NEW)}


def is_of_jobs(page: Any) -> bool:
    """Tell whether there are jobs on a page."""
    return any(isinstance(item, JobUpdate) for item in page)


def to_be_kept(value: Any, body: Any, places: Mapping[str, Where]) -> set[str]:
    """Return which of the added keys are in an object that has a model, or within a free one."""
    found: object = value
    match found:
        case Open():
            data = (json_object(body) or {}).get("data")
            roots: list[Where] = [() if json_object(data) is None else ("data",)]
        case JobUpdate():
            roots = [("data",)]
        case Page():
            roots = [("items", "*", "data")] if is_of_jobs(found) else ITEMS
        case _:
            return set()
    return {key for key, at in places.items() if any(at[: len(root)] == root for root in roots)}


@pytest.mark.parametrize(("path", "walk"), [(path, walk) for path, _, walk in CALLS])
@given(seed=st.integers(0, 2**32))
@settings(max_examples=10, deadline=None)
def test_additions_change_nothing(path: str, walk: Walk, seed: int) -> None:
    """With unknown keys in all objects, in any order, an answer is the same, and keeps them."""

    async def both() -> None:
        fake = FakePictory(preview_seconds=0, render_seconds=0, media_seconds=0, draw=False)
        adding = Adding(fake.transport(), seed)
        found = await walked(path, walk, adding)
        asked: list[str] = []

        def replay(request: httpx.Request) -> httpx.Response:
            asked.append(f"{request.method} {request.url}")
            return adding.before[len(asked) - 1][1]

        expected = await walked(path, walk, httpx.MockTransport(replay))

        assert [before for before, _ in adding.before] == asked
        assert without_new(expected) == without_new(found)
        assert to_be_kept(found, adding.body, adding.added.places) <= kept(found)

    anyio.run(both)


@pytest.mark.anyio
async def test_lists_are_there() -> None:
    """The test above sees items in each list of the service that has some."""
    fake = FakePictory(preview_seconds=0, render_seconds=0, media_seconds=0, draw=False)
    for path in ("voices.list", "media.search", "avatars.list", "music.search"):
        (walk,) = [walk for each, _, walk in CALLS if each == path]
        assert await walked(path, walk, fake.transport()), path
