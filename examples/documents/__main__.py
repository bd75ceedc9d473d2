"""A document store in a network that exists: pulumi config set vpcId, subnetIds, clientSecurityGroupId and keyArn."""

import pulumi
from alphacar_components import Documents, DocumentsArgs, StoreNetwork

config = pulumi.Config()
orders = Documents(
    "orders",
    DocumentsArgs(
        network=StoreNetwork(
            vpc_id=config.require("vpcId"),
            subnet_ids=config.require_object("subnetIds"),
            client_security_group_id=config.require("clientSecurityGroupId"),
        ),
        key_arn=config.require("keyArn"),
        engine_version="5.0.0",
        instance_class="db.r6g.large",
        instances=3,
        backup_retention_days=14,
        tags={"project": "shop", "environment": "prod", "owner": "shop-team", "decision": "documents"},
    ),
)

pulumi.export("uri", orders.uri)
pulumi.export("readerEndpoint", orders.reader_endpoint)
