"""Projects: storyboards that were saved (v2.md, section 6)."""

from pictory_async.testing import _refusals as refusals
from pictory_async.testing._film import Film
from pictory_async.testing._gate import Call, Route
from pictory_async.testing._handlers import _exports as exports
from pictory_async.testing._handlers._pages import page_of
from pictory_async.testing._messages import Object, RefusedError, Reply
from pictory_async.testing._schema import record
from pictory_async.testing._world import World


def project_of(film: Film, project_id: str) -> Object:
    """Return the project that a storyboard with `saveProject` leaves."""
    return {
        "project_id": project_id,
        "projectName": film.title,
        "projectType": "project",
        "source": "script",
        "step": "STORYBOARD",
        "schemaVersion": "v3",
        "layout": "16:9",
        "scriptLanguage": "en",
        "videoURL": None,
        "audioSpeed": 100,
        "videoVolume": 0.5,
        "scenes": [
            {"sceneId": str(number), "text": scene.text, "sortOrder": number}
            for number, scene in enumerate(film.scenes, 1)
        ],
    }


def list_projects(world: World, call: Call) -> Reply:
    """Answer `GET /v2/projects`: `pagekey` in, `pageKey` out."""
    items = [_summary(p) for key, p in world.projects.items() if key not in world.others]
    key = dict(call.request.query).get("pagekey")
    found, following = page_of(items, key, world.settings.page_size)
    return Reply.json(200, {"items": [*found], "pageKey": following})


def _summary(project: Object) -> Object:
    summary: Object = {
        "id": project["project_id"],
        "name": project.get("projectName"),
        "source": project.get("source"),
        "projectPreview": None,
        "savedDate": "2026-01-01T00:00:00Z",
        "type": "project",
    }
    version = project.get("schemaVersion")
    return summary if version is None else {**summary, "schemaVersion": version}


def get_project(world: World, call: Call) -> Reply:
    """Answer `GET /v2/projects/{project_id}`."""
    return Reply.json(200, _find_project(world, call))


def update_project(world: World, call: Call) -> Reply:
    """Answer `PUT /v2/projects/{project_id}`: what is left out is lost, and noted."""
    before = _find_project(world, call)
    world.stripped.extend(f"project.{key}" for key in before if key not in call.payload)
    world.projects[call.params["project_id"]] = call.payload
    message = "Project updated successfully"
    return Reply.json(200, {"success": True, "message": message, "project": call.payload})


def delete_project(world: World, call: Call) -> Reply:
    """Answer `DELETE /v2/projects/{project_id}`."""
    _find_project(world, call)
    del world.projects[call.params["project_id"]]
    return Reply.json(200, {"success": True, "message": "Project deleted successfully"})


def render_project(world: World, call: Call) -> Reply:
    """Answer `POST /v2/projects/{project_id}/render`."""
    job = world.enqueue("render", "v2", film_of_project(_find_project(world, call)))
    return Reply.json(200, {"success": True, "data": {"jobId": job.id}})


def film_of_project(project: Object) -> Film:
    """Return the film of a project as it was saved."""
    return exports.film_of(project, exports.scenes_of(project))


def _find_project(world: World, call: Call) -> Object:
    project_id = call.params["project_id"]
    if project_id in world.others:
        raise RefusedError(refusals.gateway(403, "Forbidden"))
    if project_id not in world.projects:
        # Not documented, [?].
        raise RefusedError(refusals.gateway(404, "Project not found"))
    return world.projects[project_id]


ROUTES: tuple[Route, ...] = (
    Route(operation="GET /v2/projects", handler=list_projects),
    Route(operation="GET /v2/projects/{project_id}", handler=get_project),
    Route(
        operation="PUT /v2/projects/{project_id}",
        handler=update_project,
        body="object",
        schema=record(keep_unknown=True),
        dialect=refusals.fields_dialect,
    ),
    Route(operation="DELETE /v2/projects/{project_id}", handler=delete_project),
    Route(
        operation="POST /v2/projects/{project_id}/render",
        handler=render_project,
        # v2.md, 5.6: no body is documented, and so no `webhook`, [?].
        body="optional",
        schema=record(),
        dialect=refusals.fields_dialect,
    ),
)
