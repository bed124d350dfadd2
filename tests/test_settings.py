"""Settings that cannot be meant: each is refused by its name, before there is a client."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pytest

from pictory_async import (
    ConfigurationError,
    InvalidRequestError,
    Pictory,
    Retry,
    Timeouts,
)
from pictory_async._waiting.patience import Patience
from pictory_async.schedules import ByProgress, Growing
from tests.helpers import KEY


if TYPE_CHECKING:
    from collections.abc import Callable


def any_value(value: Any) -> Any:
    """Hide from the type checker what it would refuse as well."""
    return value


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Timeouts(read=-1), "read: expected a number of at least 0, or None, found -1"),
        (lambda: Timeouts(read=math.nan), "read: .* found nan"),
        (lambda: Timeouts(stall=-1), "stall: expected a number of at least 0, or None, found -1"),
        (lambda: Timeouts(connect=any_value("5")), "connect: .* found '5'"),
        (lambda: Timeouts(slot=True), "slot: .* found True"),
        (lambda: Retry(attempts=0), "attempts: expected a whole number of at least 1, found 0"),
        (lambda: Retry(attempts=any_value(1.5)), "attempts: .* found 1.5"),
        (lambda: Retry(first=-1), "first: expected a number of at least 0, found -1"),
        (lambda: Retry(factor=0.5), "factor: expected a number of at least 1, found 0.5"),
        (lambda: Growing(first=0), "first: expected a number of at least 0.001, found 0"),
        (lambda: Growing(jitter=2), "jitter: .* at least 0 and at most 1, found 2"),
        (lambda: Growing(first=31), "first: expected at most longest, which is 30.0, found 31"),
        (lambda: ByProgress(shortest=61), "shortest: expected at most longest"),
    ],
)
def test_values(make: Callable[[], object], message: str) -> None:
    """A number out of its range names the field, what was expected and what was found."""
    with pytest.raises(ConfigurationError, match=message):
        make()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"retry": 3}, r"retry: expected Retry\(\.\.\.\), found int"),
        ({"timeouts": 5}, r"timeouts: expected Timeouts\(\.\.\.\), found int"),
        ({"schedule": "often"}, r"schedule: expected a schedule, such as .*, found str"),
        ({"job_path": "/v1/jobs"}, r"job_path: expected a path with \{job_id\} in it"),
        ({"job_path": "v1/{job_id}"}, "job_path: expected a path"),
    ],
)
def test_client(settings: Any, message: str) -> None:
    """A setting of another kind is refused when the client is made."""
    with pytest.raises(ConfigurationError, match=message):
        Pictory(KEY, **settings)


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        ({"timeout": 0}, "timeout"),
        ({"timeout": math.nan}, "timeout"),
        ({"timeout": "5"}, "timeout"),
        ({"timeout": True}, "timeout"),
        ({"outage": -1}, "outage"),
        ({"outage": None}, "outage"),
        ({"outage": False}, "outage"),
    ],
)
def test_patience(arguments: Any, field: str) -> None:
    """A wait of no length is refused by the argument's name."""
    with pytest.raises(InvalidRequestError) as caught:
        Patience(**arguments)

    assert field == caught.value.field
