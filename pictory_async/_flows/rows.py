"""Rows of variables for a template."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

from pictory_async._errors import APIError, InvalidRequestError, PermissionDeniedError
from pictory_async._models.base import check_json, short
from pictory_async._models.templates import Template


if TYPE_CHECKING:
    from pictory_async._endpoints.templates import Templates
    from pictory_async._flows.recipes import Variables


def checked_row(row: object, path: str) -> Variables:
    """Return the variables of a template.

    Raises:
        InvalidRequestError: They are no mapping of strings to strings.
    """
    if not isinstance(row, Mapping):
        raise InvalidRequestError(path, "an object with variables", short(row))
    for name, value in cast("Mapping[object, object]", row).items():
        if not isinstance(value, str):
            field = f"{path}.{name}"
            raise InvalidRequestError(field, "a string", short(value))
    # It refuses names that are no strings, and texts that no request can carry.
    check_json(cast("object", row), path)
    # A copy: an iterator may fill the same row again before this one is submitted.
    return {**cast("Variables", row)}


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


def check_variables(template: Template, row: Variables, path: str) -> None:
    """Refuse a variable that a template lacks: the service would ignore it, and be paid.

    Raises:
        InvalidRequestError: It lacks one; where its variables are not known, none is refused.
    """
    if template.variables is None:
        return
    for name, value in row.items():
        if name not in template.variables:
            near = difflib.get_close_matches(name, template.variables, n=1)
            perhaps = f" (perhaps {near[0]})" if near else ""
            expected = f"a variable of template {template.id}{perhaps}"
            field = f"{path}.{name}"
            raise InvalidRequestError(field, expected, short(value))
