drills = Drills(
    "drills",
    DrillsArgs(
        cluster=cluster,
        namespace=namespace("recovery"),
        environment="shop",
        image=f"registry.example.com/migration-tools@sha256:{'a' * 64}",
        stores={
            "objects": DrilledStore(
                every_days=7,
                plan={"bucket": "shop-ledger"},
                statements=[{"Action": "s3:GetObjectVersion", "Resource": "arn:aws:s3:::shop-ledger/drill-canary/*"}],
            )
        },
        ledger_bucket="shop-velero",
        key_arn=key_arn,
    ),
)
