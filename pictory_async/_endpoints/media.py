"""Media: where to upload one's own, and what there is in stock (api-reference/media)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from pictory_async._arguments import CONTENT_TYPE, STRING, TEXT
from pictory_async._endpoints._group import Group
from pictory_async._endpoints._listing import listing
from pictory_async._models.media import StockMedia, UploadUrl
from pictory_async._retry import Repeat
from pictory_async._transport.api import Operation
from pictory_async._wire.envelopes import each, one


if TYPE_CHECKING:
    from pictory_async._models.pages import Listing
    from pictory_async._transport.api import Api


# It makes a URL and nothing else, so asking again is harmless.
UPLOAD_URL: Final = Operation("POST", "/v1/media/generateurl", Repeat.FREELY)
SEARCH: Final = Operation("GET", "/v1/media/search", Repeat.FREELY)


@attrs.frozen(repr=False)
class Media(Group):
    """Upload URLs and stock media."""

    _api: Api

    async def upload_url(self, file_name: str, content_type: str) -> UploadUrl:
        """Return where to put a file; `Pictory.upload` does this and the rest.

        Args:
            file_name: What the file is to be called.
            content_type: Its MIME type, which the upload must repeat, such as `video/mp4`.

        Raises:
            InvalidRequestError: The name is blank, or the type is none.
            APIError: The service refused.

        Source: api-reference/media/generate-signed-url; "/v1/media/generateUrl" in the older one.
        """
        TEXT.check_argument("file_name", file_name)
        CONTENT_TYPE.check_argument("content_type", content_type)
        body = {"fileName": file_name, "contentType": content_type}
        return one(await self._api.send(UPLOAD_URL, json=body), UploadUrl)

    def search(
        self, keyword: str, *, category: str | None = None, language: str | None = None
    ) -> Listing[StockMedia]:
        """Search for stock videos and images.

        Args:
            keyword: What to search for.
            category: Such as `Nature/Landscapes`.
            language: The keyword's language, such as `en`.

        Returns:
            The hits. No page says how to ask for more than the first page of them.

        Raises:
            InvalidRequestError: The keyword is blank.

        Source: api-reference/media/search-media; "v1/media/search" in the older one.
        """
        TEXT.check_argument("keyword", keyword)
        STRING.or_none.check_argument("category", category)
        STRING.or_none.check_argument("language", language)
        wanted = {"keyword": keyword, "category": category, "language": language}
        params = {name: value for name, value in wanted.items() if value is not None}
        return listing(self._api, SEARCH, each(StockMedia), params=params)
