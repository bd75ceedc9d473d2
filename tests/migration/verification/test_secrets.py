"""What the kit for secrets finds, with kubeseal and Secrets Manager that answer from memory."""

import base64
import json

import pytest
from botocore.exceptions import ClientError

from migration.verification import secrets
from migration.verification.stores import StoreError
from policy.ledger.moves import PROOFS

CURRENT = {"v1": ["AWSCURRENT"]}


class Amazon:
    """Secret strings by entry, and how each is described."""

    def __init__(self, held):
        self.held, self.described = dict(held), {}

    def describe_secret(self, *, SecretId):  # noqa: N803 - AWS's own
        entry = SecretId.rpartition("/")[2]
        self._there(entry, "DescribeSecret")
        return self.described.get(entry, {"VersionIdsToStages": CURRENT})

    def get_secret_value(self, *, SecretId, VersionStage):  # noqa: N803 - AWS's own
        assert VersionStage == "AWSCURRENT"
        entry = SecretId.rpartition("/")[2]
        self._there(entry, "GetSecretValue")
        value = self.held[entry]
        return {"SecretBinary": value} if isinstance(value, bytes) else {"SecretString": value}

    def _there(self, entry, operation):
        if entry not in self.held:
            raise ClientError({"Error": {"Code": "ResourceNotFoundException", "Message": "none"}}, operation)


@pytest.fixture
def both(monkeypatch, tmp_path):
    """The sealed values by entry, and what Secrets Manager has of them."""
    sealed = {
        "mongodb-password": {"username": b"admin", "password": b"hunter2"},
        "airflow-git": {"key": b"-----BEGIN\n"},
    }
    amazon = Amazon(
        {entry: json.dumps({key: each.decode() for key, each in data.items()}) for entry, data in sealed.items()}
    )

    def ask(argv, *, missing=(), given=None):
        if argv[1] == "--version":
            return b"kubeseal version: v0.40.0\n"
        data = sealed[argv[-1]]
        if data is None:
            return None
        return json.dumps({"data": {key: base64.b64encode(each).decode() for key, each in data.items()}}).encode()

    monkeypatch.setattr(secrets, "ask", ask)
    (tmp_path / "keys").write_text(keys(("2026-01-01T00:00:00Z", b"first")))

    def made(*drawn):
        given = {
            "source": {"address": "https://kubernetes:6443", "name": "sealed-secrets"},
            "target": {"address": "http://127.0.0.1:1", "name": "alphacar/dev"},
            "keys": str(tmp_path / "keys"),
            "entries": {entry: entry for entry in sealed},
            "drawn": drawn,
        }
        namespaces = dict.fromkeys((*sealed, *drawn), "airflow")
        stores = secrets.Sealed.model_validate_json(json.dumps(given))
        return secrets.SecretsKit(stores, amazon, "111122223333", namespaces)

    return sealed, amazon, made


def keys(*made):
    items = [
        {
            "kind": "Secret",
            "metadata": {"name": f"key-{number}", "creationTimestamp": at, "resourceVersion": str(number)},
            "data": {"tls.crt": base64.b64encode(certificate).decode(), "tls.key": "eA=="},
        }
        for number, (at, certificate) in enumerate(made)
    ]
    return json.dumps({"kind": "List", "items": items})


def differences(kit):
    told = list(kit.compare())
    assert all(bool(each.differences) == (each.comparison.source != each.comparison.target) for each in told)
    return {each.comparison.name: each.differences for each in told if each.differences}


def test_the_same_values_are_equal_in_any_order_and_no_digest_can_be_guessed_from(both):
    _, amazon, made = both
    amazon.held["mongodb-password"] = '{ "password": "hunter2",\n "username": "admin" }'
    kits = made(), made()
    found = [{each.comparison.name: each.comparison for each in kit.compare()} for kit in kits]

    assert tuple(found[0]) == PROOFS["secrets"].compares
    assert all(one.source == one.target for one in found[0].values())
    assert found[0]["counts"].source == {"mongodb-password": 2, "airflow-git": 1}
    assert not set(found[0]["digests"].source.values()) & set(found[1]["digests"].source.values())
    assert "hunter2" not in repr(found)


@pytest.mark.parametrize(
    ("value", "named"),
    [
        ({"username": "admin", "password": "Hunter2"}, ("mongodb-password: password",)),
        ({"username": "hunter2", "password": "admin"}, ("mongodb-password: password", "mongodb-password: username")),
        ({"username": "admin", "password": 2}, ("mongodb-password: password",)),
        ({"username": "admin", "password": None}, ("mongodb-password: password",)),
        ({"username": "admin", "passwort": "hunter2"}, ("mongodb-password: password", "mongodb-password: passwort")),
        # Half of a pair of UTF-16 is text to JSON, and to no encoding.
        ({"username": "admin", "password": "\ud800"}, ("mongodb-password: password",)),
    ],
)
def test_another_value_under_equal_counts_is_named_by_its_key(both, value, named):
    _, amazon, made = both
    amazon.held["mongodb-password"] = json.dumps(value)

    assert differences(made()) == {"digests": named}


@pytest.mark.parametrize(
    ("key", "value", "held"),
    [
        ("text", b"hunter2", "hunter2"),
        ("text", b"12", "12"),
        ("text", b"True", "true"),
        ("binary", b"hunter2", b"hunter2"),
    ],
)
def test_text_that_is_no_object_is_equal_to_no_secret(both, key, value, held):
    sealed, amazon, made = both
    sealed["airflow-git"], amazon.held["airflow-git"] = {key: value}, held

    assert differences(made())["digests"] == (f"airflow-git: ({key})", f"airflow-git: {key}")


def test_a_key_more_or_an_entry_less_is_named(both):
    sealed, amazon, made = both
    sealed["mongodb-password"]["uri"] = b"\xff\xfe"
    del amazon.held["airflow-git"]

    assert differences(made()) == {
        "counts": ("airflow-git", "mongodb-password"),
        "digests": ("mongodb-password: uri", "airflow-git: key"),
    }


def test_what_another_key_sealed_is_absent_or_waits_for_its_deletion_stops_the_precheck(both):
    sealed, amazon, made = both
    assert made().requirements().differences == ()
    sealed["airflow-git"] = None
    amazon.described["mongodb-password"] = {"DeletedDate": "2026-11-01", "VersionIdsToStages": CURRENT}

    assert made().requirements().differences == ("airflow-git unseals", "mongodb-password exists")


@pytest.mark.parametrize(
    "well",
    [
        CURRENT,
        {"v1": ["AWSPREVIOUS"], "v2": ["AWSCURRENT"]},
        # A rotation that succeeded leaves its label where it is, or takes it away.
        {"v1": ["AWSPREVIOUS"], "v2": ["AWSCURRENT", "AWSPENDING"]},
    ],
)
def test_a_current_version_without_a_failed_rotation_is_well(both, well):
    _, amazon, made = both
    amazon.held["grafana-admin"] = "{}"
    amazon.described["grafana-admin"] = {"VersionIdsToStages": well}
    found = made("grafana-admin").health()

    assert (found.differences, found.comparison.target["grafana-admin"]) == ((), 0)


@pytest.mark.parametrize(
    "ill",
    [
        {},
        {"VersionIdsToStages": {"v1": ["AWSPREVIOUS"]}},
        {"VersionIdsToStages": {"v1": ["AWSCURRENT"], "v2": ["AWSPENDING"]}},
        {"VersionIdsToStages": CURRENT, "DeletedDate": "2026-11-01"},
    ],
)
def test_an_entry_without_current_version_with_a_failed_rotation_or_going_is_ill(both, ill):
    _, amazon, made = both
    amazon.described["airflow-git"] = ill

    assert made().health().differences == ("airflow-git",)


def test_the_controller_is_the_same_after_it_made_another_key(both, tmp_path):
    _, _, made = both
    before = made().sides[0].identity
    (tmp_path / "keys").write_text(keys(("2026-02-01T00:00:00Z", b"second"), ("2026-01-01T00:00:00Z", b"first")))
    assert made().sides[0].identity == before

    (tmp_path / "keys").write_text(keys(("2026-01-01T00:00:00Z", b"of another controller")))
    assert made().sides[0].identity != before


@pytest.mark.parametrize("content", ["", "[]", "kind: List", '{"kind": "List", "items": []}', "- - [", "x: \x00"])
def test_keys_that_are_none_are_refused_in_one_line(both, tmp_path, content):
    _, _, made = both
    (tmp_path / "keys").write_text(content)

    with pytest.raises(StoreError, match=r"is no output of kubectl get secret with tls\.crt and tls\.key"):
        _ = made().sides


def test_a_session_that_expired_names_the_entry_and_no_value(both):
    _, amazon, made = both

    def expired(**_):
        raise ClientError({"Error": {"Code": "ExpiredTokenException", "Message": "is expired"}}, "GetSecretValue")

    amazon.get_secret_value = expired
    with pytest.raises(StoreError, match=r"^alphacar/dev/airflow/mongodb-password: .*ExpiredTokenException"):
        list(made().compare())
