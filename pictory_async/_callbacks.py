"""The caller's own code that runs within ours: hooks that are called, iterables that are read."""

from __future__ import annotations

import inspect
from collections.abc import AsyncGenerator, AsyncIterable
from contextlib import AsyncExitStack, aclosing, contextmanager
from typing import TYPE_CHECKING, Final, ParamSpec, TypeVar, cast

import anyio
import anyio.lowlevel


if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Generator, Iterable


P = ParamSpec("P")
T = TypeVar("T")

# How many values are taken from an iterable before others may run.
_AT_A_TIME: Final = 500


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
