"""Who may import whom: stacks <- model <- pricing <- policy <- {landing, preview, migration} -> components.

``__main__`` stands over all.
"""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = {"stacks", "model", "pricing", "policy", "components", "landing", "preview", "migration"}
MAY_IMPORT = {
    "stacks": {"stacks"},
    "model": {"model", "stacks"},
    "pricing": {"pricing", "model", "stacks"},
    "policy": {"policy", "pricing", "model", "stacks"},
    "components": {"components"},
    "landing": {"landing", "policy", "pricing", "model", "components", "stacks"},
    "migration": {"migration", "policy", "pricing", "model", "components", "stacks"},
    "preview": {"preview", "policy", "pricing", "model", "components", "stacks"},
}
#: The only modules of ``policy`` that know the SDK: the meeting point, and each pack's call.
KNOW_THE_SDK = {
    "policy/engine/pulumi_pack.py",
    "policy/engine/struct_decoder.py",
    *(f"policy/{pack}/__main__.py" for pack in ("decisions", "cost", "guardrails")),
}


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.split(".")[0])
    return found


def modules(room: str) -> list[Path]:
    return sorted((ROOT / room).rglob("*.py"))


@pytest.mark.parametrize("room", sorted(ROOMS))
def test_a_room_imports_only_the_rooms_it_may(room):
    assert modules(room)
    for path in modules(room):
        strangers = (imports(path) & ROOMS) - MAY_IMPORT[room]
        assert not strangers, f"{path.relative_to(ROOT)} imports {strangers}"


@pytest.mark.parametrize("room", ["stacks", "model", "pricing", "policy"])
def test_settings_ledger_prices_and_meter_know_no_pulumi(room):
    for path in modules(room):
        known = {name for name in imports(path) if name.startswith("pulumi")}
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


def test_no_module_is_named_after_nothing():
    names = {path.stem for room in ROOMS for path in modules(room)}

    assert not names & {"utils", "helpers", "base", "common", "misc"}
