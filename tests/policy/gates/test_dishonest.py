"""Ways to open a state dishonestly that somebody tried, and what was honest beside each."""

import json
from datetime import date, timedelta

import pytest

from policy.engine.rule import Context
from policy.gates.evidence import EvidenceError, place, read_evidence
from policy.gates.rules import evidence_rule
from stacks.load import stack_file
from tests.conftest import TODAY
from tests.policy.gates.made import ENTERED, WINDOWS, at, entered, write

OTHER = {"documents.instances": 3}
LIVE = date.fromisoformat(ENTERED["live"])


def kinds(found):
    return sorted({kind for kind, _ in found})


def comparison(made, name):
    return next(each for each in made["comparisons"] if each["name"] == name)


def test_inputs_that_change_on_the_day_of_live_stop_it_and_are_told_from_the_next_on(ask):
    assert kinds(ask("live", today=LIVE, changes=OTHER)) == ["violation"]
    assert kinds(ask("live", today=LIVE + timedelta(days=1), changes=OTHER)) == ["advisory"]
    assert ask("live", today=LIVE) == []


def test_a_move_that_has_just_ended_still_names_its_target(ask):
    gone = date.fromisoformat(ENTERED["gone"])

    def elsewhere(_, made):
        made["target"]["name"] = "nonsense"

    assert kinds(ask("gone", today=gone, spoil=elsewhere)) == ["violation"]
    assert ask("gone", today=gone + timedelta(days=8), spoil=elsewhere) == []


@pytest.mark.parametrize("back_to", ["planned", "copying", "verified"])
def test_a_state_that_was_taken_back_is_refused_by_the_evidence_ahead_of_it(ask, back_to):
    found = ask("soaked", moves=entered(back_to), evidence=False, then=lambda root: keep(root, "soaked"))

    assert any("a state is not taken back" in text for _, text in found)


def test_an_entry_that_was_deleted_is_refused_while_its_evidence_lies_there(settings, root):
    keep(root, "copying", settings("prod"))
    found = [each.message for each in evidence_rule(root).check([], Context(settings=settings("prod"), today=TODAY))]

    assert len(found) == 1
    assert "documents: says nothing, and gates/prod/documents/precheck.json lies there" in found[0]


def keep(root, state, settings=None):
    """Evidence of every step up to ``state``, as an honest move left it."""
    write(root, settings or stack_file("prod").settings, "documents", state)


def test_evidence_of_the_next_state_may_lie_there_before_that_is_entered(ask, root):
    assert ask("verified", moves=entered("copying")) == []


def test_who_agrees_late_breaks_no_chain(ask, root):
    """The three were recorded first and approved afterwards: what the next one names has no approval in it."""
    assert ask("live") == []
    path = place(root, "prod", "documents", "precheck")
    made = json.loads(path.read_text())
    made["approval"]["ticket"] = "PLAT-8"
    del made["signature"]
    path.write_text(json.dumps(made))

    assert [text for _, text in ask("live", evidence=False)] == [
        "landing:moves.documents.copying: gates/prod/documents/precheck.json is not signed"
    ]


@pytest.mark.parametrize(
    "key", ["nobody", "alias/x", "arn:aws:kms:ap-northeast-2:999999999999:key/1", "arn:aws:kms:x:111122223333:alias/y"]
)
def test_a_signature_names_a_key_of_the_account(ask, key):
    def another(_, made):
        made["signature"]["key"] = key

    assert all("which is no key of account 111122223333" in text for _, text in ask("copying", after=another))
    assert ask("copying", after=another)


@pytest.mark.parametrize(
    ("step", "name", "change", "says"),
    [
        ("verify", "counts", {"of": 1, "compared": 1}, "says that there were 1 to compare, and names 2"),
        (
            "verify",
            "counts",
            {"sampling": "every third", "of": 10**12},
            "is a sample (every third); everything is counted",
        ),
        ("verify", "digests", {"source": {"x": 0}, "target": {"x": 0}}, "says 0 of everything"),
        ("precheck", "requirements", {"source": {"x": 0}, "target": {"x": 0}}, "wants 1 of each thing"),
        ("soak", "health", {"source": {"x": 1}, "target": {"x": 1}}, "wants 0 of each thing"),
        ("decommission", "removed", {"source": {"x": 3}, "target": {"x": 3}}, "wants 0 of each thing"),
        ("verify", "digests", {"source": {"": 1}, "target": {"": 1}}, "string should have at least 1 character"),
    ],
)
def test_a_comparison_that_could_not_fail_opens_nothing(ask, step, name, change, says):
    def empty(made):
        comparison(made, name).update(change)

    # Spoilt at the file: some of it is no evidence that could be signed.
    assert any(says in text for _, text in ask("gone", today=date(2026, 11, 10), after=at(step, empty)))


@pytest.mark.parametrize(
    "same",
    [
        {"identity": "REPLICA-SET-0A1B"},
        {"host": "10.0.0.5", "name": "mongodb"},
    ],
)
def test_a_store_is_not_compared_with_itself_in_other_letters(ask, same):
    def itself(_, made):
        made["target"].update(same)

    assert any("with itself, which cannot fail" in text for _, text in ask("copying", spoil=itself))


def test_a_soak_begins_when_the_target_was_live(ask):
    days = {**entered("soaked"), "live": "2026-10-08"}

    assert any("lasted 27 days; allowed are 28 and more" in text for _, text in ask("soaked", moves=days))
    assert WINDOWS["soak"][1].startswith("2026-11-04")


@pytest.mark.parametrize("name", ["\u200b", "-", " . "])
def test_nobody_approves_nothing(ask, name):
    def by(_, made):
        made["approval"]["by"] = name

    assert any("allowed is a name with a letter in it" in text for _, text in ask("copying", after=by))


@pytest.mark.parametrize("moment", ["9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+12:00"])
def test_a_moment_beyond_utc_is_told_in_one_line(ask, moment):
    def beyond(_, made):
        made["ended"] = moment

    assert any("ended: is no moment that UTC has" in text for _, text in ask("copying", after=beyond))


def test_evidence_is_a_plain_file_of_the_folder(tmp_path):
    (tmp_path / "elsewhere.json").write_text("{}")
    (tmp_path / "link.json").symlink_to(tmp_path / "elsewhere.json")
    (tmp_path / "folder.json").mkdir()

    for name in ("link.json", "folder.json"):
        with pytest.raises(EvidenceError, match="is no plain file"):
            read_evidence(tmp_path / name)


def test_many_keys_are_read_at_once(tmp_path):
    path = tmp_path / "many.json"
    path.write_text(json.dumps({f"k{number}": 0 for number in range(70_000)}))

    with pytest.raises(EvidenceError):
        read_evidence(path)
