"""Types that cost nothing by themselves, and types that cost something the price book cannot say.

A type in neither table, and in no meter, is one that nobody has heard of: it may cost anything, and the bill says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final


def _tokens(module: str, classes: str) -> Iterator[str]:
    for name in classes.split():
        yield f"aws:{module}/{name[0].lower()}{name[1:]}:{name}"


#: Free by themselves; what fills, runs behind or passes through them is billed where the comment says.
FREE: Final = frozenset(
    {
        *_tokens(
            "ec2",
            "Subnet InternetGateway EgressOnlyInternetGateway RouteTable Route RouteTableAssociation "
            "MainRouteTableAssociation SecurityGroup SecurityGroupRule SecurityGroupAssociation DefaultSecurityGroup "
            "DefaultRouteTable DefaultNetworkAcl DefaultVpc DefaultSubnet DefaultVpcDhcpOptions NetworkAcl "
            "NetworkAclRule NetworkAclAssociation VpcDhcpOptions VpcDhcpOptionsAssociation VpcIpv4CidrBlockAssociation "
            "VpcEndpointPolicy VpcEndpointRouteTableAssociation VpcBlockPublicAccessOptions "
            "VpcBlockPublicAccessExclusion ManagedPrefixList ManagedPrefixListEntry NetworkInterface "
            "NetworkInterfaceAttachment KeyPair PlacementGroup Tag SerialConsoleAccess ImageBlockPublicAccess "
            "InstanceMetadataDefaults DefaultCreditSpecification AllowedImagesSettings VolumeAttachment EipAssociation "
            # A VPN is billed by its connection, peering by the data between zones.
            "CustomerGateway VpnGateway VpnGatewayAttachment VpnGatewayRoutePropagation VpnConnectionRoute "
            "VpcPeeringConnection VpcPeeringConnectionAccepter PeeringConnectionOptions "
            # What a template starts is billed by the node group that uses it.
            "LaunchTemplate",
        ),
        *_tokens("vpc", "SecurityGroupIngressRule SecurityGroupEgressRule SecurityGroupVpcAssociation"),
        *_tokens("ec2transitgateway", "TransitGateway RouteTable RouteTableAssociation RouteTablePropagation Route"),
        *_tokens("ebs", "EncryptionByDefault DefaultKmsKey SnapshotBlockPublicAccess"),
        *_tokens("eks", "AccessEntry AccessPolicyAssociation PodIdentityAssociation IdentityProviderConfig"),
        # A balancer is billed by its hours and capacity units.
        *_tokens("lb", "Listener ListenerCertificate ListenerRule TargetGroup TargetGroupAttachment TrustStore"),
        *_tokens("alb", "Listener ListenerCertificate ListenerRule TargetGroup TargetGroupAttachment"),
        *_tokens("acm", "CertificateValidation"),
        *_tokens("route53", "Record ZoneAssociation VpcAssociationAuthorization DelegationSet"),
        *_tokens("kms", "Alias KeyPolicy Grant"),
        *_tokens("docdb", "SubnetGroup ClusterParameterGroup EventSubscription"),
        *_tokens("rds", "SubnetGroup ParameterGroup OptionGroup EventSubscription RoleAssociation"),
        *_tokens("elasticache", "SubnetGroup ParameterGroup User UserGroup UserGroupAssociation"),
        *_tokens(
            "opensearch",
            "DomainPolicy DomainSamlOptions Package PackageAssociation ServerlessAccessPolicy ServerlessSecurityPolicy "
            "ServerlessSecurityConfig ServerlessLifecyclePolicy",
        ),
        *_tokens("elasticsearch", "DomainPolicy DomainSamlOptions"),
        # The repository bears what a cache rule or a template brings in.
        *_tokens(
            "ecr",
            "RepositoryPolicy LifecyclePolicy RegistryPolicy AccountSetting PullThroughCacheRule "
            "RepositoryCreationTemplate PullTimeUpdateExclusion",
        ),
        # A rotating function is billed as a function, reads and versions with their secret.
        *_tokens("secretsmanager", "SecretVersion SecretPolicy SecretRotation Tag"),
        # The log group, or the bucket, bears what arrives.
        *_tokens(
            "cloudwatch",
            "LogStream LogResourcePolicy LogSubscriptionFilter LogDataProtectionPolicy LogAccountPolicy LogIndexPolicy "
            "LogDestination LogDestinationPolicy QueryDefinition AlarmMuteRule "
            # Rules on events that AWS itself emits are free.
            "EventRule EventTarget EventPermission EventBusPolicy",
        ),
        *_tokens("amp", "AlertManagerDefinition RuleGroupNamespace ResourcePolicy WorkspaceConfiguration"),
        *_tokens("grafana", "RoleAssociation WorkspaceApiKey WorkspaceServiceAccount WorkspaceSamlConfiguration"),
        *_tokens("xray", "ResourcePolicy"),
        *_tokens(
            "s3",
            "BucketPolicy BucketPublicAccessBlock BucketOwnershipControls BucketVersioning BucketVersioningV2 "
            "BucketServerSideEncryptionConfiguration BucketServerSideEncryptionConfigurationV2 "
            "BucketLifecycleConfiguration BucketLifecycleConfigurationV2 BucketLogging BucketLoggingV2 BucketAcl "
            "BucketAclV2 BucketObjectLockConfiguration BucketObjectLockConfigurationV2 BucketCorsConfiguration "
            "BucketCorsConfigurationV2 BucketNotification BucketRequestPaymentConfiguration BucketWebsiteConfiguration "
            "BucketObject BucketObjectv2 AccountPublicAccessBlock AccessPoint",
        ),
        *_tokens(
            "backup",
            "Plan Selection VaultPolicy VaultLockConfiguration VaultNotifications GlobalSettings RegionSettings",
        ),
        *_tokens("costexplorer", "AnomalyMonitor AnomalySubscription CostAllocationTag CostCategory"),
        *_tokens(
            "cfg",
            "RecorderStatus DeliveryChannel RetentionConfiguration ConfigurationAggregator AggregateAuthorization",
        ),
        *_tokens("sns", "TopicPolicy DataProtectionPolicy"),
        *_tokens("sqs", "QueuePolicy RedrivePolicy RedriveAllowPolicy"),
        *_tokens("lambda", "Permission Alias LayerVersion EventSourceMapping"),
        *_tokens("scheduler", "ScheduleGroup"),
        *_tokens("accessanalyzer", "ArchiveRule"),
        *_tokens("autoscaling", "Attachment LifecycleHook Notification Policy Schedule Tag"),
        *_tokens("efs", "MountTarget AccessPoint FileSystemPolicy BackupPolicy"),
        *_tokens("resourcegroups", "Group Resource"),
        *_tokens("account", "AlternativeContact PrimaryContact Region"),
        *_tokens("servicequotas", "ServiceQuota"),
        *_tokens("ssm", "Document ServiceSetting PatchBaseline PatchGroup DefaultPatchBaseline MaintenanceWindow"),
    }
)

#: Free as a whole: identities, the shut-down App Mesh (refused elsewhere), components, and what makes nothing in AWS.
FREE_PREFIXES: Final = (
    "aws:iam/",
    "aws:appmesh/",
    "alphacar:",
    "eks:",
    "awsx:",
    "pulumi:",
    "pulumi-python:",
    "kubernetes:",
    "random:",
    "tls:",
    "time:",
)

_INSTANCES: Final = "starts instances that are not metered here; use a managed node group"
#: Billed, with a reason why the bill has no figure.
KNOWN_UNPRICED: Final = {
    **dict.fromkeys(_tokens("autoscaling", "Group"), _INSTANCES),
    **dict.fromkeys(_tokens("ec2", "LaunchConfiguration Fleet SpotFleetRequest SpotInstanceRequest"), _INSTANCES),
    **dict.fromkeys(
        _tokens("ec2", "DedicatedHost CapacityReservation CapacityBlockReservation"), "reserves capacity by the hour"
    ),
    **dict.fromkeys(_tokens("ec2", "TrafficMirrorSession VpcIpam VpcEndpointService"), "is billed by the hour"),
    **dict.fromkeys(_tokens("ec2", "NetworkInsightsAnalysis NetworkInsightsAccessScope"), "is billed by analysis"),
    **dict.fromkeys(_tokens("ec2", "Ami AmiCopy AmiFromInstance"), "is kept as snapshots"),
    **dict.fromkeys(_tokens("ebs", "FastSnapshotRestore"), "is billed by zone and hour"),
    **dict.fromkeys(_tokens("eks", "FargateProfile"), "runs pods that are billed one by one and not declared here"),
    **dict.fromkeys(_tokens("cloudformation", "Stack StackSet"), "makes resources that this program does not show"),
    **dict.fromkeys(_tokens("msk", "Cluster ServerlessCluster"), "is billed by broker or partition, and storage"),
    **dict.fromkeys(_tokens("mskconnect", "Connector"), "is billed by capacity unit"),
    **dict.fromkeys(_tokens("efs", "FileSystem ReplicationConfiguration"), "is billed by storage and throughput"),
    **dict.fromkeys(
        _tokens("lambda", "Function"), "is billed by request and duration, for which no usage figure stands"
    ),
    **dict.fromkeys(_tokens("sqs", "Queue"), "is billed by request"),
    **dict.fromkeys(_tokens("dynamodb", "Table GlobalTable"), "is billed by request and storage"),
    **dict.fromkeys(_tokens("cloudfront", "Distribution"), "is billed by request and transfer"),
    **dict.fromkeys(_tokens("wafv2", "WebAcl RuleGroup"), "is billed by list, rule and request"),
    **dict.fromkeys(_tokens("rds", "Cluster ClusterInstance Proxy Snapshot ClusterSnapshot"), "is outside the book"),
    **dict.fromkeys(_tokens("docdb", "ElasticCluster GlobalCluster"), "is billed by vCPU, or by replicated writes"),
    **dict.fromkeys(_tokens("elasticache", "GlobalReplicationGroup ReservedCacheNode"), "is outside the book"),
    **dict.fromkeys(_tokens("opensearch", "VpcEndpoint ServerlessVpcEndpoint Application"), "is billed by the hour"),
    **dict.fromkeys(_tokens("opensearchingest", "Pipeline"), "is billed by capacity unit"),
    **dict.fromkeys(_tokens("dms", "ReplicationInstance ReplicationConfig"), "is billed by the hour"),
    **dict.fromkeys(_tokens("ecr", "ReplicationConfiguration"), "copies images into another region"),
    **dict.fromkeys(_tokens("ecrpublic", "Repository"), "is billed by storage and transfer"),
    **dict.fromkeys(_tokens("scheduler", "Schedule"), "is billed by invocation"),
    **dict.fromkeys(_tokens("sfn", "StateMachine"), "is billed by transition"),
    **dict.fromkeys(_tokens("kinesis", "Stream FirehoseDeliveryStream"), "is billed by shard and gigabyte"),
    **dict.fromkeys(_tokens("vpclattice", "Service ServiceNetwork"), "is billed by the hour, gigabyte and request"),
    **dict.fromkeys(_tokens("ec2transitgateway", "PeeringAttachment Connect"), "is billed by the hour and gigabyte"),
    **dict.fromkeys(_tokens("ec2clientvpn", "Endpoint"), "is billed by the hour"),
    **dict.fromkeys(_tokens("networkfirewall", "Firewall"), "is billed by the hour and gigabyte"),
    **dict.fromkeys(_tokens("route53", "HealthCheck ResolverEndpoint TrafficPolicyInstance"), "is billed by the month"),
    **dict.fromkeys(_tokens("acmpca", "CertificateAuthority"), "is billed by the month"),
    **dict.fromkeys(_tokens("kms", "CustomKeyStore"), "needs a CloudHSM cluster or an external key manager"),
    **dict.fromkeys(_tokens("cloudtrail", "EventDataStore"), "is billed by gigabyte"),
    **dict.fromkeys(_tokens("securityhub", "Account"), "is billed by check"),
    **dict.fromkeys(_tokens("inspector2", "Enabler"), "is billed by image and instance"),
    **dict.fromkeys(_tokens("macie2", "Account"), "is billed by bucket and gigabyte"),
    **dict.fromkeys(_tokens("guardduty", "MalwareProtectionPlan DetectorFeature"), "is billed by gigabyte or vCPU"),
    **dict.fromkeys(_tokens("amp", "Scraper"), "is billed by the hour and sample"),
    **dict.fromkeys(_tokens("cfg", "ConformancePack"), "is billed by evaluation"),
    **dict.fromkeys(
        _tokens(
            "cloudwatch", "MetricStream ContributorInsightRule InternetMonitor EventArchive EventBus LogAnomalyDetector"
        ),
        "is billed by what passes through it",
    ),
    **dict.fromkeys(_tokens("cloudwatch", "LogDelivery"), "is billed by the gigabyte it delivers"),
    **dict.fromkeys(_tokens("synthetics", "Canary"), "is billed by run, for which no usage figure stands"),
    **dict.fromkeys(_tokens("backup", "LogicallyAirGappedVault RestoreTestingPlan Framework"), "is outside the book"),
    **dict.fromkeys(
        _tokens(
            "s3", "DirectoryBucket Inventory AnalyticsConfiguration BucketReplicationConfig BucketMetric VectorsIndex"
        ),
        "is outside the book",
    ),
}
