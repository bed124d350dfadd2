"""What a package index shows of the project, and what the project says of itself elsewhere."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from importlib.metadata import distribution, metadata
from pathlib import Path
from typing import Any, Final

import pytest

import pictory_async


ROOT: Final = Path(__file__).parents[1]
PROJECT: Final[dict[str, Any]] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
METADATA: Final = metadata("pictory-async")
SOURCE: Final[str] = PROJECT["project"]["urls"]["Source"]

# Markdown's two ways to link, and HTML's.
LINK: Final = re.compile(
    r"""\]\(([^)\s]+) | ^\[[^\]]+\]:\s*(\S+) | (?:href|src)=["']([^"']+)""",
    re.MULTILINE | re.VERBOSE,
)
FENCED: Final = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
OURS: Final = re.compile(rf"{re.escape(SOURCE)}/blob/(?P<ref>[^/]+)/(?P<path>.+)")


def links(text: str) -> list[str]:
    """Return where the links of a text lead, those in its code aside."""
    return [max(found) for found in LINK.findall(FENCED.sub("", text))]


def description() -> str:
    """Return the description of the package that is installed."""
    return METADATA["Description"]


def test_no_relative_link() -> None:
    """A package index has no files of ours, so every link of the description is a whole URL."""
    assert [] == [link for link in links(description()) if not re.match("https?://|#", link)]


def test_links_of_the_description() -> None:
    """Each link of the description to a file of ours leads to one, as this version has it."""
    ours = [link for link in links(description()) if link.startswith(SOURCE)]
    found = [match for link in ours if (match := OURS.fullmatch(link.partition("#")[0]))]

    assert len(ours) == len(found) > 0
    assert {f"v{pictory_async.__version__}"} == {match["ref"] for match in found}
    assert [] == [match["path"] for match in found if not (ROOT / match["path"]).exists()]


def test_code_of_the_description() -> None:
    """Nothing in the README's code looks like a link, which would be made a whole URL too."""
    rules = PROJECT["tool"]["hatch"]["metadata"]["hooks"]["fancy-pypi-readme"]["substitutions"]
    code = FENCED.findall((ROOT / "README.md").read_text("utf-8"))

    assert [] == [rule for rule in rules for text in code if re.search(rule["pattern"], text)]


def test_urls() -> None:
    """The links beside the description are all of one repository, and lead to files that exist."""
    urls = dict(line.split(", ") for line in METADATA.get_all("Project-URL", []))

    assert PROJECT["project"]["urls"] == urls
    assert {"Source", "Documentation", "Changelog", "Issues"} == set(urls)
    assert [] == [url for url in urls.values() if not url.startswith(SOURCE)]
    for name in ("Documentation", "Changelog"):
        found = OURS.fullmatch(urls[name])
        assert found is not None, name
        assert (ROOT / found["path"]).is_file()


def test_one_address() -> None:
    """Wherever the repository's address stands, it is the one of `[project.urls]`."""
    address = re.compile(r"https://github\.com/[\w.-]+/[\w-]+")
    pages = [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob(".github/**/*.*")]
    texts = [path.read_text("utf-8") for path in (ROOT / "pyproject.toml", *pages)]

    assert {SOURCE} == {found for text in texts for found in address.findall(text)}


def canonical(name: str) -> str:
    """Return a project's name as an index compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def asked_for() -> set[str]:
    """Return the names of all that `pyproject.toml` asks for, in any extra or group."""
    project = PROJECT["project"]
    lists = [project["dependencies"], *project["optional-dependencies"].values()]
    lists += PROJECT["dependency-groups"].values()
    entries = [entry for entries in lists for entry in entries if isinstance(entry, str)]
    names = {canonical(re.split(r"[^\w.-]", entry)[0]) for entry in entries}
    return names - {project["name"]}


def test_lock() -> None:
    """The lock pins all that the project asks for, and nothing else; `nox -s lock` makes it."""
    text = (ROOT / "requirements-dev.txt").read_text("utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    # No option, no address, no hash: what one pip may read, every pip may.
    pins = [re.fullmatch(r"(\S+)==[\w.]+( ; [^#:]+)? +# via .+", line) for line in lines]

    assert [] == [line for line, pin in zip(lines, pins, strict=True) if pin is None]
    assert set() == asked_for() - {canonical(pin[1]) for pin in pins if pin is not None}


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="is no clone, but a source distribution")
def test_sdist() -> None:
    """The source distribution holds all of the repository, for the tests read most of it."""
    command = ["git", "ls-files"]
    listed = subprocess.run(command, cwd=ROOT, text=True, capture_output=True, check=True).stdout  # noqa: S603
    included = PROJECT["tool"]["hatch"]["build"]["targets"]["sdist"]["include"]
    # What hatchling adds by itself.
    always = {".gitignore", "LICENSE", "pyproject.toml"}

    found = {name.partition("/")[0] for name in listed.splitlines()}
    assert found == always | {name.removeprefix("/") for name in included}


@pytest.mark.skipif(not sys.flags.safe_path, reason="the checkout is first on the path")
def test_what_is_tested() -> None:
    """It is the installed wheel that is tested, and the checkout only where that is installed."""
    origin = json.loads(distribution("pictory-async").read_text("direct_url.json") or "{}")
    editable = origin.get("dir_info", {}).get("editable", False)

    assert editable == (Path(pictory_async.__file__).parent == ROOT / "pictory_async")
