"""The files that a finished job leaves on another host: films, subtitles, pages."""

import hashlib
import html
import io
import re
import wave
from collections.abc import Callable
from typing import TypeAlias

import attrs

from pictory_async.testing import _refusals as refusals
from pictory_async.testing._film import NO_FILM, Film, stamp
from pictory_async.testing._gate import Call, Route
from pictory_async.testing._handlers.projects import film_of_project
from pictory_async.testing._messages import Reply, Request
from pictory_async.testing._shelf import Picture, Shelf, small
from pictory_async.testing._world import FakeJob, World


# A picture that is always there: the background of scenes without one of their own.
BACKGROUND = "background.jpg"
# What lists of stock media, music and avatars lead to.
_STOCK = re.compile(r"(?:background|look|music-\d+)\.(jpg|mp4|wav)")
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")
_SAMPLES_PER_SECOND = 8000
_Maker: TypeAlias = Callable[[Shelf, Film], bytes]


def get_file(world: World, call: Call) -> Reply:
    """Answer a GET or HEAD of a file, as a store of files that wants no credentials does."""
    if call.request.credentials:
        # v1.md, 3.5: an Authorization header usually breaks a request that is signed already.
        message = "Only one auth mechanism allowed"
        return refusals.storage(400, "InvalidArgument", message)
    key = call.params["key"]
    if stock := _STOCK.fullmatch(key):
        return _ranged(_stock(stock[1]), _MAKERS[stock[1]][0], call.request)
    medium = world.media.get(key)
    if medium is not None and medium.content is not None:
        return _ranged(medium.content, medium.content_type, call.request)
    job = _finished(world, key)
    film = _film_of_page(world, key) if job is None else job.film
    if film is None:
        return refusals.storage(404, "NoSuchKey", "The specified key does not exist.")
    content_type, make = _MAKERS[key.rpartition(".")[2]]
    return _ranged(make(world.shelf, film), content_type, call.request)


def _stock(suffix: str) -> bytes:
    return _sound(1.0) if suffix == "wav" else small("jpg" if suffix == "jpg" else "mp4")


def _film_of_page(world: World, key: str) -> Film | None:
    """Return what the page of a project in the web application shows."""
    project = world.projects.get(key.removesuffix(".html")) if key.endswith(".html") else None
    return None if project is None else film_of_project(project)


def put_file(world: World, call: Call) -> Reply:
    """Answer the PUT of an upload as S3 does (v1.md, 3.5; the errors are S3's own)."""
    request, medium = call.request, world.media.get(call.params["key"])
    if request.credentials:
        return refusals.storage(400, "InvalidArgument", "Only one auth mechanism allowed")
    if medium is None or medium.signature != dict(request.query).get("X-Amz-Signature"):
        message = "The request signature we calculated does not match the signature you provided."
        return refusals.storage(403, "SignatureDoesNotMatch", message)
    if world.clock.now() > medium.expires:
        return refusals.storage(403, "AccessDenied", "Request has expired")
    if request.headers.get("content-type") != medium.content_type:
        message = "The Content-Type is not the one that was signed."
        return refusals.storage(403, "SignatureDoesNotMatch", message)
    if "transfer-encoding" in request.headers:
        message = "A header you provided implies functionality that is not implemented"
        return refusals.storage(501, "NotImplemented", message)
    if "content-length" not in request.headers:
        return refusals.storage(411, "MissingContentLength", "You must provide Content-Length.")
    world.media[call.params["key"]] = attrs.evolve(medium, content=request.body)
    return Reply(200)


def picture_wanted(world: World, request: Request) -> tuple[Picture, Film] | None:
    """Say what must be drawn before a request can be answered at once, if anything."""
    if request.area != "files" or request.credentials:
        return None
    key = request.path.removeprefix("/files/")
    job = _finished(world, key)
    for picture in _PICTURES:
        if job and key.endswith(picture) and not world.shelf.has(picture, job.film):
            return picture, job.film
    return None


def _finished(world: World, key: str) -> FakeJob | None:
    job_id, _, suffix = key.rpartition(".")
    job = world.jobs.get(job_id)
    if job is None or job.state(world.clock.now()) != "completed":
        return None
    there = suffix in _MAKERS if job.kind == "render" else suffix == "html"
    return job if there and job.film is not NO_FILM else None


def _ranged(content: bytes, content_type: str, request: Request) -> Reply:
    etag = f'"{hashlib.md5(content, usedforsecurity=False).hexdigest()}"'
    headers = {"Content-Type": content_type, "Accept-Ranges": "bytes", "ETag": etag}
    wanted = _RANGE.fullmatch(request.headers.get("range", ""))
    if wanted is None or request.headers.get("if-range", etag) != etag:
        return Reply(200, headers, content)
    first, last = _bounds(wanted[1], wanted[2], len(content))
    if first > last:
        headers["Content-Range"] = f"bytes */{len(content)}"
        return Reply(416, headers)
    headers["Content-Range"] = f"bytes {first}-{last}/{len(content)}"
    return Reply(206, headers, content[first : last + 1])


def _bounds(first: str, last: str, size: int) -> tuple[int, int]:
    # RFC 9110, 14.1.2: `-500` means the last 500 bytes.
    if not first:
        return (max(0, size - int(last)), size - 1) if last else (size, 0)
    return int(first), min(int(last), size - 1) if last else size - 1


def _srt(_shelf: Shelf, film: Film) -> bytes:
    cues = [
        f"{number}\n{stamp(start, ',')} --> {stamp(end, ',')}\n{scene.text}\n"
        for number, (start, end, scene) in enumerate(film.spans(), 1)
    ]
    return "\n".join(cues).encode()


def _vtt(_shelf: Shelf, film: Film) -> bytes:
    cues = [
        f"{stamp(start, '.')} --> {stamp(end, '.')}\n{scene.text}\n"
        for start, end, scene in film.spans()
    ]
    return "\n".join(["WEBVTT\n", *cues]).encode()


def _txt(_shelf: Shelf, film: Film) -> bytes:
    return "".join(f"{scene.text}\n" for scene in film.scenes if scene.text).encode()


def _page(_shelf: Shelf, film: Film) -> bytes:
    title = html.escape(film.title)
    items = "".join(f"<li>{html.escape(scene.text)}</li>" for scene in film.scenes)
    head = f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{title}</title></head>'
    return f"{head}<body><h1>{title}</h1><ol>{items}</ol></body></html>".encode()


def _silence(_shelf: Shelf, film: Film) -> bytes:
    return _sound(film.seconds)


def _sound(seconds: float) -> bytes:
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(1)
        sound.setframerate(_SAMPLES_PER_SECOND)
        # Samples of one byte are unsigned: silence lies in the middle.
        sound.writeframes(b"\x80" * round(seconds * _SAMPLES_PER_SECOND))
    return buffer.getvalue()


def _mp4(shelf: Shelf, film: Film) -> bytes:
    return shelf.get("mp4", film)


def _jpg(shelf: Shelf, film: Film) -> bytes:
    return shelf.get("jpg", film)


_PICTURES: tuple[Picture, ...] = ("mp4", "jpg")
_MAKERS: dict[str, tuple[str, _Maker]] = {
    "mp4": ("video/mp4", _mp4),
    "jpg": ("image/jpeg", _jpg),
    "wav": ("audio/wav", _silence),
    "srt": ("application/x-subrip", _srt),
    "vtt": ("text/vtt; charset=utf-8", _vtt),
    "txt": ("text/plain; charset=utf-8", _txt),
    "html": ("text/html; charset=utf-8", _page),
}

ROUTES: tuple[Route, ...] = (
    Route(operation="GET /files/{key}", handler=get_file, guarded=False),
    Route(operation="HEAD /files/{key}", handler=get_file, guarded=False),
    Route(operation="PUT /files/{key}", handler=put_file, guarded=False),
)
