"""What many tests need: a service in virtual time and a client for it."""

from __future__ import annotations

import contextlib
import importlib
import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

import anyio
import httpx

from pictory_async import ApiKey, ClientCredentials, Pictory
from pictory_async.schedules import ByProgress, Growing
from pictory_async.testing import FakePictory


if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

    from pictory_async import Credentials, Outcome, Video


KEY = ApiKey("pictai_test")
CLIENT = ClientCredentials("id", "secret")
SCRIPT = "The first scene. The second one."
LOOK = "GET /v1/jobs/{job_id}"
# Seconds after which a test is one that hangs, on the busiest machine too.
PATIENCE = 120.0

# Without jitter, so that a test can say when a look is due: 2, 5, 9.5, 16.25, ...
STEADY = ByProgress(jitter=0, longest=20, shortest=1, otherwise=Growing(jitter=0, longest=20))


def inside(thing: Any) -> Any:
    """Return something as a test may look at it that knows what is inside."""
    return thing


def json_object(value: object) -> dict[str, Any] | None:
    """Return a JSON object as one, or None for anything else."""
    return cast("dict[str, Any]", value) if isinstance(value, dict) else None


def json_list(value: object) -> list[object] | None:
    """Return a JSON list as one, or None for anything else."""
    return cast("list[object]", value) if isinstance(value, list) else None


def virtual_fake(**settings: Any) -> FakePictory:
    """Return a service whose clock is the event loop's and whose films are ready-made."""
    settings.setdefault("draw", False)
    return FakePictory(clock=anyio.current_time, **settings)


def client(fake: FakePictory, credentials: Credentials = KEY, **settings: Any) -> Pictory:
    """Return a client of a service in the same process."""
    settings.setdefault("schedule", STEADY)
    return Pictory(credentials, base_url=fake.base_url, transport=fake.transport(), **settings)


def scripts(count: int) -> list[str]:
    """Return texts."""
    return [f"Text number {number}." for number in range(count)]


async def all_of(pictory: Pictory, items: Any, **settings: Any) -> list[Outcome[Video]]:
    """Return all outcomes of a batch."""
    async with pictory.render_many(items, **settings) as outcomes:
        return [outcome async for outcome in outcomes]


def look_times(fake: FakePictory) -> list[float]:
    """Return when the service was asked about jobs, in its own seconds."""
    return [round(request.time, 2) for request in fake.requests if request.operation == LOOK]


async def until(condition: Callable[[], object]) -> None:
    """Wait for something that happens at a service, which is in another thread perhaps."""
    with anyio.fail_after(PATIENCE):
        while not condition():  # noqa: ASYNC110 - nobody would set an event
            await anyio.sleep(0.005)


def folder_of(package: str) -> str:
    """Return where a package is, to be compared with the beginning of a path.

    Its name may be in other paths too: in that of the folder in which the tests are, for one.
    """
    (folder,) = importlib.import_module(package).__path__
    return os.path.join(folder, "")  # noqa: PTH118 - a Path has no separator at its end


@contextlib.contextmanager
def noting(notes: list[str]) -> Generator[None]:
    """Keep the notes of what ends the block, which goes on its way."""
    try:
        yield
    except BaseException as exc:
        notes.extend(exc.__notes__)
        raise


class Unreadable(Mapping[str, Any]):
    """A mapping whose own code raises, whatever is asked of it."""

    def __getitem__(self, key: str) -> Any:
        raise LookupError

    def __iter__(self) -> Iterator[str]:
        raise LookupError

    def __len__(self) -> int:
        raise LookupError


class Host(httpx.AsyncBaseTransport):
    """A file host that answers as a function says, and remembers what it was asked."""

    def __init__(self, answer: Callable[[httpx.Request], httpx.Response]) -> None:
        self.answer = answer
        self.requests: list[httpx.Request] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer."""
        self.requests.append(request)
        return self.answer(request)
