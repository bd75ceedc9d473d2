"""What a person typed is text in every format: no markup, link, mention or escape sequence, whichever field it is in."""

import json
import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from markdown_it import MarkdownIt

from policy.ledger.decide import decide
from preview.docs.__main__ import COST_PAGE, _rows, cost_pages
from preview.docs.costs import gather_costs
from preview.packs.finding import Finding
from preview.questions.diff import text as difference
from preview.report.render import render
from preview.result import Preview
from preview.simulate.recorder import Recording
from preview.simulate.registration import Registration
from pricing import meter
from pricing.book import Book
from pricing.report.escape import prose
from stacks.environments import promotion_order
from stacks.section import Waiver
from stacks.sections.account import Discount, Exchange
from stacks.sections.measures import Spread
from tests.conftest import TODAY
from tests.preview.report.test_html import Page

D = Decimal
BOOK = Book.load()
OBEYED = "\x1b]8;;https://evil.example\x07\x9b\u202e\u200b"
CONTROLS = set(OBEYED) - set(map(chr, range(32, 127)))
MARKUP = "[red]x[/red] [a](https://evil.example) ![a](//e.x) **bold** `code` ~~gone~~ <img src=x onerror=y> | &amp; $x$"
MENTIONS = "@team #1 !2 o/r#3 www.evil.example ftp://e.x someone@evil.example :x: \n# head\n- ALLOWED"
EVIL = f"typed {OBEYED} {MARKUP} {MENTIONS} end"
NAT = "aws:ec2/natGateway:NatGateway"
BLOCK = re.compile(r"<code>.*?</code>|<pre>.*?</pre>", re.DOTALL)


def hostile(settings, stack):
    """A preview of a stack whose every field that takes text has such text, and whose resources are called so."""
    made = settings(stack)
    exchange = Exchange.model_construct(currency="KRW", per_usd=D(1450), as_of=date(2026, 11, 1), source=EVIL)
    discounts = {EVIL: Discount.model_construct(percent=D(5), source=EVIL, service=None)}
    waiver = Waiver.model_construct(
        row="documents", policy=None, urn=f"*{EVIL}", reason=EVIL, owner=EVIL, ticket=EVIL, expires=date(2027, 1, 1)
    )
    spread = Spread.model_construct(low=D(1), base=D(2), high=D(3), source=f"guess: {EVIL}")
    volumes = {name: getattr(made.volumes, name) for name in ("log_gb_per_month", "traces_per_month")}
    windows = {
        name: tuple(each.model_copy(update={"source": EVIL}) for each in found) for name, found in volumes.items()
    }
    chosen = made.model_copy(
        update={
            "account": made.account.model_copy(update={"exchange": exchange, "discounts": discounts}),
            "exceptions": (waiver,),
            "usage": made.usage.model_copy(update={"nat_gb": spread}),
            "volumes": made.volumes.model_copy(update=windows),
        }
    )
    urn = f"urn:pulumi:{stack}::landing::{NAT}::{EVIL}"
    nat = Registration(urn=urn, type=NAT, name=EVIL, inputs={"tags": {"team": EVIL, EVIL: "x"}})
    strange = Registration(urn=f"urn:pulumi:{stack}::landing::{EVIL}::y", type=EVIL, name="y", inputs={"a": EVIL})
    registrations = (nat, strange)
    return Preview(
        settings=chosen,
        today=TODAY,
        recording=Recording("landing", stack, registrations, {"out": EVIL}),
        decisions=tuple(decide(chosen, TODAY).values()),
        bill=meter.compute_bill([each.resource() for each in registrations], chosen.usage, BOOK),
        vat=BOOK.vat,
        findings=(Finding(pack="cost", policy="budget", level="advisory", urn=urn, message=EVIL, kind="waived"),),
    )


@pytest.fixture
def stacks(settings):
    return {name: hostile(settings, name) for name in promotion_order()}


def page_of(markdown):
    """What a forge makes of it: the HTML, and of that the text outside of code."""
    found = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(markdown)
    return found, Page(BLOCK.sub("", found)).text


def assert_harmless(markdown):
    html, text = page_of(markdown)

    assert not CONTROLS & set(markdown), "control characters"
    tags = {tag for tag, _ in Page(html).elements}
    assert not tags & {"img", "s", "em"}, tags
    assert "evil" not in " ".join(re.findall(r"<(?:a|strong)\b.*?</", html)), "a link, or bold"
    assert "<strong>bold" not in html
    assert not re.search(r"^\s*(<[^>]+>)*\s*(# head|- ALLOWED)", html, re.MULTILINE)
    # A forge finds these in the text, however they were written.
    assert not re.search(r"@\w|#\d|!\d|https?://|ftp://|www\.|:x:", text), text
    assert "typed" in html


def test_no_comment_obeys_what_was_typed(stacks):
    assert_harmless(render(stacks["prod"], "markdown"))


def test_no_page_of_docs_obeys_what_was_typed(stacks):
    page = cost_pages(gather_costs(stacks, stacks["prod"], BOOK, TODAY))[COST_PAGE]
    # The page's own picture and links are none of it.
    assert_harmless(page.replace("![What staying and moving", "What staying and moving"))
    waived = next(text for name, text in _rows(stacks, BOOK) if name.startswith("01-"))
    below = waived.partition("## Waivers")[2].partition("```yaml")[0]
    assert_harmless(below)
    assert len([line for line in below.splitlines() if "typed" in line]) == len(stacks)
    # Nothing typed made a cell or ended one.
    assert {line.replace("\\|", "").count("|") for line in below.splitlines() if line.startswith("|")} == {7}


def test_no_terminal_obeys_what_was_typed(stacks):
    written = render(stacks["prod"], "text")

    assert not CONTROLS & set(written)
    assert "\\x1b]8;;https://evil.example\\x07" in written
    assert "[red]x[/red]" in written
    assert not re.search(r"^\s*(# head|- ALLOWED)", written, re.MULTILINE)


def test_no_browser_obeys_what_was_typed(stacks):
    written = render(stacks["prod"], "html")

    assert not CONTROLS & set(written)
    found = Page(written)
    assert not found.astray
    assert not [each for each in found.elements if each[0] == "img" or "onerror" in each[1]]
    assert all(attrs["href"].startswith("#") for tag, attrs in found.elements if tag == "a")
    assert "<img src=x onerror=y>" in found.text


def test_json_has_it_whole_and_nothing_that_a_terminal_obeys(stacks):
    written = render(stacks["prod"], "json")

    assert not (CONTROLS - {"\u200b"}) & set(written)
    assert EVIL in json.loads(written)["findings"][0]["message"]


#: What is typed of a waiver.
WAIVER = ("policy", "row", "urn", "expires", "owner", "ticket", "reason")


def test_no_difference_obeys_what_was_typed():
    change = {"before": D(1), "after": D(2), "delta": D(1)}
    room = {"cpuMillis": 1, "memoryMib": 1, "pods": 1}
    finding = {"kind": "new", "level": "advisory", "pack": EVIL, "policy": "x", "urn": f"a::{EVIL}", "message": EVIL}
    told = {
        "stack": "prod",
        "today": "2026-11-23",
        "against": EVIL,
        "changes": [],
        "notes": [EVIL],
        "blocked": False,
        "waivers": {
            "changes": [{**dict.fromkeys(WAIVER, EVIL), "change": "added", "before": {"urn": EVIL}, "not": EVIL}],
            "owners": {"added": [EVIL], "removed": [EVIL]},
            "judges": [EVIL],
            "findings": 1,
            "resources": 1,
            "share": D(0),
            "grave": [],
            "unverified": EVIL,
        },
        "decisions": [{"capability": "logs", "before": "x", "after": "y", "reason": [EVIL]}],
        "resources": [
            {
                "type": EVIL,
                "added": 1,
                "removed": 0,
                "changed": 0,
                "which": [
                    {
                        "urn": f"a::{EVIL}",
                        "change": "changed",
                        "effect": "replaces",
                        "protected": True,
                        "properties": [EVIL],
                        "values": [{"path": EVIL, "before": EVIL, "after": {EVIL: EVIL}, "replaces": True}],
                    }
                ],
            }
        ],
        "cost": {"capabilities": [], "total": change, "totalHigh": change, "budget": change},
        "capacity": {"before": None, "after": {**dict.fromkeys(("requests", "allocatable"), room), "fits": False}},
        "findings": {"appeared": [finding], "disappeared": [finding], "blocking": [finding]},
    }

    assert_harmless(difference.render_markdown(told))
    plain = difference.render_text(told)
    assert not CONTROLS & set(plain)
    assert not re.search(r"^\s*(# head|- ALLOWED)", plain, re.MULTILINE)


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("plain words, 20 % of db.t4g (a class): fine", "plain words, 20 % of db.t4g (a class): fine"),
        ("cross_zone_gb", "cross_zone_gb"),
        ("_so_", "&#95;so&#95;"),
        ("@all", "&#64;&#8203;all"),
        ("https://e.x", "https:&#8203;//e.x"),
        ("arn:aws:iam::1:role/x", "arn:aws:iam::1:role/x"),
        ("한국어\u3000전각", "한국어\u3000전각"),
    ],
)
def test_prose_changes_only_what_would_be_obeyed(typed, written):
    assert prose(typed) == written


def test_a_name_that_is_code_does_not_end_it(stacks):
    named = replace(stacks["prod"].recording.registrations[0], name="a\n```\n# b")
    recording = replace(stacks["prod"].recording, registrations=(named,))
    html, _ = page_of(render(replace(stacks["prod"], recording=recording), "markdown"))

    assert "<h1>" not in html
