"""Charts and AWS types: what the ledger refuses and what only looks like it, four of each at least for every system."""

from pathlib import Path

import pytest
import yaml

from model.resource import Resource
from policy.admission.policies import kept_out
from policy.decisions.rules import RULES
from policy.engine.rule import Context, judge
from policy.ledger.row import REJECTED, REPLACED
from stacks.load import stack_file
from tests.conftest import TODAY

TABLE = yaml.safe_load(Path(__file__).with_name("declared_cases.yaml").read_text())
LANDING = Context(settings=stack_file("prod").settings, today=TODAY)
CASES = [
    (system, form, text, verdict)
    for system, forms in TABLE.items()
    for form, verdicts in forms.items()
    for verdict, texts in verdicts.items()
    for text in texts
]
FORMS = {"charts": ("charts", "repository_charts"), "types": ("types",)}


def declared(form, text):
    if form == "types":
        return Resource(urn=f"urn:pulumi:prod::p::{text}::x", type=text, name="x", props={})
    chart, _, repository = text.partition(" from ")
    props = {"chart": chart, **({"repositoryOpts": {"repo": repository}} if repository else {})}
    token = "kubernetes:helm.sh/v3:Release"
    return Resource(urn=f"urn:pulumi:prod::p::{token}::x", type=token, name="x", props=props)


@pytest.mark.parametrize(("system", "form", "text", "verdict"), CASES)
def test_a_declaration_is_refused_by_its_row_or_by_none(system, form, text, verdict):
    found = [
        finding
        for rule in RULES
        if rule.name in (REJECTED, REPLACED)
        for finding in judge(rule, declared(form, text), LANDING)
        if finding.kind == "violation"
    ]

    assert {finding.row for finding in found} == ({system.partition("/")[0]} if verdict == "refused" else set())


def test_every_system_has_four_cases_each_way_for_every_form_that_a_program_declares():
    wanted = {
        (f"{row.capability}/{system.slug}", form)
        for row, system, _ in kept_out(LANDING.decisions)
        for form, fields in FORMS.items()
        if any(getattr(system.forms, field) for field in fields)
    }

    assert {(system, form) for system, forms in TABLE.items() for form in forms} == wanted
    assert all(
        len(texts) >= 4 for forms in TABLE.values() for verdicts in forms.values() for texts in verdicts.values()
    )


def test_every_refused_module_of_aws_has_a_case():
    refused = {prefix for _, system, _ in kept_out(LANDING.decisions) for prefix in system.forms.types}
    tried = [text for _, form, text, verdict in CASES if (form, verdict) == ("types", "refused")]

    assert [prefix for prefix in sorted(refused) if not any(text.startswith(prefix) for text in tried)] == []
