import pytest

from components.stores.rotation import Rotation, RotationArgs
from tests.components.given import cluster, namespace

SECRET = "arn:aws:secretsmanager:ap-northeast-2:111122223333:secret:rds!db-1"
JOB = "kubernetes:batch/v1:CronJob"
ROLE = "kubernetes:rbac.authorization.k8s.io/v1:Role"
DEPLOYMENTS = ("till", "stock")


def args(**changes):
    given = {
        "secret_arn": SECRET,
        "day": "TUE",
        "hour": 20,
        "deployments": DEPLOYMENTS,
        "cluster": cluster(),
        "namespace": namespace("shop"),
    }
    return RotationArgs(**{**given, **changes})


@pytest.fixture
def made(declare):
    return declare(lambda: Rotation("rotation", args()))


@pytest.fixture
def job(made):
    return made.only(JOB)["spec"]


def test_what_it_makes(makes):
    assert makes("Rotation") == {
        "aws:secretsmanager/secretRotation:SecretRotation": 1,
        "kubernetes:batch/v1:CronJob": 1,
        "kubernetes:core/v1:ServiceAccount": 1,
        "kubernetes:rbac.authorization.k8s.io/v1:Role": 1,
        "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding": 1,
    }


def test_aws_changes_the_password_in_a_known_hour_of_the_week_and_not_at_once(made):
    rotation = made.only("aws:secretsmanager/secretRotation:SecretRotation")

    assert rotation["rotationRules"] == {"scheduleExpression": "cron(0 20 ? * TUE *)", "duration": "1h"}
    assert (rotation["secretId"], rotation["rotateImmediately"]) == (SECRET, False)


def test_pods_are_restarted_within_that_hour_and_after_it(job):
    assert (job["schedule"], job["timeZone"]) == ("25 20,21 * * TUE", "Etc/UTC")


def test_what_is_restarted_is_all_that_may_be_restarted(made, job):
    (rule,) = made.only(ROLE)["rules"]
    (container,) = job["jobTemplate"]["spec"]["template"]["spec"]["containers"]

    assert (rule["resources"], rule["verbs"], rule["resourceNames"]) == (
        ["deployments"],
        ["get", "patch"],
        list(DEPLOYMENTS),
    )
    assert container["args"] == ["rollout", "restart", "deployment/till", "deployment/stock", "--namespace=shop"]


def test_the_job_meets_the_restricted_standard_under_the_account_that_may(made, job):
    pod = job["jobTemplate"]["spec"]["template"]["spec"]
    (container,) = pod["containers"]

    assert pod["serviceAccountName"] == made.only("kubernetes:core/v1:ServiceAccount")["metadata"]["name"]
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
    assert container["securityContext"]["allowPrivilegeEscalation"] is False
    assert f"{ROLE} rotation" in made.waits(JOB, "rotation")


@pytest.mark.parametrize(
    ("changes", "message"),
    [({"day": "NOON"}, "day must be one of MON, .*, SUN, not 'NOON'"), ({"hour": 23}, "hour must be 0 to 22, not 23")],
)
def test_what_aws_would_refuse_is_refused(declare, changes, message):
    with pytest.raises(ValueError, match=message):
        declare(lambda: args(**changes))
