"""Users in pairs in a real PostgreSQL, by psql and over TLS, and versions in the Secrets Manager that moto plays.

No server here keeps users as DocumentDB does: FerretDB, embedded as the moves are rehearsed with it, has no such
commands. tests/components/stores/test_rotator.py plays them.
"""

from __future__ import annotations

import json
import os
import pwd
import re
import shutil
import subprocess
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import boto3
import pytest

from components.stores.rotator.kinds import DatabaseReaders, DatabaseUsers
from components.stores.rotator.steps import Rotated, rotate
from components.stores.rotator.versions import Failed, Masked, Versions
from recovery.canary import digest_of, new_records
from recovery.plan import Workflow
from recovery.reading import SqlReader
from tests.components.stores.rotating import USER, Consumers, Fuse, KilledError
from tests.rehearsal.conftest import free_port, served

#: PostgreSQL refuses to be root's; its package makes a user for it.
OWNER = next((each for each in pwd.getpwall() if each.pw_name in ("postgres", "nobody")), None)
HOSTILE = 'it\'s "quoted"; \\ $x :y %s'
MASTER = {"username": "airflow", "password": "master's pass"}


def _bin(name):
    found = shutil.which(name) or next(map(str, sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))), None)
    return found or pytest.skip(f"signs in to a real PostgreSQL: needs {name} and psql 15 or newer")


@pytest.fixture(scope="module")
def postgres(request):
    """A server whose master is what RDS makes one: no superuser, may create roles, owns the database."""
    asked = request.config.getoption("--rehearse") or any("rehearsal" in str(each) for each in request.config.args)
    if not asked:
        pytest.skip("starts real servers: make rehearse")
    # pytest's own folders are closed to the server's user.
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield from _served(Path(folder))


def _served(folder):
    data, certificate, key = folder / "data", folder / "ca.pem", folder / "key.pem"
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    names = ["-addext", "subjectAltName=DNS:localhost", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run([*made, *names], check=True, capture_output=True)
    data.mkdir()
    prefix = []
    if os.geteuid() == 0:
        for each in (data, key):
            os.chown(each, OWNER.pw_uid, OWNER.pw_gid)
        prefix = ["setpriv", f"--reuid={OWNER.pw_uid}", f"--regid={OWNER.pw_gid}", "--clear-groups"]
    key.chmod(0o600)
    (folder / "pass").write_text("superuser")
    initdb = [*prefix, _bin("initdb"), f"--pgdata={data}", "--auth=scram-sha-256", "--username=rds"]
    subprocess.run([*initdb, f"--pwfile={folder / 'pass'}"], check=True, capture_output=True, cwd="/")
    (data / "pg_hba.conf").write_text("hostssl all all 127.0.0.1/32 scram-sha-256\n")
    port = free_port()
    options = {"port": port, "listen_addresses": "127.0.0.1", "unix_socket_directories": "", "ssl": "on"}
    options |= {"ssl_cert_file": certificate, "ssl_key_file": key}
    argv = [*prefix, _bin("postgres"), "-D", str(data), *(f"--{name}={value}" for name, value in options.items())]
    with served(argv, port, folder / "log"):
        at = {"host": "localhost", "port": port, "database": "airflow", "master": "m", "users": "u"}
        users = DatabaseUsers(USER, lambda: MASTER, at, lambda: str(certificate))
        root = {**users.connection("rds", "superuser"), "PGDATABASE": "postgres"}
        script = "CREATE ROLE airflow LOGIN CREATEROLE CREATEDB PASSWORD 'master''s pass';\n"
        assert users._psql(script + "CREATE DATABASE airflow OWNER airflow;", root).returncode == 0
        yield users


def said(users, user, password, script):
    """What psql answers to this user, or why it refuses."""
    environment = {"PATH": os.environ["PATH"], **users.connection(user, password)}
    argv = [shutil.which("psql"), "-XAtq", "--set=ON_ERROR_STOP=1"]
    done = subprocess.run(argv, input=script, env=environment, capture_output=True, text=True, check=False)
    return (done.stdout if done.returncode == 0 else done.stderr).strip()


def test_what_one_of_a_pair_makes_the_other_may_change_and_neither_may_more(postgres):
    for user in ("airflow-database", "airflow-database_clone"):
        postgres.settle(MASTER, user, f"{user} password")
        assert postgres.signs_in(user, f"{user} password")
    first, second = (("airflow-database" + each, f"airflow-database{each} password") for each in ("", "_clone"))

    assert said(postgres, *first, "CREATE TABLE task (id int); INSERT INTO task VALUES (1);") == ""
    assert said(postgres, *second, "ALTER TABLE task ADD note text; UPDATE task SET note = 'x'; TABLE task;") == "1|x"
    assert said(postgres, *first, "SELECT tableowner FROM pg_tables WHERE tablename = 'task';") == "airflow_owner"
    assert "permission denied" in said(postgres, *first, "CREATE ROLE another;")
    assert "permission denied" in said(postgres, *first, "ALTER ROLE airflow PASSWORD 'mine';")
    assert said(postgres, *first, "SELECT usesuper FROM pg_user WHERE usename = 'airflow-database';") == "f"


def test_a_drills_user_reads_all_that_there_is_and_will_be_and_writes_canaries_alone(postgres):
    readers = DatabaseReaders(USER, postgres._master, postgres._at, postgres._authority)
    for user in ("drill", "drill_clone"):
        readers.settle(MASTER, user, f"{user} password")
        readers.settle(MASTER, user, f"{user} password")
    postgres.settle(MASTER, "app", "app password")
    app, first, second = ("app", "app password"), ("drill", "drill password"), ("drill_clone", "drill_clone password")
    assert said(postgres, *app, "CREATE TABLE later (id int); INSERT INTO later VALUES (7);") == ""

    assert said(postgres, *first, "TABLE later;") == "7"
    for change in (
        "INSERT INTO later VALUES (8);",
        "DELETE FROM later;",
        "DROP TABLE later;",
        "CREATE TABLE x (id int);",
    ):
        assert re.search("permission denied|must be owner", said(postgres, *first, change)), change
    assert "permission denied" in said(postgres, *first, "SET ROLE airflow_owner;")
    # The first makes the canary's place, the second writes there after it, and Airflow's own users do not.
    plan = {"instance": "x", "database": "airflow", "caFile": postgres._authority()}
    for number, (user, password) in enumerate((first, second)):
        Path(postgres._authority()).with_name("drill").write_text(password)
        given = {**plan, "user": user, "passwordFile": str(Path(postgres._authority()).with_name("drill"))}
        reader = SqlReader(Workflow.model_validate(given))
        records = new_records(f"of-{number}", datetime.now(UTC))
        reader.write("localhost", postgres._at["port"], records, f"of-{number}")
        assert digest_of(reader.records("localhost", postgres._at["port"], f"of-{number}")) == digest_of(records)
        assert reader.count("localhost", postgres._at["port"])["public.later"] == 1
    assert "permission denied" in said(postgres, *app, "TABLE recovery.canary;")
    # The master acts as the owner no longer than it takes.
    assert said(postgres, *MASTER.values(), "SELECT pg_has_role('airflow_owner', 'USAGE');") == "f"


def test_names_and_passwords_are_quoted_whatever_they_hold(postgres):
    postgres.settle(MASTER, HOSTILE, HOSTILE)
    postgres.settle(MASTER, HOSTILE, HOSTILE + "2")

    assert not postgres.signs_in(HOSTILE, HOSTILE)
    assert postgres.signs_in(HOSTILE, HOSTILE + "2")
    assert said(postgres, HOSTILE, HOSTILE + "2", "SELECT session_user;") == HOSTILE


def test_a_master_that_is_refused_is_told_and_no_password_with_it(postgres):
    masked = Masked()
    value = masked.keep({"username": "somebody", "password": "correct-horse"})
    with pytest.raises(Failed, match="authentication failed") as caught:
        postgres.settle({**MASTER, "password": "wrong-master"}, value["username"], value["password"])

    assert "correct-horse" not in str(caught.value)
    assert "wrong-master" not in str(caught.value)


class Client:
    """Secrets Manager as moto plays it, until an act is one too many."""

    def __init__(self, client, fuse):
        self._client, self._fuse, self.exceptions = client, fuse, client.exceptions

    def __getattr__(self, name):
        self._fuse.burn()
        return getattr(self._client, name)


class Pair(DatabaseUsers):
    """The same of PostgreSQL."""

    def __init__(self, users, fuse):
        super().__init__(USER, users._master, users._at, users._authority)
        self.fuse = fuse

    def signs_in(self, user, password):
        self.fuse.burn()
        return super().signs_in(user, password)

    def settle(self, master, user, password):
        self.fuse.burn()
        super().settle(master, user, password)


class World:
    """Airflow's pods, and the mirror that they read when they start."""

    def __init__(self, client, secret):
        self.client, self.secret, self.fuse, self.restarts = client, secret, Fuse(), 0
        self.aws, self.pods, self.mirror = self, self.current(), self.current()

    def current(self):
        # Without a stage moto 5.2 gives the version that was current first; AWS gives the one that is.
        found = self.client.get_secret_value(SecretId=self.secret, VersionStage="AWSCURRENT")
        return json.loads(found["SecretString"])

    def works(self, users):
        return all(users.signs_in(each["username"], each["password"]) for each in (self.pods, self.mirror))


@pytest.mark.parametrize("act", range(1, 16))
def test_killed_at_any_act_airflow_signs_in_and_the_next_run_ends_it(postgres, aws, act):
    client = boto3.client(
        "secretsmanager",
        endpoint_url=aws["AWS_ENDPOINT_URL"],
        region_name=aws["AWS_REGION"],
        aws_access_key_id="rehearsal",
        aws_secret_access_key="rehearsal",
    )
    secret = f"alphacar/dev/airflow-database-{act}"
    value = {"username": f"airflow-{act}", "password": "first-password"}
    client.create_secret(Name=secret, SecretString=json.dumps(value))
    postgres.settle(MASTER, value["username"], value["password"])
    world = World(client, secret)
    versions = Versions(Client(client, world.fuse), secret, Masked())
    rotated = Rotated("airflow-database", versions, Pair(postgres, world.fuse), 30, ["a/m"], ["a/scheduler"])
    cluster, now = Consumers(world), datetime.now(UTC)

    world.fuse.at = act
    with pytest.raises(KilledError):
        rotate(rotated, cluster, now, forced=True)
    assert world.works(postgres)
    world.fuse.at = None
    rotate(rotated, cluster, now, forced=world.current() == value)

    assert world.current()["username"] == f"airflow-{act}_clone"
    assert world.pods == world.mirror == world.current()
    assert world.works(postgres)
    stages = client.describe_secret(SecretId=secret)["VersionIdsToStages"].values()
    assert sorted(stage for of_one in stages for stage in of_one) == ["AWSCURRENT", "AWSPREVIOUS"]
