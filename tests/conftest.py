"""Every async test runs on asyncio and on trio, in real or in virtual time."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests.virtual_time import BACKENDS


# How long an example takes says how busy the machine is.
settings.register_profile(
    "busy machine", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("busy machine")


@pytest.fixture(params=["asyncio", "trio"])
def anyio_backend(request: pytest.FixtureRequest) -> Any:
    """Run a test on both event loops."""
    return BACKENDS[request.param]()


@pytest.fixture(params=["asyncio", "trio"])
def virtual_backend(request: pytest.FixtureRequest) -> Any:
    """Run a test on both event loops, in time that jumps instead of passing."""
    return BACKENDS[f"virtual {request.param}"]()
