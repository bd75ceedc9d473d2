"""What waits for what: order is declared, never luck. Waiting is followed through every step and every component."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from preview.simulate.wire import leaves, show_to_reader
from tests.golden.target import recorded

RELEASE = "kubernetes:helm.sh/v3:Release"
ASSOCIATION = "aws:eks/podIdentityAssociation:PodIdentityAssociation"
CLUSTER = "aws:eks/cluster:Cluster"
MIRROR = "kubernetes:external-secrets.io/v1:ExternalSecret"
#: Everything the program can build, in two recordings: both branches of each choice.
VARIATIONS = ("prod/all", "prod/all/incumbents")


@pytest.fixture(params=VARIATIONS)
def target(request):
    return recorded(request.param)


def mappings(value: Any, key: str) -> Iterator[Any]:
    """Every value that stands under ``key``, at any depth."""
    if isinstance(value, Mapping):
        for name, below in value.items():
            if name == key:
                yield below
            yield from mappings(below, key)
    elif isinstance(value, list):
        for item in value:
            yield from mappings(item, key)


def types(found):
    return {made.type for made in found.values()}


def releases(target, wanted):
    """Releases whose values satisfy ``wanted``; there is at least one, or the claim would be empty."""
    found = [made for made in target.of(RELEASE) if wanted(show_to_reader(made.inputs["values"]))]
    assert found
    return found


def test_nothing_waits_for_itself(target):
    assert not [made.urn for made in target.all if made.urn in target.waits_for(made)]


def test_whatever_names_the_cluster_waits_for_it(target):
    naming = [made for made in target.all if made.custom and "clusterName" in made.inputs]

    assert len(naming) > 10
    assert [made.urn for made in naming if CLUSTER not in types(target.waits_for(made))] == []


def test_every_release_waits_for_nodes_their_dns_and_their_identity_agent(target):
    for made in target.of(RELEASE):
        waits = target.waits_for(made)

        assert "aws:eks/nodeGroup:NodeGroup" in types(waits), made.urn
        assert {"coredns", "eks-pod-identity-agent"} <= {
            one.inputs["addonName"] for one in waits.values() if one.type == "aws:eks/addon:Addon"
        }, made.urn


def test_pods_start_after_the_association_that_gives_them_an_identity(target):
    landed = {
        (made.inputs["metadata"]["namespace"], made.inputs["metadata"]["name"])
        for made in target.of("kubernetes:core/v1:ServiceAccount")
    }
    for association in target.of(ASSOCIATION):
        namespace, account = association.inputs["namespace"], association.inputs["serviceAccount"]
        starting = [
            one
            for one in target.of(RELEASE)
            if show_to_reader(one.inputs["namespace"]) == namespace and account in accounts(one.inputs["values"])
        ]
        if account == "aws-node":
            # The network plugin is there before any node: its pods start with the first.
            starting = target.of("aws:eks/nodeGroup:NodeGroup")
        elif (namespace, account) in landed:
            # An application's pods come later, with its own pipeline: what is ours is what runs on a schedule.
            starting = list(scheduled(target, namespace, account))
        else:
            assert len(starting) == 1, (namespace, account)

        assert [made.urn for made in starting if association.urn not in target.waits_for(made)] == []


def scheduled(target, namespace, account):
    """Jobs and CronJobs whose pods run as a service account."""
    for made in target.of("kubernetes:batch/v1:CronJob", "kubernetes:batch/v1:Job"):
        inputs = show_to_reader(made.inputs)
        if inputs["metadata"]["namespace"] == namespace and account in mappings(inputs, "serviceAccountName"):
            yield made


def accounts(values):
    """The service accounts that a chart is told to make."""
    found = [
        account
        for under in mappings(show_to_reader(values), "serviceAccount")
        for account in (under, under.get("server"))
    ]
    return {account["name"] for account in found if account and "name" in account}


def test_monitors_wait_for_their_kind(target):
    (crds,) = (made for made in target.of(RELEASE) if made.inputs["chart"] == "prometheus-operator-crds")
    monitored = releases(target, lambda values: any(one.get("enabled") for one in mappings(values, "serviceMonitor")))

    assert len(monitored) > 4
    kinds = [f"kubernetes:monitoring.coreos.com/v1:{kind}" for kind in ("PrometheusRule", "ServiceMonitor")]
    assert {made.type for made in target.of(*kinds)} == {*kinds}
    for made in [*monitored, *target.of(*kinds)]:
        assert crds.urn in target.waits_for(made), made.urn


def test_claims_wait_for_the_storage_class(target):
    (default,) = target.of("kubernetes:storage.k8s.io/v1:StorageClass")
    keys = ("storageClassName", "storageClass")

    for made in releases(target, lambda values: "gp3" in [one for key in keys for one in mappings(values, key)]):
        assert default.urn in target.waits_for(made), made.urn


def test_the_storage_class_waits_for_its_driver(target):
    for made in target.of(
        "kubernetes:storage.k8s.io/v1:StorageClass", "kubernetes:snapshot.storage.k8s.io/v1:VolumeSnapshotClass"
    ):
        add_ons = {
            one.inputs["addonName"] for one in target.waits_for(made).values() if one.type == "aws:eks/addon:Addon"
        }

        assert {"aws-ebs-csi-driver", "snapshot-controller"} <= add_ons


def test_an_ingress_waits_for_the_load_balancer_controller(target):
    (ingress,) = target.of("kubernetes:networking.k8s.io/v1:Ingress")
    charts = {one.inputs["chart"] for one in target.waits_for(ingress).values() if one.type == RELEASE}

    assert "aws-load-balancer-controller" in charts


def test_everything_in_a_namespace_waits_for_the_namespace(target):
    namespaces = {made.inputs["metadata"]["name"]: made for made in target.of("kubernetes:core/v1:Namespace")}
    # AWS' add-on makes its own.
    agents = "amazon-cloudwatch-observability"
    for made in target.of("aws:eks/addon:Addon"):
        if made.inputs["addonName"] == agents:
            namespaces["amazon-cloudwatch"] = made
    for made in target.all:
        place = made.inputs if made.type == RELEASE else made.inputs.get("metadata") or {}
        if made.type.startswith("kubernetes:") and (name := show_to_reader(place).get("namespace")) not in (
            None,
            "kube-system",
        ):
            assert namespaces[name].urn in target.waits_for(made), made.urn


def test_a_chart_that_reads_a_secret_waits_for_its_mirror(target):
    read = []
    for mirror in target.of(MIRROR):
        secret, namespace = mirror.inputs["spec"]["target"]["name"], mirror.inputs["metadata"]["namespace"]
        for made in target.of(RELEASE):
            values = [leaf for _, leaf in leaves(show_to_reader(made.inputs["values"]))]
            if show_to_reader(made.inputs["namespace"]) == namespace and secret in values:
                assert mirror.urn in target.waits_for(made), f"{made.urn} reads {secret}"
                read.append(secret)

    assert {"airflow-metadata", "airflow-admin", "airflow-git", "grafana-admin", "alert-webhook"} <= set(read)


@pytest.mark.parametrize(
    ("group", "chart"),
    [
        ("external-secrets.io/", "external-secrets"),
        ("policies.kyverno.io/", "kyverno"),
        ("monitoring.coreos.com/", "prometheus-operator-crds"),
        # Rules are judged by the operator's webhook besides.
        ("monitoring.coreos.com/v1:PrometheusRule", "kube-prometheus-stack"),
    ],
)
def test_custom_resources_wait_for_the_chart_that_knows_them(target, group, chart):
    for made in target.all:
        if made.type.startswith(f"kubernetes:{group}"):
            charts = {one.inputs["chart"] for one in target.waits_for(made).values() if one.type == RELEASE}

            assert chart in charts, made.urn


def test_whoever_would_make_a_log_group_for_ever_finds_one(target):
    groups = {made.inputs["name"]: made for made in target.of("aws:cloudwatch/logGroup:LogGroup")}
    (documents,) = target.of("aws:docdb/cluster:Cluster")
    (cluster,) = target.of("eks:index:Cluster")

    assert groups["/aws/docdb/alphacar-docdb/audit"].urn in target.waits_for(documents)
    assert groups["/aws/eks/alphacar-eks/cluster"].urn in target.waits_for(cluster)
