"""What is billed or audited names its project, environment, owner and ledger row."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, get_args

from model import type_tokens
from model.resource import MISSING, UNKNOWN, Resource
from policy.engine.rule import Context, Finding
from stacks.environments import promotion_order
from stacks.section import Capability

REQUIRED_TAGS: Final = ("project", "environment", "owner", "decision")
#: Types that carry tags and that the bill or an audit must be able to attribute.
TAGGED: Final = frozenset(
    {
        type_tokens.BUCKET,
        type_tokens.BUCKET_V2,
        type_tokens.CACHE_CLUSTER,
        type_tokens.DOCDB,
        type_tokens.DOCDB_INSTANCE,
        type_tokens.DOMAIN,
        type_tokens.EKS,
        type_tokens.FILES,
        type_tokens.INSTANCE,
        type_tokens.KEY,
        type_tokens.LOG_GROUP,
        type_tokens.NODE_GROUP,
        type_tokens.OLD_DOMAIN,
        type_tokens.QUEUE,
        type_tokens.RDS,
        type_tokens.RDS_CLUSTER,
        type_tokens.REPLICATION_GROUP,
        type_tokens.REPOSITORY,
        type_tokens.SECRET,
        type_tokens.TEMPLATE,
        type_tokens.TOPIC,
        type_tokens.TRAIL,
        type_tokens.VAULT,
        type_tokens.VOLUME,
        "aws:alb/loadBalancer:LoadBalancer",
        "aws:dynamodb/table:Table",
        "aws:ec2/eip:Eip",
        "aws:ec2/natGateway:NatGateway",
        "aws:ec2/securityGroup:SecurityGroup",
        "aws:ec2/subnet:Subnet",
        "aws:ec2/vpc:Vpc",
        "aws:ec2/vpcEndpoint:VpcEndpoint",
        "aws:ec2/vpnConnection:VpnConnection",
        "aws:eks/addon:Addon",
        "aws:elasticache/serverlessCache:ServerlessCache",
        "aws:elasticache/user:User",
        "aws:elasticache/userGroup:UserGroup",
        "aws:iam/role:Role",
        "aws:lambda/function:Function",
        "aws:lb/loadBalancer:LoadBalancer",
    }
)
#: What a tag may say, where that is settled: a value that nobody knows falls out of every budget and bill.
_SETTLED: Final = {"environment": promotion_order(), "decision": get_args(Capability)}


def tagged(resource: Resource, context: Context) -> Iterator[Finding]:
    """All four tags are there and filled; environment and decision say something that exists."""
    if resource.type not in TAGGED:
        return
    tags = resource.get("tags")
    if tags is UNKNOWN:
        # One unknown value can hide the whole map in a preview; the engine shows it once known.
        yield Finding("tags are not known yet", kind="undetermined")
        return
    said = {key: resource.get("tags", key) for key in REQUIRED_TAGS}
    missing = [key for key, value in said.items() if value is MISSING or (isinstance(value, str) and not value.strip())]
    if missing:
        yield Finding(f"tags must name {', '.join(REQUIRED_TAGS)}; missing: {', '.join(missing)}")
    settled = {**_SETTLED, "environment": (context.settings.environment,)} if context.settings else _SETTLED
    for key, allowed in settled.items():
        if said[key] is not UNKNOWN and key not in missing and said[key] not in allowed:
            # What it says instead is not quoted: a property could hold a secret.
            yield Finding(f"tags.{key} must be {' or '.join(allowed)}: nothing else is budgeted and billed by it")
