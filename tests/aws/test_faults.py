"""What the provider would have caught: mistakes put one at a time into what production declares."""

import pytest

from policy.engine.rule import Context
from policy.guardrails.aws_api.rule import aws_accepts_it
from tests.aws.conversion import configured
from tests.aws.faults import CAUGHT, PASSED
from tests.conftest import TODAY

CASES = [(kind, fault) for kind, faults in CAUGHT.items() for fault in faults]
MISSES = [(kind, fault) for kind, faults in PASSED.items() for fault in faults]


def named(cases):
    return [f"{kind}: {fault}" for kind, fault in cases]


@pytest.fixture(scope="module")
def verdicts(provider):
    """What is said of each fault; asked at once, because a process costs more than a resource."""
    faults = [fault for _, fault in (*CASES, *MISSES)]
    asked = [resource for fault in faults for resource in configured(provider, [fault.seeded()])]
    return dict(zip(map(id, faults), provider.judge(asked), strict=True))


def test_many_kinds_are_tried():
    assert len(CAUGHT) >= 17
    assert len({fault.token for _, fault in CASES}) >= 20


@pytest.mark.parametrize(("kind", "fault"), CASES, ids=named(CASES))
def test_a_mistake_is_caught(verdicts, kind, fault):
    verdict = verdicts[id(fault)]

    assert not verdict.planned
    assert any(fault.words in error for error in verdict.errors), verdict.errors


@pytest.mark.parametrize(("kind", "fault"), MISSES, ids=named(MISSES))
def test_a_mistake_still_passes(verdicts, kind, fault):
    verdict = verdicts[id(fault)]

    assert (verdict.errors, verdict.planned) == ([], True), (
        f"caught after all: move it, and say so in docs ({fault.words})"
    )


@pytest.mark.parametrize(("kind", "fault"), MISSES, ids=named(MISSES))
def test_what_passes_is_seen_by_whom_the_table_says(kind, fault):
    findings = list(aws_accepts_it(fault.seeded().resource(), Context(settings=None, today=TODAY)))

    assert bool(findings) == (kind != "nobody")


def test_a_block_with_an_unknown_in_it_is_passed_over(provider):
    """Which is why the program is also judged as if everything before a resource existed."""
    fault = next(fault for _, fault in CASES if fault.path == "encryptionConfigurations.0.encryptionType")

    known, unknown = provider.judge(
        resource for created in (True, False) for resource in configured(provider, [fault.seeded(created=created)])
    )

    assert (known.planned, unknown.planned, unknown.errors) == (False, True, [])
