import pytest

from components.stores.cache import Cache, CacheArgs, connect_statement
from tests.components.given import INGRESS_RULE, INSIDE, KEY

REPLICATION_GROUP = "aws:elasticache/replicationGroup:ReplicationGroup"
USER = "aws:elasticache/user:User"
USER_GROUP = "aws:elasticache/userGroup:UserGroup"


def args(**changes):
    given = {
        "network": INSIDE,
        "key_arn": KEY,
    }
    return CacheArgs(**{**given, **changes})


@pytest.fixture
def group(declare):
    return declare(lambda: Cache("cache", args())).only(REPLICATION_GROUP)


def test_what_it_makes(makes):
    assert makes("Cache") == {
        "alphacar:firewall:Firewall": 1,
        "aws:elasticache/parameterGroup:ParameterGroup": 1,
        "aws:elasticache/replicationGroup:ReplicationGroup": 1,
        "aws:elasticache/subnetGroup:SubnetGroup": 1,
        "aws:elasticache/user:User": 1,
        "aws:elasticache/userGroup:UserGroup": 1,
    }


@pytest.mark.parametrize(("replicas", "nodes", "fails_over"), [(0, 1, False), (1, 2, True), (5, 6, True)])
def test_a_replica_turns_on_failover(declare, replicas, nodes, fails_over):
    group = declare(lambda: Cache("cache", args(replicas=replicas))).only(REPLICATION_GROUP)

    assert group["numCacheClusters"] == nodes
    assert group["automaticFailoverEnabled"] is fails_over
    assert group["multiAzEnabled"] is fails_over


def test_the_engine_is_named_because_aws_would_take_redis(group):
    assert (group["engine"], group["engineVersion"]) == ("valkey", "8.2")


def test_everything_is_encrypted_and_clear_text_refused(group):
    assert group["atRestEncryptionEnabled"] is group["transitEncryptionEnabled"] is True
    assert (group["transitEncryptionMode"], group["kmsKeyId"]) == ("required", KEY)


def test_applications_sign_in_with_iam_and_there_is_no_password(declare):
    made = declare(lambda: Cache("cache", args()))
    user = made.only(USER)

    assert user["authenticationMode"] == {"type": "iam"}
    # IAM signs a user in only if the two are the same.
    assert user["userId"] == user["userName"]
    assert "authToken" not in made.only(REPLICATION_GROUP)


@pytest.mark.parametrize(("version", "family"), [("7.2", "valkey7"), ("8.2", "valkey8"), ("9.0", "valkey9")])
def test_the_parameters_fit_the_engine(declare, version, family):
    made = declare(lambda: Cache("cache", args(engine_version=version)))

    assert made.only("aws:elasticache/parameterGroup:ParameterGroup")["family"] == family


def test_only_the_cluster_s_nodes_get_in(declare):
    rule = declare(lambda: Cache("cache", args())).only(INGRESS_RULE)

    assert (rule["referencedSecurityGroupId"], rule["fromPort"], rule["toPort"]) == ("sg-nodes", 6379, 6379)


@pytest.mark.parametrize("protect", [True, False])
def test_protection_brings_a_final_snapshot(declare, protect):
    (group,) = declare(lambda: Cache("cache", args(protect=protect))).made(REPLICATION_GROUP)

    assert group.protect is protect
    assert ("finalSnapshotIdentifier" in group.inputs) is protect


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"replicas": 6}, "replicas must be 0 to 5, not 6"),
        ({"snapshot_retention_days": 36}, "snapshot_retention_days must be 0 to 35, not 36"),
    ],
)
def test_what_aws_would_refuse_is_refused(changes, message):
    with pytest.raises(ValueError, match=message):
        args(**changes)


def test_signing_in_wants_the_cache_and_the_user():
    assert connect_statement(["arn:cache", "arn:user"]) == {
        "Action": "elasticache:Connect",
        "Resource": ["arn:cache", "arn:user"],
    }


@pytest.mark.parametrize(
    ("told", "called"),
    [
        ({}, ["cache", "cache-app", "cache-apps"]),
        ({"replication_group_id": "shop-cache", "user_id": "till"}, ["shop-cache", "till", "tills"]),
    ],
)
def test_the_cache_its_user_and_its_group_are_called_after_the_component_or_as_told(declare, told, called):
    found = []
    made = declare(lambda: found.append(Cache("cache", args(**told)).replication_group_id))
    group, user = made.only(REPLICATION_GROUP), made.only(USER)

    assert [group["replicationGroupId"], user["userId"], made.only(USER_GROUP)["userGroupId"]] == called
    assert (made.only(USER_GROUP)["userIds"], group["userGroupIds"]) == ([called[1]], [called[2]])
    assert group["finalSnapshotIdentifier"] == f"{called[0]}-final"
    assert found == called[:1]


def test_what_people_read_of_it_is_the_caller_s(declare):
    group = declare(lambda: Cache("cache", args(description="Sessions of the shop"))).only(REPLICATION_GROUP)

    assert group["description"] == "Sessions of the shop"


def test_without_a_migration_nobody_may_restore_keys(declare):
    made = declare(lambda: Cache("cache", args()))

    assert made.only(USER)["accessString"] == "on ~* +@all -@dangerous +info"
    assert made.only(USER_GROUP)["userIds"] == ["cache-app"]


def test_while_data_moves_a_user_of_its_own_may_restore_keys_and_applications_still_may_not(declare):
    made = declare(lambda: Cache("cache", args(migration_user=True)))
    access = {user["userId"]: user["accessString"] for user in made.all(USER).values()}

    assert access == {
        "cache-app": "on ~* +@all -@dangerous +info",
        "cache-app-migration": "on ~* +@all -@dangerous +info +restore +flushall",
    }
    assert sorted(made.only(USER_GROUP)["userIds"]) == ["cache-app", "cache-app-migration"]
