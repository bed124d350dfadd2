"""Video editing: upload, transcribe, choose, render, download ("Video Editing API Flow")."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, TypeAlias

import anyio.to_thread
import attrs

from pictory_async._arguments import STRING, TEXT, above_zero
from pictory_async._callbacks import hook_of
from pictory_async._errors import InvalidRequestError
from pictory_async._flows.versions import MODELS, version_of
from pictory_async._models.transcripts import Passage, Transcript


if TYPE_CHECKING:
    from pathlib import Path

    from pictory_async._endpoints.transcriptions import Transcriptions
    from pictory_async._flows.generations import Generations
    from pictory_async._flows.run import Run
    from pictory_async._flows.transfers import Transfers
    from pictory_async._flows.versions import Version
    from pictory_async._models.results import Video
    from pictory_async._transport.disk import Source


Choose: TypeAlias = Callable[[Transcript], Iterable[Passage]]


@attrs.frozen(kw_only=True)
class EditVideo:
    """Make a short video of the best passages of a long one."""

    transcriptions: Transcriptions
    generations: Generations
    transfers: Transfers

    async def cut_to_highlights(
        self,
        source: Source,
        version: Version | None,
        run: Run,
        *,
        name: str,
        file_name: str | None,
        seconds: float,
        choose: Choose | None,
        language: str | None,
        output: Path | None,
    ) -> Video:
        """Upload, transcribe, choose, render and download."""
        generation = version_of(None, version)
        _check_choice(name, seconds, choose)
        STRING.or_none.check_argument("language", language)
        STRING.or_none.check_argument("file_name", file_name)
        await self.transfers.check_output(output)
        url = await self.transfers.arrived(source, file_name, run.hooks.on_bytes)
        with run.naming_its_job():
            job = await self.transcriptions.create(url, language=language)
            transcript = await run.finish_job(job)
            run.check_time(job)
            passages = await self._passages(transcript, run, seconds, choose)
            run.check_time(job)
            storyboard = MODELS[generation].from_passages(url, passages, name=name)
            preview = await self.generations.submit_storyboard(storyboard, generation)
            video = await self.generations.finish_video(preview, generation, run)
            await self.transfers.end_run(video, output, run)
        return video

    async def _passages(
        self, transcript: Transcript, run: Run, seconds: float, choose: Choose | None
    ) -> tuple[Passage, ...]:
        if choose is not None:
            passages = tuple(choose(transcript))
        else:
            job = await self.transcriptions.highlights(transcript, seconds=seconds)
            chosen = await run.finish_job(job)
            # It reads every word: a tenth of a second for an hour of speech.
            passages = await anyio.to_thread.run_sync(lambda: chosen.highlighted)
        if not passages:
            expected = "a recording with passages to show"
            found = f"none chosen of transcription {transcript.job_id}"
            raise InvalidRequestError("source", expected, found)
        return passages


def _check_choice(name: str, seconds: float, choose: Choose | None) -> None:
    """Refuse what would otherwise be refused after an upload and a transcription."""
    TEXT.check_argument("name", name)
    above_zero("a number").check_argument("seconds", seconds)
    hook_of("choose", choose, "transcript")
