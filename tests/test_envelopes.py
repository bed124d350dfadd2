"""What is inside the envelopes of the API, every documented variant of them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pictory_async import APIError, InvalidResponseError, NotFoundError
from pictory_async._shapes.convert import read_model
from pictory_async._wire.envelopes import content, done, listed, mapping, one, word
from pictory_async._wire.protocol import Answer
from pictory_async.models import Brand, Quota, UploadUrl


BRAND = {"id": "1", "name": "Plain"}
JOB = {"success": True, "data": {"jobId": "j", "status": "completed"}}


def answer(body: object, status: int = 200) -> Answer:
    """Return an answer with a JSON body, or with bytes."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Answer("GET", "/v1/x", status, {}, raw)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"id": "1", "name": "x"}, {"id": "1", "name": "x"}),
        ({"data": {"url": "u"}}, {"url": "u"}),
        ({"success": True, "data": {"url": "u"}}, {"url": "u"}),
        ({"success": True, "message": "ok", "data": [1]}, [1]),
        ({"requestId": "r", "data": [1], "success": True, "timestamp": 1}, [1]),
        ({"success": True, "message": "Deleted"}, {"success": True, "message": "Deleted"}),
        ({"data": {"a": 1}, "kind": "of its own"}, {"data": {"a": 1}, "kind": "of its own"}),
        ({"data": "x"}, {"data": "x"}),
        ([1, 2], [1, 2]),
        ("x", "x"),
    ],
)
def test_content(body: object, expected: object) -> None:
    """An envelope is taken off, and what only looks like one stays."""
    assert expected == content(answer(body))


@pytest.mark.parametrize(
    ("body", "items", "key"),
    [
        ([BRAND], [BRAND], None),
        ({"items": [JOB], "nextPageKey": "a+/="}, [JOB], "a+/="),
        ({"items": [JOB], "nextPageKey": None}, [JOB], None),
        ({"items": [JOB]}, [JOB], None),
        ({"items": [], "pageKey": "k"}, [], "k"),
        ({"items": [], "pageKey": ""}, [], None),
        ({"Items": [BRAND]}, [BRAND], None),
        ({"Items": [BRAND], "nextPageKey": "k"}, [BRAND], "k"),
        ({"data": {"page": 1, "searchResults": [BRAND]}}, [BRAND], None),
        ({"tracks": [BRAND]}, [BRAND], None),
        ({"success": True, "data": [BRAND]}, [BRAND], None),
        ({"requestId": "r", "data": [BRAND], "nextPageKey": "k"}, [BRAND], "k"),
        ({"requestId": "r", "data": {"searchResults": [BRAND], "x": []}}, [BRAND], None),
        ({"data": {"items": [BRAND], "pageKey": "in"}, "pageKey": "out"}, [BRAND], "in"),
        ({"items": [BRAND], "data": {"region": "eu"}}, [BRAND], None),
        ({"items": [BRAND], "data": [1], "nextPageKey": "k"}, [BRAND], "k"),
        ({"items": [BRAND], "nextPageKey": None, "data": {"pageKey": "x"}}, [BRAND], None),
        ({"items": {}, "tracks": [BRAND]}, [BRAND], None),
        ({"items": [BRAND], "nextPageKey": 7}, [BRAND], "7"),
        ({"items": [BRAND], "nextPageKey": False}, [BRAND], None),
    ],
)
def test_listed(body: object, items: list[object], key: str | None) -> None:
    """A list is found in each of its envelopes, with the key of the next page."""
    found = listed(answer(body))

    assert (items, key) == (found.items, found.next_key)


@pytest.mark.parametrize("body", [{}, {"items": {}}, "x", 3, {"data": {}}])
def test_no_list(body: object) -> None:
    """Where a list is expected, anything else is an error."""
    with pytest.raises(InvalidResponseError, match="expected a list"):
        listed(answer(body))


def brand_as_it_is(found: Answer) -> object:
    """Return the JSON of a brand."""
    return mapping(found, Brand)


@pytest.mark.parametrize("read", [content, listed, done, brand_as_it_is])
@pytest.mark.parametrize(
    ("body", "status", "error"),
    [
        ({"message": "Forbidden"}, 404, NotFoundError),
        ({"success": False, "error": {"error_message": "No."}}, 200, APIError),
        (b"<html>", 200, InvalidResponseError),
    ],
)
def test_refusals(read: Any, body: object, status: int, error: type[Exception]) -> None:
    """A refusal is an error wherever it stands."""
    with pytest.raises(error):
        read(answer(body, status))


@pytest.mark.parametrize(
    ("body", "status"), [(b"", 204), (b"", 200), ({"success": True}, 200), (b" \n", 200)]
)
def test_done(body: object, status: int) -> None:
    """Where nothing is wanted an empty answer will do."""
    done(answer(body, status))


def test_done_but_refused() -> None:
    """An empty answer with an error's status is an error."""
    with pytest.raises(APIError, match="404"):
        done(answer(b"", 404))


def test_mapping() -> None:
    """An object comes as it is, and nothing else does."""
    assert {"a": None} == mapping(answer({"a": None}), Brand)
    assert {**BRAND, "data": {}} == mapping(answer({**BRAND, "data": {}}), Brand)
    assert BRAND == mapping(answer({"requestId": "r", "data": BRAND}), Brand)
    with pytest.raises(InvalidResponseError, match="expected a JSON object, found a list"):
        mapping(answer([]), Brand)


def test_one() -> None:
    """An object is read as what it should be, with what is wrong in the message."""
    assert Brand(id="1", name="x", extra={"new": 1}) == one(
        answer({"data": {"id": "1", "name": "x", "new": 1}}), Brand
    )
    with pytest.raises(InvalidResponseError, match=r"the Brand is not .* id: expected a value"):
        one(answer({"name": "x"}), Brand)
    with pytest.raises(InvalidResponseError, match=r"the Brand is not .* id: expected a string"):
        one(answer({"id": [1], "name": "x"}), Brand)


URL = {"signedUrl": "https://s3", "url": "https://cdn", "key": "k"}


@pytest.mark.parametrize(
    ("body", "cls", "expected"),
    [
        ({"data": URL, "requestId": "r"}, UploadUrl, URL),
        ({"timestamp": {"s": 1}, "success": True, "data": URL, "new": []}, UploadUrl, URL),
        ({"url": "https://docs", "data": URL}, UploadUrl, URL),
        ({**URL, "data": {"region": "eu"}}, UploadUrl, {**URL, "data": {"region": "eu"}}),
        ({**URL, "data": {"url": "x"}}, UploadUrl, {**URL, "data": {"url": "x"}}),
        ({**BRAND, "data": [BRAND]}, Brand, {**BRAND, "data": [BRAND]}),
        ({**BRAND, "data": {**BRAND, "new": 1}}, Brand, {**BRAND, "new": 1}),
        ({"data": {}, "requestId": "r"}, Quota, {}),
    ],
)
def test_envelope_or_not(body: object, cls: type[Any], expected: dict[str, object]) -> None:
    """What holds more of what was asked for is the object, whatever stands around it or in it."""
    assert read_model(expected, cls) == one(answer(body), cls)


def test_word() -> None:
    """A list of words has nothing else in it, but numbers, which are words too."""
    assert ("Calm", "80") == (word(answer(["Calm"]), "Calm"), word(answer([80]), 80))
    with pytest.raises(
        InvalidResponseError, match=r"expected a list of strings, found \[3\] in it"
    ):
        word(answer([[3]]), [3])
