"""Uploads and stock media (v1.md, 3.4 and 3.20; v2.md, section 9)."""

import secrets
import uuid

from pictory_async.testing import _refusals as refusals
from pictory_async.testing._gate import Call, Route
from pictory_async.testing._messages import Json, Object, Reply
from pictory_async.testing._schema import record, text
from pictory_async.testing._world import Medium, World


_DAY = 86_400.0
_HITS = 10


def generate_url(world: World, call: Call) -> Reply:
    """Answer `POST /v1/media/generateurl`: where to put a file, and where it will be."""
    name, content_type = str(call.payload["fileName"]), str(call.payload["contentType"])
    suffix = name.rpartition(".")[2] if "." in name else "bin"
    key = f"{uuid.uuid4()}.{suffix}"
    signature = secrets.token_hex(32)
    expires = world.clock.now() + _DAY
    world.media[key] = Medium(content_type, None, signature, expires)
    url = f"{call.request.site.files}/{key}"
    signed = f"{url}?X-Amz-Expires={_DAY:.0f}&X-Amz-Signature={signature}"
    data: Object = {"signedUrl": signed, "url": url, "key": f"public/{key}"}
    return Reply.json(200, {"success": True, "data": data})


def search_media(_world: World, call: Call) -> Reply:
    """Answer `GET /v1/media/search`; a page parameter is not documented, [?]."""
    query = dict(call.request.query)
    if not query.get("keyword"):
        return refusals.code(400, "INVALID_REQUEST", "keyword is required")
    hits: list[Json] = [_hit(number, query["keyword"], call) for number in range(1, _HITS + 1)]
    return Reply.json(200, {"data": {"page": 1, "searchResults": hits}})


def _hit(number: int, keyword: str, call: Call) -> Object:
    kind, suffix = ("image", "jpg") if number % 3 == 0 else ("video", "mp4")
    picture = f"{call.request.site.files}/background.jpg?token=soon-over"
    urls: Object = {"url": picture.replace(".jpg", f".{suffix}"), "jpg": picture}
    return {
        "id": number,
        "assetId": number if number % 2 else f"getty-{number}",
        "keyword": keyword,
        "mediaType": kind,
        "duration": number * 3,
        "mediaDescription": f"{keyword}, number {number}",
        "searchLibrary": "story_blocks" if number % 2 else "getty",
        "preview": urls,
        "thumbnail": urls,
    }


_FILE = record(
    {"fileName": text(least=1), "contentType": text(least=1)}, required="fileName contentType"
)
# v1.md, 3.4: the older pages and all official code say `generateUrl`, the current ones do not.
ROUTES: tuple[Route, ...] = (
    *(
        Route(
            operation=f"POST /v1/media/{name}",
            handler=generate_url,
            body="object",
            schema=_FILE,
            dialect=refusals.fields_dialect,
        )
        for name in ("generateurl", "generateUrl")
    ),
    Route(operation="GET /v1/media/search", handler=search_media),
)
