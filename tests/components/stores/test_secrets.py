import json

import pytest

from components.stores.secrets import (
    SECRET_ARN,
    SecretEntry,
    Secrets,
    SecretsArgs,
    mirror_spec,
    operator_values,
    reader_trust,
    store_spec,
)
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
STORE = "kubernetes:external-secrets.io/v1:SecretStore"
MIRROR = "kubernetes:external-secrets.io/v1:ExternalSecret"
SECRETS = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret"
MASTER = f"{SECRETS}:rds!db-1-abcdef"
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
        "namespaces": changes["namespaces"] if "namespaces" in changes else {"shop": namespace("shop")},
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
        "aws:iam/role:Role": 1,
        "aws:iam/rolePolicy:RolePolicy": 1,
        "kubernetes:external-secrets.io/v1:ExternalSecret": 1,
        "kubernetes:external-secrets.io/v1:SecretStore": 1,
        "kubernetes:helm.sh/v3:Release": 1,
    }


def test_no_value_ever_passes_through(made):
    secret = made.only(SECRET)

    assert (secret["name"], secret["kmsKeyId"], secret["recoveryWindowInDays"]) == ("alphacar/test/shop/till", KEY, 30)
    assert not made.names("aws:secretsmanager/secretVersion")


def test_a_mirror_speaks_the_api_that_is_served_and_copies_each_key(made):
    mirror = made.only(MIRROR)

    assert mirror["apiVersion"] == "external-secrets.io/v1"
    assert mirror["metadata"] == {"name": "till-login", "namespace": "shop"}
    assert mirror["spec"] == mirror_spec("alphacar/test/shop/till", ENTRY, "secrets", 60)
    assert [entry["remoteRef"]["property"] for entry in mirror["spec"]["data"]] == ["username", "password"]


def several(declare):
    """Two namespaces with a secret each, of which one may read the other's, and RDS's besides."""
    shared = SecretEntry(
        description="writes", keys=("password",), namespace="books", kubernetes_secret="books", readers=("shop",)
    )
    return declare(
        lambda: Secrets(
            "secrets",
            args(
                inventory={"till": ENTRY, "books": shared},
                namespaces={name: namespace(name) for name in ("shop", "books")},
                also_read={"books": [MASTER]},
                role_prefix="readers",
            ),
        )
    )


def test_a_namespace_s_store_names_its_own_role_and_no_credentials(declare):
    made = several(declare)

    assert {store["metadata"]["namespace"]: store["spec"] for store in made.all(STORE).values()} == {
        name: store_spec(REGION, f"arn:aws:iam::{ACCOUNT}:role/readers-{name}") for name in ("shop", "books")
    }
    assert "auth" not in store_spec(REGION, "role")["provider"]["aws"]


def test_the_operator_may_take_the_namespaces_roles_and_do_nothing_else(declare):
    (statement,) = json.loads(several(declare).all(ROLE_POLICY)["secrets"]["policy"])["Statement"]

    assert statement["Action"] == ["sts:AssumeRole", "sts:TagSession"]
    assert statement["Resource"] == [f"arn:aws:iam::{ACCOUNT}:role/readers-{name}" for name in ("books", "shop")]


def test_a_role_is_the_operator_s_for_its_own_namespace_alone(declare):
    roles = several(declare).all("aws:iam/role:Role")

    assert {key: role["name"] for key, role in roles.items() if "name" in role} == {
        "secrets-shop": "readers-shop",
        "secrets-books": "readers-books",
    }
    (statement,) = reader_trust("the operator", "shop")["Statement"]
    assert statement["Principal"] == {"AWS": "the operator"}
    assert statement["Condition"]["StringEquals"]["aws:RequestTag/esoNamespace"] == "shop"


def test_a_role_reads_below_its_prefix_and_what_is_shared_with_it_and_decrypts_through_secrets_manager(declare):
    policies = several(declare).all(ROLE_POLICY)
    read, decrypt = json.loads(policies["secrets-shop"]["policy"])["Statement"]

    assert read["Action"] == "secretsmanager:GetSecretValue"
    assert read["Resource"] == [f"{SECRETS}:alphacar/test/shop/*", f"{SECRETS}:alphacar/test/books/books-??????"]
    assert decrypt["Condition"] == {"StringEquals": {"kms:ViaService": f"secretsmanager.{REGION}.amazonaws.com"}}
    read, _ = json.loads(policies["secrets-books"]["policy"])["Statement"]
    assert read["Resource"] == [f"{SECRETS}:alphacar/test/books/*", MASTER]


def test_operator_then_stores_then_mirrors(made):
    assert f"{ASSOCIATION} secrets" in made.waits(RELEASE, "secrets")
    assert {f"{RELEASE} secrets", f"{ROLE_POLICY} secrets-shop"} <= made.waits(STORE, "secrets-shop")
    assert {f"{STORE} secrets-shop", "kubernetes:core/v1:Namespace shop"} <= made.waits(MIRROR, "secrets-till")


def test_nothing_is_the_whole_cluster_s_and_no_token_is_made_for_a_service_account():
    values = operator_values(2)

    assert not [kind for kind in ("Store", "ExternalSecret", "Generator") if values[f"processCluster{kind}"]]
    assert not [key for key in ("SecretStore", "ExternalSecret", "Generator") if values["crds"][f"createCluster{key}"]]
    assert not any(values["rbac"].values())


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

    assert made.only(SECRET)["name"] == f"{path}/shop/till"
    assert made.only(STORE)["metadata"] == {"name": store, "namespace": "shop"}
    assert made.only(MIRROR)["spec"]["secretStoreRef"] == {"kind": "SecretStore", "name": store}
    assert f":secret:{path}/shop/*" in made.all(ROLE_POLICY)["secrets-shop"]["policy"]
    assert found == [({"till": f"{path}/shop/till"}, store)]


@pytest.mark.parametrize("days", [1, 6, 31])
def test_a_deleted_secret_can_be_brought_back_for_a_week_or_not_at_all(declare, days):
    with pytest.raises(ValueError, match=f"recovery_days must be .* to 30, not {days}"):
        declare(lambda: args(recovery_days=days))


@pytest.mark.parametrize(("length", "taken"), [(512, True), (513, False)])
def test_an_arn_has_the_longest_name_that_aws_takes_and_no_longer(length, taken):
    arn = f"arn:aws:secretsmanager:ap-northeast-2:111122223333:secret:{'a' * length}-AbCdEf"

    assert bool(SECRET_ARN.fullmatch(arn)) is taken
