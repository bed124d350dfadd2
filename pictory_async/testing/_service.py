"""What a face knows of the service: what it asks for, and what it gets to deliver."""

from collections.abc import Callable
from typing import Protocol

import attrs

from pictory_async.testing._messages import Reply, Request, Site
from pictory_async.testing._trouble import Fault


IN_PROCESS = Site("https://api.pictory.test/pictoryapis", "https://cdn.pictory.test/files")


@attrs.frozen
class Exchange:
    """What a face has to do: deliver the reply, or spoil it as `fault` says.

    Attributes:
        fault: How it is spoilt, if it is.
        reply: What is delivered.
        arriving: What arrives of its body.
        latency: Seconds of the face's event loop before anything arrives.
    """

    fault: Fault
    reply: Reply
    arriving: bytes
    latency: float = 0.0


class Service(Protocol):
    """The service behind a face, which is FakePictory."""

    def handle(self, request: Request, /) -> Exchange:
        """Take a request, move the state along, and say what to deliver."""
        ...

    def drawing(self, request: Request, /) -> Callable[[], object] | None:
        """Return the slow work that `handle` would need for a request, to be done in a thread."""
        ...
