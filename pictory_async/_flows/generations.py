"""From a recipe to a preview and from a preview to a render, by either generation of the API."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, assert_never

import attrs

from pictory_async._flows.recipes import RowRecipe, StoryboardRecipe, TextRecipe
from pictory_async._flows.versions import MODELS
from pictory_async._models import storyboard as current
from pictory_async._models import v1 as first
from pictory_async._shapes.convert import payload


if TYPE_CHECKING:
    from collections.abc import Mapping

    from pictory_async._endpoints.renders import Renders
    from pictory_async._endpoints.storyboards import Storyboards
    from pictory_async._endpoints.v1 import V1
    from pictory_async._flows.run import Run
    from pictory_async._flows.versions import Storyboard, Version
    from pictory_async._models.jobs import Job
    from pictory_async._models.results import Preview, Video


_NAME_WORDS: Final = 6
_DEFAULT_NAME: Final = "video"


@attrs.frozen(kw_only=True)
class Generations:
    """From a storyboard to a video, by either generation.

    Args:
        storyboards: Storyboards of the current API.
        renders: Renders of the current API.
        v1: The older siblings.
        strict: What becomes of names in a mapping that no model knows, see `payload`.
    """

    storyboards: Storyboards
    renders: Renders
    v1: V1
    strict: bool | None

    def body_of(
        self, storyboard: Storyboard | Mapping[str, Any], version: Version
    ) -> dict[str, Any]:
        """Return a storyboard as the JSON that would be submitted.

        Raises:
            InvalidRequestError: The service would refuse it or strip a part of it.
        """
        return payload(storyboard, MODELS[version], self.strict)

    async def submit_recipe(
        self, recipe: TextRecipe | StoryboardRecipe | RowRecipe
    ) -> Job[Preview]:
        """Submit what is to be made, for its preview."""
        version = recipe.version
        match recipe:
            case TextRecipe(text=text, speaker=speaker, name=name):
                storyboard = storyboard_of_text(text, version, name=name, speaker=speaker)
                return await self.submit_storyboard(storyboard, version)
            case StoryboardRecipe(storyboard=storyboard):
                return await self.submit_storyboard(storyboard, version)
            case RowRecipe(template_id=template_id, variables=row) if version == "v1":
                return await self.v1.templates.create_video(template_id, row)
            case RowRecipe(template_id=template_id, variables=row, name=name):
                filled = current.Storyboard.from_template(template_id, row, name=name)
                return await self.submit_storyboard(filled, version)
            case _:
                assert_never(recipe)

    async def submit_storyboard(
        self, storyboard: Storyboard | Mapping[str, Any], version: Version
    ) -> Job[Preview]:
        """Submit a storyboard for its preview."""
        given: Any = storyboard
        storyboards = self.v1.storyboards if version == "v1" else self.storyboards
        return await storyboards.preview(given)

    async def submit_render(self, preview: Job[Preview], version: Version) -> Job[Video]:
        """Submit a finished preview for its video, as it is."""
        renders = self.v1.renders if version == "v1" else self.renders
        return await renders.from_preview(preview)

    async def finish_video(self, preview: Job[Preview], version: Version, run: Run) -> Video:
        """Wait for a preview, render it as it is, and wait for the video."""
        await run.finish_job(preview)
        return await self.render_preview(preview, version, run)

    async def render_preview(self, preview: Job[Preview], version: Version, run: Run) -> Video:
        """Render a finished preview as it is, and wait for the video."""
        run.check_time(preview)
        return await run.finish_job(await self.submit_render(preview, version))


def storyboard_of_text(
    text: str, version: Version, *, name: str | None = None, speaker: str | None = None
) -> Storyboard:
    """Return the storyboard of a text, which is called by its first words without a name.

    Raises:
        InvalidRequestError: The text is blank.
    """
    model = first.Storyboard if version == "v1" else current.Storyboard
    return model.from_script(text, name=name or _name_of(text), speaker=speaker)


def _name_of(text: str) -> str:
    """Return the first words of a text as a name that any file system takes."""
    words = re.findall(r"[A-Za-z0-9]+", text)
    return " ".join(words[:_NAME_WORDS]) or _DEFAULT_NAME
