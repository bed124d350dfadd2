"""What is to be made of the items of a batch: values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, TypeAlias, cast

import attrs

from pictory_async._arguments import FLAG, STRING, Rule, argument
from pictory_async._errors import InvalidRequestError
from pictory_async._models.base import as_tuple


if TYPE_CHECKING:
    from pictory_async._flows.naming import Name
    from pictory_async._flows.versions import Version
    from pictory_async._models.templates import Template


Missing: TypeAlias = Literal["error", "default"]

_MISSING: Final = Rule(
    "'error' or 'default'", lambda value: isinstance(value, str) and value in {"error", "default"}
)


def _are_names(value: object) -> bool:
    # A text is meant as one name, and its letters are others.
    return isinstance(value, tuple) and all(
        isinstance(each, str) for each in cast("tuple[object, ...]", value)
    )


_IGNORE: Final = Rule("the names of columns, such as ['id']", _are_names)


@attrs.frozen(kw_only=True)
class Columns:
    """What a row may lack of its template's variables, and what it may have besides.

    Args:
        missing: "error" where a row must have all of them; "default" where the template's own
            value stands for one that it lacks.
        ignore: Which columns are no variables, and are not sent where they are none.

    Raises:
        InvalidRequestError: One of them is something else.
    """

    missing: Missing = attrs.field(default="error", validator=argument(_MISSING))
    ignore: tuple[str, ...] = attrs.field(
        default=(), converter=as_tuple, validator=argument(_IGNORE)
    )


@attrs.frozen(kw_only=True)
class ItemSettings:
    """What is to be made of the items of a batch.

    Args:
        version: Which generation of the API, where the items do not say.
        template: The template of which the items are the variables, or None.
        speaker: The voice that reads the texts, or None for none.
        name: What the videos are called; see `Naming`.
        folder: The folder to download them into, or None.
        columns: What the rows may lack and have besides.
        check: Whether the names in texts and storyboards are compared with the account's lists.

    Raises:
        InvalidRequestError: One of them is something else, or contradicts another.
    """

    version: Version | None
    template: Template | str | None
    speaker: str | None = attrs.field(validator=argument(STRING.or_none))
    name: Name | None
    folder: object
    columns: Columns
    check: bool = attrs.field(validator=argument(FLAG))

    def __attrs_post_init__(self) -> None:
        if self.template is None:
            for field in ("missing", "ignore"):
                if getattr(self.columns, field) != getattr(Columns(), field):
                    expected = "a template beside it, whose rows it is about"
                    raise InvalidRequestError(field, expected, "none")
        elif self.speaker is not None:
            expected = "None beside a template, which says it itself"
            raise InvalidRequestError("speaker", expected, repr(self.speaker))
