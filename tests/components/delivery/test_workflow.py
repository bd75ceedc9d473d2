import json

import pytest

from components.delivery.workflow import Workflow, WorkflowArgs, image_values
from components.delivery.workflow_connections import Connection, template
from components.stores.database import Database
from tests.components.given import ACCOUNT, ASSOCIATION, BUCKET, KEY, REGION, RELEASE, Before, cluster, namespace
from tests.components.stores.test_database import args as database_args

MIRROR = "kubernetes:external-secrets.io/v1:ExternalSecret"
DOCUMENTS = Connection(
    kind="mongo",
    host="docs.example.com",
    port=27017,
    schema="alphacar",
    extra={"replicaSet": "rs0"},
    secret="alphacar/test/mongodb-password",
)


def args(**changes):
    given = {
        "database": Database("workflow-database", database_args()),
        "dags_repository": "https://git.example.com/alphacar/zone.git",
        "refresh_minutes": 60,
        "secret_store": "store",
        "database_secret": "shop/airflow",
        "release_name": "airflow",
        "connections": {"documents": DOCUMENTS},
        "key_arn": KEY,
        "cluster": cluster(),
        "namespace": namespace("airflow"),
        "monitors": Before("crds"),
        "after": [Before("mirrors")],
    }
    return WorkflowArgs(**{**given, **changes})


@pytest.fixture
def made(declare):
    return declare(lambda: Workflow("workflow", args()))


@pytest.fixture
def values(made):
    return made.only(RELEASE)["values"]


def test_what_it_makes(makes):
    assert makes("Workflow") == {
        "alphacar:bucket:Bucket": 1,
        "alphacar:identity:PodIdentity": 2,
        "kubernetes:external-secrets.io/v1:ExternalSecret": 2,
        "kubernetes:helm.sh/v3:Release": 1,
        "kubernetes:monitoring.coreos.com/v1:ServiceMonitor": 1,
    }


def test_what_airflow_sends_to_its_exporter_is_scraped(made):
    monitor = made.only("kubernetes:monitoring.coreos.com/v1:ServiceMonitor")

    assert monitor["metadata"]["namespace"] == "airflow"
    assert monitor["spec"]["selector"] == {
        "matchLabels": {"tier": "airflow", "component": "statsd", "release": "airflow"}
    }
    assert [one["port"] for one in monitor["spec"]["endpoints"]] == ["statsd-scrape"]
    assert "test:index:Before crds" in made.waits(
        "kubernetes:monitoring.coreos.com/v1:ServiceMonitor", "workflow-monitor"
    )


def test_failed_tasks_pods_stay_for_a_week_and_no_longer(values):
    assert values["config"]["kubernetes_executor"]["delete_worker_pods_on_failure"] == "False"
    assert (values["cleanup"]["enabled"], values["cleanup"]["schedule"]) == (True, "0 16 * * 6")


def test_no_job_is_a_hook_that_waits_for_what_waits_for_it(values):
    assert values["migrateDatabaseJob"]["useHelmHooks"] is values["createUserJob"]["useHelmHooks"] is False


def test_the_administrator_comes_from_a_secret_and_is_not_admin_admin(values):
    job = values["createUserJob"]

    assert {one["name"]: one["valueFrom"]["secretKeyRef"] for one in job["env"]} == {
        "ADMIN_USERNAME": {"name": "airflow-admin", "key": "username"},
        "ADMIN_PASSWORD": {"name": "airflow-admin", "key": "password"},
    }
    assert "--password admin" not in str(job["args"])
    # Without the wait its retries run out while the database is still empty.
    assert "airflow db check-migrations" in job["args"][-1].split("&&")[0]


def test_nothing_that_signs_or_encrypts_is_drawn_anew_at_an_upgrade(values):
    names = ("fernetKeySecretName", "apiSecretKeySecretName", "jwtSecretName")

    assert all(values[name].startswith("airflow-") for name in names)
    assert values["data"] == {"metadataSecretName": "airflow-metadata"}


def test_tasks_are_pods_and_the_chart_brings_no_store_of_its_own(values):
    assert values["executor"] == "KubernetesExecutor"
    assert not [store for store in ("postgresql", "redis", "pgbouncer") if values[store]["enabled"]]
    assert values["logs"] == {"persistence": {"enabled": False}}


def test_both_names_of_the_version_agree(values):
    assert values["airflowVersion"] == values["defaultAirflowTag"] == "3.2.2"


def test_logs_rest_in_the_bucket(made, values):
    logging = values["config"]["logging"]

    assert logging["remote_base_log_folder"] == f"s3://{made.only('aws:s3/bucket:Bucket')['bucket']}/logs"
    assert (logging["remote_logging"], logging["encrypt_s3_logs"]) == ("True", "False")


def test_dags_come_from_the_repository_at_the_reference(values):
    (bundle,) = values["dagProcessor"]["dagBundleConfigList"]

    assert bundle["classpath"] == "airflow.providers.git.bundles.git.GitDagBundle"
    assert (bundle["kwargs"]["tracking_ref"], bundle["kwargs"]["subdir"]) == ("main", "dags")
    assert values["dags"]["gitSync"]["enabled"] is False


def test_the_connection_is_built_in_the_cluster_for_a_user_of_its_own(made):
    spec = made.all(MIRROR)["workflow"]["spec"]

    assert [each["remoteRef"] for each in spec["data"]] == [
        {"key": "shop/airflow", "property": part} for part in ("username", "password")
    ]
    assert spec["target"]["name"] == "airflow-metadata"
    assert spec["target"]["template"]["data"].keys() == {"connection"}


def test_a_connection_of_a_dag_is_a_variable_of_every_pod(made, values):
    mirror = made.all(MIRROR)["workflow-documents"]
    entry = {"envName": "AIRFLOW_CONN_DOCUMENTS", "secretName": mirror["metadata"]["name"], "secretKey": "connection"}

    assert entry in values["secret"]
    assert "AIRFLOW_CONN_GIT_DAGS" in {one["envName"] for one in values["secret"]}
    assert mirror["spec"]["target"]["name"] == mirror["metadata"]["name"]
    assert f"{MIRROR} workflow-documents" in made.waits(RELEASE, "workflow")


def test_a_connection_is_json_in_which_only_the_operator_puts_who_signs_in(made):
    spec = made.all(MIRROR)["workflow-documents"]["spec"]
    text = spec["target"]["template"]["data"]["connection"]
    # As the operator fills it: a value becomes a JSON text, quotes and all.
    filled = text.replace("{{ .username | toJson }}", '"me"').replace("{{ .password | toJson }}", json.dumps('a"}b'))

    assert json.loads(filled) == {
        "conn_type": "mongo",
        "host": "docs.example.com",
        "port": 27017,
        "schema": "alphacar",
        "login": "me",
        "password": 'a"}b',
        "extra": {"replicaSet": "rs0"},
    }
    assert {one["remoteRef"]["key"] for one in spec["data"]} == {"alphacar/test/mongodb-password"}


def test_what_a_connection_does_not_have_is_not_said():
    text = template(Connection(kind="http", host="https://site.example", secret="x", extra={"pages": ["/1"]}), "h")

    assert "port" not in text
    assert "schema" not in text


DIGEST = f"sha256:{'0' * 64}"


@pytest.mark.parametrize(
    ("image", "repository", "tag"),
    [
        ("apache/airflow:3.2.2-mongo", "apache/airflow", "3.2.2-mongo"),
        ("host.example:5000/airflow:1", "host.example:5000/airflow", "1"),
        (f"host.example:5000/airflow:1@{DIGEST}", "host.example:5000/airflow", f"1@{DIGEST}"),
    ],
)
def test_an_image_of_one_s_own_is_every_container_s_with_its_digest(image, repository, tag):
    assert image_values(image) == {"defaultAirflowRepository": repository, "defaultAirflowTag": tag}


def test_without_an_image_of_one_s_own_it_is_airflow_s(values):
    assert "defaultAirflowRepository" not in values
    assert image_values(None) == {}


def test_the_release_waits_for_connection_identities_and_mirrors(made):
    assert {
        f"{MIRROR} workflow",
        f"{ASSOCIATION} workflow-airflow-worker",
        f"{ASSOCIATION} workflow-airflow-api-server",
        "test:index:Before mirrors",
        "kubernetes:core/v1:Namespace airflow",
    } <= made.waits(RELEASE, "workflow")
    assert "aws:rds/instance:Instance workflow-database" in made.waits(MIRROR, "workflow")


def test_the_accounts_with_an_identity_are_the_chart_s(made, values):
    accounts = {one["serviceAccount"] for one in made.all(ASSOCIATION).values()}

    assert accounts == {
        values["workers"]["kubernetes"]["serviceAccount"]["name"],
        values["apiServer"]["serviceAccount"]["name"],
    }


@pytest.mark.parametrize(("replicas", "budget"), [(1, False), (2, True)])
def test_a_disruption_budget_begins_with_the_second_replica(declare, replicas, budget):
    values = declare(lambda: Workflow("workflow", args(replicas=replicas))).only(RELEASE)["values"]

    for part in ("scheduler", "apiServer"):
        assert values[part]["replicas"] == replicas
        assert values[part]["podDisruptionBudget"]["enabled"] is budget


def test_a_task_of_a_dag_that_says_nothing_of_its_own_is_tried_again(values):
    assert values["config"]["core"]["default_task_retries"] == 3


def test_reference_folder_and_domain_are_the_caller_s(declare):
    given = {"dags_reference": "v1", "dags_folder": "flows", "email_domain": "shop.example"}
    values = declare(lambda: Workflow("workflow", args(**given))).only(RELEASE)["values"]
    (bundle,) = values["dagProcessor"]["dagBundleConfigList"]

    assert (bundle["kwargs"]["tracking_ref"], bundle["kwargs"]["subdir"]) == ("v1", "flows")
    assert '--email "$ADMIN_USERNAME@shop.example"' in values["createUserJob"]["args"][-1]


def test_mirrors_read_through_the_store_that_they_are_told(made):
    assert {one["spec"]["secretStoreRef"]["name"] for one in made.all(MIRROR).values()} == {"store"}


def secrets(values):
    """Every Secret that the chart's values name."""
    if isinstance(values, dict):
        for key, value in values.items():
            if isinstance(value, str) and (key.endswith("SecretName") or key == "secretName"):
                yield value
            elif key == "secretKeyRef":
                yield value["name"]
            else:
                yield from secrets(value)
    elif isinstance(values, list):
        for value in values:
            yield from secrets(value)


@pytest.mark.parametrize(("told", "called"), [(None, "workflow"), ("airflow", "airflow"), ("shop", "shop")])
def test_whatever_has_a_name_begins_with_the_release_s(declare, told, called):
    made = declare(lambda: Workflow("workflow", args(release_name=told)))
    release, values = made.only(RELEASE), made.only(RELEASE)["values"]
    accounts = [values[part]["serviceAccount"]["name"] for part in ("scheduler", "apiServer", "dagProcessor")]
    monitor = made.only("kubernetes:monitoring.coreos.com/v1:ServiceMonitor")

    assert release["name"] == values["fullnameOverride"] == called
    assert accounts == [f"{called}-{part}" for part in ("scheduler", "api-server", "dag-processor")]
    assert {*secrets(values)} == {
        f"{called}-{what}"
        for what in ("metadata", "fernet-key", "api-secret-key", "jwt-key", "git", "admin", "connection-documents")
    }
    assert {one["metadata"]["name"] for one in made.all(MIRROR).values()} <= {*secrets(values)}
    assert {one["serviceAccount"] for one in made.all(ASSOCIATION).values()} == {
        f"{called}-worker",
        f"{called}-api-server",
    }
    assert monitor["metadata"]["name"] == f"{called}-statsd"
    assert monitor["spec"]["selector"]["matchLabels"]["release"] == called


@pytest.mark.parametrize(("told", "called"), [(None, f"workflow-{ACCOUNT}-{REGION}"), ("shop-logs", "shop-logs")])
def test_the_log_bucket_is_called_after_the_component_or_as_told(declare, told, called):
    made = declare(lambda: Workflow("workflow", args(log_bucket_name=told, log_expire_days=7)))
    (rule,) = made.only("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration")["rules"]

    assert made.only(BUCKET)["bucket"] == called
    assert rule["expiration"] == {"days": 7}
