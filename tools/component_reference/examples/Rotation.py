database = Database("ledger", DatabaseArgs(network=network, key_arn=key_arn))
rotation = Rotation(
    "ledger-rotation",
    RotationArgs(
        cluster=cluster,
        namespace=namespace("shop"),
        secret_arn=database.secret_arn,
        deployments=["till"],
    ),
)
