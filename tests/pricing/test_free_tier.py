"""Free tiers are an account's: no line of a stack has one, and what they would come to is worked out beside the bill."""

from decimal import Decimal

import pytest

from pricing.bill import Bill
from pricing.book import PriceBookError
from pricing.book.free_tiers import FreeTier, current_free_tiers, load_free_tiers
from pricing.free_tier import Credit, free_tier_credit
from tests.pricing.billing import BOOK, LOGS, D, billed, resource
from tests.pricing.test_shared_prices import using

ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"


def credits_of(*declared, **figures):
    found = free_tier_credit(billed(*declared, usage=using(**figures)))
    return {credit.price: credit.usd_per_month for credit in found}


def test_every_free_tier_is_of_prices_that_the_book_has_and_sells_alike():
    for tier in current_free_tiers():
        prices = [BOOK.prices[key] for key in tier.prices]
        assert len({price.unit for price in prices}) == 1
        # What is free is free of the first tier, so none may be free there already.
        assert all(price.usd and (not price.tiers or price.tiers[0].usd == price.usd) for price in prices)
        assert tier.source


@pytest.mark.parametrize(
    ("gb", "saved"), [(0, None), (40, 40 * D("0.126")), (100, D("12.6")), (5_118, D("12.6")), (60_000, D("12.6"))]
)
def test_the_first_100_gigabytes_to_the_internet_cost_nothing_once(gb, saved):
    found = credits_of(resource("aws:ec2/vpc:Vpc"), egress_gb=gb)

    assert found.get("transfer/internet-out") == saved


def test_a_credit_says_what_it_is_of_and_that_an_account_has_it_once():
    alarms = [resource(ALARM, {"period": 60}, str(place)) for place in range(12)]
    (credit,) = free_tier_credit(billed(*alarms))

    assert credit == Credit(
        what="alarms of standard resolution",
        price="cloudwatch/alarm-standard",
        quantity=D(10),
        unit="Alarms",
        usd_per_unit=D("0.1"),
        usd_per_month=D(1),
        source="Amazon CloudWatch pricing page",
        as_of="2026-05",
        note="once per account",
    )


def test_what_comes_in_what_is_kept_and_what_is_scanned_are_free_each_for_itself():
    group = resource(LOGS, {"name": "/alphacar/prod/application", "retentionInDays": 365})
    found = credits_of(group, application_log_gb=100, insights_scan_gb=3)

    assert found == {
        "cloudwatch/logs-ingest-standard": 5 * D("0.76"),
        # 100 GB a month are kept as 180, of which 5 are free.
        "cloudwatch/logs-storage": 5 * D("0.0314"),
        "cloudwatch/logs-insights-scan": 3 * D("0.0076"),
    }


def test_fast_alarms_and_what_aws_itself_logs_are_not_free():
    flow = resource(LOGS, {"name": "/aws/vpc/flow", "retentionInDays": 1})

    assert credits_of(resource(ALARM, {"period": 10})) == {}
    assert credits_of(flow, flow_log_gb=100).keys() == {"cloudwatch/logs-storage"}


def test_traces_messages_and_keys_are_free_to_their_limits():
    declared = [
        resource("aws:xray/samplingRule:SamplingRule"),
        resource("aws:kms/key:Key"),
        resource("aws:sns/topic:Topic"),
    ]
    found = credits_of(
        *declared, traces_recorded=250_000, traces_retrieved=10, kms_requests=500_000, notifications=3_000_000
    )

    assert found == {
        "xray/trace-recorded": D("0.5"),
        "xray/trace-retrieved-or-scanned": 10 * D("0.0000005"),
        "kms/requests-10k": D("0.06"),
        "sns/publish-1M": D("0.5"),
    }


def test_prices_that_share_a_free_tier_use_it_up_in_their_order():
    zone, alarm = (
        billed(resource(token, props)).lines[0] for token, props in (("aws:ec2/eip:Eip", {}), (ALARM, {"period": 60}))
    )
    tier = FreeTier("both", (zone.price, alarm.price), D("730.5"), "a test", None)
    found = free_tier_credit(Bill((zone, alarm), ()), [tier])

    assert [(credit.quantity, credit.usd_per_month) for credit in found] == [(730, D("3.65")), (D("0.5"), D("0.05"))]


def test_a_bill_keeps_its_lines_and_its_total():
    bill = billed(resource("aws:ec2/vpc:Vpc"), usage=using(egress_gb=100))

    assert free_tier_credit(bill)[0].usd_per_month == D("12.6")
    assert bill.usd_per_month == 100 * D("0.126") + 2 * 100 * D("0.01")


ENTRY = "- {what: w, prices: [a/b], free: 1, source: s, as_of: null}"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{}", "must be a list of free tiers"),
        ("- 1", "[0]: must be a mapping of what, prices, free, source, as_of"),
        (ENTRY.replace("free: 1", "free: 0"), "[0].free: 0 is refused; allowed is a number above 0"),
        (ENTRY.replace("free: 1", "free: .inf"), ".inf is no number that JSON could hold"),
        (ENTRY.replace("free: 1", "free: true"), "[0].free: True is refused"),
        (ENTRY.replace("[a/b]", "a/b"), "[0].prices: 'a/b' is refused; allowed is a list of price keys"),
        (ENTRY.replace("source: s", "source: ''"), "[0].source: '' is refused; allowed is text"),
        (ENTRY.replace("as_of: null", "as_of: '2026'"), "[0].as_of: '2026' is refused"),
        (f"{ENTRY}\n{ENTRY}", "a/b is in two free tiers; a price has one"),
    ],
)
def test_a_file_of_free_tiers_with_a_fault_is_refused_with_one_line(tmp_path, text, told):
    file = tmp_path / "free.yaml"
    file.write_text(text)

    with pytest.raises(PriceBookError) as refused:
        load_free_tiers(file)

    assert told in str(refused.value)
    assert len(str(refused.value).splitlines()) == 1


def test_a_fraction_is_read_exactly():
    (email,) = (tier for tier in current_free_tiers() if tier.prices == ("sns/email-100k",))

    assert email.free == Decimal("0.01")
