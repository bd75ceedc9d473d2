database = Database("ledger", DatabaseArgs(network=network, key_arn=key_arn))
rotation = Rotation(
    "ledger-rotation",
    RotationArgs(
        cluster=cluster,
        namespace=namespace("external-secrets"),
        key_arn=key_arn,
        image="registry.example.com/rotator:1",
        secrets={
            "till": RotatedSecret(
                arn="arn:aws:secretsmanager:ap-northeast-2:111122223333:secret:shop/till-AbCdEf",
                by="database",
                days=30,
                draw={"username": "name", "password": "token"},
                mirrors=["shop/till-login"],
                restarts=["shop/till"],
            )
        },
        namespaces={"shop": namespace("shop")},
        database=UserStore(host=database.address, port=5432, database="shop", master_secret_arn=database.secret_arn),
    ),
)
