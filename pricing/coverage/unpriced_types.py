"""Types that cost something the price book cannot say, and services whose every other type may.

A service is told by its module, so that a type of it which nobody has read is billed and not free.
"""

from __future__ import annotations

from typing import Final

from model.type_tokens import aws_tokens

_INSTANCES: Final = "starts instances that are not metered here; use a managed node group"
#: Billed, with a reason why the bill has no figure.
KNOWN_UNPRICED: Final = {
    **dict.fromkeys(aws_tokens("autoscaling", "Group"), _INSTANCES),
    **dict.fromkeys(aws_tokens("ec2", "LaunchConfiguration Fleet SpotFleetRequest SpotInstanceRequest"), _INSTANCES),
    **dict.fromkeys(
        aws_tokens("ec2", "DedicatedHost CapacityReservation CapacityBlockReservation"), "reserves capacity by the hour"
    ),
    **dict.fromkeys(aws_tokens("ec2", "TrafficMirrorSession VpcIpam VpcEndpointService"), "is billed by the hour"),
    **dict.fromkeys(aws_tokens("ec2", "NetworkInsightsAnalysis NetworkInsightsAccessScope"), "is billed by analysis"),
    **dict.fromkeys(aws_tokens("ec2", "Ami AmiCopy AmiFromInstance"), "is kept as snapshots"),
    **dict.fromkeys(aws_tokens("ebs", "FastSnapshotRestore"), "is billed by zone and hour"),
    **dict.fromkeys(aws_tokens("eks", "FargateProfile"), "runs pods that are billed one by one and not declared here"),
    **dict.fromkeys(aws_tokens("cloudformation", "Stack StackSet"), "makes resources that this program does not show"),
    **dict.fromkeys(aws_tokens("msk", "Cluster ServerlessCluster"), "is billed by broker or partition, and storage"),
    **dict.fromkeys(aws_tokens("mskconnect", "Connector"), "is billed by capacity unit"),
    **dict.fromkeys(aws_tokens("efs", "FileSystem ReplicationConfiguration"), "is billed by storage and throughput"),
    **dict.fromkeys(
        aws_tokens("lambda", "Function"), "is billed by request and duration, for which no usage figure stands"
    ),
    **dict.fromkeys(aws_tokens("sqs", "Queue"), "is billed by request"),
    **dict.fromkeys(aws_tokens("dynamodb", "Table GlobalTable"), "is billed by request and storage"),
    **dict.fromkeys(aws_tokens("cloudfront", "Distribution"), "is billed by request and transfer"),
    **dict.fromkeys(aws_tokens("wafv2", "WebAcl RuleGroup"), "is billed by list, rule and request"),
    **dict.fromkeys(aws_tokens("rds", "Cluster ClusterInstance Proxy Snapshot ClusterSnapshot"), "is outside the book"),
    **dict.fromkeys(aws_tokens("docdb", "ElasticCluster GlobalCluster"), "is billed by vCPU, or by replicated writes"),
    **dict.fromkeys(aws_tokens("elasticache", "GlobalReplicationGroup ReservedCacheNode"), "is outside the book"),
    **dict.fromkeys(aws_tokens("opensearch", "VpcEndpoint ServerlessVpcEndpoint Application"), "is billed by the hour"),
    **dict.fromkeys(aws_tokens("opensearchingest", "Pipeline"), "is billed by capacity unit"),
    **dict.fromkeys(aws_tokens("dms", "ReplicationInstance ReplicationConfig"), "is billed by the hour"),
    **dict.fromkeys(aws_tokens("ecrpublic", "Repository"), "is billed by storage and transfer"),
    **dict.fromkeys(aws_tokens("scheduler", "Schedule"), "is billed by invocation"),
    **dict.fromkeys(aws_tokens("sfn", "StateMachine"), "is billed by transition"),
    **dict.fromkeys(aws_tokens("kinesis", "Stream FirehoseDeliveryStream"), "is billed by shard and gigabyte"),
    **dict.fromkeys(aws_tokens("vpclattice", "Service ServiceNetwork"), "is billed by the hour, gigabyte and request"),
    **dict.fromkeys(aws_tokens("ec2transitgateway", "PeeringAttachment Connect"), "is billed by the hour and gigabyte"),
    **dict.fromkeys(aws_tokens("ec2clientvpn", "Endpoint"), "is billed by the hour"),
    **dict.fromkeys(aws_tokens("networkfirewall", "Firewall"), "is billed by the hour and gigabyte"),
    **dict.fromkeys(
        aws_tokens("route53", "HealthCheck ResolverEndpoint TrafficPolicyInstance"), "is billed by the month"
    ),
    **dict.fromkeys(aws_tokens("acmpca", "CertificateAuthority"), "is billed by the month"),
    **dict.fromkeys(aws_tokens("kms", "CustomKeyStore"), "needs a CloudHSM cluster or an external key manager"),
    **dict.fromkeys(aws_tokens("cloudtrail", "EventDataStore"), "is billed by gigabyte"),
    **dict.fromkeys(aws_tokens("securityhub", "Account"), "is billed by check"),
    **dict.fromkeys(aws_tokens("inspector2", "Enabler"), "is billed by image and instance"),
    **dict.fromkeys(aws_tokens("macie2", "Account"), "is billed by bucket and gigabyte"),
    **dict.fromkeys(aws_tokens("guardduty", "MalwareProtectionPlan"), "is billed by gigabyte and object"),
    **dict.fromkeys(aws_tokens("amp", "Scraper"), "is billed by the hour and sample"),
    **dict.fromkeys(aws_tokens("cfg", "ConformancePack"), "is billed by evaluation"),
    **dict.fromkeys(
        aws_tokens(
            "cloudwatch", "MetricStream ContributorInsightRule InternetMonitor EventArchive EventBus LogAnomalyDetector"
        ),
        "is billed by what passes through it",
    ),
    **dict.fromkeys(aws_tokens("cloudwatch", "LogDelivery"), "is billed by the gigabyte it delivers"),
    **dict.fromkeys(aws_tokens("cloudwatch", "LogDataProtectionPolicy"), "is billed by the gigabyte it scans"),
    **dict.fromkeys(aws_tokens("sns", "DataProtectionPolicy"), "is billed by the gigabyte it scans"),
    **dict.fromkeys(aws_tokens("lb", "TrustStore"), "is billed by the hour"),
    **dict.fromkeys(
        aws_tokens(
            "grafana", "WorkspaceServiceAccount WorkspaceServiceAccountToken WorkspaceApiKey LicenseAssociation"
        ),
        "is billed as one more active user",
    ),
    **dict.fromkeys(aws_tokens("synthetics", "Canary"), "is billed by run, for which no usage figure stands"),
    **dict.fromkeys(aws_tokens("backup", "LogicallyAirGappedVault Framework"), "is outside the book"),
    **dict.fromkeys(
        aws_tokens("s3", "DirectoryBucket Inventory AnalyticsConfiguration BucketMetric VectorsIndex"),
        "is outside the book",
    ),
}

#: Services that charge by the hour, and those that charge by what they do or keep, by the module of their types; the
#: tables above and every meter come first.
_HOURLY: Final = """
acmpca appstream apprunner batch cloud9 cloudhsmv2 cloudsearch dax directconnect directoryservice dms docdb ebs ec2
ec2clientvpn ec2transitgateway ecs eks elasticache elasticbeanstalk elasticsearch emr emrserverless finspace fsx
gamelift globalaccelerator imagebuilder kendra lb lightsail m2 memorydb mq msk mskconnect neptune neptunegraph
networkfirewall networkmanager odb opensearch opensearchingest outposts rds redshift redshiftserverless
route53recoverycontrol sagemaker savingsplans storagegateway timestreaminfluxdb transfer verifiedaccess vpc
vpclattice workmail workspaces workspacesweb
"""
_USED: Final = """
amp amplify apigateway apigatewayv2 appconfig appfabric appflow appsync athena auditmanager backup bedrock
bedrockfoundation bedrockmodel cfg chime cloudfront cloudtrail cloudwatch cloudwatchomni codeartifact codebuild
codecatalyst codecommit codepipeline cognito comprehend connect controltower customerprofiles dataexchange
datapipeline datasync datazone detective devicefarm devopsguru drs dsql dynamodb ecr ecrpublic efs elastictranscoder
emrcontainers evidently fis fms glacier glue grafana guardduty inspector inspector2 iot ivs ivschat keyspaces
kinesis kinesisanalyticsv2 lakeformation lambda lambdamicrovms lex location macie macie2 mailmanager mediaconvert
medialive mediapackage mediapackagev2 mediastore networkflowmonitor networkmonitor observabilityadmin
paymentcryptography pinpoint pipes qbusiness qldb quicksight rekognition resiliencehub route53 route53domains
route53recoveryreadiness rum s3 s3control s3outposts s3tables scheduler secretsmanager securityhub securitylake
servicecatalog servicediscovery ses sesv2 sfn shield sns sqs ssm ssmcontacts ssmincidents swf synthetics
timestreamquery timestreamwrite transcribe verifiedpermissions waf wafregional wafv2 xray
"""
FAMILIES: Final = {
    **dict.fromkeys(_HOURLY.split(), "is billed by the hour"),
    **dict.fromkeys(_USED.split(), "is billed by what it does or keeps"),
}
#: Packages beside AWS's own whose resources AWS, or their maker, may bill.
PACKAGES: Final = {
    "aws-native": "is billed by AWS and read here only as pulumi_aws declares it",
    "awscc": "is billed by AWS and read here only as pulumi_aws declares it",
    "pulumi-python": "is code that may make anything; declare what it makes",
}


def reason(token: str) -> str | None:
    """Why a type without a price is known to be billed, or ``None`` for one that nobody has heard of."""
    package, _, rest = token.partition(":")
    family = FAMILIES.get(rest.partition("/")[0]) if package == "aws" else PACKAGES.get(package)
    return KNOWN_UNPRICED.get(token) or family
