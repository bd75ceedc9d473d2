"""The verdict tells apart what is allowed by itself, by waivers, and by waivers that nothing vouches for."""

from dataclasses import replace
from decimal import Decimal

import pytest

from preview.packs.finding import Finding
from preview.report.render import render
from preview.report.verdict import MOST, NO_BASE, verdict, verdict_of, waived
from stacks.owners import Base

BASE = Base(owners=frozenset({"platform"}), waivers=((),))
UNVERIFIED = f"; waivers unverified: {NO_BASE}"


def finding(number=0, policy="logs-expire", kind="waived"):
    urn = f"urn:pulumi:prod::p::aws:cloudwatch/logGroup:LogGroup::{number}"
    level = "mandatory" if kind == "violation" else "advisory"
    return Finding("alphacar-guardrails", policy, level, urn, "message", kind)


@pytest.fixture
def judged(prod):
    def made(*findings, base=BASE):
        return replace(prod, findings=tuple(findings), base=base)

    return made


@pytest.fixture
def bound(prod):
    """The most resources with something waived that are no news."""
    return int(sum(1 for made in prod.recording.registrations if made.custom) * MOST)


def test_a_few_waivers_that_stand_on_the_base_are_no_news(judged, bound):
    assert verdict(judged()) == "ALLOWED: no mandatory findings"
    assert verdict(judged(*map(finding, range(bound)))) == "ALLOWED: no mandatory findings"


def test_waivers_on_more_resources_than_the_bound_are_told(judged, bound):
    found = [finding(number, policy) for number in range(bound + 1) for policy in ("logs-expire", "data-is-encrypted")]

    assert verdict(judged(*found)) == (
        f"ALLOWED with {len(found)} waivers: on {bound + 1} resources, {Decimal('0.05'):.0%} of them"
    )


@pytest.mark.parametrize(
    ("policy", "grave"),
    [
        ("stateful-is-protected-in-prod", "protection"),
        ("stack-within-budget", "budget"),
        ("resource-within-ceiling", "budget"),
        ("admission-denies-in-prod", "admission"),
    ],
)
def test_a_waiver_of_protection_budget_or_admission_is_told_however_alone(judged, policy, grave):
    assert verdict(judged(finding(policy=policy))) == f"ALLOWED with 1 waiver: of {grave}"
    assert verdict(judged(finding(policy=policy, kind="advisory"))) == "ALLOWED: no mandatory findings"


def test_without_a_base_waivers_are_unverified(judged):
    assert verdict(judged(base=None)) == f"ALLOWED: no mandatory findings{UNVERIFIED}"
    grave = finding(policy="stack-within-budget")
    assert verdict(judged(grave, base=None)) == f"ALLOWED with 1 waiver: of budget{UNVERIFIED}"
    assert verdict(judged(base=replace(BASE, doubt="it is a file"))).endswith("; waivers unverified: it is a file")


def test_a_stack_without_waivers_has_none_to_verify(prod, settings):
    bare = replace(prod, findings=(), settings=settings("prod", {"exceptions": []}))

    assert verdict(bare) == "ALLOWED: no mandatory findings"


def test_what_is_blocked_is_blocked(judged):
    found = finding(kind="violation"), finding(1, "stack-within-budget")

    assert verdict(judged(*found, base=None)) == "BLOCKED"
    assert verdict_of(None, blocked=True) == "BLOCKED"
    assert verdict_of(None, blocked=False) == "ALLOWED: no mandatory findings"


@pytest.mark.parametrize("form", ["text", "markdown", "html"])
def test_every_report_says_it(judged, form):
    grave = judged(finding(policy="stack-within-budget"), base=None)

    shown = " ".join(render(grave, form).split())
    assert "ALLOWED with 1 waiver: of budget; waivers unverified: no base revision is given (" in shown
    assert "no mandatory findings" not in shown


def test_the_document_says_it_in_numbers(judged):
    told = waived(judged(finding(), finding(policy="stack-within-budget"), finding(1), base=None))

    assert told is not None
    assert (told["findings"], told["resources"], told["grave"], told["unverified"]) == (3, 2, ["budget"], NO_BASE)
    assert 0 < told["share"] < MOST
