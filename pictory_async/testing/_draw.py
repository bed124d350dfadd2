"""Draws a film's scenes as a real video; the only module that needs the extra `video`."""

# PyAV and Pillow leave some parameters of their public methods untyped.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
import io
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeAlias

import av
from PIL import Image, ImageDraw, ImageFont, ImageOps

from pictory_async.testing._film import Film


FPS = 10
_LONGEST_SIDE = 854
_SMALLEST_SIDE = 64
_INK = (244, 244, 240)
_FAINT = (150, 160, 176)
# Each scene has the next pair of colours, so that a cut is seen even between equal texts.
_Colour: TypeAlias = tuple[int, int, int]
_GRADIENTS: tuple[tuple[_Colour, _Colour, _Colour], ...] = (
    ((24, 28, 52), (52, 40, 92), (255, 176, 92)),
    ((14, 38, 50), (20, 78, 84), (120, 220, 200)),
    ((44, 24, 40), (98, 38, 62), (255, 140, 140)),
    ((22, 34, 26), (44, 84, 56), (190, 226, 120)),
)
_LEGIBLE = 10
_LEADING = 1.35
# What no decomposition makes plain: dashes, quotation marks, ligatures, strokes.
_PLAIN = str.maketrans(
    "\u2013\u2014\u2018\u2019\u201c\u201d\u00d8\u00f8\u0110\u0111\u0131\u0141\u0142",
    "--''\"\"OoDdiLl",
) | {0xC6: "AE", 0xE6: "ae", 0x152: "OE", 0x153: "oe", 0xDF: "ss", 0x20AC: "EUR "}
_Font: TypeAlias = ImageFont.FreeTypeFont | ImageFont.ImageFont


def draw_mp4(film: Film) -> bytes:
    """Draw a playable H.264 video whose length is the sum of its scenes."""
    # A file, because "faststart" makes the muxer read again what it wrote.
    with TemporaryDirectory(prefix="pictory-") as folder:
        path = Path(folder, "film.mp4")
        _encode(film, path)
        return path.read_bytes()


def draw_jpg(film: Film) -> bytes:
    """Draw the thumbnail: the first scene, without the bar."""
    buffer = io.BytesIO()
    _slide(film, 0, _size(film)).save(buffer, "JPEG", quality=85)
    return buffer.getvalue()


def _encode(film: Film, path: Path) -> None:
    with av.open(str(path), "w", options={"movflags": "faststart"}) as container:
        # No B-frames: the first frame is then shown at zero and the length is exact.
        options = {"preset": "ultrafast", "crf": "23", "bf": "0"}
        stream = container.add_stream("libx264", rate=FPS, options=options)
        stream.width, stream.height = _size(film)
        stream.pix_fmt = "yuv420p"
        for number, frame in enumerate(_frames(film)):
            frame.pts = number
            container.mux(stream.encode(frame))
        container.mux(stream.encode())


def _frames(film: Film) -> Iterator[av.VideoFrame]:
    size = _size(film)
    total = max(1, round(film.seconds * FPS))
    for index, (start, end, _) in enumerate(film.spans()):
        slide, colour = _slide(film, index, size), _GRADIENTS[index % len(_GRADIENTS)][2]
        shown, frame = -1, _frame(slide)
        for number in range(round(start * FPS), round(end * FPS)):
            # The same frame serves until the bar has grown by a pixel: long films stay cheap.
            if (width := round(size[0] * (number + 1) / total)) != shown:
                shown, frame = width, _frame(_with_bar(slide, width, colour))
            yield frame


def _frame(image: Image.Image) -> av.VideoFrame:
    frame: av.VideoFrame = av.VideoFrame.from_image(image)  # type: ignore[no-untyped-call]
    return frame.reformat(format="yuv420p")


def _size(film: Film) -> tuple[int, int]:
    scale = min(1.0, _LONGEST_SIDE / max(film.width, film.height))
    width, height = (max(_SMALLEST_SIDE, round(side * scale)) for side in (film.width, film.height))
    # Half of the rows and columns carry colour, so both must be even.
    return width - width % 2, height - height % 2


def _slide(film: Film, index: int, size: tuple[int, int]) -> Image.Image:
    dark, light, accent = _GRADIENTS[index % len(_GRADIENTS)]
    shade = Image.linear_gradient("L").rotate(20, Image.Resampling.BILINEAR, expand=False)
    image = ImageOps.colorize(shade.crop((48, 48, 208, 208)).resize(size), dark, light)
    pen = ImageDraw.Draw(image)
    margin = max(4, min(size) // 18)
    small = ImageFont.load_default(size=max(8, min(size) // 22))
    counter = f"{index + 1} / {len(film.scenes)}"
    pen.text((size[0] - margin, margin), counter, fill=accent, font=small, anchor="ra")
    title = _shorten(_drawable(film.title), small, size[0] * 0.7)
    pen.text((margin, margin), title, fill=_FAINT, font=small)
    _write(pen, _drawable(film.scenes[index].text), size)
    return image


def _write(pen: ImageDraw.ImageDraw, text: str, size: tuple[int, int]) -> None:
    width, height = size
    points = max(_LEGIBLE, min(size) // 7)
    lines, font = _wrap(text, points, width * 0.84)
    while points > _LEGIBLE and len(lines) * points * _LEADING > height * 0.66:
        points -= 1
        lines, font = _wrap(text, points, width * 0.84)
    if len(lines) > (most := max(1, int(height * 0.8 / (points * _LEADING)))):
        lines = [*lines[: most - 1], "..."]
    top = (height - len(lines) * points * _LEADING) / 2
    for row, line in enumerate(lines):
        middle = (width / 2, top + (row + 0.5) * points * _LEADING)
        pen.text(middle, line, fill=_INK, font=font, anchor="mm")


def _drawable(text: str) -> str:
    """Return a text in the letters of the font that Pillow brings, which has no others."""
    plain = unicodedata.normalize("NFKD", text.translate(_PLAIN))
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return letters.encode("ascii", "replace").decode()


def _wrap(text: str, points: int, width: float) -> tuple[list[str], _Font]:
    font = ImageFont.load_default(size=points)
    lines: list[str] = []
    for word in text.split():
        for piece in _pieces(word, font, width):
            longer = f"{lines[-1]} {piece}" if lines else piece
            if lines and font.getlength(longer) <= width:
                lines[-1] = longer
            else:
                lines.append(piece)
    return lines, font


def _pieces(word: str, font: _Font, width: float) -> Iterator[str]:
    piece = ""
    for letter in word:
        if piece and font.getlength(piece + letter) > width:
            yield piece
            piece = ""
        piece += letter
    yield piece


def _shorten(text: str, font: _Font, width: float) -> str:
    if font.getlength(text) <= width:
        return text
    return next(_pieces(text, font, width)) + "..."


def _with_bar(slide: Image.Image, grown: int, colour: _Colour) -> Image.Image:
    image = slide.copy()
    width, height = image.size
    top = height - max(2, height // 72)
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, top, width, height), fill=(12, 14, 20))
    pen.rectangle((0, top, max(1, grown), height), fill=colour)
    return image
