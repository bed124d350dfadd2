"""An item of a batch as a JSON object, and what is left to be done of it in another process."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, assert_never, cast

import attrs

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
)
from pictory_async._flows.versions import MODELS
from pictory_async._models.jobs import Job
from pictory_async._models.outcomes import Timings
from pictory_async._models.results import Video
from pictory_async._shapes.convert import request_of
from pictory_async._shapes.own import read_error
from pictory_async._shapes.writing import write_error
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
        "timings": item.timings.to_dict(),
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
    item.timings = Timings.from_dict(record["timings"])
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
            # Whether its names are known was asked when it was taken.
            known = request_of(storyboard, MODELS[version], strict=False)
            return {"kind": "storyboard", "version": version, "storyboard": known.to_dict()}
        case RowRecipe():
            row = {**recipe.variables}
            return {"kind": "row", **attrs.asdict(recipe, recurse=False), "variables": row}
        case JobRecipe(version=version, job=job):
            return {"kind": "job", "version": version, "job": job.to_dict()}
        case Exception():
            return {"kind": "wrong", "error": write_error(recipe)}
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
            return JobRecipe(version=given["version"], job=Job[Any].from_dict(given["job"]))
        case _:
            return read_error(given["error"])


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


def _jobs_to_json(jobs: tuple[Job[Any], ...]) -> list[dict[str, Any]]:
    return [job.to_dict() for job in jobs]


def _jobs_from_json(found: list[Json]) -> tuple[Job[Any], ...]:
    return tuple(map(Job.from_dict, found))


def _known_to_json(known: Known) -> str:
    return known.name


def _known_from_json(found: str) -> Known:
    return Known[found]


# How each field of a state is written and read.
_WRITERS: Final[Mapping[str, Callable[[Any], object]]] = {
    "preview": Job[Any].to_dict,
    "render": Job[Any].to_dict,
    "jobs": _jobs_to_json,
    "video": Video.to_dict,
    "unknown": write_error,
    "error": write_error,
    "known": _known_to_json,
}
_READERS: Final[Mapping[str, Callable[[Any], object]]] = {
    "preview": Job[Any].from_dict,
    "render": Job[Any].from_dict,
    "jobs": _jobs_from_json,
    "video": Video.from_dict,
    "unknown": read_error,
    "error": read_error,
    "known": _known_from_json,
}
