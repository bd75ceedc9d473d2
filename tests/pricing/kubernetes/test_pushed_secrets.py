"""A secret that an operator pushes to Secrets Manager is billed like one that is declared."""

import pytest

from model.resource import UNKNOWN
from tests.pricing.billing import D, billed, resource

PUSH = "kubernetes:external-secrets.io/v1alpha1:PushSecret"
PUSH_EVERYWHERE = "kubernetes:external-secrets.io/v1alpha1:ClusterPushSecret"
SECRET = "aws:secretsmanager/secret:Secret"


def store(service, kind="ClusterSecretStore", name="aws"):
    token = f"kubernetes:external-secrets.io/v1:{kind}"
    return resource(token, {"metadata": {"name": name}, "spec": {"provider": {"aws": {"service": service}}}}, name)


def pushing(*keys, kind="ClusterSecretStore", **more):
    data = [{"match": {"secretKey": "k", "remoteRef": {"remoteKey": key}}} for key in keys]
    return {"spec": {"secretStoreRefs": [{"name": "aws", "kind": kind}], "data": data, **more}}


@pytest.mark.parametrize(
    ("keys", "made"), [(("a", "b"), 2), (("a", "a"), 1), ((UNKNOWN, UNKNOWN), 2), (("declared", "a"), 1)]
)
def test_each_key_is_a_secret_unless_it_is_declared(keys, made):
    declared = resource(SECRET, {"name": "declared"})
    bill = billed(store("SecretsManager"), declared, resource(PUSH, pushing(*keys)))

    assert [line.usd_per_month for line in bill.lines if line.item == "secrets pushed"] == [made * D("0.4")]
    assert not bill.at_least


@pytest.mark.parametrize(
    ("stores", "props"),
    [
        ([], pushing("a")),
        ([store("SecretsManager")], pushing("a", kind="SecretStore")),
        ([store(UNKNOWN)], pushing("a")),
        ([store("SecretsManager")], pushing("a", dataTo=[{"match": {"regexp": ".*"}}])),
    ],
)
def test_keys_or_stores_that_nobody_can_tell_are_a_gap(stores, props):
    assert billed(*stores, resource(PUSH, props)).at_least


@pytest.mark.parametrize(
    ("stores", "token", "props"),
    [
        ([store("ParameterStore")], PUSH, pushing("a")),
        (
            [resource("kubernetes:external-secrets.io/v1:SecretStore", {"metadata": {"name": "aws"}})],
            PUSH,
            pushing("a", kind="SecretStore"),
        ),
        ([store("ParameterStore")], PUSH_EVERYWHERE, {"spec": {"pushSecretSpec": pushing("a")["spec"]}}),
    ],
)
def test_parameters_and_other_stores_than_aws_cost_nothing(stores, token, props):
    bill = billed(*stores, resource(token, props))

    assert (bill.lines, bill.unpriced) == ((), ())


def test_a_push_from_many_namespaces_is_a_gap():
    pushed = {"spec": {"pushSecretSpec": pushing("a")["spec"]}}

    assert (
        "nobody knows how many" in billed(store("SecretsManager"), resource(PUSH_EVERYWHERE, pushed)).unpriced[0].reason
    )
