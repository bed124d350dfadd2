"""Images and videos by an AI (v2.md, section 10)."""

import uuid

from pictory_async.testing import _refusals as refusals
from pictory_async.testing._gate import Call, Handler, Route
from pictory_async.testing._handlers._pages import page_of
from pictory_async.testing._messages import Object, Reply
from pictory_async.testing._schema import list_of, not_both, one_of, record, text
from pictory_async.testing._shelf import small
from pictory_async.testing._world import Kind, Medium, World


_STYLES = one_of("photorealistic | artistic | cartoon | minimalist | vintage | futuristic")
# Credits for an image, and for a second of video.
_IMAGES = {"seedream3.0": 2.0, "flux-schnell": 0.6, "nanobanana": 4.0, "nanobanana-pro": 14.0}
_VIDEOS = {"pixverse5.5": 1.6, "veo3.1": 20.0, "veo3.1_fast": 10.0}
_SECONDS = 8
_PROMPT = text(least=5, most=5000)
_WEBHOOK = text(most=500)
_IMAGE = record(
    {
        "prompt": _PROMPT,
        "model": one_of(" | ".join(_IMAGES)),
        "aspectRatio": one_of("1:1 | 16:9 | 9:16"),
        "style": _STYLES,
        "referenceImageUrl": text(least=1),
        "webhook": _WEBHOOK,
    },
    required="prompt",
)
_VIDEO = record(
    {
        "prompt": _PROMPT,
        "model": one_of(" | ".join(_VIDEOS)),
        "aspectRatio": one_of("16:9 | 9:16 | 1:1 | 3:4 | 4:3"),
        "duration": one_of("4s | 5s | 6s | 8s | 10s"),
        "firstFrameImageUrl": text(least=1),
        "extendVideoUrl": text(least=1),
        "referenceImageUrls": list_of(text(least=1), least=1),
        "webhook": _WEBHOOK,
    },
    required="prompt",
    rules=(
        not_both("firstFrameImageUrl", "extendVideoUrl"),
        not_both("firstFrameImageUrl", "referenceImageUrls"),
        not_both("extendVideoUrl", "referenceImageUrls"),
    ),
)


def generate_image(world: World, call: Call) -> Reply:
    """Answer `POST /v1/aistudio/images`."""
    model = str(call.payload.get("model", "seedream3.0"))
    url = _keep(world, call, "jpg", "image/jpeg")
    result: Object = {"url": url, "width": 1280, "height": 720, "aiCreditsUsed": _IMAGES[model]}
    return _submitted(world, "image", result, {**call.payload, "model": model})


def generate_video(world: World, call: Call) -> Reply:
    """Answer `POST /v1/aistudio/videos`."""
    model = str(call.payload.get("model", "pixverse5.5"))
    duration = str(call.payload.get("duration", f"{_SECONDS}s"))
    picture = _keep(world, call, "jpg", "image/jpeg")
    result: Object = {
        "url": _keep(world, call, "mp4", "video/mp4"),
        "duration": duration,
        "width": 1280,
        "height": 720,
        "previewImageUrl": picture,
        "thumbnailImageUrl": picture,
        "firstFrameImageUrl": picture,
        "lastFrameImageUrl": picture,
        "aiCreditsUsed": _VIDEOS[model] * int(duration.removesuffix("s")),
    }
    return _submitted(world, "video", result, {**call.payload, "model": model})


def _keep(world: World, call: Call, suffix: str, content_type: str) -> str:
    key = f"{uuid.uuid4()}.{suffix}"
    content = small("mp4" if suffix == "mp4" else "jpg")
    world.media[key] = Medium(content_type, content)
    return f"{call.request.site.files}/{key}"


def _submitted(world: World, kind: Kind, result: Object, asked: Object) -> Reply:
    job = world.enqueue(kind, "v2", result=result)
    spent = {key: value for key, value in result.items() if key != "aiCreditsUsed"}
    about = {key: value for key, value in asked.items() if key != "webhook"}
    ratio = asked.get("aspectRatio", "16:9")
    # No page gives the format of the date beyond "ISO".
    day = f"2026-01-01T{int(job.submitted) % 86_400 // 3600:02}:00:00Z"
    world.generated[job.id] = {
        "id": job.id,
        **about,
        **spent,
        "aspectRatio": ratio,
        "createdDate": day,
    }
    return Reply.json(200, {"success": True, "data": {"jobId": job.id}})


def _list(kind: Kind) -> Handler:
    def handler(world: World, call: Call) -> Reply:
        now = world.clock.now()
        items = [
            world.generated[job.id]
            for job in reversed(world.jobs.values())
            if job.kind == kind and job.state(now) == "completed"
        ]
        key = dict(call.request.query).get("nextPageKey")
        found, following = page_of(items, key, world.settings.page_size)
        # v2.md, section 3: at the end the key is absent.
        rest: Object = {} if following is None else {"nextPageKey": following}
        return Reply.json(200, {"items": [*found], **rest})

    return handler


ROUTES: tuple[Route, ...] = (
    Route(
        operation="POST /v1/aistudio/images",
        handler=generate_image,
        body="object",
        schema=_IMAGE,
        dialect=refusals.fields_dialect,
    ),
    Route(operation="GET /v1/aistudio/images", handler=_list("image")),
    Route(
        operation="POST /v1/aistudio/videos",
        handler=generate_video,
        body="object",
        schema=_VIDEO,
        dialect=refusals.fields_dialect,
    ),
    Route(operation="GET /v1/aistudio/videos", handler=_list("video")),
)
