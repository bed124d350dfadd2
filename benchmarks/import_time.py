"""How long it takes to import pictory_async, beside importing what it stands on."""

from __future__ import annotations

import argparse
import platform
import statistics
import subprocess
import sys
from importlib.metadata import version


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
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=30, help="interpreters of each kind")
    rounds: int = parser.parse_args().rounds
    statements = (BASELINE, SUBJECT, CLIENT)
    [seconds(statement) for statement in statements]  # once for the files' sake
    rows = [[seconds(statement) for statement in statements] for _ in range(rounds)]
    baseline, *subjects = (statistics.median(column) for column in zip(*rows, strict=True))
    libraries = ", ".join(
        f"{name} {version(name)}" for name in ("httpx", "attrs", "cattrs", "anyio")
    )
    print(f"Python {platform.python_version()}, {libraries}, median of {rounds}")
    print(f"{BASELINE}: {baseline * 1000:.1f} ms")
    for statement, median in zip(statements[1:], subjects, strict=True):
        print(f"{statement}: {median * 1000:.1f} ms, {median / baseline:.2f} of it")


if __name__ == "__main__":
    main()
