"""The report as a page: whole, well-formed, on its own, and harmless whatever a resource is called."""

import os
import pickle
import re
import subprocess
import sys
from dataclasses import replace
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
VOID = {"meta", "wbr"}
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


def test_the_page_and_its_five_pictures_are_well_formed(page, pictures):
    assert (page.open, page.astray) == ([], [])
    assert len(pictures) == len(("budget", "bill", "logs", "traces", "capacity"))


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

    assert lines.count("<tr><td") == len(prod.bill.lines)


def test_nothing_outside_the_page_is_asked_for(source, page):
    asking = {"script", "link", "img", "iframe", "object", "embed", "base", "form", "use", "image"}
    assert not asking & {tag for tag, _ in page.elements}
    for _, attributes in page.elements:
        assert not {"src", "srcset", "style", "data"} & set(attributes)
        assert not [name for name in attributes if name.startswith("on")]
        assert attributes.get("href", "#").startswith("#")
    (sheet,) = re.findall(r"<style>(.*?)</style>", source, re.DOTALL)
    assert not re.search(r"url\(|@import|https?:|expression", sheet)


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

    assert "script" not in {tag for tag, _ in page.elements}
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


def test_a_picture_s_text_is_escaped_and_its_bars_are_shares_of_a_round_scale():
    drawn = draw_bars([Row(name=TRICK, bars=[Bar(end=3, look="priced")], whisker=4)], title=TRICK)

    picture = ET.fromstring(drawn)  # noqa: S314 - ours
    assert [text.text for text in picture.iter(f"{SVG}text")][-2] == TRICK
    assert [bar.get("width") for bar in picture.iter(f"{SVG}rect")] == ["75.00%"]


def test_no_text_of_a_picture_meets_another_on_a_phone(pictures):
    for picture in pictures:
        lines = {}
        for text in picture.iter(f"{SVG}text"):
            width = LETTER * len("".join(text.itertext()))
            across = float(text.get("x").removesuffix("%")) / 100 * PHONE
            start = across - {"end": width, "middle": width / 2}.get(text.get("text-anchor"), 0)
            lines.setdefault(text.get("y"), []).append((start, start + width))
        for spans in lines.values():
            ordered = sorted(spans)
            assert all(left[1] + ROOM <= right[0] for left, right in pairwise(ordered))
