"""Write what the other benchmarks found into README.md beside this file, with its pictures."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from common import RESULTS, machine, parser
from matplotlib.figure import Figure


if TYPE_CHECKING:
    from collections.abc import Iterable


HERE: Final = Path(__file__).parent
# What each script measured, in the order of the page.
CHAPTERS: Final = {
    "looks": "Looks at jobs",
    "waits": "Pending waits",
    "schedules": "Finding out that a job is done",
    "batch": "A thousand items",
    "refusals": "Random refusals",
    "cancellation": "Cancelling",
    "files": "Files",
    "decode": "Transcripts",
    "import_time": "Importing",
}
LIBRARIES: Final = (
    "httpx",
    "runwayml",
    "openai",
    "replicate",
    "fal-client",
    "requests",
    "pydantic",
    "orjson",
)
HEAD: Final = """# Benchmarks

This page is written by `nox -s bench`, which runs every script of this folder; each has a `--help`.
All rows of a table come from one run on one machine, so compare them with each other and not with
those of another page. "Must be" is what this project asks of itself. The server is a process of
its own that answers with ready bytes. The batch, the refusals and the schedules run in virtual
time: their seconds are exact. `nox -s bench -- schedules` runs one of them alone.

- {day}, {machine}.
- pictory_async {ours} beside {libraries}.
"""


def table(results: Iterable[dict[str, Any]]) -> str:
    """Return the rows of one script."""
    rows = ["| work | who | found | must be |", "|---|---|---|---|"]
    for row in results:
        verdict = {True: "yes", False: "**no**", None: ""}[row["holds"]]
        limit = f"{row['limit']}: {verdict}" if row["limit"] else ""
        digits = 0 if row["value"] >= 100 or row["value"] == int(row["value"]) else 2  # noqa: PLR2004 - to read
        rows.append(
            f"| {row['work']} | {row['who']} | {row['value']:,.{digits}f} {row['unit']} | {limit} |"
        )
    return "\n".join(rows)


def draw_schedules(points: dict[str, list[tuple[float, float]]]) -> None:
    """Draw looks against delay."""
    figure: Any = Figure(figsize=(8, 5), layout="constrained")
    axes: Any = figure.subplots()
    for who, places in points.items():
        ours = who.startswith(("learned", "the default"))
        for looks, delay in places:
            axes.scatter(looks, delay, color="tab:green" if ours else "tab:gray", zorder=3)
            place = (6, -11) if ours else (6, 5)
            axes.annotate(who, (looks, delay), textcoords="offset points", xytext=place, fontsize=8)
    axes.set(
        xlabel="looks per job",
        ylabel="mean delay in seconds",
        title="Jobs of about three minutes: nearer to the corner is better",
        xlim=(0, 26),
        ylim=(0, 34),
    )
    axes.grid(alpha=0.3)
    figure.savefig(HERE / "schedules.png", dpi=110)


def draw_looks(results: list[dict[str, Any]]) -> None:
    """Draw looks a second with many in flight."""
    rows = [row for row in results if row["work"].startswith("looks with")]
    figure: Any = Figure(figsize=(8, 3.2), layout="constrained")
    axes: Any = figure.subplots()
    names, values = [row["who"] for row in rows], [row["value"] for row in rows]
    colors = ["tab:green" if name == "pictory_async" else "tab:gray" for name in names]
    bars = axes.barh(names, values, color=colors)
    axes.bar_label(bars, fmt="{:,.0f}", padding=4)
    axes.invert_yaxis()
    axes.set(xlabel="looks a second", title=rows[0]["work"], xlim=(0, max(values) * 1.12))
    figure.savefig(HERE / "looks.png", dpi=110)


def main() -> None:
    """Write the page."""
    parser(__doc__).parse_args()
    reports = {name: json.loads((RESULTS / f"{name}.json").read_text("utf-8")) for name in CHAPTERS}
    draw_schedules(reports["schedules"]["points"])
    draw_looks(reports["looks"]["results"])
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    day = datetime.now(UTC).date().isoformat()
    parts = [
        HEAD.format(machine=machine(), day=day, ours=version("pictory-async"), libraries=libraries)
    ]
    pictures = {"looks": "looks.png", "schedules": "schedules.png"}
    for name, title in CHAPTERS.items():
        report = reports[name]
        lines = [
            f"## {title}",
            f"`benchmarks/{name}.py`",
            table(report["results"]),
            *report["notes"],
        ]
        if name in pictures:
            lines.insert(2, f"![{title}]({pictures[name]})")
        parts.append("\n\n".join(lines) + "\n")
    (HERE / "README.md").write_text("\n".join(parts), "utf-8")
    print(f"{HERE / 'README.md'} is written")


if __name__ == "__main__":
    main()
