"""Files on their way to the storage: with their length, and never with a credential."""

from __future__ import annotations

import mimetypes
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Final

import attrs
import httpx

from pictory_async._callbacks import call
from pictory_async._errors import TransportError, UploadError
from pictory_async._transport.addresses import shown
from pictory_async._transport.downloads import http_url
from pictory_async._transport.exchange import exchange, new_request
from pictory_async._transport.quiet import code_of_the_caller
from pictory_async._transport.refusals import refusal
from pictory_async._transport.request_state import RequestState
from pictory_async._wire.meanings import Asked


if TYPE_CHECKING:
    from collections.abc import Mapping

    from pictory_async._transport.disk import Load
    from pictory_async._transport.downloads import OnBytes
    from pictory_async._transport.request_state import Send
    from pictory_async._wire.protocol import Answer


_CHUNK_BYTES: Final = 1 << 20
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
        body = _FileBody(load, on_bytes, shown(target))
        answer = await self._put_whole(target, body, content_type)
        if not answer.is_success:
            reason = refusal(answer.text, target)
            msg = f"the storage answered {answer.status} {reason}".rstrip()
            raise UploadError(msg, shown(target), answer.status)
        if not body.is_sent:
            msg = f"the storage answered {answer.status} before it had the whole file"
            raise UploadError(msg, shown(target), answer.status)

    async def _put_whole(self, target: httpx.URL, body: _FileBody, content_type: str) -> Answer:
        headers = {
            **self._headers,
            "Content-Type": content_type,
            # Without it the body would come in chunks, which S3 refuses.
            "Content-Length": str(body.load.size),
        }
        state = RequestState(asked=Asked.FILE, wants_whole=True)
        request = new_request("PUT", target, headers, self._timeout, state, stream=body)
        try:
            # An answer of the storage may repeat the signature.
            return await exchange(self._send, request, target.path, confidential=True)
        except TransportError as exc:
            raise UploadError(exc.message, shown(target)) from None


@attrs.define(eq=False)
class _FileBody(httpx.AsyncByteStream):
    """A file as a request's body, from the beginning for each attempt."""

    load: Load
    on_bytes: OnBytes | None
    url: str
    is_sent: bool = False
    """Whether the last attempt went to the end."""

    def __aiter__(self) -> AsyncIterator[bytes]:
        self.is_sent = False
        return _Chunks(self)


@attrs.define(eq=False)
class _Chunks(AsyncIterator[bytes]):
    _body: _FileBody
    _sent: int = 0

    async def __anext__(self) -> bytes:
        load, on_bytes = self._body.load, self._body.on_bytes
        if self._sent and on_bytes is not None:
            with code_of_the_caller():
                await call(on_bytes, self._sent, load.size)
        if self._sent == load.size and not await load.has_changed():
            self._body.is_sent = True
            raise StopAsyncIteration
        chunk = await load.read(self._sent, _CHUNK_BYTES)
        if not chunk:
            msg = f"the file is no longer {load.size} bytes long"
            raise UploadError(msg, self._body.url)
        self._sent += len(chunk)
        return chunk
