"""``--what-if``: other settings, decided, planned and priced again, and what differs."""

import json
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer import Typer
from typer.testing import CliRunner

from policy.economics.alternatives import break_evens, tempo_gb
from preview import run
from preview.__main__ import main
from preview.packs.runner import Finding
from preview.questions.diff.compare import compare_previews
from preview.questions.diff.text import render_text
from preview.questions.what_if import apply_changes, moved_along
from preview.report.json import build_document, read_json, write_json
from pricing.book import Book
from stacks.load import from_config, stack_file
from stacks.sections.measures import Spread
from tests.conftest import TODAY
from tests.recordings import planned

PROD = stack_file("prod")
BLOCKS = Finding("alphacar-cost", "stack-within-budget", "mandatory", urn="", message="over", kind="violation")


def ask(*arguments):
    app = Typer(pretty_exceptions_enable=False)
    app.command()(main)
    return CliRunner().invoke(app, ["prod", "--today", "2026-11-23", *arguments], standalone_mode=False)


def test_a_number_for_a_list_of_windows_is_one_window_of_last_month():
    (window,) = apply_changes(PROD, ["volumes.logGbPerMonth=140"], TODAY).settings.volumes.log_gb_per_month

    assert (window.window, window.value, window.source, window.measured_on) == ("2026-10", 140, "what-if", TODAY)


@pytest.mark.parametrize(
    ("change", "read", "value"),
    [
        ("deletionProtection=false backup.vault.lock=governance", lambda settings: settings.deletion_protection, False),
        ("hardware=due", lambda settings: settings.hardware, "due"),
        ("phases=[1,2]", lambda settings: settings.phases, (1, 2)),
        ("landing:documents.instances=3", lambda settings: settings.documents.instances, 3),
        ("cluster.version=1.36", lambda settings: settings.cluster.version, "1.36"),
        ("budget.usdPerMonth=900.5", lambda settings: settings.budget.usd_per_month, Decimal("900.5")),
        (
            "nodeGroups.steady.instanceTypes.0=m7g.large",
            lambda s: s.node_groups["steady"].instance_types[0],
            "m7g.large",
        ),
        ("volumes.staleAfterDays=30", lambda settings: settings.volumes.stale_after_days, 30),
        ("needs.meshFeatures.needed=true", lambda settings: settings.needs.mesh_features.needed, True),
    ],
)
def test_a_value_is_what_it_would_be_in_the_stack_file(change, read, value):
    assert read(apply_changes(PROD, change.split(), TODAY).settings) == value


def test_the_program_and_the_packs_get_the_changed_settings_too():
    file = apply_changes(PROD, ["cache.replicas=2", "cache.nodeType=cache.t4g.medium"], TODAY)

    assert from_config(file.config) == file.settings
    assert (file.settings.cache.replicas, file.settings.cache.node_type) == (2, "cache.t4g.medium")
    assert PROD.settings.cache.replicas == 1


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ("volumes.logGbPerMont=140", "landing:volumes.logGbPerMont: unknown key; did you mean logGbPerMonth?"),
        ("cache.replicas=two", "landing:cache.replicas: 'two' is refused: "),
        ("cache.replicas.more=1", "landing:cache.replicas.more: 'more' is refused; nothing stands below 1"),
        ("network.zones.9=a", "landing:network.zones.9: '9' is refused; allowed are 0 to 2, places of a list"),
        ("volumes.logGbPerMonth=-1", "landing:volumes.logGbPerMonth[0].value: -1 is refused: "),
        ("usage.natGb=NaN", "landing:usage.natGb: "),
        ("colour=red", "landing:colour: unknown key; allowed are "),
        ("cache.replicas", "--what-if: 'cache.replicas' is refused; allowed is a setting and a value: "),
        ("=1", "--what-if: '=1' is refused; "),
    ],
)
def test_bad_input_is_one_line_that_names_key_and_value(change, line):
    done = ask("--what-if", change)

    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith(f"error: {line}")
    assert len(done.stderr.splitlines()) == 1


def test_more_logs_turn_the_choice_and_move_the_bill_by_exactly_the_difference(prod, prod_with_140_gb):
    told = compare_previews(*(read_json(write_json(build_document(each))) for each in (prod, prod_with_140_gb)))

    (decision,) = told["decisions"]
    assert (decision["capability"], decision["before"], decision["after"]) == ("logs", "cloudwatch-logs", "loki")
    assert "140 GB of logs in 2026-10 (what-if; measured 2026-11-23)" in decision["reason"]
    (capability,) = told["cost"]["capabilities"]
    assert capability["capability"] == "logs"
    moved = prod_with_140_gb.bill.usd_per_month - prod.bill.usd_per_month
    assert told["cost"]["total"]["delta"] == moved == capability["delta"]
    changes = {each["type"]: each for each in told["resources"]}
    assert changes["aws:cloudwatch/logGroup:LogGroup"] == {
        "type": "aws:cloudwatch/logGroup:LogGroup",
        "added": 0,
        "removed": 1,
        "changed": 0,
        "which": [
            {
                "urn": changes["aws:cloudwatch/logGroup:LogGroup"]["which"][0]["urn"],
                "change": "removed",
                "properties": [],
                "values": [],
                "effect": "deletes",
                "protected": True,
            }
        ],
    }
    assert changes["aws:s3/bucket:Bucket"]["added"] == 1


def test_the_difference_to_itself_is_none(prod):
    told = compare_previews(build_document(prod), build_document(prod))

    assert (told["decisions"], told["resources"], told["cost"]["capabilities"]) == ([], [], [])
    assert told["findings"] == {"appeared": [], "disappeared": [], "blocking": []}
    assert told["cost"]["total"]["delta"] == 0
    assert render_text(told).count("none changes") == 2


def test_findings_appear_and_disappear(prod):
    worse = replace(prod, findings=(BLOCKS,))

    told = compare_previews(build_document(prod), build_document(worse))

    assert [each["message"] for each in told["findings"]["appeared"]] == ["over"]
    assert len(told["findings"]["disappeared"]) == len(prod.findings)
    assert told["blocked"] is True
    assert render_text(told).endswith("prod would be BLOCKED\n")


def test_the_exit_code_is_that_of_the_changed_preview(prod, monkeypatch):
    after = replace(prod, findings=(BLOCKS,))
    monkeypatch.setattr(
        run, "preview_stack", lambda _stack, file, _day: prod if file.settings == PROD.settings else after
    )

    done = ask("--what-if", "documents.instances=3", "--format", "json")

    assert done.return_value == 1
    assert json.loads(done.stdout)["changes"] == ["documents.instances=3"]


def usage(file, *figures):
    return [getattr(file.settings.usage, figure).base for figure in figures]


def test_more_logs_are_billed_as_more_logs_and_kept_as_the_break_even_has_them():
    changes = ["volumes.logGbPerMonth=140"]
    file = apply_changes(PROD, changes, TODAY)

    shipped, kept = usage(file, "application_log_gb", "log_archive_gb")
    objects = next(
        term for term in break_evens(PROD.settings, Book.load())[0].incumbent.terms if term.item == "objects"
    )
    assert shipped == 140
    assert kept == round(140 * objects.each, 4) == Decimal("25.5452")
    assert from_config(file.config) == file.settings
    assert usage(PROD, "application_log_gb") == [100]
    kept_by = "of 140 GB a month Loki keeps 0.1825 each, as in docs/break-even.md"
    assert moved_along(changes, PROD, file) == [
        "landing:usage.applicationLogGb moves along from 100 (50 to 200) to 140 (70 to 280): it is the volume of 140 GB",
        "landing:usage.insightsScanGb moves along from 100 (50 to 200) to 140 (70 to 280): in proportion to 140 instead of 100 GB",
        f"landing:usage.logArchiveGb moves along from 100 (50 to 200) to 25.5452 (12.7726 to 51.0904): {kept_by}",
    ]


def test_cloudwatch_s_bill_grows_with_the_logs_that_it_keeps():
    def logs(file):
        return planned("prod", file).bill.by_capability()["logs"]

    # Half the line, so that CloudWatch is chosen on both sides.
    assert logs(apply_changes(PROD, ["volumes.logGbPerMonth=50"], TODAY)) == pytest.approx(
        logs(PROD) / 2, abs=Decimal("0.01")
    )


def test_traces_take_what_is_recorded_retrieved_and_kept_along_in_proportion():
    figures = ("traces_recorded", "traces_retrieved", "trace_archive_gb")

    file = apply_changes(PROD, ["volumes.tracesPerMonth=250000"], TODAY)

    assert usage(file, *figures) == [figure * Decimal("2.5") for figure in usage(PROD, *figures)]


def test_without_a_volume_before_traces_are_taken_as_the_break_even_takes_them():
    before = apply_changes(PROD, ["volumes.tracesPerMonth=[]"], TODAY)

    file = apply_changes(before, ["volumes.tracesPerMonth=200000"], TODAY)

    assert usage(before, "traces_recorded") == [100_000]
    assert usage(file, "traces_recorded", "traces_retrieved") == [200_000, 20_000]
    assert usage(file, "trace_archive_gb") == [round(200_000 * tempo_gb(PROD.settings), 4)]


def test_a_figure_of_the_same_command_stays_as_it_was_given():
    changes = ["volumes.tracesPerMonth=200000", "landing:usage.tracesRecorded=150000"]
    file = apply_changes(PROD, changes, TODAY)

    assert usage(file, "traces_recorded", "traces_retrieved") == [150_000, 20_000]
    assert [note.split(" ")[0] for note in moved_along(changes, PROD, file)] == [
        "landing:usage.tracesRetrieved",
        "landing:usage.traceArchiveGb",
    ]


def test_a_range_is_stretched_and_an_unknown_figure_stays_unknown():
    before = apply_changes(
        PROD, ['usage.applicationLogGb={"low": 80, "base": 100, "high": 130}', "usage.logArchiveGb=null"], TODAY
    )

    file = apply_changes(before, ["volumes.logGbPerMonth=50"], TODAY)

    assert file.settings.usage.application_log_gb == Spread(low=40, base=50, high=65)
    assert file.settings.usage.log_archive_gb is None


@pytest.mark.parametrize("change", ["volumes.logGbPerMonth=100", "volumes.logGbPerMonth=[]", "cache.replicas=2"])
def test_nothing_moves_along_with_a_volume_that_does_not_change(change):
    file = apply_changes(PROD, [change], TODAY)

    assert file.settings.usage == PROD.settings.usage
    assert moved_along([change], PROD, file) == []


def test_the_volume_of_a_window_takes_usage_along_as_the_list_does():
    file = apply_changes(PROD, ["volumes.logGbPerMonth.0.value=140"], TODAY)

    assert usage(file, "application_log_gb") == [140]


@given(st.decimals(min_value=0, max_value=10**6, places=2))
def test_every_volume_of_logs_is_what_is_billed_and_twice_the_same(gigabytes):
    changes = [f"volumes.logGbPerMonth={gigabytes}"]
    file = apply_changes(PROD, changes, TODAY)

    assert usage(file, "application_log_gb") == [gigabytes]
    assert apply_changes(PROD, changes, TODAY) == file
