"""Sealed files unsealed by kubeseal into the Secrets Manager that moto plays, and what can go wrong on the way.

jq and the AWS CLI of the move's command are played by a few lines here; kubeseal is the real one.
"""

from __future__ import annotations

import base64
import http.server
import json
import os
import shutil
import signal
import subprocess
import threading
import urllib.error
import urllib.request
from contextlib import contextmanager

import boto3
import pytest

from stacks.load import stack_file
from tests.rehearsal.rehearsed import gate_refuses_what_is_edited_copied_or_old

REGION = "ap-northeast-2"


def kept_at(entry):
    """Where an entry of the inventory is kept."""
    return f"alphacar/dev/{stack_file('dev').settings.secrets.inventory[entry].namespace}/{entry}"


class World:
    """The old cluster's keys and sealed files, and AWS."""

    def __init__(self, move, kubeseal, folder, aws):
        self.move, self.kubeseal, self.folder, self.aws = move, kubeseal, folder, aws
        self.entries = sorted(stack_file("dev").settings.secrets.inventory)[:3]
        self.client = boto3.client(
            "secretsmanager",
            endpoint_url=aws["AWS_ENDPOINT_URL"],
            region_name=REGION,
            aws_access_key_id="rehearsal",
            aws_secret_access_key="rehearsal",
        )
        move.stores = {
            "source": {"address": "https://kubernetes.on-premises:6443", "name": "sealed-secrets"},
            "target": {"address": aws["AWS_ENDPOINT_URL"], "name": "alphacar/dev"},
            "keys": str(folder / "keys.yaml"),
            "entries": {entry: str(folder / f"{entry}.json") for entry in self.entries},
            "drawn": sorted(set(stack_file("dev").settings.secrets.inventory) - set(self.entries)),
        }

    def make_keys(self, name="keys.yaml"):
        """A controller's key, as kubectl gives it."""
        made = ["openssl", "req", "-x509", "-nodes", "-newkey", "rsa:2048", "-days", "30", "-subj", "/CN=sealing"]
        made += ["-keyout", str(self.folder / "key.pem"), "-out", str(self.folder / "cert.pem")]
        subprocess.run(made, check=True, capture_output=True)
        data = {
            f"tls.{kind}": base64.b64encode((self.folder / file).read_bytes()).decode()
            for kind, file in (("crt", "cert.pem"), ("key", "key.pem"))
        }
        secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "k", "namespace": "kube-system"}}
        secret |= {"type": "kubernetes.io/tls", "data": data}
        (self.folder / name).write_text(json.dumps(secret))

    def seal(self, entry, values):
        """A sealed file in Git."""
        data = {key: base64.b64encode(value.encode()).decode() for key, value in values.items()}
        secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": entry, "namespace": "alphacar"}}
        argv = [str(self.kubeseal), "--cert", str(self.folder / "cert.pem"), "--format", "json"]
        done = subprocess.run(
            argv, input=json.dumps({**secret, "data": data}), capture_output=True, text=True, check=True
        )
        (self.folder / f"{entry}.json").write_text(done.stdout)

    def unsealing(self, entry):
        """The move's own command."""
        argv = [str(self.kubeseal), "--recovery-unseal", "--recovery-private-key", str(self.folder / "keys.yaml")]
        return [*argv, "--secret-file", str(self.folder / f"{entry}.json"), "--format", "json"]

    def copy(self, *entries):
        for entry in entries or self.entries:
            done = subprocess.run(self.unsealing(entry), capture_output=True, check=True)
            data = json.loads(done.stdout)["data"]
            self.put(entry, {key: base64.b64decode(value).decode() for key, value in data.items()})

    def put(self, entry, values):
        self.client.put_secret_value(SecretId=kept_at(entry), SecretString=json.dumps(values))


@pytest.fixture
def world(built, rehearsal, aws, tmp_path):
    if shutil.which("openssl") is None:
        pytest.skip("makes a sealing key: needs openssl")
    tools = built("secrets")
    move = rehearsal("secrets", PATH=f"{tools}:{os.environ['PATH']}")
    made = World(move, tools / "kubeseal", tmp_path, aws)
    made.make_keys()
    for number, entry in enumerate(made.entries):
        made.seal(entry, {"username": f"user-{number}", "password": f"correct-horse-{number}"})
    for entry in stack_file("dev").settings.secrets.inventory:
        made.client.create_secret(Name=kept_at(entry))
    yield made
    for entry in stack_file("dev").settings.secrets.inventory:
        made.client.delete_secret(SecretId=kept_at(entry), ForceDeleteWithoutRecovery=True)


def test_what_was_unsealed_is_equal_and_no_value_is_in_the_evidence(world):
    world.move.passed("precheck")
    world.copy()
    world.move.passed("verify", "cut-over")

    text = world.move.path("verify").read_text()
    assert world.move.evidence("verify").comparisons[0].source == dict.fromkeys(world.entries, 2)
    assert "correct-horse" not in text
    # A digest that is the same in each run could be guessed from: it is not.
    first = world.move.evidence("verify").comparisons[1].source
    assert first != world.move.evidence("cut-over").comparisons[1].source


def test_a_copy_that_was_killed_is_run_again_and_comes_to_the_same(world):
    world.move.passed("precheck")
    world.copy(world.entries[0])
    running = subprocess.Popen(world.unsealing(world.entries[1]), stdout=subprocess.PIPE)
    running.send_signal(signal.SIGKILL)
    running.communicate()
    half = world.move.verify("verify", "--rehearse")
    world.copy()

    assert half.returncode == 1
    assert f"  {world.entries[1]}: password\n" in half.stdout
    assert f"  {world.entries[0]}: password\n" not in half.stdout
    world.move.passed("verify")


def test_a_value_that_is_sealed_anew_during_the_copy_is_named(world):
    world.move.passed("precheck")
    world.copy()
    world.seal(world.entries[2], {"username": "user-2", "password": "rotated"})
    done = world.move.verify()

    assert done.returncode == 1
    assert f"digests: DIFFERENT, 3 of 3 compared\n  {world.entries[2]}: password\n" in done.stdout
    assert "rotated" not in done.stdout + done.stderr


def test_a_value_with_one_letter_changed_is_named_and_counts_are_equal(world):
    world.move.passed("precheck")
    world.copy()
    world.put(world.entries[0], {"username": "user-0", "password": "Correct-horse-0"})
    done = world.move.verify()

    assert done.returncode == 1
    assert "counts: equal" in done.stdout
    assert f"  {world.entries[0]}: password\n" in done.stdout


def test_a_number_is_another_value_than_its_text(world):
    world.seal(world.entries[0], {"username": "user-0", "password": "12345"})
    world.move.passed("precheck")
    world.copy()
    world.put(world.entries[0], {"username": "user-0", "password": 12345})
    done = world.move.verify()

    assert done.returncode == 1
    assert f"  {world.entries[0]}: password\n" in done.stdout


def test_an_entry_that_the_target_has_not_or_that_another_key_sealed_stops_the_move(world):
    world.client.delete_secret(SecretId=kept_at(world.entries[0]), ForceDeleteWithoutRecovery=True)
    missing = world.move.verify("precheck")
    world.client.create_secret(Name=kept_at(world.entries[0]))
    world.make_keys("other.yaml")
    world.seal(world.entries[1], {"username": "x", "password": "y"})
    sealed_elsewhere = world.move.verify("precheck")

    assert (missing.returncode, sealed_elsewhere.returncode) == (1, 1)
    assert f"  {world.entries[0]} exists\n" in missing.stdout
    assert f"  {world.entries[1]} unseals\n" in sealed_elsewhere.stdout


def test_credentials_that_expire_in_the_middle_end_with_2_and_leave_nothing(world):
    world.move.passed("precheck")
    world.copy()
    with expiring(world.aws["AWS_ENDPOINT_URL"], after=2) as endpoint:
        world.move.stores["target"]["address"] = endpoint
        done = world.move.verify()

    assert done.returncode == 2
    assert "ExpiredTokenException" in done.stderr
    assert not world.move.path("verify").exists()


@contextmanager
def expiring(endpoint, after):
    """AWS until ``after`` requests, and then the answer that an expired session gets."""
    left = [after]

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            left[0] -= 1
            if left[0] < 0:
                said = {"__type": "ExpiredTokenException", "message": "The security token has expired"}
                status, content = 400, json.dumps(said).encode()
            else:
                request = urllib.request.Request(endpoint, data=body, headers=dict(self.headers))  # noqa: S310
                try:
                    with urllib.request.urlopen(request) as answer:  # noqa: S310 - this machine
                        status, content = answer.status, answer.read()
                except urllib.error.HTTPError as error:
                    status, content = error.code, error.read()
            self.send_response(status)
            self.send_header("Content-Type", "application/x-amz-json-1.1")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_):
            """Nothing is logged."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def test_going_back_seals_what_was_rotated_since_and_takes_nothing_away(world):
    world.copy()
    world.put(world.entries[0], {"username": "user-0", "password": "rotated-in-aws"})
    current = json.loads(world.client.get_secret_value(SecretId=kept_at(world.entries[0]))["SecretString"])
    world.seal(world.entries[0], current)

    # What was sealed anew is what AWS has, before anything was recorded.
    assert world.move.verify("verify", "--rehearse").returncode == 0
    world.move.passed("precheck", "verify")
    assert all((world.folder / f"{entry}.json").stat().st_size > 0 for entry in world.entries)


def test_evidence_that_was_edited_copied_or_is_eight_days_old_opens_nothing(world):
    world.move.passed("precheck")
    world.copy()
    world.move.passed("verify")

    gate_refuses_what_is_edited_copied_or_old(world.move)
