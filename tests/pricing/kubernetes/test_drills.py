"""A drill by schedule bills what it restores for the hours that it may take, in a month of 31 days; worked out by hand."""

import pytest

from components.stores.drills import DEADLINE, DrilledStore, Drills, DrillsArgs
from model.resource import UNKNOWN
from preview.simulate.recorder import record
from tests.components.given import KEY, REGION, cluster, namespace
from tests.golden.target import recorded
from tests.pricing.billing import CLUSTER, INSTANCE, D, billed, resource

JOB = "kubernetes:batch/v1:CronJob"
RDS = ("aws:rds/instance:Instance", {"engine": "postgres", "instanceClass": "db.t4g.micro", "allocatedStorage": 20})
DOCUMENTS = (INSTANCE, {"instanceClass": "db.t4g.medium"})
HOURS = D(DEADLINE) / 3600


def spec(store, what="drill", every=31):
    """A CronJob as the component declares it."""

    def program():
        args = DrillsArgs(
            cluster=cluster(),
            namespace=namespace("recovery"),
            canaries=namespace("canaries"),
            velero=namespace("velero"),
            environment="shop",
            image=f"registry.example.com/tools@sha256:{'a' * 64}",
            stores={store: DrilledStore(every_days=every, plan={})},
            ledger_bucket="ledger",
            key_arn=KEY,
        )
        Drills("drills", args)

    made = record(program, project="p", stack="test", config={"aws:region": REGION})
    (found,) = (
        each for each in made.registrations if each.type == JOB and each.inputs["metadata"]["name"] == f"{what}-{store}"
    )
    return found.inputs["spec"]


def bill(given, *beside):
    """Lines of the CronJob, and what of it could not be priced."""
    found = billed(
        resource(JOB, {"spec": given}),
        *(resource(token, props, f"beside-{place}") for place, (token, props) in enumerate(beside)),
    )
    lines = {line.item: round(line.usd_per_month, 12) for line in found.lines if "CronJob" in line.urn}
    return lines, [gap.reason for gap in found.unpriced if "CronJob" in gap.urn]


def test_a_drill_ends_after_three_hours():
    assert HOURS == 3


@pytest.mark.parametrize(("every", "runs"), [(31, 1), (30, 2), (7, 5), (1, 31)])
def test_a_restored_database_is_billed_for_each_hour_of_each_drill(every, runs):
    assert bill(spec("workflow", every=every), RDS) == (
        {
            "restored instance": runs * HOURS * D("0.025"),
            "restored storage": 20 * round(runs * HOURS / 730, 6) * D("0.131"),
        },
        [],
    )


def test_a_restored_cluster_is_given_an_instance_and_bills_both():
    assert bill(spec("documents"), DOCUMENTS) == (
        {
            "restored instance": HOURS * D("0.1172"),
            "restored storage": 100 * D("0.004110") * D("0.12"),
        },
        [],
    )


@pytest.mark.parametrize(
    "given",
    [
        spec("documents", "canary"),
        spec("backup"),
        spec("objects"),
        spec("secrets"),
        {**spec("documents"), "suspend": True},
        {"schedule": UNKNOWN, "jobTemplate": {"spec": {"template": {"spec": {"containers": [{"command": UNKNOWN}]}}}}},
        {},
    ],
    ids=["a canary", "Velero", "objects", "secrets", "suspended", "somebody else's", "nothing"],
)
def test_what_restores_nothing_that_is_billed_is_free(given):
    assert bill(given, RDS, DOCUMENTS) == ({}, [])


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({**spec("documents"), "schedule": "0 21 1 * 1"}, "how often it restores a store cannot be read"),
        ({**spec("documents"), "schedule": UNKNOWN}, "spec.schedule is not known"),
        ({**spec("documents"), "suspend": UNKNOWN}, "spec.suspend is not known"),
    ],
)
def test_what_cannot_be_read_is_named_and_never_zero(given, reason):
    lines, gaps = bill(given, RDS, DOCUMENTS)

    assert lines == {}
    assert [reason in gap for gap in gaps] == [True]


def test_a_drill_without_an_end_is_named():
    given = spec("workflow")
    del given["jobTemplate"]["spec"]["activeDeadlineSeconds"]

    assert bill(given, RDS) == ({}, ["spec.jobTemplate.spec.activeDeadlineSeconds is missing"])


@pytest.mark.parametrize("store", ["documents", "workflow"])
def test_a_store_that_is_not_declared_is_named(store):
    lines, gaps = bill(spec(store), (CLUSTER, {}))

    assert lines == {}
    assert ["is not declared here" in gap for gap in gaps] == [True]


def test_the_programs_own_drills_are_in_the_bill():
    found = billed(*recorded("prod/all/drills").resources)
    ours = [each for each in (*found.lines, *found.unpriced) if "batch/v1:CronJob::drills-" in each.urn]

    assert [(each.urn.rpartition("::")[2], each.item, each.quantity) for each in ours] == [
        ("drills-documents-drill", "restored instance", HOURS),
        ("drills-documents-drill", "restored storage", 100 * D("0.004110")),
        ("drills-workflow-drill", "restored instance", HOURS),
        ("drills-workflow-drill", "restored storage", 20 * D("0.004110")),
    ]
