"""Blocks of work that goes on in tasks: entered and left, or opened and closed by hand."""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

import anyio
import anyio.lowlevel

from pictory_async._tasks import owned_tasks


if TYPE_CHECKING:
    import asyncio
    from collections.abc import Awaitable, Callable
    from types import TracebackType

    from anyio.abc import TaskGroup


T_co = TypeVar("T_co", covariant=True)

# The blocks in whose work this runs: a hook, or an iterable of items.
_WITHIN: ContextVar[tuple[object, ...]] = ContextVar("within", default=())


class Work(Protocol[T_co]):
    """What goes on in tasks while a block is open."""

    @property
    def yields(self) -> T_co:
        """What the block yields."""
        ...

    def start_tasks(self, tasks: TaskGroup) -> None:
        """Begin."""
        ...

    def stop(self) -> None:
        """Begin nothing more: the tasks are cancelled next."""
        ...

    def close(self, error: Exception | None) -> None:
        """Take the word that no task is left.

        Args:
            error: What one of them raised, against all expectation, or None.
        """
        ...

    def note(self) -> str | None:
        """Return what is to be said beside an error that ends the block early, or None."""
        ...


class Block(Generic[T_co]):
    """A block of work: an async context manager, or `start` and `aclose`.

    On asyncio it may be closed by another task than the one that opened it, as happens to a block
    within an async generator that a web framework gives up. On trio it must be the same one.
    """

    def __init__(self, prepare: Callable[[], Awaitable[Work[T_co]]]) -> None:
        self._prepare = prepare
        self._tasks: _HostedTasks | _NestedTasks | None = None
        self._is_left = False
        self._closed = anyio.Event()

    def __repr__(self) -> str:
        return "<Block: open it with `async with ...`, or with `await ....start()`>"

    async def start(self) -> T_co:
        """Open the block, and return what `async with` would.

        Raises:
            RuntimeError: It was opened before.
            InvalidRequestError: An argument is not what it should be; nothing was submitted.
        """
        prepare, self._prepare = self._prepare, _refuse_again
        work = await prepare()
        loop: Any = anyio.lowlevel.current_token().native_token
        is_asyncio = hasattr(loop, "create_task")
        tasks = _HostedTasks(work) if is_asyncio else _NestedTasks(work)
        group = await tasks.open()
        self._tasks = tasks
        token = _WITHIN.set((*_WITHIN.get(), self))
        try:
            work.start_tasks(group)
        finally:
            _WITHIN.reset(token)
        return work.yields

    async def aclose(self) -> None:
        """Leave the block: what is under way is left, and no task either.

        Raises:
            RuntimeError: It is called from within the block's own work, by a hook for example.
        """
        await self._leave(None)

    async def __aenter__(self) -> T_co:
        return await self.start()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> bool | None:
        return await self._leave(error)

    async def _leave(self, error: BaseException | None) -> bool:
        if self._tasks is None:
            return False
        if self in _WITHIN.get():
            msg = "a block is not closed from within its own work, which would wait for itself"
            raise RuntimeError(msg)
        if self._is_left:
            await self._closed.wait()
            return False
        self._is_left = True
        try:
            return await self._tasks.leave(error)
        finally:
            self._closed.set()


async def _refuse_again() -> Any:  # noqa: ANN401 - it returns nothing
    msg = "a block is opened once"
    raise RuntimeError(msg)


class _NestedTasks:
    """Tasks of a block that is left where it was entered, as trio wants it."""

    def __init__(self, work: Work[Any]) -> None:
        self._work = work
        self._block = owned_tasks()

    async def open(self) -> TaskGroup:
        return await self._block.__aenter__()

    async def leave(self, error: BaseException | None) -> bool:
        self._work.stop()
        kind, traceback = (None, None) if error is None else (type(error), error.__traceback__)
        try:
            return bool(await self._block.__aexit__(kind, error, traceback))
        except BaseException as exc:
            error = exc
            raise
        finally:
            self._work.close(None)
            _explain(error, self._work)


class _HostedTasks:
    """Tasks in a task group that a task of its own enters and leaves: asyncio's.

    Whoever opens the block has none of its scopes around him while he does something else.
    """

    def __init__(self, work: Work[Any]) -> None:
        self._work = work
        self._opened = anyio.Event()
        self._tasks: TaskGroup
        self._host: asyncio.Task[None]

    async def open(self) -> TaskGroup:
        # Imported here: importing this package must stay cheap.
        import asyncio  # noqa: PLC0415

        self._host = asyncio.create_task(self._hold_tasks())
        try:
            await self._opened.wait()
        except BaseException:
            self._host.cancel()
            raise
        return self._tasks

    async def leave(self, error: BaseException | None) -> bool:
        self._work.stop()
        self._tasks.cancel_scope.cancel()
        try:
            await self._join()
        except BaseException as exc:
            error = error or exc
            raise
        finally:
            _explain(error, self._work)
        crash = _cancelled() if self._host.cancelled() else self._host.exception()
        if error is None and crash is not None:
            raise crash
        return False

    async def _hold_tasks(self) -> None:
        crash: Exception | None = None
        try:
            async with owned_tasks() as self._tasks:
                self._opened.set()
                await anyio.Event().wait()
        except BaseException as exc:
            # Whoever still reads must not take it for the end.
            crash = exc if isinstance(exc, Exception) else _cancelled()
            raise
        finally:
            # Also where the event loop ends before anybody has left the block.
            self._work.stop()
            self._work.close(crash)

    async def _join(self) -> None:
        import asyncio  # noqa: PLC0415

        cancelled: BaseException | None = None
        with anyio.CancelScope(shield=True):
            while not self._host.done():
                try:
                    await asyncio.wait([self._host])
                except asyncio.CancelledError as exc:
                    # A task's own, which no scope can hold back.
                    cancelled = exc
        if cancelled is not None:
            raise cancelled


def _cancelled() -> RuntimeError:
    return RuntimeError("the tasks of the block were cancelled, and it was not left")


def _explain(error: BaseException | None, work: Work[Any]) -> None:
    if error is not None and (note := work.note()) is not None:
        error.add_note(note)
