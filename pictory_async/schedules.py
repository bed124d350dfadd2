"""When to look at a job that is at work: values to choose, combine and try out without paying.

The usual one looks when a job is likely done: by its progress, where the service tells it; else by
how long the other jobs of this kind took; and while that is not known, after a growing pause::

    ByProgress(otherwise=Learned(otherwise=Growing()))

`simulate` tells what a schedule would cost in looks and in delay.
"""

from pictory_async._waiting.durations import Durations
from pictory_async._waiting.schedule import (
    ByProgress,
    Fixed,
    Growing,
    Learned,
    Schedule,
    Sightings,
)
from pictory_async._waiting.simulate import Simulation, simulate


__all__ = [
    "ByProgress",
    "Durations",
    "Fixed",
    "Growing",
    "Learned",
    "Schedule",
    "Sightings",
    "Simulation",
    "simulate",
]
