"""What CONTRIBUTING.md and its siblings say, tried."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest


ROOT: Final = Path(__file__).parents[1]
PAGES: Final = ["CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"]
CONTRIBUTING: Final = (ROOT / "CONTRIBUTING.md").read_text("utf-8")


def test_example(tmp_path: Path) -> None:
    """The example of a test in virtual time passes, on both event loops."""
    example = re.findall(r"^```python\n(.*?)^```$", CONTRIBUTING, re.MULTILINE | re.DOTALL)
    (tmp_path / "test_example.py").write_text("".join(example), "utf-8")
    settings = ["-ptests.conftest", "-pno:cacheprovider", f"-c{ROOT / 'pyproject.toml'}"]
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "pytest", *settings, f"--rootdir={tmp_path}", str(tmp_path)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        text=True,
        capture_output=True,
        check=False,
    )

    assert 0 == done.returncode, done.stdout + done.stderr
    assert re.search(r"^=+ 2 passed in ", done.stdout, re.MULTILINE)


@pytest.mark.parametrize("page", PAGES)
def test_links(page: str) -> None:
    """Every link to a file of the project leads to one."""
    links = re.findall(r"\]\((?!https?:)([^)#]+)", (ROOT / page).read_text("utf-8"))

    assert [] == [link for link in links if not (ROOT / link).exists()]


def test_set_up() -> None:
    """The set-up is one command, and a file that it installs from is there."""
    command = re.findall(r"^```shell\n(.*?)^```$", CONTRIBUTING, re.MULTILINE | re.DOTALL)[0]

    assert 1 == len(command.splitlines())
    assert (ROOT / re.findall(r"--requirement (\S+)", command)[0]).is_file()


def test_sessions() -> None:
    """Every session of nox that the page names exists."""
    noxfile = (ROOT / "noxfile.py").read_text("utf-8")
    sessions = re.findall(r"^def ([a-z]+)\(session", noxfile, re.MULTILINE)
    named = re.findall(r'nox (?:-R )?-s "?([a-z ]+)', CONTRIBUTING)

    assert [] == [name for names in named for name in names.split() if name not in sessions]


def test_recipes() -> None:
    """Every file that the recipes name is there, but for those that are to be made."""
    paths = re.findall(r"`([\w./-]+/[\w-]+\.\w+)`", CONTRIBUTING)

    assert [] == [path for path in paths if "NAME" not in path and not (ROOT / path).exists()]
    assert [] == [path for path in paths if not (ROOT / path).parent.is_dir()]
