"""A target that exists without the guide's reason to move is refused; one that keeps it in another way is not."""

import json
from dataclasses import replace

import pytest

from model.resource import UNKNOWN, Resource
from policy.decisions.rules import decided_targets_exist
from policy.engine.rule import Context
from tests.conftest import TODAY
from tests.policy.decisions.target import QUIET, RELEASE, TARGET, resources


@pytest.fixture
def told(settings):
    def ask(made, stack="prod", changes=None):
        context = Context(settings=settings(stack, changes), today=TODAY)
        return [(finding.kind, finding.row, finding.message) for finding in decided_targets_exist(made, context)]

    return ask


BROKEN = [
    ("docdb", {"backupRetentionPeriod": 34}, "documents"),
    ("docdb", {"manageMasterUserPassword": False}, "secrets"),
    ("parameters", {"parameters": [{"name": "tls", "value": "disabled"}]}, "documents"),
    ("parameters", {"parameters": [{"name": "profiler", "value": "enabled"}]}, "documents"),
    ("parameters", {"parameters": []}, "documents"),
    ("docdb", {"dbClusterParameterGroupName": ...}, "documents"),
    ("docdb", {"dbClusterParameterGroupName": "default.docdb5.0"}, "documents"),
    ("subnets", {"subnetIds": ["a"]}, "documents"),
    ("subnets", {"subnetIds": ["a", "a"]}, "documents"),
    ("docdb", {"dbSubnetGroupName": ...}, "documents"),
    ("docdb-1", {"clusterIdentifier": "another"}, "documents"),
    ("cache", {"automaticFailoverEnabled": False}, "cache"),
    ("cache", {"snapshotRetentionLimit": 0}, "cache"),
    ("cache", {"multiAzEnabled": False}, "cache"),
    ("cache", {"numCacheClusters": 1}, "cache"),
    ("cache", {"numCacheClusters": ..., "numNodeGroups": 2, "replicasPerNodeGroup": 0}, "cache"),
    ("search", {"vpcOptions": ...}, "search"),
    ("search", {"vpcOptions.subnetIds": ["a"]}, "search"),
    ("search", {"vpcOptions.subnetIds": ["a", "b", "a"]}, "search"),
    ("search", {"clusterConfig.zoneAwarenessEnabled": False}, "search"),
    ("search", {"clusterConfig.instanceCount": 1}, "search"),
    ("airflow", {"values.config.core": ...}, "workflow"),
    ("airflow", {"values.config.core.default_task_retries": "0"}, "workflow"),
    ("alerts", {"spec.groups": [{"name": "workflow", "rules": []}]}, "workflow"),
    ("database", {"manageMasterUserPassword": ..., "password": "plain"}, "secrets"),
    ("airflow", {"values.config.logging.remote_logging": "False"}, "workflow"),
    ("airflow", {"values.postgresql.enabled": True}, "workflow"),
    ("scanning", {"rules": [{"scanFrequency": "MANUAL", "repositoryFilters": [{"filter": "*"}]}]}, "registry"),
    ("scanning", {"rules": [{"scanFrequency": "SCAN_ON_PUSH", "repositoryFilters": []}]}, "registry"),
    (
        "scanning",
        {"rules": [{"scanFrequency": "SCAN_ON_PUSH", "repositoryFilters": [{"filter": "none-*"}]}]},
        "registry",
    ),
    ("scanning", {"rules": []}, "registry"),
    ("trail", {"enableLogging": False}, "secrets"),
    ("trail", {"eventSelectors": [{"includeManagementEvents": False}]}, "secrets"),
    ("trail", {"eventSelectors": [{"readWriteType": "WriteOnly"}]}, "secrets"),
    ("trail", {"eventSelectors": [{"excludeManagementEventSources": ["secretsmanager.amazonaws.com"]}]}, "secrets"),
    ("store", {"spec.provider": {"vault": {}}}, "secrets"),
    ("store", {"spec.provider.aws.service": "ParameterStore"}, "secrets"),
    ("agent", {"configurationValues": json.dumps({"agent": {}})}, "agent"),
    ("agent", {"configurationValues": json.dumps({"agent": {"config": {"metrics": {}}}})}, "agent"),
    ("agent", {"configurationValues": json.dumps({**QUIET, "agents": [{"name": "more"}]})}, "agent"),
    ("prometheus", {"values.alertmanager": {"enabled": False}}, "workflow"),
    ("prometheus", {"values.prometheus.enabled": False}, "metrics"),
    ("refusals", {"spec.validationActions": ["Audit"]}, "admission"),
    ("prometheus", {"values.prometheus.prometheusSpec.storageSpec": ...}, "metrics"),
    ("grafana", {"values.persistence.enabled": False}, "dashboards"),
    ("logs", {"retentionInDays": ...}, "logs"),
    ("class", {"provisioner": "driver.longhorn.io"}, "volumes"),
    ("class", {"parameters.encrypted": "false"}, "volumes"),
    ("class", {"metadata": ...}, "volumes"),
    ("class", {"parameters.tagSpecification_1": ...}, "volumes"),
    ("snapshots", {"policyDetails.targetTags": {"other": "x"}}, "volumes"),
    ("snapshots", {"policyDetails.resourceTypes": ["INSTANCE"]}, "volumes"),
    ("snapshots", {"policyDetails.schedules": [{"createRule": {"interval": 24}}]}, "volumes"),
    ("snapshots", {"state": "DISABLED"}, "volumes"),
    ("snapshots", {"policyDetails": {}}, "volumes"),
    ("snapshots", {"policyDetails.schedules": [{}]}, "volumes"),
    ("velero", {"values.configuration.backupStorageLocation": [{"provider": "aws"}]}, "backup"),
    ("velero", {"values.schedules": ...}, "backup"),
    ("velero", {"values.schedules": {}}, "backup"),
    ("velero", {"values.schedules.daily.disabled": True}, "backup"),
    (
        "velero",
        {
            "values.configuration.backupStorageLocation": [
                {"provider": "aws", "bucket": "backups", "config": {"s3Url": "http://minio:9000"}}
            ]
        },
        "backup",
    ),
    (
        "velero",
        {"values.configuration.backupStorageLocation": [{"provider": "aws", "bucket": "backups"}, {"provider": "gcp"}]},
        "backup",
    ),
    (
        "velero",
        {
            "values.configuration.backupStorageLocation": [
                {"provider": "aws", "bucket": "backups", "accessMode": "ReadOnly"}
            ]
        },
        "backup",
    ),
    ("velero", {"values.backupsEnabled": False}, "backup"),
    ("velero", {"values.configuration.backupStorageLocation": [{"provider": "gcp"}]}, "backup"),
]


@pytest.mark.parametrize(("name", "change", "row"), BROKEN)
def test_a_target_without_its_reason_to_move_is_refused(told, name, change, row):
    assert {(kind, capability) for kind, capability, _ in told(resources(changes={name: change}))} == {
        ("violation", row)
    }


def test_a_parameter_group_that_is_gone_takes_encryption_and_what_uses_it_along(told):
    found = told(resources(leave_out=["parameters"]))

    assert {(kind, capability) for kind, capability, _ in found} == {("violation", "documents")}
    assert any("clusterParameterGroup" in message for *_, message in found)


def test_instances_that_both_state_one_zone_are_refused_in_production(told):
    same = {"docdb-0": {"availabilityZone": "a"}, "docdb-1": {"availabilityZone": "a"}}

    assert {(kind, capability) for kind, capability, _ in told(resources(changes=same))} == {("violation", "documents")}
    assert told(resources(changes=same), stack="dev") == []


FINE = [
    {"docdb-0": {"availabilityZone": "a"}, "docdb-1": {"availabilityZone": "b"}},
    {"docdb-0": {"availabilityZone": "a"}},
    {"docdb": {"dbClusterParameterGroupName": UNKNOWN}},
    {"parameters": {"parameters": [{"name": "profiler", "value": "disabled"}, {"name": "tls", "value": "tls1.3+"}]}},
    {"cache": {"numCacheClusters": ..., "numNodeGroups": 2, "replicasPerNodeGroup": 1}},
    {"airflow": {"values.config.core.default_task_retries": "3"}},
    {"airflow": {"chart": "oci://registry.example.com/charts/airflow:1.22.0"}},
    {"airflow": {"values.config.logging.remote_logging": True}},
    {"database": {"manageMasterUserPassword": ..., "replicateSourceDb": "other"}},
    {"scanning": {"rules": [{"scanFrequency": "CONTINUOUS_SCAN", "repositoryFilters": [{"filter": "alphacar"}]}]}},
    {
        "scanning": {
            "rules": [
                {"scanFrequency": "MANUAL", "repositoryFilters": [{"filter": "old*"}]},
                {"scanFrequency": "SCAN_ON_PUSH", "repositoryFilters": [{"filter": "alphacar/*"}]},
            ]
        }
    },
    {"snapshots": {"policyDetails": ..., "defaultPolicy": "VOLUME"}},
    {"velero": {"values.configuration.backupStorageLocation": [{"provider": "velero.io/aws", "bucket": UNKNOWN}]}},
]


@pytest.mark.parametrize("changes", FINE)
def test_a_target_that_keeps_its_reason_in_another_way_is_quiet(told, changes):
    assert told(resources(changes=changes)) == []


def test_an_output_is_that_of_what_the_resource_depends_on(told):
    unknown = resources(changes={"docdb": {"dbSubnetGroupName": UNKNOWN}})
    alone = [replace(each, dependencies=()) if each.name == "docdb" else each for each in unknown]

    assert told(unknown) == []
    assert [(kind, row) for kind, row, _ in told(alone)] == [("undetermined", "documents")]


@pytest.mark.parametrize(
    ("row", "volumes", "chart"),
    [
        ("logs", {"volumes.logGbPerMonth": []}, "loki"),
        ("traces", {"volumes.tracesPerMonth": []}, "tempo"),
        ("mesh", {"needs.meshFeatures": ...}, "istiod"),
    ],
)
def test_an_incumbent_that_was_chosen_must_be_there(told, row, volumes, chart):
    ((kind, capability, message),) = told(resources(), changes=volumes)

    assert (kind, capability) == ("violation", row)
    assert "of which nothing is declared" in message
    assert (
        told([*resources(), Resource(urn="urn", type=RELEASE, name="x", props={"chart": chart})], changes=volumes) == []
    )


UNDECIDED = [
    {"docdb-0": {"availabilityZone": "a"}, "docdb-1": {"availabilityZone": UNKNOWN}},
    {"parameters": {"name": UNKNOWN}},
    {"parameters": {"parameters": [{"name": UNKNOWN, "value": "enabled"}]}},
    {"parameters": {"parameters": UNKNOWN}},
    {"cache": {"numCacheClusters": UNKNOWN}},
    {"scanning": {"rules": UNKNOWN}},
    {"scanning": {"rules": [UNKNOWN]}},
    {"scanning": {"rules": [{"scanFrequency": "SCAN_ON_PUSH", "repositoryFilters": UNKNOWN}]}},
    {"scanning": {"rules": [{"scanFrequency": "SCAN_ON_PUSH", "repositoryFilters": [{"filter": UNKNOWN}]}]}},
    {"scanning": {"rules": [{"scanFrequency": UNKNOWN, "repositoryFilters": [{"filter": "*"}]}]}},
    {"bucket": {"bucket": UNKNOWN}},
    {"search": {"vpcOptions": UNKNOWN}},
    {"subnets": {"subnetIds": UNKNOWN}},
    {"snapshots": {"policyDetails.schedules": UNKNOWN}},
    {"snapshots": {"policyDetails.targetTags": {"snapshot": UNKNOWN}}},
]


@pytest.mark.parametrize("changes", UNDECIDED)
def test_what_hangs_on_what_is_not_known_yet_is_undetermined(told, changes):
    assert {kind for kind, *_ in told(resources(changes=changes))} == {"undetermined"}


@pytest.mark.parametrize("odd", [None, True, 0, float("nan"), "", "x" * 9999, [], [None], {}, {"a": [1]}])
def test_whatever_a_target_holds_is_judged(told, odd):
    told(resources(changes={name: dict.fromkeys(props, odd) for name, (_, props) in TARGET.items()}))
    told(resources(changes={"scanning": {"rules": [{"repositoryFilters": odd, "scanFrequency": odd}]}}))
    told(resources(changes={"parameters": {"parameters": [{"name": odd}, odd]}}))
