"""What a request does to the scenes of a template, in both generations."""

import uuid
from collections.abc import Callable, Sequence
from typing import TypeAlias

import attrs

from pictory_async.testing._film import Scene
from pictory_async.testing._messages import Json, Object


# Makes the scenes of a film from one that a request describes in the words of its generation.
Cutter: TypeAlias = Callable[[Object], list[Scene]]

_PLACES = ("insertBeforeSceneId", "insertAfterSceneId", "sceneId")


@attrs.define
class _Place:
    scene: Object
    before: list[Object] = attrs.field(factory=list[Object])
    after: list[Object] = attrs.field(factory=list[Object])


def arranged(
    scenes: Sequence[Object], changes: Sequence[Object], cutter: Cutter
) -> tuple[list[Object], list[str]]:
    """Change scenes by their ids, and put new ones before and after others or at the end.

    Args:
        scenes: The scenes of a template.
        changes: The scenes of the request, in its order, which new ones at one place keep.
        cutter: Makes the scenes of a film of a new one.

    Returns:
        All scenes, and the names of the places that the template does not have.
    """
    places = [_Place(scene) for scene in scenes]
    by_id = {str(place.scene["sceneId"]): place for place in reversed(places)}
    last, missed = list[Object](), list[str]()
    for number, change in enumerate(changes):
        key = next((each for each in _PLACES if change.get(each) is not None), None)
        place = by_id.get(str(change[key])) if key else None
        if key is None:
            last.append(_new(change, cutter))
        elif place is None:
            missed.append(f"scenes[{number}].{key}")
        elif key == "sceneId":
            place.scene = {**place.scene, **_changed(change, cutter)}
        else:
            (place.before if key == _PLACES[0] else place.after).append(_new(change, cutter))
    found = [each for p in places for each in (*p.before, p.scene, *p.after)]
    return [*found, *last], missed


def _new(change: Object, cutter: Cutter) -> Object:
    if "subtitles" in change:
        return {"sceneId": str(uuid.uuid4()), "subtitles": change["subtitles"]}
    return {"sceneId": str(uuid.uuid4()), "subtitles": _subtitles(cutter(change))}


def _changed(change: Object, cutter: Cutter) -> Object:
    """Return what a change replaces: the words only where it has some."""
    spoken = [scene for scene in cutter(change) if scene.text]
    return change if "subtitles" in change or not spoken else {"subtitles": _subtitles(spoken)}


def _subtitles(scenes: Sequence[Scene]) -> list[Json]:
    return [{"text": scene.text, "time": scene.seconds} for scene in scenes]
