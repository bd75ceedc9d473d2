"""The wheel of the components: exactly what another program needs, of the same bytes each time, and alone."""

import ast
import json
import os
import subprocess
import sys
import tomllib
import zipfile
from email import message_from_bytes
from pathlib import Path

import pytest

from tests.conftest import build_wheel

ROOT = Path(__file__).parent.parent
COMPONENTS = ROOT / "components"
PYPROJECT = tomllib.loads((COMPONENTS / "pyproject.toml").read_text())
MODULES = sorted(path.relative_to(COMPONENTS) for path in COMPONENTS.rglob("*.py"))
#: Starts in a pod, of an image that has what it imports; components.stores.rotation sends it there as text.
IN_PODS = (Path("stores/rotator"), Path("stores/snapshotter"))
#: What it is given besides, by its name in the wheel.
INFO = ("METADATA", "RECORD", "WHEEL", "licenses/LICENSE", "top_level.txt")

ALONE = """
import dataclasses, inspect, json, sys, typing
sys.path.insert(0, sys.argv[1])
import alphacar_components as package
early = sorted(sys.modules)
from importlib import import_module
for module in json.loads(sys.argv[2]):
    import_module(module)
ours = {name: module.__file__ for name, module in sys.modules.items() if name.startswith("alphacar_components")}

def ours_in(hint):
    if isinstance(hint, type) and hint.__module__ in ours:
        yield hint.__name__
    for inside in typing.get_args(hint):
        yield from ours_in(inside)

public = {name: getattr(package, name) for name in package.__all__}
named = {each for kind in public.values() for hint in inspect.get_annotations(kind, eval_str=True).values() for each in ours_in(hint)}
json.dump({
    "version": package.__version__, "early": early, "path": sys.path, "files": ours, "named": sorted(named),
    "public": {name: [kind.__module__, kind.__name__, bool(kind.__doc__)] for name, kind in public.items()},
    "strangers": [name for name in ("components", "policy", "preview", "landing") if name in sys.modules],
    "listed": sorted(set(package.__all__) - set(dir(package))),
}, sys.stdout)
"""


def dotted(module: Path) -> str:
    return ".".join(("alphacar_components", *module.with_suffix("").parts)).removesuffix(".__init__")


@pytest.fixture(scope="module")
def alone(wheel):
    """What a fresh interpreter says that knows the wheel, its dependencies and no checkout."""
    command = [sys.executable, "-I", "-c", ALONE, str(wheel.folder), json.dumps([dotted(each) for each in MODULES])]
    run = subprocess.run(
        command, cwd="/", env={"PATH": os.environ["PATH"]}, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def metadata(wheel):
    with zipfile.ZipFile(wheel.file) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        return message_from_bytes(archive.read(name))


def test_it_holds_the_components_their_values_and_nothing_else(wheel):
    values = {path.relative_to(COMPONENTS) for path in COMPONENTS.glob("values/*.yaml")}
    inside = {f"alphacar_components/{path}" for path in (*MODULES, *values, Path("py.typed"))}

    with zipfile.ZipFile(wheel.file) as archive:
        assert set(archive.namelist()) == inside | {
            f"{wheel.file.name.removesuffix('-py3-none-any.whl')}.dist-info/{name}" for name in INFO
        }


def test_it_is_of_the_same_bytes_each_time_and_leaves_nothing_behind(wheel, tmp_path):
    before = {path for path in COMPONENTS.rglob("*") if "__pycache__" not in path.parts}

    assert build_wheel(tmp_path).read_bytes() == wheel.file.read_bytes()
    assert {path for path in COMPONENTS.rglob("*") if "__pycache__" not in path.parts} == before


def test_every_module_is_imported_from_it_without_a_checkout(wheel, alone):
    assert set(alone["files"]) == {dotted(each) for each in MODULES}
    assert all(Path(file).is_relative_to(wheel.folder) for file in alone["files"].values())
    assert not [path for path in alone["path"] if path and Path(path) == ROOT]
    assert alone["strangers"] == []
    assert (wheel.folder / "alphacar_components" / "py.typed").is_file()


def test_its_version_is_written_in_one_place(wheel, alone):
    assert metadata(wheel)["Version"] == alone["version"] == wheel.file.name.split("-")[1]
    assert "version" in PYPROJECT["project"]["dynamic"]


def test_to_import_it_costs_no_sdk(alone):
    assert not [name for name in alone["early"] if name.partition(".")[0] in ("pulumi", "pulumi_aws", "yaml")]


def test_every_component_and_what_its_arguments_hold_is_public(alone):
    trees = {dotted(each): ast.parse((COMPONENTS / each).read_text()) for each in MODULES}
    components = {
        node.name
        for tree in trees.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and "pulumi.ComponentResource" in map(ast.unparse, node.bases)
    }

    assert components <= set(alone["public"])
    assert set(alone["named"]) <= set(alone["public"])
    assert alone["listed"] == []
    assert [name for name, (_, called, told) in alone["public"].items() if called != name or not told] == []


def test_types_and_table_list_the_same(alone):
    tree = ast.parse((COMPONENTS / "__init__.py").read_text())
    (block,) = (node for node in tree.body if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING")
    typed = {alias.name: f"alphacar_components.{node.module}" for node in block.body for alias in node.names}

    assert typed == {name: module for name, (module, _, _) in alone["public"].items()}


def test_what_is_not_there_is_refused_by_name():
    import components

    with pytest.raises(AttributeError, match="module 'components' has no attribute 'Cashe'"):
        _ = components.Cashe


def test_dependencies_begin_at_what_the_landing_zone_runs_with():
    pins = dict(
        line.split("==") for line in tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    )
    locked = [line.partition(" ")[0].lower() for line in (ROOT / "requirements.lock").read_text().splitlines()]

    for line in PYPROJECT["project"]["dependencies"]:
        name, _, bounds = line.partition(">=")
        least, _, below = bounds.partition(",<")
        assert pins[name] == least, line
        assert f"{name.lower()}=={least}" in locked
        assert int(below) == int(least.partition(".")[0]) + 1, line


def test_it_asks_for_every_package_that_it_imports():
    imported = {
        name.partition(".")[0]
        for each in MODULES
        if each.parent not in IN_PODS
        for node in ast.walk(ast.parse((COMPONENTS / each).read_text()))
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module]
            if isinstance(node, ast.ImportFrom) and not node.level
            else []
        )
    } - set(sys.stdlib_module_names)
    asked = {line.partition(">=")[0].lower().replace("-", "_") for line in PYPROJECT["project"]["dependencies"]}

    assert {name.replace("yaml", "pyyaml") for name in imported} == asked
