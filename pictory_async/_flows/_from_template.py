"""Many videos from one template ("Bulk Video Generation APIs")."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias, cast

import anyio
import attrs

from pictory_async._calls import call
from pictory_async._errors import InvalidRequestError
from pictory_async._flows._generations import version_of
from pictory_async._models._base import short
from pictory_async._models.outcomes import Outcome
from pictory_async._models.results import Video
from pictory_async._models.storyboard import Storyboard
from pictory_async._models.templates import Template


if TYPE_CHECKING:
    from pictory_async._endpoints.templates import ProjectFile, Templates
    from pictory_async._flows._generations import Generations, Version
    from pictory_async._flows._run import Run
    from pictory_async._flows._transfers import Transfers
    from pictory_async._models.jobs import Job
    from pictory_async._models.results import Preview


Variables: TypeAlias = Mapping[str, str]
Rows: TypeAlias = Mapping[str, Variables] | Iterable[Variables]

# What the web application calls the projects that it exports.
_SUFFIX: Final = ".pictai"
# What any file system takes as a name, and the service as the name of a video.
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9 _-]{0,99}")


@attrs.frozen(kw_only=True)
class FromTemplate:
    """Make a video for each row of variables."""

    templates: Templates
    generations: Generations
    transfers: Transfers

    async def make(
        self,
        template: Template | str | ProjectFile,
        rows: Rows,
        version: Version | None,
        run: Run,
        *,
        name: str,
        folder: Path | None,
        at_once: int,
    ) -> tuple[Outcome[Video], ...]:
        """Upload the project once; preview, render and download a video for each row."""
        generation, items = version_of(None, version), _items(rows)
        _check_names(name, items)
        if at_once < 1:
            raise InvalidRequestError("at_once", "1 or more", str(at_once))
        for key in list(items)[:1]:
            await self.transfers.check(_file(folder, key), "folder")
        if isinstance(template, str) and template.endswith(_SUFFIX):
            template = Path(template)
        if not isinstance(template, Template | str):
            template = await self.templates.create(template)
        if isinstance(template, Template):
            _check_variables(template, items)
            template = template.id
        batch = _Batch(self, generation, run, template, name, folder)
        return await batch.outcomes(items, at_once)


@attrs.frozen
class _Batch:
    _flow: FromTemplate
    _version: Version
    _run: Run
    _template_id: str
    _name: str
    _folder: Path | None

    async def outcomes(
        self, items: Mapping[str | int, Variables], at_once: int
    ) -> tuple[Outcome[Video], ...]:
        """Make all videos, some of them at once."""
        work, outcomes = iter(items.items()), dict[str | int, Outcome[Video]]()

        async def worker() -> None:
            for key, variables in work:
                outcomes[key] = await self._outcome(key, variables)

        async with anyio.create_task_group() as tasks:
            for _ in range(min(at_once, len(items))):
                tasks.start_soon(worker)
        return tuple(outcomes[key] for key in items)

    async def _outcome(self, key: str | int, variables: Variables) -> Outcome[Video]:
        jobs: list[Job[Any]] = []

        async def remember(job: Job[Any]) -> None:
            jobs.append(job)
            if self._run.hooks.on_job is not None:
                await call(self._run.hooks.on_job, job)

        try:
            video = await self._video(key, variables, self._run.anew(remember))
        except Exception as exc:  # noqa: BLE001 - the others must not suffer from this one
            return Outcome(key=key, error=exc, jobs=tuple(jobs))
        return Outcome(key=key, value=video, jobs=tuple(jobs))

    async def _video(self, key: str | int, variables: Variables, run: Run) -> Video:
        preview = await self._preview(key, variables)
        video = await self._flow.generations.video(preview, self._version, run)
        await self._flow.transfers.deliver(video, _file(self._folder, key), run.hooks.on_bytes)
        return video

    async def _preview(self, key: str | int, variables: Variables) -> Job[Preview]:
        generations = self._flow.generations
        if self._version == "v1":
            return await generations.v1.templates.create_video(self._template_id, variables)
        storyboard = Storyboard.from_template(
            self._template_id, variables, name=f"{self._name} {key}"
        )
        return await generations.preview(storyboard, "v2")


def _file(folder: Path | None, key: str | int) -> Path | None:
    return None if folder is None else folder / f"{key}.mp4"


def _items(rows: object) -> dict[str | int, Variables]:
    """Return the rows by their keys, which are their numbers where they have none."""
    if isinstance(rows, str | bytes) or not isinstance(rows, Iterable):
        raise InvalidRequestError("rows", "rows of variables", short(rows))
    if isinstance(rows, Mapping):
        items = dict(cast("Mapping[str | int, object]", rows))
    else:
        items = dict(enumerate(cast("Iterable[object]", rows)))
    for key, variables in items.items():
        _check_row(variables, f"rows[{key}]")
    return cast("dict[str | int, Variables]", items)


def _check_row(variables: object, path: str) -> None:
    if not isinstance(variables, Mapping):
        raise InvalidRequestError(path, "an object with variables", short(variables))
    for name, value in cast("Mapping[str, object]", variables).items():
        if not isinstance(value, str):
            field = f"{path}.{name}"
            raise InvalidRequestError(field, "a string", short(value))


def _check_names(name: str, items: Iterable[str | int]) -> None:
    for field, value in (("name", name), *((f"rows[{key}]", str(key)) for key in items)):
        if not _NAME.fullmatch(value):
            expected = "a name of up to 100 letters, digits, spaces, _ and -"
            raise InvalidRequestError(field, expected, short(value))


def _check_variables(template: Template, items: Mapping[str | int, Variables]) -> None:
    """Refuse a variable that the template lacks: the service would ignore it, and be paid."""
    known = template.variables or {}
    for key, variables in items.items():
        for name, value in variables.items():
            if name not in known:
                near = difflib.get_close_matches(name, known, n=1)
                perhaps = f" (perhaps {near[0]})" if near else ""
                expected = f"a variable of template {template.id}{perhaps}"
                msg = f"rows[{key}].{name}"
                raise InvalidRequestError(msg, expected, short(value))
