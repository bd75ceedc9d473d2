"""The nightly report: each part against what it reads, and its one issue on a real HTTP server for each forge."""

import json
from datetime import date, timedelta
from types import SimpleNamespace

import pytest

from preview.night import parts
from preview.night.compose import compose, is_well, marker, title, weight
from preview.night.engine import drift, judge_state, state
from preview.night.part import Part, StrangeError, UnknownError, ask
from preview.night.parts import drills, lifecycles, prices, volumes, waivers
from preview.note.endpoints import find_tracker
from preview.note.forge import Forge
from preview.questions.what_if import apply_changes
from pricing.declared.read import read_inventory
from stacks.load import stack_file
from tests.commands import give
from tests.conftest import TODAY
from tests.preview.night.nights import BROKEN, EVENTS, GOLDEN, dev, exported, recorded, report, with_drills, with_waiver
from tests.preview.note.forges import TOKEN, running
from tests.recordings import previewed

LINES = EVENTS.read_text().splitlines(keepends=True)
#: Of the same night, had nothing changed and the packs not refused.
WELL = [line for line in LINES if '"update"' not in line and "policyEvent" not in line and "preview failed" not in line]
WELL.append(json.dumps({"summaryEvent": {"resourceChanges": {"same": 396}, "result": "succeeded"}}) + "\n")


@pytest.fixture(params=("gitlab", "github"))
def forge(request):
    with running(request.param) as server:
        yield server


def written(folder, lines):
    path = folder / "drift.jsonl"
    path.write_text("".join(lines))
    return path


def test_the_report_of_a_bad_night(tmp_path):
    assert report(tmp_path) == GOLDEN.read_text()


def test_nothing_that_a_stack_file_holds_is_markup():
    row = next(line for line in GOLDEN.read_text().splitlines() if "budget" in line and "ended" in line)

    assert not [each for each in ("@all", "<b>", "](", "http://", "\n/") if each in row]


def test_drift_is_what_a_deployment_would_do_and_what_the_packs_refuse(tmp_path):
    found = drift(dev(drift=EVENTS))
    assert (found.weight, len(found.rows)) == (1, 6)
    assert found.rows[0].startswith("- the deployment would be refused: `alphacar-cost/resource-within-ceiling`")
    assert found.rows[-2:] == (
        "- a deployment updates `nodes-spot` (`aws:eks/nodeGroup:NodeGroup`): `instanceTypes`",
        "- a deployment updates `nodes-spot` (`eks:index:ManagedNodeGroup`)",
    )

    assert drift(dev(drift=written(tmp_path, WELL))).rows == ()
    assert drift(dev()) is None


def test_a_replacement_is_told_once_and_first(tmp_path):
    urn = "urn:pulumi:dev::alphacar-landing-zone::aws:ec2/vpc:Vpc::network"
    steps = [
        json.dumps({"resourcePreEvent": {"metadata": {"op": step, "urn": urn, "diffs": ["cidrBlock"]}}}) + "\n"
        for step in ("create-replacement", "replace", "delete-replaced")
    ]
    changed = [line for line in LINES if '"update"' in line and "resourcePreEvent" in line]

    found = drift(dev(drift=written(tmp_path, [*changed, *steps, WELL[-1]])))

    assert found.rows[0] == "- a deployment **REPLACES** `network` (`aws:ec2/vpc:Vpc`): `cidrBlock`"
    assert len(found.rows) == 3


@pytest.mark.parametrize(
    ("lines", "rows"),
    [
        # Nothing was written, the engine was stopped, or the program broke: the summary then says that all is the same.
        ([], 1),
        (LINES[:4], 3),
        ([*WELL[:-1], '{"diagnosticEvent": {"severity": "error", "message": "secret"}}\n', WELL[-1]], 1),
        ([*WELL[:-1], '{"summaryEvent": {"result": "failed"}}\n'], 1),
    ],
)
def test_a_preview_that_did_not_get_to_its_end_is_not_known(tmp_path, lines, rows):
    found = drift(dev(drift=written(tmp_path, lines)))

    assert (found.weight, len(found.rows)) == (2, rows)
    assert found.rows[0].startswith("- NOT KNOWN: the engine's preview did not get to its end;")


@pytest.mark.parametrize(
    "text", ["Updating (dev):\n", "[]\n", '{"resourcePreEvent": {"metadata": {"op": 7}}}\n', "\xff"]
)
def test_what_holds_no_events_is_not_known(tmp_path, text):
    path = tmp_path / "drift.jsonl"
    path.write_bytes(text.encode("latin-1"))

    with pytest.raises(UnknownError, match="holds no events of the engine"):
        drift(dev(drift=path))
    with pytest.raises(UnknownError, match="cannot be read"):
        drift(dev(drift=tmp_path / "nowhere"))


def test_the_packs_say_of_a_state_what_they_say_of_the_program(tmp_path):
    path = tmp_path / "state.json"
    path.write_text(exported(recorded("prod")))
    night = dev(stack="prod", file=stack_file("prod"), state=path)

    found = judge_state(read_inventory(str(path)), night)

    assert found == list(previewed("prod").findings)
    assert state(night).rows == ()


@pytest.mark.parametrize(
    ("change", "policy"),
    [
        ({"inputs": {"storageEncrypted": False}}, "alphacar-guardrails/data-is-encrypted"),
        ({"inputs": {"engineVersion": "3.6.0"}}, "alphacar-decisions/nothing-is-past-its-end"),
    ],
)
def test_what_was_changed_by_hand_breaks_a_rule_of_the_state(tmp_path, change, policy):
    path = tmp_path / "state.json"
    path.write_text(exported(recorded("dev"), {BROKEN: change}))

    found = state(dev(state=path))

    assert found.weight == 1
    assert [row for row in found.rows if row.startswith(f"- `{policy}` on `{BROKEN}`: ")]


def test_protection_that_a_state_does_not_have_is_missed(tmp_path):
    path = tmp_path / "state.json"
    path.write_text(exported(recorded("prod"), {BROKEN: {"protect": False}}))

    found = state(dev(stack="prod", file=stack_file("prod"), state=path))

    assert [row.partition("` on `")[0] for row in found.rows] == [
        "- `alphacar-guardrails/stateful-is-protected-in-prod"
    ]


def test_what_waits_to_be_deleted_or_broke_off_is_counted(tmp_path):
    told = json.loads(exported(recorded("dev")))["deployment"]
    vpc = next(each for each in told["resources"] if each["type"] == "aws:ec2/vpc:Vpc")
    told["resources"].append({**vpc, "delete": True})
    told["pending_operations"] = [{"type": "creating", "resource": {**vpc, "urn": f"{vpc['urn']}-2"}}]
    path = tmp_path / "state.json"
    path.write_text(json.dumps({"version": 3, "deployment": told}))

    assert state(dev(state=path)).rows == (
        "- creations that broke off: 1; run pulumi refresh",
        "- replaced resources that were not deleted: 1; the next deployment deletes them",
    )


def test_a_state_that_is_not_there_or_cannot_be_read_is_not_known_and_another_one_is_refused(tmp_path):
    path = tmp_path / "state.json"
    assert state(dev()) is None
    with pytest.raises(UnknownError, match="cannot be read"):
        state(dev(state=path))
    path.write_text('{"version": 3, "deployment": {"resources": []}}')
    with pytest.raises(UnknownError, match="nothing has been deployed"):
        state(dev(state=path))
    path.write_text(exported(recorded("dev")))
    with pytest.raises(StrangeError, match=r"--state: is of alphacar-landing-zone/dev; allowed is .*/prod"):
        state(dev(stack="prod", state=path))
    with pytest.raises(StrangeError, match=r"--drift: is of alphacar-landing-zone/dev; allowed is .*/prod"):
        drift(dev(stack="prod", drift=EVENTS))


@pytest.mark.parametrize(
    ("today", "days", "told"),
    [
        (date(2026, 11, 23), 90, None),
        (date(2026, 11, 23), 124, "ends on 2027-03-27"),
        (date(2026, 11, 23), 123, None),
        (date(2027, 3, 27), 1, "ended on 2027-03-27"),
    ],
)
def test_an_end_of_life_is_told_within_the_horizon(today, days, told):
    found = lifecycles(dev(today=today, horizon=timedelta(days=days)))

    assert found.weight == int(told is not None and told.startswith("ended"))
    rows = [row for row in found.rows if "Kubernetes 1.35" in row]
    assert [told in row and "`cluster-eksCluster`" in row for row in rows] == [True] * (told is not None)


@pytest.mark.parametrize(
    ("expires", "begins", "code"),
    [
        ("2026-11-22", "- **ended** 2026-11-22: ", 1),
        ("2026-11-23", "- last day 2026-11-23: ", 0),
        ("2026-12-23", "- last day 2026-12-23: ", 0),
        ("2026-12-24", None, 0),
    ],
)
def test_a_waiver_is_told_before_it_ends(expires, begins, code):
    found = waivers(dev(file=with_waiver(stack_file("dev"), expires=expires)))

    assert found.weight == code
    assert [row.startswith(begins) for row in found.rows if "PLAT-1" in row] == [True] * (begins is not None)


def measured(stack, *values):
    months = [
        {"window": f"2026-{8 + place:02}", "value": value, "source": "a test", "measuredOn": "2026-11-02"}
        for place, value in enumerate(values)
    ]
    key = "volumes.logGbPerMonth="
    file = apply_changes(stack_file(stack), [key + json.dumps(months)], TODAY)
    return dev(stack=stack, file=file)


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ((60, 60, 60), None),
        ((60, 60, 95), "within 10 % of the line of 100"),
        ((60, 60, 160), "one more month like 2026-10 turns it to "),
        ((160, 160, 160), None),
        ((160, 160, 60), "one more month like 2026-10 turns it to CloudWatch Logs"),
    ],
)
def test_a_volume_is_told_where_it_may_turn_a_decision(values, says):
    rows = [row for row in volumes(measured("dev", *values)).rows if row.startswith("- logs: ")]

    assert [says in row for row in rows] == [True] * (says is not None)


def test_an_old_measurement_decides_nothing_and_is_told():
    night = measured("dev", 60, 60, 60)
    late = dev(file=night.file, today=date(2027, 6, 1))

    assert [row for row in volumes(late).rows if row.startswith("- logs: undecided: the newest count")]


@pytest.mark.parametrize(
    ("stack", "planned", "row", "code"),
    [
        ("prod", {"documents": {"everyDays": 14, "since": "2026-11-01"}}, "- documents: no drill has proved", 1),
        ("prod", {"documents": {"everyDays": 14, "since": "2026-11-20"}}, "- documents: no drill has proved", 0),
        # Elsewhere than in production nothing blocks, though staging protects its data.
        ("staging", {"documents": {"everyDays": 14, "since": "2026-11-01"}}, "- documents: no drill has proved", 0),
        ("dev", {"documents": {"everyDays": 14, "since": "2026-11-01"}}, "- documents: no drill has proved", 0),
        ("prod", {}, "- documents: no drill is planned", 0),
    ],
)
def test_a_drill_that_is_missing_is_told_and_blocks_once_it_counts(tmp_path, stack, planned, row, code):
    found = drills(dev(stack=stack, file=with_drills(stack_file(stack), planned)), tmp_path)

    assert [each[: len(row)] for each in found.rows if each.startswith("- documents: ")] == [row]
    assert found.weight == code


def test_stores_without_a_planned_drill_are_told_beside_those_that_have_one(tmp_path):
    found = drills(dev(stack="dev", file=with_drills(stack_file("dev"), {"workflow": {"everyDays": 31}})), tmp_path)

    # dev's secrets are deleted at once: they are made anew.
    assert [row.partition(":")[0] for row in found.rows] == ["- workflow", "- documents", "- backup", "- objects"]


def test_a_drill_of_a_store_that_is_not_there_is_not_asked_for(tmp_path):
    file = with_drills(stack_file("prod"), {"documents": {"everyDays": 14, "since": "2026-11-01"}})
    night = dev(stack="prod", file=file)
    night.__dict__["plan"] = SimpleNamespace(recording=SimpleNamespace(registrations=[]))
    assert drills(night, tmp_path) is None


def test_prices_are_told_once_they_are_old_with_what_they_bear():
    young, old = prices(dev(today=date(2026, 6, 15))), prices(dev(today=date(2027, 11, 23)))

    assert young.rows == ()
    assert old.rows[0].startswith("- the price book as a whole is of 2026-")
    assert old.rows[1].startswith("- read 2026-0")
    assert "USD a month)" in old.rows[1]
    assert old.weight == 0


def test_a_part_that_cannot_be_asked_says_so_and_keeps_no_other_from_the_report(tmp_path):
    asked = ask([Part("Drift", drift), Part("Waivers", waivers), Part("State", state)], dev(drift=tmp_path / "none"))

    assert [(each.title, each.answer.weight) for each in asked] == [("Drift", 2), ("Waivers", 0)]
    body = compose("dev", TODAY, asked, 65_536)
    assert "## Nightly report of dev: NOT KNOWN whether all is well" in body
    assert "State" not in body


def test_a_long_report_leaves_out_whole_rows_the_last_part_first(tmp_path):
    many = [Part("First", lambda _: found), Part("Second", lambda _: found)]
    found = type(drift(dev(drift=EVENTS)))(rows=tuple(f"- row {number} {'x' * 90}" for number in range(500)))

    body = compose("dev", TODAY, ask(many, dev()), 65_536)

    assert len(body) <= 65_536
    assert body.count("- row 499 ") == 1
    assert "more rows are left out here: see the job's log." in body


def night_of(monkeypatch, forge, folder, lines, *arguments, only=True, **changes):
    """The command with ``lines`` as the engine's events; the other parts are asked where ``only`` is not set."""
    if only:
        monkeypatch.setattr(parts, "PARTS", (Part("Drift", drift),))
    known = {**(forge.job if forge else {}), **changes}
    given = {key: value for key, value in known.items() if value is not None}
    found = ("dev", "--drift", written(folder, lines), "--today", TODAY, "--post", *arguments)
    done = give("preview.night", *found, **given)
    assert TOKEN not in done.stdout + done.stderr
    return done


def test_one_issue_is_opened_edited_closed_and_reopened(monkeypatch, forge, tmp_path):
    for number in range(150):
        forge.open_issue(f"issue {number}", "somebody")
    # What a person writes to look like it, another environment's, and GitHub's pull request among the issues.
    theirs = [forge.open_issue(f"{marker('dev')}\nall is well", "somebody"), forge.open_issue(marker("prod"), forge.me)]
    if forge.kind == "github":
        theirs.append(forge.open_issue(marker("dev"), forge.me, pull_request={}))
    before = json.dumps(theirs)

    def night(lines):
        done = night_of(monkeypatch, forge, tmp_path, lines)
        assert json.dumps(theirs) == before
        return done.returncode, done.stderr

    assert night(WELL) == (0, "all is well, and there is no issue that says otherwise\n")
    assert forge.writes == []
    assert night(LINES) == (1, "the issue is opened\n")
    issue = forge.issues[-1]
    assert issue["title"] == title("dev") == "Nightly report: dev"
    assert issue[forge.text].startswith(f"{marker('dev')}\n\n## Nightly report of dev: something must be done\n")
    assert night(LINES) == (1, "the issue says the same already\n")
    assert forge.writes == ["POST"]
    assert night([*LINES[:3], LINES[4], WELL[-1]]) == (1, "the issue is edited\n")
    assert "refused" not in issue[forge.text]
    assert night(WELL) == (0, "the issue is closed\n")
    assert issue["state"] == "closed"
    assert "all is well" in issue[forge.text]
    changes = len(forge.writes)
    assert night(WELL) == (0, "all is well, and the issue is closed already\n")
    assert len(forge.writes) == changes
    assert night(LINES) == (1, "the issue is reopened\n")
    assert issue["state"] in ("open", "opened")
    assert [each for each in forge.issues if each not in theirs][150:] == [issue]


@pytest.mark.parametrize(
    ("failing", "line"),
    [
        ({"POST": 403}, "the forge answers 403 to POST {issues}: the token may not; a fork's may only read"),
        ({"GET": 500}, "the forge answers 500 to GET {issues}"),
        ({"GET": 302}, "the forge answers 302 to GET {issues}"),
    ],
)
def test_a_forge_that_refuses_costs_one_line_and_leaves_the_verdict(monkeypatch, forge, tmp_path, failing, line):
    forge.failing = failing
    issues = {"gitlab": "/projects/7/issues", "github": "/repos/alphacar/landing-zone/issues"}[forge.kind]

    done = night_of(monkeypatch, forge, tmp_path, LINES)

    assert (done.returncode, done.stderr) == (1, f"warning: the issue is not written: {line.format(issues=issues)}\n")
    assert done.stdout.startswith(marker("dev"))


def test_a_forge_that_is_down_or_not_there_costs_one_line(monkeypatch, forge, tmp_path):
    forge.root = "http://127.0.0.1:9"

    down = night_of(monkeypatch, forge, tmp_path, WELL)
    nowhere = night_of(monkeypatch, None, tmp_path, WELL)

    assert (down.returncode, nowhere.returncode) == (0, 0)
    assert down.stderr.startswith("warning: the issue is not written: the forge does not answer GET /")
    assert down.stderr.count("\n") == 1
    assert nowhere.stderr == "warning: the issue is not written: this is no job of GitLab or of GitHub\n"


@pytest.mark.parametrize("name", ["CI_PROJECT_ID", "LANDING_ZONE_NOTE_TOKEN"])
def test_a_job_that_lacks_what_it_needs_costs_one_line(monkeypatch, tmp_path, name):
    with running("gitlab") as server:
        done = night_of(monkeypatch, server, tmp_path, WELL, **{name: None})

        assert (done.returncode, done.stderr) == (0, f"warning: the issue is not written: {name} is not set\n")
        assert server.asked == []


def test_without_post_no_forge_is_asked_and_the_whole_report_is_shown(forge, tmp_path):
    report_file = tmp_path / "night.md"
    done = give("preview.night", "dev", "--today", TODAY, "--output", report_file, **forge.job)

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert forge.asked == []
    text = report_file.read_text()
    assert "Nothing to say of: Ends of life, Waivers" in text
    # What has no input is not there, and no stub stands for it.
    assert "Drift" not in text


def test_a_part_that_is_not_known_is_the_exit_code(monkeypatch, forge, tmp_path):
    done = night_of(monkeypatch, forge, tmp_path, [])

    assert (done.returncode, done.stderr) == (2, "the issue is opened\n")


def test_an_issue_that_says_more_than_the_forge_takes_is_never_sent(forge):
    tracker = find_tracker(forge.job)
    found = ask([Part("Drift", drift)], dev(drift=EVENTS))
    body = compose("dev", TODAY, found, tracker.limit)

    assert (len(body) <= forge.limit, is_well(found), weight(found)) == (True, False, 1)
    assert Forge(tracker).put_issue(title("dev"), body, marker("dev"), well=False) == "the issue is opened"
