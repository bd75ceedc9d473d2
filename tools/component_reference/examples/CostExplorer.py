costs = CostExplorer("costs", CostExplorerArgs(tag_key="team"))
pulumi.export("monitorArn", costs.monitor_arn)
