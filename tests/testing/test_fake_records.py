"""Tests of what the stand-in remembers."""

import ast
import subprocess
import sys
import threading
from pathlib import Path

import httpx
import pytest

import pictory_async.testing
from pictory_async.testing import FakePictory, RecordedRequest, Trouble
from tests.helpers import PATIENCE


BODY = {"client_id": "id", "client_secret": "hush"}


@pytest.mark.anyio
async def test_requests_are_recorded(fake: FakePictory) -> None:
    """Each request is kept with its body, its answer's status and its time."""
    fake.advance(3)
    api = httpx.AsyncClient(transport=fake.transport(), base_url=fake.base_url)
    await api.post("/v1/oauth2/token", json=BODY, params=[("a", "1"), ("a", "2")])
    await api.post("/v1/oauth2/token", content=b"{")
    first, second = fake.requests

    assert ("POST /v1/oauth2/token", "POST") == (first.operation, first.method)
    assert ("/v1/oauth2/token", (("a", "1"), ("a", "2"))) == (first.path, first.query)
    assert (first.json, first.status, first.time) == (BODY, 200, 3.0)
    assert "application/json" == first.headers["content-type"]
    assert (b"{", None, 415) == (second.body, second.json, second.status)
    assert 2 == fake.count("POST /v1/oauth2/token") == fake.count("*")
    assert 0 == fake.count("POST /v1/video/render")
    with pytest.raises(ValueError, match="no operation 'POST /v1/token'"):
        fake.count("POST /v1/token")


@pytest.mark.anyio
async def test_records_show_no_secrets(fake: FakePictory) -> None:
    """The repr of a record holds neither headers nor the body."""
    headers = {"Authorization": "pictai_hush"}
    api = httpx.AsyncClient(transport=fake.transport(), base_url=fake.base_url, headers=headers)
    await api.post("/v1/oauth2/token", json=BODY)

    assert isinstance(fake.requests[0], RecordedRequest)
    assert "hush" not in repr(fake.requests)


def test_threads_may_share_a_fake(fake: FakePictory) -> None:
    """Many threads can use one stand-in at the same time; nothing is lost."""
    with fake.serve() as base_url:

        def ask() -> None:
            with httpx.Client(timeout=PATIENCE) as client:
                for _ in range(5):
                    client.post(f"{base_url}/v1/oauth2/token", json=BODY)

        threads = [threading.Thread(target=ask) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert 20 == fake.count("POST /v1/oauth2/token")


def test_exact_names() -> None:
    """The package exports these names and no others."""
    expected = {"FakeJob", "FakePictory", "RecordedRequest", "RecordedWebhook", "Trouble"}

    assert expected == set(pictory_async.testing.__all__)
    assert all(hasattr(pictory_async.testing, name) for name in expected)


def test_serve_without_the_extra(monkeypatch: pytest.MonkeyPatch, fake: FakePictory) -> None:
    """Without the extra, serving says what to install; all else works."""
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    monkeypatch.delitem(sys.modules, "pictory_async.testing._server", raising=False)
    with pytest.raises(
        RuntimeError, match=r"needs the extra 'testing': pip install 'pictory-async"
    ):
        fake.serve()

    assert fake.transport() is not None


def test_import_needs_no_extra() -> None:
    """Importing the package loads neither server nor video libraries, nor the client's modules."""
    code = (
        "import sys; import pictory_async.testing as t; "
        "extras = {'starlette', 'uvicorn', 'av', 'PIL'} & set(sys.modules); "
        "assert not extras, extras"
    )
    command = [sys.executable, "-c", code]
    finished = subprocess.run(command, check=False, capture_output=True)  # noqa: S603 - our own

    assert (0, b"") == (finished.returncode, finished.stderr)


def test_independence() -> None:
    """No module imports anything of the client, so that the two can disagree."""
    folder = Path(pictory_async.testing.__path__[0])
    trees = [ast.parse(path.read_text("utf-8")) for path in folder.rglob("*.py")]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    names = [node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)]
    names += [each.name for node in nodes if isinstance(node, ast.Import) for each in node.names]
    ours = {name for name in names if name.startswith("pictory_async")}

    assert not [name for name in ours if not name.startswith("pictory_async.testing")]
    assert not [node for node in nodes if isinstance(node, ast.ImportFrom) and node.level]


def test_trouble_is_a_value() -> None:
    """Troubles are frozen and compare by value."""
    assert Trouble.html() == Trouble.html()
    assert Trouble.html() != Trouble.html(503)
