"""A restore test bills what it restored for the hours that it is kept, in a month of 31 days; worked out by hand."""

import pytest

from model.resource import UNKNOWN
from tests.pricing.billing import D, billed, resource

PLAN = "aws:backup/restoreTestingPlan:RestoreTestingPlan"
SELECTION = "aws:backup/restoreTestingSelection:RestoreTestingSelection"
RDS = {"engine": "postgres", "instanceClass": "db.t4g.micro", "storageType": "gp3", "allocatedStorage": 20}


def bill(kind, *, every=31, hours=4, name="tests", schedule=None):
    """Lines of the selection, and what could not be priced."""
    selection = {"protectedResourceType": kind, "restoreTestingPlanName": name, "validationWindowHours": hours}
    found = billed(
        resource(PLAN, {"name": "tests", "scheduleExpression": schedule or f"cron(0 21 1/{every} * ? *)"}),
        resource("aws:rds/instance:Instance", RDS),
        resource(SELECTION, selection),
    )
    lines = {line.item: round(line.usd_per_month, 12) for line in found.lines if line.item.startswith("restored")}
    return lines, [gap.reason for gap in found.unpriced]


@pytest.mark.parametrize(
    ("every", "hours", "tests"),
    [(31, 4, 1), (30, 4, 2), (7, 4, 5), (1, 4, 31), (31, 168, 1)],
)
def test_an_instance_is_billed_for_each_hour_of_each_test(every, hours, tests):
    lines, gaps = bill("RDS", every=every, hours=hours)

    assert gaps == []
    assert lines == {
        "restored instance": tests * hours * D("0.025"),
        "restored storage": 20 * round(D(tests * hours) / 730, 6) * D("0.131"),
    }


def test_a_restored_cluster_has_no_instance_and_bills_its_storage():
    lines, gaps = bill("DocumentDB")

    assert (lines, gaps) == ({"restored storage": 100 * D("0.005479") * D("0.12")}, [])


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"kind": "EFS"}, "what a restored EFS costs is not worked out"),
        ({"kind": "RDS", "name": "others"}, "how often it is tested cannot be read"),
        ({"kind": "RDS", "schedule": "rate(1 day)"}, "how often it is tested cannot be read"),
        ({"kind": UNKNOWN}, "protectedResourceType"),
    ],
)
def test_what_cannot_be_worked_out_is_named_and_never_zero(given, reason):
    lines, gaps = bill(**given)

    assert lines == {}
    assert any(reason in gap for gap in gaps), gaps
