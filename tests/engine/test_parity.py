"""The offline preview and the engine's own say the same; where they may differ stands in one table, with the reason."""

import json
import re
import subprocess
import sys
from typing import NamedTuple

import pytest

from preview.simulate.wire import SECRET_SHOWN, SECRET_SIGNATURE, SIGNATURE, UNKNOWN_SHOWN, is_reference, is_unknown
from tests.engine.standins.facts import AUTONAMED
from tests.engine.standins.resources import made_up_name

pytestmark = pytest.mark.engine
ABSENT = "[absent]"


class Difference(NamedTuple):
    """One value that is not the same; the paths of lists and mappings end at what is no container."""

    urn: str
    type: str
    path: str
    offline: object
    engine: object


MADE_UP = re.compile(r"[a-z][\w-]*-[0-9a-f]{7}")
PERMITTED = {
    "the provider's Check names what the program did not": lambda each: (
        each.path in AUTONAMED and each.offline == ABSENT and each.engine == made_up_name(each.urn)
    ),
    "a name that Check made up is known at once to whoever refers to it": lambda each: (
        each.offline == UNKNOWN_SHOWN and isinstance(each.engine, str) and MADE_UP.fullmatch(each.engine) is not None
    ),
    "the AWS provider takes no references: the engine sends the id, which a first preview does not know": lambda each: (
        each.type == "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
        and str(each.offline).startswith("urn:pulumi:")
        and each.engine == UNKNOWN_SHOWN
    ),
    "the engine asks a Kubernetes provider nothing before its cluster exists, so its objects' outputs are unknown": (
        lambda each: (each.type, each.path, each.engine) == (RELEASE, "namespace", UNKNOWN_SHOWN)
    ),
    "the engine notes an explicit provider's version": lambda each: (
        each.type.startswith("pulumi:providers:") and each.path in ("version", "__internal") and each.offline == ABSENT
    ),
}
RELEASE = "kubernetes:helm.sh/v3:Release"


@pytest.fixture(scope="module")
def offline(prod):
    """``python -m preview prod --format json``, of the same copy."""
    command = [sys.executable, "-m", "preview", "prod", "--format", "json"]
    original = prod.deployment.folder / "original.yaml"
    run = subprocess.run(
        [*command, "--stack-file", str(original)],
        cwd=prod.deployment.folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def shown(value):
    """An event's value as the preview's JSON shows it."""
    if isinstance(value, dict):
        if value.get(SIGNATURE) == SECRET_SIGNATURE:
            return SECRET_SHOWN
        return value["urn"] if is_reference(value) else {key: shown(item) for key, item in value.items()}
    if isinstance(value, list):
        return [shown(item) for item in value]
    return UNKNOWN_SHOWN if is_unknown(value) else value


def flat(value, path=""):
    """Every value below ``value`` by its path; an empty container is a value, too."""
    if isinstance(value, dict) and value:
        items = [(f"{path}.{key}" if path else key, item) for key, item in value.items()]
    elif isinstance(value, list) and value:
        items = [(f"{path}[{place}]", item) for place, item in enumerate(value)]
    else:
        return {path: value}
    return {inner: leaf for below, item in items for inner, leaf in flat(item, below).items()}


def test_both_previews_declare_the_same_resources_below_the_same_parents(prod, offline):
    engine = {urn: step for urn, step in prod.previewed.steps.items() if "::default" not in urn}

    assert {made["urn"]: (made["type"], made["parent"] or "", made["protect"]) for made in offline["resources"]} == {
        urn: (step.type, step.new.parent or "", bool(step.new.protect)) for urn, step in engine.items()
    }


def test_the_engine_adds_nothing_but_default_providers(prod):
    added = {urn.split("::")[-2:][0] for urn in prod.previewed.steps if "::default" in urn}

    assert added == {"pulumi:providers:aws", "pulumi:providers:eks", "pulumi:providers:pulumi"}


def test_every_input_is_the_same_or_differs_for_a_permitted_reason(prod, offline):
    unexplained, used = [], set()
    for made in offline["resources"]:
        ours, theirs = flat(made["inputs"]), flat(shown(prod.previewed.steps[made["urn"]].new.inputs))
        for path in sorted({*ours, *theirs}):
            each = Difference(made["urn"], made["type"], path, ours.get(path, ABSENT), theirs.get(path, ABSENT))
            reasons = {reason for reason, permits in PERMITTED.items() if permits(each)}
            used |= reasons if each.offline != each.engine else set()
            if each.offline != each.engine and not reasons:
                unexplained.append(each)

    assert unexplained == []
    assert used == set(PERMITTED), "a reason that explains nothing any more does not belong in the table"


def test_both_previews_find_the_same(prod, offline):
    told = ("pack", "policy", "level", "urn", "message")

    assert [tuple(getattr(finding, key) for key in told) for finding in prod.previewed.findings] == [
        tuple(finding[key] for key in told) for finding in offline["findings"]
    ]


def test_a_stack_file_reads_the_same_after_the_engine_has_written_into_it(prod):
    folder = prod.deployment.folder
    assert prod.previewed.succeeded

    settings = subprocess.run(
        [sys.executable, "-c", READ, str(folder / "original.yaml"), str(folder / "stacks" / "Pulumi.prod.yaml")],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )

    assert settings.returncode == 0, settings.stderr
    assert set(settings.stdout.split()) <= CHANGED_ELSEWHERE


#: What test_changes.py changes in the same stack file, one at a time.
CHANGED_ELSEWHERE = {"landing:cache", "landing:nodeGroups", "landing:registry"}
READ = """
import sys
from pathlib import Path
from stacks.load import stack_file
before, after = (stack_file("prod", Path(path)) for path in sys.argv[1:])
print(*(key for key in before.config | after.config if before.config.get(key) != after.config.get(key)))
"""
