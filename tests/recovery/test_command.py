"""The command as it is given, over the played worlds: what it says, with which code it ends, and what it signs."""

import json
import signal

import boto3
import pytest
from botocore.exceptions import ClientError

from policy.gates.drills import DrillEvidence
from recovery import commands
from tests.commands import give
from tests.recovery.played import POISONS, ManagedWorld, VeleroWorld, ready

SIGNING_KEY = "arn:aws:kms:ap-northeast-2:111122223333:key/evidence"
WORLDS = {
    "backup": VeleroWorld,
    "documents": lambda: ManagedWorld("documents"),
    "workflow": lambda: ManagedWorld("workflow"),
}
PLANNED = {
    "backup": {"schedule": "velero-daily", "canaries": "recovery"},
    "documents": {"cluster": "store", "user": "drill", "passwordFile": "/nowhere"},
    "workflow": {"instance": "store", "user": "drill", "passwordFile": "/nowhere"},
}


class Sts:
    def get_caller_identity(self):
        return {"Account": "111122223333"}


class Kms:
    """Signs whatever it is given, and keeps what it was asked."""

    def __init__(self):
        self.asked, self.refuses = [], False

    def sign(self, **asked):
        if self.refuses:
            raise ClientError({"Error": {"Code": "AccessDeniedException", "Message": "not authorized"}}, "Sign")
        self.asked.append(asked)
        return {"KeyId": asked["KeyId"], "Signature": b"x" * 384}


@pytest.fixture(params=list(WORLDS))
def world(request):
    return ready(WORLDS[request.param]())


@pytest.fixture
def kms():
    return Kms()


@pytest.fixture
def drill(monkeypatch, tmp_path, kms):
    """``python -m recovery drill prod STORE``: all of it, over a world in the place of AWS, of the store and of the clock."""
    before = signal.getsignal(signal.SIGTERM)

    def give_it(world, **plan):
        store = world.asked.store
        clients = {"s3": world.bucket, "sts": Sts(), "kms": kms}
        monkeypatch.setattr(boto3, "client", lambda service, **_: clients[service])
        monkeypatch.setitem(commands._MADE, store, lambda plan, patience: world.store)
        monkeypatch.setattr(commands, "Patience", lambda **_: world.clock.patience())
        path = tmp_path / "plan.yaml"
        path.write_text(json.dumps({"ledger": {"bucket": "ledger"}, store: PLANNED[store], **plan}))
        return give("recovery", "drill", "prod", store, "--plan", path)

    yield give_it
    signal.signal(signal.SIGTERM, before)


def kept(world):
    """The evidence that the ledger was given."""
    (found,) = [body for key, body in world.bucket.kept.items() if "evidence" in key]
    return DrillEvidence.model_validate_json(found)


def test_a_good_backup_ends_with_0(world, drill):
    ended = drill(world)

    assert (ended.returncode, ended.stdout.splitlines()[-1], ended.stderr) == (0, "green", "")
    assert world.leftovers() == []


@pytest.mark.parametrize("poison", POISONS)
def test_a_poisoned_backup_ends_with_1_and_says_why(world, drill, poison):
    world.spoil(poison)

    ended = drill(world)

    assert (ended.returncode, ended.stdout.splitlines()[-1], ended.stderr) == (1, "red", "")
    assert any(line.startswith("red: ") for line in ended.stdout.splitlines())
    assert world.leftovers() == []


def test_a_drill_is_signed_by_the_key_of_its_plan(world, drill, kms):
    ended = drill(world, signingKey=SIGNING_KEY)

    assert ended.returncode == 0
    assert [asked["KeyId"] for asked in kms.asked] == [SIGNING_KEY]
    assert kept(world).signature.key == SIGNING_KEY


def test_a_drill_without_a_key_is_not_signed_and_says_so(world, drill, kms):
    ended = drill(world)

    assert "not signed: the plan has no signingKey" in ended.stdout
    assert (kms.asked, kept(world).signature) == ([], None)


def test_a_drill_that_may_not_be_signed_is_red(world, drill, kms):
    kms.refuses = True

    ended = drill(world, signingKey=SIGNING_KEY)

    assert ended.returncode == 1
    assert "red: signing: AccessDeniedException" in ended.stdout
