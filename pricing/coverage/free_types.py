"""Types that cost nothing by themselves.

What costs something that the price book cannot say stands in :mod:`pricing.coverage.unpriced_types`. A type in neither,
and in no meter, is one that nobody has heard of: it may cost anything, and the bill says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final


def tokens(module: str, classes: str) -> Iterator[str]:
    """The type tokens of an AWS module's classes."""
    for name in classes.split():
        yield f"aws:{module}/{name[0].lower()}{name[1:]}:{name}"


#: Free by themselves; what fills, runs behind or passes through them is billed where the comment says.
FREE: Final = frozenset(
    {
        *tokens(
            "ec2",
            "Subnet InternetGateway EgressOnlyInternetGateway RouteTable Route RouteTableAssociation "
            "MainRouteTableAssociation SecurityGroup SecurityGroupRule SecurityGroupAssociation "
            "DefaultSecurityGroup DefaultRouteTable DefaultNetworkAcl DefaultVpc DefaultSubnet "
            "DefaultVpcDhcpOptions NetworkAcl NetworkAclRule NetworkAclAssociation VpcDhcpOptions "
            "VpcDhcpOptionsAssociation VpcIpv4CidrBlockAssociation VpcEndpointPolicy "
            "VpcEndpointRouteTableAssociation VpcBlockPublicAccessOptions VpcBlockPublicAccessExclusion "
            "ManagedPrefixList ManagedPrefixListEntry NetworkInterface NetworkInterfaceAttachment KeyPair "
            "PlacementGroup Tag SerialConsoleAccess ImageBlockPublicAccess InstanceMetadataDefaults "
            "DefaultCreditSpecification AllowedImagesSettings VolumeAttachment EipAssociation "
            "NetworkInterfaceSecurityGroupAttachment NetworkInterfacePermission InternetGatewayAttachment "
            "NatGatewayEipAssociation EipDomainName VpcIpv6CidrBlockAssociation SubnetCidrReservation "
            "AmiLaunchPermission SnapshotCreateVolumePermission VpcEndpointConnectionAccepter "
            "VpcEndpointConnectionNotification VpcEndpointServiceAllowedPrinciple VpcSecurityGroupRulesExclusive "
            "AvailabilityZoneGroup TrafficMirrorFilter TrafficMirrorFilterRule TrafficMirrorTarget "
            "NetworkInsightsPath "
            # A VPN is billed by its connection, peering by the data between zones.
            "CustomerGateway VpnGateway VpnGatewayAttachment VpnGatewayRoutePropagation VpnConnectionRoute "
            "VpcPeeringConnection VpcPeeringConnectionAccepter PeeringConnectionOptions "
            # What a template starts is billed by the node group that uses it.
            "LaunchTemplate",
        ),
        *tokens(
            "vpc", "SecurityGroupIngressRule SecurityGroupEgressRule SecurityGroupVpcAssociation EndpointPrivateDns"
        ),
        *tokens(
            "ec2transitgateway",
            "TransitGateway RouteTable RouteTableAssociation RouteTablePropagation Route PrefixListReference "
            "DefaultRouteTableAssociation DefaultRouteTablePropagation VpcAttachmentAccepter PeeringAttachmentAccepter",
        ),
        *tokens("ebs", "EncryptionByDefault DefaultKmsKey SnapshotBlockPublicAccess"),
        *tokens("eks", "AccessEntry AccessPolicyAssociation PodIdentityAssociation IdentityProviderConfig"),
        # A balancer is billed by its hours and capacity units.
        *tokens(
            "lb", "Listener ListenerCertificate ListenerRule TargetGroup TargetGroupAttachment TrustStoreRevocation"
        ),
        *tokens("alb", "Listener ListenerCertificate ListenerRule TargetGroup TargetGroupAttachment"),
        *tokens(
            "elb",
            "Attachment ListenerPolicy LoadBalancerPolicy SslNegotiationPolicy LoadBalancerBackendServerPolicy "
            "AppCookieStickinessPolicy LoadBalancerCookieStickinessPolicy",
        ),
        *tokens("acm", "CertificateValidation"),
        *tokens(
            "route53",
            "Record RecordsExclusive ZoneAssociation VpcAssociationAuthorization DelegationSet HostedZoneDnsSec "
            "KeySigningKey QueryLog CidrCollection CidrLocation TrafficPolicy ResolverRule "
            "ResolverRuleAssociation ResolverConfig ResolverDnsSecConfig ResolverQueryLogConfig "
            "ResolverQueryLogConfigAssociation",
        ),
        *tokens("kms", "Alias KeyPolicy Grant Ciphertext"),
        *tokens("docdb", "SubnetGroup ClusterParameterGroup EventSubscription"),
        *tokens(
            "rds",
            "SubnetGroup ParameterGroup ClusterParameterGroup OptionGroup EventSubscription RoleAssociation "
            "ClusterRoleAssociation Certificate ProxyDefaultTargetGroup ProxyTarget InstanceDesiredState",
        ),
        *tokens("elasticache", "SubnetGroup ParameterGroup User UserGroup UserGroupAssociation"),
        *tokens(
            "opensearch",
            "DomainPolicy DomainSamlOptions Package PackageAssociation ServerlessAccessPolicy ServerlessSecurityPolicy "
            "ServerlessSecurityConfig ServerlessLifecyclePolicy AuthorizeVpcEndpointAccess InboundConnectionAccepter "
            "OutboundConnection",
        ),
        *tokens("elasticsearch", "DomainPolicy DomainSamlOptions"),
        # The repository bears what a cache rule or a template brings in.
        *tokens(
            "ecr",
            "RepositoryPolicy LifecyclePolicy RegistryPolicy AccountSetting PullThroughCacheRule "
            "RepositoryCreationTemplate PullTimeUpdateExclusion",
        ),
        # A rotating function is billed as a function, reads and versions with their secret.
        *tokens("secretsmanager", "SecretVersion SecretPolicy SecretRotation Tag"),
        # The log group, or the bucket, bears what arrives.
        *tokens(
            "cloudwatch",
            "LogStream LogResourcePolicy LogSubscriptionFilter LogAccountPolicy LogIndexPolicy "
            "LogDestination LogDestinationPolicy QueryDefinition AlarmMuteRule "
            # Rules on events that AWS itself emits are free.
            "EventRule EventTarget EventPermission EventBusPolicy",
        ),
        *tokens("amp", "AlertManagerDefinition RuleGroupNamespace ResourcePolicy WorkspaceConfiguration"),
        *tokens("grafana", "RoleAssociation WorkspaceSamlConfiguration"),
        *tokens("xray", "ResourcePolicy"),
        *tokens(
            "s3",
            "BucketPolicy BucketPublicAccessBlock BucketOwnershipControls BucketVersioning BucketVersioningV2 "
            "BucketServerSideEncryptionConfiguration BucketServerSideEncryptionConfigurationV2 "
            "BucketLifecycleConfiguration BucketLifecycleConfigurationV2 BucketLogging BucketLoggingV2 BucketAcl "
            "BucketAclV2 BucketObjectLockConfiguration BucketObjectLockConfigurationV2 BucketCorsConfiguration "
            "BucketCorsConfigurationV2 BucketNotification BucketRequestPaymentConfiguration "
            "BucketRequestPaymentConfigurationV2 BucketWebsiteConfiguration BucketWebsiteConfigurationV2 BucketAbac "
            "BucketObject BucketObjectv2 AccountPublicAccessBlock AccessPoint",
        ),
        *tokens(
            "backup",
            "Plan Selection VaultPolicy VaultLockConfiguration VaultNotifications GlobalSettings RegionSettings",
        ),
        *tokens("costexplorer", "AnomalyMonitor AnomalySubscription CostAllocationTag CostCategory"),
        *tokens(
            "cfg",
            "RecorderStatus DeliveryChannel RetentionConfiguration ConfigurationAggregator AggregateAuthorization "
            "RemediationConfiguration",
        ),
        *tokens("sns", "TopicPolicy PlatformApplication"),
        *tokens("sqs", "QueuePolicy RedrivePolicy RedriveAllowPolicy"),
        *tokens(
            "lambda",
            "Permission Alias LayerVersion LayerVersionPermission EventSourceMapping FunctionUrl "
            "FunctionEventInvokeConfig FunctionRecursionConfig RuntimeManagementConfig CodeSigningConfig "
            "ResourcePolicy",
        ),
        *tokens("scheduler", "ScheduleGroup"),
        *tokens("accessanalyzer", "ArchiveRule"),
        *tokens("autoscaling", "Attachment TrafficSourceAttachment LifecycleHook Notification Policy Schedule Tag"),
        # What they scale is billed, and the alarms that AWS makes for them are few.
        *tokens("appautoscaling", "Target Policy ScheduledAction"),
        *tokens("efs", "MountTarget AccessPoint FileSystemPolicy BackupPolicy"),
        *tokens("resourcegroups", "Group Resource"),
        *tokens("account", "AlternativeContact PrimaryContact Region"),
        *tokens("servicequotas", "ServiceQuota"),
        *tokens(
            "ssm",
            "Document ServiceSetting PatchBaseline PatchGroup DefaultPatchBaseline MaintenanceWindow "
            "MaintenanceWindowTarget MaintenanceWindowTask Association ResourceDataSync",
        ),
        *tokens("wafv2", "WebAclAssociation WebAclLoggingConfiguration IpSet RegexPatternSet ApiKey"),
        *tokens(
            "cloudfront",
            "CachePolicy OriginAccessControl OriginAccessIdentity OriginRequestPolicy "
            "ResponseHeadersPolicy PublicKey KeyGroup",
        ),
        # The brokers, tasks, clusters and instances that use them are billed.
        *tokens("msk", "Configuration ClusterPolicy ScramSecretAssociation SingleScramSecretAssociation"),
        *tokens("mskconnect", "CustomPlugin WorkerConfiguration"),
        *tokens("mq", "Configuration"),
        *tokens("ecs", "Cluster TaskDefinition ClusterCapacityProviders AccountSettingDefault Tag"),
        *tokens("memorydb", "Acl ParameterGroup SubnetGroup User"),
        *tokens("neptune", "ParameterGroup ClusterParameterGroup SubnetGroup EventSubscription"),
        *tokens("redshift", "ParameterGroup SubnetGroup EventSubscription"),
        *tokens("dax", "ParameterGroup SubnetGroup"),
        *tokens("dms", "Certificate Endpoint S3Endpoint EventSubscription ReplicationSubnetGroup ReplicationTask"),
        *tokens("dynamodb", "ResourcePolicy Tag"),
        *tokens("ecrpublic", "RepositoryPolicy"),
        *tokens("ec2clientvpn", "AuthorizationRule Route"),
        *tokens("acmpca", "Permission Policy"),
        *tokens("rbin", "Rule"),
    }
)

#: Free as a whole: identities, sharing and organisation, the shut-down App Mesh (refused elsewhere), components, and
#: what makes nothing in AWS.
FREE_PREFIXES: Final = (
    "aws:iam/",
    "aws:appmesh/",
    "aws:ram/",
    "aws:organizations/",
    "aws:ssoadmin/",
    "aws:identitystore/",
    "aws:oam/",
    "alphacar:",
    "eks:",
    "awsx:",
    "pulumi:",
    "kubernetes:",
    "random:",
    "tls:",
    "time:",
)
