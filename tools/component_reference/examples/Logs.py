logs = Logs("logs", LogsArgs(cluster=cluster, namespace=namespace("logging"), key_arn=key_arn))
