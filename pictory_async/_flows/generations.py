"""The two generations of the API, as far as a flow can use either."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

import attrs

from pictory_async._errors import InvalidRequestError
from pictory_async._models import storyboard as current
from pictory_async._models import v1 as first


if TYPE_CHECKING:
    from collections.abc import Mapping

    from pictory_async._endpoints.renders import Renders
    from pictory_async._endpoints.storyboards import Storyboards
    from pictory_async._endpoints.v1 import V1
    from pictory_async._flows.run import Run
    from pictory_async._models.jobs import Job
    from pictory_async._models.results import Preview, Video


Version: TypeAlias = Literal["v1", "v2"]
Storyboard: TypeAlias = current.Storyboard | first.Storyboard

MODELS: Final[Mapping[Version, type[current.Storyboard | first.Storyboard]]] = {
    "v1": first.Storyboard,
    "v2": current.Storyboard,
}


@attrs.frozen(kw_only=True)
class Generations:
    """From a storyboard to a video, by either generation.

    Args:
        storyboards: Storyboards of the current API.
        renders: Renders of the current API.
        v1: The older siblings.
    """

    storyboards: Storyboards
    renders: Renders
    v1: V1

    async def preview(
        self, storyboard: Storyboard | Mapping[str, Any], version: Version
    ) -> Job[Preview]:
        """Submit a storyboard for its preview."""
        given: Any = storyboard
        storyboards = self.v1.storyboards if version == "v1" else self.storyboards
        return await storyboards.preview(given)

    async def video(self, preview: Job[Preview], version: Version, run: Run) -> Video:
        """Wait for a preview, render it as it is, and wait for the video."""
        await run.result(preview)
        renders = self.v1.renders if version == "v1" else self.renders
        return await run.result(await renders.from_preview(preview))


def version_of(storyboard: object, version: object) -> Version:
    """Tell the generation by the storyboard where that says it, otherwise by the argument.

    Raises:
        InvalidRequestError: The version is none, or contradicts the storyboard.
    """
    if version not in {None, "v1", "v2"}:
        raise InvalidRequestError("version", "'v1' or 'v2'", repr(version)[:80])
    said: Any = version
    own: Version | None = None
    if isinstance(storyboard, current.Storyboard):
        own = "v2"
    elif isinstance(storyboard, first.Storyboard):
        own = "v1"
    if own is not None and version not in {None, own}:
        raise InvalidRequestError("version", f"{own!r}, as the storyboard is", repr(version))
    return own or said or "v2"
