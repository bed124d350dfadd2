"""The current generation: storyboards and renders as api/v2.md, section 5 tells them."""

import uuid

import attrs

from pictory_async.testing import _refusals as refusals
from pictory_async.testing._film import DEFAULT_SIZE, Film, Scene, cut, spoken, visual
from pictory_async.testing._gate import Call, Route
from pictory_async.testing._handlers import _renders as renders
from pictory_async.testing._handlers._v2_schema import ELEMENTS, RENDER, RENDER_PREVIEW, storyboard
from pictory_async.testing._handlers.files import BACKGROUND
from pictory_async.testing._handlers.projects import project_of
from pictory_async.testing._handlers.templates import film_of_template
from pictory_async.testing._messages import Json, Object, RefusedError, Reply
from pictory_async.testing._world import FakeJob, World


_ASPECTS = {"1:1": (1, 1), "16:9": (16, 9), "9:16": (9, 16), "4:5": (4, 5)}


def create_storyboard(world: World, call: Call) -> Reply:
    """Answer `POST /v2/video/storyboard` (v2.md, 5.2)."""
    film = _film_of_storyboard(world, call.payload)
    files = call.request.site.files
    result: Object = {
        "renderParams": _render_params(call.payload, film, f"{files}/{BACKGROUND}"),
        "storyboard": call.payload,
    }
    if call.payload.get("saveProject") is True:
        # v2.md, section 4: a project id and the URL of its page; that key's name is open, [?].
        project = f"{uuid.uuid4()}"
        world.projects[project] = project_of(film, project)
        result |= {"projectId": project, "projectUrl": f"{files}/{project}.html"}
    return _submitted(world.enqueue("storyboard", "v2", film, result=result))


def render_storyboard(world: World, call: Call) -> Reply:
    """Answer `POST /v2/video/storyboard/render`, the same body without the preview."""
    return _submitted(world.enqueue("render", "v2", _film_of_storyboard(world, call.payload)))


def render(world: World, call: Call) -> Reply:
    """Answer `POST /v2/video/render`, whose body is the value of `renderParams` (v2.md, 5.5)."""
    hopeless = renders.wrapped(call.payload)
    if hopeless is not None:
        return _submitted(renders.submit_wrapped(world, hopeless, current=True))
    return _submitted(world.enqueue("render", "v2", _film_of_params(call.payload)))


def render_preview(world: World, call: Call) -> Reply:
    """Answer `PUT /v2/video/render/{job_id}`, whose body is optional (v2.md, 5.4)."""
    refusal = refusals.code(400, "INVALID_REQUEST", "The job is not a completed preview.")
    preview = renders.preview_of(world, call.params["job_id"], refusal)
    return _submitted(world.enqueue("render", "v2", preview.film))


def _submitted(job: FakeJob) -> Reply:
    return Reply.json(200, {"success": True, "data": {"jobId": job.id}})


def _film_of_storyboard(world: World, payload: Object) -> Film:
    title = renders.words(payload, "videoName")
    if "templateId" in payload:
        film = film_of_template(world, _template_of(world, payload), payload, _cut)
        return Film(title, *_size(payload, (film.width, film.height)), film.scenes)
    scenes = renders.objects(payload.get("scenes"))
    if "url" in payload:
        # Two guides name a recording at the top, beside scenes or without any.
        scenes = [{"videoUrl": payload["url"]}, *scenes]
    made = [each for scene in scenes for each in _cut(scene)]
    return Film(title, *_size(payload, DEFAULT_SIZE), tuple(made))


def _template_of(world: World, payload: Object) -> Object:
    """Find a template, or a project, which may stand in its place."""
    name = str(payload["templateId"])
    template = world.templates.get(name, world.projects.get(name))
    if template is None or name in world.others:
        # What the service answers is not documented, [?]: a field of the body is wrong.
        problem = refusals.Problem("templateId", "is not a template or project of this account")
        raise RefusedError(refusals.fields_dialect([problem]))
    return template


def update_elements(world: World, call: Call) -> Reply:
    """Answer `PUT /v2/video/storyboard/{job_id}/elements` (v2.md, 5.3)."""
    refusal = refusals.code(400, "INVALID_REQUEST", "The job is not a completed preview.")
    preview = renders.preview_of(world, call.params["job_id"], refusal)
    before = renders.child(preview.result, "renderParams")
    elements = {str(each["id"]): {**each} for each in renders.objects(before.get("elements"))}
    for change in renders.objects(call.payload["items"]):
        if str(change["id"]) not in elements:
            problem = refusals.Problem("id", f"no element {change['id']} in this preview")
            raise RefusedError(refusals.fields_dialect([problem]))
        elements[str(change["id"])] |= change
    params: Object = {**before, "elements": [*elements.values()]}
    changed: Object = {**preview.result, "renderParams": params}
    world.jobs[preview.id] = attrs.evolve(preview, result=changed, film=_film_of_params(params))
    return Reply(204)


def _size(payload: Object, otherwise: tuple[int, int]) -> tuple[int, int]:
    if "videoWidth" in payload:
        return renders.size_of(payload, "videoWidth", "videoHeight")
    if "aspectRatio" not in payload:
        return otherwise
    across, down = _ASPECTS[renders.words(payload, "aspectRatio")]
    longest = max(DEFAULT_SIZE)
    return longest * across // max(across, down), longest * down // max(across, down)


def _cut(scene: Object) -> list[Scene]:
    least = renders.seconds(scene, "minimumDuration")
    pieces = cut(
        renders.words(scene, "caption") or _source(scene),
        lines=scene.get("createSceneOnNewLine") is True,
        sentences=scene.get("createSceneOnEndOfSentence") is True,
    )
    return [spoken(piece, least) for piece in pieces] or [visual(least)]


def _source(scene: Object) -> str:
    # What the service would read at an address is not known here: the address is the text.
    prompt = renders.words(renders.child(scene, "storyCoPilot"), "prompt")
    # Only beside a template a scene has a `text`, which is the older word for its story.
    keys = ("story", "blogUrl", "pptUrl", "audioUrl", "videoUrl", "text")
    return next(filter(None, (renders.words(scene, key) for key in keys)), prompt)


def _render_params(payload: Object, film: Film, background: str) -> Object:
    """Make `renderParams`: v2.md, section 4 names `elements[]` and "output settings" only."""
    elements: list[Json] = []
    for number, (start, end, scene) in enumerate(film.spans(), 1):
        span: Object = {"startTime": start, "duration": round(end - start, 3)}
        elements.append({**_background_element(number, background), **span})
        if scene.text:
            elements.append({**_text_element(number, scene.text), **span})
    if renders.child(payload, "voiceOver").get("enabled") is True:
        elements.append(_voice_element(film))
    output: Object = {"name": film.title, "format": "mp4", "width": film.width}
    return {"output": {**output, "height": film.height}, "elements": elements}


# v2.md, 5.3 lists the ids, element types and types of the elements.
def _background_element(number: int, url: str) -> Object:
    return {
        "id": f"backgroundElement_{number}",
        "elementType": "backgroundElement",
        "type": "image",
        "url": url,
        "loop": True,
        "mute": True,
        "objectMode": "cover",
    }


def _text_element(number: int, text: str) -> Object:
    return {"id": f"SceneText_{number}", "elementType": "SceneText", "type": "text", "text": text}


def _voice_element(film: Film) -> Object:
    voice: Object = {"id": "voiceOver", "elementType": "audioElement", "type": "audio", "url": ""}
    return {**voice, "startTime": 0, "duration": film.seconds}


def _film_of_params(params: Object) -> Film:
    """Read a film back from `renderParams`, edited or not: what is given is rendered."""
    output = renders.child(params, "output")
    elements = renders.objects(params["elements"])
    texts = {renders.words(each, "id"): renders.words(each, "text") for each in elements}
    backgrounds = [each for each in elements if each.get("elementType") == "backgroundElement"]
    backgrounds.sort(key=lambda each: renders.seconds(each, "startTime"))
    scenes = [_scene_of(each, texts) for each in backgrounds]
    size = renders.size_of(output, "width", "height")
    return Film(renders.words(output, "name"), *size, tuple(scenes))


def _scene_of(background: Object, texts: dict[str, str]) -> Scene:
    number = renders.words(background, "id").removeprefix("backgroundElement_")
    text = " ".join(cut(texts.get(f"SceneText_{number}", ""), lines=False))
    return Scene(text, renders.seconds(background, "duration"))


ROUTES: tuple[Route, ...] = (
    Route(
        operation="PUT /v2/video/storyboard/{job_id}/elements",
        handler=update_elements,
        body="array",
        schema=ELEMENTS,
        dialect=refusals.fields_dialect,
    ),
    Route(
        operation="POST /v2/video/storyboard",
        handler=create_storyboard,
        body="object",
        schema=storyboard,
        dialect=refusals.fields_dialect,
    ),
    Route(
        operation="POST /v2/video/storyboard/render",
        handler=render_storyboard,
        body="object",
        schema=storyboard,
        dialect=refusals.fields_dialect,
    ),
    Route(
        operation="POST /v2/video/render",
        handler=render,
        body="object",
        schema=RENDER,
        dialect=refusals.fields_dialect,
    ),
    Route(
        operation="PUT /v2/video/render/{job_id}",
        handler=render_preview,
        body="optional",
        schema=RENDER_PREVIEW,
        dialect=refusals.fields_dialect,
    ),
)
