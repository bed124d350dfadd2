"""What the tests of FakePictory share."""

import httpx
import pytest

from pictory_async.testing import FakePictory


@pytest.fixture
def fake() -> FakePictory:
    """Return a service whose time stands still unless it is turned."""
    return FakePictory(clock=lambda: 0.0, draw=False)


@pytest.fixture
def api(fake: FakePictory) -> httpx.AsyncClient:
    """Return a plain client with an API key, in process."""
    headers = {"Authorization": "pictai_key"}
    return httpx.AsyncClient(transport=fake.transport(), base_url=fake.base_url, headers=headers)


@pytest.fixture
def web(fake: FakePictory) -> httpx.AsyncClient:
    """Return a plain client that identifies nobody, as a download needs it."""
    return httpx.AsyncClient(transport=fake.transport())
