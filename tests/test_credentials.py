"""Credentials come as values or from the environment, and show nothing that they need not."""

from __future__ import annotations

import pickle
import traceback
from functools import partial
from typing import Any, cast

import pytest

from pictory_async import ApiKey, ClientCredentials, ConfigurationError, Pictory, Timeouts
from pictory_async._credentials import (
    DEFAULT_BASE_URL,
    Credentials,
    base_url_from_environment,
    credentials_from_environment,
)
from tests.helpers import folder_of


pytestmark = pytest.mark.anyio

NAMES = (
    "PICTORY_API_KEY",
    "PICTORY_CLIENT_ID",
    "PICTORY_CLIENT_SECRET",
    "PICTORY_USER_ID",
    "PICTORY_API_BASE_URL",
)
KEY, ID, SECRET, USER, URL = NAMES
BROKEN = ["", " ", "two words", "hunter2\n", "\thunter2", "hunt\u00e9r2", "hunter2\x00"]


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Begin without any of the variables."""
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)


def set_all(monkeypatch: pytest.MonkeyPatch, values: dict[str, str]) -> None:
    """Set environment variables for a test."""
    for name, value in values.items():
        monkeypatch.setenv(name, value)


# --- values -------------------------------------------------------------------------------------


VALUES = [
    (partial(ClientCredentials, client_secret="s"), "client_id"),
    (partial(ClientCredentials, "i"), "client_secret"),
    (partial(ClientCredentials, "i", "s"), "user_id"),
    (ApiKey, "key"),
    (partial(ApiKey, "k"), "user_id"),
]


@pytest.mark.parametrize("broken", BROKEN)
@pytest.mark.parametrize(("make", "name"), VALUES)
def test_a_broken_value_names_its_argument(make: Any, name: str, broken: str) -> None:
    """A value that cannot stand in a header is refused by name, and not shown."""
    with pytest.raises(ConfigurationError, match=f"^{name}: expected one word") as caught:
        make(**{name: broken})

    assert "hunt" not in "".join(traceback.format_exception_only(caught.value))


PASTED = [
    ('"hunter2"', "quotes around it: leave them out"),
    ("'hunter2'", "quotes"),
    ("`hunter2`", "quotes"),
    ('hunter2"', "quotes"),
    ("\u201chunter2\u201d", "quotes"),
    (' "hunter2"\n', "quotes"),
    ("hunter2\n", "blanks or line ends around it: leave them out"),
    ("\r\nhunter2", "blanks"),
    (" hunter2 ", "blanks"),
    ("hunter2\u00a0", "blanks"),
    ("Bearer hunter2", "spaces or other characters"),
]


@pytest.mark.parametrize(("pasted", "found"), PASTED)
@pytest.mark.parametrize(("make", "name"), VALUES)
def test_a_pasted_value(make: Any, name: str, pasted: str, found: str) -> None:
    """What was pasted with quotes or blanks around it is told so, and not shown."""
    with pytest.raises(ConfigurationError, match=f"^{name}: .*, found {found}") as caught:
        make(**{name: pasted})

    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(("pasted", "found"), PASTED)
@pytest.mark.parametrize("name", [KEY, ID, SECRET, USER])
def test_a_pasted_variable(
    monkeypatch: pytest.MonkeyPatch, name: str, pasted: str, found: str
) -> None:
    """The same is said of what the environment holds."""
    others = {KEY: "k"} if name in {KEY, USER} else {ID: "i", SECRET: "s"}
    set_all(monkeypatch, others | {name: pasted})
    with pytest.raises(ConfigurationError, match=f"^{name}: .*, found {found}") as caught:
        Pictory()

    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(("value", "found"), [(None, "NoneType"), (7, "int"), (b"x", "bytes")])
def test_a_value_of_another_type(value: object, found: str) -> None:
    """A value that is no string is refused by its type."""
    with pytest.raises(ConfigurationError, match=f"^client_secret: .*found {found}$"):
        ClientCredentials("i", cast("str", value))


def test_a_user_id_is_optional() -> None:
    """Without a user id there is none."""
    assert ClientCredentials("i", "s").user_id is None
    assert ApiKey("k").user_id is None


@pytest.mark.parametrize(
    "credentials", [ClientCredentials("id", "hunter2"), ApiKey("hunter2", user_id="u")]
)
def test_repr(credentials: Credentials) -> None:
    """Neither repr nor str nor format shows the secret."""
    assert "hunter2" not in f"{credentials!r} {credentials!s} {credentials}"


def test_repr_shows_who() -> None:
    """The repr shows which client it is."""
    assert "ClientCredentials(client_id='id', user_id='u')" == repr(
        ClientCredentials("id", "hunter2", user_id="u")
    )
    assert "ApiKey(user_id=None)" == repr(ApiKey("hunter2"))


def test_the_error_of_a_broken_value_has_no_secret_in_its_pickle() -> None:
    """A refused value does not travel with its error."""
    with pytest.raises(ConfigurationError) as caught:
        ApiKey("hunter2 ")

    assert b"hunter2" not in pickle.dumps(caught.value)


@pytest.mark.parametrize("wrong", ["pictai_hunter2", ("id", "hunter2"), {"key": "hunter2"}])
async def test_credentials_of_another_type(wrong: object) -> None:
    """A bare key, the likeliest mistake, is refused with a hint and without being shown."""
    with pytest.raises(ConfigurationError, match="ApiKey") as caught:
        Pictory(cast("ApiKey", wrong))

    assert "hunter2" not in repr(caught.value)


# --- the environment ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({KEY: "k"}, ApiKey("k")),
        ({KEY: "k", USER: "u"}, ApiKey("k", user_id="u")),
        ({ID: "i", SECRET: "s"}, ClientCredentials("i", "s")),
        ({ID: "i", SECRET: "s", USER: "u"}, ClientCredentials("i", "s", user_id="u")),
    ],
)
def test_environment(
    monkeypatch: pytest.MonkeyPatch, values: dict[str, str], expected: Credentials
) -> None:
    """Either kind of credentials can be set in the environment, with or without a user id."""
    set_all(monkeypatch, values)

    assert expected == credentials_from_environment()


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({}, f"no credentials: set {KEY}, or {ID} and {SECRET}, or pass"),
        ({USER: "u"}, "no credentials"),
        ({ID: "i"}, f"{SECRET} is not set, and {ID} is"),
        ({SECRET: "hunter2"}, f"{ID} is not set, and {SECRET} is"),
        ({KEY: "k", ID: "i"}, f"{KEY} and {ID} are set"),
        ({KEY: "k", SECRET: "hunter2"}, f"{KEY} and {SECRET} are set"),
        ({KEY: "k", ID: "i", SECRET: "s"}, f"{KEY} and {ID} and {SECRET} are set"),
    ],
)
def test_environment_that_does_not_add_up(
    monkeypatch: pytest.MonkeyPatch, values: dict[str, str], message: str
) -> None:
    """What is missing, or too much, is named."""
    set_all(monkeypatch, values)
    with pytest.raises(ConfigurationError) as caught:
        credentials_from_environment()

    assert str(caught.value).startswith(message)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("broken", [b for b in BROKEN if "\x00" not in b])
@pytest.mark.parametrize("name", [KEY, ID, SECRET, USER])
def test_a_broken_variable_is_named(
    monkeypatch: pytest.MonkeyPatch, name: str, broken: str
) -> None:
    """A variable that is set to nothing, or to what cannot stand in a header, is named."""
    others = {KEY: "k"} if name in {KEY, USER} else {ID: "i", SECRET: "s"}
    set_all(monkeypatch, others | {name: broken})
    with pytest.raises(ConfigurationError, match=f"^{name}: expected one word") as caught:
        credentials_from_environment()

    assert "hunt" not in str(caught.value)
    frames = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    package = folder_of("pictory_async")
    ours = [frame.locals for frame in frames.stack if frame.filename.startswith(package)]
    assert ours
    assert "hunt" not in repr(ours)


def test_base_url(monkeypatch: pytest.MonkeyPatch) -> None:
    """The base URL is the service's own unless the environment says otherwise."""
    assert DEFAULT_BASE_URL == base_url_from_environment()
    monkeypatch.setenv(URL, "http://localhost:1/x")
    assert "http://localhost:1/x" == base_url_from_environment()


@pytest.mark.parametrize("value", ["", "  "])
def test_empty_base_url(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    """A base URL that is set to nothing is refused rather than taken for the service's."""
    monkeypatch.setenv(URL, value)
    with pytest.raises(ConfigurationError, match=f"^{URL}: expected a URL, found nothing"):
        base_url_from_environment()


# --- the client's settings ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "name"),
    [
        ({"base_url": ""}, "base_url"),
        ({"base_url": "api.pictory.ai"}, "base_url"),
        ({"base_url": "ftp://api.pictory.ai"}, "base_url"),
        ({"base_url": "https://"}, "base_url"),
        ({"base_url": "https://api.pictory.ai:x"}, "base_url"),
        ({"base_url": "https://api.pictory.ai/x\n"}, "base_url"),
        ({"base_url": 7}, "base_url"),
        ({"base_url": "https://user:hunter2@api.pictory.ai"}, "base_url"),
        ({"base_url": "ftp://user:hunter2@api.pictory.ai"}, "base_url"),
        ({"base_url": "https://api.pictory.ai/?key=hunter2"}, "base_url"),
        ({"base_url": "https://api.pictory.ai/#x"}, "base_url"),
        ({"base_url": "https://api.pictory.ai/x?"}, "base_url"),
        ({"base_url": "https://api.pictory.ai/x#"}, "base_url"),
        ({"slots": 0}, "slots"),
        ({"slots": -1}, "slots"),
        ({"proxy": "hunter2"}, "proxy"),
        ({"proxy": "ftp://user:hunter2@proxy"}, "proxy"),
        ({"proxy": ""}, "proxy"),
        ({"scheme": "Bearer\n"}, "scheme"),
        ({"scheme": " Bearer"}, "scheme"),
        ({"scheme": "B\u00e9arer"}, "scheme"),
    ],
)
async def test_a_bad_setting_names_its_argument(settings: dict[str, Any], name: str) -> None:
    """A setting that cannot be right is refused by name when the client is made."""
    with pytest.raises(ConfigurationError, match=f"^{name}: expected") as caught:
        Pictory(ApiKey("pictai_k"), **settings)

    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("value", ["localhost", "ftp://localhost"])
async def test_a_bad_base_url_in_the_environment(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    """A base URL of the environment is named by its variable."""
    monkeypatch.setenv(URL, value)
    with pytest.raises(ConfigurationError, match=f"^{URL}: expected"):
        Pictory(ApiKey("pictai_k"))


async def test_no_credentials() -> None:
    """A client without credentials is refused, with all the ways to give some."""
    with pytest.raises(ConfigurationError, match="no credentials"):
        Pictory()


async def test_the_client_shows_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing that hangs on a client shows the credentials in its repr."""
    monkeypatch.setenv(KEY, "pictai_hunter2")
    async with Pictory(timeouts=Timeouts(connect=1)) as pictory:
        shown = repr([pictory, vars(pictory)])

    assert "hunter2" not in shown


@pytest.mark.parametrize("secret", [ApiKey("pictai_x"), ClientCredentials("id", "secret")])
def test_no_pickle(secret: object) -> None:
    """Credentials are not pickled: a pickle is a file that nobody protects."""
    with pytest.raises(TypeError, match="not pickled"):
        pickle.dumps(secret)
