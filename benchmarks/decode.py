"""Decoding a transcript of ten thousand words into typed objects, beside pydantic."""

from __future__ import annotations

import json
import statistics
import time
from typing import TYPE_CHECKING, Any, Final

import orjson
import pydantic
from common import Report, parser
from pydantic.alias_generators import to_camel

from pictory_async import Transcript
from pictory_async._wire.job_states import job_state
from pictory_async._wire.protocol import Answer
from pictory_async._wire.results import read_update


if TYPE_CHECKING:
    from collections.abc import Callable


PYDANTIC: Final = "pydantic model_validate_json"
OURS: Final = "pictory_async"
LIMIT: Final = 0.8


class Word(pydantic.BaseModel):
    """The same word in pydantic."""

    model_config = pydantic.ConfigDict(alias_generator=to_camel, extra="allow")

    uid: str
    word: str
    start_time: float = pydantic.Field(alias="start_time")
    end_time: float = pydantic.Field(alias="end_time")
    speaker_id: str
    sentence_index: int = pydantic.Field(alias="sentence_index")
    is_pause: bool = pydantic.Field(default=False, alias="is_pause")
    pause_size: str | None = pydantic.Field(default=None, alias="pause_size")
    highlight: bool = False


class Sentence(pydantic.BaseModel):
    """The same sentence in pydantic."""

    model_config = pydantic.ConfigDict(alias_generator=to_camel, extra="allow")

    uid: str
    speaker_id: str
    words: list[Word]


class Data(pydantic.BaseModel):
    """The same transcript in pydantic."""

    model_config = pydantic.ConfigDict(alias_generator=to_camel, extra="allow")

    status: str
    transcript: list[Sentence]
    txt: str
    srt: str
    vtt: str


class Body(pydantic.BaseModel):
    """The same answer in pydantic."""

    model_config = pydantic.ConfigDict(extra="allow")

    job_id: str
    success: bool
    data: Data


def answer_with(words: int) -> bytes:
    """Return the body of an answer about a finished transcription."""
    entries = [_word(number) for number in range(words)]
    sentences = [
        {"uid": f"s-{start:032}", "speakerId": "0", "words": entries[start : start + 15]}
        for start in range(0, words, 15)
    ]
    text = "word " * words
    data = {"status": "completed", "transcript": sentences, "txt": text, "srt": text, "vtt": text}
    return json.dumps({"job_id": "j", "success": True, "data": data}).encode()


def _word(number: int) -> dict[str, Any]:
    pause = {"is_pause": True, "pause_size": "small"} if number % 15 == 14 else {}  # noqa: PLR2004
    return {
        "uid": f"w-{number:032}",
        "word": "" if pause else f"word{number}",
        "start_time": number * 0.4,
        "end_time": number * 0.4 + 0.3,
        "speakerId": "0",
        "sentence_index": number // 15,
        **pause,
    }


def decode(body: bytes) -> Transcript:
    """Do what a look at a job does with its answer."""
    answer = Answer("GET", "/v1/jobs/j", 200, {}, body)
    result = read_update(job_state(answer), "j", Transcript).result
    assert result is not None  # noqa: S101
    return result


def median(function: Callable[[], object], runs: int) -> float:
    """Return the milliseconds that a function takes."""
    times: list[float] = []
    for _ in range(runs):
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    return statistics.median(times) * 1000


def main() -> None:
    """Read the arguments, then measure each in turn."""
    args_of = parser(__doc__)
    args_of.add_argument("--words", type=int, default=10_000, help="how long the transcript is")
    args_of.add_argument("--runs", type=int, default=30, help="how often each is measured")
    arguments = args_of.parse_args()
    body = answer_with(arguments.words)
    cases: dict[str, Callable[[], object]] = {
        PYDANTIC: lambda: Body.model_validate_json(body),
        OURS: lambda: decode(body),
        "pictory_async, every word read": lambda: [*decode(body).words],
        "json.loads alone": lambda: json.loads(body),
        "orjson.loads alone": lambda: orjson.loads(body),
    }
    took = {name: median(case, arguments.runs) for name, case in cases.items()}
    report = Report("decode")
    for name, value in took.items():
        share = value / took[PYDANTIC]
        report.add(
            f"a transcript of {arguments.words:,} words, {len(body) / 1e6:.1f} MB", name, value,
            f"ms, {share:.2f} of pydantic",
            f"at most {LIMIT}" if name == OURS else "",
            holds=share <= LIMIT if name == OURS else None,
        )  # fmt: skip
    report.save()


if __name__ == "__main__":
    main()
