"""What is heard in the current API: voices and music."""

from collections.abc import Iterable
from typing import Self

import attrs

from pictory_async._models.base import RequestModel, as_tuple
from pictory_async._models.visuals import Clip, as_clips


@attrs.frozen(kw_only=True, repr=False)
class PremiumVoiceSettings(RequestModel):
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
class AiVoice(RequestModel):
    """A voice that reads the story.

    Args:
        speaker: A voice's number, its name in any case, or its provider's id. A speaker whom the
            service does not know fails the job.
        speed: 50 to 200 percent; 100 by default.
        amplification_level: -1 is mute, 0 normal, 1 twice as loud.
        premium_voice_settings: For voices of ElevenLabs.
    """

    speaker: str | int
    speed: float | None = None
    amplification_level: float | None = None
    premium_voice_settings: PremiumVoiceSettings | None = None

    def _check(self) -> None:
        self._filled("speaker")
        self._within("speed", 50, 200)
        self._within("amplification_level", -1, 1)


def as_voices(value: Iterable[AiVoice] | None) -> tuple[AiVoice, ...] | None:
    """Take any sequence of voices for a tuple; type checkers see what is in it."""
    return as_tuple(value)


@attrs.frozen(kw_only=True, repr=False)
class ExternalVoice(RequestModel):
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
class VoiceOver(RequestModel):
    """Who reads the story. A storyboard without a voice-over makes a silent video.

    Args:
        enabled: Whether anybody does.
        ai_voices: One voice; several take turns, scene by scene. Excludes `external_voice`.
        external_voice: A recording.
    """

    enabled: bool | None = None
    ai_voices: tuple[AiVoice, ...] | None = attrs.field(default=None, converter=as_voices)
    external_voice: ExternalVoice | None = None

    @classmethod
    def by(cls, *speakers: str | int, speed: int | None = None) -> Self:
        """Let a voice read, or several in turn.

        Args:
            *speakers: Their names or ids, as `Voices.list` has them.
            speed: 50 to 200, where 100 is usual.
        """
        voices = [AiVoice(speaker=speaker, speed=speed) for speaker in speakers]
        return cls(enabled=True, ai_voices=voices)

    def _check(self) -> None:
        self._only_one("ai_voices", "external_voice")


@attrs.frozen(kw_only=True, repr=False)
class BackgroundMusic(RequestModel):
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
    clips: tuple[Clip, ...] | None = attrs.field(default=None, converter=as_clips)

    def _check(self) -> None:
        self._within("volume", 0, 1)
        self._sized("clips", 0, 10)
        if self.auto_music and self.music_url is not None:
            options = ", ".join(map(self._shown, ("auto_music", "music_url")))
            self._refuse("music_url", f"only one of {options}", "both")
