"""A target that exists without the guide's reason to move is refused; one that keeps it in another way is not."""

import json

import pytest

from policy.decisions.rules import decided_targets_exist
from policy.resource import UNKNOWN
from policy.rule import Context
from tests.conftest import TODAY
from tests.policy.target import QUIET, TARGET, resources


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
    ("cache", {"automaticFailoverEnabled": False}, "cache"),
    ("cache", {"snapshotRetentionLimit": 0}, "cache"),
    ("cache", {"multiAzEnabled": False}, "cache"),
    ("cache", {"numCacheClusters": 1}, "cache"),
    ("cache", {"numCacheClusters": ..., "numNodeGroups": 2, "replicasPerNodeGroup": 0}, "cache"),
    ("search", {"vpcOptions": ...}, "search"),
    ("search", {"vpcOptions.subnetIds": ["a"]}, "search"),
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
    ("agent", {"configurationValues": json.dumps({**QUIET, "containerInsights": {"enabled": True}})}, "agent"),
    ("agent", {"configurationValues": json.dumps({**QUIET, "applicationSignals": {}})}, "agent"),
    ("agent", {"configurationValues": json.dumps({**QUIET, "containerLogs": {"enabled": True}})}, "agent"),
    ("prometheus", {"values.prometheus.prometheusSpec.storageSpec": ...}, "metrics"),
    ("grafana", {"values.persistence.enabled": False}, "dashboards"),
    ("logs", {"retentionInDays": ...}, "logs"),
    ("class", {"provisioner": "driver.longhorn.io"}, "volumes"),
    ("class", {"parameters.encrypted": "false"}, "volumes"),
    ("snapshots", {"state": "DISABLED"}, "volumes"),
    ("snapshots", {"policyDetails": {}}, "volumes"),
    ("snapshots", {"policyDetails.schedules": [{}]}, "volumes"),
    ("velero", {"values.configuration.backupStorageLocation": [{"provider": "aws"}]}, "backup"),
    ("velero", {"values.schedules": ...}, "backup"),
    ("velero", {"values.schedules": {}}, "backup"),
    ("velero", {"values.backupsEnabled": False}, "backup"),
    ("velero", {"values.configuration.backupStorageLocation": [{"provider": "gcp"}]}, "backup"),
    ("eks", {"upgradePolicy.supportType": "EXTENDED"}, "platform"),
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
    {"bucket": {"bucket": UNKNOWN}},
]


@pytest.mark.parametrize("changes", UNDECIDED)
def test_what_hangs_on_what_is_not_known_yet_is_undetermined(told, changes):
    assert {kind for kind, *_ in told(resources(changes=changes))} == {"undetermined"}


@pytest.mark.parametrize("odd", [None, True, 0, float("nan"), "", "x" * 9999, [], [None], {}, {"a": [1]}])
def test_whatever_a_target_holds_is_judged(told, odd):
    told(resources(changes={name: dict.fromkeys(props, odd) for name, (_, props) in TARGET.items()}))
    told(resources(changes={"scanning": {"rules": [{"repositoryFilters": odd, "scanFrequency": odd}]}}))
    told(resources(changes={"parameters": {"parameters": [{"name": odd}, odd]}}))
