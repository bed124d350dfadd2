"""Transcripts: read when they are looked at, and handed back as they came."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pictory_async import PictoryError, Transcript, UnexpectedShapeError
from pictory_async._shapes.convert import read_model, to_data
from pictory_async._shapes.reading import LazyModels
from pictory_async.models import Brand, MediaInfo, Passage, Sentence, Word


WORDS: list[dict[str, Any]] = [
    {"uid": "1", "word": "Tea", "start_time": 0, "end_time": 0.4, "speakerId": "0"},
    {"uid": "2", "word": "", "start_time": 0.4, "is_pause": True, "pause_size": "small"},
    {"uid": "3", "word": "time.", "start_time": "0.7", "end_time": 1.1, "sentence_index": 0},
]
DATA: dict[str, Any] = {
    "transcript": [{"uid": "s", "speakerId": "0", "words": WORDS, "mood": "calm"}],
    "txt": "Tea time.",
    "mediaInfo": {"duration": 1.1, "width": 1280},
    "editVideoUrl": "https://edit",
    "new": {"a": [1]},
}


def transcript(data: Any) -> Transcript:
    """Read a transcript."""
    return read_model(data, Transcript, job_id="j")


def pickled(value: Any) -> Any:
    """Send a value through pickle."""
    return pickle.loads(pickle.dumps(value))  # noqa: S301 - our own


def said(*words: str, **marks: bool) -> dict[str, Any]:
    """Return the data of a sentence whose words are a second each."""
    return {
        "words": [
            {"word": word, "start_time": n, "end_time": n + 1, **marks}
            for n, word in enumerate(words)
        ]
    }


class TestTranscript:
    def test_fields(self) -> None:
        """Every field has its type, and what is not known is kept at every level."""
        found = transcript(DATA)
        (sentence,) = found.sentences
        first, pause, last = sentence.words

        assert ("Tea time.", "https://edit") == (found.txt, found.edit_video_url)
        assert MediaInfo(duration=1.1, extra={"width": 1280}) == found.media_info
        assert {"new": {"a": [1]}} == found.extra
        assert ({"mood": "calm"}, "Tea time.") == (sentence.extra, sentence.text)
        assert Word(uid="1", word="Tea", start_time=0, end_time=0.4, speaker_id="0") == first
        assert (True, "small", None) == (pause.is_pause, pause.pause_size, pause.end_time)
        assert (0.7, 0) == (last.start_time, last.sentence_index)
        assert ["1", "2", "3"] == [word.uid for word in found.words]

    def test_round_trip(self) -> None:
        """What came goes back, whether it was looked at or not."""
        found = transcript(DATA)
        assert DATA == to_data(found)
        list(found.words)
        assert DATA == to_data(found)

    def test_made_by_hand(self) -> None:
        """A transcript of models becomes the same data."""
        words = [Word(word="Tea", start_time=0.0, end_time=0.4, highlight=True)]
        made = Transcript(job_id="j", sentences=[Sentence(uid=1, words=words)])

        assert {
            "transcript": [
                {
                    "uid": 1,
                    "words": [
                        {"word": "Tea", "start_time": 0.0, "end_time": 0.4, "highlight": True}
                    ],
                }
            ]
        } == to_data(made)
        assert made.sentences[0].uid == transcript(to_data(made)).sentences[0].uid

    @pytest.mark.parametrize("highlights", [[{"start": 1}], {"a": None}, "x", True, 0])
    def test_highlights_of_any_shape(self, highlights: object) -> None:
        """Whatever the service says about highlights is kept: no page shows its shape."""
        data: dict[str, Any] = {"transcript": [], "highlights": highlights}

        assert highlights == transcript(data).highlights
        assert data == to_data(transcript(data))

    def test_older_shape(self) -> None:
        """The sentences of an older page, without words, survive."""
        data = {"transcript": [{"text": "Tea.", "start": 0, "end": 1}]}
        found = transcript(data)

        assert data == to_data(found)
        assert {"text": "Tea.", "start": 0, "end": 1} == found.sentences[0].extra
        assert ("", ()) == (found.sentences[0].text, found.highlighted)

    def test_lazy_with_ids(self) -> None:
        """An item that lacks what is indispensable is noticed when it is looked at."""
        brands = LazyModels([{"id": "1"}, {"name": "x"}], Brand)

        assert Brand(id="1") == brands[0]
        with pytest.raises(UnexpectedShapeError, match=r"\[1\].id: expected a value"):
            brands[1]
        assert issubclass(UnexpectedShapeError, PictoryError)


class TestLazy:
    def test_sequence(self) -> None:
        """The words are a sequence like others."""
        words = transcript(DATA).sentences[0].words

        assert 3 == len(words)
        assert "time." == words[-1].word
        assert ["", "time."] == [word.word for word in words[1:]]
        assert words[0] in words
        assert "3" == next(reversed(words)).uid
        with pytest.raises(IndexError):
            words[3]

    def test_equality(self) -> None:
        """They equal others with the same words, and nothing else."""
        words, others = (transcript(DATA).sentences[0].words for _ in range(2))

        assert words == others
        assert words != words[1:]
        assert words != object()
        with pytest.raises(TypeError, match="unhashable"):
            hash(words)

    def test_repr(self) -> None:
        """Ten thousand of them are shown as a number."""
        assert "<3 x Word>" == repr(transcript(DATA).sentences[0].words)
        assert "sentences=<1 x Sentence>" in repr(transcript(DATA))

    @pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, pickled])
    def test_copies(self, again: Any) -> None:
        """A transcript can be copied and pickled."""
        found = transcript(DATA)

        assert found == again(found)


class TestHighlighted:
    def test_runs(self) -> None:
        """Neighbouring highlighted words are a passage, across pauses and sentences."""
        pause = {"word": "", "is_pause": True, "start_time": 2, "end_time": 3}
        first = said("One", "two", highlight=True)
        first["words"].append(pause)
        second = {"words": [{"word": "three", "start_time": 3, "end_time": 4, "highlight": True}]}
        third = said("no")
        found = transcript({"transcript": [first, second, third, said("Four", highlight=True)]})

        assert (
            Passage(start=0, end=4, text="One two three"),
            Passage(start=0, end=1, text="Four"),
        ) == found.highlighted

    def test_times_of_some(self) -> None:
        """A passage begins with the first time that is there, and ends with the last."""
        sentence = said("One", "two", "three", highlight=True)
        sentence["words"][0]["start_time"] = {"at": 0}
        del sentence["words"][2]["end_time"]

        assert (Passage(start=1, end=2, text="One two three"),) == transcript(
            {"transcript": [sentence]}
        ).highlighted

    @pytest.mark.parametrize(("start", "end"), [(2, 1), (1, 1), (-1, 1)])
    def test_times_that_are_none(self, start: float, end: float) -> None:
        """What no clip can show costs the other passages nothing."""
        word = {"word": "x", "highlight": True, "start_time": start, "end_time": end}
        data = {"transcript": [{"words": [word]}, said("no"), said("One", highlight=True)]}

        assert (Passage(start=0, end=1, text="One"),) == transcript(data).highlighted

    def test_none(self) -> None:
        """Without marks, or without times, there is nothing to show."""
        untimed = {"words": [{"word": "x", "highlight": True}]}

        assert () == transcript({"transcript": [said("One"), untimed]}).highlighted
        assert () == transcript({}).highlighted


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=3
)
words = st.fixed_dictionaries(
    {},
    optional={
        "word": st.text(),
        "start_time": st.floats(0, 1e6),
        "is_pause": st.booleans(),
        "anything": json_values,
    },
)
sentences = st.fixed_dictionaries(
    {"words": st.lists(words, max_size=3)}, optional={"x": json_values}
)


@given(st.fixed_dictionaries({"transcript": st.lists(sentences, max_size=3)}))
def test_any_transcript(data: dict[str, Any]) -> None:
    """Any transcript goes back as it came, and the same one comes of it."""
    found = transcript(data)

    assert data == to_data(found)
    assert found == transcript(to_data(found))
    assert [w["word"] for s in data["transcript"] for w in s["words"] if "word" in w] == [
        word.word
        for word, given in zip(
            found.words, (w for s in data["transcript"] for w in s["words"]), strict=True
        )
        if "word" in given
    ]
