"""Clients that share connections, budget, token and looks, each with settings of its own."""

from __future__ import annotations

import traceback
from functools import cached_property
from typing import TYPE_CHECKING, Any

import anyio
import httpx
import pytest

from pictory_async import (
    APIError,
    ClientCredentials,
    ClosedError,
    ConfigurationError,
    Pictory,
    Retry,
    ServerError,
    Timeouts,
    TransportError,
)
from pictory_async.schedules import Fixed
from pictory_async.testing import Trouble
from tests.helpers import (
    CLIENT,
    KEY,
    LOOK,
    Host,
    client,
    folder_of,
    inside,
    look_times,
    virtual_fake,
)


if TYPE_CHECKING:
    from pathlib import Path


pytestmark = pytest.mark.anyio

SCENE = {"videoName": "x", "scenes": [{"story": "One."}]}
SECRET = "hunter2-hunter2"


@pytest.fixture
def anyio_backend(virtual_backend: object) -> object:
    """Run in virtual time, on asyncio and on trio."""
    return virtual_backend


def nothing(_: httpx.Request) -> httpx.Response:
    """Answer with an empty object."""
    return httpx.Response(200, json={})


def locals_of_ours(error: Exception) -> list[object]:
    """Return the local variables of our frames in a traceback, and of those that attrs wrote."""
    frames = traceback.TracebackException.from_exception(error, capture_locals=True)
    folder = folder_of("pictory_async")
    found = [f.locals for f in frames.stack if f.filename.startswith((folder, "<attrs"))]
    assert found
    return list(found)


class TestShared:
    async def test_settings_of_its_own(self) -> None:
        """What is given counts for the one, and nothing changes for the other."""
        fake = virtual_fake()
        fake.trouble("GET /v1/quota", Trouble.status(502), times=5)
        async with client(fake, retry=Retry(first=1)) as pictory:
            hasty = pictory.with_options(retry=Retry(attempts=1))
            with pytest.raises(ServerError):
                await hasty.account.quota()
            assert 1 == len(fake.requests)
            with pytest.raises(ServerError):
                await pictory.account.quota()

        assert 5 == len(fake.requests)

    async def test_timeouts(self) -> None:
        """A time that is given bounds what is sent with it; the others stay as they were."""
        fake = virtual_fake()
        fake.trouble("GET /v1/quota", Trouble.stall())
        async with client(fake, retry=Retry(attempts=1)) as pictory:
            began = anyio.current_time()
            with pytest.raises(TransportError, match="within 3 s"):
                await pictory.with_options(timeouts=Timeouts(total=3)).account.quota()
            assert 3 == anyio.current_time() - began

    async def test_schedule(self) -> None:
        """A schedule that is given is that of its waits."""
        fake = virtual_fake(render_seconds=25)
        async with client(fake) as pictory:
            patient = pictory.with_options(schedule=Fixed(interval=10, jitter=0))
            job = await patient.storyboards.render(SCENE)
            await patient.wait_for_job(job)

        assert [0, 10, 20, 30] == look_times(fake)

    async def test_one_token(self) -> None:
        """There is one token for both, fetched once."""
        fake = virtual_fake()
        async with client(fake, CLIENT) as pictory:
            other = pictory.with_options(timeouts=Timeouts(read=5))
            await pictory.account.quota()
            await other.account.quota()

        assert 1 == len([r for r in fake.requests if r.operation == "POST /v1/oauth2/token"])

    async def test_one_budget(self) -> None:
        """The requests of both are counted and paced together."""
        fake = virtual_fake()
        async with client(fake, max_rate=1) as pictory:
            other = pictory.with_options(retry=Retry(attempts=1))
            for each in (pictory, other, pictory, other):
                await each.account.quota()
            assert 4 == pictory.statistics().calls == other.statistics().calls
            assert 3 <= anyio.current_time()

    async def test_looks(self) -> None:
        """A look that one of them makes is seen by the other's waits."""
        fake = virtual_fake(render_seconds=25)
        async with client(fake, schedule=Fixed(interval=10, jitter=0)) as pictory:
            other = pictory.with_options(headers={"X-Other": "1"})
            job = await pictory.storyboards.render(SCENE)
            async with anyio.create_task_group() as group:
                group.start_soon(pictory.wait_for_job, job)
                group.start_soon(other.wait_for_job, job)
            # The birth of the job, which the first one submitted, is known to both.
            assert inside(pictory)._core.shared is inside(other)._core.shared

        assert [0, 10, 20, 30] == look_times(fake)

    async def test_the_path_of_jobs(self) -> None:
        """The path at which the service answers about jobs is found once."""
        fake = virtual_fake(job_route="singular")
        async with client(fake) as pictory:
            job = await pictory.storyboards.render(SCENE)
            await pictory.jobs.get(job)
            before = len(fake.requests)
            await pictory.with_options(retry=Retry(attempts=1)).jobs.get(job)

        assert before + 1 == len(fake.requests)

    async def test_record(self) -> None:
        """The answers to both are recorded, whichever was asked to record."""
        fake = virtual_fake()
        async with client(fake) as pictory:
            other = pictory.with_options(retry=Retry(attempts=1))
            with pictory.record_answers() as answers:
                await other.account.quota()

        assert [200] == [each.status for each in answers]

    async def test_closing(self) -> None:
        """To close what shares closes nothing; once the first is closed, neither sends."""
        fake = virtual_fake()
        async with client(fake) as pictory:
            async with pictory.with_options(retry=Retry(attempts=1)) as other:
                await other.account.quota()
            await other.aclose()
            await pictory.account.quota()
        with pytest.raises(ClosedError):
            await other.account.quota()

    async def test_on_and_on(self) -> None:
        """Options of options add up."""
        host = Host(nothing)
        async with Pictory(KEY, transport=host, headers={"X-A": "1", "X-B": "1"}) as pictory:
            second = pictory.with_options(headers={"x-b": "2", "X-C": "2"})
            third = second.with_options(headers={"X-C": "3"}, retry=Retry(attempts=1))
            for each in (pictory, second, third):
                await each.request("GET", "/v1/x")

        found = [
            {name: value for name, value in request.headers.items() if name.startswith("x-")}
            for request in host.requests
        ]
        assert [
            {"x-a": "1", "x-b": "1"},
            {"x-a": "1", "x-b": "2", "x-c": "2"},
            {"x-a": "1", "x-b": "2", "x-c": "3"},
        ] == found

    async def test_a_subclass(self) -> None:
        """One's own class and what it holds stay; the groups of operations are made anew."""

        class Mine(Pictory):
            colour = ""

            @cached_property
            def own(self) -> object:
                return self._core

        async with Mine(KEY, transport=Host(nothing)) as pictory:
            pictory.colour = "green"
            groups = (pictory.account, pictory.own)
            other = pictory.with_options(retry=Retry(attempts=1))

            assert isinstance(other, Mine)
            assert "green" == other.colour
            assert groups == (pictory.account, pictory.own)
            assert other.account is not pictory.account
            assert other.own is not pictory.own

    @pytest.mark.parametrize(
        ("options", "message"),
        [
            ({"retry": 3}, r"retry: expected Retry\(\.\.\.\), found int"),
            ({"timeouts": 5}, r"timeouts: expected Timeouts\(\.\.\.\), found int"),
            ({"schedule": "often"}, r"schedule: expected a schedule, such as .*, found str"),
            ({"headers": {"Host": "x"}}, "headers: expected none that the client sets itself"),
        ],
    )
    async def test_something_else(self, options: Any, message: str) -> None:
        """An option of another kind is refused as a setting is."""
        async with Pictory(KEY, transport=Host(nothing)) as pictory:
            with pytest.raises(ConfigurationError, match=message):
                pictory.with_options(**options)


class TestHeaders:
    async def test_of_the_api_only(self, tmp_path: Path) -> None:
        """Every request to the API has them, that for a token too; hosts of files never do."""
        fake = virtual_fake()
        async with client(fake, CLIENT, headers={"X-Team": "films"}) as pictory:
            job = await pictory.storyboards.render(SCENE)
            video = await pictory.wait_for_job(job)
            await pictory.upload(b"...", name="a.mp4")
            await pictory.download(video, tmp_path / "a.mp4")

        having = {r.operation for r in fake.requests if r.headers.get("x-team") == "films"}
        without = {r.operation for r in fake.requests if "x-team" not in r.headers}
        assert {"POST /v1/oauth2/token", LOOK, "POST /v2/video/storyboard/render"} <= having
        assert {"GET /files/{key}", "PUT /files/{key}"} == without

    async def test_another_name_of_the_client(self) -> None:
        """The client's own User-Agent is replaced, however it is spelt."""
        host = Host(nothing)
        async with Pictory(KEY, transport=host, headers={"user-agent": "mine"}) as pictory:
            await pictory.request("GET", "/v1/x")
            await pictory.request("POST", "/v1/x", json={})

        assert [["mine"]] * 2 == [r.headers.get_list("user-agent") for r in host.requests]

    @pytest.mark.parametrize(
        "name",
        [
            "Authorization",
            "authorization",
            "X-Pictory-User-Id",
            "Host",
            "Content-Length",
            "Content-Type",
            "Transfer-Encoding",
            "Proxy-Authorization",
            "Accept-Encoding",
            "client_secret",
        ],
    )
    async def test_of_the_clients_own(self, name: str) -> None:
        """What holds a credential, frames a message or says how to read it is refused."""
        with pytest.raises(ConfigurationError, match=f"itself, found {name}$") as caught:
            Pictory(KEY, headers={name: SECRET})

        assert SECRET not in str(caught.value)

    @pytest.mark.parametrize(
        ("headers", "message"),
        [
            ([("X-A", SECRET)], "a mapping of names to values, found list"),
            (SECRET, "a mapping of names to values, found str"),
            ({"X A": SECRET}, "names of letters, digits and hyphens, found something else"),
            ({"": SECRET}, "names of letters"),
            ({5: SECRET}, "names of letters"),
            ({"X-A": 5}, "a string for X-A, found int"),
            ({"X-A": SECRET.encode()}, "a string for X-A, found bytes"),
            ({"X-A": f"{SECRET}\r\nX-B: 1"}, "printable ASCII for X-A, without blanks around it"),
            ({"X-A": f" {SECRET}"}, "printable ASCII for X-A"),
            ({"X-A": f"{SECRET}\u00e9"}, "printable ASCII for X-A"),
            ({"X-A": ""}, "printable ASCII for X-A"),
            ({"X-A": SECRET, "x-a": SECRET}, "each name once, found X-A twice"),
        ],
    )
    async def test_that_cannot_be_sent(self, headers: Any, message: str) -> None:
        """What no header can be is refused, and no value is shown, in no frame either."""
        with pytest.raises(ConfigurationError, match=f"^headers: expected {message}") as caught:
            Pictory(KEY, headers=headers)

        assert SECRET not in str(caught.value)
        assert SECRET not in repr(locals_of_ours(caught.value))

    @pytest.mark.parametrize("wrong", [{"retry": 3}, {"timeouts": 5}, {"schedule": 5}])
    async def test_beside_something_wrong(self, wrong: Any) -> None:
        """Another setting that is wrong shows no value either, in no frame of ours."""
        with pytest.raises(ConfigurationError) as first:
            Pictory(KEY, headers={"X-A": SECRET}, **wrong)
        async with Pictory(KEY, transport=Host(nothing), headers={"X-A": SECRET}) as pictory:
            with pytest.raises(ConfigurationError) as second:
                pictory.with_options(headers={"X-B": SECRET}, **wrong)

        assert SECRET not in repr([locals_of_ours(each.value) for each in (first, second)])

    async def test_no_error_repeats_them(self) -> None:
        """A value that a gateway quotes is hidden in errors, and no repr shows it."""
        host = Host(lambda r: httpx.Response(403, text=f"no: {r.headers.get('x-key')}"))
        for credentials in (KEY, ClientCredentials("id", "secret-secret")):
            async with Pictory(
                credentials, transport=host, headers={"X-Key": SECRET, "X-Short": "no"}
            ) as pictory:
                with pytest.raises(APIError) as caught:
                    await pictory.account.quota()
                shown = repr([pictory, vars(pictory), pictory.account])

            assert SECRET not in f"{caught.value} {caught.value.excerpt} {shown}"
