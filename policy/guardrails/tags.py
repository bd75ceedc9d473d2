"""What is billed or audited names its project, environment, owner and ledger row."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, get_args

from model import type_tokens
from model.resource import MISSING, UNKNOWN, Resource, peek
from policy.engine.rule import Context, Finding
from stacks.section import Capability
from stacks.settings import Environment

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
        "aws:accessanalyzer/analyzer:Analyzer",
        "aws:acm/certificate:Certificate",
        "aws:alb/loadBalancer:LoadBalancer",
        "aws:amp/workspace:Workspace",
        "aws:autoscaling/group:Group",
        "aws:budgets/budget:Budget",
        "aws:budgets/budgetAction:BudgetAction",
        "aws:cfg/rule:Rule",
        "aws:cloudwatch/compositeAlarm:CompositeAlarm",
        "aws:cloudwatch/metricAlarm:MetricAlarm",
        "aws:dlm/lifecyclePolicy:LifecyclePolicy",
        "aws:dynamodb/table:Table",
        "aws:ebs/snapshot:Snapshot",
        "aws:ebs/snapshotCopy:SnapshotCopy",
        "aws:ec2/eip:Eip",
        "aws:ec2/flowLog:FlowLog",
        "aws:ec2/natGateway:NatGateway",
        "aws:ec2/securityGroup:SecurityGroup",
        "aws:ec2/subnet:Subnet",
        "aws:ec2/vpc:Vpc",
        "aws:ec2/vpcEndpoint:VpcEndpoint",
        "aws:ec2/vpnConnection:VpnConnection",
        "aws:ec2transitgateway/vpcAttachment:VpcAttachment",
        "aws:eks/addon:Addon",
        "aws:eks/capability:Capability",
        "aws:elasticache/serverlessCache:ServerlessCache",
        "aws:elasticache/user:User",
        "aws:elasticache/userGroup:UserGroup",
        "aws:elb/loadBalancer:LoadBalancer",
        "aws:grafana/workspace:Workspace",
        "aws:guardduty/detector:Detector",
        "aws:iam/role:Role",
        "aws:kms/externalKey:ExternalKey",
        "aws:kms/replicaExternalKey:ReplicaExternalKey",
        "aws:kms/replicaKey:ReplicaKey",
        "aws:lambda/function:Function",
        "aws:lb/loadBalancer:LoadBalancer",
        "aws:mwaa/environment:Environment",
        "aws:opensearch/serverlessCollection:ServerlessCollection",
        "aws:route53/zone:Zone",
        "aws:ssm/parameter:Parameter",
        "aws:xray/group:Group",
        "aws:xray/samplingRule:SamplingRule",
    }
)
#: What a tag may say, where that is settled: a value that nobody knows falls out of every budget and bill.
_SETTLED: Final = {"environment": get_args(Environment), "decision": get_args(Capability)}


def tagged(resource: Resource, context: Context) -> Iterator[Finding]:
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
