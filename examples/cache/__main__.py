"""A cache in a network that exists, and the right to use it: an application signs in with its role, not a password."""

import json

import pulumi
import pulumi_aws as aws
from alphacar_components import Cache, CacheArgs, StoreNetwork

config = pulumi.Config()
tags = {"project": "shop", "environment": "prod", "owner": "shop-team", "decision": "cache"}
sessions = Cache(
    "sessions",
    CacheArgs(
        network=StoreNetwork(
            vpc_id=config.require("vpcId"),
            subnet_ids=config.require_object("subnetIds"),
            client_security_group_id=config.require("clientSecurityGroupId"),
        ),
        key_arn=config.require("keyArn"),
        node_type="cache.r7g.large",
        replicas=2,
        tags=tags,
    ),
)
document = sessions.client_statement.apply(
    lambda statement: json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]})
)
aws.iam.RolePolicy("sessions", role=config.require("applicationRole"), policy=document)

pulumi.export("uri", sessions.uri)
