"""Projects: storyboards that were saved, here or in the web application.

Sources: the pages `api-reference/projects` of docs.pictory.ai.
"""

from collections.abc import Mapping
from typing import Any

import attrs

from pictory_async._models.base import Open, as_number, as_tuple


@attrs.frozen(kw_only=True, repr=False)
class ProjectSummary(Open):
    """A project in a list.

    Args:
        id: The project's id; a number in older schemas.
        name: What it is called.
        type: `project`; no page says what else may stand in the list.
        source: What it was made of, such as `script`.
        preview_url: A picture; `projectPreview`.
        aspect_ratio: In words, such as `sixteen-nine`.
        schema_version: `v3`, `v2`, or None for older ones.
        saved_date: When, in ISO 8601.
        extra: All else that the service sent.
    """

    id: str | int
    name: str | None = None
    type: str | None = None
    source: str | None = None
    preview_url: str | None = attrs.field(default=None, metadata={"wire": "projectPreview"})
    aspect_ratio: str | None = None
    schema_version: str | None = None
    saved_date: str | None = None


@attrs.frozen(kw_only=True, repr=False)
class Project(Open):
    """A whole project.

    An update replaces all of it, and what is missing there may be lost. So it takes the whole
    object as it came, with what is to change:
    `await pictory.projects.update({**project.data, "projectName": "Tea"})`.

    Args:
        id: The project's id; a number in older schemas.
        name: What it is called.
        type: What kind of project it is.
        source: What it was made of, such as `script`.
        step: Where the web application stands with it: `STORYBOARD`, `EDIT` or `RENDER`.
        schema_version: `v3`, `v2`, or None for older ones.
        layout: Such as `16:9`.
        audio_speed: How fast the voice reads.
        video_volume: How loud the visuals are.
        video_url: The mp4, once there is one.
        video_duration: Its seconds.
        scenes: The scenes, as the service describes them.
        data: The whole object as it came.
        extra: What of it has no field here.
    """

    id: str | int = attrs.field(metadata={"wire": "project_id"})
    name: str | None = attrs.field(default=None, metadata={"wire": "projectName"})
    type: str | None = attrs.field(default=None, metadata={"wire": "projectType"})
    source: str | None = None
    step: str | None = None
    schema_version: str | None = None
    layout: str | None = None
    audio_speed: float | None = None
    video_volume: float | None = None
    video_url: str | None = attrs.field(default=None, metadata={"wire": "videoURL"})
    video_duration: float | None = attrs.field(default=None, converter=as_number)
    scenes: tuple[Mapping[str, Any], ...] | None = attrs.field(
        default=None, converter=as_tuple, repr=False
    )
    data: Mapping[str, Any] = attrs.field(
        factory=dict[str, Any], repr=False, metadata={"in_data": False}
    )
