"""A chart is billed for what it makes by itself and for what its values ask for; one that nobody has read is a gap."""

import pytest

from components import charts
from model.charts import CHARTS
from model.resource import UNKNOWN
from tests.pricing.billing import HOURS, INGRESS, RELEASE, D, billed, claimed, resource

ALB = D("0.0225") * HOURS
NLB = (D("0.0225") + 2 * D("0.005")) * HOURS
CLASS = "kubernetes:networking.k8s.io/v1:IngressClass"


def release(chart="grafana", values=None, **more):
    return resource(RELEASE, {"chart": chart, "values": values or {}, **more})


def test_every_chart_that_is_installed_is_known():
    ours = [item for item in vars(charts).values() if isinstance(item, charts.Chart)]

    assert ours
    for chart in ours:
        declared = release(chart.name, repositoryOpts={"repo": chart.repository})
        assert not billed(declared).at_least, chart.name


@pytest.mark.parametrize(
    "declared",
    [
        release("nobody-s-chart"),
        release("oci://registry.example/charts/nobody-s-chart"),
        # Of the same name, and another's.
        release("grafana", repositoryOpts={"repo": "https://charts.bitnami.example/bitnami"}),
    ],
)
def test_a_chart_that_nobody_has_read_is_a_gap_whatever_its_values_say(declared):
    (gap,) = billed(declared).unpriced

    assert gap.reason.startswith("nobody has read what this chart makes; add it to model/charts.py")
    assert not set(CHARTS) & {"nobody-s-chart"}


@pytest.mark.parametrize(
    ("values", "usd"),
    [
        ({"proxy": {"type": "LoadBalancer"}, "ui": {"serviceType": "LoadBalancer"}}, 2 * NLB + D("0.6")),
        (
            {"a": {"storage": {"size": "5Gi"}}, "b": {"pvc": {"size": "6Gi"}}, "c": {"volumeSize": "7Gi"}},
            18 * D("0.0912"),
        ),
        # Grafana pays for each metric that it asks CloudWatch for, written out or as text.
        ({"datasources": {"a.yaml": {"datasources": [{"type": "cloudwatch"}]}}}, D("0.001")),
        ({"datasources": {"a.yaml": "datasources: [{type: cloudwatch}]"}}, D("0.001")),
        ({"storage": {"type": "s3"}, "networkPolicy": {"ingress": [{}]}}, D(0)),
        ({"ingress": {"enabled": True, "ingressClassName": "nginx"}}, D(0)),
        ({"server": {"ingress": {"enabled": True, "className": "alb"}}}, ALB + D("0.8")),
    ],
)
def test_what_values_ask_for_is_found_wherever_they_say_it(values, usd):
    bill = billed(release(values=values))

    assert (bill.usd_per_month, bill.at_least) == (usd, False)


@pytest.mark.parametrize(
    "values",
    [
        {"service": {"type": UNKNOWN}},
        {"ingress": UNKNOWN},
        {"extraObjects": [{"apiVersion": "v1", "kind": "PersistentVolumeClaim"}]},
        {"extraManifests": [{"apiVersion": "v1", "kind": "Service", "spec": {"type": "LoadBalancer"}}]},
        {"extraDeploy": [{"apiVersion": "x.example/v1", "kind": "Thing", **claimed("9Gi")}]},
        {"extraObjects": ["apiVersion: v1"]},
    ],
)
def test_what_values_hide_is_a_gap(values):
    assert billed(release(values=values)).at_least


def test_objects_that_cost_nothing_may_stand_in_values():
    role = {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole"}

    assert not billed(release(values={"extraObjects": [role]})).at_least


def test_a_chart_s_ingress_shares_the_balancer_of_its_group():
    annotations = {"alb.ingress.kubernetes.io/group.name": "web"}
    inside = {"ingress": {"enabled": True, "ingressClassName": "alb", "annotations": annotations}}
    declared = {"metadata": {"annotations": annotations}, "spec": {"ingressClassName": "alb"}}

    assert billed(release(values=inside), resource(INGRESS, declared)).usd_per_month == ALB + D("0.8")


@pytest.mark.parametrize(
    ("name", "controller", "usd"),
    [
        ("nginx", None, D(0)),
        ("nginx-internal", None, D(0)),
        ("web", "k8s.io/ingress-nginx", D(0)),
        ("nginx", "ingress.k8s.aws/alb", ALB + D("0.8")),
        ("web", None, ALB + D("0.8")),
    ],
)
def test_an_ingress_of_another_controller_is_no_load_balancer(name, controller, usd):
    ingress = resource(INGRESS, {"spec": {"ingressClassName": name}})
    spec = {"metadata": {"name": name}, "spec": {"controller": controller}}
    classes = [resource(CLASS, spec)] if controller else []

    assert billed(ingress, *classes).usd_per_month == usd
