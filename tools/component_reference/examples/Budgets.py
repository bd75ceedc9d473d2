costs = CostExplorer("costs", CostExplorerArgs())
budgets = Budgets(
    "spend",
    BudgetsArgs(
        place=place,
        total=Decimal(500),
        emails=["platform@example.com"],
        key_arn=key_arn,
        monitor_arn=costs.monitor_arn,
        tag_key="team",
        per_tag={"shop": Decimal(200)},
    ),
)
