"""Jobs: looked at once, listed, cleaned (api-reference/jobs)."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final, TypeVar, overload

import attrs

from pictory_async._endpoints._group import Group
from pictory_async._endpoints._listing import listing
from pictory_async._errors import InvalidRequestError
from pictory_async._models.jobs import Job
from pictory_async._pace import Lane
from pictory_async._retry import Repeat
from pictory_async._transport.api import Operation
from pictory_async._wire.envelopes import done
from pictory_async._wire.job_states import is_route_refused
from pictory_async._wire.protocol import object_of
from pictory_async._wire.results import kind_of, read_listed, read_update


if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from pictory_async._models.jobs import JobUpdate
    from pictory_async._models.pages import Listing, PageKey
    from pictory_async._models.results import JobResult
    from pictory_async._transport.api import Api
    from pictory_async._wire.job_states import Look
    from pictory_async._wire.protocol import Answer


T = TypeVar("T")

PLURAL: Final = "/v1/jobs/{job_id}"
SINGULAR: Final = "/v1/job/{job_id}"


class JobRoute:
    """Find the path at which the service answers about a job, and remember it.

    The current documentation and every official example call `/v1/jobs/{job_id}`; the title of
    one page of the older reference says `/v1/job/{job_id}`. The second is tried where the first
    is refused as a route.

    Args:
        path: The one path to use, or None to find out.
    """

    def __init__(self, path: str | None = None) -> None:
        self._path = path

    async def ask(self, api: Api, job_id: str, repeat: Repeat) -> Answer:
        """Ask about a job and return the answer, whatever its status."""
        if self._path is not None:
            return await _ask(api, self._path, job_id, repeat)
        answer = await _ask(api, PLURAL, job_id, repeat)
        if not is_route_refused(answer):
            return self._remember(PLURAL, answer)
        sibling = await _ask(api, SINGULAR, job_id, repeat)
        return answer if is_route_refused(sibling) else self._remember(SINGULAR, sibling)

    def _remember(self, path: str, answer: Answer) -> Answer:
        if answer.is_success and object_of(answer):
            self._path = path
        return answer


def _ask(api: Api, path: str, job_id: str, repeat: Repeat) -> Awaitable[Answer]:
    return api.send(_operation(path, repeat), {"job_id": job_id})


@cache
def _operation(path: str, repeat: Repeat) -> Operation:
    return Operation("GET", path, repeat, Lane.LOOK)


def job_id_of(job: object) -> str:
    """Return the id of a job, or of what was given in its place.

    Whether it can stand in a path is checked where it is put there.

    Raises:
        InvalidRequestError: It is not a job, nor a string.
    """
    job_id = job.id if isinstance(job, Job) else job
    if not isinstance(job_id, str):
        raise InvalidRequestError("job", "a Job or a job's id", type(job_id).__name__)
    return job_id


LIST: Final = Operation("GET", "/v1/jobs", Repeat.FREELY)
CLEAN: Final = Operation("DELETE", "/v1/jobs/{job_id}/clean", Repeat.UNLESS_SENT)


@attrs.frozen(repr=False)
class Jobs(Group):
    """The jobs of these credentials.

    Args:
        api: What sends.
        look_now: Looks at a job, and lets those who wait for it see it.
    """

    _api: Api
    _look_now: Callable[[str], Awaitable[Look]]

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
        """Look at a job once, now.

        Whoever waits for the job sees it too, and looks the later.

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
        look = await self._look_now(job_id)
        return read_update(look.state, job_id, kind)
