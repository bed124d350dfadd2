"""Lists, page by page."""

from __future__ import annotations

import gc
import warnings
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from pictory_async import (
    InvalidRequestError,
    InvalidResponseError,
    Page,
    Pictory,
    Preview,
    RawResult,
    Retry,
    ServerError,
    Transcript,
    Video,
)
from pictory_async.testing import FakePictory, Trouble
from tests.helpers import KEY, client


if TYPE_CHECKING:
    from collections.abc import Callable

    from pictory_async.models import AvatarPerson, MusicTrack


pytestmark = pytest.mark.anyio

LIST = "GET /v1/avatars"
STORYBOARD = {"videoName": "x", "scenes": [{"story": "Hello."}]}


def avatars(number: int, key: object = None, **rest: Any) -> httpx.Response:
    """Answer with a page."""
    items = [{"id": f"{key}-{index}"} for index in range(number)]
    return httpx.Response(200, json={"items": items, **rest})


def client_of(answer: Callable[[httpx.Request], httpx.Response]) -> Pictory:
    """Return a client of a service that answers as a function says."""
    return Pictory(KEY, base_url="https://api.test", transport=httpx.MockTransport(answer))


class TestListing:
    async def test_all(self) -> None:
        """All items come in order, page by page as they are needed."""
        fake = FakePictory(page_size=10)
        seen: list[tuple[AvatarPerson, int]] = []
        async with client(fake) as pictory:
            seen = [(each, fake.count(LIST)) async for each in pictory.avatars.list()]

        assert [f"person-{number}" for number in range(1, 26)] == [each.id for each, _ in seen]
        assert [1] * 10 + [2] * 10 + [3] * 5 == [count for _, count in seen]

    async def test_one_page(self) -> None:
        """Awaited, a list is its first page, with the key of the next one."""
        fake = FakePictory(page_size=10)
        async with client(fake) as pictory:
            first = await pictory.avatars.list()
            second = await pictory.avatars.list(page_key=str(first.next_key))

        assert (10, 10) == (len(first), len(second))
        assert "person-11" == second.items[0].id
        assert "+/" in str(first.next_key)

    async def test_pages(self) -> None:
        """The pages come one by one, and the last one has no key."""
        fake = FakePictory(page_size=10)
        async with client(fake) as pictory:
            pages = [page async for page in pictory.avatars.list().pages()]

        assert [10, 10, 5] == [len(page) for page in pages]
        assert pages[-1].next_key is None

    async def test_twice(self) -> None:
        """A list can be read again, from its beginning."""
        fake = FakePictory()
        async with client(fake) as pictory:
            listing = pictory.avatars.list()
            first = [each async for each in listing]
            assert first == [each async for each in listing]

    async def test_unread(self) -> None:
        """A list that nobody reads asks for nothing."""
        fake = FakePictory()
        async with client(fake) as pictory:
            pictory.avatars.list()

        assert () == fake.requests

    @pytest.mark.parametrize("rest", [{}, {"nextPageKey": None}, {"nextPageKey": ""}])
    async def test_last_page(self, rest: Any) -> None:
        """The last page may lack the key, or have an empty one."""
        async with client_of(lambda _: avatars(3, **rest)) as pictory:
            assert 3 == len([each async for each in pictory.avatars.list()])

    async def test_empty_page_in_between(self) -> None:
        """An empty page with a key is not the end."""

        def answer(request: httpx.Request) -> httpx.Response:
            key = request.url.params.get("nextPageKey")
            following: Any = {None: {"nextPageKey": "a"}, "a": {"nextPageKey": "b"}, "b": {}}[key]
            return avatars(0 if key == "a" else 1, key, **following)

        async with client_of(answer) as pictory:
            found = [each.id async for each in pictory.avatars.list()]

        assert ["None-0", "b-0"] == found

    async def test_endless(self) -> None:
        """A page that names itself as the next one is an error, not an endless loop."""
        async with client_of(lambda _: avatars(1, nextPageKey="a")) as pictory:
            with pytest.raises(InvalidResponseError, match="key of the next page is that of"):
                [each async for each in pictory.avatars.list()]

    async def test_wrong_key(self) -> None:
        """A key that is none is an error of the service."""
        async with client(FakePictory()) as pictory:
            with pytest.raises(Exception, match="page key is not valid"):
                await pictory.avatars.list(page_key="nonsense")

    async def test_error_in_between(self) -> None:
        """An error ends the loop, and the pages so far say where to go on."""
        fake = FakePictory(page_size=10)
        fake.trouble(LIST, Trouble.status(500), skip=1, times=None)
        pages: list[Page[AvatarPerson]] = []
        async with client(fake, retry=Retry(first=0)) as pictory:
            reader = pictory.avatars.list().pages()
            pages.append(await anext(reader))
            with pytest.raises(ServerError):
                await anext(reader)
            fake.calm()
            key = str(pages[-1].next_key)
            rest = [each async for each in pictory.avatars.list(page_key=key)]

        assert (10, 15) == (len(pages[0]), len(rest))

    async def test_left_early(self) -> None:
        """A loop that is left early leaves nothing to complain about."""
        fake = FakePictory(page_size=10)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            async with client(fake) as pictory:
                async for _ in pictory.avatars.list():
                    break
            gc.collect()

        assert 1 == fake.count(LIST)


class TestMusic:
    async def test_all(self) -> None:
        """A search goes on until a page is not full."""
        fake = FakePictory()
        async with client(fake) as pictory:
            tracks = [each async for each in pictory.music.search(page_size=50)]

        assert [*range(1, 131)] == [track.id for track in tracks]
        assert [1, 2, 3] == [request.json["page"] for request in fake.requests]

    async def test_filters(self) -> None:
        """What is wanted and what is not is sent by the service's names."""
        fake = FakePictory()
        async with client(fake) as pictory:
            search = pictory.music.search(
                "jazz",
                sort="latest",
                mood=["Calm"],
                not_instrument=["Drums"],
                min_duration=30,
                max_duration=100,
            )
            tracks: list[MusicTrack] = [each async for each in search]

        assert {
            "query": "jazz",
            "sort": "latest",
            "mood": ["Calm"],
            "notInstrument": ["Drums"],
            "minDuration": 30,
            "maxDuration": 100,
            "page": 1,
            "pageSize": 100,
        } == fake.requests[0].json
        assert tracks
        for track in tracks:
            assert "Jazz" in str(track.title)
            assert track.moods == ("Calm",)

    async def test_from_a_page(self) -> None:
        """A page is asked for by its number, and says the number of the next one."""
        async with client(FakePictory()) as pictory:
            page = await pictory.music.search(page_size=20, page_key=3)

        assert (41, 4) == (page.items[0].id, page.next_key)

    @pytest.mark.parametrize(
        ("arguments", "field"),
        [
            ({"page_size": 19}, "page_size"),
            ({"page_size": 101}, "page_size"),
            ({"page_key": 0}, "page_key"),
            ({"min_duration": -1}, "min_duration"),
            ({"min_duration": 9, "max_duration": 5}, "max_duration"),
            ({"mood": "Calm"}, "mood"),
        ],
    )
    async def test_bad_input(self, arguments: Any, field: str) -> None:
        """A wrong argument is refused before anything is sent."""
        async with client(FakePictory()) as pictory:
            with pytest.raises(InvalidRequestError) as caught:
                pictory.music.search(**arguments)

        assert field == caught.value.field


class TestJobs:
    @pytest.mark.parametrize(
        "item",
        [
            {"success": True, "data": {"jobId": "j", "status": "completed", "videoURL": "v"}},
            {"success": True, "data": {"job_id": "j", "status": "completed", "videoURL": "v"}},
            {"jobId": "j", "data": {"status": "completed", "videoURL": "v"}},
            {"job_id": "j", "data": {"jobId": None, "status": "done", "videoURL": "v"}},
            {"jobId": "j", "status": "completed", "videoURL": "v"},
            {"jobId": "j", "status": "completed", "videoURL": "v", "data": {"new": 1}},
            {"jobId": "j", "videoURL": "v", "data": {}},
        ],
    )
    async def test_spelt_otherwise(self, item: Any) -> None:
        """A job is found wherever its id and its data stand."""
        async with client_of(lambda _: httpx.Response(200, json={"items": [item]})) as pictory:
            (job,) = await pictory.jobs.list()

        assert isinstance(job.result, Video)
        assert ("j", "v") == (job.job_id, job.result.url)

    async def test_results(self) -> None:
        """Each job comes with its typed result, or with what is known of it."""
        fake = FakePictory(preview_seconds=0, media_seconds=0, draw=False, page_size=2)
        async with client(fake) as pictory:
            preview = await pictory.storyboards.preview(STORYBOARD)
            await pictory.transcriptions.create("https://example.com/a.mp4")
            await pictory.renders.from_preview(preview)
            fake.fail_next("INSUFFICIENT_CREDITS", "None left.")
            await pictory.storyboards.preview(STORYBOARD)
            fake.clean(preview.id)
            jobs = [job async for job in pictory.jobs.list()]

        failed, render, transcript, cleaned = jobs
        assert [*fake.jobs] == [job.job_id for job in reversed(jobs)]
        assert "INSUFFICIENT_CREDITS" in str(failed.error)
        assert ("in-progress", None, None) == (render.status, render.result, render.error)
        assert isinstance(transcript.result, Transcript)
        assert "deleted for good" in str(cleaned.error)

    @pytest.mark.parametrize(
        ("data", "kind"),
        [
            ({"previewUrl": "p"}, Preview),
            ({"videoURL": "v"}, Video),
            ({"transcript": [{"uid": 1}]}, Transcript),
            ({"something": "else"}, RawResult),
        ],
    )
    async def test_kinds(self, data: Any, kind: type[object]) -> None:
        """The data tells the kind, and a kind that nobody knows hides no other job."""
        items = [{"success": True, "data": {"jobId": "j", "status": "completed", **data}}]
        answer = httpx.Response(200, json={"items": items})
        async with client_of(lambda _: answer) as pictory:
            (job,) = await pictory.jobs.list()

        assert isinstance(job.result, kind)
        assert "j" == job.job_id

    async def test_broken_item(self) -> None:
        """A job that is broken in parts hides no other one; what is no job at all is an error."""
        broken = {"jobId": "j", "status": "completed", "transcript": 3, "renderProgress": 10**400}
        body: Any = {"items": [{"success": True, "data": broken}]}
        async with client_of(lambda _: httpx.Response(200, json=body)) as pictory:
            (job,) = await pictory.jobs.list()
            assert isinstance(job.result, Transcript)
            assert ((), None) == (job.result.sentences, job.progress)
            body["items"].append({"success": True})
            with pytest.raises(InvalidResponseError, match="expected a job in the list"):
                await pictory.jobs.list()
