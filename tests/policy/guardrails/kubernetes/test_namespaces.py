"""What names no namespace lands in the default one, unless a provider or a kubeconfig says otherwise."""

from datetime import date

import pytest

from model.resource import UNKNOWN, Resource
from policy.engine.rule import Context, judge_stack
from policy.guardrails.rules import STACK_RULES

RULE = next(rule for rule in STACK_RULES if rule.name == "namespaces-are-named")
PROVIDER = "pulumi:providers:kubernetes"


def made(type_, **props):
    return Resource(urn=f"urn:pulumi:prod::shop::{type_}::one", type=type_, name="one", props=props)


@pytest.mark.parametrize(
    ("metadata", "provider", "kinds"),
    [
        ({"name": "web"}, {}, ["undetermined"]),
        ({"name": "web", "namespace": ""}, {"namespace": "default"}, ["undetermined"]),
        ({"name": "web"}, {"namespace": "shop"}, []),
        ({"name": "web"}, {"namespace": UNKNOWN}, []),
        ({"name": "web", "namespace": UNKNOWN}, {}, []),
        ({"name": "web", "namespace": "default"}, {"namespace": "shop"}, ["violation"]),
    ],
)
def test_a_namespace_that_is_left_out_may_still_be_said_by_a_provider(metadata, provider, kinds):
    resources = [made("kubernetes:apps/v1:Deployment", metadata=metadata), made(PROVIDER, **provider)]
    found = judge_stack(RULE, resources, Context(settings=None, today=date(2026, 11, 23)))

    assert [finding.kind for finding in found] == kinds
