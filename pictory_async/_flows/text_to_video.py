"""Text to video: preview, render, download (the seed's "Text to Video API Flow")."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import attrs

from pictory_async._errors import InvalidRequestError
from pictory_async._flows.generations import MODELS, version_of


if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pictory_async._flows.generations import Generations, Storyboard, Version
    from pictory_async._flows.run import Run
    from pictory_async._flows.transfers import Transfers
    from pictory_async._models.results import Video

    Script: TypeAlias = str | Storyboard | Mapping[str, Any]


_NAME_WORDS: Final = 6
_DEFAULT_NAME: Final = "video"


@attrs.frozen
class TextToVideo:
    """Make a video of a script."""

    _generations: Generations
    _transfers: Transfers

    async def make(
        self,
        script: Script,
        version: Version | None,
        run: Run,
        *,
        name: str | None,
        speaker: str | None,
        output: Path | None,
    ) -> Video:
        """Preview, render and download."""
        generation = version_of(script, version)
        storyboard = storyboard_of(script, generation, name, speaker)
        await self._transfers.check(output)
        preview = await self._generations.preview(storyboard, generation)
        video = await self._generations.video(preview, generation, run)
        await self._transfers.deliver(video, output, run.hooks.on_bytes)
        return video


def storyboard_of(
    script: Script, version: Version, name: str | None, speaker: str | None
) -> Storyboard | Mapping[str, Any]:
    """Return the storyboard of a script, or what is one already.

    Raises:
        InvalidRequestError: The text is blank, or beside a storyboard there is what it says itself.
    """
    if isinstance(script, str):
        return MODELS[version].from_script(script, name=name or _name_of(script), speaker=speaker)
    for argument, value in (("name", name), ("speaker", speaker)):
        if value is not None:
            expected = "None beside a storyboard, which says it itself"
            raise InvalidRequestError(argument, expected, repr(value))
    return script


def _name_of(script: str) -> str:
    """Return the first words of a script as a name that any file system takes."""
    words = re.findall(r"[A-Za-z0-9]+", script)
    return " ".join(words[:_NAME_WORDS]) or _DEFAULT_NAME
