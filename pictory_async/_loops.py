"""One event loop after another: what was kept on one that is over must be forgotten."""

from __future__ import annotations

import anyio.lowlevel


class LoopWatch:
    """Notice that another event loop runs than before.

    That is how a client serves two `asyncio.run` in a row, or two `trio.run`, each of which has
    a clock of its own.
    """

    def __init__(self) -> None:
        self._loop: object = None

    def has_changed(self) -> bool:
        """Tell whether this is another event loop than at the last call, if there was one."""
        before, self._loop = self._loop, anyio.lowlevel.current_token()
        return before is not None and before != self._loop
