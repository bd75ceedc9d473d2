import json

import pytest

from components.stores.secrets import SecretEntry, Secrets, SecretsArgs, mirror_spec, operator_values, store_spec
from tests.components.given import (
    ACCOUNT,
    ASSOCIATION,
    KEY,
    REGION,
    RELEASE,
    ROLE_POLICY,
    Before,
    cluster,
    namespace,
)

SECRET = "aws:secretsmanager/secret:Secret"
STORE = "kubernetes:external-secrets.io/v1:ClusterSecretStore"
MIRROR = "kubernetes:external-secrets.io/v1:ExternalSecret"
ENTRY = SecretEntry(
    description="signs in", keys=("username", "password"), namespace="shop", kubernetes_secret="till-login"
)


def args(**changes):
    given = {
        "path": "alphacar/test",
        "inventory": {"till": ENTRY},
        "refresh_minutes": 60,
        "key_arn": KEY,
        "cluster": cluster(),
        "namespace": namespace("external-secrets"),
        "namespaces": {"shop": namespace("shop")},
        "after": [Before("nodes")],
    }
    return SecretsArgs(**{**given, **changes})


@pytest.fixture
def made(declare):
    return declare(lambda: Secrets("secrets", args()))


def test_what_it_makes(makes):
    assert makes("Secrets") == {
        "alphacar:identity:PodIdentity": 1,
        "aws:secretsmanager/secret:Secret": 1,
        "kubernetes:external-secrets.io/v1:ClusterSecretStore": 1,
        "kubernetes:external-secrets.io/v1:ExternalSecret": 1,
        "kubernetes:helm.sh/v3:Release": 1,
    }


def test_no_value_ever_passes_through(made):
    secret = made.only(SECRET)

    assert (secret["name"], secret["kmsKeyId"], secret["recoveryWindowInDays"]) == ("alphacar/test/till", KEY, 30)
    assert not made.names("aws:secretsmanager/secretVersion")


def test_a_mirror_speaks_the_api_that_is_served_and_copies_each_key(made):
    mirror = made.only(MIRROR)

    assert mirror["apiVersion"] == "external-secrets.io/v1"
    assert mirror["metadata"] == {"name": "till-login", "namespace": "shop"}
    assert mirror["spec"] == mirror_spec("alphacar/test/till", ENTRY, "secrets", 60)
    assert [entry["remoteRef"]["property"] for entry in mirror["spec"]["data"]] == ["username", "password"]


def test_the_store_uses_pod_identity_and_serves_named_namespaces_only(made):
    store = made.only(STORE)["spec"]

    assert store == store_spec(REGION, ["shop"])
    assert "auth" not in store["provider"]["aws"]
    assert store["conditions"] == [{"namespaces": ["shop"]}]


def test_operator_then_store_then_mirrors(made):
    assert f"{ASSOCIATION} secrets" in made.waits(RELEASE, "secrets")
    assert f"{RELEASE} secrets" in made.waits(STORE, "secrets")
    assert {f"{STORE} secrets", "kubernetes:core/v1:Namespace shop"} <= made.waits(MIRROR, "secrets-till")


def test_the_operator_reads_below_its_path_and_decrypts_through_secrets_manager_only(made):
    read, decrypt = json.loads(made.only(ROLE_POLICY)["policy"])["Statement"]

    assert read["Resource"][0] == f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:alphacar/test/*"
    assert not [action for action in read["Action"] if "Put" in action or "*" in action]
    assert decrypt["Condition"] == {"StringEquals": {"kms:ViaService": f"secretsmanager.{REGION}.amazonaws.com"}}


@pytest.mark.parametrize(("replicas", "several"), [(1, False), (2, True)])
def test_a_second_replica_brings_an_election_and_a_budget(replicas, several):
    values = operator_values(replicas)

    assert (values["replicaCount"], values["leaderElect"]) == (replicas, several)
    assert values["podDisruptionBudget"]["enabled"] is values["webhook"]["podDisruptionBudget"]["enabled"] is several


def test_deleting_the_operator_keeps_what_it_mirrors():
    assert operator_values(1)["crds"]["annotations"] == {"helm.sh/resource-policy": "keep"}


def test_a_secret_needs_a_namespace_to_be_mirrored_into(declare):
    with pytest.raises(ValueError, match="namespaces must hold shop"):
        declare(lambda: args(namespaces={}))


@pytest.mark.parametrize("protect", [True, False])
def test_protection_is_the_caller_s(declare, protect):
    (secret,) = declare(lambda: Secrets("secrets", args(protect=protect))).made(SECRET)

    assert secret.protect is protect


@pytest.mark.parametrize(
    ("told", "path", "store"),
    [({"path": None}, "secrets", "secrets"), ({"path": "shop/prod", "store_name": "vault"}, "shop/prod", "vault")],
)
def test_entries_and_store_are_called_after_the_component_or_as_told(declare, told, path, store):
    found = []

    def program():
        made = Secrets("secrets", args(**told))
        found.append((made.paths, made.store_name))

    made = declare(program)

    assert made.only(SECRET)["name"] == f"{path}/till"
    assert made.only(STORE)["metadata"] == {"name": store}
    assert made.only(MIRROR)["spec"]["secretStoreRef"] == {"kind": "ClusterSecretStore", "name": store}
    assert f":secret:{path}/*" in made.only(ROLE_POLICY)["policy"]
    assert found == [({"till": f"{path}/till"}, store)]


@pytest.mark.parametrize("days", [1, 6, 31])
def test_a_deleted_secret_can_be_brought_back_for_a_week_or_not_at_all(declare, days):
    with pytest.raises(ValueError, match=f"recovery_days must be .* to 30, not {days}"):
        declare(lambda: args(recovery_days=days))
