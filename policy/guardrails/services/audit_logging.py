"""What is written down of who did what in other services, as a table by type.

Controls are AWS Foundational Security Best Practices; where those have none, Checkov's policies.
"""

from __future__ import annotations

from typing import Final

from model import type_tokens
from model.property_check import JSON, Check
from model.type_tokens import aws_tokens
from policy.guardrails.property_rule import each, never, on

_ASKED: Final = "who asked for what is kept"
_RAN: Final = "what ran, and how it ended, is kept"
_RABBIT: Final = Check(path=("engineType",), is_="matching", value="(?i)rabbitmq")

LOGGED: Final = (
    *each(
        (*aws_tokens("apigateway", "Stage"), *aws_tokens("apigatewayv2", "Stage")),
        Check(path=("accessLogSettings", "destinationArn"), is_="set"),
        why=_ASKED,
        control="APIGateway.9",
    ),
    *each(
        aws_tokens("apigateway", "MethodSettings"),
        never("OFF", "settings", "loggingLevel"),
        why=_ASKED,
        control="APIGateway.1",
    ),
    *each(
        aws_tokens("appsync", "GraphQLApi"),
        Check(path=("logConfig", "fieldLogLevel"), is_="one of", value=("ERROR", "INFO", "DEBUG", "ALL")),
        why=_ASKED,
        control="AppSync.2",
    ),
    *each(
        (type_tokens.CODEBUILD_PROJECT,),
        Check(
            path=("logsConfig", "cloudwatchLogs", "status"),
            is_="not equal",
            value="DISABLED",
            otherwise=Check(path=("logsConfig", "s3Logs", "status"), is_="equal", value="ENABLED"),
        ),
        why=_RAN,
        control="CodeBuild.4",
    ),
    *each(
        (type_tokens.CLOUDFRONT_DISTRIBUTION,),
        Check(path=("loggingConfig", "bucket"), is_="set"),
        why=_ASKED,
        control="CloudFront.5",
    ),
    *each(
        aws_tokens("ecs", "Cluster"),
        Check(path=("settings", ("name", "containerInsights"), "value"), is_="one of", value=("enabled", "enhanced")),
        why="what tasks used, and which failed, is kept",
        control="ECS.12",
    ),
    *each(
        aws_tokens("ecs", "Cluster"),
        never("NONE", "configuration", "executeCommandConfiguration", "logging"),
        why="what somebody did in a container is kept",
        control="CKV_AWS_223",
    ),
    *each(
        aws_tokens("ecs", "TaskDefinition"),
        Check(path=("containerDefinitions", JSON, "*", "logConfiguration"), is_="stated"),
        why=_RAN,
        control="ECS.9",
        may_name_another=True,
    ),
    *each(
        aws_tokens("sfn", "StateMachine"),
        Check(path=("loggingConfiguration", "level"), is_="one of", value=("ALL", "ERROR", "FATAL")),
        why=_RAN,
        control="StepFunctions.1",
    ),
    *each(
        aws_tokens("globalaccelerator", "Accelerator"),
        on("attributes", "flowLogsEnabled"),
        why=_ASKED,
        control="CKV_AWS_75",
    ),
    *each(
        aws_tokens("dms", "ReplicationTask"),
        on("replicationTaskSettings", JSON, "Logging", "EnableLogging"),
        why=_RAN,
        control="DMS.7",
        may_name_another=True,
    ),
    *each(
        aws_tokens("datasync", "Task"),
        Check(path=("cloudwatchLogGroupArn",), is_="set"),
        never("OFF", "options", "logLevel"),
        why=_RAN,
        control="DataSync.1",
    ),
    *each(
        aws_tokens("cfg", "Recorder"),
        never(False, "recordingGroup", "allSupported"),
        why="what changed is kept of every type",
        control="Config.1",
    ),
    *each(
        aws_tokens("cfg", "RecorderStatus"),
        on("isEnabled"),
        why="a recorder that is off keeps nothing",
        control="Config.1",
    ),
    *each(
        aws_tokens("cfg", "ConfigurationAggregator"),
        on(
            "accountAggregationSource",
            "allRegions",
            unless=on(
                "organizationAggregationSource",
                "allRegions",
            ),
        ),
        why="what changed elsewhere is not seen",
        control="CKV_AWS_121",
    ),
    *each(
        (type_tokens.GUARDDUTY_DETECTOR,),
        never(False, "enable"),
        why="a detector that is off detects nothing",
        control="GuardDuty.1",
    ),
    *each((type_tokens.MQ_BROKER,), on("logs", "general"), why=_RAN, control="CKV_AWS_48"),
    *each((type_tokens.MQ_BROKER,), on("logs", "audit", unless=_RABBIT), why=_ASKED, control="MQ.2"),
    *each(
        (type_tokens.MWAA_ENVIRONMENT,),
        *(
            on("loggingConfiguration", logs, "enabled")
            for logs in ("schedulerLogs", "taskLogs", "webserverLogs", "workerLogs")
        ),
        why=_RAN,
        control="CKV_AWS_242",
    ),
    *each(
        (type_tokens.NEPTUNE_CLUSTER,),
        Check(path=("enableCloudwatchLogsExports",), is_="holding", value="audit"),
        why="who read and wrote what is kept",
        control="Neptune.2",
    ),
    *each(
        (type_tokens.RDS_INSTANCE,),
        never([], "enabledCloudwatchLogsExports"),
        why="who read and wrote what is kept",
        control="RDS.9",
    ),
    *each(
        (type_tokens.RDS_INSTANCE, type_tokens.RDS_CLUSTER_INSTANCE),
        never(0, "monitoringInterval"),
        why="what slowed the machine down is kept",
        control="RDS.6",
    ),
    *each(
        aws_tokens("apigateway", "Stage"),
        never(False, "xrayTracingEnabled"),
        why="where a request was slow, or failed, is kept",
        control="APIGateway.3",
    ),
    *each(
        (type_tokens.LAMBDA_FUNCTION,),
        never("PassThrough", "tracingConfig", "mode"),
        why="where a request was slow, or failed, is kept",
        control="Lambda.7",
    ),
    *each(
        (type_tokens.GUARDDUTY_DETECTOR_FEATURE,),
        never("DISABLED", "status"),
        why="what it would have detected is not",
        control="GuardDuty.5",
    ),
    *each(
        (type_tokens.SSM_DOCUMENT,),
        Check(
            path=("content", JSON, "inputs", "kmsKeyId"),
            is_="stated",
            otherwise=Check(path=("documentType",), is_="not equal", value="Session"),
        ),
        why="what somebody types and reads on a machine",
        control="CKV_AWS_112",
        may_name_another=True,
    ),
    *each(
        (type_tokens.RDS_CLUSTER,),
        Check(path=("enabledCloudwatchLogsExports",), is_="stated"),
        why="who read and wrote what is kept",
        control="RDS.34",
    ),
    *each(
        (type_tokens.WAFV2_WEB_ACL,),
        on("visibilityConfig", "cloudwatchMetricsEnabled"),
        why="what was let through, and what was not, is counted",
        control="WAF.12",
    ),
    *each(
        (type_tokens.CLOUDWATCH_METRIC_ALARM,),
        never(False, "actionsEnabled"),
        why="an alarm that tells nobody is none",
        control="CloudWatch.17",
    ),
    *each(
        aws_tokens("elasticbeanstalk", "Environment ConfigurationTemplate"),
        never(False, "settings", ("name", "StreamLogs"), "value"),
        why=_RAN,
        control="ElasticBeanstalk.3",
    ),
    *each(
        (type_tokens.RDS_CLUSTER,),
        Check(
            path=("enabledCloudwatchLogsExports",),
            is_="holding",
            value="audit",
            otherwise=Check(path=("engine",), is_="not equal", value="aurora-mysql"),
        ),
        why="who read and wrote what is kept",
        control="RDS.34",
    ),
    *each(
        aws_tokens("redshiftserverless", "Namespace"),
        never([], "logExports"),
        why="who signed in, and who tried, is kept",
        control="RedshiftServerless.6",
    ),
    *each(aws_tokens("connect", "Instance"), never(False, "contactFlowLogsEnabled"), why=_RAN, control="Connect.2"),
    *each(
        aws_tokens("macie2", "Account"),
        never("PAUSED", "status"),
        why="what is paused finds nothing",
        control="Macie.1",
    ),
    *each(
        (type_tokens.GUARDDUTY_DETECTOR,),
        never(False, "datasources", "s3Logs", "enable"),
        never(False, "datasources", "kubernetes", "auditLogs", "enable"),
        never(False, "datasources", "malwareProtection", "scanEc2InstanceWithFindings", "ebsVolumes", "enable"),
        why="what it would have detected is not",
        control="GuardDuty.5",
    ),
    *each(
        aws_tokens("athena", "Workgroup"),
        never(False, "configuration", "publishCloudwatchMetricsEnabled"),
        why=_ASKED,
        control="Athena.4",
    ),
)
