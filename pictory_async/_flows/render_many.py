"""Thousands of items become videos: what an item may be."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncGenerator, AsyncIterable, Collection, Iterable, Mapping
from contextlib import aclosing
from typing import TYPE_CHECKING, Any, Final, TypeAlias, cast

import anyio.lowlevel
import attrs

from pictory_async._arguments import iterable_of
from pictory_async._callbacks import each_of
from pictory_async._errors import InvalidRequestError
from pictory_async._flows.batch import opened_batch
from pictory_async._flows.generations import storyboard_of_text
from pictory_async._flows.known_names import KnownNames
from pictory_async._flows.naming import Naming, check_name, checked_key
from pictory_async._flows.recipes import (
    BatchInput,
    JobRecipe,
    RowRecipe,
    StoryboardRecipe,
    TextRecipe,
    check_kind,
)
from pictory_async._flows.rows import fit_row, read_row, template_with_variables
from pictory_async._flows.text_to_video import check_script
from pictory_async._flows.versions import Storyboard, version_of
from pictory_async._flows.wrong_items import WrongItems, within
from pictory_async._models.base import short
from pictory_async._models.jobs import Job, is_job
from pictory_async._models.outcomes import Key


if TYPE_CHECKING:
    from pictory_async._endpoints.templates import Templates
    from pictory_async._flows.batch import Batch, BatchParts
    from pictory_async._flows.batch_settings import BatchSettings
    from pictory_async._flows.generations import Generations
    from pictory_async._flows.item_settings import ItemSettings
    from pictory_async._flows.known_names import Catalogues
    from pictory_async._flows.recipes import Recipe
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
    catalogues: Catalogues
    parts: BatchParts

    async def batch_of(self, items: Items, settings: BatchSettings, given: ItemSettings) -> Batch:
        """Check everything, and return the batch that makes the videos."""
        iterable_of("items").check_argument("items", items)
        _check_many(items)
        version_of(None, given.version)
        check_name(given.name)
        place = await self.parts.transfers.checked_folder(given.folder)
        template = None
        if given.template is not None:
            template = await template_with_variables(self.templates, given.template)
        inputs = _Inputs(
            settings=given,
            generations=self.parts.generations,
            template=template,
            names=KnownNames(self.catalogues) if given.check else None,
            naming=Naming("items", given.name, place),
        )
        await inputs.check_speaker()
        is_whole = isinstance(items, Collection) and not isinstance(items, AsyncIterable)
        source = await inputs.all_of(items) if is_whole else inputs.inputs_of(items)
        return await opened_batch(self.parts, settings, source)


@attrs.frozen(kw_only=True)
class _Inputs:
    """The items of one batch."""

    settings: ItemSettings
    generations: Generations
    template: Template | None
    names: KnownNames | None
    naming: Naming

    async def check_speaker(self) -> None:
        """Refuse a speaker of the texts who looks like a slip."""
        if self.names is not None and self.settings.speaker is not None:
            await self.names.check_speaker(self.settings.speaker)

    async def all_of(self, items: Items) -> list[BatchInput]:
        """Return all items of a collection, with what is to be made of each.

        Raises:
            InvalidRequestError: Some of them are wrong by themselves.
        """
        await self._expect_keys(items)
        found, wrong = list[BatchInput](), WrongItems("items")
        async with aclosing(self.inputs_of(items)) as source:
            async for given in source:
                found.append(given)
                if isinstance(given.recipe, Exception):
                    wrong.add(given.key, given.recipe)
                # To check a large storyboard takes milliseconds.
                await anyio.lowlevel.checkpoint()
        wrong.raise_any()
        return found

    async def _expect_keys(self, items: Items) -> None:
        number = 0
        async with aclosing(each_of(_pairs(items))) as source:
            async for each in source:
                # What is wrong with a key is told where its item is checked.
                with contextlib.suppress(Exception):
                    self.naming.expect(_keyed(each, number)[0])
                number += 1

    async def inputs_of(self, items: Items) -> AsyncGenerator[BatchInput]:
        """Yield each item with what is to be made of it."""
        number = 0
        async with aclosing(each_of(_pairs(items))) as source:
            async for each in source:
                yield await self._input(each, number)
                number += 1

    async def _input(self, each: object, number: int) -> BatchInput:
        """Return an item; the error of one that is wrong is told when it is its turn."""
        key: Key = number
        try:
            key, item = _keyed(each, number)
            named = self.naming.add(key)
            recipe = await self._recipe(item, named.video, f"items[{key}]")
        except Exception as exc:  # noqa: BLE001 - an item of any class may raise anything
            return BatchInput(key=key, recipe=exc)
        return BatchInput(key=key, recipe=recipe, output=named.output)

    async def _recipe(self, item: object, name: str, path: str) -> Recipe:
        template = self.template
        with within(path):
            version = version_of(item, self.settings.version)
        if is_job(item):
            check_kind(item, path)
            return JobRecipe(version=version, job=item)
        if template is not None:
            columns = self.settings.columns
            row = fit_row(read_row(item, path, columns), path, columns, template)
            return RowRecipe(version=version, template_id=template.id, variables=row, name=name)
        await check_script(item, path)
        with within(path):
            if isinstance(item, str):
                speaker = self.settings.speaker
                storyboard_of_text(item, version, name=name, speaker=speaker)
                return TextRecipe(version=version, text=item, speaker=speaker, name=name)
            storyboard = cast("Storyboard | Mapping[str, Any]", item)
            body = self.generations.body_of(storyboard, version)
            if self.names is not None:
                await self.names.check_storyboard(body, version)
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
    return checked_key(key, "items"), item
