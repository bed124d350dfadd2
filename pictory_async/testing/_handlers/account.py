"""Quotas and the ledger of AI credits (v2.md, section 11)."""

import math

from pictory_async.testing import _refusals as refusals
from pictory_async.testing._gate import Call, Route
from pictory_async.testing._messages import Json, Object, Reply
from pictory_async.testing._world import World


# The fake's calendar: it is always this month.
_YEAR, _MONTH = 2026, 1
_LIMITS = {
    "videoMinutes": 600,
    "transcriptionMinutes": 1200,
    "elevenLabsVoiceOverMinutes": 120,
    "aiCredits": 1000,
}


def quota(world: World, _call: Call) -> Reply:
    """Answer `GET /v1/quota`: a bare object; what was billed is used."""
    films = [job.film.seconds for job in world.jobs.values() if job.kind == "render"]
    used = {"videoMinutes": math.ceil(sum(films) / 60), "aiCredits": math.ceil(_spent(world))}
    return Reply.json(
        200, {name: {"used": used.get(name, 0), "limit": limit} for name, limit in _LIMITS.items()}
    )


def _spent(world: World) -> float:
    costs = [job.result.get("aiCreditsUsed", 0) for job in world.jobs.values()]
    return sum(float(cost) for cost in costs if isinstance(cost, int | float))


def usage(world: World, call: Call) -> Reply:
    """Answer `GET /v1/aicredits/usage`: a bare array, the newest first."""
    query = dict(call.request.query)
    if "year" in query and "month" not in query:
        return refusals.code(400, "INVALID_REQUEST", "year needs a month")
    year, month = query.get("year", str(_YEAR)), query.get("month", str(_MONTH))
    if not (year.isdecimal() and month.isdecimal() and 1 <= int(month) <= 12):  # noqa: PLR2004
        return refusals.code(400, "INVALID_REQUEST", "year and month must be numbers")
    if (int(year), int(month)) != (_YEAR, _MONTH):
        return Reply.json(200, [])
    ledger: list[Json] = [
        _line(job.id, job.kind, job.result["aiCreditsUsed"])
        for job in reversed(world.jobs.values())
        if "aiCreditsUsed" in job.result
    ]
    return Reply.json(200, ledger)


def _line(job_id: str, kind: str, cost: Json) -> Object:
    return {
        "transactionId": f"t-{job_id}",
        "type": "debit",
        "amount": cost,
        "source": f"ai-{kind}",
        "description": f"An AI {kind}",
        "plan": "Professional",
        "transactionDate": f"{_YEAR}-{_MONTH:02}-01T00:00:00Z",
    }


ROUTES: tuple[Route, ...] = (
    Route(operation="GET /v1/quota", handler=quota),
    Route(operation="GET /v1/aicredits/usage", handler=usage),
)
