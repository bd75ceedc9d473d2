import json
import sys
from types import ModuleType

import pytest

from landing.names import DOCUMENTS_DATABASE
from migration.documents_user import main, settle

ALLOWED = [{"role": "readWrite", "db": DOCUMENTS_DATABASE}]


class Users:
    """DocumentDB's database of users, as far as commands on users go: it makes nobody twice and changes no stranger."""

    def __init__(self):
        self.kept = {"serviceadmin": {}}

    def command(self, command, value, **given):
        if command == "usersInfo":
            assert value == 1
            return {"users": [{"_id": name, "user": name, "db": "admin"} for name in self.kept], "ok": 1.0}
        if (command == "createUser") is (value in self.kept):
            raise RuntimeError(f"{command}: {value} {'exists' if value in self.kept else 'does not exist'}")
        assert command in ("createUser", "updateUser")
        self.kept[value] = given
        return {"ok": 1.0}


@pytest.fixture
def users():
    return Users()


def test_the_user_writes_the_one_database_that_the_crawl_and_applications_use(users):
    assert settle(users, "app", "first") == "made"

    assert users.kept == {"serviceadmin": {}, "app": {"pwd": "first", "roles": ALLOWED}}


def test_a_second_run_changes_the_password_and_takes_back_what_was_granted_since(users):
    settle(users, "app", "first")
    users.kept["app"]["roles"] = [{"role": "root", "db": "admin"}]

    assert settle(users, "app", "second") == "changed"

    assert users.kept == {"serviceadmin": {}, "app": {"pwd": "second", "roles": ALLOWED}}


def test_it_signs_in_as_the_master_over_tls_and_prints_nothing_that_it_reads(users, tmp_path, monkeypatch, capsys):
    given = {}

    class Client(dict):
        def __init__(self, host, **options):
            super().__init__(admin=users)
            given.update(options, host=host)

        def __exit__(self, *_):
            given["closed"] = True

        def __enter__(self):
            return self

    driver = ModuleType("pymongo")
    driver.MongoClient = Client
    monkeypatch.setitem(sys.modules, "pymongo", driver)
    for name, username in (("master", "alphacar_master"), ("user", "app")):
        (tmp_path / f"{name}.json").write_text(json.dumps({"username": username, "password": f"{name}'s p@ss/word"}))

    main(tmp_path, "docdb.example")

    assert given == {
        "host": "docdb.example",
        "username": "alphacar_master",
        "password": "master's p@ss/word",
        "tls": True,
        "tlsCAFile": str(tmp_path / "ca.pem"),
        "replicaSet": "rs0",
        "retryWrites": False,
        "closed": True,
    }
    assert users.kept["app"]["pwd"] == "user's p@ss/word"
    assert capsys.readouterr().out == "the user is made\n"
