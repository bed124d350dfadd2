"""A server of looks at jobs that is as fast as Python can make one: its answers are ready bytes."""

from __future__ import annotations

import asyncio
import json
from typing import Any, Final

from common import JOB, parser


_RUNNING: Final = {
    "status": "in-progress",
    "renderProgress": 42,
    "renderProgressMessage": "rendering",
}
# What each client asks for, by the beginning of the path, and an answer that it understands.
_ANSWERS: Final[dict[bytes, dict[str, Any]]] = {
    b"/v1/jobs/": {"job_id": JOB, "success": True, "data": _RUNNING},
    b"/v1/tasks/": {
        "id": JOB,
        "createdAt": "2026-01-01T00:00:00Z",
        "status": "RUNNING",
        "progress": 0.42,
    },
    b"/videos/": {"id": JOB, "object": "video", "status": "in_progress", "progress": 42},
    b"/v1/predictions/": {
        "id": JOB,
        "model": "a/b",
        "version": "1",
        "status": "processing",
        "input": {},
    },
    b"/fal/": {"status": "IN_PROGRESS", "logs": []},
}


class _Looks(asyncio.Protocol):
    """Answer each request with bytes that are ready: nothing could be served faster from here."""

    def __init__(self, delay: float, answers: dict[bytes, bytes]) -> None:
        self._delay = delay
        self._answers = answers
        self._received = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport if isinstance(transport, asyncio.Transport) else None

    def data_received(self, data: bytes) -> None:
        self._received += data
        while b"\r\n\r\n" in self._received:
            head, _, self._received = self._received.partition(b"\r\n\r\n")
            path = head.split(b" ", 2)[1]
            answer = next(self._answers[each] for each in self._answers if path.startswith(each))
            if self._delay:
                asyncio.get_running_loop().call_later(self._delay, self._send, answer)
            else:
                self._send(answer)

    def _send(self, answer: bytes) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(answer)


async def _serve(delay: float) -> None:
    answers = dict[bytes, bytes]()
    for path, body in _ANSWERS.items():
        content = json.dumps(body).encode()
        head = (
            f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(content)}"
        )
        answers[path] = f"{head}\r\n\r\n".encode() + content
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: _Looks(delay, answers), "127.0.0.1", 0, backlog=10_000
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def main() -> None:
    """Serve until killed; the first line of the output is the port."""
    args_of = parser(__doc__)
    args_of.add_argument("--delay", type=float, default=0.0, help="seconds to an answer")
    asyncio.run(_serve(args_of.parse_args().delay))


if __name__ == "__main__":
    main()
