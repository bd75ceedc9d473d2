"""Drills of objects, secrets and a database by boto3, against moto; rows by psql, against a PostgreSQL of this machine."""

import json
import os
import shutil
import subprocess
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path

import boto3
import pytest

from policy.gates.drills import judge_drill
from recovery.canary import BusyError, DrillError, Ledger, digest_of, new_records
from recovery.drill import Asked, Patience, drill, write_canary
from recovery.managed import Instances, ManagedStore
from recovery.objects import Objects, Secrets
from recovery.plan import Objects as ObjectsPlan
from recovery.plan import Secrets as SecretsPlan
from recovery.plan import Workflow
from recovery.reading import SqlReader
from stacks.offered import REGION
from tests.recovery.played import POISONS, ReaderPlayed
from tests.rehearsal.conftest import free_port, served

PATIENCE = Patience(minutes=1, pause=lambda _: None)
SERVERS = Path("/usr/lib/postgresql")
MARK = [{"Key": "recovery", "Value": "drill"}]


@pytest.fixture
def ask(aws, monkeypatch):
    for name, value in aws.items():
        monkeypatch.setenv(name, value)
    # A world of its own: moto keeps what earlier tests left.
    url = f"{aws['AWS_ENDPOINT_URL']}/moto-api/reset"
    urllib.request.urlopen(urllib.request.Request(url, method="POST")).close()  # noqa: S310
    return lambda service: boto3.client(service, region_name=REGION)


@pytest.fixture
def ledger(ask):
    def made(store):
        s3 = ask("s3")
        s3.create_bucket(Bucket=f"ledger-{store}", CreateBucketConfiguration={"LocationConstraint": REGION})
        return Ledger(s3, f"ledger-{store}", "drills", store)

    return made


def asked(store, patience=PATIENCE):
    return Asked(environment="prod", account="111122223333", store=store, patience=patience)


class ObjectsWorld:
    def __init__(self, ask, ledger):
        self.s3, self.bucket = ask("s3"), "versions"
        self.s3.create_bucket(Bucket=self.bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
        self.s3.put_bucket_versioning(Bucket=self.bucket, VersioningConfiguration={"Status": "Enabled"})
        plan = ObjectsPlan.model_validate({"bucket": self.bucket})
        self.asked, self.store, self.ledger = asked("objects"), Objects(self.s3, plan, REGION), ledger("objects")

    def spoil(self, poison):
        told = self.s3.list_object_versions(Bucket=self.bucket, Prefix="drill-canary/")["Versions"]
        keys = sorted({each["Key"] for each in told})
        newest = [
            max((each for each in told if each["Key"] == key), key=lambda each: each["LastModified"]) for key in keys
        ]
        if poison == "unreadable":
            for key in keys:
                self.s3.put_object(Bucket=self.bucket, Key=key, Body=b"\x00{")
                self.s3.delete_object(Bucket=self.bucket, Key=key)
            return
        gone = told if poison == "empty" else newest[:16] if poison == "truncated" else newest
        if poison == "stale":
            # The newest is gone, and what was written before it says that it is of now.
            gone = told
        for each in gone:
            self.s3.delete_object(Bucket=self.bucket, Key=each["Key"], VersionId=each["VersionId"])
        if poison == "stale":
            self.store.write(new_records("of-yesterday", datetime.now(UTC) - timedelta(days=1)), "of-yesterday")

    def leftovers(self):
        return self.s3.list_object_versions(Bucket=self.bucket, Prefix="drill-canary-restored/").get("Versions", [])

    def remove(self):
        for each in self.s3.list_object_versions(Bucket=self.bucket).get("Versions", []):
            self.s3.delete_object(Bucket=self.bucket, Key=each["Key"], VersionId=each["VersionId"])


class SecretsWorld:
    def __init__(self, ask, ledger):
        self.manager = ask("secretsmanager")
        self.name = f"alphacar/test/{os.urandom(4).hex()}-canaries"
        self.manager.create_secret(Name=self.name, SecretString="[]", Tags=MARK)
        plan = SecretsPlan.model_validate({"name": self.name})
        self.asked, self.ledger = asked("secrets"), ledger("secrets")
        self.store = Secrets(self.manager, plan, PATIENCE, REGION)

    def spoil(self, poison):
        held = json.loads(self.manager.get_secret_value(SecretId=self.name)["SecretString"])
        value = {
            "stale": json.dumps(new_records("of-yesterday", datetime.now(UTC) - timedelta(days=1))),
            "truncated": json.dumps(held[:48]),
            "empty": "[]",
            "unreadable": "\x00{",
        }[poison]
        self.manager.put_secret_value(SecretId=self.name, SecretString=value)

    def leftovers(self):
        return [each for each in [self.manager.describe_secret(SecretId=self.name).get("DeletedDate")] if each]


@pytest.fixture(params=[ObjectsWorld, SecretsWorld], ids=["objects", "secrets"])
def world(request, ask):
    s3 = ask("s3")

    def ledger(store):
        s3.create_bucket(Bucket="ledger", CreateBucketConfiguration={"LocationConstraint": REGION})
        return Ledger(s3, "ledger", "drills", store)

    made = request.param(ask, ledger)
    write_canary(made.asked, made.store, made.ledger)
    return made


def run(world):
    return list(judge_drill(drill(world.asked, world.store, world.ledger)))


def test_what_was_deleted_comes_back_as_it_was(world):
    assert run(world) == []
    assert world.leftovers() == []
    # Twice, and after another canary.
    write_canary(world.asked, world.store, world.ledger)
    assert run(world) == []


@pytest.mark.parametrize("poison", POISONS)
def test_what_was_spoilt_is_red(world, poison):
    world.spoil(poison)

    assert run(world) != []
    assert world.leftovers() == []


def test_a_secret_that_a_drill_left_deleted_is_red_and_brought_back(world):
    if not isinstance(world, SecretsWorld):
        pytest.skip("is about secrets")
    world.manager.delete_secret(SecretId=world.name, RecoveryWindowInDays=7)

    assert any("left" in problem and "deleted" in problem for problem in run(world))
    assert world.leftovers() == []
    assert run(world) == []


def test_a_secret_without_the_mark_is_neither_changed_nor_deleted(world):
    if not isinstance(world, SecretsWorld):
        pytest.skip("is about secrets")
    world.manager.untag_resource(SecretId=world.name, TagKeys=["recovery"])
    world.manager.put_secret_value(SecretId=world.name, SecretString="signs in to something")

    for asked in (lambda: write_canary(world.asked, world.store, world.ledger), lambda: run(world)):
        with pytest.raises(BusyError, match="it is no canary"):
            asked()
    assert world.manager.get_secret_value(SecretId=world.name)["SecretString"] == "signs in to something"
    # One that somebody deleted on purpose is not brought back either.
    world.manager.delete_secret(SecretId=world.name, RecoveryWindowInDays=7)
    with pytest.raises(BusyError, match="it is no canary"):
        run(world)
    assert world.leftovers() != []


def test_objects_that_an_earlier_drill_brought_back_are_red_once_and_taken_away(world):
    if not isinstance(world, ObjectsWorld):
        pytest.skip("is about objects")
    world.store.restore(world.store.newest_backup())

    assert any("left 64 versions" in problem for problem in run(world))
    assert world.leftovers() == []
    assert run(world) == []


def test_an_object_that_no_drill_put_there_is_never_deleted(world):
    if not isinstance(world, ObjectsWorld):
        pytest.skip("is about objects")
    world.store.restore(world.store.newest_backup())
    world.s3.put_object(Bucket=world.bucket, Key="drill-canary-restored/theirs", Body=b"x")

    with pytest.raises(BusyError, match=r"drill-canary-restored/theirs .* has not the metadata recovery=drill"):
        run(world)
    for step in world.store.clean():
        with pytest.raises(BusyError):
            step()
    assert len(world.leftovers()) == 65


def test_a_canary_is_not_written_over_objects_of_somebody_else(world):
    if not isinstance(world, ObjectsWorld):
        pytest.skip("is about objects")
    world.s3.put_object(Bucket=world.bucket, Key="drill-canary/07", Body=b"theirs")

    with pytest.raises(BusyError, match=r"drill-canary/07 .* none changes or deletes it"):
        write_canary(world.asked, world.store, world.ledger)
    assert world.s3.get_object(Bucket=world.bucket, Key="drill-canary/07")["Body"].read() == b"theirs"


def test_a_bucket_without_versions_takes_no_canary(ask, world):
    if not isinstance(world, ObjectsWorld):
        pytest.skip("is about objects")
    world.s3.put_bucket_versioning(Bucket=world.bucket, VersioningConfiguration={"Status": "Suspended"})

    with pytest.raises(DrillError, match="keeps no versions"):
        write_canary(world.asked, world.store, world.ledger)


class Database:
    """An instance of RDS as moto plays it, whose rows are played."""

    def __init__(self, rds, ledger):
        self.rds, self.data, self.backups, self.asked = rds, {"public.dag_run": list(range(500))}, [], asked("workflow")
        self.ledger = ledger("workflow")
        rds.create_db_instance(
            DBInstanceIdentifier="store",
            DBInstanceClass="db.t4g.micro",
            Engine="postgres",
            AllocatedStorage=20,
            MasterUsername="airflow",
            MasterUserPassword="of-a-test",
            BackupRetentionPeriod=7,
        )

        class Reader(ReaderPlayed):
            def _held(self, host):
                return self.world.backups[-1] if "-drill." in host else self.world.data

        class Told(Instances):
            """Moto names no moment that can be restored to."""

            def describe(self, name):
                found = super().describe(name)
                return found and {**found, "Latest": found["Latest"] or datetime.now(UTC)}

        self.store = ManagedStore("store", Told(rds, "db.t4g.micro"), Reader(self), PATIENCE)

    def instances(self):
        return [each["DBInstanceIdentifier"] for each in self.rds.describe_db_instances()["DBInstances"]]


def test_an_instance_is_restored_beside_itself_and_deleted(ask, ledger):
    world = Database(ask("rds"), ledger)
    write_canary(world.asked, world.store, world.ledger)
    world.backups.append(json.loads(json.dumps(world.data)))

    assert run(world) == []
    assert world.instances() == ["store"]


def test_an_instance_with_the_copys_name_is_deleted_by_its_mark_alone(ask, ledger):
    world = Database(ask("rds"), ledger)
    write_canary(world.asked, world.store, world.ledger)
    world.backups.append(json.loads(json.dumps(world.data)))
    made = world.rds.restore_db_instance_to_point_in_time(
        SourceDBInstanceIdentifier="store", TargetDBInstanceIdentifier="store-drill", UseLatestRestorableTime=True
    )["DBInstance"]

    with pytest.raises(BusyError, match="no drill made it"):
        run(world)
    assert world.instances() == ["store", "store-drill"]

    world.rds.add_tags_to_resource(ResourceName=made["DBInstanceArn"], Tags=MARK)
    assert any("left store-drill behind" in problem for problem in run(world))
    assert world.instances() == ["store"]


@pytest.fixture(scope="module")
def postgres(request, tmp_path_factory):
    """A server of this machine, on loopback, as the user postgres."""
    found = sorted(SERVERS.glob("*/bin/initdb"))
    if not found or shutil.which("psql") is None or shutil.which("setpriv") is None:
        pytest.skip("no PostgreSQL server is installed here (Debian: postgresql)")
    if not any(
        "rehears" in str(each)
        for each in [*request.config.args, *(["rehearse"] if request.config.getoption("--rehearse") else [])]
    ):
        pytest.skip("starts real servers: make rehearse")
    if os.geteuid() == 0 and subprocess.run(["/usr/bin/id", "postgres"], capture_output=True, check=False).returncode:
        pytest.skip("PostgreSQL does not run as root, and there is no user postgres")
    folder, port = Path("/tmp") / f"recovery-{os.getpid()}", free_port()  # noqa: S108 - the other user reads it
    folder.mkdir()
    secret = folder / "password"
    secret.write_text("of:a\\test\n")
    as_user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.geteuid() == 0 else []
    if as_user:
        shutil.chown(folder, "postgres")
    data = folder / "data"
    subprocess.run(
        [*as_user, str(found[-1]), "-D", str(data), "-U", "airflow", "-A", "scram-sha-256", f"--pwfile={secret}"],
        check=True,
        capture_output=True,
    )
    argv = [
        *as_user,
        str(found[-1].parent / "postgres"),
        "-D",
        str(data),
        "-p",
        str(port),
        "-c",
        "listen_addresses=127.0.0.1",
        "-c",
        f"unix_socket_directories={folder}",
    ]
    with served(argv, port, tmp_path_factory.mktemp("postgres") / "log"):
        yield port, secret
    shutil.rmtree(folder)


def reader(secret, database):
    plan = {"instance": "x", "database": database, "user": "airflow", "passwordFile": str(secret)}
    return SqlReader(Workflow.model_validate(plan), tls="disable")


def test_rows_are_counted_and_records_come_back_from_a_real_server(postgres):
    port, secret = postgres
    live = reader(secret, "postgres")
    sql = 'CREATE TABLE "odd\'|name" (a int); INSERT INTO "odd\'|name" SELECT generate_series(1, 7)'
    live._ask("127.0.0.1", port, sql, writes=True)
    records = new_records("one", datetime.now(UTC))
    live.write("127.0.0.1", port, new_records("before", datetime.now(UTC)), "before")
    live.write("127.0.0.1", port, records, "one")

    assert digest_of(live.records("127.0.0.1", port, "one")) == digest_of(records)
    assert list(live.records("127.0.0.1", port, "before")) == []
    assert live.count("127.0.0.1", port) == {"public.odd'|name": 7, "recovery.canary": 64}
    # Another database, in which nothing ever was.
    live._ask("127.0.0.1", port, "CREATE DATABASE emptied", writes=True)
    emptied = reader(secret, "emptied")
    assert emptied.count("127.0.0.1", port) == {}
    assert list(emptied.records("127.0.0.1", port, "one")) == []


def test_a_record_that_cannot_be_read_and_a_wrong_password_are_red(postgres, tmp_path):
    port, secret = postgres
    live = reader(secret, "postgres")
    live.write("127.0.0.1", port, new_records("one", datetime.now(UTC)), "one")
    live._ask("127.0.0.1", port, "UPDATE recovery.canary SET record = '{' WHERE id = 'one-07'", writes=True)
    with pytest.raises(DrillError, match="is no record"):
        list(live.records("127.0.0.1", port, "one"))

    wrong = tmp_path / "wrong"
    wrong.write_text("hunter2-of-nobody")
    with pytest.raises(DrillError, match="password authentication failed") as told:
        reader(wrong, "postgres").count("127.0.0.1", port)
    assert "hunter2" not in str(told.value)


def test_what_reads_cannot_write_and_a_canary_takes_no_row_away_that_is_none(postgres):
    port, secret = postgres
    live = reader(secret, "postgres")
    live.write("127.0.0.1", port, new_records("one", datetime.now(UTC)), "one")
    live._ask("127.0.0.1", port, "INSERT INTO recovery.canary VALUES ('theirs', NULL, 'x')", writes=True)
    live.write("127.0.0.1", port, new_records("two", datetime.now(UTC)), "two")

    assert live.count("127.0.0.1", port)["recovery.canary"] == 65
    with pytest.raises(DrillError, match="cannot execute DELETE in a read-only transaction"):
        live._ask("127.0.0.1", port, "DELETE FROM recovery.canary")
    live._ask("127.0.0.1", port, "DELETE FROM recovery.canary WHERE id = 'theirs'", writes=True)


def test_a_table_that_cannot_be_told_by_a_line_is_red(postgres):
    port, secret = postgres
    live = reader(secret, "postgres")
    live._ask("127.0.0.1", port, 'CREATE TABLE "two\nlines" (a int)', writes=True)

    with pytest.raises(DrillError, match="cannot be counted"):
        live.count("127.0.0.1", port)
    live._ask("127.0.0.1", port, 'DROP TABLE "two\nlines"', writes=True)
