"""What becomes of names that no page lists, wherever a client takes a JSON object."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final

import pytest

from pictory_async import ConfigurationError, InvalidRequestError, Pictory
from tests.helpers import KEY, client, virtual_fake


if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable


pytestmark = pytest.mark.anyio

BOARD: Final = {"videoName": "x", "scenes": [{"story": "One."}]}
FIRST: Final = {"videoName": "x", "scenes": [{"text": "One."}]}
VOICE: Final = {
    "name": "Me",
    "engine": "neural",
    "service": "aws",
    "language": "en-US",
    "voiceId": "v",
}


@pytest.fixture
def anyio_backend(virtual_backend: object) -> object:
    """Run in virtual time, on asyncio and on trio."""
    return virtual_backend


def calling(path: str, *more: Any, **arguments: Any) -> Callable[[Pictory, Any], Awaitable[Any]]:
    """Return a call of a coroutine with a JSON object."""
    return lambda pictory, body: attrgetter(path)(pictory)(body, *more, **arguments)


async def batched(pictory: Pictory, body: Any) -> Any:
    """Make a video of a JSON object in a batch."""
    async with pictory.render_many([body]) as outcomes:
        async for outcome in outcomes:
            outcome.result()


# Every place that takes a JSON object as a request, and one that it takes.
PLACES: Final[list[tuple[str, Callable[[Pictory, Any], Awaitable[Any]], dict[str, Any]]]] = [
    ("storyboards.preview", calling("storyboards.preview"), BOARD),
    ("storyboards.render", calling("storyboards.render"), BOARD),
    ("v1.storyboards.preview", calling("v1.storyboards.preview"), FIRST),
    ("voices.add", calling("voices.add"), VOICE),
    ("text_to_video", calling("text_to_video"), BOARD),
    ("text_to_video v1", calling("text_to_video", version="v1"), FIRST),
    ("render_many", batched, BOARD),
]


def sent(fake: Any) -> list[Any]:
    """Return the bodies of the submits and of what else was posted."""
    return [request.json for request in fake.requests if request.method == "POST"]


@pytest.mark.parametrize(
    ("make", "body"), [place[1:] for place in PLACES], ids=[place[0] for place in PLACES]
)
class TestEveryPlace:
    async def test_by_default(self, make: Any, body: dict[str, Any]) -> None:
        """A name like no other is sent, and a misspelt one is refused."""
        fake = virtual_fake()
        name = "voiceid" if body is VOICE else "videoNmae"
        async with client(fake) as pictory:
            await make(pictory, {**body, "xyz": 1})
            before = len(fake.requests)
            with pytest.raises(InvalidRequestError, match=rf"^(items\[0\]\.)?{name}: .*perhaps v"):
                await make(pictory, {**body, name: "x"})

        assert 1 == sent(fake)[0]["xyz"]
        assert before == len(fake.requests)

    async def test_strict(self, make: Any, body: dict[str, Any]) -> None:
        """A strict client refuses both, and sends what is under `extra`."""
        fake = virtual_fake()
        async with client(fake, strict=True) as pictory:
            for name in ("xyz", "videoNmae"):
                with pytest.raises(InvalidRequestError, match=rf"^(items\[0\]\.)?{name}: "):
                    await make(pictory, {**body, name: "x"})
            assert () == fake.requests
            await make(pictory, {**body, "extra": {"videoNmae": "y"}})

        assert "y" == sent(fake)[0]["videoNmae"]

    async def test_not_strict(self, make: Any, body: dict[str, Any]) -> None:
        """A client that is not strict sends both."""
        fake = virtual_fake()
        async with client(fake, strict=False) as pictory:
            await make(pictory, {**body, "xyz": 1, "videoNmae": "y"})

        assert (1, "y") == (sent(fake)[0]["xyz"], sent(fake)[0]["videoNmae"])


@pytest.mark.parametrize("strict", ["yes", 1, 0])
async def test_the_setting(strict: Any) -> None:
    """The setting is True, False or None."""
    with pytest.raises(ConfigurationError, match="strict: expected True or False, or None, found"):
        Pictory(KEY, strict=strict)
