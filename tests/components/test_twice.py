"""Whatever an account, a region or a cluster has not once stands twice in one program, under two names."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from typing import Any, Final

import pytest

from policy.cost import rules as cost
from policy.decisions import rules as decisions
from policy.engine.rule import Context, StackRule, judge, judge_stack
from policy.guardrails import rules as guardrails
from preview.simulate.recorder import Recording, Registration, record
from preview.simulate.wire import UNKNOWN_SHOWN, show_to_reader
from stacks.sections.measures import Usage
from tests.components.catalogue import MAKE, ONCE, Shared, below, classes
from tests.components.given import ADDON, ASSOCIATION, RELEASE
from tests.conftest import TODAY
from tests.golden.identities import NAMES
from tests.golden.target import settings
from tests.pricing.billing import USAGE, billed

#: A stack that nobody uses: what is left is billed for being there.
UNUSED = Usage.model_validate_json(json.dumps({field.alias: 0 for field in Usage.model_fields.values()}))
PACKS = (cost, decisions, guardrails)
FIRST, SECOND = "amber", "coral"
#: A component that is made in more than one way, by its class.
CLASS = {way: way.partition(" ")[0] for way in MAKE}
#: Of what AWS knows a resource by, what is no name: it says where something is or who signs in.
NO_NAMES: Final = {
    "addonName",
    "clusterName",
    "dbName",
    "masterUsername",
    "namespace",
    "scheduledActionName",
    "serviceAccount",
    "username",
}
#: What is named within something else, by what tells it.
WITHIN: Final = {
    ADDON: ("clusterName", "addonName"),
    ASSOCIATION: ("clusterName", "namespace", "serviceAccount"),
    "aws:autoscaling/schedule:Schedule": ("autoscalingGroupName", "scheduledActionName"),
    "aws:backup/selection:Selection": ("planId", "name"),
    # Asked for one that is there already, EC2 answers with that one; a VPC takes one VPN gateway.
    "aws:ec2/customerGateway:CustomerGateway": ("ipAddress", "bgpAsn", "deviceName"),
    "aws:ec2/vpnGateway:VpnGateway": ("vpcId",),
}


def declared(way: str, *names: str) -> Recording:
    """One program with a component under each name: on one cluster, or on one each where a cluster has it once."""

    def program() -> None:
        shared = None if ONCE.get(CLASS[way]) == "cluster" else Shared("shared")
        for name in names:
            MAKE[way](name, shared or Shared(f"{name}-own"))

    return record(program, project="p", stack="test", config={"aws:region": "ap-northeast-2"})


@cache
def both(way: str) -> Recording:
    return declared(way, FIRST, SECOND)


@cache
def alone(way: str, name: str) -> Recording:
    return declared(way, name)


def told(made: Registration) -> str:
    """Everything that a registration says, as one text."""
    said = [made.type, made.name, show_to_reader(made.inputs), show_to_reader(made.outputs), made.dependencies]
    said += [made.property_dependencies, made.provider, made.parent, made.protect, made.aliases]
    return json.dumps(said, default=str, sort_keys=True)


def neutral(text: str) -> str:
    return re.sub(rf"\b({FIRST}|{SECOND})", "NAME", text)


def said(recording: Recording, name: str) -> list[str]:
    """All that a component made, whatever it is called."""
    return sorted(neutral(told(made)) for made in below(recording, name))


def physical(made: Registration) -> Iterator[tuple[Any, ...]]:
    """Every name by which AWS, Helm or a cluster tells the resource from others, with where it must be the only one."""
    inputs = show_to_reader(made.inputs)
    if made.type == RELEASE:
        yield made.provider, made.type, inputs["namespace"], inputs["name"]
        # What a chart makes for the whole cluster is called after this; the release's own namespace does not tell it.
        yield made.provider, inputs["chart"], inputs["values"].get("fullnameOverride", inputs["name"])
        for each in inputs["values"].get("extraObjects", ()):
            yield made.provider, each["kind"], each["metadata"].get("namespace"), each["metadata"]["name"]
    elif made.type.startswith("kubernetes:"):
        yield made.provider, made.type, inputs["metadata"].get("namespace"), inputs["metadata"]["name"]
    elif made.type in WITHIN:
        yield made.type, *(_known(made, inputs, key) for key in WITHIN[made.type])
    elif made.type.startswith("aws:"):
        for key in sorted({*NAMES} - NO_NAMES):
            if isinstance(inputs.get(key), str) and inputs[key] != UNKNOWN_SHOWN:
                yield made.type, key, inputs[key]


def _known(made: Registration, inputs: dict[str, Any], key: str) -> Any:
    """A value, or what it will come from."""
    return made.property_dependencies[key] if inputs.get(key) == UNKNOWN_SHOWN else inputs.get(key)


def test_every_component_is_there_once_or_stands_twice():
    assert {*ONCE, *CLASS.values()} == classes().keys()
    assert {name for name in ONCE if name in CLASS.values()} == {name for name, of in ONCE.items() if of == "cluster"}


@pytest.mark.parametrize("name", sorted(classes()))
def test_what_there_is_once_says_so_and_nothing_else_does(name):
    words = " ".join((classes()[name].__doc__ or "").split())
    found = re.search(r"\bOnce an? ([^.:;]*)", words)

    assert (found is not None) is (name in ONCE)
    assert found is None or re.search(rf"\b{ONCE[name]}\b", found[1])


@pytest.mark.parametrize("way", MAKE)
def test_a_second_one_collides_with_the_first_in_no_name(way):
    registrations = both(way).registrations
    urns = Counter(made.urn for made in registrations)
    names = Counter(name for made in registrations for name in physical(made))

    assert [urn for urn, times in urns.items() if times > 1] == []
    assert [name for name, times in names.items() if times > 1] == []


@pytest.mark.parametrize("way", MAKE)
def test_whatever_the_second_says_is_of_the_second(way):
    second = below(both(way), SECOND)

    assert len(second) > 1
    assert [made.urn for made in second if re.search(rf"\b{FIRST}", told(made))] == []


@pytest.mark.parametrize("way", MAKE)
def test_a_second_one_is_the_first_again_and_changes_nothing_of_it(way):
    assert said(both(way), SECOND) == said(both(way), FIRST) == said(alone(way, FIRST), FIRST)


def bill(recording: Recording, *names: str, usage: Usage = USAGE) -> Decimal:
    """USD a month of some components, as the meter bills them together."""
    resources = (made.resource() for name in names for made in below(recording, name))
    return billed(*resources, usage=usage).usd_per_month


@pytest.mark.parametrize("way", MAKE)
def test_the_second_costs_what_the_first_costs(way):
    assert bill(both(way), SECOND) == bill(both(way), FIRST) == bill(alone(way, FIRST), FIRST)


@pytest.mark.parametrize("way", ["Cache", "Database", "Documents", "Search"])
def test_two_stores_cost_twice_as_much_as_one_and_what_is_measured_is_billed_once(way):
    one = bill(both(way), FIRST, usage=UNUSED)

    assert one > 0
    assert bill(both(way), FIRST, SECOND, usage=UNUSED) == 2 * one
    assert bill(both(way), FIRST, SECOND) == bill(both(way), FIRST) + one


def findings(recording: Recording, name: str) -> list[str]:
    """What the three packs say of a component, and of a stack that holds nothing else."""
    context = Context(settings=settings("prod/all"), today=TODAY)
    resources = [made.resource() for made in below(recording, name)]
    found = [
        f"{rule.name} {finding.kind} {finding.urn} {finding.message}"
        for pack in PACKS
        for rule in (*pack.RULES, *getattr(pack, "STACK_RULES", ()))
        for finding in (
            judge_stack(rule, resources, context)
            if isinstance(rule, StackRule)
            else [finding for resource in resources for finding in judge(rule, resource, context)]
        )
    ]
    return sorted(neutral(line) for line in found)


@pytest.mark.parametrize("way", MAKE)
def test_the_packs_say_the_same_of_both(way):
    assert findings(both(way), SECOND) == findings(both(way), FIRST) != []
