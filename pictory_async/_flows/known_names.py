"""Whether the account has the voices, brands, styles and layouts that a storyboard names."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, TypeAlias, cast

import anyio
import attrs

from pictory_async._errors import InvalidRequestError, PictoryError
from pictory_async._models.base import short
from pictory_async._shapes.spelling import misspelt
from pictory_async._wire.known import is_shut_out


if TYPE_CHECKING:
    from collections.abc import AsyncIterable, Callable, Iterator

    from pictory_async._endpoints.branding import Brands, SmartLayouts, Styles
    from pictory_async._endpoints.voices import Voices
    from pictory_async._flows.versions import Version
    from pictory_async._models.branding import Brand, SmartLayout, Style
    from pictory_async._models.voices import Voice

    _Listed: TypeAlias = AsyncIterable[Voice] | AsyncIterable[Brand | Style | SmartLayout]


_log = logging.getLogger("pictory_async")

_EACH: Final = "[]"
# How long a list may take, with all retries: a check is not worth more of a batch's time.
_PATIENCE: Final = 30.0


@attrs.frozen(kw_only=True)
class Catalogues:
    """The lists of what the account has.

    Args:
        voices: The voices.
        brands: The brands.
        styles: The styles of text.
        smart_layouts: The layouts.
    """

    voices: Voices
    brands: Brands
    styles: Styles
    smart_layouts: SmartLayouts


@attrs.frozen
class _Kind:
    """One kind of names.

    Args:
        word: What it names.
        listed: Returns the list of them.
        fold: What the service makes of a name before it compares.
        also: What else may stand in the place of a name, as the items of the list call it.
    """

    word: str
    listed: Callable[[Catalogues], _Listed]
    fold: Callable[[str], str] = str
    also: tuple[str, ...] = ()


_VOICE: Final = _Kind(
    "voice", lambda lists: lists.voices.list(), str.casefold, also=("id", "voice")
)
_BRAND: Final = _Kind("brand", lambda lists: lists.brands.list())
_STYLE: Final = _Kind("style", lambda lists: lists.styles.list())
_LAYOUT: Final = _Kind("smart layout", lambda lists: lists.smart_layouts.list())

# Where the JSON of a storyboard holds them.
_PLACES: Final[Mapping[Version, tuple[tuple[_Kind, tuple[str, ...]], ...]]] = {
    "v1": (
        (_VOICE, ("audio", "aiVoiceOver", "speaker")),
        (_VOICE, ("audio", "aiVoiceOvers", _EACH, "speaker")),
        (_VOICE, ("scenes", _EACH, "aiVoiceOvers", _EACH, "speaker")),
    ),
    "v2": (
        (_VOICE, ("voiceOver", "aiVoices", _EACH, "speaker")),
        (_VOICE, ("scenes", _EACH, "voiceOver", "aiVoices", _EACH, "speaker")),
        (_BRAND, ("brandName",)),
        (_STYLE, ("subtitleStyleName",)),
        (_STYLE, ("scenes", _EACH, "subtitleStyleName")),
        (_LAYOUT, ("smartLayoutName",)),
    ),
}


@attrs.define(eq=False)
class KnownNames:
    """The names that the account knows, each list of which is read once, when it is needed.

    Args:
        catalogues: The lists.
    """

    _catalogues: Catalogues
    _names: dict[_Kind, _Names] = attrs.field(factory=dict["_Kind", "_Names"], init=False)

    async def check_storyboard(self, body: Mapping[str, Any], version: Version) -> None:
        """Refuse a name that looks like a slip of one that the account knows.

        Args:
            body: The JSON of a storyboard.
            version: Of which generation it is.

        Raises:
            InvalidRequestError: It names one.
            PictoryError: Nothing can be asked of the service.
        """
        for kind, steps in _PLACES[version]:
            for path, name in _found(body, steps, ""):
                await self._check(kind, name, path)

    async def check_speaker(self, speaker: str) -> None:
        """Refuse a speaker who looks like a slip of one that the account knows; as above."""
        await self._check(_VOICE, speaker, "speaker")

    async def _check(self, kind: _Kind, name: str, path: str) -> None:
        if kind not in self._names:
            self._names[kind] = _Names(kind, await self._read(kind))
        near = self._names[kind].slip_of(name)
        if near is not None:
            expected = f"a {kind.word} of the account (perhaps {near})"
            raise InvalidRequestError(path, expected, short(name))

    async def _read(self, kind: _Kind) -> dict[str, str] | None:
        problem: object = f"it took longer than {_PATIENCE:g} s"
        with anyio.move_on_after(_PATIENCE):
            try:
                return await self._listed(kind)
            except PictoryError as exc:
                if is_shut_out(exc):
                    raise
                problem = exc
        msg = "the names of %ss are not checked, since the list cannot be read: %s"
        _log.warning(msg, kind.word, problem)
        return None

    async def _listed(self, kind: _Kind) -> dict[str, str]:
        names = dict[str, str]()
        async for item in kind.listed(self._catalogues):
            for known in (item.name, *(getattr(item, other) for other in kind.also)):
                # A voice may lack any of them.
                if known not in {None, ""}:
                    names[kind.fold(str(known))] = item.name
        return names


class _Names:
    """The names of one kind.

    Args:
        kind: The kind.
        names: What is known, as it is compared, with the name that it stands for; or None where
            that is not known.
    """

    def __init__(self, kind: _Kind, names: dict[str, str] | None) -> None:
        self._kind = kind
        self._names = names
        # A batch asks for the same few names again and again.
        self._slips = dict[str, "str | None"]()

    def slip_of(self, name: str) -> str | None:
        """Return what a name seems to be a slip of, or None."""
        if self._names is None or self._kind.fold(name) in self._names:
            return None
        if name not in self._slips:
            near = misspelt(name, tuple({*self._names.values()} - {""}))
            self._slips[name] = near
            if near is None:
                msg = "the account's list has no %s %s, nor one that it may be a slip of"
                _log.warning(msg, self._kind.word, short(name))
        return self._slips[name]


def _found(value: object, steps: tuple[str, ...], path: str) -> Iterator[tuple[str, str]]:
    """Yield the texts at a place, each with its path."""
    if not steps:
        if isinstance(value, str):
            yield path, value
        return
    step, *rest = steps
    if step == _EACH:
        items = cast("list[object]", value) if isinstance(value, list) else []
        for index, item in enumerate(items):
            yield from _found(item, tuple(rest), f"{path}[{index}]")
    elif isinstance(value, Mapping):
        inner = cast("Mapping[str, object]", value).get(step)
        yield from _found(inner, tuple(rest), f"{path}.{step}" if path else step)
