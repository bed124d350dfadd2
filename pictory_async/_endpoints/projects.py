"""Projects: storyboards that were saved (api-reference/projects)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import attrs

from pictory_async._arguments import OBJECT
from pictory_async._endpoints._group import Group
from pictory_async._endpoints._inputs import id_of
from pictory_async._endpoints._listing import listing
from pictory_async._errors import InvalidRequestError
from pictory_async._models.base import check_json, short
from pictory_async._models.projects import Project, ProjectSummary
from pictory_async._models.results import Video
from pictory_async._retry import Repeat
from pictory_async._transport.api import Operation
from pictory_async._wire.envelopes import done, each, mapping, one


if TYPE_CHECKING:
    from collections.abc import Mapping

    from pictory_async._models.jobs import Job
    from pictory_async._models.pages import Listing, PageKey
    from pictory_async._transport.api import Api


LIST: Final = Operation("GET", "/v2/projects", Repeat.FREELY)
GET: Final = Operation("GET", "/v2/projects/{project_id}", Repeat.FREELY)
UPDATE: Final = Operation("PUT", "/v2/projects/{project_id}", Repeat.FREELY)
DELETE: Final = Operation("DELETE", "/v2/projects/{project_id}", Repeat.UNLESS_SENT)
RENDER: Final = Operation("POST", "/v2/projects/{project_id}/render", Repeat.UNLESS_SENT)


@attrs.frozen(repr=False)
class Projects(Group):
    """The account's projects: from the web application, or of a storyboard with `save_project`."""

    _api: Api

    def list(self, *, page_key: PageKey | None = None) -> Listing[ProjectSummary]:
        """List the projects.

        Args:
            page_key: The first page's key, or None for the beginning.

        Source: api-reference/projects/get-projects.
        """
        # Lower case here, and `pageKey` in the answer. A filter by folder is mentioned, not named.
        return listing(self._api, LIST, each(ProjectSummary), key_name="pagekey", page_key=page_key)

    async def get(self, project: ProjectSummary | Project | str | int) -> Project:
        """Return a whole project.

        Raises:
            PermissionDeniedError: It is somebody else's.
            APIError: There is none.

        Source: `GET /v2/projects/{projectid}` of docs.pictory.ai.
        """
        answer = await self._api.send(GET, _ids(project))
        return attrs.evolve(one(answer, Project), data=mapping(answer, Project))

    async def update(self, project: Mapping[str, Any]) -> None:
        """Replace a project.

        Args:
            project: The whole object: `{**project.data, "projectName": "Tea"}`. What is missing
                in it may be lost.

        Raises:
            InvalidRequestError: It is no JSON object, or lacks its `project_id`.
            APIError: The service refused.

        Source: `PUT /v2/projects/{projectid}` of docs.pictory.ai.
        """
        OBJECT.check_argument("project", project)
        check_json(project, "project")
        project_id: object = project.get("project_id")
        if isinstance(project_id, bool) or not isinstance(project_id, str | int):
            raise InvalidRequestError("project.project_id", "the project's id", short(project_id))
        done(await self._api.send(UPDATE, _ids(project_id), json={**project}))

    async def delete(self, project: ProjectSummary | Project | str | int) -> None:
        """Delete a project and its media files for good.

        Raises:
            PermissionDeniedError: It is somebody else's.
            APIError: There is none.

        Source: api-reference/projects/delete-project.
        """
        done(await self._api.send(DELETE, _ids(project)))

    async def render(self, project: ProjectSummary | Project | str | int) -> Job[Video]:
        """Submit a project for its video.

        Args:
            project: The project, or its id.

        Raises:
            SubmissionUnknownError: Whether there is a job now is not known.
            APIError: The service refused.

        Source: api-reference/videos/render-project, which shows no body and so no webhook.
        """
        return await self._api.submit_job(RENDER, Video, None, _ids(project))


def _ids(project: ProjectSummary | Project | str | int) -> dict[str, str]:
    return {"project_id": id_of(project, "project", ProjectSummary, Project, number=True)}
