"""The two generations of the API, and which of them a storyboard is for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from pictory_async._errors import InvalidRequestError
from pictory_async._models import storyboard as current
from pictory_async._models import v1 as first
from pictory_async._models.base import short


if TYPE_CHECKING:
    from collections.abc import Mapping


Version: TypeAlias = Literal["v1", "v2"]
Storyboard: TypeAlias = current.Storyboard | first.Storyboard

MODELS: Final[Mapping[Version, type[current.Storyboard | first.Storyboard]]] = {
    "v1": first.Storyboard,
    "v2": current.Storyboard,
}


def is_storyboard(value: object) -> bool:
    """Tell whether something is a storyboard of either generation, as a model."""
    return isinstance(value, current.Storyboard | first.Storyboard)


def version_of(storyboard: object, version: object) -> Version:
    """Tell the generation by the storyboard where that says it, otherwise by the argument.

    Raises:
        InvalidRequestError: The version is none, or contradicts the storyboard.
    """
    if not (version is None or (isinstance(version, str) and version in MODELS)):
        raise InvalidRequestError("version", "'v1' or 'v2'", short(version))
    said: Any = version
    own: Version | None = None
    if isinstance(storyboard, current.Storyboard):
        own = "v2"
    elif isinstance(storyboard, first.Storyboard):
        own = "v1"
    if own is not None and version not in {None, own}:
        raise InvalidRequestError("version", f"{own!r}, as the storyboard is", repr(version))
    return own or said or "v2"
