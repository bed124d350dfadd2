"""What every event is: a value whose JSON says which one it is."""

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from pictory_async._errors import InvalidRequestError
from pictory_async._shapes.fields import short
from pictory_async._shapes.value import Own


class Happening(Own):
    """What happens; its JSON says in `event` what it is."""

    __slots__ = ()

    _word: ClassVar[str]

    def to_dict(self) -> dict[str, Any]:
        """Return this as a JSON object, with its word in `event`."""
        return {"event": self._word, **super().to_dict()}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Read what `to_dict` gave.

        Raises:
            InvalidRequestError: It is another event, or not what it should be.
        """
        event = super().from_dict(data)
        if (word := data.get("event")) != cls._word:
            raise InvalidRequestError("event", repr(cls._word), short(word))
        return event
