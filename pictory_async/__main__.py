"""`python -m pictory_async` is the command `pictory-async`."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command, or say which extra it needs."""
    try:
        from pictory_async._cli import cli  # noqa: PLC0415 - the core never imports an extra
    except ModuleNotFoundError as exc:
        if exc.name not in {"click", "rich"}:
            raise
        sys.exit("pictory-async: the command needs an extra: pip install 'pictory-async[cli]'")
    cli(prog_name="pictory-async")


if __name__ == "__main__":
    main()
