"""Templates: uploaded projects with variables in their texts (v2.md, section 7; v1.md, 3.14-17)."""

import re
import uuid

from pictory_async.testing import _refusals as refusals
from pictory_async.testing._film import DEFAULT_SIZE, Film, cut, spoken
from pictory_async.testing._gate import Call, Route
from pictory_async.testing._handlers import _renders as renders
from pictory_async.testing._handlers.files import BACKGROUND
from pictory_async.testing._handlers.v1 import render_params
from pictory_async.testing._messages import Json, Object, RefusedError, Reply, parse_or_none
from pictory_async.testing._schema import anything, list_of, record, text
from pictory_async.testing._world import World


_VARIABLE = re.compile(r"\{\{\s*(\w+)\s*\}\}")
_DEFAULT = "DEFAULT"


def create_template(world: World, call: Call) -> Reply:
    """Answer `POST /v1/templates`: raw bytes, which are the JSON of a project."""
    content_type = call.request.headers.get("content-type", "")
    if content_type != "application/octet-stream":
        return refusals.gateway(415, "Unsupported Media Type")
    project = parse_or_none(call.request.body)
    if not isinstance(project, dict):
        return refusals.code(400, "INVALID_REQUEST", "The file is not a Pictory project.")
    # What is in a project file is not documented: what looks like a template's fields is taken.
    scenes: list[Json] = [
        {"sceneId": str(uuid.uuid4()), **scene} for scene in renders.objects(project.get("scenes"))
    ]
    template: Object = {
        "templateId": str(uuid.uuid4()),
        "name": project.get("name", "Untitled"),
        "language": project.get("language", "en"),
        "published": True,
        "deprecated": False,
        "audio": {"musicUrl": "", "musicVolume": 0.5},
        "scenes": scenes,
        "variables": dict.fromkeys(_variables(scenes), _DEFAULT),
    }
    world.templates[str(template["templateId"])] = template
    return Reply.json(200, template)


def _variables(value: Json) -> list[str]:
    if isinstance(value, str):
        return _VARIABLE.findall(value)
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [name for each in inner for name in _variables(each)]


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
    template = dict(_find_template(world, call.params["template_id"]))
    template["depricated"] = template.pop("deprecated")
    return Reply.json(200, {**template, "schemaVersion": "v3"})


def update_template(world: World, call: Call) -> Reply:
    """Answer `PUT /v1/templates/{template_id}`."""
    template_id = call.params["template_id"]
    template, scenes = _find_template(world, template_id), call.payload["scenes"]
    names = dict.fromkeys(_variables(scenes), _DEFAULT)
    changed: Object = {"scenes": scenes, "variables": {**names}}
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
    scenes = renders.objects(template["scenes"])
    for change in renders.objects(call.payload.get("scenes")):
        _change(scenes, change)
    film = film_of_template(world, {**template, "scenes": [*scenes]}, call.payload.get("variables"))
    params = render_params({}, film, f"{call.request.site.files}/{BACKGROUND}")
    job = world.enqueue("storyboard", "v1", film, result={"renderParams": params})
    return Reply.json(200, {"success": True, "data": {"jobId": job.id}})


def _change(scenes: list[Object], change: Object) -> None:
    """Change the scene with a `sceneId`, or put a new one before or after another (v1.md, 3.17)."""
    places = {str(scene["sceneId"]): number for number, scene in enumerate(scenes)}
    new: Object = {"sceneId": str(uuid.uuid4()), "subtitles": [{"text": change.get("text", "")}]}
    for key, shift in (("insertBeforeSceneId", 0), ("insertAfterSceneId", 1)):
        if str(change.get(key)) in places:
            scenes.insert(places[str(change[key])] + shift, new)
            return
    if str(change.get("sceneId")) in places:
        place = places[str(change["sceneId"])]
        scenes[place] = {**scenes[place], **change}


def film_of_template(world: World, template: Object, variables: Json) -> Film:
    """Return the film of a template, and note the variables that it does not have."""
    values: Object = variables if isinstance(variables, dict) else {}
    known = {**renders.child(template, "variables")}
    world.stripped.extend(f"variables.{name}" for name in values if name not in known)
    texts = [
        _filled(_text(scene), {**known, **values}) for scene in renders.objects(template["scenes"])
    ]
    scenes = tuple(spoken(" ".join(cut(each, lines=False))) for each in texts)
    return Film(renders.words(template, "name"), *DEFAULT_SIZE, scenes)


def _text(scene: Object) -> str:
    said = [renders.words(each, "text") for each in renders.objects(scene.get("subtitles"))]
    return " ".join(said) or renders.words(scene, "text")


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
                "scenes": list_of(record(keep_unknown=True)),
                "webhook": anything,
            },
            required="templateId",
        ),
        dialect=refusals.general_dialect,
    ),
)
