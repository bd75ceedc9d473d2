"""docs/cost.md says what the previews say, adds up, and explains every difference it shows."""

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from xml.etree import ElementTree as ET

import pytest

from policy.guide.variance import ENDLESS, GUIDE, TOLERATED, explain_briefly, explain_variance, variance_of
from policy.ledger.decide import decide
from policy.ledger.row import claim
from policy.ledger.rows import ROWS
from preview.docs.__main__ import COST_PAGE, STACKS, cost_pages
from preview.docs.costs import double_usage, gather_costs
from preview.docs.savings_page import CHART
from preview.report.render import render
from preview.result import Preview
from preview.simulate.recorder import Recording
from preview.simulate.registration import Registration
from pricing import meter
from pricing.bill import Line
from pricing.book import Book
from pricing.evidence import known_figures
from stacks.load import stack_file
from stacks.sections.measures import Spread

D = Decimal
TODAY = date(2026, 11, 23)
BOOK = Book.load()
NAT = ("aws:ec2/natGateway:NatGateway", {})
REPOSITORY = ("aws:ecr/repository:Repository", {"tags": {"decision": "registry"}})
MYSTERY = ("aws:moon/rock:Rock", {})


def previewed(settings, stack, *kinds):
    """A preview of a stack that declares nothing but ``kinds``."""
    made = tuple(
        Registration(urn=f"urn:pulumi:{stack}::landing::{type_}::x", type=type_, name="x", inputs=inputs)
        for type_, inputs in kinds
    )
    chosen = settings(stack)
    return Preview(
        settings=chosen,
        today=TODAY,
        recording=Recording("landing", stack, made, {}),
        decisions=tuple(decide(chosen, TODAY).values()),
        bill=meter.compute_bill([each.resource() for each in made], chosen.usage, BOOK),
        vat=BOOK.vat,
        findings=(),
    )


#: The stacks whose pages are worked out by hand here, whatever others there are.
THREE = ("prod", "staging", "dev")


@pytest.fixture
def costs(settings):
    def make(*more):
        found = {name: previewed(settings, name, NAT, REPOSITORY, *more) for name in STACKS if name in THREE}
        return gather_costs(found, found["prod"], BOOK, TODAY)

    return make


def rows(page, heading):
    """The cells of the table below a heading, without its head."""
    below = page.split(f"{heading}\n", 1)[1].split("\n#", 1)[0]
    lines = [line for line in below.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def test_the_totals_are_the_bills_in_both_currencies_with_and_without_vat(costs):
    totals = {cells[0]: cells[1:] for cells in rows(cost_pages(costs())[COST_PAGE], "## Totals")}

    # A gateway's 43.07 and its data at 0.059, and images at 0.10: 200 and 50 GB, 40 and 20, 20 and 5.
    used = {"prod": (200, 50), "staging": (40, 20), "dev": (20, 5)}
    usd = [D("43.07") + D("0.059") * nat + D("0.1") * images for nat, images in used.values()]
    assert totals["USD, expected"] == [f"{amount:.2f}" for amount in (*usd, sum(usd))]
    assert totals["USD with 10% VAT"][0] == f"{usd[0] * D('1.1'):.2f}"
    assert totals["KRW"][0] == f"{usd[0] * 1450:,.0f}"
    assert totals["KRW with 10% VAT"][0] == f"{usd[0] * D('1.1') * 1450:,.0f}"


def test_each_capability_stands_beside_its_claim_and_a_large_difference_has_its_reason(costs):
    page = cost_pages(costs())[COST_PAGE]
    bill = {cells[0]: cells[1:] for cells in rows(page, "### prod")}

    assert bill["registry"] == ["ecr", "190 (instance and operating)", "35", "5.00", "10.00", "-86 %"]
    assert bill["documents"][-3:] == ["-", "-", "-"]
    assert bill["**total**"] == ["", "", "1,123", "59.87", "76.67", ""]
    assert (
        "- **registry** -86 %: the guide's figure is 350 GB of images; priced are images 5.00 (50 GB-Mo at 0.1)."
        in page
    )


def test_every_claim_says_what_it_consists_of():
    assert {row.capability for row in ROWS if row.after} == set(GUIDE)


def line(item, quantity, rate, urn="urn:pulumi:s::p::aws:docdb/clusterInstance:ClusterInstance::a", row="documents"):
    usd = D(quantity) * D(rate)
    return Line(urn, row, item, D(quantity), "Hrs", D(rate), usd, usd, usd, "fixed", "exact", "a list", None)


def test_a_reason_is_made_of_the_bill_s_own_lines_whatever_the_direction():
    three = [line("instance", 730, "0.1172")] * 3
    others = [
        line("I/O", 100, "0.24"),
        line("storage", 50, "0.12"),
        line("alarm", 4, "0.1"),
        line("nodes", 1, 9, row="cache"),
    ]

    assert explain_variance("documents", [*three, *others]) == (
        "the guide's figure fits 3 db.t3.medium with 150 GB and 300 million I/O; priced are instance 256.67 (2,190 Hrs "
        "at 0.1172), I/O 24.00 (100 Hrs at 0.24), storage 6.00 (50 Hrs at 0.12), and 0.40 for 1 more"
    )
    assert explain_briefly("documents", three).endswith("300 million I/O; here instance 256.67 (2,190 x 0.1172)")


@pytest.mark.parametrize(
    ("kind", "told"), [("aws:amp/workspace:Workspace", False), ("kubernetes:helm.sh/v3:Release", True)]
)
def test_pods_are_on_the_nodes_only_where_aws_does_not_run_them(kind, told):
    lines = [line("volume", 50, "0.0912", f"urn:pulumi:s::p::{kind}::a", "metrics")]

    assert ("pods run on the platform's nodes" in explain_variance("metrics", lines)) is told


@pytest.mark.parametrize(
    ("priced", "claimed", "share"),
    [
        (D("0.01"), claim(0), ENDLESS),
        (D(0), claim(0), D(0)),
        (D(44), claim(40), D("0.1")),
        (D(30), claim(40), D("-0.25")),
        (D(70), claim(60, 90), D(0)),
        (D(99), claim(60, 90), D("0.1")),
        (D(1), None, None),
    ],
)
def test_a_difference_is_counted_from_the_nearer_end_of_the_claim(priced, claimed, share):
    assert variance_of(priced, claimed) == share
    assert D("0.1") == TOLERATED


def test_what_if_tells_prices_and_usage_apart_and_moves_computed_figures_too(settings):
    """Prices at their high bound are no usage at its high end, and a fifth more usage is more of every figure."""
    group = {"name": "/aws/vpc/flow-logs", "retentionInDays": 30}
    vpn = ("aws:ec2/vpnConnection:VpnConnection", {})
    kinds = [REPOSITORY, vpn, ("aws:ec2/flowLog:FlowLog", {}), ("aws:cloudwatch/logGroup:LogGroup", group)]
    found = {name: previewed(settings, name, *kinds) for name in STACKS}
    page = cost_pages(gather_costs(found, found["prod"], BOOK, TODAY))[COST_PAGE]
    cases = {cells[0]: D(cells[1].replace(",", "")) for cells in rows(page, "#### hardware owned")}
    bill = found["prod"].bill
    by_figure = {known.figure: known.usd_per_month for known in known_figures(bill)}

    # Flow logs are worked out, images are typed.
    assert (bill.figures["flow_log_gb"].evidence, bill.figures["registry_gb"].evidence) == ("computed", "guess")
    assert set(by_figure) == {"flowLogGb", "registryGb"}
    moved = sum(by_figure.values()) / 5
    assert cases["usage 20 % higher"] - cases["as priced"] == pytest.approx(moved, abs=D("0.01"))
    assert cases["as priced"] - cases["usage 20 % lower"] == pytest.approx(moved, abs=D("0.01"))
    ends = [bill.usd_per_month_high_price, bill.usd_per_month_high_usage, bill.usd_per_month_high]
    prices, usage = "every price at its high bound, usage as expected", "usage at its high end, prices as listed"
    assert [cases[name] for name in (prices, usage, "both at once")] == [end.quantize(D("0.01")) for end in ends]
    # The VPN's price is recalled, at most half more; the others are exact, and used for at most twice as much.
    assert bill.usd_per_month < ends[1] < ends[0] < ends[2]


def test_guesses_without_a_range_are_counted(costs, settings):
    assert "no range" not in cost_pages(costs())[COST_PAGE]

    found = {name: previewed(settings, name, NAT, REPOSITORY) for name in STACKS}
    usage = found["prod"].settings.usage.model_copy(
        update={"nat_gb": Spread.of(D(200)), "registry_gb": Spread.of(D(50))}
    )
    bill = meter.compute_bill([each.resource() for each in found["prod"].recording.registrations], usage, BOOK)
    found["prod"] = replace(found["prod"], bill=bill)
    page = cost_pages(gather_costs(found, found["prod"], BOOK, TODAY))[COST_PAGE]

    assert page.count("no range") == 1
    assert "2 figures have no range, so the high end of usage takes them as they are: natGb, registryGb." in page
    assert "2 figures have no range, so the high end" in render(found["prod"], "text").replace("\n", " ")


def test_what_has_no_price_makes_the_page_say_at_least(costs):
    assert "prod costs at least this much: x (aws:moon/rock:Rock) has no price" in cost_pages(costs(MYSTERY))[COST_PAGE]
    assert "at least this much" not in cost_pages(costs())[COST_PAGE]


def test_the_same_previews_give_the_same_files_byte_by_byte(costs):
    assert cost_pages(costs()) == cost_pages(costs())


def test_the_picture_is_xml_and_marks_where_moving_has_paid_for_itself(costs):
    picture = ET.fromstring(cost_pages(costs())[CHART])  # noqa: S314 - written here
    texts = ["".join(node.itertext()) for node in picture.iter() if node.tag.endswith("text")]

    assert "cheaper from the first day" in texts
    # 15,000 and 5,947.29 of dual running, at 2,400 - 250 - 59.87 = 2,090.13 a month: 10.0 months, and a bit.
    assert "even after 11 months" in texts
    coordinates = re.findall(r'points="([^"]+)"', cost_pages(costs())[CHART])
    assert all(0 <= float(part) <= 900 for line in coordinates for part in re.split(r"[ ,]", line))


def test_doubling_a_stack_doubles_volumes_and_usage_and_decides_anew():
    file = stack_file("prod")
    worked_out = Spread.model_construct(low=D(1), base=D(3), high=D(6), source="computed: nodes")
    doubled = double_usage(file, {"nat_gb": file.settings.usage.nat_gb, "flow_log_gb": worked_out})

    assert doubled.settings.usage.nat_gb == file.settings.usage.nat_gb * 2
    # What a formula has worked out is doubled as well, as a figure that is typed.
    assert file.settings.usage.flow_log_gb is None
    assert str(doubled.settings.usage.flow_log_gb) == "6 (2 to 12)"
    assert doubled.settings.volumes.stale_after_days == file.settings.volumes.stale_after_days
    found = decide(doubled.settings, TODAY)
    assert (found["logs"].choice, found["traces"].choice) == ("loki", "tempo")
    assert (
        doubled.settings.model_copy(update={"usage": file.settings.usage, "volumes": file.settings.volumes})
        == file.settings
    )
