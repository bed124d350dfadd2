"""What an error shows of a storage's refusal: its words, and nothing of the signed link."""

from __future__ import annotations

import json

import httpx
import pytest

from pictory_async._transport.refusals import refusal


SIGNATURE = "aB3%2Fx9QwErTy0123"
URL = httpx.URL(f"https://files.example/x?X-Amz-Signature={SIGNATURE}&X-Amz-Expires=60&flag&e=")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("No  such\r\nbucket\x00", "No such bucket"),
        ('{"error": "expired"}', '{"error": "expired"}'),
        ("<html><body>Forbidden</body></html>", ""),
        ("<Error><Code>AccessDenied</Code></Error>", "AccessDenied"),
        ("<Error><Message>No &lt;access&gt;.</Message></Error>", "No <access>."),
        (
            "\ufeff<?xml version='1.0'?>\n<Error><Code>A</Code><Message>b\nc</Message></Error>",
            "A: b c",
        ),
        ("<Error><Code>A</Code><StringToSign>b</StringToSign></Error>", "A"),
        ("x" * 500, "x" * 200 + "..."),
        ("it takes 600 s", "it takes 600 s"),
    ],
)
def test_shown(text: str, expected: str) -> None:
    """The code and the message of an XML document, the text of others, in one short line."""
    assert expected == refusal(text, URL)


@pytest.mark.parametrize(
    "quoted",
    [SIGNATURE, "aB3/x9QwErTy0123", "QwErTy", "QWERTY0", "60", "flag"],
    ids=["raw", "decoded", "a piece", "in capitals", "a short value", "no value"],
)
def test_hidden(quoted: str) -> None:
    """A text that has anything of the link's query in it is not shown."""
    assert "" == refusal(f"bad: {quoted}.", URL)
    assert "" == refusal(json.dumps({"error": f"bad {quoted}"}), URL)
    document = f"<Error><Code>Bad</Code><Message>bad: {quoted}.</Message></Error>"
    assert "Bad" == refusal(document, URL)


def test_no_query() -> None:
    """A link without a query has nothing to hide."""
    assert "No." == refusal("No.", httpx.URL("https://files.example/x"))
