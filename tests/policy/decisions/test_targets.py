"""A decided target exists, with the properties that were the guide's reason to move."""

import json

import pytest

from model.resource import UNKNOWN, Resource
from policy.decisions.rules import decided_targets_exist, decisions_are_measured, facts_are_checked
from policy.engine.rule import Context
from tests.conftest import TODAY
from tests.policy.decisions.target import TARGET, resources


@pytest.fixture
def told(settings):
    def ask(made, stack="prod", changes=None):
        context = Context(settings=settings(stack, changes), today=TODAY)
        return [(finding.kind, finding.row, finding.message) for finding in decided_targets_exist(made, context)]

    return ask


def test_the_whole_target_is_quiet(told):
    assert told(resources()) == []


MISSING = [
    ("docdb-1", "documents", "wants at least 2 aws:docdb/clusterInstance"),
    ("docdb", "documents", "aws:docdb/cluster:Cluster"),
    ("subnets", "documents", "subnetGroup"),
    ("cache", "cache", "replicationGroup"),
    ("search", "search", "opensearch/domain"),
    ("airflow", "workflow", "Release"),
    ("alerts", "workflow", "PrometheusRule"),
    ("database", "workflow", "rds/instance"),
    ("repository", "registry", "ecr/repository"),
    ("scanning", "registry", "registryScanningConfiguration"),
    ("secret", "secrets", "secretsmanager/secret"),
    ("operator", "secrets", "Release"),
    ("store", "secrets", "SecretStore"),
    ("trail", "secrets", "cloudtrail/trail"),
    ("agent", "agent", "eks/addon"),
    ("prometheus", "metrics", "Release"),
    ("grafana", "dashboards", "Release"),
    ("logs", "logs", "logGroup"),
    ("traces", "traces", "xray/encryptionConfig"),
    ("kyverno", "admission", "Release with chart kyverno"),
    ("refusals", "admission", "ValidatingPolicy"),
    ("class", "volumes", "StorageClass"),
    ("snapshots", "volumes", "dlm/lifecyclePolicy"),
    ("velero", "backup", "Release"),
    ("bucket", "backup", "backupStorageLocation"),
    ("eks", "platform", "eks/cluster"),
    ("nodes", "platform", "eks/nodeGroup"),
]


@pytest.mark.parametrize(("name", "row", "says"), MISSING)
def test_what_is_missing_is_told_with_its_row_and_reason(told, name, row, says):
    found = told(resources(leave_out=[name]))

    assert {(kind, capability) for kind, capability, _ in found} == {("violation", row)}
    assert any(says in message for _, _, message in found)
    assert all("; a waiver goes into landing:exceptions with row" in message for _, _, message in found)


def test_35_days_and_a_second_instance_are_asked_of_production_only(told):
    made = resources(
        leave_out=["docdb-1"],
        changes={
            "docdb": {"backupRetentionPeriod": 1},
            "cache": {"automaticFailoverEnabled": False, "snapshotRetentionLimit": 0},
        },
    )

    assert told(made, stack="dev") == []


def test_what_is_not_known_yet_is_undetermined(told):
    assert {kind for kind, *_ in told(resources(changes={"docdb": {"backupRetentionPeriod": UNKNOWN}}))} == {
        "undetermined"
    }


def test_a_phase_that_has_not_begun_asks_for_nothing(told):
    always = [name for name in TARGET if name not in ("eks", "nodes", "prometheus", "grafana", "kyverno", "refusals")]

    assert told(resources(leave_out=always), changes={"phases": []}) == []


def test_without_settings_targets_are_undetermined():
    (finding,) = decided_targets_exist([], Context(settings=None, today=TODAY))

    assert finding.kind == "undetermined"


@pytest.mark.parametrize(("stack", "kind"), [("prod", "violation"), ("staging", "advisory"), ("dev", "advisory")])
def test_an_undecided_row_blocks_production_only(settings, stack, kind):
    context = Context(settings=settings(stack, {"volumes.logGbPerMonth": []}), today=TODAY)

    found = [finding for finding in decisions_are_measured([], context) if finding.row == "logs"]

    assert [finding.kind for finding in found] == [kind]
    assert "undecided: no GB of logs a month are recorded" in found[0].message


def test_a_choice_near_its_line_is_told(settings):
    told = list(decisions_are_measured([], Context(settings=settings("prod"), today=TODAY)))

    assert [(finding.kind, finding.row) for finding in told] == [("advisory", "logs"), ("advisory", "traces")]


def test_without_settings_nothing_is_measured():
    assert list(decisions_are_measured([], Context(settings=None, today=TODAY))) == []


def test_facts_older_than_180_days_are_told():
    from datetime import date

    assert list(facts_are_checked([], Context(settings=None, today=date(2027, 5, 21)))) == []
    late = list(facts_are_checked([], Context(settings=None, today=date(2027, 5, 22))))
    assert {finding.kind for finding in late} == {"advisory"}
    assert any("AWS App Mesh: last checked on 2026-11-22" in finding.message for finding in late)
    assert not any("Valkey" in finding.message for finding in late)
    later = list(facts_are_checked([], Context(settings=None, today=date(2027, 5, 25))))
    assert any("Valkey 7.2 to 9.1 on ElastiCache, which have no announced end" in finding.message for finding in later)


def test_a_message_says_what_must_be_and_in_which_row(told):
    ((_, _, message),) = told(resources(changes={"trail": {"enableLogging": False}}))

    assert message.startswith("enableLogging must be anything but false in row 6 (secrets): ")


@pytest.mark.parametrize(
    ("version", "kind", "says"),
    [
        ("1.34", "advisory", "standard support of Kubernetes 1.34 on EKS ends on 2026-12-02"),
        ("odd", "undetermined", "Kubernetes this version;"),
    ],
)
def test_what_ends_soon_and_what_nobody_knows_is_told(version, kind, says):
    from policy.decisions.rules import RULES
    from policy.engine.rule import judge

    rule = next(rule for rule in RULES if rule.name == "nothing-is-past-its-end")
    made = Resource(urn="u", type="aws:eks/cluster:Cluster", name="n", props={"version": version})

    (finding,) = judge(rule, made, Context(settings=None, today=TODAY))

    assert finding.kind == kind
    assert says in finding.message


@pytest.mark.parametrize(
    ("chart", "kind"), [("loki", "undetermined"), ("tempo", "undetermined"), ("mongodb", "violation")]
)
def test_without_settings_only_what_hangs_on_a_volume_is_undetermined(chart, kind):
    from policy.decisions.rules import RULES
    from policy.engine.rule import judge

    rule = next(rule for rule in RULES if rule.name == "replaced-systems-stay-out")
    made = Resource(urn="u", type="kubernetes:helm.sh/v3:Release", name="n", props={"chart": chart})

    assert [finding.kind for finding in judge(rule, made, Context(settings=None, today=TODAY))] == [kind]


def test_custom_resources_are_looked_at_as_well_as_aws_types():
    from policy.decisions.rules import RULES

    for rule in RULES:
        assert rule.concerns("aws:msk/cluster:Cluster")
        assert rule.concerns("kubernetes:kafka.strimzi.io/v1:Kafka")


def test_what_one_resource_must_have_of_another_is_told_as_not_known_until_it_is(told):
    ((kind, row, message),) = told(resources(changes={"snapshots": {"policyDetails.targetTags": UNKNOWN}}))

    assert (kind, row, message.partition(":")[0]) == ("undetermined", "volumes", "not known yet")


def test_a_property_of_what_is_missing_is_not_asked_for(told):
    found = told(resources(leave_out=["docdb", "docdb-0", "docdb-1"]))

    assert not [message for *_, message in found if "must be that of a declared" in message]


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("agent", {"configurationValues": json.dumps({"agent": {"config": {"agent": {}, "traces": {}}}})}),
        ("logs", {"retentionInDays": 1}),
    ],
)
def test_the_least_that_is_asked_for_is_enough(told, name, changes):
    assert told(resources(changes={name: changes})) == []


def test_an_inactive_row_is_not_asked_for_a_measurement(settings):
    unmeasured = {"phases": [], "volumes.logGbPerMonth": [], "volumes.tracesPerMonth": []}

    assert list(decisions_are_measured([], Context(settings=settings("prod", unmeasured), today=TODAY))) == []
