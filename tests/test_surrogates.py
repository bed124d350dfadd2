"""Half of a surrogate pair, which no request can carry: an error of ours that names where it is.

It comes from a text that was cut by another program, and from the names of files that are not
UTF-8, of which Python makes such strings.
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from pictory_async import (
    ApiKey,
    ClientCredentials,
    ConfigurationError,
    InvalidRequestError,
    Pictory,
    PictoryError,
)
from pictory_async.models import AwsConnection
from tests.helpers import KEY, client, json_list, json_object, virtual_fake
from tests.test_arguments import FIRST_BOARD, RIGHT, calls, run


if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator


pytestmark = pytest.mark.anyio

HALF: Final = "a\ud83d"
# A place on the disk may be called so; a yes or no is not sent, and a year needs a month.
NOT_SENT: Final = {"output", "folder", "target", "idempotent", "year"}
# What a model calls a field that a call calls something else.
FIELDS: Final = {
    "name": "video_name",
    "script": "story",
    "preview": "job_id",
    "storyboard": "Storyboard",
    "voice": "NewVoice",
}
# Calls whose items have their errors as outcomes.
BATCHES: Final = {("render_many", "items"), ("wait_for_jobs", "jobs")}


def spoilt(value: Any) -> Iterator[Any]:
    """Yield a value with one of its strings spoilt, each in turn."""
    if isinstance(value, str):
        yield HALF
    if (items := json_list(value)) is not None:
        for index, item in enumerate(items):
            yield from ([*items[:index], each, *items[index + 1 :]] for each in spoilt(item))
    if (fields := json_object(value)) is not None:
        for name, item in fields.items():
            yield from ({**fields, name: each} for each in spoilt(item))
        yield {**fields, HALF: 1}


def values_of(call: str, parameter: str) -> list[Any]:
    """Return what to try."""
    right = RIGHT.get(parameter, "x")
    if call == "v1.storyboards.preview":
        right = FIRST_BOARD
    return [HALF, [HALF], {"a": HALF}, {HALF: "a"}, *spoilt(right)]


class TestEveryCall:
    @pytest.fixture
    def anyio_backend(self, virtual_backend: Any) -> Any:
        """Run in virtual time."""
        return virtual_backend

    @pytest.mark.parametrize(("call", "parameter"), calls(), ids="-".join)
    async def test_half_a_pair(
        self, call: str, parameter: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Wherever such a string is in an argument, an error of ours comes before any request."""
        monkeypatch.chdir(tmp_path)
        for value in values_of(call, parameter):
            fake = virtual_fake(preview_seconds=0, render_seconds=0)
            async with client(fake) as pictory:
                error = await error_of(run(pictory, call, parameter, value))
            if error is not None:
                # It can be printed, and written to a log.
                str(error).encode()
                assert isinstance(error, InvalidRequestError | ConfigurationError)
                assert () == fake.requests
            if value is HALF and parameter not in NOT_SENT:
                assert error is not None or (call, parameter) in BATCHES
                # What a change needs besides is tried below.
                is_change = call.endswith("connections.update")
                assert error is None or is_change or names(error, parameter), error


async def error_of(running: Awaitable[object]) -> PictoryError | None:
    """Return the error of ours that something raises."""
    try:
        await running
    except PictoryError as exc:
        return exc
    return None


def names(error: PictoryError, parameter: str) -> bool:
    """Tell whether an error begins with the name of an argument."""
    return str(error).startswith((parameter, FIELDS.get(parameter, parameter)))


@pytest.fixture
def anyio_backend(virtual_backend: Any) -> Any:
    """Run in virtual time, on asyncio and on trio."""
    return virtual_backend


@pytest.mark.parametrize(
    ("item", "field"),
    [
        (HALF, "story"),
        ({"videoName": "x", "scenes": [{"story": HALF}]}, r"scenes\[0\]\.story"),
        ({"videoName": "x", "scenes": [{"story": "One.", HALF: 1}]}, r"scenes\[0\]\.Scene"),
    ],
)
async def test_items(item: Any, field: str) -> None:
    """A batch says which item has such a string, and sends nothing."""
    fake = virtual_fake()
    words = rf"^items\[0\]\.{field}: expected text that UTF-8 can enc"
    async with client(fake) as pictory:
        with pytest.raises(InvalidRequestError, match=words):
            await pictory.render_many([item]).start()

    assert () == fake.requests


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"base_url": f"https://{HALF}.example"}, "base_url: expected text that UTF-8 can enco"),
        ({"base_url": f"https://a.example/{HALF}"}, "base_url: expected text that UTF-8 can enco"),
        ({"job_path": f"/{HALF}/{{job_id}}"}, "job_path: expected text that UTF-8 can encode"),
        ({"scheme": HALF}, "scheme: expected one word of printable ASCII"),
        ({"proxy": f"http://{HALF}.example"}, "proxy: expected"),
        ({"proxy": f"http://{HALF}@a.example"}, "proxy: expected"),
    ],
)
def test_settings(settings: dict[str, Any], message: str) -> None:
    """A setting with such a string is refused where the client is made."""
    with pytest.raises(ConfigurationError, match=f"^{re.escape(message)}") as caught:
        Pictory(KEY, **settings)

    str(caught.value).encode()


@pytest.mark.parametrize(
    "make",
    [
        lambda: ApiKey(HALF),
        lambda: ApiKey("a", user_id=HALF),
        lambda: ClientCredentials(HALF, "b"),
        lambda: ClientCredentials("a", HALF),
        lambda: ClientCredentials("a", "b", user_id=HALF),
    ],
)
def test_credentials(make: Callable[[], object]) -> None:
    """So are credentials, without being shown."""
    with pytest.raises(ConfigurationError, match="expected one word of printable ASCII") as caught:
        make()

    assert "ud83d" not in ascii(str(caught.value))


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
async def test_names_of_files(tmp_path: Path) -> None:
    """A file whose name is not UTF-8 needs a name of its own, and is uploaded then."""
    path = os.fsdecode(bytes(tmp_path) + b"/caf\xe9.mp4")
    Path(path).write_bytes(b"film")
    fake = virtual_fake()
    async with client(fake) as pictory:
        with pytest.raises(InvalidRequestError) as caught:
            await pictory.upload(path)
        assert () == fake.requests
        await pictory.upload(path, name="cafe.mp4")

    assert ("source", r"'caf\udce9.mp4'") == (caught.value.field, caught.value.found)
    assert "a file whose name UTF-8 can encode, or a name for it" == caught.value.expected


@pytest.mark.parametrize("field", ["name", "description"])
async def test_changes_of_connections(field: str) -> None:
    """A change of a connection is refused as well."""
    fake = virtual_fake()
    connection = AwsConnection(id="c-1", name="a", version=1)
    change: dict[str, Any] = {field: HALF}
    async with client(fake) as pictory:
        with pytest.raises(InvalidRequestError, match=f"^{field}: expected text that UTF-8"):
            await pictory.aws_connections.update(connection, **change)

    assert () == fake.requests


@pytest.mark.parametrize("kind", ["vidéo/mp4", "video/mp4\r\nX-A: b", " video/mp4", ""])
async def test_content_types(kind: str) -> None:
    """A content type is what a header can hold."""
    fake = virtual_fake()
    async with client(fake) as pictory:
        for call in (
            pictory.upload(b"film", name="a.mp4", content_type=kind),
            pictory.media.upload_url("a.mp4", kind),
            pictory.request("POST", "/v1/templates", content=b"x", content_type=kind),
        ):
            with pytest.raises(InvalidRequestError, match=r"^content_type: expected a content "):
                await call

    assert () == fake.requests


async def test_messages_about_places(tmp_path: Path) -> None:
    """An error about the path of a file that is not UTF-8 can be printed."""
    async with client(virtual_fake()) as pictory:
        with pytest.raises(InvalidRequestError, match=r"target: expected a ") as caught:
            await pictory.download("https://a.example/x.mp4", tmp_path / "caf\udce9" / "x.mp4")

    str(caught.value).encode()
