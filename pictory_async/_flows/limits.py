"""What a batch may spend: a value."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from pictory_async._arguments import number, setting


if TYPE_CHECKING:
    from pictory_async._models.account import Quota


@attrs.frozen(kw_only=True)
class Limits:
    """What a batch may spend; None for as much as there is.

    What a video takes is known when it is done. So with a limit on minutes or credits the first
    video is made alone, and each of those under way counts as the average of those before. A
    render of which nobody knows whether it was accepted, or how it ended, counts as well.

    Args:
        jobs: How many renders are submitted at the most.
        minutes: How many minutes the videos may be long together.
        credits: How many AI credits they may use.

    Raises:
        ConfigurationError: One of them is not a number in its range.
    """

    jobs: int | None = attrs.field(default=None, validator=setting(number(0, whole=True).or_none))
    minutes: float | None = attrs.field(default=None, validator=setting(number(0).or_none))
    credits: float | None = attrs.field(default=None, validator=setting(number(0).or_none))

    @property
    def is_of_unknown(self) -> bool:
        """Whether it depends on what each video turns out to take."""
        return self.minutes is not None or self.credits is not None

    def capped(self, quota: Quota) -> Limits:
        """Return the limits, no wider than what is left of the plan's, as far as it is known."""
        minutes, credits_ = self.minutes, self.credits
        if minutes is not None and quota.video_minutes is not None:
            minutes = min(minutes, quota.video_minutes.left)
        if credits_ is not None and quota.ai_credits is not None:
            credits_ = min(credits_, quota.ai_credits.left)
        return attrs.evolve(self, minutes=minutes, credits=credits_)
