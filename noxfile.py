"""The project's sessions: `nox` runs the tests, the linters and the type checkers."""

from __future__ import annotations

import os
import runpy
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
    "refusals",
    "waits",
    "cancellation",
    "looks",
    "report",
]
SOURCES = ["pictory_async", "tests", "examples", "benchmarks", "noxfile.py"]
LOCK = "requirements-dev.txt"
# Without the checkout on the path it is the installed wheel that is imported.
SAFE_PATH = {"PYTHONSAFEPATH": "1"}


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


def _install(session: nox.Session, *what: str) -> None:
    """Install in the locked versions, so that a release of something else breaks no change."""
    session.install("--constraint", LOCK, *what)


@nox.session
@nox.parametrize("python", _interpreters())
def tests(session: nox.Session) -> None:
    """Test the built wheel, with branch coverage."""
    _install(session, ".[cli]", *_group("tests"))
    env = {**SAFE_PATH, "COVERAGE_FILE": str(Path(".coverage").absolute())}
    # A process for each core; coverage follows them by its patch of subprocesses.
    session.run("coverage", "run", "-m", "pytest", "-n", "auto", *session.posargs, env=env)


@nox.session
def coverage(session: nox.Session) -> None:
    """Combine what the tests covered, and demand all of it."""
    _install(session, "coverage")
    session.run("coverage", "combine")
    session.run("coverage", "report")


@nox.session
def bare(session: nox.Session) -> None:
    """Make a video where nothing but the core is installed."""
    _install(session, ".")
    session.run("python", "tests/bare.py", env=SAFE_PATH)


@nox.session
def newest(session: nox.Session) -> None:
    """Test with the newest releases of everything, as those get them who install the package."""
    session.install("--upgrade", ".[cli]", *_group("tests"))
    session.run("python", "-m", "pytest", "-n", "auto", *session.posargs, env=SAFE_PATH)


@nox.session
def lint(session: nox.Session) -> None:
    """Check the style."""
    _install(session, *_group("lint"))
    session.run("ruff", "check", *SOURCES)
    session.run("ruff", "format", "--check", *SOURCES)


@nox.session
def typing(session: nox.Session) -> None:
    """Check the types, twice."""
    _install(session, ".[cli]", *_group("typing"))
    session.run("mypy", *SOURCES)
    python = str(Path(session.bin, "python"))
    session.run("basedpyright", "--pythonpath", python)
    # As those see the package who install it: it fails if any public name lacks its type.
    verify = ["--verifytypes", "pictory_async", "--ignoreexternal"]
    session.run("basedpyright", "--pythonpath", python, *verify, env=SAFE_PATH)


@nox.session
def demo(session: nox.Session) -> None:
    """Make a video through the embedded stand-in."""
    _install(session, ".[cli]")
    session.run("pictory-async", "demo", *session.posargs)


@nox.session
def bench(session: nox.Session) -> None:
    """Measure, all or those named; each prints its numbers, and the last one writes them down."""
    _install(session, ".[cli]", *_group("bench"))
    for name in session.posargs or BENCHMARKS:
        session.run("python", "-W", "ignore::DeprecationWarning", f"benchmarks/{name}.py")


@nox.session
def build(session: nox.Session) -> None:
    """Build what is published, into `dist`; a tag that is given must be that of this version."""
    version = runpy.run_path("pictory_async/_version.py")["__version__"]
    if session.posargs not in ([], [f"v{version}"]):
        session.error(f"the tag of this version is v{version}, not {' '.join(session.posargs)}")
    shutil.rmtree("dist", ignore_errors=True)
    _install(session, *_group("build"))
    session.run("python", "-m", "build")


@nox.session
def lock(session: nox.Session) -> None:
    """Lock the development environment: add what is new; with `-- --upgrade`, renew all of it."""
    _install(session, *_group("lock"))
    # One file for every supported Python and every platform, which names no package index.
    session.run(
        "uv",
        "--no-config",
        "pip",
        "compile",
        "--universal",
        f"--python-version={SUPPORTED[0]}",
        "--no-emit-index-url",
        "--no-emit-find-links",
        "--annotation-style=line",
        "--custom-compile-command=nox -s lock",
        "--all-extras",
        "--group=dev",
        f"--output-file={LOCK}",
        *session.posargs,
        "pyproject.toml",
    )
