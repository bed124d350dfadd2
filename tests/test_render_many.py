"""Thousands of videos: stages, outcomes, limits, and what becomes of paid jobs."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from typing import TYPE_CHECKING, Any

import anyio
import anyio.lowlevel
import httpx
import pytest
from trio.testing import MockClock

from pictory_async import (
    ConfigurationError,
    DownloadError,
    InvalidRequestError,
    Job,
    JobFailedError,
    JobTimeoutError,
    Limits,
    NotFoundError,
    Outcome,
    Outcomes,
    Pictory,
    Preview,
    RateLimitError,
    Retry,
    SubmissionUnknownError,
    Transcript,
    TransportError,
    UnfinishedError,
    Video,
)
from pictory_async.events import Downloaded, Ended, Event, Outage, StateChanged, Submitted
from pictory_async.models import Storyboard
from pictory_async.testing import Trouble
from pictory_async.v1 import Storyboard as FirstStoryboard
from tests.helpers import KEY, Unreadable, all_of, client, scripts, virtual_fake
from tests.virtual_time import VirtualTimeLoop


if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from pictory_async import JobUpdate


pytestmark = pytest.mark.anyio

PREVIEW = "POST /v2/video/storyboard"
RENDER = "PUT /v2/video/render/{job_id}"
QUOTA = "GET /v1/quota"
LOOK = "GET /v1/jobs/{job_id}"
FILE = "GET /files/{key}"
RAW = {"videoName": "x", "scenes": [{"story": "One."}]}


@pytest.fixture
def anyio_backend(virtual_backend: Any) -> Any:
    """Run in virtual time."""
    return virtual_backend


def kinds(outcomes: list[Outcome[Video]]) -> Counter[str]:
    """Count the errors by their kind."""
    return Counter(type(outcome.error).__name__ for outcome in outcomes)


class TestOutcomes:
    async def test_videos(self) -> None:
        """Each item is previewed and rendered once, and its video is in its outcome."""
        fake = virtual_fake()
        async with client(fake) as pictory:
            found = await all_of(pictory, scripts(20))

        assert {*range(20)} == {outcome.key for outcome in found}
        assert {*fake.billed} == {outcome.result().job_id for outcome in found}
        assert 20 == len(fake.billed)
        assert {(2, 1)} == {(len(outcome.jobs), outcome.attempts) for outcome in found}

    async def test_timings(self) -> None:
        """An outcome tells how long its stages took."""
        async with client(virtual_fake()) as pictory:
            (found,) = await all_of(pictory, scripts(1))
        timings = found.timings

        assert timings.preview is not None
        assert timings.render is not None
        assert 16.25 == pytest.approx(timings.preview)
        assert 60 <= timings.render < 80
        assert timings.preview + timings.render == pytest.approx(timings.total)
        assert timings.download is None

    @pytest.mark.parametrize(
        "items",
        [
            {"a": "One.", "b": RAW},
            [("a", "One."), ("b", Storyboard.from_script("One.", name="x"))],
            [("a", FirstStoryboard.from_script("One.", name="x")), ("b", "One.")],
        ],
    )
    async def test_keys(self, items: Any) -> None:
        """Items of all kinds come with the caller's keys, from a mapping or from pairs."""
        fake = virtual_fake()
        async with client(fake) as pictory:
            found = await all_of(pictory, items)

        assert ["a", "b"] == sorted(str(outcome.key) for outcome in found)
        assert all(outcome.error is None for outcome in found)
        assert 2 == len(fake.billed)

    async def test_older_generation(self) -> None:
        """The older generation is asked for as elsewhere."""
        fake = virtual_fake()
        async with client(fake) as pictory:
            await all_of(pictory, scripts(2), version="v1", speaker="Brian")

        assert 2 == fake.count("POST /v1/video/storyboard")

    @pytest.mark.parametrize("version", ["v1", "v2"])
    async def test_template(self, version: Any) -> None:
        """With a template, the items are its variables."""
        fake = virtual_fake()
        project = {"name": "P", "scenes": [{"subtitles": [{"text": "Hello, {{Name}}."}]}]}
        async with client(fake) as pictory:
            template = await pictory.templates.create(project)
            rows = [{"Name": "Ada"}, {"Name": "Bob"}, {"Name": 3}]
            found = await all_of(pictory, iter(rows), template=template.id, version=version)

        assert Counter(NoneType=2, InvalidRequestError=1) == kinds(found)
        assert 2 == len(fake.billed)

    async def test_a_misspelt_variable(self) -> None:
        """A variable that the template lacks is refused: the service would ignore it."""
        fake = virtual_fake()
        project = {"name": "P", "scenes": [{"subtitles": [{"text": "Hello, {{Name}}."}]}]}
        async with client(fake) as pictory:
            template = await pictory.templates.create(project)
            rows = [("a", {"Nmae": "Ada"}), ("b", {"Name": "Bob"})]
            found = await all_of(pictory, iter(rows), template=template)
            with pytest.raises(NotFoundError):
                await all_of(pictory, {"a": {}}, template="t-1")
            with pytest.raises(InvalidRequestError, match="speaker: expected None beside a temp"):
                await all_of(pictory, {"a": {}}, template=template, speaker="Brian")
        errors = {outcome.key: str(outcome.error) for outcome in found}

        assert "items[a].Nmae: expected a variable of template" in errors["a"]
        assert "(perhaps Name)" in errors["a"]
        assert 1 == len(fake.billed)

    async def test_a_template_that_may_not_be_read(self) -> None:
        """Where a template may be used and not read, its variables are not checked."""
        fake = virtual_fake()
        fake.trouble("GET /v1/templates/{template_id}", Trouble.status(403))
        project = {"name": "P", "scenes": [{"subtitles": [{"text": "Hello, {{Name}}."}]}]}
        async with client(fake) as pictory:
            template = await pictory.templates.create(project)
            found = await all_of(pictory, [{"Nmae": "Ada"}], template=template.id)

        assert Counter(NoneType=1) == kinds(found)

    async def test_no_items(self) -> None:
        """Without items the iteration is over at once."""
        async with client(virtual_fake()) as pictory:
            assert [] == await all_of(pictory, [])

    async def test_a_wrong_item(self) -> None:
        """An iterator's item that the service would refuse is an outcome, and costs nothing."""
        fake = virtual_fake()
        items = [
            RAW,
            {"videoName": "x", "scenes": [{"storry": "One."}]},
            "",
            3,
            ("k", None),
            (1, 2, 3),
        ]
        async with client(fake) as pictory:
            found = await all_of(pictory, iter(items))
        errors = {outcome.key: outcome.error for outcome in found}

        assert errors.pop(0) is None
        assert {InvalidRequestError} == {type(error) for error in errors.values()}
        assert 1 == fake.count(PREVIEW)

    @pytest.mark.parametrize(
        ("items", "message"),
        [
            ({None: "One."}, "items: expected keys that are strings or whole numbers"),
            ([(1, 2, 3)], "items: expected an item, or a pair"),
            ([3], r"items\[0\]: expected a text, a storyboard or a JSON object"),
            ([Job("x", Transcript)], r"items\[0\]: expected a job of a preview or a video"),
        ],
    )
    async def test_what_is_wrong_is_named(self, items: Any, message: str) -> None:
        """The error of a wrong item names it, what was expected, and what was found."""
        pairs: list[Any] = [*items.items()] if hasattr(items, "items") else [*items]
        async with client(virtual_fake()) as pictory:
            (found,) = await all_of(pictory, iter(pairs))
            with pytest.raises(InvalidRequestError, match=message):
                await all_of(pictory, items)

        assert re.match(message, str(found.error))

    async def test_an_item_that_raises(self) -> None:
        """An item whose own code raises is an outcome, and the ones after it are made."""
        expected = r"items\[0\]: expected an item that can be read, found LookupError"
        async with client(virtual_fake()) as pictory:
            found = await all_of(pictory, iter([Unreadable(), "One."]))
            with pytest.raises(InvalidRequestError, match=expected) as caught:
                await all_of(pictory, [Unreadable(), "One."])

        assert Counter(LookupError=1, NoneType=1) == kinds(found)
        assert isinstance(caught.value.__cause__, LookupError)

    async def test_a_key_twice(self) -> None:
        """The second item of the same key is refused: its file would replace the first one's."""
        fake = virtual_fake()
        async with client(fake) as pictory:
            found = await all_of(pictory, iter([("a", "One."), ("a", "Two.")]))
            with pytest.raises(InvalidRequestError, match="items: expected keys that differ"):
                await all_of(pictory, [("a", "One."), ("a", "Two.")])

        assert Counter(NoneType=1, InvalidRequestError=1) == kinds(found)

    async def test_a_failure_hides_nothing(self) -> None:
        """A job that fails is an outcome with its jobs; the others end well."""
        fake = virtual_fake()
        fake.fail_next("X", "No.")
        async with client(fake) as pictory:
            found = await all_of(pictory, scripts(5))
        (failed,) = [outcome for outcome in found if outcome.error is not None]

        assert isinstance(failed.error, JobFailedError)
        assert (failed.error.job_id,) == tuple(job.id for job in failed.jobs)
        assert 4 == len(fake.billed)

    async def test_timeout(self) -> None:
        """An item that takes too long is an outcome with the id of its render."""
        fake = virtual_fake(render_seconds=1000)
        async with client(fake) as pictory:
            (found,) = await all_of(pictory, scripts(1), timeout=100)

        assert isinstance(found.error, JobTimeoutError)
        assert 100 == pytest.approx(found.timings.total, abs=1)
        assert fake.billed == (found.jobs[-1].id,)

    async def test_no_render_after_the_timeout(self) -> None:
        """An item whose time is up before its render could be submitted costs none."""
        fake = virtual_fake(preview_seconds=10)

        async def on_job(job: Job[Any]) -> None:
            if job.id in list(fake.jobs)[1:]:
                await anyio.sleep(100)

        async with client(fake) as pictory:
            found = await all_of(pictory, scripts(2), timeout=60, submitting=1, on_job=on_job)

        assert {JobTimeoutError} == {type(outcome.error) for outcome in found}
        assert {outcome.jobs[-1].id for outcome in found} == {*fake.jobs}
        assert () == fake.billed

    async def test_unknown_submit(self) -> None:
        """A render whose answer was lost is not sent again, and says so in its outcome."""
        fake = virtual_fake()
        fake.trouble(RENDER, Trouble.html(502, accepted=True))
        async with client(fake) as pictory:
            found = await all_of(pictory, scripts(3))

        assert Counter(NoneType=2, SubmissionUnknownError=1) == kinds(found)
        assert any(isinstance(outcome.error, SubmissionUnknownError) for outcome in found)
        assert 3 == len(fake.billed)


class TestInput:
    async def test_pulls_what_it_can_take(self) -> None:
        """From an endless iterator only as many items are taken as may be under way."""
        fake, taken = virtual_fake(), 0

        def endless() -> Iterator[str]:
            nonlocal taken
            while True:
                taken += 1
                yield f"Text {taken}."

        async with client(fake) as pictory:
            async with pictory.render_many(endless(), pending=7) as outcomes:
                await anyio.sleep(500)
                assert taken <= 8
                for _ in range(20):
                    await anext(outcomes)
            assert taken <= 30

        assert len(fake.billed) <= 28

    async def test_async(self) -> None:
        """Items may come from an async iterator, slowly; what is there goes on meanwhile."""
        fake = virtual_fake()

        async def come() -> AsyncIterator[tuple[str, str]]:
            for name in "abc":
                yield name, "One."
                await anyio.sleep(200)

        times = dict[Any, float]()
        async with client(fake) as pictory:
            batch = pictory.render_many(come(), submitting=1)
            async with batch as outcomes:
                async for outcome in outcomes:
                    times[outcome.key] = fake.now

        assert ["a", "b", "c"] == list(times)
        assert times["a"] < 100
        assert 200 < times["b"] < 300

    async def test_it_breaks(self) -> None:
        """What the iterator raises comes bare, after the outcomes of what was submitted."""
        fake = virtual_fake()

        async def come() -> AsyncIterator[str]:
            yield "One."
            await anyio.sleep(1)
            raise LookupError

        async with client(fake) as pictory, pictory.render_many(come()) as outcomes:
            assert (await anext(outcomes)).error is None
            with pytest.raises(LookupError):
                await anext(outcomes)

    @pytest.mark.parametrize(
        ("settings", "message"),
        [
            ({"items": "One."}, "items: expected an iterable of items"),
            ({"items": 3}, "items: expected an iterable of items"),
            ({"items": RAW}, r"items: expected many items, such as \[storyboard\]"),
            ({"fail_fast": "no"}, "fail_fast: expected True or False"),
            ({"folder": 3}, "folder: expected the path of a folder, or None, found 3"),
            ({"submitting": 0}, "submitting: expected 1 or more, found 0"),
            ({"pending": -1}, "pending: expected 1 or more"),
            ({"downloading": True}, "downloading: expected 1 or more"),
            ({"breaker": 0}, "breaker: expected 1 or more"),
            ({"timeout": 0}, "timeout: expected seconds above 0"),
            ({"outage": -1}, "outage: expected seconds"),
            ({"version": "v3"}, "version: expected 'v1' or 'v2'"),
            ({"folder": "/nowhere"}, "folder: expected a folder that exists .*found /nowhere"),
            ({"on_job": 3}, "on_job: expected a function"),
        ],
    )
    async def test_refuses(self, settings: dict[str, Any], message: str) -> None:
        """A wrong argument is refused by its name, before anything is sent."""
        fake = virtual_fake()
        arguments = {"items": ["One."], **settings}
        async with client(fake) as pictory:
            with pytest.raises(InvalidRequestError, match=message):
                await all_of(pictory, **arguments)

        assert () == fake.requests

    async def test_wrong_limits(self) -> None:
        """Limits are a value of their own; what is none is a wrong argument."""
        async with client(virtual_fake()) as pictory:
            with pytest.raises(InvalidRequestError, match=r"limits: expected Limits\(...\)"):
                await all_of(pictory, [], limits={"jobs": 3})
        with pytest.raises(ConfigurationError, match="minutes: expected a number"):
            Limits(minutes=-1)


class TestStages:
    async def test_submits_at_once(self) -> None:
        """No more submits are on their way than allowed, and all of those are."""
        fake, now, most = virtual_fake(), 0, 0

        async def on_job(_: Job[Any]) -> None:
            nonlocal now, most
            now += 1
            most = max(most, now)
            await anyio.sleep(1)
            now -= 1

        async with client(fake) as pictory:
            await all_of(pictory, scripts(20), submitting=3, on_job=on_job)

        assert 3 == most

    async def test_submits_start_together(self) -> None:
        """As many submits as allowed are on their way as soon as there are items."""
        fake, times = virtual_fake(), list[float]()

        async def on_job(job: Job[Any]) -> None:
            if job.kind is Preview:
                times.append(fake.now)
                await anyio.sleep(10)

        async with client(fake) as pictory:
            await all_of(pictory, scripts(6), submitting=3, on_job=on_job)

        assert [0, 0, 0, 10, 10, 10] == pytest.approx(times)

    async def test_a_slot_is_free_after_the_submit(self) -> None:
        """With one submit at a time, many renders are at work at once all the same."""
        fake = virtual_fake(render_seconds=600)
        async with client(fake) as pictory:
            found = await all_of(pictory, scripts(30), submitting=1, timeout=None)

        assert max(outcome.timings.total for outcome in found) < 700

    async def test_downloads(self, tmp_path: Path) -> None:
        """Each video is in its file, which its outcome names."""
        fake = virtual_fake()
        async with client(fake) as pictory:
            found = await all_of(pictory, {"a": "One.", "b": "Two."}, folder=tmp_path)

        assert ["a.mp4", "b.mp4"] == sorted(path.name for path in tmp_path.iterdir())
        assert {*tmp_path.iterdir()} == {outcome.path for outcome in found}
        assert all(outcome.timings.download is not None for outcome in found)

    async def test_a_download_that_fails(self, tmp_path: Path) -> None:
        """A video that does not arrive is an outcome with its job's id; no file is half there."""
        fake = virtual_fake()
        fake.trouble(FILE, Trouble.status(401))
        async with client(fake) as pictory:
            found = await all_of(pictory, {"a": "One.", "b": "Two."}, folder=tmp_path)
        (failed,) = [outcome for outcome in found if outcome.error is not None]

        assert isinstance(failed.error, DownloadError)
        assert failed.error.job_id == failed.jobs[-1].id
        assert 1 == len(list(tmp_path.iterdir()))

    async def test_hooks(self, tmp_path: Path) -> None:
        """The hooks are told of every job, look and file."""
        seen = Counter[str]()

        def on_progress(_: JobUpdate[Any]) -> None:
            seen["look"] += 1

        def on_bytes(_: int, __: int | None) -> None:
            seen["bytes"] += 1

        async def on_job(job: Job[Any]) -> None:
            await anyio.lowlevel.checkpoint()
            seen[job.kind.__name__] += 1

        async with client(virtual_fake()) as pictory:
            await all_of(
                pictory,
                scripts(2),
                folder=tmp_path,
                on_job=on_job,
                on_progress=on_progress,
                on_bytes=on_bytes,
            )

        assert (2, 2) == (seen["Preview"], seen["Video"])
        assert seen["look"] > 4
        assert seen["bytes"] > 0


class TestAgain:
    async def test_rate_limited(self) -> None:
        """An item whose submit is refused by 429 beyond all retries is tried again."""
        fake = virtual_fake()
        fake.trouble(PREVIEW, Trouble.status(429, headers={"Retry-After": "2"}), times=9)
        async with client(fake) as pictory:
            (found,) = await all_of(pictory, scripts(1))

        assert found.error is None
        assert 3 == found.attempts
        assert 1 == len(fake.billed)

    async def test_unreachable(self) -> None:
        """So is one whose submit never reached the service."""
        fake = virtual_fake()
        fake.trouble(RENDER, Trouble.refuse(), times=6)
        async with client(fake) as pictory:
            (found,) = await all_of(pictory, scripts(1))

        assert found.error is None
        assert 2 == found.attempts
        assert 1 == len(fake.billed)

    async def test_not_for_ever(self) -> None:
        """An outage that outlasts the patience is the outcome."""
        fake = virtual_fake()
        fake.trouble(PREVIEW, Trouble.refuse(), times=None)
        async with client(fake) as pictory:
            (found,) = await all_of(pictory, scripts(1), outage=60)

        assert isinstance(found.error, TransportError)
        assert 60 <= found.timings.total < 100

    async def test_patience_ends_a_long_pause(self) -> None:
        """A pause that lasts longer than the patience is not waited out."""
        fake = virtual_fake()
        fake.trouble(PREVIEW, Trouble.status(429, headers={"Retry-After": "20000"}))
        async with client(fake) as pictory:
            (found,) = await all_of(pictory, scripts(1), outage=60)

        assert isinstance(found.error, RateLimitError)
        assert 60 == pytest.approx(found.timings.total)

    async def test_no_render_after_a_pause_beyond_the_timeout(self) -> None:
        """An item whose time is up during such a pause costs no render."""
        fake = virtual_fake()
        fake.trouble(RENDER, Trouble.status(429, headers={"Retry-After": "90"}))
        async with client(fake) as pictory:
            (found,) = await all_of(pictory, scripts(1), timeout=60)

        assert isinstance(found.error, JobTimeoutError)
        assert 60 == pytest.approx(found.timings.total)
        assert () == fake.billed

    async def test_a_long_pause(self) -> None:
        """A pause that is too long for a single call is waited out, within the patience."""
        fake = virtual_fake()
        fake.trouble(PREVIEW, Trouble.status(429, headers={"Retry-After": "200"}))
        async with client(fake) as pictory:
            found = await all_of(pictory, scripts(2))
            fake.trouble(PREVIEW, Trouble.status(429, headers={"Retry-After": "900"}), times=None)
            (refused,) = await all_of(pictory, scripts(1), outage=100)

        assert {None} == {outcome.error for outcome in found}
        assert isinstance(refused.error, RateLimitError)

    async def test_closed(self) -> None:
        """A client that is closed in between is no outage."""
        fake = virtual_fake()
        async with client(fake) as pictory, pictory.render_many(scripts(2)) as outcomes:
            await anyio.sleep(1)
            await pictory.aclose()
            found = [outcome async for outcome in outcomes]

        assert Counter(ClosedError=2) == kinds(found)
        assert fake.now < 60


class TestStopping:
    async def test_fail_fast(self) -> None:
        """After the first failure nothing more is submitted; what is under way ends well."""
        fake = virtual_fake()
        fake.fail_next("X", "No.")
        async with client(fake) as pictory:
            found = await all_of(pictory, scripts(20), fail_fast=True, pending=5)

        assert 1 == kinds(found)["JobFailedError"]
        assert kinds(found)["NotSubmittedError"] >= 15
        assert 20 == len(found)
        assert "item 0 failed: job" in str(found[-1].error)

    async def test_breaker(self) -> None:
        """The same permanent error again and again stops the submits; the rest is given back."""
        fake = virtual_fake()
        fake.trouble(PREVIEW, Trouble.status(400, {"code": "V", "message": "No."}), times=None)
        async with client(fake) as pictory:
            found = await all_of(pictory, scripts(100), breaker=5, submitting=1)

        assert Counter(APIError=5, NotSubmittedError=95) == kinds(found)
        assert 5 == fake.count(PREVIEW)
        assert "5 items in a row met the same error: POST" in str(found[-1].error)

    @pytest.mark.parametrize(
        ("operation", "trouble", "error"),
        [
            (RENDER, Trouble.html(502, accepted=True), "SubmissionUnknownError"),
            (PREVIEW, Trouble.refuse(), "TransportError"),
            (FILE, Trouble.status(500), "DownloadError"),
        ],
    )
    async def test_breaker_of_all_kinds(
        self, operation: str, trouble: Trouble, error: str, tmp_path: Path
    ) -> None:
        """Whatever goes wrong again and again, no more is paid for."""
        fake = virtual_fake()
        fake.trouble(operation, trouble, times=None)
        settings: dict[str, Any] = {"submitting": 1, "pending": 1, "outage": 30}
        async with client(fake) as pictory:
            found = await all_of(pictory, scripts(20), breaker=3, folder=tmp_path, **settings)

        assert Counter({error: 3, "NotSubmittedError": 17}) == kinds(found)

    async def test_stopped_while_trying_again(self) -> None:
        """An item that waits to be tried again is not, once the batch has stopped."""
        fake = virtual_fake()
        fake.trouble(PREVIEW, Trouble.refuse())
        fake.trouble(PREVIEW, Trouble.status(400))

        async def two() -> AsyncIterator[str]:
            yield "One."
            await anyio.sleep(0.5)
            yield "Two."

        async with client(fake, retry=Retry(attempts=1)) as pictory:
            began = anyio.current_time()
            found = await all_of(pictory, two(), fail_fast=True)
            took = anyio.current_time() - began

        assert Counter(NotSubmittedError=1, APIError=1) == kinds(found)
        assert 1 == fake.count(PREVIEW)
        assert 0.5 == pytest.approx(took)

    async def test_no_breaker(self) -> None:
        """Without a breaker every item is tried."""
        fake = virtual_fake()
        fake.trouble(PREVIEW, Trouble.status(400, {"code": "V", "message": "No."}), times=None)
        async with client(fake) as pictory:
            found = await all_of(pictory, scripts(30), breaker=None)

        assert Counter(APIError=30) == kinds(found)

    async def test_breaker_forgets(self) -> None:
        """Different errors, or a success in between, do not stop anything."""
        fake = virtual_fake()
        for number in range(6):
            answer = {"code": f"V{number % 2}", "message": "No."}
            fake.trouble(PREVIEW, Trouble.status(400, answer))
        async with client(fake) as pictory:
            found = await all_of(pictory, scripts(10), breaker=2, submitting=1)

        assert Counter(APIError=6, NoneType=4) == kinds(found)

    async def test_jobs(self) -> None:
        """No more renders are submitted than the limit on jobs allows."""
        fake = virtual_fake()
        async with client(fake) as pictory:
            found = await all_of(pictory, scripts(10), limits=Limits(jobs=4))

        assert Counter(NoneType=4, NotSubmittedError=6) == kinds(found)
        assert 4 == len(fake.billed)
        assert 0 == fake.count(QUOTA)
        assert "the limit jobs=4 is reached" == str(
            next(outcome.error for outcome in found if outcome.error is not None)
        )

    async def test_no_previews_in_vain(self) -> None:
        """Nothing is previewed that the limit would not let be rendered."""
        fake = virtual_fake()
        async with client(fake) as pictory:
            found = await all_of(pictory, scripts(50), limits=Limits(jobs=4))

        assert Counter(NoneType=4, NotSubmittedError=46) == kinds(found)
        assert 4 == fake.count(PREVIEW)

    async def test_a_failed_preview_makes_room(self) -> None:
        """An item that fails before its render leaves its place to another."""
        fake = virtual_fake()
        fake.fail_next("X", "No.")
        async with client(fake) as pictory:
            found = await all_of(pictory, scripts(9), limits=Limits(jobs=4))

        assert Counter(NoneType=4, JobFailedError=1, NotSubmittedError=4) == kinds(found)
        assert 5 == fake.count(PREVIEW)

    async def test_an_unknown_render_counts(self) -> None:
        """A render that may have been paid for counts against the limit on jobs."""
        fake = virtual_fake()
        fake.trouble(RENDER, Trouble.html(502, accepted=True))
        async with client(fake) as pictory:
            found = await all_of(pictory, scripts(9), limits=Limits(jobs=3))

        assert Counter(NoneType=2, SubmissionUnknownError=1, NotSubmittedError=6) == kinds(found)
        assert 3 == len(fake.billed)

    @pytest.mark.parametrize("limits", [Limits(minutes=60), Limits(credits=1)])
    async def test_an_unknown_render_alone(self, limits: Limits) -> None:
        """Where nobody knows what a video takes, one of unknown outcome may be all there was."""
        fake = virtual_fake(render_seconds=1000)
        async with client(fake) as pictory:
            found = await all_of(pictory, scripts(9), limits=limits, timeout=100)

        assert Counter(JobTimeoutError=1, NotSubmittedError=8) == kinds(found)
        assert 1 == len(fake.billed)
        assert "may have reached the limit" in str(found[-1].error)

    async def test_a_video_of_unknown_length(self) -> None:
        """A video whose length is not told counts as one of unknown outcome."""
        fake = virtual_fake()
        async with (
            client(fake) as pictory,
            pictory.render_many(scripts(9), limits=Limits(minutes=60)) as outcomes,
        ):
            await anyio.sleep(20)
            answer = {"status": "completed", "videoURL": "http://a.example/x.mp4"}
            fake.trouble(LOOK, Trouble.status(200, {"job_id": "x", "data": answer}), times=None)
            found = [outcome async for outcome in outcomes]

        assert Counter(NoneType=1, NotSubmittedError=8) == kinds(found)

    async def test_minutes(self) -> None:
        """A limit on minutes is not passed, though a video's length is known when it is done."""
        fake = virtual_fake()
        async with client(fake) as pictory:
            (one,) = await all_of(pictory, scripts(1))
            minutes = (one.result().duration or 0) / 60
            found = await all_of(pictory, scripts(20), limits=Limits(minutes=5.5 * minutes))

        assert 5 == kinds(found)["NoneType"]
        assert 6 == len(fake.billed)
        assert 1 == fake.count(QUOTA)

    async def test_quota(self) -> None:
        """What the plan has left is the limit where it is less, and is asked for once."""
        fake = virtual_fake()
        left = {"videoMinutes": {"used": 600, "limit": 600}, "aiCredits": {"used": 0, "limit": 9}}
        fake.trouble(QUOTA, Trouble.status(200, left))
        async with client(fake) as pictory:
            found = await all_of(pictory, scripts(3), limits=Limits(minutes=1000, credits=1000))

        assert Counter(NotSubmittedError=3) == kinds(found)
        assert () == fake.billed
        assert "the limit minutes=0 would be passed" == str(found[0].error)

    async def test_a_failed_render_makes_room(self) -> None:
        """Where the first video fails, the next one shows what a video takes."""
        fake = virtual_fake()
        async with client(fake) as pictory:
            batch = pictory.render_many(scripts(3), limits=Limits(credits=10))
            async with batch as outcomes:
                await anyio.sleep(20)
                fake.set_status(fake.billed[0], "failed")
                found = [outcome async for outcome in outcomes]

        assert Counter(JobFailedError=1, NoneType=2) == kinds(found)

    async def test_a_refused_render_makes_room(self) -> None:
        """So it is where the submit of the first render is refused."""
        fake = virtual_fake()
        fake.trouble(RENDER, Trouble.status(400))
        async with client(fake) as pictory:
            found = await all_of(pictory, scripts(3), limits=Limits(jobs=2, credits=10))

        assert Counter(APIError=1, NoneType=2) == kinds(found)


async def break_off(pictory: Pictory) -> None:
    """Leave a batch by an exception."""
    async with pictory.render_many(scripts(30)):
        await anyio.sleep(10)
        raise LookupError


class TestLeaving:
    async def test_early(self) -> None:
        """Leaving early submits nothing more, and leaves every paid job in `left`."""
        fake = virtual_fake()
        async with client(fake) as pictory:
            async with pictory.render_many(scripts(200), submitting=2) as outcomes:
                read = await anext(outcomes)
            submits = fake.count(PREVIEW) + fake.count(RENDER)
            await anyio.sleep(100)
            ids = {job.id for outcome in (read, *outcomes.left) for job in outcome.jobs}

        assert submits == fake.count(PREVIEW) + fake.count(RENDER)
        assert {*fake.jobs} == ids
        assert any(isinstance(outcome.error, UnfinishedError) for outcome in outcomes.left)

    async def test_nothing_new_after_leaving(self) -> None:
        """A submit that is answered after the block was left is not followed by another."""
        fake = virtual_fake()
        service = fake.transport()

        class Slow(httpx.AsyncBaseTransport):
            async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
                await anyio.sleep(3 if request.method == "PUT" else 0)
                return await service.handle_async_request(request)

        async with Pictory(KEY, base_url=fake.base_url, transport=Slow()) as pictory:
            async with pictory.render_many(scripts(40), submitting=2) as outcomes:
                await anyio.sleep(60)
                assert fake.billed
                before = len(fake.billed)
            left = {job.id for outcome in outcomes.left for job in outcome.jobs}

        assert len(fake.billed) <= before + 2
        assert {*fake.jobs} == left

    async def test_unread(self) -> None:
        """Outcomes that were not read are in `left` as well, with their videos."""
        fake = virtual_fake()
        async with client(fake) as pictory, pictory.render_many(scripts(3)) as outcomes:
            await anyio.sleep(500)

        assert 3 == len(outcomes.left)
        assert {*fake.billed} == {outcome.result().job_id for outcome in outcomes.left}

    async def test_go_on(self, tmp_path: Path) -> None:
        """The jobs of a batch that was left are items of the next: nothing is paid twice."""
        fake = virtual_fake()
        async with client(fake) as pictory:
            items = {f"k{number}": "One." for number in range(6)}
            async with pictory.render_many(items, submitting=2) as outcomes:
                async for outcome in outcomes:
                    del items[str(outcome.key)]
                    if len(items) == 4:
                        break
            jobs = {outcome.key: outcome.jobs[-1] for outcome in outcomes.left}
            found = await all_of(pictory, items | jobs, folder=tmp_path)

        assert Counter(NoneType=4) == kinds(found)
        assert 6 == len(fake.billed) == fake.count(PREVIEW)
        assert {f"{key}.mp4" for key in items} == {path.name for path in tmp_path.iterdir()}

    async def test_go_on_from_previews(self) -> None:
        """A preview that was left is rendered; a render that was left is waited for."""
        fake = virtual_fake()
        async with client(fake) as pictory:
            preview = await pictory.storyboards.preview(RAW)
            render = await pictory.storyboards.render(RAW)
            found = await all_of(pictory, [preview, render], limits=Limits(jobs=1))

        assert Counter(NoneType=2) == kinds(found)
        assert 2 == len(fake.billed)
        assert [2, 1] == [len(each.jobs) for each in sorted(found, key=lambda each: each.key)]

    async def test_go_on_after_a_stop(self) -> None:
        """A batch that submits nothing more still waits for what is paid, and loses no job."""
        fake = virtual_fake()
        fake.trouble(PREVIEW, Trouble.status(400))
        async with client(fake) as pictory:
            render = await pictory.storyboards.render(RAW)
            fake.trouble(PREVIEW, Trouble.status(400))

            async def items() -> AsyncIterator[Any]:
                yield "One."
                await anyio.sleep(5)
                yield render
                yield Job("p", Preview)

            found = await all_of(pictory, items(), fail_fast=True)

        assert Counter(APIError=1, NoneType=1, NotSubmittedError=1) == kinds(found)
        assert {render.id, "p"} == {job.id for outcome in found for job in outcome.jobs}

    async def test_an_exception(self) -> None:
        """What the block raises comes out bare, with a note that names the jobs."""
        fake = virtual_fake()
        async with client(fake) as pictory:
            with pytest.raises(LookupError) as caught:
                await break_off(pictory)
        (note,) = caught.value.__notes__

        assert 20 == sum(job_id in note for job_id in fake.jobs)
        assert note.endswith(" and 10 more")

    async def test_nothing_to_note(self) -> None:
        """Where nothing is under way, there is nothing to say."""
        async with client(virtual_fake()) as pictory:
            with pytest.raises(LookupError) as caught:
                async with pictory.render_many([]):
                    raise LookupError

        assert not hasattr(caught.value, "__notes__")

    @pytest.mark.parametrize("seconds", [0, 0.001, 3, 16.3, 17, 50, 80])
    async def test_cancelled(self, seconds: float) -> None:
        """A cancellation at any time leaves every job's id."""
        fake = virtual_fake()
        batches = list[Outcomes[Video]]()
        async with client(fake) as pictory:
            with anyio.move_on_after(seconds):
                async with pictory.render_many(scripts(20)) as outcomes:
                    batches.append(outcomes)
                    await anyio.sleep_forever()
        left = [outcome for batch in batches for outcome in batch.left]

        assert {*fake.jobs} == {job.id for outcome in left for job in outcome.jobs}

    @pytest.mark.parametrize("steps", range(40))
    async def test_cancelled_at_every_step(self, steps: int) -> None:
        """So does one that comes while a submit is on the wire."""
        fake = virtual_fake()
        async with client(fake) as pictory, pictory.render_many(scripts(5)) as outcomes:
            for _ in range(steps):
                await anyio.lowlevel.checkpoint()

        assert {*fake.jobs} == {job.id for outcome in outcomes.left for job in outcome.jobs}

    @pytest.mark.parametrize("operation", [PREVIEW, RENDER])
    async def test_cut_off(self, operation: str) -> None:
        """A submit that is never answered is in `left` as one that nobody knows the outcome of."""
        fake = virtual_fake()
        fake.trouble(operation, Trouble.stall(accepted=True))
        async with client(fake) as pictory, pictory.render_many(scripts(1)) as outcomes:
            await anyio.sleep(20)
        (left,) = outcomes.left

        assert isinstance(left.error, SubmissionUnknownError)
        assert operation.partition(" ")[0] == left.error.method
        assert {*fake.jobs} - {job.id for job in left.jobs} == {*list(fake.jobs)[-1:]}

    async def test_bare_after_a_cancellation(self) -> None:
        """What the block raises comes out, also where a cancellation follows at once."""
        fake = virtual_fake()
        fake.trouble(PREVIEW, Trouble.stall(), times=None)

        async def leave() -> None:
            with anyio.move_on_after(7):
                async with pictory.render_many(scripts(5)):
                    await anyio.sleep(5)
                    raise LookupError

        async with client(fake) as pictory:
            with pytest.raises(LookupError):
                await leave()

    async def test_last_words(self) -> None:
        """A submit that is never answered does not hold up the end for long."""
        fake = virtual_fake()
        fake.trouble(PREVIEW, Trouble.stall(accepted=True), times=None)
        async with client(fake) as pictory:
            began = anyio.current_time()
            async with pictory.render_many(scripts(5)):
                await anyio.sleep(5)
            took = anyio.current_time() - began

        assert 15 == pytest.approx(took)


async def read_into(events: list[Event], stream: AsyncIterator[Event]) -> None:
    """Collect events."""
    async for event in stream:
        events.append(event)  # noqa: PERF401 - a test looks at them meanwhile


async def test_events(tmp_path: Path) -> None:
    """The stream tells of every job, file and outcome, and ends with the block."""
    events, found = list[Event](), list[Outcome[Video]]()
    fake = virtual_fake()
    async with client(fake) as pictory, anyio.create_task_group() as tasks:
        batch = pictory.render_many(scripts(3), folder=tmp_path)
        async with batch as outcomes:
            tasks.start_soon(read_into, events, outcomes.events)
            found = [outcome async for outcome in outcomes]
    submitted = {event.job.id for event in events if isinstance(event, Submitted)}
    downloaded = {event.path for event in events if isinstance(event, Downloaded)}
    ended = [event.outcome for event in events if isinstance(event, Ended)]

    assert {*fake.jobs} == submitted
    assert {*tmp_path.iterdir()} == downloaded
    assert found == ended
    assert {0, 1, 2} == {event.key for event in events if isinstance(event, Ended)}


async def test_states_of_each_job() -> None:
    """A render that is done at its first look is told of, though its preview was as well."""
    events, fake = list[Event](), virtual_fake(preview_seconds=0, render_seconds=0)
    async with client(fake) as pictory, pictory.render_many(scripts(2)) as outcomes:
        await read_into(events, outcomes.events)
    completed = {
        event.job_id
        for event in events
        if isinstance(event, StateChanged) and event.status == "completed"
    }

    assert {*fake.jobs} == completed


async def awaits_what_is_cancelled(*_: object) -> None:
    """Await a task that somebody else has cancelled."""
    task = asyncio.ensure_future(asyncio.sleep(9))
    task.cancel()
    await task


@pytest.mark.parametrize("hook", ["on_job", "on_progress"])
def test_a_hook_that_awaits_what_is_cancelled(hook: str, caplog: pytest.LogCaptureFixture) -> None:
    """On asyncio, a hook that awaits a cancelled task is in the log, and ends nothing."""

    async def main() -> None:
        async with client(virtual_fake()) as pictory:
            hooks: dict[str, Any] = {hook: awaits_what_is_cancelled}
            found = await all_of(pictory, scripts(3), **hooks)
        assert Counter(NoneType=3) == kinds(found)

    anyio.run(main, backend_options={"loop_factory": VirtualTimeLoop})

    assert "cancelled, by nobody outside" in caplog.text


def test_items_that_await_what_is_cancelled() -> None:
    """And items that do break off with an error, and not as if there were no more."""

    async def items() -> AsyncIterator[str]:
        yield "One."
        await awaits_what_is_cancelled()

    async def main() -> None:
        async with client(virtual_fake()) as pictory, pictory.render_many(items()) as outcomes:
            assert (await anext(outcomes)).error is None
            with pytest.raises(RuntimeError, match="cancelled, by nobody outside"):
                await anext(outcomes)

    anyio.run(main, backend_options={"loop_factory": VirtualTimeLoop})


def test_interrupted_on_the_wire() -> None:
    """An interrupt while a render is on the wire comes out bare, and the render is in `left`."""
    batches = list[Outcomes[Video]]()
    fake = virtual_fake()
    service = fake.transport()

    class Interrupting(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            response = await service.handle_async_request(request)
            if request.method == "PUT":
                raise KeyboardInterrupt
            return response

    async def main() -> None:
        async with (
            Pictory(KEY, base_url=fake.base_url, transport=Interrupting()) as pictory,
            pictory.render_many(scripts(1)) as outcomes,
        ):
            batches.append(outcomes)
            await anyio.sleep_forever()

    with pytest.raises(KeyboardInterrupt):
        anyio.run(main, backend="trio", backend_options={"clock": MockClock(autojump_threshold=0)})
    (left,) = batches[0].left

    assert isinstance(left.error, SubmissionUnknownError)


async def test_events_alone() -> None:
    """Who reads the events only gets all of them, and no item waits for another reader."""
    fake = virtual_fake()
    async with client(fake) as pictory, pictory.render_many(scripts(9), pending=2) as outcomes:
        events = [event async for event in outcomes.events]
    ended = [event.outcome for event in events if isinstance(event, Ended)]

    assert {*range(9)} == {outcome.key for outcome in ended}
    assert () == outcomes.left


async def test_events_too_late() -> None:
    """Who asks for events when all is over finds none."""
    fake = virtual_fake()
    async with client(fake) as pictory, pictory.render_many(scripts(1)) as outcomes:
        assert (await anext(outcomes)).error is None

    assert [] == [event async for event in outcomes.events]


async def test_events_late() -> None:
    """Who begins to read events when the batch has come to a halt sets it going again."""
    fake = virtual_fake()
    async with client(fake) as pictory, pictory.render_many(scripts(9), pending=2) as outcomes:
        await anyio.sleep(500)
        with anyio.fail_after(1000):
            async for _ in outcomes.events:
                pass

    assert 9 == len(fake.billed)


async def test_some_events_alone() -> None:
    """What was not read as events either is in `left`."""
    fake, read = virtual_fake(), list[Any]()
    async with client(fake) as pictory, pictory.render_many(scripts(9)) as outcomes:
        await anyio.sleep(20)
        async for event in outcomes.events:
            if isinstance(event, Ended):
                read.append(event.key)
                if len(read) == 4:
                    break

    assert {*range(9)} - {*read} == {outcome.key for outcome in outcomes.left}


async def test_events_tell_of_a_broken_source() -> None:
    """Who reads the events only learns that the items broke off, after the last event."""
    fake, keys = virtual_fake(), list[Any]()

    def broken() -> Iterator[str]:
        yield from scripts(2)
        raise LookupError

    async def read(stream: AsyncIterator[Event]) -> None:
        async for event in stream:
            if isinstance(event, Ended):
                keys.append(event.key)

    async with client(fake) as pictory, pictory.render_many(broken()) as outcomes:
        with pytest.raises(LookupError):
            await read(outcomes.events)
        assert [] == [event async for event in outcomes.events]

    assert [0, 1] == sorted(keys)


async def test_readers_share() -> None:
    """Several readers share the outcomes, and each outcome has one reader."""
    fake, keys = virtual_fake(), list[Any]()

    async def read(outcomes: Outcomes[Video]) -> None:
        async for outcome in outcomes:
            keys.append(outcome.key)

    async with (
        client(fake) as pictory,
        pictory.render_many(scripts(9)) as outcomes,
        anyio.create_task_group() as tasks,
    ):
        for _ in range(3):
            tasks.start_soon(read, outcomes)

    assert [*range(9)] == sorted(keys)


async def test_events_of_a_slow_reader() -> None:
    """Who reads events beside the outcomes does not make room for more items by it."""
    fake, events, found = virtual_fake(), list[Event](), list[Outcome[Video]]()
    async with (
        client(fake) as pictory,
        anyio.create_task_group() as tasks,
        pictory.render_many(scripts(9), pending=2) as outcomes,
    ):
        tasks.start_soon(read_into, events, outcomes.events)
        found.append(await anext(outcomes))
        await anyio.sleep(1000)
        assert 3 == sum(isinstance(event, Ended) for event in events)
        found += [outcome async for outcome in outcomes]

    assert {*range(9)} == {outcome.key for outcome in found}


async def test_within_a_rate_limit() -> None:
    """A batch takes little longer than the service's limit dictates, and pays once for each."""
    fake = virtual_fake(rate_limit=10, preview_seconds=5, render_seconds=20)
    async with client(fake, schedule=None) as pictory:
        began = anyio.current_time()
        found = await all_of(pictory, scripts(400))
        took = anyio.current_time() - began
    late = Counter(request.status for request in fake.requests if request.time > 60)

    assert Counter(NoneType=400) == kinds(found)
    assert 400 == len(fake.billed)
    assert took < 1.3 * 4 * 400 / 10
    assert late[429] < 0.02 * late.total()


async def test_outage() -> None:
    """A look that meets a gateway's page is an event, and not the end."""
    events = list[Event]()
    fake = virtual_fake()
    fake.trouble("GET /v1/jobs/{job_id}", Trouble.html(502), times=2)
    async with client(fake) as pictory, anyio.create_task_group() as tasks:
        batch = pictory.render_many({"a": "One."})
        async with batch as outcomes:
            tasks.start_soon(read_into, events, outcomes.events)
            assert (await anext(outcomes)).error is None

    assert ["a"] == [event.key for event in events if isinstance(event, Outage)]
