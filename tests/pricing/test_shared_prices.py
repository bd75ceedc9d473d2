"""Prices that a stack's resources share: one tier counter, one rate for a figure that nobody divides, and only bounds."""

import pytest

from stacks.sections.measures import Spread
from tests.pricing.billing import CLUSTER, LOGS, USAGE, D, billed, resource

COLLECTION = "aws:opensearch/serverlessCollection:ServerlessCollection"
ZONE = "aws:route53/zone:Zone"
VOLUME = "aws:ebs/volume:Volume"
VAULT = "aws:backup/vault:Vault"
DATABASE = "aws:rds/instance:Instance"


def using(**figures):
    return USAGE.model_copy(update={name: None if usd is None else Spread.of(D(usd)) for name, usd in figures.items()})


def test_a_bound_of_an_unknown_price_is_nothing_that_is_expected():
    bill = billed(resource(COLLECTION, {"standbyReplicas": "DISABLED"}))
    (unknown,) = (line for line in bill.lines if line.item == "stored data, price unknown")

    assert (unknown.usd_per_month_low, unknown.usd_per_month, unknown.usd_per_month_high) == (0, 0, 100 * D("0.056"))
    assert bill.at_least
    assert "nobody has found the price of opensearch/serverless-storage" in bill.unpriced[0].reason


def test_tiers_of_an_account_count_on_from_resource_to_resource():
    zones = [resource(ZONE, {}, f"z{place:02}") for place in range(27)]
    lines = [line for line in billed(*zones).lines if line.item == "hosted zone"]

    # 25 at 0.50, the others at 0.10.
    assert [line.usd_per_month for line in lines] == [D("0.5")] * 25 + [D("0.1")] * 2


def test_what_aws_logs_has_a_counter_that_no_other_log_fills():
    groups = [
        resource(LOGS, {"name": name, "retentionInDays": 1}, name)
        for name in ("/aws/eks/x/cluster", "/aws/vpc/flow", "/aws/cloudtrail/x")
    ]
    usage = using(control_plane_log_gb=8_000, flow_log_gb=4_240, trail_log_gb=10_000)
    lines = {
        line.urn.rpartition("::")[2]: line for line in billed(*groups, usage=usage).lines if line.item == "ingestion"
    }

    assert lines["/aws/eks/x/cluster"].usd_per_month == 8_000 * D("0.76")
    # The first 10,240 GB are of both together.
    assert lines["/aws/vpc/flow"].usd_per_month == 2_240 * D("0.76") + 2_000 * D("0.38")
    assert lines["/aws/cloudtrail/x"].usd_per_month == 10_000 * D("0.76")


@pytest.mark.parametrize(
    ("kind", "props", "each"),
    [
        ("gp3", {"iops": 4000}, 1000 * D("0.0057")),
        ("gp3", {"throughput": 225}, 100 * D("0.0456")),
        ("io2", {"iops": 32_001}, 32_000 * D("0.0666") + D("0.04662")),
    ],
)
def test_tiers_of_a_volume_begin_anew_with_each(kind, props, each):
    volumes = [resource(VOLUME, {"size": 0, "type": kind, **props}, name) for name in "abc"]

    assert billed(*volumes).usd_per_month == 3 * each


def test_ends_of_a_range_enclose_each_line_although_others_fill_the_tiers():
    spread = Spread.model_construct(low=D(0), base=D(100), high=D(200_000))
    usage = using(flow_log_gb=100).model_copy(update={"control_plane_log_gb": spread})
    groups = [resource(LOGS, {"name": n, "retentionInDays": 1}, n) for n in ("/aws/eks/x/cluster", "/aws/vpc/flow")]

    for line in billed(*groups, usage=usage).lines:
        assert line.usd_per_month_low <= line.usd_per_month <= line.usd_per_month_high


# A vault.


@pytest.mark.parametrize(
    ("beside", "figures", "usd"),
    [
        ((CLUSTER,), {}, 100 * D("0.023")),
        ((VOLUME,), {}, 100 * D("0.05")),
        ((DATABASE,), {"database_vault_gb": None}, 100 * D("0.095")),
        ((DATABASE,), {}, 100 * D("0.095")),
        # Undivided it lands where it costs most; divided each part has its own rate.
        ((CLUSTER, DATABASE), {"database_vault_gb": None}, 100 * D("0.095")),
        ((CLUSTER, DATABASE), {"database_vault_gb": 5}, 100 * D("0.023") + 5 * D("0.095")),
        ((CLUSTER, VOLUME), {}, 100 * D("0.05")),
    ],
)
def test_a_vault_pays_the_rate_of_what_it_can_keep(beside, figures, usd):
    bill = billed(resource(VAULT), *map(resource, beside), usage=using(**figures))

    assert sum(line.usd_per_month for line in bill.lines if line.item.startswith("recovery points")) == usd


@pytest.mark.parametrize("figures", [{}, {"database_vault_gb": None}])
def test_without_one_of_its_stores_a_vault_costs_no_more(figures):
    stores = [CLUSTER, DATABASE, VOLUME]
    usage = using(**figures)
    whole = billed(resource(VAULT), *map(resource, stores), usage=usage).usd_per_month

    for gone in stores:
        rest = [resource(kind) for kind in stores if kind != gone]
        assert billed(resource(VAULT), *rest, usage=usage).usd_per_month <= whole


def test_a_vault_that_keeps_nothing_declared_pays_between_the_cheapest_and_the_dearest_rate():
    (line,) = billed(resource(VAULT)).lines

    assert line.usd_per_month == 100 * D("0.023")
    # Both rates are derived.
    assert round(line.usd_per_month_high, 9) == 100 * D("0.095") * D("1.25")
    assert line.basis == "assumption"
