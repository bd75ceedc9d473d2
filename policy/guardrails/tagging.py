"""What is billed or audited names its project, environment, owner and ledger row."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, get_args

from policy.guardrails import tokens
from policy.resource import MISSING, UNKNOWN, Resource
from policy.rule import Context, Finding
from stacks.section import Capability
from stacks.settings import Environment

REQUIRED_TAGS: Final = ("project", "environment", "owner", "decision")
#: Types that carry tags and that the bill or an audit must be able to attribute.
TAGGED: Final = frozenset(
    {
        tokens.BUCKET,
        tokens.BUCKET_V2,
        tokens.CACHE_CLUSTER,
        tokens.DOCDB,
        tokens.DOCDB_INSTANCE,
        tokens.DOMAIN,
        tokens.EKS,
        tokens.FILES,
        tokens.INSTANCE,
        tokens.KEY,
        tokens.LOG_GROUP,
        tokens.NODE_GROUP,
        tokens.OLD_DOMAIN,
        tokens.QUEUE,
        tokens.RDS,
        tokens.RDS_CLUSTER,
        tokens.REPLICATION_GROUP,
        tokens.REPOSITORY,
        tokens.SECRET,
        tokens.TEMPLATE,
        tokens.TOPIC,
        tokens.TRAIL,
        tokens.VAULT,
        tokens.VOLUME,
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
_SETTLED: Final = {"environment": get_args(Environment), "decision": get_args(Capability)}


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
