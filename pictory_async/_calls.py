"""Functions of the caller, which may be async."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, ParamSpec


if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable


P = ParamSpec("P")


async def call(
    function: Callable[P, Awaitable[object] | object], *args: P.args, **kwargs: P.kwargs
) -> None:
    """Call a function, and await what it returns if that can be awaited."""
    called = function(*args, **kwargs)
    if inspect.isawaitable(called):
        await called
