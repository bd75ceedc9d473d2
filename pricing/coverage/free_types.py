"""Types that cost nothing by themselves.

What costs something that the price book cannot say stands in :mod:`pricing.coverage.unpriced_types`. A type in neither,
and in no meter, is one that nobody has heard of: it may cost anything, and the bill says so.
"""

from __future__ import annotations

from typing import Final

from model import type_tokens
from model.type_tokens import aws_tokens

#: Free by themselves; what fills, runs behind or passes through them is billed where the comment says.
FREE: Final = frozenset(
    {
        *aws_tokens(
            "ec2",
            "Subnet InternetGateway EgressOnlyInternetGateway RouteTable Route RouteTableAssociation "
            "MainRouteTableAssociation SecurityGroup SecurityGroupRule SecurityGroupAssociation "
            "DefaultSecurityGroup DefaultRouteTable DefaultNetworkAcl DefaultVpc DefaultSubnet "
            "DefaultVpcDhcpOptions NetworkAcl NetworkAclRule NetworkAclAssociation VpcDhcpOptions "
            "VpcDhcpOptionsAssociation VpcIpv4CidrBlockAssociation VpcEndpointPolicy "
            "VpcEndpointRouteTableAssociation VpcBlockPublicAccessOptions VpcBlockPublicAccessExclusion "
            "ManagedPrefixList ManagedPrefixListEntry NetworkInterface NetworkInterfaceAttachment KeyPair "
            "PlacementGroup Tag SerialConsoleAccess ImageBlockPublicAccess InstanceMetadataDefaults "
            "AllowedImagesSettings VolumeAttachment EipAssociation "
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
        *aws_tokens(
            "vpc", "SecurityGroupIngressRule SecurityGroupEgressRule SecurityGroupVpcAssociation EndpointPrivateDns"
        ),
        *aws_tokens(
            "ec2transitgateway",
            "TransitGateway RouteTable RouteTableAssociation RouteTablePropagation Route PrefixListReference "
            "DefaultRouteTableAssociation DefaultRouteTablePropagation VpcAttachmentAccepter",
        ),
        *aws_tokens("ebs", "EncryptionByDefault DefaultKmsKey SnapshotBlockPublicAccess"),
        *aws_tokens("eks", "AccessEntry AccessPolicyAssociation PodIdentityAssociation IdentityProviderConfig"),
        # A balancer is billed by its hours and capacity units.
        *aws_tokens(
            "lb", "Listener ListenerCertificate ListenerRule TargetGroup TargetGroupAttachment TrustStoreRevocation"
        ),
        *aws_tokens("alb", "Listener ListenerCertificate ListenerRule TargetGroup TargetGroupAttachment"),
        *aws_tokens(
            "elb",
            "Attachment ListenerPolicy LoadBalancerPolicy SslNegotiationPolicy LoadBalancerBackendServerPolicy "
            "AppCookieStickinessPolicy LoadBalancerCookieStickinessPolicy",
        ),
        *aws_tokens("acm", "CertificateValidation"),
        *aws_tokens(
            "route53",
            "Record RecordsExclusive ZoneAssociation VpcAssociationAuthorization DelegationSet HostedZoneDnsSec "
            "KeySigningKey CidrCollection CidrLocation TrafficPolicy ResolverRule "
            "ResolverRuleAssociation ResolverConfig ResolverDnsSecConfig "
            "ResolverQueryLogConfigAssociation",
        ),
        *aws_tokens("kms", "Alias KeyPolicy Grant Ciphertext"),
        *aws_tokens("docdb", "SubnetGroup ClusterParameterGroup EventSubscription"),
        *aws_tokens(
            "rds",
            "SubnetGroup ParameterGroup ClusterParameterGroup OptionGroup EventSubscription RoleAssociation "
            "ClusterRoleAssociation Certificate ProxyDefaultTargetGroup ProxyTarget InstanceDesiredState",
        ),
        *aws_tokens("elasticache", "SubnetGroup ParameterGroup User UserGroup UserGroupAssociation"),
        *aws_tokens(
            "opensearch",
            "DomainPolicy DomainSamlOptions Package PackageAssociation ServerlessAccessPolicy ServerlessSecurityPolicy "
            "ServerlessSecurityConfig ServerlessLifecyclePolicy AuthorizeVpcEndpointAccess InboundConnectionAccepter "
            "OutboundConnection",
        ),
        *aws_tokens("elasticsearch", "DomainPolicy DomainSamlOptions"),
        # The repository bears what a cache rule or a template brings in.
        *aws_tokens(
            "ecr",
            "RepositoryPolicy LifecyclePolicy RegistryPolicy AccountSetting PullThroughCacheRule "
            "RepositoryCreationTemplate PullTimeUpdateExclusion",
        ),
        # A rotating function is billed as a function, reads and versions with their secret.
        *aws_tokens("secretsmanager", "SecretVersion SecretPolicy SecretRotation Tag"),
        # The log group, or the bucket, bears what arrives.
        *aws_tokens(
            "cloudwatch",
            "LogStream LogResourcePolicy LogSubscriptionFilter LogAccountPolicy LogIndexPolicy "
            "LogDestination LogDestinationPolicy QueryDefinition AlarmMuteRule "
            # Rules on events that AWS itself emits are free.
            "EventRule EventPermission EventBusPolicy",
        ),
        *aws_tokens("amp", "AlertManagerDefinition RuleGroupNamespace ResourcePolicy WorkspaceConfiguration"),
        *aws_tokens("grafana", "RoleAssociation WorkspaceSamlConfiguration"),
        *aws_tokens("xray", "ResourcePolicy"),
        *aws_tokens(
            "s3",
            "BucketPolicy BucketPublicAccessBlock BucketOwnershipControls BucketVersioning BucketVersioningV2 "
            "BucketServerSideEncryptionConfiguration BucketServerSideEncryptionConfigurationV2 "
            "BucketLifecycleConfiguration BucketLifecycleConfigurationV2 BucketLogging BucketLoggingV2 BucketAcl "
            "BucketAclV2 BucketObjectLockConfiguration BucketObjectLockConfigurationV2 BucketCorsConfiguration "
            "BucketCorsConfigurationV2 BucketNotification BucketRequestPaymentConfiguration "
            "BucketRequestPaymentConfigurationV2 BucketWebsiteConfiguration BucketWebsiteConfigurationV2 BucketAbac "
            "BucketObject BucketObjectv2 AccountPublicAccessBlock AccessPoint",
        ),
        *aws_tokens(
            "backup",
            # What a test restores is borne by its selection.
            "Selection RestoreTestingPlan VaultPolicy VaultLockConfiguration VaultNotifications GlobalSettings "
            "RegionSettings",
        ),
        *aws_tokens("costexplorer", "AnomalyMonitor AnomalySubscription CostAllocationTag CostCategory"),
        *aws_tokens(
            "cfg",
            "RecorderStatus DeliveryChannel RetentionConfiguration ConfigurationAggregator AggregateAuthorization "
            "RemediationConfiguration",
        ),
        *aws_tokens("sns", "TopicPolicy PlatformApplication"),
        *aws_tokens("sqs", "QueuePolicy RedrivePolicy RedriveAllowPolicy"),
        *aws_tokens(
            "lambda",
            "Permission Alias LayerVersion LayerVersionPermission EventSourceMapping FunctionUrl "
            "FunctionEventInvokeConfig FunctionRecursionConfig RuntimeManagementConfig CodeSigningConfig "
            "ResourcePolicy",
        ),
        *aws_tokens("scheduler", "ScheduleGroup"),
        *aws_tokens("accessanalyzer", "ArchiveRule"),
        *aws_tokens("autoscaling", "Attachment TrafficSourceAttachment LifecycleHook Notification Schedule Tag"),
        *aws_tokens("appautoscaling", "Target ScheduledAction"),
        *aws_tokens("efs", "MountTarget AccessPoint FileSystemPolicy BackupPolicy"),
        *aws_tokens("resourcegroups", "Group Resource"),
        *aws_tokens("account", "AlternativeContact PrimaryContact Region"),
        *aws_tokens("servicequotas", "ServiceQuota"),
        *aws_tokens(
            "ssm",
            "Document ServiceSetting PatchBaseline PatchGroup DefaultPatchBaseline MaintenanceWindow "
            "MaintenanceWindowTarget MaintenanceWindowTask Association ResourceDataSync",
        ),
        *aws_tokens("wafv2", "WebAclAssociation IpSet RegexPatternSet ApiKey"),
        *aws_tokens(
            "cloudfront",
            "CachePolicy OriginAccessControl OriginAccessIdentity OriginRequestPolicy "
            "ResponseHeadersPolicy PublicKey KeyGroup",
        ),
        # The brokers, tasks, clusters and instances that use them are billed.
        *aws_tokens("msk", "Configuration ClusterPolicy ScramSecretAssociation SingleScramSecretAssociation"),
        *aws_tokens("mskconnect", "CustomPlugin WorkerConfiguration"),
        *aws_tokens("mq", "Configuration"),
        *aws_tokens("ecs", "Cluster TaskDefinition ClusterCapacityProviders Tag"),
        *aws_tokens("memorydb", "Acl ParameterGroup SubnetGroup User"),
        *aws_tokens("neptune", "ParameterGroup ClusterParameterGroup SubnetGroup EventSubscription"),
        *aws_tokens("redshift", "ParameterGroup SubnetGroup EventSubscription"),
        *aws_tokens("dax", "ParameterGroup SubnetGroup"),
        *aws_tokens("dms", "Certificate Endpoint S3Endpoint EventSubscription ReplicationSubnetGroup ReplicationTask"),
        *aws_tokens("dynamodb", "ResourcePolicy Tag"),
        *aws_tokens("ecrpublic", "RepositoryPolicy"),
        *aws_tokens("ec2clientvpn", "AuthorizationRule Route"),
        *aws_tokens("acmpca", "Permission Policy"),
        *aws_tokens("rbin", "Rule"),
    }
)

#: Free as a whole: identities, sharing and organisation, the shut-down App Mesh (refused elsewhere), components, and
#: what makes nothing in AWS.
FREE_PREFIXES: Final = (
    type_tokens.IAM_MODULE,
    type_tokens.APPMESH_MODULE,
    type_tokens.RAM_MODULE,
    type_tokens.ORGANIZATIONS_MODULE,
    type_tokens.SSOADMIN_MODULE,
    type_tokens.IDENTITYSTORE_MODULE,
    type_tokens.OAM_MODULE,
    type_tokens.ALPHACAR_PACKAGE,
    type_tokens.EKS_PACKAGE,
    type_tokens.AWSX_PACKAGE,
    type_tokens.PULUMI_PACKAGE,
    type_tokens.KUBERNETES_PACKAGE,
    type_tokens.RANDOM_PACKAGE,
    type_tokens.TLS_PACKAGE,
    type_tokens.TIME_PACKAGE,
)
