"""Mistakes, each put into a resource that production or its bootstrap declares: what the provider says, and what it lets pass."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from preview.simulate.registration import Registration
from tests.aws.variations import BOOTSTRAP, registered


@dataclass(frozen=True)
class Fault:
    """A value, or ``...`` for none, at a dotted path of the first resource of a type."""

    token: str
    path: str
    value: Any
    #: Words of the provider's error; for a fault that passes, why it does.
    words: str

    def __str__(self) -> str:
        return f"{self.token.rpartition(':')[2]} {self.path} {self.value!r:.40}"

    def seeded(self, *, created: bool = True) -> Registration:
        """The resource with the fault in it."""
        declared = (each for name in ("prod", BOOTSTRAP) for each in registered(name, created=created))
        made = next(each for each in declared if each.type == self.token)
        inputs: Any = copy.deepcopy(made.inputs)
        *parents, last = (int(step) if step.isdigit() else step for step in self.path.split("."))
        place = inputs
        for step in parents:
            place = place[step]
        if self.value is ...:
            del place[last]
        else:
            place[last] = self.value
        return replace(made, inputs=inputs)


LIFECYCLE: Final = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"
_POLICY: Final = '{"Statement": [{"Effect": "Allow"'

CAUGHT: Final[Mapping[str, tuple[Fault, ...]]] = {
    "a CIDR that is none": (
        Fault("aws:ec2/vpc:Vpc", "cidrBlock", "10.30.0.0/33", "invalid CIDR address"),
        Fault("aws:ec2/vpc:Vpc", "cidrBlock", "10.0.0.0/8", "between 16 and 28 significant bits"),
        Fault("aws:ec2/subnet:Subnet", "cidrBlock", "10.30.160.1/22", "did you mean"),
        Fault("aws:ec2/route:Route", "destinationCidrBlock", "everywhere", "invalid CIDR"),
    ),
    "an engine that does not exist": (
        Fault("aws:docdb/cluster:Cluster", "engine", "mongodb", "expected engine to be one of"),
        Fault(
            "aws:elasticache/replicationGroup:ReplicationGroup", "engine", "memcached", "expected engine to be one of"
        ),
        Fault("aws:elasticache/user:User", "engine", "redict", "expected engine to be one of"),
    ),
    "a version in a form that the engine has not": (
        Fault("aws:elasticache/replicationGroup:ReplicationGroup", "engineVersion", "8.2.x", "use <major>.<minor>"),
    ),
    "an apostrophe where AWS takes none": (
        Fault(
            "aws:dlm/lifecyclePolicy:LifecyclePolicy",
            "description",
            "Snapshots of pods' volumes",
            "invalid value for description",
        ),
    ),
    "a document that is no JSON": (
        Fault("aws:iam/role:Role", "assumeRolePolicy", _POLICY, "invalid JSON"),
        Fault("aws:iam/rolePolicy:RolePolicy", "policy", _POLICY, "invalid JSON"),
        Fault("aws:s3/bucketPolicy:BucketPolicy", "policy", _POLICY, "invalid JSON"),
        Fault("aws:kms/key:Key", "policy", _POLICY, "invalid JSON"),
        Fault("aws:ecr/lifecyclePolicy:LifecyclePolicy", "policy", "{", "invalid JSON"),
    ),
    "something required that is missing": (
        Fault("aws:ec2/routeTableAssociation:RouteTableAssociation", "routeTableId", ..., "route_table_id"),
        Fault("aws:backup/plan:Plan", "rules.0.targetVaultName", ..., "target_vault_name"),
        Fault("aws:eks/nodeGroup:NodeGroup", "scalingConfig", ..., "scaling_config"),
    ),
    "attributes that exclude each other": (
        Fault("aws:ec2/route:Route", "gatewayId", "igw-0123456789abcdef0", "gateway_id"),
        Fault("aws:docdb/cluster:Cluster", "masterPassword", "a-secret-of-ours", "master_password"),
    ),
    "a word that is not among those allowed": (
        Fault("aws:cloudwatch/logGroup:LogGroup", "retentionInDays", 31, "retention_in_days"),
        Fault("aws:eks/nodeGroup:NodeGroup", "capacityType", "SPOTTY", "capacity_type"),
        Fault("aws:ec2/launchTemplate:LaunchTemplate", "blockDeviceMappings.0.ebs.volumeType", "gp9", "volume_type"),
        Fault("aws:ecr/repository:Repository", "encryptionConfigurations.0.encryptionType", "ROT13", "encryption_type"),
        Fault("aws:ecr/repository:Repository", "imageTagMutability", "FIXED", "image_tag_mutability"),
        Fault("aws:sns/topicSubscription:TopicSubscription", "protocol", "pigeon", "protocol"),
        Fault("aws:cloudwatch/metricAlarm:MetricAlarm", "treatMissingData", "fine", "treat_missing_data"),
    ),
    "a window that is no window": (
        Fault("aws:docdb/cluster:Cluster", "preferredBackupWindow", "18:00-19", "preferred_backup_window"),
        Fault("aws:docdb/cluster:Cluster", "preferredMaintenanceWindow", "sunday", "preferred_maintenance_window"),
        Fault("aws:rds/instance:Instance", "backupWindow", "25:00-26:00", "backup_window"),
        Fault(
            "aws:elasticache/replicationGroup:ReplicationGroup",
            "maintenanceWindow",
            "19:30-20:30",
            "maintenance_window",
        ),
    ),
    "a block's key that does not exist": (
        Fault(
            "aws:dlm/lifecyclePolicy:LifecyclePolicy", "policyDetails.schedules.0.copyTag", True, "Unsupported argument"
        ),
        Fault("aws:ec2/vpc:Vpc", "cidr", "10.30.0.0/16", "Unsupported argument"),
    ),
    "an ARN that is none": (
        Fault("aws:docdb/cluster:Cluster", "kmsKeyId", "alias/alphacar", "invalid prefix"),
        Fault(
            "aws:iam/rolePolicyAttachment:RolePolicyAttachment", "policyArn", "AmazonS3ReadOnlyAccess", "invalid ARN"
        ),
        Fault("aws:eks/accessEntry:AccessEntry", "principalArn", "alphacar-developers", "invalid ARN"),
        Fault("aws:backup/vault:Vault", "kmsKeyArn", "alias/alphacar", "invalid ARN"),
    ),
    "a name that is too long": (
        Fault("aws:iam/role:Role", "name", "a" * 65, "expected length of name"),
        Fault(
            "aws:elasticache/replicationGroup:ReplicationGroup",
            "replicationGroupId",
            "a" * 41,
            "expected length of replication_group_id",
        ),
        Fault("aws:ec2/securityGroup:SecurityGroup", "description", "a" * 256, "expected length of description"),
        Fault("aws:opensearch/domain:Domain", "domainName", "a" * 29, "invalid value for domain_name"),
    ),
    "a name of characters that AWS refuses": (
        Fault("aws:docdb/cluster:Cluster", "clusterIdentifier", "Alphacar--Docdb", "only lowercase alphanumeric"),
        Fault("aws:kms/alias:Alias", "name", "alphacar-data", "alias/"),
        Fault("aws:cloudwatch/logGroup:LogGroup", "name", "/aws/eks/alphacar eks", "valid log group name"),
        Fault("aws:secretsmanager/secret:Secret", "name", "alphacar/admin's", "only alphanumeric characters"),
    ),
    "a number out of its range": (
        Fault("aws:docdb/cluster:Cluster", "backupRetentionPeriod", 36, "backup_retention_period"),
        Fault("aws:kms/key:Key", "deletionWindowInDays", 5, "deletion_window_in_days"),
        Fault("aws:eks/nodeGroup:NodeGroup", "scalingConfig.maxSize", -1, "max_size"),
        Fault("aws:secretsmanager/secret:Secret", "recoveryWindowInDays", 3, "recovery_window_in_days"),
        Fault("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "fromPort", 70000, "from_port"),
        Fault(
            "aws:elasticache/replicationGroup:ReplicationGroup",
            "snapshotRetentionLimit",
            36,
            "snapshot_retention_limit",
        ),
    ),
    "a value of the wrong type": (
        Fault("aws:docdb/cluster:Cluster", "backupRetentionPeriod", "many", "a number is required"),
        Fault("aws:ec2/vpc:Vpc", "enableDnsSupport", "yes", "a bool is required"),
        Fault("aws:kms/key:Key", "tags", "prod", "a map is required"),
    ),
    "a lifecycle rule that is none": (
        Fault(LIFECYCLE, "rules.0.status", "On", "status"),
        Fault(
            LIFECYCLE,
            "rules.0.transitions.0.storageClass",
            "COLD",
            "Invalid String Enum Value",
        ),
        Fault(LIFECYCLE, "rules.0.transitions.0.days", -1, "days"),
    ),
    "parts that do not go together": (
        Fault("aws:elasticache/replicationGroup:ReplicationGroup", "numCacheClusters", 1, "must be at least 2"),
        Fault("aws:rds/instance:Instance", "finalSnapshotIdentifier", "-final", "must begin with alphabetic"),
    ),
    "an email or URL that is none": (
        Fault("aws:iam/openIdConnectProvider:OpenIdConnectProvider", "url", "gitlab", "to have a host"),
    ),
    "a date or time that is none": (
        Fault("aws:budgets/budget:Budget", "timePeriodStart", "January", "cannot be parsed"),
        Fault(
            "aws:dlm/lifecyclePolicy:LifecyclePolicy",
            "policyDetails.schedules.0.createRule.times",
            "18h30",
            "invalid value for policy_details",
        ),
    ),
}

#: By who sees them before AWS does.
PASSED: Final[Mapping[str, tuple[Fault, ...]]] = {
    "the rule aws-accepts-it, in every preview": (
        Fault("aws:ec2/securityGroup:SecurityGroup", "description", "the cluster's nodes", "its length alone is known"),
        Fault("aws:s3/bucket:Bucket", "bucket", "Alphacar-Audit", "judged when it is created, not when it is planned"),
        Fault("aws:docdb/cluster:Cluster", "masterUsername", "admin", "no name is reserved"),
        Fault("aws:secretsmanager/secret:Secret", "name", "alphacar/admin-a1b2c3", "AWS advises against it, no more"),
        Fault(LIFECYCLE, "rules.0.expiration", {"date": "2027-01-01T00:00:00Z", "days": 3}, "it warns, and goes on"),
        Fault(LIFECYCLE, "rules.0.expiration.days", 90, "expiration and transition are not compared"),
        Fault(LIFECYCLE, "rules.0.transitions.0.days", 5, "the 30 days of infrequent access are not known"),
        Fault("aws:backup/plan:Plan", "rules.0.lifecycle", {"coldStorageAfter": 60, "deleteAfter": 90}, "not compared"),
        Fault("aws:eks/accessPolicyAssociation:AccessPolicyAssociation", "accessScope.type", "node", "any text"),
        Fault("aws:eks/nodeGroup:NodeGroup", "scalingConfig.desiredSize", 9, "sizes are not compared"),
        Fault("aws:iam/role:Role", "tags", {"aws:owner": "us"}, "a reserved prefix is not known"),
        Fault("aws:opensearch/domain:Domain", "engineVersion", "2.19", "any text"),
    ),
    "nobody": (
        Fault("aws:backup/plan:Plan", "rules.0.schedule", "every day", "a schedule is any text"),
        Fault("aws:eks/addon:Addon", "configurationValues", "{", "any text"),
        Fault(
            "aws:ecr/lifecyclePolicy:LifecyclePolicy",
            "policy",
            '{"rules": [{"rulePriority": "first", "description": "a priority must be a number, and here it is a word"}]}',
            "any JSON that is long enough",
        ),
        Fault("aws:rds/instance:Instance", "allocatedStorage", 1, "no least is known"),
        Fault("aws:elasticache/user:User", "accessString", "nonsense", "any text"),
        Fault("aws:docdb/clusterInstance:ClusterInstance", "caCertIdentifier", "nonsense", "any text"),
        Fault("aws:docdb/clusterInstance:ClusterInstance", "instanceClass", "db.z9.mega", "what is sold is not known"),
        Fault("aws:eks/nodeGroup:NodeGroup", "instanceTypes.0", "m99.large", "as above"),
        Fault("aws:docdb/cluster:Cluster", "engineVersion", "99.0.0", "as above"),
        Fault("aws:eks/cluster:Cluster", "version", "9.99", "as above"),
        Fault("aws:elasticache/parameterGroup:ParameterGroup", "family", "valkey99", "as above"),
    ),
}
