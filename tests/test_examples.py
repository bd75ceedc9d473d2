"""The example programs, run against the installed wheel: short, free of this checkout, priced, and judged by the packs."""

import ast
import json
import os
import pickle
import re
import shutil
import subprocess
import sys
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from preview.packs.runner import Packs
from pricing import meter
from pricing.book import Book
from stacks.load import stack_file
from stacks.offered import REGION
from stacks.sections.measures import Spread
from tests.conftest import TODAY
from tests.recordings import once

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "examples"
#: What each makes (of AWS's types alone, then of all), and what that costs a month in whole USD before anybody uses it.
TABLE = {
    "backup": (55, 82, 404),
    "cache": (8, 11, 459),
    "documents": (10, 13, 694),
    "network_and_cluster": (63, 76, 554),
    "registry_and_secrets": (30, 53, 233),
    "search": (20, 25, 491),
    "two_caches_and_documents": (57, 66, 378),
}
MOST_LINES = {**dict.fromkeys(TABLE, 60), "two_caches_and_documents": 20}
#: What examples are told of what stands outside them, as `pulumi config set` would.
GIVEN = {
    "vpcId": "vpc-0a1b2c3d",
    "subnetIds": json.dumps(["subnet-a", "subnet-b", "subnet-c"]),
    "clientSecurityGroupId": "sg-0a1b2c3d",
    "keyArn": f"arn:aws:kms:{REGION}:123456789012:key/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0",
    "applicationRole": "shop-orders",
}
#: What a pack says of every program that comes without the landing zone's settings, and never blocks.
EXPECTED = {
    ("decisions", "decided-targets-exist"): "without the stack's settings nobody knows which phases are active",
    ("cost", "stack-within-budget"): "no budget is known, and how much is used is not set",
    ("guardrails", "secrets-rotate"): "a payment service's token changes where the service issues it",
    ("guardrails", "cluster-api-is-private"): "our own clusters answer on the internet, to listed networks",
}
RECORD = """
import pickle, sys
from pathlib import Path
from preview.simulate.recorder import record
import alphacar_components
made = {}
for folder, config in pickle.load(sys.stdin.buffer):
    made[folder] = record(Path(folder), project=Path(folder).name, stack="prod", config=config)
homes = {module.__file__ for name, module in sys.modules.items() if name.startswith("alphacar_components")}
pickle.dump((made, sorted(homes), "components" in sys.modules), sys.stdout.buffer)
"""


@pytest.fixture(scope="module")
def recorded(wheel):
    """Every example, recorded by a process that takes the components from the wheel."""

    def run():
        programs = [
            (str(EXAMPLES / name), {"aws:region": REGION, **{f"{name}:{key}": value for key, value in GIVEN.items()}})
            for name in TABLE
        ]
        done = subprocess.run(
            [sys.executable, "-P", "-c", RECORD],
            input=pickle.dumps(programs),
            env={"PATH": os.environ["PATH"], "PYTHONPATH": f"{wheel.folder}{os.pathsep}{ROOT}"},
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr.decode()
        return pickle.loads(done.stdout)  # noqa: S301 - this run's own

    return once("the examples", run)


def resources(recorded, name):
    return [registration.resource() for registration in recorded[0][str(EXAMPLES / name)].registrations]


def test_the_table_lists_every_python_example():
    assert sorted(path.parent.name for path in EXAMPLES.glob("*/__main__.py")) == sorted(TABLE)


@pytest.mark.parametrize("name", TABLE)
def test_it_is_short_and_imports_nothing_of_this_checkout(name):
    source = (EXAMPLES / name / "__main__.py").read_text()
    imported = {
        each.partition(".")[0]
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for each in ([node.module] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names])
    }

    assert len(source.splitlines()) <= MOST_LINES[name]
    assert imported - set(sys.stdlib_module_names) <= {"alphacar_components", "pulumi", "pulumi_aws"}
    assert sorted(path.name for path in (EXAMPLES / name).iterdir() if path.name != "__pycache__") == [
        "Pulumi.yaml",
        "__main__.py",
    ]
    assert yaml.safe_load((EXAMPLES / name / "Pulumi.yaml").read_text())["runtime"] == "python"


def test_the_components_come_from_the_wheel(wheel, recorded):
    _, homes, checkout = recorded

    assert homes
    assert all(Path(home).is_relative_to(wheel.folder) for home in homes)
    assert not checkout


@pytest.mark.parametrize("name", TABLE)
def test_it_makes_and_costs_what_it_should(recorded, name):
    made = resources(recorded, name)
    bill = meter.compute_bill(made, None, Book.load(), today=TODAY)
    aws = sum(each.type.startswith("aws:") for each in made)

    assert (aws, len(made), round(sum(line.usd_per_month for line in bill.lines))) == TABLE[name]


@pytest.mark.parametrize("name", TABLE)
def test_nothing_is_left_unpriced_once_its_usage_is_known(recorded, name):
    # Without a node nobody works out what crosses zones: a program of stores alone is told it.
    usage = stack_file("prod").settings.usage.model_copy(update={"cross_zone_gb": Spread.of(Decimal(100))})
    bill = meter.compute_bill(resources(recorded, name), usage, Book.load(), today=TODAY)

    assert [(gap.urn.rpartition("::")[2], gap.kind, gap.reason) for gap in bill.unpriced] == []


@pytest.fixture(scope="module")
def findings(recorded):
    """What the packs find in each example; they know no settings, and judge it as production."""
    folders = [ROOT / "policy" / pack for pack in ("decisions", "cost", "guardrails")]
    config = {"aws:region": REGION}
    with Packs(folders, project="examples", stack="prod", config=config, today=TODAY) as packs:
        return {name: packs.judge(recorded[0][str(EXAMPLES / name)]) for name in TABLE}


@pytest.mark.parametrize("name", TABLE)
def test_no_pack_blocks_it_and_what_is_said_is_expected(findings, name):
    said = Counter((each.pack.removeprefix("alphacar-"), each.policy, each.kind) for each in findings[name])

    # Who may speak with whom is the whole program's to say, and these are parts of one.
    beside = {"namespaces-are-shut"}
    assert [str(each) for each in findings[name] if each.level == "mandatory" and each.policy not in beside] == []
    assert {(pack, policy) for pack, policy, _ in said if policy not in beside} <= set(EXPECTED)
    assert said["decisions", "decided-targets-exist", "undetermined"] == 1


def test_the_page_says_what_they_are(recorded):
    page = (ROOT / "docs" / "components.md").read_text()
    rows = re.findall(r"\| `examples/(\w+)/` \| (\d+) \| (\d+) \| (\d+) \|", page)
    lines = {name: len((EXAMPLES / name / "__main__.py").read_text().splitlines()) for name in TABLE}

    assert {name: tuple(map(int, told)) for name, *told in rows} == {
        name: (lines[name], aws, usd) for name, (aws, _, usd) in TABLE.items()
    }


def test_the_yaml_example_gives_what_the_schema_asks_for():
    document = yaml.safe_load((EXAMPLES / "yaml" / "Pulumi.yaml").read_text())
    schema = json.loads((ROOT / "provider" / "schema.json").read_text())["resources"]

    assert (EXAMPLES / "yaml" / document["packages"]["alphacar"]).resolve() == ROOT / "provider"
    for each in document["resources"].values():
        known = schema[each["type"].replace(":", ":index:")]
        assert set(known["requiredInputs"]) <= set(each["properties"]) <= set(known["inputProperties"])
    reads = re.findall(r"\$\{(\w+)\.(\w+)\}", json.dumps(document["outputs"]))
    assert {name for name, _ in reads} == set(document["resources"])
    for name, output in reads:
        assert output in schema[document["resources"][name]["type"].replace(":", ":index:")]["properties"]


def test_a_folder_of_its_own_is_previewed_and_priced_by_this_checkout(wheel, tmp_path):
    """What a user of the wheel sees: a program elsewhere, an environment of its own, and this checkout's preview."""
    folder = tmp_path / "shop"
    shutil.copytree(EXAMPLES / "two_caches_and_documents", folder)
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\nPYTHONPATH="{wheel.folder}" exec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    done = subprocess.run(
        [sys.executable, "-m", "preview", "--program", str(folder), "--python", str(python), "--format", "json"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    document = json.loads(done.stdout)
    made = Counter(each["type"] for each in document["resources"])

    assert (done.returncode, done.stderr) == (0, "")
    assert (made["alphacar:cache:Cache"], made["alphacar:documents:Documents"]) == (2, 1)
    assert round(document["cost"]["total"]) == TABLE["two_caches_and_documents"][2]
