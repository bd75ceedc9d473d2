"""The Korean catalogue is complete: what is said in the program has an entry, each is Korean, and none is spare."""

import ast
import re
import string
from pathlib import Path
from typing import get_args

import pytest

from policy.engine.rule import GRAVE
from policy.ledger.decide import THRESHOLDS
from policy.ledger.row import Verdict
from preview.catalogue import LANGUAGES, VARIABLE, chosen_language, language, spoken, t, told_again
from preview.charts.architecture import TIER_NAMES
from preview.charts.topology import TIERS, UNKNOWN_ZONE
from preview.korean import KOREAN
from preview.questions.diff.parts import EFFECTS, GONE_ON, LEVELS, NOTES
from preview.questions.diff.waivers import KINDS, UNCOUNTED
from preview.report.bill_text import BANDS, BARE, EVIDENCE
from preview.report.explained import NOT_BILLED
from preview.report.recovery import NOTE
from preview.report.render import FORMATS, Style, render
from preview.report.text import ANSWERED
from preview.report.verdict import DOUBTS, NO_BASE, verdict_of
from preview.view import COLUMNS
from tests.recordings import previewed

ROOT = Path(__file__).parent.parent.parent
HANGUL = re.compile(r"[\uac00-\ud7a3]")
#: What is handed to the catalogue as a value: columns, sums, levels, outcomes, the guide's verdicts, marks of a decision,
#: and what a document of another run says.
VALUES = {
    *(column.heading for column in COLUMNS),
    *("total", "budget", "undecided", "near the line", "holds", "fails", "unknown", "nothing of it is billed"),
    *("level", "policy", "resource", "finding", "USD a month", "before", "after", "change", "high bound"),
    *("added", "removed", "changed", "1 more row is left out here: see {where}."),
    "{count} more rows are left out here: see {where}.",
    *(*LEVELS, *KINDS, *TIERS, *TIER_NAMES.values(), *EFFECTS.values(), *GRAVE.values(), UNKNOWN_ZONE),
    *(*EVIDENCE.values(), *ANSWERED.values(), *NOT_BILLED.values(), *(what for _, what in THRESHOLDS.values())),
    *(*BARE, *BANDS, *DOUBTS, *UNCOUNTED, *NOTES, NOTE),
    *get_args(Verdict),
}


def asked():
    for path in (ROOT / "preview").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in ("t", "say", "counted"):
                yield from (each.value for each in node.args if isinstance(each, ast.Constant))
                yield from (
                    branch.value
                    for each in node.args
                    if isinstance(each, ast.IfExp)
                    for branch in (each.body, each.orelse)
                    if isinstance(branch, ast.Constant)
                )
    for path in (ROOT / "preview" / "report" / "templates").glob("*.j2"):
        yield from re.findall(r'\b(?:t|say)\("([^"]*)"', path.read_text())


def test_what_is_asked_for_is_what_there_is():
    assert sorted({*asked(), *VALUES} ^ KOREAN.keys()) == []


@pytest.mark.parametrize("text", KOREAN)
def test_an_entry_is_korean_and_takes_the_same_values(text):
    def fields(said):
        return sorted(name for _, name, _, _ in string.Formatter().parse(said) if name)

    assert fields(KOREAN[text]) == fields(text)
    words = re.sub(r"\{\w*\}", "", KOREAN[text])
    assert HANGUL.search(words) or not re.search(r"[a-z]{2}", words.replace("landing", ""))


#: Every heading and every row of columns that a report in a form has.
HEADINGS = {
    "markdown": (r"^#+ (.*)$", r"<summary>(.*?)</summary>", r"^\| (.+) \|\n\|[-:|]+\|$"),
    "text": (r"^┃ (.*) ┃$", r"^(\S.*)\n┏"),
}


@pytest.mark.parametrize("form", HEADINGS)
def test_every_heading_and_column_of_a_report_is_korean(form):
    said = render(previewed("prod"), form, Style(language="ko"))
    found = [heading for pattern in HEADINGS[form] for heading in re.findall(pattern, said, re.MULTILINE)]
    names = [name.strip() for heading in found for name in re.split(r"[|┃]", heading)]

    assert len(names) > 20
    assert [name for name in names if name and not HANGUL.search(name)] == []


def test_every_heading_and_column_of_the_page_is_korean():
    page = render(previewed("prod"), "html", Style(language="ko")).partition('<section id="plan">')[0]
    heads = re.findall(r"<thead>(.*?)</thead>", page, re.DOTALL)
    cells = [cell for head in heads for cell in re.findall(r"<th>(.*?)</th>", head)]
    nav = re.search(r"<nav.*?</nav>", page)[0]
    others = re.findall(r"<(?:h2|dt)>(.*?)</|<summary>([^<]*)</summary>", page) + [
        (text, "") for text in re.findall(r">([^<>]+)</a>", nav)
    ]

    assert '<html lang="ko">' in page
    assert len(cells) > 30
    assert [text for text in (*cells, *filter(None, sum(others, ()))) if not HANGUL.search(text)] == []


@pytest.mark.parametrize("form", FORMATS)
def test_findings_and_programs_are_told_in_english(form):
    korean, english = (render(previewed("prod"), form, Style(language=each)) for each in ("ko", "en"))

    assert (korean == english) is (form == "json")
    assert not HANGUL.search(english)
    assert "leaked credential" in korean


@pytest.mark.parametrize(
    ("told", "blocked", "korean"),
    [
        ({}, True, "차단됨"),
        (None, False, "허용됨: 필수 위반 없음"),
        (
            {"unverified": NO_BASE, "grave": ["budget", "protection"], "share": 0, "findings": 1, "resources": 1},
            False,
            "허용됨(예외 1건): 예산 및 삭제 방지 관련; 예외 미검증: 기준 리비전이 지정되지 않음(--against)",
        ),
        (
            {"unverified": None, "grave": [], "share": 0.25, "findings": 42, "resources": 40},
            False,
            "허용됨(예외 42건): 리소스 40개에 적용(전체의 25%)",
        ),
    ],
)
def test_the_verdict_is_korean(told, blocked, korean):
    with spoken("ko"):
        assert verdict_of(told, blocked=blocked) == korean
    assert language() == "en"
    assert LANGUAGES == ("en", "ko")


def test_the_option_goes_before_the_variable_and_the_variable_before_english(monkeypatch, capsys):
    monkeypatch.delenv(VARIABLE, raising=False)
    assert chosen_language(None) == "en"
    monkeypatch.setenv(VARIABLE, "")
    assert chosen_language(None) == "en"
    monkeypatch.setenv(VARIABLE, "ko")
    assert (chosen_language(None), chosen_language("en")) == ("ko", "en")
    monkeypatch.setenv(VARIABLE, "kr")
    for given, name, typed in ((None, VARIABLE, "kr"), ("Korean", "--lang", "Korean")):
        with pytest.raises(SystemExit) as left:
            chosen_language(given)
        assert left.value.code == 2
        assert capsys.readouterr().err == f"error: {name}: '{typed}' is refused; allowed are en, ko\n"


def test_what_another_run_wrote_is_told_again_and_the_words_of_others_are_not():
    said = GONE_ON.format(name="main", start="12345678", tip="87654321")

    with spoken("ko"):
        told = told_again(said, *NOTES)
        assert told.startswith("main: 이 변경이 갈라진 뒤(12345678) 새 커밋이 추가됨(현재 87654321)")
        assert told_again("fatal: bad object", *DOUBTS) == "fatal: bad object"
    assert told_again(said, *NOTES) == said


def test_what_the_catalogue_lacks_is_no_silent_english():
    with spoken("ko"), pytest.raises(KeyError):
        t("nothing of the kind")
