"""An asyncio event loop whose time jumps to the next timer instead of passing."""

from __future__ import annotations

import asyncio
import selectors
from typing import TYPE_CHECKING


if TYPE_CHECKING:
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
