"""The states of a request on its way: which steps there are, and that no other one is taken."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import anyio
import httpx
import pytest

from pictory_async import Pictory
from pictory_async._transport.request_state import Phase, RequestState, SubmitShield, state_of
from pictory_async.testing import FakePictory, Trouble
from tests.helpers import CLIENT, virtual_fake


if TYPE_CHECKING:
    from collections.abc import Callable


WAITING, SENDING, ENDED = Phase.WAITING, Phase.SENDING, Phase.ENDED


@pytest.mark.parametrize("before", Phase)
@pytest.mark.parametrize(
    ("step", "after", "allowed"),
    [
        (RequestState.begin_sending, SENDING, {WAITING}),
        (RequestState.hold_back, WAITING, {WAITING, SENDING}),
        (RequestState.settle, ENDED, {WAITING, SENDING}),
    ],
)
def test_steps(
    before: Phase, step: Callable[[RequestState], None], after: Phase, allowed: set[Phase]
) -> None:
    """A step from a state that does not allow it is a mistake of ours, and raises."""
    state = RequestState()
    state.phase = before
    if before in allowed:
        step(state)
        assert after is state.phase
    else:
        with pytest.raises(RuntimeError, match=f"{before.name} cannot become {after.name}"):
            step(state)
        assert before is state.phase


@pytest.mark.anyio
async def test_shielded_while_it_is_sent() -> None:
    """A submit is kept from cancellations exactly while it may be on the wire."""
    scope = anyio.CancelScope()
    state = RequestState(shield=SubmitShield(scope))
    seen = [scope.shield]
    for step in (state.begin_sending, state.hold_back, state.begin_sending, state.settle):
        step()
        seen.append(scope.shield)

    assert [False, True, False, True, False] == seen


def test_no_secret_in_the_repr() -> None:
    """The state of a request can be shown."""
    state = RequestState(secrets=("hunter2",))

    assert "hunter2" not in repr(state)


def test_what_nobody_said_anything_of() -> None:
    """A request without a state is sent once, and keeps the state that it is given."""
    request = httpx.Request("GET", "https://a.example")
    state = state_of(request)

    assert state is state_of(request)
    assert WAITING is state.phase


class Watched(httpx.AsyncBaseTransport):
    """Notes the phase of each request when it is sent, and when it was answered."""

    def __init__(self, fake: FakePictory) -> None:
        self._inner = fake.transport()
        self.seen: list[tuple[str, Phase]] = []
        self.states: list[RequestState] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request."""
        state = state_of(request)
        self.states.append(state)
        self.seen.append((request.url.path.rpartition("/")[2], state.phase))
        return await self._inner.handle_async_request(request)


@pytest.mark.anyio
class TestOnTheWay:
    @pytest.fixture
    def anyio_backend(self, virtual_backend: Any) -> Any:
        """Run in virtual time."""
        return virtual_backend

    async def test_every_sending_is_said(self) -> None:
        """However often a request is sent, it is on the wire then, and over in the end."""
        fake = virtual_fake()
        wire = Watched(fake)
        fake.trouble("POST /v2/video/storyboard", Trouble.status(401))
        fake.trouble("POST /v2/video/storyboard", Trouble.status(429))
        fake.trouble("POST /v2/video/storyboard", Trouble.refuse())
        async with Pictory(CLIENT, base_url=fake.base_url, transport=wire) as pictory:
            await pictory.storyboards.preview({"videoName": "x", "scenes": [{"story": "One."}]})

        submits = [phase for name, phase in wire.seen if name == "storyboard"]
        assert [SENDING] * 4 == submits
        assert {ENDED} == {state.phase for state in wire.states if state.lane.name == "SUBMIT"}

    async def test_one_turn_for_each_sending(self) -> None:
        """A request that is sent again for its token has a turn each time, and counts as two."""
        fake = virtual_fake()
        async with Pictory(
            CLIENT, base_url=fake.base_url, transport=fake.transport(), max_rate=1
        ) as pictory:
            await pictory.account.quota()
            await anyio.sleep(10)
            fake.expire_tokens()
            began = anyio.current_time()
            await pictory.account.quota()
            seen = pictory.statistics()

        assert (3, 2, 0) == (seen.calls, seen.tokens, seen.in_flight)
        assert 2 == pytest.approx(anyio.current_time() - began)

    async def test_nobody_gets_a_refused_token(self) -> None:
        """While the next token is on its way, no request leaves with the one that was refused."""
        fake = virtual_fake()

        class Slow(httpx.AsyncBaseTransport):
            """A service whose tokens take their time."""

            inner = fake.transport()

            async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
                await anyio.sleep(2 if "oauth2" in request.url.path else 0.05)
                return await self.inner.handle_async_request(request)

        async with Pictory(
            CLIENT, base_url=fake.base_url, transport=Slow(), max_rate=20
        ) as pictory:
            await pictory.account.quota()
            fake.expire_tokens()
            async with anyio.create_task_group() as tasks:
                for _ in range(100):
                    tasks.start_soon(pictory.account.quota)

        refused = [request for request in fake.requests if request.status == 401]
        # Those that left before the first answer, at twenty a second.
        assert len(refused) <= 3
        assert 2 == fake.count("POST /v1/oauth2/token")
