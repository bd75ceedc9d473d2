"""What other services offer against loss and misuse, as a table by type.

Controls are AWS Foundational Security Best Practices; where those have none, Checkov's policies.
"""

from __future__ import annotations

from typing import Final

from model import type_tokens
from model.property_check import JSON, Check
from model.type_tokens import aws_tokens
from policy.guardrails.property_rule import absent, each, in_production, never, on

_PATCHED: Final = "a flaw that AWS has mended stays open"
_HAD_BACK: Final = "what is lost since could not be had back"
_BREAKS_OUT: Final = "whoever breaks into the container has its machine"
_TASKS: Final = tuple(aws_tokens("ecs", "TaskDefinition"))
_CONTAINERS: Final = ("containerDefinitions", JSON, "*")
#: Capabilities by which a container changes its machine.
_CAPABILITIES: Final = "ALL|BPF|DAC_READ_SEARCH|NET_ADMIN|NET_RAW|SYS_ADMIN|SYS_MODULE|SYS_PTRACE|SYS_RAWIO"
#: Everything but runtimes that ended by April 2026 (source: Lambda developer guide, runtime deprecation policy).
_PATCHED_RUNTIMES: Final = (
    r"(?!(python(2\.\d+|3\.\d)|nodejs(|[468]|4\.3|4\.3-edge|6\.10|8\.10|1[0-8]|20)(\.x)?|dotnet(core\d\.\d|[5-7](\.0)?)"
    r"|java8|go1\.x|ruby(2\.\d|3\.[0-2])|provided)$).*"
)

_GUESSED: Final = "whoever tries passwords begins with this name"

HARDENED: Final = (
    *each(
        aws_tokens("iam", "AccountPasswordPolicy"),
        Check(path=("minimumPasswordLength",), is_="at least", value=14),
        *(on(f"require{what}") for what in ("LowercaseCharacters", "Numbers", "Symbols", "UppercaseCharacters")),
        Check(path=("passwordReusePrevention",), is_="at least", value=24),
        why="what is guessed opens the account",
        control="IAM.7",
    ),
    *each(
        aws_tokens("iam", "AccountPasswordPolicy"),
        Check(path=("maxPasswordAge",), is_="at least", value=1),
        Check(path=("maxPasswordAge",), is_="at most", value=90),
        why="what leaked long ago would still open the account",
        control="IAM.7",
    ),
    *each(_TASKS, never("host", "pidMode"), why=_BREAKS_OUT, control="ECS.3"),
    *each(_TASKS, never("host", "ipcMode"), why=_BREAKS_OUT, control="ECS.3"),
    *each(
        _TASKS,
        never("host", "networkMode"),
        why="tasks would share their machine's addresses, and its credentials",
        control="ECS.17",
    ),
    *each(_TASKS, never(True, *_CONTAINERS, "privileged"), why=_BREAKS_OUT, control="ECS.4", may_name_another=True),
    *each(
        _TASKS,
        on(*_CONTAINERS, "readonlyRootFilesystem"),
        why="whoever breaks into the container could change what it runs",
        control="ECS.5",
        may_name_another=True,
    ),
    *each(
        _TASKS,
        Check(
            path=(*_CONTAINERS, "user"),
            is_="absent or matching",
            value=r"(?!(root|0)(:.*)?$).*",
            said="anybody but root",
        ),
        why=_BREAKS_OUT,
        control="ECS.20",
        may_name_another=True,
    ),
    *each(
        _TASKS,
        Check(
            path=(*_CONTAINERS, "linuxParameters", "capabilities", "add", "*"),
            is_="absent or matching",
            value=rf"(?!({_CAPABILITIES})$).*",
            said=f"none of {_CAPABILITIES.replace('|', ', ')}",
        ),
        why=_BREAKS_OUT,
        control="ECS.4",
        may_name_another=True,
    ),
    *each(
        aws_tokens("ecs", "Service"),
        Check(
            path=("platformVersion",),
            is_="absent or matching",
            value=r"(?!1\.[0-3]\.\d+$).*",
            said="LATEST, or 1.4.0 or newer",
        ),
        why=_PATCHED,
        control="ECS.10",
    ),
    *each(
        aws_tokens("ecs", "CapacityProvider"),
        Check(
            path=("autoScalingGroupProvider", "managedTerminationProtection"),
            is_="equal",
            value="ENABLED",
            otherwise=absent("autoScalingGroupProvider"),
        ),
        why="a machine would be ended with tasks on it",
        control="ECS.19",
    ),
    *each(
        aws_tokens("batch", "JobDefinition"),
        never(True, "containerProperties", JSON, "privileged"),
        why=_BREAKS_OUT,
        control="CKV_AWS_210",
        may_name_another=True,
    ),
    *each(
        (type_tokens.CODEBUILD_PROJECT,),
        never(True, "environment", "privilegedMode"),
        why=_BREAKS_OUT,
        control="CKV_AWS_316",
    ),
    *each(
        aws_tokens("cognito", "UserPool"),
        Check(path=("passwordPolicy", "minimumLength"), is_="at least", value=8, otherwise=absent("passwordPolicy")),
        *(
            never(False, "passwordPolicy", f"require{what}")
            for what in ("Lowercase", "Numbers", "Symbols", "Uppercase")
        ),
        why="what is guessed opens the application",
        control="Cognito.3",
    ),
    *each(
        aws_tokens("cognito", "UserPool"),
        Check(path=("mfaConfiguration",), is_="one of", value=("ON", "OPTIONAL")),
        why="a password that leaked opens the application",
        control="Cognito.5",
    ),
    *each(
        aws_tokens("cognito", "UserPool"),
        never("OFF", "userPoolAddOns", "advancedSecurityMode"),
        why="passwords that leaked elsewhere would be taken",
        control="Cognito.1",
    ),
    *each(
        aws_tokens("cognito", "UserPool"),
        in_production(Check(path=("deletionProtection",), is_="equal", value="ACTIVE")),
        why="its users are gone with it",
        control="Cognito.6",
    ),
    *each(
        aws_tokens("elasticbeanstalk", "Environment ConfigurationTemplate"),
        never(False, "settings", ("name", "ManagedActionsEnabled"), "value"),
        why=_PATCHED,
        control="ElasticBeanstalk.2",
    ),
    *each(
        aws_tokens("elasticbeanstalk", "Environment ConfigurationTemplate"),
        never("basic", "settings", ("name", "SystemType"), "value"),
        why="what fails is not noticed",
        control="ElasticBeanstalk.1",
    ),
    *each(
        (type_tokens.AUTOSCALING_GROUP,),
        absent("launchConfiguration"),
        why="a launch configuration has none of what AWS has added since 2022",
        control="AutoScaling.9",
    ),
    *each(
        (type_tokens.AUTOSCALING_GROUP,),
        Check(
            path=("healthCheckType",),
            is_="equal",
            value="ELB",
            otherwise=Check(
                path=("targetGroupArns",),
                is_="absent",
            ),
        ),
        why="a machine that does not answer its balancer is kept",
        control="AutoScaling.1",
    ),
    *each(
        (type_tokens.ELB_LOAD_BALANCER,),
        never(False, "crossZoneLoadBalancing"),
        why="a lost zone takes its share of requests along",
        control="ELB.9",
    ),
    *each(
        (type_tokens.ELB_LOAD_BALANCER,),
        never(False, "connectionDraining"),
        why="requests under way are cut off",
        control="ELB.7",
    ),
    *each(
        (type_tokens.LB_TARGET_GROUP, type_tokens.ALB_TARGET_GROUP),
        never(False, "healthCheck", "enabled"),
        why="requests are sent to what does not answer",
        control="CKV_AWS_261",
    ),
    *each(
        (type_tokens.NETWORKFIREWALL_FIREWALL,),
        in_production(on("deleteProtection")),
        why="without it everything is let through",
        control="NetworkFirewall.9",
    ),
    *each(
        (type_tokens.NETWORKFIREWALL_FIREWALL,),
        in_production(on("subnetChangeProtection")),
        why="without its subnets everything is let through",
        control="NetworkFirewall.10",
    ),
    *each(
        aws_tokens("networkfirewall", "FirewallPolicy"),
        never("aws:pass", "firewallPolicy", "statelessDefaultActions", "*"),
        why="what no rule names is let through",
        control="NetworkFirewall.4",
    ),
    *each(
        aws_tokens("networkfirewall", "FirewallPolicy"),
        never("aws:pass", "firewallPolicy", "statelessFragmentDefaultActions", "*"),
        why="what no rule names is let through in fragments",
        control="NetworkFirewall.5",
    ),
    *each(
        (type_tokens.WAFV2_WEB_ACL,),
        Check(path=("rules",), is_="set", otherwise=Check(path=("ruleJson",), is_="set")),
        why="without a rule it lets everything through",
        control="WAF.10",
    ),
    *each(
        (type_tokens.CLOUDFRONT_DISTRIBUTION,),
        Check(path=("webAclId",), is_="set"),
        why="nothing stands before what answers the internet",
        control="CloudFront.6",
    ),
    *each(
        (type_tokens.CLOUDFRONT_DISTRIBUTION,),
        # A server of one's own answers / itself; a bucket would list what it holds.
        Check(
            path=("defaultRootObject",),
            is_="set",
            otherwise=Check(path=("origins", "*", "customOriginConfig"), is_="stated"),
        ),
        why="who asks for / is shown what there is",
        control="CloudFront.1",
    ),
    *each(
        (type_tokens.CLOUDFRONT_DISTRIBUTION,),
        never("vip", "viewerCertificate", "sslSupportMethod"),
        why="addresses of its own are for clients that are gone",
        control="CloudFront.8",
    ),
    *each(
        (type_tokens.KMS_KEY,), never(False, "isEnabled"), why="what it encrypts cannot be read", control="CKV_AWS_227"
    ),
    *each(
        aws_tokens("route53domains", "RegisteredDomain"),
        never(False, "transferLock"),
        why="whoever gets at the account takes the domain away",
        control="CKV_AWS_377",
    ),
    *each(
        (type_tokens.ACM_CERTIFICATE,),
        never("RSA_1024", "keyAlgorithm"),
        why="a key of 1,024 bits is broken",
        control="ACM.2",
    ),
    *each(
        (type_tokens.ACM_CERTIFICATE,),
        never("DISABLED", "options", "certificateTransparencyLoggingPreference"),
        why="browsers refuse what no log shows, and a wrong one is not noticed",
        control="CKV_AWS_234",
    ),
    *each(
        (type_tokens.SAGEMAKER_NOTEBOOK_INSTANCE,),
        Check(path=("subnetId",), is_="set"),
        why="without it the notebook runs in a network of AWS's",
        control="SageMaker.2",
    ),
    *each(
        (type_tokens.SAGEMAKER_NOTEBOOK_INSTANCE,),
        Check(path=("rootAccess",), is_="equal", value="Disabled"),
        why="whoever opens the notebook changes its machine",
        control="SageMaker.3",
    ),
    *each(
        (type_tokens.SAGEMAKER_NOTEBOOK_INSTANCE,),
        Check(
            path=("instanceMetadataServiceConfiguration", "minimumInstanceMetadataServiceVersion"),
            is_="equal",
            value=2,
        ),
        why="version 1 of the metadata service answers any forwarded request",
        control="CKV_AWS_371",
    ),
    *each(
        aws_tokens("sagemaker", "Model"),
        on("enableNetworkIsolation"),
        why="a container that is not ours could send away what it is given",
        control="SageMaker.5",
    ),
    *each(
        aws_tokens("ec2", "InstanceMetadataDefaults"),
        never("optional", "httpTokens"),
        why="version 1 of the metadata service answers any forwarded request",
        control="EC2.170",
    ),
    *each(
        aws_tokens("efs", "AccessPoint"),
        Check(path=("rootDirectory", "path"), is_="matching", value=r"/.*[^/].*", said="a directory below the root"),
        why="whoever uses it reads the whole file system",
        control="EFS.3",
    ),
    *each(
        aws_tokens("efs", "AccessPoint"),
        Check(path=("posixUser",), is_="set"),
        why="whoever uses it is whom they say",
        control="EFS.4",
    ),
    *each(
        aws_tokens("efs", "BackupPolicy"),
        never("DISABLED", "backupPolicy", "status"),
        why=_HAD_BACK,
        control="EFS.7",
    ),
    *each(
        (type_tokens.DMS_REPLICATION_INSTANCE,),
        on("autoMinorVersionUpgrade"),
        why=_PATCHED,
        control="DMS.6",
    ),
    *each(
        (type_tokens.NEPTUNE_CLUSTER,),
        in_production(Check(path=("backupRetentionPeriod",), is_="at least", value=7)),
        why=_HAD_BACK,
        control="Neptune.5",
    ),
    *each(
        (type_tokens.NEPTUNE_CLUSTER,),
        on("iamDatabaseAuthenticationEnabled"),
        why="without it whoever reaches the graph reads it",
        control="Neptune.7",
    ),
    *each(
        (type_tokens.NEPTUNE_CLUSTER,),
        on("copyTagsToSnapshot"),
        why="a snapshot that names nobody is neither billed nor found",
        control="Neptune.8",
    ),
    *each(
        (type_tokens.REDSHIFT_CLUSTER,),
        on("enhancedVpcRouting"),
        why="what is loaded and unloaded passes where nobody looks",
        control="Redshift.7",
    ),
    *each(
        (type_tokens.REDSHIFT_CLUSTER,),
        in_production(Check(path=("automatedSnapshotRetentionPeriod",), is_="at least", value=7)),
        why=_HAD_BACK,
        control="Redshift.3",
    ),
    *each((type_tokens.REDSHIFT_CLUSTER,), never("awsuser", "masterUsername"), why=_GUESSED, control="Redshift.8"),
    *each(
        (type_tokens.LAMBDA_FUNCTION,),
        Check(
            path=("runtime",),
            is_="absent or matching",
            value=_PATCHED_RUNTIMES,
            said="a runtime that AWS still mends",
        ),
        why=_PATCHED,
        control="Lambda.2",
    ),
    # Whoever leaves it out may sign in otherwise; whoever writes it has been asked.
    *each(
        (type_tokens.RDS_INSTANCE,),
        never(False, "iamDatabaseAuthenticationEnabled"),
        why="without it only passwords open the database",
        control="RDS.10",
    ),
    *each(
        (type_tokens.RDS_INSTANCE, type_tokens.RDS_CLUSTER_INSTANCE, type_tokens.DOCDB_CLUSTER_INSTANCE),
        Check(
            path=("caCertIdentifier",),
            is_="absent or matching",
            value=r"(?!rds-ca-201\d$).*",
            said="an authority that has not expired",
        ),
        why="clients that check it do not connect",
        control="CKV_AWS_211",
    ),
    *each(
        (type_tokens.RDS_CLUSTER,),
        on("iamDatabaseAuthenticationEnabled"),
        why="without it only passwords open the database",
        control="RDS.12",
    ),
    *each(
        (type_tokens.DYNAMODB_TABLE,),
        in_production(on("pointInTimeRecovery", "enabled")),
        why=_HAD_BACK,
        control="DynamoDB.2",
    ),
    *each(
        (type_tokens.ELASTICSEARCH_DOMAIN,),
        in_production(Check(path=("clusterConfig", "instanceCount"), is_="at least", value=3)),
        in_production(on("clusterConfig", "zoneAwarenessEnabled")),
        why="with fewer a lost zone takes the domain's quorum along",
        control="ES.6",
    ),
    # What is written is refused; whoever leaves it out has not been asked.
    *each(
        aws_tokens("dms", "Endpoint"),
        never("no", "mongodbSettings", "authType"),
        why="whoever reaches the source reads it",
        control="DMS.11",
    ),
    *each(
        aws_tokens("glue", "Job"),
        Check(path=("glueVersion",), is_="absent or matching", value=r"([3-9]|\d\d)(\..*)?", said="3.0 or newer"),
        why=_PATCHED,
        control="Glue.4",
    ),
    *each(
        aws_tokens("imagebuilder", "InfrastructureConfiguration"),
        never("optional", "instanceMetadataOptions", "httpTokens"),
        why="version 1 of the metadata service answers any forwarded request",
    ),
    *each((type_tokens.RDS_INSTANCE,), never(True, "deleteAutomatedBackups"), why=_HAD_BACK, control="RDS.11"),
    *each((type_tokens.RDS_CLUSTER,), never(0, "backtrackWindow"), why=_HAD_BACK, control="RDS.14"),
    *each(
        (type_tokens.REDSHIFT_CLUSTER,),
        Check(
            path=("databaseName",),
            is_="absent or matching",
            value=r"(?!dev$).*",
            said="another than the default's, dev",
        ),
        why=_GUESSED,
        control="Redshift.9",
    ),
    *each(
        aws_tokens("redshiftserverless", "Namespace"),
        never("admin", "adminUsername"),
        why=_GUESSED,
        control="RedshiftServerless.5",
    ),
    *each(
        aws_tokens("redshiftserverless", "Workgroup"),
        never(False, "enhancedVpcRouting"),
        why="what is loaded and unloaded passes where nobody looks",
        control="RedshiftServerless.1",
    ),
    *each(
        aws_tokens("fsx", "LustreFileSystem OpenZfsFileSystem WindowsFileSystem"),
        never(False, "copyTagsToBackups"),
        why="a backup that names nobody is neither billed nor found",
        control="FSx.1",
    ),
    *each(
        aws_tokens("fsx", "LustreFileSystem OpenZfsFileSystem WindowsFileSystem OntapFileSystem"),
        never(0, "automaticBackupRetentionDays"),
        why=_HAD_BACK,
        control="FSx.1",
    ),
    *each(
        aws_tokens("keyspaces", "Table"),
        never("DISABLED", "pointInTimeRecovery", "status"),
        why=_HAD_BACK,
        control="DynamoDB.2",
    ),
    *each(
        aws_tokens("cognito", "UserPool"),
        never("AUDIT", "userPoolAddOns", "advancedSecurityMode"),
        why="what looks like somebody else is let in, and only counted",
        control="Cognito.1",
    ),
    *each(
        aws_tokens("cloudfront", "ResponseHeadersPolicy"),
        never(0, "securityHeadersConfig", "strictTransportSecurity", "accessControlMaxAgeSec"),
        why="browsers would go on asking in clear",
        control="CKV_AWS_259",
    ),
    *each(
        aws_tokens("cloudtrail", "EventDataStore"),
        never(False, "terminationProtectionEnabled"),
        why="what was kept of who did what is gone with it",
    ),
)
