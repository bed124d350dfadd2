"""Thousands of items become videos: what an item may be."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterable, Iterable, Mapping
from contextlib import aclosing
from typing import TYPE_CHECKING, Any, Final, TypeAlias, cast

import attrs

from pictory_async._arguments import STRING, iterable_of
from pictory_async._callbacks import each_of
from pictory_async._errors import InvalidRequestError
from pictory_async._flows.batch import opened_batch
from pictory_async._flows.file_names import UsedKeys, check_name, file_of
from pictory_async._flows.recipes import (
    BatchInput,
    JobRecipe,
    RowRecipe,
    StoryboardRecipe,
    TextRecipe,
    check_kind,
)
from pictory_async._flows.rows import check_variables, checked_row, template_with_variables
from pictory_async._flows.text_to_video import check_script
from pictory_async._flows.versions import Storyboard, version_of
from pictory_async._models.base import short
from pictory_async._models.jobs import Job, is_job
from pictory_async._models.outcomes import Key


if TYPE_CHECKING:
    from pathlib import Path

    from pictory_async._endpoints.templates import Templates
    from pictory_async._flows.batch import Batch, BatchParts
    from pictory_async._flows.batch_settings import BatchSettings
    from pictory_async._flows.recipes import Recipe
    from pictory_async._flows.versions import Version
    from pictory_async._models.templates import Template


Item: TypeAlias = str | Storyboard | Mapping[str, Any] | Job[Any]
Items: TypeAlias = (
    Mapping[Key, Item] | Iterable[Item | tuple[Key, Item]] | AsyncIterable[Item | tuple[Key, Item]]
)

# A mapping with one of these keys is no collection of items.
_STORYBOARD: Final = frozenset({"scenes", "videoName"})


@attrs.frozen(kw_only=True)
class RenderMany:
    """Make a video of each item of a batch."""

    templates: Templates
    parts: BatchParts

    async def batch_of(
        self,
        items: Items,
        settings: BatchSettings,
        *,
        version: Version | None,
        template: Template | str | None,
        speaker: str | None,
        folder: object,
    ) -> Batch:
        """Check everything, and return the batch that makes the videos."""
        iterable_of("items").check_argument("items", items)
        _check_many(items)
        version_of(None, version)
        STRING.or_none.check_argument("speaker", speaker)
        if template is not None and speaker is not None:
            expected = "None beside a template, which says it itself"
            raise InvalidRequestError("speaker", expected, repr(speaker))
        place = await self.parts.transfers.checked_folder(folder)
        full = None
        if template is not None:
            full = await template_with_variables(self.templates, template)
        inputs = _Inputs(version=version, template=full, speaker=speaker, folder=place)
        return await opened_batch(self.parts, settings, inputs.inputs_of(items))


@attrs.frozen(kw_only=True)
class _Inputs:
    """The items of one batch."""

    version: Version | None
    template: Template | None
    speaker: str | None
    folder: Path | None

    async def inputs_of(self, items: Items) -> AsyncGenerator[BatchInput]:
        """Yield each item with what is to be made of it."""
        number, keys = 0, UsedKeys("items", as_files=self.folder is not None)
        source = each_of(_pairs(items))
        async with aclosing(source):
            async for each in source:
                yield await self._input(each, number, keys)
                number += 1

    async def _input(self, each: object, number: int, keys: UsedKeys) -> BatchInput:
        """Return an item; the error of one that is wrong is told when it is its turn."""
        key: Key = number
        try:
            key, item = _keyed(each, number)
            keys.add(key)
            if self.folder is not None:
                check_name(str(key), f"items[{key}]", ", for the file")
            recipe: Recipe | Exception = await self._recipe(item, key)
        except Exception as exc:  # noqa: BLE001 - an item of any class may raise anything
            recipe = exc
        return BatchInput(key=key, recipe=recipe, output=file_of(self.folder, key))

    async def _recipe(self, item: object, key: Key) -> Recipe:
        version, template, path = version_of(item, self.version), self.template, f"items[{key}]"
        if is_job(item):
            check_kind(item, path)
            return JobRecipe(version=version, job=item)
        if template is not None:
            row = checked_row(item, path)
            check_variables(template, row, path)
            return RowRecipe(version=version, template_id=template.id, variables=row, name=f"{key}")
        await check_script(item, path)
        if isinstance(item, str):
            return TextRecipe(version=version, text=item, speaker=self.speaker)
        storyboard = cast("Storyboard | Mapping[str, Any]", item)
        return StoryboardRecipe(version=version, storyboard=storyboard)


def _pairs(items: Any) -> Iterable[Any] | AsyncIterable[Any]:  # noqa: ANN401 - it is looked at
    if isinstance(items, Mapping):
        return cast("Iterable[Any]", items.items())  # pyright: ignore[reportUnknownMemberType]
    return cast("Iterable[Any]", items)


def _check_many(items: object) -> None:
    """Refuse a storyboard in the place of many, which would be taken for a mapping of texts.

    Raises:
        InvalidRequestError: It looks like one.
    """
    if isinstance(items, Mapping) and not _STORYBOARD.isdisjoint(
        cast("Mapping[object, object]", items)
    ):
        raise InvalidRequestError("items", "many items, such as [storyboard]", "one storyboard")


def _keyed(each: object, number: int) -> tuple[Key, object]:
    if not isinstance(each, tuple):
        return number, each
    pair = cast("tuple[object, ...]", each)
    if len(pair) != 2:  # noqa: PLR2004 - a pair
        raise InvalidRequestError("items", "an item, or a pair of a key and an item", short(pair))
    key, item = pair
    if not isinstance(key, str | int):
        raise InvalidRequestError("items", "keys that are strings or whole numbers", short(key))
    return key, item
