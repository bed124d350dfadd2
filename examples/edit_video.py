"""Cut a recording down to its highlights: python examples/edit_video.py talk.mp4 short.mp4."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

import anyio

from pictory_async import Pictory, PictoryError


if TYPE_CHECKING:
    from pictory_async import Job


def show(job: Job[Any]) -> None:
    """Print a job's id, by which it can be found again whatever happens."""
    print(f"{job.kind.__name__.lower()}: job {job.id}")


def count(done: int, total: int | None) -> None:
    """Print how far a file has come."""
    if done == total:
        print(f"{total} bytes are there")


async def main() -> None:
    """Read the arguments, then do it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("recording", help="a video file, or the URL that an upload returned")
    parser.add_argument("output", help="the video to write")
    parser.add_argument("--seconds", type=float, default=60, help="how long the highlights are")
    parser.add_argument("--language", help="what is spoken, such as en-US")
    arguments = parser.parse_args()
    try:
        async with Pictory() as pictory:
            video = await pictory.edit_video(
                arguments.recording,
                seconds=arguments.seconds,
                language=arguments.language,
                output=arguments.output,
                on_job=show,
                on_bytes=count,
            )
    except PictoryError as error:
        raise SystemExit(f"No video. {error}") from error
    print(f"{arguments.output}: {video.duration} s")


if __name__ == "__main__":
    anyio.run(main)
