"""What is wrong with the items of a collection is said before the first of them is sent."""

from __future__ import annotations

import time
from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

import anyio
import anyio.lowlevel
import pytest

from pictory_async import AuthenticationError, InvalidRequestError, Pictory
from pictory_async.models import Scene, Storyboard
from pictory_async.testing import Trouble
from pictory_async.v1 import Storyboard as FirstStoryboard
from tests.helpers import Unreadable, all_of, client, virtual_fake


if TYPE_CHECKING:
    from collections.abc import AsyncIterator


pytestmark = pytest.mark.anyio

PROJECT: Final = {"name": "P", "scenes": [{"subtitles": [{"text": "{{Name}} is {{Age}}."}]}]}
PREVIEW: Final = "POST /v2/video/storyboard"
FROM_TEMPLATE: Final = "POST /v1/video/from-template"
VOICES: Final = "GET /v1/voiceovers/tracks"
STYLES: Final = "GET /v1/styles"
BRANDS: Final = "GET /v1/brands/video"
LAYOUTS: Final = "GET /v1/smartlayouts"
ADA: Final = {"Name": "Ada", "Age": "36"}


@pytest.fixture
def anyio_backend(virtual_backend: Any) -> Any:
    """Run in virtual time."""
    return virtual_backend


def board(**fields: Any) -> dict[str, Any]:
    """Return a storyboard of the current API."""
    return {"videoName": "x", "scenes": [{"story": "One."}], **fields}


def read_by(speaker: str) -> dict[str, Any]:
    """Return the narration of a storyboard or a scene of the current API."""
    return {"voiceOver": {"enabled": True, "aiVoices": [{"speaker": speaker}]}}


class TestCollections:
    @pytest.mark.parametrize("kind", [dict, list, tuple, "own"])
    async def test_nothing_is_sent(self, kind: Any) -> None:
        """One wrong item among many is named before any of them is paid for."""

        class Own(Sequence[Any]):
            def __getitem__(self, index: Any) -> Any:
                pairs: list[Any] = list(items.items())
                return pairs[index]

            def __len__(self) -> int:
                return len(items)

        items: dict[Any, Any] = {f"lesson-{number}": "One." for number in range(40)}
        items["lesson-7"] = {"videoName": "x", "scenes": [{"storry": "One."}]}
        given: Any = Own() if kind == "own" else kind(items if kind is dict else items.items())
        expected = r"^items\[lesson-7\]\.scenes\[0\]\.storry: .*perhaps story.*, found 'One.'$"
        fake = virtual_fake()
        async with client(fake) as pictory:
            with pytest.raises(InvalidRequestError, match=expected):
                await all_of(pictory, given)

        assert () == fake.requests

    async def test_many_are_wrong(self) -> None:
        """One error names the first wrong item, a few others, and how many there are."""
        items: list[Any] = ["One.", "", 3, *[" "] * 5, "Two."]
        async with client(virtual_fake()) as pictory:
            with pytest.raises(InvalidRequestError) as caught:
                await all_of(pictory, items)
            with pytest.raises(InvalidRequestError) as of_two:
                await all_of(pictory, items[1:3])

        assert "items[1].story" == caught.value.field
        assert "found '' (and 6 others are wrong: items[2]: expected a text, a" in str(caught.value)
        assert str(caught.value).endswith(
            "items[4].story: expected a text that is not blank, found ' '; and 3 more)"
        )
        assert "(and 1 other is wrong: items[1]: expected a text" in str(of_two.value)

    async def test_iterators_stay_lazy(self) -> None:
        """A wrong item of an iterator is an outcome when it is its turn, and hides no other."""

        async def come() -> AsyncIterator[Any]:
            for item in ("One.", "", "Two."):
                await anyio.lowlevel.checkpoint()
                yield item

        for items in (come(), iter(["One.", "", "Two."])):
            fake = virtual_fake()
            async with client(fake) as pictory:
                found = await all_of(pictory, items)
            errors = {outcome.key: outcome.error for outcome in found if outcome.error is not None}

            assert {1: "items[1].story: expected a text that is not blank, found ''"} == {
                key: str(error) for key, error in errors.items()
            }
            assert 2 == len(fake.billed)

    async def test_each_kind(self) -> None:
        """What is right passes: texts, models and objects of either generation, and jobs."""
        fake = virtual_fake()
        async with client(fake) as pictory:
            job = await pictory.storyboards.preview(board())
            found = await all_of(
                pictory,
                [
                    "One.",
                    board(),
                    Storyboard.from_script("One.", name="x"),
                    FirstStoryboard.from_script("One.", name="x"),
                    job,
                ],
            )
            with pytest.raises(InvalidRequestError, match=r"items\[1\]\.version: expected 'v2'"):
                await all_of(
                    pictory,
                    ["One.", Storyboard.from_script("One.", name="x")],
                    version="v1",
                )

        assert {None} == {outcome.error for outcome in found}
        assert 5 == len(fake.billed)

    async def test_others_run_meanwhile(self) -> None:
        """While ten thousand items are checked, others get their turns."""
        turns, longest = 0, 0.0

        async def watch() -> None:
            nonlocal turns, longest
            while True:
                began = time.perf_counter()
                await anyio.lowlevel.checkpoint()
                longest = max(longest, time.perf_counter() - began)
                turns += 1

        items = [*[board()] * 2000, ""]
        async with client(virtual_fake()) as pictory, anyio.create_task_group() as tasks:
            tasks.start_soon(watch)
            with pytest.raises(InvalidRequestError):
                await all_of(pictory, items)
            tasks.cancel_scope.cancel()

        assert turns >= 2000


class TestRows:
    @pytest.fixture(params=["render_many", "template_to_videos"])
    def field(self, request: pytest.FixtureRequest) -> str:
        """Return what the rows are called in errors: by `render_many` and by the other flow."""
        return "items" if request.param == "render_many" else "rows"

    async def made(self, pictory: Pictory, field: str, rows: Any, **settings: Any) -> None:
        """Make videos of rows, by either flow."""
        template = await pictory.templates.create(PROJECT)
        if field == "items":
            await all_of(pictory, rows, template=template, **settings)
        else:
            await pictory.template_to_videos(template, rows, **settings)

    @pytest.mark.parametrize("version", ["v1", "v2"])
    async def test_missing(self, field: str, version: Any) -> None:
        """A variable that a row lacks is an error that names it, unless a default is asked for."""
        fake = virtual_fake()
        expected = rf"^{field}\[b\]\.Age: expected a value of this variable .*missing='default'"
        rows = {"a": ADA, "b": {"Name": "Bob"}}
        async with client(fake) as pictory:
            with pytest.raises(InvalidRequestError, match=expected):
                await self.made(pictory, field, rows, version=version)
            assert {} == fake.jobs
            await self.made(pictory, field, rows, version=version, missing="default")
        operation = FROM_TEMPLATE if version == "v1" else PREVIEW
        sent = [r.json["variables"] for r in fake.requests if operation == r.operation]

        assert [ADA, {"Name": "Bob"}] == sorted(sent, key=len, reverse=True)

    async def test_ignore(self, field: str) -> None:
        """A column that is no variable is refused, unless it is ignored by its name."""
        fake = virtual_fake()
        rows = [{"id": 3, **ADA}]
        async with client(fake) as pictory:
            with pytest.raises(InvalidRequestError, match=r"\[0\]\.id: expected a string, such as"):
                await self.made(pictory, field, rows)
            with pytest.raises(InvalidRequestError, match=r"\[0\]\.id: expected a variable of"):
                await self.made(pictory, field, [{"id": "3", **ADA}])
            assert {} == fake.jobs
            await self.made(pictory, field, rows, ignore={"id"})
        (sent,) = [r.json["variables"] for r in fake.requests if PREVIEW == r.operation]

        assert ADA == sent

    async def test_ignore_a_variable(self, field: str) -> None:
        """A column that is a variable of the template is used, whatever is ignored."""
        fake = virtual_fake()
        async with client(fake) as pictory:
            with pytest.raises(InvalidRequestError, match=r"\[0\]\.Age: expected a string"):
                await self.made(pictory, field, [{"Name": "Ada", "Age": 36}], ignore=["Age"])
            await self.made(pictory, field, [ADA], ignore=("Age", "id"))
        (sent,) = [r.json["variables"] for r in fake.requests if PREVIEW == r.operation]

        assert ADA == sent

    async def test_a_template_that_may_not_be_read(self, field: str) -> None:
        """Where nobody knows the variables, nothing is missing, and what is ignored is not sent."""
        fake = virtual_fake()
        fake.trouble("GET /v1/templates/{template_id}", Trouble.status(403))
        async with client(fake) as pictory:
            template = (await pictory.templates.create(PROJECT)).id
            rows: Any = [{"Name": "Ada", "id": None}]
            if field == "items":
                await all_of(pictory, rows, template=template, ignore=["id"])
            else:
                await pictory.template_to_videos(template, rows, ignore=["id"])
        (sent,) = [r.json["variables"] for r in fake.requests if PREVIEW == r.operation]

        assert {"Name": "Ada"} == sent

    @pytest.mark.parametrize(
        ("value", "message"),
        [
            (36, "expected a string, such as '36', found 36"),
            (1.5, r"expected a string, such as '1\.5', found 1\.5"),
            (Decimal("1.50"), r"expected a string, such as '1\.50', found Decimal\('1\.50'\)"),
            (True, "expected a string, found True"),
            (None, "expected a string, found None"),
        ],
    )
    async def test_numbers(self, field: str, value: object, message: str) -> None:
        """Only who has a number knows how it is to be written: it is refused by its name."""
        async with client(virtual_fake()) as pictory:
            with pytest.raises(InvalidRequestError, match=rf"^{field}\[0\]\.Age: {message}$"):
                await self.made(pictory, field, [{"Name": "Ada", "Age": value}])

    async def test_many_are_wrong(self, field: str) -> None:
        """One error names the first wrong row and how many there are."""
        rows = [ADA, {"Name": "Bob"}, {**ADA, "Agee": "3"}, ADA]
        async with client(virtual_fake()) as pictory:
            with pytest.raises(InvalidRequestError) as caught:
                await self.made(pictory, field, rows)

        assert f"{field}[1].Age" == caught.value.field
        told = f"found nothing (and 1 other is wrong: {field}[2].Agee: expected a variable"
        assert told in str(caught.value)

    async def test_a_row_that_raises(self, field: str) -> None:
        """So is one whose own code raises."""
        async with client(virtual_fake()) as pictory:
            with pytest.raises(InvalidRequestError, match=rf"{field}\[0\]: .*found LookupError"):
                await self.made(pictory, field, [Unreadable()])

    @pytest.mark.parametrize(
        ("settings", "field"),
        [
            ({"missing": "default"}, "missing"),
            ({"ignore": ["id"]}, "ignore"),
            ({"missing": 3, "template": "t"}, "missing"),
            ({"ignore": "id", "template": "t"}, "ignore"),
            ({"ignore": [3], "template": "t"}, "ignore"),
            ({"ignore": None, "template": "t"}, "ignore"),
            ({"check": "no"}, "check"),
            ({"speaker": 3}, "speaker"),
        ],
    )
    async def test_arguments(self, settings: Any, field: str) -> None:
        """What is wrong with them, or says nothing here, is refused by the argument's name."""
        fake = virtual_fake()
        async with client(fake) as pictory:
            with pytest.raises(InvalidRequestError) as caught:
                await all_of(pictory, [ADA], **settings)

        assert field == caught.value.field
        assert () == fake.requests


class TestNames:
    @pytest.mark.parametrize(
        ("item", "message"),
        [
            (
                board(**read_by("Brain")),
                r"voiceOver\.aiVoices\[0\]\.speaker: .* voice .*\(perhaps Brian\), found 'Brain'",
            ),
            (
                board(scenes=[{"story": "One."}, {"story": "Two.", **read_by("jakson")}]),
                r"scenes\[1\]\.voiceOver\.aiVoices\[0\]\.speaker: .*perhaps Jackson",
            ),
            (board(**read_by("Brian ")), r"voiceOver\.aiVoices\[0\]\.speaker: .*perhaps Brian"),
            (board(brandName="Plan"), r"brandName: expected a brand .*perhaps Plain"),
            (board(subtitleStyleName="bold"), r"subtitleStyleName: .* style .*perhaps Bold"),
            (
                board(scenes=[{"story": "One.", "subtitleStyleName": "Bolt"}]),
                r"scenes\[0\]\.subtitleStyleName: .*perhaps Bold",
            ),
            (board(smartLayoutName="Spit"), r"smartLayoutName: .* smart layout .*perhaps Split"),
            (Storyboard(video_name="x", scenes=[Scene(story="One.")], brand_name="Pain"), "brandN"),
            (
                FirstStoryboard.from_script("One.", name="x", speaker="Brain"),
                r"audio\.aiVoiceOver\.speaker: .*perhaps Brian",
            ),
        ],
    )
    async def test_a_slip(self, item: Any, message: str) -> None:
        """A name that is close to one of the account's is refused before anything is paid for."""
        fake = virtual_fake()
        async with client(fake) as pictory:
            with pytest.raises(InvalidRequestError, match=rf"^items\[1\]\.{message}"):
                await all_of(pictory, ["One.", item])
            (outcome,) = await all_of(pictory, iter([item]))
            with pytest.raises(InvalidRequestError, match=rf"^{message}"):
                await pictory.text_to_video(item, check=True)

        assert str(outcome.error).startswith("items[0].")
        assert {} == fake.jobs

    @pytest.mark.parametrize("version", ["v1", "v2"])
    async def test_a_speaker(self, version: Any) -> None:
        """So is the speaker of texts."""
        fake = virtual_fake()
        expected = r"speaker: expected a voice of the account \(perhaps Brian\), found 'Brain'"
        async with client(fake) as pictory:
            for items in (["One."], iter(["One."])):
                with pytest.raises(InvalidRequestError, match=f"^{expected}"):
                    await all_of(pictory, items, speaker="Brain", version=version)
            with pytest.raises(InvalidRequestError, match=expected):
                await pictory.text_to_video("One.", speaker="Brain", version=version, check=True)

        assert {} == fake.jobs

    async def test_what_is_known(self) -> None:
        """Names in any case, numbers and the providers' ids are known, and one's own voices."""
        own = {"name": "Mum", "engine": "neural", "service": "aws", "language": "en-GB"}
        fake = virtual_fake()
        async with client(fake) as pictory:
            await pictory.voices.add({**own, "voiceId": "EXAVITQu4vr4xnSDxMaL"})
            speakers = ["Brian", "bRIAN", "1001", "v-1002", "mum", "EXAVITQu4vr4xnSDxMaL", "2001"]
            items = [board(**read_by(speaker)) for speaker in speakers]
            found = await all_of(pictory, [*items, board(smartLayoutName="Split")])

        assert {None} == {outcome.error for outcome in found}
        assert (1, 1) == (fake.count(VOICES), fake.count(LAYOUTS))

    async def test_only_what_is_needed(self) -> None:
        """Each list is read once, and only where something is named; without a check none is."""
        fake = virtual_fake()
        items = [board(**read_by("Brian"), brandName="Plain")] * 3
        async with client(fake) as pictory:
            await all_of(pictory, ["One.", board()])
            assert 0 == fake.count(VOICES)
            await all_of(pictory, items)
            await all_of(pictory, iter(items))
            assert [2, 2, 0, 0] == [fake.count(each) for each in (VOICES, BRANDS, STYLES, LAYOUTS)]
            found = await all_of(pictory, [board(brandName="Pain")], check=False, speaker="Brain")
            await pictory.text_to_video("One.", speaker="Brain")

        assert [None] == [outcome.error for outcome in found]
        assert 2 == fake.count(VOICES)

    async def test_what_is_close_to_nothing(self, caplog: pytest.LogCaptureFixture) -> None:
        """A name that is like none of the list passes, with one warning: it may be incomplete."""
        fake = virtual_fake()
        items = [board(**read_by("Xanthippe"))] * 3
        async with client(fake) as pictory:
            found = await all_of(pictory, items)
        warnings = [record.getMessage() for record in caplog.records]

        assert {None} == {outcome.error for outcome in found}
        assert 1 == len([text for text in warnings if "no voice 'Xanthippe'" in text])

    @pytest.mark.parametrize(
        "trouble", [Trouble.status(403), Trouble.status(404), Trouble.refuse(), Trouble.html(502)]
    )
    async def test_no_list(self, trouble: Trouble, caplog: pytest.LogCaptureFixture) -> None:
        """Where a list cannot be read, nothing is compared with it, with one warning."""
        fake = virtual_fake()
        fake.trouble(VOICES, trouble, times=None)
        items = [board(**read_by("Brain"))] * 3
        async with client(fake) as pictory:
            found = await all_of(pictory, items)
        warnings = [record.getMessage() for record in caplog.records]

        assert {None} == {outcome.error for outcome in found}
        assert 1 == len([text for text in warnings if "names of voices are not checked" in text])

    async def test_a_list_that_does_not_come(self, caplog: pytest.LogCaptureFixture) -> None:
        """Half a minute is as much as a list is worth: then nothing is compared with it."""
        fake = virtual_fake()
        fake.trouble(VOICES, Trouble.stall(), times=None)
        async with client(fake) as pictory:
            (outcome,) = await all_of(pictory, [board(**read_by("Brain"))])
        began = [request.time for request in fake.requests if request.operation == PREVIEW]
        (warning,) = [each for each in caplog.messages if "names of voices are not" in each]

        assert outcome.error is None
        assert [30] == [round(each) for each in began]
        assert warning.endswith("the list cannot be read: it took longer than 30 s")

    async def test_shut_out(self) -> None:
        """Where nothing can be asked of the service, that is the error."""
        fake = virtual_fake()
        fake.trouble(VOICES, Trouble.status(401, {"message": "No."}), times=None)
        items = [board(**read_by("Brian"))]
        async with client(fake) as pictory:
            with pytest.raises(AuthenticationError):
                await all_of(pictory, items)
            with pytest.raises(AuthenticationError):
                await all_of(pictory, iter(items))

        assert {} == fake.jobs

    async def test_names_in_extra(self) -> None:
        """What is sent without being known is compared where it is a name, and else left alone."""
        fake = virtual_fake()
        odd = board(extra={"brandName": 3, "voiceOver": {"aiVoices": "none"}})
        async with client(fake) as pictory:
            with pytest.raises(InvalidRequestError, match="perhaps Plain"):
                await all_of(pictory, [board(extra={"brandName": "Plan"})])
            await all_of(pictory, [odd])

        assert 1 == fake.count(PREVIEW)

    async def test_voices_without_names(self, caplog: pytest.LogCaptureFixture) -> None:
        """A voice that has no name suggests none, and what it lacks is no name either."""
        fake = virtual_fake()
        voices = [{"id": 7, "voice": "Joanna"}, {"id": 8, "name": "Brian"}]
        fake.trouble(VOICES, Trouble.status(200, voices))
        items = [board(**read_by(name)) for name in ("Joana", "joanna", "8", "None", "q")]
        async with client(fake) as pictory:
            found = await all_of(pictory, items)
        unknown = [text for text in caplog.messages if "the account's list has no" in text]

        assert {None} == {outcome.error for outcome in found}
        assert ["'Joana'", "'None'", "'q'"] == [text.split()[6].strip(",") for text in unknown]
