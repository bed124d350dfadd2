"""Tasks that belong to a block and end with it."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import anyio


if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from anyio.abc import TaskGroup


@asynccontextmanager
async def owned_tasks() -> AsyncGenerator[TaskGroup]:
    """Yield a task group that is cancelled at the end of the block.

    What the block raises comes out as it is, and not within a group of exceptions.
    """
    error: BaseException | None = None
    async with anyio.create_task_group() as tasks:
        try:
            yield tasks
        except anyio.get_cancelled_exc_class():
            raise
        except BaseException as exc:  # noqa: BLE001 - raised below
            error = exc
        finally:
            tasks.cancel_scope.cancel()
    if error is not None:
        raise error
