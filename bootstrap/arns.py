"""How AWS writes the ARNs of what a type makes (source: service authorization reference, resource types).

``{name}`` is the declared name, ``{here}`` a region and an account, ``{account}`` the account alone. A type whose ids
AWS makes up is held to the account and the region; one that stands in another has that one's ARN, and no row's value.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from model import type_tokens

_EC2: Final = ("ec2:{here}:*",)
_KEPT_COPIES: Final = ("rds:{here}:cluster-snapshot:*", "rds:{here}:snapshot:*")
_DEFAULTS: Final = ("rds:{here}:og:default*", "rds:{here}:pg:default*", "rds:{here}:cluster-pg:default*")
#: The secret that RDS and DocumentDB keep a master password in.
_MASTER: Final = "secretsmanager:{here}:secret:rds!*"
_IN_CLUSTER: Final = ("nodegroup", "addon", "podidentityassociation", "access-entry")

ARNS: Final[Mapping[str, tuple[str, ...]]] = {
    type_tokens.ACCESSANALYZER_ANALYZER: ("access-analyzer:{here}:analyzer/*",),
    type_tokens.ACM_CERTIFICATE: ("acm:{here}:certificate/*",),
    type_tokens.AUTOSCALING_SCHEDULE: ("autoscaling:{here}:autoScalingGroup:*:autoScalingGroupName/eks-*",),
    type_tokens.BACKUP_PLAN: ("backup:{here}:backup-plan:*",),
    type_tokens.BACKUP_RESTORE_TESTING_PLAN: ("backup:{here}:restore-testing-plan:*",),
    type_tokens.BACKUP_RESTORE_TESTING_SELECTION: (),
    type_tokens.BACKUP_SELECTION: (),
    type_tokens.BACKUP_VAULT: ("backup:{here}:backup-vault:{name}",),
    type_tokens.BACKUP_VAULT_LOCK_CONFIGURATION: (),
    type_tokens.BACKUP_VAULT_POLICY: (),
    type_tokens.BUDGETS_BUDGET: ("budgets::{account}:budget/{name}",),
    type_tokens.CLOUDTRAIL_TRAIL: ("cloudtrail:{here}:trail/{name}",),
    type_tokens.CLOUDWATCH_EVENT_RULE: ("events:{here}:rule/{name}",),
    type_tokens.CLOUDWATCH_EVENT_TARGET: (),
    type_tokens.CLOUDWATCH_LOG_METRIC_FILTER: (),
    type_tokens.CLOUDWATCH_LOG_GROUP: ("logs:{here}:log-group:{name}", "logs:{here}:log-group:{name}:*"),
    type_tokens.CLOUDWATCH_LOG_RESOURCE_POLICY: (),
    type_tokens.CLOUDWATCH_METRIC_ALARM: ("cloudwatch:{here}:alarm:{name}",),
    type_tokens.COSTEXPLORER_ANOMALY_MONITOR: ("ce::{account}:anomalymonitor/*",),
    type_tokens.COSTEXPLORER_ANOMALY_SUBSCRIPTION: ("ce::{account}:anomalysubscription/*",),
    type_tokens.COSTEXPLORER_COST_ALLOCATION_TAG: (),
    type_tokens.DLM_LIFECYCLE_POLICY: ("dlm:{here}:policy/*",),
    type_tokens.DOCDB_CLUSTER: (
        "rds:{here}:cluster:{name}",
        "rds::{account}:global-cluster:*",
        _MASTER,
        *_KEPT_COPIES,
    ),
    type_tokens.DOCDB_CLUSTER_INSTANCE: ("rds:{here}:db:{name}",),
    type_tokens.DOCDB_CLUSTER_PARAMETER_GROUP: ("rds:{here}:cluster-pg:{name}",),
    type_tokens.DOCDB_SUBNET_GROUP: ("rds:{here}:subgrp:{name}",),
    type_tokens.EBS_ENCRYPTION_BY_DEFAULT: (),
    type_tokens.EBS_SNAPSHOT_BLOCK_PUBLIC_ACCESS: (),
    **dict.fromkeys(
        (
            type_tokens.EC2_CUSTOMER_GATEWAY,
            type_tokens.EC2_DEFAULT_SECURITY_GROUP,
            type_tokens.EC2_EIP,
            type_tokens.EC2_FLOW_LOG,
            type_tokens.EC2_INTERNET_GATEWAY,
            type_tokens.EC2_NAT_GATEWAY,
            type_tokens.EC2_ROUTE,
            type_tokens.EC2_ROUTE_TABLE,
            type_tokens.EC2_ROUTE_TABLE_ASSOCIATION,
            type_tokens.EC2_SECURITY_GROUP,
            type_tokens.EC2_SUBNET,
            type_tokens.EC2_VPC,
            type_tokens.EC2_VPC_ENDPOINT,
            type_tokens.EC2_VPN_CONNECTION,
            type_tokens.EC2_VPN_CONNECTION_ROUTE,
            type_tokens.EC2_VPN_GATEWAY,
            type_tokens.EC2_VPN_GATEWAY_ROUTE_PROPAGATION,
            type_tokens.VPC_SECURITY_GROUP_INGRESS_RULE,
        ),
        _EC2,
    ),
    # Nodes are started from images and snapshots that belong to others.
    type_tokens.EC2_LAUNCH_TEMPLATE: (*_EC2, "ec2:{region}::image/*", "ec2:{region}::snapshot/*"),
    type_tokens.ECR_LIFECYCLE_POLICY: (),
    type_tokens.ECR_REGISTRY_SCANNING_CONFIGURATION: (),
    type_tokens.ECR_REPLICATION_CONFIGURATION: (),
    type_tokens.ECR_REPOSITORY: ("ecr:{here}:repository/{name}",),
    type_tokens.EKS_ACCESS_ENTRY: (),
    type_tokens.EKS_ACCESS_POLICY_ASSOCIATION: (),
    type_tokens.EKS_ADDON: (),
    type_tokens.EKS_CLUSTER: (
        "eks:{here}:cluster/{name}",
        *(f"eks:{{here}}:{kind}/{{name}}/*" for kind in _IN_CLUSTER),
    ),
    type_tokens.EKS_NODE_GROUP: (),
    type_tokens.EKS_POD_IDENTITY_ASSOCIATION: (),
    type_tokens.ELASTICACHE_PARAMETER_GROUP: (
        "elasticache:{here}:parametergroup:{name}",
        "elasticache:{here}:parametergroup:default*",
    ),
    type_tokens.ELASTICACHE_REPLICATION_GROUP: (
        "elasticache:{here}:replicationgroup:{name}",
        "elasticache:{here}:cluster:{name}-*",
        "elasticache:{here}:snapshot:*",
        "elasticache:{here}:securitygroup:*",
    ),
    type_tokens.ELASTICACHE_SUBNET_GROUP: ("elasticache:{here}:subnetgroup:{name}",),
    type_tokens.ELASTICACHE_USER: ("elasticache:{here}:user:{name}", "elasticache:{here}:user:default"),
    type_tokens.ELASTICACHE_USER_GROUP: ("elasticache:{here}:usergroup:{name}",),
    type_tokens.GUARDDUTY_DETECTOR: ("guardduty:{here}:detector/*",),
    type_tokens.GUARDDUTY_DETECTOR_FEATURE: (),
    type_tokens.IAM_OPEN_ID_CONNECT_PROVIDER: ("iam::{account}:oidc-provider/*",),
    type_tokens.IAM_ROLE: ("iam::{account}:role/{name}",),
    type_tokens.IAM_ROLE_POLICY: (),
    type_tokens.IAM_ROLE_POLICY_ATTACHMENT: (),
    type_tokens.IAM_SERVICE_LINKED_ROLE: ("iam::{account}:role/aws-service-role/*",),
    type_tokens.KMS_ALIAS: ("kms:{here}:{name}",),
    type_tokens.KMS_KEY: ("kms:{here}:key/*",),
    type_tokens.OPENSEARCH_DOMAIN: ("es:{here}:domain/{name}",),
    type_tokens.RDS_INSTANCE: (
        "rds:{here}:db:{name}",
        "rds:{here}:deployment:*",
        _MASTER,
        *_DEFAULTS,
        *_KEPT_COPIES,
    ),
    type_tokens.RDS_PARAMETER_GROUP: ("rds:{here}:pg:{name}",),
    type_tokens.RDS_SUBNET_GROUP: ("rds:{here}:subgrp:{name}",),
    type_tokens.S3_ACCOUNT_PUBLIC_ACCESS_BLOCK: (),
    type_tokens.S3_BUCKET: ("s3:::{name}", "s3:::{name}/*"),
    type_tokens.S3_BUCKET_LIFECYCLE_CONFIGURATION: (),
    type_tokens.S3_BUCKET_OBJECT_LOCK_CONFIGURATION: (),
    type_tokens.S3_BUCKET_OWNERSHIP_CONTROLS: (),
    type_tokens.S3_BUCKET_REPLICATION_CONFIG: (),
    type_tokens.S3_BUCKET_POLICY: (),
    type_tokens.S3_BUCKET_PUBLIC_ACCESS_BLOCK: (),
    type_tokens.S3_BUCKET_SERVER_SIDE_ENCRYPTION_CONFIGURATION: (),
    type_tokens.S3_BUCKET_VERSIONING: (),
    type_tokens.SECRETSMANAGER_SECRET: ("secretsmanager:{here}:secret:{name}-*",),
    type_tokens.SNS_TOPIC: ("sns:{here}:{name}",),
    type_tokens.SNS_TOPIC_POLICY: (),
    type_tokens.SNS_TOPIC_SUBSCRIPTION: (),
    type_tokens.XRAY_ENCRYPTION_CONFIG: (),
    type_tokens.XRAY_GROUP: ("xray:{here}:group/{name}/*",),
}
