"""A saving is what the meter finds when one measure is undone; each case's arithmetic is written out."""

from decimal import Decimal

import pytest

from policy.economics.commitments import apply_commitments, commitments
from policy.economics.savings import ALL, MEASURES, Declared, compute_savings, possible_savings
from pricing.book import Book
from tests.pricing.billing import (
    CACHE,
    GROUP,
    HOURS,
    INSTANCE,
    LOGS,
    TEMPLATE,
    USAGE,
    billed,
    group,
    resource,
    template,
)

D = Decimal
BOOK = Book.load()
NAT = "aws:ec2/natGateway:NatGateway"
EIP = "aws:ec2/eip:Eip"
SUBNET = "aws:ec2/subnet:Subnet"
ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"
SCHEDULE = "aws:autoscaling/schedule:Schedule"
BUCKET = "aws:s3/bucket:Bucket"
REPOSITORY = "aws:ecr/repository:Repository"
READS = "kubernetes:external-secrets.io/v1:ExternalSecret"
SECRET = "aws:secretsmanager/secret:Secret"


def found(*resources, usage=USAGE):
    return compute_savings(Declared(resources=resources, usage=usage, book=BOOK))


def night(action, hour, desired):
    recurrence = {"recurrence": f"0 {hour} * * MON-FRI", "desiredCapacity": desired}
    return resource(SCHEDULE, recurrence, f"x-{action}")


@pytest.mark.parametrize(
    ("measure", "resources", "usd"),
    [
        # m6i.large for m6g.large; db.t3.medium for db.t4g.medium; cache.t3.small for cache.t4g.small on Valkey.
        (
            "Graviton nodes and databases",
            [
                resource(GROUP, group()),
                resource(INSTANCE, {"instanceClass": "db.t4g.medium"}),
                resource(CACHE, {"engine": "valkey", "nodeType": "cache.t4g.small", "numCacheClusters": 2}),
            ],
            3 * HOURS * (D("0.118") - D("0.094"))
            + HOURS * (D("0.1207") - D("0.1172"))
            + 2 * HOURS * (D("0.0392") - D("0.0376")),
        ),
        ("Spot for stateless pods", [resource(GROUP, group("SPOT"))], 3 * HOURS * D("0.094") * D("0.62")),
        # Awake 60 hours of a week's 168; a node's own 20 GB are gp2 when nobody declares them.
        (
            "nodes asleep off hours",
            [resource(GROUP, group()), night("sleep", 20, 0), night("wake", 8, 3)],
            3 * (HOURS * D("0.094") + 20 * D("0.114")) * (1 - D(60) / 168),
        ),
        (
            "gp3 volumes",
            [resource(GROUP, group(launchTemplate={"id": "x"})), resource(TEMPLATE, template(40))],
            3 * 40 * (D("0.114") - D("0.0912")),
        ),
        (
            "Valkey",
            [resource(CACHE, {"engine": "valkey", "nodeType": "cache.t4g.small", "numCacheClusters": 2})],
            2 * HOURS * (D("0.047") - D("0.0376")),
        ),
        # 100 GB of images and 100 GB of Velero's backups at NAT's price; trails are delivered by AWS.
        (
            "S3 gateway endpoint",
            [
                resource(ENDPOINT, {"vpcEndpointType": "Gateway", "serviceName": "com.amazonaws.ap-northeast-2.s3"}),
                resource(NAT, {}),
                resource(REPOSITORY, {}),
                resource(BUCKET, {"tags": {"decision": "backup"}}, "backup"),
                resource(BUCKET, {"tags": {"decision": "platform"}}, "trail"),
            ],
            200 * D("0.059"),
        ),
        # One more gateway and address for the second zone.
        (
            "right-sized NAT",
            [
                resource(NAT, {}),
                resource(EIP, {}),
                *(resource(SUBNET, {"availabilityZone": zone}, f"{zone}{n}") for zone in "ab" for n in (1, 2)),
            ],
            HOURS * (D("0.059") + D("0.005")),
        ),
        # 0.15 of 100 GB, kept 1,096 days of 30.41(6) each instead of 30; months are rounded up at the fourth place.
        (
            "log retention",
            [resource(LOGS, {"name": "/alphacar/x/pods", "retentionInDays": 30})],
            100 * (D("5.4050") - D("0.1480")) * D("0.0314"),
        ),
        ("ECR lifecycle", [resource(REPOSITORY, {})], 600 * D("0.1")),
        # 5 million reads instead of the 100 that the usage profile says.
        ("secrets read hourly", [resource(SECRET, {}), resource(READS, {})], (500 - D("0.01")) * D("0.05")),
    ],
)
def test_a_measure_saves_what_its_absence_would_cost(measure, resources, usd):
    assert found(*resources)[measure] == pytest.approx(usd)


def test_every_measure_is_told_even_where_it_saves_nothing():
    assert found() == {**{measure.name: 0 for measure in MEASURES}, ALL: 0}


def test_measures_that_overlap_save_more_together_than_alone_and_are_not_added_up():
    spot = found(resource(GROUP, group("SPOT")))

    # Three m6i.large on demand for three m6g.large on Spot.
    assert spot[ALL] == pytest.approx(3 * HOURS * (D("0.118") - D("0.094") * D("0.38")))
    assert spot[ALL] > spot["Graviton nodes and databases"] + spot["Spot for stateless pods"]


def test_what_has_no_price_on_the_other_side_saves_nothing():
    assert found(resource(GROUP, group(types=("c7g.large",))))["Graviton nodes and databases"] == 0


def test_a_measure_whose_absence_cannot_be_priced_is_refused():
    alone = resource(CACHE, {"engine": "valkey", "nodeType": "cache.x9.small", "numCacheClusters": 1})

    with pytest.raises(ValueError, match=r"Valkey: nodes: the price book has no elasticache/cache.x9.small:Redis"):
        found(alone)


def test_an_option_that_is_not_taken_says_what_it_would_save():
    logs = resource(LOGS, {"name": "/alphacar/x/pods", "retentionInDays": 30})
    [(option, usd)] = possible_savings(Declared(resources=(logs,), usage=USAGE, book=BOOK))

    assert (option.name, usd) == ("infrequent-access class for pods' logs", 100 * D("0.38"))


def test_a_commitment_covers_what_is_fixed_and_nothing_on_spot():
    steady, spot = resource(GROUP, group(), "steady"), resource(GROUP, group("SPOT"), "spot")
    covered = {each.commitment.type: each for each in apply_commitments(billed(steady, spot).lines, BOOK)}

    assert len(covered) == len(commitments(BOOK))
    assert covered[GROUP].covered == 3 * HOURS * D("0.094")
    assert covered[GROUP].saved == 3 * HOURS * D("0.094") * D("0.35")
    assert covered[INSTANCE].saved == 0
