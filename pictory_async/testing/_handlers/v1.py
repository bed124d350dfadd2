"""The first generation: storyboards and renders as api/v1.md, 3.2, 3.18 and 3.19 tell them."""

from pictory_async.testing import _refusals as refusals
from pictory_async.testing._film import Film, Scene, cut, spoken, visual
from pictory_async.testing._gate import Call, Route
from pictory_async.testing._handlers import _renders as renders
from pictory_async.testing._handlers._v1_schema import RENDER, RENDER_PREVIEW, STORYBOARD
from pictory_async.testing._handlers.files import BACKGROUND
from pictory_async.testing._messages import Json, Object, Reply
from pictory_async.testing._world import FakeJob, World


_VOLUME = "backGroundMusicVolume"
_FLAGS = ("splitTextOnNewLine", "splitTextOnPeriod")


def create_storyboard(world: World, call: Call) -> Reply:
    """Answer `POST /v1/video/storyboard`; the job id stands at two places (v1.md, 3.2)."""
    film = _film_of_storyboard(call.payload)
    params = render_params(call.payload, film, call.request.site.files)
    job = world.enqueue("storyboard", "v1", film, result={"renderParams": params})
    return Reply.json(200, {"jobId": job.id, "success": True, "data": {"job_id": job.id}})


def render(world: World, call: Call) -> Reply:
    """Answer `POST /v1/video/render`, whose body is the value of `renderParams` (v1.md, 3.18)."""
    hopeless = renders.wrapped(call.payload)
    if hopeless is not None:
        return _submitted(renders.submit_wrapped(world, hopeless, current=False))
    return _submitted(world.enqueue("render", "v1", _film_of_params(call.payload)))


def render_preview(world: World, call: Call) -> Reply:
    """Answer `PUT /v1/video/render/{job_id}`, which makes a new job (v1.md, 3.19)."""
    refusal = refusals.general("The job is not a completed preview.")
    preview = renders.preview_of(world, call.params["job_id"], refusal)
    # The official template example sends audio, output and scenes along: they win.
    film = _film_of_params(call.payload) if "scenes" in call.payload else preview.film
    return _submitted(world.enqueue("render", "v1", film))


def _submitted(job: FakeJob) -> Reply:
    return Reply.json(200, {"success": True, "data": {"job_id": job.id}})


def _film_of_storyboard(payload: Object) -> Film:
    # v1.md, 3.2: the flags stand on the scene, and in one official sample at the top level.
    flags = {key: payload[key] for key in _FLAGS if key in payload}
    scenes = [{**flags, **scene} for scene in renders.objects(payload["scenes"])]
    size = renders.size_of(payload, "videoWidth", "videoHeight")
    made = [each for scene in scenes for each in cut_scene(scene)]
    return Film(renders.words(payload, "videoName"), *size, tuple(made))


def cut_scene(scene: Object) -> list[Scene]:
    """Return the scenes of the film that one of a storyboard becomes."""
    # `minDuration` is the oldest page's word for it.
    least = max(renders.seconds(scene, key) for key in ("minimumDuration", "minDuration"))
    text = renders.words(scene, "caption") or renders.words(scene, "text") or _address(scene)
    pieces = cut(
        text,
        lines=scene.get(_FLAGS[0]) is True,
        periods=scene.get(_FLAGS[1]) is True,
    )
    return [spoken(piece, least) for piece in pieces] or [visual(least)]


def _address(scene: Object) -> str:
    # What the service would read there is not known here: the address is the film's text.
    addresses = (renders.words(scene, key) for key in ("article_url", "articleUrl", "pptUrl"))
    return next(filter(None, addresses), "")


def render_params(payload: Object, film: Film, files: str) -> Object:
    """Make the skeleton of v1.md, 3.3 from a film."""
    name = film.title
    music = _music(renders.child(payload, "audio"), files)
    return {
        "audio": {"video_volume": 0, "tts": "", **music},
        "output": {
            "name": f"{name}.mp4",
            "description": renders.words(payload, "videoDescription"),
            "format": "mp4",
            "title": name,
            "width": film.width,
            "height": film.height,
        },
        "scenes": [
            {**_scene_params(scene, number, files), "music": bool(music)}
            for number, scene in enumerate(film.scenes, 1)
        ],
        "next_generation_video": True,
        "containsTextToImage": True,
    }


def _music(audio: Object, files: str) -> Object:
    """Return what tells of the music, or nothing where there is none."""
    own = renders.words(audio, "backGroundMusicUri")
    if not own and audio.get("autoBackgroundMusic") not in (True, "true"):
        return {}
    return {
        "audio_id": "own" if own else "1",
        "audio_library": "track",
        "src": own or f"{files}/music-1.mp3",
        "track_volume": renders.seconds({_VOLUME: 0.1, **audio}, _VOLUME),
    }


def _scene_params(scene: Scene, number: int, files: str) -> Object:
    said: list[Json] = [{"text": scene.text, "time": scene.seconds}] if scene.text else []
    return {
        "time": scene.seconds,
        "keywords": [],
        "tts": bool(said),
        "subtitle": bool(said),
        "subtitles": said,
        "background": {
            "color": "rgba(255,255,255,255)",
            "bg_animation": {"animation": "none"},
            "src": [_background_source(f"{files}/{BACKGROUND}", number)],
        },
        "sub_scenes": [_sub_scene(scene, number)] if scene.text else [],
    }


def _background_source(url: str, number: int) -> Object:
    # A number for one library, a string for the other; they take turns.
    stock = number % 2 == 1
    return {
        "url": url,
        "asset_id": number if stock else f"getty-{number}",
        "resource_id": number if stock else f"getty-{number}",
        "type": "image",
        "library": "story_blocks" if stock else "getty",
        "mode": "crop",
        "frame": None,
        "loop_video": True,
        "mute": True,
    }


def _sub_scene(scene: Scene, number: int) -> Object:
    line: Object = {"text": scene.text, "text_animation": [], "text_bg_animation": []}
    return {
        "time": scene.seconds,
        "location": {"start_x": 0.1, "start_y": 0.8},
        "displayItems": [],
        # Both are strings in real answers, the first one empty.
        "subtitle": "",
        "showSceneNumber": f"Scene {number}",
        "text_lines": [line],
        "font": {"name": "Lato", "size": 32, "color": "rgba(255,255,255,1)", "decoration": []},
    }


def _film_of_params(params: Object) -> Film:
    """Read a film back from `renderParams`, edited or not: what is given is rendered."""
    output = renders.child(params, "output")
    size = renders.size_of(output, "width", "height")
    title = renders.words(output, "name").removesuffix(".mp4")
    scenes = renders.objects(params["scenes"])
    made = [Scene(_shown(scene), renders.seconds(scene, "time")) for scene in scenes]
    return Film(title, *size, tuple(made))


def _shown(scene: Object) -> str:
    # The words on the screen are the sub-scenes' lines; `subtitles` serve where there are none.
    lines = [
        renders.words(line, "text")
        for sub_scene in renders.objects(scene.get("sub_scenes"))
        for line in renders.objects(sub_scene.get("text_lines"))
    ]
    said = [renders.words(item, "text") for item in renders.objects(scene.get("subtitles"))]
    return " ".join(cut(" ".join(lines or said), lines=False))


ROUTES: tuple[Route, ...] = (
    Route(
        operation="POST /v1/video/storyboard",
        handler=create_storyboard,
        body="object",
        schema=STORYBOARD,
        dialect=refusals.general_dialect,
    ),
    Route(
        operation="POST /v1/video/render",
        handler=render,
        body="object",
        schema=RENDER,
        dialect=refusals.general_dialect,
    ),
    Route(
        operation="PUT /v1/video/render/{job_id}",
        handler=render_preview,
        # v1.md, 3.19: `{}` is enough; programs send nothing at all.
        body="optional",
        schema=RENDER_PREVIEW,
        dialect=refusals.general_dialect,
    ),
)
