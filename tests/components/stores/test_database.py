import pytest

from components.stores.database import Database, DatabaseArgs
from tests.components.given import INGRESS_RULE, INSIDE, KEY

INSTANCE = "aws:rds/instance:Instance"


def args(**changes):
    given = {
        "network": INSIDE,
        "key_arn": KEY,
    }
    return DatabaseArgs(**{**given, **changes})


@pytest.fixture
def made(declare):
    return declare(lambda: Database("books", args()))


def test_what_it_makes(makes):
    assert makes("Database") == {
        "alphacar:firewall:Firewall": 1,
        "aws:rds/instance:Instance": 1,
        "aws:rds/parameterGroup:ParameterGroup": 1,
        "aws:rds/subnetGroup:SubnetGroup": 1,
    }


def test_aws_keeps_the_password_under_our_key(made):
    instance = made.only(INSTANCE)

    assert (instance["manageMasterUserPassword"], instance["masterUserSecretKmsKeyId"]) == (True, KEY)
    assert "password" not in instance


def test_it_is_encrypted_private_and_refuses_clear_text(made):
    instance = made.only(INSTANCE)
    (parameter,) = made.only("aws:rds/parameterGroup:ParameterGroup")["parameters"]

    assert (instance["storageEncrypted"], instance["kmsKeyId"], instance["publiclyAccessible"]) == (True, KEY, False)
    assert (parameter["name"], parameter["value"]) == ("rds.force_ssl", "1")


def test_it_never_slides_into_paid_support(made):
    assert made.only(INSTANCE)["engineLifecycleSupport"] == "open-source-rds-extended-support-disabled"


def test_only_the_cluster_s_nodes_get_in(made):
    rule = made.only(INGRESS_RULE)

    assert (rule["referencedSecurityGroupId"], rule["fromPort"]) == ("sg-nodes", 5432)


@pytest.mark.parametrize("protected", [True, False])
def test_protection_brings_a_final_snapshot(declare, protected):
    (instance,) = declare(lambda: Database("books", args(protect=protected))).made(INSTANCE)

    assert (instance.protect, instance.inputs["deletionProtection"]) == (protected, protected)
    assert instance.inputs["skipFinalSnapshot"] is not protected
    assert ("finalSnapshotIdentifier" in instance.inputs) is protected


@pytest.mark.parametrize("days", [0, 36])
def test_backups_are_kept_for_1_to_35_days(days):
    with pytest.raises(ValueError, match=f"backup_days must be 1 to 35, not {days}"):
        args(backup_days=days)


def test_a_copy_is_taken_apart_from_the_weekly_crawl_and_from_maintenance(made):
    instance = made.only(INSTANCE)
    (begins, ends), (upkeep, _) = (
        instance[window].removeprefix("sun:").split("-") for window in ("backupWindow", "maintenanceWindow")
    )

    # Sunday at two in Seoul is 17:00 in UTC, and a crawl has three hours.
    assert ends <= "17:00" or begins >= "20:00"
    assert ends <= upkeep or begins >= "20:30"


@pytest.mark.parametrize(
    ("told", "called"),
    [
        ({}, ("order-books", "orderbooks", "orderbooks")),
        ({"identifier": "shop-books", "username": "clerk", "database": "ledger"}, ("shop-books", "clerk", "ledger")),
    ],
)
def test_the_instance_its_user_and_its_database_are_called_after_the_component_or_as_told(declare, told, called):
    found = []

    def program():
        made = Database("order-books", args(**told))
        found.append((made.identifier, made.username, made.database))

    instance = declare(program).only(INSTANCE)

    assert (instance["identifier"], instance["username"], instance["dbName"]) == called
    assert instance["finalSnapshotIdentifier"] == f"{called[0]}-final"
    assert found == [called]


@pytest.mark.parametrize("twice", [True, False])
def test_a_second_zone_is_the_caller_s_choice_and_the_default(declare, twice):
    assert declare(lambda: Database("books", args(multi_zone=twice))).only(INSTANCE)["multiAz"] is twice
    assert args().multi_zone is True
