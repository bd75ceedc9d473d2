from pathlib import Path

import pytest
import yaml

from components.observability.dashboards import (
    PLUGINS,
    XRAY_PLUGIN,
    Dashboards,
    DashboardsArgs,
    data_sources,
    read_statements,
)
from tests.components.given import ASSOCIATION, PLACE, REGION, RELEASE, Before, cluster, namespace

ROOT = Path(__file__).parents[3]
OWN = f"registry.example.com:5000/alphacar/grafana:13.2.0@sha256:{'a' * 64}"
CONFIG_MAP = "kubernetes:core/v1:ConfigMap"
LOKI, TEMPO = "http://loki.logs.svc.cluster.local:3100", "http://tempo.spans.svc.cluster.local:3200"
ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"


def args(**changes):
    given = {
        "xray": True,
        "image": OWN,
        "admin_secret": "grafana-admin",
        "files": {"cluster": '{"uid": "cluster"}'},
        "cluster": cluster(),
        "namespace": namespace("monitoring"),
        "after": [Before("classes")],
    }
    return DashboardsArgs(**{**given, **changes})


def test_what_it_makes(makes):
    assert makes("Dashboards") == {
        "alphacar:identity:PodIdentity": 1,
        "kubernetes:core/v1:ConfigMap": 1,
        "kubernetes:helm.sh/v3:Release": 1,
    }


@pytest.mark.parametrize(
    ("chosen", "wanted"),
    [
        ({"xray": False}, ["cloudwatch"]),
        ({}, ["cloudwatch", "x-ray"]),
        ({"loki_url": LOKI}, ["cloudwatch", "loki", "x-ray"]),
        ({"tempo_url": TEMPO, "xray": False}, ["cloudwatch", "tempo"]),
        ({"loki_url": LOKI, "tempo_url": TEMPO, "xray": False}, ["cloudwatch", "loki", "tempo"]),
    ],
)
def test_grafana_reads_what_was_chosen_and_always_cloudwatch(declare, chosen, wanted):
    found = []
    declare(lambda: found.extend(data_sources(args(**chosen))))

    assert [source["uid"] for source in found] == wanted
    assert {one["url"] for one in found if "url" in one} == {url for key, url in chosen.items() if key.endswith("_url")}
    assert {one["jsonData"]["defaultRegion"] for one in found if "jsonData" in one} == {REGION}


@pytest.mark.parametrize("reads", [True, False])
def test_rights_come_with_x_ray_only_and_no_plugin_is_fetched(declare, reads):
    made = declare(lambda: Dashboards("dashboards", args(xray=reads)))

    assert ("dashboards-AWSXrayReadOnlyAccess" in made.all(ATTACHMENT)) is reads
    assert "plugins" not in made.only(RELEASE)["values"]


def test_x_ray_is_refused_without_an_image_that_has_its_plugin(declare):
    with pytest.raises(ValueError, match="xray must be False without an image that has the plugin"):
        declare(lambda: args(image=None))


def test_an_image_is_told_where_its_plugin_lies(declare):
    values = declare(lambda: Dashboards("dashboards", args())).only(RELEASE)["values"]

    assert values["image"] == {
        "registry": "registry.example.com:5000",
        "repository": "alphacar/grafana",
        "tag": "13.2.0",
        "sha": "a" * 64,
    }
    assert values["grafana.ini"]["paths"] == {"plugins": PLUGINS}
    assert values["grafana.ini"]["users"] == {"allow_sign_up": False}
    plain = declare(lambda: Dashboards("dashboards", args(xray=False, image=None)))
    assert "paths" not in plain.only(RELEASE)["values"]["grafana.ini"]


def test_the_image_is_built_of_the_charts_grafana_with_the_pinned_plugin():
    text = (ROOT / "observability" / "image" / "Dockerfile").read_text()
    (running,) = {
        each["image"]
        for workload in yaml.safe_load((ROOT / "tests/policy/admission/chart_workloads.yaml").read_text())
        for each in (workload.get("pod") or {}).get("containers", ())
        if "grafana/grafana:" in each.get("image", "")
    }

    assert f"FROM {running}@sha256:" in text
    assert f"--pluginsDir {PLUGINS} plugins install {XRAY_PLUGIN.replace('@', ' ')}\n" in text


def test_it_looks_at_metrics_and_at_the_lines_of_its_own_log_groups_alone():
    assert all("logs:" not in action for each in read_statements(PLACE, ()) for action in each["Action"])
    *_, lines = read_statements(PLACE, ["/pods"])

    assert lines["Action"] == ["logs:GetLogEvents", "logs:GetLogGroupFields", "logs:StartQuery"]
    assert {arn.partition(":log-group:")[2] for arn in lines["Resource"]} == {"/pods", "/pods:*"}


def test_the_old_pod_lets_go_of_the_disk_before_the_new_one_starts(declare):
    values = declare(lambda: Dashboards("dashboards", args())).only(RELEASE)["values"]

    assert values["deploymentStrategy"] == {"type": "Recreate"}
    assert (values["persistence"]["storageClassName"], values["persistence"]["size"]) == ("gp3", "5Gi")
    assert values["initChownData"] == {"enabled": False}


@pytest.mark.parametrize("secret", ["grafana-admin", None])
def test_the_administrator_is_in_a_secret(declare, secret):
    values = declare(lambda: Dashboards("dashboards", args(admin_secret=secret))).only(RELEASE)["values"]

    assert values.get("admin", {}).get("existingSecret") == secret
    assert "adminPassword" not in values


def test_a_dashboard_is_a_file_that_the_sidecar_finds(declare):
    made = declare(lambda: Dashboards("dashboards", args()))
    config, sidecar = made.only(CONFIG_MAP), made.only(RELEASE)["values"]["sidecar"]["dashboards"]

    assert config["data"] == {"cluster.json": '{"uid": "cluster"}'}
    assert config["metadata"]["name"] == "dashboards-cluster"
    assert config["metadata"]["labels"] == {sidecar["label"]: "1"} == {"dashboards-dashboard": "1"}


def test_a_file_s_name_and_label_are_the_caller_s_and_the_chart_s_own_label_goes_unsaid(declare):
    made = declare(lambda: Dashboards("dashboards", args(file_prefix="board", file_label="grafana_dashboard")))

    assert made.only(CONFIG_MAP)["metadata"]["name"] == "board-cluster"
    assert made.only(CONFIG_MAP)["metadata"]["labels"] == {"grafana_dashboard": "1"}
    assert "label" not in made.only(RELEASE)["values"]["sidecar"]["dashboards"]


@pytest.mark.parametrize(("told", "called"), [(None, "dashboards"), ("grafana", "grafana"), ("shop", "shop")])
def test_the_release_its_account_and_its_role_of_the_whole_cluster_are_called_alike(declare, told, called):
    made = declare(lambda: Dashboards("dashboards", args(release_name=told)))
    release, values = made.only(RELEASE), made.only(RELEASE)["values"]
    (role,) = values["extraObjects"]

    assert release["name"] == values["fullnameOverride"] == values["serviceAccount"]["name"] == called
    assert role["kind"] == "ClusterRole"
    assert role["metadata"]["name"] == values["rbac"]["useExistingClusterRole"] == f"{called}-sidecar"
    assert role["rules"] == [{"apiGroups": [""], "resources": ["configmaps"], "verbs": ["get", "list", "watch"]}]


def test_grafana_waits_for_its_identity(declare):
    made = declare(lambda: Dashboards("dashboards", args()))

    assert made.only(ASSOCIATION)["serviceAccount"] == made.only(RELEASE)["values"]["serviceAccount"]["name"]
    assert {f"{ASSOCIATION} dashboards", "test:index:Before classes"} <= made.waits(RELEASE, "dashboards")
