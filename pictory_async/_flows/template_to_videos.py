"""Many videos from one template ("Bulk Video Generation APIs")."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias, cast

import attrs

from pictory_async._errors import InvalidRequestError
from pictory_async._flows.batch import running
from pictory_async._flows.generations import version_of
from pictory_async._flows.plan import Terms
from pictory_async._flows.render_many import (
    NAME,
    Variables,
    check_known,
    checked_variables,
    file_name,
    template_preview,
)
from pictory_async._models.base import short
from pictory_async._models.outcomes import Outcome
from pictory_async._models.results import Video
from pictory_async._models.templates import Template


if TYPE_CHECKING:
    from pictory_async._endpoints.templates import ProjectFile, Templates
    from pictory_async._flows.generations import Version
    from pictory_async._flows.render_many import RenderMany
    from pictory_async._flows.run import Hooks


Rows: TypeAlias = Mapping[str, Variables] | Iterable[Variables]

# What the web application calls the projects that it exports.
_SUFFIX: Final = ".pictai"


@attrs.frozen(kw_only=True)
class FromTemplate:
    """Make a video for each row of variables."""

    templates: Templates
    many: RenderMany

    async def make(
        self,
        template: Template | str | ProjectFile,
        rows: Rows,
        version: Version | None,
        hooks: Hooks,
        *,
        name: str,
        folder: object,
        at_once: int,
        timeout: float | None,
    ) -> tuple[Outcome[Video], ...]:
        """Upload the project once; preview, render and download a video for each row."""
        generation, items = version_of(None, version), _items(rows)
        _check_names(name, items)
        folder = await self.many.transfers.checked_folder(folder)
        if at_once < 1:
            raise InvalidRequestError("at_once", "1 or more", str(at_once))
        terms = Terms(
            submitting=at_once,
            pending=at_once,
            downloading=at_once,
            timeout=timeout,
            hooks=hooks,
        )
        template_id = await self._template_id(template, items)
        plans = [
            self.many.plan(
                key,
                generation,
                template_preview(
                    self.many.generations, template_id, row, f"{name} {key}", generation
                ),
                folder,
            )
            for key, row in items.items()
        ]
        outcomes = dict[str | int, Outcome[Video]]()
        many = self.many
        async with running(many.waits, many.transfers, terms, plans, many.on_refusal) as ended:
            async for outcome in ended:
                outcomes[outcome.key] = outcome
        return tuple(outcomes[key] for key in items)

    async def _template_id(
        self, template: Template | str | ProjectFile, items: Mapping[str | int, Variables]
    ) -> str:
        if isinstance(template, str) and template.endswith(_SUFFIX):
            template = Path(template)
        if not isinstance(template, Template | str):
            template = await self.templates.create(template)
        if isinstance(template, Template):
            for key, row in items.items():
                check_known(template, row, f"rows[{key}]")
            return template.id
        return template


def _items(rows: object) -> dict[str | int, Variables]:
    """Return the rows by their keys, which are their numbers where they have none."""
    if isinstance(rows, str | bytes) or not isinstance(rows, Iterable):
        raise InvalidRequestError("rows", "rows of variables", short(rows))
    if isinstance(rows, Mapping):
        items = dict(cast("Mapping[str | int, object]", rows))
    else:
        items = dict(enumerate(cast("Iterable[object]", rows)))
    return {key: checked_variables(row, f"rows[{key}]") for key, row in items.items()}


def _check_names(name: str, items: Iterable[str | int]) -> None:
    files = set[str]()
    for field, value in (("name", name), *((f"rows[{key}]", str(key)) for key in items)):
        if not NAME.fullmatch(value):
            expected = "a name of up to 100 letters, digits, spaces, _ and -"
            raise InvalidRequestError(field, expected, short(value))
    for key in items:
        if file_name(key) in files:
            raise InvalidRequestError("rows", "keys that differ", f"{short(key)} again")
        files.add(file_name(key))
