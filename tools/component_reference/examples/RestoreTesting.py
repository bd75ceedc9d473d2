database = Database("ledger", DatabaseArgs(network=network, key_arn=key_arn))
tests = RestoreTesting(
    "restore-tests",
    RestoreTestingArgs(
        place=place,
        vault_names=["shop"],
        stores={
            "ledger": TestedStore(
                kind="RDS",
                arn=database.arn,
                subnet_group=database.subnet_group,
                security_group_ids=[database.security_group_id],
            )
        },
    ),
)
