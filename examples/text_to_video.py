"""Turn a text file into a video: python examples/text_to_video.py script.txt film.mp4."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

import anyio

from pictory_async import Pictory, PictoryError


if TYPE_CHECKING:
    from pictory_async import JobUpdate


def show(update: JobUpdate[object]) -> None:
    """Print what a look saw."""
    name = update.kind.__name__.lower() if update.kind else "job"
    progress = "" if update.progress is None else f" {update.progress:.0f} %"
    print(f"{update.elapsed:6.1f} s  {name} {update.status or 'completed'}{progress}")


async def main() -> None:
    """Read the arguments, then do it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("script", type=Path, help="a text file")
    parser.add_argument("output", type=Path, help="the video to write")
    parser.add_argument("--speaker", help="the voice that reads the text")
    arguments = parser.parse_args()
    try:
        script = await anyio.Path(arguments.script).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SystemExit(f"{arguments.script} is no text file. {error}") from error
    try:
        async with Pictory() as pictory:
            video = await pictory.text_to_video(
                script, speaker=arguments.speaker, output=arguments.output, on_progress=show
            )
    except PictoryError as error:
        raise SystemExit(f"No video. {error}") from error
    print(f"{arguments.output}: {video.duration} s")


if __name__ == "__main__":
    anyio.run(main)
