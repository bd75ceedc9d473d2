import json

import pytest

from components.stores.rotation import PROGRAM, RotatedSecret, Rotation, RotationArgs, UserStore
from tests.components.given import KEY, ROLE_POLICY, cluster, namespace

SECRET = "arn:aws:secretsmanager:ap-northeast-2:111122223333:secret:"
USER = {"username": "name", "password": "token"}
JOB = "kubernetes:batch/v1:CronJob"
FIRST = "kubernetes:batch/v1:Job"
ROLE = "kubernetes:rbac.authorization.k8s.io/v1:Role"
BINDING = "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding"


def till(**changes):
    given = {"arn": f"{SECRET}till-AbCdEf", "days": 30, "draw": USER, "by": "database", "restarts": ["shop/till"]}
    return RotatedSecret(**{**given, "mirrors": ["shop/till-login"], **changes})


def args(**changes):
    given = {
        "cluster": cluster(),
        "namespace": namespace("external-secrets"),
        "key_arn": KEY,
        "image": "registry.example.com/rotator:1",
        "first_image": "apache/airflow:3.2.2",
        "secrets": {
            "till": till(),
            "key": till(
                arn=f"{SECRET}key-AbCdEf", by="drawn", draw={"key": "token"}, mirrors=["bank/key"], restarts=[]
            ),
        },
        "namespaces": {name: namespace(name) for name in ("shop", "bank")},
        "database": UserStore(host="db", port=5432, database="shop", master_secret_arn=f"{SECRET}rds!db-1"),
        "day": "TUE",
        "hour": 20,
    }
    return RotationArgs(**{**given, **changes})


@pytest.fixture
def made(declare):
    return declare(lambda: Rotation("rotation", args()))


def test_what_it_makes(makes):
    assert makes("Rotation") == {
        "alphacar:identity:PodIdentity": 1,
        "kubernetes:batch/v1:CronJob": 1,
        "kubernetes:core/v1:ConfigMap": 1,
        "kubernetes:core/v1:ServiceAccount": 1,
        "kubernetes:rbac.authorization.k8s.io/v1:Role": 1,
        "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding": 1,
    }


def test_it_runs_in_a_known_hour_of_the_week_one_at_a_time_and_again_where_it_was_killed(made):
    job = made.only(JOB)["spec"]

    assert (job["schedule"], job["timeZone"], job["concurrencyPolicy"]) == ("0 20 * * TUE", "Etc/UTC", "Forbid")
    assert job["jobTemplate"]["spec"]["backoffLimit"] == 2


def test_it_may_touch_what_the_secrets_name_and_nothing_else(made):
    rules = {
        role["metadata"]["namespace"]: [
            (rule["resources"], rule["resourceNames"], rule["verbs"]) for rule in role["rules"]
        ]
        for role in made.all(ROLE).values()
    }

    assert rules == {
        "bank": [(["externalsecrets"], ["key"], ["get", "patch"])],
        "shop": [
            (["deployments"], ["till"], ["get", "patch"]),
            (["externalsecrets"], ["till-login"], ["get", "patch"]),
        ],
    }
    subjects = [subject for binding in made.all(BINDING).values() for subject in binding["subjects"]]
    assert {(each["name"], each["namespace"]) for each in subjects} == {("rotation", "external-secrets")}


def test_it_writes_those_secrets_and_reads_the_masters_password(made):
    policy = json.loads(made.only(ROLE_POLICY)["policy"])["Statement"]

    assert [(each["Action"], each["Resource"]) for each in policy] == [
        (
            [f"secretsmanager:{each}" for each in ("GetSecretValue", "PutSecretValue", "UpdateSecretVersionStage")],
            [f"{SECRET}key-AbCdEf", f"{SECRET}till-AbCdEf"],
        ),
        ("secretsmanager:GetSecretValue", [f"{SECRET}rds!db-1"]),
        (["kms:Decrypt", "kms:GenerateDataKey"], KEY),
    ]


def test_the_databases_user_is_made_by_an_image_that_is_there_before_ours_is_pushed(made):
    (container,) = made.only(FIRST)["spec"]["template"]["spec"]["containers"]
    (weekly,) = made.only(JOB)["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"]

    assert (container["image"], weekly["image"]) == ("apache/airflow:3.2.2", "registry.example.com/rotator:1")
    assert container["command"] == ["python", "-m", "rotator.run", "/opt/rotator/plan.json", "--settle", "till"]
    assert "aws:eks/podIdentityAssociation:PodIdentityAssociation rotation" in made.waits(FIRST, "rotation-first")


def test_the_pod_has_the_program_whole_and_a_plan_that_the_program_reads(made):
    from components.stores.rotator.run import Plan
    from components.stores.rotator.versions import Masked

    data = made.only("kubernetes:core/v1:ConfigMap")["data"]
    plan = Plan(json.loads(data.pop("plan.json")), None, Masked())

    assert data == {file.name: file.read_text() for file in PROGRAM.glob("*.py")}
    assert plan.names() == ["key", "till"]
    assert type(plan.secret("till").how).__name__ == "DatabaseUsers"
    assert plan.secret("till").restarts == ["shop/till"]


def test_a_stores_readers_are_other_users_than_those_of_its_consumers(declare):
    from components.stores.rotator.run import Plan
    from components.stores.rotator.versions import Masked

    store = UserStore(host="docs", port=27017, database="shop", master_secret_arn=f"{SECRET}rds!cluster-1")
    secrets = {
        "drill-workflow": till(by="database-reader", restarts=[]),
        "drill-documents": till(by="documents-reader", restarts=[]),
        "till": till(),
    }
    made = declare(lambda: Rotation("rotation", args(secrets=secrets, documents=store)))
    plan = Plan(json.loads(made.only("kubernetes:core/v1:ConfigMap")["data"]["plan.json"]), None, Masked())

    assert {name: type(plan.secret(name).how).__name__ for name in plan.names()} == {
        "drill-documents": "DocumentsReaders",
        "drill-workflow": "DatabaseReaders",
        "till": "DatabaseUsers",
    }
    # Nobody of Airflow's waits for readers alone.
    assert made.only(FIRST)["spec"]["template"]["spec"]["containers"][0]["command"][-1] == "till"
    del secrets["till"]
    assert not declare(lambda: Rotation("rotation", args(secrets=secrets, documents=store))).all(FIRST)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"database": None}, "database must be given for .* and for no other; there are 1 and 0"),
        ({"secrets": {"till": lambda: till(by="documents")}}, "documents must be given for .*; there are 1 and 0"),
        (
            {"secrets": {"till": lambda: till(by="documents-reader")}},
            "documents must be given for .*; there are 0 and 1",
        ),
        (
            {"secrets": {name: lambda: till(by="database-reader") for name in ("one", "two")}},
            "database must be given for .*; there are 0 and 2",
        ),
        (
            {
                "secrets": {
                    "f": lambda: till(by="fernet", draw={"fernet-key": "fernet"}),
                    "r": lambda: till(by="database-reader"),
                }
            },
            "database must be given: Airflow's own command",
        ),
        ({"namespaces": {}}, "namespaces must hold bank, shop: secrets are used there"),
        (
            {"secrets": {"f": lambda: till(by="fernet")}, "database": None},
            "database must be given: Airflow's own command",
        ),
        ({"secrets": {"g": lambda: till(by="grafana")}, "database": None}, "grafana must be given: its administrator"),
    ],
)
def test_what_could_not_run_is_refused(declare, changes, message):
    if isinstance(found := changes.get("secrets"), dict):
        changes = {**changes, "secrets": {name: make() for name, make in found.items()}}
    with pytest.raises(ValueError, match=message):
        declare(lambda: args(**changes))
