"""No English is left in what a Korean reads: every word of a rendered report, note and difference is walked.

English may be a finding, a reason of a decision, what a price rests on, a name or a value: all of these are taken from
the preview itself. Whatever else there is stands in :data:`LISTED` with its reason.
"""

import html
import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from html.parser import HTMLParser

import pytest

from policy.economics.recommendations.considered import Considered
from policy.guide import variance
from preview.catalogue import spoken, told_again
from preview.charts.architecture import describe
from preview.charts.topology import read_topology
from preview.note.compose import Stack, compose, read_stack
from preview.packs.finding import make_finding
from preview.questions.diff import text as difference
from preview.questions.diff.compare import compare_previews
from preview.questions.diff.parts import GONE_ON
from preview.questions.diff.waivers import compare_owners, compare_waivers
from preview.questions.linked_usage import Moved
from preview.questions.recommend import answer as cheaper
from preview.questions.recommend.trial import Refused
from preview.report.bill_text import BANDS, BARE, account
from preview.report.demands import controls
from preview.report.json import build_document, read_json, write_json
from preview.report.render import Style, render
from preview.report.verdict import DOUBTS
from preview.result import Asked, LookUp, Result, Unexpanded
from preview.view import bill_view
from pricing.bill import Unpriced
from pricing.evidence import say_bare
from pricing.reconcile.history import ErrorBand
from stacks.owners import Base, unlisted
from stacks.section import Waiver
from stacks.sections.measures import Spread
from tests.recordings import previewed

#: English words that a Korean report has, and why.
LISTED = {
    "a currency": {"USD", "KRW"},
    "a unit": {"Mi", "GB", "m", "x"},
    "a term of recovery, in Korean too": {"RPO", "RTO"},
    "what AWS, Kubernetes and git call a thing, in Korean too": {
        *("AWS", "CIS", "CPU", "VPC", "EKS", "NAT", "ECR", "RDS", "IAM", "KMS", "SNS", "EBS", "MWAA", "DLM", "ACM"),
        *("CloudWatch", "Backup", "OpenSearch", "DocumentDB", "ElastiCache", "Budgets", "CloudTrail", "Config"),
        *("Kubernetes", "Secrets", "Manager", "Certificate", "X-Ray", "Route", "Spot", "Internet", "gateway", "Node"),
        *("group", "Endpoint", "Load", "balancer", "Ingress", "control", "plane", "snapshots", "Release"),
        *("ExternalSecret", "HTTP", "tcp", "postgres", "docdb", "valkey", "HEAD", "shallow", "clone"),
    },
    "an option or a command": {"FILE", "CAPABILITY"},
    "a key": {"schemaVersion", "expires", "owner", "ticket", "reason", "urn", "row", "policy"},
    "an exception's name, for whoever mends it": {"KeyError"},
    "a change as somebody typed it": {"main", "topic"},
    "the prefix of a setting": {"landing"},
}
WORDS = frozenset().union(*LISTED.values())
#: Elements whose text is a value: what a resource was given, and names.
VALUES = ("style", "script", "pre", "code")
SAID = ("aria-label", "title", "placeholder", "alt", "content")


class Said(HTMLParser):
    """All that a page says to somebody: its texts, and the attributes that are shown or read out."""

    def __init__(self, page):
        super().__init__()
        self.pieces, self.inside = [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        told = dict(attrs)
        shown = SAID if tag != "meta" or told.get("name") == "description" else ()
        self.pieces += [value for name, value in attrs if name in shown or (name.startswith("data-") and "{" in value)]
        if tag in VALUES:
            self.inside.append(tag)

    def handle_endtag(self, tag):
        if self.inside and self.inside[-1] == tag:
            self.inside.pop()

    def handle_data(self, data):
        if not self.inside:
            self.pieces.append(data)


def pieces(form, said):
    if form == "html":
        return Said(said).pieces
    if form == "markdown":
        plain = re.sub(r"^```.*?^```", "", said, flags=re.DOTALL | re.MULTILINE)
        plain = html.unescape(re.sub(r"<!--.*?-->|</?\w+>|`[^`]*`", " ", plain)).replace("\u200b", "")
        return re.split(r"\n| \| ", plain)
    return re.split(r"\n|[│┃]", said)


def strings(value):
    """Every text of plain data."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, each in value.items():
            yield from (str(key), *strings(each))
    elif isinstance(value, list | tuple):
        for each in value:
            yield from strings(each)


def known(preview):
    """What of a preview is a finding, a reason, a name or a value, and no word of ours: phrases, and single names."""
    lines = preview.bill.lines
    rows = [row for row in bill_view(preview).rows if row.difference and row.difference.reason]
    resources = [made.resource() for made in preview.recording.registrations]
    wanted = [each for resource in resources for each in controls(preview, [resource])]
    phrases = {
        *(finding.message for finding in preview.findings),
        *(reason for decision in preview.decisions for reason in decision.reason),
        *(row.difference.reason for row in rows),
        *(variance.explain_briefly(row.capability, row.lines) for row in rows),
        *(getattr(line, key) or "" for line in lines for key in ("item", "unit", "basis", "confidence", "source")),
        *(gap.reason for gap in preview.bill.unpriced),
        *(each[key] for each in wanted for key in ("wanted", "why")),
        *(line.item for line in account(preview)),
        *(each.excepted.reason for each in preview.recoveries if each.excepted),
        *(text for each in preview.recommendations for text in (each.title, each.risk, each.effort, each.confidence)),
        *(each.purchase.what for each in preview.recommendations if each.purchase),
        *(
            text
            for each in preview.recommendations
            for change in each.changes
            for text in strings([change.value, change.now])
        ),
    }
    if preview.settings and preview.settings.account.exchange:
        phrases.add(preview.settings.account.exchange.source)
    names = {
        *(decision.row.capability for decision in preview.decisions),
        *(decision.choice for decision in preview.decisions),
        *(made.name for made in preview.recording.registrations),
        *(part for made in preview.recording.registrations for part in re.split(r"[:/]", made.type)),
        *(part for name in ("alphacar", preview.recording.stack) for part in name.split("-")),
        *(each.store for each in preview.recoveries),
        *(group.name for group in preview.capacity.groups),
        *(key for made in resources for key in made.get("tags") or ()),
        *(each["property"] for each in wanted),
    }
    return phrases, names


def english(form, said, phrases, names):
    """Every piece in which words are left that are nobody's but ours."""
    told = sorted((each for each in phrases if re.search(r"[A-Za-z]{2}", each)), key=len, reverse=True)
    found = []
    for piece in pieces(form, said):
        rest = piece.replace("\n", " ")
        if not _words(rest, names):
            continue
        for phrase in told:
            if phrase in rest:
                rest = re.sub(rf"(?<![A-Za-z]){re.escape(phrase)}(?![A-Za-z])", " ", rest)
        if words := _words(rest, names):
            found.append((piece.strip()[:120], words))
    return found


def _words(text, names):
    """Words as a sentence has them: what has a digit, a colon, a slash, a hyphen or a capital inside is a name."""
    tokens = (token.rstrip("-").strip(".,;:[]{}'\"*·~") for token in re.split(r"[\s,()→|]+", text))
    words = [each for each in tokens if re.fullmatch(r"[A-Z]?[a-z]+|[A-Z]+", each) and len(each) > 1]
    return [each for each in words if each not in names and each not in WORDS]


WIDE = 4000


def korean(form, **style):
    return Style(language="ko", width=WIDE, **style)


@pytest.fixture(scope="module")
def prod():
    return previewed("prod")


@pytest.fixture(scope="module")
def blocked(prod):
    """The same with all that a report says only of a worse stack: a gap, a mandatory finding, and no room."""
    gap = Unpriced(
        urn=prod.recording.registrations[5].urn,
        type="aws:amp/workspace:Workspace",
        capability="metrics",
        reason="no price is known",
        kind="price",
    )
    stopped = make_finding(pack="p", policy="q", level="mandatory", urn="", message="it must not be")
    bill = replace(prod.bill, unpriced=(*prod.bill.unpriced, gap))
    return replace(prod, bill=bill, findings=(*prod.findings, stopped))


@pytest.fixture(scope="module")
def program(prod):
    """The recording as one of anybody's program, with everything that is told of one."""
    made = prod.recording.registrations[7]
    asked = Asked(
        project="theirs",
        region="ap-northeast-2",
        unexpanded=(Unexpanded(made.urn, made.type, "its plugin is not run"),),
        look_ups=tuple(
            LookUp("aws:ec2/getAmi:getAmi", {}, each) for each in ("preview", "file", "unknown", "refused") * 2
        ),
        reads=(made,),
        notes=("Pulumi.yaml names a backend",),
    )
    return Result(
        today=prod.today,
        recording=prod.recording,
        bill=prod.bill,
        vat=prod.vat,
        findings=prod.findings,
        asked=asked,
    )


@pytest.mark.parametrize("form", ["text", "markdown", "html"])
@pytest.mark.parametrize("which", ["prod", "blocked", "program"])
def test_a_report_has_no_english_of_ours(form, which, request):
    preview = request.getfixturevalue(which)
    phrases, names = known(preview)
    if preview.asked:
        phrases |= {"its plugin is not run", "Pulumi.yaml names a backend", "theirs"}
        names |= {"theirs"}

    assert english(form, render(preview, form, korean(form)), phrases, names) == []
    # The walk sees what it is to see.
    assert len(english(form, render(preview, form, Style(width=WIDE)), phrases, names)) > 30


def test_the_last_line_alone_is_korean(prod):
    assert english("text", render(prod, "text", korean("text", quiet=True)), *known(prod)) == []


def test_the_picture_in_sentences_is_korean(prod):
    with spoken("ko"):
        said = "\n".join(describe(read_topology(prod.recording.registrations, prod.bill)))

    assert "퍼블릭 서브넷: NAT gateway network-nat-a" in said
    assert english("text", said, *known(prod)) == []


def test_what_would_be_cheaper_is_korean(prod):
    refused = (Refused(title="one node", why="pods do not fit"),)
    considered = (Considered(name="Graviton", why="it is used"),)
    answer = cheaper.Answer(preview=prod, found=prod.recommendations, refused=refused, considered=considered)
    phrases, names = known(prod)
    phrases |= {"one node", "pods do not fit", "Graviton", "it is used"}

    with spoken("ko"):
        for form, said in (("text", cheaper.render_text(answer)), ("markdown", cheaper.render_markdown(answer))):
            assert english(form, said, phrases, names) == []
            nothing = replace(answer, found=(), refused=(), considered=())
            assert (
                "찾은 방안이 없습니다."
                in (cheaper.render_text(nothing), cheaper.render_markdown(nothing))[form == "markdown"]
            )


SPREAD = Spread(low=Decimal(1), base=Decimal(1), high=Decimal(1))
WAIVER = Waiver(
    policy="stack-within-budget",
    urn="*",
    reason="for a month",
    owner="platform",
    ticket="P-1",
    expires=date(2027, 1, 31),
)


@pytest.fixture(scope="module")
def change(prod):
    """A difference with a change of every kind: what no branch of one day has at once."""
    before = read_json(write_json(build_document(prod)))
    after = read_json(write_json(build_document(prod)))
    kept = [each for each in after["resources"] if each["custom"]]
    gone, moved, held, freed = kept[0], kept[1], kept[2], kept[3]
    after["resources"] = [each for each in after["resources"] if each not in (gone, freed)]
    component = next(each for each in after["resources"] if not each["custom"])
    for each, key in ((moved, "one"), (component, "two")):
        each["inputs"] = {**each["inputs"], **{f"{key}{number}": number for number in range(12)}}
    held["protect"] = not held["protect"]
    before["resources"] = [
        {**each, "retainOnDelete": True} if each["urn"] == freed["urn"] else each for each in before["resources"]
    ]
    before["resources"] = [
        {**each, "protect": True} if each["urn"] == gone["urn"] else each for each in before["resources"]
    ]
    decision = after["decisions"][0]
    decision["choice"], decision["active"] = "mongodb", False
    after["decisions"][1]["reason"] = ["another"]
    after["capacity"]["fits"] = False
    after["capacity"]["requests"]["pods"] += 10
    after["cost"]["total"] += Decimal(10)
    after["cost"]["atLeast"] = True
    stop = {
        "pack": "p",
        "policy": "q",
        "kind": "violation",
        "level": "mandatory",
        "urn": "",
        "message": "it must not be",
    }
    doubt = {**stop, "kind": "undetermined", "level": "advisory"}
    waived = {**stop, "kind": "waived", "level": "advisory"}
    after["findings"] += [stop, doubt, waived]
    before["findings"].append({**stop, "message": "it was not"})
    longer = WAIVER.model_copy(update={"expires": date(2027, 2, 28), "owner": "platfrom"})
    other = WAIVER.model_copy(update={"policy": None, "row": "logs", "ticket": "P-2", "owner": "nobody-known"})
    notes = [
        GONE_ON.format(name="main", start="1234", tip="5678"),
        str(Moved(figure="logGb", was=SPREAD, now=SPREAD, why="one a GB")),
    ]
    waivers = {
        "changes": compare_waivers(
            [WAIVER, WAIVER.model_copy(update={"ticket": "P-3", "urn": "x", "policy": "other"})],
            [longer, other],
            owners={"platform"},
            production=True,
        ),
        "owners": compare_owners({"platform", "gone"}, {"platform", "come"}),
        "judges": [f"policy/{number}.py" for number in range(9)],
        "unverified": "main has no stacks/waiver-owners.yaml yet",
    }
    return compare_previews(before, after, against="main", notes=notes, waivers=waivers)


OTHERS = {
    "it must not be",
    "it was not",
    "another",
    "for a month",
    "one a GB",
    "nobody-known",
    "mongodb",
    "platform",
    "other",
}


def of_change(change, prod):
    phrases, names = known(prod)
    values = strings([each["values"] for kind in change["resources"] for each in kind["which"]])
    return phrases | OTHERS, names | {
        "dev",
        "gone",
        "come",
        "platfrom",
        "other",
        *(each for each in values if each.isalpha()),
    }


def test_a_difference_has_no_english_of_ours(change, prod):
    data = of_change(change, prod)
    for form, write in (("text", difference.render_text), ("markdown", difference.render_markdown)):
        with spoken("ko"):
            assert english(form, write(change), *data) == []
        assert len(english(form, write(change), *data)) > 20


def test_the_note_has_no_english_of_ours(change, prod):
    with spoken("ko"):
        stacks = [
            read_stack("prod", change),
            Stack("dev", None, "dev: 미리보기 실패: it must not be"),
            read_stack("prod", compare_previews(*[read_json(write_json(build_document(prod)))] * 2, against="main")),
        ]
        for limit in (10**6, 6000):
            assert english("markdown", compose(stacks, limit), *of_change(change, prod)) == []
    assert len(english("markdown", compose(stacks, 10**6), *of_change(change, prod))) > 20


@pytest.mark.parametrize("owners", [set(), {"platform"}, {"security"}])
def test_why_a_waiver_does_not_count_is_korean(owners, change):
    told = {**change["waivers"], "changes": [{**change["waivers"]["changes"][0], "not": unlisted("platfrom", owners)}]}
    with spoken("ko"):
        lines = list(difference.head({**change, "waivers": told}))

    assert "'platfrom': stacks/waiver-owners.yaml에 없는 예외 담당자" in lines[0]


@pytest.mark.parametrize(
    ("english_text", "forms"),
    [
        (say_bare(["logGb"]), BARE),
        (say_bare(["logGb", "traces"]), BARE),
        (ErrorBand(stack="dev", months=(), low=None, high=None).sentence, BANDS),
        (ErrorBand(stack="dev", months=("2026-10",), low=Decimal("0.01"), high=Decimal("0.01")).sentence, BANDS),
        (ErrorBand(stack="dev", months=("2026-09", "2026-10"), low=Decimal(0), high=Decimal("0.1")).sentence, BANDS),
    ],
)
def test_what_pricing_says_of_a_bill_has_a_form(english_text, forms):
    with spoken("ko"):
        said = told_again(english_text, *forms)

    assert english("text", said, {"logGb", "traces"}, set()) == []
    assert said != english_text


def test_what_a_revision_lacks_is_korean(prod):
    for doubt in (each.format(name="main", file="stacks/waiver-owners.yaml") for each in DOUBTS):
        told = replace(prod, base=Base(owners=frozenset(), waivers=(), doubt=doubt))

        assert english("text", render(told, "text", korean("text", quiet=True)), *known(prod)) == []
