"""What copies in a second region cost: kept there, and sent there, by schedules and sizes."""

from dataclasses import replace

import pytest

from stacks.sections.measures import Spread
from tests.pricing.billing import BUCKET, CLUSTER, USAGE, D, billed, resource

VAULT, PLAN = "aws:backup/vault:Vault", "aws:backup/plan:Plan"
SELECTION = "aws:backup/selection:Selection"
DATABASE = "aws:rds/instance:Instance"
REPLICATION = "aws:s3/bucketReplicationConfig:BucketReplicationConfig"
IMAGES = "aws:ecr/replicationConfiguration:ReplicationConfiguration"
TOKYO = "ap-northeast-1"
#: 50 GB of documents and 2 of PostgreSQL, and nothing set that follows from them.
SIZES = USAGE.model_copy(
    update={
        "documents_storage_gb": Spread.of(D(50)),
        "database_gb": Spread.of(D(2)),
        **dict.fromkeys(("backup_copy_gb", "database_copy_gb", "backup_transfer_gb")),
    }
)
THERE = {"destinationVaultArn": f"arn:aws:backup:{TOKYO}:111122223333:backup-vault:a", "lifecycle": {"deleteAfter": 14}}
HERE = {**THERE, "destinationVaultArn": "arn:aws:backup:ap-northeast-2:222233334444:backup-vault:a"}


def planned(*copies, store=CLUSTER):
    """A store, its plan of Wednesdays and Saturdays, and a vault in each region."""
    kept = resource(store, {}, "store")
    plan = resource(PLAN, {"rules": [{"schedule": "cron(0 20 ? * WED,SAT *)", "copyActions": list(copies)}]}, "plan")
    selected = replace(
        resource(SELECTION, {}, "selection"), references={"planId": (plan.urn,), "resources": (kept.urn,)}
    )
    return [kept, plan, selected, resource(VAULT, {}, "here"), resource(VAULT, {"region": TOKYO}, "there")]


def amounts(*resources, usage=SIZES):
    bill = billed(*resources, usage=usage)
    told = ("second region", "copies of recovery points")
    return {line.item: round(line.usd_per_month, 9) for line in bill.lines if any(part in line.item for part in told)}


def test_documents_are_kept_and_sent_whole_each_time():
    # Two copies a week kept for two weeks are four; a month of 730 hours has 730 / 84 of them.
    assert amounts(*planned(THERE)) == {
        "copies of recovery points": 4 * 50 * D("0.023"),
        "recovery points sent to the second region": round(2 * 50 * D(730) / 168 * D("0.08"), 9),
    }


def test_the_database_is_priced_at_its_own_rate():
    assert amounts(*planned(THERE, store=DATABASE)) == {
        "copies of recovery points of PostgreSQL": 4 * 2 * D("0.095"),
        "recovery points sent to the second region": round(2 * 2 * D(730) / 168 * D("0.08"), 9),
    }


def test_what_stays_in_the_region_for_another_account_is_not_sent():
    assert set(amounts(*planned(HERE)).values()) == {0}


def test_a_schedule_that_cannot_be_counted_is_a_gap():
    found = planned(THERE)
    found[1] = resource(PLAN, {"rules": [{"schedule": "rate(1 day)", "copyActions": [THERE]}]}, "plan")
    bill = billed(*found, usage=SIZES)

    assert any("recovery points sent" in gap.reason for gap in bill.unpriced)


@pytest.mark.parametrize(("usage", "asked"), [(SIZES, True), (USAGE, False)])
def test_copies_of_what_is_not_declared_are_a_gap_unless_their_figure_is_given(usage, asked):
    bill = billed(*[each for each in planned(THERE) if each.type != SELECTION], usage=usage)

    assert any("recovery points sent" in gap.reason for gap in bill.unpriced) is asked


def test_a_bucket_is_paid_in_both_regions_and_sent_once():
    tags = {"decision": "backup"}
    source = resource(BUCKET, {"bucket": "velero", "tags": tags}, "a")
    copy = resource(BUCKET, {"bucket": "copy", "region": TOKYO, "tags": tags}, "b")
    told = amounts(source, copy, resource(REPLICATION, {"bucket": "velero"}))

    assert told == {
        "objects in the second region": 100 * D("0.025"),
        "objects sent to the second region": 100 * D("0.08"),
    }


@pytest.mark.parametrize(("metrics", "told"), [({"status": "Enabled"}, [4 * D("0.3")]), ({"status": "Disabled"}, [])])
def test_a_rule_s_four_metrics_are_paid_where_they_are_enabled(metrics, told):
    config = {"bucket": "velero", "rules": [{"destination": {"bucket": "arn:aws:s3:::copy", "metrics": metrics}}]}
    lines = billed(resource(REPLICATION, config), usage=USAGE).lines

    assert [line.usd_per_month for line in lines if line.item == "replication metrics"] == told


def test_images_are_paid_where_the_book_has_a_price_and_are_a_gap_elsewhere():
    def to(region):
        rules = [{"destinations": [{"region": region, "registryId": "1"}]}]
        return resource(IMAGES, {"replicationConfiguration": {"rules": rules}})

    assert amounts(to(TOKYO), usage=USAGE) == {
        "images in the second region": 100 * D("0.1"),
        "images sent to the second region": 100 * D("0.08"),
    }
    assert [gap.kind for gap in billed(to("eu-west-1")).unpriced] == ["price"]


@pytest.mark.parametrize("region", [TOKYO, None])
def test_only_what_names_the_second_region_is_priced_there(region):
    vault = resource(VAULT, {"region": region} if region else {})
    items = [line.item for line in billed(vault, resource(CLUSTER), usage=USAGE).lines if "recovery" in line.item]

    assert items == (["copies of recovery points"] if region else ["recovery points"])
