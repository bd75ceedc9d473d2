import pytest

from components.network.edge import Edge, EdgeArgs
from components.network.edge_permissions import CLUSTER_TAG
from components.network.edge_permissions import controller_statements as of_cluster
from tests.components.given import ADDON, ASSOCIATION, CLUSTER, REGION, RELEASE, TAGS, Before, cluster

CERTIFICATE = "aws:acm/certificate:Certificate"


def args(**changes):
    given = {
        "domain": "alphacar.example",
        "replicas": 2,
        "protect": True,
        "vpc_id": "vpc-1",
        "cluster": cluster(),
        "after": [Before("crds")],
        "tags": TAGS,
    }
    return EdgeArgs(**{**given, **changes})


@pytest.fixture
def made(declare):
    return declare(lambda: Edge("edge", args()))


def test_what_it_makes(makes):
    assert makes("Edge") == {
        "alphacar:identity:PodIdentity": 1,
        "aws:acm/certificate:Certificate": 1,
        "aws:eks/addon:Addon": 1,
        "kubernetes:helm.sh/v3:Release": 1,
    }


def test_the_controller_is_told_what_one_hop_keeps_it_from_asking(made):
    values = made.only(RELEASE)["values"]

    assert (values["clusterName"], values["region"], values["vpcId"]) == (CLUSTER, REGION, "vpc-1")


def test_no_service_waits_for_the_controller_s_webhook(made):
    assert made.only(RELEASE)["values"]["enableServiceMutatorWebhook"] is False


def test_an_upgrade_keeps_the_webhooks_authority(made):
    assert made.only(RELEASE)["values"]["keepTLSSecret"] is True


def test_every_ingress_shares_one_balancer_of_tls_1_2_or_newer(made):
    values = made.only(RELEASE)["values"]

    assert values["ingressClassParams"]["spec"]["group"] == {"name": "edge"}
    assert values["defaultSSLPolicy"] == "ELBSecurityPolicy-TLS13-1-2-2021-06"


def test_the_controller_waits_for_its_identity_and_the_crds_of_monitors(made):
    assert {f"{ASSOCIATION} edge", "test:index:Before crds"} <= made.waits(RELEASE, "edge")
    assert "test:index:Before crds" in made.waits(ASSOCIATION, "edge")


def test_the_certificate_covers_the_domain_and_one_level_below(made):
    certificate = made.only(CERTIFICATE)

    assert (certificate["domainName"], certificate["subjectAlternativeNames"]) == (
        "alphacar.example",
        ["*.alphacar.example"],
    )
    assert certificate["validationMethod"] == "DNS"


def test_metrics_for_autoscaling_are_an_add_on(made):
    assert made.only(ADDON)["addonName"] == "metrics-server"


@pytest.mark.parametrize(("replicas", "budget"), [(1, {}), (2, {"maxUnavailable": 1})])
def test_a_disruption_budget_begins_with_the_second_replica(declare, replicas, budget):
    values = declare(lambda: Edge("edge", args(replicas=replicas))).only(RELEASE)["values"]

    assert (values["replicaCount"], values["podDisruptionBudget"]) == (replicas, budget)


@pytest.mark.parametrize("protect", [True, False])
def test_the_balancer_drops_malformed_headers_and_is_protected_as_told(declare, protect):
    values = declare(lambda: Edge("edge", args(protect=protect))).only(RELEASE)["values"]
    attributes = {one["key"]: one["value"] for one in values["ingressClassParams"]["spec"]["loadBalancerAttributes"]}

    assert attributes == {
        "routing.http.drop_invalid_header_fields.enabled": "true",
        "deletion_protection.enabled": "true" if protect else "false",
    }


def as_list(value):
    return value if isinstance(value, list) else [value]


@pytest.fixture
def statements(declare):
    """What the controller of one cluster may do, by the statement's name."""
    found = []
    declare(lambda: found.extend(of_cluster(cluster())))
    return {one["Sid"]: one for one in found}


def test_what_changes_something_carries_this_cluster_s_tag(statements):
    changing = [one for name, one in statements.items() if name.startswith(("Change", "MakeBalancers", "TagNew"))]

    assert len(changing) == 7
    for statement in changing:
        tags = {key: value for key, value in statement["Condition"]["StringEquals"].items() if "Tag/" in key}
        ((key, value),) = tags.items()

        assert key.endswith(CLUSTER_TAG)
        assert value == CLUSTER


def test_the_cluster_s_tag_is_given_by_the_call_that_makes_a_resource_and_by_no_other(statements):
    tagging = {
        name: one["Condition"]
        for name, one in statements.items()
        if {"ec2:CreateTags", "elasticloadbalancing:AddTags"} & set(as_list(one["Action"]))
    }
    at_birth = [key for one in tagging.values() for key in one["StringEquals"] if key.endswith(":CreateAction")]
    later = [one["Null"] for one in tagging.values() if "Null" in one]

    assert sorted(at_birth) == ["ec2:CreateAction", "elasticloadbalancing:CreateAction"]
    assert later == [{f"aws:RequestTag/{CLUSTER_TAG}": "true"}] * 2
    assert len(tagging) == 4


def test_only_looking_and_the_linked_role_know_no_resource(statements):
    open_ = {one["Sid"]: one["Action"] for one in statements.values() if one["Resource"] == "*"}
    looking = open_.pop("Look")

    assert set(open_) == {"LinkedRole"}
    assert all(action.split(":")[1].startswith(("Describe", "List")) for action in looking)


def test_a_group_of_ingresses_is_called_as_told(declare):
    values = declare(lambda: Edge("edge", args(ingress_group="shop"))).only(RELEASE)["values"]

    assert values["ingressClassParams"]["spec"]["group"] == {"name": "shop"}


def test_what_the_controller_makes_carries_the_caller_s_tags(made):
    assert made.only(RELEASE)["values"]["defaultTags"] == TAGS
