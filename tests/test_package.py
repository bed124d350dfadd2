"""The package as a whole: its layers, its doors, and what it can do without."""

from __future__ import annotations

import ast
import importlib
import re
import types
from importlib.metadata import metadata, requires, version
from pathlib import Path
from typing import Final

import pytest

import pictory_async
from pictory_async import _errors


PACKAGE = Path(pictory_async.__file__).parent
DOORS = [
    "pictory_async",
    "pictory_async.events",
    "pictory_async.models",
    "pictory_async.schedules",
    "pictory_async.v1",
    "pictory_async.testing",
]

# From the bottom up; imports only point down, or sideways.
LAYERS: Final = [
    ["_version", "_errors", "_models"],
    ["_arguments", "_callbacks", "_tasks"],
    ["_wire"],
    ["_credentials", "_retry", "_pace", "_settings"],
    ["_transport"],
    ["_endpoints"],
    ["_waiting"],
    ["_flows"],
    ["_core"],
    ["_groups"],
    ["_client"],
    ["events", "models", "schedules", "v1", "__init__"],
    ["_cli"],
    ["__main__"],
]
LEVEL: Final = {name: level for level, names in enumerate(LAYERS) for name in names}
# Who may import httpx, so that moving to another one would be a change of a few lines.
USERS_OF_HTTPX: Final = {"_transport", "_core", "_client", "testing"}
OWNERS_OF_EXTRAS: Final = {"click": "_cli", "rich": "_cli"}


def modules() -> list[Path]:
    """Return the package's files."""
    return sorted(PACKAGE.rglob("*.py"))


def part_of(path: Path) -> str:
    """Return the part of the package that a file belongs to."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports_of(path: Path) -> set[str]:
    """Return the full names of what a file imports, wherever in the file."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative imports hide where they lead"
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def parts_imported(path: Path) -> set[str]:
    """Return the parts of the package that a file imports."""
    found: set[str] = set()
    for name in imports_of(path):
        first, _, rest = name.partition(".")
        if first == "pictory_async":
            part = rest.partition(".")[0]
            found.add(part if part in {*LEVEL, "testing"} else "__init__")
    return found


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
class TestModules:
    def test_imports_point_down(self, path: Path) -> None:
        """A module imports its own layer and those below; FakePictory imports only itself."""
        part, imported = part_of(path), parts_imported(path)
        if part == "testing":
            assert {"testing"} >= imported
        else:
            allowed = {name for name, level in LEVEL.items() if level <= LEVEL[part]}
            assert allowed | ({"testing"} if part == "_cli" else set()) >= imported

    def test_httpx(self, path: Path) -> None:
        """Only the transport, the client and FakePictory know httpx."""
        if part_of(path) not in USERS_OF_HTTPX:
            assert not {name for name in imports_of(path) if name.partition(".")[0] == "httpx"}

    def test_extras(self, path: Path) -> None:
        """Only the command imports what the command needs."""
        for name in imports_of(path):
            owner = OWNERS_OF_EXTRAS.get(name.partition(".")[0])
            assert owner in {None, part_of(path)}

    def test_docstring(self, path: Path) -> None:
        """Every module says what it is for."""
        assert ast.get_docstring(ast.parse(path.read_text("utf-8")))


@pytest.mark.parametrize("door", DOORS)
def test_all_is_exact(door: str) -> None:
    """A public module's `__all__` is sorted and names all that it shows."""
    module = importlib.import_module(door)
    shown = {
        name
        for name, value in vars(module).items()
        if not name.startswith("_") and not isinstance(value, types.ModuleType)
    }

    assert sorted(set(module.__all__)) == list(module.__all__)
    assert shown | {"__version__"} & set(module.__all__) == set(module.__all__)


def test_every_error_has_a_door() -> None:
    """Every error can be imported from the package, and stands in the drawn tree."""
    errors = {
        name
        for name, value in vars(_errors).items()
        if isinstance(value, type) and issubclass(value, Exception)
    }

    assert set(pictory_async.__all__) >= errors
    assert set(
        re.findall(r"[├└]── (\w+)|^(PictoryError)$", _errors.__doc__ or "", re.MULTILINE)
    ) == {(name, "") if name != "PictoryError" else ("", name) for name in errors}


def test_core_dependencies() -> None:
    """The core needs httpx, anyio, attrs and cattrs, and nothing else."""
    core = {
        re.split(r"[<>=;\[ ]", line)[0]
        for line in requires("pictory-async") or []
        if "extra" not in line
    }

    assert {"httpx", "anyio", "attrs", "cattrs"} == core


def test_version() -> None:
    """The package and its metadata agree on the version, and it is typed."""
    assert pictory_async.__version__ == version("pictory-async")
    assert "Typing :: Typed" in metadata("pictory-async").get_all("Classifier", [])
    assert (PACKAGE / "py.typed").is_file()
