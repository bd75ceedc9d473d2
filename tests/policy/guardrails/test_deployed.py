"""What a deployment knows, and its first preview did not, turns no verdict: ids, ARNs and addresses are text by then.

Nor does the order in which resources arrive, which differs from run to run.
"""

import pytest

from policy.engine.rule import Context, judge_stack
from policy.guardrails.rules import STACK_RULES
from tests.aws.variations import of_variation
from tests.conftest import TODAY
from tests.golden.target import STACKS, settings


@pytest.fixture(scope="module", params=STACKS)
def stack(request):
    """The stack's context, its resources as a first preview knows them, and as its deployment does."""
    context = Context(settings=settings(f"{request.param}/all"), today=TODAY)
    previewed, deployed = (of_variation(request.param, created=created).registrations for created in (False, True))
    return context, [made.resource() for made in previewed], [made.resource() for made in deployed]


@pytest.mark.parametrize("rule", STACK_RULES, ids=lambda rule: rule.name)
def test_a_deployment_finds_what_its_preview_found(stack, rule):
    context, previewed, deployed = stack

    def found(resources):
        return sorted((each.urn, each.kind, each.message) for each in judge_stack(rule, resources, context))

    assert found(deployed[::-1]) == found(previewed)
