"""The calls that tell how jobs are doing, and that clean them (v1.md, 3.3; v2.md, section 4)."""

import attrs

from pictory_async.testing import _refusals as refusals
from pictory_async.testing._gate import Call, Route
from pictory_async.testing._handlers._pages import page_of
from pictory_async.testing._messages import Json, Object, Reply, Site
from pictory_async.testing._world import FakeJob, World


# "Once rendering has begun": a tenth of the time goes by before.
_RENDERING_BEGINS = 0.1


def look(world: World, call: Call) -> Reply:
    """Answer `GET /v1/jobs/{job_id}`, whatever the kind and the generation of the job."""
    job = world.jobs.get(call.params["job_id"])
    if job is None:
        status = world.settings.unknown_job_status
        return refusals.unknown_job(call.params["job_id"], status)
    return Reply.json(200, describe(job, world.clock.now(), call.request.site))


def describe(job: FakeJob, now: float, site: Site) -> Object:
    """Return the body that tells of a job's state at a time."""
    data: Object
    match state := job.state(now):
        case "in-progress":
            data = {"status": state, **_progress(job, now)}
        case "completed":
            data = _result(job, site)
        case "failed" if job.failure is not None:
            data = {
                "status": state,
                "error_code": job.failure.error_code,
                "error_message": job.failure.error_message,
            }
        case _:
            data = {"status": state}
    return {"job_id": job.id, "success": state != "failed", "data": data}


def _progress(job: FakeJob, now: float) -> Object:
    begins = job.seconds * _RENDERING_BEGINS
    elapsed = now - job.submitted - begins
    if job.kind != "render" or elapsed < 0:
        return {}
    # v1.md, 3.3: 0 to 100, a number, once rendering has begun.
    rest = job.seconds - begins
    progress = min(100.0, 100 * elapsed / rest) if rest else 100.0
    return {
        "renderProgress": round(progress, 1),
        "renderProgressMessage": "Generating video",
        "renderState": "RUNNING",
    }


def _result(job: FakeJob, site: Site) -> Object:
    base = f"{site.files}/{job.id}"
    if job.kind == "render":
        return _video(job, base)
    # v1.md, 3.3: the samples of completed storyboard and transcription jobs have no `status`.
    status: Object = {} if job.generation == "v1" else {"status": "completed"}
    if job.kind == "transcription":
        # An official sample of a v2 transcription waits for this key, and not for a status.
        return {**status, **job.result, "editVideoUrl": f"{base}.html"}
    if job.kind != "storyboard":
        return {**status, **job.result}
    link = "preview" if job.generation == "v1" else "previewUrl"
    return {**status, link: f"{base}.html", **job.result}


def _video(job: FakeJob, base: str) -> Object:
    data: Object = {
        "status": "completed",
        "progress": 100,
        "videoURL": f"{base}.mp4",
        "thumbnail": f"{base}.jpg",
        "audioURL": f"{base}.wav",
        "txtFile": f"{base}.txt",
        "srtFile": f"{base}.srt",
        "vttFile": f"{base}.vtt",
        "videoDuration": job.film.seconds,
    }
    if job.generation == "v1":
        # The official v1 examples download the video from here.
        return {**data, "shareVideoURL": f"{base}.mp4"}
    # v2.md, section 4: a page to share, and what the render cost.
    return {**data, "videoShareURL": f"{base}.html", "aiCreditsUsed": 0}


def list_jobs(world: World, call: Call) -> Reply:
    """Answer `GET /v1/jobs`: newest first, each with its whole result (v2.md, section 4)."""
    now, site = world.clock.now(), call.request.site
    items = [_listed(job, now, site) for job in reversed(world.jobs.values())]
    key = dict(call.request.query).get("nextPageKey")
    found, following = page_of(items, key, world.settings.page_size, _id_of)
    return Reply.json(200, {"items": [*found], "nextPageKey": following})


def _listed(job: FakeJob, now: float, site: Site) -> Object:
    told = describe(job, now, site)
    data = told["data"]
    rest: Object = data if isinstance(data, dict) else {}
    return {"success": told["success"], "data": {"jobId": job.id, **rest}}


def _id_of(item: Object) -> Json:
    data = item["data"]
    return data["jobId"] if isinstance(data, dict) else None


def clean_job(world: World, call: Call) -> Reply:
    """Answer `DELETE /v1/jobs/{job_id}/clean` (v1.md, 3.3)."""
    job_id = call.params["job_id"]
    job = world.jobs.get(job_id)
    if job is None:
        return refusals.unknown_job(job_id, world.settings.unknown_job_status)
    if job.state(world.clock.now()) == "in-progress":
        # "a finished job's outputs", says v2.md, row 8b; the refusal is not documented, [?].
        return refusals.code(400, "INVALID_REQUEST", "The job is not finished.")
    world.jobs[job_id] = attrs.evolve(job, status="cleaned")
    return Reply.json(200, {"success": True})


ROUTES: tuple[Route, ...] = (
    Route(operation="GET /v1/jobs", handler=list_jobs),
    Route(operation="DELETE /v1/jobs/{job_id}/clean", handler=clean_job),
    Route(operation="GET /v1/jobs/{job_id}", handler=look),
    Route(operation="GET /v1/job/{job_id}", handler=look),
)
