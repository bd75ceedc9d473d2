"""Every policy fires and stays quiet where it should, in the real packs, through the engine's own Analyzer protocol."""

from typing import Any

import pulumi
import pytest

from policy.cost.rules import RULES as COST
from policy.decisions.rules import RULES as DECISIONS
from policy.guardrails.rules import RULES as GUARDRAILS
from preview.packs.runner import OURS, Packs
from preview.run import PROJECT
from preview.simulate.recorder import record
from stacks.load import stack_file
from tests.conftest import TODAY
from tests.policy.pack_cases import CASES, DOCDB, RELEASE, UNKNOWN, A, Case, M

FOLDERS = list(OURS)


def declare(cases: list[Case]) -> None:
    def given(props: dict[str, Any]) -> dict[str, Any]:
        waiting = pulumi.Output.from_input(pulumi.runtime.rpc.UNKNOWN)

        def filled(value: Any) -> Any:
            if isinstance(value, dict):
                return {key: filled(item) for key, item in value.items()}
            return (
                [filled(item) for item in value] if isinstance(value, list) else waiting if value is UNKNOWN else value
            )

        return filled(props)

    for number, case in enumerate(cases):
        opts = pulumi.ResourceOptions(protect=case.protect)
        pulumi.CustomResource(case.type, f"case-{number}", given(case.props), opts)


@pytest.fixture(scope="module")
def of_prod():
    """All three packs with production's configuration: what they say of a program; they may be asked again."""
    config = stack_file("prod").config
    with Packs(FOLDERS, project=PROJECT, stack="prod", config=config, today=TODAY) as packs:
        yield lambda program: packs.judge(record(program, project=PROJECT, stack="prod", config=config))


@pytest.fixture(scope="module")
def judged(of_prod):
    """Findings of all three packs about all cases, asked once."""
    return of_prod(lambda: declare(CASES))


@pytest.mark.parametrize(("number", "case"), list(enumerate(CASES)), ids=str)
def test_a_policy_speaks_where_it_must_and_only_there(judged, number, case):
    found = [
        finding for finding in judged if finding.policy == case.policy and finding.urn.endswith(f"::case-{number}")
    ]

    assert {finding.level for finding in found} == ({case.level} if case.level else set())
    assert all("case-" in finding.urn for finding in found)
    if case.says:
        assert any(case.says in finding.message for finding in found), [finding.message for finding in found]


def test_every_policy_has_a_firing_and_a_quiet_case():
    names = {rule.name for rule in (*DECISIONS, *COST, *GUARDRAILS)}

    assert {case.policy for case in CASES if case.level == M} == names
    assert {case.policy for case in CASES if case.level is None} == names


def test_a_stack_without_its_targets_is_told_which_are_missing(judged):
    told = [finding.message for finding in judged if finding.policy == "decided-targets-exist"]

    assert any("wants at least 1 aws:ecr/repository:Repository" in message for message in told)


def test_an_unpriced_type_marks_the_total_as_at_least(judged):
    told = [finding for finding in judged if finding.policy == "stack-within-budget"]

    assert any("aws:kafkaconnect/thing:Thing has no price" in finding.message for finding in told)


@pytest.fixture(scope="module")
def of_nobody():
    """The same of packs that were started without any configuration."""
    with Packs(FOLDERS, project=PROJECT, stack="unheard-of", config={}) as packs:
        yield lambda program: packs.judge(record(program, project=PROJECT, stack="unheard-of", config={}))


@pytest.fixture(scope="module")
def alone(of_nobody):
    """Findings of packs that were started without any configuration."""
    return of_nobody(lambda: declare(CASES))


@pytest.mark.parametrize(
    ("policy", "type_"),
    [
        ("replaced-systems-stay-out", RELEASE),
        ("rejected-systems-stay-out", "aws:amp/workspace:Workspace"),
        ("rejected-systems-stay-out", "aws:msk/cluster:Cluster"),
        ("data-is-encrypted", DOCDB),
        ("stateful-is-protected-in-prod", DOCDB),
    ],
)
def test_a_pack_alone_judges_as_production(alone, policy, type_):
    assert any(finding.level == M and finding.policy == policy and f"{type_}::" in finding.urn for finding in alone)


def test_a_pack_alone_leaves_undetermined_what_needs_settings(alone):
    budget = [finding for finding in alone if "no budget is known" in finding.message]
    targets = [finding for finding in alone if finding.policy == "decided-targets-exist"]

    assert [finding.level for finding in (*budget, *targets)] == [A, A]
    assert all(finding.message.startswith("undetermined: ") for finding in (*budget, *targets))


def test_a_resource_that_changed_is_judged_anew(of_nobody):
    def told(*, encrypted: bool) -> list[str]:
        def program() -> None:
            pulumi.CustomResource(DOCDB, "docs", {"storageEncrypted": encrypted})

        return [finding.policy for finding in of_nobody(program) if finding.policy == "data-is-encrypted"]

    assert [told(encrypted=True), told(encrypted=False), told(encrypted=True)] == [[], ["data-is-encrypted"], []]


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_what_is_no_number_is_unknown_to_a_pack_and_ends_nothing(of_prod, number):
    def program() -> None:
        pulumi.CustomResource(DOCDB, "docs", {"storageEncrypted": True, "backupRetentionPeriod": number})
        pulumi.CustomResource(DOCDB, "more", {"storageEncrypted": number, "tags": {"a": [{"b": number}]}})

    encrypted = {
        finding.urn.rpartition("::")[2]: finding.message
        for finding in of_prod(program)
        if finding.policy == "data-is-encrypted"
    }
    assert list(encrypted) == ["more"]
    assert encrypted["more"].startswith("undetermined: storageEncrypted is not known yet")
