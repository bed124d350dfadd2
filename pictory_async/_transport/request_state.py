"""What is known of one request on its way, and the order of its states.

"Never pay twice" rests on this order. A submit may be cancelled, and sent again, only while it
surely has not reached the service; so there is one moment from which on it perhaps has:

    WAITING   for its turn, its token, a slot, or the end of a pause: nothing has left
    SENDING   nothing but the network lies ahead: it perhaps was received
    ENDED     its answer was read, or will never be

    WAITING -> SENDING   `begin_sending`, by the last link before the network (slots, closing)
    SENDING -> WAITING   `hold_back`, by the links that send again (retries, authorization)
    any     -> ENDED     `settle`, by whoever made the request

A submit is shielded from cancellations exactly while it is SENDING.
"""

from __future__ import annotations

import enum
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Final, TypeAlias

import anyio
import attrs
import httpx

from pictory_async._pace import Lane
from pictory_async._wire.meanings import Asked


if TYPE_CHECKING:
    from pictory_async._errors import SubmissionUnknownError
    from pictory_async._wire.tokens import Token


Send: TypeAlias = Callable[[httpx.Request], Awaitable[httpx.Response]]
"""What sends a request: a link of the chain, or at its end httpx's own interface."""

_KEY: Final = "pictory_async"


class Phase(enum.Enum):
    """Where a request is."""

    WAITING = enum.auto()
    SENDING = enum.auto()
    ENDED = enum.auto()


_WAITING: Final = frozenset({Phase.WAITING})
_NOT_ENDED: Final = frozenset({Phase.WAITING, Phase.SENDING})


class SubmitShield:
    """What keeps a submit from being cancelled while it is on the wire.

    A cancellation from outside waits for the answer, which tells the job's id.

    Args:
        scope: What the submit runs in.
    """

    def __init__(self, scope: anyio.CancelScope) -> None:
        self._scope = scope
        self.lost: SubmissionUnknownError | None = None
        """Says what was sent, where the time for the answer was up."""

    def keep(self, *, on: bool) -> None:
        """Keep cancellations away, or let them through."""
        if self._scope.shield != on:
            self._scope.shield = on

    def give_up_after(self, seconds: float) -> None:
        """Wait no longer than that for an answer."""
        self._scope.deadline = anyio.current_time() + seconds


@attrs.define(eq=False, kw_only=True)
class RequestState:
    """What the links of the chain know of a request.

    Args:
        asked: What is asked, which says what an answer means and whether it may be sent twice; a
            look never is.
        lane: Whose turn it takes.
        wants_whole: Whether its answer is wanted at once, with its whole body; a download is
            read piece by piece instead.
        shield: What keeps cancellations away while it is sent, or None.
        secrets: What it carries and no error may repeat.
        operation: The path of its operation, without ids; "" where it is none.
    """

    asked: Asked = Asked.LOOK
    lane: Lane = Lane.CALL
    wants_whole: bool = False
    shield: SubmitShield | None = None
    secrets: tuple[str, ...] = attrs.field(default=(), repr=False)
    operation: str = ""
    attempts: int = attrs.field(default=0, init=False)
    """How often it was sent; counted where somebody wants to know."""
    token: Token | None = attrs.field(default=None, init=False)
    """The token that it was sent with, or None."""
    is_replay: bool = attrs.field(default=False, init=False)
    """Whether it had its turn before, and its token was refused."""
    is_known_token: bool = attrs.field(default=False, init=False)
    """Whether the token that was refused should be good: just issued, or accepted before."""
    is_unreachable: bool = attrs.field(default=False, init=False)
    """Whether it failed in a way that cannot mend itself: no such host, or one not trusted."""
    phase: Phase = attrs.field(default=Phase.WAITING, init=False)

    def begin_sending(self) -> None:
        """Say that nothing but the network lies ahead.

        Raises:
            RuntimeError: It is on the wire already, or over.
        """
        self._enter(Phase.SENDING, _WAITING)

    def hold_back(self) -> None:
        """Say that it surely did nothing, and waits to be sent again.

        Raises:
            RuntimeError: It is over.
        """
        self._enter(Phase.WAITING, _NOT_ENDED)

    def settle(self) -> None:
        """Say that nothing more will be sent or read.

        Raises:
            RuntimeError: It is over already.
        """
        self._enter(Phase.ENDED, _NOT_ENDED)

    def _enter(self, phase: Phase, allowed: frozenset[Phase]) -> None:
        if self.phase not in allowed:
            msg = f"a request that is {self.phase.name} cannot become {phase.name}"
            raise RuntimeError(msg)
        self.phase = phase
        if self.shield is not None:
            self.shield.keep(on=phase is Phase.SENDING)


def state_of(request: httpx.Request) -> RequestState:
    """Return the state of a request; one that nobody said anything of may be sent once."""
    state: RequestState | None = request.extensions.get(_KEY)
    if state is None:
        state = RequestState()
        give_state(request, state)
    return state


def give_state(request: httpx.Request, state: RequestState) -> None:
    """Let a request have a state."""
    request.extensions[_KEY] = state
