"""Rows of variables for a template."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

from pictory_async._errors import InvalidRequestError
from pictory_async._models.base import short


if TYPE_CHECKING:
    from pictory_async._flows.recipes import Variables
    from pictory_async._models.templates import Template


def checked_row(row: object, path: str) -> Variables:
    """Return the variables of a template.

    Raises:
        InvalidRequestError: They are no mapping of strings to strings.
    """
    if not isinstance(row, Mapping):
        raise InvalidRequestError(path, "an object with variables", short(row))
    for name, value in cast("Mapping[str, object]", row).items():
        if not isinstance(value, str):
            field = f"{path}.{name}"
            raise InvalidRequestError(field, "a string", short(value))
    return cast("Variables", row)


def check_known(template: Template, row: Variables, path: str) -> None:
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
