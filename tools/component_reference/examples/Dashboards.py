volumes = Volumes("volumes", VolumesArgs(cluster=cluster, key_arn=key_arn))
dashboards = Dashboards(
    "dashboards",
    DashboardsArgs(cluster=cluster, namespace=namespace("monitoring"), after=[volumes]),
)
