"""The whole flow down to the file, in real time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pictory_async import DownloadError, Pictory
from pictory_async.schedules import Growing
from pictory_async.testing import FakePictory, Trouble
from tests.helpers import CLIENT, SCRIPT, client


if TYPE_CHECKING:
    from pathlib import Path


pytestmark = pytest.mark.anyio


class TestOutput:
    async def test_file(self, tmp_path: Path) -> None:
        """Where asked, the video is in the file."""
        fake = FakePictory(speed=1000, draw=False)
        schedule = Growing(first=0.01)
        async with client(fake, schedule=schedule) as pictory:
            await pictory.text_to_video(SCRIPT, output=str(tmp_path / "film.mp4"))

        assert b"ftyp" == (tmp_path / "film.mp4").read_bytes()[4:8]
        assert () == fake.leaks

    async def test_lost(self, tmp_path: Path) -> None:
        """A video that did not arrive is an error that names its job, which is paid for."""
        fake = FakePictory(speed=1000, draw=False)
        fake.trouble("GET /files/{key}", Trouble.status(401))
        async with client(fake, schedule=Growing(first=0.01)) as pictory:
            with pytest.raises(DownloadError) as caught:
                await pictory.text_to_video(SCRIPT, output=tmp_path / "film.mp4")

        assert fake.billed == (caught.value.job_id,)
        assert [] == list(tmp_path.iterdir())


async def test_over_a_socket(tmp_path: Path) -> None:
    """The whole flow over a real socket, token and file included."""
    fake = FakePictory(speed=1000, draw=False)
    with fake.serve() as url:
        async with Pictory(CLIENT, base_url=url, schedule=Growing(first=0.01)) as pictory:
            await pictory.text_to_video(SCRIPT, output=tmp_path / "film.mp4")

    assert (tmp_path / "film.mp4").is_file()
    assert 1 == fake.count("POST /v1/oauth2/token")
    assert 1 == len(fake.billed)
