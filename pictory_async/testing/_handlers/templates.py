"""Templates: uploaded projects with variables in their texts (v2.md, section 7; v1.md, 3.14-17)."""

import re
import uuid

from pictory_async.testing import _refusals as refusals
from pictory_async.testing._film import Film
from pictory_async.testing._gate import Call, Route
from pictory_async.testing._handlers import _exports as exports
from pictory_async.testing._handlers import _renders as renders
from pictory_async.testing._handlers._scene_changes import Cutter, arranged
from pictory_async.testing._handlers._v1_schema import TEMPLATE_SCENE
from pictory_async.testing._handlers.files import BACKGROUND
from pictory_async.testing._handlers.v1 import cut_scene, render_params
from pictory_async.testing._messages import Json, Object, RefusedError, Reply, parse_or_none
from pictory_async.testing._schema import anything, list_of, record, text
from pictory_async.testing._world import World


_VARIABLE = re.compile(r"\{\{\s*(\w+)\s*\}\}")
# What a template knows beside what is shown of it.
_UNSEEN = ("aspectRatioFractionValue", "videoResolution")


def create_template(world: World, call: Call) -> Reply:
    """Answer `POST /v1/templates`: raw bytes, which are the JSON of a project."""
    content_type = call.request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type != "application/octet-stream":
        return refusals.gateway(415, "Unsupported Media Type")
    project = parse_or_none(call.request.body)
    if not isinstance(project, dict):
        return refusals.code(400, "INVALID_REQUEST", "The file is not a Pictory project.")
    visual: Json = {"visualUrl": f"{call.request.site.files}/{BACKGROUND}", "type": "image"}
    scenes: list[Json] = [
        {"backgroundVisual": visual, **each} for each in exports.scenes_of(project)
    ]
    language = renders.words(project, "language") or renders.words(project, "scriptLanguage")
    template: Object = {
        "templateId": str(uuid.uuid4()),
        "name": exports.name_of(project),
        "language": language or "en",
        "published": True,
        "deprecated": False,
        "audio": exports.audio_of(project),
        "scenes": scenes,
        "variables": _variables(scenes),
        **{key: project.get(key) for key in _UNSEEN},
    }
    world.templates[str(template["templateId"])] = template
    return Reply.json(200, _shown(template))


def _shown(template: Object) -> Object:
    return {key: value for key, value in template.items() if key not in _UNSEEN}


def _variables(scenes: Json) -> Object:
    """Return the variables in some scenes; the value of one is its name in capitals."""
    return {name: name.upper() for name in _names(scenes)}


def _names(value: Json) -> list[str]:
    if isinstance(value, str):
        return _VARIABLE.findall(value)
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [name for each in inner for name in _names(each)]


def list_templates(world: World, _call: Call) -> Reply:
    """Answer `GET /v1/templates`."""
    keys = ("templateId", "name", "language", "published", "deprecated")
    items: list[Json] = [
        {key: template[key] for key in keys}
        for template_id, template in world.templates.items()
        if template_id not in world.others
    ]
    return Reply.json(200, {"items": items})


def get_template(world: World, call: Call) -> Reply:
    """Answer `GET /v1/templates/{template_id}`, which spells `depricated`."""
    template = _shown(_find_template(world, call.params["template_id"]))
    template["depricated"] = template.pop("deprecated")
    return Reply.json(200, {**template, "schemaVersion": "v3"})


def update_template(world: World, call: Call) -> Reply:
    """Answer `PUT /v1/templates/{template_id}`."""
    template_id = call.params["template_id"]
    template, scenes = _find_template(world, template_id), call.payload["scenes"]
    changed: Object = {"scenes": scenes, "variables": _variables(scenes)}
    world.templates[template_id] = template | changed
    message = "Template updated successfully"
    return Reply.json(200, {"success": True, "message": message, "templateId": template_id})


def delete_template(world: World, call: Call) -> Reply:
    """Answer `DELETE /v1/templates/{template_id}`."""
    _find_template(world, call.params["template_id"])
    del world.templates[call.params["template_id"]]
    return Reply.json(200, {"success": True, "message": "Template deleted successfully"})


def _find_template(world: World, template_id: str) -> Object:
    """Return a template, or refuse: 403 for another account's, 404 (not documented) for none."""
    if template_id in world.others:
        raise RefusedError(refusals.gateway(403, "Forbidden"))
    if template_id not in world.templates:
        raise RefusedError(refusals.gateway(404, "Template not found"))
    return world.templates[template_id]


def create_template_video(world: World, call: Call) -> Reply:
    """Answer `POST /v1/video/from-template`: a preview of the template with its variables."""
    template = _find_template(world, str(call.payload["templateId"]))
    film = film_of_template(world, template, call.payload, cut_scene)
    audio = renders.child(template, "audio")
    music: Object = {
        "backGroundMusicUri": audio["musicUrl"],
        "backGroundMusicVolume": audio["musicVolume"],
    }
    params = render_params({"audio": music}, film, call.request.site.files)
    job = world.enqueue("storyboard", "v1", film, result={"renderParams": params})
    return Reply.json(200, {"success": True, "data": {"jobId": job.id}})


def film_of_template(world: World, template: Object, asked: Object, cutter: Cutter) -> Film:
    """Return the film of a template or of a project, and note what is dropped.

    That is a variable that it does not have, and what is to be done to a scene that is not there.

    Args:
        world: Where it is noted.
        template: The template or the project.
        asked: The body of the request, with its `variables` and `scenes`.
        cutter: Makes the scenes of a film of one in the request.
    """
    changes = renders.objects(asked.get("scenes"))
    scenes, missed = arranged(exports.scenes_of(template), changes, cutter)
    given = renders.child(asked, "variables").items()
    values: Object = {name: value for name, value in given if value is not None}
    known = {**renders.child(template, "variables"), **_variables([*scenes])}
    world.stripped.extend(f"variables.{name}" for name, _ in given if name not in known)
    world.stripped.extend(missed)
    return exports.film_of(template, scenes, lambda said: _filled(said, known | values))


def _filled(said: str, values: Object) -> str:
    return _VARIABLE.sub(lambda found: str(values.get(found[1], found[0])), said)


ROUTES: tuple[Route, ...] = (
    Route(operation="POST /v1/templates", handler=create_template),
    Route(operation="GET /v1/templates", handler=list_templates),
    Route(operation="GET /v1/templates/{template_id}", handler=get_template),
    Route(
        operation="PUT /v1/templates/{template_id}",
        handler=update_template,
        body="object",
        schema=record({"scenes": list_of(record(keep_unknown=True))}, required="scenes"),
        dialect=refusals.fields_dialect,
    ),
    Route(operation="DELETE /v1/templates/{template_id}", handler=delete_template),
    Route(
        operation="POST /v1/video/from-template",
        handler=create_template_video,
        body="object",
        schema=record(
            {
                "templateId": text(least=1),
                "variables": record(keep_unknown=True),
                "scenes": list_of(TEMPLATE_SCENE),
                "webhook": anything,
            },
            required="templateId",
        ),
        dialect=refusals.general_dialect,
    ),
)
