"""``--what-if``: other settings, decided, planned and priced again, and what differs."""

import json
from dataclasses import replace
from decimal import Decimal

import pytest
from typer import Typer
from typer.testing import CliRunner

from preview import run
from preview.__main__ import main
from preview.difference import difference
from preview.difference_text import text
from preview.document import document
from preview.packs import Finding
from preview.whatif import changed, reminders
from stacks.load import from_config, stack_file
from tests.conftest import TODAY

PROD = stack_file("prod")
BLOCKS = Finding("alphacar-cost", "stack-within-budget", "mandatory", waived=False, urn="", message="over")


def ask(*arguments):
    app = Typer(pretty_exceptions_enable=False)
    app.command()(main)
    return CliRunner().invoke(app, ["prod", "--today", "2026-11-23", *arguments])


def test_a_number_for_a_list_of_windows_is_one_window_of_last_month():
    (window,) = changed(PROD, ["volumes.logGbPerMonth=140"], TODAY).settings.volumes.log_gb_per_month

    assert (window.window, window.value, window.source, window.measured_on) == ("2026-10", 140, "what-if", TODAY)


@pytest.mark.parametrize(
    ("change", "read", "value"),
    [
        ("deletionProtection=false", lambda settings: settings.deletion_protection, False),
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
    assert read(changed(PROD, [change], TODAY).settings) == value


def test_the_program_and_the_packs_get_the_changed_settings_too():
    file = changed(PROD, ["cache.replicas=2", "cache.nodeType=cache.t4g.medium"], TODAY)

    assert from_config(file.config) == file.settings
    assert (file.settings.cache.replicas, file.settings.cache.node_type) == (2, "cache.t4g.medium")
    assert PROD.settings.cache.replicas == 1


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ("volumes.logGbPerMont=140", "landing:volumes.logGbPerMont: unknown key; allowed are logGbPerMonth, "),
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
    told = difference(document(prod), document(prod_with_140_gb))

    (decision,) = told["decisions"]
    assert (decision["capability"], decision["before"], decision["after"]) == ("logs", "cloudwatch-logs", "loki")
    assert "140 GB of logs in 2026-10 (what-if; measured 2026-11-23)" in decision["reason"]
    (capability,) = told["cost"]["capabilities"]
    assert capability["capability"] == "logs"
    moved = prod_with_140_gb.bill.usd_per_month - prod.bill.usd_per_month
    assert Decimal(str(told["cost"]["total"]["delta"])) == moved == Decimal(str(capability["delta"]))
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
            }
        ],
    }
    assert changes["aws:s3/bucket:Bucket"]["added"] == 1


def test_the_difference_to_itself_is_none(prod):
    told = difference(document(prod), document(prod))

    assert (told["decisions"], told["resources"], told["cost"]["capabilities"]) == ([], [], [])
    assert told["findings"] == {"appeared": [], "disappeared": []}
    assert told["cost"]["total"]["delta"] == 0
    assert text(told).count("none changes") == 2


def test_findings_appear_and_disappear(prod):
    worse = replace(prod, findings=(BLOCKS,))

    told = difference(document(prod), document(worse))

    assert [each["message"] for each in told["findings"]["appeared"]] == ["over"]
    assert len(told["findings"]["disappeared"]) == len(prod.findings)
    assert told["blocked"] is True
    assert text(told).endswith("prod would be BLOCKED\n")


def test_the_exit_code_is_that_of_the_changed_preview(prod, monkeypatch):
    after = replace(prod, findings=(BLOCKS,))
    monkeypatch.setattr(run, "preview", lambda _stack, file, _day: prod if file.settings == PROD.settings else after)

    done = ask("--what-if", "documents.instances=3", "--format", "json")

    assert done.exit_code == 1
    assert json.loads(done.stdout)["changes"] == ["documents.instances=3"]


def test_usage_that_still_stands_for_the_old_volume_is_told():
    changes = ["volumes.tracesPerMonth=200000", "usage.tracesRecorded=200000"]

    notes = reminders(changes, changed(PROD, changes, TODAY))

    assert [note.split(" ")[0] for note in notes] == ["landing:usage.tracesRetrieved", "landing:usage.traceArchiveGb"]
