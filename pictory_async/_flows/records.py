"""An item of a batch as a JSON object, and what is left to be done of it in another process."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, assert_never, cast

import attrs

from pictory_async import _errors
from pictory_async._errors import PictoryError
from pictory_async._flows.item import (
    BatchItem,
    Downloading,
    Finished,
    New,
    Previewed,
    Previewing,
    Rendered,
    Rendering,
)
from pictory_async._flows.recipes import (
    BatchInput,
    JobRecipe,
    RowRecipe,
    StoryboardRecipe,
    TextRecipe,
    is_render,
)
from pictory_async._flows.versions import MODELS
from pictory_async._models.jobs import Job
from pictory_async._models.outcomes import Timings
from pictory_async._models.results import Preview, Video
from pictory_async._shapes.convert import payload, read_model, to_data
from pictory_async._wire.known import Known


if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pictory_async._flows.item import State
    from pictory_async._flows.recipes import Recipe
    from pictory_async._wire.protocol import Json


_STATES: Final[Mapping[str, type[Any]]] = {
    "new": New,
    "previewing": Previewing,
    "previewed": Previewed,
    "rendering": Rendering,
    "rendered": Rendered,
    "downloading": Downloading,
    "finished": Finished,
}
_NAMES: Final = {state: name for name, state in _STATES.items()}


def record_of(item: BatchItem) -> dict[str, Any]:
    """Return an item as a JSON object, with all that `item_of` needs.

    Clocks are left out: another process has another one.
    """
    return {
        "key": item.key,
        "recipe": _recipe_to_json(item.recipe),
        "output": None if item.output is None else str(item.output),
        "state": _state_to_json(item.state),
        "attempts": item.attempts,
        "timings": attrs.asdict(item.timings),
    }


def item_of(record: Json, on_step: Callable[[State, State], None]) -> BatchItem:
    """Return the item that a JSON object of `record_of` is about."""
    output = record["output"]
    given = BatchInput(
        key=record["key"],
        recipe=_recipe_from_json(record["recipe"]),
        output=None if output is None else Path(output),
    )
    item = BatchItem(given, on_step)
    item.state = _state_from_json(record["state"])
    item.attempts = record["attempts"]
    item.timings = Timings(**record["timings"])
    return item


def remaining(item: BatchItem) -> BatchInput | None:
    """Return what is left to be made of an item, or None.

    Nothing is, where it has its outcome; and nothing that may be done without asking, where a
    submit was on its way: whether there is a job is not known.
    """
    match item.state:
        case New():
            recipe = item.recipe
        case Previewing(preview=None) | Rendering(render=None) | Finished():
            return None
        case _:
            # The last job tells all that came before it.
            version = cast("Recipe", item.recipe).version
            recipe = JobRecipe(version=version, job=item.jobs[-1])
    return BatchInput(key=item.key, recipe=recipe, output=item.output)


def _recipe_to_json(recipe: Recipe | Exception) -> dict[str, Any]:
    match recipe:
        case TextRecipe():
            return {"kind": "text", **attrs.asdict(recipe)}
        case StoryboardRecipe(version=version, storyboard=storyboard):
            # Whether its names are known is asked where it is submitted.
            body = payload(storyboard, MODELS[version], strict=False)
            return {"kind": "storyboard", "version": version, "storyboard": body}
        case RowRecipe():
            row = {**recipe.variables}
            return {"kind": "row", **attrs.asdict(recipe, recurse=False), "variables": row}
        case JobRecipe(version=version, job=job):
            return {"kind": "job", "version": version, "job": _job_to_json(job)}
        case Exception():
            return {"kind": "wrong", "error": _error_to_json(recipe)}
        case _:
            assert_never(recipe)


def _recipe_from_json(found: Json) -> Recipe | Exception:
    given = {name: value for name, value in found.items() if name != "kind"}
    match found["kind"]:
        case "text":
            return TextRecipe(**given)
        case "storyboard":
            return StoryboardRecipe(**given)
        case "row":
            return RowRecipe(**given)
        case "job":
            return JobRecipe(version=given["version"], job=_job_from_json(given["job"]))
        case _:
            return _error_from_json(given["error"])


def _state_to_json(state: State) -> dict[str, Any]:
    fields = attrs.asdict(state, recurse=False)
    found = {
        name: None if value is None else _WRITERS[name](value) for name, value in fields.items()
    }
    return {"name": _NAMES[type(state)], **found}


def _state_from_json(found: Json) -> State:
    state: Any = _STATES[found["name"]]
    given = {name: value for name, value in found.items() if name != "name"}
    fields = {
        name: None if value is None else _READERS[name](value) for name, value in given.items()
    }
    return cast("State", state(**fields))


def _job_to_json(job: Job[Any]) -> dict[str, str]:
    return {"id": job.id, "kind": "video" if is_render(job) else "preview"}


def _job_from_json(found: Json) -> Job[Any]:
    return Job(found["id"], Video if found["kind"] == "video" else Preview)


def _error_to_json(error: Exception) -> dict[str, Any]:
    """Return an error; ours comes back as it was, another one as its words."""
    kind: Any = type(error)
    fields = None
    if isinstance(error, PictoryError) and attrs.has(kind):
        fields = {field.name: getattr(error, field.name) for field in attrs.fields(kind)}
    return {"type": kind.__name__, "message": str(error), "fields": fields}


def _error_from_json(found: Json) -> Exception:
    if found["fields"] is None:
        return PictoryError(f"{found['type']}: {found['message']}")
    kind: Any = getattr(_errors, found["type"])
    return cast("PictoryError", kind(**found["fields"]))


def _jobs_to_json(jobs: tuple[Job[Any], ...]) -> list[dict[str, str]]:
    return [_job_to_json(job) for job in jobs]


def _jobs_from_json(found: list[Json]) -> tuple[Job[Any], ...]:
    return tuple(map(_job_from_json, found))


def _video_to_json(video: Video) -> dict[str, Any]:
    return {"job_id": video.job_id, "data": to_data(video)}


def _video_from_json(found: Json) -> Video:
    return read_model(found["data"], Video, job_id=found["job_id"])


def _known_to_json(known: Known) -> str:
    return known.name


def _known_from_json(found: str) -> Known:
    return Known[found]


# How each field of a state is written and read.
_WRITERS: Final[Mapping[str, Callable[[Any], object]]] = {
    "preview": _job_to_json,
    "render": _job_to_json,
    "jobs": _jobs_to_json,
    "video": _video_to_json,
    "unknown": _error_to_json,
    "error": _error_to_json,
    "known": _known_to_json,
}
_READERS: Final[Mapping[str, Callable[[Any], object]]] = {
    "preview": _job_from_json,
    "render": _job_from_json,
    "jobs": _jobs_from_json,
    "video": _video_from_json,
    "unknown": _error_from_json,
    "error": _error_from_json,
    "known": _known_from_json,
}
