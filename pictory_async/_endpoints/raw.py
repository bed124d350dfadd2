"""Any path of the API, documented or not, with the answer as it came."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import attrs

from pictory_async._arguments import BYTES, CONTENT_TYPE, OBJECT, Rule
from pictory_async._errors import InvalidRequestError
from pictory_async._models.base import check_json
from pictory_async._retry import Repeat
from pictory_async._transport.api import Content, Operation


if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import AbstractContextManager

    from pictory_async._transport.api import Api
    from pictory_async._wire.protocol import Answer


_VERB: Final = re.compile(r"[A-Za-z]{1,20}")
_METHOD: Final = Rule(
    "an HTTP method", lambda value: isinstance(value, str) and _VERB.fullmatch(value) is not None
)
# No query, which `params` encodes, and nothing that a URL would have to encode.
_PLAIN: Final = re.compile(r"/[!$-;=@-Z_a-~]*")
_PATH: Final = Rule(
    "a path such as /v1/jobs, without a query, which goes to params",
    lambda value: isinstance(value, str) and _PLAIN.fullmatch(value) is not None,
)
_READING: Final = frozenset({"GET", "HEAD", "OPTIONS"})


@attrs.frozen
class Raw:
    """Send anything."""

    _api: Api

    async def request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str | float | bool] | None,
        json: object,
        content: bytes | None,
        content_type: str,
        idempotent: bool | None,
    ) -> Answer:
        """Send a request and return the answer, whatever its status.

        Raises:
            InvalidRequestError: An argument is not what it should be; nothing was sent.
            TransportError: No whole answer came.
        """
        operation = _operation(method, path, idempotent)
        if content is not None and json is not None:
            raise InvalidRequestError("content", "either json or content", "both")
        check_json(json, "json")
        BYTES.or_none.check_argument("content", content)
        CONTENT_TYPE.check_argument("content_type", content_type)
        OBJECT.or_none.check_argument("params", params)
        body = None if content is None else Content(content, content_type)
        query = None if params is None else {str(name): _word(params[name]) for name in params}
        check_json(query, "params")
        answer = await self._api.send(operation, params=query, json=json, content=body)
        return answer.for_show()

    def recording(self) -> AbstractContextManager[list[Answer]]:
        """Collect the answers to all that is sent from within a block."""
        return self._api.recording()


def _operation(method: str, path: str, idempotent: bool | None) -> Operation:
    _METHOD.check_argument("method", method)
    _PATH.check_argument("path", path)
    verb = method.upper()
    freely = verb in _READING if idempotent is None else idempotent
    # The braces of an operation's path are places for ids.
    template = path.replace("{", "{{").replace("}", "}}")
    return Operation(verb, template, Repeat.FREELY if freely else Repeat.UNLESS_SENT)


def _word(value: str | float | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
