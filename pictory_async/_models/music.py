"""Music that storyboards can use."""

import attrs

from pictory_async._models.base import Open, RequestModel, as_number, as_tuple


@attrs.frozen(kw_only=True, repr=False)
class MusicTrack(Open):
    """A piece of music.

    Args:
        id: The track's id.
        title: What it is called.
        audio_url: What `BackgroundMusic.music_url` takes.
        duration: Seconds.
        genres: Words of `Music.genres`.
        instruments: Words of `Music.instruments`.
        moods: Words of `Music.moods`.
        purposes: Words of `Music.purposes`.
        extra: All else that the service sent.
    """

    id: str | int
    title: str | None = None
    audio_url: str | None = None
    duration: float | None = attrs.field(default=None, converter=as_number)
    genres: tuple[str, ...] = attrs.field(default=(), converter=as_tuple)
    instruments: tuple[str, ...] = attrs.field(default=(), converter=as_tuple)
    moods: tuple[str, ...] = attrs.field(default=(), converter=as_tuple)
    purposes: tuple[str, ...] = attrs.field(default=(), converter=as_tuple)


@attrs.frozen(kw_only=True, repr=False)
class MusicSearch(RequestModel):
    """What music to look for; the words are case-sensitive and those that the service lists.

    Args:
        query: Words of the title or the description.
        sort: `latest`, `shuffle` or `featured`.
        genre_group: Words of `Music.genre_groups`; the fields that follow go by their lists.
        genre: Wanted.
        mood: Wanted.
        instrument: Wanted.
        purpose: Wanted.
        not_genre_group: Not wanted.
        not_genre: Not wanted.
        not_mood: Not wanted.
        not_instrument: Not wanted.
        not_purpose: Not wanted.
        min_duration: Seconds.
        max_duration: Seconds.
    """

    query: str | None = None
    sort: str | None = None
    genre_group: tuple[str, ...] = attrs.field(default=(), converter=as_tuple)
    genre: tuple[str, ...] = attrs.field(default=(), converter=as_tuple)
    mood: tuple[str, ...] = attrs.field(default=(), converter=as_tuple)
    instrument: tuple[str, ...] = attrs.field(default=(), converter=as_tuple)
    purpose: tuple[str, ...] = attrs.field(default=(), converter=as_tuple)
    not_genre_group: tuple[str, ...] = attrs.field(default=(), converter=as_tuple)
    not_genre: tuple[str, ...] = attrs.field(default=(), converter=as_tuple)
    not_mood: tuple[str, ...] = attrs.field(default=(), converter=as_tuple)
    not_instrument: tuple[str, ...] = attrs.field(default=(), converter=as_tuple)
    not_purpose: tuple[str, ...] = attrs.field(default=(), converter=as_tuple)
    min_duration: float | None = None
    max_duration: float | None = None

    def _check(self) -> None:
        self._within("min_duration", 0)
        self._within("max_duration", 0)
        if self.min_duration is not None:
            self._within("max_duration", self.min_duration)
