"""The gate stays shut: each way in which evidence can be wrong, for a state before the point of no return and after it."""

import json
import shutil
from datetime import date

import pytest

from model.resource import UNKNOWN, Resource
from policy.engine.rule import Context
from policy.gates.rules import evidence_rule
from tests.conftest import TODAY
from tests.policy.gates.conftest import DOCDB, STACK
from tests.policy.gates.made import ENTERED, at, entered, pem, write


def only(found, kind, says):
    assert [each for each, _ in found] == [kind], found
    assert says in found[0][1]


@pytest.mark.parametrize("state", list(ENTERED))
@pytest.mark.parametrize("stack", ["dev", "prod"])
def test_a_move_with_its_evidence_is_let_through(ask, state, stack):
    assert ask(state, stack) == []


@pytest.mark.parametrize("stack", ["dev", "staging", "prod"])
def test_a_stack_that_moves_nothing_needs_none(ask, settings, stack, root):
    context = Context(settings=settings(stack), today=TODAY)

    assert list(evidence_rule(root).check(STACK, context)) == []
    assert list(evidence_rule(root).check(STACK, Context(settings=None, today=TODAY))) == []


def test_a_state_that_was_entered_rightly_stays_valid(ask):
    assert ask("live", today=date(2031, 1, 1)) == []


def one_less(made):
    made["comparisons"][0]["target"]["alphacar.vehicles"] -= 1


def other(side, key, value):
    return lambda made: made[side].update({key: value})


def comparison(place, **changes):
    return lambda made: made["comparisons"][place].update(changes)


def setting(key, value):
    return lambda made: made.update({key: value})


SPOILT = [
    ("verify", one_less, "counts: alphacar.vehicles is 1200 at the source and 1199 at the target"),
    ("cut-over", one_less, "cut-over.json counts: alphacar.vehicles is 1200 at the source and 1199 at the target"),
    (
        "verify",
        lambda made: made["comparisons"][1]["target"].update(all="sha256:" + "0" * 64),
        "digests: all is sha256:",
    ),
    (
        "verify",
        lambda made: made["comparisons"][0]["target"].pop("alphacar.prices"),
        "alphacar.prices is 8 at the source and nothing",
    ),
    (
        "verify",
        lambda made: made["comparisons"][0]["target"].update(more=1),
        "more is nothing at the source and 1 at the target",
    ),
    ("verify", setting("inputs", "sha256:" + "1" * 64), "verify.json is of other inputs than the move began with"),
    (
        "verify",
        setting("environment", "staging"),
        "is of staging documents verify, and lies where that of prod documents verify belongs",
    ),
    (
        "verify",
        setting("account", "444455556666"),
        "is of account 444455556666; the stack's cluster admits 111122223333",
    ),
    (
        "verify",
        other("target", "identity", "arn:aws:rds:ap-northeast-2:444455556666:cluster:alphacar-docdb"),
        "is of a target of account 444455556666, and was made in 111122223333",
    ),
    (
        "verify",
        other("target", "host", "444455556666.dkr.ecr.ap-northeast-2.amazonaws.com"),
        "is of a target of account 444455556666, and was made in 111122223333",
    ),
    # What all names begin with is enough for registries and secrets alone.
    (
        "verify",
        other("target", "name", "alphacar"),
        "is of another target: alphacar is no aws:docdb/cluster:Cluster here",
    ),
    ("verify", setting("capability", "cache"), "is of prod cache verify"),
    ("verify", setting("step", "cut-over"), "is of prod documents cut-over"),
    (
        "verify",
        other("target", "identity", "cluster-OTHER"),
        "is of another target, cluster-OTHER; the move began with cluster-XYZ",
    ),
    ("verify", other("source", "identity", "another-set"), "is of another source, another-set"),
    (
        "verify",
        other("target", "name", "alphacar-docdb-copy"),
        "is of another target: alphacar-docdb-copy is no aws:docdb/cluster:Cluster here",
    ),
    (
        "verify",
        setting("ended", "2026-09-23T01:00:00Z"),
        "was 8 days old when the state was entered on 2026-10-01; allowed are 7",
    ),
    ("verify", setting("ended", "2026-10-02T01:00:00Z"), "after the state that it opens was entered on 2026-10-01"),
    ("verify", setting("ended", "2026-09-30T01:00:00Z"), "not after it started"),
    (
        "verify",
        lambda made: made["comparisons"].pop(1),
        "has no comparison digests; wanted are counts, digests, indexes, users",
    ),
    ("verify", lambda made: made["comparisons"].append(made["comparisons"][0]), "has the comparison counts twice"),
    ("verify", comparison(0, source={"a": 0}, target={"a": 0}), "the source is empty, and an empty target equals it"),
    ("verify", comparison(0, source={}, target={}), "counts: there was nothing to compare, which cannot fail"),
    ("verify", comparison(1, of=0, compared=0), "digests: there was nothing to compare, which cannot fail"),
    (
        "verify",
        comparison(1, compared=0, sampling="every hundredth by _id"),
        "digests: 0 of 1208 were compared, which cannot fail",
    ),
    (
        "verify",
        comparison(1, compared=99, sampling="every twelfth by _id"),
        "99 of 1208 were compared; allowed are 100 and more",
    ),
    ("verify", comparison(1, compared=1207), "all are said to be compared, and 1207 of 1208 were"),
    ("verify", comparison(1, compared=1209), "1209 of 1208 were compared"),
    (
        "verify",
        comparison(0, source={"a": "sha256:" + "2" * 64}, target={"a": "sha256:" + "2" * 64}),
        "counts: holds what is no count",
    ),
    ("verify", setting("previous", None), "does not name the evidence before it as that is now"),
    ("precheck", setting("previous", "sha256:" + "3" * 64), "names evidence before it, and is the first of the move"),
    (
        "precheck",
        lambda made: made["comparisons"][0]["target"].update(all="sha256:" + "0" * 64),
        "requirements: all is",
    ),
    ("verify", setting("approval", None), "names nobody who approved it"),
    (
        "verify",
        setting("approval", {"by": "j", "ticket": "T", "on": "2026-09-30", "of": "sha256:" + "4" * 64}),
        "was changed after j had approved it (T)",
    ),
    ("verify", setting("started", "2026-09-07T01:00:00Z"), "was begun before the step before it had ended"),
]


@pytest.mark.parametrize("state", ["verified", "live"])
@pytest.mark.parametrize(("step", "change", "says"), SPOILT, ids=[says for _, _, says in SPOILT])
def test_spoilt_evidence_opens_nothing(ask, state, step, change, says):
    if state == "verified" and step == "cut-over":
        state = "live"
    found = ask(state, spoil=at(step, change))

    told = [message for kind, message in found if kind == "violation" and says in message]
    assert told, found
    assert all(message.startswith("landing:moves.documents") for message in told)


def test_what_was_wrong_at_its_time_stays_wrong_and_a_target_may_be_renamed_once_the_incumbent_is_gone(ask):
    assert any("1199 at the target" in message for _, message in ask("gone", spoil=at("verify", one_less)))
    assert ask("gone", resources=[]) == []


def test_a_store_compared_with_itself_is_refused(ask):
    def same(made):
        made["target"]["identity"] = made["source"]["identity"]

    assert any(
        "compares replica-set-0a1b with itself" in message for _, message in ask(spoil=lambda _, made: same(made))
    )


def test_a_sample_of_enough_by_a_rule_is_accepted(ask):
    assert ask(spoil=at("verify", comparison(1, compared=100, sampling="every twelfth by _id"))) == []
    assert ask(spoil=at("verify", comparison(3, of=2, compared=2))) == []


@pytest.mark.parametrize("step", ["precheck", "verify", "cut-over"])
def test_missing_evidence_opens_nothing(ask, step):
    found = ask(then=lambda root: (root / "gates" / "prod" / "documents" / f"{step}.json").unlink())

    only(found, "violation", f"gates/prod/documents/{step}.json is missing; {step} leaves it")


def test_evidence_of_another_environment_is_refused(ask, root, settings):
    write(root, settings("staging", {"moves": {"documents": entered("verified")}}), "documents", "verified")

    def copied(root):
        shutil.copytree(root / "gates" / "staging" / "documents", root / "gates" / "prod" / "documents")
        (root / "gates" / "prod" / "signing-key.pem").write_text(pem())

    found = ask("verified", evidence=False, then=copied)

    assert {
        message.partition(".json ")[2].partition(",")[0] for kind, message in found if "is of staging" in message
    } == {
        "is of staging documents precheck",
        "is of staging documents verify",
    }


@pytest.mark.parametrize("stack", ["dev", "prod"])
def test_evidence_that_was_edited_after_its_approval_is_refused(ask, stack):
    def edited(_, made):
        made["comparisons"][0]["source"]["alphacar.vehicles"] = made["comparisons"][0]["target"][
            "alphacar.vehicles"
        ] = 1201

    found = [
        message
        for kind, message in ask("verified", stack, after=at("verify", lambda made: edited(0, made)))
        if kind == "violation"
    ]

    assert any("was changed after j.kim had approved it (PLAT-7)" in message for message in found)
    assert any("was changed after it was signed" in message for message in found)


def test_evidence_that_was_edited_and_approved_anew_by_whoever_edited_it_is_not_what_was_signed(ask):
    found = ask("verified", after=at("verify", lambda made: made["approval"].update(by="somebody")))

    only(
        found,
        "violation",
        "was changed after it was signed, or by another key than those of gates/prod/signing-key.pem",
    )


@pytest.mark.parametrize(("stack", "kind"), [("dev", "advisory"), ("staging", "advisory"), ("prod", "violation")])
def test_unsigned_evidence_is_told_and_in_prod_refused(ask, stack, kind):
    only(ask("copying", stack, sign_with=None), kind, "precheck.json is not signed")


@pytest.mark.parametrize(("stack", "kind"), [("dev", "advisory"), ("prod", "violation")])
def test_a_rehearsal_is_told_and_in_prod_refused(ask, stack, kind):
    def rehearsed(made):
        made["target"] |= {"standIn": True, "system": "FerretDB"}

    only(
        ask("copying", stack, spoil=at("precheck", rehearsed)),
        kind,
        "is of a rehearsal: FerretDB stood in for the real store",
    )


@pytest.mark.parametrize("stack", ["dev", "prod"])
def test_a_signature_of_another_key_is_refused_everywhere(ask, stack):
    found = ask("copying", stack, sign_with=2)

    only(found, "violation", "was changed after it was signed, or by another key")


def test_a_key_that_followed_leaves_old_signatures_valid(ask):
    both = lambda root: (root / "gates" / "prod" / "signing-key.pem").write_text(pem(2) + pem(1))  # noqa: E731

    assert ask("copying", then=both) == []


@pytest.mark.parametrize(("write_key", "says"), [(None, "cannot be read (No such file"), ("x", "has no -----BEGIN")])
def test_a_key_that_cannot_be_read_is_told(ask, write_key, says):
    def then(root):
        path = root / "gates" / "prod" / "signing-key.pem"
        path.unlink()
        if write_key:
            path.write_text(write_key)

    only(ask("copying", then=then), "violation", says)


DRIFTS = [
    ({"documents.instances": 3}, None),
    ({}, lambda root: touch(root, "documents.py")),
    ({}, lambda root: touch(root, "steps.py")),
    ({}, lambda root: pin(root, "mongodump", "100.15.0")),
]


def touch(root, name):
    path = root / "migration" / "moves" / name
    path.write_text(f"{path.read_text()}#\n")


def pin(root, word, version):
    path = root / "migration" / "moves" / "tools.json"
    pins = json.loads(path.read_text())
    pins[word]["version"] = version
    path.write_text(json.dumps(pins))


@pytest.mark.parametrize("state", ["copying", "verified", "live", "soaked", "gone"])
@pytest.mark.parametrize(("changes", "then"), DRIFTS, ids=["settings", "move", "steps", "tool"])
def test_drift_stops_before_the_point_of_no_return_and_is_told_after_it(ask, state, changes, then):
    found = ask(state, changes=changes, then=then)

    kinds = {
        "copying": {"violation"},
        "verified": {"violation"},
        "live": {"advisory"},
        "soaked": {"advisory"},
        "gone": set(),
    }
    assert {kind for kind, _ in found} == kinds[state]
    assert all("is of other inputs than those of now" in message for _, message in found)


@pytest.mark.parametrize(
    ("changes", "then"),
    [
        ({"cache.replicas": 2}, None),
        ({"budget.usdPerMonth": 2000}, None),
        ({}, lambda root: touch(root, "cache.py")),
        ({}, lambda root: pin(root, "velero", "1.19.0")),
    ],
    ids=["settings", "budget", "move", "tool"],
)
def test_what_belongs_to_another_move_is_no_drift(ask, changes, then):
    assert ask("copying", changes=changes, then=then) == []


def test_a_move_s_own_progress_is_no_drift(ask, settings, root):
    write(root, settings("prod", {"moves": {"documents": entered("planned")}}), "documents", "live")

    assert ask("live", evidence=False) == []


def test_evidence_by_another_version_of_a_tool_is_refused(ask):
    found = ask("copying", spoil=at("precheck", setting("tools", {"mongodump": "100.9.0"})))

    only(found, "violation", "was made by mongodump 100.9.0; the move was written for 100.14.0")


def test_a_soak_lasts_as_long_as_it_must(ask):
    found = ask("soaked", spoil=at("soak", setting("started", "2026-10-08T00:00:00Z")))

    only(found, "violation", "lasted 27 days; allowed are 28 and more")


def test_a_state_of_tomorrow_is_refused(ask):
    found = ask("copying", today=date(2026, 9, 9))

    only(found, "violation", "is said to be entered on 2026-09-10, which is after 2026-09-09")


def test_a_move_to_what_is_not_built_is_refused(ask):
    found = ask("copying", changes={"phases": [1]}, resources=STACK)

    assert any("has no target to move to: phase 2 is not active" in message for _, message in found)


@pytest.mark.parametrize(
    ("resources", "kind"),
    [
        ([], "violation"),
        ([Resource(urn="urn", type=DOCDB, name="x", props={"clusterIdentifier": "another"})], "violation"),
        ([Resource(urn="urn", type=DOCDB, name="x", props={"clusterIdentifier": UNKNOWN})], "undetermined"),
    ],
    ids=["none", "another", "unknown"],
)
def test_the_target_is_one_of_the_stack(ask, resources, kind):
    only(ask("copying", resources=resources), kind, "alphacar-docdb" if kind == "violation" else "is not known yet")


@pytest.mark.parametrize(("name", "refused"), [("alphacar", False), ("alphacar-dev", True)])
def test_a_target_in_a_cluster_is_in_the_stack_s_own(ask, name, refused):
    cluster = Resource(urn="urn:eks", type="aws:eks/cluster:Cluster", name="eks", props={"name": name})
    arn = "arn:aws:eks:ap-northeast-2:111122223333:cluster/alphacar alphacar-docdb"
    found = ask("copying", resources=[*STACK, cluster], spoil=lambda _, made: made["target"].update(identity=arn))

    said = "is of another target: alphacar is no aws:eks/cluster:Cluster here; the stack has alphacar-dev"
    assert any(said in text for _, text in found) is refused


BROKEN = [
    ("", "is not JSON"),
    ("{", "is not JSON"),
    ("[]", "the whole: "),
    ('{"a": 1, "a": 2}', "has the key a twice"),
    ("{}", "schemaVersion: field required"),
    ("[" * 100_000, "is not JSON"),
]


@pytest.mark.parametrize(("text", "says"), BROKEN, ids=[says for _, says in BROKEN])
def test_what_is_no_evidence_is_refused_in_a_line(ask, text, says):
    found = ask("copying", then=lambda root: (root / "gates" / "prod" / "documents" / "precheck.json").write_text(text))

    only(found, "violation", says)
    assert "\n" not in found[0][1]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda made: made.update(more=1), "more: extra inputs are not permitted"),
        (lambda made: made["comparisons"][0]["source"].update(x=True), "comparisons[0].source.x"),
        (lambda made: made["comparisons"][0]["source"].update(x="hunter2"), "comparisons[0].source.x"),
        (lambda made: made["comparisons"][0]["source"].update(x=-1), "comparisons[0].source.x"),
        (lambda made: made.update(started="2026-09-08T01:00:00"), "started: names no time zone"),
        (lambda made: made.update(schemaVersion="2.0"), "schemaVersion: "),
    ],
    ids=["key", "boolean", "value", "negative", "zone", "schema"],
)
def test_what_evidence_may_not_hold_is_refused_and_never_quoted(ask, change, says):
    found = ask("copying", after=at("precheck", change))

    only(found, "violation", says)
    assert "hunter2" not in found[0][1]
