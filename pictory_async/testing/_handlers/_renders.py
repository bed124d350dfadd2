"""What both generations share in rendering: the preview to render, and params that are wrapped."""

import re

from pictory_async.testing import _refusals as refusals
from pictory_async.testing._film import DEFAULT_SIZE, Film
from pictory_async.testing._messages import Json, Object, RefusedError, Reply
from pictory_async.testing._world import FakeJob, JobFailure, World


_SIDE = re.compile(r"([1-9][0-9]{0,4})(\.0)?")
_WRAPPED = JobFailure("TEXT_TO_VIDEO_FAILED", "The request has no scenes to render.")


def preview_of(world: World, job_id: str, refusal: Reply) -> FakeJob:
    """Find the completed preview that a PUT names.

    The pages tell neither what an unknown id gets nor one that is not ready, [?]: an unknown job
    is told as a look tells it, with 404; one that cannot be rendered is a bad request.
    """
    job = world.jobs.get(job_id)
    if job is None:
        raise RefusedError(refusals.unknown_job(job_id, 404))
    if job.kind != "storyboard" or job.state(world.clock.now()) != "completed":
        raise RefusedError(refusal)
    return job


def wrapped(payload: Object) -> Film | None:
    """Return a stand-in film where the body is `{"renderParams": …}`, which must not be."""
    # v1.md, 3.18 and v2.md, 5.5: wrapping makes the render fail; a job there is, as the official
    # comment tells of a failing render and not of a refused request.
    return Film("", *DEFAULT_SIZE, ()) if "renderParams" in payload else None


def submit_wrapped(world: World, film: Film, *, current: bool) -> FakeJob:
    """Accept the job that is going to fail."""
    return world.enqueue("render", "v2" if current else "v1", film, failure=_WRAPPED)


def size_of(fields: Object, width: str, height: str) -> tuple[int, int]:
    """Read a size, which the first generation also takes as strings."""
    found = _side(fields.get(width)), _side(fields.get(height))
    return (found[0], found[1]) if all(found) else DEFAULT_SIZE


def _side(value: Json) -> int:
    found = _SIDE.fullmatch(str(value))
    return int(found[1]) if found else 0


def objects(value: Json) -> list[Object]:
    """Return the objects of an array, leaving out whatever else is in it."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def child(fields: Object, key: str) -> Object:
    """Return an object inside an object, or an empty one."""
    value = fields.get(key)
    return value if isinstance(value, dict) else {}


def words(fields: Object, key: str) -> str:
    """Return a string inside an object, or an empty one."""
    value = fields.get(key)
    return value if isinstance(value, str) else ""


def seconds(fields: Object, key: str) -> float:
    """Return a number inside an object, or zero."""
    value = fields.get(key)
    return float(value) if isinstance(value, int | float) else 0.0
