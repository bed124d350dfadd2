"""Tests of the films: that they are drawn, and what they are where nothing can be drawn."""

import io
import sys
import threading
from typing import Any

import av
import httpx
import pytest
from PIL import Image, ImageChops

from pictory_async.testing import FakePictory
from pictory_async.testing._draw import draw_jpg, draw_mp4
from pictory_async.testing._film import Film, Scene, spoken
from pictory_async.testing._messages import Request
from pictory_async.testing._service import IN_PROCESS
from pictory_async.testing._shelf import Shelf


LONG_WORD = "https://example.com/" + "a-long-address/" * 12
ABOVE_THE_BAR = (0, 0, 320, 170)


def film_of(*texts: str, size: tuple[int, int] = (320, 180), title: str = "Demo") -> Film:
    """Make a film of texts."""
    return Film(title, *size, tuple(spoken(text) for text in texts))


def duration_of(content: bytes) -> float:
    """Measure a video as a player does."""
    with av.open(io.BytesIO(content), "r") as container:
        assert container.duration is not None
        return container.duration / av.time_base


def frames_of(content: bytes) -> list[Image.Image]:
    """Decode all pictures of a video."""
    with av.open(io.BytesIO(content), "r") as container:
        return [picture_of(frame) for frame in container.decode(video=0)]


def picture_of(frame: av.VideoFrame) -> Image.Image:
    """Turn a frame into a picture; PyAV leaves this method untyped."""
    picture: Image.Image = frame.to_image()  # type: ignore[no-untyped-call]  # pyright: ignore[reportUnknownMemberType]
    return picture  # pyright: ignore[reportUnknownVariableType]


def contrast(one: Image.Image, other: Image.Image) -> int:
    """Return the greatest difference between two pictures, out of 255."""
    counts = ImageChops.difference(one, other).convert("L").histogram()
    return max(shade for shade, count in enumerate(counts) if count)


def test_film_lasts_as_long_as_its_scenes() -> None:
    """The video's duration is the sum of the scenes, to within a frame."""
    film = Film("Demo", 320, 180, (Scene("a", 2.04), Scene("b", 1.53), Scene("", 0.77)))
    content = draw_mp4(film)

    assert 4.34 == film.seconds
    assert duration_of(content) == pytest.approx(film.seconds, abs=0.1)
    assert 43 == len(frames_of(content))


def test_scenes_differ() -> None:
    """Each scene is another picture, and within one only the bar moves."""
    pictures = [frame.crop(ABOVE_THE_BAR) for frame in frames_of(draw_mp4(film_of("A.", "A.")))]

    assert contrast(pictures[0], pictures[19]) < 16
    assert contrast(pictures[19], pictures[20]) > 30


def test_letters_that_the_font_lacks() -> None:
    """Accents, ligatures and dashes become plain letters, and the rest question marks."""
    texts = (
        "Fr\u00fch stra\u00dfe \u0141\u00f3d\u017a \u2014 \u201c\u4f60\u201d",
        'Fruh strasse Lodz - "?"',
    )
    drawn = [draw_jpg(film_of(text)) for text in texts]

    assert drawn[0] == drawn[1]


def test_text_stays_in_the_frame() -> None:
    """A text that is too long for the smallest letters is cut, and says so."""
    texts = ["word " * count for count in (3000, 4000)]
    drawn = [draw_jpg(film_of(text)) for text in texts]

    assert drawn[0] == drawn[1]


def test_video_plays_everywhere() -> None:
    """It is H.264 with subsampled colours, and its index comes first."""
    content = draw_mp4(film_of("Hello."))
    with av.open(io.BytesIO(content)) as container:
        context = container.streams.video[0].codec_context

    assert ("h264", "yuv420p") == (context.name, context.pix_fmt)
    assert content.index(b"moov") < content.index(b"mdat")


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((640, 360), (640, 360)),
        ((1920, 1080), (854, 480)),
        ((1080, 1920), (480, 854)),
        ((101, 99), (100, 98)),
        ((5000, 10), (854, 64)),
    ],
)
def test_sizes(size: tuple[int, int], expected: tuple[int, int]) -> None:
    """The longer side is 854 at most, and both are even."""
    thumbnail = Image.open(io.BytesIO(draw_jpg(film_of("Hello.", size=size))))

    assert expected == thumbnail.size


def test_awkward_texts() -> None:
    """Long words, long texts and long titles find their places."""
    texts = (LONG_WORD, "many words " * 30, "")
    for size in ((320, 180), (64, 64)):
        film = film_of(*texts, size=size, title="A title " * 9)
        assert film.seconds == pytest.approx(duration_of(draw_mp4(film)), abs=0.1)


def test_equal_films_are_drawn_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A film is kept, and served to all who ask at the same time."""
    drawn: list[Film] = []

    def draw(film: Film) -> bytes:
        drawn.append(film)
        return b"film"

    monkeypatch.setattr("pictory_async.testing._draw.draw_mp4", draw)
    shelf = Shelf(draw=True)
    film = film_of("Hello.")
    threads = [threading.Thread(target=shelf.get, args=("mp4", film)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [film] == drawn
    assert shelf.has("mp4", film)


@pytest.mark.parametrize("missing", ["av", "PIL"])
def test_without_the_extra(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    """Where nothing can be drawn, a small clip and a small picture are served."""
    monkeypatch.setitem(sys.modules, missing, None)
    shelf = Shelf(draw=True)
    film = film_of("Hello.")

    assert shelf.has("mp4", film)
    assert b"ftyp" == shelf.get("mp4", film)[4:8]
    assert b"\xff\xd8" == shelf.get("jpg", film)[:2]


def test_the_small_clip_plays() -> None:
    """The clip that ships is a real video of a few kilobytes."""
    content = Shelf(draw=False).get("mp4", film_of("Hello."))

    assert len(content) < 10_000
    assert 20 == len(frames_of(content))


@pytest.mark.anyio
async def test_rendered_film_is_the_one_that_was_asked_for() -> None:
    """The video behind the link lasts `videoDuration`, and is drawn by the first GET."""
    fake = FakePictory(clock=lambda: 0.0)
    headers = {"Authorization": "pictai_key"}
    api = httpx.AsyncClient(transport=fake.transport(), base_url=fake.base_url, headers=headers)
    body = {"videoName": "demo", "scenes": [{"story": "Hello."}, {"story": "Bye."}]}
    submitted = await api.post("/v2/video/storyboard/render", json=body)
    fake.advance(60)
    job_id = submitted.json()["data"]["jobId"]
    data: dict[str, Any] = (await api.get(f"/v1/jobs/{job_id}")).json()["data"]
    request = Request(method="GET", url=data["videoURL"], site=IN_PROCESS)
    before = fake.drawing(request)
    web = httpx.AsyncClient(transport=fake.transport())
    video = await web.get(data["videoURL"])
    thumbnail = await web.get(data["thumbnail"])

    assert before is not None
    assert fake.drawing(request) is None
    assert duration_of(video.content) == pytest.approx(data["videoDuration"], abs=0.1)
    assert video.content == (await web.get(data["videoURL"])).content
    assert (640, 360) == Image.open(io.BytesIO(thumbnail.content)).size
