"""Whole flows: several operations and waits that make one thing."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

import anyio
import anyio.to_thread
import attrs

from pictory_async._errors import DownloadError, InvalidRequestError
from pictory_async._jobs._patience import Patience
from pictory_async._models import storyboard as current
from pictory_async._models import v1 as first
from pictory_async._transport._files import check_target


if TYPE_CHECKING:
    from pathlib import Path

    from pictory_async._endpoints.renders import Renders
    from pictory_async._endpoints.storyboards import Storyboards
    from pictory_async._endpoints.v1 import V1
    from pictory_async._jobs._waits import OnProgress, Waits
    from pictory_async._models.jobs import Job
    from pictory_async._models.results import Preview, Video
    from pictory_async._transport._files import Files, OnBytes


Script: TypeAlias = str | current.Storyboard | first.Storyboard | Mapping[str, Any]
Version: TypeAlias = Literal["v1", "v2"]

_NAME_WORDS: Final = 6
_DEFAULT_NAME: Final = "video"


@attrs.frozen(kw_only=True)
class Flows:
    """Run flows with the parts of one client."""

    storyboards: Storyboards
    renders: Renders
    v1: V1
    waits: Waits
    files: Files

    async def text_to_video(
        self,
        script: Script,
        version: Version | None,
        *,
        name: str | None,
        speaker: str | None,
        output: Path | None,
        timeout: float | None,
        on_progress: OnProgress | None,
        on_bytes: OnBytes | None,
    ) -> Video:
        """Preview, render and download (the seed's "Text to Video API Flow")."""
        if output is not None:
            # Before anything is paid for.
            await anyio.to_thread.run_sync(check_target, output, "output")
        ends = anyio.current_time() + (math.inf if timeout is None else timeout)
        preview = await self._preview(script, version, name, speaker)
        await self.waits.wait(preview, _until(ends), on_progress=on_progress)
        renders = self.v1.renders if _version_of(script, version) == "v1" else self.renders
        render = await renders.from_preview(preview)
        video = await self.waits.wait(render, _until(ends), on_progress=on_progress)
        if output is not None:
            await self.download(video, output, on_bytes)
        return video

    async def download(self, source: Video | str, target: Path, on_bytes: OnBytes | None) -> Path:
        """Download a finished video, or what is at a URL."""
        if isinstance(source, str):
            return await self.files.download(source, target, on_bytes)
        if source.url is None:
            expected = "a video with a URL"
            raise InvalidRequestError("source", expected, f"none in job {source.job_id}")
        try:
            return await self.files.download(source.url, target, on_bytes)
        except DownloadError as exc:
            raise DownloadError(exc.message, exc.url, exc.status, source.job_id) from exc

    async def _preview(
        self, script: Script, version: Version | None, name: str | None, speaker: str | None
    ) -> Job[Preview]:
        generation = _version_of(script, version)
        if not isinstance(script, str):
            for argument, value in (("name", name), ("speaker", speaker)):
                if value is not None:
                    expected = "None beside a storyboard, which says it itself"
                    raise InvalidRequestError(argument, expected, repr(value))
            storyboard: Any = script
        else:
            model = first.Storyboard if generation == "v1" else current.Storyboard
            storyboard = model.from_script(script, name=name or _name_of(script), speaker=speaker)
        if generation == "v1":
            return await self.v1.storyboards.preview(storyboard)
        return await self.storyboards.preview(storyboard)


def _version_of(script: Script, version: Version | None) -> Version:
    """Tell the generation of the API by the script, where that says it.

    Raises:
        InvalidRequestError: The version is none, or contradicts the storyboard.
    """
    if version not in {None, "v1", "v2"}:
        raise InvalidRequestError("version", "'v1' or 'v2'", repr(version))
    own: Version | None = None
    if isinstance(script, current.Storyboard):
        own = "v2"
    elif isinstance(script, first.Storyboard):
        own = "v1"
    if own is not None and version not in {None, own}:
        raise InvalidRequestError("version", f"{own!r}, as the storyboard is", repr(version))
    return own or version or "v2"


def _until(ends: float) -> Patience:
    """Return the patience of a wait that shares its timeout with others."""
    if ends == math.inf:
        return Patience(timeout=None)
    return Patience(timeout=max(ends - anyio.current_time(), 0.001))


def _name_of(script: str) -> str:
    """Return the first words of a script as a name that any file system takes."""
    words = re.findall(r"[A-Za-z0-9]+", script)
    return " ".join(words[:_NAME_WORDS]) or _DEFAULT_NAME
