"""One parser tells what a type token says of a Kubernetes object, and every reader asks it."""

import pytest

from model.kubernetes import group_and_kind, group_version_kind, kind_of, objects_of
from model.lifecycle.api_versions import api_facts
from model.resource import Resource
from policy.admission.exceptions import Stack, target_of
from policy.ledger.matching import appearances, form_taken
from policy.ledger.row import Forms
from pricing.coverage import custom_resources


def declared(token, **props):
    return Resource(urn=f"urn:pulumi:prod::p::{token}::x", type=token, name="x", props=props)


@pytest.mark.parametrize(
    ("token", "found"),
    [
        ("kubernetes:apps/v1:Deployment", ("apps", "v1", "Deployment")),
        ("kubernetes:apps/v1:DeploymentPatch", ("apps", "v1", "Deployment")),
        ("kubernetes:core/v1:Service", ("core", "v1", "Service")),
        # A CustomResource of apiVersion v1.
        ("kubernetes:v1:Service", ("core", "v1", "Service")),
        ("kubernetes:acid.zalan.do/v1:postgresql", ("acid.zalan.do", "v1", "postgresql")),
        # A kind of that name is no patch of nothing.
        ("kubernetes:example.com/v1:Patch", ("example.com", "v1", "Patch")),
        # The engine takes more than three parts, and three are read.
        ("kubernetes:apps/v1:Deployment:x", ("apps", "v1", "Deployment")),
        # A kind whatever its version.
        ("kubernetes:apps:StatefulSet", ("apps", "", "StatefulSet")),
        ("kubernetes:Deployment", None),
        ("kubernetes-native:apps/v1:Deployment", None),
        ("pulumi:providers:kubernetes", None),
        ("aws:eks/cluster:Cluster", None),
        ("", None),
    ],
)
def test_a_token_says_group_version_and_kind(token, found):
    assert group_version_kind(token) == found


@pytest.mark.parametrize(
    ("token", "version"),
    [("kubernetes:apps/v1:Deployment", "apps/v1"), ("kubernetes:core/v1:Pod", "v1"), ("kubernetes:v1:Pod", "v1")],
)
def test_a_version_is_written_as_objects_write_it(token, version):
    assert group_version_kind(token).api_version == version


def test_the_kind_of_a_kind_is_itself():
    assert kind_of("kubernetes:apps/v1beta1:StatefulSetPatch") == "kubernetes:apps:StatefulSet"
    assert kind_of("kubernetes:apps:StatefulSet") == "kubernetes:apps:StatefulSet"
    assert kind_of("aws:eks/cluster:Cluster") == "aws:eks/cluster:Cluster"


@pytest.mark.parametrize(
    "token",
    [
        "kubernetes:kafka.strimzi.io/v1:Kafka",
        "kubernetes:kafka.strimzi.io/v1:KafkaPatch",
        "kubernetes:kafka.strimzi.io/v1:Kafka:x",
    ],
)
def test_every_reader_takes_a_token_for_the_same_object(token):
    assert group_and_kind(token) == ("kafka.strimzi.io", "Kafka")
    assert form_taken(Forms(kinds=("kafka.strimzi.io/Kafka",)), appearances(declared(token)))
    assert custom_resources.reason(kind_of(token)) == custom_resources.DATA
    assert target_of(f"*::{token}::shop/x", Stack("prod", "p")).version == "kafka.strimzi.io/v1"


def test_an_old_version_is_noticed_through_a_list_and_a_patch():
    told = {
        tuple(fact.subject for fact in api_facts(declared(f"kubernetes:batch/v1beta1:{kind}")))
        for kind in ("CronJob", "CronJobPatch", "CronJobList")
    }

    assert told == {("batch/v1beta1 CronJob",)}


def test_items_of_a_list_take_its_version_and_kind_where_they_say_none():
    items = [{}, {"apiVersion": "apps/v1", "kind": "Deployment"}]

    assert [each.type for each in objects_of(declared("kubernetes:core/v1:PodList", items=items))] == [
        "kubernetes:core/v1:PodList",
        "kubernetes:v1:Pod",
        "kubernetes:apps/v1:Deployment",
    ]
