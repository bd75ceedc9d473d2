"""Every planted violation is refused, and no good twin, by all three packs through the engine's own Analyzer."""

import json
from collections import Counter
from pathlib import Path

import pytest

from preview.packs.runner import OURS, Packs
from preview.run import PROJECT
from preview.simulate.recorder import record
from stacks.load import stack_file
from tests.conftest import TODAY
from tests.policy.guardrails.analyzer import declare
from tests.security.rows import CHECKOV, rows

README = Path(__file__).parent / "README.md"
#: That nobody knows what a service costs says nothing of whether it is safe.
OF_MONEY = {"stack-within-budget", "types-are-priced", "losses-are-survived"}


@pytest.fixture(scope="module")
def judged():
    """Asks all three packs, started once: the policies that refuse any of the resources that a program declares."""
    config = stack_file("prod").config
    with Packs(OURS, project=PROJECT, stack="prod", config=config, today=TODAY) as packs:

        def ask(given, *, protect=True):
            program = record(lambda: declare(given, protect=protect), project=PROJECT, stack="prod", config=config)
            return {
                finding.policy
                for finding in packs.judge(program)
                # What a whole landing zone has beside is missing from each of these by intention.
                if finding.level == "mandatory" and "pulumi:pulumi:Stack" not in finding.urn
            } - OF_MONEY

        yield ask


@pytest.fixture(scope="module")
def twins(judged):
    """What is said of each good twin, once for all rows that share it."""
    return {str(given): judged(given) for given in {str(row.twin): row.twin for row in rows()}.values()}


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.id)
def test_a_violation_is_refused_and_its_twin_is_not(judged, twins, row):
    assert twins[str(row.twin)] == set()
    assert row.policy in judged(row.bad, protect=row.protect), row.bad


def test_every_row_has_a_name_of_its_own_and_a_source():
    assert [name for name, times in Counter(row.id for row in rows()).items() if times > 1] == []
    assert all(row.source.startswith("https://") for row in rows())


def test_checkov_was_asked_about_every_row():
    recorded = json.loads(CHECKOV.read_text())
    refused = sum(map(bool, recorded["rows"].values()))

    assert recorded["rows"].keys() == {row.id for row in rows()}, "run benchmarks/planted.py"
    assert f"| Checkov {recorded['version']} | {refused} of {len(rows())} |" in README.read_text()
