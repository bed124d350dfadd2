"""What arrives, told by its first bytes and its content type."""

from __future__ import annotations

import pytest

from pictory_async._transport.sniffing import Content, content_by_name, found_instead


MEDIA, TEXT = Content.MEDIA, Content.TEXT
DENIED = b'<?xml version="1.0"?>\n<Error><Code>AccessDenied</Code><Message>No.</Message></Error>'
FILMS = [
    b"\x00\x00\x00\x20ftypisom\x00\x00",
    b"\x00\x00\x00\x08wide",
    b"\x1aE\xdf\xa3\x01\x00",
    b"RIFF\x24\x00\x00\x00WAVE",
    b"ID3\x04\x00",
    b"\xff\xfb\x90\x64",
    b"\xff\xf1\x50\x80",
    b"OggS\x00",
    b"fLaC\x00",
    b"FLV\x01",
    b"\x89PNG\r\n\x1a\n",
    b"\xff\xd8\xff\xe0",
    b"GIF89a",
]


@pytest.mark.parametrize("head", FILMS, ids=repr)
@pytest.mark.parametrize("content_type", ["", "video/mp4", "text/html", "application/xml"])
@pytest.mark.parametrize("wanted", Content)
def test_known_media(wanted: Content, content_type: str, head: bytes) -> None:
    """The first bytes of a known medium are believed, whatever the content type says."""
    assert found_instead(wanted, content_type, head) is None


@pytest.mark.parametrize(
    "head", [b"\x00\x01\x02\x03", b"\xff\xfe<\x00", b"\xff", b"...", b"\0\0\0<uuid"]
)
@pytest.mark.parametrize("content_type", ["", "application/octet-stream", "video/mp4"])
def test_unknown_bytes(content_type: str, head: bytes) -> None:
    """Bytes that nobody knows may be a medium that nobody knows; but a text is none."""
    assert found_instead(MEDIA, content_type, head) is None
    assert "a text" == found_instead(MEDIA, "text/plain; charset=utf-8", head)


@pytest.mark.parametrize(
    ("content_type", "head", "found"),
    [
        ("text/html; charset=utf-8", b"Please log in.", "an HTML page"),
        ("TEXT/HTML", b"\x00\x01", "an HTML page"),
        ("application/xhtml+xml", b"<?xml version='1.0'?><html>", "an HTML page"),
        ("video/mp4", b"\xef\xbb\xbf \n<!DOCTYPE html><p>", "an HTML page"),
        ("", b"<HTML>", "an HTML page"),
        ("application/xml", DENIED, "an XML document: AccessDenied"),
        ("video/mp4", DENIED, "an XML document: AccessDenied"),
        ("text/xml", b"gone", "an XML document"),
        ("", b"<Error>", "an XML document"),
        ("application/json", b"null", "JSON"),
        ("application/problem+json", b'{"title": "No."}', "JSON"),
        ("", b' {"success": false}', "JSON"),
        ("", b'{"page": "<html>"}', "JSON"),
    ],
)
@pytest.mark.parametrize("wanted", Content)
def test_documents(wanted: Content, content_type: str, head: bytes, found: str) -> None:
    """A page and a document are neither a medium nor a text, and are named."""
    assert found == found_instead(wanted, content_type, head)


def test_nothing() -> None:
    """Nothing at all is no medium; a film in which nobody speaks has empty subtitles."""
    assert "nothing" == found_instead(MEDIA, "video/mp4", b"")
    assert found_instead(TEXT, "text/plain", b"") is None


@pytest.mark.parametrize(
    ("head", "found"),
    [
        (b"1\n00:00:00,000 --> 00:00:02,000\n<i>Tea</i>\n", "a text"),
        (b"<i>Tea</i> is a leaf.", "an XML document"),
        (b"{Name} drinks tea.", "JSON"),
        (b"[Music]", "JSON"),
        (b"WEBVTT\n\n", "a text"),
    ],
)
def test_texts_may_begin_as_they_like(head: bytes, found: str | None) -> None:
    """A text may begin with a tag or a bracket, which a medium may not."""
    assert found == found_instead(MEDIA, "text/plain", head)
    assert found_instead(TEXT, "text/plain", head) is None


@pytest.mark.parametrize("head", [b"{}", b'{ "success": false}', b"<?xml ?>", b"<error/>"])
def test_documents_in_the_place_of_a_text(head: bytes) -> None:
    """What no text begins with is a document, whatever the content type says."""
    assert found_instead(TEXT, "text/plain", head) is not None


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.mp4", MEDIA),
        ("a.b.MOV", MEDIA),
        ("a.webm", MEDIA),
        ("a.mp3", MEDIA),
        ("a.wav", MEDIA),
        ("a.m4a", MEDIA),
        ("a.jpg", MEDIA),
        ("a.png", MEDIA),
        ("a.gif", MEDIA),
        ("a.srt", TEXT),
        ("a.vtt", TEXT),
        ("a.txt", TEXT),
        ("a.html", None),
        ("mp4", None),
        (".mp4", None),
        ("", None),
    ],
)
def test_by_name(name: str, content: Content | None) -> None:
    """A file's suffix tells what it is to be, where it is one of those that are known."""
    assert content is content_by_name(name)
