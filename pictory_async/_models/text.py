"""How text looks and moves in the current API."""

from collections.abc import Iterable

import attrs

from pictory_async._models.base import RequestModel, as_tuple


@attrs.frozen(kw_only=True, repr=False)
class Animation(RequestModel):
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


def as_animations(value: Iterable[Animation] | None) -> tuple[Animation, ...] | None:
    """Take any sequence of animations for a tuple; type checkers see what is in it."""
    return as_tuple(value)


@attrs.frozen(kw_only=True, repr=False)
class FontStyle(RequestModel):
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
    animations: tuple[Animation, ...] | None = attrs.field(default=None, converter=as_animations)

    def _check(self) -> None:
        self._within("font_size", 1)
        self._sized("animations", 1, 2)
