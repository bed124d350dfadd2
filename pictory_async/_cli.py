"""The command `pictory-async`; needs the extra `cli`."""

from __future__ import annotations

import os
import signal
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final, TextIO

import anyio
import attrs
import click
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from pictory_async import (
    ClientCredentials,
    Job,
    JobUpdate,
    Pictory,
    PictoryError,
    Preview,
    Video,
    __version__,
)
from pictory_async._waiting.schedule import ByProgress, Growing
from pictory_async._wire.meanings import TABLE, Asked, Meaning
from pictory_async.testing import FakePictory


if TYPE_CHECKING:
    from collections.abc import Generator


# At this speed a minute of rendering takes three seconds.
_SPEED: Final = 20.0
_DONE: Final = 100.0
_SCRIPT: Final = """\
Every video begins as a few lines of text.
Pictory turns each sentence into a scene. It finds the pictures, the voice and the music.
This client waits for the result without wasting a look.
And here it is: a film, made on your own machine, without an account.
"""


@click.group()
@click.version_option(__version__, prog_name="pictory-async")
@click.pass_context
def cli(context: click.Context) -> None:
    """Turn text into video with Pictory."""
    context.with_resource(_interrupted_by_sigterm())


@cli.command()
@click.option(
    "--script",
    type=click.File(encoding="utf-8"),
    help="A text file; each line and sentence becomes a scene. Default: a text of four lines.",
)
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("demo.mp4"),
    show_default=True,
    help="The file to write the video into.",
)
def demo(script: TextIO | None, output: Path) -> None:
    """Make a video through an embedded stand-in for Pictory: no account, nothing is billed."""
    console = Console()
    text = _SCRIPT if script is None else _read(script)
    if script is not None and _is_file(script, output):
        msg = f"{output} is the script: choose another --output"
        raise click.ClickException(msg)
    try:
        _demo(console, text, output)
    except (PictoryError, ImportError) as exc:
        raise click.ClickException(str(exc)) from exc


@cli.command()
def answers() -> None:
    """Show what each answer means to this client, and why: the table that it goes by."""
    console = Console()
    table = Table("", "answer", *(asked.value for asked in Asked), box=SIMPLE_HEAD, padding=(0, 1))
    reasons = Table.grid(padding=(0, 2, 0, 1))
    for number, row in enumerate(TABLE, 1):
        meanings = [row.meaning(asked).value for asked in Asked]
        table.add_row(str(number), row.answer, *meanings)
        reasons.add_row(str(number), Text(row.reason))
    legend = Table.grid(padding=(0, 2, 0, 1))
    for meaning in Meaning:
        legend.add_row(meaning.value, Text(meaning.explanation))
    console.print(table, reasons, "", legend)


@contextmanager
def _interrupted_by_sigterm() -> Generator[None]:
    """Let SIGTERM end the block as Ctrl-C does; by itself it would end the process at once."""
    before = signal.signal(signal.SIGTERM, _interrupt)
    # A shell lets what it runs in the background ignore it.
    interrupt = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
        signal.signal(signal.SIGINT, interrupt)


def _interrupt(_number: int, _frame: object) -> None:
    signal.raise_signal(signal.SIGINT)


def _read(script: TextIO) -> str:
    try:
        return script.read()
    except UnicodeDecodeError as exc:
        msg = f"{script.name} is not a text file in UTF-8"
        raise click.ClickException(msg) from exc


def _is_file(script: TextIO, path: Path) -> bool:
    return path.exists() and os.path.samestat(path.stat(), os.fstat(script.fileno()))


def _demo(console: Console, text: str, output: Path) -> None:
    fake = FakePictory(speed=_SPEED)
    with fake.serve() as url:
        _tell(console, fake, _run(console, url, text, output), output)


def _run(console: Console, url: str, text: str, output: Path) -> Video:
    with _bars(console, url) as bars:
        return anyio.run(_make, url, text, output, bars)


async def _make(url: str, text: str, output: Path, bars: _Bars) -> Video:
    credentials = ClientCredentials("demo-client", "demo-secret")
    schedule = ByProgress(shortest=0.1, longest=0.5, otherwise=Growing(first=0.2, longest=0.5))
    async with Pictory(credentials, base_url=url, schedule=schedule) as pictory:
        return await pictory.text_to_video(
            text,
            output=output,
            on_job=bars.announce,
            on_progress=bars.show_job,
            on_bytes=bars.show_bytes,
        )


def _tell(console: Console, fake: FakePictory, video: Video, output: Path) -> None:
    tokens = fake.count("POST /v1/oauth2/token")
    looks = fake.count("GET /v1/jobs/{job_id}")
    console.print(
        f"{tokens} token, 2 jobs, {looks} looks; Pictory would have billed "
        f"{len(fake.billed)} render",
        highlight=False,
    )
    size = output.stat().st_size / 1000
    line = f"{output}: {video.duration:.1f} s, {size:.0f} kB"
    # A file may be called [bold], and a terminal be narrow.
    console.print(line, highlight=False, markup=False, soft_wrap=True, style="bold")


@attrs.define
class _Bars:
    """The progress of a preview, a render and a download."""

    _progress: Progress
    _url: str
    _tasks: dict[str, TaskID] = attrs.field(factory=dict[str, TaskID])

    def announce(self, job: Job[object]) -> None:
        """Say who answers, once it is sure that there is something to answer."""
        if job.kind is Preview:
            line = f"A stand-in for Pictory answers at {self._url}"
            self._progress.console.print(line, highlight=False)

    def show_job(self, update: JobUpdate[object]) -> None:
        name = "Render" if update.kind is Video else "Preview"
        self._show(name, _DONE if update.is_done else update.progress, _DONE)

    def show_bytes(self, done: int, total: int | None) -> None:
        self._show("Download", done, total)

    def _show(self, name: str, done: float | None, total: float | None) -> None:
        if name not in self._tasks:
            self._tasks[name] = self._progress.add_task(name, total=None)
        if done is not None:
            self._progress.update(self._tasks[name], completed=done, total=total)


@contextmanager
def _bars(console: Console, url: str) -> Generator[_Bars]:
    columns = (TextColumn("{task.description:9}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        yield _Bars(progress, url)
