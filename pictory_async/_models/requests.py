"""What a client tells of its requests to the API as it sends them: values for traces and logs."""

from typing import ClassVar, Literal, TypeAlias

import attrs

from pictory_async._models.happening import Happening


RequestKind: TypeAlias = Literal["submit", "look", "call", "token"]
"""What a request is for: a job that may cost money, a look at one, a token, anything else."""


@attrs.frozen(kw_only=True)
class RequestSent(Happening):
    """A request is about to be sent to the API; each attempt is told of by itself.

    There is no credential in it: no header, no body and no query.

    Args:
        number: Counts what the client sends, from 1; the answer names it again.
        kind: What the request is for.
        method: The HTTP method.
        url: The URL without its query.
        operation: The path of the operation below the base URL, in which ids stand as `{job_id}`
            and the like: there are as many of these as operations.
        attempt: How often the request was sent, with this time: 1 and more.
    """

    _word: ClassVar[str] = "request_sent"

    number: int
    kind: RequestKind
    method: str
    url: str
    operation: str
    attempt: int = 1


@attrs.frozen(kw_only=True)
class ResponseReceived(Happening):
    """What came of a request that was sent: an answer or none.

    Args:
        request: The request.
        seconds: How long it took, with the wait for a connection.
        status: The answer's HTTP status, or None where none came.
        request_id: The service's id of the request, where the answer names one.
        error: Why no answer came, or None: `cancelled` where nobody waits for it any more.
    """

    _word: ClassVar[str] = "response_received"

    request: RequestSent
    seconds: float
    status: int | None = None
    request_id: str | None = None
    error: str | None = None
