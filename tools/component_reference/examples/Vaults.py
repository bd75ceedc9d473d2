vaults = Vaults(
    "vaults",
    VaultsArgs(
        place=place,
        stores={"orders": "arn:aws:rds:ap-northeast-2:111122223333:cluster:orders"},
        key_arn=key_arn,
        lock="governance",
    ),
)
