"""Texts that are too long for a scene, cut where a reader would pause; knows no scenes."""

# ruff: noqa: RUF001 - full stops of many languages look like other characters

import logging
import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final, cast


LIMIT: Final = 15_000
"""How many characters the text of a scene may have."""

_log = logging.getLogger("pictory_async")

_CLOSING: Final = "\"'”’»)\\]」』）】》〉"
# A sentence, and the space after it: up to the end of the line, or to a full stop. There is no
# space after those of Chinese and Japanese; Arabic, Urdu and Hindi have their own.
_SENTENCE: Final = re.compile(
    rf"""
    \s*\S.*?
    (?: \n
      | (?<![.!?…؟۔।॥]) [.!?…؟۔।॥]++ [{_CLOSING}]*+ (?=\s)
      | [。！？｡．]++ [{_CLOSING}]*+
      | \Z
    )
    \s*
    """,
    re.DOTALL | re.VERBOSE,
)
_WORD: Final = re.compile(r"\s*\S+\s*")
_WORD_OR_BLANKS: Final = re.compile(r"\S+|\s+")
# What is seen as one with the character before it, besides the marks of Unicode: joiners, skin
# tones and tags of emoji, Korean vowels and finals written by themselves, two vowels of Thai and
# Lao, and the second half of a surrogate pair.
_JOINED: Final = re.compile(
    "[\u200c\u200d\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f\u1160-\u11ff\u0e33\u0eb3\udc00-\udfff]"
)
_JOINER: Final = "\u200d"
# Two letters are a flag.
_FLAG_LETTERS: Final = "".join(map(chr, range(0x1F1E6, 0x1F200)))
_VIRAMA: Final = 9


def scene_texts(script: str) -> list[str]:
    """Return the texts of the scenes that a script needs: itself, where it fits into one.

    The log says so where it is cut.
    """
    # What is no text is refused by the scene.
    if not isinstance(cast("object", script), str) or len(script) <= LIMIT:
        return [script]
    texts = pieces_of(script, LIMIT)
    if len(texts) > 1:
        msg = "a text of %d characters is cut at sentences into %d scenes, each of %d at most"
        _log.warning(msg, len(script), len(texts), LIMIT)
    return texts


def pieces_of(text: str, limit: int) -> list[str]:
    """Cut a text into pieces that are no longer than a limit; joined they are the text.

    A piece ends with a sentence, or else with a word, or else not within what is seen as one
    character, where that can be. None is blank: what would be is left out, for nothing is said
    in it. A text that is blank as a whole stays as it is.
    """
    pieces = _packed(_sentences(text, limit), limit)
    return [piece for piece in pieces if not piece.isspace()] or [text]


def _sentences(text: str, limit: int) -> Iterator[str]:
    for sentence in _SENTENCE.findall(text):
        if len(sentence) <= limit:
            yield sentence
        else:
            words = _WORD.findall(sentence)
            yield from _packed((part for word in words for part in _parts(word, limit)), limit)


def _parts(word: str, limit: int) -> Iterator[str]:
    """Yield a word with the blanks around it, in parts where that is too long."""
    if len(word) <= limit:
        yield word
    else:
        for part in _WORD_OR_BLANKS.findall(word):
            yield from _letters(part, limit)


def _letters(word: str, limit: int) -> Iterator[str]:
    """Yield a word, in parts where it is too long."""
    start = 0
    while len(word) - start > limit:
        ends = range(start + limit, start, -1)
        end = next((end for end in ends if not _is_within(word, end)), start + limit)
        yield word[start:end]
        start = end
    yield word[start:]


def _is_within(word: str, place: int) -> bool:
    """Tell whether a place is within what is seen as one character."""
    before, after = word[place - 1], word[place]
    if after in _FLAG_LETTERS:
        letters = place - len(word[:place].rstrip(_FLAG_LETTERS))
        return letters % 2 == 1
    if before == _JOINER or unicodedata.combining(before) == _VIRAMA:
        return True
    return unicodedata.category(after).startswith("M") or _JOINED.match(after) is not None


def _packed(parts: Iterable[str], limit: int) -> Iterator[str]:
    """Yield as many parts at a time as the limit allows."""
    piece = list[str]()
    length = 0
    for part in parts:
        if length + len(part) > limit and piece:
            yield "".join(piece)
            piece, length = [], 0
        piece.append(part)
        length += len(part)
    if piece:
        yield "".join(piece)
