"""The one call that tells how a job is doing (v1.md, 3.3; v2.md, section 4)."""

from pictory_async.testing import _refusals as refusals
from pictory_async.testing._gate import Call, Route
from pictory_async.testing._messages import Answer, Object, Site
from pictory_async.testing._world import FakeJob, World


# "Once rendering has begun": a tenth of the time goes by before.
_RENDERING_BEGINS = 0.1


def look(world: World, call: Call) -> Answer:
    """Answer `GET /v1/jobs/{job_id}`, whatever the kind and the generation of the job."""
    job = world.jobs.get(call.params["job_id"])
    if job is None:
        status = world.settings.unknown_job_status
        return refusals.unknown_job(call.params["job_id"], status)
    return Answer.json(200, describe(job, world.clock.now(), call.request.site))


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
    if job.kind == "storyboard" or elapsed < 0:
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
    if job.generation == "v1":
        # v1.md, 3.3: the samples of a completed v1 storyboard job have no `status` at all.
        return {"preview": f"{base}.html", **job.result}
    return {"status": "completed", "previewUrl": f"{base}.html", **job.result}


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


ROUTES = (
    Route(operation="GET /v1/jobs/{job_id}", handler=look),
    Route(operation="GET /v1/job/{job_id}", handler=look),
)
