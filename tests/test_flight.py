"""A call that many want is made once, and nobody who wants it hangs."""

from __future__ import annotations

import asyncio
from typing import Any

import anyio
import attrs
import pytest

from pictory_async._errors import ServerError
from pictory_async._tasks import SingleFlight


pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend(virtual_backend: Any) -> Any:
    """Run in virtual time."""
    return virtual_backend


@attrs.define
class Call:
    """A call that takes a second, and counts."""

    error: Exception | None = None
    seconds: float = 1.0
    begun: int = 0

    async def __call__(self) -> int:
        """Return the number of this call, or raise."""
        self.begun += 1
        number = self.begun
        await anyio.sleep(self.seconds)
        if self.error is not None:
            raise self.error
        return number


async def test_one_for_all() -> None:
    """Whoever asks while the call is under way gets its result."""
    flight, call, results = SingleFlight[int](), Call(), list[int]()

    async def ask() -> None:
        results.append(await flight.share(call))

    async with anyio.create_task_group() as group:
        for _ in range(200):
            group.start_soon(ask)
        await anyio.sleep(0.5)
        assert flight.is_under_way
        for _ in range(200):
            group.start_soon(ask)

    assert [1] * 400 == results
    assert not flight.is_under_way


async def test_the_next_one_calls_again() -> None:
    """A result is not kept for those who come later."""
    flight, call = SingleFlight[int](), Call()

    assert [1, 2] == [await flight.share(call), await flight.share(call)]


async def test_nothing_is_a_result_too() -> None:
    """None and other false results are results."""
    flight, seen = SingleFlight[None](), list[None]()
    begun = 0

    async def call() -> None:
        nonlocal begun
        begun += 1
        await anyio.sleep(1)

    async def ask() -> None:
        seen.append(await flight.share(call))  # type: ignore[func-returns-value]

    async with anyio.create_task_group() as group:
        for _ in range(3):
            group.start_soon(ask)

    assert (1, [None] * 3) == (begun, seen)


async def test_errors_are_shared_as_copies() -> None:
    """One failure fails everybody, each with an error of their own."""
    flight = SingleFlight[int]()
    call = Call(ServerError("No.", 500, "POST", "/x", "E", {"a": "b"}, "r", 1.0, "{"))
    errors: list[ServerError] = []

    async def ask() -> None:
        with pytest.raises(ServerError) as caught:
            await flight.share(call)
        errors.append(caught.value)

    async with anyio.create_task_group() as group:
        for _ in range(50):
            group.start_soon(ask)

    assert 1 == call.begun
    assert 50 == len({id(error) for error in errors})
    assert {errors[0].args[:5]} == {error.args[:5] for error in errors}
    assert all(error.__context__ is None for error in errors)


async def test_an_error_that_cannot_be_copied() -> None:
    """An error that a copy cannot be made of still reaches everybody as what it is."""

    class OddError(Exception):
        def __init__(self, *, number: int) -> None:
            super().__init__()
            self.number = number

    flight, call, numbers = SingleFlight[int](), Call(OddError(number=7)), list[int]()

    async def ask() -> None:
        with pytest.raises(OddError) as caught:
            await flight.share(call)
        numbers.append(caught.value.number)

    async with anyio.create_task_group() as group:
        for _ in range(3):
            group.start_soon(ask)

    assert [7, 7, 7] == numbers


async def test_an_error_is_not_kept() -> None:
    """After a failure the next one calls again."""
    flight, call = SingleFlight[int](), Call(ZeroDivisionError())
    with pytest.raises(ZeroDivisionError):
        await flight.share(call)
    call.error = None

    assert 2 == await flight.share(call)


@pytest.mark.parametrize("cancelled", [1, 2, 5])
async def test_the_next_one_takes_over(cancelled: int) -> None:
    """Where the caller is cancelled, and the next one as well, another one calls."""
    flight, call = SingleFlight[int](), Call()
    results: list[int] = []
    scopes = [anyio.CancelScope() for _ in range(10)]

    async def ask(scope: anyio.CancelScope) -> None:
        with scope:
            results.append(await flight.share(call))

    async with anyio.create_task_group() as group:
        for scope in scopes:
            group.start_soon(ask, scope)
        for _ in range(cancelled):
            await anyio.sleep(0.5)
            leader = call.begun - 1
            # Those who wait are woken in an order that is the loop's affair: cancel until the
            # call is begun anew.
            for scope in scopes:
                scope.cancel()
                await anyio.wait_all_tasks_blocked()
                if call.begun > leader + 1:
                    break
            scopes = [scope for scope in scopes if not scope.cancel_called]

    assert [call.begun] * len(scopes) == results
    assert not flight.is_under_way


async def test_whoever_waits_may_go() -> None:
    """Cancelling one who waits disturbs neither the call nor the others."""
    flight, call, results = SingleFlight[int](), Call(), list[int]()

    async def ask(timeout: float) -> None:
        with anyio.move_on_after(timeout):
            results.append(await flight.share(call))

    async with anyio.create_task_group() as group:
        group.start_soon(ask, 10)
        await anyio.wait_all_tasks_blocked()
        for _ in range(5):
            group.start_soon(ask, 0.5)
        group.start_soon(ask, 10)

    assert [1, 1] == results


async def test_everybody_is_cancelled() -> None:
    """When nobody is left, the flight is free for whoever comes."""
    flight, call = SingleFlight[int](), Call()

    async def ask() -> None:
        await flight.share(call)

    async with anyio.create_task_group() as group:
        for _ in range(10):
            group.start_soon(ask)
        await anyio.sleep(0.5)
        group.cancel_scope.cancel()

    assert not flight.is_under_way
    assert 2 == await flight.share(call)


@pytest.mark.parametrize("steps", range(12))
async def test_cancelled_at_any_step(steps: int) -> None:
    """Whenever the leader is cancelled, everybody else gets a result."""
    flight, call, results = SingleFlight[int](), Call(seconds=0), list[int]()
    scope = anyio.CancelScope()

    async def lead() -> None:
        with scope:
            await flight.share(call)

    async def ask() -> None:
        results.append(await flight.share(call))

    async with anyio.create_task_group() as group:
        group.start_soon(lead)
        for _ in range(5):
            group.start_soon(ask)
        for _ in range(steps):
            await anyio.lowlevel.checkpoint()
        scope.cancel()

    assert 5 == len(results)
    assert not flight.is_under_way


@pytest.mark.parametrize("anyio_backend", ["asyncio"])
@pytest.mark.parametrize("steps", range(12))
async def test_native_cancellation(steps: int) -> None:
    """The same holds for asyncio's own cancellation, which knows no scopes."""
    flight, call = SingleFlight[int](), Call(seconds=0)
    tasks = [asyncio.create_task(flight.share(call)) for _ in range(6)]
    for _ in range(steps):
        await asyncio.sleep(0)
    tasks[0].cancel()
    results = await asyncio.gather(*tasks, return_exceptions=True)

    assert all(isinstance(result, int) for result in results[1:])
    assert not flight.is_under_way
