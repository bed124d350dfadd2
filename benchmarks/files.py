"""Uploads and downloads over loopback, beside a bare httpx stream: throughput and memory."""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import os
import resource
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

import httpx
from common import Report, parser

from pictory_async import ApiKey, Pictory


if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from multiprocessing.connection import Connection


MIB: Final = 1 << 20
SMALL: Final = 1024
LEAST_SPEED: Final = 0.95
MOST_MEMORY: Final = 32
CASES: Final = ("upload, httpx", "upload, ours", "download, httpx", "download, ours")
_BLOCK: Final = memoryview(bytes(MIB))


def serve(ready: Connection, size: int) -> None:
    """Serve zeros, swallow what is put, and give places to upload to."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=16)
    ready.send(listener.getsockname()[1])
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=_answer, args=(connection, size), daemon=True).start()


def _answer(connection: socket.socket, size: int) -> None:
    with connection, connection.makefile("rb") as incoming:
        while line := incoming.readline():
            method, path, _ = line.decode().split()
            headers = dict(
                header.decode().lower().strip().split(": ", 1)
                for header in iter(incoming.readline, b"\r\n")
            )
            left = int(headers.get("content-length", 0))
            while left:
                left -= len(incoming.read1(min(left, MIB)))
            if method == "GET":
                wanted = size if path == "/large" else SMALL
                head = f'HTTP/1.1 200 OK\r\nETag: "1"\r\nContent-Length: {wanted}\r\n\r\n'
                connection.sendall(head.encode())
                for start in range(0, wanted, MIB):
                    connection.sendall(_BLOCK[: min(MIB, wanted - start)])
            else:
                port = connection.getsockname()[1]
                place = f"http://127.0.0.1:{port}/put"
                body = json.dumps({"data": {"signedUrl": place, "url": place}}).encode()
                head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n\r\n"
                connection.sendall(head.encode() + body)


async def _pieces(path: str) -> AsyncIterator[bytes]:
    """Read a file as most people write it: 64 KiB at a time, on the event loop."""
    with Path(path).open("rb") as file:  # noqa: ASYNC230
        while chunk := file.read(65_536):
            yield chunk


async def transfer(case: str, base: str, source: str, target: str, name: str) -> None:
    """Send or fetch one file."""
    headers = {"Content-Length": str(Path(source).stat().st_size)}
    if case == "upload, httpx":
        async with httpx.AsyncClient(timeout=60) as client:
            await client.put(f"{base}/put", content=_pieces(source), headers=headers)
    elif case == "download, httpx":
        async with (
            httpx.AsyncClient(timeout=60) as client,
            client.stream("GET", base + name) as got,
        ):
            with Path(target).open("wb") as file:  # noqa: ASYNC230
                async for chunk in got.aiter_bytes():
                    file.write(chunk)
    else:
        async with Pictory(ApiKey("pictai_x"), base_url=base) as pictory:
            if case == "upload, ours":
                await pictory.upload(source, name="film.mp4")
            else:
                await pictory.download(base + name, target)


def measure(case: str, base: str, folder: str) -> None:
    """Print the seconds and the KiB of memory that a large transfer takes beyond a small one."""
    target = str(Path(folder, "arriving"))
    asyncio.run(transfer(case, base, str(Path(folder, "small")), target, "/small"))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # Nobody writes over the file of somebody else, whose place in memory would be ready.
    Path(target).unlink(missing_ok=True)
    start = time.perf_counter()
    asyncio.run(transfer(case, base, str(Path(folder, "large")), target, "/large"))
    seconds = time.perf_counter() - start
    print(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)


def _child(case: str, base: str, folder: str) -> tuple[float, int]:
    command = [sys.executable, __file__, "--case", case, "--base", base, "--folder", folder]
    done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603
    seconds, memory = done.stdout.split()
    return float(seconds), int(memory)


def compare(size: int, runs: int) -> None:
    """Run all cases in turn, several times, and print a table."""
    ours, theirs = multiprocessing.Pipe()
    server = multiprocessing.Process(target=serve, args=(theirs, size), daemon=True)
    server.start()
    base = f"http://127.0.0.1:{ours.recv()}"
    seconds: dict[str, list[float]] = {case: [] for case in CASES}
    memory: dict[str, list[int]] = {case: [] for case in CASES}
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "small").write_bytes(bytes(SMALL))
        with Path(folder, "large").open("wb") as file:
            file.writelines(_BLOCK for _ in range(size // MIB))
            os.fsync(file.fileno())
        for _ in range(runs):
            for case in CASES:
                took, added = _child(case, base, folder)
                seconds[case].append(took)
                memory[case].append(added)
    server.terminate()
    report = Report("files")
    for case in CASES:
        kind, who = case.split(", ")
        is_ours, work = who == "ours", f"{kind} of {size // MIB} MiB"
        took = statistics.median(seconds[case])
        ratio = statistics.median(seconds[f"{kind}, httpx"]) / took
        report.add(
            work, who, size / MIB / took, f"MiB/s, {ratio:.2f} of httpx",
            f"at least {LEAST_SPEED}" if is_ours else "",
            holds=ratio >= LEAST_SPEED if is_ours else None,
        )  # fmt: skip
        mebibytes = max(memory[case]) / 1024
        report.add(
            f"{work}: memory", who, mebibytes, "MiB added",
            f"at most {MOST_MEMORY}" if is_ours else "",
            holds=mebibytes <= MOST_MEMORY if is_ours else None,
        )  # fmt: skip
    report.save()


def main() -> None:
    """Read the arguments, then do it."""
    args_of = parser(__doc__)
    args_of.add_argument("--size", type=int, default=1024, help="MiB")
    args_of.add_argument("--runs", type=int, default=3, help="how often each is measured")
    for hidden in ("--case", "--base", "--folder"):
        args_of.add_argument(hidden, help=argparse.SUPPRESS)
    arguments = args_of.parse_args()
    if arguments.case:
        measure(arguments.case, arguments.base, arguments.folder)
    else:
        compare(arguments.size * MIB, arguments.runs)


if __name__ == "__main__":
    main()
