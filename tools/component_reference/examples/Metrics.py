volumes = Volumes("volumes", VolumesArgs(cluster=cluster, key_arn=key_arn))
metrics = Metrics(
    "metrics",
    MetricsArgs(cluster=cluster, namespace=namespace("monitoring"), after=[volumes]),
)
