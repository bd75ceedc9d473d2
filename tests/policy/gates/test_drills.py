"""A drill's evidence: what the gate refuses of it, and from which day on a missing one blocks."""

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest

from model.resource import Resource
from policy.engine.rule import Context
from policy.gates.drills import DrillEvidence, drill_ages, drills_rule, judge_drill
from policy.gates.evidence import place
from preview.packs.runner import OURS, Packs
from preview.run import PROJECT
from preview.simulate.recorder import record
from stacks.load import stack_file
from tests.conftest import TODAY
from tests.policy.gates.made import pem, sign

ENDED = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
STARTED = ENDED - timedelta(hours=1)
STACK = [Resource(urn="urn", type="aws:docdb/cluster:Cluster", name="documents", props={})]
DIGEST, OTHER = "sha256:" + "a" * 64, "sha256:" + "b" * 64
SIDE = {"system": "documentdb", "host": "h:27017", "version": "5.0.0"}


def at(moment):
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def good(**changed):
    """What a drill that went well writes, unsigned."""
    return {
        "schemaVersion": "1.0",
        "environment": "prod",
        "account": "111122223333",
        "store": "documents",
        "live": {**SIDE, "name": "alphacar-documents", "identity": "arn:live"},
        "restored": {**SIDE, "name": "alphacar-documents-drill", "identity": "arn:restored"},
        "backup": {"name": "latest", "at": at(STARTED - timedelta(minutes=5))},
        "canary": {"written": at(STARTED - timedelta(hours=5)), "expected": DIGEST, "found": DIGEST},
        "counts": {"cars.vehicles": {"before": 1000, "restored": 1000, "live": 1000}},
        "tools": {"pymongo": "4.20.1"},
        "started": at(STARTED),
        "ended": at(ENDED),
        **changed,
    }


def problems(**changed):
    return list(judge_drill(DrillEvidence.model_validate_json(json.dumps(good(**changed)))))


def counted(before, restored, live):
    return {"counts": {"cars.vehicles": {"before": before, "restored": restored, "live": live}}}


def test_a_good_drill_has_nothing_against_it():
    assert problems() == []


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"problems": ["the restore did not end"]}, "the restore did not end"),
        ({"live": None}, "has no live: it proves nothing"),
        ({"canary": None}, "has no canary: it proves nothing"),
        ({"counts": {}}, "has no counts: it proves nothing"),
        ({"ended": at(STARTED)}, "not after it started"),
        ({"restored": {**SIDE, "name": "x", "identity": "ARN:live"}}, "compares arn:live with itself"),
        (
            {"backup": {"name": "b", "at": at(STARTED - timedelta(hours=2))}},
            "2.0 hours before the drill; allowed are 1.0",
        ),
        ({"backup": {"name": "b", "at": at(STARTED + timedelta(hours=1))}}, "a clock is wrong"),
        ({"canary": {"written": at(STARTED), "expected": DIGEST, "found": DIGEST}}, "after the backup of"),
        (
            {"canary": {"written": at(STARTED - timedelta(hours=28)), "expected": DIGEST, "found": DIGEST}},
            "hours older; allowed are 26.0",
        ),
        (
            {"canary": {"written": at(STARTED - timedelta(hours=5)), "expected": DIGEST, "found": OTHER}},
            "is not the one of",
        ),
        ({"canary": {"written": at(STARTED - timedelta(hours=5)), "expected": DIGEST}}, "is not in what was restored"),
        (counted(0, 0, 0), "an empty restore equals it"),
        (counted(5, 0, 5), "nothing was restored of 5"),
        (counted(1000, 979, 1000), "979 were restored; there were 1000 before the backup and are 1000 now"),
        (counted(1000, 1221, 1200), None),
        (counted(1000, 1225, 1200), "1225 were restored"),
        (counted(1000, 980, 1000), None),
        (counted(40, 39, 40), "39 were restored"),
        (
            {"comparisons": [{"name": "digests", "source": {}, "target": {}, "of": 0, "compared": 0}]},
            "nothing to compare",
        ),
        (
            {
                "comparisons": [
                    {"name": "digests", "source": {"a": DIGEST}, "target": {"a": OTHER}, "of": 1, "compared": 1}
                ]
            },
            "digests: a is",
        ),
    ],
    ids=lambda value: str(value)[:60],
)
def test_what_speaks_against_a_drill(changed, said):
    found = problems(**changed)

    assert (said is None and found == []) or any(said in problem for problem in found), found


@pytest.fixture
def gate(settings, tmp_path):
    """What the rule says of prod's documents with the evidence that is given, as (kind, message)."""

    def asked(
        evidence=None,
        *,
        signed=True,
        since="2026-09-01",
        stack="prod",
        today=TODAY,
        resources=STACK,
        spoil=None,
        plan=True,
    ):
        planned = {"documents": {"everyDays": 14, **({"since": since} if since else {})}} if plan else {}
        judged = settings(stack, {"drills": planned})
        if evidence is not None:
            made = DrillEvidence.model_validate_json(json.dumps(evidence))
            if signed:
                value = base64.b64encode(sign(made.to_sign)).decode()
                key = f"arn:aws:kms:ap-northeast-2:{made.account}:key/1"
                evidence = {
                    **evidence,
                    "signature": {"algorithm": "RSASSA_PKCS1_V1_5_SHA_256", "key": key, "value": value},
                }
            path = place(tmp_path, judged.environment, "drills", "documents")
            path.parent.mkdir(parents=True)
            path.write_text(json.dumps({**evidence, **(spoil or {})}))
            (tmp_path / "gates" / judged.environment / "signing-key.pem").write_text(pem())
        context = Context(settings=judged, today=today)
        return [(each.kind, each.message) for each in drills_rule(tmp_path).check(resources, context)]

    return asked


def test_a_fresh_signed_drill_says_nothing(gate):
    assert gate(good()) == []


@pytest.mark.parametrize(
    ("since", "stack", "kind"),
    [
        # A period after the day from which it counts; not before; not without a day; nowhere but in production, though
        # staging protects its data.
        ("2026-11-08", "prod", "violation"),
        ("2026-11-09", "prod", "advisory"),
        (None, "prod", "advisory"),
        ("2026-09-01", "staging", "advisory"),
        ("2026-09-01", "dev", "advisory"),
    ],
)
def test_a_missing_drill_blocks_in_production_once_a_period_has_passed(gate, since, stack, kind):
    ((said, message),) = gate(since=since, stack=stack)

    assert said == kind
    assert message.startswith("landing:drills.documents: no drill has proved that it can be brought back")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"evidence": good(), "signed": False}, "is not signed"),
        (
            {"evidence": good(), "spoil": {"counts": {"a": {"before": 1, "restored": 1, "live": 1}}}},
            "was changed after it was signed",
        ),
        ({"evidence": good(environment="dev")}, "is of dev documents"),
        ({"evidence": good(store="workflow")}, "is of prod workflow"),
        ({"evidence": good(account="999999999999")}, "is of account 999999999999"),
        ({"evidence": good(problems=["canary is gone"])}, "is red: canary is gone"),
        (
            {"evidence": good(live={**SIDE, "name": "x", "identity": "y", "standIn": True})},
            "stood in for the real store",
        ),
        ({"evidence": good(ended=at(datetime(2026, 12, 24, tzinfo=UTC)))}, "which is after 2026-11-23"),
        ({"evidence": good(), "spoil": {"extra": 1}}, "extra"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_evidence_that_proves_nothing_is_none(gate, given, said):
    found = gate(**given)

    assert any(said in message for _, message in found), found
    assert {kind for kind, _ in found} == {"violation"}


def test_a_drill_that_is_too_long_ago_is_told_with_its_age(gate):
    later = ENDED.date() + timedelta(days=15)

    assert gate(good(), today=later) == [
        ("violation", "landing:drills.documents: the last drill was 15 days ago; allowed are 14")
    ]


def test_a_store_that_the_stack_has_not_is_not_asked_for(gate):
    assert gate(resources=[]) == []


def there(kind, **props):
    return [Resource(urn=f"urn:{kind}", type=kind, name="it", props=props)]


@pytest.mark.parametrize(
    ("store", "resources"),
    [
        ("documents", there("aws:docdb/cluster:Cluster")),
        ("workflow", there("aws:rds/instance:Instance")),
        ("backup", there("kubernetes:helm.sh/v3:Release", chart="velero")),
        ("objects", there("aws:s3/bucket:Bucket")),
        ("secrets", there("aws:secretsmanager/secret:Secret")),
    ],
)
@pytest.mark.parametrize("stack", ["prod", "staging"])
def test_a_store_that_holds_data_and_has_no_planned_drill_is_told_once(gate, store, resources, stack):
    said = f"landing:drills.{store}: no drill is planned, and nothing proves that it can be brought back"

    assert gate(plan=False, resources=resources, stack=stack) == [("advisory", said)]


def test_secrets_that_are_deleted_at_once_and_a_chart_that_is_not_veleros_hold_nothing(gate):
    resources = [
        *there("aws:secretsmanager/secret:Secret"),
        *there("kubernetes:helm.sh/v3:Release", chart="loki"),
    ]

    assert gate(plan=False, resources=resources, stack="dev") == []


def test_ages_are_listed_for_reports_and_those_that_nobody_plans_behind_them(settings, tmp_path):
    judged = settings("prod", {"drills": {"secrets": {"everyDays": 7}, "documents": {"everyDays": 14}}})

    assert [(each.store, each.every_days, each.counts) for each in drill_ages(judged, TODAY, tmp_path)] == [
        ("secrets", 7, False),
        ("documents", 14, False),
        ("workflow", None, False),
        ("backup", None, False),
        ("objects", None, False),
    ]


def told_by_the_packs(drills):
    """What the real packs say of a program with one cluster, as (level, policy)."""
    import pulumi

    config = {**stack_file("prod").config, "landing:drills": json.dumps(drills)}

    def program():
        pulumi.CustomResource("aws:docdb/cluster:Cluster", "documents", {"clusterIdentifier": "alphacar-documents"})

    with Packs(
        [each for each in OURS if each.name == "decisions"], project=PROJECT, stack="prod", config=config, today=TODAY
    ) as packs:
        found = packs.judge(record(program, project=PROJECT, stack="prod", config=config))
    return [each.level for each in found if each.policy == "drills-are-current"]


@pytest.mark.parametrize(
    ("drills", "levels"),
    [
        ({"documents": {"everyDays": 14, "since": "2026-09-01"}}, ["mandatory"]),
        ({"documents": {"everyDays": 14, "since": "2026-11-20"}}, ["advisory"]),
        # The database is not there; the documents are, and no drill of them is planned.
        ({"workflow": {"everyDays": 14, "since": "2026-09-01"}}, ["advisory"]),
        ({}, ["advisory"]),
    ],
    ids=["overdue", "not due yet", "of what is not there", "not planned"],
)
def test_the_real_packs_say_so(drills, levels):
    assert told_by_the_packs(drills) == levels
