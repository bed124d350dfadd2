"""Functions and iterators of the caller, which may be async."""

from __future__ import annotations

import asyncio
import inspect
from contextlib import contextmanager
from typing import TYPE_CHECKING, ParamSpec

import anyio


if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Generator


P = ParamSpec("P")


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
        task = asyncio.current_task() if isinstance(exc, asyncio.CancelledError) else None
        if task is None or task.cancelling():
            raise
        msg = "what was awaited here was cancelled, by nobody outside"
        raise RuntimeError(msg) from exc
