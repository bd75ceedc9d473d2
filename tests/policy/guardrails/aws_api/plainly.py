"""Resources for the judges of this folder, and the rule that they judge."""

from typing import Any

from model.resource import Resource
from policy.engine.rule import Context, Finding, judge
from policy.guardrails.rules import RULES
from tests.conftest import TODAY

CONTEXT = Context(settings=None, today=TODAY)


def resource(token: str, props: dict[str, Any], name: str = "judged") -> Resource:
    """A resource as a rule sees it."""
    return Resource(urn=f"urn:pulumi:prod::shop::{token}::{name}", type=token, name=name, props=props)


def violations(made: Resource) -> list[Finding]:
    """What ``aws-accepts-it`` refuses about a resource."""
    rule = next(rule for rule in RULES if rule.name == "aws-accepts-it")
    return [finding for finding in judge(rule, made, CONTEXT) if finding.kind == "violation"]
