"""What is listed: ten at most, the largest first, nothing against an unknown price, nothing that production keeps."""

from dataclasses import replace
from decimal import Decimal

import pytest

from policy.economics.recommendations import ranking, recommend
from policy.economics.recommendations.candidate import Candidate, Change, Stack
from policy.economics.recommendations.ranking import (
    KEPT_IN_PRODUCTION,
    KEPT_WHERE_PROTECTED,
    KINDS,
    MOST,
    allowed,
    is_kept,
)
from pricing import meter
from pricing.book import Book
from stacks.sections.measures import Spread
from tests.conftest import TODAY, UNPROTECTED
from tests.pricing.billing import LOGS, resource

D = Decimal
BOOK = Book.load()
REPOSITORY = "aws:ecr/repository:Repository"
PODS = resource(LOGS, {"name": "/alphacar/x/pods", "retentionInDays": 30, "tags": {"decision": "logs"}}, "logs")
#: Whatever may be dearer than it has to be.
CARELESS = {
    "network.natGateways": 3,
    "network.flowLogTraffic": "all",
    "network.flowLogClass": "standard",
    "network.vpn": {"gatewayAddress": "203.0.113.9"},
    "cluster.logClass": "standard",
    "documents.instances": 3,
    "documents.instanceClass": "db.t3.medium",
    "cache.replicas": 2,
    "cache.nodeType": "cache.t3.small",
    "search.domains.blue.instances": 3,
    "registry.keepImages": 100,
    "secrets.refreshMinutes": 5,
    "observability.logRetentionDays": 365,
    "observability.traceSamplingPercent": 100,
    "backup.snapshotRetentionDays": 30,
}


def stack(settings, *resources, book=BOOK):
    return Stack(settings=settings, resources=resources, usage=settings.usage, book=book)


def listed(settings, *resources, book=BOOK):
    bill = meter.compute_bill(resources, settings.usage, book, today=TODAY)
    return recommend(settings, resources, bill, book, TODAY)


def fewer_logs(title, gb, path="usage.applicationLogGb"):
    """A candidate that leaves ``gb`` of pods' logs, at 0.76 USD each and 0.148 of it stored."""
    return Candidate(
        title=title,
        changes=(Change(path=path, now=100, value=gb),),
        risk="-",
        effort="-",
        apply=lambda now: now.with_usage({"application_log_gb": Spread.of(D(gb))}),
    )


def test_ten_at_most_the_largest_first_and_equals_by_title(settings, monkeypatch):
    offered = [*(fewer_logs(f"less {gb:02}", gb) for gb in range(0, 60, 5)), fewer_logs("a tie", 0)]
    monkeypatch.setattr(ranking, "KINDS", (lambda _: offered,))
    found = listed(settings("staging", {"usage.applicationLogGb": 100}), PODS)

    assert [each.title for each in found] == ["a tie", *(f"less {gb:02}" for gb in range(0, 45, 5))]
    assert len(found) == MOST
    assert found[0].usd == 100 * (D("0.76") + D("0.148") * D("0.0314"))


@pytest.mark.parametrize(("gb", "told"), [(98, True), (99, False), (100, False), (110, False)])
def test_less_than_a_dollar_or_nothing_or_more_is_not_told(settings, monkeypatch, gb, told):
    monkeypatch.setattr(ranking, "KINDS", (lambda _: [fewer_logs("less", gb)],))

    assert bool(listed(settings("staging", {"usage.applicationLogGb": 100}), PODS)) is told


def test_the_least_and_the_most_are_those_of_usage_s_ends_and_of_the_worst_prices(settings):
    chosen = settings("staging", {"usage.registryGb": {"low": 50, "base": 100, "high": 400}, "registry.keepImages": 60})
    [found] = [each for each in listed(chosen, resource(REPOSITORY, {})) if "images" in each.title]

    # Half of it, at an exact price.
    assert (found.low, found.usd, found.high) == (D("2.5"), 5, 20)
    assert (found.confidence, found.as_of) == ("exact", BOOK.prices["ecr/storage"].as_of)


def test_what_might_cost_more_at_worst_is_not_told(settings):
    """A dollar less by a price that may be half as much again is no saving."""
    usual = BOOK.prices["docdb/db.t4g.medium"]
    prices = {
        "docdb/db.t3.medium": replace(usual, key="docdb/db.t3.medium", usd=D("0.12"), confidence="exact"),
        "docdb/db.t4g.medium": replace(usual, usd=D("0.10"), confidence="recalled"),
    }
    chosen = settings("staging", {"documents.instanceClass": "db.t3.medium"})
    instance = resource("aws:docdb/clusterInstance:ClusterInstance", {"instanceClass": "db.t3.medium"})

    def told(confidence):
        sure = replace(prices["docdb/db.t4g.medium"], confidence=confidence)
        book = replace(BOOK, prices={**BOOK.prices, **prices, sure.key: sure})
        return [each.title for each in listed(chosen, instance, book=book)]

    assert told("recalled") == []
    assert told("exact") == ["documents on db.t4g.medium instead of db.t3.medium"]


def test_a_saving_against_a_bound_is_not_known(settings):
    chosen, repository = settings("staging", {"usage.registryGb": 100, "registry.keepImages": 60}), resource(REPOSITORY)
    price = BOOK.prices["ecr/storage"]
    bound = replace(price, usd=None, high_usd=price.usd, high_reason="nobody has found it", confidence="recalled")

    assert listed(chosen, repository)
    assert not listed(chosen, repository, book=replace(BOOK, prices={**BOOK.prices, price.key: bound}))


def test_a_saving_against_no_price_is_not_known(settings):
    """Without a price of the second domain nobody can say what its end saves; the bill is at least what it is."""
    shape = {"engineVersion": "OpenSearch_2.19", "instances": 1, "volumeGb": 10}
    domains = {
        "blue": {**shape, "instanceType": "t3.small.search"},
        "green": {**shape, "instanceType": "m7g.large.search"},
    }
    chosen = settings("staging", {"search.domains": domains})
    resources = [
        resource(
            "aws:opensearch/domain:Domain",
            {
                "clusterConfig": {"instanceType": domains[name]["instanceType"]},
                "ebsOptions": {"ebsEnabled": True, "volumeType": "gp3", "volumeSize": 10},
            },
            f"search-{name}",
        )
        for name in domains
    ]

    assert meter.compute_bill(resources, chosen.usage, BOOK, today=TODAY).at_least
    assert not listed(chosen, *resources)


def test_production_keeps_what_the_guide_and_security_ask_for(settings):
    def paths(environment, take):
        chosen = settings(
            "prod", {**CARELESS, "environment": environment, **UNPROTECTED, "recovery.cluster.rpoHours": 74}
        )
        return {change.path for candidate in take(stack(chosen)) for change in candidate.changes}

    def every(given):
        return [candidate for kind in KINDS for candidate in kind(given)]

    offered, left = paths("prod", every), paths("prod", allowed)

    # What is offered elsewhere is withheld here, and only that.
    assert offered - left == {
        "network.natGateways",
        "network.flowLogTraffic",
        "nodeGroups.steady.capacity",
        "offHours",
        "backup.schedule",
        "secrets.rotation",
        "documents.instances",
        "cache.replicas",
        "search.domains.blue.instances",
        "observability.logRetentionDays",
        "backup.snapshotRetentionDays",
        "usage.snapshotGb",
    }
    assert offered - left <= paths("staging", allowed)
    assert {"observability.logClass", "cluster.logClass", "network.flowLogClass", "registry.keepImages"} <= left


def test_what_is_protected_keeps_what_a_lost_zone_asks_for_in_every_environment(settings):
    for path in KEPT_WHERE_PROTECTED:
        assert is_kept(path, settings("staging", {"deletionProtection": True}))
        assert not is_kept(path, settings("staging", UNPROTECTED))


@pytest.mark.parametrize("pattern", [*KEPT_IN_PRODUCTION, *KEPT_WHERE_PROTECTED])
def test_what_production_keeps_is_a_setting(settings, pattern):
    """A pattern that fits no setting would keep nothing."""

    def walk(value, path=""):
        yield path
        if isinstance(value, dict):
            for key, below in value.items():
                yield from walk(below, f"{path}.{key}" if path else key)

    whole = settings("prod").model_dump(mode="json", by_alias=True)
    assert any(ranking.fnmatchcase(path, pattern) for path in walk(whole))
