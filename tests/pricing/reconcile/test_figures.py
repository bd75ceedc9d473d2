"""What a month's bill says of each usage figure."""

from decimal import Decimal

import pytest

from pricing import meter
from pricing.reconcile.compare import compare
from pricing.reconcile.figures import measure
from stacks.sections.measures import Spread, Usage
from tests.conftest import TODAY
from tests.pricing.billing import GROUP, group, resource
from tests.pricing.reconcile.exports import BOOK, SCOPE, cur, read, used

D = Decimal
NAT = resource("aws:ec2/natGateway:NatGateway")
REPOSITORY = resource("aws:ecr/repository:Repository", name="images")
BALANCER = resource("aws:lb/loadBalancer:LoadBalancer", {"loadBalancerType": "application"})


def figures(folder, resources, usage, *lines, **more):
    billed = read(folder, cur(*lines, **more))
    found = compare("dev", meter.compute_bill(resources, usage, BOOK, today=TODAY), billed, BOOK, SCOPE)
    return measure(found, resources, usage, BOOK, today=TODAY)


def usage(**figures):
    return Usage().model_copy(update={name: Spread.of(D(value)) for name, value in figures.items()})


def test_a_figure_is_what_was_billed(tmp_path):
    measured, shared = figures(
        tmp_path, [REPOSITORY], usage(registry_gb=50), used("AmazonECR", "APN2-TimedStorage-ByteHrs", "62.5", "6.25")
    )

    assert [(each.key, each.foreseen, each.measured) for each in measured] == [("registryGb", D(50), D("62.5"))]
    assert shared == ()


def test_a_part_of_a_month_and_hours_are_brought_to_the_figure_s_month(tmp_path):
    measured, _ = figures(
        tmp_path,
        [REPOSITORY, BALANCER],
        usage(registry_gb=50, load_balancer_lcu_hours=73),
        used("AmazonECR", "APN2-TimedStorage-ByteHrs", "31", "3.1"),
        used("AWSELB", "APN2-LCUUsage", "72", "0.576"),
        end="2026-10-16",
    )

    assert {each.key: each.measured for each in measured} == {
        "registryGb": round(D(31) * 31 / 15, 3),
        "loadBalancerLcuHours": D(146),
    }


def test_figures_that_are_billed_together_are_not_told_apart(tmp_path):
    measured, shared = figures(
        tmp_path,
        [NAT, resource(GROUP, group())],
        usage(nat_gb=100, image_pull_gb=20),
        used("AmazonEC2", "APN2-NatGateway-Bytes", "150", "8.85"),
    )

    assert measured == ()
    assert [(each.keys, each.factor) for each in shared] == [(("imagePullGb", "natGb"), D("1.25"))]


@pytest.mark.parametrize("amount", ["", "-100"])
def test_a_quantity_that_is_not_told_measures_nothing_and_none_is_below_zero(tmp_path, amount):
    measured, _ = figures(
        tmp_path, [REPOSITORY], usage(registry_gb=50), used("AmazonECR", "APN2-TimedStorage-ByteHrs", amount, "1")
    )

    assert [each.measured for each in measured] == ([D(0)] if amount else [])


def test_what_was_not_billed_measures_nothing(tmp_path):
    measured, _ = figures(tmp_path, [REPOSITORY], usage(registry_gb=50), used("AmazonEKS", "x", "1", "1"))

    assert measured == ()
