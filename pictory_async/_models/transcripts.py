"""What was said in a video or audio file, word for word.

Sources: the page `api-reference/jobs/get-transcription-job-by-id` of docs.pictory.ai, and for
highlights Pictory's own example programs.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby

import attrs

from pictory_async._models.base import Open, as_number
from pictory_async._shapes.value import Own


@attrs.frozen(kw_only=True, repr=False)
class Word(Open):
    """A word, or a pause between two.

    Args:
        uid: The word's id.
        word: The word; empty for a pause.
        start_time: Seconds from the beginning.
        end_time: Seconds from the beginning.
        speaker_id: Who says it.
        sentence_index: In which sentence.
        is_pause: Whether nothing is said.
        pause_size: How long a pause is, in the service's words, such as `small`.
        highlight: Whether the service has chosen it as a highlight.
        extra: All else that the service sent.
    """

    uid: str | int | None = None
    word: str = ""
    start_time: float | None = attrs.field(
        default=None, converter=as_number, metadata={"wire": "start_time"}
    )
    end_time: float | None = attrs.field(
        default=None, converter=as_number, metadata={"wire": "end_time"}
    )
    speaker_id: str | int | None = None
    sentence_index: int | None = attrs.field(default=None, metadata={"wire": "sentence_index"})
    is_pause: bool = attrs.field(default=False, metadata={"wire": "is_pause"})
    pause_size: str | None = attrs.field(default=None, metadata={"wire": "pause_size"})
    highlight: bool = False


@attrs.frozen(kw_only=True, repr=False)
class Sentence(Open):
    """A passage that one speaker says.

    Args:
        uid: The passage's id.
        speaker_id: Who says it.
        words: Its words and pauses.
        extra: All else that the service sent; an older page shows `text`, `start` and `end`
            instead of words.
    """

    uid: str | int | None = None
    speaker_id: str | int | None = None
    words: Sequence[Word] = ()

    @property
    def text(self) -> str:
        """The words with spaces between them."""
        return " ".join(word.word for word in self.words if word.word)


@attrs.frozen(kw_only=True)
class Passage(Own):
    """A piece of a recording.

    Args:
        start: Seconds from the beginning.
        end: Seconds from the beginning.
        text: What is said in it.
    """

    start: float
    end: float
    text: str = ""


@attrs.frozen(kw_only=True, repr=False)
class MediaInfo(Open):
    """What the service knows of a recording; no page shows all of it.

    Args:
        duration: Seconds.
        extra: All else that the service sent: dimensions, aspect ratio.
    """

    duration: float | None = attrs.field(default=None, converter=as_number)


@attrs.frozen(kw_only=True, repr=False)
class Transcript(Open):
    """The result of a transcription, or of the search for highlights.

    A transcript may be large: its sentences and words are read when they are looked at.

    Args:
        job_id: The transcription's job.
        sentences: What was said; `transcript` in the service's words.
        txt: The text.
        srt: Subtitles, the text itself and not a link.
        vtt: Subtitles, the text itself and not a link.
        media_info: What the service knows of the recording.
        edit_video_url: A page to edit the video by its text; older API only.
        highlights: What the service says about highlights beside the marks in the words; no
            page shows its shape.
        extra: All else that the service sent.
    """

    job_id: str = attrs.field(metadata={"in_data": False})
    sentences: Sequence[Sentence] = attrs.field(default=(), metadata={"wire": "transcript"})
    txt: str | None = attrs.field(default=None, repr=False)
    srt: str | None = attrs.field(default=None, repr=False)
    vtt: str | None = attrs.field(default=None, repr=False)
    media_info: MediaInfo | None = None
    edit_video_url: str | None = None
    highlights: object = attrs.field(default=None, repr=False)

    @property
    def words(self) -> Iterator[Word]:
        """All words and pauses, in order."""
        return (word for sentence in self.sentences for word in sentence.words)

    @property
    def highlighted(self) -> tuple[Passage, ...]:
        """The passages that the service has chosen: neighbouring highlighted words, with times."""
        # A pause is no end of a passage, whether it is marked or not.
        spoken = (word for word in self.words if not word.is_pause)
        runs = groupby(spoken, key=lambda word: word.highlight)
        passages = (_passage([*run]) for chosen, run in runs if chosen)
        return tuple(passage for passage in passages if passage is not None)


def _passage(words: Sequence[Word]) -> Passage | None:
    """Return what words are together, or None where their times are none of a clip."""
    starts = [word.start_time for word in words if word.start_time is not None]
    ends = [word.end_time for word in words if word.end_time is not None]
    if not starts or not ends:
        return None
    start, end = starts[0], ends[-1]
    if not 0 <= start < end:
        return None
    return Passage(start=start, end=end, text=" ".join(word.word for word in words))
