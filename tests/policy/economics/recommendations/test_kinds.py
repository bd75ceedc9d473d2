"""Each kind on a stack of one or two resources: what it saves, by hand, and a twin for which it says nothing."""

from dataclasses import replace
from decimal import Decimal

import pytest

from policy.economics.recommendations import recommend
from pricing import meter
from pricing.book import Book
from tests.conftest import TODAY, UNPROTECTED
from tests.pricing.billing import CACHE, DOMAIN, GROUP, HOURS, INSTANCE, LOGS, READS, billed, group, resource

D = Decimal
BOOK = Book.load()
NAT, EIP, VPN = "aws:ec2/natGateway:NatGateway", "aws:ec2/eip:Eip", "aws:ec2/vpnConnection:VpnConnection"
ALARM, FLOW = "aws:cloudwatch/metricAlarm:MetricAlarm", "aws:ec2/flowLog:FlowLog"
SCHEDULE, REPOSITORY = "aws:autoscaling/schedule:Schedule", "aws:ecr/repository:Repository"
SNAPSHOTS, TRACES = "aws:dlm/lifecyclePolicy:LifecyclePolicy", "aws:xray/group:Group"
DEPLOYMENT = "kubernetes:apps/v1:Deployment"
PODS = resource(LOGS, {"name": "/alphacar/x/pods", "retentionInDays": 365, "tags": {"decision": "logs"}}, "logs")
CONTROL = resource(LOGS, {"name": "/aws/eks/x/cluster", "retentionInDays": 30}, "cluster")
FLOWS = resource(LOGS, {"name": "/aws/vpc/x/flow", "retentionInDays": 30}, "flow")
STEADY = {"instanceTypes": ["m6g.large"], "capacity": "ON_DEMAND", "min": 1, "desired": 2, "max": 4, "diskGb": 30}
LARGE = {**STEADY, "instanceTypes": ["m6g.xlarge"], "desired": 4}
SPOT = {**STEADY, "instanceTypes": ["m6g.large", "m7g.large", "r6g.large"], "capacity": "SPOT"}
#: A node's own disk, when nobody declares one.
DISK = 20 * D("0.114")


def nodes(name="steady", **more):
    return resource(GROUP, group(labels={"alphacar.io/group": name}, **more), f"nodes-{name}")


def night(action, at, wanted, days):
    return resource(SCHEDULE, {"recurrence": f"0 {at} * * {days}", "desiredCapacity": wanted}, f"nodes-steady-{action}")


def domain(name, instances=1):
    shape = {"instanceType": "t3.small.search", "instanceCount": instances}
    disk = {"ebsEnabled": True, "volumeType": "gp3", "volumeSize": 10}
    return resource(DOMAIN, {"clusterConfig": shape, "ebsOptions": disk, "engineVersion": "OpenSearch_2.19"}, name)


def searched(instances=1):
    return {
        "engineVersion": "OpenSearch_2.19",
        "instanceType": "t3.small.search",
        "instances": instances,
        "volumeGb": 10,
    }


def asking(pods, cpu, memory):
    asked = {"requests": {"cpu": cpu, "memory": memory}}
    spec = {"replicas": pods, "template": {"spec": {"containers": [{"name": "x", "resources": asked}]}}}
    return resource(DEPLOYMENT, {"metadata": {"namespace": "x"}, "spec": spec}, "busy")


#: Name, settings of staging that it takes, resources, title, USD a month, settings of a twin that is quiet.
CASES = {
    "pods' log class": (
        {"usage.applicationLogGb": 20, "observability.logClass": "standard"},
        [PODS],
        "pods' logs in the infrequent-access class",
        20 * D("0.38"),
        {"observability.logClass": "infrequent-access"},
    ),
    "control plane's log class": (
        {"cluster.logClass": "standard", "usage.controlPlaneLogGb": 50},
        [CONTROL],
        "the control plane's logs in the infrequent-access class",
        50 * D("0.38"),
        {"cluster.logClass": "infrequent-access"},
    ),
    "flow logs' class": (
        {"network.flowLogClass": "standard", "usage.flowLogGb": 10},
        [FLOWS],
        "flow logs in the infrequent-access class",
        10 * D("0.38"),
        {"network.flowLogClass": "infrequent-access"},
    ),
    # The least of a cluster's flow logs, 7.7 GB of two nodes of five, of which a tenth is refused; 0.148 of it is kept.
    "refused packets only": (
        {},
        [FLOWS, resource(FLOW, {"trafficType": "ALL"})],
        "flow logs of refused packets only",
        D("7.7") * 2 / 5 * D("0.9") * (D("0.76") + D("0.148") * D("0.0314")),
        {"network.flowLogTraffic": "reject"},
    ),
    # 0.15 of what comes in, kept 12 months of 30.41(6) days or 7 days, rounded up at the fourth place.
    "retention": (
        {"observability.logRetentionDays": 365, "usage.applicationLogGb": 1000},
        [PODS],
        "pods' logs kept 7 days instead of 365",
        1000 * (D("1.8") - D("0.0346")) * D("0.0314"),
        {"observability.logRetentionDays": 7},
    ),
    "sampling": (
        {"observability.traceSamplingPercent": 20, "usage.tracesRecorded": 4_000_000, "usage.tracesRetrieved": 400_000},
        [resource(TRACES, {})],
        "5 % of requests traced instead of 20 %",
        D("0.75") * (20 + D("0.2")),
        {"observability.traceSamplingPercent": 5},
    ),
    "a dear class on Spot": (
        {"nodeGroups": {"spot": SPOT}},
        [nodes("spot", capacity="SPOT", types=SPOT["instanceTypes"], desired=2), asking(1, "900m", "4Gi")],
        "spot nodes: 2 m6g.large or m7g.large instead of 2 m6g.large or m7g.large or r6g.large",
        2 * HOURS * D("0.38") * (D("0.122") - D("0.1003")),
        {"nodeGroups": {"spot": {**SPOT, "instanceTypes": ["m6g.large", "m7g.large"]}}},
    ),
    # No pods: the smallest machine, one a zone.
    "fewer and smaller nodes": (
        {"nodeGroups": {"steady": LARGE}},
        [nodes(types=["m6g.xlarge"], desired=4)],
        "steady nodes: 3 c6g.medium instead of 4 m6g.xlarge",
        HOURS * (4 * D("0.188") - 3 * D("0.0385")) + DISK,
        {"nodeGroups": {"steady": {**LARGE, "instanceTypes": ["c6g.medium"], "desired": 3}}},
    ),
    "Spot": (
        {"nodeGroups": {"steady": STEADY}},
        [nodes(desired=2)],
        "steady nodes on Spot",
        2 * HOURS * D("0.094") * D("0.62"),
        {"nodeGroups": {"steady": {**STEADY, "capacity": "SPOT"}}},
    ),
    # Awake 60 hours of a week's 168.
    "nights": (
        {"nodeGroups": {"steady": STEADY}, "offHours": ..., "recovery.cluster.rpoHours": 74},
        [nodes(desired=2)],
        "nodes asleep but from 08:00 to 20:00 on MON-FRI",
        2 * (HOURS * D("0.094") + DISK) * (1 - D(60) / 168),
        {"offHours": {"wake": "08:00", "sleep": "20:00", "days": "MON-FRI"}},
    ),
    # Twelve hours of Saturday less.
    "Saturdays": (
        {"nodeGroups": {"steady": STEADY}, "recovery.cluster.rpoHours": 74},
        [nodes(desired=2), night("sleep", 20, 0, "MON-SAT"), night("wake", 8, 2, "MON-SAT")],
        "nodes asleep on every day but MON-FRI",
        2 * (HOURS * D("0.094") + DISK) * 12 / 168,
        {"offHours.days": "MON-FRI"},
    ),
    "NAT gateways": (
        {"network.natGateways": 2},
        [
            *(resource(kind, {}, f"network-nat-{zone}") for kind in (NAT, EIP) for zone in "ab"),
            *(resource(ALARM, {"namespace": "AWS/NATGateway"}, f"alarms-nat-ports-{number}") for number in (0, 1)),
        ],
        "one NAT gateway instead of 2",
        HOURS * (D("0.059") + D("0.005")) + D("0.1"),
        {"network.natGateways": 1},
    ),
    "a VPN": (
        {"network.vpn": {"gatewayAddress": "203.0.113.9"}},
        [resource(VPN, {})],
        "no VPN, now that no migration is open",
        HOURS * D("0.05"),
        {"network.migrationOpen": True},
    ),
    "DocumentDB's class": (
        {"documents.instanceClass": "db.t3.medium", "usage.documentsCreditHours": 0},
        [resource(INSTANCE, {"instanceClass": "db.t3.medium"})],
        "documents on db.t4g.medium instead of db.t3.medium",
        HOURS * (D("0.1207") - D("0.1172")),
        {"documents.instanceClass": "db.t4g.medium"},
    ),
    "the cache's class": (
        {"cache.nodeType": "cache.m7g.large"},
        [resource(CACHE, {"engine": "valkey", "nodeType": "cache.m7g.large", "numCacheClusters": 2})],
        "cache on cache.m6g.large instead of cache.m7g.large",
        2 * HOURS * (D("0.1512") - D("0.1426")),
        {"cache.nodeType": "cache.m6g.large"},
    ),
    "one instance": (
        {"documents.instances": 2},
        [
            *(resource(INSTANCE, {"instanceClass": "db.r6g.large"}, f"documents-{place}") for place in (0, 1)),
            resource(ALARM, {"metricName": "DBClusterReplicaLagMaximum"}, "alarms-documents-lag"),
            resource(ALARM, {"metricName": "CPUUtilization"}, "alarms-documents-cpu"),
        ],
        "one instance of DocumentDB instead of 2",
        HOURS * D("0.3167") + D("0.1"),
        {"documents.instances": 1},
    ),
    "no replica": (
        {"cache.replicas": 1},
        [
            resource(CACHE, {"engine": "valkey", "nodeType": "cache.t4g.micro", "numCacheClusters": 2}),
            *(resource(ALARM, {"dimensions": {"CacheClusterId": f"x-00{n}"}}, f"alarms-{n}") for n in (1, 2)),
        ],
        "a cache without a replica",
        HOURS * D("0.0192") + D("0.1"),
        {"cache.replicas": 0},
    ),
    "one search node": (
        {"search.domains.blue": searched(3)},
        [domain("search-blue", 3)],
        "one node of search domain blue instead of 3",
        2 * (HOURS * D("0.045") + 10 * D("0.1391")),
        {"search.domains.blue": searched(1)},
    ),
    "an idle domain": (
        {"search.domains": {"blue": searched(), "green": searched()}},
        [domain("search-blue"), domain("search-green")],
        "no search domain green, which is not the live one",
        HOURS * D("0.045") + 10 * D("0.1391"),
        {"search.domains": {"blue": searched()}},
    ),
    "images": (
        {"registry.keepImages": 60, "usage.registryGb": 100},
        [resource(REPOSITORY, {})],
        "30 images kept of each repository instead of 60",
        50 * D("0.1"),
        {"registry.keepImages": 30},
    ),
    "snapshots": (
        {"backup.snapshotRetentionDays": 28, "usage.snapshotGb": 100},
        [resource(SNAPSHOTS, {})],
        "volume snapshots kept 7 days instead of 28",
        75 * D("0.05"),
        {"backup.snapshotRetentionDays": 7},
    ),
    # 8,760 rounds of thirty keys at five minutes, a twelfth of them at sixty.
    "secrets": (
        {"secrets.refreshMinutes": 5},
        [
            resource(
                READS,
                {
                    "spec": {
                        "refreshInterval": "5m",
                        "data": [{"remoteRef": {"key": f"secret-{number}"}} for number in range(30)],
                    }
                },
            )
        ],
        "secrets read every 60 minutes instead of every 5",
        D(8760) * 30 / 10_000 * D("0.05") * 11 / 12,
        {"secrets.refreshMinutes": 60},
    ),
    # Without nights the nodes run around the clock, and m7g for a year costs less than m6g on demand.
    "reserved": (
        {"nodeGroups": {"steady": STEADY}, "offHours": ...},
        [nodes(desired=2)],
        "steady nodes reserved for a year: 2 m7g.large, in place of m6g.large on demand",
        2 * HOURS * (D("0.094") - D("0.0656")),
        {"offHours": {"wake": "08:00", "sleep": "20:00", "days": "MON-SAT"}},
    ),
}


def found(settings, resources, book=BOOK):
    bill = billed(*resources, usage=settings.usage)
    return {each.title: each for each in recommend(settings, resources, bill, book, TODAY)}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_kind_saves_what_is_worked_out_by_hand_and_is_quiet_on_its_twin(settings, case):
    changes, resources, title, usd, quiet = case
    told = found(settings("staging", {**UNPROTECTED, **changes}), resources)

    assert title in told
    assert told[title].usd == pytest.approx(usd)
    assert told[title].low <= told[title].usd <= told[title].high
    assert title not in found(settings("staging", {**UNPROTECTED, **changes, **quiet}), resources)


def test_what_pods_ask_for_keeps_nodes_and_keeps_t_classes_away(settings):
    """Nine pods of a CPU and 3.7 GiB fill four m6g.xlarge, and use each far beyond what a T class may."""
    busy = [nodes(types=["m6g.xlarge"], desired=4), asking(9, "1", "3789Mi")]
    told = found(settings("staging", {"nodeGroups": {"steady": LARGE}}), busy)

    assert [title for title in told if title.startswith("steady nodes: ")] == []
    assert "steady nodes on Spot" in told


def test_a_t_class_is_not_told_while_nobody_knows_what_credits_it_would_use(settings):
    told = found(settings("staging", {"nodeGroups": {"steady": LARGE}}), [nodes(types=["m6g.xlarge"], desired=4)])

    assert told
    assert not [title for title in told if "t4g" in title]


def test_other_machines_are_not_told_while_a_request_is_not_known(settings):
    unknown = resource(DEPLOYMENT, {"metadata": {"namespace": "x"}, "spec": {"replicas": "many"}}, "unknown")
    told = found(
        settings("staging", {"nodeGroups": {"steady": LARGE}}), [nodes(types=["m6g.xlarge"], desired=4), unknown]
    )

    assert "steady nodes: 3 c6g.medium instead of 4 m6g.xlarge" not in told


def test_a_search_class_of_the_same_size_is_told_once_the_book_has_both(settings):
    price = BOOK.prices["opensearch/m6g.large.search"]
    dear = replace(price, key="opensearch/m5.large.search", usd=D("0.183"))
    book = replace(BOOK, prices={**BOOK.prices, dear.key: dear})
    chosen = settings("staging", {"search.domains.blue.instanceType": "m5.large.search"})
    shape = {"clusterConfig": {"instanceType": "m5.large.search", "instanceCount": 1}}
    resources = [resource(DOMAIN, shape, "search-blue")]
    bill = meter.compute_bill(resources, chosen.usage, book, today=TODAY)
    told = {each.title: each.usd for each in recommend(chosen, resources, bill, book, TODAY)}

    assert told["search on m6g.large.search instead of m5.large.search"] == HOURS * (D("0.183") - D("0.1563"))
    assert not any(title.startswith("search on") for title in found(chosen, resources))


def test_nodes_are_not_reserved_without_a_rate(settings):
    without = {key: price for key, price in BOOK.prices.items() if "-1yr-" not in key}
    chosen = settings("staging", {"nodeGroups": {"steady": STEADY}, "offHours": ...})

    assert not any("reserved" in title for title in found(chosen, [nodes(desired=2)], replace(BOOK, prices=without)))
