"""Who may import whom: between rooms, and inside the ones that are rooms of rooms. Imports inside functions count."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
#: stacks <- model <- pricing <- policy <- {landing, preview, migration}; components know none of them; deploy, __main__ over all.
#: The provider offers components to other languages; of stacks it takes how a command line is read.
#: What is brought back is read and signed as what was moved is.
#: A migration asks the preview for the bill of both sides as ``pricing.usage`` does, and by its means.
MAY_IMPORT = {
    "stacks": set(),
    "model": {"stacks"},
    "pricing": {"model", "stacks"},
    "policy": {"pricing", "model", "stacks"},
    "components": set(),
    "provider": {"components", "stacks"},
    "landing": {"policy", "components", "stacks"},
    "migration": {"policy", "pricing", "model", "components", "stacks"},
    "recovery": {"migration", "policy", "model", "stacks"},
    "preview": {"policy", "pricing", "model", "stacks"},
    # What holds data is the guardrails' table.
    "deploy": {"policy", "model", "stacks"},
    # What it grants follows from what is declared, which the preview records.
    "bootstrap": {"preview", "model", "components", "stacks"},
}
#: Inside a room: each floor may import from those before it, and a module from its neighbours in one folder.
FLOORS = {
    "policy": (
        {"capacity", "isolation", "ledger"},
        {"guide", "engine", "admission"},
        {"recovery"},
        {"economics", "decisions", "cost", "guardrails", "gates"},
        {"packs"},
        {"__main__"},
    ),
    "preview": (
        {"korean"},
        {"catalogue"},
        {"simulate", "money"},
        {"packs", "tree"},
        {"result"},
        {"view"},
        {"run", "program", "breakdown", "charts"},
        {"report"},
        {"questions"},
        {"docs", "note"},
        {"night"},
        {"__main__", "baseline", "sbom"},
    ),
    "components": (
        {"charts", "hinted", "table", "trust"},
        {"arguments"},
        {"names"},
        {"bucket", "identity", "jobs", "release"},
        {"account", "network"},
        {"cluster", "stores"},
        {"delivery", "observability"},
    ),
}
#: What else one floor's rooms may take from each other: an arrow that goes one way only.
SAME_FLOOR = {
    ("policy", "decisions", "admission"),
    ("policy", "economics", "guide"),
}
#: The one chart table is plain data, and may be read from wherever a chart is judged.
CHART_TABLE = "components.charts"
#: Modules of a folder, its package file aside, before it is a room of rooms.
MOST_MODULES = 16
#: The only modules of ``policy`` that know the SDK: the meeting point, and each pack's call.
KNOW_THE_SDK = {
    "policy/engine/diagnostic.py",
    "policy/engine/pulumi_pack.py",
    *(f"policy/{pack}/__main__.py" for pack in ("decisions", "cost", "guardrails")),
}


def modules(room: str) -> list[Path]:
    return sorted((ROOT / room).rglob("*.py"))


@cache
def names() -> dict[str, Path]:
    """Every module of ours by its dotted name."""
    paths = [path for room in MAY_IMPORT for path in modules(room)]
    return {".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path for path in paths}


@cache
def imports(path: Path) -> frozenset[str]:
    """What ``path`` imports when it runs, wherever it does, as dotted names; of ours each as the module it leads to."""
    found, tree = set(), ast.parse(path.read_text())
    typing = [node for node in ast.walk(tree) if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"]
    only_types = {id(node) for each in typing for node in ast.walk(each)}
    for node in (node for node in ast.walk(tree) if id(node) not in only_types):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            source = ".".join((*path.relative_to(ROOT).parts[: -node.level], *filter(None, [node.module])))
            inside = {f"{source}.{alias.name}" for alias in node.names}
            found |= {name for name in inside if name in names()} or {source}
            found |= {source} if any(name not in names() for name in inside) else set()
    return frozenset(found)


def room_of(name: str) -> str:
    return name.partition(".")[0]


@pytest.mark.parametrize("room", sorted(MAY_IMPORT))
def test_a_room_imports_only_the_rooms_it_may(room):
    assert modules(room)
    for path in modules(room):
        strangers = {
            name
            for name in imports(path)
            if room_of(name) in MAY_IMPORT and room_of(name) not in {room, *MAY_IMPORT[room]} and name != CHART_TABLE
        }
        assert not strangers, f"{path.relative_to(ROOT)} imports {strangers}"


@pytest.mark.parametrize("room", sorted(FLOORS))
def test_inside_a_room_no_import_runs_back_up(room):
    floor = {name: number for number, floor in enumerate(FLOORS[room]) for name in floor}
    for path in modules(room):
        # A folder's own program stands above everything.
        parts = path.relative_to(ROOT / room).with_suffix("").parts
        here = "__main__" if parts[-1] == "__main__" else parts[0]
        if here == "__init__":
            continue
        assert here in floor, f"{room}/{here} stands on no floor"
        for name in imports(path):
            there = name.split(".")[1] if room_of(name) == room and "." in name else here
            allowed = floor[there] < floor[here] or there == here or (room, here, there) in SAME_FLOOR
            assert allowed, f"{path.relative_to(ROOT)} imports {name}: {there} does not stand below {here}"


def test_the_page_draws_the_floors_of_preview():
    drawn = re.search(r"^ +preview: +(.*)$", (ROOT / "docs" / "architecture.md").read_text(), re.MULTILINE)[1]

    assert tuple(set(floor.split(", ")) for floor in drawn.split(" <- ")) == FLOORS["preview"]


def test_no_modules_import_each_other_in_a_circle():
    graph = {name: {other for other in imports(path) if other in names()} for name, path in names().items()}
    done, way = set(), []

    def visit(name: str) -> None:
        assert name not in way, " -> ".join([*way[way.index(name) :], name])
        if name in done:
            return
        way.append(name)
        for other in sorted(graph[name] - {name}):
            visit(other)
        done.add(way.pop())

    for name in graph:
        visit(name)


def test_no_folder_holds_more_modules_than_a_reader_keeps_in_mind():
    folders = {path.parent for room in MAY_IMPORT for path in modules(room)}
    for folder in folders:
        flat = [path.name for path in folder.glob("*.py") if path.name != "__init__.py"]
        assert len(flat) <= MOST_MODULES, f"{folder.relative_to(ROOT)} holds {len(flat)} modules"


def test_tests_stand_beside_what_they_try():
    for room in (room for room in MAY_IMPORT if (ROOT / "tests" / room).is_dir()):
        for folder in (
            path for path in (ROOT / "tests" / room).rglob("*") if path.is_dir() and any(path.glob("test_*.py"))
        ):
            inside = folder.relative_to(ROOT / "tests")
            assert (ROOT / inside).is_dir(), f"tests/{inside} mirrors no folder"


def test_the_chart_table_is_plain_data():
    (path,) = [path for name, path in names().items() if name == CHART_TABLE]

    assert not {name for name in imports(path) if name.startswith("pulumi") or room_of(name) in MAY_IMPORT}


@pytest.mark.parametrize("room", ["stacks", "model", "pricing", "policy"])
def test_settings_prices_and_rules_know_no_pulumi(room):
    for path in modules(room):
        known = {room_of(name) for name in imports(path) if name.startswith("pulumi")}
        allowed = {"pulumi", "pulumi_policy"} if str(path.relative_to(ROOT)) in KNOW_THE_SDK else set()
        assert known <= allowed, f"{path.relative_to(ROOT)} imports {known}"


def test_a_pack_s_main_is_one_call():
    for pack in ("decisions", "cost", "guardrails"):
        body = ast.parse((ROOT / "policy" / pack / "__main__.py").read_text()).body
        calls = [node for node in body if not isinstance(node, ast.Import | ast.ImportFrom)]

        assert [ast.unparse(node.value.func) for node in calls[1:]] == ["sys.path.insert", "PolicyPack"]


def test_the_program_asks_for_decisions_and_settings_never_for_the_environment():
    for path in (ROOT / "__main__.py", *modules("landing")):
        tree = ast.parse(path.read_text())
        asked = [ast.unparse(node.test) for node in ast.walk(tree) if isinstance(node, ast.If | ast.IfExp)]

        assert not [test for test in asked if "environment" in test or "stack" in test.split(".")[0:1]], path


def test_the_program_is_a_table_of_contents():
    body = ast.parse((ROOT / "__main__.py").read_text())

    assert len((ROOT / "__main__.py").read_text().splitlines()) < 100
    assert not [node for node in ast.walk(body) if isinstance(node, ast.If | ast.For | ast.FunctionDef)]


def test_components_name_nobody_but_in_their_types():
    words = re.compile(r"(?i)alphacar(?!:[a-z]+:[A-Z])")
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in sorted((ROOT / "components").rglob("*"))
        if path.suffix in (".py", ".yaml")
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if words.search(line)
    ]

    assert found == []
    assert all(
        ast.unparse(call.args[0]).startswith("'alphacar:")
        for path in modules("components")
        for call in ast.walk(ast.parse(path.read_text()))
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "super().__init__"
    )


def test_no_module_is_named_after_nothing():
    stems = {path.stem for room in MAY_IMPORT for path in modules(room)}

    assert not stems & {"utils", "helpers", "base", "common", "misc"}
