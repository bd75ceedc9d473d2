"""What other services encrypt, at rest and on its way, as a table by type.

Controls are AWS Foundational Security Best Practices; where those have none, Checkov's policies.
"""

from __future__ import annotations

from typing import Final

from model import type_tokens
from model.property_check import JSON, Check, Having
from model.type_tokens import aws_tokens
from policy.guardrails.property_rule import each, never, on
from policy.guardrails.tls import speaks_if_set

_AT_REST: Final = "data at rest"
_TRAFFIC: Final = "traffic"
_ALREADY_MADE: Final = Check(path=("sourceDbClusterIdentifier",), is_="set")
#: Engines that DMS reaches by an API of AWS's, or by settings of their own.
_WITHOUT_SSL_MODE: Final = Check(
    path=("engineName",),
    is_="one of",
    value=(
        *("dynamodb", "elasticsearch", "kafka", "kinesis", "neptune", "opensearch", "redis", "redshift"),
        *("redshift-serverless", "s3", "timestream"),
    ),
)
_KMS: Final = ("SSE-KMS", "SSE-KMS-WITH-SERVICE-ROLE")

ENCRYPTED: Final = (
    *each(
        aws_tokens("athena", "Workgroup"),
        Check(
            path=("configuration", "resultConfiguration", "encryptionConfiguration", "encryptionOption"), is_="stated"
        ),
        why=_AT_REST,
        control="CKV_AWS_159",
    ),
    *each(
        aws_tokens("athena", "Workgroup"),
        never(False, "configuration", "enforceWorkgroupConfiguration"),
        why="a client could switch the encryption of results off",
        control="CKV_AWS_82",
    ),
    *each(
        aws_tokens("athena", "Database"),
        Check(path=("encryptionConfiguration", "encryptionOption"), is_="stated"),
        why=_AT_REST,
        control="CKV_AWS_77",
    ),
    *each(
        aws_tokens("dms", "Endpoint"),
        Check(
            path=("sslMode",),
            is_="one of",
            value=("require", "verify-ca", "verify-full"),
            otherwise=_WITHOUT_SSL_MODE,
        ),
        why=_TRAFFIC,
        control="DMS.9",
    ),
    *each(
        aws_tokens("ecs", "TaskDefinition"),
        Check(
            path=("volumes", Having("efsVolumeConfiguration"), "efsVolumeConfiguration", "transitEncryption"),
            is_="equal",
            value="ENABLED",
            otherwise=Check(path=("volumes", "*", "efsVolumeConfiguration"), is_="absent"),
        ),
        why=_TRAFFIC,
        control="ECS.18",
    ),
    *each(
        aws_tokens("emr", "Cluster"),
        Check(path=("securityConfiguration",), is_="set"),
        why="without a security configuration neither its disks nor its traffic are encrypted",
        control="EMR.3",
    ),
    *each(
        aws_tokens("emr", "SecurityConfiguration"),
        on("configuration", JSON, "EncryptionConfiguration", "EnableAtRestEncryption"),
        why=_AT_REST,
        control="EMR.3",
        may_name_another=True,
    ),
    *each(
        aws_tokens("emr", "SecurityConfiguration"),
        on("configuration", JSON, "EncryptionConfiguration", "EnableInTransitEncryption"),
        why=_TRAFFIC,
        control="EMR.4",
        may_name_another=True,
    ),
    *each(
        aws_tokens("kinesis", "FirehoseDeliveryStream"),
        # What it reads from a Kinesis stream is encrypted as that stream is.
        on(
            "serverSideEncryption",
            "enabled",
            unless=Check(
                path=("kinesisSourceConfiguration",),
                is_="set",
                otherwise=Check(path=("mskSourceConfiguration",), is_="set"),
            ),
        ),
        why=_AT_REST,
        control="DataFirehose.1",
    ),
    *each(
        (
            *aws_tokens("rds", "GlobalCluster"),
            *aws_tokens("docdb", "GlobalCluster"),
            *aws_tokens("neptune", "GlobalCluster"),
        ),
        on("storageEncrypted", unless=_ALREADY_MADE),
        why=_AT_REST,
        control="CKV_AWS_140",
    ),
    *each(
        aws_tokens("ec2", "Ami"),
        # A disk from a snapshot is encrypted as that is, and may not say so itself.
        on(
            "ebsBlockDevices",
            Having("snapshotId", absent=True),
            "encrypted",
            unless=Check(
                path=("ebsBlockDevices", "*", "snapshotId"),
                is_="set",
                otherwise=Check(path=("ebsBlockDevices",), is_="absent"),
            ),
        ),
        why="disks of machines",
        control="CKV_AWS_204",
    ),
    *each(aws_tokens("ec2", "AmiCopy"), on("encrypted"), why="disks of machines", control="CKV_AWS_235"),
    *each(aws_tokens("ebs", "SnapshotImport"), on("encrypted"), why=_AT_REST, control="EC2.3"),
    *each(
        aws_tokens("workspaces", "Workspace"), on("rootVolumeEncryptionEnabled"), why=_AT_REST, control="WorkSpaces.2"
    ),
    *each(
        aws_tokens("workspaces", "Workspace"), on("userVolumeEncryptionEnabled"), why=_AT_REST, control="WorkSpaces.1"
    ),
    *each(aws_tokens("appsync", "ApiCache"), on("atRestEncryptionEnabled"), why=_AT_REST, control="AppSync.1"),
    *each(aws_tokens("appsync", "ApiCache"), on("transitEncryptionEnabled"), why=_TRAFFIC, control="AppSync.6"),
    *each(
        aws_tokens("apigateway", "MethodSettings"),
        on("settings", "cacheDataEncrypted", unless=never(True, "settings", "cachingEnabled")),
        why=_AT_REST,
        control="APIGateway.5",
    ),
    *each(
        (type_tokens.CODEBUILD_PROJECT,),
        never(True, "artifacts", "encryptionDisabled"),
        never(True, "secondaryArtifacts", "*", "encryptionDisabled"),
        why="what is built",
        control="CKV_AWS_78",
    ),
    *each(
        (type_tokens.CODEBUILD_PROJECT,),
        never(True, "logsConfig", "s3Logs", "encryptionDisabled"),
        why=_AT_REST,
        control="CodeBuild.3",
    ),
    *each(
        (type_tokens.CLOUDFRONT_DISTRIBUTION,),
        never("http-only", "origins", "*", "customOriginConfig", "originProtocolPolicy"),
        why=_TRAFFIC,
        control="CloudFront.9",
    ),
    *each(
        aws_tokens("cloudsearch", "Domain"), on("endpointOptions", "enforceHttps"), why=_TRAFFIC, control="CKV_AWS_220"
    ),
    *each(
        aws_tokens("cloudsearch", "Domain"),
        speaks_if_set("endpointOptions", "tlsSecurityPolicy"),
        why="TLS 1.0 and 1.1 are broken",
        control="CKV_AWS_218",
    ),
    *each(
        (*aws_tokens("ses", "ConfigurationSet"), *aws_tokens("sesv2", "ConfigurationSet")),
        Check(path=("deliveryOptions", "tlsPolicy"), is_="matching", value="(?i)require", said="Require"),
        why="mail goes out in clear where the other side has no TLS",
        control="SES.3",
    ),
    *each(
        aws_tokens("transfer", "Server"),
        # Policies are named after the month in which they were made; what a year drops, the next has not.
        Check(
            path=("securityPolicyName",),
            is_="matching",
            value=r"(?i)TransferS(ecurity|FTPConnectorSecurity)Policy-(\w+-)*(202[2-9]|20[3-9]\d)-\d\d",
            said="a policy of 2022 or later",
        ),
        why="older ones, which is the default, take ciphers that are broken",
        control="CKV_AWS_380",
    ),
    *each(
        aws_tokens("transfer", "Server"),
        never("FTP", "protocols", "*"),
        why="FTP sends passwords and files in clear",
        control="Transfer.2",
    ),
    *each(
        (type_tokens.DLM_LIFECYCLE_POLICY,),
        never(False, "policyDetails", "schedules", "*", "crossRegionCopyRules", "*", "encrypted"),
        why="copies of disks",
        control="CKV_AWS_255",
    ),
    *each(
        aws_tokens("glue", "DataCatalogEncryptionSettings"),
        Check(
            path=("dataCatalogEncryptionSettings", "encryptionAtRest", "catalogEncryptionMode"),
            is_="one of",
            value=_KMS,
        ),
        on("dataCatalogEncryptionSettings", "connectionPasswordEncryption", "returnConnectionPasswordEncrypted"),
        why=_AT_REST,
        control="CKV_AWS_94",
    ),
    *each(
        aws_tokens("glue", "SecurityConfiguration"),
        *(
            never("DISABLED", "encryptionConfiguration", place, mode)
            for place, mode in (
                ("cloudwatchEncryption", "cloudwatchEncryptionMode"),
                ("jobBookmarksEncryption", "jobBookmarksEncryptionMode"),
                ("s3Encryption", "s3EncryptionMode"),
            )
        ),
        why=_AT_REST,
        control="CKV_AWS_99",
    ),
    *each(
        aws_tokens("glue", "Job Crawler DevEndpoint"),
        Check(path=("securityConfiguration",), is_="set"),
        why="without a security configuration its logs, bookmarks and results are not encrypted by a key of ours",
        control="CKV_AWS_195",
    ),
    *each(
        aws_tokens("sagemaker", "EndpointConfiguration"),
        Check(path=("kmsKeyArn",), is_="set"),
        why=_AT_REST,
        control="CKV_AWS_98",
    ),
    *each(
        (type_tokens.SAGEMAKER_NOTEBOOK_INSTANCE,),
        Check(path=("kmsKeyId",), is_="set"),
        why=_AT_REST,
        control="CKV_AWS_22",
    ),
    *each(
        aws_tokens("mskconnect", "Connector"),
        Check(path=("kafkaClusterEncryptionInTransit", "encryptionType"), is_="equal", value="TLS"),
        why=_TRAFFIC,
        control="MSK.3",
    ),
    *each(
        aws_tokens("imagebuilder", "ImageRecipe"),
        never(False, "blockDeviceMappings", "*", "ebs", "encrypted"),
        why="disks of machines",
        control="CKV_AWS_199",
    ),
    *each(
        aws_tokens("imagebuilder", "ContainerRecipe"),
        never(False, "instanceConfiguration", "blockDeviceMappings", "*", "ebs", "encrypted"),
        why="disks of machines",
        control="CKV_AWS_200",
    ),
    *each(
        aws_tokens("dms", "Endpoint"),
        never("plaintext", "redisSettings", "sslSecurityProtocol"),
        why=_TRAFFIC,
        control="DMS.12",
    ),
    *each(aws_tokens("sns", "TopicSubscription"), never("http", "protocol"), why=_TRAFFIC),
)
