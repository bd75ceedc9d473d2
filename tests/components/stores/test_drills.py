import json

import pytest

from components.stores.drills import DrilledStore, Drills, DrillsArgs, schedules
from components.stores.restore_testing import RestoreTesting, RestoreTestingArgs, TestedStore
from tests.components.given import KEY, PLACE, cluster, namespace

IMAGE = f"registry.example.com/tools@sha256:{'a' * 64}"
SIGNING_KEY = "arn:aws:kms:ap-northeast-2:111122223333:key/evidence"
JOB = "kubernetes:batch/v1:CronJob"
RBAC = "kubernetes:rbac.authorization.k8s.io/v1:"
TESTS = "aws:backup/restoreTesting"


def args(**changes):
    given = {
        "cluster": cluster(),
        "namespace": namespace("recovery"),
        "canaries": namespace("canaries"),
        "velero": namespace("velero"),
        "environment": "shop",
        "image": IMAGE,
        "stores": {
            "backup": DrilledStore(every_days=7, plan={"schedule": "velero-daily"}),
            "documents": DrilledStore(
                every_days=31, plan={"cluster": "shop", "user": "drill"}, secret="drill-documents"
            ),
        },
        "ledger_bucket": "ledger",
        "key_arn": KEY,
    }
    return DrillsArgs(**{**given, **changes})


@pytest.fixture
def made(declare):
    return declare(lambda: Drills("drills", args()))


@pytest.fixture
def jobs(made):
    return {each["metadata"]["name"]: each["spec"] for each in made.all(JOB).values()}


def test_each_store_has_a_canary_and_a_drill(jobs):
    assert {name: spec["schedule"] for name, spec in jobs.items()} == {
        "canary-backup": "0 17 * * *",
        "drill-backup": "0 21 */7 * *",
        "canary-documents": "0 17 * * *",
        "drill-documents": "0 21 */31 * *",
    }
    assert {spec["concurrencyPolicy"] for spec in jobs.values()} == {"Forbid"}


def test_hours_wrap_around_midnight():
    assert schedules(0, 1)["canary"] == "0 23 * * *"
    assert schedules(22, 1)["drill"] == "0 1 */1 * *"


def test_a_job_meets_the_restricted_standard_and_asks_for_its_store(jobs):
    pod = jobs["drill-documents"]["jobTemplate"]["spec"]["template"]["spec"]
    (container,) = pod["containers"]

    assert container["command"] == ["python", "-m", "recovery", "drill", "shop", "documents"]
    assert (container["image"], pod["serviceAccountName"]) == (IMAGE, "drill-documents")
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert container["securityContext"]["readOnlyRootFilesystem"] is True
    assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}


def test_its_pods_are_found_by_their_store(jobs):
    labels = {
        name: spec["jobTemplate"]["spec"]["template"]["metadata"]["labels"]["app.kubernetes.io/component"]
        for name, spec in jobs.items()
    }

    assert labels == {
        "canary-backup": "backup",
        "drill-backup": "backup",
        "canary-documents": "documents",
        "drill-documents": "documents",
    }


def test_only_the_clusters_own_drill_has_a_token(jobs):
    tokens = {
        name: spec["jobTemplate"]["spec"]["template"]["spec"]["automountServiceAccountToken"]
        for name, spec in jobs.items()
    }

    assert tokens == {"canary-backup": True, "drill-backup": True, "canary-documents": False, "drill-documents": False}


def test_a_plan_tells_of_one_store_and_holds_no_secret(made):
    plans = {
        each["metadata"]["name"]: json.loads(each["data"]["plan.yaml"])
        for each in made.all("kubernetes:core/v1:ConfigMap").values()
    }

    assert plans["drill-documents"] == {
        "ledger": {"bucket": "ledger"},
        "documents": {"cluster": "shop", "user": "drill"},
    }
    assert set(plans["drill-backup"]) == {"ledger", "backup"}


def test_what_a_drill_finds_is_signed_by_the_key_that_is_given_and_by_no_other(declare):
    made = declare(lambda: Drills("drills", args(signing_key=SIGNING_KEY)))
    plans = [json.loads(each["data"]["plan.yaml"]) for each in made.all("kubernetes:core/v1:ConfigMap").values()]
    policies = [json.loads(each["policy"]) for each in made.all("aws:iam/rolePolicy:RolePolicy").values()]
    signing = [rule for each in policies for rule in each["Statement"] if "kms:Sign" in rule["Action"]]

    assert [plan["signingKey"] for plan in plans] == [SIGNING_KEY, SIGNING_KEY]
    assert signing == 2 * [
        {
            "Effect": "Allow",
            "Action": "kms:Sign",
            "Resource": SIGNING_KEY,
            "Condition": {
                "StringEquals": {"kms:MessageType": "DIGEST", "kms:SigningAlgorithm": "RSASSA_PKCS1_V1_5_SHA_256"}
            },
        }
    ]


def test_the_clusters_drill_deletes_its_copy_and_nothing_else(made):
    rules = [
        rule
        for each in [*made.all(f"{RBAC}Role").values(), *made.all(f"{RBAC}ClusterRole").values()]
        for rule in each["rules"]
    ]
    deleted = [(rule["resources"], rule.get("resourceNames")) for rule in rules if "delete" in rule["verbs"]]

    assert sorted(deleted, key=str) == [
        (["configmaps"], None),
        (["namespaces"], ["canaries-drill"]),
        (["restores"], ["canaries-drill"]),
    ]
    assert not [rule for rule in rules if "*" in rule["verbs"] + rule["resources"]]


def test_the_drills_own_secret_has_their_mark(declare):
    made = declare(lambda: Drills("drills", args(canary_secret="shop/canaries", tags={"owner": "shop"})))

    assert made.only("aws:secretsmanager/secret:Secret")["tags"] == {
        "owner": "shop",
        "recovery": "drill",
        "rotation": "every 1 day",
    }


def test_the_ledger_can_be_added_to_and_not_deleted_from(made):
    policies = [json.loads(each["policy"]) for each in made.all("aws:iam/rolePolicy:RolePolicy").values()]
    actions = {
        action
        for each in policies
        for rule in each["Statement"]
        for action in [rule["Action"]]
        if isinstance(action, str)
    }
    listed = {
        action
        for each in policies
        for rule in each["Statement"]
        if isinstance(rule["Action"], list)
        for action in rule["Action"]
    }

    assert actions | listed == {"s3:GetObject", "s3:PutObject", "s3:ListBucket", "kms:Decrypt", "kms:GenerateDataKey"}


def test_a_backup_without_its_namespaces_is_refused(declare):
    def program():
        with pytest.raises(ValueError, match="canaries and velero must be given"):
            args(velero=None)

    assert declare(program).made(JOB) == []


def test_what_a_restore_test_declares(declare):
    stores = {
        "documents": TestedStore(
            kind="DocumentDB",
            arn="arn:aws:rds:ap-northeast-2:111122223333:cluster:shop",
            subnet_group="shop",
            security_group_ids=["sg-0123456789abcdef0"],
        )
    }
    made = declare(
        lambda: RestoreTesting(
            "restore-testing", RestoreTestingArgs(place=PLACE, vault_names=["shop"], stores=stores, every_days=7)
        )
    )

    plan = made.only(f"{TESTS}Plan:RestoreTestingPlan")
    selection = made.only(f"{TESTS}Selection:RestoreTestingSelection")
    assert (plan["name"], plan["scheduleExpression"]) == ("restore_testing", "cron(0 21 1/7 * ? *)")
    assert plan["recoveryPointSelection"]["algorithm"] == "LATEST_WITHIN_WINDOW"
    assert plan["recoveryPointSelection"]["includeVaults"] == [
        f"arn:aws:backup:{PLACE.region}:{PLACE.account_id}:backup-vault:shop"
    ]
    assert (selection["protectedResourceType"], selection["validationWindowHours"]) == ("DocumentDB", 4)
    assert selection["restoreMetadataOverrides"] == {
        "dbSubnetGroupName": "shop",
        "vpcSecurityGroupIds": '["sg-0123456789abcdef0"]',
    }
