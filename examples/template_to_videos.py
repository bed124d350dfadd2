"""Make a video for each row of a table: python examples/template_to_videos.py p.pictai rows.csv.

The project is exported from the web application and has names such as {{Name}} in its texts; the
table has a column for each of them, and a first column that names the video.
"""

from __future__ import annotations

import argparse
import csv
from pathlib import Path

import anyio

from pictory_async import Pictory, PictoryError


def rows_of(table: Path) -> dict[str, dict[str, str]]:
    """Return the variables of each video by the video's name."""
    with table.open(encoding="utf-8", newline="") as file:
        names, *rows = csv.reader(file)
    return {row[0]: dict(zip(names[1:], row[1:], strict=True)) for row in rows}


async def main() -> None:
    """Read the arguments, then do it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("project", type=Path, help="a .pictai file")
    parser.add_argument("table", type=Path, help="a CSV file")
    parser.add_argument("--folder", type=Path, default=Path(), help="where the videos go")
    arguments = parser.parse_args()
    try:
        rows = await anyio.to_thread.run_sync(rows_of, arguments.table)
    except (OSError, ValueError) as error:
        raise SystemExit(f"{arguments.table} is no table. {error}") from error
    try:
        async with Pictory() as pictory:
            outcomes = await pictory.template_to_videos(
                arguments.project, rows, folder=arguments.folder
            )
    except PictoryError as error:
        raise SystemExit(f"No videos. {error}") from error
    for outcome in outcomes:
        jobs = ", ".join(job.id for job in outcome.jobs)
        print(f"{outcome.key}: {outcome.error or 'done'} (jobs {jobs or 'none'})")


if __name__ == "__main__":
    anyio.run(main)
