"""The meter: exact lines, nothing billed that is missing from the bill, and no property that can break it."""

import ast
import copy
import math
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.resource import UNKNOWN
from pricing import meter
from pricing.context import CAPABILITIES
from stacks.sections.measures import Usage
from tests.pricing.billing import (
    ADDON,
    BOOK,
    CACHE,
    CLAIM,
    CLUSTER,
    DOMAIN,
    GROUP,
    HOURS,
    INSTANCE,
    READS,
    RELEASE,
    SERVICE,
    USAGE,
    WITHOUT_READS,
    D,
    billed,
    group,
    resource,
)
from tests.pricing.golden_platform import PLATFORM
from tests.pricing.golden_services import SERVICES

ROOT = Path(__file__).parents[2]
GOLDEN = [*PLATFORM, *SERVICES]
GOLDEN_IDS = [claim for claim, *_ in GOLDEN]


def usage_for(token):
    return WITHOUT_READS if token == READS else USAGE


@pytest.mark.parametrize(("token", "props", "usd"), [case[1:] for case in GOLDEN], ids=GOLDEN_IDS)
def test_golden(token, props, usd):
    bill = billed(resource(token, props), usage=usage_for(token))

    assert bill.usd_per_month == usd
    assert [gap for gap in bill.unpriced if "itself and it never expires" not in gap.reason] == []


#: Lines that no case above can have, and why.
NOT_ALONE = {
    "capability": "a gap stands beside it: nobody knows what its applications come to",
    "attachment hours": "a gap stands beside it: nobody knows the data",
    "environment": "Seoul's price is unknown",
    "warm nodes": "their price is unknown",
    "runtime monitoring": "its price is unknown",
    "management events, another copy": "wants a first trail beside it",
    "restored instance": "wants an instance and a plan beside it; in aws/test_restore_tests.py",
    "restored storage": "as the restored instance",
    "replication metrics": "wants a rule that asks for them; in test_second_region.py",
    "NAT data of images": "wants nodes beside it; in usage/test_formulas.py",
    "metrics asked for": "wants a Grafana whose values name CloudWatch; in the whole bills (tests/preview)",
    **dict.fromkeys(
        (
            "copies of recovery points",
            "copies of recovery points of PostgreSQL",
            "images in the second region",
            "images sent to the second region",
            "objects sent to the second region",
            "recovery points sent to the second region",
        ),
        "wants a second region, and what is copied there; in test_second_region.py",
    ),
    "recovery points of PostgreSQL": "wants a database beside it; in test_shared_prices.py",
    "capacity units, at least": "a gap stands beside it: the price of what is stored is only bounded",
    "secrets pushed": "wants a store beside it; in kubernetes/test_pushed_secrets.py",
    "stored data": "its price is unknown, and only bounded",
}


def labels():
    """What the meter calls its lines, as far as it is written out."""
    for path in (path for room in ("aws", "kubernetes") for path in (ROOT / "pricing" / room).glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in ("CostComponent", "used"):
                label = node.args[0]
                if isinstance(label, ast.Constant):
                    yield label.value


def test_every_line_that_the_meter_can_write_is_worked_out_by_hand_once():
    lines = {
        line.item
        for _, token, props, _ in GOLDEN
        for line in billed(resource(token, props), usage=usage_for(token)).lines
    }

    assert {label for label in labels() if label not in lines} == NOT_ALONE.keys()


def places(value, path=()):
    """Every path below ``value``."""
    for key, item in value.items() if isinstance(value, dict) else enumerate(value):
        yield (*path, key)
        if isinstance(item, dict | list):
            yield from places(item, (*path, key))


def replaced(props, path, value):
    changed = copy.deepcopy(props)
    place = changed
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return changed


# Above its claims a chart's values may hold anything: an unknown there is most often a name or an address.
ABOVE_CLAIMS = {"prometheus", "prometheusSpec", "storageSpec", "grafana", "redis"}


@pytest.mark.parametrize(("token", "props"), [case[1:3] for case in GOLDEN], ids=GOLDEN_IDS)
def test_no_unknown_or_wrong_value_makes_a_bill_cheaper_in_silence(token, props):
    before = billed(resource(token, props), usage=usage_for(token))

    for path in places(props):
        for value in (UNKNOWN, True, math.nan, -1, 10**400):
            after = billed(resource(token, replaced(props, path, value)), usage=usage_for(token))
            silent = not after.at_least and after.usd_per_month < before.usd_per_month
            assert path[-1] in ABOVE_CLAIMS or not silent, (path, value)


KEYS = sorted(
    {step for _, _, props, _ in GOLDEN for path in places(props) for step in path if isinstance(step, str)}
    | {"tags", "version", "type"}
)
SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9) | st.just(UNKNOWN) | st.just(10**400)
)
PROPS = st.dictionaries(
    st.sampled_from(KEYS),
    st.recursive(
        SCALARS,
        lambda item: st.lists(item, max_size=3) | st.dictionaries(st.sampled_from(KEYS), item, max_size=3),
        max_leaves=6,
    ),
    max_size=4,
)
TOKENS = sorted({token for _, token, _, _ in GOLDEN} | {kind for kind in meter.METERS if kind.startswith("aws:")})
PROPS_OF = {token: props for _, token, props, _ in GOLDEN}
#: Billed only for what their properties ask for, so that an empty answer may be right.
QUIET = {RELEASE, ADDON, SERVICE, READS, CLAIM, "kubernetes:apps/v1:StatefulSet"} | {
    "aws:ec2/flowLog:FlowLog",
    "aws:ssm/parameter:Parameter",
    "aws:accessanalyzer/analyzer:Analyzer",
    "aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration",
    "aws:sns/topicSubscription:TopicSubscription",
    "aws:guardduty/detector:Detector",
    "aws:autoscaling/policy:Policy",
    "aws:appautoscaling/policy:Policy",
    "aws:cloudwatch/eventTarget:EventTarget",
    "aws:ecs/accountSettingDefault:AccountSettingDefault",
    "kubernetes:external-secrets.io:PushSecret",
    "kubernetes:external-secrets.io:ClusterPushSecret",
}


@given(st.sampled_from(TOKENS), st.booleans(), PROPS, st.sampled_from([USAGE, WITHOUT_READS, Usage(), None]))
def test_no_properties_break_the_meter_or_leave_a_billable_resource_out(token, sound, changes, usage):
    props = (PROPS_OF.get(token, {}) if sound else {}) | changes
    bill = billed(resource(token, props), usage=usage)

    assert bill.lines or bill.unpriced or token in QUIET
    assert all(0 <= line.usd_per_month <= line.usd_per_month_high for line in bill.lines)
    assert bill.usd_per_month == sum(D(line.usd_per_month) for line in bill.lines)
    assert sum(bill.by_capability().values()) == bill.usd_per_month
    assert not any(
        str(value) in gap.reason for gap in bill.unpriced for value in props.values() if isinstance(value, float)
    )


@given(st.permutations([(token, props, str(place)) for place, (_, token, props, _) in enumerate(GOLDEN)]))
def test_the_order_of_resources_does_not_matter(cases):
    resources = [resource(token, props, name) for token, props, name in cases]

    assert billed(*resources) == billed(*sorted(resources, key=lambda item: item.urn))


@pytest.mark.parametrize(
    ("token", "path", "one", "other", "difference"),
    [
        (GROUP, ["instanceTypes", 0], "m6g.large", "m6g.xlarge", 3 * (D("0.188") - D("0.094")) * HOURS),
        (INSTANCE, ["instanceClass"], "db.t4g.medium", "db.t3.medium", (D("0.1207") - D("0.1172")) * HOURS),
        (CACHE, ["nodeType"], "cache.t4g.micro", "cache.t4g.small", 2 * (D("0.0376") - D("0.0192")) * HOURS),
        (DOMAIN, ["clusterConfig", "instanceType"], "t3.small.search", "t3.medium.search", 3 * D("0.0462") * HOURS),
    ],
)
def test_another_class_moves_the_total_by_exactly_the_price_difference(token, path, one, other, difference):
    props = {
        GROUP: group(),
        INSTANCE: {"instanceClass": ""},
        CACHE: {"engine": "valkey", "nodeType": "", "numCacheClusters": 2},
        DOMAIN: {"clusterConfig": {"instanceType": "", "instanceCount": 3}},
    }[token]
    others = [(kind, case) for _, kind, case, _ in GOLDEN if "storageType" not in case]
    rest = [resource(kind, case, f"rest{place}") for place, (kind, case) in enumerate(others)]
    before = billed(*rest, resource(token, replaced(props, path, one), "changed"))
    after = billed(*rest, resource(token, replaced(props, path, other), "changed"))

    assert after.usd_per_month - before.usd_per_month == difference


def test_io_optimized_storage_makes_the_instances_beside_it_dearer():
    clusters = [
        resource(CLUSTER, {"storageType": "iopt1"}, "a", parent="one"),
        resource(CLUSTER, {}, "b", parent="two"),
    ]
    instances = [resource(INSTANCE, {"instanceClass": "db.r6g.large"}, name, parent=name) for name in ("one", "two")]
    lines = [line for line in billed(*clusters, *instances).lines if line.item == "instance"]

    assert [line.usd_per_month for line in lines] == [D("0.3167") * D("1.1") * HOURS, D("0.3167") * HOURS]


def test_lines_say_how_much_of_what_and_who_says_so():
    (line,) = billed(resource(CACHE, {"engine": "valkey", "nodeType": "cache.t4g.small", "numCacheClusters": 2})).lines

    assert (line.item, line.quantity, line.unit, line.usd_per_unit) == ("nodes", 1460, "Hrs", D("0.0376"))
    assert line.usd_per_month == line.quantity * line.usd_per_unit == D("54.896")
    assert (line.basis, line.confidence, line.as_of) == ("fixed", "exact", "2026-08")
    assert "GetProducts" in line.source


def test_spot_is_an_assumption_as_unsure_as_its_fraction():
    line = next(line for line in billed(resource(GROUP, group("SPOT", desired=1))).lines if line.item == "instances")

    assert (line.basis, line.confidence) == ("assumption", "derived")
    assert line.usd_per_unit == D("0.094") * D("0.38")
    assert line.usd_per_month_high == D("0.094") * D("0.38") * D("1.25") * HOURS


def test_the_worst_case_runs_every_group_at_its_maximum():
    worst = meter.worst_case([resource(GROUP, group(diskSize=30))], USAGE, BOOK)

    assert worst.usd_per_month == 6 * D("0.094") * HOURS + 6 * 30 * D("0.114")


def test_an_old_kubernetes_pays_six_times_as_much():
    cluster = resource("aws:eks/cluster:Cluster", {"version": "1.33"})

    assert billed(cluster, today=None).usd_per_month == D("0.1") * HOURS
    assert billed(cluster, today=date(2026, 11, 23)).usd_per_month == D("0.6") * HOURS


@pytest.mark.parametrize(("support", "rate"), [("STANDARD", "0.1"), ("EXTENDED", "0.6")])
def test_a_cluster_that_aws_upgrades_on_the_day_pays_for_no_extended_support(support, rate):
    props = {"version": "1.33", "upgradePolicy": {"supportType": support}}

    assert billed(resource("aws:eks/cluster:Cluster", props)).usd_per_month == D(rate) * HOURS


@pytest.mark.parametrize(
    ("token", "props"),
    [
        (CACHE, {"engine": "Valkey", "nodeType": "cache.t4g.small", "numCacheClusters": 1}),
        ("aws:elasticache/cluster:Cluster", {"engine": "REDIS", "nodeType": "cache.t4g.small"}),
        (
            "aws:rds/instance:Instance",
            {"engine": "Postgres", "instanceClass": "db.t4g.micro", "storageType": "gp3", "allocatedStorage": 20},
        ),
    ],
)
def test_an_engine_is_read_whatever_its_case(token, props):
    written, lowered = (
        billed(resource(token, props | {"engine": name})) for name in (props["engine"], props["engine"].lower())
    )

    assert written.lines
    assert written == lowered


# Who pays.


@pytest.mark.parametrize(
    ("chain", "props", "capability"),
    [
        ("", {}, "platform"),
        ("alphacar:network:Network", {}, "platform"),
        ("alphacar:documents:Documents", {}, "documents"),
        ("alphacar:workflow:Workflow$alphacar:documents:Documents$aws:iam/role:Role", {}, "documents"),
        ("alphacar:documents:Documents$alphacar:network:Network", {}, "documents"),
        ("alphacar:documents:Documents", {"tags": {"decision": "cache"}}, "cache"),
        ("alphacar:documents:Documents", {"tags": {"decision": "nonsense"}}, "documents"),
        ("alphacar:documents:Documents", {"tags": UNKNOWN}, "documents"),
    ],
)
def test_the_tag_pays_else_the_innermost_component(chain, props, capability):
    (line,) = billed(resource("aws:ec2/eip:Eip", props, chain=chain)).lines

    assert line.capability == capability
    assert line.capability in CAPABILITIES
