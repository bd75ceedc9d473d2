"""Three whole bills, worked out by hand from the stack files and the price book of 2026-10-01.

Each term is a quantity and its price; what is alike stands together. Hours are of a month of 730. Alarms are counted here
by what a stack has of each thing that ``observability/alarms.yaml`` watches, times its rows there.
"""

from fractions import Fraction
from pathlib import Path

import pytest
import yaml

from stacks.load import stack_file
from tests.recordings import planned

HOURS = 730
#: Nodes of staging are awake twelve hours on six days of a week, those of dev nine and a half on five.
STAGING_AWAKE, DEV_AWAKE = Fraction(72, 168), Fraction("47.5") / 168


#: Nodes on average: those that sleep count while they are awake.
PROD_NODES, STAGING_NODES, DEV_NODES = 3 + 2, (2 + 2) * STAGING_AWAKE, 3 * DEV_AWAKE
#: Mornings of a month of 730 hours, at six and at five a week.
SIX, FIVE = Fraction(6 * HOURS, 168), Fraction(5 * HOURS, 168)
#: Gigabytes of images: at each morning, for a new system image, and four times where Spot takes the node.
STAGING_IMAGES, DEV_IMAGES = 2 * (SIX + 1) + 2 * (SIX + 1 + 4), 3 * (FIVE + 1 + 4)


def of_five(gb, nodes):
    """A figure that was read on five nodes, for others."""
    return Fraction(str(gb)) * nodes / 5


def stored(gb, days):
    """Gigabytes of a log that rest: compressed to 15 %, for as many twelfths of a year."""
    return Fraction(str(gb)) * Fraction("0.15") * days * 12 / 365


def usd(*terms):
    exact = sum(
        (
            Fraction(quantity if isinstance(quantity, Fraction) else str(quantity)) * Fraction(price)
            for quantity, price in terms
        ),
        Fraction(0),
    )
    return round(exact * 100) / 100


ROOT = Path(__file__).parents[2]
WATCHED = [row["target"] for row in yaml.safe_load((ROOT / "observability" / "alarms.yaml").read_text())]


def alarms(*things):
    """Each alarm costs 0.10: every row that watches it, for every one of ``things`` that the stack has."""
    return sum(WATCHED.count(thing) for thing in things), "0.1"


BILLS = {
    "prod": {
        "agent": usd(),
        "backup": usd(
            alarms("vault", "vault"), (50, "0.025"), (515, "0.023"), (10, "0.095")
        ),  # alarm, objects, copies of both stores
        "cache": usd(
            alarms("cache-nodes", "cache-nodes", "cache", "cache-copies"), (10, "0.085"), (2 * HOURS, "0.0376")
        ),  # alarm, backup, nodes
        "dashboards": usd((5, "0.0912"), (100, "0.01")),  # volume persistence, metrics asked for
        "documents": usd(
            alarms("documents", "replicas"),
            (1, "0.76"),  # ingestion
            (0.4439, "0.0314"),  # storage
            (100, "0.24"),  # I/O
            (50, "0.023"),  # backup beyond the free size
            (1, "0.4"),  # managed master password
            (50, "0.12"),  # storage
            (2 * HOURS, "0.1172"),  # instance
        ),
        "logs": usd((100, "0.76"), (14.8, "0.0314"), (100, "0.0076")),  # ingestion, storage, queries
        "metrics": usd((2, "0.0912"), (50, "0.0912")),  # Alertmanager, Prometheus
        "platform": usd(
            alarms(*3 * ["nat"]),
            (6, "0.3"),  # the custom metric of each sign that the trail is searched for
            (HOURS, "0.008"),  # capacity units
            (HOURS, "0.0225"),  # load balancer hours
            (3 * HOURS, "0.005"),  # its public addresses, one a zone
            (0.001, "0.5"),  # notifications
            (0.01, "2"),  # e-mails
            (51.5 + 7.7, "0.38"),  # what control plane and flows write, of five nodes, in the infrequent-access class
            (stored(51.5, 365) + stored(7.7, 90), "0.0314"),  # and what of it rests
            (HOURS, "0.1"),  # control plane
            (1, "1"),  # key
            (50, "0.03"),  # requests
            (3 * HOURS, "0.005"),  # public IPv4
            (200, "0.059"),  # NAT data
            (3 * 1 + 2 * (1 + 4), "0.059"),  # images: each node is renewed once, and Spot takes each four times
            (3 * HOURS, "0.059"),  # NAT hours, one a zone
            (2 * 250, "0.01"),  # data between zones
            (100, "0.126"),  # data to the internet
            ((3 + 2) * 40, "0.0912"),  # disks
            (2 * HOURS, "0.04636"),  # the dearest class on offer, r6g.large, at 0.38 of 0.122
            (3 * HOURS, "0.094"),  # instances
            (4, "0.025"),  # a restored database for four hours,
            (Fraction(20 * 4, HOURS), "0.131"),  # its disk,
            (Fraction(50 * 4, HOURS), "0.12"),  # and what is restored of the documents
        ),
        "registry": usd((50, "0.1")),  # images
        "search": usd(
            alarms("search", "search-copies"),
            (50, "0.025"),  # objects
            (1, "0.76"),  # ingestion
            (0.148, "0.0314"),  # storage
            (3 * HOURS, "0.045"),  # data nodes
            (60, "0.1391"),  # storage
        ),
        "secrets": usd(
            (6, "0.1"),  # an alarm for each sign that the trail is searched for
            (1, "0.76"),  # ingestion of the trail
            (0.4439, "0.0314"),  # and what of it rests
            (10, "0.025"),  # objects
            (10, "0.0035"),  # reads
            (100, "0.0045"),  # writes
            (11, "0.4"),  # secret
            (11 * 0.073, "0.05"),  # reads
        ),
        "traces": usd(
            alarms("traces"),
            (100000, "0.000005"),  # traces recorded
            (10000, "0.0000005"),  # traces retrieved
        ),
        "volumes": usd(alarms("volumes"), (100, "0.05")),  # alarms, volume snapshots
        "workflow": usd(
            alarms("database"),
            (HOURS, "0.025"),  # instance
            (1, "0.4"),  # managed master password
            (20, "0.131"),  # storage
            (5, "0.025"),  # objects
            (0.292 + 2 * 0.073, "0.05"),  # reads, the last two for the connections of the crawl
        ),
    },
    "staging": {
        "agent": usd(),
        "backup": usd(
            alarms("vault", "vault"), (10, "0.025"), (50, "0.023"), (1, "0.095")
        ),  # alarm, objects, copies of both stores
        "cache": usd(
            alarms("cache-nodes", "cache-nodes", "cache", "cache-copies"), (2, "0.085"), (2 * HOURS, "0.0192")
        ),  # alarm, backup, nodes
        "dashboards": usd((5, "0.0912"), (20, "0.01")),  # volume persistence, metrics asked for
        "documents": usd(
            alarms("documents"),
            (0.5, "0.76"),  # ingestion
            (0.074, "0.0314"),  # storage
            (20, "0.24"),  # I/O
            (10, "0.023"),  # backup beyond the free size
            (1, "0.4"),  # managed master password
            (10, "0.12"),  # storage
            (HOURS, "0.1172"),  # instance
        ),
        "logs": usd((20, "0.38"), (1.382, "0.0314"), (20, "0.0076")),  # ingestion, storage, queries
        "metrics": usd((2, "0.0912"), (20, "0.0912")),  # Alertmanager, Prometheus
        "platform": usd(
            alarms("nat"),
            (146, "0.008"),  # capacity units
            (HOURS, "0.0225"),  # load balancer hours
            (3 * HOURS, "0.005"),  # its public addresses, one a zone
            (0.0002, "0.5"),  # notifications
            (0.002, "2"),  # e-mails
            (of_five(51.5 + 7.7, 2), "0.38"),  # control plane and flows, at two nodes at least
            (stored(of_five(51.5, 2), 90) + stored(of_five(7.7, 2), 30), "0.0314"),  # what rests
            (HOURS, "0.1"),  # control plane
            (1, "1"),  # key
            (10, "0.03"),  # requests
            (HOURS, "0.005"),  # public IPv4
            (40, "0.059"),  # NAT data
            (STAGING_IMAGES, "0.059"),  # images, every morning
            (HOURS, "0.059"),  # NAT hours
            # Data between zones, both ways: calls, and what two zones of three send to the gateway of the first.
            (2 * (of_five(250, STAGING_NODES) + (40 + STAGING_IMAGES) * 2 / 3), "0.01"),
            (20, "0.126"),  # data to the internet
            ((2 + 2) * 40 * STAGING_AWAKE, "0.0912"),  # disks
            (2 * HOURS * STAGING_AWAKE, "0.04636"),  # the dearest class on offer, r6g.large, at 0.38 of 0.122
            (2 * HOURS * STAGING_AWAKE, "0.094"),  # instances
        ),
        "registry": usd((20, "0.1")),  # images
        "search": usd(
            alarms("search", "search-copies"),
            (10, "0.025"),  # objects
            (0.2, "0.76"),  # ingestion
            (0.01382, "0.0314"),  # storage
            (HOURS, "0.045"),  # data nodes
            (20, "0.1391"),  # storage
        ),
        "secrets": usd(
            (2, "0.025"),  # objects
            (2, "0.0035"),  # reads
            (20, "0.0045"),  # writes
            (11, "0.4"),  # secret
            (11 * 0.073, "0.05"),  # reads
        ),
        "traces": usd(
            alarms("traces"), (20000, "0.000005"), (2000, "0.0000005")
        ),  # alarm, traces recorded, traces retrieved
        "volumes": usd(alarms("volumes"), (20, "0.05")),  # alarms, volume snapshots
        "workflow": usd(
            alarms("database"),
            (HOURS, "0.025"),  # instance
            (1, "0.4"),  # managed master password
            (20, "0.131"),  # storage
            (1, "0.025"),  # objects
            (0.292 + 2 * 0.073, "0.05"),  # reads, the last two for the connections of the crawl
        ),
    },
    "dev": {
        "agent": usd(),
        "backup": usd(
            alarms("vault", "vault"), (5, "0.025"), (15, "0.023"), (0.5, "0.095")
        ),  # alarm, objects, copies of both stores
        "cache": usd(alarms("cache-nodes", "cache"), (HOURS, "0.0192")),  # alarm, nodes
        "dashboards": usd((5, "0.0912"), (10, "0.01")),  # volume persistence, metrics asked for
        "documents": usd(
            alarms("documents"),
            (0.1, "0.76"),  # ingestion
            (0.00346, "0.0314"),  # storage
            (10, "0.24"),  # I/O
            (1, "0.4"),  # managed master password
            (5, "0.12"),  # storage
            (HOURS, "0.1172"),  # instance
        ),
        "logs": usd((10, "0.38"), (0.346, "0.0314"), (10, "0.0076")),  # ingestion, storage, queries
        "metrics": usd((2, "0.0912"), (10, "0.0912")),  # Alertmanager, Prometheus
        "platform": usd(
            alarms("nat"),
            (73, "0.008"),  # capacity units
            (HOURS, "0.0225"),  # load balancer hours
            (2 * HOURS, "0.005"),  # its public addresses, one a zone
            (0.0001, "0.5"),  # notifications
            (0.001, "2"),  # e-mails
            (of_five(51.5, 2) + of_five(0.77, 2), "0.38"),  # control plane, and a tenth of the flows: those refused
            (stored(of_five(51.5, 2), 30) + stored(of_five(0.77, 2), 7), "0.0314"),  # what rests
            (HOURS, "0.1"),  # control plane
            (1, "1"),  # key
            (5, "0.03"),  # requests
            (HOURS, "0.005"),  # public IPv4
            (20, "0.059"),  # NAT data
            (DEV_IMAGES, "0.059"),  # images, every morning
            (HOURS, "0.059"),  # NAT hours
            # The same over two zones: a half and not two thirds of calls leave theirs, and one zone has no gateway.
            (2 * (of_five(250, DEV_NODES) * 3 / 4 + (20 + DEV_IMAGES) / 2), "0.01"),
            (10, "0.126"),  # data to the internet
            (3 * 30 * DEV_AWAKE, "0.0912"),  # disks
            (3 * HOURS * DEV_AWAKE, "0.038114"),  # the dearest class on offer, m7g.large, at 0.38 of 0.1003
        ),
        "registry": usd((5, "0.1")),  # images
        "search": usd(
            alarms("search", "search-copies"),
            (5, "0.025"),  # objects
            (0.1, "0.76"),  # ingestion
            (0.00346, "0.0314"),  # storage
            (HOURS, "0.045"),  # data nodes
            (10, "0.1391"),  # storage
        ),
        "secrets": usd(
            (1, "0.025"),  # objects
            (1, "0.0035"),  # reads
            (10, "0.0045"),  # writes
            (11, "0.4"),  # secret
            (11 * 0.073, "0.05"),  # reads
        ),
        "traces": usd(
            alarms("traces"), (10000, "0.000005"), (1000, "0.0000005")
        ),  # alarm, traces recorded, traces retrieved
        "volumes": usd(alarms("volumes"), (10, "0.05")),  # alarms, volume snapshots
        "workflow": usd(
            alarms("database"),
            (HOURS, "0.025"),  # instance
            (1, "0.4"),  # managed master password
            (20, "0.131"),  # storage
            (0.5, "0.025"),  # objects
            (0.292 + 2 * 0.073, "0.05"),  # reads, the last two for the connections of the crawl
        ),
    },
}


@pytest.mark.parametrize("stack", BILLS)
def test_a_whole_stack_costs_what_its_parts_come_to_by_hand(stack):
    bill = planned(stack, stack_file(stack)).bill

    # Exact as well: a float would round some halves of a cent down.
    billed = {name: round(Fraction(amount) * 100) / 100 for name, amount in bill.by_capability().items()}
    assert billed == BILLS[stack]
    assert not bill.at_least
