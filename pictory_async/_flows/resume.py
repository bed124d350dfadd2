"""What is left of an interrupted flow, from its last job on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from pictory_async._endpoints.jobs import job_id_of
from pictory_async._errors import InvalidRequestError
from pictory_async._flows.recipes import check_kind
from pictory_async._flows.versions import version_of
from pictory_async._models.jobs import Job, is_job
from pictory_async._models.results import Preview, Video


if TYPE_CHECKING:
    from pathlib import Path

    from pictory_async._flows.generations import Generations
    from pictory_async._flows.run import Run
    from pictory_async._flows.transfers import Transfers
    from pictory_async._flows.versions import Version


@attrs.frozen
class Resume:
    """Go on from the job of a preview or a video."""

    _generations: Generations
    _transfers: Transfers

    async def go_on(
        self,
        job: Job[Preview] | Job[Video] | str,
        version: Version | None,
        run: Run,
        *,
        output: Path | None,
    ) -> Video:
        """Wait, render where it is a preview, and download."""
        generation, known = version_of(None, version), _known_job(job)
        await self._transfers.check_output(output)
        with run.naming_its_job():
            result = await run.result_of(known)
            if isinstance(result, Preview):
                preview = Job(result.job_id, Preview)
                result = await self._generations.render_preview(preview, generation, run)
            if not isinstance(result, Video):
                found = f"one of {type(result).__name__}"
                raise InvalidRequestError("job", "a job of a preview or a video", found)
            await self._transfers.end_run(result, output, run)
        return result


def _known_job(job: object) -> Job[Any] | str:
    """Return a job, or the id that was given in its place.

    Raises:
        InvalidRequestError: It is neither, or a job of something else.
    """
    if is_job(job):
        check_kind(job, "job")
        return job
    return job_id_of(job)
