"""Jobs: one look at one of them (api-reference/jobs)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pictory_async._errors import InvalidRequestError
from pictory_async._job_states import is_route_refused
from pictory_async._models.jobs import Job
from pictory_async._pace import Lane
from pictory_async._protocol import object_of
from pictory_async._retry import Repeat
from pictory_async._transport._api import Operation


if TYPE_CHECKING:
    from pictory_async._protocol import Answer
    from pictory_async._transport._api import Api


PLURAL: Final = "/v1/jobs/{job_id}"
SINGULAR: Final = "/v1/job/{job_id}"


class JobRoute:
    """Find the path at which the service answers about a job, and remember it.

    The current documentation and every official example call `/v1/jobs/{job_id}`; the title of
    one page of the older reference says `/v1/job/{job_id}`. The second is tried where the first
    is refused as a route.

    Args:
        api: What sends.
        path: The one path to use, or None to find out.
    """

    def __init__(self, api: Api, path: str | None = None) -> None:
        self._api = api
        self._path = path

    async def look(self, job_id: str, repeat: Repeat = Repeat.NEVER) -> Answer:
        """Ask once about a job and return the answer, whatever its status."""
        if self._path is not None:
            return await self._ask(self._path, job_id, repeat)
        answer = await self._ask(PLURAL, job_id, repeat)
        if not is_route_refused(answer):
            return self._remember(PLURAL, answer)
        sibling = await self._ask(SINGULAR, job_id, repeat)
        return answer if is_route_refused(sibling) else self._remember(SINGULAR, sibling)

    async def _ask(self, path: str, job_id: str, repeat: Repeat) -> Answer:
        operation = Operation("GET", path, repeat, Lane.LOOK)
        return await self._api.send(operation, {"job_id": job_id})

    def _remember(self, path: str, answer: Answer) -> Answer:
        if answer.is_success and object_of(answer):
            self._path = path
        return answer


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
