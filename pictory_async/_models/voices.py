"""Voices that can read a storyboard."""

import attrs

from pictory_async._models.base import Open, RequestModel


@attrs.frozen(kw_only=True, repr=False)
class Voice(Open):
    """A voice.

    Args:
        id: The track's number, which `AiVoice.speaker` takes as a string.
        name: What `AiVoice.speaker` takes too, in any case; empty where it has none.
        voice: The provider's id, which `AiVoice.speaker` takes too.
        gender: `male`, `female` or another.
        accent: Where the voice comes from.
        language: Such as `en-US`.
        engine: How the provider makes it.
        service: `aws`, `google` or `elevenlabs`.
        category: `standard` or another.
        sample: The URL of a sample.
        ssml_help: The URL of a page about what the voice understands.
        ssml_support_category: How much of SSML it understands.
        extra: All else that the service sent.
    """

    id: int | str
    name: str = ""
    voice: str | None = None
    gender: str | None = None
    accent: str | None = None
    language: str | None = None
    engine: str | None = None
    service: str | None = None
    category: str | None = None
    sample: str | None = None
    ssml_help: str | None = None
    ssml_support_category: str | None = None


@attrs.frozen(kw_only=True, repr=False)
class ElevenLabsVoiceSettings(RequestModel):
    """How a voice of ElevenLabs speaks. No page gives the ranges.

    Args:
        similarity_boost: How close to the original.
        stability: How even.
        use_speaker_boost: Whether to come closer still.
    """

    similarity_boost: float | None = None
    stability: float | None = None
    use_speaker_boost: bool | None = None


@attrs.frozen(kw_only=True, repr=False)
class NewVoice(RequestModel):
    """A voice of one's own at a provider.

    Args:
        name: What to call it.
        engine: `neural` or `standard` (aws); `standard`, `WaveNet` or `Neural2` (google);
            `eleven_monolingual_v1` or `eleven_multilingual_v2` (elevenlabs).
        service: `aws`, `google` or `elevenlabs`.
        language: Such as `en-US`.
        voice_id: The provider's id of the voice.
        description: Words about it.
        accent: Where it comes from. No page says whether this and the next two are required.
        age: How old it sounds.
        gender: Of which gender it sounds.
        sample: The URL of a sample.
        public_user_id: Who shares the voice at ElevenLabs.
        elevenlabs_voice_settings: How it speaks.
    """

    name: str
    engine: str
    service: str
    language: str
    voice_id: str
    description: str | None = None
    accent: str | None = None
    age: str | None = None
    gender: str | None = None
    sample: str | None = None
    public_user_id: str | None = None
    elevenlabs_voice_settings: ElevenLabsVoiceSettings | None = None

    def _check(self) -> None:
        self._filled("name", "engine", "service", "language", "voice_id")
