"""Tests of ``python -m pictory_async.testing``."""

import signal
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager

import httpx
import pytest

from pictory_async.testing.__main__ import main
from tests.helpers import PATIENCE


COMMAND = [sys.executable, "-m", "pictory_async.testing"]
TOKEN = "/v1/oauth2/token"


@contextmanager
def running(*options: str) -> Generator[tuple[subprocess.Popen[str], str]]:
    """Run the command, and yield it with the first line that it prints."""
    process = subprocess.Popen(  # noqa: S603 - our own command
        [*COMMAND, *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    with process:
        assert process.stdout is not None
        try:
            yield process, process.stdout.readline().strip()
        finally:
            process.terminate()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_serves_until_a_signal(number: signal.Signals) -> None:
    """The first line is the base URL; a signal ends it with code 0 and without a word."""
    with running("--no-draw") as (process, base_url):
        pair = {"client_id": "a", "client_secret": "b"}
        status = httpx.post(base_url + TOKEN, json=pair, timeout=PATIENCE).status_code
        process.send_signal(number)
        output, errors = process.communicate(timeout=PATIENCE)

    assert base_url.startswith("http://127.0.0.1:")
    assert base_url.endswith("/pictoryapis")
    assert 200 == status
    assert (0, "", "") == (process.returncode, output, errors)


def test_can_be_narrowed() -> None:
    """Options say which credentials are accepted, and how long tokens live."""
    options = ["--client-id", "me", "--client-secret", "hush", "--api-key", "pictai_mine"]
    options += ["--user-id", "U", "--token-lifetime", "7", "--speed", "2"]
    with running(*options) as (_, url), httpx.Client(base_url=url, timeout=PATIENCE) as client:
        wrong = client.post(TOKEN, json={"client_id": "me", "client_secret": "?"})
        right = client.post(TOKEN, json={"client_id": "me", "client_secret": "hush"})
        keys = [
            client.get("/v1/jobs/x", headers={"Authorization": key}).status_code
            for key in ("pictai_mine", "pictai_other", right.json()["access_token"])
        ]

    assert (401, 7) == (wrong.status_code, right.json()["expires_in"])
    assert [200, 401, 403] == keys


def test_half_a_pair_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """An id without a secret is a mistake in the call."""
    with pytest.raises(SystemExit, match="2"):
        main(["--client-id", "me"])

    assert "belong together" in capsys.readouterr().err
