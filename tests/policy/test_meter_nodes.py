"""Node groups pay for the disks of their own launch template, which a preview knows only by its surroundings."""

import pytest

from policy.resource import UNKNOWN
from tests.policy.billing import GROUP, TEMPLATE, D, billed, group, resource, template

NODES = "alphacar:nodes:Nodes"
MANAGED = f"{NODES}$eks:index:ManagedNodeGroup"
BY_ID = {"launchTemplate": {"id": UNKNOWN, "version": UNKNOWN}}


def nodes(*templates, **more):
    """A group ``steady`` below a component, and templates that the same component declares."""
    outer, inner = resource(NODES, name="nodes"), resource("eks:index:ManagedNodeGroup", name="steady", chain=NODES)
    outer = resource(NODES, name="nodes", custom=False)
    inner = resource("eks:index:ManagedNodeGroup", name="steady", chain=NODES, parent=outer.urn, custom=False)
    machines = resource(GROUP, group(desired=2, **BY_ID), "steady", MANAGED, parent=inner.urn, **more)
    disks = [resource(TEMPLATE, props, name, NODES, parent=outer.urn) for name, props in templates]
    return [outer, inner, machines, *disks]


def disks_of(bill):
    return [line.usd_per_month for line in bill.lines if line.item.startswith("disk")]


@pytest.mark.parametrize(
    "others",
    [
        [],
        [("spot", template(99))],
        [("steady-extra", template(99)), ("spot", template(99))],
    ],
    ids=["it is the only one", "it is named alike", "others only begin alike"],
)
def test_a_group_pays_for_the_disks_of_its_own_template(others):
    assert disks_of(billed(*nodes(("steady", template(40)), *others))) == [2 * 40 * D("0.0912")]


def test_a_template_named_after_its_group_is_found():
    bill = billed(*nodes(("steady-template", template(40)), ("spot-template", template(99))))

    assert disks_of(bill) == [2 * 40 * D("0.0912")]


def test_a_dependency_tells_more_than_a_name():
    wanted = f"urn:pulumi:prod::landing::{NODES}${TEMPLATE}::b"

    assert disks_of(billed(*nodes(("a", template(99)), ("b", template(40)), dependencies=[wanted]))) == [
        2 * 40 * D("0.0912")
    ]


def test_a_template_that_cannot_be_told_is_a_gap_and_never_a_guess():
    bill = billed(*nodes(("a", template(40)), ("b", template(99))))

    assert disks_of(bill) == []
    assert [gap.kind for gap in bill.unpriced] == ["value"]
    assert "2 templates are declared" in bill.unpriced[0].reason


def test_each_node_pays_for_its_own_iops():
    bill = billed(*nodes(("steady", template(40, iops=4000))))

    assert disks_of(bill) == [2 * 40 * D("0.0912"), 2 * 1000 * D("0.0057")]
