"""What is wrong with the items of a collection, told in one error before anything is sent."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import attrs

from pictory_async._errors import InvalidRequestError, PictoryError
from pictory_async._models.base import short
from pictory_async._shapes.checks import under


if TYPE_CHECKING:
    from collections.abc import Generator

    from pictory_async._models.outcomes import Key


_TOLD: Final = 3


@attrs.define(eq=False)
class WrongItems:
    """The errors of those items that are wrong by themselves.

    Args:
        field: What the caller knows the items as.
    """

    _field: str
    _errors: list[InvalidRequestError] = attrs.field(factory=list[InvalidRequestError], init=False)
    _more: int = attrs.field(default=0, init=False)

    def add(self, key: Key, error: Exception) -> None:
        """Take one more.

        Raises:
            PictoryError: It says nothing about the item.
        """
        if isinstance(error, PictoryError) and not isinstance(error, InvalidRequestError):
            raise error
        if len(self._errors) > _TOLD:
            self._more += 1
            return
        if not isinstance(error, InvalidRequestError):
            raised = short(error)
            wrong = InvalidRequestError(f"{self._field}[{key}]", "an item that can be read", raised)
            wrong.__cause__ = error
            error = wrong
        self._errors.append(error)

    def raise_any(self) -> None:
        """Raise the first one, with words on the others.

        Raises:
            InvalidRequestError: There is one.
        """
        if not self._errors:
            return
        first, *others = self._errors
        if not others:
            raise first
        count = len(others) + self._more
        wrong = "1 other is wrong" if count == 1 else f"{count} others are wrong"
        more = f"; and {self._more} more" if self._more else ""
        told = "; ".join(map(str, others))
        found = f"{first.found} (and {wrong}: {told}{more})"
        raise InvalidRequestError(first.field, first.expected, found) from first.__cause__


@contextmanager
def within(path: str) -> Generator[None]:
    """Put the path of an item before that of what is wrong within it.

    Raises:
        InvalidRequestError: Something is.
    """
    try:
        yield
    except InvalidRequestError as error:
        raise under(path, error) from None
