"""Models of the current API: a storyboard and everything that goes into one."""

from pictory_async._models.sound import (
    AiVoice,
    BackgroundMusic,
    ExternalVoice,
    PremiumVoiceSettings,
    VoiceOver,
)
from pictory_async._models.storyboard import (
    Avatar,
    Logo,
    Scene,
    Storyboard,
    StoryCoPilot,
)
from pictory_async._models.text import (
    Animation,
    FontStyle,
)
from pictory_async._models.visuals import (
    AiVisual,
    Background,
    Clip,
    ColorOverlay,
    CorpusVisual,
    Element,
    MotionGraphics,
    SearchFilter,
    VideoKenBurns,
    VisualSettings,
    ZoomPoint,
)


__all__ = [
    "AiVisual",
    "AiVoice",
    "Animation",
    "Avatar",
    "Background",
    "BackgroundMusic",
    "Clip",
    "ColorOverlay",
    "CorpusVisual",
    "Element",
    "ExternalVoice",
    "FontStyle",
    "Logo",
    "MotionGraphics",
    "PremiumVoiceSettings",
    "Scene",
    "SearchFilter",
    "StoryCoPilot",
    "Storyboard",
    "VideoKenBurns",
    "VisualSettings",
    "VoiceOver",
    "ZoomPoint",
]
