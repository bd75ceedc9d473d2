backup = Backup(
    "backup",
    BackupArgs(cluster=cluster, namespace=namespace("velero"), key_arn=key_arn),
)
