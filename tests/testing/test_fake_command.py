"""Tests of ``python -m pictory_async.testing``."""

import signal
import socket
import subprocess
import sys
import time
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


def test_can_be_made_to_fail() -> None:
    """Options let requests and jobs fail, the first few of each, and answers take their time."""
    options = ["--fail", "503", "--fail", "429:2", "--fail", "INSUFFICIENT_CREDITS"]
    options += ["--fail", "5000:2", "--latency", "0.1", "--speed", "1000000"]
    headers = {"Authorization": "pictai_key"}
    body = {"videoName": "x", "scenes": [{"story": "a"}]}
    told: list[tuple[str, str | None]] = []
    with running(*options) as (_, url):
        client = httpx.Client(base_url=url, headers=headers, timeout=PATIENCE)
        with client:
            started = time.monotonic()
            statuses = [client.get("/v1/jobs").status_code for _ in range(4)]
            elapsed = time.monotonic() - started
            for _ in range(4):
                job = client.post("/v2/video/storyboard", json=body).json()["data"]["jobId"]
                data = client.get(f"/v1/jobs/{job}").json()["data"]
                told.append((data["status"], data.get("error_code")))

    assert [503, 429, 429, 200] == statuses
    assert elapsed >= 0.4
    failed = [("failed", code) for code in ("INSUFFICIENT_CREDITS", "5000", "5000")]
    assert [*failed, ("completed", None)] == told


def test_can_limit_calls() -> None:
    """A rate limit answers what is above it with 429."""
    headers = {"Authorization": "pictai_key"}
    with running("--rate-limit", "0.001") as (_, url), httpx.Client(base_url=url) as client:
        asked = [client.get("/v1/jobs", headers=headers, timeout=PATIENCE) for _ in range(2)]

    assert [200, 429] == [answer.status_code for answer in asked]


def test_can_post_to_webhooks() -> None:
    """Results are posted here and to the hosts that are named; what cannot be is complained of."""
    headers = {"Authorization": "pictai_key"}
    with (
        socket.create_server(("127.0.0.1", 0)) as receiver,
        running("--webhooks", "--webhook-host", "hooks.invalid", "--speed", "1000") as (
            process,
            url,
        ),
        httpx.Client(base_url=url, headers=headers, timeout=PATIENCE) as client,
    ):
        here = f"http://127.0.0.1:{receiver.getsockname()[1]}/x"
        # The first post is delivered before the second one is tried.
        for hook in (here, "http://other.example/x"):
            body = {"videoName": "x", "scenes": [{"story": "a"}], "webhook": hook}
            client.post("/v2/video/storyboard", json=body)
        receiver.settimeout(PATIENCE)
        connection, _ = receiver.accept()
        with connection:
            connection.settimeout(PATIENCE)
            request = connection.recv(1000)
            connection.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")
        assert process.stderr is not None
        complaint = process.stderr.readline()
        process.terminate()
        _, errors = process.communicate(timeout=PATIENCE)

    assert request.startswith(b"POST /x HTTP/1.1\r\n")
    expected = "not posted to http://other.example/x: 'other.example' is neither this machine"
    assert complaint.startswith(expected)
    assert "" == errors


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (["--port", "99999"], "--port: expected a number from 0 to 65535, found '99999'"),
        (["--port", "x"], "--port: expected a number from 0 to 65535, found 'x'"),
        (["--speed", "0"], "--speed: expected a number above 0, found '0'"),
        (["--speed", "nan"], "--speed: expected a number above 0, found 'nan'"),
        (["--rate-limit", "0"], "--rate-limit: expected a number above 0"),
        (["--latency", "-1"], "--latency: expected a number of 0 or more, found '-1'"),
        (["--latency", "slow"], "--latency: expected a number of 0 or more, found 'slow'"),
        (["--fail", ":2"], "--fail: expected CODE or CODE:COUNT, such as 503:2, found ':2'"),
        (["--fail", "503:"], "--fail: expected CODE or CODE:COUNT"),
        (["--fail", "503:0"], "--fail: expected CODE or CODE:COUNT"),
        (["--fail", "503:x"], "--fail: expected CODE or CODE:COUNT"),
    ],
)
def test_wrong_options(
    capsys: pytest.CaptureFixture[str], options: list[str], complaint: str
) -> None:
    """A wrong value is named with what was expected."""
    with pytest.raises(SystemExit, match="2"):
        main(options)

    assert complaint in capsys.readouterr().err


def leave_alone(_number: int, _handler: object) -> None:
    """Take the place of `signal.signal` where the test's own process runs the command."""


def test_without_the_extra(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without its extra, the command says in one line what to install."""
    monkeypatch.setattr(signal, "signal", leave_alone)
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    monkeypatch.delitem(sys.modules, "pictory_async.testing._server", raising=False)
    with pytest.raises(SystemExit, match="1"):
        main([])
    complaint = capsys.readouterr().err

    assert 1 == len(complaint.splitlines())
    assert complaint.startswith("python -m pictory_async.testing: ")
    assert "pip install 'pictory-async[testing]'" in complaint


def test_a_port_in_use(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A port that is taken is one line too."""
    monkeypatch.setattr(signal, "signal", leave_alone)
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(SystemExit, match="1"):
        main(["--port", str(taken.getsockname()[1])])
    complaint = capsys.readouterr().err

    assert 1 == len(complaint.splitlines())
    assert "in use" in complaint
