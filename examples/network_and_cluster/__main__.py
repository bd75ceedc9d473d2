"""A network over three zones, and an EKS cluster in it with a group of steady nodes and one of Spot."""

import pulumi
import pulumi_aws as aws
from alphacar_components import (
    Access,
    AccountRegion,
    Cluster,
    ClusterArgs,
    Keys,
    KeysArgs,
    Network,
    NetworkArgs,
    NodeGroupSize,
    Nodes,
    NodesArgs,
)

region = pulumi.Config("aws").require("region")
tags = {"project": "shop", "environment": "prod", "owner": "shop-team", "decision": "platform"}
account = aws.get_caller_identity().account_id
place = AccountRegion(account_id=account, region=region)
keys = Keys("shop", KeysArgs(place=place, tags=tags))
zones = [f"{region}{letter}" for letter in "abc"]
network = Network("shop", NetworkArgs(place=place, zones=zones, nat_gateways=3, key_arn=keys.arn, tags=tags))
deployer = Access(principal_arn=f"arn:aws:iam::{account}:role/deployer", policy="AmazonEKSClusterAdminPolicy")
cluster = Cluster(
    "shop",
    ClusterArgs(
        place=place,
        vpc_id=network.vpc_id,
        subnet_ids=network.private_subnet_ids,
        api_allowed_cidrs=["203.0.113.0/24"],
        access={"deployer": deployer},
        key_arn=keys.arn,
        tags=tags,
    ),
)
Nodes(
    "shop",
    NodesArgs(
        cluster=cluster,
        subnet_ids=network.private_subnet_ids,
        key_arn=keys.arn,
        groups={
            "steady": NodeGroupSize(instance_types=["m7g.large"], min_size=3, desired_size=3, max_size=6),
            "spare": NodeGroupSize(instance_types=["m7g.large", "m6g.large"], capacity_type="SPOT", min_size=0),
        },
        tags=tags,
    ),
)

pulumi.export("kubeconfig", cluster.kubeconfig)
