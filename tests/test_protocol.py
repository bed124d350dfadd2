"""The service's dialect, answer by answer: what it means, and that nothing else gets out."""

from __future__ import annotations

import contextlib
import json
import math
from typing import Any

import attrs
import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pictory_async._errors import (
    APIError,
    AuthenticationError,
    BlockedError,
    InvalidRequestError,
    InvalidResponseError,
    NotFoundError,
    PermissionDeniedError,
    PictoryError,
    RateLimitError,
    ServerError,
)
from pictory_async._wire.job_states import (
    Cleaned,
    Completed,
    Failed,
    Missing,
    Running,
    is_route_refused,
    job_state,
)
from pictory_async._wire.known import is_missed_look
from pictory_async._wire.protocol import (
    Answer,
    api_error,
    decode,
    decode_success,
    invalid,
    job_named_in,
    path_segment,
    request_id,
    retry_after,
    submitted_job_id,
    who_answered,
)
from pictory_async._wire.tokens import Token, granted_token


JOB_ID = "11111111-2222-3333-4444-555555555555"
PAGE = b"<html><body><h1>502 Bad Gateway</h1></body></html>"
# What Cloudflare shows to a program, and what it shows to a browser.
CLOUDFLARE_TEXT = b"error code: 1010"
CLOUDFLARE_PAGE = (
    b"<!DOCTYPE html><html><head><title>Access denied | api.pictory.ai used Cloudflare to "
    b'restrict access</title></head><body><h1><span>Error</span> <span class="code-label">'
    b"Error code <span>1010</span></span></h1></body></html>"
)
DEEP = b"[" * 100_000


def answer(body: object = b"", status: int = 200, headers: dict[str, str] | None = None) -> Answer:
    """Make an answer to a look; a body that is not bytes becomes JSON."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Answer("GET", f"/v1/jobs/{JOB_ID}", status, headers or {}, content)


def confidential(body: object = b"", status: int = 200) -> Answer:
    """Make an answer to a token request."""
    return attrs.evolve(answer(body, status), path="/v1/oauth2/token", confidential=True)


# --- errors -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "code", "message"),
    [
        pytest.param(
            {"success": False, "error": {"error_message": "No.", "error_code": 890}},
            "890",
            "No.",
            id="general",
        ),
        pytest.param(
            {"success": False, "data": {"error_message": "No.", "error_code": 890}},
            "890",
            "No.",
            id="general, as the prose has it",
        ),
        pytest.param(
            {
                "job_id": JOB_ID,
                "success": False,
                "data": {"status": "failed", "error_code": "E", "error_message": "No."},
            },
            "E",
            "No.",
            id="failed job",
        ),
        pytest.param({"code": "E", "message": "No."}, "E", "No.", id="validation"),
        pytest.param({"message": "Unauthorized"}, None, "Unauthorized", id="gateway"),
        pytest.param({"errorCode": "E", "errorMessage": "No."}, "E", "No.", id="camel case"),
        pytest.param({"Message": "No."}, None, "No.", id="AWS's authorizer"),
        pytest.param({"success": False, "error": "No."}, None, "No.", id="error is a string"),
        pytest.param({"success": False, "error": ["No."]}, None, "an object", id="a list"),
        pytest.param({"success": False, "data": "No."}, None, "an object", id="data is a string"),
        pytest.param({"code": None, "message": ""}, None, "an object", id="says nothing"),
        pytest.param({"code": "", "error": {"code": 7}}, "7", "an object", id="code further in"),
        pytest.param({"code": {"a": 1}, "message": [1]}, None, "an object", id="other types"),
    ],
)
def test_code_and_message(body: object, code: str | None, message: str) -> None:
    """The code and the words of an error are found in whatever shape it has."""
    error = api_error(answer(body, 400))

    assert (APIError, "service") == (type(error), error.answered_by)
    assert (code, message) == (error.code, error.message)


@pytest.mark.parametrize(
    ("body", "code", "found"),
    [
        pytest.param({}, None, "an object", id="empty object"),
        pytest.param(b"", None, "an empty body", id="empty"),
        pytest.param(b" \r\n", None, "an empty body", id="blank"),
        pytest.param(b"\n <html>", None, "an HTML page", id="HTML"),
        pytest.param(b'{"message": "No', None, "a body that is not JSON", id="truncated"),
        pytest.param(b"\xff\xfe\xfd", None, "a body that is not JSON", id="not text"),
        pytest.param([{"message": "No."}], None, "a list", id="list"),
        pytest.param("No.", None, "a string", id="string"),
        pytest.param(7, None, "a number", id="number"),
        pytest.param(7.5, None, "a number", id="fraction"),
        pytest.param(False, None, "a boolean", id="boolean"),
        pytest.param(None, None, "null", id="null"),
        pytest.param(b"<p>Error code: 521</p>", "521", "an HTML page", id="Cloudflare page"),
    ],
)
def test_what_is_not_the_services(body: object, code: str | None, found: str) -> None:
    """A body of no documented shape is not the service's word, and the error says so."""
    error = api_error(answer(body, 400))

    assert (InvalidResponseError, "other") == (type(error), error.answered_by)
    assert (code, f"{found}, which is not the service's own answer") == (error.code, error.message)


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (200, {"success": False}, APIError),
        (400, {}, InvalidResponseError),
        (400, {"message": None}, APIError),
        (401, {"message": "Unauthorized"}, AuthenticationError),
        (401, {"x": 1}, InvalidResponseError),
        (401, {}, InvalidResponseError),
        (401, b"", InvalidResponseError),
        (401, PAGE, InvalidResponseError),
        (403, PAGE, InvalidResponseError),
        (408, b"", InvalidResponseError),
        (403, {"message": "Forbidden"}, PermissionDeniedError),
        (403, CLOUDFLARE_TEXT, BlockedError),
        (403, b"<html>Error code: 1010</html>", BlockedError),
        (403, {"error_code": 1010}, BlockedError),
        (503, CLOUDFLARE_TEXT, ServerError),
        (400, CLOUDFLARE_TEXT, APIError),
        (404, {"message": "Not Found"}, NotFoundError),
        (404, PAGE, InvalidResponseError),
        (409, {"code": "X"}, APIError),
        (429, PAGE, RateLimitError),
        (500, {}, ServerError),
        (502, PAGE, ServerError),
        (599, b"", ServerError),
    ],
)
def test_class_of_a_refusal(status: int, body: object, kind: type[APIError]) -> None:
    """The status decides the class, and Cloudflare's own code tells its 403 from Pictory's."""
    assert kind is type(api_error(answer(body, status)))


def test_a_challenge_for_credentials() -> None:
    """A 401 that says how to authenticate is one, whatever its body."""
    headers = {"www-authenticate": "Bearer"}

    assert AuthenticationError is type(api_error(answer(b"", 401, headers)))


def test_cloudflare_page_for_browsers() -> None:
    """Cloudflare's full page, which spells its code differently, is recognised as well."""
    assert BlockedError is type(api_error(answer(CLOUDFLARE_PAGE, 403)))


def test_refusal_holds_everything() -> None:
    """An error carries all that the answer says."""
    headers = {"x-amzn-requestid": "r-1", "retry-after": "7"}
    fields = [
        {"name": "scenes", "errors": "is required"},
        {"name": "videoName", "errors": ["too long", "too odd"]},
        {},
        "other",
    ]
    body = {"code": "INVALID_REQUEST_BODY", "message": "Wrong.", "fields": fields}
    error = api_error(answer(body, 400, headers))

    assert (
        "Wrong.",
        400,
        "GET",
        f"/v1/jobs/{JOB_ID}",
        "INVALID_REQUEST_BODY",
        {"scenes": "is required", "videoName": "['too long', 'too odd']"},
        "r-1",
        7.0,
    ) == error.args[:8]
    assert json.dumps(body)[:200] == error.excerpt
    assert (
        f"GET /v1/jobs/{JOB_ID} answered 400 [INVALID_REQUEST_BODY]: Wrong.; "
        "scenes: is required; videoName: ['too long', 'too odd']"
    ) == str(error)


@pytest.mark.parametrize("fields", [None, "scenes", {"name": "scenes"}, 3])
def test_fields_of_another_type(fields: object) -> None:
    """Fields that are no list are no fields."""
    assert {} == api_error(answer({"fields": fields}, 400)).fields


def test_invalid_response_shows_how_it_begins() -> None:
    """An answer that breaks the contract is an error that shows its beginning and no more."""
    error = invalid(answer(b"x" * 1000, 200, {"cf-ray": "ray"}), "expected JSON")

    assert "x" * 200 == error.excerpt
    assert "ray" == error.request_id
    assert f"GET /v1/jobs/{JOB_ID} answered 200: expected JSON; it begins '{'x' * 200}'" == str(
        error
    )


def test_confidential_answer_shows_nothing() -> None:
    """An answer that may hold a token gives errors without an excerpt."""
    for error in (
        invalid(confidential(b'"tok-secret"'), "no"),
        api_error(confidential(b"tok-secret", 500)),
    ):
        assert "" == error.excerpt
        assert "tok-secret" not in repr(error) + str(error)


def test_repr_of_an_answer() -> None:
    """The repr of an answer shows neither its headers nor its body."""
    shown = repr(answer(b"tok-secret", 200, {"set-cookie": "tok-secret"}))

    assert "tok-secret" not in shown


# --- bodies -------------------------------------------------------------------------------------

BAD_BODIES = [
    pytest.param(b"", "an empty body", id="empty"),
    pytest.param(PAGE, "an HTML page", id="HTML"),
    pytest.param(b'{"success": tr', "a body that is not JSON", id="truncated"),
    pytest.param(b"null", "null", id="null"),
]
BAD_OBJECTS = [
    *BAD_BODIES,
    pytest.param(b"[]", "a list", id="list"),
    pytest.param(b'"text"', "a string", id="string"),
    pytest.param(b"12", "a number", id="number"),
    pytest.param(b"true", "a boolean", id="boolean"),
]


@pytest.mark.parametrize("body", [{"a": 1}, [], "text", 0, False, ""])
def test_decode(body: object) -> None:
    """Any JSON but null is an answer, also what is false."""
    assert body == decode(answer(body))


@pytest.mark.parametrize(("body", "kind"), BAD_BODIES)
def test_decode_refuses(body: bytes, kind: str) -> None:
    """What is not JSON, or null, is an invalid response."""
    with pytest.raises(InvalidResponseError, match=kind):
        decode(answer(body))


@pytest.mark.parametrize("status", [199, 304, 302])
def test_decode_wants_success(status: int) -> None:
    """A status that is neither success nor error is an invalid response, whatever its body."""
    with pytest.raises(InvalidResponseError, match=f"answered {status}"):
        decode(answer({"a": 1}, status))


@pytest.mark.parametrize("function", [decode, decode_success, submitted_job_id])
def test_an_error_status_is_an_error(function: Any) -> None:
    """A body that looks fine does not hide an error status."""
    with pytest.raises(ServerError):
        function(answer({"success": True, "jobId": JOB_ID}, 500))


@pytest.mark.parametrize("function", [decode_success, submitted_job_id, job_state])
@pytest.mark.parametrize(("body", "kind"), BAD_OBJECTS)
def test_objects_only(function: Any, body: bytes, kind: str) -> None:
    """Where an object is expected, everything else is named in the error."""
    with pytest.raises(InvalidResponseError, match=kind):
        function(answer(body))


@pytest.mark.parametrize("function", [decode, decode_success, submitted_job_id])
@pytest.mark.parametrize("body", [DEEP, b'{"a":' * 100_000], ids=["lists", "objects"])
def test_nested_too_deeply(function: Any, body: bytes) -> None:
    """A body that is nested too deeply for the parser is an invalid response, not a crash."""
    with pytest.raises(InvalidResponseError):
        function(answer(body))


def test_a_number_without_end() -> None:
    """A number that Python refuses to read as a whole one does not hide the rest of the answer."""
    body = b'{"data": {"status": "in-progress", "renderProgress": 1%s}}' % (b"0" * 5000)

    assert "in-progress" == job_state(answer(body)).data["status"]


@pytest.mark.parametrize("function", [job_state, api_error, is_route_refused, granted_token])
def test_nested_too_deeply_where_everything_goes(function: Any) -> None:
    """No reader of an answer crashes over the depth of its body."""
    with contextlib.suppress(PictoryError):
        function(answer(DEEP, 500))


@pytest.mark.parametrize("success", [True, None, 0, "false", 1])
def test_success_is_only_refused_by_false(success: object) -> None:
    """`success` must be false itself to count as a refusal."""
    body = {"success": success, "a": 1}

    assert body == decode_success(answer(body))


@pytest.mark.parametrize(
    "body",
    [
        {"success": False, "error": {"error_message": "No.", "error_code": 890}},
        {"success": False, "data": {"error_message": "No.", "error_code": 890}},
        {"success": False, "message": "No.", "code": 890},
    ],
)
def test_success_false(body: object) -> None:
    """A 200 that says `success: false` is a refusal with its code and words."""
    with pytest.raises(APIError, match=r"answered 200 \[890\]: No\.") as caught:
        decode_success(answer(body))

    assert 200 == caught.value.status


# --- submits ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        {"success": True, "data": {"jobId": JOB_ID}},
        {"success": True, "data": {"job_id": JOB_ID}},
        {"jobId": JOB_ID},
        {"job_id": JOB_ID},
        {"jobId": JOB_ID, "success": True, "data": {"job_id": JOB_ID}},
        {"jobId": "", "data": {"job_id": JOB_ID}},
        {"jobId": JOB_ID, "data": {"jobId": None}},
        {"jobId": JOB_ID, "data": {"jobId": 5}},
        {"jobId": JOB_ID, "data": "queued"},
        {"jobId": JOB_ID, "data": {"jobId": True}},
        {"jobId": JOB_ID, "data": {"jobId": "../../v1/templates"}},
    ],
)
def test_job_id_in_four_places(body: object) -> None:
    """The id of a new job is found at any of its places."""
    assert JOB_ID == submitted_job_id(answer(body))


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"success": True},
        {"data": {}},
        {"data": [JOB_ID]},
        {"jobId": True},
        {"jobId": 1.5},
        {"jobId": None},
        {"jobId": ""},
        {"jobId": [JOB_ID]},
        {"jobId": "a/b"},
        {"jobId": ".."},
        {"id": JOB_ID},
    ],
)
def test_no_job_id(body: object) -> None:
    """Without an id that can be one, the answer is invalid."""
    with pytest.raises(InvalidResponseError, match="expected a job's id"):
        submitted_job_id(answer(body))


def test_job_id_that_is_a_number() -> None:
    """An id that is a number some day names the job, too."""
    assert "5" == submitted_job_id(answer({"data": {"jobId": 5}}))


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({"success": False, "data": {"jobId": "j-2"}}, "j-2"),
        ({"message": "No.", "job_id": "j-2"}, "j-2"),
        ({"message": "No.", "job_id": JOB_ID}, None),
        ({"message": "No."}, None),
        (PAGE, None),
    ],
)
def test_a_refusal_that_names_a_job(body: object, named: str | None) -> None:
    """A job that a refusal names is another one than the request was about."""
    assert named == job_named_in(answer(body, 400))


def test_refused_submit() -> None:
    """A submit that was refused has no id, even where there is something like one."""
    with pytest.raises(APIError) as caught:
        submitted_job_id(answer({"success": False, "jobId": JOB_ID}))

    assert APIError is type(caught.value)


# --- tokens -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lifetime", "expected"), [(3600, 3600.0), (0.5, 0.5), (1, 1.0), (10**400, 1e9)]
)
def test_granted_token(lifetime: float, expected: float) -> None:
    """A token is its value and its lifetime; the type that the service names is ignored."""
    body = {"access_token": "eyJ.x", "expires_in": lifetime, "token_type": "Bearer"}

    assert Token("eyJ.x", expected) == granted_token(confidential(body))


@pytest.mark.parametrize(
    ("given", "lifetime"),
    [
        ("3600", 3600.0),
        ("soon", math.inf),
        ("", math.inf),
        (None, math.inf),
        (0, math.inf),
        ("0", math.inf),
        (-1, math.inf),
        (True, math.inf),
        (math.nan, math.inf),
        ([3600], math.inf),
    ],
)
def test_odd_lifetimes(given: object, lifetime: float) -> None:
    """A lifetime in digits is one; what is useless means until the token is refused."""
    body = {"access_token": "eyJ.x", "expires_in": given}

    assert lifetime == granted_token(confidential(body)).lifetime
    assert math.inf == granted_token(confidential({"access_token": "eyJ.x"})).lifetime


@pytest.mark.parametrize(
    ("status", "body", "headers"),
    [
        (403, b"error code: 1020", {}),
        (409, b"<p>Error code: 1001</p>", {"cf-ray": "8a-FRA"}),
        (409, b"<p>Error code: 1001</p>", {"server": "cloudflare"}),
        (403, b"<html><title>Attention Required! | Cloudflare</title>", {}),
        (403, b"<html>Sorry, you have been blocked</html>", {}),
        (403, b"<html><script>window._cf_chl_opt={}</script>", {}),
        (403, b"<html>Just a moment...</html>", {"cf-mitigated": "challenge"}),
    ],
)
def test_the_guard(status: int, body: bytes, headers: dict[str, str]) -> None:
    """What Cloudflare blocks surely never reached the service."""
    assert "guard" == who_answered(answer(body, status, headers))


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (400, b"<p>SQL error code: 1064</p>"),
        (502, b"error code: 502"),
        (522, b"error code: 522"),
        (403, b"error code: 403"),
        (503, b"x"),
    ],
)
def test_what_cloudflare_passes_on(status: int, body: bytes) -> None:
    """An error from behind Cloudflare is none of its own: the service may have been reached."""
    assert "other" == who_answered(answer(body, status))


def test_repr_of_a_token() -> None:
    """The repr of a token shows its lifetime only."""
    assert "Token(lifetime=inf)" == repr(Token("eyJ.x"))
    assert math.inf == Token("eyJ.x").lifetime


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"expires_in": 3600},
        {"access_token": None, "expires_in": 3600},
        {"access_token": "", "expires_in": 3600},
        {"access_token": "eyJ.x\r\nHost: evil", "expires_in": 3600},
        {"access_token": "eyJ x", "expires_in": 3600},
        {"access_token": "eyJ\u00e9", "expires_in": 3600},
        {"access_token": ["eyJ.x"], "expires_in": 3600},
        {"data": {"access_token": "eyJ.x", "expires_in": 3600}},
        ["eyJ.x"],
        "eyJ.x",
        PAGE,
        b"",
        b'{"access_token": "eyJ.x", "expi',
    ],
)
def test_no_token(body: object) -> None:
    """An answer without a usable token is invalid, and the error does not show what it holds."""
    with pytest.raises(InvalidResponseError) as caught:
        granted_token(confidential(body))

    assert "eyJ" not in repr(caught.value) + str(caught.value) + repr(caught.value.args)


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (200, {"success": False}, APIError),
        (400, {"message": "Invalid request body"}, APIError),
        (401, {"access_token": "eyJ.x", "expires_in": 3600}, InvalidResponseError),
        (401, {"message": "Unauthorized"}, AuthenticationError),
        (403, CLOUDFLARE_TEXT, BlockedError),
        (429, b"", RateLimitError),
        (500, PAGE, ServerError),
        (302, {"access_token": "eyJ.x", "expires_in": 3600}, InvalidResponseError),
    ],
)
def test_refused_token(status: int, body: object, kind: type[APIError]) -> None:
    """A refusal of the token request is the error of its status."""
    with pytest.raises(APIError) as caught:
        granted_token(confidential(body, status))

    assert kind is type(caught.value)


# --- jobs ---------------------------------------------------------------------------------------


def job(data: object, **around: object) -> Answer:
    """Make an answer about a job."""
    return answer({"job_id": JOB_ID, "success": True, "data": data} | around)


@pytest.mark.parametrize("status", ["in-progress", "In-Progress", " IN-PROGRESS\n", "pending"])
def test_running(status: str) -> None:
    """The documented words for a job at work are known, whatever their case and space around."""
    data = {"status": status, "renderProgress": 40}

    assert Running(data, status.strip().lower(), known=True) == job_state(job(data))


@pytest.mark.parametrize("status", ["in-progress", "pending"])
def test_running_with_a_result(status: str) -> None:
    """A job that says it runs does, whatever is there already."""
    data = {"status": status, "previewUrl": "https://example.com/p"}

    assert Running(data, status, known=True) == job_state(job(data))


@pytest.mark.parametrize(
    ("data", "status"),
    [
        ({"status": "Queued"}, "queued"),
        ({"status": "cancelled"}, "cancelled"),
        ({"status": ""}, ""),
        ({"status": "in progress"}, "in progress"),
        ({"status": 7}, None),
        ({"status": None}, None),
        ({"note": "on its way"}, None),
        ({"status": "Success"}, "success"),
        ({"status": " done "}, "done"),
        ({"status": "success", "videoURL": None, "url": ""}, "success"),
        ({"videoURL": None}, None),
        ({"renderParams": None, "previewUrl": ""}, None),
    ],
)
def test_unknown_status_is_running(data: dict[str, object], status: str | None) -> None:
    """A state that nobody has met is taken for running without a result, and marked as unknown."""
    assert Running(data, status, known=False) == job_state(job(data))


@pytest.mark.parametrize("data", [{}, None, [], "text"])
def test_a_job_without_data(data: object) -> None:
    """Without `data`, the whole answer is what there is to see."""
    state = job_state(job(data))

    assert isinstance(state, Running)
    assert (None, False) == (state.status, state.known)


@pytest.mark.parametrize("status", ["success", "Done", " FINISHED ", ""])
@pytest.mark.parametrize(
    "result",
    [
        {"videoURL": "https://example.com/v.mp4"},
        {"renderParams": {"a": 1}},
        {"transcript": [{"uid": 1}]},
        {"url": "https://example.com/i.png"},
        {"thumbnailImageUrl": None, "shareVideoURL": "https://example.com/v"},
    ],
)
def test_a_result_with_an_unknown_status(status: str, result: dict[str, object]) -> None:
    """Where the result is there the job is done, whatever word it says so with."""
    data = {"status": status, **result}

    assert Completed(data, strange=status.strip().lower()) == job_state(job(data))


@pytest.mark.parametrize(
    "data",
    [
        {"status": "rendering", "videoURL": "https://example.com/v.mp4"},
        {"status": "in_progress", "url": "https://example.com/callback"},
        {"status": "Queued", "previewUrl": "https://example.com/p"},
        {"status": "transcribing", "transcript": []},
        {"status": "odd", "transcript": []},
        {"status": "odd", "renderParams": {}},
        {"status": "odd", "videoURL": " "},
        {"status": "odd", "videoURL": False},
        {"status": "odd", "videoShareURL": "https://example.com/share"},
        {"status": "odd", "renderProgress": 3, "videoURL": "https://example.com/v.mp4"},
        {"status": "odd", "progress": "99", "videoURL": "https://example.com/v.mp4"},
        {"url": "https://example.com/callback"},
    ],
)
def test_still_at_work(data: dict[str, object]) -> None:
    """A job that says that it is at work is, though it may know where its result will be."""
    state = job_state(job(data))

    assert isinstance(state, Running)
    assert not state.known


@pytest.mark.parametrize("status", ["completed", "Completed", " completed "])
def test_completed(status: str) -> None:
    """A job that says so is completed."""
    data = {"status": status, "videoURL": "https://example.com/v.mp4"}

    assert Completed(data) == job_state(job(data))


@pytest.mark.parametrize(
    "key",
    [
        "renderParams",
        "preview",
        "previewUrl",
        "videoURL",
        "shareVideoURL",
        "videoShareURL",
        "transcript",
        "editVideoUrl",
    ],
)
@pytest.mark.parametrize("extra", [{}, {"status": None}, {"status": 3}])
def test_a_result_without_status_is_completed(key: str, extra: dict[str, object]) -> None:
    """A completed v1 storyboard has no status at all: its result is the sign."""
    data: dict[str, object] = {key: "https://example.com/x", **extra}

    assert Completed(data) == job_state(job(data))


def test_a_job_without_envelope() -> None:
    """The data of a job may also be the whole answer."""
    body = {"status": "completed", "videoURL": "https://example.com/v.mp4"}

    assert Completed(body) == job_state(answer(body))
    # Something that is called `data` and is not about the job changes nothing.
    more = {**body, "data": {"region": "eu"}}
    assert Completed(more) == job_state(answer(more))


def test_a_job_with_more_around() -> None:
    """What the service adds beside the data says nothing of the job."""
    data = {"status": "in-progress"}

    assert Running(data, "in-progress", known=True) == job_state(
        job(data, status="ok", url="https://example.com", code=0)
    )


@pytest.mark.parametrize(
    ("data", "success"),
    [
        ({"status": "failed"}, False),
        ({"status": "Failed"}, True),
        ({"status": "failed"}, None),
        ({"status": "completed"}, False),
        ({"job_id": "j"}, False),
        ({"status": "strange"}, False),
        ({"error_code": "E", "error_message": "No."}, False),
    ],
)
def test_failed(data: dict[str, Any], success: object) -> None:
    """A job has failed by its status or by `success: false`, with or without a reason."""
    state = job_state(job(data, success=success))

    assert Failed(data, data.get("error_code"), data.get("error_message")) == state


def test_failed_beside_other_words() -> None:
    """The reason of a failed job is its own, not what is said of the request."""
    data = {"status": "failed", "error_code": "E", "error_message": "No."}
    around = {"code": "OK", "message": "Request processed"}

    assert Failed(data, "E", "No.") == job_state(job(data, **around))
    assert Failed({"status": "failed"}, "OK", "Request processed") == job_state(
        job({"status": "failed"}, **around)
    )


REASON = {"error_code": "TEXT_TO_VIDEO_FAILED", "error_message": "No."}


@pytest.mark.parametrize("status", [400, 404, 409, 422, 500, 502, 503])
@pytest.mark.parametrize(
    "body",
    [
        {"job_id": JOB_ID, "success": False, "data": {"status": "failed", **REASON}},
        {"data": {"status": " Failed ", **REASON}, "message": "Internal Server Error"},
        {"success": False, "data": REASON},
        {"job_id": JOB_ID, "success": False, "data": REASON},
    ],
)
def test_failed_with_the_status_of_an_error(body: dict[str, Any], status: int) -> None:
    """What is said of the job counts, and not the status with which it is said."""
    assert Failed(body["data"], *REASON.values()) == job_state(answer(body, status))
    assert not is_route_refused(answer(body, status))


@pytest.mark.parametrize("status", [400, 500])
@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"data": {"status": "cleaned"}}, Cleaned({"status": "cleaned"})),
        (
            {"data": {"status": "completed", "url": "u"}},
            Completed({"status": "completed", "url": "u"}),
        ),
        (
            {"data": {"status": "in-progress"}},
            Running({"status": "in-progress"}, "in-progress", known=True),
        ),
    ],
)
def test_a_job_with_the_status_of_an_error(body: object, expected: object, status: int) -> None:
    """So does every other state of a job."""
    assert expected == job_state(answer(body, status))


@pytest.mark.parametrize(
    "body",
    [
        {"success": False, "message": "Too many requests"},
        {"success": False, "error": {"error_message": "Internal error", "error_code": 1}},
        {"success": False, "data": "odd"},
    ],
)
def test_a_refusal_with_the_status_of_a_success(body: object) -> None:
    """Without a word about the job, a refusal says nothing of it, whatever its status."""
    with pytest.raises(APIError) as caught:
        job_state(answer(body))

    assert is_missed_look(caught.value)


@pytest.mark.parametrize("status", [400, 404, 500, 503])
@pytest.mark.parametrize(
    "body",
    [
        {"job_id": JOB_ID, "success": False, "error": "Broken."},
        {"success": False, "data": {"error_message": "upstream timeout"}},
        {"success": False, "error": {"error_message": "No.", "error_code": 890}},
        {"message": "Internal Server Error"},
        {"code": "INVALID_REQUEST", "message": "No.", "fields": []},
        {"success": False},
        {"success": False, "data": {"error_code": None, "error_message": ""}},
        {"success": False, "job_id": None, "data": {}},
        {"success": False, "data": {"status": "error"}},
        {"status": "failed", "message": "No."},
        {"success": "false", "job_id": JOB_ID},
        {"data": {"status": "pending"}},
        {"data": {"status": ["failed"]}},
        {"data": REASON},
        PAGE,
        b"",
    ],
)
def test_a_refusal_with_the_status_of_an_error(body: object, status: int) -> None:
    """What is not about the job stays a refusal of the request."""
    with pytest.raises(APIError):
        job_state(answer(body, status))


@pytest.mark.parametrize("status", [401, 403, 429])
def test_never_about_the_job(status: int) -> None:
    """Credentials and pace are about the request, whatever else is in the body."""
    body = {"job_id": JOB_ID, "success": False, "data": {"status": "failed", **REASON}}

    with pytest.raises(APIError):
        job_state(answer(body, status))


def test_failed_at_the_top_level() -> None:
    """The general shape of an error on a 200, beside a job's id, gives it its code and words."""
    error = {"error_message": "No.", "error_code": 890}
    body = {"job_id": JOB_ID, "success": False, "error": error}

    assert Failed(body, "890", "No.") == job_state(answer(body))


def test_in_progress_wins_over_success_false() -> None:
    """A job that says it is in progress is (api/v1.md, 3.3: that is the first rule)."""
    data = {"status": "in-progress"}

    assert Running(data, "in-progress", known=True) == job_state(job(data, success=False))


@pytest.mark.parametrize("status", ["cleaned", "Cleaned"])
@pytest.mark.parametrize("success", [True, False])
def test_cleaned(status: str, *, success: bool) -> None:
    """A job whose result was deleted says so, and is not a failed one."""
    data = {"status": status}

    assert Cleaned(data) == job_state(job(data, success=success))


NOT_FOUND = {"error_code": "5000", "error_message": "JOB_NOT_FOUND"}


@pytest.mark.parametrize("status", [200, 400, 403, 404, 500])
@pytest.mark.parametrize(
    "body",
    [
        pytest.param({"job_id": JOB_ID, "success": False, "data": NOT_FOUND}, id="in data"),
        pytest.param({"success": False, "error": NOT_FOUND}, id="in error"),
        pytest.param({"success": False, **NOT_FOUND}, id="bare"),
        pytest.param({"code": "5000", "message": "JOB_NOT_FOUND"}, id="validation's shape"),
        pytest.param({"error_code": 5000, "error_message": "JOB_NOT_FOUND"}, id="a number"),
        pytest.param({"success": False, "data": {**NOT_FOUND, "status": "failed"}}, id="failed"),
    ],
)
def test_missing(body: dict[str, Any], status: int) -> None:
    """An unknown job is recognised at any status and in any envelope."""
    state = job_state(answer(body, status))

    assert Missing(body.get("data", body), "5000", "JOB_NOT_FOUND") == state


@pytest.mark.parametrize(
    "body", [{"code": "JOB_NOT_FOUND"}, {"success": False, "error": "JOB_NOT_FOUND"}]
)
def test_missing_by_the_word_alone(body: dict[str, object]) -> None:
    """The word is enough, as the code or as the message."""
    assert isinstance(job_state(answer(body, 404)), Missing)


def test_missing_beside_other_words() -> None:
    """The reason is that of the job, not what is said of the request."""
    body = {"code": "OK", "message": "Request processed", "data": NOT_FOUND}

    assert Missing(NOT_FOUND, "5000", "JOB_NOT_FOUND") == job_state(answer(body))


@pytest.mark.parametrize("place", ["data", "error"])
def test_missing_below_other_words(place: str) -> None:
    """The word is found beside a gateway's words in the outer object."""
    body = {"message": "Not Found", "success": False, place: NOT_FOUND}

    assert isinstance(job_state(answer(body, 404)), Missing)


@pytest.mark.parametrize(
    ("status", "kind"),
    [(401, AuthenticationError), (403, PermissionDeniedError), (429, RateLimitError)],
)
def test_a_look_that_is_refused(status: int, kind: type[APIError]) -> None:
    """An answer that is not about the job is an error, even if it has a status field."""
    with pytest.raises(kind):
        job_state(answer({"message": "No.", "data": {"status": "failed"}}, status))


@pytest.mark.parametrize("status", [200, 302, 304])
def test_a_page_is_not_a_job(status: int) -> None:
    """A page that holds Cloudflare's words, or a redirect, says nothing about the job."""
    with pytest.raises(InvalidResponseError):
        job_state(answer(b"<html>error code: 521</html>", status))


@pytest.mark.parametrize("status", [301, 302, 307])
def test_a_redirect_is_not_a_job(status: int) -> None:
    """A redirect with a JSON body is not an answer about a job."""
    with pytest.raises(InvalidResponseError):
        job_state(answer({"message": "Moved"}, status))


WORDS = "data status success error message code jobId fields x error_code job_id url videoURL"
JSONISH = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(WORDS.split()), inner, max_size=4)
    ),
    max_leaves=9,
)


@given(
    st.one_of(st.binary(max_size=50), JSONISH.map(lambda value: json.dumps(value).encode())),
    st.integers(100, 599),
    st.dictionaries(st.sampled_from(["retry-after", "date"]), st.text(max_size=40)),
)
def test_nothing_but_our_errors(body: bytes, status: int, headers: dict[str, str]) -> None:
    """Whatever the service answers, reading it gives a value or one of our errors."""
    given_answer = Answer("GET", "/", status, headers, body)
    for function in (decode_success, submitted_job_id, job_state, granted_token):
        with contextlib.suppress(APIError):
            function(given_answer)
    assert str(api_error(given_answer))
    assert is_route_refused(given_answer) in {True, False}


# --- routes, paths and headers ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (404, {"message": "Not Found"}, True),
        (404, PAGE, True),
        (404, b"", True),
        (404, {"success": False, "data": NOT_FOUND}, False),
        (404, {"code": "JOB_NOT_FOUND"}, False),
        (403, {"message": "Missing Authentication Token"}, True),
        (403, {"message": "Forbidden"}, False),
        (403, CLOUDFLARE_TEXT, False),
        (401, {"message": "Missing Authentication Token"}, False),
        (200, {"message": "Not Found"}, False),
        (500, {"message": "Not Found"}, False),
    ],
)
def test_route_refusal(status: int, body: object, *, expected: bool) -> None:
    """A refused path is told from a refused job."""
    assert expected == is_route_refused(answer(body, status))


@pytest.mark.parametrize(
    "message",
    [
        "'eyJ.x' not a valid key=value pair (missing equal-sign) in Authorization header: 'eyJ.x'.",
        "Invalid key=value pair (missing equal-sign) in Authorization header (hashed): 'Zm94'.",
        "Authorization header requires 'Credential' parameter. Authorization=eyJ.x",
    ],
)
def test_route_refusal_with_an_authorization_header(message: str) -> None:
    """AWS's gateway takes the token on a path that it does not have for a broken signature."""
    assert is_route_refused(answer({"message": message}, 403))


@pytest.mark.parametrize("value", [JOB_ID, "a", "0", "_", "~a", "-", "a.b", "a..b", "x" * 500])
def test_path_segment(value: str) -> None:
    """An id goes into a path as it is."""
    assert value == path_segment(value, "job_id")


@pytest.mark.parametrize(
    "value",
    [
        "",
        " ",
        ".",
        "..",
        ".a",
        "a/b",
        "/",
        "..\\a",
        "%2e%2e",
        "a%2Fb",
        "a?b=c",
        "a#b",
        "a\n",
        "\na",
        "a\r\nHost: x",
        "a b",
        "\u00e9",
        "\uff0e\uff0e",
        "\u0661",
        "a\x00",
        "a;b",
        "a@b",
        "x" * 500 + "/",
    ],
)
def test_path_segment_refuses(value: str) -> None:
    """What could lead to another path is refused, and shown in part."""
    with pytest.raises(InvalidRequestError) as caught:
        path_segment(value, "job_id")

    assert ("job_id", "an id, such as a UUID", repr(value[:80])) == caught.value.args


DATE = "Wed, 21 Oct 2015 07:28:00 GMT"
LATER = "Wed, 21 Oct 2015 07:28:30 GMT"


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, None),
        ({"retry-after": "0"}, 0.0),
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": " 7 "}, 7.0),
        ({"retry-after": "1.5"}, 1.5),
        ({"retry-after": LATER, "date": DATE}, 30.0),
        ({"retry-after": DATE, "date": LATER}, 0.0),
        ({"retry-after": LATER}, None),
        ({"retry-after": LATER, "date": "today"}, None),
        ({"retry-after": LATER, "date": "Wed, 21 Oct 2015 07:28:00 -0000"}, None),
        ({"retry-after": "7", "date": DATE}, 7.0),
        ({"retry-after": "-7"}, None),
        ({"retry-after": ""}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "7s"}, None),
        ({"retry-after": "1e3"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "7, 8"}, None),
        ({"retry-after": ".5"}, None),
        ({"retry-after": "99999999 GMT", "date": DATE}, None),
        ({"retry-after": "Wed, 21 Oct 2015 07:28:30 +99999999999999999", "date": DATE}, None),
        ({"retry-after": "Wed, 21 Oct 99999 07:28:30 GMT", "date": DATE}, None),
    ],
)
def test_retry_after(headers: dict[str, str], expected: float | None) -> None:
    """Both forms of the header are read, and everything else is as if there was none."""
    assert expected == retry_after(headers)


def test_retry_after_is_finite() -> None:
    """Digits without end are a time that nobody can wait."""
    assert 1e9 == retry_after({"retry-after": "9" * 400})


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, None),
        ({"cf-ray": "c"}, "c"),
        ({"cf-ray": "c", "x-request-id": "x"}, "x"),
        ({"cf-ray": "c", "x-request-id": "x", "x-amz-apigw-id": "g"}, "g"),
        ({"cf-ray": "c", "x-amz-apigw-id": "g", "x-amzn-requestid": "a"}, "a"),
    ],
)
def test_request_id(headers: dict[str, str], expected: str | None) -> None:
    """The id that support can use best is taken."""
    assert expected == request_id(headers)


def test_headers_in_any_case() -> None:
    """The headers of httpx are found whatever case they came in."""
    headers = httpx.Headers({"X-Amzn-RequestId": "a", "Retry-After": "2"})

    assert ("a", 2.0) == (request_id(headers), retry_after(headers))
