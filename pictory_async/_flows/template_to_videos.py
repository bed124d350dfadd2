"""Many videos from one template ("Bulk Video Generation APIs")."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias, cast

import attrs

from pictory_async._errors import InvalidRequestError, NotFoundError
from pictory_async._flows.batch import opened_batch
from pictory_async._flows.file_names import UsedKeys, check_name, file_of
from pictory_async._flows.recipes import BatchInput, RowRecipe, Variables
from pictory_async._flows.rows import check_variables, checked_row, template_with_variables
from pictory_async._flows.versions import version_of
from pictory_async._models.base import short
from pictory_async._models.outcomes import Key
from pictory_async._models.templates import Template
from pictory_async._waiting.block import Block


if TYPE_CHECKING:
    from pictory_async._endpoints.templates import ProjectFile, Templates
    from pictory_async._flows.batch import BatchParts
    from pictory_async._flows.batch_settings import BatchSettings
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
        name: str,
        folder: object,
    ) -> tuple[Outcome[Video], ...]:
        """Upload the project once; preview, render and download a video for each row."""
        generation, variables = version_of(None, version), _keyed_rows(rows)
        _check_names(name, variables)
        place = await self.parts.transfers.checked_folder(folder)
        template_id = await self._template_id(template, variables)
        inputs = [
            BatchInput(
                key=key,
                recipe=RowRecipe(
                    version=generation,
                    template_id=template_id,
                    variables=row,
                    name=f"{name} {key}",
                ),
                output=file_of(place, key),
            )
            for key, row in variables.items()
        ]
        outcomes = dict[Key, "Outcome[Video]"]()
        async with Block(partial(opened_batch, self.parts, settings, inputs)) as ended:
            async for outcome in ended:
                outcomes[outcome.key] = outcome
        return tuple(outcomes[key] for key in variables)

    async def _template_id(
        self, template: Template | str | ProjectFile, rows: Mapping[Key, Variables]
    ) -> str:
        if isinstance(template, str) and template.endswith(_SUFFIX):
            template = Path(template)
        if not isinstance(template, Template | str):
            template = await self.templates.create(template)
        # A project that holds variables serves as well, and is not among the templates.
        full = await template_with_variables(self.templates, template, NotFoundError)
        for key, row in rows.items():
            check_variables(full, row, f"rows[{key}]")
        return full.id


def _keyed_rows(rows: object) -> dict[Key, Variables]:
    """Return the rows by their keys, which are their numbers where they have none."""
    if isinstance(rows, str | bytes) or not isinstance(rows, Iterable):
        raise InvalidRequestError("rows", "rows of variables", short(rows))
    if isinstance(rows, Mapping):
        items = dict(cast("Mapping[Key, object]", rows))
    else:
        items = dict[Key, object](enumerate(cast("Iterable[object]", rows)))
    return {key: checked_row(row, f"rows[{key}]") for key, row in items.items()}


def _check_names(name: str, rows: Iterable[Key]) -> None:
    keys = UsedKeys("rows", as_files=True)
    check_name(name, "name")
    for key in rows:
        check_name(str(key), f"rows[{key}]")
        keys.add(key)
