"""Values leave as JSON and come back as they were; what they show of themselves."""

from __future__ import annotations

import dataclasses
import json
import math
import pickle
import pprint
import subprocess
import sys
from collections.abc import Iterable
from math import inf, nan
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, get_args

import attrs
import cattrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pictory_async import (
    ApiKey,
    ClientCredentials,
    GeneratedImage,
    GeneratedVideo,
    InvalidRequestError,
    Job,
    JobFailedError,
    JobUpdate,
    Outcome,
    Pictory,
    PictoryError,
    Preview,
    RawResult,
    Statistics,
    SubmissionUnknownError,
    Timings,
    Transcript,
    UnexpectedShapeError,
    Video,
    events,
    models,
    v1,
)
from pictory_async._groups import Groups
from pictory_async.models import Project, Scene, Sentence, Storyboard, VisualSettings, Word
from tests.helpers import KEY, client, inside, virtual_fake
from tests.test_convert import JSON, REQUESTS, RESULTS, any_amount
from tests.test_convert import models as drawn
from tests.test_errors import ERRORS


VIDEO: Final = Video(job_id="r-1", video_url="https://a.example/v.mp4", extra={"new": [1, None]})
JOB: Final = Job("r-1", Video)
RENDERS: Final = {"job_id": "r-1", "videoURL": "https://a.example/v.mp4", "new": [1, None]}
OWN: Final = (Job, JobUpdate, Outcome, Timings, Statistics, RawResult, models.Passage)
EVENTS: Final = (*get_args(events.Event), events.RequestSent, events.ResponseReceived)
KINDS: Final = (Preview, Video, Transcript, GeneratedImage, GeneratedVideo)


def values_of(door: Any) -> list[Any]:
    """Return the classes of a public module."""
    found = [getattr(door, name) for name in door.__all__]
    return [each for each in found if isinstance(each, type)]


def back(value: Any) -> Any:
    """Return what comes of a value that went through JSON, and nothing but JSON."""
    text = json.dumps(value.to_dict(), allow_nan=False)
    return inside(type(value)).from_dict(json.loads(text))


def name_of(value: object) -> str:
    """Name a parameter of a test."""
    return type(value).__name__


words = st.text(max_size=5)
numbers = st.floats(0, 99) | st.integers(0, 99)
jobs = st.builds(Job, words, st.sampled_from([*KINDS, RawResult]))
raw_results = st.builds(RawResult, job_id=words, data=st.dictionaries(words, JSON, max_size=2))
results = st.one_of([*map(drawn, KINDS), raw_results])
timings = st.builds(
    Timings, preview=st.none() | numbers, render=numbers, download=numbers, total=numbers
)
outcomes = st.builds(
    Outcome,
    key=words | st.integers(),
    value=st.none() | results | JSON,
    jobs=st.lists(jobs, max_size=2).map(tuple),
    attempts=st.integers(1, 9),
    timings=timings,
)
updates = st.builds(
    JobUpdate,
    job_id=words,
    kind=st.none() | st.sampled_from([*KINDS, RawResult]),
    status=st.none() | words,
    progress=st.none() | numbers,
    message=st.none() | words,
    elapsed=numbers,
    result=st.none() | results,
)
counts = st.integers(0, 99)
sent = st.builds(
    events.RequestSent,
    number=counts,
    kind=st.sampled_from(get_args(events.RequestKind)),
    method=words,
    url=words,
    operation=words,
    attempt=counts,
)
own: dict[Any, st.SearchStrategy[Any]] = {
    Job: jobs,
    JobUpdate: updates,
    Outcome: outcomes,
    Timings: timings,
    RawResult: raw_results,
    models.Passage: st.builds(models.Passage, start=numbers, end=numbers, text=words),
    Statistics: st.builds(
        Statistics,
        **{name: counts for name in attrs.fields_dict(Statistics) if name != "rate"},
        rate=st.none() | numbers,
    ),
    events.Submitted: st.builds(events.Submitted, key=words, job=jobs),
    events.Progressed: st.builds(events.Progressed, key=words, job_id=words, progress=numbers),
    events.StateChanged: st.builds(
        events.StateChanged, key=counts, job_id=words, status=st.none() | words, before=words
    ),
    events.RateLimited: st.builds(events.RateLimited, pause=numbers, rate=numbers),
    events.Downloaded: st.builds(
        events.Downloaded, key=words, path=st.sampled_from(["a.mp4", "b/ü.mp4"]).map(Path)
    ),
    events.Ended: st.builds(events.Ended, outcome=outcomes),
    events.RequestSent: sent,
    events.ResponseReceived: st.builds(
        events.ResponseReceived, request=sent, seconds=numbers, status=st.none() | counts
    ),
}


class TestRoundTrip:
    def test_all_public_values(self) -> None:
        """Every public class of a value has both ways."""
        found = {*values_of(models), *values_of(v1), *OWN, *EVENTS, *KINDS}

        assert [] == [cls for cls in found if not hasattr(cls, "from_dict")]
        assert {*EVENTS, *OWN} - {events.Outage} == own.keys()

    @pytest.mark.parametrize("cls", RESULTS)
    @given(data=st.data())
    @any_amount
    def test_results(self, cls: type[Any], data: st.DataObject) -> None:
        """A result goes through JSON and comes back, with unknown fields and what is ours."""
        value = data.draw(drawn(cls))

        assert value == back(value)

    @pytest.mark.parametrize("cls", [Storyboard, v1.Storyboard, *REQUESTS])
    @given(data=st.data())
    @any_amount
    def test_requests(self, cls: type[Any], data: st.DataObject) -> None:
        """A request goes through JSON and comes back, at every level with its `extra`."""
        value = data.draw(drawn(cls))

        assert value == back(value)

    @pytest.mark.parametrize("cls", own)
    @given(data=st.data())
    @any_amount
    def test_our_own(self, cls: type[Any], data: st.DataObject) -> None:
        """What no page of the service knows goes through JSON and comes back as well."""
        value = data.draw(own[cls])

        assert value == back(value)
        assert value == pickle.loads(pickle.dumps(value))  # noqa: S301 - our own

    def test_events_of_any_kind(self) -> None:
        """An event says what it is, so that a stream of them can be read."""
        event = events.Submitted(key="a", job=JOB)
        assert {"event": "submitted", "key": "a", "job": JOB.to_dict()} == event.to_dict()

        assert event == events.event_from_dict(event.to_dict())
        of_client = events.ResponseReceived(
            request=events.RequestSent(number=1, kind="look", method="GET", url="u", operation="o"),
            seconds=0.5,
        )
        assert of_client == events.event_from_dict(back(of_client).to_dict())
        wrong: list[dict[str, Any]] = [{"event": "sent"}, {"event": []}, {}]
        for data in wrong:
            with pytest.raises(InvalidRequestError, match=r"^event: expected one of submitted, "):
                events.event_from_dict(data)
        with pytest.raises(InvalidRequestError, match=r"^event: expected 'ended', found"):
            events.Ended.from_dict({"outcome": {"key": 1}, "event": "submitted"})

    @pytest.mark.parametrize("error", [error for error, _ in ERRORS], ids=name_of)
    def test_errors(self, error: PictoryError) -> None:
        """An error of ours comes back as it was, in an outcome, an update and an event."""
        for value in (
            Outcome[Video](key=1, error=error, jobs=(JOB,)),
            JobUpdate[Video](job_id="r-1", kind=Video, status=None, error=error),
            events.Outage(key=1, job_id=None, error=error),
        ):
            again = back(value)

            assert type(error) is type(again.error)
            assert str(error) == str(again.error)
            assert json.dumps(vars(error)) == json.dumps(vars(again.error))
            assert value.to_dict() == again.to_dict()

    def test_as_a_dict(self) -> None:
        """`dict` makes of a value what `to_dict` does, and no value passes for a collection."""
        video = Video(job_id="a", video_url="https://a.example/b.mp4")

        assert video.to_dict() == dict(video) == {**video}
        assert "a" == video["job_id"]
        assert not issubclass(Video, Iterable)
        with pytest.raises(TypeError):
            iter(video)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType, reportCallIssue]

    def test_the_job_of_an_error(self) -> None:
        """The job that an error left behind stays with it."""
        error = InvalidRequestError("source", "a recording", "none")
        error.job_id = "p-1"
        again = back(Outcome[Video](key=1, error=error)).error

        assert isinstance(again, InvalidRequestError)
        assert "p-1" == again.job_id

    def test_errors_of_others(self) -> None:
        """Any other error becomes a `PictoryError` with its words, once and for all."""
        outcome = back(Outcome[Video](key=1, error=ValueError("odd")))
        assert PictoryError is type(outcome.error)
        assert "ValueError: odd" == str(outcome.error) == str(back(outcome).error)

        mine = type("MineError", (JobFailedError,), {})("a", None, "no")
        assert "MineError: job a: no" == str(back(Outcome[Video](key=1, error=mine)).error)
        later = {"type": "JobError", "message": "words", "fields": {"number": 5}}
        read = Outcome[Video].from_dict({"key": 1, "error": later}).error
        assert "JobError: words" == str(read)

    def test_notes(self) -> None:
        """The notes of an error stay with it: they may hold the id of a paid job."""
        error = JobFailedError("a")
        error.add_note("job b was submitted")

        assert ["job b was submitted"] == back(Outcome[Video](key=1, error=error)).error.__notes__

    def test_no_notes(self) -> None:
        """Null is as good as no notes, and so is null in the place of an error's job."""
        error = {"type": "JobFailedError", "message": "m", "fields": {"job_id": "a"}}
        nulls = {**error, "job_id": None, "notes": None}
        read = Outcome[Video].from_dict({"key": 1, "error": nulls}).error

        assert isinstance(read, JobFailedError)
        assert ("a", []) == (read.job_id, getattr(read, "__notes__", []))

    def test_fields_that_make_no_words(self) -> None:
        """An error whose fields cannot be what it says is its words, and can be written again."""
        fields = {"message": "no", "status": 400, "method": "GET", "path": "/x", "fields": 5}
        error = {"type": "APIError", "message": "told", "fields": fields}
        outcome = Outcome[Video].from_dict({"key": 1, "error": error})

        assert "APIError: told" == str(outcome.error) == str(back(outcome).error)

    def test_far_too_deep(self) -> None:
        """What is nested beyond all reason is cut short where it is written, and never raises."""
        deep: Any = []
        for _ in range(20_000):
            deep = [deep]
        error = {"type": deep, "message": deep, "fields": deep, "notes": [deep]}
        values: list[Any] = [
            Video.from_dict({"job_id": "a", "new": deep, "renderParams": {"new": deep}}),
            RawResult(job_id="a", data={"new": deep}),
            Outcome[Video].from_dict({"key": 1, "error": error}),
            Outcome[Video](key=1, error=SubmissionUnknownError("cut", "POST", "/x", deep)),
        ]

        for value in values:
            assert value.to_dict() == back(value).to_dict()
        with pytest.raises(
            InvalidRequestError, match=r"^extra\.new\[0\].*: expected JSON of at most 100 "
        ):
            Scene(story="a", extra={"new": deep})

    def test_no_numbers(self) -> None:
        """JSON has no NaN: it leaves as null, and null is NaN where there must be a number."""
        for value in (Timings(total=nan), models.Passage(start=inf, end=1)):
            assert value.to_dict() == back(value).to_dict()
        assert math.isnan(Timings.from_dict({"total": None}).total)
        assert Timings.from_dict({"render": None}).render is None
        transcript = Transcript.from_dict({"job_id": "a", "highlights": nan})
        assert {"job_id": "a"} == transcript.to_dict()
        lasting = Video.from_dict({"job_id": "a", "videoDuration": nan, "new": inf})
        again = back(lasting)

        assert {"job_id": "a", "new": None} == lasting.to_dict() == again.to_dict()
        assert {"new": None} == again.extra

    def test_null_beside_a_field(self) -> None:
        """A null in `extra` that hides a field is not written: nobody could read it again."""
        voice = models.Voice(id=1, name="Ada", extra={"id": nan, "new": None})

        assert {"id": 1, "name": "Ada", "new": None} == voice.to_dict() == back(voice).to_dict()

    def test_nothing_but_json(self) -> None:
        """What JSON has no type for becomes one that it has."""
        payload = {"at": Path("a"), "times": (1, float("nan")), 5: Scene(story="x"), "b": b"x"}
        error = SubmissionUnknownError("cut", "POST", "/x", MappingProxyType(payload))

        written = Outcome[Video](key=1, error=error).to_dict()["error"]["fields"]["payload"]

        expected = {"at": "a", "times": [1, None], "5": {"story": "x"}, "b": "b'x'"}
        assert expected == written

    def test_a_copy(self) -> None:
        """What is done to the JSON does nothing to the value."""
        value = attrs.evolve(VIDEO, extra={"new": [1]})
        value.to_dict()["new"].append(2)

        assert {"new": [1]} == value.extra

    def test_a_transcript(self) -> None:
        """A transcript that was made by hand comes back equal, though it is read lazily then."""
        words = (Word(word="Hi", start_time=1, extra={"new": 1}), Word(is_pause=True))
        transcript = Transcript(job_id="t", sentences=(Sentence(words=words),), highlights=[1])
        again = back(transcript)

        assert transcript == again
        assert again == transcript
        assert again != attrs.evolve(transcript, sentences=())
        assert again.sentences != [1]

    def test_a_project(self) -> None:
        """A project brings the whole object along, since an update needs it."""
        data = {"project_id": 1, "projectName": "Tea", "note": None}

        assert data == back(Project(id=1, name="Tea", data=data)).data


class TestShapes:
    def test_a_job(self) -> None:
        """A job is its id and the word for its kind."""
        assert {"id": "r-1", "kind": "video"} == JOB.to_dict()
        assert '{"id": "r-1", "kind": "video"}' == json.dumps(JOB.to_dict())

    def test_a_result(self) -> None:
        """A result is what the service sent, with the job's id."""
        assert RENDERS == VIDEO.to_dict()
        assert VIDEO == Video.from_dict(RENDERS)
        assert VIDEO == Video.from_dict({**RENDERS, "videoDuration": None})

    def test_a_storyboard(self) -> None:
        """A storyboard is the JSON of the documentation."""
        body = {"videoName": "x", "scenes": [{"story": "One.", "background": {"color": "#000"}}]}

        assert body == Storyboard.from_dict(body).to_dict()

    def test_extra_of_a_request(self) -> None:
        """What is under `extra` stays there: elsewhere it would be refused, as in any mapping."""
        scene = Scene(story="a", extra={"storry": 1})

        assert {"story": "a", "extra": {"storry": 1}} == scene.to_dict()
        with pytest.raises(InvalidRequestError, match="storry"):
            Scene.from_dict({"story": "a", "storry": 1})

    def test_an_update(self) -> None:
        """The result says its kind, which the caller perhaps did not."""
        update = JobUpdate[Video](job_id="r-1", kind=None, status="completed", result=VIDEO)

        assert {
            "job_id": "r-1",
            "kind": None,
            "status": "completed",
            "progress": None,
            "message": None,
            "elapsed": 0.0,
            "result": RENDERS,
            "result_kind": "video",
            "error": None,
        } == update.to_dict()
        by_kind = {"job_id": "r-1", "kind": "video", "status": "done", "result": RENDERS}
        assert VIDEO == JobUpdate[Video].from_dict(by_kind).result

    def test_an_outcome(self) -> None:
        """An outcome says what its value is and what became of the item."""
        outcome = Outcome[Video](key="a", value=VIDEO, jobs=(JOB,))

        assert {
            "key": "a",
            "value": RENDERS,
            "value_kind": "video",
            "error": None,
            "jobs": [{"id": "r-1", "kind": "video"}],
            "attempts": 1,
            "timings": {"preview": None, "render": None, "download": None, "total": 0.0},
            "path": None,
        } == outcome.to_dict()

    def test_reprs(self) -> None:
        """A job's repr can be pasted back."""
        assert "Job(id='r-1', kind=Video)" == repr(JOB)
        assert "kind=None" in repr(JobUpdate[Any](job_id="a", kind=None, status=None))

    def test_later_fields(self) -> None:
        """A field that this version does not know of breaks nothing."""
        assert JOB == Job[Video].from_dict({**JOB.to_dict(), "state": "done"})

    def test_no_kind(self) -> None:
        """A job whose kind is that of no result has no word, and says so."""
        with pytest.raises(InvalidRequestError, match=r"^kind: expected a type of JobResult"):
            Job("a", Scene).to_dict()

    @pytest.mark.parametrize(
        ("cls", "data", "message"),
        [
            (Job, [], "Job: expected an object, found []"),
            (Job, {"id": "a"}, "kind: expected a value, for it is required, found nothing"),
            (Job, {"id": None, "kind": "video"}, "id: expected a string, found None"),
            (Job, {"id": True, "kind": "video"}, "id: expected a string, found True"),
            (Job, {"id": "a", "kind": "film"}, "kind: expected a result of one of these kinds: "),
            (Job, {"id": "a", "kind": ["video"]}, "kind: expected a result of one of these "),
            (Outcome, {"key": 1.5}, "key: expected a string or a whole number, found 1.5"),
            (Outcome, {"key": 1, "jobs": 5}, "jobs: expected a list, found 5"),
            (Outcome, {"key": 1, "jobs": [{"id": "a"}]}, "jobs[0].kind: expected a value"),
            (Outcome, {"key": 1, "error": "no"}, "error: expected an object (Exception)"),
            (Outcome, {"key": 1, "error": {"notes": 5}}, "error.notes: expected a list, found 5"),
            (Outcome, {"key": 1, "error": {"notes": "a"}}, "error.notes: expected a list, found"),
            (Outcome, {"key": 1, "error": {"job_id": []}}, "error.job_id: expected a string, f"),
            (
                events.Outage,
                {"event": "outage", "key": 1, "job_id": None, "error": {"notes": {}}},
                "error.notes: expected a list, found {}",
            ),
            (Outcome, {"key": 1, "timings": 5}, "timings.Timings: expected an object, found 5"),
            (
                Outcome,
                {"key": 1, "value": {}, "value_kind": "film"},
                "value: expected a result of one of these kinds: preview, video, transcript, ",
            ),
            (
                Outcome,
                {"key": 1, "value": {}, "value_kind": "video"},
                "value.job_id: expected a value, for it is required, found nothing",
            ),
            (
                events.Downloaded,
                {"event": "downloaded", "key": 1, "path": 5},
                "path: expected a string, found 5",
            ),
            (
                events.RequestSent,
                {"event": "request_sent", "number": 1, "kind": "post"},
                "kind: expected one of submit, look, call, token, found 'post'",
            ),
            (Video, 5, "Video: expected an object, found 5"),
            (Video, {}, "job_id: expected a value, for it is required, found nothing"),
            (Video, {"job_id": []}, "job_id: expected a string, found []"),
            (Scene, [], "Scene: expected the Scene of this generation of the API, or a mapping"),
            (Storyboard, {"videoName": "x", "scenes": [{"story": 5}]}, "scenes[0].story: "),
        ],
    )
    def test_wrong_json(self, cls: Any, data: Any, message: str) -> None:
        """What makes no sense is refused with the way to it."""
        with pytest.raises((InvalidRequestError, UnexpectedShapeError)) as caught:
            cls.from_dict(data)

        assert str(caught.value).startswith(message)

    def test_lenient_results(self) -> None:
        """A result is read as leniently as an answer."""
        video = Video.from_dict({"job_id": "a", "videoDuration": "12.5", "videoURL": ["odd"]})

        assert (12.5, None, {"videoURL": ["odd"]}) == (video.duration, video.url, video.extra)


class TestAsBefore:
    def test_hashes(self) -> None:
        """Jobs and outcomes have a hash as before; what may hold JSON has none."""
        assert 1 == len({JOB, Job("r-1", Video)})
        assert hash(Timings()) == hash(Timings())
        with pytest.raises(TypeError, match="unhashable"):
            hash(VIDEO)

    def test_slots(self) -> None:
        """No value has got a dictionary of its own."""
        for value in (JOB, VIDEO, Scene(story="a"), Timings(), Outcome[Video](key=1)):
            assert not hasattr(value, "__dict__")

    def test_no_dataclass(self) -> None:
        """Requests bear the sign of a dataclass, as classes: their JSON has one shape only."""
        names = [field.name for field in dataclasses.fields(inside(Storyboard))]
        assert [*attrs.fields_dict(Storyboard)] == names
        assert not dataclasses.is_dataclass(Video)
        with pytest.raises(TypeError, match="dataclass"):
            dataclasses.asdict(inside(Scene(story="a")))

    def test_those_who_look_for_dataclasses(self) -> None:
        """`pprint` and cattrs do with a storyboard what they did before."""
        board = Storyboard.from_script("One. " * 40, name="x")
        by_cattrs = cattrs.structure(cattrs.unstructure(VisualSettings(mute=True)), VisualSettings)

        assert repr(board) in pprint.pformat([board, board])
        assert VisualSettings(mute=True) == by_cattrs

    def test_no_pydantic(self) -> None:
        """Neither the package nor a client nor a value's JSON needs pydantic."""
        code = (
            "import sys, pictory_async as p; print(*sys.modules);"
            "p.Pictory(p.ApiKey('pictai_0'), base_url='http://localhost');"
            "p.Job.from_dict(p.Job('a', p.Video).to_dict());"
            "p.Video.from_dict(p.Video(job_id='a').to_dict());"
            "assert not {'pydantic', 'pydantic_core', 'fastapi'} & set(sys.modules)"
        )
        command = [sys.executable, "-c", code]
        done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603

        lazy = ("schemas", "own", "writing", "convert", "reading")
        modules = {f"pictory_async._shapes.{name}" for name in lazy}
        assert set() == {"cattrs", *modules} & set(done.stdout.split())


class TestNotebook:
    def test_a_video(self) -> None:
        """A video is a player, whatever its links hold."""
        video = Video(
            job_id="a",
            video_url="https://a.example/v.mp4?a=1&b=\"><script>'",
            thumbnail_url="HTTPS://a.example/t.jpg",
        )
        assert (
            '<video src="https://a.example/v.mp4?a=1&amp;b=&quot;&gt;&lt;script&gt;&#x27;"'
            ' poster="HTTPS://a.example/t.jpg" controls preload="metadata"'
            ' style="max-width: 100%; max-height: 30em"></video>'
        ) == html_of(video)

    @pytest.mark.parametrize("url", ["javascript:alert(1)", " https://a.example", "", None])
    def test_other_schemes(self, url: str | None) -> None:
        """What is no web address is neither played nor linked: the repr is shown instead."""
        assert None is html_of(Video(job_id="a", video_url=url, share_url=url))
        assert None is html_of(Preview(job_id="a", preview_url=url))
        assert None is html_of(GeneratedImage(url=url))
        player = html_of(Video(job_id="a", video_url="http://a.example", thumbnail_url=url))
        assert player is not None
        assert "poster" not in player

    def test_links(self) -> None:
        """A preview is a link, and so is a video of which there is only the page."""
        expected = '<a href="https://a.example/?a&amp;b" target="_blank" rel="noopener">{}</a>'
        url = "https://a.example/?a&b"

        preview = html_of(Preview(job_id="<b>", preview_url=url))
        assert expected.format("Preview &lt;b&gt;") == preview
        assert expected.format("Video b") == html_of(Video(job_id="b", share_url=url))

    def test_what_an_ai_made(self) -> None:
        """A picture is shown and a film played."""
        image = html_of(GeneratedImage(url="https://a.example/i", prompt='"Tea"'))
        assert image is not None
        assert image.startswith('<img src="https://a.example/i" alt="&quot;Tea&quot;"')
        assert "<video" in str(html_of(GeneratedVideo(url="https://a.example/v")))


def html_of(value: Any) -> str | None:
    """Return what a notebook shows."""
    found: str | None = value._repr_html_()
    return found


class TestReprs:
    @pytest.mark.anyio
    @pytest.mark.parametrize("credentials", [ApiKey("hush"), ClientCredentials("id", "hush")])
    async def test_a_client(self, credentials: Any) -> None:
        """A client says where it sends, as whom, and whether it is open; never a secret."""
        kind = type(credentials).__name__
        for transport in (None, virtual_fake().transport()):
            async with Pictory(
                credentials, base_url="https://a.example/api/", transport=transport
            ) as pictory:
                assert f"<Pictory https://a.example/api with {kind}, open>" == repr(pictory)
            assert f"<Pictory https://a.example/api with {kind}, closed>" == repr(pictory)

    def test_no_client(self) -> None:
        """A client that was refused its settings has a repr for those who look at the error."""
        assert "<Pictory without its settings>" == repr(Pictory.__new__(Pictory))

    def test_groups(self) -> None:
        """A group names its operations, and is no longer than that."""
        pictory = client(virtual_fake(), KEY)
        groups = [name for name in dir(Groups) if not name.startswith("_")]
        shown = {name: repr(getattr(pictory, name)) for name in groups}

        assert "<Account: ai_credits, quota>" == shown["account"]
        assert "<V1: brands, renders, storyboards, templates, transcriptions>" == shown["v1"]
        assert [] == [name for name, text in shown.items() if len(text) > 120 or "0x" in text]
        assert "<FirstBrands: " in repr(pictory.v1.brands)

    def test_a_forgotten_list(self) -> None:
        """Who looks at a list instead of reading it is told how to read it."""
        shown = repr(client(virtual_fake(), KEY).projects.list())

        how = "read it with `async for item in ...`, or one page with `await ...`"
        assert f"<Listing: {how}>" == shown
