"""Every async test runs on asyncio and on trio, in real or in virtual time."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from trio.testing import MockClock

from tests.virtual_time import VirtualTimeLoop


# How long an example takes says how busy the machine is.
settings.register_profile(
    "busy machine", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("busy machine")


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
