"""Many videos from one template ("Bulk Video Generation APIs")."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import aclosing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias, cast

import attrs

from pictory_async._callbacks import each_of
from pictory_async._errors import InvalidRequestError, NotFoundError
from pictory_async._flows.batch import opened_batch
from pictory_async._flows.naming import Naming, check_name, checked_key
from pictory_async._flows.recipes import BatchInput, RowRecipe, Variables
from pictory_async._flows.rows import fit_row, read_row, template_with_variables
from pictory_async._flows.versions import version_of
from pictory_async._flows.wrong_items import WrongItems
from pictory_async._models.base import short
from pictory_async._models.outcomes import Key
from pictory_async._models.templates import Template
from pictory_async._waiting.block import Block


if TYPE_CHECKING:
    from collections.abc import Callable

    from pictory_async._endpoints.templates import ProjectFile, Templates
    from pictory_async._flows.batch import BatchParts
    from pictory_async._flows.batch_settings import BatchSettings
    from pictory_async._flows.item_settings import Columns
    from pictory_async._flows.naming import Name, Named
    from pictory_async._flows.versions import Version
    from pictory_async._models.outcomes import Outcome
    from pictory_async._models.results import Video


Rows: TypeAlias = Mapping[str, Variables] | Iterable[Variables]

# What the web application calls the projects that it exports.
_SUFFIX: Final = ".pictai"


@attrs.frozen(kw_only=True)
class TemplateToVideos:
    """Make a video for each row of variables, as one batch."""

    templates: Templates
    parts: BatchParts

    async def fill_rows(
        self,
        template: Template | str | ProjectFile,
        rows: Rows,
        version: Version | None,
        settings: BatchSettings,
        *,
        name: Name | None,
        folder: object,
        columns: Columns,
    ) -> tuple[Outcome[Video], ...]:
        """Upload the project once; preview, render and download a video for each row."""
        generation = version_of(None, version)
        check_name(name)
        items = _keyed_rows(rows)
        variables = await _each_row(items, lambda row, path: read_row(row, path, columns))
        place = await self.parts.transfers.checked_folder(folder)
        naming = Naming("rows", name, place)
        names = await _names(naming, items)
        full = await self._template(template)
        fitting = await _each_row(variables, lambda row, path: fit_row(row, path, columns, full))
        inputs = [
            BatchInput(
                key=key,
                recipe=RowRecipe(
                    version=generation,
                    template_id=full.id,
                    variables=row,
                    name=names[key].video,
                ),
                output=names[key].output,
            )
            for key, row in fitting.items()
        ]
        outcomes = dict[Key, "Outcome[Video]"]()
        async with Block(partial(opened_batch, self.parts, settings, inputs)) as ended:
            async for outcome in ended:
                outcomes[outcome.key] = outcome
        return tuple(outcomes[key] for key in items)

    async def _template(self, template: Template | str | ProjectFile) -> Template:
        if isinstance(template, str) and template.endswith(_SUFFIX):
            template = Path(template)
        if not isinstance(template, Template | str):
            template = await self.templates.create(template)
        # A project that holds variables serves as well, and is not among the templates.
        return await template_with_variables(self.templates, template, NotFoundError)


def _keyed_rows(rows: object) -> dict[Key, object]:
    """Return the rows by their keys, which are their numbers where they have none."""
    if isinstance(rows, str | bytes) or not isinstance(rows, Iterable):
        raise InvalidRequestError("rows", "rows of variables", short(rows))
    if isinstance(rows, Mapping):
        given = cast("Mapping[object, object]", rows)
        return {checked_key(key, "rows"): row for key, row in given.items()}
    return dict[Key, object](enumerate(cast("Iterable[object]", rows)))


async def _each_row(
    rows: Mapping[Key, object], read: Callable[[Any, str], Variables]
) -> dict[Key, Variables]:
    """Read all rows.

    Raises:
        InvalidRequestError: Some of them are wrong.
    """
    found, wrong = dict[Key, "Variables"](), WrongItems("rows")
    async with aclosing(each_of(rows.items())) as source:
        async for key, row in source:
            try:
                found[key] = read(row, f"rows[{key}]")
            except Exception as exc:  # noqa: BLE001 - a row of any class may raise anything
                wrong.add(key, exc)
    wrong.raise_any()
    return found


async def _names(naming: Naming, keys: Iterable[Key]) -> dict[Key, Named]:
    """Return what the video of each row is called."""
    async with aclosing(each_of(keys)) as source:
        async for key in source:
            naming.expect(key)
    async with aclosing(each_of(keys)) as source:
        return {key: naming.add(key) async for key in source}
