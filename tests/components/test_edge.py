import pytest

from components.edge import CLUSTER_TAG, Edge, EdgeArgs, controller_statements
from tests.components.given import ADDON, ASSOCIATION, CLUSTER, PLACE, REGION, RELEASE, TAGS, Before, provider

CERTIFICATE = "aws:acm/certificate:Certificate"


def args(**changes):
    given = {
        "domain": "alphacar.example",
        "replicas": 2,
        "vpc_id": "vpc-1",
        "place": PLACE,
        "provider": provider(),
        "after": [Before("crds")],
        "tags": TAGS,
    }
    return EdgeArgs(**{**given, **changes})


@pytest.fixture
def made(declare):
    return declare(lambda: Edge("edge", args()))


def test_the_controller_is_told_what_one_hop_keeps_it_from_asking(made):
    values = made.only(RELEASE)["values"]

    assert (values["clusterName"], values["region"], values["vpcId"]) == (CLUSTER, REGION, "vpc-1")


def test_no_service_waits_for_the_controller_s_webhook(made):
    assert made.only(RELEASE)["values"]["enableServiceMutatorWebhook"] is False


def test_an_upgrade_keeps_the_webhooks_authority(made):
    assert made.only(RELEASE)["values"]["keepTLSSecret"] is True


def test_every_ingress_shares_one_balancer_of_tls_1_2_or_newer(made):
    values = made.only(RELEASE)["values"]

    assert values["ingressClassParams"]["spec"]["group"] == {"name": "alphacar"}
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


def test_what_changes_something_carries_this_cluster_s_tag():
    changing = [one for one in controller_statements(PLACE) if one["Sid"].startswith(("Change", "MakeBalancers"))]

    assert len(changing) == 3
    for statement in changing:
        (condition,) = statement["Condition"]["StringEquals"].items()
        assert condition[0].endswith(CLUSTER_TAG)
        assert condition[1] == CLUSTER


def test_only_looking_and_the_linked_role_know_no_resource():
    open_ = {one["Sid"]: one["Action"] for one in controller_statements(PLACE) if one["Resource"] == "*"}
    looking = open_.pop("Look")

    assert set(open_) == {"LinkedRole"}
    assert all(action.split(":")[1].startswith(("Describe", "List")) for action in looking)
