"""Each namespace reads secrets by its own role and below its own path, by Google's own CEL."""

import pytest

from policy.admission.secret_stores import MIRROR_POLICY, STORE_POLICY, Reach, secret_policies
from tests.policy.admission.admitting import Kyverno

ROLE = "arn:aws:iam::111122223333:role/readers-"
REACH = Reach(role=ROLE, path="alphacar/prod/", shared={"airflow": ["alphacar/prod/shop/mongo"]})
KYVERNO = Kyverno(secret_policies(REACH, "Deny"))
OWN = {"service": "SecretsManager", "region": "ap-northeast-2", "role": f"{ROLE}shop", "sessionTagsPolicy": "Simple"}


def refused(kind, namespace, spec):
    metadata = {"name": "it", "namespace": namespace}
    manifest = {"apiVersion": "external-secrets.io/v1", "kind": kind, "metadata": metadata, "spec": spec}
    return [refusal.policy for refusal in KYVERNO.refusals(manifest)]


def test_a_store_with_its_own_role_and_stores_of_other_providers_are_admitted():
    assert refused("SecretStore", "shop", {"provider": {"aws": OWN}}) == []
    assert refused("SecretStore", "shop", {"provider": {"fake": {"data": []}}}) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"role": f"{ROLE}airflow"},
        {"role": None},
        {"sessionTagsPolicy": "None", "sessionTags": [{"key": "esoNamespace", "value": "airflow"}]},
        {"sessionTagsPolicy": None},
        {"sessionTagsPolicy": "Custom", "customSessionTags": {"a": "b"}},
        {"additionalRoles": [f"{ROLE}airflow"]},
    ],
)
def test_a_store_that_could_read_for_another_namespace_is_refused(changes):
    store = {key: value for key, value in {**OWN, **changes}.items() if value is not None}

    assert refused("SecretStore", "shop", {"provider": {"aws": store}}) == [STORE_POLICY]


@pytest.mark.parametrize(
    ("namespace", "key", "is_refused"),
    [
        ("shop", "alphacar/prod/shop/mongo", False),
        ("airflow", "alphacar/prod/shop/mongo", False),
        ("airflow", "alphacar/prod/shop/session", True),
        ("shop", "alphacar/prod/airflow/git", True),
        ("shop", "alphacar/prod/shopping/mongo", True),
        ("shop", "alphacar/prod/mongo", True),
        # Not in Secrets Manager's path of ours: what may be read of it, IAM says.
        ("airflow", "arn:aws:secretsmanager:ap-northeast-2:111122223333:secret:rds!db-1", False),
    ],
)
def test_a_key_is_of_the_own_path_or_shared(namespace, key, is_refused):
    found = [MIRROR_POLICY] if is_refused else []

    assert refused("ExternalSecret", namespace, {"data": [{"secretKey": "a", "remoteRef": {"key": key}}]}) == found
    assert refused("ExternalSecret", namespace, {"dataFrom": [{"extract": {"key": key}}]}) == found


def test_a_mirror_without_keys_is_let_be():
    assert refused("ExternalSecret", "shop", {"dataFrom": [{"sourceRef": {"generatorRef": {"kind": "UUID"}}}]}) == []
