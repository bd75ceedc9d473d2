"""What used to be missing from a bill in silence."""

import pytest

from model.resource import UNKNOWN
from policy.cost.rules import RULES, stack_within_budget
from policy.engine.rule import Context, judge
from tests.conftest import TODAY
from tests.pricing.billing import CLAIM, GROUP, HOURS, TEMPLATE, D, billed, claimed, group, resource

BY_ID = {"launchTemplate": {"id": UNKNOWN, "version": UNKNOWN}}
NODES = 3 * D("0.094") * HOURS
CEILING = next(rule for rule in RULES if rule.name == "resource-within-ceiling")


@pytest.fixture
def context(settings):
    def made(**budget):
        return Context(settings=settings("prod", {"budget": {"usdPerMonth": 1123, **budget}}), today=TODAY)

    return made


# A node group is its instances, whatever becomes of its disks.


@pytest.mark.parametrize(
    ("others", "reason"),
    [
        ([], "0 templates are declared"),
        ([resource(TEMPLATE, {}, "a"), resource(TEMPLATE, {}, "b")], "2 templates are declared"),
        ([resource(TEMPLATE, {"blockDeviceMappings": UNKNOWN})], "blockDeviceMappings is not known"),
        ([resource(TEMPLATE, {"blockDeviceMappings": [{"ebs": {"volumeSize": UNKNOWN}}]})], "volumeSize is not known"),
    ],
)
def test_disks_that_cannot_be_read_are_a_gap_beside_the_instances(others, reason):
    bill = billed(resource(GROUP, group(**BY_ID), "steady"), *others)

    assert bill.usd_per_month == NODES
    assert [reason in gap.reason for gap in bill.unpriced if gap.type == GROUP] == [True]


def test_a_group_that_leaves_its_class_to_a_template_nobody_knows_is_no_guess():
    bill = billed(resource(GROUP, group(types=(), **BY_ID)))

    assert (bill.usd_per_month, len(bill.unpriced)) == (0, 1)


@pytest.mark.parametrize(
    "declared",
    [
        resource(GROUP, group(**BY_ID)),
        resource(CLAIM, claimed("50Ti", storageClassName="gp3")),
        resource("kubernetes:apps/v1:StatefulSet", {"spec": {"replicas": 9, "volumeClaimTemplates": [claimed("1Ti")]}}),
    ],
    ids=["a node group", "a claim", "claims of a stateful set"],
)
def test_one_resource_over_the_ceiling_is_refused_before_it_exists(declared, context):
    (finding,) = judge(CEILING, declared, context(usdPerResource=150))

    assert "over landing:budget.usdPerResource 150" in finding.message
    assert ("costs at least 205.86 USD" in finding.message) is (declared.type == GROUP)


def test_an_ordinary_object_of_the_cluster_stays_under_the_ceiling(context):
    assert judge(CEILING, resource(CLAIM, claimed("50Gi")), context(usdPerResource=150)) == []


# A lower bound says so.


def told(resources, context):
    return [(finding.kind, finding.message) for finding in stack_within_budget(resources, context)]


def test_what_only_the_worst_case_lacks_is_told_and_makes_it_a_lower_bound(context):
    props = group(diskSize=20)
    props["scalingConfig"]["maxSize"] = UNKNOWN
    cluster = resource("aws:eks/cluster:Cluster", {"version": "1.35"})

    first, second = told([cluster, resource(GROUP, props)], context(worstCaseUsdPerMonth=70))

    assert first[0] == "violation"
    assert "at its maximum, aws:eks/nodeGroup:NodeGroup has no price: scalingConfig.maxSize is not known" in first[1]
    assert second[1].startswith("with every node group at its maximum the stack costs at least 73.00 USD")


def test_a_gap_of_the_bill_is_not_told_again_for_the_worst_case(context):
    findings = told([resource("aws:quantum/cat:Cat")], context(worstCaseUsdPerMonth=70))

    assert len([message for _, message in findings if "cost unknown: no price for" in message]) == 1


def test_a_total_within_budget_that_is_a_lower_bound_says_so(context):
    cluster = resource("aws:eks/cluster:Cluster", {"version": "1.35"})

    assert ("advisory", "the stack costs at least 73.00 USD a month: what it is short of has no price (1)") in told(
        [cluster, resource("aws:quantum/cat:Cat")], context()
    )
    assert told([cluster], context()) == []


def test_a_capability_over_its_ceiling_is_a_lower_bound_when_a_gap_is_its_own(context):
    gap = resource("aws:quantum/cat:Cat", chain="alphacar:cache:Cache")
    node = resource("aws:ec2/eip:Eip", chain="alphacar:cache:Cache")
    budget = context(perCapability={"cache": 1})

    assert any(message.startswith("cache costs at least 3.65 USD") for _, message in told([gap, node], budget))
    assert any(message.startswith("cache costs 3.65 USD") for _, message in told([node], budget))


# A component makes nothing itself, whosoever it is.


def test_what_a_provider_of_a_package_nobody_knows_makes_is_told_and_a_component_is_not():
    def at_least(token, *, custom):
        return billed(resource(token, custom=custom)).at_least

    assert at_least("acme:index:Thing", custom=True)
    assert not any(
        at_least(token, custom=False)
        for token in ("acme:index:Thing", "alphacar:a:A", "eks:index:Cluster", "awsx:ec2:Vpc")
    )


@pytest.mark.parametrize(
    ("token", "refused"),
    [
        ("aws-native:memorydb:Cluster", True),
        ("kubernetes:rds.services.k8s.aws/v1alpha1:DBInstance", True),
        ("kubernetes:karpenter.sh/v1:NodePool", True),
        ("kubernetes:argoproj.io/v1alpha1:Application", True),
        ("kubernetes:apps/v1:Deployment", False),
        ("aws:iam/role:Role", False),
        ("alphacar:network:Network", False),
    ],
)
def test_what_may_be_billed_without_a_price_is_refused_before_it_exists(token, refused, context):
    rule = next(rule for rule in RULES if rule.name == "types-are-priced")

    assert bool(judge(rule, resource(token), context())) is refused
