"""The error tree: what went wrong, whose fault it is, and what is left to do.

PictoryError
├── ConfigurationError          a setting is missing, empty or contradicts another
├── InvalidRequestError         an argument is wrong, or the service would refuse or strip it
├── TransportError              no answer came: the network, a timeout
│   ├── UnreachableError        the service's host does not exist, or is not trusted
│   └── ClosedError             the client was closed before the request was sent
├── SubmissionUnknownError      a submit whose outcome nobody knows: it may cost money
├── APIError                    an answer came, and it is a no or none of the service's
│   ├── AuthenticationError     401: the credentials are not accepted
│   │   └── TokenRefusedError   401 to a token or key that was good before
│   ├── PermissionDeniedError   403
│   │   └── BlockedError        403 from the guard in front of the service, not from Pictory
│   ├── NotFoundError           404
│   ├── RateLimitError          429
│   ├── ServerError             5xx
│   └── InvalidResponseError    the answer is not what the documentation promises
├── UnexpectedShapeError        a part of a result, when it was looked at, is no such thing
├── JobError                    one job, named by its id
│   ├── JobFailedError          the service gave up
│   ├── JobCleanedError         the result was deleted, or its retention is over
│   ├── JobNotFoundError        the service knows no such job
│   ├── JobResultMissingError   the job is done and paid for, and its result is not shown
│   ├── JobTimeoutError         the wait is over, the job is not: wait again to go on
│   └── JobOutageError          the service could not be asked for too long
├── BatchError                  an item of a batch has no result, through no fault of its own
│   ├── NotSubmittedError       nothing more was submitted for it: a limit, the breaker
│   └── UnfinishedError         the block was left while it was under way
├── UploadError                 a file did not get to the storage
└── DownloadError               a file did not arrive whole, or not the file; nothing is left behind

Every error can be pickled and copied, and none holds a credential.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

import attrs


if TYPE_CHECKING:
    from collections.abc import Mapping


Who: TypeAlias = Literal["service", "guard", "other"]
"""Who answered: the service in its own words, the guard in front of it, or something else on the
way there, such as a balancer, a gateway or a network that wants a login."""


class PictoryError(Exception):
    """The root of everything that this package raises on purpose.

    Attributes:
        job_id: The last job of what was ended by the error, where there is one: it was submitted,
            and may be paid for. `resume` goes on with it. None where a job that nobody knows may
            follow it: see `SubmissionUnknownError`.
    """

    job_id: str | None = None


def name_job(error: BaseException, job_id: str) -> None:
    """Let an error name the job that it leaves behind: in `job_id`, and in what is printed of it.

    Args:
        error: The error, a cancellation too.
        job_id: The job.
    """
    note = f"job {job_id} was submitted, and goes on at the service"
    if isinstance(error, SubmissionUnknownError):
        # To go on from the job before would be to submit what may be there already.
        note = f"it follows job {job_id}"
    elif isinstance(error, PictoryError) and error.job_id is None:
        error.job_id = job_id
    told = (str(error), *getattr(error, "__notes__", ()))
    if not any(job_id in words for words in told):
        error.add_note(note)


@attrs.define(eq=False, slots=False)
class ConfigurationError(PictoryError, ValueError):
    """A setting is missing, empty, or contradicts another; no request was made.

    Args:
        message: Which argument or environment variable, and what it should hold.
    """

    message: str

    def __str__(self) -> str:
        return self.message


@attrs.define(eq=False, slots=False)
class InvalidRequestError(PictoryError, ValueError):
    """An argument is wrong, or the service would refuse it, or worse, accept and strip it.

    It was not sent.

    Args:
        field: Where, as a path from the top of the request: `scenes[2].background`.
        expected: What the documentation asks for there.
        found: What is there instead.
    """

    field: str
    expected: str
    found: str

    def __str__(self) -> str:
        return _printable(f"{self.field}: expected {self.expected}, found {self.found}")


@attrs.define(eq=False, slots=False)
class TransportError(PictoryError):
    """No answer came.

    Args:
        message: What happened.
        method: The request's HTTP method.
        path: The request's path, without its query.
        sent: False where the request surely never reached the service.
    """

    message: str
    method: str
    path: str
    sent: bool = True

    def __str__(self) -> str:
        return f"{self.method} {self.path}: {self.message}"


class UnreachableError(TransportError):
    """The service's host does not exist, or its certificate is not trusted; nothing was sent.

    It comes at once, and only to a client that never heard from the service: for one that has,
    it is trouble that may pass, and a `TransportError`.
    """

    def __str__(self) -> str:
        return f"{super().__str__()}; is the base URL right (PICTORY_API_BASE_URL)?"


class ClosedError(TransportError):
    """The client is closed, or was closed while the request waited; it was not sent."""


@attrs.define(eq=False, slots=False)
class SubmissionUnknownError(PictoryError):
    """A submit was sent, and whether the service accepted it is not known.

    It was not sent again, because the second one could be billed as well. Look for the job
    among the account's jobs before you submit once more.

    Args:
        message: What happened instead of a readable answer.
        method: The request's HTTP method.
        path: The request's path.
        payload: The JSON that was sent.
        status: The HTTP status of the answer, or None where none came.
    """

    message: str
    method: str
    path: str
    payload: Any = attrs.field(default=None, repr=False)
    status: int | None = None

    def __str__(self) -> str:
        return (
            f"{self.method} {self.path}: {self.message}; the service may have created the job, "
            "so it was not submitted again: look for it in your account before you do"
        )


@attrs.define(eq=False, slots=False)
class APIError(PictoryError):
    """An answer came: the service's no, or something that is not the service's answer at all.

    Args:
        message: The service's own words, or what is wrong with its answer.
        status: The HTTP status.
        method: The request's HTTP method.
        path: The request's path, without its query.
        code: The service's error code; a number in the old shape becomes a string.
        fields: Errors of single fields, by the field's name.
        request_id: The gateway's id of the request, for a support ticket.
        retry_after: Seconds that the service asks to wait, where it does.
        excerpt: The first bytes of the answer, as text.
        answered_by: Who gave it: "service" for the service's own words, "guard" for the bot
            protection in front of it, "other" for whatever else is on the way, such as a gateway
            or a network that wants a login. The last two say nothing of what was asked for.
    """

    message: str
    status: int
    method: str
    path: str
    code: str | None = None
    fields: Mapping[str, str] = attrs.field(factory=dict[str, str])
    request_id: str | None = None
    retry_after: float | None = None
    excerpt: str = ""
    answered_by: Who = "service"

    def __str__(self) -> str:
        code = f" [{self.code}]" if self.code else ""
        fields = "".join(f"; {name}: {error}" for name, error in self.fields.items())
        return f"{self.method} {self.path} answered {self.status}{code}: {self.message}{fields}"


class AuthenticationError(APIError):
    """401: the key or the client id and secret are not accepted."""

    def __str__(self) -> str:
        return f"{super().__str__()}; {self._advice}"

    @property
    def _advice(self) -> str:
        return "check the API key, or the client id and secret"


class TokenRefusedError(AuthenticationError):
    """401 to a token that should be good: just issued, or a key that was accepted before.

    Where each new token ends the one before, two clients of the same id and secret do this to
    each other. A wait and a batch go on within their `outage`.
    """

    @property
    def _advice(self) -> str:
        return "it was good before; does another client of the same credentials fetch tokens, too?"


class PermissionDeniedError(APIError):
    """403: the credentials are good, but not for this."""


class BlockedError(PermissionDeniedError):
    """403 from the bot protection in front of the service; Pictory never saw the request."""


class NotFoundError(APIError):
    """404: the service knows no such thing, or no such route."""


class RateLimitError(APIError):
    """429: too many requests; `retry_after` holds the wait that was asked for, if any."""


class ServerError(APIError):
    """5xx: the service failed."""


class InvalidResponseError(APIError):
    """The answer is not what the documentation promises: a page, cut short, another type."""

    def __str__(self) -> str:
        body = f"; it begins {self.excerpt!r}" if self.excerpt else ""
        return f"{super().__str__()}{body}"


# Which refusal an answer of 4xx is: by its status and the service's code, else by its status.
ERRORS_BY_CODE: Final[Mapping[tuple[int, str | None], type[APIError]]] = {
    # Cloudflare's code for a client that it takes for a bot, by its User-Agent for instance.
    (403, "1010"): BlockedError,
}
ERRORS_BY_STATUS: Final[Mapping[int, type[APIError]]] = {
    401: AuthenticationError,
    403: PermissionDeniedError,
    404: NotFoundError,
    429: RateLimitError,
}


@attrs.define(eq=False, slots=False)
class UnexpectedShapeError(PictoryError):
    """A part of a result is not what the documentation promises.

    It comes from large results, whose parts are read when they are looked at. Where a whole answer
    is wrong, there is an `InvalidResponseError`.

    Args:
        field: Where, as a path from the part that was looked at.
        expected: What the documentation promises there.
        found: What is there instead.
    """

    field: str
    expected: str
    found: str

    def __str__(self) -> str:
        return f"{self.field}: expected {self.expected}, found {self.found}"


@attrs.define(eq=False, slots=False)
class JobError(PictoryError):
    """A job did not give its result.

    Args:
        job_id: The job's id: with it, waiting can go on where that makes sense.
        code: The service's error code, where it sent one.
        message: The service's words, or ours where it said nothing.
        data: The `data` of the last answer about this job, as it came.
    """

    # Here it is always known, and nobody sets another one.
    job_id: str  # pyright: ignore[reportIncompatibleVariableOverride]
    code: str | None = None
    message: str | None = None
    data: Mapping[str, Any] = attrs.field(factory=dict[str, Any], repr=False)

    def __str__(self) -> str:
        code = f" [{self.code}]" if self.code else ""
        return f"job {self.job_id}{code}: {self.message}"


class JobFailedError(JobError):
    """The service gave up on the job; `code` and `message` say why."""


class JobCleanedError(JobError):
    """The job's result was deleted, by a call or because its retention is over."""


class JobNotFoundError(JobError):
    """The service knows no job of this id."""


class JobResultMissingError(JobError):
    """The job is completed, and look after look the service showed no result of it.

    It is done and paid for, and so not to be submitted again; a later look may show the result.
    """


class JobTimeoutError(JobError, TimeoutError):
    """The wait took as long as it was allowed to; the job goes on, and so can another wait."""


class JobOutageError(JobError):
    """Looking at the job failed for so long that the wait gave up; the job may well be fine.

    `__cause__` is the error of the last look.
    """


@attrs.define(eq=False, slots=False)
class BatchError(PictoryError):
    """An item of a batch has no result, for a reason that lies outside of it.

    Args:
        message: The reason.
    """

    message: str

    def __str__(self) -> str:
        return self.message


class NotSubmittedError(BatchError):
    """Nothing more was submitted for the item: a limit was reached, or too much went wrong."""


class UnfinishedError(BatchError):
    """The batch's block was left while the item was under way; its jobs go on at the service."""


@attrs.define(eq=False, slots=False)
class UploadError(PictoryError):
    """A file did not get to the storage; it may be uploaded again.

    Args:
        message: What happened.
        url: Where the file should go, without the query, which holds a signature.
        status: The HTTP status, where the storage answered with an error.
    """

    message: str
    url: str
    status: int | None = None

    def __str__(self) -> str:
        return f"{self.url}: {self.message}"


@attrs.define(eq=False, slots=False)
class DownloadError(PictoryError):
    """A file did not arrive whole, or not the file; what had arrived was removed.

    Args:
        message: What happened.
        url: Where the file is, without the query, which may hold a signature; "" where the service
            does not say it.
        status: The HTTP status, where the host answered with an error, or, with 200, something else
            than the file: a page, a document, nothing.
        job_id: The job whose result this is, where it is known: the job is done and paid for.
    """

    message: str
    url: str
    status: int | None = None
    job_id: str | None = None

    def __str__(self) -> str:
        result = f"; it is the result of job {self.job_id}" if self.job_id else ""
        place = f"{self.url}: " if self.url else ""
        return _printable(f"{place}{self.message}{result}")


def _printable(text: str) -> str:
    """Return a text that can be written to a log: the name of a file need not be UTF-8."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
