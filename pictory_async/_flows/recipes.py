"""What is to be made of one item of a batch: values that JSON can hold, and no function."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeAlias, TypeGuard

import attrs

from pictory_async._errors import InvalidRequestError
from pictory_async._models.base import short
from pictory_async._models.results import Preview, Video


if TYPE_CHECKING:
    from pathlib import Path

    from pictory_async._flows.versions import Storyboard, Version
    from pictory_async._models.jobs import Job
    from pictory_async._models.outcomes import Key


Variables: TypeAlias = Mapping[str, str]


@attrs.frozen(kw_only=True)
class TextRecipe:
    """A text, which becomes a storyboard.

    Args:
        version: Which generation of the API makes it.
        text: The text.
        speaker: The voice that reads it, or None for none.
        name: The name of the video, or None for the first words of the text.
    """

    version: Version
    text: str
    speaker: str | None = None
    name: str | None = None


@attrs.frozen(kw_only=True)
class StoryboardRecipe:
    """A storyboard.

    Args:
        version: Which generation of the API it is for.
        storyboard: The storyboard, as a model or as a JSON object.
    """

    version: Version
    storyboard: Storyboard | Mapping[str, Any]


@attrs.frozen(kw_only=True)
class RowRecipe:
    """A template with its variables.

    Args:
        version: Which generation of the API makes it.
        template_id: The template.
        variables: What to put in place of each `{{name}}`.
        name: The name of the video; the older generation takes the template's.
    """

    version: Version
    template_id: str
    variables: Variables
    name: str


@attrs.frozen(kw_only=True)
class JobRecipe:
    """A job that was submitted before, to go on from.

    Args:
        version: Which generation of the API renders it.
        job: The job of a preview or a video.
    """

    version: Version
    job: Job[Any]


Recipe: TypeAlias = TextRecipe | StoryboardRecipe | RowRecipe | JobRecipe


@attrs.frozen(kw_only=True)
class BatchInput:
    """One item of a batch as it was given.

    Args:
        key: The caller's name for it.
        recipe: What is to be made of it; or the error of one that is wrong, which is told when
            it is its turn.
        output: The file to download the video into, or None.
    """

    key: Key
    recipe: Recipe | Exception
    output: Path | None = None


def is_render(job: Job[Any]) -> TypeGuard[Job[Video]]:
    """Tell whether a job is that of a video, and so paid for."""
    return job.kind is Video


def check_kind(job: Job[Any], path: str) -> None:
    """Refuse a job that a flow and a batch cannot go on from.

    Raises:
        InvalidRequestError: It is one.
    """
    if job.kind not in {Preview, Video}:
        found = f"one of {short(job.kind)}"
        raise InvalidRequestError(path, "a job of a preview or a video", found)
