"""What is billed or audited names its project, environment, owner and ledger row."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, get_args

from model import type_tokens
from model.resource import MISSING, UNKNOWN, Resource, peek
from policy.engine.rule import Context, Finding
from stacks.environments import promotion_order
from stacks.section import Capability

REQUIRED_TAGS: Final = ("project", "environment", "owner", "decision")
#: Types that carry tags and that the bill or an audit must be able to attribute.
TAGGED: Final = frozenset(
    {
        type_tokens.EC2TRANSITGATEWAY_PEERING_ATTACHMENT_ACCEPTER,
        type_tokens.ROUTE53_RESOLVER_QUERY_LOG_CONFIG,
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
        type_tokens.BACKUP_PLAN,
        type_tokens.BACKUP_VAULT,
        type_tokens.EBS_VOLUME,
        type_tokens.ACCESSANALYZER_ANALYZER,
        type_tokens.ACM_CERTIFICATE,
        type_tokens.ALB_LOAD_BALANCER,
        type_tokens.AMP_WORKSPACE,
        type_tokens.AUTOSCALING_GROUP,
        type_tokens.BUDGETS_BUDGET,
        type_tokens.BUDGETS_BUDGET_ACTION,
        type_tokens.CFG_RULE,
        type_tokens.CLOUDWATCH_COMPOSITE_ALARM,
        type_tokens.CLOUDWATCH_METRIC_ALARM,
        type_tokens.DLM_LIFECYCLE_POLICY,
        type_tokens.DYNAMODB_TABLE,
        type_tokens.EBS_SNAPSHOT,
        type_tokens.EBS_SNAPSHOT_COPY,
        type_tokens.EC2_EIP,
        type_tokens.EC2_FLOW_LOG,
        type_tokens.EC2_NAT_GATEWAY,
        type_tokens.EC2_SECURITY_GROUP,
        type_tokens.EC2_SUBNET,
        type_tokens.EC2_VPC,
        type_tokens.EC2_VPC_ENDPOINT,
        type_tokens.EC2_VPN_CONNECTION,
        type_tokens.EC2TRANSITGATEWAY_VPC_ATTACHMENT,
        type_tokens.EKS_ADDON,
        type_tokens.EKS_CAPABILITY,
        type_tokens.ELASTICACHE_SERVERLESS_CACHE,
        type_tokens.ELASTICACHE_USER,
        type_tokens.ELASTICACHE_USER_GROUP,
        type_tokens.ELB_LOAD_BALANCER,
        type_tokens.GRAFANA_WORKSPACE,
        type_tokens.GUARDDUTY_DETECTOR,
        type_tokens.IAM_ROLE,
        type_tokens.KMS_EXTERNAL_KEY,
        type_tokens.KMS_REPLICA_EXTERNAL_KEY,
        type_tokens.KMS_REPLICA_KEY,
        type_tokens.LAMBDA_FUNCTION,
        type_tokens.LB_LOAD_BALANCER,
        type_tokens.MWAA_ENVIRONMENT,
        type_tokens.OPENSEARCH_SERVERLESS_COLLECTION,
        type_tokens.ROUTE53_ZONE,
        type_tokens.SSM_PARAMETER,
        type_tokens.XRAY_GROUP,
        type_tokens.XRAY_SAMPLING_RULE,
    }
)
#: What a tag may say, where that is settled: a value that nobody knows falls out of every budget and bill.
_SETTLED: Final = {"environment": promotion_order(), "decision": get_args(Capability)}


def check_tags(resource: Resource, context: Context) -> Iterator[Finding]:
    """All four tags are there and filled; environment and decision say something that exists."""
    if resource.type not in TAGGED:
        return
    places = list(_places(resource))
    known = [place for place in places if place is not UNKNOWN]
    said = {key: [value for place in known if _filled(value := peek(place, key))] for key in REQUIRED_TAGS}
    missing = [key for key, values in said.items() if not values]
    if missing and len(known) < len(places):
        # One unknown value can hide the whole map in a preview; the engine shows it once known.
        yield Finding("tags are not known yet", kind="undetermined")
        return
    if missing:
        yield Finding(f"tags must name {', '.join(REQUIRED_TAGS)}; missing: {', '.join(missing)}")
    settled = {**_SETTLED, "environment": (context.settings.environment,)} if context.settings else _SETTLED
    for key, allowed in settled.items():
        if any(value is not UNKNOWN and value not in allowed for value in said[key]):
            # What it says instead is not quoted: a property could hold a secret.
            yield Finding(f"tags.{key} must be {' or '.join(allowed)}: nothing else is budgeted and billed by it")


def _filled(value: Any) -> bool:
    return value is not MISSING and (not isinstance(value, str) or bool(value.strip()))


def _places(resource: Resource) -> Iterator[Any]:
    """Every mapping of tags of the resource, and of what a launch template makes, which is what the bill shows."""
    yield _mapping(resource.get("tags"))
    made = resource.get("tagSpecifications")
    for each in made if isinstance(made, list) else [made]:
        yield each if each is UNKNOWN else peek(each, "tags")


def _mapping(tags: Any) -> Any:
    """An Auto Scaling group lists its tags, each with a key and a value."""
    if not isinstance(tags, list):
        return tags
    if any(peek(each, "key") is UNKNOWN for each in tags):
        return UNKNOWN
    return {key: peek(each, "value") for each in tags if isinstance(key := peek(each, "key"), str)}
