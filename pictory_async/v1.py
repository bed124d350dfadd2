"""Models of the first generation of the API: a storyboard and everything that goes into one."""

from pictory_async._models.v1 import (
    AiVoiceOver,
    Audio,
    BrandLogo,
    Scene,
    Segment,
    Storyboard,
    TextStyles,
    VisualFilter,
)


__all__ = [
    "AiVoiceOver",
    "Audio",
    "BrandLogo",
    "Scene",
    "Segment",
    "Storyboard",
    "TextStyles",
    "VisualFilter",
]
