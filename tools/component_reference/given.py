"""What every example of the reference finds: a place, a key, a network, a cluster and its nodes."""

import pulumi_kubernetes as kubernetes
from alphacar_components import AccountRegion, ClusterAccess, Namespace, StoreNetwork

place = AccountRegion(account_id="111122223333", region="ap-northeast-2")
key_arn = "arn:aws:kms:ap-northeast-2:111122223333:key/1a2b3c"
network = StoreNetwork(
    vpc_id="vpc-0a1b2c",
    subnet_ids=["subnet-0d", "subnet-0e", "subnet-0f"],
    client_security_group_id="sg-0a1b2c",
)
cluster = ClusterAccess(
    cluster_name="shop",
    place=place,
    provider=kubernetes.Provider("shop", kubeconfig="~/.kube/config"),
)


def namespace(name: str) -> Namespace:
    """A namespace that this program makes."""
    made = kubernetes.core.v1.Namespace(name, metadata={"name": name})
    return Namespace(name=name, made=made)
