"""The service's ways of saying no: v1.md, section 2, lists five shapes of error."""

from collections.abc import Callable, Sequence
from typing import TypeAlias

import attrs

from pictory_async.testing._messages import Json, Object, Reply


@attrs.frozen
class Problem:
    """One thing wrong with a body: the dotted name of the field, and what was expected."""

    name: str
    errors: str


Dialect: TypeAlias = Callable[[Sequence[Problem]], Reply]

# v1.md, 2.1 shows 890 as a sample and lists no codes, so one number serves for all.
_GENERAL_CODE = 890
# The page that Cloudflare shows is HTML; v1.md, section 1, tells only of 403 and error 1010.
_CLOUDFLARE = """<!DOCTYPE html>
<html><head><title>Access denied | api.pictory.ai used Cloudflare to restrict access</title></head>
<body><h1>Access denied</h1>
<p>The owner of this website has banned your access based on your browser's signature.</p>
<p>error code: 1010</p></body></html>
"""


def gateway(status: int, message: str) -> Reply:
    """Answer as the API gateway does, before the service is reached (v1.md, 2.4)."""
    return Reply.json(status, {"message": message})


def general(message: str, status: int = 400) -> Reply:
    """Answer in the general shape of the first generation (v1.md, 2.1)."""
    error: Object = {"error_message": message, "error_code": _GENERAL_CODE}
    return Reply.json(status, {"success": False, "error": error})


def code(status: int, name: str, message: str) -> Reply:
    """Answer with a code word, as the current generation does (v2.md, section 3, Errors)."""
    return Reply.json(status, {"code": name, "message": message})


def unknown_job(job_id: str, status: int) -> Reply:
    """Say that nobody knows the job.

    v1.md, section 2, gives the two values and leaves status and envelope open; the envelope of
    a failed job is the plausible one, without a `status` in it.
    """
    data: Object = {"error_code": "5000", "error_message": "JOB_NOT_FOUND"}
    return Reply.json(status, {"job_id": job_id, "success": False, "data": data})


def cloudflare() -> Reply:
    """Refuse a robot before it reaches the API (v1.md, 2.5)."""
    return Reply.text(403, _CLOUDFLARE, "text/html; charset=UTF-8")


def storage(status: int, name: str, message: str) -> Reply:
    """Answer in the XML of the file storage (v1.md, 3.5: errors are S3 XML)."""
    xml = '<?xml version="1.0" encoding="UTF-8"?>\n'
    body = f"{xml}<Error><Code>{name}</Code><Message>{message}</Message></Error>"
    return Reply.text(status, body, "application/xml")


def gateway_dialect(problems: Sequence[Problem]) -> Reply:
    """Refuse a body of the token call; v1.md, 3.1 leaves the reply open, [?]."""
    return gateway(400, f"Invalid request body: {_told(problems)}")


def general_dialect(problems: Sequence[Problem]) -> Reply:
    """Refuse a body of the first generation."""
    return general(_told(problems))


def fields_dialect(problems: Sequence[Problem]) -> Reply:
    """Refuse a body of the current generation (v1.md, 2.3)."""
    fields: list[Json] = [{"name": each.name, "errors": each.errors} for each in problems]
    message = "The request body is invalid."
    return Reply.json(400, {"code": "INVALID_REQUEST_BODY", "message": message, "fields": fields})


def _told(problems: Sequence[Problem]) -> str:
    return "; ".join(f"{problem.name} {problem.errors}".strip() for problem in problems)
