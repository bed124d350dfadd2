"""Every async test runs on asyncio and on trio, in real or in virtual time."""

from __future__ import annotations

from typing import Any

import pytest
from trio.testing import MockClock

from tests.virtual_time import VirtualTimeLoop


@pytest.fixture(params=["asyncio", "trio"])
def anyio_backend(request: pytest.FixtureRequest) -> Any:
    """Run a test on both event loops."""
    return request.param


@pytest.fixture(params=["asyncio", "trio"])
def virtual_backend(request: pytest.FixtureRequest) -> Any:
    """Run a test on both event loops, in time that jumps instead of passing."""
    if request.param == "asyncio":
        return "asyncio", {"loop_factory": VirtualTimeLoop}
    return "trio", {"clock": MockClock(autojump_threshold=0)}
