from components.cluster.isolation import Isolation, IsolationArgs
from tests.components.given import Before, cluster, namespace

POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy"


def document(name, where, **spec):
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": name, "namespace": where},
        "spec": {"policyTypes": ["Ingress", "Egress"], **spec},
    }


def test_what_it_makes(makes):
    assert makes("Isolation") == {"kubernetes:networking.k8s.io/v1:NetworkPolicy": 2}


def test_what_shuts_a_namespace_comes_after_what_it_leaves_open(declare):
    till = document("till", "shop", podSelector={"matchLabels": {"app": "till"}})
    spies = document("spies", "watch", podSelector={"matchLabels": {"app": "spies"}})

    def program():
        Isolation(
            "isolation",
            IsolationArgs(
                cluster=cluster(),
                namespaces={"shop": [namespace("shop").made], "watch": [Before("addon")]},
                opened=[till, spies],
                shut=[document("deny-all", "shop", podSelector={})],
            ),
        )

    made = declare(program)
    waits = made.waits(POLICY, "isolation-shop-deny-all")

    assert {name: one["spec"] for name, one in made.all(POLICY).items()}["isolation-shop-till"] == till["spec"]
    assert f"{POLICY} isolation-shop-till" in waits
    assert "kubernetes:core/v1:Namespace shop" in waits
    assert f"{POLICY} isolation-watch-spies" not in waits
    assert made.waits(POLICY, "isolation-watch-spies") & {"test:index:Before addon"}
