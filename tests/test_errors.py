"""Errors are values: they can be pickled, copied and shown, and nothing is lost on the way."""

from __future__ import annotations

import copy
import pickle
from typing import TYPE_CHECKING, Any

import attrs
import pytest

from pictory_async import _errors
from pictory_async._errors import (
    APIError,
    AuthenticationError,
    BatchError,
    BlockedError,
    ClosedError,
    ConfigurationError,
    DownloadError,
    InvalidRequestError,
    InvalidResponseError,
    JobCleanedError,
    JobError,
    JobFailedError,
    JobNotFoundError,
    JobOutageError,
    JobResultMissingError,
    JobTimeoutError,
    NotFoundError,
    NotSubmittedError,
    PermissionDeniedError,
    PictoryError,
    RateLimitError,
    ServerError,
    SubmissionUnknownError,
    TokenRefusedError,
    TransportError,
    UnexpectedShapeError,
    UnfinishedError,
    UnreachableError,
    UploadError,
)


if TYPE_CHECKING:
    from collections.abc import Callable


API = ("No.", 400, "POST", "/v1/x", "E", {"scenes": "missing"}, "r-1", 7.5, '{"code": "E"}')
JOB = ("j-1", "E", "No.", {"status": "failed"})

ERRORS: list[tuple[PictoryError, str]] = [
    (ConfigurationError("slots: expected 1"), "slots: expected 1"),
    (InvalidRequestError("scenes[2].x", "a URL", "7"), "scenes[2].x: expected a URL, found 7"),
    (TransportError("ReadError", "GET", "/v1/x", False), "GET /v1/x: ReadError"),
    (
        UnreachableError("no such host", "GET", "/v1/x", False),
        "GET /v1/x: no such host; is the base URL right (PICTORY_API_BASE_URL)?",
    ),
    (ClosedError("the client is closed", "GET", "/v1/x", False), "GET /v1/x: the client is closed"),
    (
        SubmissionUnknownError("ReadTimeout", "POST", "/v1/x", {"a": [1]}),
        (
            "POST /v1/x: ReadTimeout; the service may have created the job, "
            "so it was not submitted again: look for it in your account before you do"
        ),
    ),
    *(
        (kind(*API), "POST /v1/x answered 400 [E]: No.; scenes: missing")
        for kind in (
            APIError,
            PermissionDeniedError,
            BlockedError,
            NotFoundError,
            RateLimitError,
            ServerError,
        )
    ),
    (
        AuthenticationError(*API),
        (
            "POST /v1/x answered 400 [E]: No.; scenes: missing; "
            "check the API key, or the client id and secret"
        ),
    ),
    (
        TokenRefusedError(*API),
        (
            "POST /v1/x answered 400 [E]: No.; scenes: missing; "
            "it was good before; does another client of the same credentials fetch tokens, too?"
        ),
    ),
    (
        InvalidResponseError(*API),
        'POST /v1/x answered 400 [E]: No.; scenes: missing; it begins \'{"code": "E"}\'',
    ),
    *(
        (kind("the limit is reached"), "the limit is reached")
        for kind in (BatchError, NotSubmittedError, UnfinishedError)
    ),
    (UploadError("refused", "https://x/a", 403), "https://x/a: refused"),
    (UnexpectedShapeError("[2].word", "a string", "7"), "[2].word: expected a string, found 7"),
    *(
        (kind(*JOB), "job j-1 [E]: No.")
        for kind in (
            JobError,
            JobFailedError,
            JobCleanedError,
            JobNotFoundError,
            JobResultMissingError,
            JobTimeoutError,
            JobOutageError,
        )
    ),
    (
        DownloadError("cut", "https://x/y", 404, "j-1"),
        "https://x/y: cut; it is the result of job j-1",
    ),
    (DownloadError("no file", "", None, "j-1"), "no file; it is the result of job j-1"),
]
COPIES: list[Callable[[Any], Any]] = [
    copy.copy,
    copy.deepcopy,
    *(
        lambda error, protocol=protocol: pickle.loads(pickle.dumps(error, protocol))  # noqa: S301
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1)
    ),
]

each_error = pytest.mark.parametrize(
    ("error", "text"), ERRORS, ids=[type(error).__name__ for error, _ in ERRORS]
)


def test_every_error_is_tested() -> None:
    """No class of the tree is missing below."""
    classes = {
        value
        for value in vars(_errors).values()
        if isinstance(value, type) and issubclass(value, PictoryError)
    }

    assert classes - {PictoryError} == {type(error) for error, _ in ERRORS}


def fields(error: Any) -> dict[str, Any]:
    """Return an error's data."""
    return attrs.asdict(error)


@each_error
def test_text(error: PictoryError, text: str) -> None:
    """The text says what happened, where."""
    assert text == str(error)


@each_error
@pytest.mark.parametrize("duplicate", COPIES)
def test_copies(error: PictoryError, text: str, duplicate: Callable[[Any], Any]) -> None:
    """A copy is of the same class and has the same data, notes included."""
    original = copy.copy(error)
    original.add_note("in scene 3")
    result = duplicate(original)

    assert type(error) is type(result)
    assert fields(original) == fields(result)
    assert (text, original.args, ["in scene 3"]) == (str(result), result.args, result.__notes__)
    assert repr(original) == repr(result)


@each_error
def test_copies_have_no_past(error: PictoryError, text: str) -> None:
    """A copy can be raised by another task: it has neither a traceback nor a context."""
    try:
        try:
            raise ValueError(text)  # noqa: TRY301 - the context
        except ValueError as exc:
            raise copy.copy(error) from exc
    except PictoryError as exc:
        duplicate = copy.copy(exc)

    assert duplicate.__traceback__ is None
    assert duplicate.__context__ is None
    assert duplicate.__cause__ is None


def test_defaults() -> None:
    """What nobody said is empty, and not shared between errors."""
    first, second = APIError("No.", 400, "GET", "/"), APIError("No.", 400, "GET", "/")

    assert {} == first.fields
    assert first.fields is not second.fields
    assert "GET / answered 400: No." == str(first)
    assert "job j-1: None" == str(JobError("j-1"))
    assert "GET / answered 400: No." == str(InvalidResponseError("No.", 400, "GET", "/"))
    assert TransportError("x", "GET", "/").sent


def test_builtin_relatives() -> None:
    """Where Python has a word for it, the error is that as well."""
    assert issubclass(JobTimeoutError, TimeoutError)
    assert issubclass(ConfigurationError, ValueError)
    assert issubclass(InvalidRequestError, ValueError)


def test_big_things_are_not_in_the_repr() -> None:
    """What was sent and what came may be large, or private: the reprs leave it out."""
    payload = {"story": "a secret story"}

    assert "secret" not in repr(SubmissionUnknownError("x", "POST", "/", payload))
    assert "secret" not in repr(JobFailedError("j-1", data=payload))
