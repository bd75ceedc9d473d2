full = Watch(
    name="orders-cpu",
    target="documents",
    metric="AWS/DocDB/CPUUtilization",
    unit="percent",
    statistic="Average",
    minutes=5,
    periods=3,
    silence="breaching",
    over=80,
    reason="Queries wait for a processor.",
)
alarms = Alarms(
    "alarms",
    AlarmsArgs(
        place=place,
        topic_arn="arn:aws:sns:ap-northeast-2:111122223333:people",
        watches=[full],
        runbook="docs/runbook.md",
        documents="orders",
        documents_instances=2,
    ),
)
