"""The package as a whole: its layers, its doors, and what it can do without."""

from __future__ import annotations

import ast
import graphlib
import importlib
import re
import subprocess
import sys
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

DESIGN: Final = (Path(__file__).parents[1] / "docs" / "design.md").read_text("utf-8")

# From the bottom up; imports only point down, or sideways.
LAYERS: Final = [
    ["_version", "_errors"],
    ["_shapes"],
    ["_models"],
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


def module_of(path: Path) -> str:
    """Return the dotted name of a file's module."""
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def modules_imported(path: Path, known: set[str]) -> set[str]:
    """Return the modules of the package that a file imports."""
    names = imports_of(path)
    return {name for name in names if name in known} | {
        owner for name in names if (owner := name.rpartition(".")[0]) in known and name not in known
    }


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


def test_no_circles() -> None:
    """No module imports itself by way of others, not even for the type checker's sake."""
    names = {module_of(path): path for path in modules()}
    graph = {name: modules_imported(path, set(names)) - {name} for name, path in names.items()}

    assert list(graphlib.TopologicalSorter(graph).static_order())


def test_no_long_modules() -> None:
    """No module is longer than a reader wants; the client is signatures and docstrings."""
    lines = {module_of(path): len(path.read_text("utf-8").splitlines()) for path in modules()}

    assert ["pictory_async._client"] == [name for name, count in lines.items() if count > 450]


def test_the_client_holds_no_logic() -> None:
    """The client checks, hands on and returns: without a branch, a loop or a comprehension."""
    tree = ast.parse((PACKAGE / "_client.py").read_text("utf-8"))
    logic = ast.For | ast.While | ast.If | ast.Try | ast.comprehension | ast.Lambda
    found = [node for node in ast.walk(tree) if isinstance(node, logic)]

    assert ["if TYPE_CHECKING:"] == [ast.unparse(node).splitlines()[0] for node in found]


def test_the_drawing() -> None:
    """The graph of the parts in docs/design.md is the one that the imports make."""
    drawn = set(re.findall(r"^    (\w+) --> (\w+)$", DESIGN, re.MULTILINE))
    edges = {
        (part_of(path), part)
        for path in modules()
        for part in parts_imported(path)
        if part != part_of(path) and {part, part_of(path)} <= set(LEVEL) - {"_version"}
    }

    assert set(_without_shortcuts(edges)) == drawn


def _without_shortcuts(edges: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """Return the edges of a graph that no longer way replaces."""
    reached: dict[str, set[str]] = {}
    for upper, lower in sorted(edges, key=lambda edge: LEVEL[edge[0]]):
        reached.setdefault(upper, set()).update({lower} | reached.get(lower, set()))
    return {
        (upper, lower)
        for upper, lower in edges
        if not any(lower in reached.get(other, ()) for up, other in edges if up == upper)
    }


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
    """The core needs httpx with its httpcore, anyio, attrs and cattrs, and nothing else."""
    core = {
        re.split(r"[<>=;\[ ]", line)[0]
        for line in requires("pictory-async") or []
        if "extra" not in line
    }

    assert {"httpx", "httpcore", "anyio", "attrs", "cattrs"} == core


def test_version() -> None:
    """The package and its metadata agree on the version, and it is typed."""
    assert pictory_async.__version__ == version("pictory-async")
    assert "Typing :: Typed" in metadata("pictory-async").get_all("Classifier", [])
    assert (PACKAGE / "py.typed").is_file()


def test_importing_is_cheap() -> None:
    """What sends and what converts is imported with the first client, not with the package."""
    code = "import sys, pictory_async; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603
    heavy = {"asyncio", "cattrs", "httpcore", "httpx", "pydantic", "ssl"}
    heavy.add("pictory_async._transport")

    assert set() == heavy & set(done.stdout.split())
