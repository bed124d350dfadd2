"""Jobs without waiting: looked at, listed, cleaned (api-reference/jobs)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar, overload

import attrs

from pictory_async._endpoints._listing import listing
from pictory_async._endpoints.jobs import job_id_of
from pictory_async._envelopes import done
from pictory_async._job_states import job_state
from pictory_async._jobs._results import kind_of, read_listed, read_update
from pictory_async._retry import Repeat
from pictory_async._transport._api import Operation


if TYPE_CHECKING:
    from pictory_async._endpoints.jobs import JobRoute
    from pictory_async._models.jobs import Job, JobUpdate
    from pictory_async._models.pages import Listing, PageKey
    from pictory_async._models.results import JobResult
    from pictory_async._transport._api import Api


T = TypeVar("T")


LIST: Final = Operation("GET", "/v1/jobs", Repeat.FREELY)
CLEAN: Final = Operation("DELETE", "/v1/jobs/{job_id}/clean", Repeat.UNLESS_SENT)


@attrs.frozen
class Jobs:
    """The jobs of these credentials."""

    _api: Api
    _route: JobRoute

    def list(self, *, page_key: PageKey | None = None) -> Listing[JobUpdate[JobResult]]:
        """List the jobs, the newest first, with their results.

        A failed job is an item like the others, with the failure in `error`. Pages may be large,
        for they hold whole results.

        Args:
            page_key: The first page's key, or None for the beginning.

        Source: api-reference/jobs/get-jobs.
        """
        return listing(self._api, LIST, read_listed, page_key=page_key)

    async def clean(self, job: Job[Any] | str) -> None:
        """Delete what a finished job has made, for good.

        Args:
            job: The job, or its id.

        Raises:
            APIError: The service refused, for instance because the job is not finished.

        Source: `DELETE /v1/jobs/{jobid}/clean` of docs.pictory.ai.
        """
        done(await self._api.send(CLEAN, {"job_id": job_id_of(job)}))

    @overload
    async def get(self, job: Job[T]) -> JobUpdate[T]: ...
    @overload
    async def get(self, job: str) -> JobUpdate[JobResult]: ...
    async def get(self, job: Job[T] | str) -> JobUpdate[T] | JobUpdate[JobResult]:
        """Look at a job once.

        Args:
            job: The job, or its id.

        Returns:
            What is seen of it; `result` is there once the job is done.

        Raises:
            JobFailedError: The service gave up on it.
            JobCleanedError: Its result was deleted.
            JobNotFoundError: The service knows no such job.
            APIError: The service refused to tell.

        Source: api-reference/jobs/get-job-by-id.
        """
        job_id, kind = job_id_of(job), kind_of(job)
        answer = await self._route.look(job_id, Repeat.FREELY)
        return read_update(answer, job_state(answer), job_id, kind)
