"""A detail of an answer that is spelt differently, or makes no sense, costs nothing else."""

from __future__ import annotations

import json
import logging
import math
from typing import TYPE_CHECKING, Any, cast

import attrs
import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pictory_async import (
    GeneratedImage,
    GeneratedVideo,
    InvalidRequestError,
    InvalidResponseError,
    Limits,
    Pictory,
    UnexpectedShapeError,
)
from pictory_async._models import v1
from pictory_async._models.base import Open, check_types, wire_name
from pictory_async._models.base import given as given_fields
from pictory_async._models.results import Preview, Video
from pictory_async._models.transcripts import Sentence, Transcript, Word
from pictory_async._shapes import reading
from pictory_async._shapes.convert import payload, read_model, to_data
from pictory_async.models import (
    AvatarLook,
    AvatarPerson,
    AwsConnection,
    Brand,
    MediaInfo,
    MusicTrack,
    Project,
    ProjectSummary,
    Quota,
    Scene,
    SmartLayout,
    StockMedia,
    Storyboard,
    Style,
    Template,
    Usage,
    Voice,
)
from tests.helpers import KEY, json_list, json_object
from tests.test_convert import JSON, RESULTS, any_amount
from tests.test_flows import FILM, SPEECH, quick


if TYPE_CHECKING:
    from collections.abc import Callable


HUGE = 10**400


@pytest.fixture(autouse=True)
def _nothing_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the log hear of each field again."""
    monkeypatch.setattr(reading, "_STRANGE", set[tuple[str, str]]())


def read(data: dict[str, Any], cls: type[Any]) -> Any:
    """Read an answer of any class."""
    beside = {"job_id": "j"} if "job_id" in attrs.fields_dict(cls) else {}
    return read_model(data, cls, **beside)


@pytest.mark.parametrize(
    ("cls", "data", "name", "expected"),
    [
        (Word, {"sentence_index": "0"}, "sentence_index", 0),
        (Word, {"sentence_index": " -3 "}, "sentence_index", -3),
        (Word, {"sentence_index": 2.0}, "sentence_index", 2),
        (Word, {"sentence_index": "2.0"}, "sentence_index", 2),
        (Word, {"sentence_index": "12345678901234567890"}, "sentence_index", 12345678901234567890),
        (Word, {"highlight": "true"}, "highlight", True),
        (Word, {"highlight": "False"}, "highlight", False),
        (Word, {"is_pause": " TRUE "}, "is_pause", True),
        (Word, {"word": 7}, "word", "7"),
        (Word, {"start_time": "1.5"}, "start_time", 1.5),
        (Word, {"end_time": "1e1"}, "end_time", 10.0),
        (Word, {"speakerId": 1.0}, "speaker_id", 1),
        (Word, {"word": None, "highlight": None}, "word", ""),
        (Video, {"videoDuration": "12"}, "duration", 12),
        (Video, {"thumbnail": 5}, "thumbnail_url", "5"),
        (Preview, {"projectId": 1.5}, "project_id", "1.5"),
        (AwsConnection, {"connectionId": "c", "version": "1"}, "version", 1),
        (AwsConnection, {"connectionId": "c", "enabled": "true"}, "enabled", True),
        (AwsConnection, {"connectionId": "c", "awsAccountId": 123}, "aws_account_id", "123"),
        (GeneratedImage, {"width": 512.0}, "width", 512),
        (GeneratedVideo, {"duration": 8}, "duration", "8"),
        (MusicTrack, {"id": 1, "genres": ["a", 1]}, "genres", ("a", "1")),
        (MediaInfo, {"duration": 3}, "duration", 3),
        (Project, {"project_id": 5.0, "audioSpeed": "1.2"}, "audio_speed", 1.2),
        (Project, {"project_id": 5.0}, "id", 5),
        (Template, {"templateId": 7}, "id", "7"),
        (
            Template,
            {"templateId": "t", "deprecated": None, "depricated": "True"},
            "deprecated",
            True,
        ),
        (Brand, {"id": 1, "name": "x"}, "id", "1"),
        (Brand, {"id": "1", "name": None}, "name", ""),
        (Style, {"id": "1"}, "name", ""),
        (SmartLayout, {"templateId": "1"}, "name", ""),
        (Voice, {"id": "1", "name": None}, "name", ""),
    ],
)
def test_means_the_same(cls: type[Any], data: dict[str, Any], name: str, expected: object) -> None:
    """What is plainly the same in another type is taken for it, and nothing is left over."""
    found = read(data, cls)

    assert expected == getattr(found, name)
    assert type(expected) is type(getattr(found, name))
    assert {} == found.extra


@pytest.mark.parametrize(
    ("cls", "data", "name"),
    [
        (Word, {"sentence_index": 1.5}, "sentence_index"),
        (Word, {"sentence_index": "first"}, "sentence_index"),
        (Word, {"sentence_index": True}, "sentence_index"),
        (Word, {"sentence_index": HUGE}, "sentence_index"),
        (Word, {"sentence_index": "9" * 400}, "sentence_index"),
        (Word, {"sentence_index": "9" * 4000}, "sentence_index"),
        (Word, {"highlight": 1}, "highlight"),
        (Word, {"highlight": "yes"}, "highlight"),
        (Word, {"word": ["a"]}, "word"),
        (Word, {"word": False}, "word"),
        (Word, {"word": math.inf}, "word"),
        (Word, {"speakerId": {"id": 1}}, "speaker_id"),
        (Word, {"start_time": ""}, "start_time"),
        (Word, {"start_time": math.inf}, "start_time"),
        (Word, {"start_time": "nan"}, "start_time"),
        (Video, {"videoDuration": HUGE}, "duration"),
        (Video, {"videoDuration": -HUGE}, "duration"),
        (Video, {"videoDuration": "long"}, "duration"),
        (Video, {"videoDuration": "1e999"}, "duration"),
        (Video, {"videoDuration": True}, "duration"),
        (Video, {"videoURL": {"url": "x"}}, "video_url"),
        (Preview, {"renderParams": "{}"}, "render_params"),
        (Preview, {"storyboard": []}, "storyboard"),
        (Transcript, {"transcript": 3}, "sentences"),
        (Transcript, {"transcript": {"a": 1}}, "sentences"),
        (Transcript, {"mediaInfo": "none"}, "media_info"),
        (Quota, {"videoMinutes": 5}, "video_minutes"),
        (MusicTrack, {"id": 1, "genres": "calm"}, "genres"),
        (MusicTrack, {"id": 1, "genres": {"a": 1}}, "genres"),
        (StockMedia, {"id": 1, "preview": "https://x"}, "preview"),
        (Template, {"templateId": "t", "scenes": {}}, "scenes"),
        (ProjectSummary, {"id": 1, "name": {}}, "name"),
    ],
)
def test_makes_no_sense(cls: type[Any], data: dict[str, Any], name: str) -> None:
    """What makes no sense is as if it were not there, and goes back as it came."""
    found = read(data, cls)
    attribute = attrs.fields_dict(cls)[name]

    assert attribute.default == getattr(found, name)
    assert {wire_name(attribute): data[wire_name(attribute)]} == found.extra
    assert data == {key: value for key, value in to_data(found).items() if key in data}


def test_nan_makes_no_sense() -> None:
    """The parser takes a word for a number that is none."""
    video = read(json.loads('{"videoDuration": NaN, "aiCreditsUsed": Infinity}'), Video)

    assert (None, None) == (video.duration, video.ai_credits_used)
    assert {"videoDuration", "aiCreditsUsed"} == video.extra.keys()


def test_the_other_name_counts() -> None:
    """Where the one name of a field holds nonsense, its other name is read."""
    preview = read({"previewUrl": {"at": 1}, "preview": "u"}, Preview)

    assert ("u", {"previewUrl": {"at": 1}}) == (preview.preview_url, preview.extra)


@pytest.mark.parametrize(
    ("data", "cls", "message"),
    [
        ({"name": "x"}, Brand, "id: expected a value, for it is required, found nothing"),
        ({"id": None}, Brand, "id: expected a value, for it is required, found nothing"),
        ({"id": {"a": 1}}, Brand, "id: expected a string, found {'a': 1}"),
        ({"id": True}, Voice, "id: expected a whole number or a string, found True"),
        ({"id": math.nan}, Voice, "id: expected a whole number or a string, found nan"),
    ],
)
def test_indispensable(data: dict[str, Any], cls: type[Open], message: str) -> None:
    """Without its id a thing is none."""
    with pytest.raises(UnexpectedShapeError) as caught:
        read(data, cls)

    assert message == str(caught.value)


FREE: list[tuple[type[Any], dict[str, Any], str, Any]] = [
    (MusicTrack, {"id": 1, "moods": ["a", None, {}, "b"]}, "moods", ("a", "b")),
    (Template, {"templateId": "t", "scenes": [{}, 3]}, "scenes", ({},)),
    (Project, {"project_id": 1, "scenes": [None, {"a": 1}]}, "scenes", ({"a": 1},)),
]


class TestWithin:
    def test_one_quota(self) -> None:
        """What is odd in one quota leaves the others, and the rest of that one."""
        data: dict[str, Any] = {
            "videoMinutes": {"used": "7.5", "limit": None},
            "transcriptionMinutes": {"used": [], "limit": 9},
            "aiCredits": 3,
        }
        quota = read(data, Quota)

        assert Usage(used=7.5, limit=None) == quota.video_minutes
        assert Usage(limit=9, extra={"used": []}) == quota.transcription_minutes
        assert (None, {"aiCredits": 3}) == (quota.ai_credits, quota.extra)
        assert [math.inf, math.inf] == [
            usage.left for usage in (quota.video_minutes, quota.transcription_minutes)
        ]
        assert 2 == Usage(used=7, limit=9).left

    def test_items_of_a_list(self) -> None:
        """Items that are none are left out, and kept with the others as they came."""
        looks: list[Any] = [
            {"id": "1", "name": 5},
            {"name": "no id"},
            None,
            "x",
            {"id": "2", "name": {}},
        ]
        person = read({"id": "p", "looks": looks}, AvatarPerson)

        assert (
            AvatarLook(id="1", name="5"),
            AvatarLook(id="2", extra={"name": {}}),
        ) == person.looks
        assert {"looks": looks} == person.extra
        assert {"id": "p", "looks": looks} == to_data(person)

    @pytest.mark.parametrize(("cls", "data", "name", "expected"), FREE)
    def test_items_without_a_model(
        self, cls: type[Any], data: dict[str, Any], name: str, expected: object
    ) -> None:
        """So are those of a list of words or of free objects."""
        found = read(data, cls)

        assert expected == getattr(found, name)
        assert {name: data[name]} == found.extra
        assert data == to_data(found)

    def test_words_that_are_read_later(self) -> None:
        """The items of a transcript are as patient, when they are looked at."""
        words: list[Any] = [3, {"word": "Tea", "sentence_index": "0", "start_time": {}}, None]
        data: dict[str, Any] = {"transcript": ["x", {"words": words}, {"words": 5}]}
        found = read(data, Transcript)
        first, second = found.sentences

        assert [Word(word="Tea", sentence_index=0, extra={"start_time": {}})] == [*first.words]
        assert ({"words": words}, {"words": 5}) == (first.extra, second.extra)
        assert ((), "Tea") == (second.words, first.text)
        assert data == to_data(found)
        assert {"words": words} == to_data(cast("Sentence", first))


class TestLog:
    def test_once_for_each_field(self, caplog: pytest.LogCaptureFixture) -> None:
        """The log hears once of each field that makes no sense, and never what was in it."""
        for _ in range(2):
            read({"sentence_index": "s3cret", "start_time": "s3cret", "highlight": "true"}, Word)
        read({"genres": [{}], "id": 1}, MusicTrack)

        assert [
            "the Word's start_time is not a number; it is kept in extra",
            "the Word's sentence_index is not a whole number; it is kept in extra",
            "the MusicTrack's genres is not a list, each a string; it is kept in extra",
        ] == caplog.messages
        assert {("pictory_async", logging.WARNING)} == {
            (record.name, record.levelno) for record in caplog.records
        }

    def test_silence(self, caplog: pytest.LogCaptureFixture) -> None:
        """What is only spelt differently is no news."""
        read({"sentence_index": "1", "highlight": "TRUE", "word": 1, "uid": None}, Word)

        assert [] == caplog.messages


class TestRequests:
    @pytest.mark.parametrize(
        "body",
        [
            {"videoName": 5, "scenes": [{"story": "a"}]},
            {"videoName": "x", "saveProject": "yes", "scenes": [{"story": "a"}]},
            {"videoName": "x", "saveProject": 1, "scenes": [{"story": "a"}]},
            {"videoName": "x", "scenes": [{"story": "a", "minimumDuration": "5 s"}]},
        ],
    )
    def test_are_strict(self, body: dict[str, Any]) -> None:
        """Nothing of a request is taken for something else, but a number that a string spells."""
        with pytest.raises(InvalidRequestError):
            payload(body, Storyboard)
        with pytest.raises(UnexpectedShapeError):
            read_model(body, Storyboard)

    def test_made_by_hand(self) -> None:
        """Nor is anything of a model that is made."""
        with pytest.raises(InvalidRequestError):
            Scene(story=cast("Any", 5))
        with pytest.raises(InvalidRequestError):
            v1.Segment(start=cast("Any", "0:05"), end=1)


@pytest.mark.parametrize("cls", RESULTS)
@given(data=st.data())
@any_amount
def test_anything_in_any_field(cls: type[Open], data: st.DataObject) -> None:
    """Whatever a field holds, what is read has its types, and what was no sense goes back."""
    names = [wire_name(a) for a in attrs.fields(cls) if a.metadata.get("in_data", True)]
    numbers = st.sampled_from([HUGE, -HUGE, math.inf, 1.5, "7", "7.0", "true", 2**70])
    drawn = data.draw(st.dictionaries(st.sampled_from(names), JSON | numbers))
    body = {name: value for name, value in drawn.items() if name != "extra"}

    required = {wire_name(a) for a in attrs.fields(cls) if a.default is attrs.NOTHING} - {"jobId"}
    missing = refusal(body, cls)
    if missing is not None:
        assert missing in required
        return
    found = read(body, cls)
    sent = to_data(found)

    check_types(found, given_fields(found))
    assert required <= body.keys()
    assert found.extra == {name: sent[name] for name in found.extra}
    assert found.extra == {name: body[name] for name in found.extra}


def refusal(body: dict[str, Any], cls: type[Open]) -> str | None:
    """Return the field for which a body is refused, if it is."""
    try:
        read(body, cls)
    except UnexpectedShapeError as error:
        return error.field
    return None


def answering(change: Callable[[str, Any], Any], inner: httpx.AsyncBaseTransport) -> Any:
    """Return a transport that changes the JSON of the answers."""

    class Changing(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            answer = await inner.handle_async_request(request)
            content = await answer.aread()
            if answer.headers.get("content-type") == "application/json":
                body = change(request.url.path, json.loads(content))
                content = json.dumps(body).encode()
            return httpx.Response(answer.status_code, content=content)

    return Changing()


def spelt_otherwise(_: str, body: Any) -> Any:
    """Turn the numbers and flags of a transcript's words into strings."""
    if (items := json_list(body)) is not None:
        return [spelt_otherwise("", item) for item in items]
    changed = json_object(body)
    if changed is None:
        return body
    for key, value in changed.items():
        is_detail = key in {"sentence_index", "highlight", "is_pause", "start_time"}
        changed[key] = str(value) if is_detail else spelt_otherwise("", value)
    return changed


@pytest.mark.anyio
async def test_highlights_of_a_transcript_with_odd_sentences() -> None:
    """A sentence that is none does not keep the others from being searched for highlights."""
    sentence = {"uid": "1", "words": [{"word": "Tea", "start_time": 0, "end_time": 1}], "new": 1}
    transcript = read({"transcript": [None, sentence, "x"]}, Transcript)
    fake = quick()
    async with Pictory(KEY, base_url=fake.base_url, transport=fake.transport()) as pictory:
        await pictory.transcriptions.highlights(transcript, seconds=1)

    assert [sentence] == fake.requests[-1].json["transcript"]


@pytest.mark.anyio
async def test_edit_video() -> None:
    """A film of highlights is made though the words spell their numbers and flags as strings."""
    fake = quick()
    fake.say(SPEECH)
    transport = answering(spelt_otherwise, fake.transport())
    async with Pictory(KEY, base_url=fake.base_url, transport=transport) as pictory:
        video = await pictory.edit_video(FILM, file_name="talk.mp4", seconds=4)

    assert fake.billed == (video.job_id,)


@pytest.mark.anyio
async def test_batch_with_a_quota_that_says_little() -> None:
    """A limit on minutes holds by itself where the service does not say what is left."""
    fake = quick()

    def change(path: str, body: Any) -> Any:
        return {"videoMinutes": {"used": 1, "limit": None}} if path.endswith("quota") else body

    transport = answering(change, fake.transport())
    async with Pictory(KEY, base_url=fake.base_url, transport=transport) as pictory:
        batch = pictory.render_many([("a", "One."), ("b", "Two.")], limits=Limits(minutes=5))
        async with batch as outcomes:
            assert [None, None] == [outcome.error async for outcome in outcomes]


@pytest.mark.anyio
async def test_batch_with_a_duration_beyond_all_numbers() -> None:
    """A video whose duration is no number to reckon with is there all the same."""
    fake = quick()

    def change(_: str, body: Any) -> Any:
        data = json_object((json_object(body) or {}).get("data")) or {}
        if "videoURL" in data:
            data["videoDuration"] = HUGE
        return body

    transport = answering(change, fake.transport())
    async with Pictory(KEY, base_url=fake.base_url, transport=transport) as pictory:
        batch = pictory.render_many([("a", "One.")], limits=Limits(minutes=5))
        async with batch as outcomes:
            (outcome,) = [outcome async for outcome in outcomes]

    assert outcome.result().duration is None


@pytest.mark.anyio
async def test_a_list_lacks_an_id() -> None:
    """Only an item that has no id is an error, and says what is missing."""
    items = [{"connectionId": "c", "version": "1"}, {"version": 2}]
    transport = httpx.MockTransport(lambda _: httpx.Response(200, json={"Items": items}))
    async with Pictory(KEY, base_url="https://api.test", transport=transport) as pictory:
        with pytest.raises(InvalidResponseError, match="connectionId: expected a value"):
            await pictory.aws_connections.list()
        del items[1]
        assert 1 == (await pictory.aws_connections.list()).items[0].version
