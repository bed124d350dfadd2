"""Tests of the files that finished jobs leave."""

import io
import wave
from typing import Any

import httpx
import pytest

from pictory_async.testing import FakePictory


pytestmark = pytest.mark.anyio

SCENES = [{"story": "Hello <b>& welcome</b>."}, {"story": "One two three four five six."}]
BODY = {"videoName": "A <demo>", "scenes": [*SCENES, {"background": {"color": "#000000"}}]}


@pytest.fixture
async def links(api: httpx.AsyncClient, fake: FakePictory) -> dict[str, Any]:
    """Return the result of a finished render, of three scenes."""
    answer = await api.post("/v2/video/storyboard/render", json=BODY)
    fake.advance(60)
    job = await api.get(f"/v1/jobs/{answer.json()['data']['jobId']}")
    data: dict[str, Any] = job.json()["data"]
    return data


@pytest.mark.parametrize(
    ("name", "content_type"),
    [
        ("videoURL", "video/mp4"),
        ("thumbnail", "image/jpeg"),
        ("audioURL", "audio/wav"),
        ("txtFile", "text/plain; charset=utf-8"),
        ("srtFile", "application/x-subrip"),
        ("vttFile", "text/vtt; charset=utf-8"),
        ("videoShareURL", "text/html; charset=utf-8"),
    ],
)
async def test_every_link_leads_somewhere(
    web: httpx.AsyncClient, links: dict[str, Any], name: str, content_type: str
) -> None:
    """Each link of a result is a file of its type, whose length HEAD tells without the file."""
    response, head = await web.get(links[name]), await web.head(links[name])

    assert (200, 200) == (response.status_code, head.status_code)
    assert content_type == response.headers["Content-Type"]
    assert "bytes" == response.headers["Accept-Ranges"]
    assert str(len(response.content)) == response.headers["Content-Length"]
    assert dict(response.headers) == dict(head.headers)
    assert b"" == head.content


async def test_subtitles(web: httpx.AsyncClient, links: dict[str, Any]) -> None:
    """Subtitles and text tell the scenes, and the times add up."""
    srt = (await web.get(links["srtFile"])).text
    vtt = (await web.get(links["vttFile"])).text
    txt = (await web.get(links["txtFile"])).text

    assert srt.startswith(
        "1\n00:00:00,000 --> 00:00:02,000\nHello & welcome.\n\n2\n00:00:02,000 -->"
    )
    assert vtt.startswith("WEBVTT\n\n00:00:00.000 --> 00:00:02.000\nHello & welcome.\n\n")
    assert "Hello & welcome.\nOne two three four five six.\n" == txt
    assert 7.5 == links["videoDuration"]


async def test_long_times(
    api: httpx.AsyncClient, fake: FakePictory, web: httpx.AsyncClient
) -> None:
    """Hours and minutes are told."""
    params = {"scenes": [{"time": 3725.25}, {"time": 1}]}
    job_id = (await api.post("/v1/video/render", json=params)).json()["data"]["job_id"]
    fake.advance(60)
    srt = (await web.get(f"https://cdn.pictory.test/files/{job_id}.srt")).text

    assert "00:00:00,000 --> 01:02:05,250" in srt


async def test_pages_are_escaped(web: httpx.AsyncClient, links: dict[str, Any]) -> None:
    """The share page shows the texts as text."""
    page = (await web.get(links["videoShareURL"])).text

    assert "<h1>A &lt;demo&gt;</h1>" in page
    assert "<li>Hello &amp; welcome.</li>" in page


async def test_sound_is_silence_of_the_right_length(
    web: httpx.AsyncClient, links: dict[str, Any]
) -> None:
    """The audio lasts as long as the film."""
    with wave.open(io.BytesIO((await web.get(links["audioURL"])).content)) as sound:
        assert 7.5 == sound.getnframes() / sound.getframerate()


async def test_preview_page(
    api: httpx.AsyncClient, fake: FakePictory, web: httpx.AsyncClient
) -> None:
    """A preview has a page and no video, and the pictures of its elements are there."""
    job_id = (await api.post("/v2/video/storyboard", json=BODY)).json()["data"]["jobId"]
    fake.advance(15)
    data = (await api.get(f"/v1/jobs/{job_id}")).json()["data"]
    video = data["previewUrl"].replace(".html", ".mp4")
    background = await web.get(data["renderParams"]["elements"][0]["url"])

    assert 200 == (await web.get(data["previewUrl"])).status_code
    assert 404 == (await web.get(video)).status_code
    assert b"\xff\xd8" == background.content[:2]


@pytest.mark.parametrize("name", ["Authorization", "X-Pictory-User-Id"])
async def test_credentials_must_not_come_here(
    web: httpx.AsyncClient, fake: FakePictory, links: dict[str, Any], name: str
) -> None:
    """A file request with a credential is refused in XML, and recorded as a leak."""
    assert not fake.leaks
    response = await web.get(links["videoURL"], headers={name: "secret"})

    assert (400, "application/xml") == (response.status_code, response.headers["Content-Type"])
    operations = [leak.operation for leak in fake.leaks]
    assert ["GET /files/{key}"] == operations


@pytest.mark.parametrize("key", ["nobody.mp4", "nothing", "x.exe"])
async def test_missing_files(web: httpx.AsyncClient, key: str) -> None:
    """A file that is not there is told in XML."""
    response = await web.get(f"https://cdn.pictory.test/files/{key}")

    assert 404 == response.status_code
    assert "NoSuchKey" in response.text


async def test_unknown_suffix(web: httpx.AsyncClient, links: dict[str, Any]) -> None:
    """A finished render has the files that it tells of, and no others."""
    assert 404 == (await web.get(links["videoURL"].replace(".mp4", ".exe"))).status_code


@pytest.mark.parametrize(
    ("wanted", "expected", "content_range"),
    [
        ("bytes=0-4", b"Hello", "bytes 0-4/46"),
        ("bytes=40-", b" six.\n", "bytes 40-45/46"),
        ("bytes=-3", b"x.\n", "bytes 43-45/46"),
        ("bytes=40-900", b" six.\n", "bytes 40-45/46"),
    ],
)
async def test_ranges(
    web: httpx.AsyncClient,
    links: dict[str, Any],
    wanted: str,
    expected: bytes,
    content_range: str,
) -> None:
    """A part of a file can be asked for."""
    response = await web.get(links["txtFile"], headers={"Range": wanted})

    assert (206, expected) == (response.status_code, response.content)
    assert content_range == response.headers["Content-Range"]


@pytest.mark.parametrize("wanted", ["bytes=46-", "bytes=-", "bytes=4-2"])
async def test_wrong_ranges(web: httpx.AsyncClient, links: dict[str, Any], wanted: str) -> None:
    """A part that is not there is refused."""
    response = await web.get(links["txtFile"], headers={"Range": wanted})

    assert (416, "bytes */46") == (response.status_code, response.headers["Content-Range"])


async def test_range_of_a_changed_file(web: httpx.AsyncClient, links: dict[str, Any]) -> None:
    """If-Range with the file's tag continues it, with another tag starts it again."""
    etag = (await web.head(links["txtFile"])).headers["ETag"]
    part = {"Range": "bytes=0-4"}
    same = await web.get(links["txtFile"], headers={**part, "If-Range": etag})
    other = await web.get(links["txtFile"], headers={**part, "If-Range": '"other"'})

    assert (206, 200) == (same.status_code, other.status_code)
