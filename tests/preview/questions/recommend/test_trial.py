"""A recommendation stands when the stack, previewed with its settings, costs that much less and breaks no rule."""

import json
from dataclasses import replace
from decimal import Decimal

import jsonschema
import pytest
from typer import Typer
from typer.testing import CliRunner

from policy.economics.recommendations import ranking
from policy.economics.recommendations.candidate import Change, Stack
from policy.economics.recommendations.considered import Considered, consider
from preview import run
from preview.__main__ import main
from preview.packs.finding import Finding
from preview.questions.recommend.answer import Answer, document, render_markdown, render_text
from preview.questions.recommend.trial import Refused, try_all
from preview.questions.what_if import apply_changes
from preview.report.json import write_json
from preview.report.render import render
from pricing.book import Book
from stacks.environments import stack_names
from stacks.load import stack_file
from tests.conftest import TODAY
from tests.recordings import planned, previewed

BLOCKS = Finding("alphacar-cost", "stack-within-budget", "mandatory", urn="", message="over", kind="violation")
PROD = stack_file("prod")
THREE = '{"engineVersion":"OpenSearch_2.19","instanceType":"t3.small.search","instances":3,"volumeGb":20}'
#: Whatever may be dearer than it has to be, so that each kind is tried: none of the three stacks has all of it.
CARELESS = (
    "network.natGateways=3",
    "network.flowLogClass=standard",
    'network.vpn={"gatewayAddress":"203.0.113.9"}',
    "cluster.logClass=standard",
    "offHours=null",
    "recovery.cluster.rpoHours=74",
    "documents.instances=3",
    "documents.instanceClass=db.t3.medium",
    "deletionProtection=false",
    "backup.vault.lock=none",
    "cache.replicas=2",
    "cache.nodeType=cache.m7g.large",
    f'search.domains={{"blue":{THREE},"green":{THREE}}}',
    "registry.keepImages=100",
    "secrets.refreshMinutes=5",
    "observability.logRetentionDays=365",
    "observability.traceSamplingPercent=100",
    "usage.applicationLogGb=900",
    "usage.tracesRecorded=4000000",
    "backup.snapshotRetentionDays=28",
    "nodeGroups.steady.desired=4",
    "nodeGroups.steady.min=4",
    'nodeGroups.steady.instanceTypes=["m6g.xlarge"]',
)


@pytest.mark.parametrize("stack", stack_names())
def test_each_of_the_three_stacks_recommendations_stands_when_it_is_previewed(stack):
    before = previewed(stack)

    kept, refused = try_all(
        before, stack_file(stack), TODAY, lambda file: run.preview_stack(stack, file, TODAY, advised=False)
    )

    assert refused == []
    assert tuple(kept) == before.recommendations


def test_what_is_changed_in_the_resources_is_what_the_program_declares_with_the_setting(monkeypatch):
    """Every kind at once, each billed both ways: by the change to the recorded resources, and recorded anew."""
    monkeypatch.setattr(ranking, "LEAST", Decimal("0.01"))
    file = apply_changes(stack_file("staging"), CARELESS, TODAY)
    before = planned("staging", file)
    resources = tuple(made.resource() for made in before.recording.registrations)
    given = Stack(settings=before.settings, resources=resources, usage=before.settings.usage, book=Book.load())
    offered = list(ranking.allowed(given))
    found = [each for candidate in offered if (each := ranking.price(candidate, given, before.bill, TODAY))]

    assert {change.path.partition(".")[0] for each in found for change in each.changes} >= {
        *("network", "cluster", "nodeGroups", "offHours", "documents", "cache", "search", "registry", "secrets"),
        *("observability", "usage", "backup"),
    }
    assert len(found) >= 20
    _, refused = try_all(
        replace(before, recommendations=tuple(found)), file, TODAY, lambda changed: planned("staging", changed)
    )
    assert refused == []


@pytest.fixture(scope="module")
def first(prod):
    """Production with one recommendation, whose dollars a setting alone brings."""
    return replace(prod, recommendations=tuple(each for each in prod.recommendations if not each.purchase)[:1])


@pytest.mark.parametrize(
    ("after", "why"),
    [
        (lambda prod: prod, "the previewed bill falls by 0.00, not by 38.00"),
        (
            lambda prod: replace(prod, findings=(BLOCKS,)),
            "a mandatory finding appears: alphacar-cost/stack-within-budget",
        ),
    ],
)
def test_what_a_preview_objects_to_is_refused_with_the_reason(first, after, why):
    kept, refused = try_all(first, PROD, TODAY, lambda _: after(first))

    assert (kept, refused) == ([], [Refused(first.recommendations[0].title, why)])


def test_a_finding_that_was_there_before_is_no_objection(first):
    blocked = replace(first, findings=(BLOCKS,))
    saved = first.recommendations[0].usd

    def cheaper(_):
        lines = first.bill.lines
        dearest = max(lines, key=lambda line: line.usd_per_month)
        less = replace(dearest, usd_per_month=dearest.usd_per_month - saved)
        return replace(
            blocked, bill=replace(first.bill, lines=tuple(less if line is dearest else line for line in lines))
        )

    assert try_all(blocked, PROD, TODAY, cheaper) == (list(first.recommendations), [])


def test_what_the_settings_refuse_is_refused(first):
    wrong = replace(first.recommendations[0], changes=(Change(path="cache.replicas", now=1, value=99),))
    _, (refused,) = try_all(replace(first, recommendations=(wrong,)), PROD, TODAY, lambda _: first)

    assert refused.why.startswith("it cannot be declared: landing:cache.replicas: 99 is refused")


def test_what_was_looked_at_says_why_with_its_figure(prod):
    resources = [made.resource() for made in prod.recording.registrations]
    told = {each.name: each.why for each in consider(prod.settings, resources, prod.bill, Book.load(), TODAY)}

    assert told["cache nodes reserved"] == "no rate found for cache.t4g.small in ap-northeast-2"
    assert "generation 7" in told["DocumentDB under a Database Savings Plan"]
    # Two instances at a tenth more, 50 GB at 0.24 more; I/O at 0.24 a million. An endpoint costs 0.013 an hour and zone.
    more = Decimal("171.112") / 10 + 50 * Decimal("0.24")
    assert told["DocumentDB's I/O-optimized storage"] == (
        f"{more - 24:.2f} USD a month more at 100 million I/O; it pays above {more / Decimal('0.24') // 1 + 1} million, "
        "and no setting changes it"
    )
    assert "28.47 USD a month in 3 zones, so it pays above 582 GB" in told["an interface endpoint in place of NAT"]
    assert told["usage figures that bill nothing"] == (
        "configItems, databaseGb, guardedAuditEvents, guardedDataEvents, guardedFlowGb, guardedManagementEvents, "
        "logArchiveGb, traceArchiveGb"
    )
    assert {"Loki in place of CloudWatch Logs", "Tempo in place of AWS X-Ray"} <= told.keys()


def test_the_answer_is_the_same_in_every_form(prod):
    answer = Answer(
        preview=prod,
        found=prod.recommendations,
        refused=[Refused("no such thing", "it cannot be declared")],
        considered=[Considered("something else", "it does not pay")],
    )
    told = json.loads(write_json(document(answer)))

    assert [each["savesUsdPerMonth"] for each in told["recommendations"]] == [
        float(each.usd) for each in prod.recommendations
    ]
    assert (told["refused"], told["considered"]) == (
        [{"title": "no such thing", "why": "it cannot be declared"}],
        [{"name": "something else", "why": "it does not pay"}],
    )
    for form in (render_text(answer), render_markdown(answer)):
        for each in (*(found.title for found in prod.recommendations), "no such thing", "something else"):
            assert each in form


def test_a_report_has_three_in_short_and_all_in_the_page_and_in_json(prod):
    titles = [each.title for each in prod.recommendations]
    many = replace(prod, recommendations=tuple(prod.recommendations) * 3)

    assert len(titles) > 3
    for form in ("text", "markdown"):
        report = " ".join(render(prod, form).split())
        assert [title in report for title in titles] == [True] * 3 + [False] * (len(titles) - 3)
    assert all(title.replace("'", "&#39;") in render(prod, "html") for title in titles)
    assert len(json.loads(render(many, "json"))["recommendations"]) == 3 * len(titles)


def test_what_is_looked_for_in_the_published_schema_is_there(prod):
    schema = json.loads((run.ROOT / "docs" / "preview.schema.json").read_text())
    told = json.loads(render(prod, "json"))["recommendations"]

    jsonschema.validate(told, {**schema["properties"]["recommendations"], "$defs": schema["$defs"]})
    assert {each["action"] for each in told} == {"buy", "set"}


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (
            ("--what-if", "cache.replicas=2"),
            "--explain, --what-if, --against, --actual, --recommend and --reconcile answer different",
        ),
        (
            ("--explain", "cache"),
            "--explain, --what-if, --against, --actual, --recommend and --reconcile answer different",
        ),
        (("--format", "html"), "--format: 'html' is refused; allowed are text, markdown, json"),
    ],
)
def test_options_that_make_no_sense_together_are_refused(arguments, line):
    app = Typer(pretty_exceptions_enable=False)
    app.command()(main)
    done = CliRunner().invoke(app, ["prod", "--recommend", *arguments])

    assert done.exit_code == 2
    assert line in done.stderr
