"""Thousands of items become videos: what an item may be, and how it is submitted."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, AsyncIterable, Iterable, Mapping
from contextlib import aclosing, asynccontextmanager
from typing import TYPE_CHECKING, Any, Final, TypeAlias, cast

import attrs

from pictory_async._errors import InvalidRequestError
from pictory_async._flows._batch import running
from pictory_async._flows._generations import Storyboard, version_of
from pictory_async._flows._plan import Plan
from pictory_async._flows._text_to_video import storyboard_of
from pictory_async._jobs._many import checked_iterable, each_of
from pictory_async._models import storyboard as current
from pictory_async._models._base import short
from pictory_async._models.outcomes import Key


if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from pictory_async._endpoints.account import Account
    from pictory_async._flows._batch import OnRefusal
    from pictory_async._flows._generations import Generations, Version
    from pictory_async._flows._plan import Terms
    from pictory_async._flows._transfers import Transfers
    from pictory_async._jobs._outcomes import Outcomes
    from pictory_async._jobs._waits import Waits
    from pictory_async._models.jobs import Job
    from pictory_async._models.results import Preview, Video


Item: TypeAlias = str | Storyboard | Mapping[str, Any]
Items: TypeAlias = (
    Mapping[Key, Item] | Iterable[Item | tuple[Key, Item]] | AsyncIterable[Item | tuple[Key, Item]]
)

# What any file system takes as a name, and the service as the name of a video.
NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9 _-]{0,99}")


@attrs.frozen(kw_only=True)
class RenderMany:
    """Make a video of each item of a batch."""

    account: Account
    generations: Generations
    transfers: Transfers
    waits: Waits
    on_refusal: OnRefusal

    @asynccontextmanager
    async def run(
        self,
        items: Items,
        terms: Terms,
        *,
        version: Version | None,
        template: str | None,
        speaker: str | None,
        folder: Path | None,
    ) -> AsyncGenerator[Outcomes[Video]]:
        """Check everything, then submit, and yield the outcomes."""
        checked_iterable(items, "items", "items")
        version_of(None, version)
        await self.transfers.check(video_file(folder, "video"), "folder")
        if terms.limits.is_of_unknown:
            limits = terms.limits.within(await self.account.quota())
            terms = attrs.evolve(terms, limits=limits)
        described = _Plans(
            flow=self, version=version, template=template, speaker=speaker, folder=folder
        )
        plans = described.of(items)
        async with running(self.waits, self.transfers, terms, plans, self.on_refusal) as outcomes:
            yield outcomes

    def plan(
        self,
        key: Key,
        version: Version,
        preview: Callable[[], Awaitable[Job[Preview]]],
        folder: Path | None,
    ) -> Plan:
        """Return what is to be made of one item."""
        generations = self.generations
        renders = generations.v1.renders if version == "v1" else generations.renders
        return Plan(
            key=key, preview=preview, render=renders.from_preview, output=video_file(folder, key)
        )


@attrs.frozen(kw_only=True)
class _Plans:
    """The items of one batch."""

    flow: RenderMany
    version: Version | None
    template: str | None
    speaker: str | None
    folder: Path | None
    keys: set[Key] = attrs.field(factory=set[Key])

    async def of(self, items: Items) -> AsyncGenerator[Plan]:
        """Yield what is to be made of each item."""
        number = 0
        source = each_of(_pairs(items))
        async with aclosing(source):
            async for each in source:
                key, item = _keyed(each, number)
                yield self._plan(key, item)
                number += 1

    def _plan(self, key: Key, item: object) -> Plan:
        """Return the plan of an item; one that is wrong is refused when it is its turn."""
        version: Version = self.version or "v2"
        try:
            self._check_key(key)
            version = version_of(item, self.version)
            preview = self._preview(item, key, version)
        except InvalidRequestError as exc:
            preview = _refusing(exc)
        return self.flow.plan(key, version, preview, self.folder)

    def _check_key(self, key: Key) -> None:
        if key in self.keys:
            found = f"{short(key)} again"
            raise InvalidRequestError("items", "keys that differ", found)
        self.keys.add(key)
        if self.folder is not None and not NAME.fullmatch(str(key)):
            expected = "a name of up to 100 letters, digits, spaces, _ and -, for the file"
            field = f"items[{key}]"
            raise InvalidRequestError(field, expected, short(key))

    def _preview(
        self, item: object, key: Key, version: Version
    ) -> Callable[[], Awaitable[Job[Preview]]]:
        generations = self.flow.generations
        if self.template is not None:
            return template_preview(generations, self.template, item, f"{key}", version)
        storyboard = storyboard_of(
            cast("Item", item), version, None, self.speaker if isinstance(item, str) else None
        )
        return lambda: generations.preview(storyboard, version)


def template_preview(
    generations: Generations, template_id: str, variables: object, name: str, version: Version
) -> Callable[[], Awaitable[Job[Preview]]]:
    """Return what submits a template with its variables.

    Raises:
        InvalidRequestError: The variables are none.
    """
    row = checked_variables(variables, "variables")
    if version == "v1":
        return lambda: generations.v1.templates.create_video(template_id, row)
    storyboard = current.Storyboard.from_template(template_id, row, name=name)
    return lambda: generations.preview(storyboard, "v2")


def checked_variables(variables: object, path: str) -> Mapping[str, str]:
    """Return the variables of a template.

    Raises:
        InvalidRequestError: They are no mapping of strings to strings.
    """
    if not isinstance(variables, Mapping):
        raise InvalidRequestError(path, "an object with variables", short(variables))
    for name, value in cast("Mapping[str, object]", variables).items():
        if not isinstance(value, str):
            field = f"{path}.{name}"
            raise InvalidRequestError(field, "a string", short(value))
    return cast("Mapping[str, str]", variables)


def video_file(folder: Path | None, key: Key) -> Path | None:
    """Return where an item's video goes, or None."""
    return None if folder is None else folder / f"{key}.mp4"


def _pairs(items: Any) -> Iterable[Any] | AsyncIterable[Any]:  # noqa: ANN401 - it is looked at
    if isinstance(items, Mapping):
        return cast("Iterable[Any]", items.items())  # pyright: ignore[reportUnknownMemberType]
    return cast("Iterable[Any]", items)


def _keyed(each: Any, number: int) -> tuple[Key, object]:  # noqa: ANN401 - it is looked at
    if isinstance(each, tuple):
        pair = cast("tuple[object, ...]", each)
        if len(pair) == 2 and isinstance(pair[0], str | int):  # noqa: PLR2004 - a pair
            return pair[0], pair[1]
    return number, cast("object", each)


def _refusing(error: InvalidRequestError) -> Callable[[], Awaitable[Job[Preview]]]:
    async def refuse() -> Job[Preview]:
        raise error

    return refuse
