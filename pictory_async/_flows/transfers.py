"""Files on their way to the service and back."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

import anyio
import attrs

from pictory_async._arguments import CONTENT_TYPE, STRING, TEXT, Rule
from pictory_async._errors import DownloadError, InvalidRequestError
from pictory_async._flows.file_names import FILE
from pictory_async._flows.outputs import MP4, Links
from pictory_async._models.base import short
from pictory_async._models.results import Video
from pictory_async._shapes.checks import is_encodable
from pictory_async._transport.addresses import shown_link
from pictory_async._transport.disk import loaded, place_of
from pictory_async._transport.downloads import Order
from pictory_async._transport.sniffing import content_by_name
from pictory_async._transport.uploads import content_type_of


if TYPE_CHECKING:
    from pictory_async._endpoints.media import Media
    from pictory_async._flows.outputs import LookNow
    from pictory_async._flows.run import Run
    from pictory_async._transport.disk import Source
    from pictory_async._transport.downloads import Downloads, OnBytes
    from pictory_async._transport.uploads import Uploads


_RESULT: Final = Rule("a finished Video or a URL", lambda value: isinstance(value, Video | str))
_VIDEO: Final = Rule("a finished Video", lambda value: isinstance(value, Video))
_URL: Final = re.compile(r"https?://", re.IGNORECASE)


@attrs.frozen(kw_only=True)
class Transfers:
    """Upload media and download what was made.

    Args:
        media: What says where to upload.
        uploads: What sends files.
        downloads: What fetches files.
        look_now: Looks at a job, for links that have not run out.
    """

    media: Media
    uploads: Uploads
    downloads: Downloads
    look_now: LookNow

    async def send_media(
        self,
        source: Source,
        name: str | None = None,
        content_type: str | None = None,
        on_bytes: OnBytes | None = None,
    ) -> str:
        """Upload a file and return where it is for good."""
        STRING.or_none.check_argument("name", name)
        CONTENT_TYPE.or_none.check_argument("content_type", content_type)
        async with loaded(source) as load:
            file_name = name or load.name
            if file_name is None:
                expected = "the file's name, since the bytes have none"
                raise InvalidRequestError("name", expected, repr(name))
            if name is None and not is_encodable(file_name):
                expected = "a file whose name UTF-8 can encode, or a name for it"
                raise InvalidRequestError("source", expected, short(file_name))
            kind = content_type or content_type_of(file_name)
            place = await self.media.upload_url(file_name, kind)
            await self.uploads.put_file(place.signed_url, load, kind, on_bytes)
        return place.url

    async def arrived(
        self, source: Source, name: str | None, on_bytes: OnBytes | None = None
    ) -> str:
        """Return the URL of media, which are uploaded unless they are a URL already."""
        if isinstance(source, str) and _URL.match(source):
            return source
        return await self.send_media(source, name, None, on_bytes)

    async def fetch_result(
        self, source: Video | str, target: Path, on_bytes: OnBytes | None
    ) -> Path:
        """Download a finished video, or what is at a URL."""
        _RESULT.check_argument("source", source)
        if isinstance(source, str):
            order = Order(content=content_by_name(target.name), on_bytes=on_bytes)
            return await self.downloads.fetch_file(source, target, order)
        return await self._links(source).fetch(MP4, target, on_bytes)

    async def fetch_outputs(
        self, video: Video, folder: object, name: str | None, on_bytes: OnBytes | None
    ) -> dict[str, Path]:
        """Download all files of a finished video into a folder."""
        _VIDEO.check_argument("video", video)
        TEXT.or_none.check_argument("name", name)
        place = cast("Path", await self.checked_folder(folder))
        stem = FILE.name(name or video.job_id)
        return await self._links(video).fetch_all(place / stem, on_bytes)

    async def check_output(self, output: Path | None) -> None:
        """Refuse a place where no file can be put, before anything is paid for."""
        if output is not None:
            await place_of(output, "output")

    async def checked_folder(self, folder: object) -> Path | None:
        """Return a folder as a path, or refuse one that no file can be put into."""
        if folder is None:
            return None
        if not isinstance(folder, str | os.PathLike):
            raise InvalidRequestError("folder", "the path of a folder, or None", short(folder))
        path = Path(cast("str | os.PathLike[str]", folder))
        try:
            await place_of(path / "video.mp4", "folder")
        except InvalidRequestError:
            expected = "a folder that exists and can be written to"
            raise InvalidRequestError("folder", expected, str(path)) from None
        return path

    async def end_run(self, video: Video, output: Path | None, run: Run) -> None:
        """Download the video of a flow, where that is wanted.

        Raises:
            DownloadError: It did not arrive.
        """
        await self.deliver(video, output, run.hooks.on_bytes, run.seconds_to_download())

    async def deliver(
        self, video: Video, output: Path | None, on_bytes: OnBytes | None, seconds: float
    ) -> None:
        """Download a finished video, where that is wanted, within some seconds.

        Raises:
            DownloadError: It did not arrive; whatever was in the way, it is paid for.
        """
        if output is None:
            return
        ends = anyio.current_time() + seconds
        try:
            await self._links(video).fetch(MP4, output, on_bytes, ends=ends)
        except InvalidRequestError as exc:
            # The folder was there before the render, and is not any more.
            msg = f"cannot be put there: {exc}"
            raise DownloadError(msg, shown_link(video.url or ""), None, video.job_id) from exc

    def _links(self, video: Video) -> Links:
        return Links(video, self.downloads, self.look_now)
