"""Finding out that a job is done: delay and looks, simulated, beside fixed intervals."""

from __future__ import annotations

import math
import random
from typing import TYPE_CHECKING, Final

from common import Report, parser

from pictory_async.schedules import ByProgress, Fixed, Growing, Learned, simulate


if TYPE_CHECKING:
    from collections.abc import Callable

    from pictory_async.schedules import Schedule, Simulation


OTHERS: Final[dict[str, Schedule]] = {
    **{f"fixed {seconds} s": Fixed(interval=seconds) for seconds in (10, 20, 30, 60)},
    "exponential 1 to 60 s": Growing(first=1, factor=2, longest=60),
}
OURS: Final[dict[str, Schedule]] = {
    **{f"learned, a look is {cost} s": Learned(look_cost=cost) for cost in (10, 15, 30, 40)},
    "the default": ByProgress(),
}


def drawn(count: int, seed: int) -> tuple[list[float], Callable[[float, float], float | None]]:
    """Return log-normal durations around three minutes, and how far such jobs say they are.

    The progress begins after up to a fifth of the time, goes unevenly, and is told in whole
    percent, as a render's is.
    """
    numbers = random.Random(seed)  # noqa: S311 - no secret
    durations = [180 * math.exp(numbers.gauss(0, 0.5)) for _ in range(count)]
    shapes = {
        each: (math.exp(numbers.gauss(0, 0.3)), numbers.uniform(0, 0.2)) for each in durations
    }

    def progress(age: float, duration: float) -> float | None:
        power, queued = shapes[duration]
        share = (age / duration - queued) / (1 - queued)
        return None if share < 0 else float(int(100 * share**power))

    return durations, progress


def is_on_front(ours: Simulation, others: dict[str, Simulation]) -> bool:
    """Tell whether nothing else needs both fewer looks and less delay."""
    return not any(
        other.mean_looks <= ours.mean_looks and other.mean_delay <= ours.mean_delay
        for other in others.values()
    )


def main() -> None:
    """Simulate."""
    args_of = parser(__doc__)
    args_of.add_argument("--jobs", type=int, default=2000, help="how many jobs")
    args_of.add_argument("--seed", type=int, default=1)
    args = args_of.parse_args()
    report = Report("schedules")
    durations, progress = drawn(args.jobs, args.seed)
    others = {who: simulate(schedule, durations) for who, schedule in OTHERS.items()}
    ours = {who: simulate(schedule, durations) for who, schedule in OURS.items()}
    told = simulate(ByProgress(), durations, progress=progress)
    for who, result in (others | ours).items():
        report.points[who] = [(result.mean_looks, result.mean_delay)]
        holds = is_on_front(result, others) if who in ours else None
        report.add("looks per job, no progress", who, result.mean_looks, "looks")
        limit = "on the front" if who in ours else ""
        report.add("delay, no progress", who, result.mean_delay, "s", limit, holds=holds)
    report.points["the default, with progress"] = [(told.mean_looks, told.mean_delay)]
    report.add(
        "looks per job, with progress", "the default", told.mean_looks, "looks",
        "fewer than fixed 30 s", holds=told.mean_looks < others["fixed 30 s"].mean_looks,
    )  # fmt: skip
    report.add(
        "delay, with progress", "the default", told.mean_delay, "s",
        "less than fixed 10 s", holds=told.mean_delay < others["fixed 10 s"].mean_delay,
    )  # fmt: skip
    report.note(
        f"{args.jobs:,} jobs one after the other, with log-normal durations (median three minutes, "
        "sigma 0.5). A schedule is on the front if none of the others has both fewer looks and "
        "less delay. Progress begins after up to a fifth of the time and goes unevenly."
    )
    report.save()


if __name__ == "__main__":
    main()
