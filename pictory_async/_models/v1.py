"""The storyboard of the older API (v1), part by part.

Sources: the pages `reference/storyboard-api`, `reference/audio-object` and `docs/scenes` of
docs.pictory.ai, and Pictory's own example programs. Where the two call a field by different
names, both are here and are sent as given: which one the service takes today is not known.
"""

from collections.abc import Iterable
from typing import Self

import attrs

from pictory_async._models.base import RequestModel, as_flag, as_tuple, as_whole
from pictory_async._models.scripts import scene_texts
from pictory_async._models.transcripts import Passage


@attrs.frozen(kw_only=True, repr=False)
class Segment(RequestModel):
    """A stretch of a video or of a narration.

    Args:
        start: Where it begins, in seconds.
        end: Where it ends, in seconds.
    """

    start: float
    end: float


def as_segments(value: Iterable[Segment] | None) -> tuple[Segment, ...] | None:
    """Take any sequence of segments for a tuple; type checkers see what is in it."""
    return as_tuple(value)


@attrs.frozen(kw_only=True, repr=False)
class VisualFilter(RequestModel):
    """What to look for in stock.

    Args:
        category: Such as `Technology`.
    """

    category: str | None = None


@attrs.frozen(kw_only=True, repr=False)
class BrandLogo(RequestModel):
    """A logo over the whole video.

    Args:
        url: The image.
        vertical_alignment: `top`, `center` or `bottom`.
        horizontal_alignment: `left`, `center` or `right`.
    """

    url: str
    vertical_alignment: str | None = None
    horizontal_alignment: str | None = None


@attrs.frozen(kw_only=True, repr=False)
class TextStyles(RequestModel):
    """The look of subtitles.

    Args:
        font_family: The font.
        font_name: The font too: the example programs send both.
        font_size: Pixels.
        font_style: `normal` or `italic`.
        font_weight: `bold`.
        text_decoration: `underline`.
        text_color: Such as `#FFFFFF`.
        text_background_color: Such as `#000000`.
        keyword_color: Of highlighted words; `#e2e2aad9` by default.
        vertical_alignment: `top`, `center` or `bottom`.
        horizontal_alignment: `left`, `center` or `right`.
    """

    font_family: str | None = None
    font_name: str | None = None
    font_size: int | None = None
    font_style: str | None = None
    font_weight: str | None = None
    text_decoration: str | None = None
    text_color: str | None = None
    text_background_color: str | None = None
    keyword_color: str | None = None
    vertical_alignment: str | None = None
    horizontal_alignment: str | None = None


@attrs.frozen(kw_only=True, repr=False)
class AiVoiceOver(RequestModel):
    """A voice that reads the text.

    Args:
        speaker: The voice's name, such as `Jackson`.
        speed: 50 to 200 percent.
        amplify_level: -1 is mute, 0 normal, 1 twice as loud.
    """

    speaker: str
    speed: float = 100
    amplify_level: float = 0

    def _check(self) -> None:
        self._filled("speaker")
        self._within("speed", 50, 200)
        self._within("amplify_level", -1, 1)


def as_voice_overs(value: Iterable[AiVoiceOver] | None) -> tuple[AiVoiceOver, ...] | None:
    """Take any sequence of voices for a tuple; type checkers see what is in it."""
    return as_tuple(value)


@attrs.frozen(kw_only=True, repr=False)
class Audio(RequestModel):
    """The music and the narration of the whole video.

    Args:
        auto_background_music: Let the service choose the music.
        background_music_uri: Your own music. Its wire name is `backGroundMusicUri`.
        background_music_volume: 0 to 1; 0.1 by default. Its wire name is
            `backGroundMusicVolume`.
        ai_voice_over: A voice that reads.
        ai_voice_overs: Voices that read; the newer form.
        voice_over_uri: Your own narration; needs `auto_sync_voice_over`.
        voice_over_segments: The stretches of your narration to use.
        auto_sync_voice_over: Fit the narration to the text.
    """

    auto_background_music: bool | None = attrs.field(default=None, converter=as_flag)
    background_music_uri: str | None = attrs.field(
        default=None, metadata={"wire": "backGroundMusicUri"}
    )
    background_music_volume: float | None = attrs.field(
        default=None, metadata={"wire": "backGroundMusicVolume"}
    )
    ai_voice_over: AiVoiceOver | None = None
    ai_voice_overs: tuple[AiVoiceOver, ...] | None = attrs.field(
        default=None, converter=as_voice_overs
    )
    voice_over_uri: str | None = None
    voice_over_segments: tuple[Segment, ...] | None = attrs.field(
        default=None, converter=as_segments
    )
    auto_sync_voice_over: bool | None = None

    def _check(self) -> None:
        self._within("background_music_volume", 0, 1)


@attrs.frozen(kw_only=True, repr=False)
class Scene(TextStyles):
    """One scene, or the source of many; its look takes the fields of `TextStyles`.

    Args:
        text: The text that is read and shown; SSML is allowed, `<strong>` marks keywords.
        article_url: A web page to be told; `article_url` in the older documentation and in the
            example programs.
        article_url_camel: The same as `articleUrl`, its name in the later documentation.
        background_uri: A video or an image of your own.
        ppt_url: A presentation to be told.
        media_search_query: What to look for in stock, instead of the text.
        caption: Subtitles that differ from the text.
        caption_language: Of the caption, where it differs from the text's.
        aws_connection_id: A connection to S3.
        background_type: `image` or `video`.
        background_video_segments: The stretches of the video to show.
        background_visual_filter: What to look for in stock.
        minimum_duration: Seconds, for `background_uri`; the name in most pages.
        min_duration: The same, as the oldest page calls it.
        loop_background_video: Repeat a video that is shorter than its scene.
        mute_background_video: Silence the video's own sound.
        voice_over: Read the text; false by default.
        voice_over_uri: The scene's own narration.
        voice_over_segment: The stretch of that narration to use.
        ai_voice_overs: The scene's own voices.
        subtitles: Show the text; true by default. The name in the documentation.
        subtitle: The same, as the example programs call it.
        split_text_on_new_line: A new scene at each line break.
        split_text_on_period: A new scene after each period.
    """

    text: str | None = None
    article_url: str | None = attrs.field(default=None, metadata={"wire": "article_url"})
    article_url_camel: str | None = attrs.field(default=None, metadata={"wire": "articleUrl"})
    background_uri: str | None = None
    ppt_url: str | None = None
    media_search_query: str | None = None
    caption: str | None = None
    caption_language: str | None = None
    aws_connection_id: str | None = None
    background_type: str | None = None
    background_video_segments: tuple[Segment, ...] | None = attrs.field(
        default=None, converter=as_segments
    )
    background_visual_filter: VisualFilter | None = None
    minimum_duration: float | None = None
    min_duration: float | None = None
    loop_background_video: bool | None = None
    mute_background_video: bool | None = None
    voice_over: bool | None = None
    voice_over_uri: str | None = None
    voice_over_segment: Segment | None = None
    ai_voice_overs: tuple[AiVoiceOver, ...] | None = attrs.field(
        default=None, converter=as_voice_overs
    )
    subtitles: bool | None = None
    subtitle: bool | None = None
    split_text_on_new_line: bool | None = None
    split_text_on_period: bool | None = None

    def _check(self) -> None:
        text = self.text and self.text.strip()
        sources = (self.article_url, self.article_url_camel, self.background_uri, self.ppt_url)
        # What is in `extra` may be a kind of content that is not documented yet.
        if not (text or any(sources) or self.extra):
            *first, last = map(self._shown, ("article_url", "background_uri", "ppt_url"))
            self._refuse(
                "text", f"{self._shown('text')}, {', '.join(first)} or {last}", "none of them"
            )


def as_scenes(value: Iterable[Scene]) -> tuple[Scene, ...]:
    """Take any sequence of scenes for a tuple; type checkers see what is in it."""
    return as_tuple(value)


@attrs.frozen(kw_only=True, repr=False)
class Storyboard(RequestModel):
    """A video to be made: the body of a storyboard of the older API (v1).

    Args:
        video_name: Not empty, and usable as the name of a file.
        scenes: At least one.
        video_description: What the video is about, at most 100 characters.
        language: Of the text; `en` by default.
        webhook: A URL to which the job's result is posted.
        brand_logo: A logo.
        auto_highlight_keywords: Highlight keywords; false switches it off.
        audio: Music and narration.
        text_styles: The look of the subtitles of all scenes.
        video_width: Pixels.
        video_height: Pixels.
        voice_over: As in `Scene`, for all scenes.
        split_text_on_new_line: As in `Scene`, for all scenes.
        split_text_on_period: As in `Scene`, for all scenes.
    """

    video_name: str
    scenes: tuple[Scene, ...] = attrs.field(converter=as_scenes)
    video_description: str | None = None
    language: str | None = None
    webhook: str | None = None
    brand_logo: BrandLogo | None = None
    auto_highlight_keywords: bool | None = None
    audio: Audio | None = None
    text_styles: TextStyles | None = None
    video_width: int | None = attrs.field(default=None, converter=as_whole)
    video_height: int | None = attrs.field(default=None, converter=as_whole)
    voice_over: bool | None = None
    split_text_on_new_line: bool | None = None
    split_text_on_period: bool | None = None

    @classmethod
    def from_script(cls, script: str, *, name: str, speaker: str | None = None) -> Self:
        """Make a storyboard of a script: a scene for each line and each sentence.

        For anything more, `attrs.evolve` the result.

        Args:
            script: The text that is read and shown. More than 15,000 characters are cut at
                sentences into several scenes, as the current API would need it; the log says so.
            name: The video's name.
            speaker: Who reads it; nobody does without.

        Raises:
            InvalidRequestError: The script is blank, or the name is empty.
        """
        scenes = [
            Scene(
                text=text,
                voice_over=speaker is not None,
                split_text_on_new_line=True,
                split_text_on_period=True,
            )
            for text in scene_texts(script)
        ]
        voice = None if speaker is None else AiVoiceOver(speaker=speaker)
        audio = None if voice is None else Audio(ai_voice_over=voice)
        return cls(video_name=name, scenes=scenes, audio=audio)

    @classmethod
    def from_passages(cls, url: str, passages: Iterable[Passage], *, name: str) -> Self:
        """Make a storyboard of passages of a video: each is a scene, with its sound and its text.

        Args:
            url: Where the video is, such as `Pictory.upload` returns it.
            passages: The passages, such as `Transcript.highlighted`.
            name: The new video's name.

        Raises:
            InvalidRequestError: There is no passage, or the name is empty.
        """
        scenes = [
            Scene(
                text=passage.text or None,
                background_uri=url,
                background_type="video",
                background_video_segments=[Segment(start=passage.start, end=passage.end)],
                mute_background_video=False,
            )
            for passage in passages
        ]
        return cls(video_name=name, scenes=scenes)

    def _check(self) -> None:
        self._filled("video_name")
        self._sized("video_description", 0, 100)
        # As with the content of a scene.
        if not (self.scenes or self.extra):
            self._refuse("scenes", "at least one scene", "no scene")
