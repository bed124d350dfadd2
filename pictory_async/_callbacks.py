"""The caller's own code that runs within ours: hooks that are called, iterables that are read."""

from __future__ import annotations

import inspect
import logging
from collections.abc import AsyncGenerator, AsyncIterable
from contextlib import AsyncExitStack, aclosing, contextmanager
from typing import TYPE_CHECKING, Any, Final, Generic, ParamSpec, TypeVar, cast

import anyio
import anyio.lowlevel
import attrs

from pictory_async._arguments import FUNCTION
from pictory_async._errors import InvalidRequestError
from pictory_async._shapes.fields import short


if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Generator, Iterable


P = ParamSpec("P")
T = TypeVar("T")

_log = logging.getLogger("pictory_async")

# How many values are taken from an iterable before others may run.
_AT_A_TIME: Final = 500


@attrs.define(eq=False)
class Hook(Generic[P]):
    """A function of the caller's that is told of something, and whose errors end nothing.

    What it is told of may be paid for. So what it raises is in the log, and it is told on.

    Args:
        name: The argument that it was given as.
        function: The function, which may be async.
        is_display: Whether its first error tells of all others.
    """

    _name: str
    _function: Callable[P, Awaitable[object] | object]
    _is_display: bool
    _has_failed: bool = attrs.field(default=False, init=False)

    async def __call__(self, *args: P.args, **kwargs: P.kwargs) -> None:
        try:
            await call(self._function, *args, **kwargs)
        except Exception:  # noqa: BLE001 - it is the caller's, and told in the log
            if not (self._is_display and self._has_failed):
                self._has_failed = True
                told = ", ".join(map(short, args))
                _log.exception("%s raised an error, which ends nothing, at %s", self._name, told)


def hook_of(
    name: str,
    function: Callable[P, Awaitable[object] | object] | None,
    *takes: str,
    is_display: bool = True,
) -> Hook[P] | None:
    """Return the hook that a function is, or None.

    Args:
        name: The argument that it was given as.
        function: The function.
        *takes: What it is to be called with.
        is_display: Whether its first error tells of all others.

    Raises:
        InvalidRequestError: It is none, or cannot be called with that.
    """
    FUNCTION.or_none.check_argument(name, function)
    if function is None:
        return None
    check_takes(name, function, *takes)
    return Hook(name, function, is_display)


def check_takes(name: str, function: Callable[..., Any], *takes: str) -> None:
    """Refuse a function that cannot be called with what it is to be called with.

    Raises:
        InvalidRequestError: It is one.
    """
    if not can_take(function, len(takes)):
        found = f"one that takes {inspect.signature(function)}"
        raise InvalidRequestError(name, f"a function that takes ({', '.join(takes)})", found)


def can_take(function: Callable[..., Any], count: int) -> bool:
    """Tell whether a function can be called with so many arguments; those that hide it can."""
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        return True
    try:
        signature.bind(*range(count))
    except TypeError:
        return False
    return True


async def call(
    function: Callable[P, Awaitable[object] | object], *args: P.args, **kwargs: P.kwargs
) -> None:
    """Call a function, and await what it returns if that can be awaited."""
    with own_cancellations():
        called = function(*args, **kwargs)
        if inspect.isawaitable(called):
            await called


@contextmanager
def own_cancellations() -> Generator[None]:
    """Turn it into an error where what the caller gave awaits something that was cancelled.

    On asyncio that looks as if we were cancelled, and our tasks would end without a word.

    Raises:
        RuntimeError: That is what happened.
    """
    try:
        yield
    except anyio.get_cancelled_exc_class() as exc:
        # Imported here: it takes a third of the time that importing this package takes, and is
        # there already where it matters.
        import asyncio  # noqa: PLC0415

        task = asyncio.current_task() if isinstance(exc, asyncio.CancelledError) else None
        if task is None or task.cancelling():
            raise
        msg = "what was awaited here was cancelled, by nobody outside"
        raise RuntimeError(msg) from exc


async def each_of(values: Iterable[T] | AsyncIterable[T]) -> AsyncGenerator[T]:
    """Yield the values of either kind of iterable, and let others run now and then.

    An async generator is closed with this: trio warns of one that nobody closes.
    """
    if isinstance(values, AsyncIterable):
        iterator = aiter(values)
        async with AsyncExitStack() as stack:
            if isinstance(values, AsyncGenerator):
                generator = cast("AsyncGenerator[T]", values)
                await stack.enter_async_context(aclosing(generator))
            while True:
                try:
                    with own_cancellations():
                        value = await anext(iterator)
                except StopAsyncIteration:
                    return
                yield value
    for number, value in enumerate(values):
        if number % _AT_A_TIME == 0:
            await anyio.lowlevel.checkpoint()
        yield value
