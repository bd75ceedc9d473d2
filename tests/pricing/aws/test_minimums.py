"""What AWS charges for although nobody uses it, and that it is charged as often as there is one."""

import pytest

from model.resource import UNKNOWN
from stacks.sections.measures import Usage
from tests.pricing.billing import HOURS, USAGE, D, billed, resource
from tests.pricing.test_shared_prices import using

COLLECTION = "aws:opensearch/serverlessCollection:ServerlessCollection"
SERVERLESS = "aws:elasticache/serverlessCache:ServerlessCache"
GRAFANA = "aws:grafana/workspace:Workspace"
UNIT = D("0.293") * HOURS
IDLE = using(cache_serverless_gb=0, cache_serverless_million_ecpu=0, grafana_editors=0, grafana_viewers=0)


def collections(*each):
    declared = [resource(COLLECTION, props, str(place)) for place, props in enumerate(each)]
    return sum(line.usd_per_month for line in billed(*declared).lines)


@pytest.mark.parametrize(
    ("each", "units"),
    [
        ([{"type": "SEARCH"}], 2),
        ([{"type": "VECTORSEARCH", "standbyReplicas": "DISABLED"}], 1),
        ([{"type": "SEARCH"}, {"type": "SEARCH"}], 2),
        ([{"type": "SEARCH"}, {"type": "TIMESERIES"}, {}], 2),
        ([{"type": "VECTORSEARCH"}, {"type": "SEARCH"}], 4),
        ([{"type": "VECTORSEARCH", "standbyReplicas": "DISABLED"}, {"type": "TIMESERIES"}], 3),
        # With and without standby in one set: the dearer floor, wherever its name stands.
        ([{"standbyReplicas": "DISABLED"}, {}], 2),
        # A key or a group of its own shares with nobody.
        ([{}, {"encryptionConfigs": [{"kmsKeyArn": "arn:a"}]}], 4),
        ([{"encryptionConfigs": [{"awsOwnedKey": True}]}, {}], 2),
        ([{"collectionGroupName": "a"}, {"collectionGroupName": "a"}, {"collectionGroupName": "b"}], 4),
    ],
)
def test_collections_share_a_floor_only_with_their_like(each, units):
    assert collections(*each) == units * UNIT


def test_a_collection_whose_kind_nobody_knows_is_a_gap():
    assert any("type is not known" in gap.reason for gap in billed(resource(COLLECTION, {"type": UNKNOWN})).unpriced)


def cached(*each, usage=IDLE):
    declared = [resource(SERVERLESS, props, str(place)) for place, props in enumerate(each)]
    return billed(*declared, usage=usage)


def limits(**found):
    return {"cacheUsageLimits": found}


@pytest.mark.parametrize(
    ("each", "usd"),
    [
        ([{"engine": "valkey"}], D("0.1") * D("0.101") * HOURS),
        ([{"engine": "redis"}], D("0.151") * HOURS),
        ([{"engine": "memcached"}], D("0.151") * HOURS),
        ([{"engine": "valkey"}, {"engine": "valkey"}, {"engine": "redis"}], (D("0.0202") + D("0.151")) * HOURS),
        # Minimums of its own: 5 GB, and 1,000 units a second, which are 2,628 million a month.
        ([{"engine": "valkey", **limits(dataStorage={"minimum": 5, "unit": "GB"})}], 5 * D("0.101") * HOURS),
        (
            [{"engine": "valkey", **limits(ecpuPerSeconds=[{"minimum": 1000}])}],
            D("0.1") * D("0.101") * HOURS + 2628 * D("0.0027"),
        ),
        # A ceiling is no floor.
        (
            [{"engine": "valkey", **limits(dataStorage={"maximum": 5, "unit": "GB"}, ecpuPerSeconds=[{"maximum": 9}])}],
            D("0.1") * D("0.101") * HOURS,
        ),
    ],
)
def test_an_idle_serverless_cache_pays_its_least(each, usd):
    assert cached(*each).usd_per_month == usd


@pytest.mark.parametrize("usage", [Usage(), None])
def test_without_figures_a_serverless_cache_pays_its_least_and_says_what_is_missing(usage):
    bill = cached({"engine": "valkey", **limits(ecpuPerSeconds=[{"minimum": 1000}])}, usage=usage)

    assert bill.usd_per_month == D("0.1") * D("0.101") * HOURS + 2628 * D("0.0027")
    assert len(bill.unpriced) == 2


def test_a_use_above_the_least_is_billed_as_it_is():
    props = {"engine": "valkey", **limits(dataStorage={"minimum": 5, "unit": "GB"}, ecpuPerSeconds=[{"minimum": 1}])}

    assert cached(props, usage=USAGE).usd_per_month == 100 * D("0.101") * HOURS + 100 * D("0.0027")


@pytest.mark.parametrize(("workspaces", "editors", "billed_for"), [(1, 0, 1), (3, 2, 3), (2, 9, 9)])
def test_each_grafana_workspace_pays_for_an_editor_at_least(workspaces, editors, billed_for):
    declared = [resource(GRAFANA, {}, str(place)) for place in range(workspaces)]
    bill = billed(*declared, usage=using(grafana_editors=editors, grafana_viewers=0))

    assert bill.usd_per_month == billed_for * 9
