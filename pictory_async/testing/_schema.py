"""Small checks that add up to the schema of a body; it knows no field of any call."""

from collections.abc import Callable, Mapping
from typing import TypeAlias

import attrs

from pictory_async.testing._messages import Json, Object
from pictory_async.testing._refusals import Problem


@attrs.define
class Report:
    """What the checks of one body found."""

    problems: list[Problem] = attrs.field(factory=list[Problem])
    stripped: list[str] = attrs.field(factory=list[str])

    def refuse(self, name: str, errors: str) -> None:
        """Note one problem."""
        self.problems.append(Problem(name, errors))


# Beyond it a JavaScript service cannot count; JSON's 1e999 is far beyond.
_SAFE = 2**53
# A check is given the value, its dotted name and the report, and returns what the service keeps.
Check: TypeAlias = Callable[[Json, str, Report], Json]
Rule: TypeAlias = Callable[[Object, str, Report], None]


def anything(value: Json, _name: str, _report: Report) -> Json:
    """Let a value pass whose type the contract does not tell."""
    return value


def flag(value: Json, name: str, report: Report) -> Json:
    """Expect true or false."""
    if not isinstance(value, bool):
        report.refuse(name, "must be a boolean")
    return value


def text(*, least: int = 0, most: int | None = None) -> Check:
    """Expect a string whose length is in a range."""

    def check(value: Json, name: str, report: Report) -> Json:
        if not isinstance(value, str):
            report.refuse(name, "must be a string")
        elif len(value) < least:
            report.refuse(name, "is not allowed to be empty")
        elif most is not None and len(value) > most:
            report.refuse(name, f"length must be at most {most} characters")
        return value

    return check


def number(least: float | None = None, most: float | None = None, *, whole: bool = False) -> Check:
    """Expect a number in a range; JSON's true and false are none."""
    kind = "an integer" if whole else "a number"

    def check(value: Json, name: str, report: Report) -> Json:
        if isinstance(value, bool) or not isinstance(value, int if whole else int | float):
            report.refuse(name, f"must be {kind}")
        elif abs(value) > _SAFE:
            report.refuse(name, "must be a safe number")
        elif least is not None and value < least:
            report.refuse(name, f"must be at least {least:g}")
        elif most is not None and value > most:
            report.refuse(name, f"must be at most {most:g}")
        return value

    return check


def one_of(words: str) -> Check:
    """Expect one of some words, given as one string with `|` between them."""
    allowed = [word.strip() for word in words.split("|")]

    def check(value: Json, name: str, report: Report) -> Json:
        if value not in allowed:
            report.refuse(name, f"must be one of [{', '.join(allowed)}]")
        return value

    return check


def either(*checks: Check) -> Check:
    """Expect a value that passes any of some checks; the last one's complaint is reported."""

    def check(value: Json, name: str, report: Report) -> Json:
        for attempt in checks[:-1]:
            trial = Report()
            kept = attempt(value, name, trial)
            if not trial.problems:
                return kept
        return checks[-1](value, name, report)

    return check


def list_of(item: Check, *, least: int = 0, most: int | None = None) -> Check:
    """Expect an array of some length, each item of which passes a check."""

    def check(value: Json, name: str, report: Report) -> Json:
        if not isinstance(value, list):
            report.refuse(name, "must be an array")
            return value
        if len(value) < least:
            report.refuse(name, f"must contain at least {least} items")
        if most is not None and len(value) > most:
            report.refuse(name, f"must contain at most {most} items")
        return [item(each, f"{name}[{index}]", report) for index, each in enumerate(value)]

    return check


def record(
    fields: Mapping[str, Check] | None = None,
    *,
    required: str = "",
    rules: tuple[Rule, ...] = (),
    keep_unknown: bool = False,
) -> Check:
    """Expect an object.

    Args:
        fields: The known fields; one that is null is as good as left out.
        required: The names of fields that must be there, with spaces between them.
        rules: What holds between fields.
        keep_unknown: Whether other fields are kept, rather than stripped and noted.
    """
    known = fields or {}

    def check(value: Json, name: str, report: Report) -> Json:
        if not isinstance(value, dict):
            report.refuse(name, "must be an object")
            return value
        kept: Object = {}
        for key, item in value.items():
            if key in known and item is None:
                # Programs send `"webhook": null` for no webhook; one that is needed is missing.
                continue
            if key in known:
                kept[key] = known[key](item, _join(name, key), report)
            elif keep_unknown:
                kept[key] = item
            else:
                report.stripped.append(_join(name, key))
        for rule in (*map(needs, required.split()), *rules):
            rule(kept, name, report)
        return kept

    return check


def needs(key: str) -> Rule:
    """Demand a field."""

    def rule(fields: Object, name: str, report: Report) -> None:
        if key not in fields:
            report.refuse(_join(name, key), "is required")

    return rule


def not_both(one: str, other: str) -> Rule:
    """Forbid two fields side by side; one that is switched off does not count."""

    def rule(fields: Object, name: str, report: Report) -> None:
        if _present(fields, one) and _present(fields, other):
            report.refuse(_join(name, other), f"must not be given together with {one}")

    return rule


def together(one: str, other: str) -> Rule:
    """Demand that two fields come together or not at all."""

    def rule(fields: Object, name: str, report: Report) -> None:
        for missing, given in ((one, other), (other, one)):
            if given in fields and missing not in fields:
                report.refuse(_join(name, missing), f"is required with {given}")

    return rule


def only_with(key: str, *companions: str) -> Rule:
    """Forbid a field unless one of its companions is there."""

    def rule(fields: Object, name: str, report: Report) -> None:
        if key in fields and not any(_present(fields, each) for each in companions):
            report.refuse(_join(name, key), f"is only allowed with {' or '.join(companions)}")

    return rule


def _present(fields: Object, key: str) -> bool:
    return fields.get(key) not in (None, False)


def _join(name: str, key: str) -> str:
    return f"{name}.{key}" if name else key
