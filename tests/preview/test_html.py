"""The report as a page: whole, well-formed, on its own, and safe whatever a resource is called."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest

from policy.meters.lines import Unpriced
from preview.bar_chart import Bar, Row, chart
from preview.finding import Finding
from preview.html import html
from preview.money import cents
from preview.report import FORMATS, render

#: Elements that HTML never closes.
VOID = {"br", "hr", "img", "input", "link", "meta", "wbr"}
#: A page 360 pixels wide leaves its pictures this much; their digits are 7.5 wide, and a gap of 10 keeps texts apart.
PHONE, DIGIT, GAP = 328, 7.5, 10
SVG = "{http://www.w3.org/2000/svg}"
TRICKS = "<script>alert('&\"')</script>"


class Page(HTMLParser):
    """What a browser reads: text, elements with their attributes, and whatever was closed out of turn."""

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


@pytest.fixture(scope="session")
def source(prod):
    return html(prod)


@pytest.fixture(scope="session")
def page(source):
    return Page(source)


def pictures(source):
    return [ElementTree.fromstring(svg) for svg in re.findall(r"<svg.*?</svg>", source, re.DOTALL)]


def test_html_is_one_of_the_forms_and_the_same_preview_gives_the_same_bytes(prod, source):
    assert "html" in FORMATS
    assert render(prod, "html") == source


def test_every_element_is_closed_and_every_picture_is_an_svg_of_its_own(page, source):
    assert (page.open, page.astray) == ([], [])
    assert len(pictures(source)) == 3 + sum(each.row.capability in ("logs", "traces") for each in prod_rows(page))


def prod_rows(page):
    return ()
