"""How long jobs of one kind take, as far as it is known: a value that learns."""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import Final

import attrs


# Fewer jobs than this say nothing about the next one.
_ENOUGH: Final = 3
# Older jobs count less and less, as if only so many were remembered.
_MEMORY: Final = 50
# The least spread of the logarithms: nothing takes equally long each time.
_SHARPEST: Final = 0.02
# How wrong the spread of one job alone may be.
_DOUBT: Final = 0.25
# A share of all jobs that is as good as none.
_TRACE: Final = 1e-6
# Durations in seconds below this are all the same.
_LEAST: Final = 0.001


@attrs.frozen
class Durations:
    """How long jobs of one kind took, as a log-normal distribution.

    Durations of work are about log-normal: never below nothing, with a long tail. Of each job
    it is only known between which two looks it ended; where in between is guessed by what is
    known of the others.

    Args:
        count: How many jobs it was learned from.
        mean: The mean of the logarithms of the seconds.
        variance: Their variance.
    """

    count: int = 0
    mean: float = 0.0
    variance: float = 0.0

    @property
    def is_known(self) -> bool:
        """Whether there were enough jobs to tell how long the next one takes."""
        return self.count >= _ENOUGH

    def after(self, low: float, high: float) -> Durations:
        """Return what is known after one more job.

        Args:
            low: The seconds after which it was seen at work for the last time.
            high: The seconds after which it was seen done.
        """
        value = math.log(max(self._guess(low, high), _LEAST))
        weight = 1 / min(self.count + 1, _MEMORY)
        off = value - self.mean
        variance = (1 - weight) * (self.variance + weight * off * off)
        return Durations(self.count + 1, self.mean + weight * off, variance)

    def left(self, age: float, parts: int) -> list[float]:
        """Return the seconds that a job has left, in the middle of equally likely parts.

        Args:
            age: The seconds that the job has been at work.
            parts: How many parts.
        """
        curve = self._curve
        done = curve.cdf(math.log(max(age, _LEAST)))
        if done > 1 - _TRACE:
            # Longer than any job before: as much again as the longest part of them.
            return [age * self._spread * (part + 1) / parts for part in range(parts)]
        shares = [done + (1 - done) * (part + 0.5) / parts for part in range(parts)]
        return [max(0.0, math.exp(curve.inv_cdf(share)) - age) for share in shares]

    @property
    def _spread(self) -> float:
        return max(math.sqrt(self.variance + _DOUBT**2 / max(self.count, 1)), _SHARPEST)

    @property
    def _curve(self) -> NormalDist:
        return NormalDist(self.mean, self._spread)

    def _guess(self, low: float, high: float) -> float:
        if self.is_known:
            curve = self._curve
            from_share = curve.cdf(math.log(max(low, _LEAST)))
            to_share = curve.cdf(math.log(max(high, _LEAST)))
            middle = (from_share + to_share) / 2
            if to_share - from_share > _TRACE and 0 < middle < 1:
                return math.exp(curve.inv_cdf(middle))
        return (low + high) / 2
