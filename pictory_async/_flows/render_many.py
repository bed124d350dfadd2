"""Thousands of items become videos: what an item may be, and how it is submitted."""

from __future__ import annotations

import difflib
import re
from collections.abc import AsyncGenerator, AsyncIterable, Iterable, Mapping
from contextlib import aclosing, asynccontextmanager
from typing import TYPE_CHECKING, Any, Final, TypeAlias, cast

import attrs

from pictory_async._callbacks import each_of
from pictory_async._errors import InvalidRequestError, PermissionDeniedError
from pictory_async._flows.batch import running
from pictory_async._flows.generations import Storyboard, version_of
from pictory_async._flows.plan import Plan
from pictory_async._flows.text_to_video import storyboard_of
from pictory_async._models import storyboard as current
from pictory_async._models import v1 as first
from pictory_async._models.base import short
from pictory_async._models.jobs import Job, is_job
from pictory_async._models.outcomes import Key
from pictory_async._models.results import Preview, Video
from pictory_async._models.templates import Template
from pictory_async._waiting.many_jobs import checked_iterable


if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from pictory_async._endpoints.account import Account
    from pictory_async._endpoints.templates import Templates
    from pictory_async._flows.batch import OnRefusal
    from pictory_async._flows.generations import Generations, Version
    from pictory_async._flows.plan import Start, Terms
    from pictory_async._flows.text_to_video import Script
    from pictory_async._flows.transfers import Transfers
    from pictory_async._waiting.one_job import Waits
    from pictory_async._waiting.outcomes import Outcomes


Item: TypeAlias = str | Storyboard | Mapping[str, Any] | Job[Any]
Variables: TypeAlias = Mapping[str, str]
Items: TypeAlias = (
    Mapping[Key, Item] | Iterable[Item | tuple[Key, Item]] | AsyncIterable[Item | tuple[Key, Item]]
)

# A mapping with one of these keys is no collection of items.
_STORYBOARD: Final = frozenset({"scenes", "videoName"})
# What any file system takes as a name, and the service as the name of a video.
NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9 _-]{0,99}")


@attrs.frozen(kw_only=True)
class RenderMany:
    """Make a video of each item of a batch."""

    account: Account
    templates: Templates
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
        template: Template | str | None,
        speaker: str | None,
        folder: object,
    ) -> AsyncGenerator[Outcomes[Video]]:
        """Check everything, then submit, and yield the outcomes."""
        checked_iterable(items, "items", "items")
        _check_many(items)
        version_of(None, version)
        if template is not None and speaker is not None:
            expected = "None beside a template, which says it itself"
            raise InvalidRequestError("speaker", expected, repr(speaker))
        folder = await self.transfers.checked_folder(folder)
        known = await self._known(template) if template is not None else None
        if terms.limits.is_of_unknown:
            limits = terms.limits.within(await self.account.quota())
            terms = attrs.evolve(terms, limits=limits)
        described = _Plans(
            flow=self, version=version, template=known, speaker=speaker, folder=folder
        )
        plans = described.of(items)
        async with running(self.waits, self.transfers, terms, plans, self.on_refusal) as outcomes:
            yield outcomes

    async def _known(self, template: Template | str) -> Template:
        """Return a template with its variables."""
        if isinstance(template, Template) and template.variables is not None:
            return template
        try:
            return await self.templates.get(template)
        except PermissionDeniedError:
            # No page says that what may be used may be read.
            return template if isinstance(template, Template) else Template(id=template)

    def plan(
        self,
        key: Key,
        version: Version,
        start: Start,
        folder: Path | None,
    ) -> Plan:
        """Return what is to be made of one item."""
        generations = self.generations
        renders = generations.v1.renders if version == "v1" else generations.renders
        return Plan(
            key=key,
            start=start,
            render=renders.from_preview,
            output=None if folder is None else folder / f"{key}.mp4",
        )


@attrs.frozen(kw_only=True)
class _Plans:
    """The items of one batch."""

    flow: RenderMany
    version: Version | None
    template: Template | None
    speaker: str | None
    folder: Path | None
    keys: set[Key] = attrs.field(factory=set[Key])

    async def of(self, items: Items) -> AsyncGenerator[Plan]:
        """Yield what is to be made of each item."""
        number = 0
        source = each_of(_pairs(items))
        async with aclosing(source):
            async for each in source:
                yield self._plan(each, number)
                number += 1

    def _plan(self, each: object, number: int) -> Plan:
        """Return the plan of an item; one that is wrong is refused when it is its turn."""
        key: Key = number
        version: Version = self.version or "v2"
        try:
            key, item = _keyed(each, number)
            self._check_key(key)
            version = version_of(item, self.version)
            start = _job_in(item, key) or self._preview(item, key, version)
        except Exception as exc:  # noqa: BLE001 - an item of any class may raise anything
            start = _refusing(exc)
        return self.flow.plan(key, version, start, self.folder)

    def _check_key(self, key: Key) -> None:
        name = file_name(key) if self.folder is not None else key
        if name in self.keys:
            found = f"{short(key)} again"
            raise InvalidRequestError("items", "keys that differ", found)
        self.keys.add(name)
        if self.folder is not None and not NAME.fullmatch(str(key)):
            expected = "a name of up to 100 letters, digits, spaces, _ and -, for the file"
            field = f"items[{key}]"
            raise InvalidRequestError(field, expected, short(key))

    def _preview(
        self, item: object, key: Key, version: Version
    ) -> Callable[[], Awaitable[Job[Preview]]]:
        generations, template, path = self.flow.generations, self.template, f"items[{key}]"
        if template is not None:
            row = checked_variables(item, path)
            check_known(template, row, path)
            return template_preview(generations, template.id, row, f"{key}", version)
        if not isinstance(item, str | current.Storyboard | first.Storyboard | Mapping):
            raise InvalidRequestError(path, "a text, a storyboard or a JSON object", short(item))
        storyboard = storyboard_of(
            cast("Script", item), version, None, self.speaker if isinstance(item, str) else None
        )
        return lambda: generations.preview(storyboard, version)


def template_preview(
    generations: Generations, template_id: str, row: Variables, name: str, version: Version
) -> Callable[[], Awaitable[Job[Preview]]]:
    """Return what submits a template with its variables."""
    if version == "v1":
        return lambda: generations.v1.templates.create_video(template_id, row)
    storyboard = current.Storyboard.from_template(template_id, row, name=name)
    return lambda: generations.preview(storyboard, "v2")


def checked_variables(variables: object, path: str) -> Variables:
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
    return cast("Variables", variables)


def check_known(template: Template, variables: Variables, path: str) -> None:
    """Refuse a variable that a template lacks: the service would ignore it, and be paid.

    Raises:
        InvalidRequestError: It lacks one; where its variables are not known, none is refused.
    """
    if template.variables is None:
        return
    for name, value in variables.items():
        if name not in template.variables:
            near = difflib.get_close_matches(name, template.variables, n=1)
            perhaps = f" (perhaps {near[0]})" if near else ""
            expected = f"a variable of template {template.id}{perhaps}"
            field = f"{path}.{name}"
            raise InvalidRequestError(field, expected, short(value))


def file_name(key: Key) -> str:
    """Return what decides whether two keys mean one file, on any file system."""
    return str(key).casefold()


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


def _job_in(item: object, key: Key) -> Job[Any] | None:
    if not is_job(item):
        return None
    if item.kind not in {Preview, Video}:
        field, expected = f"items[{key}]", "a job of a preview or a video"
        raise InvalidRequestError(field, expected, f"one of {short(item.kind)}")
    return item


def _refusing(error: Exception) -> Callable[[], Awaitable[Job[Preview]]]:
    async def refuse() -> Job[Preview]:
        raise error

    return refuse
