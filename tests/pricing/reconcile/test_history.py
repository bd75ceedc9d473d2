"""The months that are kept, the error band they make, and the ranges of figures."""

import json
from datetime import date
from decimal import Decimal

import pytest

from pricing.reconcile.figures import Measured
from pricing.reconcile.history import HistoryError, append, error_band, ranges
from stacks.sections.measures import Usage
from tests.pricing.reconcile.exports import compared, cur, line, read, used

D = Decimal
EKS = "APN2-AmazonEKS-Hours:perCluster"
WRITTEN = date(2026, 11, 3)


def month(folder, name, end, usd, hours):
    return compared(
        read(folder, cur(used("AmazonEKS", EKS, hours, usd), month=name, end=end)), line("eks/cluster-standard", 730)
    )


def measured(amount, key="natGb"):
    return Measured(key=key, foreseen=D(100), measured=D(amount), usage_type="APN2-NatGateway-Bytes")


@pytest.fixture
def kept(tmp_path):
    path = tmp_path / "reconciled.json"
    append(month(tmp_path, "2026-10", "2026-11-01", "72.1", 744), [measured("90")], today=WRITTEN, path=path)
    append(month(tmp_path, "2026-08", "2026-09-01", "77.5", 744), [measured("120")], today=WRITTEN, path=path)
    append(month(tmp_path, "2026-09", "2026-10-01", "72", 720), [measured("99")], today=WRITTEN, path=path)
    return path


def test_until_a_month_is_there_the_band_is_not_measured(tmp_path):
    found = error_band("dev", tmp_path / "reconciled.json")

    assert str(found) == "not measured"
    assert found.sentence.startswith("error band: not measured; no month of this stack is reconciled")
    assert found.document() == {"measured": False, "months": [], "low": None, "high": None, "text": "not measured"}


def test_the_shipped_band_is_not_measured_while_no_month_is_shipped():
    assert str(error_band("no-such-stack")) == "not measured"


def test_the_band_is_the_least_and_the_largest_error_of_the_months(kept):
    # 72.1 of 74.4 foreseen, 77.5 of 74.4, 72 of 72.
    found = error_band("dev", kept)

    assert str(found) == "-3.1 % to +4.2 % over 3 reconciled months (2026-08 to 2026-10)"
    assert found.sentence == (
        "error band: billed -3.1 % to +4.2 % over 3 reconciled months (2026-08 to 2026-10), against what was foreseen"
    )
    assert (round(found.low, 6), round(found.high, 6)) == (D("-0.030914"), D("0.041667"))
    assert str(error_band("prod", kept)) == "not measured"


def test_one_month_is_no_range(tmp_path):
    path = tmp_path / "reconciled.json"
    append(month(tmp_path, "2026-10", "2026-11-01", "74.4", 744), [], today=WRITTEN, path=path)

    assert str(error_band("dev", path)) == "+0.0 % in 1 reconciled month (2026-10)"


def test_a_figure_s_range_is_that_of_the_months_and_a_stack_file_takes_it(kept):
    found = ranges("dev", [measured("111")], "2026-11", kept)

    assert found == {
        "natGb": {
            "low": D(90),
            "base": D(105),
            "high": D(120),
            "source": "measured: reconciled 2026-08 to 2026-11",
        }
    }
    assert Usage.model_validate_json(json.dumps(found, default=float)).nat_gb.evidence == "measured"
    assert ranges("prod", [measured("7")], "2026-11", kept)["natGb"]["source"] == "measured: reconciled 2026-11"


def test_a_month_is_kept_once_and_whole(tmp_path, kept):
    before = kept.read_bytes()

    with pytest.raises(HistoryError, match=r"has 2026-10 of dev already; remove that entry first"):
        append(month(tmp_path, "2026-10", "2026-11-01", "1", 744), [], today=WRITTEN, path=kept)
    with pytest.raises(HistoryError, match=r"2026-07 is covered for 240 of 744 hours; allowed is a whole month"):
        append(month(tmp_path, "2026-07", "2026-07-11", "1", 240), [], today=WRITTEN, path=kept)
    empty = compared(read(tmp_path, cur(used("AmazonEKS", EKS, 1, 1))))
    with pytest.raises(HistoryError, match="nothing was foreseen"):
        append(empty, [], today=WRITTEN, path=kept)
    assert kept.read_bytes() == before


def test_what_is_kept_names_its_export_and_sums(kept):
    (entry,) = [each for each in json.loads(kept.read_text())["months"] if each["month"] == "2026-10"]

    assert len(entry.pop("sha256")[0]) == 64
    assert entry == {
        "stack": "dev",
        "month": "2026-10",
        "foreseen": "74.400000",
        "billed": "72.100000",
        "byCapability": {"platform": {"foreseen": "74.400000", "billed": "72.100000"}},
        "figures": {"natGb": "90.000000"},
        "scope": "account-wide",
        "form": "AWS Cost and Usage Report",
        "written": "2026-11-03",
    }


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda document: document.update(format=2), "allowed is a mapping with format 1 and a list of months"),
        (lambda document: document.update(months={}), "allowed is a mapping with format 1"),
        (lambda document: document["months"][0].pop("scope"), "months: an entry is refused; allowed are billed, "),
        (lambda document: document["months"][0].update(month="2026-13"), "months: an entry is refused"),
        (lambda document: document["months"][0].update(stack=1), "months: an entry is refused"),
        (lambda document: document["months"][0].update(billed="much"), "dev 2026-08: billed: 'much' is refused"),
        (lambda document: document["months"][0].update(billed=1), "dev 2026-08: "),
        (lambda document: document["months"][0].update(foreseen="0"), "dev 2026-08: foreseen: 0 is refused"),
        (lambda document: document["months"][0].update(figures=[]), "dev 2026-08: "),
    ],
)
def test_a_broken_file_of_months_is_refused(kept, change, told):
    document = json.loads(kept.read_text())
    change(document)
    kept.write_text(json.dumps(document))

    with pytest.raises(HistoryError) as refused:
        error_band("dev", kept)
    assert str(refused.value).startswith(f"{kept}: ")
    assert told in str(refused.value)


@pytest.mark.parametrize("content", [b"{", b"\xff", b"[" * 100_000, b"[]"])
def test_what_is_no_json_is_refused(tmp_path, content):
    path = tmp_path / "reconciled.json"
    path.write_bytes(content)

    with pytest.raises(HistoryError, match=r"reconciled\.json: "):
        error_band("dev", path)


@pytest.mark.parametrize("billed", ["-295", "0"])
def test_a_month_of_credits_alone_is_not_kept(tmp_path, billed):
    path = tmp_path / "reconciled.json"

    with pytest.raises(HistoryError, match="allowed is a month that cost"):
        append(month(tmp_path, "2026-10", "2026-11-01", billed, 744), [], today=WRITTEN, path=path)
    assert not path.exists()
