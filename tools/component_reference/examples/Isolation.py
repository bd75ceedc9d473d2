shut = {
    "apiVersion": "networking.k8s.io/v1",
    "kind": "NetworkPolicy",
    "metadata": {"name": "deny-all", "namespace": "shop"},
    "spec": {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]},
}
till = {
    **shut,
    "metadata": {"name": "till", "namespace": "shop"},
    "spec": {
        "podSelector": {"matchLabels": {"app": "till"}},
        "policyTypes": ["Ingress", "Egress"],
        "egress": [{"to": [{"ipBlock": {"cidr": "10.0.160.0/22"}}], "ports": [{"protocol": "TCP", "port": 5432}]}],
    },
}
isolation = Isolation(
    "isolation",
    IsolationArgs(cluster=cluster, namespaces={"shop": [namespace("shop").made]}, opened=[till], shut=[shut]),
)
