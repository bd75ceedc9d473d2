import pytest

from components.database import Database
from components.workflow import Workflow, WorkflowArgs
from tests.components.given import ASSOCIATION, KEY, PLACE, RELEASE, Before, namespace, provider
from tests.components.test_database import args as database_args

MIRROR = "kubernetes:external-secrets.io/v1:ExternalSecret"


def args(**changes):
    given = {
        "database": Database("workflow-database", database_args()),
        "dags_repository": "https://git.example.com/alphacar/zone.git",
        "dags_reference": "main",
        "log_expire_days": 90,
        "replicas": 2,
        "place": PLACE,
        "key_arn": KEY,
        "provider": provider(),
        "namespace": namespace("airflow"),
        "after": [Before("mirrors")],
    }
    return WorkflowArgs(**{**given, **changes})


@pytest.fixture
def made(declare):
    return declare(lambda: Workflow("workflow", args()))


@pytest.fixture
def values(made):
    return made.only(RELEASE)["values"]


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
    assert not [store for store in ("postgresql", "redis", "flower", "pgbouncer") if values[store]["enabled"]]
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
    assert (bundle["kwargs"]["tracking_ref"], bundle["kwargs"]["subdir"]) == ("main", "migration/dags")
    assert values["dags"]["gitSync"]["enabled"] is False


def test_the_connection_is_built_in_the_cluster_from_what_aws_keeps(made):
    spec = made.only(MIRROR)["spec"]

    assert spec["data"][0]["remoteRef"]["key"] == "[unknown]"
    assert spec["target"]["name"] == "airflow-metadata"
    assert spec["target"]["template"]["data"].keys() == {"connection"}


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

    assert accounts == {values["workers"]["serviceAccount"]["name"], values["apiServer"]["serviceAccount"]["name"]}


@pytest.mark.parametrize(("replicas", "budget"), [(1, False), (2, True)])
def test_a_disruption_budget_begins_with_the_second_replica(declare, replicas, budget):
    values = declare(lambda: Workflow("workflow", args(replicas=replicas))).only(RELEASE)["values"]

    for part in ("scheduler", "apiServer"):
        assert values[part]["replicas"] == replicas
        assert values[part]["podDisruptionBudget"]["enabled"] is budget


def test_a_task_of_a_dag_that_says_nothing_of_its_own_is_tried_again(values):
    assert values["config"]["core"]["default_task_retries"] == 3
