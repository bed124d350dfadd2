"""Trouble on demand: what can go wrong between a client and the service, as values."""

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Literal, Self, TypeAlias

import attrs

from pictory_async.testing._messages import Reply


Fault: TypeAlias = Literal["answer", "stall", "reset", "truncate", "refuse", "webhook"]

_PAGE = "<html><head><title>{0}</title></head><body><h1>{0}</h1></body></html>"


@attrs.frozen(kw_only=True)
class Trouble:
    """One way in which a request goes wrong; make it with one of the class methods.

    Attributes:
        fault: What happens to the request.
        answer: What is answered instead of the service's reply, where anything is.
        accepted: Whether the service does its work first, so that a job may be created and
            billed although the client never learns of it.
        after: How many bytes of the body arrive before the connection is cut.
        copies: How often a webhook is posted.
        late: How many fake seconds after the end of the job it is posted.
    """

    fault: Fault
    answer: Reply | None = None
    accepted: bool = False
    after: int | None = None
    copies: int = 1
    late: float = 0.0

    @classmethod
    def status(
        cls,
        code: int,
        body: object = None,
        headers: Mapping[str, str] | None = None,
        *,
        accepted: bool = False,
    ) -> Self:
        """Answer with a status; the body is `{"message": …}` unless one is given.

        Args:
            code: The status.
            body: Bytes, or a value to be sent as JSON.
            headers: More headers, such as `{"Retry-After": "2"}`.
            accepted: Whether the service does its work first.
        """
        content = body if isinstance(body, bytes) else _as_json(body, code)
        kept = {"Content-Type": "application/json", **(headers or {})}
        return cls(fault="answer", answer=Reply(code, kept, content), accepted=accepted)

    @classmethod
    def html(cls, code: int = 502, *, accepted: bool = False) -> Self:
        """Answer with a page for people, as a gateway in front of the service does."""
        page = _PAGE.format(f"{code} {_phrase(code)}")
        reply = Reply.text(code, page, "text/html")
        return cls(fault="answer", answer=reply, accepted=accepted)

    @classmethod
    def empty(cls, code: int = 200, *, accepted: bool = False) -> Self:
        """Answer with a status and nothing else."""
        return cls(fault="answer", answer=Reply(code), accepted=accepted)

    @classmethod
    def body(
        cls,
        content: bytes,
        content_type: str = "application/json",
        code: int = 200,
        *,
        accepted: bool = False,
    ) -> Self:
        """Answer with bytes of one's own, well-formed or not."""
        reply = Reply(code, {"Content-Type": content_type}, content)
        return cls(fault="answer", answer=reply, accepted=accepted)

    @classmethod
    def stall(cls, *, accepted: bool = False) -> Self:
        """Take the request and never answer."""
        return cls(fault="stall", accepted=accepted)

    @classmethod
    def reset(cls, *, accepted: bool = False) -> Self:
        """Reset the connection instead of answering."""
        return cls(fault="reset", accepted=accepted)

    @classmethod
    def truncate(cls, after: int | None = None) -> Self:
        """Announce the whole body and cut the connection within it; the work is done.

        Args:
            after: How many bytes arrive; half of the body by default, never all of it.
        """
        return cls(fault="truncate", accepted=True, after=after)

    @classmethod
    def refuse(cls) -> Self:
        """Refuse the connection, so that the request is neither seen nor recorded.

        This is for requests in process. A socket that listens cannot refuse one request and
        take the next: there it is a reset before any work.
        """
        return cls(fault="refuse")

    @classmethod
    def webhook(cls, *, copies: int = 1, late: float = 0.0) -> Self:
        """Post the result of the job that a request submits twice, late or never.

        The request itself is answered as ever. Only requests with a `webhook` are hit, and
        counted.

        Args:
            copies: How often it is posted, 0 for never.
            late: How many fake seconds after the end of the job.
        """
        return cls(fault="webhook", accepted=True, copies=copies, late=late)

    def cut(self, body: bytes) -> bytes:
        """Return what arrives of a truncated body."""
        half = len(body) // 2
        return body[: half if self.after is None else max(0, min(self.after, len(body) - 1))]


@attrs.define
class Ambush:
    """One trouble that waits for its requests."""

    operation: str
    trouble: Trouble
    skip: int
    times: int | None

    def strikes(self, operation: str) -> bool:
        """Count a request, and say whether it is hit."""
        if self.operation not in ("*", operation) or self.times == 0:
            return False
        if self.skip:
            self.skip -= 1
            return False
        if self.times is not None:
            self.times -= 1
        return True


def _as_json(body: object, code: int) -> bytes:
    return json.dumps({"message": _phrase(code)} if body is None else body).encode()


def _phrase(code: int) -> str:
    try:
        return HTTPStatus(code).phrase
    except ValueError:
        return "Unknown"
