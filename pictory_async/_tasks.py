"""Tasks that belong to a block and end with it."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, cast

import anyio


if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from anyio.abc import TaskGroup


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
