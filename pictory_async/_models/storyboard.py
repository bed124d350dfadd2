"""The storyboard of the current API (v2), part by part.

Sources: the pages `api-reference/videos/create-storyboard-preview` and `render-storyboard-video`
of docs.pictory.ai, which take the same body, and the request schema in Pictory's own repository
`pictory-claude-skills`. Colours are `rgb()`, `rgba()` or hex; percentages are strings of whole
numbers, `"0%"` to `"100%"`; durations are seconds.
"""

from collections.abc import Mapping
from typing import Any, Self

import attrs

from pictory_async._errors import InvalidRequestError
from pictory_async._models._base import Request, as_tuple, short


_CONTENT = ("story", "story_co_pilot", "blog_url", "ppt_url", "audio_url", "video_url")


@attrs.frozen(kw_only=True, repr=False)
class Clip(Request):
    """A stretch of a video or of music.

    Args:
        start: Where it begins, in seconds.
        end: Where it ends, in seconds.
    """

    start: float
    end: float


@attrs.frozen(kw_only=True, repr=False)
class Animation(Request):
    """How a text comes or goes.

    Args:
        name: `none`, `fade`, `drift`, `wipe`, `text reveal`, `elastic`, `typewriter`, `blur` or
            `bulletin`.
        type: `entry` or `exit`.
        speed: `slow`, `medium`, `fast` or `custom`.
        custom_speed_value: At least 0.5; for the speed `custom`.
        direction: `up`, `down`, `left` or `right`.
        writing_style: `character`, `word`, `line` or `paragraph`.
        future_words: `hidden`, `subtle` or `prominent`; for `fade` and `blur`.
    """

    name: str | None = None
    type: str | None = None
    speed: str | None = None
    custom_speed_value: float | None = None
    direction: str | None = None
    writing_style: str | None = None
    future_words: str | None = None

    def _check(self) -> None:
        self._within("custom_speed_value", 0.5)


@attrs.frozen(kw_only=True, repr=False)
class FontStyle(Request):
    """The look of subtitles, or of a text element.

    Args:
        font_family: One of Pictory's fonts, or the name for the font at `font_url`.
        font_url: A font file of your own.
        font_size: Pixels, at least 1.
        color: Of the text.
        background_color: Of the box behind the text.
        keyword_color: Of highlighted words; for subtitles.
        shadow_color: Of the shadow.
        shadow_width: A percentage, such as `"2%"`.
        position: One of nine, such as `bottom-center` or `center-center`.
        alignment: `left`, `center` or `right`.
        decorations: Of `bold`, `underline`, `italics` and `linethrough`.
        case: `uppercase`, `lowercase`, `capitalize` or `smallcapitalize`.
        paragraph_width: A percentage of the frame.
        show_box_background: For subtitles.
        show_bullet: For subtitles.
        bullet_size: For subtitles.
        bullet_fill_color: For subtitles.
        animations: One or two: an entry, an exit.
    """

    font_family: str | None = None
    font_url: str | None = None
    font_size: int | None = None
    color: str | None = None
    background_color: str | None = None
    keyword_color: str | None = None
    shadow_color: str | None = None
    shadow_width: str | None = None
    position: str | None = None
    alignment: str | None = None
    decorations: tuple[str, ...] | None = attrs.field(default=None, converter=as_tuple)
    case: str | None = None
    paragraph_width: str | None = None
    show_box_background: bool | None = None
    show_bullet: bool | None = None
    bullet_size: float | None = None
    bullet_fill_color: str | None = None
    animations: tuple[Animation, ...] | None = attrs.field(default=None, converter=as_tuple)

    def _check(self) -> None:
        self._within("font_size", 1)
        self._sized("animations", 1, 2)


@attrs.frozen(kw_only=True, repr=False)
class StoryCoPilot(Request):
    """A brief from which Pictory's AI writes the script of a scene.

    Args:
        prompt: What the video is about; 1 to 5,000 characters.
        video_type: `Explainer`, `Marketing`, `Internal Communication`, `Tutorial` or `Product`.
        duration: 1 to 600 seconds.
        platform: `YouTube`, `TikTok`, `Instagram`, `Facebook`, `LinkedIn` or `Twitter`.
        tone: `professional`, `casual`, `friendly`, `informative`, `persuasive`, `exciting`,
            `educational`, `humorous`, `serious` or `conversational`.
    """

    prompt: str
    video_type: str | None = None
    duration: float | None = None
    platform: str | None = None
    tone: str | None = None

    def _check(self) -> None:
        self._sized("prompt", 1, 5000)
        self._within("duration", 1, 600)


@attrs.frozen(kw_only=True, repr=False)
class SearchFilter(Request):
    """What to look for in the stock libraries.

    Args:
        query: Free text. It is the only field that an element's search takes.
        keywords: 1 to 10, each of 2 to 100 characters.
        category: Such as `Technology` or `Nature/Landscapes`.
        libraries: Of `story_blocks` and `getty`.
    """

    query: str | None = None
    keywords: tuple[str, ...] | None = attrs.field(default=None, converter=as_tuple)
    category: str | None = None
    libraries: tuple[str, ...] | None = attrs.field(default=None, converter=as_tuple)

    def _check(self) -> None:
        self._sized("keywords", 1, 10)


@attrs.frozen(kw_only=True, repr=False)
class AiVisual(Request):
    """An image or a video that an AI draws; it costs AI credits.

    Args:
        prompt: At most 500 characters.
        model: For images `seedream3.0`, `flux-schnell`, `nanobanana`; for videos `veo3.1`,
            `veo3.1_fast`, `pixverse5.5`.
        media_style: `photorealistic`, `artistic`, `cartoon`, `minimalist`, `vintage` or
            `futuristic`.
        video_duration: One of the model's, such as `"8s"`; video models only.
        visual_continuity: Go on from the visual of the scene before.
        first_frame_image_url: For videos; excludes `reference_image_urls`.
        reference_image_urls: One or two; for videos.
        reference_image_url: For images.
    """

    prompt: str | None = None
    model: str | None = None
    media_style: str | None = None
    video_duration: str | None = None
    visual_continuity: bool | None = None
    first_frame_image_url: str | None = None
    reference_image_urls: tuple[str, ...] | None = attrs.field(default=None, converter=as_tuple)
    reference_image_url: str | None = None

    def _check(self) -> None:
        self._sized("prompt", 0, 500)
        self._only_one("first_frame_image_url", "reference_image_urls")
        self._sized("reference_image_urls", 1, 2)


@attrs.frozen(kw_only=True, repr=False)
class ColorOverlay(Request):
    """A tint over a visual, so that text stays legible.

    Args:
        color: Its alpha is ignored.
        opacity: 0 to 1; the service's default is 0.4.
    """

    color: str | None = None
    opacity: float | None = None

    def _check(self) -> None:
        self._within("opacity", 0, 1)


@attrs.frozen(kw_only=True, repr=False)
class ZoomPoint(Request):
    """One end of a zoom's path.

    Args:
        zoom: 1 shows the whole picture.
        center_x: 0 is the left edge, 1 the right one.
        center_y: 0 is the top, 1 the bottom.
    """

    zoom: float | None = None
    center_x: float | None = None
    center_y: float | None = None


@attrs.frozen(kw_only=True, repr=False)
class VideoKenBurns(Request):
    """A zoom along a path.

    Args:
        start: Where it begins.
        end: Where it ends.
    """

    start: ZoomPoint | None = None
    end: ZoomPoint | None = None


@attrs.frozen(kw_only=True, repr=False)
class VisualSettings(Request):
    """How a background or a media element plays; an element knows `loop` and `mute` only.

    Args:
        loop: Repeat a video that is shorter than its scene.
        mute: Silence a video's own sound.
        zoom_and_pan: Let the visual move; excludes `ken_burns_effect`.
        ken_burns_effect: Let an image move.
        video_ken_burns: Let it move along this path.
    """

    loop: bool | None = None
    mute: bool | None = None
    zoom_and_pan: bool | None = None
    ken_burns_effect: bool | None = None
    video_ken_burns: VideoKenBurns | None = None

    def _check(self) -> None:
        if self.zoom_and_pan and self.ken_burns_effect:
            self._refuse("ken_burns_effect", "only one of zoomAndPan, kenBurnsEffect", "both")


@attrs.frozen(kw_only=True, repr=False)
class MotionGraphics(Request):
    """An animated background.

    Args:
        enabled: Whether there is one.
        prompt: What it shows.
        style: Its style.
    """

    enabled: bool | None = None
    prompt: str | None = None
    style: str | None = None


@attrs.frozen(kw_only=True, repr=False)
class Background(Request):
    """What a scene shows: one of `visual_url`, `color` and `ai_visual`, or else stock.

    A background that cannot be found fails the job. An AI visual that fails silently leaves the
    scene with stock, and is not charged.

    Args:
        visual_url: A video or an image that anyone may download.
        color: A plain colour.
        ai_visual: A visual to be made.
        search_filter: What to look for in stock.
        type: `video` or `image`; required with `ai_visual`.
        clips: The stretches of the video to show; with `visual_url` and the type `video`.
        color_overlay: A tint.
        settings: How it plays.
        motion_graphics: An animation.
        broll_clip: In `Scene.background_brolls`, when to cut to this visual.
    """

    visual_url: str | None = None
    color: str | None = None
    ai_visual: AiVisual | None = None
    search_filter: SearchFilter | None = None
    type: str | None = None
    clips: tuple[Clip, ...] | None = attrs.field(default=None, converter=as_tuple)
    color_overlay: ColorOverlay | None = None
    settings: VisualSettings | None = None
    motion_graphics: MotionGraphics | None = None
    broll_clip: Clip | None = None

    def _check(self) -> None:
        self._only_one("visual_url", "color", "ai_visual")
        if self.ai_visual is not None and self.type is None:
            self._refuse("type", "video or image, beside aiVisual", "nothing")
        if self.clips is not None and (self.visual_url is None or self.type != "video"):
            self._refuse("clips", "visualUrl and the type video beside them", "another background")

    @property
    def shows_something(self) -> bool:
        """Whether this alone can fill a scene."""
        content = ("visual_url", "color", "ai_visual", "search_filter", "motion_graphics", "extra")
        return any(getattr(self, name) for name in content)


@attrs.frozen(kw_only=True, repr=False)
class CorpusVisual(Request):
    """One of a pool of visuals from which the service picks.

    Args:
        visual_url: An image.
        type: `image`.
        prefer: Whether to prefer it.
    """

    visual_url: str
    type: str | None = None
    prefer: bool | None = None


@attrs.frozen(kw_only=True, repr=False)
class Element(Request):
    """Something on top of a scene: a shape, a text, a video or an image.

    A video or an image that cannot be found is left out of the scene without a word.

    Args:
        type: `shape`, `text`, `video` or `image`.
        position: One of nine, such as `top-left` or `center`; excludes `top` and `left`.
        top: Percentage of the frame, from the top.
        left: Percentage of the frame, from the left.
        width: Percentage of the frame.
        text: 1 to 2,000 characters; required for a text.
        text_variant: `heading`, `subheading` or `body`, which a text is without it.
        style: The look of a text.
        name: Of a shape: `rectangle`, `circle`, `line`, `arrow-1`, ...
        fill: Colour of a shape.
        stroke: Colour of the line around a rectangle, a circle or a line.
        stroke_width: Width of that line.
        border_radius: Of a rectangle's corners.
        visual_url: The video or the image; one of it, `search_filter` and `ai_visual`.
        search_filter: What to look for in stock; its `query` only.
        ai_visual: A visual to be made.
        color_overlay: A tint of a video or an image.
        settings: `loop` and `mute` of a video, both true by default.
    """

    type: str
    position: str | None = None
    top: str | None = None
    left: str | None = None
    width: str | None = None
    text: str | None = None
    text_variant: str | None = None
    style: FontStyle | None = None
    name: str | None = None
    fill: str | None = None
    stroke: str | None = None
    stroke_width: float | None = None
    border_radius: float | str | None = None
    visual_url: str | None = None
    search_filter: SearchFilter | None = None
    ai_visual: AiVisual | None = None
    color_overlay: ColorOverlay | None = None
    settings: VisualSettings | None = None

    def _check(self) -> None:
        self._only_one("position", "top")
        self._only_one("position", "left")
        self._percentages("top", "left", "width")
        self._sized("text", 1, 2000)
        self._only_one("visual_url", "search_filter", "ai_visual")
        if self.type == "text" and self.text is None:
            self._refuse("text", "1 to 2,000 characters", "nothing")
        if self.type in {"video", "image"}:
            self._check_media()

    def _check_media(self) -> None:
        if not (self._given("visual_url", "search_filter", "ai_visual") or self.extra):
            self._refuse("visual_url", "this, searchFilter or aiVisual", "none of them")


@attrs.frozen(kw_only=True, repr=False)
class PremiumVoiceSettings(Request):
    """Settings that voices of ElevenLabs take.

    Args:
        model_id: `eleven_v3`, `eleven_multilingual_v2`, `eleven_flash_v2_5`, ...
        stability: A percentage, such as `"60%"`.
        similarity_boost: A percentage.
        style: A percentage.
        use_speaker_boost: Closer to the original speaker.
    """

    model_id: str | None = None
    stability: str | None = None
    similarity_boost: str | None = None
    style: str | None = None
    use_speaker_boost: bool | None = None


@attrs.frozen(kw_only=True, repr=False)
class AiVoice(Request):
    """A voice that reads the story.

    Args:
        speaker: A voice's number, its name in any case, or its provider's id, as a string. A
            speaker whom the service does not know fails the job.
        speed: 50 to 200 percent; 100 by default.
        amplification_level: -1 is mute, 0 normal, 1 twice as loud.
        premium_voice_settings: For voices of ElevenLabs.
    """

    speaker: str
    speed: float | None = None
    amplification_level: float | None = None
    premium_voice_settings: PremiumVoiceSettings | None = None

    def _check(self) -> None:
        self._filled("speaker")
        self._within("speed", 50, 200)
        self._within("amplification_level", -1, 1)


@attrs.frozen(kw_only=True, repr=False)
class ExternalVoice(Request):
    """A recorded narration.

    Args:
        voice_url: The recording.
        sync_voice: Fit the scenes to it.
        amplification_level: -1 is mute, 0 normal, 1 twice as loud.
    """

    voice_url: str
    sync_voice: bool | None = None
    amplification_level: float | None = None

    def _check(self) -> None:
        self._within("amplification_level", -1, 1)


@attrs.frozen(kw_only=True, repr=False)
class VoiceOver(Request):
    """Who reads the story. A storyboard without a voice-over makes a silent video.

    Args:
        enabled: Whether anybody does.
        ai_voices: One voice; several take turns, scene by scene. Excludes `external_voice`.
        external_voice: A recording.
    """

    enabled: bool | None = None
    ai_voices: tuple[AiVoice, ...] | None = attrs.field(default=None, converter=as_tuple)
    external_voice: ExternalVoice | None = None

    def _check(self) -> None:
        self._only_one("ai_voices", "external_voice")


@attrs.frozen(kw_only=True, repr=False)
class BackgroundMusic(Request):
    """The music behind the video; a scene takes `enabled` only.

    Args:
        enabled: Whether there is any.
        auto_music: Let the service choose; excludes `music_url`.
        music_url: Such as the `audioUrl` of a music search.
        volume: 0 to 1. Without it the music plays at full volume, over the voice.
        clips: The stretches to play, at most 10.
    """

    enabled: bool | None = None
    auto_music: bool | None = None
    music_url: str | None = None
    volume: float | None = None
    clips: tuple[Clip, ...] | None = attrs.field(default=None, converter=as_tuple)

    def _check(self) -> None:
        self._within("volume", 0, 1)
        self._sized("clips", 0, 10)
        if self.auto_music and self.music_url is not None:
            self._refuse("music_url", "only one of autoMusic, musicUrl", "both")


@attrs.frozen(kw_only=True, repr=False)
class Logo(Request):
    """A logo over the whole video.

    Args:
        url: The image.
        position: One of nine, such as `top-right`.
        width: Percentage of the frame.
    """

    url: str
    position: str | None = None
    width: str | None = None

    def _check(self) -> None:
        self._percentages("width")


@attrs.frozen(kw_only=True, repr=False)
class Avatar(Request):
    """A presenter; a scene's own avatar changes only where and how it is shown.

    Args:
        avatar_id: The id of one of the presenter's *looks*, from the list of avatars.
        position: One of nine, such as `bottom-right`; excludes `top` and `left`.
        top: Percentage of the frame, from the top.
        left: Percentage of the frame, from the left.
        width: Percentage of the frame.
        border_radius: Such as `"50%"`, which is a circle.
        background_color: Behind the presenter.
        hide: Do not show it.
        border_color: Of the border.
        border_thickness: Of the border.
    """

    avatar_id: str | None = None
    position: str | None = None
    top: str | None = None
    left: str | None = None
    width: str | None = None
    border_radius: float | str | None = None
    background_color: str | None = None
    hide: bool | None = None
    border_color: str | None = None
    border_thickness: float | str | None = None

    def _check(self) -> None:
        self._only_one("position", "top")
        self._only_one("position", "left")
        self._percentages("top", "left", "width")


@attrs.frozen(kw_only=True, repr=False)
class Scene(Request):
    """One scene, or the source of many: one content, or a background that stands alone.

    Args:
        story: The text that is read and shown; 1 to 15,000 characters.
        story_co_pilot: A brief for a text.
        blog_url: A web page to be told.
        ppt_url: A presentation to be told.
        audio_url: A recording to be shown; needs `audio_language`.
        video_url: A recording to be cut; needs `audio_language`.
        is_ssml_story: The story is SSML. Its wire name is `isSSMLStory`.
        caption: Subtitles that differ from the story; excludes both splits.
        create_scene_on_new_line: A new scene at each line break of the story.
        create_scene_on_end_of_sentence: A new scene at the end of each sentence.
        max_subtitle_lines: 1 to 4; excludes a smart layout of the storyboard.
        highlight_keywords: True by default.
        hide_subtitles: Read the story, but do not show it.
        minimum_duration: Seconds; the duration of a scene without a story.
        end_pause_duration: Seconds of silence at the end.
        scene_transition: Into this scene: `none`, `wipeup`, `wipedown`, `wipeleft`, `wiperight`,
            `smoothleft`, `smoothright`, `radial`, `circlecrop`, `hblur` or `fade`.
        subtitle_style: The look of the subtitles.
        subtitle_style_id: A saved look (page `branding-customization/subtitle-styles`).
        subtitle_style_name: A saved look by its name; excludes `subtitle_style_id`.
        background: What is shown.
        background_brolls: Cuts to other visuals, each with its `broll_clip`.
        background_corpus: A pool of images to pick from.
        voice_over: Another voice than the storyboard's.
        background_music: `enabled` only.
        avatar: Where and how to show the storyboard's avatar.
        elements: 1 to 20 things on top.
        audio_language: Spoken in the recording: `en-US`, `de-DE`, ...
        transcript: Of the recording; its items are not documented.
        media_repurpose_settings: For the recording; its fields are not documented.
    """

    story: str | None = None
    story_co_pilot: StoryCoPilot | None = None
    blog_url: str | None = None
    ppt_url: str | None = None
    audio_url: str | None = None
    video_url: str | None = None
    is_ssml_story: bool | None = attrs.field(default=None, metadata={"wire": "isSSMLStory"})
    caption: str | None = None
    create_scene_on_new_line: bool | None = None
    create_scene_on_end_of_sentence: bool | None = None
    max_subtitle_lines: int | None = None
    highlight_keywords: bool | None = None
    hide_subtitles: bool | None = None
    minimum_duration: float | None = None
    end_pause_duration: float | None = None
    scene_transition: str | None = None
    subtitle_style: FontStyle | None = None
    subtitle_style_id: str | None = None
    subtitle_style_name: str | None = None
    background: Background | None = None
    background_brolls: tuple[Background, ...] | None = attrs.field(default=None, converter=as_tuple)
    background_corpus: tuple[CorpusVisual, ...] | None = attrs.field(
        default=None, converter=as_tuple
    )
    voice_over: VoiceOver | None = None
    background_music: BackgroundMusic | None = None
    avatar: Avatar | None = None
    elements: tuple[Element, ...] | None = attrs.field(default=None, converter=as_tuple)
    audio_language: str | None = None
    transcript: tuple[Mapping[str, Any], ...] | None = attrs.field(default=None, converter=as_tuple)
    media_repurpose_settings: Mapping[str, Any] | None = None

    def _check(self) -> None:
        self._check_content()
        self._check_caption()
        self._needs("is_ssml_story", "story")
        self._needs("transcript", "audio_url", "video_url")
        self._needs("media_repurpose_settings", "audio_url", "video_url")
        self._within("max_subtitle_lines", 1, 4)
        self._only_one("subtitle_style_id", "subtitle_style_name")
        self._sized("elements", 1, 20)
        self._check_music()

    def _check_content(self) -> None:
        self._only_one(*_CONTENT)
        self._filled("story")
        self._sized("story", 1, 15_000)
        shown = self.background is not None and self.background.shows_something
        # What is in `extra` may be a kind of content that is not documented yet.
        if not (self._given(*_CONTENT) or shown or self.extra):
            options = ", ".join(map(self._wire, _CONTENT[1:]))
            self._refuse("story", f"this, {options} or a background to show", "none of them")
        if self._given("audio_url", "video_url") and self.audio_language is None:
            self._refuse("audio_language", "the recording's language, such as en-US", "nothing")

    def _check_caption(self) -> None:
        self._needs("caption", "story")
        split = self.create_scene_on_new_line or self.create_scene_on_end_of_sentence
        if self.caption is not None and split:
            self._refuse("caption", "a story that is not split into scenes", "one that is")

    def _check_music(self) -> None:
        music = self.background_music
        if music is not None and music != BackgroundMusic(enabled=music.enabled, extra=music.extra):
            self._refuse("background_music", "only `enabled`, in a scene", short(music))


@attrs.frozen(kw_only=True, repr=False)
class Storyboard(Request):
    """A video to be made: the body of a storyboard preview and of a direct render (v2).

    Args:
        video_name: Not empty. Others report that the service takes letters, digits, spaces,
            `_` and `-`, 150 at most; that is not documented and not checked here.
        scenes: At least one, unless there is a `template_id`.
        video_width: Pixels; only together with `video_height`.
        video_height: Pixels; only together with `video_width`.
        aspect_ratio: `1:1`, `16:9`, `9:16` or `4:5`.
        language: Of the text: `ar`, `de`, `en`, `es`, `fr`, `hi`, `id`, `it`, `ja`, `ko`, `mr`,
            `nl`, `pl`, `pt`, `ru`, `ta`, `tr`, `ur`, `vi` or `zh`.
        save_project: Keep it under My Projects; false by default.
        webhook: A URL of at most 500 characters, to which the job's result is posted.
        webhook_input: Comes back in that post.
        template_id: A template, or a project with `{{placeholders}}`.
        variables: The values of the placeholders, by name.
        brand_id: A brand.
        brand_name: A brand by its name; excludes `brand_id`.
        subtitle_style: The look of the subtitles.
        subtitle_style_id: A saved look.
        subtitle_style_name: A saved look by its name; excludes `subtitle_style_id`.
        smart_layout_id: A smart layout.
        smart_layout_name: A smart layout by its name; excludes `smart_layout_id`.
        voice_over: Who reads; without it the video is silent.
        background_music: The music.
        logo: A logo.
        avatar: A presenter; needs `voice_over.enabled`.
        visual_library_id: Your own library of visuals.
        visual_selection_preference: `prefer-stock`, `prefer-user-library`, `stock-only` or
            `user-library-only`.
        destinations: Where else to put the video, such as Vimeo.
        aws_connection_id: A connection to S3.
        vimeo_connection_id: A connection to Vimeo.
        project_metadata: Its fields are not documented.
        storyboard_version: Better left out: anything but `v3` disables what is newer than v2.
    """

    video_name: str
    scenes: tuple[Scene, ...] = attrs.field(default=(), converter=as_tuple)
    video_width: int | None = None
    video_height: int | None = None
    aspect_ratio: str | None = None
    language: str | None = None
    save_project: bool | None = None
    webhook: str | None = None
    webhook_input: Mapping[str, Any] | None = None
    template_id: str | None = None
    variables: Mapping[str, Any] | None = None
    brand_id: str | None = None
    brand_name: str | None = None
    subtitle_style: FontStyle | None = None
    subtitle_style_id: str | None = None
    subtitle_style_name: str | None = None
    smart_layout_id: str | None = None
    smart_layout_name: str | None = None
    voice_over: VoiceOver | None = None
    background_music: BackgroundMusic | None = None
    logo: Logo | None = None
    avatar: Avatar | None = None
    visual_library_id: str | None = None
    visual_selection_preference: str | None = None
    destinations: tuple[Mapping[str, Any], ...] | None = attrs.field(
        default=None, converter=as_tuple
    )
    aws_connection_id: str | None = None
    vimeo_connection_id: str | None = None
    project_metadata: Mapping[str, Any] | None = None
    storyboard_version: str | None = None

    @classmethod
    def from_script(
        cls,
        script: str,
        *,
        name: str,
        speaker: str | None = None,
        language: str | None = None,
        aspect_ratio: str | None = None,
        webhook: str | None = None,
    ) -> Self:
        """Make a storyboard of a script: a scene for each line and each sentence.

        For anything more, `attrs.evolve` the result.

        Args:
            script: The text that is read and shown; 1 to 15,000 characters.
            name: The video's name.
            speaker: Who reads it; nobody does without.
            language: Of the script; English without.
            aspect_ratio: Of the video; `16:9`, `9:16`, ...
            webhook: A URL to which the job's result is posted.

        Raises:
            InvalidRequestError: The script is blank or too long, or the name is empty.
        """
        scene = Scene(
            story=script, create_scene_on_new_line=True, create_scene_on_end_of_sentence=True
        )
        voices = () if speaker is None else (AiVoice(speaker=speaker),)
        return cls(
            video_name=name,
            scenes=[scene],
            voice_over=VoiceOver(enabled=True, ai_voices=voices) if voices else None,
            language=language,
            aspect_ratio=aspect_ratio,
            webhook=webhook,
        )

    def _check(self) -> None:
        self._check_name_and_scenes()
        self._needs("video_width", "video_height")
        self._needs("video_height", "video_width")
        self._only_one("brand_id", "brand_name")
        self._only_one("subtitle_style_id", "subtitle_style_name")
        self._only_one("smart_layout_id", "smart_layout_name")
        self._sized("webhook", 0, 500)
        if self.avatar is not None and not (self.voice_over and self.voice_over.enabled):
            self._refuse("avatar", "voiceOver.enabled to be true beside it", "no voice-over")
        if self._given("smart_layout_id", "smart_layout_name"):
            self._check_smart_layout()

    def _check_name_and_scenes(self) -> None:
        self._filled("video_name")
        if not self.scenes and self.template_id is None:
            self._refuse("scenes", "at least one scene, or a templateId", "no scene")

    def _check_smart_layout(self) -> None:
        for index, scene in enumerate(self.scenes):
            if scene.max_subtitle_lines is not None:
                field = f"scenes[{index}].maxSubtitleLines"
                raise InvalidRequestError(field, "no limit beside a smart layout", "one")
