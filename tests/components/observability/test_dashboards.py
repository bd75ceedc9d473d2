import pytest

from components.observability.dashboards import Dashboards, DashboardsArgs, data_sources
from tests.components.given import ASSOCIATION, RELEASE, Before, cluster, namespace

CONFIG_MAP = "kubernetes:core/v1:ConfigMap"
ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"


def args(**changes):
    given = {
        "storage_class": "gp3",
        "volume_gb": 5,
        "log_store": "cloudwatch-logs",
        "trace_store": "xray",
        "admin_secret": "grafana-admin",
        "files": {"cluster": '{"uid": "cluster"}'},
        "cluster": cluster(),
        "namespace": namespace("monitoring"),
        "after": [Before("classes")],
    }
    return DashboardsArgs(**{**given, **changes})


@pytest.mark.parametrize(
    ("logs", "traces", "wanted"),
    [
        (None, None, ["cloudwatch"]),
        ("cloudwatch-logs", "xray", ["cloudwatch", "x-ray"]),
        ("loki", "xray", ["cloudwatch", "loki", "x-ray"]),
        ("cloudwatch-logs", "tempo", ["cloudwatch", "tempo"]),
        ("loki", "tempo", ["cloudwatch", "loki", "tempo"]),
    ],
)
def test_grafana_reads_what_was_chosen_and_always_cloudwatch(logs, traces, wanted):
    assert [source["uid"] for source in data_sources("ap-northeast-2", logs, traces)] == wanted


@pytest.mark.parametrize(("traces", "reads"), [("xray", True), ("tempo", False)])
def test_rights_and_plugin_come_with_x_ray_only(declare, traces, reads):
    made = declare(lambda: Dashboards("dashboards", args(trace_store=traces)))

    assert ("dashboards-AWSXrayReadOnlyAccess" in made.all(ATTACHMENT)) is reads
    assert bool(made.only(RELEASE)["values"]["plugins"]) is reads


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
    config = declare(lambda: Dashboards("dashboards", args())).only(CONFIG_MAP)

    assert config["data"] == {"cluster.json": '{"uid": "cluster"}'}
    assert config["metadata"]["labels"] == {"grafana_dashboard": "1"}


def test_grafana_waits_for_its_identity(declare):
    made = declare(lambda: Dashboards("dashboards", args()))

    assert made.only(ASSOCIATION)["serviceAccount"] == made.only(RELEASE)["values"]["serviceAccount"]["name"]
    assert {f"{ASSOCIATION} dashboards", "test:index:Before classes"} <= made.waits(RELEASE, "dashboards")
