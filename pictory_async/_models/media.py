"""Media of one's own and from stock."""

from collections.abc import Mapping
from typing import Any

import attrs

from pictory_async._models.base import Open, as_number


@attrs.frozen(kw_only=True, repr=False)
class UploadUrl(Open):
    """Where to put a file.

    Args:
        signed_url: Takes one PUT with the announced content type, for 24 hours. It is as good as
            a password: no repr shows it.
        url: Where the file is for good, for storyboards and transcriptions.
        key: The file's name in the storage.
        extra: All else that the service sent.
    """

    signed_url: str = attrs.field(repr=False)
    url: str
    key: str | None = None


@attrs.frozen(kw_only=True, repr=False)
class StockMedia(Open):
    """A video or image from stock.

    Previews carry a watermark and their URLs expire: a storyboard should search again, by
    `Background(search_filter=...)`, instead of using them.

    Args:
        id: The hit's id.
        asset_id: The library's id.
        media_type: `video` or `image`.
        keyword: What was searched for.
        description: What is to be seen.
        duration: Seconds, for videos.
        library: `story_blocks` or `getty`.
        preview: URLs by their kind, `url` and `jpg`.
        thumbnail: URLs by their kind, `url` and `jpg`.
        extra: All else that the service sent.
    """

    id: int | str
    asset_id: int | str | None = None
    media_type: str | None = None
    keyword: str | None = None
    description: str | None = attrs.field(default=None, metadata={"wire": "mediaDescription"})
    duration: float | None = attrs.field(default=None, converter=as_number)
    library: str | None = attrs.field(default=None, metadata={"wire": "searchLibrary"})
    preview: Mapping[str, Any] | None = None
    thumbnail: Mapping[str, Any] | None = None
