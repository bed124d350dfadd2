"""The files that a finished video consists of, behind links that do not last."""

from __future__ import annotations

import math
from http import HTTPStatus
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import anyio
import attrs

from pictory_async._callbacks import call
from pictory_async._errors import DownloadError, PictoryError
from pictory_async._models.results import Video
from pictory_async._transport.addresses import shown_link
from pictory_async._transport.downloads import Order
from pictory_async._transport.sniffing import Content
from pictory_async._wire.results import read_update


if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from pictory_async._transport.downloads import Downloads, OnBytes
    from pictory_async._wire.job_states import Look

    LookNow = Callable[[str], Awaitable[Look]]


# How a storage answers a link that has run out: S3 says 403, or 400 where the token that signed it
# has expired; others have the file no more; some show a page, which is what a refused 200 is.
_RUN_OUT: Final = frozenset(
    {
        HTTPStatus.OK,
        HTTPStatus.BAD_REQUEST,
        HTTPStatus.FORBIDDEN,
        HTTPStatus.NOT_FOUND,
        HTTPStatus.GONE,
    }
)
# How many of a video's files are on their way at once.
_AT_ONCE: Final = 3
# Before the same link is tried once more: a file may be there a moment later than its link.
_PAUSE_SECONDS: Final = 2.0
_IMAGES: Final = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/gif": ".gif",
    "image/webp": ".webp",
}
_SOUNDS: Final = {
    "audio/mpeg": ".mp3",
    "audio/wav": ".wav",
    "audio/x-wav": ".wav",
    "audio/mp4": ".m4a",
    "audio/x-m4a": ".m4a",
    "audio/aac": ".aac",
    "audio/ogg": ".ogg",
}


@attrs.frozen
class Output:
    """One of the files that a render makes.

    Args:
        name: What it is called among the others.
        link: Returns its link, or None where the service names none.
        content: What it is to be.
        suffixes: The suffixes that it may have, by content type, the usual one first.
    """

    name: str
    link: Callable[[Video], str | None]
    content: Content
    suffixes: Mapping[str, str]

    def suffix_in(self, url: str) -> str | None:
        """Return the suffix that a link tells, or None."""
        suffix = PurePosixPath(urlsplit(url).path).suffix.lower().replace(".jpeg", ".jpg")
        return suffix if suffix in self.suffixes.values() else None

    def suffix_of(self, content_type: str) -> str:
        """Return the suffix that a content type tells, or the usual one."""
        usual = next(iter(self.suffixes.values()))
        return self.suffixes.get(content_type.partition(";")[0].strip().lower(), usual)


MP4: Final = Output("mp4", lambda video: video.url, Content.MEDIA, {"video/mp4": ".mp4"})
OUTPUTS: Final = (
    MP4,
    Output("srt", lambda video: video.srt_url, Content.TEXT, {"application/x-subrip": ".srt"}),
    Output("vtt", lambda video: video.vtt_url, Content.TEXT, {"text/vtt": ".vtt"}),
    Output("txt", lambda video: video.txt_url, Content.TEXT, {"text/plain": ".txt"}),
    Output("thumbnail", lambda video: video.thumbnail_url, Content.MEDIA, _IMAGES),
    Output("audio", lambda video: video.audio_url, Content.MEDIA, _SOUNDS),
)


@attrs.define(eq=False)
class Links:
    """The links of a finished video, whose job is looked at once more where one has run out.

    Args:
        video: The video.
        downloads: What fetches files.
        look_now: Looks at a job.
    """

    _video: Video
    _downloads: Downloads
    _look_now: LookNow
    _looking: anyio.Lock = attrs.field(factory=anyio.Lock, init=False)
    _has_looked: bool = attrs.field(default=False, init=False)

    async def fetch(
        self,
        output: Output,
        target: Path,
        on_bytes: OnBytes | None,
        *,
        is_stem: bool = False,
        ends: float = math.inf,
    ) -> Path:
        """Download one of the files.

        Args:
            output: Which one.
            target: Where to.
            on_bytes: Whom to tell.
            is_stem: Whether the target is still to get a suffix.
            ends: When it must be here, on the event loop's clock; infinite for never.

        Raises:
            InvalidRequestError: The target's folder is none.
            DownloadError: It did not arrive; the error names the job.
        """
        order = Order(content=output.content, on_bytes=on_bytes, ends=ends)
        if is_stem:
            order = attrs.evolve(order, suffix_of=output.suffix_of)
        video, link = self._video, _link(self._video, output)
        try:
            return await self._try(video, output, target, order)
        except DownloadError as exc:
            if link is not None and exc.status not in _RUN_OUT:
                raise
            problem = exc
        if link is None:
            # It may be named a moment later.
            await _pause(ends)
        fresh = await self._fresh(problem, ends)
        fresh_link = _link(fresh, output)
        if fresh_link is None:
            raise problem
        if fresh_link == link:
            await _pause(ends)
        try:
            return await self._try(fresh, output, target, order)
        except DownloadError as exc:
            if exc.status not in _RUN_OUT:
                raise
            raise problem from exc

    async def fetch_all(self, stem: Path, on_bytes: OnBytes | None) -> dict[str, Path]:
        """Download all of the files that the service names, each beside its suffix.

        Args:
            stem: Their place without a suffix.
            on_bytes: Whom to tell of all of them together.

        Raises:
            Exception: The first one that failed, when all were tried.
        """
        # The film is what was paid for: one that is not named is missed.
        named = [each for each in OUTPUTS if each is MP4 or each.link(self._video) is not None]
        arrived, failed = dict[str, Path](), dict[str, Exception]()
        turns, total = anyio.CapacityLimiter(_AT_ONCE), _Total(on_bytes, len(named))

        async def fetch(output: Output) -> None:
            async with turns:
                try:
                    tell = total.part(output.name)
                    arrived[output.name] = await self.fetch(output, stem, tell, is_stem=True)
                except Exception as exc:  # noqa: BLE001 - the others must not suffer from this one
                    failed[output.name] = exc

        async with anyio.create_task_group() as tasks:
            for output in named:
                tasks.start_soon(fetch, output)
        paths = {each.name: arrived[each.name] for each in named if each.name in arrived}
        errors = [(each.name, failed[each.name]) for each in named if each.name in failed]
        if errors:
            raise _with_notes(errors, paths)
        return paths

    async def _try(self, video: Video, output: Output, target: Path, order: Order) -> Path:
        if (url := _link(video, output)) is None:
            raise _no_link(video)
        if order.suffix_of is not None and (suffix := output.suffix_in(url)):
            target, order = (
                target.with_name(target.name + suffix),
                attrs.evolve(order, suffix_of=None),
            )
        try:
            return await self._downloads.fetch_file(url, target, order)
        except DownloadError as exc:
            raise DownloadError(exc.message, exc.url, exc.status, video.job_id) from exc

    async def _fresh(self, problem: DownloadError, ends: float) -> Video:
        """Look at the job, once for all of its links.

        Raises:
            DownloadError: The problem, from what the look met.
        """
        with anyio.move_on_at(ends) as scope:
            async with self._looking:
                self._video = await self._looked(problem)
        if scope.cancelled_caught:
            raise problem
        return self._video

    async def _looked(self, problem: DownloadError) -> Video:
        if self._has_looked:
            return self._video
        self._has_looked, job_id = True, self._video.job_id
        try:
            look = await self._look_now(job_id)
            update = read_update(look.state, job_id, Video)
        except PictoryError as exc:
            msg = f"{problem.message}; asked for a fresh link: {exc}"
            raise attrs.evolve(problem, message=msg) from exc
        return update.result or self._video


@attrs.define(eq=False)
class _Total:
    """The bytes of several files together.

    Args:
        on_bytes: Whom to tell, or None.
        count: How many files there are.
    """

    _on_bytes: OnBytes | None
    _count: int
    _parts: dict[str, tuple[int, int | None]] = attrs.field(
        factory=dict[str, "tuple[int, int | None]"], init=False
    )

    def part(self, name: str) -> OnBytes | None:
        """Return what is to be told of one file."""
        on_bytes = self._on_bytes
        if on_bytes is None:
            return None

        async def tell(done: int, total: int | None) -> None:
            self._parts[name] = (done, total)
            totals = [total for _, total in self._parts.values() if total is not None]
            whole = sum(totals) if len(totals) == self._count else None
            await call(on_bytes, sum(done for done, _ in self._parts.values()), whole)

        return tell


async def _pause(ends: float) -> None:
    await anyio.sleep(min(_PAUSE_SECONDS, max(0.0, ends - anyio.current_time())))


def _link(video: Video, output: Output) -> str | None:
    """Return the link of a file, where it is one that can be fetched."""
    url = output.link(video)
    return url if url is not None and shown_link(url) else None


def _no_link(video: Video) -> DownloadError:
    message = "the service names no file that can be fetched"
    if video.share_url is not None:
        message = f"{message}, only a page that plays it"
    return DownloadError(message, shown_link(video.share_url or ""), None, video.job_id)


def _with_notes(errors: list[tuple[str, Exception]], paths: Mapping[str, Path]) -> Exception:
    """Return the first error, with a note on the others and on what arrived."""
    (first, error), *others = errors
    arrived = ", ".join(map(str, paths.values())) or "nothing"
    error.add_note(f"while the {first} was fetched; what arrived is {arrived}")
    for name, other in others:
        error.add_note(f"nor did the {name} arrive: {other}")
    return error
