traces = Traces("traces", TracesArgs(cluster=cluster, key_arn=key_arn))
