"""Every case of the guardrails' tables through the engine's own Analyzer: what is meant is refused, and nothing else."""

import pytest

from tests.policy.guardrails.analyzer import declare, pack
from tests.policy.guardrails.cases import KINDS, WHOLE, of_programs, of_resources


@pytest.fixture(scope="module")
def asked():
    with pack() as judge:
        yield judge


@pytest.fixture(scope="module")
def refused(asked):
    """Policy and number of every case of one resource that the pack refuses."""
    numbered = list(enumerate(of_resources()))

    def program():
        for number, case in numbered:
            declare([(type_, f"case-{number}", props) for type_, _, props in case.given], protect=case.protect)

    return {
        (finding.policy, int(finding.urn.rpartition("-")[2]))
        for finding in asked(program)
        if finding.level == "mandatory" and "::case-" in finding.urn
    }


@pytest.mark.parametrize(("number", "case"), list(enumerate(of_resources())), ids=str)
def test_a_resource_is_refused_where_it_must_be_and_only_there(refused, number, case):
    assert ((case.policy, number) in refused) is case.refused, case.given


@pytest.mark.parametrize("case", of_programs(), ids=str)
def test_a_program_is_refused_where_it_must_be_and_only_there(asked, case):
    told = [
        finding.message
        for finding in asked(lambda: declare(case.given))
        if finding.policy == case.policy
        and finding.level == "mandatory"
        # What the account has once is the landing zone's, and only some of these are one.
        and (case.policy == "pods-fit-on-nodes" or ("pulumi:pulumi:Stack" in finding.urn) is case.of_the_account)
    ]

    assert bool(told) is case.refused, told


def test_every_kind_has_members_and_look_alikes():
    assert [kind["kind"] for kind in KINDS + WHOLE if len(kind["refused"]) < 3 or len(kind["accepted"]) < 2] == []
    assert all(kind["sources"] for kind in KINDS + WHOLE)
