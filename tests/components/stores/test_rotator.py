"""A secret gets its next value whole, wherever a run is killed, and whoever has it can sign in all the time."""

from __future__ import annotations

import base64
import json

import pytest

from components.stores.rotator.kinds import AirflowAdmin, DocumentsReaders, DocumentsUsers, Drawn, Fernet, Grafana
from components.stores.rotator.run import Plan, _tell
from components.stores.rotator.steps import Rotated, rotate, settle
from components.stores.rotator.versions import Failed, Masked
from tests.components.stores.rotating import NOW, KilledError, StoreUsers, World


def secret(world, how=None, days=30, restarts=("alphacar/main-backend",)):
    return Rotated("app", world.versions, how or StoreUsers(world), days, ("alphacar/app",), restarts)


def run(world, how=None, **changes):
    forced = changes.pop("forced", False)
    return rotate(secret(world, how, **changes), world.cluster, NOW, forced=forced)


def test_users_take_turns_and_whoever_has_the_one_before_signs_in_until_the_next_turn():
    world = World(age_days=24)

    assert run(world) == "rotated"
    second = world.aws.current()
    assert second["username"] == "app_clone"
    assert world.passwords["app"] == "first-password"
    assert (world.pods, world.mirror) == (second, second)

    assert run(world, forced=True) == "rotated"
    assert world.aws.current()["username"] == "app"
    assert world.passwords["app"] == world.aws.current()["password"] != "first-password"
    assert world.passwords["app_clone"] == second["password"]


@pytest.mark.parametrize(("age", "told"), [(22, "lasts until 2026-12-07"), (24, "rotated")])
def test_what_would_be_over_its_time_at_the_next_run_is_due(age, told):
    world = World(age_days=age)

    assert run(world) == told


def test_killed_before_any_of_its_acts_a_run_leaves_everybody_signing_in_and_the_next_one_finishes_it():
    whole = World(age_days=40)
    run(whole)

    for act in range(1, whole.fuse.acts + 1):
        world = World(age_days=40)
        world.fuse.at = act
        with pytest.raises(KilledError):
            run(world)
        assert world.works(), act
        world.fuse.at = None
        run(world)

        assert world.works(), act
        assert world.aws.current()["username"] == "app_clone", act
        assert world.pods == world.mirror == world.aws.current(), act
        assert "AWSPENDING" not in world.aws.stages, act
        assert len(world.aws.kept) == 2, act
    assert whole.fuse.acts > 12


def test_killed_again_and_again_it_still_ends_and_nobody_is_ever_locked_out():
    world = World(age_days=40)
    for act in range(1, 40):
        world.fuse.acts, world.fuse.at = 0, act
        try:
            run(world)
        except KilledError:
            assert world.works()
        else:
            break

    assert world.aws.current()["username"] == "app_clone"
    assert world.works()


def test_no_user_gets_another_password_while_somebody_still_signs_in_as_it():
    world = World(age_days=40)
    run(world)
    world.cluster.restart = lambda *_: (_ for _ in ()).throw(
        Failed("Deployment alphacar/main-backend is not rolled out")
    )
    before = dict(world.passwords)

    with pytest.raises(Failed, match="not rolled out"):
        run(world, forced=True)

    assert world.passwords == before


def test_a_value_that_a_person_put_in_is_made_to_sign_in():
    world = World()
    world.aws.put_secret_value(
        SecretId="",
        ClientRequestToken="by-hand",
        SecretString=json.dumps({"username": "app", "password": "typed-by-hand"}),
        VersionStages=["AWSCURRENT"],
    )

    assert run(world) == "lasts until 2026-12-29"
    assert world.passwords == {"app": "typed-by-hand"}
    assert world.works()


def test_what_an_earlier_run_drew_for_another_value_is_not_used():
    world = World(age_days=40)
    world.aws.put_secret_value(
        SecretId="",
        ClientRequestToken="old",
        SecretString=json.dumps({"username": "app", "password": "of-nobody"}),
        VersionStages=["AWSPENDING"],
    )
    run(world)

    assert world.aws.current()["username"] == "app_clone"
    assert "of-nobody" not in world.passwords.values()


def test_a_user_is_made_before_whoever_signs_in_as_it_and_an_entry_without_a_value_is_told():
    world = World()
    world.passwords.clear()

    assert settle(secret(world)) == "signs in"
    assert world.passwords == {"app": "first-password"}

    world.aws.stages.clear()
    with pytest.raises(Failed, match=r"no value yet: migration\.seed draws the first one"):
        settle(secret(world))


def test_a_key_of_consumers_alone_is_drawn_and_they_restart_once():
    world = World({"username": "app", "key": "first-key"}, age_days=90)
    how = Drawn({"key": "token", "username": "name"})

    assert run(world, how, days=90, restarts=("alphacar/main-backend", "alphacar/absent")) == (
        "rotated; not deployed: alphacar/absent"
    )
    assert world.pods == world.aws.current()
    assert (world.pods["username"], len(world.pods["key"])) == ("app", 43)
    restarts = world.restarts
    run(world, how, days=90)
    assert world.restarts == restarts


class DeafStore(StoreUsers):
    """A store that says it has made a user, and then does not let it in."""

    def settle(self, *_):
        self.world.fuse.burn()


def test_a_value_that_does_not_sign_in_becomes_nobody_s_and_the_next_run_tries_it_again():
    world = World(age_days=40)
    first = world.aws.current()

    with pytest.raises(Failed, match=r"^the new value does not sign in; the one before still does$"):
        run(world, DeafStore(world))

    assert world.aws.current() == world.mirror == world.pods == first
    assert world.works()
    drawn = world.aws.stages["AWSPENDING"]
    assert run(world) == "rotated"
    assert world.aws.stages == {"AWSCURRENT": drawn, "AWSPREVIOUS": "first"}
    assert world.works()


class Metadata:
    """Airflow's encrypted rows: the command encrypts with the first key what any of its keys opens."""

    def __init__(self, world):
        self.key, self.world, self.asked = world.aws.current()["fernet-key"], world, []

    def __call__(self, *argv, typed="", **environment):
        self.world.fuse.burn()
        self.asked.append((argv, typed))
        if argv == ("rotate-fernet-key",):
            first, *others = environment["AIRFLOW__CORE__FERNET_KEY"].split(",")
            assert self.key in (first, *others), "rows that no key opens"
            self.key = first

    def opened_by(self, value):
        return self.key in value["fernet-key"].split(",")


def fernet(world, metadata):
    how = Fernet({"fernet-key": "fernet"}, dict)
    how._airflow = metadata
    return how


def test_airflows_key_changes_in_two_values_and_what_is_kept_can_be_opened_wherever_it_is_killed():
    def world_of(key):
        made = World({"fernet-key": key}, age_days=90)
        made.works = lambda: True
        return made

    whole = world_of("old-key")
    run(whole, fernet(whole, Metadata(whole)), days=90)
    new = whole.aws.current()["fernet-key"]
    assert len(base64.urlsafe_b64decode(new)) == 32
    assert sorted(json.loads(value)["fernet-key"].count(",") for value, _ in whole.aws.kept.values()) == [0, 0, 1]

    for act in range(1, whole.fuse.acts + 1):
        world = world_of("old-key")
        metadata = Metadata(world)
        world.fuse.at = act
        with pytest.raises(KilledError):
            run(world, fernet(world, metadata), days=90)
        assert metadata.opened_by(world.pods), act
        assert metadata.opened_by(world.mirror), act
        world.fuse.at = None
        run(world, fernet(world, metadata), days=90)

        assert world.aws.current()["fernet-key"] == metadata.key != "old-key", act
        assert world.pods == world.mirror == world.aws.current(), act


def test_airflows_administrator_is_told_by_what_is_typed_and_not_by_arguments():
    how = AirflowAdmin({"username": "name", "password": "token"}, dict)
    asked = []
    how._airflow = lambda *argv, typed="": asked.append((argv, typed))
    how.set({}, {"username": "airflow-admin", "password": "p@ss"})

    assert asked == [(("users", "reset-password", "--username", "airflow-admin"), "p@ss\np@ss\n")]


class GrafanaApi(Grafana):
    """Grafana's two answers: who am I, and another password for whoever has the old one."""

    def __init__(self, world):
        super().__init__({"admin-user": "name", "admin-password": "token"}, "http://grafana.monitoring")
        self.world = world

    def _ask(self, value, path, body=None):
        self.world.fuse.burn()
        if value["admin-password"] != self.world.kept:
            return 401
        if body:
            assert (path, body["oldPassword"]) == ("/api/user/password", self.world.kept)
            self.world.kept = body["newPassword"]
        return 200


def test_grafanas_administrator_is_changed_once_wherever_it_is_killed():
    def made():
        world = World({"admin-user": "admin", "admin-password": "first"}, age_days=90)
        world.kept = "first"
        return world

    whole = made()
    run(whole, GrafanaApi(whole), days=90)
    for act in range(1, whole.fuse.acts + 1):
        world = made()
        world.fuse.at = act
        with pytest.raises(KilledError):
            run(world, GrafanaApi(world), days=90)
        world.fuse.at = None
        run(world, GrafanaApi(world), days=90)

        assert world.aws.current()["admin-password"] == world.kept != "first", act
        assert world.pods == world.aws.current(), act


def test_one_that_fails_is_told_without_its_values_and_keeps_no_other_waiting(capsys):
    masked = Masked()
    masked.keep({"username": "app", "password": "correct-horse"})

    def fails():
        raise ValueError("cannot sign in as app with correct-horse\nat line 2")

    assert (_tell(masked, "one", fails), _tell(masked, "two", lambda: "rotated")) == (1, 0)
    assert capsys.readouterr().out == "one: FAILED: ValueError: cannot sign in as app with ***\ntwo: rotated\n"


def test_the_plan_says_how_each_secret_changes_and_airflow_signs_in_as_its_own_user():
    given = {
        "region": "ap-northeast-2",
        "grafana": None,
        "database": {"host": "db", "port": 5432, "database": "airflow", "master": "m", "users": "airflow-database"},
        "secrets": {
            "airflow-database": {
                "arn": "a",
                "by": "database",
                "days": 30,
                "draw": {"username": "name", "password": "token"},
            },
            "key": {"arn": "k", "by": "fernet", "days": 90, "draw": {"fernet-key": "fernet"}},
        },
    }
    for entry in given["secrets"].values():
        entry.update(mirrors=["airflow/x"], restarts=[])
    world = World({"username": "air flow", "password": "p@ss/word"})

    plan = Plan(given, world.aws, world.masked)
    assert plan.names() == ["airflow-database", "key"]
    assert plan.secret("airflow-database").mirrors == ["airflow/x"]
    assert plan.secret("key").how._sign_in() == {
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": "postgresql://air%20flow:p%40ss%2Fword@db:5432/airflow?sslmode=require"
    }


class Answers:
    """A DocumentDB of which ``asked`` is kept; no server here keeps users as it does (tests/rehearsal/secrets)."""

    def __init__(self, known):
        self.known, self.asked = known, []

    def __enter__(self):
        return {"admin": self}

    def __exit__(self, *_):
        return None

    def command(self, name, value, **more):
        self.asked.append((name, value, more.get("roles")))
        return {"users": [{"user": each} for each in self.known]}


@pytest.mark.parametrize(
    ("kind", "roles"),
    [
        (DocumentsUsers, [{"role": "readWrite", "db": "shop"}]),
        (DocumentsReaders, [{"role": "readAnyDatabase", "db": "admin"}, {"role": "readWrite", "db": "recovery"}]),
    ],
)
def test_a_user_of_documentdb_has_the_roles_of_its_kind_and_no_other(monkeypatch, kind, roles):
    users = kind({"username": "name", "password": "token"}, None, {"database": "shop"}, None)
    answers = Answers({"app"})
    monkeypatch.setattr(users, "_client", lambda *_: answers)
    for user in ("app", "app_clone"):
        users.settle({"username": "master", "password": "x"}, user, "y")

    assert [each for each in answers.asked if each[0] != "usersInfo"] == [
        ("updateUser", "app", roles),
        ("createUser", "app_clone", roles),
    ]
