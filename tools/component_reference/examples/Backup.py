backup = Backup(
    "backup",
    BackupArgs(
        cluster=cluster,
        namespace=namespace("velero"),
        key_arn=key_arn,
        store_arns=["arn:aws:rds:ap-northeast-2:111122223333:cluster:orders"],
    ),
)
