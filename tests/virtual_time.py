"""Event loops whose time jumps: to the next timer instead of passing, or where a test says so."""

from __future__ import annotations

import asyncio
import selectors
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import anyio
import pytest
import trio
from trio.testing import MockClock


if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Mapping
    from selectors import SelectorKey


class _JumpingSelector(selectors.DefaultSelector):
    """Skips the wait for a timer; without a timer it waits for real, for a thread perhaps."""

    skipped = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[SelectorKey, int]]:
        if timeout is None or timeout <= 0:
            return super().select(timeout)
        ready = super().select(0)
        if not ready:
            self.skipped += timeout
        return ready


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """The counterpart of trio's `MockClock(autojump_threshold=0)`."""

    def __init__(self) -> None:
        self._jumping = _JumpingSelector()
        super().__init__(self._jumping)

    def time(self) -> float:
        """Return the seconds that were skipped: nothing else takes time."""
        return self._jumping.skipped


class JumpingLoop(asyncio.SelectorEventLoop):
    """The counterpart of trio's `MockClock(rate=1)`: time passes, and can jump."""

    _jumped = 0.0

    def time(self) -> float:
        """Return the seconds that passed or were skipped."""
        return super().time() + self._jumped

    def jump(self, seconds: float) -> None:
        """Skip some seconds."""
        self._jumped += seconds


BACKENDS: Mapping[str, Callable[[], Any]] = {
    "asyncio": lambda: "asyncio",
    "trio": lambda: "trio",
    "virtual asyncio": lambda: ("asyncio", {"loop_factory": VirtualTimeLoop}),
    "virtual trio": lambda: ("trio", {"clock": MockClock(autojump_threshold=0)}),
    "jumping asyncio": lambda: ("asyncio", {"loop_factory": JumpingLoop}),
    "jumping trio": lambda: ("trio", {"clock": MockClock(rate=1)}),
}
"""What the fixture `anyio_backend` makes of its parameter."""


def _on_both(kind: str) -> pytest.MarkDecorator:
    names = ["asyncio", "trio"]
    backends = [f"{kind} {name}" for name in names]
    return pytest.mark.parametrize("anyio_backend", backends, ids=names, indirect=True)


in_virtual_time = _on_both("virtual")
"""Run a test on both event loops, in time that jumps instead of passing."""

in_jumping_time = _on_both("jumping")
"""Run a test on both event loops, in time that passes, and that jumps where the test says so.

What waits for a socket must not jump to its timeout by itself, and need not wait for it either.
"""


@asynccontextmanager
async def jumping(seconds: float, *, once: Callable[[], object]) -> AsyncGenerator[None]:
    """Let time jump again and again within a block, once something has happened.

    Args:
        seconds: How far.
        once: Tells whether it has happened: that a server has got a request, for example.
    """

    async def jump() -> None:
        while True:
            if once():
                _jump(seconds)
            await anyio.sleep(0.005)

    async with anyio.create_task_group() as group:
        group.start_soon(jump)
        yield
        group.cancel_scope.cancel()


def _jump(seconds: float) -> None:
    try:
        clock: object = asyncio.get_running_loop()
    except RuntimeError:
        clock = trio.lowlevel.current_clock()
    assert isinstance(clock, JumpingLoop | MockClock), "the test is not in_jumping_time"
    clock.jump(seconds)
