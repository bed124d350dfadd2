"""Pictory's dialect of HTTP as pure functions: paths, answers, errors and the states of a job.

Nothing here sends, waits or knows a typed result.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any, Final, TypeAlias, cast
from urllib.parse import urlsplit, urlunsplit

import attrs

from pictory_async._errors import (
    ERRORS_BY_CODE,
    ERRORS_BY_STATUS,
    APIError,
    AuthenticationError,
    BlockedError,
    InvalidRequestError,
    InvalidResponseError,
    ServerError,
    TokenRefusedError,
    Who,
)
from pictory_async._models.base import short


Json: TypeAlias = Mapping[str, Any]

# The longest time in seconds that an answer can mean: some thirty years.
ENDLESS: Final = 1e9
_EXCERPT_BYTES: Final = 200
_HIDDEN: Final = "[secret]"
_PATH_SEGMENT: Final = re.compile(r"[A-Za-z0-9_~-][A-Za-z0-9._~-]*")
_JSON_TYPES: Final[Mapping[type, str]] = {
    dict: "an object",
    list: "a list",
    str: "a string",
    bool: "a boolean",
    int: "a number",
    float: "a number",
    type(None): "null",
}
# What an error of the service holds, in all shapes that are documented or were seen.
_CODES: Final = ("code", "error_code", "errorCode")
_MESSAGES: Final = ("message", "error_message", "errorMessage", "Message")
_ERROR_KEYS: Final = frozenset({*_CODES, *_MESSAGES, "error"})
# Cloudflare writes its own code into a page: "error code: 1010", or with tags between the words.
_CODE_ON_A_PAGE: Final = re.compile(rb"error code:?\s*(?:<[^<>]*>\s*)*(\d{3,4})\b", re.IGNORECASE)
# Its codes from 1000 on are its own refusals; lower ones are what it heard from behind.
_GUARDS_CODE: Final = re.compile(r"1[0-2]\d{2}")
_BLOCK_TEXT: Final = re.compile(rb"error code: \d{4}", re.IGNORECASE)
# What its pages for people hold that were blocked, or shall prove that they are people.
_BLOCK_PAGE: Final = re.compile(
    rb"cf-error-details|cf-wrapper|cf_chl_|you have been blocked|\| cloudflare</title>",
    re.IGNORECASE,
)


@attrs.frozen
class Answer:
    """One HTTP answer, read to its end: what `Pictory.request` returns.

    Args:
        method: The request's HTTP method.
        path: The request's path, without its query.
        status: The HTTP status.
        headers: The answer's headers, with names in lower case.
        body: The decoded body.
        confidential: True where the body may hold a credential and must not be shown.
        secrets: What the request carried and no error may repeat: AWS's gateway quotes the
            Authorization header in some of its answers.
        has_known_token: Whether the token that the request carried should be good: it was issued
            for it, in the place of another one, or the service had accepted it before.
    """

    method: str
    path: str
    status: int
    headers: Mapping[str, str] = attrs.field(repr=False)
    body: bytes = attrs.field(repr=False)
    confidential: bool = False
    secrets: tuple[str, ...] = attrs.field(default=(), repr=False)
    has_known_token: bool = attrs.field(default=False, repr=False)

    @property
    def is_success(self) -> bool:
        """Whether the status is 2xx."""
        return HTTPStatus.OK <= self.status < HTTPStatus.MULTIPLE_CHOICES

    @property
    def is_error(self) -> bool:
        """Whether the status is 4xx or 5xx."""
        return self.status >= HTTPStatus.BAD_REQUEST

    @property
    def excerpt(self) -> str:
        """The first bytes of the body, for an error's message."""
        if self.confidential:
            return ""
        return self.body[:_EXCERPT_BYTES].decode("utf-8", "replace")

    @property
    def text(self) -> str:
        """The body as text; what is not UTF-8 in it is replaced."""
        return self.body.decode("utf-8", "replace")

    def json(self) -> Any:  # noqa: ANN401 - whatever the service sent
        """Return the body's JSON.

        Raises:
            APIError: The status is an error, or the body is not JSON.
        """
        return decode(self)

    def raise_for_status(self) -> Answer:
        """Return this, unless its status is an error.

        Raises:
            APIError: The status is 4xx or 5xx.
        """
        if self.is_error:
            raise api_error(self)
        return self

    def for_show(self) -> Answer:
        """Return the answer as anybody may keep it: it knows no secret."""
        return attrs.evolve(self.without_secrets(), secrets=())

    def without_secrets(self) -> Answer:
        """Return the answer as an error may show it; it is the same where it quotes none."""
        body, headers = self.body, self.headers
        for secret in self.secrets:
            body = body.replace(secret.encode(), _HIDDEN.encode())
        if any(secret in value for secret in self.secrets for value in headers.values()):
            headers = {name: hidden(value, self.secrets) for name, value in headers.items()}
        is_same = body == self.body and headers is self.headers
        return self if is_same else attrs.evolve(self, body=body, headers=headers)


def hidden(text: str, secrets: Iterable[str]) -> str:
    """Return a text of an answer as anybody may see it."""
    for secret in secrets:
        text = text.replace(secret, _HIDDEN)
    return text


def path_segment(value: object, name: str) -> str:
    """Return an id that goes into a path, or refuse what could lead to another path.

    Raises:
        InvalidRequestError: It is empty, or holds a slash or anything else an id never has.
    """
    if not isinstance(value, str) or not _PATH_SEGMENT.fullmatch(value):
        found = repr(value[:80]) if isinstance(value, str) else short(value)
        raise InvalidRequestError(name, "an id, such as a UUID", found)
    return value


def decode(answer: Answer) -> object:
    """Return an answer's JSON.

    Raises:
        APIError: The status is an error, or the body is not JSON.
    """
    if answer.is_error:
        raise api_error(answer)
    data = _parsed_body(answer)
    if data is None or not answer.is_success:
        raise invalid(answer, f"expected JSON, found {kind_of_body(answer)}")
    return data


def decode_accepted(answer: Answer) -> object:
    """Return an answer's JSON, unless it says `success: false`.

    Raises:
        APIError: The service refused, by its status or in the body, or the body is not JSON.
    """
    data = decode(answer)
    if mapping_of(data).get("success") is False:
        # It may quote a secret, and this frame stands in the traceback.
        del data
        raise api_error(answer)
    return data


def decode_success(answer: Answer) -> Json:
    """Return an answer's JSON object, unless it says `success: false`.

    Raises:
        APIError: The service refused, by its status or in the body, or the body is no object.
    """
    data = decode_accepted(answer)
    if not isinstance(data, dict):
        raise invalid(answer, f"expected a JSON object, found {kind_of_body(answer)}")
    return cast("Json", data)


def submitted_job_id(answer: Answer) -> str:
    """Return the id of the job that a submit made.

    The four places are those of the documented answers: v2 (`data.jobId`), v1 render
    (`data.job_id`) and v1 storyboard (`jobId`); `job_id` completes the square.

    Raises:
        APIError: The service refused, or the answer holds no id.
    """
    job_id = _job_id_in(decode_success(answer))
    if job_id is None:
        raise invalid(answer, "expected a job's id, found none")
    return job_id


def job_named_in(answer: Answer) -> str | None:
    """Return the id of a job that an answer names, whatever it says of it, or None.

    The job that the request itself was about is none.
    """
    job_id = _job_id_in(object_of(answer))
    return None if job_id is None or job_id in answer.path.split("/") else job_id


def _job_id_in(body: Json) -> str | None:
    places = (mapping_of(body.get("data")), body)
    found = [place.get(key) for place in places for key in ("jobId", "job_id")]
    words = [each for each in found if isinstance(each, str)]
    # An id is a text in all samples; one that is a number some day is an id all the same.
    numbers = [str(each) for each in found if isinstance(each, int) and not isinstance(each, bool)]
    return next(filter(_PATH_SEGMENT.fullmatch, words + numbers), None)


def api_error(answer: Answer) -> APIError:
    """Return the error that an answer means, whichever of the documented shapes it has."""
    answer = answer.without_secrets()
    body = object_of(answer)
    code, message = code_and_message(body)
    who = who_answered(answer)
    if not body:
        code = _code_on_page(answer)
    kind = _error_class(answer, code, who)
    if kind is BlockedError:
        message = "the guard in front of the service took this client for a bot"
    elif who == "other":
        message = f"{kind_of_body(answer)}, which is not the service's own answer"
    return kind(
        message or kind_of_body(answer),
        answer.status,
        answer.method,
        answer.path,
        code,
        _field_errors(body),
        request_id(answer.headers),
        retry_after(answer.headers),
        answer.excerpt,
        who,
    )


def who_answered(answer: Answer) -> Who:
    """Say who gave an answer that is no success: the service's words have documented shapes."""
    body = object_of(answer)
    if body.get("success") is False or not _ERROR_KEYS.isdisjoint(body):
        return "service"
    if answer.status == HTTPStatus.UNAUTHORIZED and "www-authenticate" in answer.headers:
        # No page of the documentation shows a 401's body.
        return "service"
    is_refusal = HTTPStatus.BAD_REQUEST <= answer.status < HTTPStatus.INTERNAL_SERVER_ERROR
    if is_refusal and not body and _is_of_guard(answer):
        return "guard"
    return "other"


def _is_of_guard(answer: Answer) -> bool:
    if "cf-mitigated" in answer.headers or _BLOCK_PAGE.search(answer.body):
        return True
    code = _code_on_page(answer) or ""
    if (answer.status, code) in ERRORS_BY_CODE:
        return True
    # Others number their errors too.
    is_cloudflare = "cf-ray" in answer.headers or answer.headers.get("server") == "cloudflare"
    is_all = _BLOCK_TEXT.fullmatch(answer.body.strip()) is not None
    return bool(_GUARDS_CODE.fullmatch(code)) and (is_cloudflare or is_all)


def _code_on_page(answer: Answer) -> str | None:
    found = _CODE_ON_A_PAGE.search(answer.body)
    return found[1].decode() if found else None


def invalid(answer: Answer, message: str) -> InvalidResponseError:
    """Return the error for an answer that breaks the contract."""
    answer = answer.without_secrets()
    return InvalidResponseError(
        message,
        answer.status,
        answer.method,
        answer.path,
        request_id=request_id(answer.headers),
        excerpt=answer.excerpt,
        answered_by="other",
    )


def redirects_to(answer: Answer) -> str | None:
    """Return where an answer redirects to, as it may be shown, or None where it does not.

    That is the scheme, the host and the path: a query may hold a signature or a token.
    """
    try:
        parts = urlsplit(answer.headers.get("location", ""))
    except ValueError:
        return None
    host = parts.netloc.rpartition("@")[2]
    place = urlunsplit((parts.scheme, host, parts.path, "", ""))[:_EXCERPT_BYTES]
    place = hidden(place, answer.secrets)
    return place if place.isprintable() and place else None


def request_id(headers: Mapping[str, str]) -> str | None:
    """Return the gateway's id of a request; Pictory stands behind AWS and Cloudflare."""
    for name in ("x-amzn-requestid", "x-amz-apigw-id", "x-request-id", "cf-ray"):
        if name in headers:
            return headers[name]
    return None


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds that an answer asks to wait, from either form of `Retry-After`.

    A date counts from the answer's own `Date`, so that the two clocks need not agree.
    No page of the documentation says which form, if any, Pictory sends.
    """
    value = headers.get("retry-after", "").strip()
    if not value:
        return None
    try:
        if re.fullmatch(r"\d+(\.\d+)?", value):
            seconds = float(value)
        else:
            now = parsedate_to_datetime(headers.get("date", ""))
            seconds = max(0.0, (parsedate_to_datetime(value) - now).total_seconds())
    except (TypeError, ValueError, OverflowError):
        return None
    return min(seconds, ENDLESS)


def _error_class(answer: Answer, code: str | None, who: Who) -> type[APIError]:
    if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return ServerError
    if who == "other" and answer.status != HTTPStatus.TOO_MANY_REQUESTS:
        return InvalidResponseError
    if who == "guard" and answer.status == HTTPStatus.FORBIDDEN:
        return BlockedError
    by_status = ERRORS_BY_STATUS.get(answer.status, APIError)
    kind = ERRORS_BY_CODE.get((answer.status, code), by_status)
    return TokenRefusedError if kind is AuthenticationError and answer.has_known_token else kind


def code_and_message(body: Json) -> tuple[str | None, str | None]:
    """Find an error's code and words in any of the shapes that are documented or were seen."""
    error = body.get("error")
    places = (body, mapping_of(error), mapping_of(body.get("data")))
    code = _first(places, _CODES)
    message = _first(places, _MESSAGES)
    return code, message or (error if isinstance(error, str) else None)


def _first(places: tuple[Json, ...], keys: tuple[str, ...]) -> str | None:
    for place in places:
        for key in keys:
            value = place.get(key)
            if isinstance(value, str | int) and value != "":
                return str(value)
    return None


def _field_errors(body: Json) -> dict[str, str]:
    """Read `fields`: its `errors` is a string in the sample, and nothing says it stays one."""
    fields = body.get("fields")
    if not isinstance(fields, list):
        return {}
    entries = [mapping_of(entry) for entry in cast("list[object]", fields)]
    return {str(entry.get("name")): str(entry.get("errors")) for entry in entries if entry}


def object_of(answer: Answer) -> Json:
    """Return the body's JSON object; everything else becomes an empty one."""
    return mapping_of(_parsed_body(answer))


def _parsed_body(answer: Answer) -> object:
    """Return the body's JSON, or None where it is none or nested beyond reading."""
    try:
        return json.loads(answer.body)
    except (json.JSONDecodeError, UnicodeDecodeError, RecursionError):
        return None
    except ValueError:
        # A whole number of thousands of digits, which Python refuses to read as one.
        return json.loads(answer.body, parse_int=float)


def mapping_of(value: object) -> Json:
    """Return a JSON object as it is, and everything else as an empty one."""
    return cast("Json", value) if isinstance(value, dict) else {}


def kind_of_body(answer: Answer) -> str:
    """Say in words what an answer holds instead of what was expected."""
    if HTTPStatus.MULTIPLE_CHOICES <= answer.status < HTTPStatus.BAD_REQUEST:
        place = redirects_to(answer)
        if place is not None:
            return (
                f"a redirect to {place}: base_url (PICTORY_API_BASE_URL) is to be the API's own "
                "address"
            )
    if not answer.body.strip():
        return "an empty body"
    if answer.body.lstrip()[:1] == b"<":
        return "an HTML page"
    data = _parsed_body(answer)
    if data is None and answer.body.strip() != b"null":
        return "a body that is not JSON"
    return _JSON_TYPES[type(data)]
