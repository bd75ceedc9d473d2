import pytest

from components.observability.metrics import Metrics, MetricsArgs
from tests.components.given import CLUSTER, RELEASE, Before, cluster, namespace

RULE = "kubernetes:monitoring.coreos.com/v1:PrometheusRule"


def args(**changes):
    given = {
        "volume_gb": 50,
        "storage_class": "gp3",
        "memory": "2Gi",
        "webhook_secret": "alert-webhook",
        "rules": {"cluster": {"groups": []}},
        "cluster": cluster(),
        "namespace": namespace("monitoring"),
        "after": [Before("crds")],
    }
    return MetricsArgs(**{**given, **changes})


def stack_values(declare, **changes):
    return declare(lambda: Metrics("metrics", args(**changes))).only(RELEASE)["values"]


def test_what_it_makes(makes):
    assert makes("Metrics") == {
        "kubernetes:helm.sh/v3:Release": 1,
        "kubernetes:monitoring.coreos.com/v1:PrometheusRule": 1,
    }


def test_nothing_is_watched_that_aws_hides(declare):
    values = stack_values(declare)

    for part in ("kubeEtcd", "kubeScheduler", "kubeControllerManager", "kubeProxy"):
        assert values[part] == {"enabled": False}


def test_prometheus_keeps_its_data_on_a_disk_it_cannot_fill(declare):
    spec = stack_values(declare, volume_gb=50)["prometheus"]["prometheusSpec"]
    claim = spec["storageSpec"]["volumeClaimTemplate"]["spec"]

    assert (claim["storageClassName"], claim["resources"]["requests"]["storage"]) == ("gp3", "50Gi")
    assert (spec["retention"], spec["retentionSize"]) == ("15d", "42GiB")


def test_prometheus_is_limited_to_what_it_asks_for(declare):
    resources = stack_values(declare, memory="3Gi")["prometheus"]["prometheusSpec"]["resources"]

    assert resources["requests"]["memory"] == resources["limits"]["memory"] == "3Gi"


def test_every_release_s_monitors_and_rules_are_read(declare):
    spec = stack_values(declare)["prometheus"]["prometheusSpec"]
    kinds = ("serviceMonitor", "podMonitor", "rule", "probe", "scrapeConfig")

    assert not any(spec[f"{kind}SelectorNilUsesHelmValues"] for kind in kinds)


def test_crds_come_from_a_chart_of_their_own(declare):
    assert stack_values(declare)["crds"] == {"enabled": False}


@pytest.mark.parametrize(("secret", "receiver"), [("alert-webhook", "webhook"), (None, "null")])
def test_alerts_are_sent_once_there_is_a_secret_that_says_where(declare, secret, receiver):
    alertmanager = stack_values(declare, webhook_secret=secret)["alertmanager"]
    names = [one["name"] for one in alertmanager["config"]["receivers"]]

    assert alertmanager["config"]["route"]["receiver"] == receiver
    assert receiver in names
    assert bool(alertmanager["alertmanagerSpec"]["secrets"]) is bool(secret)


def test_rules_are_shipped_as_they_are_once_their_kind_exists(declare):
    groups = {"groups": [{"name": "g", "rules": [{"alert": "Down", "expr": "up == 0"}]}]}
    made = declare(lambda: Metrics("metrics", args(rules={"cluster": groups})))

    assert made.only(RULE)["spec"] == groups
    assert made.only(RULE)["metadata"]["name"] == "metrics-cluster"
    assert f"{RELEASE} metrics" in made.waits(RULE, "metrics-cluster")
    assert "test:index:Before crds" in made.waits(RELEASE, "metrics")


def test_a_disk_has_room_for_a_block(declare):
    with pytest.raises(ValueError, match="volume_gb must be 5 to 16384, not 4"):
        declare(lambda: args(volume_gb=4))


def test_nothing_is_scraped_more_often_than_the_rest(declare):
    values = stack_values(declare)

    assert (
        values["kubelet"]["serviceMonitor"]["cAdvisorInterval"]
        == (values["prometheus"]["prometheusSpec"]["scrapeInterval"])
    )


def test_a_cluster_and_rules_are_told_from_others_by_name(declare):
    made = declare(lambda: Metrics("metrics", args(rule_prefix="shop")))

    assert made.only(RULE)["metadata"] == {"name": "shop-cluster", "namespace": "monitoring"}
    assert made.only(RELEASE)["values"]["prometheus"]["prometheusSpec"]["externalLabels"] == {"cluster": CLUSTER}
