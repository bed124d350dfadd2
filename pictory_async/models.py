"""Models of the current API: a storyboard with all that goes into one, and what lists hold."""

from pictory_async._models.account import CreditTransaction, Quota, Usage
from pictory_async._models.avatars import AvatarLook, AvatarPerson
from pictory_async._models.branding import Brand, SmartLayout, Style
from pictory_async._models.connections import AwsConnection, VimeoConnection
from pictory_async._models.media import StockMedia, UploadUrl
from pictory_async._models.music import MusicTrack
from pictory_async._models.projects import Project, ProjectSummary
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
from pictory_async._models.templates import Template
from pictory_async._models.text import (
    Animation,
    FontStyle,
)
from pictory_async._models.transcripts import MediaInfo, Passage, Sentence, Word
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
from pictory_async._models.voices import ElevenLabsVoiceSettings, NewVoice, Voice


__all__ = [
    "AiVisual",
    "AiVoice",
    "Animation",
    "Avatar",
    "AvatarLook",
    "AvatarPerson",
    "AwsConnection",
    "Background",
    "BackgroundMusic",
    "Brand",
    "Clip",
    "ColorOverlay",
    "CorpusVisual",
    "CreditTransaction",
    "Element",
    "ElevenLabsVoiceSettings",
    "ExternalVoice",
    "FontStyle",
    "Logo",
    "MediaInfo",
    "MotionGraphics",
    "MusicTrack",
    "NewVoice",
    "Passage",
    "PremiumVoiceSettings",
    "Project",
    "ProjectSummary",
    "Quota",
    "Scene",
    "SearchFilter",
    "Sentence",
    "SmartLayout",
    "StockMedia",
    "StoryCoPilot",
    "Storyboard",
    "Style",
    "Template",
    "UploadUrl",
    "Usage",
    "VideoKenBurns",
    "VimeoConnection",
    "VisualSettings",
    "Voice",
    "VoiceOver",
    "Word",
    "ZoomPoint",
]
