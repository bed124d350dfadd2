"""Files on their way to the storage: with their length, and never with a credential."""

from __future__ import annotations

import mimetypes
import re
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Final

import attrs
import httpx

from pictory_async._callbacks import call
from pictory_async._errors import TransportError, UploadError
from pictory_async._transport.downloads import http_url, shown
from pictory_async._transport.exchange import exchange, new_request
from pictory_async._transport.request_state import RequestState
from pictory_async._wire.meanings import Asked


if TYPE_CHECKING:
    from collections.abc import Mapping

    from pictory_async._transport.disk import Load
    from pictory_async._transport.downloads import OnBytes
    from pictory_async._transport.request_state import Send
    from pictory_async._wire.protocol import Answer


_CHUNK_BYTES: Final = 1 << 20
_CODE: Final = re.compile(r"<Code>(\w+)</Code>")
# What the documentation names, on machines that know no types as well.
_TYPES: Final = {
    "mp4": "video/mp4",
    "mov": "video/quicktime",
    "avi": "video/x-msvideo",
    "webm": "video/webm",
    "mp3": "audio/mpeg",
    "wav": "audio/wav",
    "m4a": "audio/mp4",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "gif": "image/gif",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}


def content_type_of(name: str) -> str:
    """Guess what a file is by its name."""
    known = _TYPES.get(name.rpartition(".")[2].lower())
    return known or mimetypes.guess_type(name)[0] or "application/octet-stream"


@attrs.frozen
class Uploads:
    """Put files where the service says.

    Args:
        send: What sends, and sends again; it knows no credentials.
        headers: What every request carries.
        timeout: The timeouts of a request, as httpx's extension.
    """

    _send: Send
    _headers: Mapping[str, str]
    _timeout: Mapping[str, float | None]

    async def put_file(
        self, url: str, load: Load, content_type: str, on_bytes: OnBytes | None = None
    ) -> None:
        """Put a file at a signed URL; again where that fails, for the place is the same.

        Args:
            url: The signed URL.
            load: The file.
            content_type: What it is; the one that was signed.
            on_bytes: Called with the bytes that were sent and the bytes there are in all. Another
                attempt begins at 0 again.

        Raises:
            UploadError: The storage refused, did not answer, or the file changed meanwhile.
        """
        target = http_url(url)
        answer = await self._put_whole(target, load, content_type, on_bytes)
        if not answer.is_success:
            code = _CODE.search(answer.text)
            msg = f"the storage answered {answer.status} {code[1] if code else ''}".rstrip()
            raise UploadError(msg, shown(target), answer.status)

    async def _put_whole(
        self, target: httpx.URL, load: Load, content_type: str, on_bytes: OnBytes | None
    ) -> Answer:
        headers = {
            **self._headers,
            "Content-Type": content_type,
            # Without it the body would come in chunks, which S3 refuses.
            "Content-Length": str(load.size),
        }
        state = RequestState(asked=Asked.FILE, wants_whole=True)
        request = new_request("PUT", target, headers, self._timeout, state)
        request.stream = _FileBody(load, on_bytes, shown(target))
        try:
            # An answer of the storage may repeat the signature.
            return await exchange(self._send, request, target.path, confidential=True)
        except TransportError as exc:
            raise UploadError(exc.message, shown(target)) from None


@attrs.frozen(eq=False)
class _FileBody(httpx.AsyncByteStream):
    """A file as a request's body, from the beginning for each attempt."""

    _load: Load
    _on_bytes: OnBytes | None
    _url: str

    def __aiter__(self) -> AsyncIterator[bytes]:
        return _Chunks(self._load, self._on_bytes, self._url)


@attrs.define(eq=False)
class _Chunks(AsyncIterator[bytes]):
    _load: Load
    _on_bytes: OnBytes | None
    _url: str
    _sent: int = 0

    async def __anext__(self) -> bytes:
        load = self._load
        if self._sent and self._on_bytes is not None:
            await call(self._on_bytes, self._sent, load.size)
        if self._sent == load.size and not await load.has_changed():
            raise StopAsyncIteration
        chunk = await load.read(self._sent, _CHUNK_BYTES)
        if not chunk:
            msg = f"the file is no longer {load.size} bytes long"
            raise UploadError(msg, self._url)
        self._sent += len(chunk)
        return chunk
