"""Serves FakePictory from the command line: ``python -m pictory_async.testing``."""

import argparse
import signal
import sys
import time
from collections.abc import Sequence

from pictory_async.testing import FakePictory


_TICK = 0.05


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the base URL, serve until SIGINT or SIGTERM, and return the exit code."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if (options.client_id is None) != (options.client_secret is None):
        parser.error("--client-id and --client-secret belong together")
    stopped: list[int] = []
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda number, _frame: stopped.append(number))
    with _fake(options).serve(options.host, options.port) as base_url:
        sys.stdout.write(f"{base_url}\n")
        sys.stdout.flush()
        # A handler may interrupt a sleep at any point; a lock it might meet half taken.
        while not stopped:
            time.sleep(_TICK)
    return 0


def _fake(options: argparse.Namespace) -> FakePictory:
    clients = None if options.client_id is None else {options.client_id: options.client_secret}
    return FakePictory(
        clients=clients,
        api_keys=None if options.api_key is None else {options.api_key},
        user_id=options.user_id,
        token_lifetime=options.token_lifetime,
        speed=options.speed,
        draw=options.draw,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m pictory_async.testing",
        description="Serve a stand-in for the Pictory API. The first line printed is its base URL.",
    )
    add = parser.add_argument
    add("--host", default="127.0.0.1", help="the address to listen at")
    add("--port", type=int, default=0, help="the port; 0 is any that is free")
    add("--speed", type=float, default=1.0, help="how many times faster jobs go by")
    add("--client-id", help="accept this client only")
    add("--client-secret", help="the secret of that client")
    add("--api-key", help="accept this API key only")
    add("--user-id", help="demand this X-Pictory-User-Id with tokens")
    add("--token-lifetime", type=float, default=3600.0, help="in seconds")
    add("--no-draw", dest="draw", action="store_false", help="serve one small clip for all")
    return parser


if __name__ == "__main__":
    sys.exit(main())
