"""Tasks and event loops: what a block owns, what many tasks share, what a dead loop leaves."""

from __future__ import annotations

import copy
import threading
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

import anyio
import anyio.lowlevel
import attrs

from pictory_async._errors import ConfigurationError


if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable

    from anyio.abc import TaskGroup


T = TypeVar("T")


@asynccontextmanager
async def owned_tasks() -> AsyncGenerator[TaskGroup]:
    """Yield a task group that is cancelled at the end of the block.

    What the block raises comes out as it is, even where a cancellation follows; so does the one
    thing that a task raises, and neither comes within a group of exceptions.
    """
    error: BaseException | None = None
    try:
        async with anyio.create_task_group() as tasks:
            try:
                yield tasks
            except anyio.get_cancelled_exc_class():
                raise
            except BaseException as exc:  # noqa: BLE001 - raised below
                error = exc
            finally:
                tasks.cancel_scope.cancel()
    except BaseException as exc:  # noqa: BLE001 - raised below
        error = error or _alone(exc)
    if error is not None:
        raise error


def _alone(error: BaseException) -> BaseException:
    if not isinstance(error, BaseExceptionGroup):
        return error
    errors = cast("BaseExceptionGroup[BaseException]", error).exceptions
    return _alone(errors[0]) if len(errors) == 1 else cast("BaseException", error)


@attrs.define(eq=False)
class _Flight(Generic[T]):
    # Made by the first one who has to wait for it: most calls are made for one alone.
    landed: anyio.Event | None = None
    results: list[T] = attrs.field(factory=list)
    error: Exception | None = None


@attrs.define(eq=False)
class SingleFlight(Generic[T]):
    """Make one call for everybody who asks while it is under way.

    There is no task behind it: the first one who asks makes the call, the others wait for its
    result or its error. Where the first one is cancelled, the next one takes over.
    """

    _flight: _Flight[T] | None = None
    users: int = attrs.field(default=0, init=False)
    """How many ask just now."""

    @property
    def is_under_way(self) -> bool:
        """Whether somebody is making the call just now."""
        return self._flight is not None

    async def share(self, call: Callable[[], Awaitable[T]]) -> T:
        """Return what `call` returns, or what the call under way does."""
        self.users += 1
        try:
            while (flight := self._flight) is not None:
                if flight.landed is None:
                    flight.landed = anyio.Event()
                await flight.landed.wait()
                if flight.error is not None:
                    raise _copy(flight.error)
                if flight.results:
                    return flight.results[0]
            return await self._lead(call)
        finally:
            self.users -= 1

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
            if flight.landed is not None:
                flight.landed.set()


def _copy(error: Exception) -> Exception:
    """Copy an error: several tasks that raise the same one would mix up their tracebacks."""
    try:
        return copy.copy(error)
    except TypeError:
        return error


class ServedLoop:
    """The event loop that a client serves: one at a time.

    A client serves two `asyncio.run` in a row, or two `trio.run`. Two that run at the same time, in
    two threads, would wake each other's tasks, which no event loop allows.
    """

    def __init__(self) -> None:
        self.loop: object = None
        self._lock = threading.Lock()

    def claim(self, loop: object) -> None:
        """Serve an event loop, which runs here.

        Raises:
            ConfigurationError: The client serves another one, which still runs.
        """
        with self._lock:
            if self.loop not in {None, loop} and _still_runs(self.loop):
                msg = (
                    "the client is in use in another event loop, which still runs: "
                    "make a client for each event loop"
                )
                raise ConfigurationError(msg)
            self.loop = loop


def _still_runs(loop: Any) -> bool:  # noqa: ANN401 - asyncio's or trio's
    if hasattr(loop, "is_running"):
        return bool(loop.is_running())
    try:
        # trio has no other way to ask.
        loop.run_sync_soon(_do_nothing)
    except RuntimeError:
        return False
    return True


def _do_nothing() -> None: ...


class LoopWatch:
    """Notice that another event loop runs than before, each of which has a clock of its own.

    Args:
        served: The loop that the client serves.
    """

    def __init__(self, served: ServedLoop | None = None) -> None:
        self._served = served or ServedLoop()
        self._loop: object = None

    def has_changed(self) -> bool:
        """Tell whether this is another event loop than at the last call, if there was one.

        Raises:
            ConfigurationError: The client serves another one, which still runs.
        """
        loop = anyio.lowlevel.current_token().native_token
        # Several times for each request.
        if loop is self._loop and loop is self._served.loop:
            return False
        self._served.claim(loop)
        before, self._loop = self._loop, loop
        return before not in {None, loop}
