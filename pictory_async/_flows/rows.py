"""Rows of variables for a template."""

from __future__ import annotations

from collections.abc import Mapping
from numbers import Number
from typing import TYPE_CHECKING, cast

from pictory_async._errors import APIError, InvalidRequestError, PermissionDeniedError
from pictory_async._models.base import check_json, short
from pictory_async._models.templates import Template
from pictory_async._shapes.spelling import perhaps


if TYPE_CHECKING:
    from collections.abc import Collection

    from pictory_async._endpoints.templates import Templates
    from pictory_async._flows.item_settings import Columns
    from pictory_async._flows.recipes import Variables


def read_row(row: object, path: str, columns: Columns) -> Variables:
    """Return a copy of the variables of a template, before the template is known.

    Raises:
        InvalidRequestError: They are no mapping of strings to strings.
    """
    if not isinstance(row, Mapping):
        raise InvalidRequestError(path, "an object with variables", short(row))
    # A copy: an iterator may fill the same row again before this one is submitted.
    found = {**cast("Mapping[object, object]", row)}
    checked = {name: value for name, value in found.items() if name not in columns.ignore}
    for name, value in checked.items():
        _check_value(value, f"{path}.{name}")
    # It refuses names that are no strings, and texts that no request can carry.
    check_json(checked, path)
    return cast("Variables", found)


def fit_row(row: Variables, path: str, columns: Columns, template: Template) -> Variables:
    """Return what is sent of a row.

    Raises:
        InvalidRequestError: It has a variable that the template lacks, or lacks one that the
            template has: the service would ignore either, and be paid. Where the template's
            variables are not known, neither is refused.
    """
    known = template.variables
    kept = {
        name: value
        for name, value in row.items()
        if name not in columns.ignore or name in (known or ())
    }
    for name in columns.ignore:
        _check_value(kept.get(name, ""), f"{path}.{name}")
    if known is not None:
        _check_no_more(kept, path, known, template.id)
        if columns.missing == "error":
            _check_whole(kept, path, known, template.id)
    return kept


def _check_value(value: object, path: str) -> None:
    if isinstance(value, str):
        return
    # A Decimal is one too.
    is_number = type(value) is not bool and isinstance(value, Number)
    expected = f"a string, such as {short(str(value))}" if is_number else "a string"
    raise InvalidRequestError(path, expected, short(value))


def _check_no_more(row: Variables, path: str, known: Collection[str], template: str) -> None:
    for name, value in row.items():
        if name not in known:
            field = f"{path}.{name}"
            expected = (
                f"a variable of template {template}{perhaps(name, tuple(known))}, or a column "
                "that is left out by ignore=[...]"
            )
            raise InvalidRequestError(field, expected, short(value))


def _check_whole(row: Variables, path: str, known: Collection[str], template: str) -> None:
    for name in known:
        if name not in row:
            field = f"{path}.{name}"
            expected = (
                f"a value of this variable of template {template}, for which missing='default' "
                "takes the template's own"
            )
            raise InvalidRequestError(field, expected, "nothing")


async def template_with_variables(
    templates: Templates, template: Template | str, *unreadable: type[APIError]
) -> Template:
    """Return a template with its variables, where they can be known.

    Args:
        templates: Where to ask.
        template: The template, or its id.
        *unreadable: Which refusals, besides that it is somebody else's, only mean that they cannot.

    Raises:
        APIError: There is no such template.
    """
    if isinstance(template, Template) and template.variables is not None:
        return template
    try:
        return await templates.get(template)
    except APIError as exc:
        if not isinstance(exc, (PermissionDeniedError, *unreadable)):
            raise
        # No page says that what may be used may be read.
        return template if isinstance(template, Template) else Template(id=template)
