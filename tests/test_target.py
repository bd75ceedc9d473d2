"""The whole target: every stack in every phase set and both branches of each choice, recorded in this process."""

from __future__ import annotations

from collections import Counter

import pytest

from model.resource import Resource
from policy.cost import rules as cost
from policy.decisions import rules as decisions
from policy.engine.rule import Context, StackRule, judge, judge_stack
from policy.guardrails import rules as guardrails
from policy.ledger.rows import ROWS
from preview.simulate.wire import UNKNOWN_SHOWN, leaves, show_to_reader
from tests.conftest import TODAY
from tests.golden.identities import aliases, golden_identities, identities, lost, with_new
from tests.golden.inventory import COMMAND, differences, golden, inventory, moved, switches
from tests.golden.target import BRANCHES, PHASES, STACKS, VARIATIONS, recorded, settings

PACKS = (cost, decisions, guardrails)
RELEASE = "kubernetes:helm.sh/v3:Release"
#: By slug, a resource that is there when the system is: its type and, where that says too little, a property.
WITNESSES = {
    "documentdb": ("aws:docdb/clusterInstance:ClusterInstance",),
    "elasticache": ("aws:elasticache/replicationGroup:ReplicationGroup", "engine", "valkey"),
    "opensearch": ("aws:opensearch/domain:Domain",),
    "airflow": (RELEASE, "chart", "airflow"),
    "ecr": ("aws:ecr/repository:Repository",),
    "secrets-manager": (RELEASE, "chart", "external-secrets"),
    "cloudwatch-agent": ("aws:eks/addon:Addon", "addonName", "amazon-cloudwatch-observability"),
    "prometheus": (RELEASE, "chart", "kube-prometheus-stack"),
    "grafana": (RELEASE, "chart", "grafana"),
    "cloudwatch-logs": ("aws:cloudwatch/logGroup:LogGroup", "name", "/alphacar/alphacar-eks/pods"),
    "loki": (RELEASE, "chart", "loki"),
    "xray": ("aws:xray/group:Group",),
    "tempo": (RELEASE, "chart", "tempo"),
    "istio": (RELEASE, "chart", "istiod"),
    "kyverno": (RELEASE, "chart", "kyverno"),
    "ebs": ("kubernetes:storage.k8s.io/v1:StorageClass", "provisioner", "ebs.csi.aws.com"),
    "velero-s3": (RELEASE, "chart", "velero"),
    "eks": ("aws:eks/cluster:Cluster",),
}
#: Inputs that AWS or the cluster knows a resource by.
PHYSICAL = (
    "name",
    "bucket",
    "identifier",
    "clusterIdentifier",
    "domainName",
    "userId",
    "replicationGroupId",
    "addonName",
)


def context(variation):
    return Context(settings=settings(variation), today=TODAY)


@pytest.mark.parametrize("variation", VARIATIONS)
def test_it_records_and_no_rule_objects(variation):
    resources, where = recorded(variation).resources, context(variation)
    found = [
        f"{rule.name}: {finding.urn}: {finding.message}"
        for pack in PACKS
        for rule in (*pack.RULES, *getattr(pack, "STACK_RULES", ()))
        for finding in judged(rule, resources, where)
        if finding.kind in ("violation", "undetermined")
    ]

    assert found == []


def judged(rule, resources, where):
    if isinstance(rule, StackRule):
        return judge_stack(rule, resources, where)
    return [finding for resource in resources for finding in judge(rule, resource, where)]


def test_the_inventory_is_the_golden_one():
    changed = differences(golden()["inventory"], inventory())

    assert not changed, f"{len(changed)} counts changed; if that was meant, run {COMMAND}:\n" + "\n".join(changed)


@pytest.mark.parametrize("branch", BRANCHES)
def test_a_switch_moves_exactly_one_set_of_resources(branch):
    assert switches()[branch] == golden()["switches"][branch], f"if that was meant, run {COMMAND}"


@pytest.mark.parametrize(
    ("branch", "rows"), [("loki", {"logs"}), ("tempo", {"traces", "agent", "dashboards"}), ("istio", set())]
)
def test_a_switch_moves_nothing_that_is_on_another_row_s_bill(branch, rows):
    one, other = recorded("prod/all").by_urn, recorded(f"prod/all/{branch}").by_urn
    moving = [(one | other)[urn] for urn in one.keys() ^ other.keys()]

    assert {made.inputs["tags"]["decision"] for made in moving if "tags" in made.inputs} <= rows


def test_what_nobody_has_measured_is_built_as_before():
    assert moved("dev/all/incumbents", "dev/all/undecided") == {"goes": [], "comes": [], "is told": []}


@pytest.mark.parametrize("stack", STACKS)
def test_a_phase_adds_and_takes_nothing_away(stack):
    built = {name: recorded(f"{stack}/{name}").by_urn.keys() for name in PHASES}

    assert built["none"] < built["1"] < built["1+2"] < built["all"]
    assert built["1"] < built["1+3"] < built["all"]


@pytest.mark.parametrize("variation", ["prod/all", "prod/all/incumbents"])
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.capability)
def test_every_row_of_the_ledger_is_built_or_refused(row, variation):
    where = context(variation)
    chosen = where.decisions[row.capability].choice
    if chosen in WITNESSES:
        type_, *wanted = WITNESSES[chosen]
        found = [made.inputs for made in recorded(variation).of(type_)]

        assert [inputs for inputs in found if not wanted or inputs.get(wanted[0]) == wanted[1]] or row.pending
    else:
        assert chosen == "none", f"{chosen} has no witness"
    left = {row.incumbent, row.target, *row.rejected} if row.verdict != "keep" else set(row.rejected)
    for system in left:
        if system.slug != chosen:
            assert all(refused(resource, where) for resource in forms(system)), system.slug


def forms(system):
    """A resource for each way a system is told by; a target of AWS that is merely not chosen has none."""
    types = [f"{token}x:X" if token.endswith("/") else token for token in system.forms.types]
    kinds = [
        f"kubernetes:{kind.partition('/')[0]}/v1:{kind.partition('/')[2] or 'Thing'}" for kind in system.forms.kinds
    ]
    made = [(type_, {}) for type_ in (*types, *kinds)]
    made += [(RELEASE, {"chart": chart}) for chart in system.forms.charts]
    return [Resource(urn="urn:x", type=type_, name="x", props=props) for type_, props in made]


def refused(resource, where):
    return any(finding.kind == "violation" for rule in decisions.RULES for finding in judge(rule, resource, where))


def test_a_deployed_stack_keeps_every_urn_and_every_physical_name():
    now, before = identities(), golden_identities()

    assert lost(before, now, aliases()) == []
    assert with_new(before, now) == before, f"new names belong into the table: run {COMMAND}"


def test_what_the_engine_would_not_know_again_is_told():
    before = {"a:A::one": {"name x": ["dev"]}, "b:B::two": {"": ["dev"]}, "c:C::three": {"": ["dev"]}}
    now = {"a:A::one": {"name y": ["dev"]}, "n:N$c:C::three": {"": ["dev"]}}

    assert lost(before, now, {"c:C::three": "n:N$c:C::three"}) == [
        "a:A::one was {'name x': ['dev']} and is {'name y': ['dev']}",
        "b:B::two is gone, and nothing names it as an alias",
    ]


def test_a_new_stack_is_added_to_the_table_and_loses_nothing():
    before = {"a:A::one": {"name x": ["dev"]}, "b:B::two": {"": ["dev"]}}
    now = {"a:A::one": {"name x": ["dev", "qa"], "name q": ["qa"]}, "b:B::two": {"": ["dev"]}, "c:C::new": {"": ["qa"]}}

    assert lost(before, now, {}) == []
    assert with_new(before, now) == now
    # What is another name now stays red until somebody takes the line out.
    assert with_new(before, {"a:A::one": {"name y": ["dev"]}}) == before


@pytest.mark.parametrize("variation", VARIATIONS)
def test_no_two_of_a_kind_share_a_physical_name(variation):
    count = Counter(name for made in recorded(variation).all for name in names(made))

    assert [name for name, times in count.items() if times > 1] == []


def names(made):
    """Every name that AWS or the cluster knows a resource by, as far as it is known."""
    inputs = show_to_reader(made.inputs)
    if "metadata" in inputs:
        yield made.type, inputs["metadata"]["name"], inputs["metadata"].get("namespace")
    elif made.type.startswith("aws:") or made.type == RELEASE:
        for key in PHYSICAL:
            if inputs.get(key, UNKNOWN_SHOWN) != UNKNOWN_SHOWN:
                yield made.type, key, inputs[key], inputs.get("namespace")


@pytest.mark.parametrize("variation", ["dev/all", "prod/all", "prod/all/incumbents"])
def test_nothing_is_the_text_of_an_output(variation):
    recording = recorded(variation).recording
    values = [recording.outputs, *(made.inputs for made in recording.registrations)]

    assert not [path for value in values for path, leaf in leaves(value) if "Calling __str__" in str(leaf)]
