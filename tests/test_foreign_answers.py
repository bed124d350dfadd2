"""Who said no: answers that are not the service's, and what can and cannot mend itself."""

from __future__ import annotations

import logging
import socket
import ssl
from typing import TYPE_CHECKING, Any

import anyio
import anyio.lowlevel
import attrs
import httpx
import pytest

from pictory_async import (
    AuthenticationError,
    BlockedError,
    JobOutageError,
    JobTimeoutError,
    Limits,
    NotSubmittedError,
    Outcome,
    Pictory,
    SubmissionUnknownError,
    TokenRefusedError,
    TransportError,
    UnreachableError,
    Video,
)
from pictory_async.events import Event, Outage
from pictory_async.testing import Trouble
from tests.helpers import CLIENT, KEY, LOOK, all_of, client, look_times, scripts, virtual_fake


if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from pictory_async import Credentials
    from pictory_async.testing import FakePictory


pytestmark = pytest.mark.anyio

TOKEN = "POST /v1/oauth2/token"
PREVIEW = "POST /v2/video/storyboard"
RENDER = "PUT /v2/video/render/{job_id}"
RENDER_AT_ONCE = "POST /v2/video/storyboard/render"
RAW = {"videoName": "x", "scenes": [{"story": "One."}]}
BLOCK_PAGE = b"<html><title>Attention Required! | Cloudflare</title>Sorry, you have been blocked"
LOGIN = b"<html><body>Please log in to this network</body></html>"


@pytest.fixture
def anyio_backend(virtual_backend: Any) -> Any:
    """Run in virtual time."""
    return virtual_backend


def foreign(*, accepted: bool = False) -> dict[str, Trouble]:
    """Return answers of something between the service and the client."""
    return {
        "403 page": Trouble.html(403, accepted=accepted),
        "400 page": Trouble.html(400, accepted=accepted),
        "400 empty": Trouble.empty(400, accepted=accepted),
        "404 page": Trouble.html(404, accepted=accepted),
        "408": Trouble.status(408, accepted=accepted),
        "425 empty": Trouble.empty(425, accepted=accepted),
        "200 login": Trouble.body(LOGIN, "text/html", accepted=accepted),
        "302": Trouble.status(302, headers={"Location": "http://login/"}, accepted=accepted),
        "502 page": Trouble.html(502, accepted=accepted),
        "522 text": Trouble.body(b"error code: 522", "text/plain", 522, accepted=accepted),
    }


def blocked() -> Trouble:
    """Return the page of the guard in front of the service."""
    return Trouble.body(BLOCK_PAGE, "text/html", 403)


KINDS = sorted(foreign())


class TestSubmits:
    @pytest.mark.parametrize("kind", KINDS)
    async def test_unknown(self, kind: str) -> None:
        """A submit that was taken and answered by somebody else is not known to have failed."""
        fake = virtual_fake()
        fake.trouble(RENDER_AT_ONCE, foreign(accepted=True)[kind], times=None)
        async with client(fake) as pictory:
            with pytest.raises(SubmissionUnknownError):
                await pictory.storyboards.render(RAW)

        assert (1, 1) == (fake.count(RENDER_AT_ONCE), len(fake.billed))

    @pytest.mark.parametrize("kind", KINDS)
    async def test_limits_count_them(self, kind: str) -> None:
        """What may have been billed counts: no limit is passed by answers that are not known."""
        fake = virtual_fake()
        fake.trouble(RENDER, foreign(accepted=True)[kind], times=None)
        async with client(fake) as pictory:
            found = await all_of(pictory, scripts(5), limits=Limits(jobs=2))

        errors = [type(outcome.error) for outcome in found]
        assert 2 == len(fake.billed) == errors.count(SubmissionUnknownError)
        assert 3 == errors.count(NotSubmittedError)

    async def test_guard(self) -> None:
        """What the guard blocked surely never reached the service."""
        fake = virtual_fake()
        fake.trouble(RENDER_AT_ONCE, blocked(), times=None)
        async with client(fake) as pictory:
            with pytest.raises(BlockedError) as caught:
                await pictory.storyboards.render(RAW)

        assert ("guard", 1, ()) == (
            caught.value.answered_by,
            fake.count(RENDER_AT_ONCE),
            fake.billed,
        )

    async def test_a_batch_outlasts_the_guard(self) -> None:
        """A batch tries again what the guard blocked for a moment, and tells of it."""
        fake = virtual_fake()
        fake.trouble(PREVIEW, blocked(), times=6)
        events = list[Event]()
        async with client(fake) as pictory, pictory.render_many(scripts(4)) as outcomes:
            async for event in outcomes.events:
                events.append(event)

        told = [event for event in events if isinstance(event, Outage)]
        assert {(None, BlockedError)} == {(each.job_id, type(each.error)) for each in told}
        assert {0, 1, 2, 3} == {each.key for each in told}
        assert 4 == len(fake.billed)


class TestCaution:
    @pytest.mark.parametrize("accepted", [True, False])
    async def test_a_gateway_that_restarts(self, accepted: bool) -> None:
        """Two seconds of 502 cost the submits that were on their way and one more, no batch."""
        fake, found = virtual_fake(), list[Outcome[Video]]()
        async with client(fake) as pictory, anyio.create_task_group() as tasks:

            async def restart() -> None:
                fake.trouble(PREVIEW, Trouble.html(502, accepted=accepted), times=None)
                await anyio.sleep(2.5)
                fake.calm()

            tasks.start_soon(restart)
            await anyio.lowlevel.checkpoint()
            found += await all_of(pictory, scripts(60), submitting=5)
            tasks.cancel_scope.cancel()

        unknown = [o.key for o in found if isinstance(o.error, SubmissionUnknownError)]
        assert len(unknown) <= 7
        assert 60 - len(unknown) == len(fake.billed) == sum(o.error is None for o in found)

    async def test_a_service_that_stays_down(self) -> None:
        """One submit at a time finds out, later and later, until the breaker opens."""
        fake = virtual_fake()
        fake.trouble(PREVIEW, Trouble.html(502), times=None)
        events = list[Event]()
        async with client(fake) as pictory, pictory.render_many(scripts(60)) as outcomes:
            began = anyio.current_time()
            async for event in outcomes.events:
                events.append(event)
            took = anyio.current_time() - began

        assert fake.count(PREVIEW) <= 10 + 9
        assert took == pytest.approx(1 + 2 + 4 + 8 + 16 + 4 * 30, abs=5)
        assert 10 == sum(isinstance(event, Outage) for event in events)

    async def test_a_refusal_is_an_answer(self) -> None:
        """A service that refuses is there: the next submits need not wait."""
        fake = virtual_fake()
        fake.trouble(PREVIEW, Trouble.html(502))
        fake.trouble(PREVIEW, Trouble.status(400), times=1)
        async with client(fake) as pictory:
            found = await all_of(pictory, scripts(20), submitting=1)

        assert 18 == sum(outcome.error is None for outcome in found)
        assert max(outcome.timings.total for outcome in found) < 120

    async def test_left_while_it_waits(self) -> None:
        """A batch that is left while it waits for its turn submits nothing more."""
        fake = virtual_fake()
        fake.trouble(PREVIEW, Trouble.html(502), times=None)
        async with client(fake) as pictory:
            async with pictory.render_many(scripts(20), submitting=2) as outcomes:
                await anext(outcomes)
                await anyio.sleep(1.5)
            sent = fake.count(PREVIEW)
            await anyio.sleep(100)

        assert sent == fake.count(PREVIEW) <= 4

    async def test_stopped_while_it_waits(self) -> None:
        """What waits for its turn when the batch stops is not submitted, and says why."""
        fake = virtual_fake()
        fake.trouble(PREVIEW, Trouble.html(502), times=None)
        async with client(fake) as pictory:
            found = await all_of(pictory, scripts(9), submitting=3, fail_fast=True)

        assert 3 >= fake.count(PREVIEW)
        assert any(isinstance(outcome.error, NotSubmittedError) for outcome in found)

    async def test_no_time_left_to_wait(self) -> None:
        """A render whose item has no time left is not waited for in vain."""
        fake = virtual_fake()
        fake.trouble(RENDER, Trouble.html(502), times=None)
        async with client(fake) as pictory:
            found = await all_of(pictory, scripts(6), submitting=1, timeout=25)

        errors = {type(outcome.error) for outcome in found}
        assert {SubmissionUnknownError, JobTimeoutError} == errors


class TestLooks:
    @pytest.mark.parametrize("kind", [*KINDS, "guard"])
    async def test_missed(self, kind: str) -> None:
        """A look that somebody else answered says nothing of the job, and the next one does."""
        fake = virtual_fake(render_seconds=30, job_route="plural")
        trouble = {**foreign(), "guard": blocked()}[kind]
        async with client(fake) as pictory:
            job = await pictory.storyboards.render(RAW)
            fake.trouble(LOOK, trouble, times=3)
            video = await pictory.wait_for_job(job)

        assert job.id == video.job_id
        assert 4 <= len(look_times(fake))

    @pytest.mark.parametrize("kind", [*KINDS, "guard"])
    async def test_outage(self, kind: str) -> None:
        """Where nothing else comes for `outage` seconds, the error names the job and the cause."""
        fake = virtual_fake(render_seconds=30, job_route="plural")
        trouble = {**foreign(), "guard": blocked()}[kind]
        async with client(fake) as pictory:
            job = await pictory.storyboards.render(RAW)
            fake.trouble(LOOK, trouble, times=None)
            with pytest.raises(JobOutageError) as caught:
                await pictory.wait_for_job(job, outage=60)

        assert job.id == caught.value.job_id
        assert caught.value.__cause__ is not None

    @pytest.mark.parametrize("kind", [*KINDS, "guard"])
    async def test_a_storm_over_a_batch(self, kind: str) -> None:
        """A second and a half of foreign answers to all looks and tokens cost no video."""
        fake = virtual_fake(render_seconds=30, job_route="plural")
        trouble = {**foreign(), "guard": blocked()}[kind]
        found = list[Outcome[Video]]()
        async with client(fake, CLIENT) as pictory, anyio.create_task_group() as tasks:

            async def storm() -> None:
                await anyio.sleep(20)
                ambushed = [LOOK, TOKEN]
                for operation in ambushed:
                    fake.trouble(operation, trouble, times=None)
                await anyio.sleep(1.5)
                fake.calm()

            tasks.start_soon(storm)
            found += await all_of(pictory, scripts(60))

        assert [None] * 60 == [outcome.error for outcome in found]
        assert 60 == len(fake.billed)

    async def test_the_services_own_refusal(self) -> None:
        """The service's own no ends a wait at once."""
        fake = virtual_fake(render_seconds=30, job_route="plural")
        async with client(fake) as pictory:
            job = await pictory.storyboards.render(RAW)
            fake.trouble(LOOK, Trouble.status(403), times=None)
            with pytest.raises(Exception, match="403: Forbidden"):
                await pictory.wait_for_job(job)

        assert 1 == len(look_times(fake))


class TestCalls:
    @pytest.mark.parametrize("kind", [kind for kind in KINDS if not kind.startswith("200")])
    async def test_asked_again(self, kind: str) -> None:
        """What may be asked freely is asked again where somebody else answered."""
        fake = virtual_fake()
        fake.trouble("GET /v1/quota", foreign()[kind])
        async with client(fake) as pictory:
            assert (await pictory.account.quota()).video_minutes is not None

        assert 2 == fake.count("GET /v1/quota")

    @pytest.mark.parametrize("status", [408, 425])
    async def test_files(self, status: int, tmp_path: Path) -> None:
        """A file's host that was slow is asked again, for a GET and for a PUT."""
        fake = virtual_fake()
        async with client(fake) as pictory:
            fake.trouble("PUT /files/{key}", Trouble.empty(status))
            fake.trouble("GET /files/{key}", Trouble.empty(status))
            url = await pictory.upload(b"sound", name="a.mp3")
            await pictory.download(url, tmp_path / "a.bin")

        assert b"sound" == (tmp_path / "a.bin").read_bytes()


class TestTokens:
    @pytest.mark.parametrize("lifetime", ["absent", None, 0, -5, "soon", True], ids=repr)
    async def test_without_a_lifetime(
        self, lifetime: object, caplog: pytest.LogCaptureFixture
    ) -> None:
        """A token without a useful lifetime serves until it is refused; the log says so once."""
        fake = virtual_fake()
        lasting = _Tokens(fake.transport(), lifetime)
        base_url = "https://api.pictory.test/pictoryapis"
        with caplog.at_level(logging.WARNING, "pictory_async"):
            async with Pictory(CLIENT, base_url=base_url, transport=lasting) as pictory:
                await pictory.account.quota()
                await anyio.sleep(3000)
                await pictory.account.quota()
                assert 1 == fake.count(TOKEN)
                # The stand-in's tokens end after an hour.
                await anyio.sleep(1000)
                await pictory.account.quota()

        assert 2 == fake.count(TOKEN)
        assert 1 == sum("lifetime" in record.message for record in caplog.records)

    async def test_a_lifetime_in_digits(self) -> None:
        """A lifetime that is a string of digits is one: the token is replaced before its end."""
        fake = virtual_fake()
        lasting = _Tokens(fake.transport(), "3600")
        base_url = "https://api.pictory.test/pictoryapis"
        async with Pictory(CLIENT, base_url=base_url, transport=lasting) as pictory:
            await pictory.account.quota()
            await anyio.sleep(3590)
            await pictory.account.quota()

        assert (2, 0) == (fake.count(TOKEN), _refused(fake))

    async def test_another_process_fetches_tokens(self) -> None:
        """Where each new token ends the one before, a paid render is waited for all the same."""
        fake = virtual_fake(render_seconds=60)
        async with client(fake, CLIENT) as pictory:
            job = await pictory.storyboards.render(RAW)
            fake.trouble(LOOK, Trouble.status(401), times=7)
            video = await pictory.wait_for_job(job)

        assert job.id == video.job_id

    @pytest.mark.parametrize("credentials", [KEY, CLIENT])
    async def test_what_was_good_is_refused_for_too_long(self, credentials: Credentials) -> None:
        """A wait gives up on fresh tokens and on a key that are refused as on any outage."""
        fake = virtual_fake()
        async with client(fake, credentials) as pictory:
            job = await pictory.storyboards.render(RAW)
            fake.trouble(LOOK, Trouble.status(401), times=None)
            with pytest.raises(JobOutageError) as caught:
                await pictory.wait_for_job(job, outage=30)

        assert isinstance(caught.value.__cause__, TokenRefusedError)

    async def test_a_batch_outlasts_another_process(self) -> None:
        """A submit that met only refused tokens surely came to nothing, and is tried again."""
        fake = virtual_fake()
        fake.trouble(PREVIEW, Trouble.status(401), times=4)
        async with client(fake, CLIENT) as pictory:
            (found,) = await all_of(pictory, scripts(1))

        assert found.error is None
        assert 1 == len(fake.billed)

    async def test_two_refused_tokens_for_a_call(self) -> None:
        """A call is replayed a second time, with a newer token than the refused one."""
        fake = virtual_fake()
        fake.trouble("GET /v1/quota", Trouble.status(401), times=2)
        async with client(fake, CLIENT) as pictory:
            await pictory.account.quota()

        sent = [r.headers["authorization"] for r in fake.requests if "quota" in r.path]
        assert 3 == len(sent) == len(set(sent))


class TestShutOut:
    async def test_rejected_credentials(self) -> None:
        """A batch that may not enter the service says so once, and takes no further items."""
        fake = virtual_fake(clients={"another": "other"})
        taken = list[int]()

        def items() -> Iterator[str]:
            for number in range(500):
                taken.append(number)
                yield f"Text number {number}."

        outcomes = list[Outcome[Video]]()

        async def read(pictory: Pictory) -> None:
            async with pictory.render_many(items()) as ended:
                async for outcome in ended:
                    outcomes.append(outcome)

        async with client(fake, CLIENT) as pictory:
            with pytest.raises(AuthenticationError, match="not accepted"):
                await read(pictory)

        assert 1 == fake.count(TOKEN)
        assert len(taken) < 20
        assert len(taken) == len(outcomes)

    async def test_rejected_key(self) -> None:
        """So does one whose key is refused."""
        fake = virtual_fake(api_keys=["pictai_other"])
        async with client(fake) as pictory:
            with pytest.raises(AuthenticationError):
                await all_of(pictory, scripts(500))
            with pytest.raises(AuthenticationError):
                await pictory.wait_for_job("j-1")

        assert fake.count(PREVIEW) < 20

    @pytest.mark.parametrize("cause", ["name", "certificate"])
    async def test_unreachable(self, cause: str) -> None:
        """A host that does not exist or is not trusted is said at once, by every kind of call."""
        dead = _Dead(cause)
        async with Pictory(KEY, base_url="https://api.test", transport=dead) as pictory:
            began = anyio.current_time()
            with pytest.raises(UnreachableError):
                await pictory.account.quota()
            with pytest.raises(UnreachableError):
                await pictory.wait_for_job("j-1")
            with pytest.raises(UnreachableError):
                await pictory.storyboards.render(RAW)
            with pytest.raises(UnreachableError):
                await all_of(pictory, scripts(500))

        assert began == anyio.current_time()
        assert dead.tries < 20

    @pytest.mark.parametrize("cause", ["name", "certificate"])
    async def test_unreachable_tokens(self, cause: str) -> None:
        """So it is where a token is wanted first."""
        dead = _Dead(cause)
        async with Pictory(CLIENT, base_url="https://api.test", transport=dead) as pictory:
            with pytest.raises(UnreachableError):
                await pictory.wait_for_job("j-1")
            with pytest.raises(UnreachableError):
                await pictory.template_to_videos("t-1", [{"Name": "x"}])

    async def test_a_name_that_was_known(self) -> None:
        """A client that has heard from the service waits until its name is known again."""
        fake = virtual_fake(render_seconds=30, job_route="plural")
        shaky = _Dead("name", fake.transport())
        base_url = "https://api.pictory.test/pictoryapis"
        async with Pictory(KEY, base_url=base_url, transport=shaky) as pictory:
            shaky.is_dead = False
            job = await pictory.storyboards.render(RAW)
            shaky.is_dead = True
            async with anyio.create_task_group() as tasks:

                async def mend() -> None:
                    await anyio.sleep(100)
                    shaky.is_dead = False

                tasks.start_soon(mend)
                await pictory.wait_for_job(job)
            shaky.is_dead = True
            with pytest.raises(TransportError) as caught:
                await pictory.account.quota()

        assert not isinstance(caught.value, UnreachableError)

    async def test_refused_connections(self) -> None:
        """A service that is down is told of at once, and waited for."""
        fake = virtual_fake()
        fake.trouble(PREVIEW, Trouble.refuse(), times=8)
        told = list[tuple[float, Event]]()
        async with client(fake) as pictory, pictory.render_many(scripts(1)) as outcomes:
            began = anyio.current_time()
            async for event in outcomes.events:
                told.append((anyio.current_time() - began, event))

        first = next(event for _, event in told if isinstance(event, Outage))
        assert isinstance(first.error, TransportError)
        assert told[0][0] < 10
        assert 1 == len(fake.billed)

    async def test_a_key_that_was_good(self) -> None:
        """One stray 401 to a key that was accepted before costs no video."""
        fake = virtual_fake()
        async with client(fake) as pictory:
            await pictory.account.quota()
            fake.trouble(LOOK, Trouble.status(401), skip=5, times=3)
            fake.trouble(PREVIEW, Trouble.status(401), skip=5, times=3)
            found = await all_of(pictory, scripts(30))

        assert 30 == len(fake.billed) == sum(outcome.error is None for outcome in found)

    async def test_credentials_that_were_good(self) -> None:
        """So does one refusal of a token by what stands in front of the token's endpoint."""
        fake = virtual_fake(token_lifetime=30)
        fake.trouble(TOKEN, Trouble.status(403), skip=1, times=1)
        async with client(fake, CLIENT) as pictory:
            found = await all_of(pictory, scripts(10))

        assert 10 == len(fake.billed) == sum(outcome.error is None for outcome in found)

    async def test_a_source_that_waits(self) -> None:
        """However long the next item would be in coming, the batch ends with its one cause."""
        fake = virtual_fake(api_keys=["pictai_other"])

        async def items() -> AsyncIterator[str]:
            yield "One."
            await anyio.sleep_forever()

        async with client(fake) as pictory:
            with pytest.raises(AuthenticationError):
                await all_of(pictory, items())


class TestOddRefusals:
    @pytest.mark.parametrize(
        "trouble",
        [
            Trouble.empty(401, accepted=True),
            Trouble.status(401, {"x": 1}, accepted=True),
            Trouble.status(401, {"message": "No.", "data": {"jobId": "j-9"}}, accepted=True),
            Trouble.status(200, {"success": False, "data": {"jobId": "j-9"}}, accepted=True),
            Trouble.status(404, {"message": "No.", "job_id": "j-9"}, accepted=True),
            Trouble.status(499, {"message": "client closed request"}, accepted=True),
            Trouble.body(b"<p>SQL error code: 1064</p>", "text/html", 400, accepted=True),
        ],
        ids=repr,
    )
    @pytest.mark.parametrize("credentials", [KEY, CLIENT])
    async def test_limits_hold(self, credentials: Credentials, trouble: Trouble) -> None:
        """What may have been billed is never submitted again, however odd the refusal is."""
        fake = virtual_fake()
        fake.trouble(RENDER, trouble, times=None)
        async with client(fake, credentials) as pictory:
            found = await all_of(pictory, scripts(3), limits=Limits(jobs=1), outage=15)

        errors = [type(outcome.error) for outcome in found]
        assert 1 == len(fake.billed) == errors.count(SubmissionUnknownError)

    async def test_the_job_that_it_names(self) -> None:
        """A refusal that names a job does not hide it."""
        fake = virtual_fake()
        fake.trouble(RENDER_AT_ONCE, Trouble.status(400, {"message": "No.", "jobId": "j-9"}))
        async with client(fake) as pictory:
            with pytest.raises(SubmissionUnknownError, match="it names job j-9") as caught:
                await pictory.storyboards.render(RAW)

        assert 400 == caught.value.status


@attrs.define(eq=False)
class _Dead(httpx.AsyncBaseTransport):
    """A host that cannot be reached, for a reason that patience does not mend."""

    cause: str
    inner: httpx.AsyncBaseTransport | None = None
    is_dead: bool = True
    tries: int = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Fail as httpx does."""
        if self.inner is not None and not self.is_dead:
            return await self.inner.handle_async_request(request)
        await anyio.lowlevel.checkpoint()
        self.tries += 1
        cause: OSError = socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        if self.cause == "certificate":
            cause = ssl.SSLCertVerificationError("certificate verify failed")
        raise httpx.ConnectError(str(cause)) from cause


@attrs.define(eq=False)
class _Tokens(httpx.AsyncBaseTransport):
    """A service that says something else of its tokens' lifetime."""

    inner: httpx.AsyncBaseTransport
    lifetime: object

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Change the answer to a token request."""
        response = await self.inner.handle_async_request(request)
        if not request.url.path.endswith("/token"):
            return response
        await response.aread()
        body = response.json()
        del body["expires_in"]
        if self.lifetime != "absent":
            body["expires_in"] = self.lifetime
        return httpx.Response(200, json=body)


def _refused(fake: FakePictory) -> int:
    return sum(request.status == 401 for request in fake.requests)
