"""Evidence that is made here opens the gate, and nothing else does it."""

import hashlib
import json
import shutil
from datetime import UTC, date, datetime

import boto3
import pytest
from botocore.stub import Stubber

from migration.evidence.record import ALGORITHM, approve, evidence_before, record, sign, text
from policy.engine.rule import Context
from policy.gates.evidence import Comparison, EvidenceError, Side, place
from policy.gates.inputs import ROOT
from policy.gates.rules import problems
from tests.policy.gates.made import ENTERED, pem
from tests.policy.gates.made import sign as signed_by_kms

KEY = "arn:aws:kms:ap-northeast-2:111122223333:key/1"
SOURCE, TARGET = (
    Side.model_validate({"system": system, "name": name, "host": f"{name}.svc", "version": "7.0.14", "identity": name})
    for system, name in (("MongoDB", "mongodb"), ("Amazon DocumentDB", "alphacar-docdb"))
)


def compared(*names):
    return [
        Comparison.model_validate({"name": name, "source": items, "target": dict(items), "of": 12, "compared": 12})
        for name in names
        for items in [{"alphacar.vehicles": 1 if name == "requirements" else 12}]
    ]


def made(settings, root_of_moves, step, names, window):
    return record(
        settings,
        "documents",
        step,
        account="111122223333",
        sides=(SOURCE, TARGET),
        window=window,
        comparisons=compared(*names),
        tools={"mongodump": "100.14.0"},
        root=root_of_moves,
        before=evidence_before(settings, "documents", step, root=root_of_moves),
    )


@pytest.fixture
def root(tmp_path):
    shutil.copytree(ROOT / "migration" / "moves", tmp_path / "migration" / "moves")
    (tmp_path / "gates" / "prod").mkdir(parents=True)
    (tmp_path / "gates" / "prod" / "signing-key.pem").write_text(pem())
    return tmp_path


@pytest.fixture
def kms():
    client = boto3.client("kms", region_name="ap-northeast-2", aws_access_key_id="x", aws_secret_access_key="x")
    with Stubber(client) as stub:
        yield client, stub


def put(root, evidence):
    path = place(root, "prod", "documents", evidence.step)
    path.parent.mkdir(exist_ok=True)
    path.write_text(text(evidence))


FIRST = (datetime(2026, 9, 8, 1, tzinfo=UTC), datetime(2026, 9, 8, 2, tzinfo=UTC))
THEN = (datetime(2026, 9, 30, 1, tzinfo=UTC), datetime(2026, 9, 30, 2, tzinfo=UTC))


def test_what_is_recorded_approved_and_signed_opens_the_gate(settings, root, kms):
    judged = settings(
        "prod", {"moves": {"documents": {state: ENTERED[state] for state in ("planned", "copying", "verified")}}}
    )
    client, stub = kms
    for step, names, window in (
        ("precheck", ["requirements"], FIRST),
        ("verify", ["counts", "digests", "indexes", "users"], THEN),
    ):
        evidence = approve(made(judged, root, step, names, window), "j.kim", "PLAT-7", window[1].date())
        stub.add_response(
            "sign",
            {"KeyId": KEY, "Signature": signed_by_kms(evidence.to_sign), "SigningAlgorithm": ALGORITHM},
            {
                "KeyId": "alias/alphacar-evidence",
                "Message": hashlib.sha256(evidence.to_sign).digest(),
                "MessageType": "DIGEST",
                "SigningAlgorithm": ALGORITHM,
            },
        )
        put(root, sign(evidence, client, "alias/alphacar-evidence"))

    assert list(problems(judged, Context(settings=judged, today=date(2026, 11, 23)), None, root)) == []
    stub.assert_no_pending_responses()


def test_a_step_without_the_one_before_it_is_not_recorded(settings, root):
    with pytest.raises(EvidenceError, match=r"gates/prod/documents/precheck\.json cannot be read"):
        made(settings("prod"), root, "verify", ["counts"], THEN)


def test_a_step_of_another_plan_than_the_one_before_it_is_not_recorded(settings, root):
    put(root, made(settings("prod"), root, "precheck", ["requirements"], FIRST))

    with pytest.raises(EvidenceError, match="precheck was made for other inputs than those of now"):
        made(settings("prod", {"documents.instances": 3}), root, "verify", ["counts"], THEN)


def test_a_soak_is_recorded_though_settings_were_changed_since_the_target_is_live(settings, root):
    judged = settings("prod")
    put(root, made(judged, root, "precheck", ["requirements"], FIRST))
    put(root, made(judged, root, "verify", ["counts"], THEN))
    put(root, made(judged, root, "cut-over", ["counts"], THEN))
    changed = settings("prod", {"documents.instances": 3})

    assert made(changed, root, "soak", ["health"], THEN).step == "soak"


def test_what_nobody_approved_is_not_signed(settings, root, kms):
    with pytest.raises(EvidenceError, match="is not approved"):
        sign(made(settings("prod"), root, "precheck", ["requirements"], FIRST), kms[0], KEY)


def test_an_approval_of_anew_takes_the_signature_off(settings, root, kms):
    client, stub = kms
    evidence = approve(made(settings("prod"), root, "precheck", ["requirements"], FIRST), "a", "T", date(2026, 9, 8))
    stub.add_response("sign", {"KeyId": KEY, "Signature": signed_by_kms(evidence.to_sign)})

    assert approve(sign(evidence, client, KEY), "b", "T", date(2026, 9, 9)).signature is None


def test_the_file_reads_back_as_what_was_written(settings, root):
    evidence = made(settings("prod"), root, "precheck", ["requirements"], FIRST)

    assert type(evidence).model_validate_json(text(evidence)) == evidence
    assert json.loads(text(evidence))["started"] == "2026-09-08T01:00:00Z"
