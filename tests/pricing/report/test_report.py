"""What a reader sees of an estimate: lines, gaps and assumptions, and nothing that a terminal or a forge obeys."""

import json
from decimal import Decimal
from pathlib import Path

import jsonschema
import pytest

from pricing.report.document import text as as_json
from pricing.report.markdown import render_markdown
from pricing.report.text import render_text
from pricing.report.view import SHOWN
from stacks.sections.measures import Spread, Usage
from tests.pricing.declared.files import (
    BOOK,
    INSTANCE,
    NAT,
    QUEUE,
    QUIET,
    digest,
    events,
    priced,
    provider,
    resource,
    state,
    step,
    urn,
)

DOCS = Path(__file__).parents[3] / "docs"
SCHEMA = json.loads((DOCS / "pricing.schema.json").read_text())
WEB = resource(INSTANCE, "www", {"instanceType": "t3.micro", **QUIET})
SMALL = state(
    provider(),
    WEB,
    resource(INSTANCE, "old", {"instanceType": "t3.large"}, delete=True),
    resource(NAT, "nat", {}),
    *(resource(QUEUE, f"jobs-{place}") for place in range(5)),
)


def test_the_whole_text_of_a_small_bill():
    assert render_text(priced(SMALL), "state.json").splitlines() == [
        "state.json: state of stack dev, project web",
        "as of 2026-11-23, prices of ap-northeast-2 (newest of 2026-10-01), USD a month of 730 hours before VAT",
        "",
        "    USD   high",
        "  43.07  43.07  nat (aws:ec2/natGateway:NatGateway): NAT hours, 730 Hrs at 0.059 (fixed, exact)",
        "   9.49   9.49  www (aws:ec2/instance:Instance): instance, 730 Hrs at 0.013 (fixed, exact)",
        "   1.82   1.82  www (aws:ec2/instance:Instance): root disk, 20 GB-Mo at 0.0912 (assumption, exact)",
        "  54.38  54.38  total, at least",
        "",
        "with 10% VAT 59.82 USD",
        "",
        "Gaps: billed, and missing from the total",
        "  jobs-0, jobs-1, jobs-2 and 2 more (aws:sqs/queue:Queue): is billed by request; the book has no price",
        "  nat (aws:ec2/natGateway:NatGateway): NAT data: landing:usage.natGb is not set",
        "  a figure of landing:usage is given by --usage FILE: natGb: 100 for landing:usage.natGb",
        "",
        "Left out",
        "  1 waits to be deleted",
        "",
        "at least 54.38 USD (high 54.38) a month, 8 resources, 6 gaps",
    ]


def test_markdown_says_the_same_in_cells():
    written = render_markdown(priced(SMALL)).splitlines()

    assert written[:3] == [
        "## Bill of the state of `dev` in `web`",
        "",
        "**at least 54.38 USD (high 54.38) a month, 8 resources, 6 gaps**",
    ]
    assert (
        "| `nat` | `aws:ec2/natGateway:NatGateway` | NAT hours, 730 Hrs at 0.059 (fixed, exact) | 43.07 | 43.07 |"
        in written
    )
    assert "| **total** | | | **at least 54.38** | **54.38** |" in written


def test_a_long_bill_is_summed_up_and_adds_up():
    many = [resource(INSTANCE, f"www-{place:02}", {"instanceType": "t3.micro", **QUIET}) for place in range(30)]

    written = render_text(priced(state(provider(), *many)), "state.json").splitlines()

    assert written[SHOWN + 4 : SHOWN + 10] == [
        f"   36.48   36.48  {60 - SHOWN} more lines; --format json has all",
        "  339.42  339.42  total",
        "",
        "By type",
        "     USD    high",
        "  339.42  339.42  aws:ec2/instance:Instance",
    ]


def test_a_range_of_usage_is_told_with_both_ends():
    usage = Usage.model_construct(nat_gb=Spread.model_validate_json('{"low": 10, "base": 20, "high": 30}'))

    told = render_text(priced(state(provider(), resource(NAT, "nat")), usage), "-")

    assert (
        "usage is given as a range: 43.66 USD at its low end, 44.25 at its base; the high bound holds its high end"
        in told
    )


def test_what_a_formula_works_out_is_marked_and_a_bare_number_is_named():
    group = resource("aws:cloudwatch/logGroup:LogGroup", "flows", {"name": "/aws/vpc/x", "retentionInDays": 30})
    document = state(provider(), resource(NAT, "nat"), group, resource("aws:ec2/flowLog:FlowLog", "flows", {}))
    usage = Usage.model_construct(nat_gb=Spread.of(Decimal(20)))

    told = render_text(priced(document, usage), "-")

    # 7.7 GB at five nodes, and two at least; what is kept of it follows.
    assert "ingestion, 3.08 GB at 0.76 (computed, exact)" in told
    assert "GB-Mo at 0.0314 (computed, exact)" in told
    assert "NAT data, 20 GB at 0.059 (usage, exact)" in told
    assert "flowLogGb is not given: 3.08 (1.54 to 6.16), computed: 7.7 GB at 5 nodes" in told
    assert "1 figure has no range, so the high end of usage takes it as it is: natGb" in told
    assert "has no range" not in render_text(priced(document), "-")


@pytest.mark.parametrize(
    "document",
    [
        SMALL,
        state(),
        state(resource(NAT, "x", {}, outputs={"region": "eu-west-1"})),
        digest(step("create", WEB), step("delete", None, resource(NAT, "gone")), config={}),
        events(),
        json.dumps({"resources": [], "schemaVersion": "1.1"}),
        json.dumps({"changeSummary": {"same": 3}}),
    ],
)
def test_the_json_satisfies_the_published_schema(document):
    written = as_json(priced(document))

    jsonschema.validate(json.loads(written), SCHEMA)
    assert written == json.dumps(json.loads(written), indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def test_the_schema_refuses_an_unknown_key():
    document = json.loads(as_json(priced(SMALL)))
    document["cost"]["discount"] = 0

    with pytest.raises(jsonschema.ValidationError, match="discount"):
        jsonschema.validate(document, SCHEMA)


def test_a_line_and_a_gap_have_the_keys_that_the_preview_s_have():
    preview = json.loads((DOCS / "preview.schema.json").read_text())["$defs"]

    assert {name: SCHEMA["$defs"][name]["required"] for name in ("line", "unpriced")} == {
        name: preview[name]["required"] for name in ("line", "unpriced")
    }


def test_the_json_has_every_line_and_gap():
    document = json.loads(as_json(priced(SMALL)))

    assert document["source"] == {
        "form": "state",
        "stack": "dev",
        "project": "web",
        "resources": 8,
        "leftOut": [{"reason": "waits to be deleted", "resources": 1}],
    }
    assert document["prices"] == {"region": BOOK.region, "published": BOOK.published.isoformat()}
    assert [line["usdPerMonth"] for line in document["cost"]["lines"]] == [9.49, 1.824, 43.07]
    assert len(document["cost"]["unpriced"]) == 6
    assert document["cost"]["total"] == 54.384


EVIL = "\x1b[31mred\x07\x9b2J\u202e\u2028`|<img src=x>[a](http://b)@all\r\n| x |\ud800"


def test_a_name_is_shown_and_never_obeyed():
    tokens = (QUEUE, INSTANCE, f"acme:{EVIL}:Thing")
    things = [
        {**resource(token, inputs={"instanceType": "t3.micro", **QUIET}), "urn": urn(token, EVIL)} for token in tokens
    ]
    found = priced(state(*things).replace("urn:pulumi:dev::web", f"urn:pulumi:{json.dumps(EVIL)[1:-1]}::web"))

    for written in (render_text(found, EVIL), render_markdown(found), as_json(found)):
        assert not set("\x1b\x07\x9b\u202e\u2028\r\ud800") & set(written)
        written.encode()
    assert "\\x1b[31mred\\x07\\x9b2J\\u202e\\u2028" in render_text(found, "-")
    for line in render_markdown(found).splitlines():
        outside_of_code = "".join(line.split("`")[::2])
        assert not [part for part in ("<img", "@all", "](http") if part in outside_of_code]
    assert json.loads(as_json(found))["cost"]["unpriced"][0]["urn"].endswith(EVIL)


def test_a_name_without_an_end_is_cut_for_people():
    found = priced(state(resource(QUEUE, "x" * 10_000)))

    assert max(map(len, render_text(found, "-").splitlines())) < 300
    assert len(as_json(found)) > 10_000
