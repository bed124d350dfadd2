"""The project's sessions: `nox` runs the tests, the linters and the type checkers."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import nox


nox.needs_version = ">=2025.5"
nox.options.sessions = ["tests", "coverage", "bare", "lint", "typing"]
nox.options.default_venv_backend = "virtualenv"
nox.options.download_python = "never"
nox.options.error_on_external_run = True

SUPPORTED = ["3.11", "3.12", "3.13"]
PROJECT = nox.project.load_toml("pyproject.toml")
BENCHMARKS = [
    "import_time",
    "decode",
    "files",
    "schedules",
    "batch",
    "waits",
    "cancellation",
    "looks",
    "report",
]
SOURCES = ["pictory_async", "tests", "examples", "benchmarks", "noxfile.py"]


def _find(version: str) -> str | None:
    """Return an interpreter of a version that starts, or None.

    A version manager's shim is on the PATH even where it leads nowhere, so pyenv's own folder is
    searched too.
    """
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"), "versions")
    on_path = shutil.which(f"python{version}")
    found = [str(python) for python in sorted(pyenv.glob(f"{version}.*/bin/python"))]
    candidates = [on_path, *found] if on_path else found
    return next((python for python in candidates if _starts(python)), None)


def _starts(python: str) -> bool:
    return subprocess.run([python, "-c", ""], capture_output=True, check=False).returncode == 0  # noqa: S603


def _interpreters() -> list[nox.param]:
    """Return the interpreters to test with; the one that runs nox is always among them."""
    running = f"{sys.version_info.major}.{sys.version_info.minor}"
    versions = sorted({*SUPPORTED, running}, key=lambda version: int(version.split(".")[1]))
    found = {
        version: sys.executable if version == running else _find(version) for version in versions
    }
    return [nox.param(python, id=version) for version, python in found.items() if python]


def _group(name: str) -> list[str]:
    return list(nox.project.dependency_groups(PROJECT, name))


@nox.session
@nox.parametrize("python", _interpreters())
def tests(session: nox.Session) -> None:
    """Test the built wheel, with branch coverage."""
    session.install(".[cli]", *_group("tests"))
    env = {
        # Without the checkout on the path it is the installed wheel that is imported.
        "PYTHONSAFEPATH": "1",
        "COVERAGE_FILE": str(Path(".coverage").absolute()),
    }
    # A process for each core; coverage follows them by its patch of subprocesses.
    session.run("coverage", "run", "-m", "pytest", "-n", "auto", *session.posargs, env=env)


@nox.session
def coverage(session: nox.Session) -> None:
    """Combine what the tests covered, and demand all of it."""
    session.install("coverage")
    session.run("coverage", "combine")
    session.run("coverage", "report")


@nox.session
def bare(session: nox.Session) -> None:
    """Make a video where nothing but the core is installed."""
    session.install(".")
    session.run("python", "tests/bare.py", env={"PYTHONSAFEPATH": "1"})


@nox.session
def lint(session: nox.Session) -> None:
    """Check the style."""
    session.install(*_group("lint"))
    session.run("ruff", "check", *SOURCES)
    session.run("ruff", "format", "--check", *SOURCES)


@nox.session
def typing(session: nox.Session) -> None:
    """Check the types, twice."""
    session.install(".[cli]", *_group("typing"))
    session.run("mypy", *SOURCES)
    session.run("basedpyright", "--pythonpath", str(Path(session.bin, "python")))


@nox.session
def demo(session: nox.Session) -> None:
    """Make a video through the embedded stand-in."""
    session.install(".[cli]")
    session.run("pictory-async", "demo", *session.posargs)


@nox.session
def bench(session: nox.Session) -> None:
    """Measure, all or those named; each prints its numbers, and the last one writes them down."""
    session.install(".[cli]", *_group("bench"))
    for name in session.posargs or BENCHMARKS:
        session.run("python", "-W", "ignore::DeprecationWarning", f"benchmarks/{name}.py")
