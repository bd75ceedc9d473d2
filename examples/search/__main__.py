"""Search: the domain that applications use, and the larger one that they move to when its indexes are filled."""

import pulumi
import pulumi_aws as aws
from alphacar_components import (
    AccountRegion,
    DomainSize,
    Search,
    SearchArgs,
    SearchLinkedRole,
    SearchLinkedRoleArgs,
    StoreNetwork,
)

config = pulumi.Config()
tags = {"project": "shop", "environment": "prod", "owner": "shop-team", "decision": "search"}
place = AccountRegion(account_id=aws.get_caller_identity().account_id, region=pulumi.Config("aws").require("region"))
# Once an account: leave it out where another program has it.
linked = SearchLinkedRole("search", SearchLinkedRoleArgs(tags=tags))
search = Search(
    "catalogue",
    SearchArgs(
        place=place,
        network=StoreNetwork(
            vpc_id=config.require("vpcId"),
            subnet_ids=config.require_object("subnetIds"),
            client_security_group_id=config.require("clientSecurityGroupId"),
        ),
        key_arn=config.require("keyArn"),
        administrators=[f"arn:aws:iam::{place.account_id}:role/shop-platform"],
        live="blue",
        domains={
            "blue": DomainSize(instance_type="t3.small.search", instances=3, volume_gb=20),
            "green": DomainSize(
                engine_version="OpenSearch_3.1", instance_type="m6g.large.search", instances=3, volume_gb=100
            ),
        },
        after=[linked],
        tags=tags,
    ),
)

pulumi.export("endpoint", search.endpoint)
pulumi.export("adminRole", search.admin_role_arn)
