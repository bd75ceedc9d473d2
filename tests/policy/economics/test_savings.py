"""A saving is what the meter finds when one measure is undone; each case's arithmetic is written out."""

from decimal import Decimal

import pytest

from policy.economics.commitments import apply_commitments, commitments, plans_cover
from policy.economics.savings import ALL, MEASURES, OPTIONS, Declared, compute_savings, possible_savings
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


STANDARD, INFREQUENT = "0.76", "0.38"


def log_group(name):
    return resource(LOGS, {"name": name, "retentionInDays": 30, "logGroupClass": "INFREQUENT_ACCESS"}, name)


CONTROL_PLANE, FLOWS, PODS = map(log_group, ("/aws/eks/x/cluster", "/aws/vpc/flow-logs", "/alphacar/x/pods"))


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
        ("Spot nodes", [resource(GROUP, group("SPOT"))], 3 * HOURS * D("0.094") * D("0.62")),
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
            "fewer NAT gateways",
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
        # 100 GB at the standard class's price for the cheaper one's; what pods write is in another group.
        (
            "infrequent-access class of control-plane logs",
            [CONTROL_PLANE, PODS],
            100 * (D(STANDARD) - D(INFREQUENT)),
        ),
        ("infrequent-access class of flow logs", [FLOWS, CONTROL_PLANE, PODS], 100 * (D(STANDARD) - D(INFREQUENT))),
        ("ECR lifecycle", [resource(REPOSITORY, {})], 600 * D("0.1")),
        # 5 million reads instead of the 100 that the usage profile says.
        ("secrets read hourly", [resource(SECRET, {}), resource(READS, {})], (500 - D("0.01")) * D("0.05")),
    ],
)
def test_a_measure_saves_what_its_absence_would_cost(measure, resources, usd):
    assert found(*resources)[measure] == pytest.approx(usd)


def test_flow_logs_of_refused_packets_alone_are_a_tenth_of_all():
    usage = USAGE.model_copy(update={"flow_log_gb": None})
    saved = found(FLOWS, resource("aws:ec2/flowLog:FlowLog", {"trafficType": "REJECT"}), usage=usage)

    # 7.7 GB at five nodes, and so 3.08 at two, which is the least; nine tenths of it, and 0.148 of that is stored.
    gb = D("7.7") * 2 / 5 * D("0.9")
    assert saved["flow logs of refused packets alone"] == pytest.approx(gb * (D(INFREQUENT) + D("0.148") * D("0.0314")))


def test_every_measure_says_what_it_gives_up():
    assert all(measure.gives_up for measure in (*MEASURES, *OPTIONS))


def test_every_measure_is_told_even_where_it_saves_nothing():
    assert found() == {**{measure.name: 0 for measure in MEASURES}, ALL: 0}


def test_measures_that_overlap_save_more_together_than_alone_and_are_not_added_up():
    spot = found(resource(GROUP, group("SPOT")))

    # Three m6i.large on demand for three m6g.large on Spot.
    assert spot[ALL] == pytest.approx(3 * HOURS * (D("0.118") - D("0.094") * D("0.38")))
    assert spot[ALL] > spot["Graviton nodes and databases"] + spot["Spot nodes"]


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
    nodes, *others = apply_commitments(billed(steady, spot).lines, BOOK)

    assert [each.commitment for each in (nodes, *others)] == list(commitments(BOOK))
    assert (nodes.commitment.type, nodes.covered) == (GROUP, 3 * HOURS * D("0.094"))
    assert nodes.saved == 3 * HOURS * D("0.094") * D("0.35")
    assert [each.saved for each in others] == [0] * len(others)


@pytest.mark.parametrize(
    ("name", "covered"),
    [
        ("db.t4g.medium", False),
        ("db.t3.medium", False),
        ("cache.t4g.small", False),
        ("db.r6g.large", False),
        ("db.m7g.large", True),
        ("db.r8g.large", True),
    ],
)
def test_a_database_savings_plan_covers_no_t_class_and_none_before_the_seventh_generation(name, covered):
    assert plans_cover(name) is covered


def test_a_plan_that_covers_no_class_in_use_is_told_with_its_source():
    instances = [resource(INSTANCE, {"instanceClass": "db.t4g.medium"}, name) for name in "ab"]
    told = {each.commitment.what: each for each in apply_commitments(billed(*instances).lines, BOOK)}
    documents = told["DocumentDB instances, by a Database Savings Plan"]

    assert documents.commitment.why.startswith("not available: db.t4g.medium is not covered: plans begin with")
    assert "github.com/aws/agent-toolkit-for-aws" in documents.commitment.why
    assert (documents.covered, documents.saved) == (2 * HOURS * D("0.1172"), 0)
    # Nothing of it is declared, so no class is refused.
    assert told["cache nodes, by a Database Savings Plan"].commitment.why == "no rate found for the class in use"
