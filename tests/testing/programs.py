"""A program that somebody else wrote, as the stand-in meets it: plain HTTP over a socket."""

from collections.abc import Callable
from typing import Any

import attrs
import httpx

from pictory_async.testing import FakePictory
from tests.helpers import PATIENCE


PAIR = {"client_id": "id", "client_secret": "secret"}
USER = {"X-Pictory-User-Id": "PictoryCustomer"}


def is_over(answer: httpx.Response) -> bool:
    """Say what official programs of the first generation ask of each answer about a job."""
    return "in-progress" not in answer.text


@attrs.frozen
class Program:
    """A program and the service that it talks to.

    Args:
        client: Its HTTP client, with the base URL and the headers that it sends.
        fake: The service, whose clock moves between two looks.
        interval: How long the program waits between two looks, in seconds of the service.
        looks: How often it looks before it gives up.
    """

    client: httpx.Client
    fake: FakePictory
    interval: float = 10
    looks: int = 25

    def send(self, method: str, path: str, json: Any = None, **arguments: Any) -> dict[str, Any]:
        """Send a request that must be accepted, and return the JSON of the answer."""
        if json is not None:
            arguments["json"] = json
        answer = self.client.request(method, path, **arguments)
        assert 200 == answer.status_code, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def poll(
        self, job: str, over: Callable[[httpx.Response], bool] = is_over, path: str = "/v1/jobs/"
    ) -> dict[str, Any]:
        """Look at a job until its answer is the last one, and return its `data`."""
        for _ in range(self.looks):
            answer = self.client.get(path + job)
            assert 200 == answer.status_code
            if over(answer):
                data: dict[str, Any] = answer.json()["data"]
                return data
            self.fake.advance(self.interval)
        raise AssertionError

    def upload(self, name: str, content: bytes, kind: str) -> str:
        """Ask for a place, put a file there, and return where it will be."""
        body = {"fileName": name, "contentType": kind}
        place = self.send("POST", "/v1/media/generateUrl", body)["data"]
        sent = put(place["signedUrl"], content, kind)
        assert (200, b"") == (sent.status_code, sent.content)
        url: str = place["url"]
        return url

    def texts(self, job: str) -> list[str]:
        """Return the texts of the film of a job."""
        return [scene.text for scene in self.fake.jobs[job].film.scenes]


def put(url: str, content: bytes, kind: str) -> httpx.Response:
    """Put a file where the service said, without any of its headers."""
    return httpx.put(url, content=content, headers={"Content-Type": kind}, timeout=PATIENCE)


def fetch(url: str) -> bytes:
    """Download a file without any credentials."""
    answer = httpx.get(url, timeout=PATIENCE)
    assert 200 == answer.status_code, answer.text
    return answer.content
