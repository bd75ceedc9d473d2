"""Where two ways cost the same: solved exactly, by the meter's prices and the components' own sizes."""

from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from types import SimpleNamespace

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from components.observability.logs import loki_values
from components.release import VALUES
from model.resource import Resource
from policy.economics import alternatives
from policy.economics.alternatives import break_evens, mesh
from policy.economics.break_even import Alternative, Term, find_crossings
from pricing import meter
from pricing.book import Book, Price, PriceBookError, Tier, priced
from stacks.load import stack_file
from stacks.sections.measures import Spread, Usage

D = Decimal
BOOK = Book.load()
PROD = stack_file("prod").settings
LOGS, TRACES = break_evens(PROD, BOOK)


def way(*terms):
    return Alternative(slug="way", title="Way", terms=terms)


def term(usd="0", *, fixed="0", each="0", tiers=()):
    steps = tuple(Tier(None if up_to is None else D(up_to), D(rate), "exact") for up_to, rate in tiers)
    price = Price(key="test/price", usd=D(usd), unit="GB", confidence="exact", source="a test", tiers=steps)
    return Term(item="term", price=price, why="a test", fixed=D(fixed), each=D(each))


def flat(usd):
    return way(term(usd, fixed="1"))


@pytest.mark.parametrize("volume", ["0", "1", "12.65", "100", "5000"])
def test_cloudwatch_costs_what_the_meter_bills_for_the_same_log_group(volume):
    group = Resource(
        urn="urn:pulumi:prod::p::alphacar:logs:Logs$aws:cloudwatch/logGroup:LogGroup::logs",
        type="aws:cloudwatch/logGroup:LogGroup",
        name="logs",
        props={"name": "/alphacar/alphacar-eks/pods", "retentionInDays": 30, "tags": {"decision": "logs"}},
    )

    bill = meter.compute_bill([group], Usage.model_construct(application_log_gb=Spread.of(D(volume))), BOOK)

    assert LOGS.aws.usd(D(volume)) == bill.usd_per_month


def test_xray_costs_what_the_meter_bills_for_as_many_traces():
    rule = Resource(urn="urn:x", type="aws:xray/samplingRule:SamplingRule", name="traces", props={})
    usage = Usage.model_construct(traces_recorded=Spread.of(D(650_000)), traces_retrieved=Spread.of(D(65_000)))

    assert TRACES.aws.usd(D(650_000)) == meter.compute_bill([rule], usage, BOOK).usd_per_month


def test_the_memory_and_volumes_compared_are_those_the_components_ask_for():
    def asked(chart, *path):
        found = yaml.safe_load((VALUES / f"{chart}.yaml").read_text())
        for step in (*path, "requests", "memory"):
            found = found[step]
        return D(found.removesuffix("Mi")) / 1024

    cluster = SimpleNamespace(place=SimpleNamespace(region="ap-northeast-2"))
    args = SimpleNamespace(retention_days=30, storage_class="gp3", cluster=cluster)
    single = loki_values(args, "loki", "bucket")["singleBinary"]

    assert single["resources"]["requests"]["memory"] == f"{alternatives.LOKI_GIB}Gi"
    assert single["persistence"]["size"] == f"{alternatives.VOLUME_GIB}Gi"
    assert asked("tempo", "tempo", "resources") == alternatives.TEMPO_GIB
    assert asked("istio-istiod", "resources") == alternatives.ISTIOD_GIB
    assert asked("istio-cni", "resources") + asked("istio-ztunnel", "resources") == alternatives.NODE_PROXY_GIB


@pytest.mark.parametrize("even", [LOGS, TRACES], ids=lambda even: even.capability)
def test_at_the_crossing_both_cost_the_same_and_aws_is_cheaper_below_it(even):
    at = even.crossing

    assert abs(even.aws.usd(at) - even.incumbent.usd(at)) < D("1e-20")
    assert even.aws.usd(at * D("0.999")) < even.incumbent.usd(at * D("0.999"))
    assert even.aws.usd(at * D("1.001")) > even.incumbent.usd(at * D("1.001"))


def test_logs_cross_where_the_slopes_and_the_fixed_price_say(settings):
    even = alternatives.logs(settings("prod", {"nodeGroups.steady.instanceTypes": ["m6g.large"]}), BOOK)
    # 1 of 8 GiB, 10 GiB of gp3, and writes and reads at rest; against ingestion and 0.148 months of storage, less S3.
    fixed = D(730) / 8 * D("0.094") + 10 * D("0.0912") + D("24.82") * D("0.0045") + D("2.482") * D("0.0035")
    each = D("0.76") + D("0.1480") * D("0.0314")
    own = D("0.15") * 37 * 24 / 730 * D("0.025") + D("0.1") * D("0.0045") + D("0.01") * D("0.0035")

    assert abs(even.crossing - fixed / (each - own)) < D("1e-20")
    assert round(even.crossing, 2) == D("12.65")


def test_the_guide_s_own_prices_meet_at_224_gb_and_23_million_traces():
    assert round(LOGS.guide_crossing) == 224
    assert TRACES.guide_crossing == 23_000_000


def test_the_guide_s_lines_are_those_that_decide():
    assert (LOGS.line, TRACES.line) == (100, 100_000)


def test_dearer_nodes_move_the_crossing_up_and_free_ones_down(settings):
    larger = alternatives.logs(settings("prod", {"nodeGroups.steady.instanceTypes": ["r6g.large", "m7g.large"]}), BOOK)
    cases = {case.name: case.crossing for case in LOGS.cases}

    assert larger.incumbent.terms[0].price.key == "ec2/m7g.large"
    assert larger.crossing > LOGS.crossing > cases["nodes have room"]


def test_a_mesh_costs_its_share_of_every_node(settings):
    groups = {"nodeGroups.spot.desired": 1, "nodeGroups.steady.desired": 3, "controllers.replicas": 2}

    istio = mesh(settings("prod", {**groups, "nodeGroups.steady.instanceTypes": ["m6g.large"]}), BOOK)

    assert istio.usd(D(0)) == D(1024) / 1024 / 8 * 730 * D("0.094")


def test_a_tier_bends_a_curve_and_may_cross_it_twice():
    # 1 USD a unit up to 10, free up to 30, then 1 again: 8 is passed on the way up, 15 after the free part.
    stairs = way(term("1", each="1", tiers=[("10", "1"), ("30", "0"), (None, "1")]))

    assert find_crossings(stairs, flat("8")) == [8]
    assert find_crossings(stairs, flat("15")) == [35]
    assert find_crossings(stairs, way(term("0.5", each="1"))) == [20, 40]


def test_curves_that_only_touch_do_not_cross():
    stairs = way(term("1", each="1", tiers=[("10", "1"), ("20", "0"), (None, "1")]))

    assert find_crossings(stairs, way(term("0.5", each="1"))) == []
    assert find_crossings(way(term("1", each="1", tiers=[("10", "1"), (None, "3")])), way(term("1", each="1"))) == []
    assert find_crossings(flat("5"), flat("5")) == []


def test_a_tier_begins_where_what_is_fixed_leaves_off():
    storage = way(term("1", fixed="4", each="2", tiers=[("10", "1"), (None, "10")]))

    assert storage.usd(D(3)) == 10
    assert find_crossings(storage, flat("30")) == [4]


rates = st.decimals(min_value=0, max_value=5, places=1).map(str)


@given(first=rates, second=rates, later=rates, up_to=st.integers(1, 50), fixed=rates)
def test_the_cheaper_way_changes_at_the_crossings_and_nowhere_else(first, second, later, up_to, fixed):
    stairs = way(term(first, each="1", tiers=[(str(up_to), first), (None, second)]))
    other = way(term(later, each="1"), term(fixed, fixed="7"))

    found = find_crossings(stairs, other)

    ends = [D(0), *found, D(10_000)]
    for low, high in pairwise(ends):
        inside = [low + (high - low) * D(part) / 10 for part in range(1, 10)]
        signs = {(gap > 0) - (gap < 0) for gap in (stairs.usd(each) - other.usd(each) for each in inside)}
        assert not {-1, 1} <= signs


def test_without_a_price_there_is_no_comparison():
    prices = {key: price for key, price in BOOK.prices.items() if key != "s3/standard"}
    unknown = {**BOOK.prices, "s3/standard": replace(BOOK.prices["s3/standard"], usd=None, tiers=())}

    for book in (replace(BOOK, prices=prices), replace(BOOK, prices=unknown)):
        with pytest.raises(PriceBookError, match="s3/standard: has no price; a break-even needs one"):
            break_evens(PROD, book)
    assert priced(BOOK, "s3/standard").usd == D("0.025")
