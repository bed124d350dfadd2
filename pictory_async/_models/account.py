"""What the account has used and may use."""

import math

import attrs

from pictory_async._models.base import Open, as_number


@attrs.frozen(kw_only=True, repr=False)
class Usage(Open):
    """How much of something is used up.

    Args:
        used: What is used in the current term of billing, or None where the service does not say.
        limit: What the plan allows in it, or None where the service does not say.
        extra: All else that the service sent.
    """

    used: float | None = None
    limit: float | None = None

    @property
    def left(self) -> float:
        """What may still be used, 0 and more; infinite where the service does not say."""
        if self.used is None or self.limit is None:
            return math.inf
        return max(0.0, self.limit - self.used)


@attrs.frozen(kw_only=True, repr=False)
class Quota(Open):
    """What the plan allows in the current term of billing.

    Args:
        video_minutes: Minutes of rendered video.
        transcription_minutes: Minutes of transcribed media.
        eleven_labs_voice_over_minutes: Minutes read by voices of ElevenLabs.
        ai_credits: Credits for AI visuals.
        extra: All else that the service sent.
    """

    video_minutes: Usage | None = None
    transcription_minutes: Usage | None = None
    eleven_labs_voice_over_minutes: Usage | None = None
    ai_credits: Usage | None = None


@attrs.frozen(kw_only=True, repr=False)
class CreditTransaction(Open):
    """One line of the ledger of AI credits.

    Args:
        transaction_id: The line's id.
        type: `debit` or `credit`.
        amount: How many credits.
        source: What they were spent on or came from.
        description: Words about it.
        plan: The plan of that time.
        transaction_date: When, in ISO 8601.
        extra: All else that the service sent.
    """

    transaction_id: str
    type: str | None = None
    amount: float | None = attrs.field(default=None, converter=as_number)
    source: str | None = None
    description: str | None = None
    plan: str | None = None
    transaction_date: str | None = None
