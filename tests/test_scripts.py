"""Long texts are cut where a reader would pause, and nothing of them is lost."""

# ruff: noqa: RUF001 - full stops of many languages look like other characters

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pictory_async._models.scripts import pieces_of


FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
SKIN = "\U0001f44d\U0001f3fd"
FLAG = "\U0001f1e9\U0001f1ea"
# A text, a limit, and its pieces.
CUTS: list[tuple[str, int, list[str]]] = [
    ("One. Two. Three.", 10, ["One. Two. ", "Three."]),
    ("One! Two? Three… Four", 10, ["One! Two? ", "Three… ", "Four"]),
    ('He said "No." She left.', 15, ['He said "No." ', "She left."]),
    ("Version 1.2.3 is out. Get it.", 24, ["Version 1.2.3 is out. ", "Get it."]),
    ("A line\nand another\n\nAnd more", 20, ["A line\nand another\n\n", "And more"]),
    (
        "お茶は葉です。水は水です。「はい。」と言う。",
        14,
        ["お茶は葉です。水は水です。", "「はい。」と言う。"],
    ),
    ("茶是叶子！水是水？好。", 7, ["茶是叶子！", "水是水？好。"]),
    ("هل هذا شاي؟ نعم. لا.", 13, ["هل هذا شاي؟ ", "نعم. لا."]),
    ("یہ چائے ہے۔ وہ پانی ہے۔", 13, ["یہ چائے ہے۔ ", "وہ پانی ہے۔"]),
    ("यह चाय है। वह पानी है।", 12, ["यह चाय है। ", "वह पानी है।"]),
    # A sentence that is too long is cut between words, and its end goes on with the next one.
    ("one two three four. Five.", 11, ["one two ", "three ", "four. Five."]),
    # A word that is too long is cut between what is seen as characters.
    ("x" * 7, 3, ["xxx", "xxx", "x"]),
    ("茶" * 5, 2, ["茶茶", "茶茶", "茶"]),
    ("ab" + "e\u0301" * 2, 3, ["ab", "e\u0301", "e\u0301"]),
    (FAMILY * 2, 7, [FAMILY, FAMILY]),
    (SKIN * 3, 3, [SKIN] * 3),
    (FLAG * 3, 3, [FLAG] * 3),
    (FLAG * 3, 5, [FLAG * 2, FLAG]),
    ("\u1112\u1161\u11ab" * 2, 4, ["\u1112\u1161\u11ab"] * 2),
    ("क्षक्ष", 4, ["क्ष", "क्ष"]),
    ("\ud83d\ude00" * 2, 3, ["\ud83d\ude00"] * 2),
    # Where that cannot be, it is cut all the same.
    ("e" + "\u0301" * 5, 3, ["e\u0301\u0301", "\u0301\u0301\u0301"]),
    # No piece is blank: spaces stay with the word before them, and at the beginning after them.
    ("One. Two." + "\n" * 4, 9, ["One. ", "Two.\n\n\n\n"]),
    ("\n\n\nOne. Two. ", 8, ["\n\n\nOne. ", "Two. "]),
    ("   ", 2, ["   "]),
    # Blanks that would be a piece of their own are left out; no word is cut for their sake.
    ("One. Two." + " " * 40, 9, ["One. Two."]),
    ("\n" * 9 + "One. Two.", 9, ["One. Two."]),
    (" " * 8 + "Three", 9, ["Three"]),
    ("One" + " " * 20 + "two", 9, ["One", "  two"]),
    ("x" * 10 + " b", 9, ["x" * 9, "x b"]),
]


@pytest.mark.parametrize(("text", "limit", "pieces"), CUTS)
def test_cuts(text: str, limit: int, pieces: list[str]) -> None:
    """A piece ends with a sentence, or else with a word, or else with a character."""
    assert pieces == pieces_of(text, limit)


@given(
    text=st.text(st.sampled_from("ab .!?\n。「」…\u0301\u200d\U0001f1e9\U0001f1ea茶"), max_size=80),
    limit=st.integers(1, 12),
)
def test_nothing_is_lost(text: str, limit: int) -> None:
    """What is said is in the pieces, none of which is blank or longer than the limit."""
    pieces = pieces_of(text, limit)

    assert "".join(text.split()) == "".join("".join(pieces).split())
    assert not text.strip() or all(len(piece) <= limit and piece.strip() for piece in pieces)


@given(words=st.lists(st.sampled_from(["ab ", "c. ", "d.\n", " e  "])))
def test_blanks_stay(words: list[str]) -> None:
    """Where each word has room with the blanks around it, the pieces joined are the text."""
    text = "".join(words)

    assert text == "".join(pieces_of(text, 12))


@pytest.mark.parametrize(
    "part", ["...", "a.", " ", "\n", "。", "x", "\u0301", FLAG, '"', "a. ", ".)"]
)
def test_any_text_is_cut_in_no_time(part: str) -> None:
    """No text of half a million characters takes long, whatever it is made of."""
    began = time.process_time()

    pieces_of("x" + part * (500_000 // len(part)), 15_000)

    assert 5 > time.process_time() - began
