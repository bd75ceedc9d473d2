"""``--explain``: from a resource to its row, rules, measurements, dollars and controls."""

from dataclasses import replace
from decimal import Decimal

import pytest
from typer import Typer
from typer.testing import CliRunner

from policy.ledger.rows import ROWS
from preview import run
from preview.__main__ import main
from preview.docs.decision_page import decision_index, decision_page
from preview.questions.explain.break_even import break_even_lines
from preview.questions.explain.collect import collect_explanation
from preview.questions.explain.subject import UnknownSubjectError, find_subject
from preview.questions.explain.text import explain
from preview.report.json import read_json, write_json
from preview.view import bill_view
from pricing.money import cents
from stacks.environments import stack_names

CLUSTER = "aws:docdb/cluster:Cluster"


def urn(preview, kind, name):
    return next(made.urn for made in preview.recording.registrations if (made.type, made.name) == (kind, name))


def ask(*arguments):
    app = Typer(pretty_exceptions_enable=False)
    app.command()(main)
    return CliRunner().invoke(app, ["prod", "--today", "2026-11-23", *arguments])


@pytest.fixture
def previewed(prod, monkeypatch):
    monkeypatch.setattr(run, "preview_stack", lambda *_: prod)


def test_a_resource_leads_to_its_component_row_rules_dollars_and_controls(prod):
    told = collect_explanation(prod, f"{CLUSTER}::documents")

    assert told["component"] == {"type": "alphacar:documents:Documents", "name": "documents"}
    assert (told["decision"]["row"], told["decision"]["choice"]) == (1, "documentdb")
    assert {"data-is-encrypted", "replaced-systems-stay-out", "types-are-priced"} <= {
        rule["policy"] for rule in told["rules"]
    }
    assert "no-open-ingress" not in {rule["policy"] for rule in told["rules"]}
    assert [check["property"] for each in told["requirements"] for check in each["checks"]] == ["backupRetentionPeriod"]
    controls = {control["control"]: control["outcome"] for control in told["controls"]}
    assert controls["DocumentDB.1"] == "holds"


def test_a_resource_s_dollars_are_its_lines(prod):
    told = collect_explanation(prod, f"{CLUSTER}::documents")

    own = [line for line in prod.bill.lines if line.urn == told["subject"]["urn"]]
    assert len(told["cost"]["lines"]) == len(own) > 0
    assert told["cost"]["total"] == sum(line.usd_per_month for line in own)


def test_a_component_costs_what_it_holds(prod):
    told = collect_explanation(prod, "cache:Cache::cache")

    total = sum(line.usd_per_month for line in prod.bill.lines if "$aws:elasticache/" in line.urn)
    assert told["cost"]["total"] == total
    assert told["subject"]["children"] > 5


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.capability)
def test_every_capability_is_explained_to_its_last_cent(prod, row):
    told = collect_explanation(prod, row.capability)

    billed = prod.bill.by_capability().get(row.capability, Decimal(0))
    assert told["cost"]["total"] == round(billed, 6)
    assert told["decision"]["reason"]
    assert explain(prod, row.capability).startswith(f"{row.capability} in prod on 2026-11-23\n")


def test_a_conditional_row_shows_its_measurement_and_where_the_prices_cross(prod):
    told = collect_explanation(prod, "logs")
    text = explain(prod, "logs")

    assert told["measurements"][-1]["value"] == prod.settings.volumes.log_gb_per_month[-1].value
    assert told["breakEven"]["guideLine"] == 100
    assert f"they cost the same at {told['breakEven']['crossing']:,} GB of logs a month" in text
    assert "its own prices meet at 224.36" in text


def test_an_incumbent_is_refused_only_where_its_target_was_chosen(prod, prod_with_140_gb):
    assert [each["system"] for each in collect_explanation(prod, "logs")["refused"]] == ["loki"]
    assert collect_explanation(prod_with_140_gb, "logs")["refused"] == []
    assert [each["system"] for each in collect_explanation(prod, "workflow")["refused"]] == ["kafka", "msk"]


def test_a_control_that_does_not_hold_says_so(prod):
    made = [
        replace(item, inputs={**item.inputs, "storageEncrypted": False}) if item.type == CLUSTER else item
        for item in prod.recording.registrations
    ]
    broken = replace(prod, recording=replace(prod.recording, registrations=tuple(made)))

    assert "DocumentDB.1: storageEncrypted must be true" in explain(broken, f"{CLUSTER}::documents")
    controls = collect_explanation(broken, f"{CLUSTER}::documents")["controls"]
    assert [each["control"] for each in controls if each["control"] and each["outcome"] == "fails"] == ["DocumentDB.1"]


def test_a_urn_and_each_of_its_unique_parts_mean_the_same(prod):
    whole = urn(prod, CLUSTER, "documents")

    for part in (whole, whole.split("::", 2)[2], f"{CLUSTER}::documents", "docdb/cluster::documents"):
        assert find_subject(prod, part).urn == whole
    assert find_subject(prod, "cluster-eksCluster").type == "aws:eks/cluster:Cluster"


def test_a_capability_comes_before_a_resource_of_its_name(prod):
    assert find_subject(prod, "documents").capability == "documents"


def test_a_name_of_several_resources_lists_them(prod):
    with pytest.raises(UnknownSubjectError) as raised:
        find_subject(prod, "network-nat-a")

    assert str(raised.value) == (
        "--explain: 'network-nat-a' means 2 resources of prod; "
        "allowed is one of ec2/eip::network-nat-a, ec2/natGateway::network-nat-a"
    )


def test_an_unknown_name_is_bad_input_that_names_the_nearest(previewed):
    done = ask("--explain", "documnts")

    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith("error: --explain: 'documnts' is neither a capability nor a resource of prod")
    assert "nearest are documents" in done.stderr


def test_the_answer_is_also_json(previewed, prod):
    done = ask("--explain", "traces", "--format", "json")

    assert done.exit_code == 0
    assert done.stdout == write_json(collect_explanation(prod, "traces"))
    assert read_json(done.stdout)["subject"] == {"kind": "capability", "name": "traces"}


def test_an_answer_has_no_markdown(previewed):
    done = ask("--explain", "traces", "--format", "markdown")

    assert done.exit_code == 2
    assert done.stderr == "error: --format: 'markdown' is refused; allowed are text, json\n"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.capability)
def test_a_capability_costs_the_same_wherever_it_is_printed(prod, row):
    billed = bill_view(prod).row(row.capability)
    shown = (billed.priced.cents, billed.high.cents) if billed.priced else None
    (page,) = (each for each in decision_page(row, {"prod": prod})["stacks"] if each["name"] == "prod")
    stacks = dict.fromkeys(stack_names(), prod)
    listed = next(each for each in decision_index(stacks)["rows"] if each["capability"] == row.capability)

    assert (page["priced"], page["high"]) == (shown or ("-", "-"))
    assert listed["priced"] == (shown[0] if shown else "-")
    if shown:
        assert f"{shown[0]} USD a month (high {shown[1]})" in explain(prod, row.capability)


def test_the_index_s_prices_add_up_to_its_total_but_for_half_a_cent_each(prod):
    told = decision_index(dict.fromkeys(stack_names(), prod))
    priced = [row["priced"] for row in told["rows"] if row["priced"] != "-"]

    assert told["total"].endswith(str(cents(prod.bill.usd_per_month)))
    assert abs(sum(priced) - cents(prod.bill.usd_per_month)) <= Decimal("0.005") * len(priced)


def test_the_break_even_is_an_aligned_table(prod):
    told = collect_explanation(prod, "logs")["breakEven"]

    lines = explain(prod, "logs").splitlines()

    head = next(place for place, line in enumerate(lines) if line.startswith("  break-even"))
    assert lines[head].split(maxsplit=1)[1].split("  ")[0] == "system"
    assert "USD at 100 GB of logs  cheaper" in lines[head]
    column = lines[head].index("  cheaper")
    for way, cheaper in zip(told["ways"], ("up to", "beyond"), strict=True):
        line = next(line for line in lines[head:] if line.strip().startswith(f"{way['system']} "))
        assert line[:column].endswith(f" {way['usdAtLine']:.2f}")
        assert line[column:].startswith(f"  {cheaper} {told['crossing']:,} ")
    cases = next(place for place, line in enumerate(lines) if line.strip().startswith("if instead"))
    column = lines[cases].index("  because")
    for case in told["cases"]:
        line = next(line for line in lines[cases:] if line.strip().startswith(case["name"]))
        assert line[:column].endswith(f" {case['crossing']:,}")
    assert max(map(len, lines)) <= 120


@pytest.mark.parametrize(("dearer", "where"), [(-1, ["always", "never"]), (1, ["never", "always"])])
def test_a_break_even_without_a_crossing_says_which_way_is_always_cheaper(prod, dearer, where):
    told = collect_explanation(prod, "logs")["breakEven"]
    cases = [{**case, "crossing": None} for case in told["cases"]]

    lines = list(break_even_lines({**told, "crossing": None, "dearerAtLine": dearer, "cases": cases}, 104))

    assert [word for line in lines for word in line.split() if word in ("always", "never")][:2] == where
    assert "they cost the same never; the guide's line is 100" in "\n".join(lines)
