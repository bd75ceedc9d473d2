from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.stores.documents import Documents, DocumentsArgs, parameters_for_audit, uri_options
from tests.components.given import INGRESS_RULE, INSIDE, KEY, LOG_GROUP

CLUSTER = "aws:docdb/cluster:Cluster"
INSTANCE = "aws:docdb/clusterInstance:ClusterInstance"
PARAMETERS = "aws:docdb/clusterParameterGroup:ClusterParameterGroup"

versions = st.tuples(st.integers(3, 9), st.integers(0, 3), st.integers(0, 9))


def args(**changes):
    given_ = {
        "backup_retention_days": 35,
        "log_retention_days": 90,
        "network": INSIDE,
        "key_arn": KEY,
    }
    return DocumentsArgs(**{**given_, **changes})


@pytest.fixture
def made(declare):
    return declare(lambda: Documents("documents", args()))


def test_what_it_makes(makes):
    assert makes("Documents") == {
        "alphacar:firewall:Firewall": 1,
        "aws:cloudwatch/logGroup:LogGroup": 2,
        "aws:docdb/cluster:Cluster": 1,
        "aws:docdb/clusterInstance:ClusterInstance": 2,
        "aws:docdb/clusterParameterGroup:ClusterParameterGroup": 1,
        "aws:docdb/subnetGroup:SubnetGroup": 1,
    }


def test_every_instance_is_patched_at_night_and_names_no_authority_that_the_provider_would_drop(made):
    instances = made.all(INSTANCE).values()

    assert {one["preferredMaintenanceWindow"] for one in instances} == {"sun:19:30-sun:20:30"}
    assert made.only(CLUSTER)["preferredMaintenanceWindow"] == "sun:19:30-sun:20:30"
    assert not [one for one in instances if "caCertIdentifier" in one]


@given(versions)
def test_writes_are_not_retried_before_8_0_2_and_are_from_then_on(version):
    options = dict(option.split("=", 1) for option in uri_options(".".join(map(str, version))).split("&"))

    assert options.pop("retryWrites", None) == ("false" if version < (8, 0, 2) else None)
    assert options == {
        "tls": "true",
        "tlsCAFile": "/etc/documentdb/global-bundle.pem",
        "replicaSet": "rs0",
        "readPreference": "secondaryPreferred",
    }


def test_tls_1_0_is_refused_and_writes_are_audited(made):
    parameters = {one["name"]: one["value"] for one in made.only(PARAMETERS)["parameters"]}

    assert parameters == parameters_for_audit()
    assert (parameters["tls"], parameters["audit_logs"]) == ("tls1.2+", "ddl,dml_write")


@pytest.mark.parametrize(("version", "family"), [("5.0.0", "docdb5.0"), ("8.0.2", "docdb8.0")])
def test_the_parameters_fit_the_engine(declare, version, family):
    assert declare(lambda: Documents("documents", args(engine_version=version))).only(PARAMETERS)["family"] == family


def test_aws_keeps_the_password_and_the_reserved_name_is_not_used(made):
    cluster = made.only(CLUSTER)

    assert cluster["manageMasterUserPassword"] is True
    assert cluster["masterUsername"] == "documentsmaster"
    assert "masterPassword" not in cluster


def test_log_groups_are_there_before_the_cluster_and_end(made):
    groups = made.all(LOG_GROUP)

    assert {group["name"] for group in groups.values()} == {f"/aws/docdb/documents/{k}" for k in ("audit", "profiler")}
    assert {group["retentionInDays"] for group in groups.values()} == {90}
    assert {f"{LOG_GROUP} {name}" for name in groups} <= made.waits(CLUSTER, "documents")
    assert made.only(CLUSTER)["enabledCloudwatchLogsExports"] == ["audit", "profiler"]


def test_data_is_encrypted_and_kept_for_as_long_as_was_the_reason_to_move(made):
    cluster = made.only(CLUSTER)

    assert (cluster["storageEncrypted"], cluster["kmsKeyId"]) == (True, KEY)
    assert cluster["backupRetentionPeriod"] == 35


@pytest.mark.parametrize("instances", [1, 2, 3])
def test_there_are_as_many_instances_as_asked_for(declare, instances):
    made = declare(lambda: Documents("documents", args(instances=instances)))

    assert list(made.all(INSTANCE)) == [f"documents-{number}" for number in range(instances)]


@pytest.mark.parametrize("protected", [True, False])
def test_protection_brings_a_final_snapshot(declare, protected):
    (cluster,) = declare(lambda: Documents("documents", args(protect=protected))).made(CLUSTER)

    assert (cluster.protect, cluster.inputs["deletionProtection"]) == (protected, protected)
    assert cluster.inputs["skipFinalSnapshot"] is not protected
    assert ("finalSnapshotIdentifier" in cluster.inputs) is protected


@pytest.mark.parametrize("cidrs", [(), ("192.168.0.0/16",)])
def test_on_premises_gets_in_only_while_it_migrates(declare, cidrs):
    rules = (
        declare(lambda: Documents("documents", args(network=replace(INSIDE, migrating_cidrs=cidrs))))
        .all(INGRESS_RULE)
        .values()
    )

    assert {rule["fromPort"] for rule in rules} == {27017}
    assert tuple(rule["cidrIpv4"] for rule in rules if "cidrIpv4" in rule) == cidrs


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"instances": 0}, "instances must be 1 to 16, not 0"),
        ({"backup_retention_days": 36}, "backup_retention_days must be 1 to 35, not 36"),
        ({"master_username": "admin"}, "and a name that DocumentDB does not keep for itself"),
        ({"engine_version": "5.0"}, "fully qualified, such as 5.0.0, not '5.0'"),
    ],
)
def test_what_aws_would_refuse_is_refused(changes, message):
    with pytest.raises(ValueError, match=message):
        args(**changes)


def test_the_cluster_its_instances_and_its_master_are_called_as_told(declare):
    found = []

    def program():
        told = {"cluster_identifier": "shop-docs", "master_username": "keeper"}
        found.append(Documents("documents", args(**told)).cluster_identifier)

    made = declare(program)
    cluster = made.only(CLUSTER)

    assert (cluster["clusterIdentifier"], cluster["masterUsername"]) == ("shop-docs", "keeper")
    assert cluster["finalSnapshotIdentifier"] == "shop-docs-final"
    assert [one["identifier"] for one in made.all(INSTANCE).values()] == ["shop-docs-0", "shop-docs-1"]
    assert {group["name"] for group in made.all(LOG_GROUP).values()} == {
        "/aws/docdb/shop-docs/audit",
        "/aws/docdb/shop-docs/profiler",
    }
    assert found == ["shop-docs"]
