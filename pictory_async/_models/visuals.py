"""What is seen in the current API: backgrounds, visuals by search or AI, elements."""

from collections.abc import Iterable
from typing import Protocol, Self

import attrs

from pictory_async._models.base import RequestModel, as_tuple
from pictory_async._models.text import FontStyle


class Stretch(Protocol):
    """Anything with a beginning and an end in seconds."""

    @property
    def start(self) -> float:
        """Where it begins."""
        ...

    @property
    def end(self) -> float:
        """Where it ends."""
        ...


@attrs.frozen(kw_only=True, repr=False)
class Clip(RequestModel):
    """A stretch of a video or of music.

    Args:
        start: Where it begins, in seconds.
        end: Where it ends, in seconds.
    """

    start: float
    end: float


def as_clips(value: Iterable[Clip] | None) -> tuple[Clip, ...] | None:
    """Take any sequence of clips for a tuple; type checkers see what is in it."""
    return as_tuple(value)


@attrs.frozen(kw_only=True, repr=False)
class SearchFilter(RequestModel):
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
class AiVisual(RequestModel):
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
class ColorOverlay(RequestModel):
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
class ZoomPoint(RequestModel):
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
class VideoKenBurns(RequestModel):
    """A zoom along a path.

    Args:
        start: Where it begins.
        end: Where it ends.
    """

    start: ZoomPoint | None = None
    end: ZoomPoint | None = None


@attrs.frozen(kw_only=True, repr=False)
class VisualSettings(RequestModel):
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
            options = ", ".join(map(self._shown, ("zoom_and_pan", "ken_burns_effect")))
            self._refuse("ken_burns_effect", f"only one of {options}", "both")


@attrs.frozen(kw_only=True, repr=False)
class MotionGraphics(RequestModel):
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
class Background(RequestModel):
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
    clips: tuple[Clip, ...] | None = attrs.field(default=None, converter=as_clips)
    color_overlay: ColorOverlay | None = None
    settings: VisualSettings | None = None
    motion_graphics: MotionGraphics | None = None
    broll_clip: Clip | None = None

    @classmethod
    def of_video(cls, url: str, clips: Iterable[Stretch] = (), *, mute: bool = False) -> Self:
        """Show a video.

        Args:
            url: Where it is.
            clips: The stretches of it to show, each with `start` and `end`; all of it without.
            mute: Whether to leave out its sound.
        """
        stretches = [Clip(start=clip.start, end=clip.end) for clip in clips]
        settings = VisualSettings(mute=mute)
        return cls(visual_url=url, type="video", clips=stretches or None, settings=settings)

    @classmethod
    def of_image(cls, url: str) -> Self:
        """Show an image.

        Args:
            url: Where it is.
        """
        return cls(visual_url=url, type="image")

    @classmethod
    def of_ai(cls, prompt: str, *, type: str = "image", model: str | None = None) -> Self:  # noqa: A002
        """Show what an AI makes, which costs AI credits.

        Args:
            prompt: What is to be seen, at most 500 characters.
            type: `image` or `video`.
            model: Who makes it.
        """
        return cls(ai_visual=AiVisual(prompt=prompt, model=model), type=type)

    def _check(self) -> None:
        self._only_one("visual_url", "color", "ai_visual")
        if self.ai_visual is not None and self.type is None:
            expected = f"video or image, beside {self._shown('ai_visual')}"
            self._refuse("type", expected, "nothing")
        if self.clips is not None and (self.visual_url is None or self.type != "video"):
            expected = f"{self._shown('visual_url')} and the type video beside them"
            self._refuse("clips", expected, "another background")

    @property
    def shows_something(self) -> bool:
        """Whether this alone can fill a scene."""
        content = ("visual_url", "color", "ai_visual", "search_filter", "motion_graphics", "extra")
        return any(getattr(self, name) for name in content)


def as_backgrounds(value: Iterable[Background] | None) -> tuple[Background, ...] | None:
    """Take any sequence of backgrounds for a tuple; type checkers see what is in it."""
    return as_tuple(value)


@attrs.frozen(kw_only=True, repr=False)
class CorpusVisual(RequestModel):
    """One of a pool of visuals from which the service picks.

    Args:
        visual_url: An image.
        type: `image`.
        prefer: Whether to prefer it.
    """

    visual_url: str
    type: str | None = None
    prefer: bool | None = None


def as_corpus(value: Iterable[CorpusVisual] | None) -> tuple[CorpusVisual, ...] | None:
    """Take any sequence of visuals for a tuple; type checkers see what is in it."""
    return as_tuple(value)


@attrs.frozen(kw_only=True, repr=False)
class Element(RequestModel):
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
            options = " or ".join(map(self._shown, ("search_filter", "ai_visual")))
            self._refuse("visual_url", f"{self._shown('visual_url')}, {options}", "none of them")


def as_elements(value: Iterable[Element] | None) -> tuple[Element, ...] | None:
    """Take any sequence of elements for a tuple; type checkers see what is in it."""
    return as_tuple(value)
