"""A waiver of a row reaches as far in the cluster as its URN says, and not beyond its day."""

from dataclasses import replace
from datetime import date

import pytest

from policy.admission.exceptions import target_of, too_wide
from policy.admission.policies import generate_exceptions, ledger_policies
from policy.admission.target import Target, match_condition
from policy.decisions.rules import RULES
from policy.engine.rule import Context, judge
from tests.policy.admission import excepted
from tests.policy.admission.admitting import Kyverno, Request
from tests.policy.admission.cases import Asked
from tests.policy.admission.excepted import EXCEPTED, STACK, TODAY, UPDATED, WAIVER, made_by, redis


@pytest.fixture
def waived(settings):
    """Settings, policies and exceptions of prod with one waiver."""

    def make(today=TODAY, **changes):
        found = excepted.waived(settings, today, **changes)
        return found.landing, found.exceptions, Kyverno(found.policies, found.exceptions, str(today))

    return make


@pytest.mark.parametrize(
    ("urn", "target"),
    [
        ("*::kubernetes:apps/v1:Deployment::shop/old-redis", Target("shop", "old-redis", "Deployment", "apps/v1")),
        ("*::kubernetes:apps/v1:DeploymentPatch::shop/old-redis", Target("shop", "old-redis", "Deployment", "apps/v1")),
        ("urn:pulumi:prod::shop::a:b:C$kubernetes:core/v1:Pod::shop/a", Target("shop", "a", "Pod", "v1")),
        ("urn:pulumi:prod::other::kubernetes:core/v1:Pod::shop/a", None),
        ("urn:pulumi:dev::*::kubernetes:core/v1:Pod::shop/a", None),
        ("*::kubernetes:batch/*::shop/old-redis", None),
        ("*::kubernetes:apps:Deployment::shop/old-redis", None),
        (
            "*::kubernetes:acid.zalan.do/v1:postgresql::shop/db",
            Target("shop", "db", "postgresql", "acid.zalan.do/v1"),
        ),
        ("*::kubernetes:apps/v1:Deploy*::shop/old-redis", None),
        ("*kubernetes:v1:Pod::shop/a", Target("shop", "a", "Pod", "v1")),
        ("*::kubernetes:apps/v1:Deployment::legacy:shop/web", Target("shop", "web", "Deployment", "apps/v1")),
        ("*::shop/old-redis", None),
        ("*:shop/old-redis", None),
        ("*::kubernetes:apps/v1:Deployment::shop/old-*", None),
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
        ("*::kubernetes:helm.sh/v3:Release::shop/redis", None),
        ("*::kubernetes:apps/v1:Deployment::shop/-redis", None),
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


@pytest.mark.parametrize(("changes", "asked", "admitted"), [*EXCEPTED, *UPDATED])
def test_an_exception_covers_what_its_urn_says_and_nothing_else(waived, changes, asked, admitted):
    _, _, kyverno = waived(**changes)

    refusals = kyverno.refusals(asked.manifest, asked.operation, asked.subresource, asked.user, asked.old)
    assert (refusals == []) is admitted


@pytest.mark.parametrize(
    ("urn", "reason"),
    [
        ("*::shop/old-redis", "it names no type, and a pod may be called old-redis too; write the type and the name"),
        ("urn:pulumi:prod::shop::*::shop/old-*", "it names no type"),
        ("*::kubernetes:apps/v1:Deployment::shop/old-*", "whoever creates a Deployment may choose a name like old-*"),
        ("*::kubernetes:core/v1:Pod::shop/?", "whoever creates a Pod may choose a name like ?"),
        (
            "*kubernetes:helm.sh/v3:Release::shop/old-redis",
            "is told by labels and annotations, which anybody may write",
        ),
        ("*::kubernetes:helm.sh/v4:Chart::shop/old-redis", "waive it by its bare name, in the preview alone"),
        ("*::kubernetes:argoproj.io/v1alpha1:Rollout::shop/web", "is told by its owner alone, which anybody may write"),
        ("*::kubernetes:apps/v1:StatefulSet::shop/old-redis", None),
        ("*::kubernetes:apps.kruise.io/v1beta1:StatefulSet::shop/old-redis", None),
        ("*::kubernetes:helm.sh/v3:Release::old-redis", None),
        ("urn:pulumi:prod::other::*::shop/old-redis", None),
        ("*::aws:elasticache/cluster:Cluster::shop/old-*", None),
    ],
)
def test_what_anybody_could_claim_is_too_wide(urn, reason):
    found = too_wide(urn, STACK)

    assert (found is None) is (reason is None)
    assert reason is None or (reason in found and target_of(urn, STACK) is None)


@pytest.mark.parametrize(
    "manifest",
    [
        {},
        {"metadata": {"namespace": "shop"}},
        {"metadata": {"namespace": "shop", "ownerReferences": [{}, {"controller": True}]}},
        {"metadata": {"namespace": "shop", "ownerReferences": made_by("StatefulSet", "old-redis")}},
        {"metadata": {"name": "old-redis"}, "spec": {}},
    ],
)
def test_a_condition_is_false_of_what_says_too_little_and_never_an_error(manifest):
    """An error in an exception refuses whatever its policies look at."""
    for target in (
        Target("shop", "old-redis", kind, version)
        for version, kind in (("apps/v1", "StatefulSet"), ("batch/v1", "CronJob"), ("v1", "Pod"))
    ):
        for kind in ("Pod", "Job", "PersistentVolumeClaim", "StatefulSet"):
            asked = {"metadata": {}, **manifest, "apiVersion": "v1", "kind": kind}
            for operation in ("CREATE", "UPDATE"):
                assert not Request(asked, operation, "").holds(match_condition(target))


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

    assert generate_exceptions(landing.waivers, landing.decisions, TODAY, STACK, landing.listed) == []


@pytest.mark.parametrize(
    ("policy", "image", "rows"),
    [
        ("replaced-systems-stay-out", "mongo:7", {"documents", "cache", "volumes", "workflow"}),
        ("rejected-systems-stay-out", "openpolicyagent/gatekeeper", {"admission", "workflow"}),
    ],
)
def test_an_exception_from_a_policy_reaches_what_that_policy_keeps_out_and_no_more(waived, policy, image, rows):
    landing, (exception,), _ = waived(row=None, policy=policy, urn="*::kubernetes:apps/v1:Deployment::shop/mongo")
    named = {reference["name"] for reference in exception["spec"]["policyRefs"]}

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


def test_a_waiver_of_nobody_who_is_listed_opens_nothing_in_the_cluster(waived):
    assert [len(waived(owner=owner)[1]) for owner in ("platform", "Platform", "nobody")] == [1, 0, 0]
