"""What the benchmarks share: a server in its own process, and results that can be kept."""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import attrs


if TYPE_CHECKING:
    from collections.abc import Generator


RESULTS: Final = Path(__file__).parent / "results"
SERVER: Final = Path(__file__).with_name("server.py")

JOB: Final = "0f0e0d0c-0b0a-4908-8706-050403020100"


@attrs.frozen(kw_only=True)
class Result:
    """One number.

    Args:
        work: What was done.
        who: Who did it.
        value: The number.
        unit: Its unit.
        limit: What the number must be, in words, where that is said.
        holds: Whether it is, or None where nothing is said.
    """

    work: str
    who: str
    value: float
    unit: str
    limit: str = ""
    holds: bool | None = None


@attrs.define
class Report:
    """The results of one script."""

    name: str
    results: list[Result] = attrs.field(factory=list[Result])
    notes: list[str] = attrs.field(factory=list[str])
    points: dict[str, list[tuple[float, float]]] = attrs.field(
        factory=dict[str, list[tuple[float, float]]]
    )

    def add(
        self,
        work: str,
        who: str,
        value: float,
        unit: str,
        limit: str = "",
        *,
        holds: bool | None = None,
    ) -> None:
        """Add a number and print it."""
        self.results.append(
            Result(work=work, who=who, value=value, unit=unit, limit=limit, holds=holds)
        )
        verdict = "" if holds is None else f"  ({limit}: {'yes' if holds else 'NO'})"
        print(f"{work:58} {who:28} {value:12,.2f} {unit}{verdict}", flush=True)

    def note(self, text: str) -> None:
        """Add a remark and print it."""
        self.notes.append(text)
        print(text, flush=True)

    def save(self) -> None:
        """Keep the results for the report."""
        RESULTS.mkdir(exist_ok=True)
        text = json.dumps(attrs.asdict(self), indent=1)
        (RESULTS / f"{self.name}.json").write_text(text + "\n", "utf-8")


def parser(description: str | None) -> argparse.ArgumentParser:
    """Return the parser of a script's arguments."""
    return argparse.ArgumentParser(
        description=description, formatter_class=argparse.ArgumentDefaultsHelpFormatter
    )


def machine() -> str:
    """Return what the numbers were measured on."""
    kind = re.search(
        r"^model name\s*: (.+)$", Path("/proc/cpuinfo").read_text("utf-8"), re.MULTILINE
    )
    processor = f"{os.cpu_count()} cores of {kind[1] if kind else platform.machine()}"
    return f"{processor}, {platform.system()}, Python {platform.python_version()}"


@attrs.define
class Server:
    """A server in its own process."""

    url: str
    pid: int

    def cpu_seconds(self) -> float:
        """Return the CPU time that it has used."""
        fields = Path(f"/proc/{self.pid}/stat").read_text("ascii").rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def serving(delay: float = 0.0) -> Generator[Server]:
    """Serve looks from another process.

    Args:
        delay: Seconds from a request to its answer.
    """
    command = [sys.executable, str(SERVER), "--delay", str(delay)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        try:
            assert process.stdout is not None  # noqa: S101 - it is a pipe
            port = int(process.stdout.readline())
            yield Server(f"http://127.0.0.1:{port}", process.pid)
        finally:
            process.kill()
