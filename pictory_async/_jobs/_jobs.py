"""Jobs without waiting."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar, overload

import attrs

from pictory_async._endpoints.jobs import job_id_of
from pictory_async._job_states import job_state
from pictory_async._jobs._results import kind_of, read_update
from pictory_async._retry import Repeat


if TYPE_CHECKING:
    from pictory_async._endpoints.jobs import JobRoute
    from pictory_async._models.jobs import Job, JobUpdate
    from pictory_async._models.results import JobResult


T = TypeVar("T")


@attrs.frozen
class Jobs:
    """Look at jobs."""

    _route: JobRoute

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
