"""One item of a batch: its steps, its record as JSON, and what is left of it elsewhere."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anyio
import pytest

from pictory_async import (
    APIError,
    ClientCredentials,
    DownloadError,
    InvalidRequestError,
    Job,
    JobFailedError,
    JobTimeoutError,
    Limits,
    NotSubmittedError,
    Preview,
    Retry,
    SubmissionUnknownError,
    Video,
)
from pictory_async._flows.batch import Batch, opened_batch
from pictory_async._flows.batch_settings import BatchSettings
from pictory_async._flows.item import (
    BatchItem,
    Downloading,
    Finished,
    New,
    Previewed,
    Previewing,
    Rendered,
    Rendering,
)
from pictory_async._flows.recipes import (
    BatchInput,
    JobRecipe,
    RowRecipe,
    StoryboardRecipe,
    TextRecipe,
)
from pictory_async._flows.records import item_of, record_of, remaining
from pictory_async._flows.spending import Spending
from pictory_async._shapes.convert import payload
from pictory_async._tasks import owned_tasks
from pictory_async._waiting.block import Block
from pictory_async._wire.known import Known
from pictory_async.models import Scene, Storyboard
from pictory_async.schedules import Growing
from pictory_async.testing import FakePictory, Trouble
from tests.helpers import client, inside, virtual_fake


if TYPE_CHECKING:
    from collections.abc import Callable

    from pictory_async import JobUpdate
    from pictory_async._flows.item import State
    from pictory_async._flows.recipes import Recipe


pytestmark = pytest.mark.anyio

PREVIEW: Job[Preview] = Job("p-1", Preview)
RENDER: Job[Video] = Job("r-1", Video)
VIDEO = Video(job_id="r-1", video_url="https://a.example/v.mp4", duration=61.5)
LOST = SubmissionUnknownError("cut", "POST", "/x", {"videoName": "x"})
TEXT = TextRecipe(version="v2", text="One.", speaker="Brian")
STATES: list[State] = [
    New(),
    Previewing(),
    Previewing(unknown=LOST),
    Previewing(preview=PREVIEW),
    Previewed(preview=PREVIEW),
    Rendering(preview=PREVIEW),
    Rendering(preview=PREVIEW, unknown=LOST),
    Rendering(preview=PREVIEW, render=RENDER),
    Rendering(render=RENDER),
    Rendered(preview=PREVIEW, render=RENDER, video=VIDEO),
    Downloading(preview=None, render=RENDER, video=VIDEO),
    Finished(jobs=(PREVIEW, RENDER), video=VIDEO, error=None, known=Known.PAID),
    Finished(
        jobs=(PREVIEW, RENDER),
        video=None,
        error=JobFailedError("r-1", "890", "No.", {"status": "failed"}),
        known=Known.SURELY_NOT,
    ),
]
TOKEN = "POST /v1/oauth2/token"
STEPS: dict[str, Callable[[BatchItem], object]] = {
    "begin_item": BatchItem.begin_item,
    "take_job": lambda item: item.take_job(RENDER),
    "lose_submit": lambda item: item.lose_submit(LOST),
    "previewed": BatchItem.previewed,
    "begin_render": BatchItem.begin_render,
    "rendered": lambda item: item.rendered(VIDEO),
    "begin_download": BatchItem.begin_download,
    "end_item": lambda item: item.end_item(None),
}
# Which steps a state allows; every other one is refused.
ALLOWED: dict[type[Any], set[str]] = {
    New: {"begin_item", "end_item"},
    Previewing: {"take_job", "lose_submit", "previewed", "end_item"},
    Previewed: {"begin_render", "end_item"},
    Rendering: {"take_job", "lose_submit", "rendered", "end_item"},
    Rendered: {"begin_download", "end_item"},
    Downloading: {"end_item"},
    Finished: set(),
}


def item_in(state: State, recipe: Recipe | Exception = TEXT) -> BatchItem:
    """Return an item in a state."""
    item = BatchItem(BatchInput(key="a", recipe=recipe, output=Path("a.mp4")), ignore)
    item.state = state
    return item


def ignore(before: State, after: State) -> None:
    """Hear of a step, and do nothing."""
    del before, after


def name_of(value: object) -> str:
    """Name a parameter of a test."""
    return type(value).__name__


async def test_the_whole_way() -> None:
    """An item passes all states, and each step is told with the states around it."""
    told: list[tuple[str, str]] = []
    item = BatchItem(
        BatchInput(key="a", recipe=TEXT),
        lambda before, after: told.append((type(before).__name__, type(after).__name__)),
    )
    item.begin_item()
    item.take_job(PREVIEW)
    item.previewed()
    assert PREVIEW == item.begin_render()
    item.take_job(RENDER)
    item.rendered(VIDEO)
    assert VIDEO == item.begin_download()
    outcome = item.end_item(None)

    assert (VIDEO, None, (PREVIEW, RENDER)) == (outcome.value, outcome.error, outcome.jobs)
    assert [
        ("New", "Previewing"),
        ("Previewing", "Previewing"),
        ("Previewing", "Previewed"),
        ("Previewed", "Rendering"),
        ("Rendering", "Rendering"),
        ("Rendering", "Rendered"),
        ("Rendered", "Downloading"),
        ("Downloading", "Finished"),
    ] == told


@pytest.mark.parametrize("state", STATES, ids=name_of)
@pytest.mark.parametrize("step", STEPS)
async def test_wrong_steps(step: str, state: State) -> None:
    """A step that a state does not allow is refused and changes nothing."""
    item = item_in(state)
    has_job = getattr(state, "render" if isinstance(state, Rendering) else "preview", None)
    is_allowed = step in ALLOWED[type(state)]
    if isinstance(state, Previewing | Rendering) and step != "end_item":
        is_allowed = is_allowed and (has_job is not None) == (step in {"previewed", "rendered"})
    if is_allowed:
        STEPS[step](item)
        assert state is not item.state
    else:
        with pytest.raises(RuntimeError, match=f"item 'a' cannot .*: it is {name_of(state)}"):
            STEPS[step](item)
        assert state is item.state


@pytest.mark.parametrize(
    ("job", "state"), [(PREVIEW, Previewing(preview=PREVIEW)), (RENDER, Rendering(render=RENDER))]
)
async def test_a_job_is_gone_on_with(job: Job[Any], state: State) -> None:
    """An item that is a job begins where the job is."""
    item = item_in(New(), JobRecipe(version="v2", job=job))
    assert (job,) == item.jobs
    item.begin_item()

    assert state == item.state


@pytest.mark.parametrize(
    ("state", "error", "known"),
    [
        (New(), InvalidRequestError("a", "b", "c"), Known.SURELY_NOT),
        (Previewed(preview=PREVIEW), APIError("no", 400, "PUT", "/x"), Known.SURELY_NOT),
        (Rendering(preview=PREVIEW), APIError("no", 400, "PUT", "/x"), Known.SURELY_NOT),
        (Rendering(preview=PREVIEW), LOST, Known.UNKNOWN),
        (Rendering(preview=PREVIEW), ValueError("odd"), Known.UNKNOWN),
        (Rendering(render=RENDER), APIError("no", 400, "GET", "/x"), Known.UNKNOWN),
        (Rendering(render=RENDER), JobTimeoutError("r-1"), Known.UNKNOWN),
        (Rendering(render=RENDER), JobFailedError("r-1"), Known.SURELY_NOT),
        (STATES[9], DownloadError("cut", "https://a.example"), Known.PAID),
    ],
)
async def test_what_is_known_in_the_end(state: State, error: Exception, known: Known) -> None:
    """An item that ended says what is known of its render."""
    item = item_in(state)
    outcome = item.end_item(error)

    assert (None, error) == (outcome.value, outcome.error)
    assert isinstance(item.state, Finished)
    assert known is item.state.known


@pytest.mark.parametrize("state", STATES, ids=name_of)
async def test_a_record_comes_back(state: State) -> None:
    """An item in any state goes through JSON and comes back as it was."""
    item = item_in(state)
    item.attempts = 3
    record = json.loads(json.dumps(record_of(item)))
    again = item_of(record, ignore)

    assert record == record_of(again)
    assert (item.key, item.recipe, item.output) == (again.key, again.recipe, again.output)
    assert (item.attempts, item.timings, item.jobs) == (again.attempts, again.timings, again.jobs)
    if not isinstance(state, Finished):
        assert str(state) == str(again.state)


@pytest.mark.parametrize(
    "recipe",
    [
        TEXT,
        StoryboardRecipe(version="v2", storyboard={"videoName": "x", "scenes": [{"story": "a"}]}),
        StoryboardRecipe(version="v2", storyboard=Storyboard.from_script("One.", name="x")),
        RowRecipe(version="v1", template_id="t", variables={"Name": "Ada"}, name="x"),
        JobRecipe(version="v1", job=PREVIEW),
    ],
    ids=name_of,
)
async def test_every_recipe_comes_back(recipe: Recipe) -> None:
    """What an item is holds no function: JSON is enough to make it anew."""
    record = json.loads(json.dumps(record_of(item_in(New(), recipe))))
    again = item_of(record, ignore)

    assert record == record_of(again)
    assert type(recipe) is type(again.recipe)


async def test_unknown_fields_come_back() -> None:
    """What a storyboard holds under `extra`, at any level, is sent from a record as well."""
    scene = Scene(story="a", extra={"mood": "calm"})
    board = Storyboard(video_name="x", scenes=[scene], extra={"new": [1]})
    item = item_in(New(), StoryboardRecipe(version="v2", storyboard=board))
    recipe = item_of(json.loads(json.dumps(record_of(item))), ignore).recipe

    assert isinstance(recipe, StoryboardRecipe)
    assert payload(board, Storyboard) == payload(recipe.storyboard, Storyboard)


@pytest.mark.parametrize("error", [InvalidRequestError("a", "b", "c"), ValueError("odd")])
async def test_wrong_items_come_back(error: Exception) -> None:
    """The error of an item that is wrong is kept, by its class where it is one of ours."""
    again = item_of(record_of(item_in(New(), error)), ignore)

    assert isinstance(again.recipe, Exception)
    assert str(error) in str(again.recipe)


@pytest.mark.parametrize("state", STATES, ids=name_of)
async def test_what_is_left(state: State) -> None:
    """What is left is the whole item, or its last job; nothing where a submit was on its way."""
    item = item_in(state)
    left = remaining(item)
    match state:
        case New():
            assert left is not None
            assert TEXT == left.recipe
        case Previewing(preview=None) | Rendering(render=None) | Finished():
            assert left is None
        case _:
            assert left is not None
            assert JobRecipe(version="v2", job=item.jobs[-1]) == left.recipe


def rendering(spending: Spending) -> BatchItem:
    """Return an item whose render was submitted."""
    item = BatchItem(BatchInput(key="a", recipe=TEXT), spending.count_step)
    item.begin_item()
    item.take_job(PREVIEW)
    item.previewed()
    item.begin_render()
    item.take_job(RENDER)
    return item


class TestSpending:
    async def test_room_comes_back(self) -> None:
        """Whatever way an item ends, the room that it held is free again, and once."""
        spending = Spending(Limits(jobs=1))
        for last in ("preview", "previewed", "render"):
            item = BatchItem(BatchInput(key=last, recipe=TEXT), spending.count_step)
            item.begin_item()
            assert not spending.may_begin
            if last != "preview":
                item.take_job(PREVIEW)
                item.previewed()
            if last == "render":
                item.begin_render()
            item.end_item(InvalidRequestError("a", "b", "c"))
            assert spending.may_begin

    @pytest.mark.parametrize("trouble", [Trouble.status(503), Trouble.status(200, "<html>")])
    async def test_no_token_for_a_render(self, trouble: Trouble) -> None:
        """A render that was not sent, for want of a token, takes nobody's place."""
        fake = FakePictory(preview_seconds=0, render_seconds=0, draw=False)
        scripts = [f"Story {number}." for number in range(3)]

        def refuse_token(update: JobUpdate[Any]) -> None:
            if update.is_done and not fake.billed and fake.count(TOKEN) == 1:
                fake.expire_tokens()
                fake.trouble(TOKEN, trouble)

        settings: Any = {"schedule": Growing(first=0.01), "retry": Retry(attempts=1)}
        async with client(fake, ClientCredentials("id", "secret"), **settings) as pictory:
            limits = Limits(minutes=60)
            batch = pictory.render_many(scripts, limits=limits, on_progress=refuse_token)
            async with batch as outcomes:
                errors = [outcome.error async for outcome in outcomes]

        failed = [error for error in errors if error is not None]
        assert not [error for error in failed if isinstance(error, NotSubmittedError)]
        assert 3 - len(failed) == len(fake.billed) >= 2
        assert 3 <= fake.count(TOKEN)

    async def test_nothing_is_given_back(self) -> None:
        """A length or a price below nothing makes no room for another render."""
        spending = Spending(Limits(minutes=1, credits=1))
        for spent in (60.0, -600.0):
            rendering(spending).rendered(
                Video(job_id="r-1", video_url="u", duration=spent, ai_credits_used=-5.0)
            )

        assert "the limit minutes=1 would be passed" == spending.stop_reason()

    async def test_a_price_that_cannot_be_read(self) -> None:
        """A video that names its price in a way that makes no sense counts as one of unknown."""
        spending = Spending(Limits(credits=100))
        rendering(spending).rendered(
            Video(job_id="r-1", video_url="u", extra={"aiCreditsUsed": {"total": 60}})
        )

        assert "a render of unknown outcome may have reached the limit" == spending.stop_reason()

    async def test_unknown_renders_count(self) -> None:
        """A render of which nobody knows takes its place for good."""
        spending = Spending(Limits(jobs=1))
        item = BatchItem(BatchInput(key="a", recipe=TEXT), spending.count_step)
        item.begin_item()
        item.take_job(PREVIEW)
        item.previewed()
        item.begin_render()
        item.end_item(LOST)

        assert "the limit jobs=1 is reached" == spending.stop_reason()


class TestGoingOn:
    @pytest.fixture
    def anyio_backend(self, virtual_backend: Any) -> Any:
        """Run in virtual time."""
        return virtual_backend

    @pytest.mark.parametrize("seconds", [0, 1, 9, 11, 12, 40, 71, 75, 500])
    async def test_from_the_records(self, seconds: float, tmp_path: Path) -> None:
        """Records written at any moment are enough to finish, and nothing is paid for twice."""
        fake = virtual_fake(preview_seconds=10, render_seconds=60)
        inputs = [
            BatchInput(
                key=f"k-{number}",
                recipe=TextRecipe(version="v2", text=f"Story {number}."),
                output=tmp_path / f"k-{number}.mp4",
            )
            for number in range(6)
        ]
        async with client(fake) as pictory:
            parts = inside(pictory)._flows.render_many.parts
            batch = Batch(parts, BatchSettings(submitting=2), inputs)
            async with owned_tasks() as tasks:
                batch.start_tasks(tasks)
                await anyio.sleep(seconds)
            written = json.dumps([record_of(item) for item in inside(batch)._under_way])
            items = [item_of(record, ignore) for record in json.loads(written)]
            left = [each for item in items if (each := remaining(item)) is not None]
            async with Block(partial(opened_batch, parts, BatchSettings(), left)) as outcomes:
                done = [outcome.result() async for outcome in outcomes]

        assert len(left) == len(items) == len(done)
        assert len(set(fake.billed)) == len(fake.billed) == len(done) + batch.yields.unread
