"""Repositories for two images, and a secret that an operator mirrors into the cluster; people put its value in."""

import alphacar_components as alphacar
import pulumi
import pulumi_aws as aws

region, config = pulumi.Config("aws").require("region"), pulumi.Config()
tags = {"project": "shop", "environment": "prod", "owner": "shop-team", "decision": "platform"}
account = aws.get_caller_identity().account_id
place = alphacar.AccountRegion(account_id=account, region=region)
key = alphacar.Keys("shop", alphacar.KeysArgs(place=place, tags=tags)).arn
subnets = config.require_object("subnetIds")
deployer = alphacar.Access(principal_arn=f"arn:aws:iam::{account}:role/deployer", policy="AmazonEKSClusterAdminPolicy")
cluster = alphacar.Cluster(
    "shop",
    alphacar.ClusterArgs(
        place=place,
        vpc_id=config.require("vpcId"),
        subnet_ids=subnets,
        api_allowed_cidrs=["203.0.113.0/24"],
        access={"deployer": deployer},
        key_arn=key,
        tags=tags,
    ),
)
nodes = alphacar.Nodes("shop", alphacar.NodesArgs(cluster=cluster, subnet_ids=subnets, key_arn=key, tags=tags))
spaces = alphacar.Namespaces(
    "shop",
    alphacar.NamespacesArgs(levels=dict.fromkeys(("monitoring", "external-secrets", "orders"), "restricted")),
    pulumi.ResourceOptions(providers=[cluster.access.provider], depends_on=[nodes]),
).by_name
crds = alphacar.Crds("shop", alphacar.CrdsArgs(cluster=cluster.access, namespace=spaces["monitoring"], after=[nodes]))
registry = alphacar.Registry("shop", alphacar.RegistryArgs(repositories=["web", "orders"], key_arn=key, tags=tags))
secrets = alphacar.Secrets(
    "shop",
    alphacar.SecretsArgs(
        cluster=cluster.access,
        namespace=spaces["external-secrets"],
        namespaces=spaces,
        inventory={
            "payments": alphacar.SecretEntry(
                description="Token of the payment service",
                keys=["token"],
                namespace="orders",
                kubernetes_secret="payments",  # noqa: S106 - a name
            )
        },
        key_arn=key,
        after=[nodes, crds],
        tags=tags,
    ),
)

pulumi.export("repositories", registry.urls)
pulumi.export("secrets", secrets.arns)
