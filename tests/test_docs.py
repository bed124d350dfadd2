"""What the README, the docs and the examples say, tried."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pictory_async import _errors
from pictory_async._wire.meanings import TABLE, Asked, Meaning
from pictory_async.testing import FakePictory


if TYPE_CHECKING:
    from collections.abc import Iterator


ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
FENCED = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(page: Path, language: str) -> list[str]:
    """Return the fenced blocks of a page in one language."""
    return [text for name, text in FENCED.findall(page.read_text("utf-8")) if name == language]


PYTHON = [
    pytest.param(text, id=f"{page.stem}-{number}")
    for page in PAGES
    for number, text in enumerate(blocks(page, "python"), 1)
]


@pytest.fixture
def service() -> Iterator[dict[str, str]]:
    """Serve a stand-in that does everything at once, and return an environment for it."""
    fake = FakePictory(preview_seconds=0, render_seconds=0, media_seconds=0, draw=False)
    with fake.serve() as url:
        yield {**os.environ, "PICTORY_API_KEY": "pictai_test", "PICTORY_API_BASE_URL": url}
    assert () == fake.leaks
    assert () == fake.stripped


def run(*arguments: str, env: dict[str, str], cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run Python as a user would."""
    command = [sys.executable, "-W", "error", *arguments]
    return subprocess.run(command, env=env, cwd=cwd, text=True, capture_output=True, check=False)  # noqa: S603


@pytest.mark.parametrize("text", PYTHON)
def test_python(text: str, service: dict[str, str], tmp_path: Path) -> None:
    """Every Python block of the README and the docs runs, and complains of nothing.

    A batch that is left says so in the log, which goes to the standard error by default.
    """
    done = run("-c", text, env=service, cwd=tmp_path)
    complaints = [line for line in done.stderr.splitlines() if not line.startswith("left under")]

    assert ([], 0) == (complaints, done.returncode)


def test_first_example(service: dict[str, str], tmp_path: Path) -> None:
    """The README's first example is a dozen lines long and leaves the film that it names."""
    text = blocks(ROOT / "README.md", "python")[0]
    run("-c", text, env=service, cwd=tmp_path)

    assert 12 >= len([line for line in text.splitlines() if line.strip()])
    assert b"ftyp" == (tmp_path / "hello.mp4").read_bytes()[4:8]


def test_text_to_video_example(service: dict[str, str], tmp_path: Path) -> None:
    """The example for one video makes it and tells of both jobs."""
    (tmp_path / "script.txt").write_text("Hello. World.", "utf-8")
    script = str(ROOT / "examples" / "text_to_video.py")
    done = run(script, "script.txt", "film.mp4", "--speaker", "Brian", env=service, cwd=tmp_path)

    assert ("", 0) == (done.stderr, done.returncode)
    assert "preview completed" in done.stdout
    assert "film.mp4: 4.0 s" in done.stdout
    assert (tmp_path / "film.mp4").is_file()


@pytest.mark.parametrize("content", [None, b"\xff\xfe\0"])
def test_text_to_video_example_without_a_text(
    content: bytes | None, service: dict[str, str], tmp_path: Path
) -> None:
    """The example says what is wrong with the file."""
    if content is not None:
        (tmp_path / "script.txt").write_bytes(content)
    script = str(ROOT / "examples" / "text_to_video.py")
    done = run(script, "script.txt", "film.mp4", env=service, cwd=tmp_path)

    assert (1, "script.txt is no text file.") == (done.returncode, done.stderr[:27])
    assert "Traceback" not in done.stderr


def test_edit_video_example(service: dict[str, str], tmp_path: Path) -> None:
    """The example for highlights tells its jobs and leaves the film."""
    (tmp_path / "talk.mp4").write_bytes(b"a long film")
    script = str(ROOT / "examples" / "edit_video.py")
    done = run(script, "talk.mp4", "short.mp4", "--seconds", "8", env=service, cwd=tmp_path)

    assert ("", 0) == (done.stderr, done.returncode)
    kinds = [line.partition(":")[0] for line in done.stdout.splitlines() if ": job " in line]
    assert ["transcript", "transcript", "preview", "video"] == kinds
    assert "short.mp4: " in done.stdout
    assert (tmp_path / "short.mp4").is_file()


def test_template_to_videos_example(service: dict[str, str], tmp_path: Path) -> None:
    """The example for a table makes a film of each row."""
    (tmp_path / "p.pictai").write_text('{"scenes": [{"text": "Hello, {{Name}}."}]}', "utf-8")
    (tmp_path / "rows.csv").write_text("video,Name\nada,Ada\nbob,Bob\n", "utf-8")
    script = str(ROOT / "examples" / "template_to_videos.py")
    done = run(script, "p.pictai", "rows.csv", env=service, cwd=tmp_path)

    assert ("", 0) == (done.stderr, done.returncode)
    assert ["ada: done", "bob: done"] == [line[:9] for line in done.stdout.splitlines()]
    assert {"ada.mp4", "bob.mp4"} == {path.name for path in tmp_path.glob("*.mp4")}


def test_many_at_once_example(service: dict[str, str], tmp_path: Path) -> None:
    """In the example for many videos the empty one fails and the others are made."""
    for name, text in (("a", b"Hello."), ("b", b""), ("c", b"World.")):
        (tmp_path / f"{name}.txt").write_bytes(text)
    done = run(str(ROOT / "examples" / "many_at_once.py"), ".", env=service, cwd=tmp_path)

    assert ("", 0) == (done.stderr, done.returncode)
    expected = ["a: 2.0 s", "b: items[b].story: expected", "c: 2.0 s"]
    assert expected == sorted(" ".join(line.split()[:3]) for line in done.stdout.splitlines())
    assert {"a.mp4", "c.mp4"} == {path.name for path in tmp_path.glob("*.mp4")}


def test_error_tree() -> None:
    """The guide draws the error tree as the code does."""
    names = re.compile(r"[├└]── (\w+)")
    guide = (ROOT / "docs" / "guide.md").read_text("utf-8")

    assert names.findall(_errors.__doc__ or "") == names.findall(guide)


def test_table_of_answers() -> None:
    """The page on answers has the table that the code goes by."""
    page = (ROOT / "docs" / "answers.md").read_text("utf-8").splitlines()
    rows = [line for line in page if line.startswith("|") and line.count("|") == len(Asked) + 3]

    for meaning in Meaning:
        assert f"- **{meaning.value}**: {meaning.explanation}" in page

    assert rows[2:] == [
        f"| {row.answer} | {' | '.join(row.meaning(a).value for a in Asked)} | {row.reason} |"
        for row in TABLE
    ]


def test_ci_runs_the_readme() -> None:
    """The README's first command makes the film, its second one is what CI runs."""
    demo, test = blocks(ROOT / "README.md", "shell")

    assert 1 == len(demo.splitlines())
    assert demo.rstrip().endswith("pictory-async demo")
    assert test in (ROOT / ".ci" / "run").read_text("utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_links(page: Path) -> None:
    """Every link to a file of the project leads to one."""
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", page.read_text("utf-8"))

    assert [] == [link for link in links if not (page.parent / link).exists()]
