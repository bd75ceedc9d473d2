"""What can be ordered, in every way that public repositories were seen to, through the engine's own Analyzer."""

from pathlib import Path

import pulumi
import pytest
import yaml

from preview.packs.runner import OURS, Packs
from preview.run import PROJECT
from preview.simulate.recorder import record
from stacks.load import stack_file
from tests.conftest import TODAY

KINDS = yaml.safe_load(Path(__file__).with_name("ordered_cases.yaml").read_text())
DIGEST = "@sha256:" + "5e4d" * 16
DEPLOYMENT = "kubernetes:apps/v1:Deployment"
CASES = [
    (f"{kind}-{verdict}-{number}", verdict, case)
    for kind, verdicts in KINDS.items()
    for verdict, cases in verdicts.items()
    for number, case in enumerate(cases)
]
OF_A_RESOURCE = {"rejected-systems-stay-out", "replaced-systems-stay-out", "nothing-is-past-its-end"}


def declare():
    for name, _, case in CASES:
        if image := case.get("image"):
            containers = [{"name": "main", "image": image.replace("@digest", DIGEST)}]
            pulumi.CustomResource(DEPLOYMENT, name, {"spec": {"template": {"spec": {"containers": containers}}}})
        else:
            pulumi.CustomResource(case["type"], name, case["props"])


@pytest.fixture(scope="module")
def found():
    """What the decisions pack, started with production's configuration, says of every case."""
    config = stack_file("prod").config
    by_case = {name: [] for name, *_ in CASES}
    with Packs(OURS[:1], project=PROJECT, stack="prod", config=config, today=TODAY) as packs:
        for finding in packs.judge(record(declare, project=PROJECT, stack="prod", config=config)):
            if finding.policy in OF_A_RESOURCE:
                by_case[finding.urn.rpartition("::")[2]].append(finding)
    return by_case


@pytest.mark.parametrize(("name", "verdict", "case"), CASES, ids=[f"{name}" for name, *_ in CASES])
def test_what_is_ordered_is_judged_by_what_it_is(found, name, verdict, case):
    refusals = [finding.message for finding in found[name] if finding.level == "mandatory"]
    told = [finding.message for finding in found[name] if finding.level != "mandatory"]

    assert bool(refusals) is (verdict == "refused"), (case["source"], found[name])
    if verdict == "refused":
        assert any(f"({case['row']})" in text if "row" in case else case["retired"] in text for text in refusals)
    elif verdict == "told":
        assert any(case["says"] in text and f"({case.get('row', '')}" in f"{text}(" for text in told), told
    else:
        assert told == []


def test_every_kind_has_members_and_lookalikes():
    assert all(len(verdicts["refused"]) >= 4 for verdicts in KINDS.values())
    assert all(len(verdicts["accepted"]) >= 2 for verdicts in KINDS.values())
    assert all(case["source"] for verdicts in KINDS.values() for cases in verdicts.values() for case in cases)
