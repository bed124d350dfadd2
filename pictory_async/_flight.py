"""A call that many tasks want at once and one of them makes."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Generic, TypeVar

import anyio
import attrs


if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable


T = TypeVar("T")


@attrs.define(eq=False)
class _Flight(Generic[T]):
    landed: anyio.Event = attrs.field(factory=anyio.Event)
    results: list[T] = attrs.field(factory=list)
    error: Exception | None = None


@attrs.define(eq=False)
class SingleFlight(Generic[T]):
    """Make one call for everybody who asks while it is under way.

    There is no task behind it: the first one who asks makes the call, the others wait for its
    result or its error. Where the first one is cancelled, the next one takes over.
    """

    _flight: _Flight[T] | None = None

    @property
    def is_under_way(self) -> bool:
        """Whether somebody is making the call just now."""
        return self._flight is not None

    async def run(self, call: Callable[[], Awaitable[T]]) -> T:
        """Return what `call` returns, or what the call under way does."""
        while True:
            flight = self._flight
            if flight is None:
                return await self._lead(call)
            await flight.landed.wait()
            if flight.error is not None:
                raise _copy(flight.error)
            if flight.results:
                return flight.results[0]

    async def _lead(self, call: Callable[[], Awaitable[T]]) -> T:
        flight = self._flight = _Flight[T]()
        try:
            result = await call()
        except Exception as exc:
            # A copy: with its traceback it would lead back to this frame, and so to itself.
            flight.error = _copy(exc)
            raise
        else:
            flight.results.append(result)
            return result
        finally:
            self._flight = None
            flight.landed.set()


def _copy(error: Exception) -> Exception:
    """Copy an error: several tasks that raise the same one would mix up their tracebacks."""
    try:
        return copy.copy(error)
    except TypeError:
        return error
