"""Velero for what runs in a cluster, and weekly copies of a document store in a vault."""

import alphacar_components as alphacar
import pulumi
import pulumi_aws as aws

region, config = pulumi.Config("aws").require("region"), pulumi.Config()
tags = {"project": "shop", "environment": "prod", "owner": "shop-team", "decision": "platform"}
account = aws.get_caller_identity().account_id
place = alphacar.AccountRegion(account_id=account, region=region)
key = alphacar.Keys("shop", alphacar.KeysArgs(place=place, tags=tags)).arn
vpc, subnets = config.require("vpcId"), config.require_object("subnetIds")
deployer = alphacar.Access(principal_arn=f"arn:aws:iam::{account}:role/deployer", policy="AmazonEKSClusterAdminPolicy")
cluster = alphacar.Cluster(
    "shop",
    alphacar.ClusterArgs(
        place=place,
        vpc_id=vpc,
        subnet_ids=subnets,
        api_allowed_cidrs=["203.0.113.0/24"],
        access={"deployer": deployer},
        key_arn=key,
        tags=tags,
    ),
)
access = cluster.access
nodes = alphacar.Nodes("shop", alphacar.NodesArgs(cluster=cluster, subnet_ids=subnets, key_arn=key, tags=tags))
spaces = alphacar.Namespaces(
    "shop",
    alphacar.NamespacesArgs(levels={"monitoring": "restricted", "velero": "restricted"}),
    pulumi.ResourceOptions(providers=[access.provider], depends_on=[nodes]),
).by_name
crds = alphacar.Crds("shop", alphacar.CrdsArgs(cluster=access, namespace=spaces["monitoring"], after=[nodes]))
volumes = alphacar.Volumes("shop", alphacar.VolumesArgs(cluster=access, key_arn=key, after=[nodes], tags=tags))
inside = alphacar.StoreNetwork(vpc_id=vpc, subnet_ids=subnets, client_security_group_id=cluster.security_group_id)
orders = alphacar.Documents("orders", alphacar.DocumentsArgs(network=inside, key_arn=key, tags=tags))
backup = alphacar.Backup(
    "shop",
    alphacar.BackupArgs(
        cluster=access,
        namespace=spaces["velero"],
        key_arn=key,
        retention_days=35,
        object_lock_days=14,
        after=[volumes, crds],
        tags=tags,
    ),
)
alphacar.Vaults(
    "shop",
    alphacar.VaultsArgs(place=access.place, key_arn=key, stores={"orders": orders.cluster_arn}, tags=tags),
)

pulumi.export("bucket", backup.bucket.name)
