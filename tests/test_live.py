"""One preview at the real service, where somebody asks for it, and a test that this still works."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from pictory_async import Pictory, Preview
from pictory_async.testing import FakePictory


ROOT: Final = Path(__file__).parents[1]
SUBMIT: Final = "POST /v2/video/storyboard"
LOOK: Final = "GET /v1/jobs/{job_id}"


@pytest.fixture
def anyio_backend() -> str:
    """Run on one event loop only: each run makes a preview."""
    return "asyncio"


@pytest.mark.anyio
@pytest.mark.skipif(
    os.environ.get("PICTORY_LIVE") != "1",
    reason="makes a preview at the service; to run it, set PICTORY_LIVE=1 and PICTORY_API_KEY, "
    "or PICTORY_CLIENT_ID and PICTORY_CLIENT_SECRET",
)
async def test_live() -> None:
    """A preview that is submitted, waited for and looked at is a preview; nothing is rendered."""
    storyboard = {"videoName": "pictory_async", "scenes": [{"story": "Tea is a leaf."}]}
    async with Pictory() as pictory:
        job = await pictory.storyboards.preview(storyboard)
        preview = await pictory.wait_for_job(job, timeout=900)
        update = await pictory.jobs.get(job)

    assert isinstance(preview, Preview)
    # Not the whole results: the links of another answer may be signed anew.
    assert isinstance(update.result, Preview)
    assert job.id == preview.job_id == update.job_id


def test_the_live_test() -> None:
    """The test above passes, makes one preview and has nothing billed: here by the stand-in."""
    fake = FakePictory(preview_seconds=1, draw=False)
    env = {name: value for name, value in os.environ.items() if not name.startswith("PICTORY_")}
    with fake.serve() as url:
        env |= {
            "PICTORY_LIVE": "1",
            "PICTORY_API_KEY": "pictai_test",
            "PICTORY_API_BASE_URL": url,
        }
        done = subprocess.run(  # noqa: S603
            [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", f"{__file__}::test_live"],
            cwd=ROOT,
            env=env,
            text=True,
            capture_output=True,
            check=False,
        )

    assert 0 == done.returncode, done.stdout + done.stderr
    assert re.search(r"^=+ 1 passed in ", done.stdout, re.MULTILINE)
    assert (1, ()) == (fake.count(SUBMIT), fake.billed)
    assert ["storyboard"] == [job.kind for job in fake.jobs.values()]
    assert {SUBMIT, LOOK} == {request.operation for request in fake.requests}
    assert 2 <= fake.count(LOOK)
    assert ((), ()) == (fake.stripped, fake.leaks)
