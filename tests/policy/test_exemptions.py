"""A waiver of a row reaches as far in the cluster as its URN says, and not beyond its day."""

from dataclasses import replace
from datetime import date

import pytest

from policy.admission import exceptions, ledger_policies
from policy.decisions.rules import RULES
from policy.exemptions import Stack, Target, target_of
from policy.rule import Context, judge
from tests.policy.admitting import Kyverno
from tests.policy.cases import Asked, pod_maker

TODAY = date(2026, 11, 23)
STACK = Stack("prod", "shop")
WAIVER = {
    "row": "cache",
    "urn": "*::kubernetes:apps/v1:Deployment::shop/old-redis",
    "reason": "the old session store moves last",
    "owner": "platform",
    "ticket": "OPS-7",
    "expires": "2026-12-31",
}


@pytest.fixture
def waived(settings):
    """Settings, policies and exceptions of prod with one waiver."""

    def make(today=TODAY, **changes):
        waiver = {key: value for key, value in {**WAIVER, **changes}.items() if value is not None}
        chosen = settings("prod", {"phases": [1, 2, 3, 4, 5], "exceptions": [waiver]})
        landing = Context(settings=chosen, today=today)
        documents = exceptions(landing.waivers, landing.decisions, today, STACK)
        return landing, documents, Kyverno(ledger_policies(landing.decisions, "Deny"), documents, str(today))

    return make


def redis(kind="Deployment", name="old-redis", namespace="shop", image="redis:7", **metadata):
    manifest = pod_maker(kind, {"containers": [{"name": "x", "image": image}]}, name, namespace)
    return {**manifest, "metadata": {**manifest["metadata"], **metadata}}


def made_by(kind, name):
    return [{"kind": kind, "name": name, "controller": True, "apiVersion": "apps/v1", "uid": "1"}]


@pytest.mark.parametrize(
    ("urn", "target"),
    [
        ("*::kubernetes:apps/v1:Deployment::shop/old-redis", Target("shop", "old-redis", "Deployment", "apps/v1")),
        ("*::kubernetes:apps/v1:DeploymentPatch::shop/old-redis", Target("shop", "old-redis", "Deployment", "apps/v1")),
        ("urn:pulumi:prod::shop::a:b:C$kubernetes:core/v1:Pod::shop/a", Target("shop", "a", "Pod", "v1")),
        ("urn:pulumi:prod::other::kubernetes:core/v1:Pod::shop/a", None),
        ("urn:pulumi:dev::*::kubernetes:core/v1:Pod::shop/a", None),
        ("*::kubernetes:batch/*::shop/old-redis", None),
        ("*::kubernetes:apps/v1:Deploy*::shop/old-redis", None),
        ("*kubernetes:v1:Pod::shop/a", Target("shop", "a", "Pod", "v1")),
        ("urn:pulumi:*::*::*::shop/old-redis", Target("shop", "old-redis", None)),
        ("*::shop/old-redis", Target("shop", "old-redis", None)),
        ("*::legacy:shop/old-redis", Target("shop", "old-redis", None)),
        ("*:shop/old-redis", None),
        ("*::shop/old-*", Target("shop", "old-*", None)),
        ("*::shop/*", Target("shop", "*", None)),
        ("*::*/old-redis", None),
        ("*::shop*", None),
        ("*::old-redis", None),
        ("*::kubernetes:bitnami.com/v1alpha1:SealedSecret::foo", None),
        (
            "*::kubernetes:storage.k8s.io/v1:StorageClass::longhorn",
            Target(None, "longhorn", "StorageClass", "storage.k8s.io/v1"),
        ),
        ("*::kubernetes:apps/v1:Deployment::old-redis", None),
        ("*::kubernetes:helm.sh/v3:Release::redis", None),
        ("*::kubernetes:helm.sh/v3:Release::shop/redis", Target("shop", "redis", "Release", "helm.sh/v3")),
        ("*::aws:elasticache/cluster:Cluster::shop/old-redis", None),
        ("*old-redis", None),
        ("*", None),
        ("*::*", None),
        ("*::shop/[a-z]*", None),
        ("*::Shop/old-redis", None),
        ("*::shop/", None),
        ("*::shop/'); true || ('", None),
    ],
)
def test_a_urn_says_which_object_is_meant_or_nothing(urn, target):
    assert target_of(urn, STACK) == target


@pytest.mark.parametrize(
    ("manifest", "admitted"),
    [
        (redis(), True),
        (redis(image="docker.io/bitnami/redis@sha256:0"), True),
        (redis(name="old-redis-2"), False),
        (redis(name="redis"), False),
        (redis(namespace="other"), False),
        (redis(kind="StatefulSet"), False),
        (redis(image="mongo:7"), False),
        (redis("ReplicaSet", "old-redis-7c9d", ownerReferences=made_by("Deployment", "old-redis")), True),
        (redis("Pod", "old-redis-7c9d-x2x4z", ownerReferences=made_by("ReplicaSet", "old-redis-7c9d")), True),
        (redis("Pod", "old-redis-7c9d-x2x4z"), False),
        (redis("Pod", "x", ownerReferences=[{**made_by("ReplicaSet", "old-redis")[0], "controller": False}]), False),
        (redis("Pod", "x", "other", ownerReferences=made_by("ReplicaSet", "old-redis-7c9d")), False),
        (redis("Pod", "x", ownerReferences=made_by("ReplicaSet", "not-old-redis")), False),
        (redis("Pod", "x", ownerReferences=made_by("ReplicaSet", "old-redis-a-b-c")), False),
        (redis("Pod", "x", ownerReferences=made_by("StatefulSet", "old-redis-2")), False),
        (redis("Pod", "x", ownerReferences=made_by("DaemonSet", "old-redis")), False),
    ],
)
def test_an_exception_covers_the_object_and_what_it_makes_and_nothing_else(waived, manifest, admitted):
    _, _, kyverno = waived()

    assert (kyverno.refusals(manifest) == []) is admitted


@pytest.mark.parametrize(
    ("manifest", "admitted"),
    [
        (redis("StatefulSet", "cache", annotations={"meta.helm.sh/release-name": "redis"}), True),
        (redis("Pod", "cache-0", labels={"app.kubernetes.io/instance": "redis"}), True),
        (redis("StatefulSet", "cache", labels={"app.kubernetes.io/instance": "redis"}), False),
        (redis("StatefulSet", "redis", annotations={"meta.helm.sh/release-name": "other"}), False),
        (redis("StatefulSet", "c", "other", annotations={"meta.helm.sh/release-name": "redis"}), False),
    ],
)
def test_an_exception_of_a_release_covers_what_carries_its_name(waived, manifest, admitted):
    _, _, kyverno = waived(urn="*::kubernetes:helm.sh/v3:Release::shop/redis")

    assert (kyverno.refusals(manifest) == []) is admitted


def test_a_storage_class_and_the_claims_of_a_set_are_covered(waived):
    by_set = waived(row="volumes", urn="*::shop/db")[2]
    by_class = waived(row="volumes", urn="*::kubernetes:storage.k8s.io/v1:StorageClass::longhorn")[2]
    storage_class = {
        "apiVersion": "storage.k8s.io/v1",
        "kind": "StorageClass",
        "metadata": {"name": "longhorn"},
        "provisioner": "driver.longhorn.io",
    }
    claim = {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": "data-db-0", "namespace": "shop"},
        "spec": {"storageClassName": "longhorn"},
    }

    assert not by_set.refusals(claim)
    assert by_set.refusals({**claim, "metadata": {"name": "data-web-0", "namespace": "shop"}})
    assert by_set.refusals({**claim, "metadata": {"name": "other-app-db-0", "namespace": "shop"}})
    assert waived(row="volumes", urn="*::kubernetes:apps/v1:Deployment::shop/db")[2].refusals(claim)
    assert by_set.refusals(storage_class)
    assert not by_class.refusals(storage_class)
    assert by_class.refusals({**storage_class, "metadata": {"name": "longhorn-2"}})
    assert by_class.refusals(claim)


@pytest.mark.parametrize(("today", "holds"), [("2026-12-31", True), ("2027-01-01", False)])
def test_pack_and_cluster_let_a_waiver_end_on_the_same_day(waived, today, holds):
    landing, documents, kyverno = waived(today=date.fromisoformat(today))
    named = Asked(redis()).declared
    urn = "urn:pulumi:prod::shop::kubernetes:apps/v1:Deployment::shop/old-redis"
    findings = [finding for rule in RULES for finding in judge(rule, named, landing)]

    assert bool(documents) is holds
    assert (kyverno.refusals(redis()) == []) is holds
    assert {finding.kind for finding in findings} == {"violation"}
    resource = type(named)(urn=urn, type=named.type, name="shop/old-redis", props=named.props)
    waived_kinds = {finding.kind for rule in RULES for finding in judge(rule, resource, landing)}
    assert waived_kinds == ({"waived"} if holds else {"violation"})


def test_an_exception_ends_by_itself(waived):
    _, documents, _ = waived()
    landing, _, _ = waived()
    policies = ledger_policies(landing.decisions, "Deny")

    assert documents[0]["spec"]["expiresAt"] == "2027-01-01T00:00:00Z"
    assert Kyverno(policies, documents, "2026-12-31").refusals(redis()) == []
    assert Kyverno(policies, documents, "2027-01-01").refusals(redis())


def test_an_exception_names_every_policy_of_its_row_and_who_asked_for_it(waived):
    landing, documents, _ = waived()
    (exception,) = documents
    named = {reference["name"] for reference in exception["spec"]["policyRefs"]}

    assert named == {
        policy["metadata"]["name"]
        for policy in ledger_policies(landing.decisions, "Deny")
        if policy["metadata"]["labels"]["decision"] == "cache"
    }
    assert exception["metadata"]["namespace"] == "kyverno-exceptions"
    assert exception["spec"]["properties"]["ticket"] == "OPS-7"


@pytest.mark.parametrize(
    "changes",
    [
        {"urn": "*"},
        {"row": ..., "policy": "logs-expire"},
        {"row": ..., "policy": "rejected-systems-stay-out", "urn": "*"},
        {"row": "platform"},
        {"row": "backup"},
        {"expires": "2026-11-22"},
    ],
)
def test_what_cannot_be_told_or_does_not_hold_makes_no_exception(settings, changes):
    waiver = {key: value for key, value in {**WAIVER, **changes}.items() if value is not ...}
    landing = Context(settings=settings("prod", {"exceptions": [waiver]}), today=TODAY)

    assert exceptions(landing.waivers, landing.decisions, TODAY, STACK) == []


@pytest.mark.parametrize(
    ("policy", "image", "rows"),
    [
        ("replaced-systems-stay-out", "mongo:7", {"documents", "cache", "volumes", "workflow"}),
        ("rejected-systems-stay-out", "openpolicyagent/gatekeeper", {"admission", "workflow"}),
    ],
)
def test_an_exception_from_a_policy_reaches_what_that_policy_keeps_out_and_no_more(waived, policy, image, rows):
    landing, (exception,), kyverno = waived(row=None, policy=policy, urn="*::kubernetes:apps/v1:Deployment::shop/mongo")
    named = {reference["name"] for reference in exception["spec"]["policyRefs"]}
    other = "openpolicyagent/gatekeeper" if image == "mongo:7" else "mongo:7"

    assert kyverno.refusals(redis(name="mongo", image=image)) == []
    assert kyverno.refusals(redis(name="mongo", image=other))
    assert kyverno.refusals(redis(name="mongo-2", image=image))
    assert rows <= {name.partition("-")[0] for name in named}
    assert "workflow-msk-kind" not in named if policy.startswith("replaced") else "workflow-kafka-image" not in named
    assert exception["metadata"]["name"].startswith(f"{policy}-")
    resource = replace(
        Asked(redis(image=image)).declared, urn="urn:pulumi:prod::shop::kubernetes:apps/v1:Deployment::shop/mongo"
    )
    assert {finding.kind for rule in RULES for finding in judge(rule, resource, landing)} == {"waived"}


def test_every_policy_of_the_cluster_can_be_excepted_by_one_of_the_packs_policies(waived):
    landing, _, _ = waived()
    named = {
        reference["name"]
        for policy in ("replaced-systems-stay-out", "rejected-systems-stay-out")
        for exception in waived(row=None, policy=policy)[1]
        for reference in exception["spec"]["policyRefs"]
    }

    assert named == {policy["metadata"]["name"] for policy in ledger_policies(landing.decisions, "Deny")}


def test_an_exception_is_for_the_version_that_was_declared(waived):
    _, _, kyverno = waived(row="workflow", urn="*::kubernetes:kafka.strimzi.io/v1beta2:Kafka::shop/old")
    kafka = {"kind": "Kafka", "metadata": {"name": "old", "namespace": "shop"}, "spec": {}}

    assert kyverno.refusals({**kafka, "apiVersion": "kafka.strimzi.io/v1beta2"}) == []
    assert kyverno.refusals({**kafka, "apiVersion": "kafka.strimzi.io/v1"})
    assert kyverno.refusals({**kafka, "apiVersion": "platform.confluent.io/v1beta1"})
