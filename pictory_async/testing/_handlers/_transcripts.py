"""What is heard in a recording: sentences, words with their times, pauses, subtitles."""

import uuid

from pictory_async.testing._film import DEFAULT_SIZE, Film, Scene, cut, stamp
from pictory_async.testing._messages import Json, Object


SPEECH = (
    "Welcome to the tea house. Tea is a leaf that grows on hills. First it is picked by hand, and "
    "then it withers in the sun. Some people drink it with milk. Others think that this is a "
    "mistake. Whatever you think, let it stand for three minutes."
)
_WORD_SECONDS = 0.4
_PAUSE_SECONDS = 0.3
# Two people take turns.
_SPEAKERS = (0, 1)


def sentences_of(text: str) -> list[Json]:
    """Return the sentences of a text with a time for each word (v1.md, 3.3)."""
    sentences: list[Json] = []
    clock = 0.0
    for index, said in enumerate(cut(text, lines=True, sentences=True)):
        words: list[Json] = []
        speaker = _SPEAKERS[index % len(_SPEAKERS)]
        for word in said.split():
            words.append(_entry(index, speaker, clock, _WORD_SECONDS, word))
            clock += _WORD_SECONDS
        pause = _entry(index, speaker, clock, _PAUSE_SECONDS, "")
        words.append({**pause, "is_pause": True, "pause_size": "small"})
        clock += _PAUSE_SECONDS
        sentences.append({"uid": str(uuid.uuid4()), "speakerId": speaker, "words": words})
    return sentences


def _entry(index: int, speaker: int, start: float, seconds: float, word: str) -> Object:
    return {
        "uid": str(uuid.uuid4()),
        "word": word,
        "start_time": round(start, 3),
        "end_time": round(start + seconds, 3),
        "speakerId": speaker,
        "sentence_index": index,
    }


def text_of(sentence: Json) -> str:
    """Return what is said in an item of a transcript, in either documented shape."""
    fields = sentence if isinstance(sentence, dict) else {}
    words = [word["word"] for word in _words(fields) if isinstance(word.get("word"), str)]
    text = fields.get("text")
    return text if isinstance(text, str) else " ".join(str(word) for word in words if word)


def span_of(sentence: Json) -> tuple[float, float]:
    """Return when an item of a transcript begins and ends, in either documented shape."""
    fields = sentence if isinstance(sentence, dict) else {}
    first, last = fields, fields
    if words := _words(fields):
        first, last = words[0], words[-1]
    return _number(first, "start_time", "start"), _number(last, "end_time", "end")


def film_of(title: str, sentences: list[Json]) -> Film:
    """Return the film that was transcribed, with a scene for each sentence."""
    spans = [(text_of(each), span_of(each)) for each in sentences]
    scenes = [Scene(said, round(end - start, 3)) for said, (start, end) in spans]
    return Film(title, *DEFAULT_SIZE, tuple(scenes))


def marked(sentences: list[Json], seconds: float) -> list[Json]:
    """Mark the first sentences that fit, as the example program for highlights shows it."""
    left, result = seconds, list[Json]()
    for sentence in sentences:
        start, end = span_of(sentence)
        chosen = end - start <= left
        left -= end - start if chosen else 0.0
        result.append(_mark(sentence) if chosen else sentence)
    return result


def _mark(sentence: Json) -> Json:
    fields = sentence if isinstance(sentence, dict) else {}
    if "words" not in fields:
        return {**fields, "highlight": True}
    words = _words(fields)
    chosen = [word if word.get("is_pause") else {**word, "highlight": True} for word in words]
    return {**fields, "words": [*chosen]}


def cues_of(sentences: list[Json], comma: str) -> str:
    """Return the subtitles, whose two kinds write the comma in their times differently."""
    cues = [
        f"{number}\n{stamp(start, comma)} --> {stamp(end, comma)}\n{text_of(sentence)}\n"
        for number, sentence in enumerate(sentences, 1)
        for start, end in [span_of(sentence)]
    ]
    return "\n".join(cues)


def _words(sentence: Object) -> list[Object]:
    words = sentence.get("words")
    return [word for word in words if isinstance(word, dict)] if isinstance(words, list) else []


def _number(fields: Object, *keys: str) -> float:
    found = [fields[key] for key in keys if key in fields]
    return float(found[0]) if found and isinstance(found[0], int | float) else 0.0
