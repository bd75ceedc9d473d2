"""What is written down of who did what, as a table by type."""

from __future__ import annotations

from typing import Final

from model import type_tokens
from model.property_check import Check
from policy.guardrails.property_rule import PropertyRule, each, never, on
from policy.guardrails.tls import switched

AUDIT: Final = (
    *each(
        (type_tokens.EKS_CLUSTER,),
        # Unset is CONFIG_MAP (source: EKS API, CreateAccessConfigRequest).
        Check(path=("accessConfig", "authenticationMode"), is_="one of", value=("API", "API_AND_CONFIG_MAP")),
        why="who may enter is declared as access entries, which AWS logs",
    ),
    *each(
        (type_tokens.EKS_CLUSTER,),
        Check(path=("enabledClusterLogTypes",), is_="holding", value="audit"),
        why="who did what in the cluster is kept",
        control="EKS.8",
    ),
    *each(
        (type_tokens.CLOUDTRAIL_TRAIL,),
        Check(path=("enableLogFileValidation",), is_="equal", value=True),
        why="a log that was changed afterwards gives itself away",
        control="CloudTrail.4",
    ),
    *each(
        (type_tokens.CLOUDTRAIL_TRAIL,),
        Check(path=("cloudWatchLogsGroupArn",), is_="stated", production_only=True),
        why="no alarm reads what it writes",
        control="CloudTrail.5",
    ),
    *each(
        (type_tokens.CLOUDTRAIL_TRAIL,),
        never(False, "enableLogging"),
        why="a trail that is off writes nothing",
        control="CloudTrail.1",
    ),
    *each(
        (type_tokens.CLOUDTRAIL_TRAIL,),
        on("isMultiRegionTrail"),
        never(False, "includeGlobalServiceEvents"),
        why="who enters does so where nobody looks",
        control="CloudTrail.1",
    ),
    *each(
        (type_tokens.DOCDB_CLUSTER,),
        Check(path=("enabledCloudwatchLogsExports",), is_="holding", value="audit"),
        why="who read and wrote what is kept",
        control="DocumentDB.4",
    ),
    *each(
        (type_tokens.DOCDB_CLUSTER_PARAMETER_GROUP,),
        switched("audit_logs", "disabled|none"),
        why="the cluster writes no audit log, whatever it exports",
        control="DocumentDB.4",
    ),
    *each(
        (type_tokens.RDS_PARAMETER_GROUP, type_tokens.RDS_CLUSTER_PARAMETER_GROUP),
        switched("server_audit_logging", "0|off|false"),
        why="who read and wrote what is kept",
        control="RDS.45",
    ),
    *each(
        (type_tokens.NEPTUNE_CLUSTER_PARAMETER_GROUP,),
        switched("neptune_enable_audit_log", "0|off|false"),
        why="who read and wrote what is kept",
        control="Neptune.2",
    ),
    *each(
        (type_tokens.REDSHIFT_PARAMETER_GROUP,),
        switched("enable_user_activity_logging", "0|off|false"),
        why="who read and wrote what is kept",
        control="Redshift.4",
    ),
    *(
        PropertyRule(type=domain, check=check, why=why, control=f"{prefix}.{number}")
        for domain, prefix in ((type_tokens.OPENSEARCH_DOMAIN, "Opensearch"), (type_tokens.ELASTICSEARCH_DOMAIN, "ES"))
        for number, kind, why in (
            (4, "ES_APPLICATION_LOGS", "errors are kept"),
            (5, "AUDIT_LOGS", "who read and wrote what is kept"),
        )
        for check in (
            Check(path=("logPublishingOptions", ("logType", kind), "cloudwatchLogGroupArn"), is_="set"),
            never(False, "logPublishingOptions", ("logType", kind), "enabled"),
        )
    ),
    *each(
        (type_tokens.LB_LOAD_BALANCER, type_tokens.ALB_LOAD_BALANCER),
        on("accessLogs", "enabled", unless=Check(path=("loadBalancerType",), is_="equal", value="gateway")),
        why="who asked for what is kept",
        control="ELB.5",
    ),
    *each(
        (type_tokens.ELB_LOAD_BALANCER,),
        Check(path=("accessLogs", "bucket"), is_="set"),
        never(False, "accessLogs", "enabled"),
        why="who asked for what is kept",
        control="ELB.5",
    ),
)
