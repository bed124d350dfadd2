"""Make a video of each text file in a folder, all at once: one failure does not hide the others."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

import anyio

from pictory_async import Pictory, PictoryError


if TYPE_CHECKING:
    from collections.abc import AsyncIterator


async def scripts(folder: Path) -> AsyncIterator[tuple[str, str]]:
    """Read the files one by one, when there is room for another video."""
    for path in sorted(folder.glob("*.txt")):
        yield path.stem, await anyio.Path(path).read_text("utf-8", "replace")


async def main() -> None:
    """Read the arguments, then do it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="a folder with .txt files")
    folder: Path = parser.parse_args().folder
    try:
        await make(folder)
    except PictoryError as error:
        raise SystemExit(f"No more videos. {error}") from error


async def make(folder: Path) -> None:
    """Make the videos, and say what became of each."""
    async with Pictory() as pictory:
        batch = pictory.render_many(scripts(folder), folder=folder)
        async with batch as outcomes:
            async for outcome in outcomes:
                if outcome.error is None:
                    print(f"{outcome.key}: {outcome.result().duration} s")
                else:
                    print(f"{outcome.key}: {outcome.error}")


if __name__ == "__main__":
    anyio.run(main)
