"""Whether to send a request again, and after how long: a pure decision, which sends nothing."""

from __future__ import annotations

import enum

import attrs

from pictory_async._arguments import number, setting
from pictory_async._wire.meanings import Meaning


class Repeat(enum.Enum):
    """What an operation says about being sent twice."""

    FREELY = enum.auto()
    """Asking again costs nothing: reading, or putting the same thing in the same place."""

    UNLESS_SENT = enum.auto()
    """It may cost money: only if the service surely never saw it, or surely refused it."""

    NEVER = enum.auto()
    """Whoever sends it decides by itself, such as a wait that will look again anyway."""


def grown(first: float, factor: float, steps: int, longest: float) -> float:
    """Return a pause after some steps of growth; no number of steps overflows a float."""
    pause = first
    for _ in range(steps):
        if not 0 < pause < longest or factor == 1:
            break
        pause *= factor
    return min(pause, longest)


@attrs.frozen
class Failure:
    """How one attempt failed.

    Args:
        meaning: What it means for what was asked.
        retry_after: The seconds that the answer asked to wait, or None.
    """

    meaning: Meaning
    retry_after: float | None = None


@attrs.frozen(kw_only=True)
class Retry:
    """How patient a client is with one request.

    Args:
        attempts: How often a request is sent at the most, the first time included; 1 and more.
        first: Seconds before the second attempt.
        factor: How much longer each further pause is.
        longest: The longest pause in seconds that the client chooses by itself.
        longest_retry_after: The longest `Retry-After` in seconds that is waited out; a longer
            one ends in the error, which carries it.

    Raises:
        ConfigurationError: One of them is not a number in its range.
    """

    attempts: int = attrs.field(default=4, validator=setting(number(1, whole=True)))
    first: float = attrs.field(default=0.5, validator=setting(number(0)))
    factor: float = attrs.field(default=2.0, validator=setting(number(1)))
    longest: float = attrs.field(default=10.0, validator=setting(number(0)))
    longest_retry_after: float = attrs.field(default=60.0, validator=setting(number(0)))

    def delay(self, failure: Failure, *, attempt: int, random: float) -> float | None:
        """Return the seconds to wait before the next attempt, or None for no more.

        Args:
            failure: How this attempt failed.
            attempt: Which attempt failed, from 1.
            random: A number from 0 to 1, which spreads clients that failed together.
        """
        if attempt >= self.attempts or failure.meaning is not Meaning.TRY_AGAIN:
            return None
        if failure.retry_after is not None:
            allowed = failure.retry_after <= self.longest_retry_after
            return failure.retry_after * (1 + random / 10) if allowed else None
        return grown(self.first, self.factor, attempt - 1, self.longest) * (0.5 + random / 2)
