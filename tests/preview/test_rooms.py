"""No import of preview/ runs back up between its rooms, imports inside functions counted."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
#: From the bottom up: a module imports rooms below its own, and within its own room.
FLOORS = (
    {"simulate", "money"},
    {"packs", "tree"},
    {"result"},
    {"view"},
    {"run", "program", "breakdown", "charts"},
    {"report"},
    {"questions"},
    {"docs"},
    {"__main__", "baseline"},
)
MODULES = [path.relative_to(ROOT) for path in sorted((ROOT / "preview").rglob("*.py")) if path.parent.name != "preview"]
MODULES += [
    Path("preview", path.name) for path in sorted((ROOT / "preview").glob("*.py")) if path.name != "__init__.py"
]


def floor(room):
    return next(place for place, rooms in enumerate(FLOORS) if room in rooms)


def room_of(path):
    return path.parts[1].removesuffix(".py")


def rooms_imported(path):
    """The rooms of preview/ that a module names, wherever in it."""
    for node in ast.walk(ast.parse((ROOT / path).read_text())):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        yield from (name.split(".")[1] for name in names if name.startswith("preview."))


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_a_module_imports_its_own_room_and_those_below(path):
    own = room_of(path)

    assert [room for room in rooms_imported(path) if room != own and floor(room) >= floor(own)] == []
