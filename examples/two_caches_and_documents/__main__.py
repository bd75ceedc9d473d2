"""Two caches and a document store, with the network and the key that they need."""

import alphacar_components as alphacar
import pulumi
import pulumi_aws as aws

region = pulumi.Config("aws").require("region")
tags = {"project": "shop", "environment": "prod", "owner": "shop-team", "decision": "platform"}
place = alphacar.AccountRegion(account_id=aws.get_caller_identity().account_id, region=region)
key = alphacar.Keys("shop", alphacar.KeysArgs(place=place, tags=tags)).arn
zones = [f"{region}a", f"{region}c"]
sizes = alphacar.NetworkArgs(place=place, zones=zones, nat_gateways=2, key_arn=key, tags=tags)
network = alphacar.Network("shop", sizes)
apps = aws.ec2.SecurityGroup("apps", description="Applications of the shop", vpc_id=network.vpc_id, tags=tags).id
inside = alphacar.StoreNetwork(vpc_id=network.vpc_id, subnet_ids=network.data_subnet_ids, client_security_group_id=apps)
for name in ("sessions", "pages"):
    pulumi.export(name, alphacar.Cache(name, alphacar.CacheArgs(network=inside, key_arn=key, tags=tags)).uri)
orders = alphacar.Documents("orders", alphacar.DocumentsArgs(network=inside, key_arn=key, tags=tags))
pulumi.export("orders", orders.uri)
