"""Node groups pay for the disks of their own launch template, which a preview knows only by its surroundings."""

import pytest

from model.resource import UNKNOWN
from pricing import meter
from tests.pricing.billing import BOOK, GROUP, HOURS, TEMPLATE, USAGE, D, billed, group, resource, template

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


# Schedules, and addresses.

SCHEDULE = "aws:autoscaling/schedule:Schedule"
STEADY = resource(GROUP, group(desired=3, diskSize=20), "steady")


def action(name, recurrence="0 8 * * *", **props):
    return resource(SCHEDULE, {"recurrence": recurrence, **props}, name)


def nodes_in(bill):
    return sum(line.quantity for line in bill.lines if line.item == "instances") / HOURS


@pytest.mark.parametrize(
    ("wake", "others", "awake", "most"),
    [
        # Twelve hours a day.
        ({"desiredCapacity": 3}, [], D("1.5"), 6),
        ({"desiredCapacity": 5}, [], D("2.5"), 6),
        ({"desiredCapacity": -1}, [], D("1.5"), 6),
        ({"minSize": 4, "desiredCapacity": 3, "maxSize": 9}, [], D(2), 9),
        ({"desiredCapacity": 3}, [{"desiredCapacity": 8}], D(8), 8),
        ({"desiredCapacity": 3}, [{"desiredCapacity": 1, "maxSize": 12}], D("1.5"), 12),
    ],
)
def test_a_schedule_decides_how_many_nodes_run_on_average_and_at_most(wake, others, awake, most):
    actions = [
        action("steady-sleep", "0 20 * * *", desiredCapacity=0),
        action("steady-wake", **wake),
        *(action(f"steady-campaign-{place}", **props) for place, props in enumerate(others)),
    ]
    stack = [STEADY, *actions]

    assert nodes_in(billed(*stack)) == awake
    assert nodes_in(meter.worst_case(stack, USAGE, BOOK)) == most


def test_an_action_belongs_to_the_group_it_is_made_of_else_to_the_longest_name():
    longer = resource(GROUP, group(desired=1, diskSize=20), "steady-spot")
    made_of = resource(SCHEDULE, {"desiredCapacity": 4}, "any", dependencies=(STEADY.urn,))

    assert nodes_in(billed(STEADY, longer, action("steady-spot-rush", desiredCapacity=5))) == 3 + 5
    assert nodes_in(billed(STEADY, longer, made_of)) == 4 + 1


@pytest.mark.parametrize(
    ("public", "card", "paid"),
    [
        (False, {}, 0),
        (True, {}, 3),
        (True, {"associatePublicIpAddress": "false"}, 0),
        (False, {"associatePublicIpAddress": "true"}, 3),
    ],
)
def test_a_node_pays_for_the_public_address_that_subnet_or_template_gives_it(public, card, paid):
    subnet = resource("aws:ec2/subnet:Subnet", {"mapPublicIpOnLaunch": public}, "zone")
    made = {**template(20), **({"networkInterfaces": [card]} if card else {})}
    machines = resource(GROUP, group(**BY_ID), "steady", dependencies=(subnet.urn,))
    lines = billed(subnet, resource(TEMPLATE, made, "steady"), machines).lines

    assert sum(line.usd_per_month for line in lines if line.item == "public IPv4") == paid * D("0.005") * HOURS
