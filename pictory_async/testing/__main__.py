"""Serves FakePictory from the command line: ``python -m pictory_async.testing``."""

import argparse
import math
import signal
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack

from pictory_async.testing import FakePictory, Trouble


_TICK = 0.05
_PORTS = range(65_536)
# What `--fail` takes for the status of an answer; all else is the code of a job.
_STATUSES = range(400, 600)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the base URL, serve until SIGINT or SIGTERM, and return the exit code."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if (options.client_id is None) != (options.client_secret is None):
        parser.error("--client-id and --client-secret belong together")
    stopped: list[int] = []
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda number, _frame: stopped.append(number))
    fake = _fake(options)
    with ExitStack() as stack:
        try:
            base_url = stack.enter_context(fake.serve(options.host, options.port))
        except (OSError, RuntimeError) as exc:
            parser.exit(1, f"{parser.prog}: {exc}\n")
        sys.stdout.write(f"{base_url}\n")
        sys.stdout.flush()
        told = 0
        # A handler may interrupt a sleep at any point; a lock it might meet half taken.
        while not stopped:
            told += _complain(fake, told)
            time.sleep(_TICK)
    return 0


def _complain(fake: FakePictory, told: int) -> int:
    """Say which results could not be posted, beyond those that were told, and count them all."""
    new = fake.webhooks[told:]
    for each in new:
        if each.error is not None:
            sys.stderr.write(f"not posted to {each.url}: {each.error}\n")
            sys.stderr.flush()
    return len(new)


def _fake(options: argparse.Namespace) -> FakePictory:
    clients = None if options.client_id is None else {options.client_id: options.client_secret}
    fake = FakePictory(
        clients=clients,
        api_keys=None if options.api_key is None else {options.api_key},
        user_id=options.user_id,
        token_lifetime=options.token_lifetime,
        speed=options.speed,
        draw=options.draw,
        rate_limit=options.rate_limit,
        latency=options.latency,
        webhooks=options.webhooks or bool(options.webhook_host),
        webhook_hosts=options.webhook_host,
    )
    for code, times in options.fail:
        if code.isdecimal() and int(code) in _STATUSES:
            fake.trouble("*", Trouble.status(int(code)), times=times)
        else:
            fake.fail_next(code, times=times)
    return fake


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m pictory_async.testing",
        description="Serve a stand-in for the Pictory API. The first line printed is its base URL.",
        epilog="A program that uses pictory_async finds it by the environment: "
        "PICTORY_API_BASE_URL is that line, and PICTORY_API_KEY may be pictai_test.",
    )
    add = parser.add_argument_group("where and how fast").add_argument
    add("--host", default="127.0.0.1", help="the address to listen at; default: %(default)s")
    add("--port", type=_port, default=0, help="the port; default: any that is free")
    above = _number(above=True)
    speed = "let jobs go by so much faster; with 20 a render takes three seconds; default: 1"
    add("--speed", type=above, default=1.0, metavar="TIMES", help=speed)
    clip = "serve one small clip for all videos, as without the extra `video`"
    add("--no-draw", dest="draw", action="store_false", help=clip)
    add = parser.add_argument_group("who gets in").add_argument
    add("--client-id", metavar="ID", help="accept this client only; default: any")
    add("--client-secret", metavar="SECRET", help="the secret of that client")
    add("--api-key", metavar="KEY", help="accept this key only; default: any that is pictai_...")
    add("--user-id", metavar="ID", help="demand this X-Pictory-User-Id with tokens")
    lifetime = "how long tokens serve; default: %(default)g"
    add("--token-lifetime", type=_number(), default=3600.0, metavar="SECONDS", help=lifetime)
    add = parser.add_argument_group("what goes wrong").add_argument
    limit = "take so many calls in a second, times --speed, and answer the others 429"
    add("--rate-limit", type=above, metavar="CALLS", help=limit)
    late = "let each answer come so much later, whatever the --speed; default: 0"
    add("--latency", type=_number(), default=0.0, metavar="SECONDS", help=late)
    fail = (
        "let the next COUNT jobs fail (default: 1), previews too, with a code such as "
        "INSUFFICIENT_CREDITS; or answer the next COUNT requests with a status such as 503. "
        "May be given more than once"
    )
    add("--fail", type=_failure, action="append", default=[], metavar="CODE[:COUNT]", help=fail)
    add = parser.add_argument_group("webhooks").add_argument
    posts = "post the results of jobs to the `webhook` of their requests, on this machine"
    add("--webhooks", action="store_true", help=posts)
    host = "the same, and post to this host too. May be given more than once"
    add("--webhook-host", action="append", default=[], metavar="HOST", help=host)
    return parser


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) not in _PORTS:
        msg = f"expected a number from 0 to {_PORTS[-1]}, found {text!r}"
        raise argparse.ArgumentTypeError(msg)
    return int(text)


def _number(*, above: bool = False) -> Callable[[str], float]:
    def convert(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not math.isfinite(value) or value < 0 or (above and value == 0):
            expected = "above 0" if above else "of 0 or more"
            msg = f"expected a number {expected}, found {text!r}"
            raise argparse.ArgumentTypeError(msg)
        return value

    return convert


def _failure(text: str) -> tuple[str, int]:
    code, colon, count = text.partition(":")
    times = int(count) if count.isdecimal() else int(not colon)
    if not code or not times:
        msg = f"expected CODE or CODE:COUNT, such as 503:2, found {text!r}"
        raise argparse.ArgumentTypeError(msg)
    return code, times


if __name__ == "__main__":
    sys.exit(main())
