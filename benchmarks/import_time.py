"""How long it takes to import pictory_async, beside importing what it stands on."""

from __future__ import annotations

import statistics
import subprocess
import sys
from typing import Final

from common import Report, parser


LIMIT: Final = 1.5
BASELINE = "import httpx, attrs, cattrs, anyio"
SUBJECT = "import pictory_async"
# The client's parts, httpx among them, are imported when the first client is made.
CLIENT = "import pictory_async as p; p.Pictory(p.ApiKey('pictai_0'), base_url='http://localhost')"
CLOCK = "import time; t = time.perf_counter(); {}; print(time.perf_counter() - t)"


def seconds(statement: str) -> float:
    """Return the seconds that a statement takes in a new interpreter."""
    command = [sys.executable, "-c", CLOCK.format(statement)]
    return float(subprocess.check_output(command, text=True))  # noqa: S603 - our own words


def main() -> None:
    """Measure each in turn, so that noise hits all alike, and compare the medians."""
    args_of = parser(__doc__)
    args_of.add_argument("--rounds", type=int, default=30, help="interpreters of each kind")
    rounds: int = args_of.parse_args().rounds
    statements = (BASELINE, SUBJECT, CLIENT)
    [seconds(statement) for statement in statements]  # once for the files' sake
    rows = [[seconds(statement) for statement in statements] for _ in range(rounds)]
    medians = [statistics.median(column) for column in zip(*rows, strict=True)]
    baseline, subject, client = (median * 1000 for median in medians)
    report = Report("import_time")
    work = "importing in a new interpreter"
    report.add(work, BASELINE, baseline, "ms")
    report.add(
        work, SUBJECT, subject, f"ms, {subject / baseline:.2f} of it",
        f"at most {LIMIT}", holds=subject <= LIMIT * baseline,
    )  # fmt: skip
    work = "importing and making a client"
    report.add(work, SUBJECT, client, f"ms, {client / baseline:.2f} of importing {BASELINE[7:]}")
    report.save()


if __name__ == "__main__":
    main()
