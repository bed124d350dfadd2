"""What videos are called by their keys: as files, on every file system, and at the service."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

import pytest

from pictory_async import InvalidRequestError
from pictory_async._flows.file_names import FILE, VIDEO
from tests.helpers import all_of, client, virtual_fake


if TYPE_CHECKING:
    from pathlib import Path

    from pictory_async._models.outcomes import Key


pytestmark = pytest.mark.anyio

PROJECT: Final = {"name": "P", "scenes": [{"subtitles": [{"text": "Hello, {{Name}}."}]}]}
PREVIEW: Final = "POST /v2/video/storyboard"
# What Windows takes for a device, with whatever suffix.
DEVICE: Final = re.compile(r"(con|prn|aux|nul|com\d|lpt\d) *(\..*)?", re.IGNORECASE)
ODD: Final = [
    "Übung 1", "1.2 Intro", "Cafe\u0301", "日本語", "हिन्दी", "a/b", "..", ".hidden", "a.", "a ",
    "CON", "nul.txt", "com1 .x", "COM¹", "", "a:b*c?", "100 %", "Q&A (draft), 1", "🎬", "\udc80",
    "a\nb", "x" * 300, "日本語" * 100, "🎬" * 60, "../../etc/passwd", "-rf", "\u202eexe.4pm",
]  # fmt: skip


@pytest.fixture
def anyio_backend(virtual_backend: Any) -> Any:
    """Run in virtual time."""
    return virtual_backend


def numbered(key: Key) -> str:
    """Return a name of one's own."""
    return f"No. {key}"


def blank_for(_: Key) -> str:
    """Return what is no name."""
    return " "


def files_in(folder: Path) -> list[str]:
    """Return the names of the files in a folder, as NFC has them."""
    return sorted(unicodedata.normalize("NFC", path.name) for path in folder.iterdir())


class TestFiles:
    @pytest.mark.parametrize(
        ("key", "name"),
        [
            ("lesson-1", "lesson-1"),
            ("Übung 1", "Übung 1"),
            ("1.2 Intro", "1.2 Intro"),
            ("Cafe\u0301", "Café"),
            ("日本語", "日本語"),
            ("हिन्दी", "हिन्दी"),
            ("Q&A (draft), no. 1", "Q&A (draft), no. 1"),
            ("a/b", "a%2Fb"),
            ("../a", "%2E.%2Fa"),
            ("a:b", "a%3Ab"),
            ("100 %", "100 %25"),
            (".hidden", "%2Ehidden"),
            ("a.", "a%2E"),
            (" a ", "%20a%20"),
            ("CON", "%43ON"),
            ("nul.txt", "%6Eul.txt"),
            ("Console", "Console"),
            ("🎬", "%F0%9F%8E%AC"),
            ("\udc80", "%ED%B2%80"),
            ("a\nb", "a%0Ab"),
            ("", "_"),
            ("x" * 121, f"{'x' * 109}-79072a47bf"),
            ("x" * 120, "x" * 120),
        ],
    )
    def test_name(self, key: str, name: str) -> None:
        """Letters of every language stay; what some file system refuses is percent-encoded."""
        assert name == FILE.name(key)

    @pytest.mark.parametrize("key", ODD)
    def test_on_every_file_system(self, key: str) -> None:
        """A name is neither too long, nor hidden, nor a device, nor has it a forbidden sign."""
        name = FILE.name(key)

        assert 1 <= len(name.encode()) <= 120
        assert len(unicodedata.normalize("NFD", name)) <= 240
        assert None is re.search(r'["*/:<>?\\|\x00-\x1f\x7f]|^[. ]|[. ]$|%.?$', name)
        assert None is DEVICE.fullmatch(name)
        assert name == unicodedata.normalize("NFC", name)

    @pytest.mark.parametrize("ending", [".mp4", ".thumbnail.jpg"])
    async def test_they_can_be_written(self, tmp_path: Path, ending: str) -> None:
        """The disk that this runs on takes each of them, and none for another's."""
        for key in ODD:
            (tmp_path / f"{FILE.name(key)}{ending}").write_text(key, "utf-8", "replace")

        assert len(ODD) == len(list(tmp_path.iterdir()))

    async def test_a_batch(self, tmp_path: Path) -> None:
        """Keys of every kind are made, and each has its file."""
        fake = virtual_fake()
        async with client(fake) as pictory:
            found = await all_of(pictory, dict.fromkeys(ODD, "One."), folder=tmp_path)

        assert {None} == {outcome.error for outcome in found}
        assert len(ODD) == len(fake.billed) == len(files_in(tmp_path))
        assert {"Übung 1.mp4", "1.2 Intro.mp4", "a%2Fb.mp4"} <= {*files_in(tmp_path)}

    async def test_rows(self, tmp_path: Path) -> None:
        """So are those of a template's rows."""
        rows = {key: {"Name": "Ada"} for key in ODD}
        async with client(virtual_fake()) as pictory:
            found = await pictory.template_to_videos(PROJECT, rows, folder=tmp_path)

        assert {None} == {outcome.error for outcome in found}
        assert len(ODD) == len(files_in(tmp_path))

    async def test_outputs(self, tmp_path: Path) -> None:
        """Whatever the name is, all files of one video are together in the folder."""
        async with client(virtual_fake()) as pictory:
            video = await pictory.text_to_video("Tea is a leaf.")
            paths = await pictory.download_outputs(video, tmp_path, name="1.2/Tè")

        assert "1.2%2FTè.mp4" == unicodedata.normalize("NFC", paths["mp4"].name)
        assert {tmp_path} == {path.parent for path in paths.values()}


class TestDistinct:
    @pytest.mark.parametrize(
        "keys",
        [["A", "a"], [1, "1"], ["Caf\u00e9", "Cafe\u0301"], ["Straße", "STRASSE"], ["", "_"]],
    )
    async def test_keys_of_one_file(self, keys: list[Any], tmp_path: Path) -> None:
        """Keys that some file system would take for one another all get a digest in their names."""
        async with client(virtual_fake()) as pictory:
            items = [(key, "One.") for key in [*keys, "other"]]
            await all_of(pictory, items, folder=tmp_path)
        names = files_in(tmp_path)

        assert 3 == len({name.casefold() for name in names})
        assert 2 == len([name for name in names if re.search(r"-[0-9a-f]{10}\.mp4$", name)])

    async def test_one_of_them_alone(self, tmp_path: Path) -> None:
        """What is left of such keys replaces no file of the others when it is made again."""
        async with client(virtual_fake()) as pictory:
            await all_of(pictory, {"A": "One.", "a": "Two."}, folder=tmp_path)
            await all_of(pictory, {"a": "Two."}, folder=tmp_path)

        assert 3 == len({name.casefold() for name in files_in(tmp_path)})

    async def test_from_an_iterator(self, tmp_path: Path) -> None:
        """Where nobody knows what will come, the first one has the plain name."""
        items = [("A", "One."), ("a", "Two."), ("\u00c4", "Three."), ("A\u0308", "Four.")]
        async with client(virtual_fake()) as pictory:
            found = await all_of(pictory, iter(items), folder=tmp_path)

        assert {None} == {outcome.error for outcome in found}
        assert {"A.mp4", "Ä.mp4"} <= {*files_in(tmp_path)}
        assert 4 == len({name.casefold() for name in files_in(tmp_path)})

    async def test_a_name_that_looks_like_a_digest(self, tmp_path: Path) -> None:
        """Not even a key that is another one's name with its digest shares its file."""
        async with client(virtual_fake()) as pictory:
            await all_of(pictory, {"A": "One.", "a": "Two."}, folder=tmp_path)
            (first, second) = files_in(tmp_path)
            keys = [second.removesuffix(".mp4"), first.removesuffix(".mp4"), "A", "a"]
            (tmp_path / "again").mkdir()
            await all_of(pictory, dict.fromkeys(keys, "One."), folder=tmp_path / "again")

        assert 4 == len({name.casefold() for name in files_in(tmp_path / "again")})


class TestAtTheService:
    @pytest.mark.parametrize(
        ("key", "name"),
        [
            ("Übung 1", "Übung 1"),
            ("1.2 Intro", "1-2 Intro"),
            ("(a)  b\n", "a- b"),
            ("🎬", "video"),
            ("\udc80x", "x"),
            ("日" * 151, f"{'日' * 139}-"),
        ],
    )
    def test_name(self, key: str, name: str) -> None:
        """Letters, digits, blanks, _ and - stay, and 150 characters."""
        assert VIDEO.name(key).startswith(name)
        assert len(VIDEO.name(key)) <= 150

    @pytest.mark.parametrize("version", ["v1", "v2"])
    async def test_texts(self, version: Any) -> None:
        """In a batch a text's key is the name of its video, so that two lessons have two names."""
        fake = virtual_fake()
        text = "In this lesson we learn what tea is. And more."
        items = {"Lesson 1": text, "Lesson 2": text, "lesson 2": text, 4: text}
        async with client(fake) as pictory:
            await all_of(pictory, items, version=version)
        names = [request.json["videoName"] for request in fake.requests if request.method == "POST"]

        assert {"Lesson 1", "4"} <= {*names}
        assert Counter({"lesson 2": 2}) == Counter(
            name[:8].lower() for name in names if name not in {"Lesson 1", "4"}
        )
        assert 4 == len({name.lower() for name in names})

    @pytest.mark.parametrize(
        ("name", "expected", "files"),
        [
            (None, ["a", "b"], ["a.mp4", "b.mp4"]),
            ("Lesson", ["Lesson a", "Lesson b"], ["a.mp4", "b.mp4"]),
            (numbered, ["No- a", "No- b"], ["No. a.mp4", "No. b.mp4"]),
        ],
    )
    async def test_named(
        self, name: Any, expected: list[str], files: list[str], tmp_path: Path
    ) -> None:
        """A text goes before the keys at the service; a function names the files as well."""
        fake = virtual_fake()
        async with client(fake) as pictory:
            template = await pictory.templates.create(PROJECT)
            rows = {"a": {"Name": "Ada"}, "b": {"Name": "Bob"}}
            for folder in ("texts", "rows", "table"):
                (tmp_path / folder).mkdir()
            texts, row, table = (tmp_path / each for each in ("texts", "rows", "table"))
            await all_of(pictory, {"a": "One.", "b": "Two."}, name=name, folder=texts)
            await all_of(pictory, rows, name=name, folder=row, template=template)
            await pictory.template_to_videos(template, rows, name=name, folder=table)
        names = [
            request.json["videoName"] for request in fake.requests if PREVIEW == request.operation
        ]

        assert sorted(expected * 3) == sorted(names)
        assert [files] * 3 == [files_in(folder) for folder in (texts, row, table)]

    async def test_a_storyboard_names_itself(self) -> None:
        """The name that a storyboard has stays."""
        fake = virtual_fake()
        board = {"videoName": "own", "scenes": [{"story": "One."}]}
        async with client(fake) as pictory:
            await all_of(pictory, {"a": board}, name="Lesson")

        assert "own" == fake.requests[0].json["videoName"]

    async def test_names_that_are_none(self) -> None:
        """What names no videos is refused before anything is sent."""

        async def slow(key: object) -> str:
            return str(key)

        fake, function, blank = virtual_fake(), "a function of the key that is not async", "a text"
        names: list[tuple[Any, str]] = [
            (3, function), (" ", blank), (slow, function), (blank_for, blank),
        ]  # fmt: skip
        async with client(fake) as pictory:
            for name, expected in names:
                with pytest.raises(InvalidRequestError, match=f"name.*: expected .*{expected}"):
                    await all_of(pictory, {"a": "One."}, name=name)
            (outcome,) = await all_of(pictory, iter(["One."]), name=blank_for)

            titles: dict[Key, str] = {}
            with pytest.raises(InvalidRequestError, match=r"name\('a'\): expected a name, found K"):
                await all_of(pictory, {"a": "One."}, name=titles.__getitem__)

        assert "name(0): expected a text that is not blank, found ' '" == str(outcome.error)
        assert () == fake.requests
