"""``python -m preview.note``, a process of its own against a real HTTP server that speaks each forge's endpoints."""

import html
import json
import os
import re
import subprocess
import sys
from decimal import Decimal

import pytest

from preview.note.compose import MARKER, Stack, compose, length, read_stack
from preview.questions.diff.compare import compare_previews
from preview.report.json import build_document, read_json, write_json
from tests.preview.note.branch import GOLDENS, ROOT, compared
from tests.preview.note.forges import COMMIT, MERGED, OLDER, TOKEN, running
from tests.recordings import once

FORGES = ("gitlab", "github")
#: How a note begins whose commit nobody knows, as one of an earlier version of the program.
MARKED = f"{MARKER} -->"


@pytest.fixture(params=FORGES)
def forge(request):
    with running(request.param) as server:
        yield server


@pytest.fixture(scope="session")
def branch(tmp_path_factory):
    """The difference of the branch, made once a run."""

    def made():
        folder = tmp_path_factory.mktemp("branch")
        assert compared(folder) == 1
        return (folder / "changes-prod.json").read_text()

    return once("the difference of a branch", made)


@pytest.fixture
def folder(tmp_path, branch):
    (tmp_path / "changes-prod.json").write_text(branch)
    return tmp_path


def post(forge, folder, *arguments, commit=COMMIT, **changes):
    job = forge.environment(folder, commit) if forge else {}
    known = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", **job, **changes}
    given = {key: value for key, value in known.items() if value is not None}
    command = [sys.executable, "-m", "preview.note", *(arguments or ("prod",)), "--from", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=given, check=False, timeout=60)
    assert TOKEN not in done.stdout + done.stderr
    return done


def warned(done):
    """The one line of a note that is not posted; the exit code is the verdict's all the same."""
    assert (done.returncode, done.stdout) == (1, "")
    (line,) = done.stderr.splitlines()
    return line.removeprefix("warning: the note is not posted: ")


def test_the_note_of_a_branch_is_posted_once_and_then_edited(forge, folder):
    for number in range(150):
        forge.add(f"comment {number}", "somebody")
    # What a person writes to look like the note, and what quotes it, are left alone.
    theirs = [forge.add(f"{MARKED}\nALLOWED", "somebody"), forge.add(f"> {MARKED}", forge.me)]
    before = [each["body"] for each in theirs]

    first = post(forge, folder)

    assert (first.returncode, first.stdout, first.stderr) == (1, "", "the note is posted\n")
    assert forge.notes[-1]["body"] == GOLDENS["en"].read_text().replace(MARKED, f"{MARKER}; commit {COMMIT} -->", 1)

    assert post(forge, folder).stderr == "the note says the same already\n"
    assert forge.writes == ["POST"]

    told = json.loads((folder / "changes-prod.json").read_text())
    told["findings"]["appeared"].clear()
    (folder / "changes-prod.json").write_text(json.dumps(told))
    edited = post(forge, folder)

    assert (edited.returncode, edited.stderr) == (1, "the note is edited\n")
    assert forge.writes == ["POST", "PUT" if forge.kind == "gitlab" else "PATCH"]
    assert len(forge.notes) == 153
    assert "Findings that appear" not in forge.notes[-1]["body"]
    assert [each["body"] for each in theirs] == before
    assert post(forge, folder).stderr == "the note says the same already\n"


def test_the_note_says_what_the_branch_does():
    note = GOLDENS["en"].read_text()

    assert note.startswith(f"{MARKED}\n\n## Landing zone: BLOCKED in prod\n")
    assert '**REPLACES** `nodes-steady` (`aws:eks/nodeGroup:NodeGroup`): `instanceTypes` `["m6g.large"]`' in note
    assert "- creates `metrics` (`aws:amp/workspace:Workspace`)" in note
    assert "Waiver added: row metrics on" in note
    assert "@everybody" not in note
    places = [note.index(f"**{title}**") for title in ("Waivers, and who judges", "Findings that block", "Bill")]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("arguments", "variable", "language"),
    [(("--lang", "ko"), "", "ko"), ((), "ko", "ko"), (("--lang", "en"), "ko", "en")],
)
def test_the_note_is_in_the_language_of_the_option_or_the_variable(folder, arguments, variable, language):
    done = post(None, folder, "prod", *arguments, LANDING_ZONE_LANG=variable)

    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout == GOLDENS[language].read_text()


def test_a_language_that_nobody_speaks_posts_nothing(forge, folder):
    done = post(forge, folder, LANDING_ZONE_LANG="kr")

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "error: LANDING_ZONE_LANG: 'kr' is refused; allowed are en, ko\n"
    assert forge.writes == []


def test_both_notes_have_the_same_figures_names_and_findings():
    english, korean = (GOLDENS[each].read_text() for each in ("en", "ko"))

    def values(note):
        # What is between ticks, and every amount; a Korean sentence may have them in another order.
        return sorted(re.findall(r"`[^`]+`", note)), sorted(re.findall(r"[+-]?[0-9][0-9,]*\.[0-9]{2}\b", note))

    def messages(note):
        return re.findall(r"^\|[^|]*\| `[^|]*\|[^|]*\|(.*)\|$", note, re.MULTILINE)

    assert values(korean) == values(english)
    assert messages(korean) == messages(english)
    assert len(messages(korean)) > 5


def test_a_stack_without_a_difference_is_told_and_no_older_verdict_stands(forge, folder):
    (folder / "changes-dev.error").write_text("error: landing:phases: 7 is refused; @all\nerror: and more\n")
    post(forge, folder)

    done = post(forge, folder, "dev", "prod", "staging")

    assert (done.returncode, done.stderr) == (2, "the note is edited\n")
    (note,) = (each["body"] for each in forge.notes)
    assert "## Landing zone: NOT KNOWN for dev, staging; BLOCKED in prod" in note
    assert "@all" not in note
    # What would be a link or a picture is broken by a character that nobody sees.
    plain = html.unescape(note).replace("\u200b", "")
    assert "dev cannot be previewed: landing:phases: 7 is refused; @all; and more." in plain
    assert "staging is NOT KNOWN: it was not previewed; the job's log says why." in plain


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("{", "changes-prod.json cannot be read"),
        ("[]", "changes-prod.json is no difference"),
        ('{"against": "main", "stack": "dev", "schemaVersion": "2.3"}', "changes-prod.json is one of &#39;dev&#39;"),
        (
            '{"against": "main", "stack": "prod", "schemaVersion": "2.3"}',
            "changes-prod.json lacks what a difference has",
        ),
    ],
)
def test_a_document_that_is_no_difference_is_told(folder, text, line):
    (folder / "changes-prod.json").write_text(text)

    done = post(None, folder)

    assert done.returncode == 2
    assert f"prod is NOT KNOWN: {line}".replace("&#39;", "'") in done.stdout.replace("&#39;", "'")


def test_a_change_that_changes_nothing_begins_no_note_and_edits_the_one_there_is(forge, tmp_path, prod):
    document = read_json(write_json(build_document(prod)))
    told = compare_previews(document, document, against="main")
    (tmp_path / "changes-prod.json").write_text(write_json(told))

    done = post(forge, tmp_path)

    assert (done.returncode, done.stderr) == (0, "nothing changes, and there is no note that says otherwise\n")
    assert forge.writes == []
    forge.add(f"{MARKED}\nBLOCKED", forge.me)
    assert post(forge, tmp_path).stderr == "the note is edited\n"
    bill = f"{prod.bill.usd_per_month:,.2f}"
    assert f"Nothing changes: {bill} to {bill} USD a month" in forge.notes[0]["body"]


@pytest.mark.parametrize("standing", [f"{MARKER}; commit {COMMIT} -->\nALLOWED", MARKED, None])
def test_a_late_job_of_an_older_commit_leaves_the_note_alone(forge, folder, standing):
    if standing:
        forge.add(standing, forge.me)

    late = post(forge, folder, commit=OLDER)

    assert (late.returncode, late.stderr) == (
        1,
        "the note is left alone: the change is at cccccccc now, and this job is of 00000000\n",
    )
    assert [each["body"] for each in forge.notes] == ([standing] if standing else [])
    assert forge.writes == []
    # The job of the commit that the change is at edits what the older one left, whoever came first.
    assert post(forge, folder).stderr == f"the note is {'edited' if standing else 'posted'}\n"
    assert forge.notes[0]["body"].startswith(f"{MARKER}; commit {COMMIT} -->")


def test_an_older_commit_that_the_change_is_put_back_to_is_the_newest(forge, folder):
    post(forge, folder)
    forge.head = OLDER

    assert post(forge, folder, commit=OLDER).stderr == "the note is edited\n"
    assert forge.notes[0]["body"].startswith(f"{MARKER}; commit {OLDER} -->")
    assert "left alone" in post(forge, folder).stderr


def test_a_pipeline_for_merged_results_is_of_the_commit_that_was_pushed(folder):
    with running("gitlab") as server:
        told = {"CI_COMMIT_SHA": MERGED, "CI_MERGE_REQUEST_SOURCE_BRANCH_SHA": COMMIT}

        assert post(server, folder, **told).stderr == "the note is posted\n"
        assert "left alone" in post(server, folder, **(told | {"CI_MERGE_REQUEST_SOURCE_BRANCH_SHA": OLDER})).stderr


def test_a_forge_that_does_not_say_where_the_change_is_gets_no_note(forge, folder):
    forge.head = None

    assert warned(post(forge, folder)) == "the forge does not say which commit the change is at"
    assert forge.writes == []


@pytest.mark.parametrize(
    ("failing", "line"),
    [
        # A fork's token may read and not write.
        ({"POST": 403}, "the forge answers 403 to POST {notes}: the token may not; a fork's may only read"),
        ({"GET": 500}, "the forge answers 500 to GET {notes}"),
        ({"GET": 404}, "the forge answers 404 to GET {notes}: the token does not see it"),
        # It would take the token along.
        ({"GET": 302}, "the forge answers 302 to GET {notes}"),
        ({"POST": 307}, "the forge answers 307 to POST {notes}"),
    ],
)
def test_a_forge_that_refuses_costs_one_line(forge, folder, failing, line):
    forge.failing = failing
    notes = {"gitlab": "/projects/7/merge_requests/3/notes", "github": "/repos/alphacar/landing-zone/issues/3/comments"}

    assert warned(post(forge, folder)) == line.format(notes=notes[forge.kind])
    assert not any("elsewhere" in each for each in forge.asked)


def test_a_forge_that_is_down_costs_one_line(forge, folder):
    forge.root = "http://127.0.0.1:9"

    assert warned(post(forge, folder)).startswith("the forge does not answer GET /")


@pytest.mark.parametrize(
    ("kind", "changes", "line"),
    [
        ("gitlab", {"LANDING_ZONE_NOTE_TOKEN": None}, "LANDING_ZONE_NOTE_TOKEN is not set"),
        ("gitlab", {"LANDING_ZONE_NOTE_TOKEN": f"{TOKEN}\nX: y"}, "LANDING_ZONE_NOTE_TOKEN holds what no token does"),
        ("gitlab", {"CI_API_V4_URL": "http://gitlab.example/api/v4"}, "CI_API_V4_URL is no address that a token may"),
        ("gitlab", {"CI_API_V4_URL": "https://a@b.example"}, "CI_API_V4_URL is no address that a token may"),
        ("gitlab", {"CI_MERGE_REQUEST_IID": "3/../4"}, "CI_MERGE_REQUEST_IID is no number"),
        ("gitlab", {"CI_COMMIT_SHA": "main"}, "CI_COMMIT_SHA is no commit"),
        ("github", {"GITHUB_EVENT_PATH": "/nonexistent"}, "GITHUB_EVENT_PATH is no event of a pull request"),
        ("github", {"GITHUB_TOKEN": ""}, "GITHUB_TOKEN is not set"),
        ("github", {"GITHUB_REF": "refs/heads/main"}, "GITHUB_REF is that of no pull request"),
        ("github", {"GITHUB_REPOSITORY": "a/b/c"}, "GITHUB_REPOSITORY is none"),
        ("github", {"GITHUB_TOKEN": "wrong"}, "the forge answers 401 to GET "),
    ],
)
def test_a_job_that_lacks_what_it_needs_costs_one_line(folder, kind, changes, line):
    with running(kind) as server:
        assert warned(post(server, folder, **changes)).startswith(line)
        assert server.writes == []


def long(number, stack="prod"):
    """A difference with ``number`` resources that are made anew and as many that are added, each with much to say."""
    change = {"before": Decimal(1), "after": Decimal(2), "delta": Decimal(1)}
    value = {"path": "name", "before": "a" * 70, "after": "b" * 70, "replaces": True}
    finding = {"pack": "p", "policy": "q", "kind": "violation", "level": "mandatory", "urn": "", "message": "it blocks"}

    def each(place, effect):
        return {"urn": f"u{place}", "change": "changed", "effect": effect, "protected": False, "values": [value]}

    which = [each(place, effect) for effect in ("updates", "replaces") for place in range(number)]
    return {
        "schemaVersion": "2.3",
        "stack": stack,
        "today": "2026-11-23",
        "against": "main",
        "changes": [],
        "notes": [],
        "blocked": True,
        "waivers": {"changes": [], "owners": {"added": [], "removed": []}, "judges": []},
        "decisions": [],
        "resources": [{"type": "t", "added": 0, "removed": 0, "changed": number, "which": which}],
        "capacity": {
            "before": None,
            "after": {"fits": True, "requests": dict.fromkeys(KEYS, 1), "allocatable": dict.fromkeys(KEYS, 2)},
        },
        "cost": {"capabilities": [], "total": change, "totalHigh": change, "budget": change},
        "findings": {"appeared": [], "disappeared": [], "blocking": [finding]},
    }


KEYS = ("cpuMillis", "memoryMib", "pods")


@pytest.mark.parametrize("number", [10, 150, 2000])
def test_a_long_note_leaves_out_whole_rows_the_least_important_first(number):
    stacks = [read_stack(name, long(number, name)) for name in ("prod", "dev")]
    whole = compose(stacks, 10**9).splitlines()

    note = compose(stacks, 65_536)

    assert length(note) <= 65_536
    new = [line for line in note.splitlines() if line not in whole]
    assert all(
        line.endswith(("left out here: see `changes-prod.md`.", "left out here: see `changes-dev.md`.")) for line in new
    )
    assert bool(new) is (number > 10)
    assert note.count("| mandatory, as before |") == 2
    # Other resources go before a single one that is made anew.
    assert "- updates" not in note or note.count("**REPLACES**") == 2 * number
    assert length(note) > 60_000 or number == 10


def test_a_note_of_letters_beyond_the_first_plane_is_counted_as_a_forge_may():
    told = long(400)
    told["resources"][0]["type"] = "\U0001f600" * 100

    assert len(compose([Stack("prod", told)], 65_536)) < length(compose([Stack("prod", told)], 65_536)) <= 65_536
