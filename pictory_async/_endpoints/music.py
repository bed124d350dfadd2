"""Music that storyboards can use, and the words that describe it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from pictory_async._arguments import Rule, is_number
from pictory_async._endpoints._group import Group
from pictory_async._endpoints._listing import words
from pictory_async._models.music import MusicSearch, MusicTrack
from pictory_async._models.pages import Listing, Page
from pictory_async._retry import Repeat
from pictory_async._shapes.convert import to_data
from pictory_async._transport.api import Operation
from pictory_async._wire.envelopes import listed, read


if TYPE_CHECKING:
    from collections.abc import Iterable

    from pictory_async._models.pages import PageKey
    from pictory_async._transport.api import Api


SEARCH: Final = Operation("POST", "/v1/music/search", Repeat.FREELY)
MOODS: Final = Operation("GET", "/v1/music/moods", Repeat.FREELY)
GENRES: Final = Operation("GET", "/v1/music/genres", Repeat.FREELY)
GENRE_GROUPS: Final = Operation("GET", "/v1/music/genres/groups", Repeat.FREELY)
INSTRUMENTS: Final = Operation("GET", "/v1/music/instruments", Repeat.FREELY)
PURPOSES: Final = Operation("GET", "/v1/music/purposes", Repeat.FREELY)

_PAGE_SIZE: Final = Rule(
    "20 to 100",
    lambda value: is_number(value, whole=True) and 20 <= value <= 100,  # noqa: PLR2004
)
_PAGE_KEY: Final = Rule(
    "the number of a page, from 1 on", lambda value: is_number(value, whole=True) and value >= 1
)


@attrs.frozen(repr=False)
class Music(Group):
    """Find music; `audio_url` of a track is what a storyboard takes."""

    _api: Api

    def search(
        self,
        query: str | None = None,
        *,
        sort: str | None = None,
        genre_group: Iterable[str] = (),
        genre: Iterable[str] = (),
        mood: Iterable[str] = (),
        instrument: Iterable[str] = (),
        purpose: Iterable[str] = (),
        not_genre_group: Iterable[str] = (),
        not_genre: Iterable[str] = (),
        not_mood: Iterable[str] = (),
        not_instrument: Iterable[str] = (),
        not_purpose: Iterable[str] = (),
        min_duration: float | None = None,
        max_duration: float | None = None,
        page_size: int = 100,
        page_key: int = 1,
    ) -> Listing[MusicTrack]:
        """Search for music; what is not given does not matter.

        Args:
            query: Words to search for.
            sort: `latest`, `shuffle` or `featured`.
            genre_group: Wanted words of `genre_groups`. These and those that follow are
                case-sensitive.
            genre: Wanted words of `genres`.
            mood: Wanted words of `moods`.
            instrument: Wanted words of `instruments`.
            purpose: Wanted words of `purposes`.
            not_genre_group: Words of `genre_groups` that are not wanted, and so on.
            not_genre: Not wanted.
            not_mood: Not wanted.
            not_instrument: Not wanted.
            not_purpose: Not wanted.
            min_duration: Seconds.
            max_duration: Seconds.
            page_size: How many tracks a page has, 20 to 100.
            page_key: The number of the first page, 1 and more.

        Raises:
            InvalidRequestError: An argument is not what it should be.

        Source: `POST /v1/music/search` of docs.pictory.ai.
        """
        _PAGE_SIZE.check_argument("page_size", page_size)
        _PAGE_KEY.check_argument("page_key", page_key)
        wanted = MusicSearch(
            query=query,
            sort=sort,
            genre_group=genre_group,
            genre=genre,
            mood=mood,
            instrument=instrument,
            purpose=purpose,
            not_genre_group=not_genre_group,
            not_genre=not_genre,
            not_mood=not_mood,
            not_instrument=not_instrument,
            not_purpose=not_purpose,
            min_duration=min_duration,
            max_duration=max_duration,
        )
        return self._found({**to_data(wanted), "pageSize": page_size}, page_key)

    def _found(self, body: dict[str, object], first: int) -> Listing[MusicTrack]:
        async def fetch(key: PageKey | None) -> Page[MusicTrack]:
            number = int(key or first)
            answer = await self._api.send(SEARCH, json={**body, "page": number})
            found = listed(answer).items
            # No page says how the last one is known: it is the one that is not full.
            following = number + 1 if len(found) == body["pageSize"] else None
            return Page(tuple(read(answer, MusicTrack, item) for item in found), following)

        return Listing(fetch, first)

    async def moods(self) -> tuple[str, ...]:
        """Return the words for `mood`.

        Source: `GET /v1/music/moods` of docs.pictory.ai.
        """
        return await words(self._api, MOODS)

    async def genres(self) -> tuple[str, ...]:
        """Return the words for `genre`.

        Source: `GET /v1/music/genres` of docs.pictory.ai.
        """
        return await words(self._api, GENRES)

    async def genre_groups(self) -> tuple[str, ...]:
        """Return the words for `genre_group`.

        Source: `GET /v1/music/genres/groups` of docs.pictory.ai.
        """
        return await words(self._api, GENRE_GROUPS)

    async def instruments(self) -> tuple[str, ...]:
        """Return the words for `instrument`.

        Source: `GET /v1/music/instruments` of docs.pictory.ai.
        """
        return await words(self._api, INSTRUMENTS)

    async def purposes(self) -> tuple[str, ...]:
        """Return the words for `purpose`.

        Source: `GET /v1/music/purposes` of docs.pictory.ai.
        """
        return await words(self._api, PURPOSES)
