"""Make a video of each text file in a folder, all at once: one failure does not hide the others."""

from __future__ import annotations

import argparse
from pathlib import Path

import anyio

from pictory_async import Pictory, PictoryError


async def make(pictory: Pictory, script: Path) -> None:
    """Make the video of one text file, beside it."""
    try:
        text = await anyio.Path(script).read_text("utf-8")
        video = await pictory.text_to_video(text, output=script.with_suffix(".mp4"))
    except (PictoryError, OSError, UnicodeDecodeError) as error:
        print(f"{script.name}: {error}")
    else:
        print(f"{script.name}: {video.duration} s")


async def main() -> None:
    """Read the arguments, then do it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="a folder with .txt files")
    folder: Path = parser.parse_args().folder
    async with Pictory() as pictory, anyio.create_task_group() as group:
        for script in sorted(folder.glob("*.txt")):
            group.start_soon(make, pictory, script)


if __name__ == "__main__":
    anyio.run(main)
