"""What an answer means, by its status, by who gave it, and by what was asked: one table.

A status alone says little. A 403 from the service is a refusal; one from a guard in front of it
says nothing of a job. A 408 sounds like a refusal; balancers send it when the service was slow, and
perhaps took the request. The transport reads this table before it sends again, a wait when a look
told nothing, a flow before it submits again, and the books of a batch in the end.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Final, TypeAlias

import attrs


if TYPE_CHECKING:
    from pictory_async._errors import Who


class Asked(enum.Enum):
    """What was asked."""

    SUBMIT = "submit"
    """What may cost money, or changes something: it is sent once."""

    LOOK = "look"
    """A look of a wait, which looks again anyway."""

    CALL = "call"
    """Anything else that may be asked as often as one likes."""

    TOKEN = "token"  # noqa: S105 - a name
    """A token."""

    FILE = "file"
    """A file, fetched from or put at a host that is not the service."""


class Case(enum.Enum):
    """What came of one attempt."""

    TAKEN = "taken"
    REFUSED = "refused"
    KNOWN_TOKEN_REFUSED = "401 to a token that was good"  # noqa: S105 - words
    NOT_SENT = "not sent"
    NOT_ANSWERED = "sent, no answer"
    UNREACHABLE = "no such host, or not trusted"


class Meaning(enum.Enum):
    """What is then known, and what there is to do."""

    ANSWERED = "answered"
    PAID = "paid"
    SURELY_NOT = "surely not"
    TRY_AGAIN = "try again"
    MISSED_LOOK = "missed look"
    UNKNOWN = "unknown"

    @property
    def explanation(self) -> str:
        """What that means, in a sentence or two."""
        return _EXPLANATIONS[self]


_EXPLANATIONS: Final = {
    Meaning.ANSWERED: "It is the answer.",
    Meaning.PAID: "It is the answer, and there is a job now, which is paid for once it is done.",
    Meaning.SURELY_NOT: "Nothing was done, and the same request would be refused again. It is an "
    "error at once.",
    Meaning.TRY_AGAIN: "Nothing was done, or doing it twice costs nothing. The client sends it "
    "again by itself, as often as `Retry` says.",
    Meaning.MISSED_LOOK: "It says nothing of the job. The wait goes on, for as long as `outage` "
    "allows.",
    Meaning.UNKNOWN: "The service may have taken the submit. That is a `SubmissionUnknownError`; "
    "it counts towards every limit, and is never sent again by itself.",
}


Statuses: TypeAlias = range | None
"""The statuses of a row, or None where no answer came."""

_ANYBODY: Final[frozenset[Who]] = frozenset({"service", "guard", "other"})
_NOBODY: Final[frozenset[Who]] = frozenset()
_SERVICE: Final[frozenset[Who]] = frozenset({"service"})
_GUARD: Final[frozenset[Who]] = frozenset({"guard"})
_OTHER: Final[frozenset[Who]] = frozenset({"other"})
_NOT_THE_SERVICE: Final = _GUARD | _OTHER
_NAMES: Final = {
    _SERVICE: "the service",
    _GUARD: "the guard",
    _OTHER: "somebody else",
    _NOT_THE_SERVICE: "not the service",
}
_SUCCESS: Final = range(200, 300)
_CENTURY: Final = 100


def _words_of(statuses: range) -> str:
    if len(statuses) == 1:
        return str(statuses.start)
    return f"{statuses.start // _CENTURY}xx" if len(statuses) == _CENTURY else "5xx and others"


@attrs.frozen
class Row:
    """One line of the table.

    Args:
        case: What came of the attempt.
        statuses: The statuses that it is about.
        who: Who may have answered.
        means: What it means for each that can be asked, in the order of `Asked`.
        reason: Why.
    """

    case: Case
    statuses: Statuses
    who: frozenset[Who]
    means: tuple[Meaning, Meaning, Meaning, Meaning, Meaning]
    reason: str

    @property
    def answer(self) -> str:
        """What it is about, in words: `403, not the service`."""
        if self.statuses is None:
            return self.case.value
        words = [_words_of(self.statuses), _NAMES.get(self.who)]
        if self.case is not Case.REFUSED or (self.who == _SERVICE and self.statuses == _SUCCESS):
            words.append(self.case.value)
        return ", ".join(filter(None, words))

    def fits(self, case: Case, status: int | None, who: Who) -> bool:
        """Tell whether it is about this answer, or about none where none came."""
        if self.case is not case:
            return False
        return self.statuses is None or (status in self.statuses and who in self.who)

    def meaning(self, asked: Asked) -> Meaning:
        """Return what it means for what was asked."""
        return self.means[_ORDER[asked]]


_ORDER: Final = {asked: place for place, asked in enumerate(Asked)}

_DONE, _PAID, _NOT = Meaning.ANSWERED, Meaning.PAID, Meaning.SURELY_NOT
_AGAIN, _MISS, _OPEN = Meaning.TRY_AGAIN, Meaning.MISSED_LOOK, Meaning.UNKNOWN

# The first row that fits counts.
TABLE: Final = (
    Row(
        Case.TAKEN,
        _SUCCESS,
        _SERVICE,
        (_PAID, _DONE, _DONE, _DONE, _DONE),
        "The service did what was asked; after a submit its answer names the job.",
    ),
    Row(
        Case.REFUSED,
        _SUCCESS,
        _SERVICE,
        (_NOT, _MISS, _NOT, _NOT, _NOT),
        "`success: false` in the body refuses what the status accepts; without a word about the "
        "job it says nothing of it.",
    ),
    Row(
        Case.REFUSED,
        _SUCCESS,
        _NOT_THE_SERVICE,
        (_OPEN, _MISS, _NOT, _AGAIN, _NOT),
        "A page to log in to a network, or an answer that was cut short. In a file's place it is "
        "not the file.",
    ),
    Row(
        Case.REFUSED,
        range(300, 400),
        _ANYBODY,
        (_OPEN, _MISS, _AGAIN, _AGAIN, _NOT),
        "The service redirects nothing, so somebody in between does. A file's redirects are "
        "followed; one that cannot be is its end.",
    ),
    Row(
        Case.KNOWN_TOKEN_REFUSED,
        None,
        _NOBODY,
        (_AGAIN, _MISS, _NOT, _AGAIN, _NOT),
        "Another process of the account got a token, which ended this one, and the next one as "
        "well; or a key that was accepted before is refused.",
    ),
    Row(
        Case.REFUSED,
        range(401, 402),
        _NOT_THE_SERVICE,
        (_OPEN, _MISS, _NOT, _AGAIN, _NOT),
        "Somebody in between wants credentials, and likely let nothing pass; nobody knows.",
    ),
    Row(
        Case.REFUSED,
        range(404, 405),
        _SERVICE,
        (_NOT, _MISS, _NOT, _NOT, _NOT),
        "A job that was just submitted is not known everywhere yet; after ten seconds a wait "
        "takes the service's word.",
    ),
    Row(
        Case.REFUSED,
        range(407, 408),
        _ANYBODY,
        (_NOT, _MISS, _NOT, _NOT, _NOT),
        "A proxy wants credentials of its own, and let nothing pass.",
    ),
    Row(
        Case.REFUSED,
        range(408, 409),
        _ANYBODY,
        (_OPEN, _MISS, _AGAIN, _AGAIN, _AGAIN),
        "Balancers send it when the service was slow, whether it took the request or not.",
    ),
    Row(
        Case.REFUSED,
        range(425, 426),
        _ANYBODY,
        (_OPEN, _MISS, _AGAIN, _AGAIN, _AGAIN),
        "Too early, says somebody who terminates TLS; the service may have it all the same.",
    ),
    Row(
        Case.REFUSED,
        range(499, 500),
        _ANYBODY,
        (_OPEN, _MISS, _AGAIN, _AGAIN, _AGAIN),
        "nginx says so of whom it takes for gone, when the service may have the request.",
    ),
    Row(
        Case.REFUSED,
        range(429, 430),
        _ANYBODY,
        (_AGAIN, _MISS, _AGAIN, _AGAIN, _AGAIN),
        "Whoever counts requests refuses before any work; no page shows the service's own body.",
    ),
    Row(
        Case.REFUSED,
        range(400, 500),
        _SERVICE,
        (_NOT, _NOT, _NOT, _NOT, _NOT),
        "The service's own refusal.",
    ),
    Row(
        Case.REFUSED,
        range(400, 500),
        _GUARD,
        (_NOT, _MISS, _NOT, _AGAIN, _NOT),
        "The guard in front let nothing pass. It says nothing of a job; a batch goes on "
        "within its `outage`.",
    ),
    Row(
        Case.REFUSED,
        range(400, 500),
        _OTHER,
        (_OPEN, _MISS, _AGAIN, _AGAIN, _NOT),
        "Not the service's words: what it did before is not known. A file's host speaks for "
        "itself.",
    ),
    Row(
        Case.REFUSED,
        range(100_000),
        _ANYBODY,
        (_OPEN, _MISS, _AGAIN, _AGAIN, _AGAIN),
        "The service failed, or a gateway did not hear from it in time.",
    ),
    Row(
        Case.NOT_SENT,
        None,
        _NOBODY,
        (_AGAIN, _MISS, _AGAIN, _AGAIN, _AGAIN),
        "No connection could be made, or no slot was free in time.",
    ),
    Row(
        Case.NOT_ANSWERED,
        None,
        _NOBODY,
        (_OPEN, _MISS, _AGAIN, _AGAIN, _AGAIN),
        "The connection broke, or the time for the answer was up.",
    ),
    Row(
        Case.UNREACHABLE,
        None,
        _NOBODY,
        (_NOT, _NOT, _NOT, _NOT, _AGAIN),
        "It cannot mend itself, where this client never reached the service before.",
    ),
)


def meaning_of(
    asked: Asked,
    case: Case = Case.REFUSED,
    status: int | None = None,
    who: Who = "service",
) -> Meaning:
    """Return what one attempt means.

    Args:
        asked: What was asked.
        case: What came of it.
        status: The status of the answer, or None where none came.
        who: Who answered.
    """
    return next(row for row in TABLE if row.fits(case, status, who)).meaning(asked)
