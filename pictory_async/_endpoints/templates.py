"""Templates: projects whose texts hold variables (api-reference/templates)."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import anyio.to_thread
import attrs

from pictory_async._endpoints._group import Group
from pictory_async._endpoints._inputs import id_of, json_objects
from pictory_async._endpoints._listing import listing
from pictory_async._errors import InvalidRequestError
from pictory_async._models.base import check_json, short
from pictory_async._models.templates import Template
from pictory_async._retry import Repeat
from pictory_async._transport.api import Content, Operation
from pictory_async._wire.envelopes import done, each, one


if TYPE_CHECKING:
    from collections.abc import Iterable

    from pictory_async._models.pages import Listing
    from pictory_async._transport.api import Api


ProjectFile: TypeAlias = str | os.PathLike[str] | bytes | Mapping[str, Any]

CREATE: Final = Operation("POST", "/v1/templates", Repeat.UNLESS_SENT)
LIST: Final = Operation("GET", "/v1/templates", Repeat.FREELY)
GET: Final = Operation("GET", "/v1/templates/{template_id}", Repeat.FREELY)
UPDATE: Final = Operation("PUT", "/v1/templates/{template_id}", Repeat.FREELY)
DELETE: Final = Operation("DELETE", "/v1/templates/{template_id}", Repeat.UNLESS_SENT)


@attrs.frozen(repr=False)
class Templates(Group):
    """The account's templates."""

    _api: Api

    async def create(self, file: ProjectFile) -> Template:
        """Upload a project, as the web application exports it, to be a template.

        Args:
            file: The path of a `.pictai` file, its bytes, or the JSON object that is in it.

        Returns:
            The template; `variables` are the names that stand in `{{...}}` in its texts.

        Raises:
            InvalidRequestError: The file cannot be read, or it is not a JSON object.
            APIError: The service refused.

        Source: api-reference/templates/create-template.
        """
        content = Content(await _project_bytes(file), "application/octet-stream")
        return one(await self._api.send(CREATE, content=content), Template)

    def list(self) -> Listing[Template]:
        """List the templates, without what is in them.

        Source: `GET /v1/templates` of docs.pictory.ai.
        """
        return listing(self._api, LIST, each(Template))

    async def get(self, template: Template | str) -> Template:
        """Return a template with its scenes and variables.

        Raises:
            PermissionDeniedError: It is somebody else's.
            APIError: There is none.

        Source: `GET /v1/templates/{templateId}` of docs.pictory.ai.
        """
        return one(await self._api.send(GET, template_ids(template)), Template)

    async def update(self, template: Template | str, scenes: Iterable[Mapping[str, Any]]) -> None:
        """Replace the scenes of a template.

        Args:
            template: The template, or its id.
            scenes: All its scenes, as `Template.scenes` has them, with changes.

        Raises:
            InvalidRequestError: The scenes are no list of JSON objects.
            APIError: The service refused.

        Source: `PUT /v1/templates/{templateId}` of docs.pictory.ai.
        """
        body = {"scenes": json_objects(scenes, "scenes")}
        done(await self._api.send(UPDATE, template_ids(template), json=body))

    async def delete(self, template: Template | str) -> None:
        """Delete a template for good.

        Raises:
            PermissionDeniedError: It is somebody else's.
            APIError: There is none.

        Source: api-reference/templates/delete-template.
        """
        done(await self._api.send(DELETE, template_ids(template)))


def template_ids(template: Template | str) -> dict[str, str]:
    """Return the id of a template for a path."""
    return {"template_id": id_of(template, "template", Template)}


async def _project_bytes(file: ProjectFile) -> bytes:
    if isinstance(file, Mapping):
        check_json(file, "file")
        return json.dumps(file).encode()
    if isinstance(file, bytes):
        content = file
    else:
        try:
            content = await anyio.to_thread.run_sync(Path(file).read_bytes)
        except (OSError, TypeError, ValueError) as exc:
            raise InvalidRequestError("file", "a file that can be read", short(str(exc))) from exc
    try:
        project: object = json.loads(content)
    except (ValueError, RecursionError):
        project = None
    if not isinstance(project, dict):
        # The service would take the bytes and answer something opaque.
        expected = "a .pictai file, which holds a JSON object"
        raise InvalidRequestError("file", expected, short(content[:60]))
    return content
