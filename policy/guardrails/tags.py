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
        type_tokens.S3_BUCKET,
        type_tokens.S3_BUCKET_V2,
        type_tokens.ELASTICACHE_CLUSTER,
        type_tokens.DOCDB_CLUSTER,
        type_tokens.DOCDB_CLUSTER_INSTANCE,
        type_tokens.OPENSEARCH_DOMAIN,
        type_tokens.EKS_CLUSTER,
        type_tokens.EFS_FILE_SYSTEM,
        type_tokens.EC2_INSTANCE,
        type_tokens.KMS_KEY,
        type_tokens.CLOUDWATCH_LOG_GROUP,
        type_tokens.EKS_NODE_GROUP,
        type_tokens.ELASTICSEARCH_DOMAIN,
        type_tokens.SQS_QUEUE,
        type_tokens.RDS_INSTANCE,
        type_tokens.RDS_CLUSTER,
        type_tokens.ELASTICACHE_REPLICATION_GROUP,
        type_tokens.ECR_REPOSITORY,
        type_tokens.SECRETSMANAGER_SECRET,
        type_tokens.EC2_LAUNCH_TEMPLATE,
        type_tokens.SNS_TOPIC,
        type_tokens.CLOUDTRAIL_TRAIL,
        type_tokens.BACKUP_VAULT,
        type_tokens.EBS_VOLUME,
        type_tokens.ALB_LOAD_BALANCER,
        type_tokens.DYNAMODB_TABLE,
        type_tokens.EC2_EIP,
        type_tokens.EC2_NAT_GATEWAY,
        type_tokens.EC2_SECURITY_GROUP,
        type_tokens.EC2_SUBNET,
        type_tokens.EC2_VPC,
        type_tokens.EC2_VPC_ENDPOINT,
        type_tokens.EC2_VPN_CONNECTION,
        type_tokens.EKS_ADDON,
        type_tokens.ELASTICACHE_SERVERLESS_CACHE,
        type_tokens.ELASTICACHE_USER,
        type_tokens.ELASTICACHE_USER_GROUP,
        type_tokens.IAM_ROLE,
        type_tokens.LAMBDA_FUNCTION,
        type_tokens.LB_LOAD_BALANCER,
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
