"""The report as a page: whole, well-formed, on its own, and harmless whatever a resource is called."""

import os
import pickle
import re
import subprocess
import sys
from base64 import b64encode
from dataclasses import replace
from decimal import Decimal
from hashlib import sha256
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from preview.charts.bars import Bar, Row, draw_bars
from preview.money import cents
from preview.packs.finding import Finding
from preview.report.html import render_html
from preview.report.render import render
from pricing.bill import Unpriced

ROOT = Path(__file__).parents[3]
#: Elements that HTML never closes.
VOID = {"input", "meta", "wbr"}
SVG = "{http://www.w3.org/2000/svg}"
#: A page of 360 pixels leaves a picture this much; no letter is wider than this, and texts need some room between them.
PHONE, LETTER, ROOM = 328, 7.8, 6
TRICK = "<script>alert('&\"')</script>"


class Page(HTMLParser):
    """What a browser reads: the text, each element with its attributes, and what was not closed in turn."""

    def __init__(self, source):
        super().__init__()
        self.text, self.elements, self.open, self.astray = "", [], [], []
        self.feed(source)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.astray.append(tag)

    def handle_data(self, data):
        self.text += data


@pytest.fixture(scope="module")
def source(prod):
    return render(prod, "html")


@pytest.fixture(scope="module")
def page(source):
    return Page(source)


@pytest.fixture(scope="module")
def pictures(source):
    return [ET.fromstring(svg) for svg in re.findall(r"<svg.*?</svg>", source, re.DOTALL)]  # noqa: S314 - ours


def test_the_same_preview_gives_the_same_bytes_under_another_hash_seed(prod, source):
    program = "import pickle, sys; from preview.report.html import render_html; print(render_html(pickle.load(sys.stdin.buffer)), end='')"
    bare = {"PATH": os.environ["PATH"], "PYTHONHASHSEED": "12345", "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        [sys.executable, "-c", program], input=pickle.dumps(prod), capture_output=True, check=True, cwd=ROOT, env=bare
    )

    assert done.stdout.decode() == source


def test_the_page_and_its_six_pictures_are_well_formed(page, pictures):
    assert (page.open, page.astray) == ([], [])
    assert len(pictures) == len(("budget", "architecture", "bill", "logs", "traces", "capacity"))


def test_verdict_totals_findings_and_reasons_stand_in_it(prod, page):
    assert "prod: ALLOWED: no mandatory findings" in page.text
    for amount in (prod.bill.usd_per_month, prod.bill.usd_per_month_high):
        assert str(cents(amount)) in page.text
    for finding in prod.findings:
        assert finding.message in page.text
    for decision in prod.decisions:
        assert all(reason in page.text for reason in decision.reason)
    for made in prod.recording.registrations:
        assert made.name in page.text


def test_each_line_of_the_bill_stands_in_it(prod, source):
    (lines,) = re.findall(r"Bill line by line.*</section>\n<section id=\"decisions\">", source, re.DOTALL)

    assert lines.count("<tr data-row") == len(prod.bill.lines)


def test_nothing_outside_the_page_is_asked_for(source, page):
    asking = {"link", "img", "iframe", "object", "embed", "base", "form", "use", "image"}
    assert not asking & {tag for tag, _ in page.elements}
    for _, attributes in page.elements:
        assert not {"src", "srcset", "style", "data"} & set(attributes)
        assert not [name for name in attributes if name.startswith("on")]
        assert attributes.get("href", "#").startswith("#")
    (sheet,) = re.findall(r"<style>(.*?)</style>", source, re.DOTALL)
    assert not re.search(r"url\(|@import|https?:|expression", sheet)


def test_the_one_script_is_ours_and_the_policy_names_it_by_its_hash(source, page):
    (script,) = re.findall(r"<script>(.*?)</script>", source, re.DOTALL)

    assert [attributes for tag, attributes in page.elements if tag == "script"] == [{}]
    assert script == (ROOT / "preview" / "report" / "templates" / "report.js").read_text()
    policy = next(
        attributes["content"] for tag, attributes in page.elements if tag == "meta" and "http-equiv" in attributes
    )
    digest = b64encode(sha256(script.encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'"
    assert not re.search(
        r"innerHTML|insertAdjacentHTML|document\.write|eval\(|Function\(|fetch|XMLHttpRequest|import\(", script
    )


def test_secrets_and_unknowns_print_as_such(source, page):
    assert '"kubeconfig": "[secret]"' in page.text
    assert '"vpcId": "[unknown]"' in page.text
    assert "4dabf18193072939515e22adb298388d" not in source


def test_names_messages_and_properties_from_the_program_are_escaped(prod):
    made, line = prod.recording.registrations[-1], prod.bill.lines[-1]
    urn = f"urn:pulumi:prod::alphacar-landing-zone::aws:s3/bucket:Bucket::{TRICK}"
    renamed = replace(made, urn=urn, name=TRICK, inputs={TRICK: TRICK})
    tricked = replace(
        prod,
        recording=replace(prod.recording, registrations=(*prod.recording.registrations[:-1], renamed)),
        bill=replace(
            prod.bill,
            lines=(*prod.bill.lines[:-1], replace(line, urn=urn, item=TRICK)),
            unpriced=(Unpriced(urn, TRICK, "platform", TRICK, "type"),),
        ),
        findings=[Finding("pack", TRICK, "mandatory", urn=urn, message=TRICK, kind="violation")],
    )

    page = Page(render_html(tricked))

    assert [tag for tag, _ in page.elements].count("script") == 1
    assert page.text.count(TRICK) >= 8
    assert "at least" in page.text
    assert "prod: BLOCKED" in page.text


def test_what_blocks_is_told_first(prod):
    findings = [
        Finding("pack", name, level, urn="", message=name, kind="waived" if name == "b" else "advisory")
        for name, level in (("a", "advisory"), ("b", "mandatory"), ("c", "mandatory"))
    ]

    source = render_html(replace(prod, findings=findings))

    assert re.findall(r'class="badge (mandatory|waived|advisory)">\1<', source.partition('id="bill"')[0]) == [
        "mandatory",
        "waived",
        "advisory",
    ]


def test_every_link_leads_to_something_and_each_resource_explains_itself_once(prod, source, page):
    names = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    links = {attributes["href"].removeprefix("#") for tag, attributes in page.elements if tag == "a"}

    assert len(names) == len(set(names))
    assert links <= set(names)
    assert {f"r{number}" for number in range(len(prod.recording.registrations))} <= set(names)
    # The sum, the row that decided it, where its price comes from, and what is demanded of it.
    (told,) = re.findall(
        r'<div class="why" id="r\d+">((?:(?!</div>).)*Instance::workflow-database</small>)', source, re.DOTALL
    )[-1:]
    for part in ("21.27 USD a month", "workflow, replace: ", "Price List", "holds: storageEncrypted must be true"):
        assert part in told


def test_the_head_tells_the_year_the_won_and_what_is_saved(prod, page):
    month = prod.bill.usd_per_month
    won = prod.settings.account.exchange
    for said in (
        f"total a year{cents(month * 12)} USD",
        f"KRW a month{won.of(month):,}",
        f"KRW a year{won.of(month * 12):,}",
        f'saved of the guide\'s "before"{cents(1400 - month)} USD, {(1400 - month) / 1400:.0%}',
        "KRW at 1,450 a USD of 2026-11-23 (assumption)",
    ):
        assert said in page.text
    dear = replace(prod, bill=replace(prod.bill, lines=(replace(prod.bill.lines[0], usd_per_month=Decimal(2000)),)))
    assert "dearer of the guide" not in page.text
    assert 'dearer than the guide\'s "before"600.00 USD, 43%' in Page(render_html(dear)).text


def test_a_stack_that_the_guide_says_nothing_of_saves_nothing(prod):
    dev = replace(prod, settings=prod.settings.model_copy(update={"environment": "dev"}))
    text = Page(render_html(dev)).text

    assert "saved of" not in text
    assert 'The guide\'s "before" is of production alone' in text


def test_a_picture_s_text_is_escaped_and_its_bars_are_shares_of_a_round_scale():
    drawn = draw_bars([Row(name=TRICK, bars=[Bar(end=3, look="priced")], whisker=4)], title=TRICK)

    picture = ET.fromstring(drawn)  # noqa: S314 - ours
    assert [text.text for text in picture.iter(f"{SVG}text")][-2] == TRICK
    assert [bar.get("width") for bar in picture.iter(f"{SVG}rect")] == ["75.00%"]


def test_no_text_of_a_picture_meets_another_on_a_phone(pictures):
    for picture in (picture for picture in pictures if picture.get("class") == "chart"):
        lines = {}
        for text in picture.iter(f"{SVG}text"):
            width = LETTER * len("".join(text.itertext()))
            across = float(text.get("x").removesuffix("%")) / 100 * PHONE
            start = across - {"end": width, "middle": width / 2}.get(text.get("text-anchor"), 0)
            lines.setdefault(text.get("y"), []).append((start, start + width))
        for spans in lines.values():
            ordered = sorted(spans)
            assert all(left[1] + ROOM <= right[0] for left, right in pairwise(ordered))
