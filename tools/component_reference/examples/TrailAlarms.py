alarms = TrailAlarms(
    "trail",
    TrailAlarmsArgs(
        log_group_name="/aws/cloudtrail/shop",
        topic_arn="arn:aws:sns:ap-northeast-2:111122223333:watch",
        runbook="runbook.md",
    ),
)
