"""The storyboard of the current API (v2), part by part.

Sources: the pages `api-reference/videos/create-storyboard-preview` and `render-storyboard-video`
of docs.pictory.ai, which take the same body, and the request schema in Pictory's own repository
`pictory-claude-skills`. Colours are `rgb()`, `rgba()` or hex; percentages are strings of whole
numbers, `"0%"` to `"100%"`; durations are seconds.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Never, Self

import attrs

from pictory_async._errors import InvalidRequestError
from pictory_async._models.base import RequestModel, as_tuple, short
from pictory_async._models.scripts import LIMIT, scene_texts
from pictory_async._models.sound import BackgroundMusic, VoiceOver
from pictory_async._models.text import FontStyle
from pictory_async._models.transcripts import Passage
from pictory_async._models.visuals import (
    Background,
    CorpusVisual,
    Element,
    as_backgrounds,
    as_corpus,
    as_elements,
)
from pictory_async._shapes.checks import shown_name


_CONTENT = ("story", "story_co_pilot", "blog_url", "ppt_url", "audio_url", "video_url")
# What stands for scenes: a template has some, and the service cuts a recording into some.
_INSTEAD_OF_SCENES = ("template_id", "url")
# What says something of a template's scene.
_OF_TEMPLATE = ("scene_id", "insert_before_scene_id", "insert_after_scene_id")


@attrs.frozen(kw_only=True, repr=False)
class StoryCoPilot(RequestModel):
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
class Logo(RequestModel):
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
class Avatar(RequestModel):
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
class Scene(RequestModel):
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
        caption_language: Of the caption, where it differs from the story's.
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
        scene_id: A scene of the storyboard's template, which this one changes. No page shows the
            names of this and the next four in the current API: they are those of v1.
        insert_before_scene_id: A scene of the template before which this one comes.
        insert_after_scene_id: A scene of the template after which this one comes.
        subtitles: Other texts for a scene of the template: `[{"text": ...}]`.
        background_visual: Another visual for it: `{"visualUrl": ..., "type": ...}`.
    """

    story: str | None = None
    story_co_pilot: StoryCoPilot | None = None
    blog_url: str | None = None
    ppt_url: str | None = None
    audio_url: str | None = None
    video_url: str | None = None
    is_ssml_story: bool | None = attrs.field(default=None, metadata={"wire": "isSSMLStory"})
    caption: str | None = None
    caption_language: str | None = None
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
    background_brolls: tuple[Background, ...] | None = attrs.field(
        default=None, converter=as_backgrounds
    )
    background_corpus: tuple[CorpusVisual, ...] | None = attrs.field(
        default=None, converter=as_corpus
    )
    voice_over: VoiceOver | None = None
    background_music: BackgroundMusic | None = None
    avatar: Avatar | None = None
    elements: tuple[Element, ...] | None = attrs.field(default=None, converter=as_elements)
    audio_language: str | None = None
    transcript: tuple[Mapping[str, Any], ...] | None = attrs.field(default=None, converter=as_tuple)
    media_repurpose_settings: Mapping[str, Any] | None = None
    scene_id: str | int | None = None
    insert_before_scene_id: str | int | None = None
    insert_after_scene_id: str | int | None = None
    subtitles: tuple[Mapping[str, Any], ...] | None = attrs.field(default=None, converter=as_tuple)
    background_visual: Mapping[str, Any] | None = None

    def _check(self) -> None:
        self._check_content()
        self._check_caption()
        self._needs("is_ssml_story", "story")
        self._needs("transcript", "audio_url", "video_url")
        self._needs("media_repurpose_settings", "audio_url", "video_url")
        self._within("max_subtitle_lines", 1, 4)
        self._only_one("subtitle_style_id", "subtitle_style_name")
        self._only_one("scene_id", "insert_before_scene_id", "insert_after_scene_id")
        self._sized("elements", 1, 20)
        self._check_music()

    def _check_content(self) -> None:
        self._only_one(*_CONTENT)
        self._filled("story")
        self._sized("story", 1, LIMIT)
        shown = self.background is not None and self.background.shows_something
        # What is in `extra` may be a kind of content that is not documented yet; and a scene of a
        # template has its own.
        if not (self._given(*_CONTENT, "scene_id") or shown or self.extra):
            options = ", ".join(map(self._shown, _CONTENT[1:]))
            self._refuse(
                "story",
                f"{self._shown('story')}, {options} or a background to show",
                "none of them",
            )
        if self._given("audio_url", "video_url") and self.audio_language is None:
            self._refuse("audio_language", "the recording's language, such as en-US", "nothing")

    def _check_caption(self) -> None:
        self._needs("caption", "story")
        for split in ("create_scene_on_new_line", "create_scene_on_end_of_sentence"):
            if self.caption is not None and getattr(self, split):
                self._refuse("caption", "a story that is not split into scenes", self._shown(split))

    def _check_music(self) -> None:
        music = self.background_music
        if music is not None and music != BackgroundMusic(enabled=music.enabled, extra=music.extra):
            self._refuse("background_music", "only `enabled`, in a scene", short(music))


def as_scenes(value: Iterable[Scene]) -> tuple[Scene, ...]:
    """Take any sequence of scenes for a tuple; type checkers see what is in it."""
    return as_tuple(value)


@attrs.frozen(kw_only=True, repr=False)
class Storyboard(RequestModel):
    """A video to be made: the body of a storyboard preview and of a direct render (v2).

    Args:
        video_name: Not empty. Others report that the service takes letters, digits, spaces,
            `_` and `-`, 150 at most; that is not documented and not checked here.
        scenes: At least one, unless there is a `template_id` or a `url`.
        video_description: What the video is about.
        url: A recording that the service cuts into scenes by itself, as two guides show it; the
            reference has a scene with `audio_url` or `video_url`.
        video_to_video: Show the recording at `url` itself.
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
    scenes: tuple[Scene, ...] = attrs.field(default=(), converter=as_scenes)
    video_description: str | None = None
    url: str | None = None
    video_to_video: bool | None = None
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
            script: The text that is read and shown. More than the 15,000 characters that a scene
                takes are cut at sentences into several, which joined are the script, but for
                blanks that would be a scene of their own; the log says so.
            name: The video's name.
            speaker: Who reads it; nobody does without.
            language: Of the script; English without.
            aspect_ratio: Of the video; `16:9`, `9:16`, ...
            webhook: A URL to which the job's result is posted.

        Raises:
            InvalidRequestError: The script is blank, or the name is empty.
        """
        scenes = [
            Scene(story=text, create_scene_on_new_line=True, create_scene_on_end_of_sentence=True)
            for text in scene_texts(script)
        ]
        return cls(
            video_name=name,
            scenes=scenes,
            voice_over=None if speaker is None else VoiceOver.by(speaker),
            language=language,
            aspect_ratio=aspect_ratio,
            webhook=webhook,
        )

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
                story=passage.text or None,
                background=Background.of_video(url, (passage,)),
            )
            for passage in passages
        ]
        return cls(video_name=name, scenes=scenes)

    @classmethod
    def from_template(
        cls, template_id: str, variables: Mapping[str, Any] | None = None, *, name: str
    ) -> Self:
        """Make a storyboard of a template, or of a project with `{{...}}` in its texts.

        Args:
            template_id: The id of the template or project.
            variables: What to put in place of each name.
            name: The video's name.

        Raises:
            InvalidRequestError: The name is empty.
        """
        return cls(video_name=name, template_id=template_id, variables=variables)

    def _check(self) -> None:
        self._check_name_and_scenes()
        self._needs("video_width", "video_height")
        self._needs("video_height", "video_width")
        self._only_one("brand_id", "brand_name")
        self._only_one("subtitle_style_id", "subtitle_style_name")
        self._only_one("smart_layout_id", "smart_layout_name")
        self._sized("webhook", 0, 500)
        if self.avatar is not None and not (self.voice_over and self.voice_over.enabled):
            expected = f"{self._shown('voice_over')}.enabled to be true beside it"
            self._refuse("avatar", expected, "no voice-over")
        if self._given("smart_layout_id", "smart_layout_name"):
            self._check_smart_layout()
        if self.template_id is None:
            self._check_without_template()

    def _check_name_and_scenes(self) -> None:
        self._filled("video_name")
        # As with the content of a scene.
        if not (self.scenes or self._given(*_INSTEAD_OF_SCENES) or self.extra):
            options = " or ".join(map(self._shown, _INSTEAD_OF_SCENES))
            self._refuse("scenes", f"at least one scene, {options}", "no scene")

    def _check_without_template(self) -> None:
        for index, scene in enumerate(self.scenes):
            for name in _OF_TEMPLATE:
                if getattr(scene, name) is not None:
                    expected = f"{self._shown('template_id')} beside the scenes"
                    self._refuse_scene(index, name, expected, "no template")

    def _refuse_scene(self, index: int, name: str, expected: str, found: str) -> Never:
        path = f"scenes[{index}].{shown_name(attrs.fields_dict(Scene)[name])}"
        raise InvalidRequestError(path, expected, found)

    def _check_smart_layout(self) -> None:
        for index, scene in enumerate(self.scenes):
            if scene.max_subtitle_lines is not None:
                expected = "no limit beside a smart layout"
                self._refuse_scene(index, "max_subtitle_lines", expected, "one")
