"""The command `pictory-async`, as a person would use it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import av
import pytest
from click.testing import CliRunner

import pictory_async.__main__
from pictory_async import __version__
from pictory_async._cli import cli
from pictory_async._wire.meanings import TABLE, Meaning
from tests.helpers import PATIENCE


def seconds(film: Path) -> float:
    """Return how long a film is."""
    with av.open(film) as container:
        (stream,) = container.streams.video
        assert stream.duration is not None
        assert stream.time_base is not None
        return float(stream.duration * stream.time_base)


def test_demo(tmp_path: Path) -> None:
    """The demo makes a film as long as its scenes, and says what happened and where it is."""
    (tmp_path / "script.txt").write_text("One two three four five six.\nSeven.", "utf-8")
    film = tmp_path / "[bold] film.mp4"
    done = CliRunner().invoke(
        cli, ["demo", "--script", str(tmp_path / "script.txt"), "--output", str(film)]
    )

    assert 0 == done.exit_code
    assert 4.5 == pytest.approx(seconds(film), abs=0.1)
    assert "http://127.0.0.1:" in done.output
    assert "1 token, 2 jobs" in done.output
    assert "Pictory would have billed 1 render" in done.output
    assert f"{film}: 4.5 s" in done.output


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--output", "nowhere/film.mp4"], "expected a file in a folder that exists"),
        (["--script", "nowhere.txt"], "No such file"),
        (["--script", "empty.txt"], "expected a text that is not blank"),
        (["--script", "picture.png"], "is not a text file in UTF-8"),
        (["--output", "."], "is a directory"),
    ],
    ids=str,
)
def test_bad_arguments(
    arguments: list[str], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bad argument is one line of explanation and no film."""
    monkeypatch.chdir(tmp_path)
    Path("empty.txt").touch()
    Path("picture.png").write_bytes(b"\x89PNG\xff")
    done = CliRunner().invoke(cli, ["demo", *arguments])

    assert 0 != done.exit_code
    assert message in done.output
    assert "Traceback" not in done.output
    assert "answers at" not in done.output
    assert [] == list(tmp_path.glob("*.mp4"))


def test_output_is_the_script(tmp_path: Path) -> None:
    """A script is not overwritten by its own film, however its path is written."""
    (tmp_path / "script.txt").write_text("One.", "utf-8")
    (tmp_path / "link.txt").symlink_to(tmp_path / "script.txt")
    arguments = ["--script", str(tmp_path / "script.txt"), "--output", str(tmp_path / "link.txt")]
    done = CliRunner().invoke(cli, ["demo", *arguments])

    assert 1 == done.exit_code
    assert "is the script: choose another --output" in done.output
    assert "One." == (tmp_path / "script.txt").read_text("utf-8")


@pytest.mark.parametrize(
    ("source", "message"),
    [("script.txt", "is the script: choose another"), ("blank.txt", "a text that is not blank")],
)
def test_script_from_standard_input(source: str, message: str, tmp_path: Path) -> None:
    """A script that is piped in is told from the file that the film replaces."""
    (tmp_path / "script.txt").write_text("One.", "utf-8")
    (tmp_path / "blank.txt").touch()
    command = [sys.executable, "-m", "pictory_async", "demo", "--script", "-"]
    with (tmp_path / source).open() as stdin:
        done = subprocess.run(  # noqa: S603
            [*command, "--output", "script.txt"],
            stdin=stdin,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )

    assert 1 == done.returncode
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert "One." == (tmp_path / "script.txt").read_text("utf-8")


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGTERM to be sent")
@pytest.mark.parametrize("ignored", ["", "trap '' INT; "])
def test_terminated(tmp_path: Path, ignored: str) -> None:
    """SIGTERM ends a command as Ctrl-C does, also where a shell lets it ignore that."""
    command = ["sh", "-c", f"{ignored}exec '{sys.executable}' -m pictory_async demo"]
    with subprocess.Popen(  # noqa: S603
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert "A stand-in" in process.stdout.readline()
        process.terminate()
        _, errors = process.communicate(timeout=PATIENCE)

    assert 1 == process.returncode
    assert "Aborted!\n" == errors.lstrip()
    assert [] == [*tmp_path.iterdir()]


def test_answers() -> None:
    """The table of answers comes with its reasons, however narrow the terminal is."""
    done = CliRunner().invoke(cli, ["answers"], env={"COLUMNS": "200"})

    assert 0 == done.exit_code
    for row in TABLE:
        assert row.answer in done.output
        assert row.reason in done.output
    words = " ".join(done.output.split())
    assert all(" ".join(meaning.explanation.split()) in words for meaning in Meaning)


def test_module() -> None:
    """`python -m pictory_async` is the command."""
    command = [sys.executable, "-m", "pictory_async", "--version"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603

    assert f"pictory-async, version {__version__}\n" == done.stdout


def test_without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without its extra the command says which one it needs."""
    monkeypatch.delitem(sys.modules, "pictory_async._cli")
    monkeypatch.setitem(sys.modules, "click", None)
    with pytest.raises(SystemExit, match=r"pip install 'pictory-async\[cli\]'"):
        pictory_async.__main__.main()


def test_with_a_broken_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another module that is missing is not taken for the extra."""
    monkeypatch.delitem(sys.modules, "pictory_async._cli")
    monkeypatch.setitem(sys.modules, "pictory_async._cli", None)
    with pytest.raises(ModuleNotFoundError, match="_cli"):
        pictory_async.__main__.main()
