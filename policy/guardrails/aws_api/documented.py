"""What AWS documents and refuses, and no API model says: each rule with its source. Read on 2026-11-28.

A rule is a property of some types and what a text or a number there must be; what several properties must be to each
other has a function of its own, in ``related``. Where AWS only advises, the finding is an advisory one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import Any, Final

from model import type_tokens
from model.property_check import Step, found_at
from model.resource import MISSING, UNKNOWN
from policy.guardrails.aws_api.model import short
from policy.guardrails.aws_api.related import RELATED

#: Types that are written two ways are judged alike.
BUCKETS: Final = (type_tokens.S3_BUCKET, type_tokens.S3_BUCKET_V2)
LOAD_BALANCERS: Final = (
    type_tokens.LB_LOAD_BALANCER,
    type_tokens.ALB_LOAD_BALANCER,
    type_tokens.APPLICATIONLOADBALANCING_LOAD_BALANCER,
    type_tokens.ELASTICLOADBALANCINGV2_LOAD_BALANCER,
)
TARGET_GROUPS: Final = (
    type_tokens.LB_TARGET_GROUP,
    type_tokens.ALB_TARGET_GROUP,
    type_tokens.APPLICATIONLOADBALANCING_TARGET_GROUP,
    type_tokens.ELASTICLOADBALANCINGV2_TARGET_GROUP,
)
RULES_OF_GROUPS: Final = (
    type_tokens.EC2_SECURITY_GROUP_RULE,
    type_tokens.VPC_SECURITY_GROUP_INGRESS_RULE,
    type_tokens.VPC_SECURITY_GROUP_EGRESS_RULE,
)
DATABASES: Final = {
    type_tokens.DOCDB_CLUSTER: "clusterIdentifier",
    type_tokens.DOCDB_CLUSTER_INSTANCE: "identifier",
    type_tokens.NEPTUNE_CLUSTER: "clusterIdentifier",
    type_tokens.RDS_CLUSTER: "clusterIdentifier",
    type_tokens.RDS_CLUSTER_INSTANCE: "identifier",
    type_tokens.RDS_INSTANCE: "identifier",
}
#: Days that CloudWatch Logs keeps (source: API, PutRetentionPolicy.retentionInDays); the provider's 0 is for ever.
RETENTIONS: Final = (
    *(0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731),
    *(1096, 1827, 2192, 2557, 2922, 3288, 3653),
)
#: Characters of a security group's texts (source: EC2 API, CreateSecurityGroup.GroupDescription).
_GROUP_TEXT: Final = r"[a-zA-Z0-9 ._\-:/()#,@\[\]+=&;{}!$*]"
_PROTOCOL: Final = r"(?i)tcp|udp|icmp|icmpv6|-1|all|[01]?\d{1,2}|2[0-4]\d|25[0-5]"
_DAY: Final = "(?:mon|tue|wed|thu|fri|sat|sun)"
_TIME: Final = r"(?:[01]\d|2[0-3]):[0-5]\d"


@dataclass(frozen=True, kw_only=True)
class Documented:
    """One property of some types, and what it must be: ``holds`` is true of what AWS takes."""

    types: tuple[str, ...]
    path: tuple[Step, ...]
    holds: Callable[[Any], bool]
    says: str
    source: str
    advised: bool = False

    def refusals(self, props: Mapping[str, Any]) -> Iterator[str]:
        """A line for each value at the path that AWS would refuse; what is unknown or absent is none."""
        for found in found_at(props, self.path):
            # An empty text is one that the provider does not send.
            if found is not UNKNOWN and found is not MISSING and found != "" and not self.holds(found):
                yield f"{self.dotted} {self.says} ({self.source})"

    @property
    def dotted(self) -> str:
        """The path as written in a message; ``*`` is every entry."""
        return ".".join(str(step) for step in self.path).replace(".*", "[*]")


def text(pattern: str, longest: int = 0, shortest: int = 0) -> Callable[[Any], bool]:
    """Of a text: it matches as a whole, and is neither too long nor too short. Of anything else nothing is said."""
    compiled = re.compile(pattern)

    def holds(value: Any) -> bool:
        if not isinstance(value, str):
            return True
        return (not longest or shortest <= len(value) <= longest) and compiled.fullmatch(value) is not None

    return holds


def number(*allowed: int, low: int | None = None, high: int | None = None) -> Callable[[Any], bool]:
    """Of a number, or digits: it is one of ``allowed``, or within the bounds."""

    def holds(value: Any) -> bool:
        if isinstance(value, bool) or not re.fullmatch(r"-?\d{1,18}(\.0+)?", str(value)):
            return True
        found = int(float(value))
        return found in allowed or (low is not None and found >= low and (high is None or found <= high))

    return holds


def _bucket(value: Any) -> bool:
    if not isinstance(value, str):
        return True
    dressed = value.startswith(("xn--", "sthree-", "amzn-s3-demo-")) or value.endswith(
        ("-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3")
    )
    plain = re.fullmatch(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", value) is not None
    return plain and not dressed and ".." not in value and not re.fullmatch(r"\d+\.\d+\.\d+\.\d+", value)


def _network(low: int, high: int) -> Callable[[Any], bool]:
    def holds(value: Any) -> bool:
        try:
            return not isinstance(value, str) or low <= IPv4Network(value, strict=False).prefixlen <= high
        except ValueError:
            return False

    return holds


def _identifier(longest: int) -> Callable[[Any], bool]:
    return text(r"[a-zA-Z](?!.*--)[a-zA-Z0-9-]*(?<!-)", longest=longest, shortest=1)


def _named(longest: int) -> str:
    return (
        f"must be 1 to {longest} letters, digits and hyphens, begin with a letter, hold no two hyphens together "
        "and end with none"
    )


def _period(value: Any) -> bool:
    seconds = value if isinstance(value, int) else int(value) if re.fullmatch(r"[0-9]{1,9}", str(value)) else None
    return seconds is None or seconds in (10, 20, 30) or (seconds > 0 and seconds % 60 == 0)


def _managed_policy(value: Any) -> bool:
    # IAM does not count white space.
    return not isinstance(value, str) or len("".join(value.split())) <= 6144


_WEEKLY: Final = text(rf"(?i){_DAY}:{_TIME}-{_DAY}:{_TIME}")
_DAILY: Final = text(rf"{_TIME}-{_TIME}")

DOCUMENTED: Final = (
    Documented(
        types=(type_tokens.EC2_SECURITY_GROUP,),
        path=("description",),
        holds=text(rf"{_GROUP_TEXT}*", longest=255),
        says="may hold a-z, A-Z, 0-9, spaces and ._-:/()#,@[]+=&;{}!$* only, 255 at most",
        source="EC2 API, CreateSecurityGroup.GroupDescription",
    ),
    *(
        Documented(
            types=(type_tokens.EC2_SECURITY_GROUP, type_tokens.EC2_DEFAULT_SECURITY_GROUP),
            path=(way, "*", "description"),
            holds=text(rf"{_GROUP_TEXT}*", longest=255),
            says="may hold a-z, A-Z, 0-9, spaces and ._-:/()#,@[]+=&;{}!$* only, 255 at most",
            source="EC2 API, IpRange.Description",
        )
        for way in ("ingress", "egress")
    ),
    Documented(
        types=RULES_OF_GROUPS,
        path=("description",),
        holds=text(rf"{_GROUP_TEXT}*", longest=255),
        says="may hold a-z, A-Z, 0-9, spaces and ._-:/()#,@[]+=&;{}!$* only, 255 at most",
        source="EC2 API, IpRange.Description",
    ),
    Documented(
        types=(type_tokens.EC2_SECURITY_GROUP,),
        path=("name",),
        holds=text(rf"(?!sg-){_GROUP_TEXT}+", longest=255, shortest=1),
        says="may not begin with sg-, and may hold a-z, A-Z, 0-9, spaces and ._-:/()#,@[]+=&;{}!$* only, 255 at most",
        source="EC2 API, CreateSecurityGroup.GroupName",
    ),
    Documented(
        types=BUCKETS,
        path=("bucket",),
        holds=_bucket,
        says=(
            "must be 3 to 63 lower-case letters, digits, hyphens and periods, begin and end with a letter or digit, "
            "and be neither an IP address nor dressed as an alias"
        ),
        source="S3 user guide, bucket naming rules",
    ),
    *(
        Documented(
            types=(token,),
            path=(name,),
            holds=_identifier(63),
            says=_named(63),
            source="RDS API, DBInstanceIdentifier and DBClusterIdentifier",
        )
        for token, name in DATABASES.items()
    ),
    Documented(
        types=(type_tokens.DOCDB_CLUSTER,),
        path=("masterUsername",),
        holds=text(r"(?!(?i:admin)$)[a-zA-Z][a-zA-Z0-9]*", longest=63, shortest=1),
        says="must be 1 to 63 letters or numbers, begin with a letter, and be no reserved word such as admin",
        source="DocumentDB API, CreateDBCluster.MasterUsername",
    ),
    Documented(
        types=(type_tokens.ELASTICACHE_REPLICATION_GROUP,),
        path=("replicationGroupId",),
        holds=_identifier(40),
        says=_named(40),
        source="ElastiCache API, CreateReplicationGroup.ReplicationGroupId",
    ),
    Documented(
        types=(type_tokens.ELASTICACHE_CLUSTER,),
        path=("clusterId",),
        holds=_identifier(50),
        says=_named(50),
        source="ElastiCache API, CreateCacheCluster.CacheClusterId",
    ),
    *(
        Documented(
            types=(token,),
            path=(name,),
            holds=_WEEKLY,
            says="must be a window of the week, ddd:hh24:mi-ddd:hh24:mi in UTC",
            source=f"{service} API, PreferredMaintenanceWindow",
        )
        for token, name, service in (
            (type_tokens.DOCDB_CLUSTER, "preferredMaintenanceWindow", "DocumentDB"),
            (type_tokens.DOCDB_CLUSTER_INSTANCE, "preferredMaintenanceWindow", "DocumentDB"),
            (type_tokens.NEPTUNE_CLUSTER, "preferredMaintenanceWindow", "Neptune"),
            (type_tokens.RDS_CLUSTER, "preferredMaintenanceWindow", "RDS"),
            (type_tokens.RDS_INSTANCE, "maintenanceWindow", "RDS"),
            (type_tokens.ELASTICACHE_REPLICATION_GROUP, "maintenanceWindow", "ElastiCache"),
            (type_tokens.ELASTICACHE_CLUSTER, "maintenanceWindow", "ElastiCache"),
        )
    ),
    *(
        Documented(
            types=(token,),
            path=(name,),
            holds=_DAILY,
            says="must be a window of the day, hh24:mi-hh24:mi in UTC",
            source=f"{service} API, {member}",
        )
        for token, name, service, member in (
            (type_tokens.DOCDB_CLUSTER, "preferredBackupWindow", "DocumentDB", "PreferredBackupWindow"),
            (type_tokens.NEPTUNE_CLUSTER, "preferredBackupWindow", "Neptune", "PreferredBackupWindow"),
            (type_tokens.RDS_CLUSTER, "preferredBackupWindow", "RDS", "PreferredBackupWindow"),
            (type_tokens.RDS_INSTANCE, "backupWindow", "RDS", "PreferredBackupWindow"),
            (type_tokens.ELASTICACHE_REPLICATION_GROUP, "snapshotWindow", "ElastiCache", "SnapshotWindow"),
            (type_tokens.ELASTICACHE_CLUSTER, "snapshotWindow", "ElastiCache", "SnapshotWindow"),
        )
    ),
    *(
        Documented(
            types=(token,),
            path=(name,),
            holds=number(low=low, high=35),
            says=f"must be {low} to 35 days",
            source=source,
        )
        for token, name, low, source in (
            (type_tokens.DOCDB_CLUSTER, "backupRetentionPeriod", 1, "DocumentDB API, BackupRetentionPeriod"),
            (type_tokens.NEPTUNE_CLUSTER, "backupRetentionPeriod", 1, "Neptune API, BackupRetentionPeriod"),
            (type_tokens.RDS_CLUSTER, "backupRetentionPeriod", 1, "RDS API, CreateDBCluster.BackupRetentionPeriod"),
            (
                type_tokens.RDS_INSTANCE,
                "backupRetentionPeriod",
                0,
                "RDS API, CreateDBInstance.BackupRetentionPeriod",
            ),
            (
                type_tokens.ELASTICACHE_REPLICATION_GROUP,
                "snapshotRetentionLimit",
                0,
                "ElastiCache user guide, automatic backups",
            ),
        )
    ),
    Documented(
        types=(type_tokens.CLOUDWATCH_LOG_GROUP,),
        path=("retentionInDays",),
        holds=number(*RETENTIONS),
        says=f"must be one of {', '.join(map(str, RETENTIONS))}",
        source="CloudWatch Logs API, PutRetentionPolicy.retentionInDays",
    ),
    Documented(
        types=(type_tokens.KMS_ALIAS,),
        path=("name",),
        holds=text(r"alias/(?!aws/)[a-zA-Z0-9/_-]+"),
        says="must be alias/ and letters, digits, slashes, underscores and hyphens, and not begin with alias/aws/",
        source="KMS API, CreateAlias.AliasName",
    ),
    Documented(
        types=(type_tokens.SECRETSMANAGER_SECRET,),
        path=("name",),
        holds=text(r"(?!.*-[^-]{6}$).*"),
        says="should not end with a hyphen and six characters: AWS adds just that to the ARN, and may confuse the two",
        source="Secrets Manager API, CreateSecret.Name",
        advised=True,
    ),
    Documented(
        types=(type_tokens.SECRETSMANAGER_SECRET,),
        path=("recoveryWindowInDays",),
        holds=number(0, low=7, high=30),
        says="must be 7 to 30 days, or 0 for none",
        source="Secrets Manager API, DeleteSecret.RecoveryWindowInDays",
    ),
    Documented(
        types=(type_tokens.EC2_VPC, type_tokens.EC2_SUBNET),
        path=("cidrBlock",),
        holds=_network(16, 28),
        says="must be an IPv4 network, a /16 to a /28",
        source="VPC user guide, VPC and subnet CIDR blocks",
    ),
    Documented(
        types=(type_tokens.EC2_FLOW_LOG,),
        path=("maxAggregationInterval",),
        holds=number(60, 600),
        says="must be 60 or 600 seconds",
        source="EC2 API, CreateFlowLogs.MaxAggregationInterval",
    ),
    *(
        Documented(
            types=(token,),
            path=(name,),
            holds=text(_PROTOCOL),
            says="must be tcp, udp, icmp, icmpv6, -1 or all, or the number of a protocol",
            source="EC2 API, IpPermission.IpProtocol",
        )
        for token, name in zip(RULES_OF_GROUPS, ("protocol", "ipProtocol", "ipProtocol"), strict=True)
    ),
    *(
        Documented(
            types=(type_tokens.EC2_SECURITY_GROUP, type_tokens.EC2_DEFAULT_SECURITY_GROUP),
            path=(way, "*", "protocol"),
            holds=text(_PROTOCOL),
            says="must be tcp, udp, icmp, icmpv6, -1 or all, or the number of a protocol",
            source="EC2 API, IpPermission.IpProtocol",
        )
        for way in ("ingress", "egress")
    ),
    Documented(
        types=(type_tokens.EC2_SECURITY_GROUP_RULE,),
        path=("type",),
        holds=text("ingress|egress"),
        says="must be ingress or egress",
        source="EC2 API, AuthorizeSecurityGroupIngress and AuthorizeSecurityGroupEgress",
    ),
    Documented(
        types=(type_tokens.KMS_KEY, type_tokens.KMS_REPLICA_KEY),
        path=("deletionWindowInDays",),
        holds=number(0, low=7, high=30),
        says="must be 7 to 30 days",
        source="KMS API, ScheduleKeyDeletion.PendingWindowInDays",
    ),
    *(
        Documented(
            types=(token,),
            path=("port",),
            holds=number(0, low=1150, high=65535),
            says="must be 1150 to 65535",
            source=f"{service} API, Port",
        )
        for token, service in (
            (type_tokens.RDS_INSTANCE, "RDS"),
            (type_tokens.RDS_CLUSTER, "RDS"),
            (type_tokens.DOCDB_CLUSTER, "DocumentDB"),
        )
    ),
    *(
        Documented(
            types=(token,),
            path=("monitoringInterval",),
            holds=number(0, 1, 5, 10, 15, 30, 60),
            says="must be 0, 1, 5, 10, 15, 30 or 60 seconds",
            source="RDS API, MonitoringInterval",
        )
        for token in (type_tokens.RDS_INSTANCE, type_tokens.RDS_CLUSTER_INSTANCE)
    ),
    Documented(
        types=(type_tokens.DLM_LIFECYCLE_POLICY,),
        path=("policyDetails", "schedules", "*", "createRule", "interval"),
        holds=number(0, 1, 2, 3, 4, 6, 8, 12, 24),
        says="must be 1, 2, 3, 4, 6, 8, 12 or 24 hours",
        source="Data Lifecycle Manager API, CreateRule.Interval",
    ),
    Documented(
        types=(type_tokens.SNS_TOPIC_SUBSCRIPTION,),
        path=("protocol",),
        holds=text("http|https|email|email-json|sms|sqs|application|lambda|firehose"),
        says="must be http, https, email, email-json, sms, sqs, application, lambda or firehose",
        source="SNS API, Subscribe.Protocol",
    ),
    Documented(
        types=(type_tokens.IAM_POLICY,),
        path=("policy",),
        holds=_managed_policy,
        says="has more than 6,144 characters, white space aside",
        source="IAM user guide, IAM and STS quotas",
    ),
    *(
        Documented(
            types=(token,),
            path=(name,),
            holds=text(r"[A-Za-z_][A-Za-z0-9_]*", longest=64, shortest=1),
            says="must be letters, digits and underscores, and begin with a letter",
            source="RDS API, DBName and DatabaseName",
        )
        for token, name in ((type_tokens.RDS_INSTANCE, "dbName"), (type_tokens.RDS_CLUSTER, "databaseName"))
    ),
    *(
        Documented(
            types=(token,),
            path=(name,),
            holds=text(r"[^/@\" ]*"),
            says="may hold no slash, at sign, quotation mark or space",
            source="RDS API, MasterUserPassword",
        )
        for token, name in (
            (type_tokens.RDS_INSTANCE, "password"),
            (type_tokens.RDS_CLUSTER, "masterPassword"),
            (type_tokens.DOCDB_CLUSTER, "masterPassword"),
        )
    ),
    *(
        Documented(
            types=(token,),
            path=(name,),
            holds=text(r"(?!(?i:rdsadmin)$).*"),
            says="is reserved by RDS",
            source="RDS API, MasterUsername",
        )
        for token, name in ((type_tokens.RDS_INSTANCE, "username"), (type_tokens.RDS_CLUSTER, "masterUsername"))
    ),
    *(
        Documented(
            types=(token,),
            path=(name,),
            holds=text(rf"{kind}\..+"),
            says=f"must begin with {kind}.",
            source=f"{service} API, {member}",
        )
        for token, name, kind, service, member in (
            (type_tokens.RDS_INSTANCE, "instanceClass", "db", "RDS", "DBInstanceClass"),
            (type_tokens.RDS_CLUSTER_INSTANCE, "instanceClass", "db", "RDS", "DBInstanceClass"),
            (type_tokens.DOCDB_CLUSTER_INSTANCE, "instanceClass", "db", "DocumentDB", "DBInstanceClass"),
            (type_tokens.ELASTICACHE_REPLICATION_GROUP, "nodeType", "cache", "ElastiCache", "CacheNodeType"),
            (type_tokens.ELASTICACHE_CLUSTER, "nodeType", "cache", "ElastiCache", "CacheNodeType"),
        )
    ),
    Documented(
        types=(type_tokens.ELASTICACHE_SUBNET_GROUP, type_tokens.ELASTICACHE_PARAMETER_GROUP),
        path=("name",),
        holds=text(r"[a-zA-Z0-9.-]+", longest=255, shortest=1),
        says="must be 1 to 255 letters, digits and hyphens",
        source="ElastiCache API, CacheSubnetGroupName and CacheParameterGroupName",
    ),
    Documented(
        types=(type_tokens.EC2_LAUNCH_TEMPLATE,),
        path=("name",),
        holds=text(r"[a-zA-Z0-9().\-/_]+", longest=128, shortest=3),
        says="must be 3 to 128 letters, digits, hyphens, parentheses, periods, slashes and underscores",
        source="EC2 API, CreateLaunchTemplate.LaunchTemplateName",
    ),
    Documented(
        types=(type_tokens.SSM_PARAMETER,),
        path=("name",),
        holds=text(r"(?!/?(?i:aws|ssm))[a-zA-Z0-9_.\-/]+"),
        says="must be letters, digits and ._-/, and begin with neither aws nor ssm",
        source="Systems Manager API, PutParameter.Name",
    ),
    *(
        Documented(
            types=(token,),
            path=path,
            holds=text(r"(?!cron\()(?s:.*)|cron\(\s*(\S+\s+){5}\S+\s*\)"),
            says="must have six fields where it is a cron expression: minutes, hours, day, month, weekday, year",
            source=source,
        )
        for token, path, source in (
            (type_tokens.CLOUDWATCH_EVENT_RULE, ("scheduleExpression",), "EventBridge user guide, cron expressions"),
            (
                type_tokens.SCHEDULER_SCHEDULE,
                ("scheduleExpression",),
                "EventBridge Scheduler user guide, schedule types",
            ),
            (type_tokens.BACKUP_PLAN, ("rules", "*", "schedule"), "AWS Backup developer guide, backup plan options"),
        )
    ),
    Documented(
        types=(type_tokens.SNS_TOPIC,),
        path=("name",),
        holds=text(r"[A-Za-z0-9_-]+(\.fifo)?", longest=256, shortest=1),
        says="must be 1 to 256 letters, digits, underscores and hyphens, and only a FIFO topic's may end with .fifo",
        source="SNS API, CreateTopic.Name",
    ),
    Documented(
        types=(type_tokens.SQS_QUEUE,),
        path=("name",),
        holds=text(r"[A-Za-z0-9_-]+(\.fifo)?", longest=80, shortest=1),
        says="must be 1 to 80 letters, digits, underscores and hyphens, and only a FIFO queue's may end with .fifo",
        source="SQS API, CreateQueue.QueueName",
    ),
    *(
        Documented(
            types=(type_tokens.SQS_QUEUE,),
            path=(name,),
            holds=number(low=low, high=high),
            says=f"must be {low} to {high} {unit}",
            source=f"SQS API, CreateQueue attribute {attribute}",
        )
        for name, low, high, unit, attribute in (
            ("delaySeconds", 0, 900, "seconds", "DelaySeconds"),
            ("maxMessageSize", 1024, 1_048_576, "bytes", "MaximumMessageSize"),
            ("messageRetentionSeconds", 60, 1_209_600, "seconds", "MessageRetentionPeriod"),
            ("receiveWaitTimeSeconds", 0, 20, "seconds", "ReceiveMessageWaitTimeSeconds"),
            ("visibilityTimeoutSeconds", 0, 43_200, "seconds", "VisibilityTimeout"),
        )
    ),
    Documented(
        types=LOAD_BALANCERS,
        path=("name",),
        holds=text(r"(?!internal-)[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?", longest=32, shortest=1),
        says="must be 1 to 32 letters, digits and hyphens, with no hyphen at an end, and not begin with internal-",
        source="Elastic Load Balancing API, CreateLoadBalancer.Name",
    ),
    Documented(
        types=TARGET_GROUPS,
        path=("name",),
        holds=text(r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?", longest=32, shortest=1),
        says="must be 1 to 32 letters, digits and hyphens, with no hyphen at an end",
        source="Elastic Load Balancing API, CreateTargetGroup.Name",
    ),
    Documented(
        types=(type_tokens.CLOUDTRAIL_TRAIL,),
        path=("name",),
        holds=text(r"(?!.*[._-]{2})[A-Za-z0-9][A-Za-z0-9._-]*[A-Za-z0-9]", longest=128, shortest=3),
        says=(
            "must be 3 to 128 letters, digits, periods, underscores and hyphens, begin and end with a letter or digit, "
            "and hold no two of the others together"
        ),
        source="CloudTrail API, CreateTrail.Name",
    ),
    Documented(
        types=(type_tokens.CLOUDWATCH_METRIC_ALARM,),
        path=("period",),
        holds=_period,
        says="must be 10, 20, 30 or a multiple of 60 seconds",
        source="CloudWatch API, PutMetricAlarm.Period",
    ),
)
_BY_TYPE: Final[Mapping[str, tuple[Documented, ...]]] = {
    token: tuple(rule for rule in DOCUMENTED if token in rule.types)
    for token in {token for rule in DOCUMENTED for token in rule.types}
}


def refused(type_token: str, props: Mapping[str, Any]) -> Iterator[tuple[str, bool]]:
    """What AWS documents that it would refuse, a line each, and whether it only advises against it."""
    for rule in _BY_TYPE.get(type_token, ()):
        yield from ((line, rule.advised) for line in rule.refusals(props))
    for line in _tags(props.get("tags")):
        yield line, False
    for related in RELATED.get(type_token, ()):
        yield from ((line, False) for line in related(props))


def _tags(tags: Any) -> Iterator[str]:
    """Source: Tagging AWS Resources user guide, tag naming limits."""
    if not isinstance(tags, Mapping):
        return
    source = "(Tagging AWS Resources, limits)"
    if len(tags) > 50:
        yield f"tags has {len(tags)} entries; allowed are 50 at most {source}"
    for key, value in tags.items():
        if not 1 <= len(str(key)) <= 128 or str(key).lower().startswith("aws:"):
            yield f"tags: a key of {len(str(key))} characters; allowed are 1 to 128, not beginning with aws: {source}"
        if isinstance(value, str) and len(value) > 256:
            yield f"tags[{short(str(key))!r}] has {len(value)} characters; allowed are 256 at most {source}"


def types() -> frozenset[str]:
    """The types that have a documented rule of their own."""
    return frozenset({*_BY_TYPE, *RELATED})
