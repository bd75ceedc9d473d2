"""The network policies of every environment let through what the table of flows says, and nothing else."""

from __future__ import annotations

from functools import cache
from ipaddress import IPv4Address, IPv4Network
from itertools import product

import pytest

from components.network.vpc import subnet_cidrs
from model.kubernetes import group_and_kind
from model.pods import POD_SPECS
from model.resource import peek
from policy.isolation.flows import (
    ANSWERING,
    APPLICATIONS,
    EVERY,
    STORES,
    existing_flows,
    existing_workloads,
    load_table,
    namespace_of,
)
from policy.isolation.network_policies import selector
from preview.simulate.wire import show_to_reader
from tests.golden.target import VARIATIONS, recorded, settings
from tests.policy.isolation.admits import End, admits, by_namespace, selects

POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy"
NAMESPACE = "kubernetes:core/v1:Namespace"
POD_MAKERS = tuple(f"kubernetes:{group}/v1:{kind}" for group, kind in POD_SPECS)
#: No phase, one without Airflow, both branches of every choice, and the drills of every store.
ALL = ["dev/none", "prod/1", "prod/all", "prod/all/incumbents", "prod/all/drills"]
LINK_LOCAL = IPv4Network("169.254.0.0/16")
#: What nothing listens at, and the port of the metadata service and of the agent of identities.
STRAY = {(22, "TCP"), (80, "TCP"), (53, "UDP")}
TABLE = load_table()
PODS = {*TABLE.workloads, APPLICATIONS}


@cache
def policies(variation):
    return by_namespace(show_to_reader(made.inputs) for made in recorded(variation).of(POLICY))


@cache
def namespaces(variation):
    return {made.inputs["metadata"]["name"] for made in recorded(variation).of(NAMESPACE)}


@cache
def present(variation):
    """What exists, read from what is declared and not from what the chapter says."""
    types = {made.type for made in recorded(variation).all}
    there = {
        "cache": "aws:elasticache/replicationGroup:ReplicationGroup" in types,
        "documents": "aws:docdb/cluster:Cluster" in types,
        "search": "aws:opensearch/domain:Domain" in types,
        "workflow-database": "aws:rds/instance:Instance" in types,
        "xray": "aws:xray/group:Group" in types,
        "mesh-probes": "istio-system" in namespaces(variation),
        "cloudwatch-logs": "logging" in namespaces(variation) and "loki" not in namespaces(variation),
        "amazon-cloudwatch": any(
            made.inputs.get("addonName") == "amazon-cloudwatch-observability"
            for made in recorded(variation).of("aws:eks/addon:Addon")
        ),
        APPLICATIONS: True,
    }
    return frozenset({name for name, is_there in there.items() if is_there} | namespaces(variation))


@cache
def networks(variation):
    network = settings(variation).network
    return {
        name: [IPv4Network(one) for one in found]
        for name, found in subnet_cidrs(network.cidr, len(network.zones)).items()
    }


def addresses(variation):
    """An address of each place that is no pod."""
    tiers = networks(variation)
    return [
        End("private", str(tiers["private"][-1][9])),
        End("data", str(tiers["data"][-1][9])),
        End("public", str(tiers["public"][-1][9])),
        End("world", "52.95.193.10"),
        End("on-premises", "192.168.0.170"),
        End("another-vpc", "172.31.0.9"),
        End("identity-agent", "169.254.170.23"),
        End("metadata", "169.254.169.254"),
        End("mesh-probes", "169.254.7.127"),
    ]


def pods(variation):
    """Pods of each workload that exists, one of each application, and in every namespace one that nobody knows."""
    inside = networks(variation)["private"][0]
    found = []
    for name, workload in TABLE.workloads.items():
        if namespace_of(name) in present(variation) | {"kube-system"}:
            several = next(
                ([(key, one) for one in value] for key, value in workload.labels.items() if isinstance(value, list)),
                [()],
            )
            plain = {key: value for key, value in workload.labels.items() if isinstance(value, str)}
            found += [(name, namespace_of(name), {**plain, **dict([one] if one else [])}) for one in several]
    found += [(APPLICATIONS, name, {"app": "web"}) for name in settings(variation).applications]
    found += [
        ("stranger", name, {"app.kubernetes.io/name": "stranger", "tier": "stranger"})
        for name in sorted(namespaces(variation))
    ]
    return [End(name, str(inside[100 + number]), where, labels) for number, (name, where, labels) in enumerate(found)]


@cache
def covers(end, thing, variation):
    """Whether an end of the table means a pod or an address."""
    if end in TABLE.workloads:
        labels = TABLE.workloads[end].labels
        return thing.namespace == namespace_of(end) and all(
            thing.labels.get(key) in (value if isinstance(value, list) else [value]) for key, value in labels.items()
        )
    if end == APPLICATIONS:
        return thing.namespace in settings(variation).applications
    address, tiers = IPv4Address(thing.address), networks(variation)
    return {
        "control-plane": any(address in one for one in tiers["private"]),
        "nodes": any(address in one for one in tiers["private"]),
        "balancer": any(address in one for one in tiers["public"]),
        "identity-agent": thing.name == "identity-agent",
        "mesh-probes": thing.name == "mesh-probes",
        "world": address.is_global,
        "on-premises": False,
        **dict.fromkeys(STORES, any(address in one for one in tiers["data"])),
    }[end]


def said(variation, source, target, port):
    """What the table says of a pair: the source may call it, and it may be called."""
    return _side(variation, source, target, port, outgoing=True) and _side(
        variation, target, source, port, outgoing=False
    )


def _side(variation, pod, other, port, *, outgoing):
    if not pod.namespace or not shut(pod, variation):
        return True
    for near, far, numbers in near_ends(variation, pod, outgoing):
        if numbers and port not in numbers:
            continue
        # Neighbours of one namespace; and what an application calls by HTTPS may stand anywhere but on its node.
        if near == far == APPLICATIONS and pod.namespace != other.namespace:
            continue
        if near == APPLICATIONS and far == "world" and IPv4Address(other.address) not in LINK_LOCAL:
            return True
        if covers(far, other, variation):
            return True
    return False


@cache
def rows(variation):
    """The table's flows between what exists, each as two ends and ports."""
    return [
        (pair.source, pair.target, {(one.number, one.protocol) for one in pair.ports})
        for pair in existing_flows(TABLE, present(variation))
    ]


@cache
def near_ends(variation, pod, outgoing):
    """The rows that open a pod in one direction. A place is met by its address: what shuts a pod is its own rows."""
    turned = [row if outgoing else (row[1], row[0], row[2]) for row in rows(variation)]
    return [row for row in turned if row[0] in PODS and covers(row[0], pod, variation)]


@cache
def shut(pod, variation):
    """Whether a pod is closed at all: everything is, but what AWS puts into kube-system."""
    return pod.namespace != "kube-system" or any(
        covers(name, pod, variation) for name, one in TABLE.workloads.items() if not one.open
    )


def ports(variation):
    return sorted(STRAY.union(*(numbers for _, _, numbers in rows(variation))))


@pytest.mark.parametrize("variation", ALL)
def test_what_the_table_says_is_let_through_and_nothing_else(variation):
    everybody = [*pods(variation), *addresses(variation)]
    wrong = [
        (source, target, port)
        for source, target, port in product(everybody, everybody, ports(variation))
        if (source.namespace or target.namespace)
        and admits(policies(variation), source, target, *port) is not said(variation, source, target, port)
    ]

    assert not wrong, [(a.namespace, a.name, b.namespace, b.name, port) for a, b, port in wrong[:8]]


@pytest.mark.parametrize("variation", ALL)
def test_each_flow_whose_ends_exist_is_let_through(variation):
    everybody = [*pods(variation), *addresses(variation)]
    for pair in existing_flows(TABLE, present(variation)):
        sources, targets = (
            [
                one
                for one in everybody
                if covers(end, one, variation) and one.name != "stranger" and bool(one.namespace) is (end in PODS)
            ]
            for end in (pair.source, pair.target)
        )
        assert sources, pair
        assert targets, pair
        for source, target in product(sources, targets):
            if pair.source == pair.target == APPLICATIONS and source.namespace != target.namespace:
                continue
            for port in pair.ports:
                assert admits(policies(variation), source, target, port.number, port.protocol), (pair, port)


@pytest.mark.parametrize("variation", ALL)
def test_between_pods_that_are_shut_there_is_no_way_but_a_row(variation):
    """Addresses of the private subnets, which stand for the control plane, open no way between pods."""
    inside = [pod for pod in pods(variation) if shut(pod, variation)]
    between = [row for row in rows(variation) if row[0] in PODS and row[1] in PODS]
    for source, target, port in product(inside, inside, ports(variation)):
        if admits(policies(variation), source, target, *port):
            assert any(covers(row[0], source, variation) and covers(row[1], target, variation) for row in between), (
                source,
                target,
                port,
            )


@pytest.mark.parametrize("variation", VARIATIONS)
def test_every_namespace_that_is_made_is_shut_both_ways(variation):
    shut_both = {
        namespace
        for namespace, found in policies(variation).items()
        for one in found
        if not one["spec"]["podSelector"]
        and set(one["spec"]["policyTypes"]) == {"Ingress", "Egress"}
        and not one["spec"].get("ingress")
        and not one["spec"].get("egress")
    }

    assert shut_both >= namespaces(variation)
    assert shut_both - namespaces(variation) <= {"amazon-cloudwatch"}


@pytest.mark.parametrize("variation", ALL)
def test_every_pod_that_the_program_declares_is_one_of_the_table(variation):
    """One that no row names would start, and reach nothing: add it to policy/isolation/flows.yaml."""
    strangers = [
        made.urn
        for made in recorded(variation).of(*POD_MAKERS)
        for place in [POD_SPECS[group_and_kind(made.type)]]
        for labels in [peek(made.inputs, *place[:-1], "metadata", "labels") or {}]
        if not any(
            namespace_of(name) == made.inputs["metadata"]["namespace"] and selects(selector(one), labels)
            for name, one in existing_workloads(TABLE, present(variation)).items()
        )
    ]

    assert not strangers


def test_no_rule_is_everybody_s_for_want_of_an_end():
    for variation in VARIATIONS:
        for found in policies(variation).values():
            for one in found:
                for direction, key in (("ingress", "from"), ("egress", "to")):
                    assert all(rule.get(key) for rule in one["spec"].get(direction, ())), (variation, one["metadata"])


def test_every_row_is_met_somewhere():
    """A row that no environment has is one that nobody reads; a VPN is in none of ours."""
    met = {pair.flow for variation in VARIATIONS for pair in existing_flows(TABLE, present(variation))}

    assert {flow.to for flow in TABLE.flows if flow not in met} == {"on-premises"}
    assert {flow.why for flow in TABLE.flows if flow.sources == (EVERY,)} == {"names"}
    assert set(ANSWERING) <= {flow.to for flow in TABLE.flows}


def test_a_selector_is_read_as_kubernetes_reads_it():
    absent = {"matchExpressions": [{"key": "tier", "operator": "DoesNotExist"}]}
    one_of = {"matchLabels": {"tier": "x"}, "matchExpressions": [{"key": "c", "operator": "In", "values": ["a", "b"]}]}

    assert selects({}, {})
    assert selects(None, {"a": "b"})
    assert selects(absent, {})
    assert not selects(absent, {"tier": "x"})
    assert selects(one_of, {"tier": "x", "c": "b"})
    assert not selects(one_of, {"tier": "x", "c": "d"})
