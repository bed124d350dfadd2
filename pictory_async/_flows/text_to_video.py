"""Text to video: preview, render, download ("Text to Video API Flow" of the older reference)."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import anyio.to_thread
import attrs

from pictory_async._arguments import FLAG, STRING
from pictory_async._errors import InvalidRequestError
from pictory_async._flows.generations import storyboard_of_text
from pictory_async._flows.known_names import KnownNames
from pictory_async._flows.versions import is_storyboard, version_of
from pictory_async._models.base import short
from pictory_async._models.jobs import is_job


if TYPE_CHECKING:
    from pathlib import Path

    from pictory_async._flows.generations import Generations
    from pictory_async._flows.known_names import Catalogues
    from pictory_async._flows.run import Run
    from pictory_async._flows.transfers import Transfers
    from pictory_async._flows.versions import Storyboard, Version
    from pictory_async._models.results import Video

    Script: TypeAlias = str | Storyboard | Mapping[str, Any]


# A text of one line with a suffix at its end: such a text may be the name of a file.
_FILE_NAME: Final = re.compile(r"[^\n]{1,250}\.[A-Za-z][A-Za-z0-9]{0,7}")


@attrs.frozen
class TextToVideo:
    """Make a video of a script."""

    _generations: Generations
    _transfers: Transfers
    _catalogues: Catalogues

    async def turn_into_video(
        self,
        script: Script,
        version: Version | None,
        run: Run,
        *,
        name: str | None,
        speaker: str | None,
        check: bool,
        output: Path | None,
    ) -> Video:
        """Preview, render and download."""
        FLAG.check_argument("check", check)
        await check_script(script, "script")
        generation = version_of(script, version)
        storyboard = _storyboard_of(script, generation, name, speaker)
        await self._transfers.check_output(output)
        if check:
            body = self._generations.body_of(storyboard, generation)
            await KnownNames(self._catalogues).check_storyboard(body, generation)
        with run.naming_its_job():
            preview = await self._generations.submit_storyboard(storyboard, generation)
            video = await self._generations.finish_video(preview, generation, run)
            await self._transfers.end_run(video, output, run)
        return video


async def check_script(script: object, field: str) -> None:
    """Refuse what is no script, and the name of a file in the place of its text.

    Raises:
        InvalidRequestError: It is one of these.
    """
    if isinstance(script, str):
        looks_like_one = _FILE_NAME.fullmatch(script) is not None
        if looks_like_one and await anyio.to_thread.run_sync(os.path.isfile, script):
            found = f"the name of a file, {short(script)}: read it first"
            raise InvalidRequestError(field, "the text itself", found)
        return
    if is_job(script):
        found = f"job {script.id}, with which pictory.resume(job) goes on"
        raise InvalidRequestError(field, "a text, a storyboard or a JSON object", found)
    if not isinstance(script, Mapping) and not is_storyboard(script):
        is_path = isinstance(script, os.PathLike)
        found = f"the path {script}: read the file first" if is_path else short(script)
        raise InvalidRequestError(field, "a text, a storyboard or a JSON object", found)


def _storyboard_of(
    script: Script, version: Version, name: str | None, speaker: str | None
) -> Storyboard | Mapping[str, Any]:
    """Return the storyboard of a script, or what is one already.

    Raises:
        InvalidRequestError: The text is blank, or beside a storyboard there is what it says itself.
    """
    STRING.or_none.check_argument("name", name)
    STRING.or_none.check_argument("speaker", speaker)
    if isinstance(script, str):
        return storyboard_of_text(script, version, name=name, speaker=speaker)
    for argument, value in (("name", name), ("speaker", speaker)):
        if value is not None:
            expected = "None beside a storyboard, which says it itself"
            raise InvalidRequestError(argument, expected, repr(value))
    return script
